//! What every file of a case is, and why: for `constat init`, which explains a folder before anything is stored.
//!
//! In: the inputs and the settings. Out: for each file its source with the names that decided, and what its first records
//! say (tables, times, zones, rejects); or why it is not read and what comes nearest. At most the first part of a file is
//! read, so a large export costs no more than a small one. Nothing is kept.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array as _, AsArray as _};
use jiff::tz::TimeZone;
use rayon::prelude::*;
use regex::Regex;

use crate::ingest::accounting;
use crate::ingest::error::IngestError;
use crate::ingest::files::{self, InputFile};
use crate::ingest::formats::compression;
use crate::ingest::formats::sample::Beginning;
use crate::ingest::formats::units::{Cut, Units};
use crate::ingest::formats::xlsx::Sheet;
use crate::ingest::recognise::{Overrides, Plan, beginning, unfinished};
use crate::ingest::redact::Redactor;
use crate::ingest::rows::{Rows, TableBatch};
use crate::ingest::run::{Inputs, Settings, parse, plans};
use crate::ingest::signature::decisive;
use crate::ingest::source::{Sample, fold};
use crate::ingest::sources::raw_lines;
use crate::ingest::sources::tidy::{self, Candidate};
use crate::schema::metric_samples;

/// Text of which the records are read, in bytes.
const FIRST: usize = 256 * 1024;

/// Metrics of one file that are named.
const MOST_METRICS: usize = 500;

/// One file.
#[derive(Debug, Clone)]
pub struct Look {
    /// Path relative to the case.
    pub path: String,
    /// What it is, or why it is not read.
    pub found: Result<Known, Unknown>,
    /// IANA time zones that its text names, sorted.
    pub zones: Vec<String>,
    /// Offsets that its times carry, sorted, other than zero.
    pub offsets: Vec<String>,
}

/// A file that a source reads.
#[derive(Debug, Clone)]
pub struct Known {
    /// Name of the source.
    pub source: &'static str,
    /// What the export is.
    pub about: &'static str,
    /// Tables that the source feeds, the main one first.
    pub tables: &'static [&'static str],
    /// Names in the file that decided; none when its lines as such did.
    pub decided_by: Vec<String>,
    /// Zone in which times without offset are read, where there are such times.
    pub zone_assumed: Option<String>,
    /// Whether the whole file was read, not only its first part.
    pub is_whole: bool,
    /// What was read, by table.
    pub read: Vec<Read>,
    /// Records that could not be used.
    pub rejected: u64,
    /// Why the first of them could not.
    pub reason: Option<String>,
    /// Entity and metric of the samples.
    pub metrics: BTreeSet<(String, String)>,
    /// What says that more pages follow, where no other file has them.
    pub more_pages: Option<String>,
}

/// Rows of one table in the first part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The table.
    pub table: &'static str,
    /// Rows.
    pub rows: u64,
    /// Earliest and latest time, microseconds.
    pub span: Option<(i64, i64)>,
}

/// A file that is not read.
#[derive(Debug, Clone, Default)]
pub struct Unknown {
    /// The reason, with the nearest candidates.
    pub why: String,
    /// Names of the columns, as written, when it is a table.
    pub columns: Vec<String>,
    /// Tables it comes near to.
    pub near: Vec<Candidate>,
    /// Whether it is plain text that could be read line by line.
    pub is_lines: bool,
}

impl Look {
    /// Whether it has times that say nothing of their zone.
    pub fn lacks_offset(&self) -> bool {
        self.found.as_ref().is_ok_and(|known| known.zone_assumed.is_some())
    }
}

/// Looks at every file of a case, in the order of their paths.
///
/// # Errors
/// An override is wrong.
pub fn look(inputs: &Inputs, settings: &Settings) -> Result<Vec<Look>, IngestError> {
    let overrides = Overrides::new(&settings.overrides)?;
    let plans = plans(&inputs.files, &overrides, &settings.zone);
    let key = settings.key.unwrap_or_else(|| files::default_key(&inputs.files));
    let redactor = Arc::new(Redactor::new(key, &[], &settings.keep));
    let unfinished = unfinished(&plans);
    let one = |((file, plan), mark): ((&InputFile, &Result<Plan, String>), Option<&str>)| {
        let fixed = overrides.of(&file.path);
        let sample = match file.hash.as_ref().map(|_| beginning(&file.place, &file.path, fixed)) {
            Ok(Ok(Beginning::Text(sample))) => *sample,
            _ => Sample::default(),
        };
        let found = match plan {
            Ok(plan) => Ok(Known { more_pages: mark.map(str::to_owned), ..known(file, plan, &sample, &redactor) }),
            Err(why) => Err(unknown(why, &sample)),
        };
        Look { path: file.path.clone(), found, zones: zones(&sample.text), offsets: offsets(&sample.text) }
    };
    Ok(inputs.files.par_iter().zip(&plans).zip(unfinished).map(one).collect())
}

fn known(file: &InputFile, plan: &Plan, sample: &Sample, redactor: &Arc<Redactor>) -> Known {
    let source = plan.source;
    let mut known = Known {
        source: source.name(),
        about: source.about(),
        tables: source.tables(),
        decided_by: decisive(source, sample),
        zone_assumed: plan.zone_assumed.clone(),
        is_whole: true,
        read: Vec::new(),
        rejected: 0,
        reason: None,
        metrics: BTreeSet::new(),
        more_pages: None,
    };
    let sheet = plan.workbook.as_ref().map_or(Sheet::FIRST, Sheet::Surveyed);
    let reader = match compression::open(&file.place, &sheet) {
        Ok(opened) => opened.reader,
        Err(error) => {
            known.reason = Some(format!("expected a readable file, found: {error}"));
            return known;
        }
    };
    let mut units = Units::new(reader, Cut { unit: FIRST, ..plan.cut.clone() });
    while let Some(unit) = units.next_unit() {
        match unit {
            Err(damage) => {
                known.rejected += 1;
                known.reason.get_or_insert(damage.reason);
            }
            Ok(_) if !known.read.is_empty() || known.rejected > 0 => {
                known.is_whole = false;
                break;
            }
            Ok(unit) => {
                let rows = Rows::new(&file.path, source.name(), source.tables()[0], Arc::clone(redactor));
                let piece = parse(&unit, plan, rows.with_clock_ahead(plan.clock_ahead));
                known.rejected += piece.rejects.len() as u64;
                known.reason = known.reason.or_else(|| piece.rejects.first().map(|reject| reject.reason.clone()));
                for table in &piece.tables {
                    take(table, &mut known.read, &mut known.metrics);
                }
            }
        }
    }
    known
}

fn take(rows: &TableBatch, read: &mut Vec<Read>, metrics: &mut BTreeSet<(String, String)>) {
    let count = rows.batch.num_rows() as u64;
    if count == 0 {
        return;
    }
    read.push(Read { table: rows.table.name, rows: count, span: accounting::span(&rows.batch) });
    if rows.table.name != metric_samples::TABLE.name {
        return;
    }
    let text = |name: &str| rows.batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let (Some(entities), Some(names)) = (text("entity"), text("metric")) else { return };
    for at in (0..rows.batch.num_rows()).filter(|at| entities.is_valid(*at) && names.is_valid(*at)) {
        if metrics.len() < MOST_METRICS {
            metrics.insert((entities.value(at).to_owned(), names.value(at).to_owned()));
        }
    }
}

fn unknown(why: &str, sample: &Sample) -> Unknown {
    let is_table = raw_lines::is_tabular(sample);
    let header = sample.csv.as_ref().and_then(|csv| csv.records.first()).filter(|_| is_table);
    let columns = match (header, sample.first_object().and_then(serde_json::Value::as_object)) {
        (Some(header), _) => header.iter().filter(|name| !fold(name).is_empty()).cloned().collect(),
        (None, Some(object)) => object.keys().cloned().collect(),
        (None, None) => Vec::new(),
    };
    let is_json = sample.json.is_some() || !sample.ndjson.is_empty();
    let is_lines =
        !sample.text.trim().is_empty() && !is_table && !is_json && !sample.text.trim_start().starts_with('<');
    Unknown { why: why.to_owned(), columns, near: tidy::candidates(sample), is_lines }
}

/// Time zones that a text names.
fn zones(text: &str) -> Vec<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        let areas = "Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific";
        Regex::new(&format!(r"\b(?:{areas})\\?/[A-Z][A-Za-z_]+(?:\\?/[A-Z][A-Za-z_]+)?\b")).expect("a valid pattern")
    });
    let named: BTreeSet<String> = NAME.find_iter(text).map(|name| name.as_str().replace('\\', "")).collect();
    named.into_iter().filter(|name| TimeZone::get(name).is_ok()).collect()
}

/// Offsets behind times of day, as `+01:00`.
fn offsets(text: &str) -> Vec<String> {
    static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)? ?([+-][01]\d):?([0-5]\d)\b").expect("a valid pattern")
    });
    let found: BTreeSet<String> = OFFSET.captures_iter(text).map(|part| format!("{}:{}", &part[1], &part[2])).collect();
    found.into_iter().filter(|offset| !offset.ends_with("00:00")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::inputs;

    fn looked(files: &[(&str, &str)]) -> Vec<Look> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        let settings = Settings { zone: TimeZone::UTC, overrides: Vec::new(), key: None, keep: Vec::new() };
        look(&inputs(folder.path()).unwrap(), &settings).unwrap()
    }

    #[test]
    fn says_what_a_file_is_why_and_which_times_it_covers() {
        let text =
            "time,isp,total,bad\n2026-01-05T19:00:00Z,Orvea,10,1\n2026-01-05T19:05:00Z,Orvea,10,1\nnever,a,1,1\n";
        let looked = looked(&[("a.csv", text)]);
        let known = looked[0].found.as_ref().unwrap();
        assert_eq!((known.source, known.is_whole, known.rejected), ("tidy_sli_counts", true, 1));
        assert_eq!(known.decided_by, ["time", "total", "bad"]);
        let (first, last) = known.read[0].span.unwrap();
        assert_eq!((known.read[0].rows, last - first), (2, 300_000_000));
        assert!(known.reason.as_ref().unwrap().contains("never"), "{known:?}");
    }

    #[test]
    fn reads_the_first_part_of_a_large_file_only() {
        let row = "2026-01-05T19:00:00Z,Orvea,10,1\n";
        let looked = looked(&[("a.csv", &format!("time,isp,total,bad\n{}", row.repeat(40_000)))]);
        let known = looked[0].found.as_ref().unwrap();
        assert!(!known.is_whole && known.read[0].rows < 40_000 && known.rejected == 0, "{known:?}");
    }

    #[test]
    fn says_what_an_unknown_file_comes_near_to() {
        let looked = looked(&[("a.csv", "time,total,flavour\n2026-01-01T00:00:00Z,3,x\n"), ("b.txt", "Call them.\n")]);
        let table = looked[0].found.as_ref().unwrap_err();
        assert_eq!(table.columns, ["time", "total", "flavour"]);
        assert_eq!(table.near[0], Candidate { table: "sli_counts", lacking: vec!["bad"] });
        let notes = looked[1].found.as_ref().unwrap_err();
        assert!(notes.is_lines && notes.columns.is_empty() && !table.is_lines);
    }

    #[test]
    fn an_empty_file_and_a_copy_say_so() {
        let row = "time,isp,total,bad\n2026-01-05T19:00:00Z,Orvea,10,1\n";
        let looked = looked(&[("a.csv", row), ("b.csv", row), ("c.csv", "")]);
        assert!(looked[1].found.as_ref().unwrap_err().why.contains("a.csv"));
        assert!(looked[2].found.as_ref().unwrap_err().why.contains("empty"));
    }

    #[test]
    fn finds_hints_on_the_time_zone() {
        assert_eq!(zones("{\"time_zone\": \"Europe\\/Paris\"} Europe/Nowhere/x"), ["Europe/Paris"]);
        assert_eq!(offsets("2026-01-05T19:00:00+01:00 19:00:00.5+0100 19:00:00Z 09:00-05:00"), ["+01:00", "-05:00"]);
        assert_eq!(offsets("2026-01-05T19:00:00+00:00 10:30-12"), Vec::<String>::new());
    }
}

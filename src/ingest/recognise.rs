//! Finds the source of a file by its content, or takes what the user fixed, and prepares reading.
//!
//! The first source of the list that takes the sample wins. A file that none takes gets a reason
//! in plain words, with the sources that come nearest.

use std::io;

use jiff::tz::TimeZone;

use crate::ingest::assume::{self, Assumptions, Habits, Reading};
use crate::ingest::error::IngestError;
use crate::ingest::files::InputFile;
use crate::ingest::formats::csv;
use crate::ingest::formats::place::Place;
use crate::ingest::formats::sample::{self, Beginning};
use crate::ingest::formats::units::{Cut, UNIT};
use crate::ingest::formats::xlsx::{Sheet, Workbook};
use crate::ingest::pages;
use crate::ingest::source::{FileContext, Layout, RecordReader, Sample, Source, fold};
use crate::ingest::sources::{SOURCES, raw_lines, tidy};

/// What the user fixed for the files that match a pattern.
#[derive(Debug, Clone, Default)]
pub struct SourceOverride {
    /// Pattern for paths relative to the case, or to its folder `exports`.
    pub path: String,
    /// Name of the source.
    pub kind: Option<String>,
    /// Table that the columns of the file belong to.
    pub table: Option<String>,
    /// Zone of times without offset.
    pub time_zone: Option<TimeZone>,
    /// Decimal separator, `.` or `,`.
    pub decimal: Option<char>,
    /// Separator of delimited text; ASCII.
    pub delimiter: Option<u8>,
    /// Name of the sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether dates such as `03/04/2026` have the day first.
    pub day_first: Option<bool>,
    /// By how much the clock that wrote the file was ahead, microseconds.
    pub clock_ahead: i64,
    /// Canonical column to column of the file.
    pub columns: Vec<(String, String)>,
}

/// A file that is going to be read.
pub(super) struct Plan {
    pub source: &'static dyn Source,
    pub reader: Box<dyn RecordReader>,
    pub cut: Cut,
    /// What the formats that the reader learned assume.
    pub assumptions: Assumptions,
    /// Zone of the times without offset that the sample shows, where such times were seen.
    pub zone_assumed: Option<String>,
    /// Whether the export itself says in which zone its times are.
    pub names_zone: bool,
    /// By how much the user says that the clock of the file was ahead, microseconds.
    pub clock_ahead: i64,
    /// The sheet that is read, when the file is a workbook.
    pub workbook: Option<Workbook>,
    /// The mark by which an answer of an API says that more pages follow.
    pub next_page: Option<String>,
}

/// Overrides whose patterns and names were checked.
#[derive(Debug)]
pub(super) struct Overrides<'a> {
    entries: Vec<(glob::Pattern, &'a SourceOverride)>,
}

impl<'a> Overrides<'a> {
    /// Checks patterns and names.
    pub(super) fn new(entries: &'a [SourceOverride]) -> Result<Self, IngestError> {
        let entries = entries.iter().map(|entry| {
            check(entry)?;
            let pattern = glob::Pattern::new(&entry.path)
                .map_err(|source| IngestError::Pattern { pattern: entry.path.clone(), source })?;
            Ok((pattern, entry))
        });
        Ok(Self { entries: entries.collect::<Result<_, IngestError>>()? })
    }

    /// The first entry that matches a path.
    pub(super) fn of(&self, path: &str) -> Option<&'a SourceOverride> {
        self.entries.iter().find(|(pattern, _)| is_match(pattern, path)).map(|(_, entry)| *entry)
    }

    /// Patterns that match none of these files.
    pub(super) fn unused(&self, files: &[InputFile]) -> Vec<String> {
        let is_unused = |pattern: &glob::Pattern| !files.iter().any(|file| is_match(pattern, &file.path));
        self.entries.iter().filter(|(pattern, _)| is_unused(pattern)).map(|(_, entry)| entry.path.clone()).collect()
    }
}

/// The beginning of a file, as the user's entry for it says where it says something.
///
/// # Errors
/// The file cannot be opened.
pub(super) fn beginning(place: &Place, path: &str, fixed: Option<&SourceOverride>) -> io::Result<Beginning> {
    let sheet = Sheet::Wanted {
        name: fixed.and_then(|entry| entry.sheet.as_deref()),
        has_decimal_comma: fixed.and_then(|entry| entry.decimal) == Some(','),
    };
    sample::look(place, path, fixed.and_then(|entry| entry.delimiter), &sheet)
}

/// For each file the mark that says that more pages follow, where no other file has them.
pub(super) fn unfinished(plans: &[Result<Plan, String>]) -> Vec<Option<&str>> {
    let of = |plan: &'_ Plan| matches!(plan.cut.layout, Layout::Json { .. });
    let files: Vec<_> = plans
        .iter()
        .map(|plan| {
            plan.as_ref().ok().filter(|plan| of(plan)).map(|plan| (plan.source.name(), plan.next_page.as_deref()))
        })
        .collect();
    pages::unfinished(&files)
}

/// Finds out what a file is; an error is the reason why it is not read.
pub(super) fn plan(place: &Place, path: &str, overrides: &Overrides<'_>, zone: &TimeZone) -> Result<Plan, String> {
    let fixed = overrides.of(path);
    let beginning = beginning(place, path, fixed);
    let sample = match beginning.map_err(|error| why_not_opened(&error))? {
        Beginning::Other(what) => return Err(format!("the file is {what}")),
        Beginning::Text(sample) => sample,
    };
    let (source, layout) = choose(&sample, fixed).ok_or_else(|| why_not(&sample))?;
    let plan = prepare(source, &layout, &sample, fixed, zone)?;
    Ok(Plan { next_page: pages::next(place, &sample, &layout), ..plan })
}

fn why_not_opened(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::Unsupported => format!("the file is {error}"),
        _ => format!("failed to read it: {error}"),
    }
}

fn is_match(pattern: &glob::Pattern, path: &str) -> bool {
    pattern.matches(path) || path.strip_prefix("exports/").is_some_and(|path| pattern.matches(path))
}

fn check(entry: &SourceOverride) -> Result<(), IngestError> {
    if let Some(kind) = entry.kind.as_ref().filter(|kind| named(kind).is_none()) {
        let nearest = nearest(kind, SOURCES.iter().map(|source| source.name()));
        return Err(IngestError::UnknownSource { kind: kind.clone(), nearest });
    }
    if let Some(table) = entry.table.as_ref().filter(|table| tidy::mapped(table).is_none()) {
        let nearest = nearest(table, tidy::TABLES.iter().map(|table| table.name));
        return Err(IngestError::UnknownTable { table: table.clone(), nearest });
    }
    Ok(())
}

fn named(name: &str) -> Option<&'static dyn Source> {
    SOURCES.iter().copied().find(|source| source.name() == name)
}

fn nearest(wanted: &str, names: impl Iterator<Item = &'static str>) -> String {
    names.min_by_key(|name| strsim::damerau_levenshtein(wanted, name)).unwrap_or_default().to_owned()
}

fn choose(sample: &Sample, fixed: Option<&SourceOverride>) -> Option<(&'static dyn Source, Layout)> {
    let by_name = fixed.and_then(|entry| entry.kind.as_deref()).and_then(named);
    let by_table = fixed.and_then(|entry| entry.table.as_deref()).and_then(tidy::mapped);
    if let Some(source) = by_name.or(by_table) {
        let layout = source.recognise(sample).unwrap_or_else(|| obvious_layout(sample, fixed));
        return Some((source, layout));
    }
    SOURCES.iter().find_map(|source| source.recognise(sample).map(|layout| (*source, layout)))
}

/// How a file is cut whose source is fixed although the source does not know it.
fn obvious_layout(sample: &Sample, fixed: Option<&SourceOverride>) -> Layout {
    if !sample.ndjson.is_empty() {
        return Layout::Ndjson;
    }
    if let Some(json) = &sample.json {
        return Layout::Json { paths: if json.is_array() { &["[]"] } else { &[""] } };
    }
    if sample.csv.is_none() {
        return Layout::Lines;
    }
    let wanted: Vec<&str> =
        fixed.map_or(&[][..], |entry| &entry.columns).iter().map(|(_, name)| name.as_str()).collect();
    Layout::Csv { header: Some(sample.csv_header(&wanted).unwrap_or(0)), extra: 0 }
}

fn prepare(
    source: &'static dyn Source,
    layout: &Layout,
    sample: &Sample,
    fixed: Option<&SourceOverride>,
    zone: &TimeZone,
) -> Result<Plan, String> {
    let records = sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
    let header = match layout {
        Layout::Csv { header: Some(at), .. } => records.get(*at).map_or(&[][..], Vec::as_slice),
        _ => &[],
    };
    let own = source.zone(sample, zone);
    let zone = fixed.and_then(|entry| entry.time_zone.as_ref()).or(own.as_ref()).unwrap_or(zone);
    let context = FileContext {
        sample,
        layout,
        header,
        zone,
        decimal: fixed.and_then(|entry| entry.decimal),
        columns: fixed.map_or(&[], |entry| &entry.columns),
    };
    let habits = habits(layout, sample, header, fixed);
    let (reader, assumptions) = assume::watch(habits, || source.reader(&context));
    let reader = reader.map_err(|why| format!("{} cannot read it: {why}", source.name()))?;
    let cut = cut(layout, sample, header, records);
    let names_zone = source.names_zone(sample);
    let zone_assumed = (!names_zone && lacks_offset(&sample.text)).then(|| zone_name(zone));
    let clock_ahead = fixed.map_or(0, |entry| entry.clock_ahead);
    let workbook = sample.workbook.clone();
    Ok(Plan { source, reader, cut, assumptions, zone_assumed, names_zone, clock_ahead, workbook, next_page: None })
}

fn habits(layout: &Layout, sample: &Sample, header: &[String], fixed: Option<&SourceOverride>) -> Habits {
    let is_csv = matches!(layout, Layout::Csv { .. });
    let order = |day_first| if day_first { Reading::First } else { Reading::Second };
    Habits {
        is_french: header.iter().any(|name| is_french(name)),
        has_semicolons: is_csv && sample.csv.as_ref().is_some_and(|csv| csv.delimiter == b';'),
        has_header: is_csv && !header.is_empty(),
        order: fixed.and_then(|entry| entry.day_first).map(order),
    }
}

/// Whether the name of a column has words that are French and not English.
fn is_french(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "horodatage",
        "horodateur",
        "heure",
        "jour",
        "de",
        "du",
        "des",
        "le",
        "la",
        "les",
        "et",
        "cree",
        "creee",
        "modifie",
        "modifiee",
        "mis",
        "mise",
        "resolu",
        "resolue",
        "debut",
        "fin",
        "nom",
        "duree",
        "valeur",
        "statut",
        "ville",
        "chaine",
        "reseau",
        "operateur",
        "appareil",
        "reponse",
        "numero",
        "sujet",
        "libelle",
        "commentaire",
        "reclamation",
        "erreurs",
        "erreur",
        "nombre",
        "taux",
        "moyenne",
        "etat",
        "titre",
        "auteur",
        "canal",
        "gravite",
    ];
    fold(name).split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

fn cut(layout: &Layout, sample: &Sample, header: &[String], records: &[Vec<String>]) -> Cut {
    let before = match layout {
        Layout::Csv { header, extra } => header.map_or(0, |at| at + 1) + extra,
        _ => 0,
    };
    let is_named = matches!(layout, Layout::Csv { .. }) && csv::separator_line(&sample.text).is_some();
    let data = records.get(before..).unwrap_or_default();
    Cut {
        layout: layout.clone(),
        delimiter: sample.csv.as_ref().map_or(b',', |csv| csv.delimiter),
        skip: (before + usize::from(is_named)) as u64,
        fields: (!header.is_empty()).then(|| usual_fields(header, data)),
        unit: UNIT,
        counts_records: sample.workbook.is_some(),
    }
}

/// Fewest and most fields of data records: those of the header, and those that a tenth of the
/// sampled records have (some exporters leave out empty fields at the end).
fn usual_fields(header: &[String], data: &[Vec<String>]) -> (usize, usize) {
    let named = header.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |at| at + 1);
    let is_usual = |count: usize| data.iter().filter(|record| record.len() == count).count() * 10 >= data.len().max(10);
    let counts = data.iter().map(Vec::len).filter(|count| is_usual(*count));
    counts.fold((named, header.len()), |(fewest, most), count| (fewest.min(count), most.max(count)))
}

/// Whether the sample shows dates with a time but without an offset or zone behind it; a few
/// among many that have one are not the time of the records.
fn lacks_offset(text: &str) -> bool {
    let bytes = text.as_bytes();
    let text = &bytes[..bytes.len().min(64 * 1024)];
    let (mut with, mut without) = (0_u32, 0_u32);
    for at in memchr::memchr_iter(b':', text) {
        // The hour has one digit or two.
        let hour = if at >= 9 && text[at - 2] == b' ' { at - 1 } else { at.saturating_sub(2) };
        let is_time = at >= 9
            && text[hour..at].iter().all(u8::is_ascii_digit)
            && text.get(at + 1..at + 3).is_some_and(|minutes| minutes.iter().all(u8::is_ascii_digit))
            && matches!(text[hour - 1], b' ' | b'T')
            && text[hour - 2].is_ascii_digit();
        if is_time && has_offset(&text[at + 3..]) {
            with += 1;
        } else if is_time {
            without += 1;
        }
    }
    without > 0 && without * 4 >= with
}

/// Whether what follows the minutes of a time says where it is.
fn has_offset(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .position(|byte| !(byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',')))
        .unwrap_or(rest.len());
    let after = rest[end..].trim_ascii_start();
    matches!(after, [b'Z' | b'+' | b'z', ..])
        || after.starts_with(b"UTC")
        || after.starts_with(b"GMT")
        || matches!(after, [b'-', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// Why no source takes a text, with the nearest candidates.
fn why_not(sample: &Sample) -> String {
    let quoted =
        |names: &[String]| names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut why = if let Some(object) = sample.first_object().and_then(serde_json::Value::as_object) {
        let keys: Vec<String> = object.keys().cloned().collect();
        format!("JSON with the keys {} matches no source", quoted(&keys))
    } else if sample.json.is_some() {
        "the JSON document matches no source".to_owned()
    } else if let Some(csv) = sample.csv.as_ref().filter(|_| sample.workbook.is_some() || raw_lines::is_tabular(sample))
    {
        let columns: Vec<String> = csv.records[0].iter().map(|cell| fold(cell)).collect();
        format!("delimited text with the columns {} matches no source", quoted(&columns))
    } else {
        raw_lines::why_not(sample).to_owned()
    };
    let near = tidy::nearest(sample);
    if !near.is_empty() {
        why.push_str("; nearest: ");
        why.push_str(&near.join("; "));
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, text: &str) -> Sample {
        sample::build(path, text.into(), true, None)
    }

    #[test]
    fn gives_reason_and_nearest_candidate() {
        let why = why_not(&text("x.csv", "time,total,flavour\n2026-01-01T00:00:00Z,3,x\n"));
        assert!(why.contains("`flavour`") && why.contains("sli_counts") && why.contains("`bad`"), "{why}");
        assert!(why_not(&text("x.json", "{\"a\": {\"b\": 1}}")).contains("the keys `a`"));
    }

    #[test]
    fn tells_times_without_an_offset() {
        assert!(lacks_offset("2026-12-13 09:00:00,33.88"));
        assert!(lacks_offset("21/11/2026 09:08;x"));
        assert!(lacks_offset("LIVE-3,23/Nov/26 9:08 AM,x"));
        assert!(!lacks_offset("2026-12-13T09:00:00.123Z,1 2026-12-13 09:00:00+01:00 2026-12-13T09:00:00-05:00"));
        assert!(!lacks_offset(&("2026-12-13T09:00:00Z x\n".repeat(9) + "2026-12-13 09:00:00 y")));
        assert!(!lacks_offset("1797148800000,3"));
    }

    #[test]
    fn knows_french_headers() {
        assert!(is_french("Créé le") && is_french("DÉBUT") && is_french("Taux d\u{2019}erreur"));
        assert!(!is_french("Created at") && !is_french("Date") && !is_french("latency_ms"));
    }

    #[test]
    fn names_the_nearest_source_of_a_wrong_kind() {
        let entry =
            SourceOverride { path: "*".into(), kind: Some("tidy_sli_count".into()), ..SourceOverride::default() };
        let error = Overrides::new(std::slice::from_ref(&entry)).unwrap_err();
        assert!(matches!(error, IngestError::UnknownSource { nearest, .. } if nearest == "tidy_sli_counts"));
    }

    #[test]
    fn learns_how_many_fields_are_usual() {
        let row = |count: usize| vec!["x".to_owned(); count];
        let header = ["a".to_owned(), "b".into(), "c".into(), String::new()];
        assert_eq!(usual_fields(&header, &[]), (3, 4));
        let mut data = vec![row(3); 30];
        data.push(row(9));
        assert_eq!(usual_fields(&header, &data), (3, 4));
    }

    #[test]
    fn finds_a_column_pattern_below_exports() {
        let entry = SourceOverride { path: "logs/*.log".into(), ..SourceOverride::default() };
        let entries = [entry];
        let overrides = Overrides::new(&entries).unwrap();
        assert!(overrides.of("exports/logs/a.log").is_some() && overrides.of("exports/a.log").is_none());
    }
}

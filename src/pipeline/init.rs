//! `constat init`: explains a folder of exports and writes what a person may fill in.
//!
//! In: a case, with or without `incident.toml`. Out: one line a file (what it is, what decided, which tables it feeds,
//! which times it covers), what is missing for a full report with the exports that would supply it, and the texts of
//! `incident.toml` and of the narratives. Files that exist are never changed. Nothing is stored.

mod configuration;
mod gaps;

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{LANGUAGES, PipelineError, ingestion};
use crate::case::Case;
use crate::engine;
use crate::ingest::{self, Known, Look};
use crate::report::locale::Language;
use crate::report::narrative;
use crate::schema::{metric_samples, sli_counts};

pub use gaps::Gap;

/// The file that says what no export does.
pub(super) const CONFIGURATION: &str = "incident.toml";

/// Names that are shown of those that decided.
const MOST_NAMES: usize = 6;

/// What a folder of exports holds.
#[derive(Debug)]
pub struct Survey {
    /// Every file, in the order of the paths.
    pub files: Vec<Look>,
    /// What is missing for a full report, in the order of the tables.
    pub gaps: Vec<Gap>,
    /// The one time zone that the exports name; none when they name several.
    pub zone: Option<String>,
}

/// A file that a person may fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name in the case.
    pub name: String,
    /// Whether it was there already and was left as it is.
    pub is_kept: bool,
}

/// Looks through the exports of a case.
///
/// # Errors
/// The configuration or a query of the case is wrong, or the folder cannot be listed.
pub fn survey(case: &Case) -> Result<Survey, PipelineError> {
    let mut settings = ingestion::settings(case)?;
    let inputs = ingest::inputs(&case.root)?;
    let mut files = ingest::look(&inputs, &settings)?;
    let zone = zone(&files);
    // The zone goes into a new `incident.toml`, so times are shown as they will be read with it.
    let is_new = !case.part(CONFIGURATION).exists();
    if let Some(known) = zone.as_deref().and_then(|name| TimeZone::get(name).ok()).filter(|_| is_new)
        && files.iter().any(Look::lacks_offset)
    {
        settings.zone = known;
        files = ingest::look(&inputs, &settings)?;
    }
    let gaps = gaps::find(case, &fed(&files))?;
    Ok(Survey { files, gaps, zone })
}

/// Writes `incident.toml` and the narratives, unless they are there.
///
/// # Errors
/// A file cannot be written.
pub fn write(case: &Case, survey: &Survey) -> Result<Vec<Written>, PipelineError> {
    let mut texts = vec![(CONFIGURATION.to_owned(), configuration::text(&case.id(), survey))];
    for tag in LANGUAGES {
        let language = Language::from_tag(tag).expect("a language of the list");
        texts.push((narrative::file_name(tag), narrative::skeleton(language)));
    }
    let mut written = Vec::new();
    for (name, text) in texts {
        let path = case.part(&name);
        let failed = |source| PipelineError::Create { path: path.clone(), source };
        let is_kept = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).map_err(failed)?;
                false
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
            Err(error) => return Err(failed(error)),
        };
        written.push(Written { name, is_kept });
    }
    Ok(written)
}

/// Every key of `incident.toml` with its default or an example, as `init` writes it for an empty folder.
pub fn keys() -> String {
    configuration::text("my-incident", &Survey { files: Vec::new(), gaps: Vec::new(), zone: None })
}

impl Survey {
    /// One line on a file.
    pub fn sentence(look: &Look) -> String {
        match &look.found {
            Err(unknown) => format!("{}: not read: {}", look.path, unknown.why),
            Ok(known) => format!("{}: {}", look.path, what(known)),
        }
    }
}

/// The zone that these files name, if it is one.
fn zone(files: &[Look]) -> Option<String> {
    let zones: BTreeSet<&String> = files.iter().flat_map(|look| &look.zones).collect();
    if zones.len() == 1 { zones.first().map(|zone| (*zone).clone()) } else { None }
}

/// Tables that get rows from these files, as far as their first part shows.
fn fed(files: &[Look]) -> BTreeSet<&'static str> {
    let mut fed = BTreeSet::new();
    for known in files.iter().filter_map(|look| look.found.as_ref().ok()) {
        fed.extend(known.read.iter().map(|read| read.table));
        if !known.is_whole {
            fed.extend(known.tables);
        }
    }
    let metrics = || files.iter().filter_map(|look| look.found.as_ref().ok()).flat_map(|known| &known.metrics);
    if fed.contains(metric_samples::TABLE.name) && engine::has_counts(metrics().map(|(_, metric)| metric.as_str())) {
        fed.insert(sli_counts::TABLE.name);
    }
    fed
}

fn what(known: &Known) -> String {
    let mut parts = vec![format!("{} ({})", known.source, known.about.trim_end_matches('.'))];
    parts.push(format!("known by {}", decided_by(&known.decided_by)));
    let fed: Vec<&str> = known.read.iter().map(|read| read.table).collect();
    if fed.is_empty() {
        parts.push(format!("no record for {}", known.tables.join(", ")));
    } else {
        parts.push(format!("feeds {}", fed.join(", ")));
    }
    let part = if known.is_whole { "" } else { "its first part " };
    if let Some((first, last)) = span(known.read.iter().filter_map(|read| read.span)) {
        parts.push(format!("{part}from {} to {}", time(first), time(last)));
    }
    if let Some(zone) = &known.zone_assumed {
        parts.push(format!("times without an offset, read as {zone}"));
    }
    if let Some(mark) = &known.more_pages {
        parts.push(format!("`{mark}` says that more pages follow, which are not here"));
    }
    if known.rejected > 0 || known.reason.is_some() {
        let used: u64 = known.read.iter().map(|read| read.rows).sum();
        let reason = known.reason.as_deref().unwrap_or("damaged");
        parts.push(format!(
            "{} cannot be used beside {used} that can: {reason}",
            count(known.rejected, "record", "records")
        ));
    }
    parts.join("; ")
}

fn decided_by(names: &[String]) -> String {
    if names.is_empty() {
        return "the form of its lines".to_owned();
    }
    let mut shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    shown.join(", ")
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// From the earliest to the latest time.
fn span(spans: impl Iterator<Item = (i64, i64)>) -> Option<(i64, i64)> {
    spans.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}

/// An instant, to the second.
fn time(micros: i64) -> String {
    let time = Timestamp::from_second(micros.div_euclid(1_000_000));
    time.map(|time| time.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(files: &[(&str, &str)]) -> (tempfile::TempDir, Case) {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, text).expect("written");
        }
        let case = Case::open(folder.path()).expect("a case");
        (folder, case)
    }

    #[test]
    fn each_file_is_explained_in_one_line() {
        let counts = "time,isp,total,bad\n2026-01-05T19:00:00Z,Orvea,10,1\n2026-01-05 19:05:00,Orvea,10,1\n";
        let (_folder, case) = case(&[("exports/a.csv", counts), ("exports/b.txt", "Call them.\n")]);
        let survey = survey(&case).expect("a survey");
        let lines: Vec<String> = survey.files.iter().map(Survey::sentence).collect();
        assert!(lines[0].starts_with("exports/a.csv: tidy_sli_counts (a file with the columns of one table"));
        assert!(lines[0].contains("; known by `time`, `total`, `bad`; feeds sli_counts; from 2026-01-05T19:00:00Z"));
        assert!(lines[0].ends_with("times without an offset, read as UTC"), "{}", lines[0]);
        assert!(lines[1].starts_with("exports/b.txt: not read: plain text without times"));
        assert!(lines.iter().all(|line| !line.contains('\n')));
    }

    #[test]
    fn times_without_an_offset_are_shown_in_the_zone_that_is_written() {
        let counts = "time,isp,total,bad\n2026-01-05 19:00:00,Orvea,10,1\n";
        let files = [("counts.csv", counts), ("page.json", "{\"time_zone\": \"Europe/Paris\"}")];
        let (_folder, fresh) = case(&files);
        let survey = survey(&fresh).expect("a survey");
        let line = Survey::sentence(&survey.files[0]);
        assert!(line.contains("from 2026-01-05T18:00:00Z") && line.ends_with("read as Europe/Paris"), "{line}");
        let (_folder, known) = case(&[files[0], files[1], (CONFIGURATION, "[policy]\nmin_n = 20\n")]);
        let survey = super::survey(&known).expect("a survey");
        assert!(Survey::sentence(&survey.files[0]).ends_with("read as UTC"));
    }

    #[test]
    fn what_exists_is_kept_and_said_so() {
        let (folder, case) = case(&[("narrative.fr.md", "## Résumé\n\nPanne.\n")]);
        let survey = survey(&case).expect("a survey");
        let written = write(&case, &survey).expect("written");
        let kept: Vec<&str> = written.iter().filter(|file| file.is_kept).map(|file| file.name.as_str()).collect();
        assert_eq!((written.len(), kept), (3, vec!["narrative.fr.md"]));
        let text = std::fs::read_to_string(folder.path().join("narrative.fr.md")).expect("there");
        assert_eq!(text, "## Résumé\n\nPanne.\n");
        assert!(write(&case, &survey).expect("nothing written").iter().all(|file| file.is_kept));
        Case::open(folder.path()).expect("the configuration that was written can be read");
    }

    #[test]
    fn metrics_that_count_attempts_and_failures_fill_the_counts() {
        let metrics = "time,entity,metric,value,isp\n2026-01-05T19:00:00Z,player,starts_attempts,10,a\n\
                       2026-01-05T19:00:00Z,player,starts_failures,1,a\n";
        let (_folder, case) = case(&[("metrics.csv", metrics)]);
        let survey = survey(&case).expect("a survey");
        assert!(survey.gaps.iter().all(|gap| !["sli_counts", "metric_samples"].contains(&gap.table.name)));
    }
}

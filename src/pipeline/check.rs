//! `constat check`: whether a case is fit to publish, without publishing anything.
//!
//! In: a case. Out: remarks, each with its place, the gravest first: on the configuration, the inputs, the records that
//! could not be used, the checks of the queries, the hand-written text, and the wording of the documents. It walks the
//! road of `report` up to the documents in memory, so that what passes here can be rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::draft::{Draft, Edition, Options};
use super::ingestion::{CLOCK_MOVED, ZONE_ASSUMED};
use super::init::CONFIGURATION;
use super::{PipelineError, Step};
use crate::case::Case;
use crate::case::config::{SourceRule, nearest};
use crate::ingest::redact;
use crate::report::locale::Language;
use crate::report::narrative;
use crate::report::typography;
use crate::schema::{Table, log_templates};

/// Reasons named for one file: the first ones show what is wrong with it.
const MOST_REASONS: usize = 10;

/// How grave a remark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The documents must not be published like this.
    Error,
    /// Something was lost or reads badly; someone should look at it.
    Warning,
    /// Good to know.
    Note,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// How grave it is.
    pub severity: Severity,
    /// File relative to the case, document, or query.
    pub place: String,
    /// Line or record in it, counted from 1.
    pub line: Option<usize>,
    /// What was found.
    pub message: String,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.severity, self.place)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        write!(out, ": {}", self.message)
    }
}

/// Looks for everything that speaks against publishing, the gravest first.
///
/// # Errors
/// The case could not be judged: a configuration, a query or a template that cannot be used.
pub fn check(case: &Case, options: &Options, progress: &(dyn Fn(Step) + Sync)) -> Result<Vec<Remark>, PipelineError> {
    let draft = Draft::answer(case, options, progress)?;
    let mut remarks = Remarks::default();
    configuration(&draft, &mut remarks);
    inputs(&draft, &mut remarks);
    rejects(&draft, &mut remarks);
    clocks(&draft, &mut remarks);
    queries(&draft, &mut remarks);
    progress(Step::Wording);
    hand_written(&draft, &mut remarks)?;
    for language in &draft.plan.languages {
        wording(&draft, &draft.edition(language)?, &mut remarks)?;
    }
    Ok(remarks.sorted())
}

/// What was found so far.
#[derive(Debug, Default)]
struct Remarks(Vec<Remark>);

impl Remarks {
    fn put(&mut self, severity: Severity, place: &str, line: Option<usize>, message: impl Into<String>) {
        self.0.push(Remark { severity, place: place.to_owned(), line, message: message.into() });
    }

    fn sorted(mut self) -> Vec<Remark> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}

fn configuration(draft: &Draft<'_>, remarks: &mut Remarks) {
    let config = &draft.case.config;
    for word in config.privacy.keep.iter().filter(|word| !redact::is_kind(word)) {
        let message = format!("`{word}` in `privacy.keep` names no kind of personal data, so nothing is kept for it");
        remarks.put(Severity::Warning, CONFIGURATION, config.line_of(word), message);
    }
    let declared = config.declared_window().ok().flatten();
    if let (Some(window), Some((first, last)), Some(written)) = (declared, draft.extent(), &config.window)
        && (window.end <= first || window.start > last)
    {
        let data = [first, last].map(time_text).join(" to ");
        let message = format!("the declared window lies outside the data, which cover {data}");
        remarks.put(Severity::Error, CONFIGURATION, config.line_of(&written.start), message);
    }
    for warning in draft.warnings() {
        let is_known =
            warning.contains(ZONE_ASSUMED) && config.incident.time_zone.is_some() || warning.ends_with(CLOCK_MOVED);
        let severity = if is_known { Severity::Note } else { Severity::Warning };
        let (place, message) = match warning.split_once(": ") {
            Some((file, rest)) if !warning.starts_with("[[source]]") => (file, rest),
            _ => (CONFIGURATION, warning.as_str()),
        };
        remarks.put(severity, place, None, message);
    }
}

fn inputs(draft: &Draft<'_>, remarks: &mut Remarks) {
    let rows = draft.results.rows("inputs_read");
    if rows.is_empty() {
        remarks.put(Severity::Error, "exports", None, "no export found");
    }
    for file in draft.unread() {
        let is_copy = file.why.starts_with("same bytes as ");
        let severity = if is_copy { Severity::Note } else { Severity::Warning };
        remarks.put(severity, &file.path, None, format!("not read: {}", file.why));
    }
    let mut counts: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.text("source").is_some()) {
        let Some(path) = row.text("path") else { continue };
        let count = counts.entry(path).or_default();
        count.0 += row.int("rows_kept").unwrap_or(0) + row.int("rows_duplicate").unwrap_or(0);
        count.1 += row.int("rows_rejected").unwrap_or(0);
    }
    for (path, (used, rejected)) in counts {
        match (used, rejected) {
            (0, 0) => remarks.put(Severity::Note, path, None, "it holds no record"),
            (0, _) => remarks.put(Severity::Error, path, None, format!("none of its {rejected} records could be used")),
            _ => {}
        }
    }
}

fn rejects(draft: &Draft<'_>, remarks: &mut Remarks) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in draft.results.rows("rejects_by_reason") {
        let (Some(file), Some(reason)) = (row.text("file"), row.text("reason")) else { continue };
        let known = seen.entry(file.to_owned()).or_default();
        *known += 1;
        if *known > MOST_REASONS {
            continue;
        }
        let count = row.int("n").unwrap_or(1);
        let times = if count == 1 { String::new() } else { format!(" ({count} records)") };
        let line = row.int("first_line").and_then(|line| usize::try_from(line).ok()).filter(|line| *line > 0);
        remarks.put(Severity::Warning, file, line, format!("{reason}{times}"));
    }
    for (file, reasons) in seen.into_iter().filter(|(_, reasons)| *reasons > MOST_REASONS) {
        let message = format!("{} more reasons: ask `SELECT * FROM rejects`", reasons - MOST_REASONS);
        remarks.put(Severity::Warning, &file, None, message);
    }
}

fn clocks(draft: &Draft<'_>, remarks: &mut Remarks) {
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut rows = draft.results.rows("clock_skew");
    // A file that is off is compared with every other one: the comparison with most events is told.
    rows.sort_by_key(|row| std::cmp::Reverse(row.int("agreeing")));
    for row in rows {
        let (Some(file), Some(other)) = (row.text("file"), row.text("other_file")) else { continue };
        let (verdict, shared) = (row.text("verdict").unwrap_or_default(), row.int("shared").unwrap_or(0));
        let offset = row.float("offset_seconds").unwrap_or(0.0);
        if verdict == "too few to tell" {
            let message = format!(
                "{shared} events are also in {other}, too few to tell whether the clocks agree; they lie {} apart",
                seconds(offset.abs())
            );
            remarks.put(Severity::Note, file, None, message);
            continue;
        }
        let is_off = row.bool("is_off") == Some(true);
        if !matches!(verdict, "ahead" | "behind") || is_off && !told.insert(file.to_owned()) {
            continue;
        }
        let agreeing = row.int("agreeing").unwrap_or(0);
        let which = if is_off { "" } else { "; which of the two is off cannot be told from them" };
        let remedy = if row.bool("is_zone_like") == Some(true) {
            "it looks like a time zone: `time_zone` in a [[source]] entry sets that of a file".to_owned()
        } else {
            let ahead = offset + already_moved(draft, file);
            format!("`clock_ahead = \"{}\"` in a [[source]] entry for the file sets it right", duration(ahead))
        };
        let message = format!(
            "its clock is {} {verdict} {}that of {other}, by {agreeing} of {shared} events that both record{which}; {remedy}",
            seconds(offset.abs()),
            if verdict == "ahead" { "of " } else { "" },
        );
        remarks.put(Severity::Warning, file, None, message);
    }
}

/// By how many seconds the configuration already moves a file; the first entry that matches it counts.
fn already_moved(draft: &Draft<'_>, file: &str) -> f64 {
    let names = [file, file.strip_prefix("exports/").unwrap_or(file)];
    let is_for = |rule: &&SourceRule| {
        glob::Pattern::new(&rule.path).is_ok_and(|pattern| names.iter().any(|name| pattern.matches(name)))
    };
    draft.case.config.source.iter().find(is_for).map_or(0.0, |rule| rule.clock_ahead_micros() as f64 / 1e6)
}

/// A number of seconds for a reader: whole ones, or three decimals below ten.
fn seconds(seconds: f64) -> String {
    if seconds.abs() < 10.0 { format!("{seconds:.3} s") } else { format!("{seconds:.0} s") }
}

/// The same as `incident.toml` takes it.
fn duration(seconds: f64) -> String {
    if seconds.abs() < 10.0 { format!("{:.0}ms", seconds * 1000.0) } else { format!("{seconds:.0}s") }
}

fn queries(draft: &Draft<'_>, remarks: &mut Remarks) {
    for (query, sentence) in draft.failed_checks() {
        remarks.put(Severity::Error, &format!("query {}", query.name), None, sentence.clone());
    }
    let mut lost: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in draft.results.iter().filter(|result| !result.query.name.starts_with("stg_")) {
        // Templates come from the records, which are missing as well.
        for table in result.missing.iter().filter(|table| **table != log_templates::TABLE.name) {
            lost.entry(table).or_default().push(&result.query.header.title);
        }
    }
    for (table, titles) in lost {
        let fed_by = Table::named(table).map(|table| format!(" ({})", table.fed_by)).unwrap_or_default();
        let message = format!("no input feeds it{fed_by}; not answered: {}", titles.join(", "));
        remarks.put(Severity::Note, &format!("table {table}"), None, message);
    }
    let window = &draft.findings["window"];
    if window["start"].is_null() {
        let why = window["why"].as_str().unwrap_or("the inputs do not show one");
        remarks.put(Severity::Note, "query incident_window", None, format!("no incident found: {why}"));
    }
}

fn hand_written(draft: &Draft<'_>, remarks: &mut Remarks) -> Result<(), PipelineError> {
    let mut filled: Vec<(String, Vec<String>)> = Vec::new();
    for language in &draft.plan.languages {
        let file = narrative::file_name(language);
        let Some(text) = draft.narrative(language)? else {
            remarks.put(Severity::Note, &file, None, "not there: `constat init` writes a skeleton");
            continue;
        };
        let merged = narrative::merge(&text);
        for (line, heading) in merged.unknown_headings {
            let titles = Language::from_tag(language)
                .into_iter()
                .flat_map(|language| narrative::SECTIONS.iter().map(move |section| section.title(language)));
            let hint = nearest(&heading, titles).map(|title| format!("; did you mean `{title}`?")).unwrap_or_default();
            let message = format!("no document has a section `{heading}`, its text goes to the one before{hint}");
            remarks.put(Severity::Warning, &file, Some(line), message);
        }
        for (line, what) in narrative::left_out(&text) {
            remarks.put(Severity::Warning, &file, Some(line), what);
        }
        filled.push((file, merged.sections.into_keys().collect()));
    }
    for (file, sections) in &filled {
        let elsewhere = filled.iter().filter(|(other, _)| other != file).flat_map(|(_, others)| others);
        let lacking: Vec<&str> = elsewhere.filter(|section| !sections.contains(section)).map(String::as_str).collect();
        if !lacking.is_empty() {
            let message = format!("sections written in another language only: {}", lacking.join(", "));
            remarks.put(Severity::Warning, file, None, message);
        }
    }
    Ok(())
}

fn wording(draft: &Draft<'_>, edition: &Edition, remarks: &mut Remarks) -> Result<(), PipelineError> {
    let language = edition.engine.locale().language();
    let file = narrative::file_name(&edition.language);
    let text = draft.narrative(&edition.language)?.unwrap_or_default();
    let own: Vec<typography::Slip> = typography::check(&narrative::without_comments(&text), language)
        .into_iter()
        .filter(|slip| !typography::is_about_whole(slip))
        .collect();
    for slip in &own {
        remarks.put(Severity::Warning, &file, Some(slip.line), slip_text(slip));
    }
    for rendered in &edition.documents {
        let place = format!("{}.{}", rendered.document, edition.language);
        for slip in typography::check(&rendered.markdown, language) {
            // What a person wrote is named where it can be corrected.
            if !own.iter().any(|known| known.rule == slip.rule && slip.excerpt.contains(known.found.as_str())) {
                remarks.put(Severity::Warning, &place, None, slip_text(&slip));
            }
        }
    }
    Ok(())
}

fn slip_text(slip: &typography::Slip) -> String {
    format!("expected {} (rule {}), found `{}`", typography::meaning(slip.rule), slip.rule, slip.excerpt)
}

fn time_text(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map(|time| time.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_sorted_by_severity_and_place() {
        let mut remarks = Remarks::default();
        remarks.put(Severity::Note, "a", None, "x");
        remarks.put(Severity::Error, "b", Some(3), "x");
        remarks.put(Severity::Warning, "a", Some(2), "x");
        remarks.put(Severity::Warning, "a", Some(2), "x");
        let lines: Vec<String> = remarks.sorted().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["error: b:3: x", "warning: a:2: x", "note: a: x"]);
    }

    fn checked(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, text).expect("written");
        }
        let case = Case::open(folder.path()).expect("a case");
        let remarks = check(&case, &Options::default(), &|_| {}).expect("a judgement");
        remarks.iter().map(ToString::to_string).collect()
    }

    /// Log lines of two services with the same requests, the clock of the second one ahead.
    fn requests(ahead: i64) -> (String, String) {
        let mut logs = (String::from("time,service_name,trace_id,body\n"), String::new());
        logs.1.clone_from(&logs.0);
        for n in 0..20_i64 {
            let at = jiff::Timestamp::from_second(1_767_639_600 + n * n).expect("a time");
            let later = at + jiff::SignedDuration::from_secs(ahead);
            logs.0.push_str(&format!("{at},gateway,4bf92f3577b34da6a3ce929d0e0e47{n:02},GET /live/{n}\n"));
            logs.1.push_str(&format!("{later},origin,4bf92f3577b34da6a3ce929d0e0e47{n:02},segment {n} served\n"));
        }
        logs
    }

    #[test]
    fn a_clock_that_is_ahead_is_found_and_gone_once_it_is_set_right() {
        let is_about_clocks = |remark: &String| remark.contains("clock");
        let (gateway, origin) = requests(90);
        let files = [("exports/gateway.csv", gateway.as_str()), ("exports/origin.csv", origin.as_str())];
        let found: Vec<String> = checked(&files).into_iter().filter(is_about_clocks).collect();
        assert_eq!(
            found,
            [
                "warning: exports/gateway.csv: its clock is 90 s behind that of exports/origin.csv, by 20 of 20 events that \
              both record; which of the two is off cannot be told from them; `clock_ahead = \"-90s\"` in a [[source]] entry \
              for the file sets it right"
            ]
        );
        let rule = "[[source]]\npath = 'origin.csv'\nclock_ahead = '90s'\n";
        let corrected = [&[("incident.toml", rule)], &files[..]].concat();
        let found: Vec<String> = checked(&corrected).into_iter().filter(is_about_clocks).collect();
        // A correction that is not enough is completed.
        let rule = rule.replace("90s", "30s");
        let halfway = [&[("incident.toml", rule.as_str())], &files[..]].concat();
        assert!(checked(&halfway).iter().any(|remark| remark.contains("60 s behind") && remark.contains("\"-60s\"")));
        assert_eq!(
            found,
            ["note: exports/origin.csv: times were moved back by 1m 30s, as `clock_ahead` in a [[source]] entry says"]
        );
    }

    #[test]
    fn an_hour_looks_like_a_zone_and_few_events_are_too_few() {
        let (gateway, origin) = requests(3600);
        let few = |text: &str| text.split_inclusive('\n').take(4).collect::<String>();
        let remarks = checked(&[("exports/gateway.csv", &gateway), ("exports/origin.csv", &origin)]);
        assert!(remarks.iter().any(|remark| remark.contains("3600 s behind") && remark.contains("`time_zone`")));
        let remarks = checked(&[("exports/gateway.csv", &few(&gateway)), ("exports/origin.csv", &few(&origin))]);
        let note = "note: exports/gateway.csv: 3 events are also in exports/origin.csv, too few to tell whether the clocks \
                    agree; they lie 3600 s apart";
        assert!(remarks.iter().any(|remark| remark == note), "{}", remarks.join("\n"));
    }

    #[test]
    fn a_case_without_exports_is_not_fit() {
        assert!(checked(&[]).contains(&"error: exports: no export found".to_owned()));
    }

    #[test]
    fn every_part_of_a_case_is_judged() {
        let remarks = checked(&[
            (
                "incident.toml",
                "[window]\nstart = '2020-01-01T00:00:00Z'\nend = '2020-01-01T01:00:00Z'\n[privacy]\nkeep = ['colour']\n",
            ),
            ("exports/log.csv", "time,service_name,body\n2026-01-05T19:00:00Z,a,up\nnever,a,down\n"),
            ("exports/broken.csv", "time,entity,metric,value\nnever,a,b,1\nnever,a,b,2\n"),
            ("exports/notes.txt", "Call the supplier.\n"),
            ("narrative.en.md", "## Sumary\n\nIt's broken.\n\n## Impact\n\n![a](b.png)\n"),
            ("narrative.fr.md", "## Résumé\n\nPanne.\n"),
        ]);
        for part in [
            "error: exports/broken.csv: none of its 2 records could be used",
            "error: incident.toml:2: the declared window lies outside the data",
            "warning: exports/log.csv:3: ",
            "warning: exports/notes.txt: not read: ",
            "warning: incident.toml:5: `colour`",
            "warning: narrative.en.md:1: no document has a section `Sumary`, its text goes to the one before; did you mean `Summary`?",
            "warning: narrative.en.md:3: expected curly quotes",
            "warning: narrative.en.md:7: an image",
            "warning: narrative.fr.md: sections written in another language only: impact",
            "note: table sli_counts: no input feeds it",
        ] {
            assert!(remarks.iter().any(|remark| remark.starts_with(part)), "{part}\n{}", remarks.join("\n"));
        }
        assert!(
            !remarks.iter().any(|remark| remark.contains("postmortem.en: expected curly")),
            "{}",
            remarks.join("\n")
        );
    }
}

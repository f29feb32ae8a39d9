//! The text of `incident.toml` that `init` writes: every key with its default or an example, commented out, and filled in
//! where the exports say it.
//!
//! Lines that begin with `# ` are prose; lines that begin with `#` and a key or a bracket are configuration: without the
//! mark they are in force. The file can be read as it is, and without any of these marks.

use jiff::Timestamp;
use toml_edit::Value;

use super::{Survey, span, time};
use crate::case::config::{Policy, Privacy};
use crate::ingest::sources::tidy;
use crate::ingest::{Known, Look, Unknown};
use crate::pipeline::{FORMATS, LANGUAGES};
use crate::report::template::Engine;
use crate::schema::{Table, sli_counts};

/// Tables whose times hint at the window, the best first: the public saw it, someone was paged.
const WINDOW_HINTS: [&str; 3] = ["public_messages", "alerts", "timeline_events"];

/// Examples for an empty folder, microseconds: an evening of 107 minutes.
const EXAMPLE: (i64, i64) = (1_773_517_440_000_000, 1_773_523_860_000_000);

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Width of a line of prose without its mark: a page of `--help` is as wide.
const WIDTH: usize = 96;

/// Files and names that are listed in a comment.
const MOST_LISTED: usize = 8;

/// The text for a case of this identifier.
pub(super) fn text(id: &str, survey: &Survey) -> String {
    let mut page = Page::default();
    page.prose("What constat may know about this incident. Everything here is optional.");
    page.prose(
        "A line that begins with # and a space is an explanation. Take the # away from the others to put them in force, \
         together with the [heading] above them.",
    );
    incident(&mut page, id, survey);
    window(&mut page, &survey.files);
    symptom(&mut page, survey);
    limits(&mut page);
    output(&mut page);
    sources(&mut page, &survey.files);
    page.0
}

/// A page of TOML that grows.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    /// An explanation, whatever it holds, broken into lines between words.
    fn prose(&mut self, text: &str) {
        let mut line = String::new();
        for word in text.split(|c: char| c == ' ' || c.is_control()).filter(|word| !word.is_empty()) {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
                self.0.push_str(&format!("#{line}\n"));
                line.clear();
            }
            line.push_str(&format!(" {word}"));
        }
        self.0.push_str(&format!("#{line}\n"));
    }

    /// A heading that is in force; keys below it need only lose their mark.
    fn heading(&mut self, name: &str) {
        self.0.push_str(&format!("\n{name}\n"));
    }

    /// A heading that is not in force, since keys below it would have to be.
    fn heading_off(&mut self, name: &str) {
        self.0.push_str(&format!("#{name}\n"));
    }

    fn on(&mut self, key: &str, value: impl Into<Value>) {
        self.0.push_str(&format!("{key} = {}\n", on_one_line(value.into())));
    }

    fn off(&mut self, key: &str, value: impl Into<Value>) {
        self.0.push_str(&format!("#{key} = {}\n", on_one_line(value.into())));
    }

    fn gap(&mut self) {
        self.0.push('\n');
    }
}

/// A value that one mark can comment out. Line breaks in a name become `?`, which stands for any character in `path`.
fn on_one_line(value: Value) -> Value {
    match value.as_str() {
        Some(text) => text.replace(char::is_control, "?").into(),
        None => value,
    }
}

fn incident(page: &mut Page, id: &str, survey: &Survey) {
    page.heading("[incident]");
    page.prose("Identifier, by default the name of the folder, and the title of the documents.");
    page.off("id", id);
    page.on("title", title(id));
    page.prose("Name of the service, as customers know it.");
    page.off("service", "Example TV");
    page.prose("Zone of the documents, and of times in the exports that carry none. Default: UTC.");
    zone(page, survey);
    page.prose("A summary in your words, for the head of the documents; longer texts go into narrative.<language>.md.");
    page.off("summary", "In the evening, part of the audience could not start live channels.");
}

fn zone(page: &mut Page, survey: &Survey) {
    let files = &survey.files;
    for look in files.iter().filter(|look| !look.zones.is_empty()).take(MOST_LISTED) {
        page.prose(&format!("{} names {}.", look.path, look.zones.join(", ")));
    }
    for look in files.iter().filter(|look| !look.offsets.is_empty()).take(MOST_LISTED) {
        page.prose(&format!("Times in {} carry {}.", look.path, look.offsets.join(", ")));
    }
    let lacking: Vec<&str> = files.iter().filter(|look| look.lacks_offset()).map(|look| look.path.as_str()).collect();
    if !lacking.is_empty() {
        let more = if lacking.len() > MOST_LISTED { ", ..." } else { "" };
        let listed = lacking.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(", ");
        page.prose(&format!("Times without an offset, which this decides: {listed}{more}"));
    }
    match &survey.zone {
        Some(zone) => page.on("time_zone", zone),
        None => page.off("time_zone", "UTC"),
    }
}

fn window(page: &mut Page, files: &[Look]) {
    let (from, (start, end)) = window_hint(files);
    page.gap();
    page.prose(&format!(
        "The declared window: used for all figures; the measured one is shown beside it. Without it, the measured one is \
         used. Local times such as \"2026-03-14 20:44\" are possible. {from}"
    ));
    page.heading_off("[window]");
    page.off("start", time(start));
    page.off("end", time(end));
    page.heading("[baseline]");
    page.prose(
        "The period that counts as normal; it may lie in another month. Default: what lies before the window, and the \
         same hours of earlier days and weeks.",
    );
    page.off("start", time(start - 7 * DAY));
    page.off("end", time(start));
    page.gap();
    page.prose("A stretch of it that was not normal; may be repeated.");
    page.heading_off("[[baseline.exclude]]");
    page.off("start", time(start - 2 * DAY));
    page.off("end", time(start - 2 * DAY + 2 * HOUR));
}

/// Times that may be the window, and where they are from.
fn window_hint(files: &[Look]) -> (String, (i64, i64)) {
    let read = || known(files).flat_map(|(look, known)| known.read.iter().map(move |read| (look, read)));
    let of = |table: &str| span(read().filter(|(_, read)| read.table == table).filter_map(|(_, read)| read.span));
    for table in WINDOW_HINTS {
        if let Some((first, last)) = of(table) {
            let text = format!("The times below are the first and last of table {table}.");
            return (text, widened((first, last)));
        }
    }
    match span(read().filter_map(|(_, read)| read.span)) {
        Some(all) => ("The times below are the first and last of the exports.".into(), widened(all)),
        None => ("The times below are an example.".into(), EXAMPLE),
    }
}

/// To whole seconds, and at least a second long.
fn widened((first, last): (i64, i64)) -> (i64, i64) {
    let second = |micros: i64| micros.div_euclid(1_000_000) * 1_000_000;
    // A time outside the years that can be written would be no example.
    let is_written = |micros: i64| Timestamp::from_microsecond(micros).is_ok();
    let (first, last) = (second(first), second(last).max(second(first) + 1_000_000));
    if is_written(first - 8 * DAY) && is_written(last + 8 * DAY) { (first, last) } else { EXAMPLE }
}

fn symptom(page: &mut Page, survey: &Survey) {
    let is_wanted = survey.gaps.iter().any(|gap| gap.table.name == sli_counts::TABLE.name);
    let seen = known(&survey.files).filter(|_| is_wanted);
    let mut metrics: Vec<&(String, String)> = seen.flat_map(|(_, known)| &known.metrics).collect();
    metrics.sort();
    metrics.dedup();
    page.gap();
    page.prose("What users felt, when no export counts attempts and failures (table sli_counts). Default: detected.");
    for (entity, metric) in metrics.iter().take(MOST_LISTED) {
        page.prose(&format!("{entity}: {metric}"));
    }
    let (entity, metric) =
        metrics.first().map_or(("player-api", "start_time_ms"), |(entity, metric)| (entity.as_str(), metric.as_str()));
    page.heading_off("[symptom]");
    page.off("entity", entity);
    page.off("metric", metric);
    page.prose("Only where the metric has several: avg, max, p95 ...");
    page.off("statistic", "avg");
}

fn limits(page: &mut Page) {
    let (policy, privacy) = (Policy::default(), Privacy::default());
    page.gap();
    page.prose(
        "The service level objective: share of good events, and the time over which it is judged. Default: none.",
    );
    page.heading_off("[slo]");
    page.off("objective", 0.999);
    page.off("window", "30d");
    page.heading("[policy]");
    page.prose(
        "From which duration on an outage is prolonged; which share of the service must be hit for it to be general.",
    );
    page.off("prolonged_after", policy.prolonged_after);
    page.off("general_share", policy.general_share);
    page.prose(
        "Within which time the public expects a first message; below how many answers nothing is said about them.",
    );
    page.off("first_message_within", policy.first_message_within);
    page.off("min_n", policy.min_n);
    page.heading("[cost]");
    page.prose("Prices for the cost figures. Default: none, and no cost is stated.");
    page.off("currency", "EUR");
    page.off("per_viewer_hour", 0.1);
    page.off("per_contact", 4.5);
    page.off("per_responder_hour", 60.0);
    page.heading("[privacy]");
    page.prose("Groups smaller than this are not shown in public documents.");
    page.off("min_group", privacy.min_group);
    page.prose(
        "File with the key of the pseudonyms, relative to the case, to link cases. Default: made from the exports.",
    );
    page.off("key_file", "pseudonyms.key");
    page.prose("Kinds of personal data left as they are, for example [\"ip\"].");
    page.off("keep", list(&privacy.keep));
}

fn output(page: &mut Page) {
    page.heading("[store]");
    page.prose("Folder of the store, as a path or file:// address. Default: .constat in the case.");
    page.off("url", "file:///var/lib/constat");
    page.heading("[report]");
    page.prose("What `constat report` makes when the command line does not say. Default: everything.");
    page.off("languages", list(&LANGUAGES));
    page.off("documents", list(&Engine::documents()));
    page.off("formats", list(&FORMATS));
    page.prose("Look of the pages, and the kind of static site that the blog post is for.");
    page.off("theme", "default");
    page.off("site", "hugo");
}

fn sources(page: &mut Page, files: &[Look]) {
    page.gap();
    page.prose(
        "Entries that fix what recognition would decide, for the files that match `path`: one entry per pattern. `kind` \
         is a source of `constat sources`, `table` a table of `constat tables`, `columns` maps the columns of the table to \
         those of the file.",
    );
    page.heading_off("[[source]]");
    page.off("path", "exports/example/*.csv");
    page.off("kind", "mapped_complaints");
    page.off("table", "complaints");
    page.off("time_zone", "Europe/Paris");
    page.off("decimal", ",");
    page.off("delimiter", ";");
    page.prose("Sheet of a workbook; whether 03/04/2026 has the day first.");
    page.off("sheet", "Answers");
    page.off("day_first", true);
    page.prose(
        "By how much the clock that wrote the times was ahead, negative when it was behind: times are moved back by it. \
         `constat query CASE clock_skew` compares the clocks.",
    );
    page.off("clock_ahead", "90s");
    page.off("columns", columns([("time", "Date"), ("body", "Comment")]));
    for (look, unknown) in files.iter().filter_map(|look| Some((look, look.found.as_ref().err()?))) {
        suggestion(page, look, unknown);
    }
    for look in files.iter().filter(|look| look.lacks_offset()) {
        page.gap();
        page.prose(&format!(
            "{} has times without an offset: give their zone if it is not that of the case.",
            look.path
        ));
        page.heading_off("[[source]]");
        page.off("path", glob::Pattern::escape(&look.path));
        page.off("time_zone", "UTC");
    }
}

/// An entry for a file that is not read, when one could help.
fn suggestion(page: &mut Page, look: &Look, unknown: &Unknown) {
    if unknown.columns.is_empty() && !unknown.is_lines {
        return;
    }
    page.gap();
    page.prose(&format!("{} is not read: {}", look.path, unknown.why));
    if unknown.is_lines {
        page.prose("If it is a log all the same, one event a line:");
    } else {
        page.prose(&format!("Its columns are: {}", unknown.columns.join(", ")));
    }
    page.heading_off("[[source]]");
    page.off("path", glob::Pattern::escape(&look.path));
    if unknown.is_lines {
        page.off("kind", "raw_lines");
        return;
    }
    let candidate = unknown.near.first();
    let table = candidate.map_or(tidy::TABLES[0].name, |candidate| candidate.table);
    page.off("table", table);
    let lacking: Vec<&str> = match candidate {
        Some(candidate) => candidate.lacking.clone(),
        None => required(table),
    };
    if !lacking.is_empty() {
        page.prose("Put the column of the file that holds each of these:");
        page.off("columns", columns(lacking.into_iter().map(|name| (name, "NAME IN THE FILE"))));
    }
}

fn required(table: &str) -> Vec<&'static str> {
    let columns = Table::named(table).map_or(&[][..], |table| table.columns);
    columns.iter().filter(|column| column.is_required).map(|column| column.name).collect()
}

fn known(files: &[Look]) -> impl Iterator<Item = (&Look, &Known)> {
    files.iter().filter_map(|look| Some((look, look.found.as_ref().ok()?)))
}

fn list<S: AsRef<str>>(items: &[S]) -> Value {
    items.iter().map(AsRef::as_ref).collect()
}

fn columns<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    pairs.into_iter().collect::<toml_edit::InlineTable>().into()
}

/// A title from the name of a folder: `derby-night` becomes `Derby night`.
fn title(id: &str) -> String {
    let words = id.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    // An identifier such as INC-5681 is no words.
    if words.chars().any(|c| c.is_ascii_digit()) {
        return id.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(|| id.to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::case::Config;
    use crate::pipeline::init::{keys, survey};

    fn parsed(text: &str) -> Config {
        Config::parse(text, Path::new("incident.toml")).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// The text with the mark taken from every line that is no prose.
    fn unmarked(text: &str) -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') && !rest.is_empty() => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(|text| line(text) + "\n").collect()
    }

    fn of(files: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            std::fs::write(folder.path().join(path), text).expect("written");
        }
        let case = crate::case::Case::open(folder.path()).expect("a case");
        text("derby-night", &survey(&case).expect("a survey"))
    }

    #[test]
    fn the_text_can_be_read_with_and_without_its_marks() {
        let hostile = "x\"]\n#[incident]\n";
        for text in [
            keys(),
            of(&[
                ("a[1] \"x\".csv", "colour,size\nred,3\nblue,4\n"),
                ("notes.txt", hostile),
                ("two\nlines.txt", "Call them.\n"),
                ("counts.csv", "time,total,flavour\n2026-01-01 10:00:00,3,x\n"),
                ("metrics.csv", "time,entity,metric,value\n2026-01-01 10:00:00,a\"b,\"m\nn\",3\n"),
            ]),
        ] {
            parsed(&text);
            parsed(&unmarked(&text));
        }
    }

    #[test]
    fn without_marks_every_key_of_the_configuration_is_set() {
        let config = parsed(&unmarked(&keys()));
        let all = serde_json::to_value(&config).expect("a value");
        let mut unset = Vec::new();
        for (name, section) in all.as_object().expect("sections") {
            let fields = section.as_array().map_or(section, |list| &list[0]);
            let fields = fields.as_object().unwrap_or_else(|| panic!("[{name}] is not set"));
            unset.extend(fields.iter().filter(|(_, value)| value.is_null()).map(|(key, _)| format!("{name}.{key}")));
        }
        assert_eq!(unset, Vec::<String>::new());
        assert_eq!(config.excluded().expect("periods").len(), 1);
    }

    #[test]
    fn as_it_is_only_names_differ_from_the_defaults() {
        let config = parsed(&keys());
        assert_eq!(config.incident.title.as_deref(), Some("My incident"));
        let mut plain = config;
        (plain.incident, plain.baseline) = (Config::default().incident, None);
        let value = |config: &Config| serde_json::to_value(config).expect("a value");
        assert_eq!(value(&plain), value(&Config::default()));
    }

    #[test]
    fn defaults_are_those_of_the_program() {
        let config = parsed(&unmarked(&keys()));
        let value = |policy: &Policy| serde_json::to_value(policy).expect("a value");
        assert_eq!(value(&config.policy), value(&Policy::default()));
        assert_eq!(config.privacy.min_group, Privacy::default().min_group);
    }

    #[test]
    fn one_zone_that_the_exports_name_is_filled_in_and_two_are_not() {
        let one = of(&[("a.json", "{\"page\": {\"time_zone\": \"Europe/Paris\"}}")]);
        assert_eq!(parsed(&one).incident.time_zone.as_deref(), Some("Europe/Paris"));
        let two = of(&[("a.json", "{\"a\": \"Europe/Paris\", \"b\": \"America/Lima\"}")]);
        assert!(
            parsed(&two).incident.time_zone.is_none() && two.contains("Europe/Paris") && two.contains("America/Lima")
        );
    }

    #[test]
    fn the_window_is_that_of_the_public_messages() {
        let messages = "time,channel,body\n2026-01-05T19:20:00Z,status page,a\n2026-01-05T21:00:00Z,status page,b\n";
        let text = of(&[("public_messages.csv", messages)]);
        let window = parsed(&unmarked(&text)).window.expect("a window");
        assert_eq!((window.start.as_str(), window.end.as_str()), ("2026-01-05T19:20:00Z", "2026-01-05T21:00:00Z"));
    }

    #[test]
    fn a_file_that_is_not_read_gets_an_entry() {
        let text = of(&[("x.csv", "time,total,flavour\n2026-01-01T00:00:00Z,3,x\n"), ("b.png", "\u{89}PNG")]);
        assert!(text.contains(
            "# Its columns are: time, total, flavour\n#[[source]]\n#path = \"x.csv\"\n#table = \"sli_counts\"\n"
        ));
        assert!(text.contains("#columns = { bad = \"NAME IN THE FILE\" }\n"), "{text}");
    }

    #[test]
    fn titles_are_words() {
        assert_eq!(title("derby-night"), "Derby night");
        assert_eq!(title("INC-5681"), "INC-5681");
        assert_eq!(title("été"), "Été");
        assert_eq!(title("--"), "--");
    }
}

//! List of incidents of incident.io (and of platforms that write the same), exported as CSV, into
//! table `timeline_events`.
//!
//! Vendor: <https://help.incident.io/>. Three lines of it:
//! ```text
//! Reference,Name,Severity,Status,Declared at,Impact started at,Fixed at,Resolved at
//! INC-812,Live channels unavailable,Critical,Closed,2026-11-22T20:10:02Z,2026-11-22T20:04:00Z,,2026-11-22T21:02:40Z
//! INC-813,Slow search,Minor,Closed,2026-11-23T09:05:00Z,,,2026-11-23T09:40:00Z
//! ```
//! The columns are those that the account shows and are not published: a file is one of these when
//! it has references such as `INC-812`, a status, and a column whose name is that of an instant. One
//! row is one instant of an incident, a milestone when its name is a plain one; times without an
//! offset are in the zone of the case. Declined, merged, cancelled and test incidents are rejects.

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::is_null;

use super::incident_notes::{Note, headline, milestone_named, severity};

const ORIGIN: &str = "incident.io";

/// Columns with the reference.
const REFERENCES: &[&str] = &["reference", "incident reference", "incident id", "id", "incident", "external id"];

/// Columns with the name.
const TITLES: &[&str] = &["name", "incident name", "title", "summary"];

/// Columns with the stage.
const STATUSES: &[&str] = &["status", "incident status", "status category"];

/// Stages of what was no incident.
const UNREAL: &[&str] = &["declined", "merged", "canceled", "cancelled", "test", "tutorial"];

/// List of incidents as CSV.
#[derive(Debug)]
pub struct IncidentioCsv;

impl Source for IncidentioCsv {
    fn name(&self) -> &'static str {
        "incidentio_csv"
    }

    fn about(&self) -> &'static str {
        "List of incidents of incident.io, exported as CSV"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let csv = sample.csv.as_ref()?;
        let header: Vec<String> = csv.records.first()?.iter().map(|cell| fold(cell)).collect();
        let has = |names: &[&str]| header.iter().any(|cell| names.contains(&cell.as_str()));
        let has_instant = header.iter().any(|cell| is_instant(cell));
        let reference = REFERENCES.iter().find_map(|name| header.iter().position(|cell| cell == name))?;
        let data = &csv.records[1..];
        let referred =
            data.iter().filter(|record| record.get(reference).is_some_and(|cell| is_reference(cell))).count();
        let is_ours = has(STATUSES) && has(TITLES) && has_instant && referred > 0 && referred * 2 > data.len();
        is_ours.then_some(Layout::Csv { header: Some(0), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let header: Vec<String> = file.header.iter().map(|cell| fold(cell)).collect();
        let instants = header.iter().enumerate().filter(|(_, name)| is_instant(name));
        let instants = instants.map(|(at, _)| {
            let name = file.header[at].trim().to_owned();
            (at, name, TimeFormat::learn(&file.sampled(at), file.zone))
        });
        let people = header.iter().enumerate().filter(|(_, name)| is_of_person(name)).map(|(at, _)| at);
        Ok(Box::new(Incidents {
            reference: file.column("", REFERENCES),
            name: file.column("body", TITLES),
            severity: file.column("severity", &["severity", "incident severity", "priority"]),
            status: file.column("status", STATUSES),
            kind: file.column("", &["mode", "incident mode", "type", "incident type"]),
            instants: instants.collect(),
            people: people.collect(),
        }))
    }
}

/// `INC-812`.
fn is_reference(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let letters =
        |text: &str| !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    cell.trim().split_once('-').is_some_and(|(word, number)| letters(word) && digits(number))
}

/// Whether a column, folded, holds an instant in the life of an incident.
fn is_instant(name: &str) -> bool {
    !milestone_named(name).is_empty() || matches!(name, "created at" | "closed at" | "created" | "closed")
}

/// Whether a column, folded, names who worked on an incident.
fn is_of_person(name: &str) -> bool {
    ["lead", "reporter", "creator", "commander", "owner", "assignee", "declared by", "communications"]
        .iter()
        .any(|word| name.contains(word))
}

struct Incidents {
    reference: Option<usize>,
    name: Option<usize>,
    severity: Option<usize>,
    status: Option<usize>,
    kind: Option<usize>,
    instants: Vec<(usize, String, TimeFormat)>,
    people: Vec<usize>,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| {
            index.map_or("", |at| record.field(at)).trim_matches(|c| c == '\u{feff}' || c == ' ')
        };
        for at in &self.people {
            let name = record.field(*at);
            if name.split_whitespace().count() >= 2 {
                out.person(name);
            }
        }
        let (reference, name) = (cell(self.reference), cell(self.name));
        if reference.is_empty() && name.is_empty() {
            return Err("expected an incident with a reference or a name, found none".into());
        }
        for stage in [cell(self.status), cell(self.kind)] {
            if UNREAL.contains(&fold(stage).as_str()) {
                return Err(format!("expected a real incident, found one that is {}", fold(stage)));
            }
        }
        let mut count = 0;
        for (at, label, format) in &self.instants {
            let written = record.field(*at);
            if is_null(written) {
                continue;
            }
            count += 1;
            match format.parse(written) {
                Ok(Some(time)) => instant((reference, name, cell(self.severity)), label, time, out),
                Ok(None) => {}
                Err(reason) => out.reject(format!("{reason} in `{label}`"), &format!("{reference} {name}")),
            }
        }
        if count == 0 { Err("expected a time of the incident, found none".into()) } else { Ok(()) }
    }
}

/// Adds one instant of an incident, which is its reference, name and severity.
fn instant((reference, name, level): (&str, &str, &str), label: &str, time: i64, out: &mut Rows) {
    let plain = fold(label);
    let milestone = milestone_named(&plain);
    let is_first = milestone == "detected" || matches!(plain.as_str(), "created at" | "created");
    let body = if is_first { headline(reference, name, severity(level), &[]) } else { format!("{label}: {name}") };
    let id = if reference.is_empty() { String::new() } else { format!("{reference}:{plain}") };
    Note { id, version: None, time: Some(time), milestone, body: &body, origin: ORIGIN }.add(out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const TEXT: &str = "Reference,Name,Severity,Status,Mode,Incident lead,Declared at,Impact started at,Fixed at,Resolved at\n\
        INC-812,Live channels unavailable,Critical,Closed,standard,Ada Quine,2026-11-22T20:10:02Z,2026-11-22T20:04:00Z,,2026-11-22T21:02:40Z\n\
        INC-813,Drill,Minor,Closed,test,,2026-11-23T09:05:00Z,,,\n\
        INC-814,Slow search,,Declined,standard,,2026-11-23T09:05:00Z,,,\n\
        INC-815,No times,,Closed,standard,,,,,\n\
        INC-816,Told by Ada Quine,,Closed,standard,,yesterday,,2026-11-23T10:00:00Z,\n";

    #[test]
    fn instants_are_milestones() {
        let piece = read(&IncidentioCsv, "incidents.csv", TEXT);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2026-11-22T20:10:02Z milestone=detected body=INC-812 Live channels unavailable (Critical) origin=incident.io",
                "time=2026-11-22T20:04:00Z milestone=started body=Impact started at: Live channels unavailable origin=incident.io",
                "time=2026-11-22T21:02:40Z milestone=resolved body=Resolved at: Live channels unavailable origin=incident.io",
                "time=2026-11-23T10:00:00Z milestone=mitigated body=Fixed at: Told by Ada Quine origin=incident.io",
            ]
        );
        assert_eq!(piece.people, ["Ada Quine"]);
        assert_eq!(
            reasons(&piece),
            [
                "expected a real incident, found one that is test",
                "expected a real incident, found one that is declined",
                "expected a time of the incident, found none",
                "expected a time, found `yesterday` in `Declared at`",
            ]
        );
    }

    #[test]
    fn leaves_other_lists_alone() {
        for text in [
            "Reference,Name,Status\nINC-812,a,Closed\n",
            "Issue key,Summary,Status,Created\nLIVE-1,a,Done,2026-11-22\n",
            "Reference,Name,Status,Declared at\n812,a,Closed,2026-11-22T20:10:02Z\n",
            "id,name,status,created at\n7,a,open,2026-11-22T20:10:02Z\n",
        ] {
            assert_eq!(IncidentioCsv.recognise(&sample("x.csv", text)), None, "{text}");
        }
    }
}

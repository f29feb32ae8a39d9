//! Opsgenie alerts, from its alert API (JSON) or its CSV export, into table `alerts`; logs and
//! notes of an alert into `timeline_events`.
//!
//! Vendor: <https://docs.opsgenie.com/docs/alert-api>. Three lines of it:
//! ```text
//! {"data":[{"id":"7041","tinyId":"1791","message":"Playback errors","priority":"P1",
//!   "entity":"live-origin","createdAt":"2026-11-22T20:06:12.001Z",
//!   "report":{"ackTime":198000,"closeTime":3388000}}],"took":0.03}
//! ```
//! Times are UTC; times of the report are milliseconds after creation. A closed alert without a
//! report was closed at its last update. `count` is repeated occurrences of the same alert and is
//! not read; who acknowledged or closed is only hidden. Columns of the CSV are not documented:
//! creation is epoch milliseconds or a text, which carries no offset.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, text};
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::incident_notes::{Note, json_api_layout};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{is_null, snake_case};
use crate::schema::alerts as table;

/// Alerts of Opsgenie.
#[derive(Debug)]
pub struct OpsgenieAlerts;

impl Source for OpsgenieAlerts {
    fn name(&self) -> &'static str {
        "opsgenie_alerts"
    }

    fn about(&self) -> &'static str {
        "Opsgenie alerts, alert logs or notes, from its alert API (JSON) or its CSV export"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts", "timeline_events"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
        let header = records.iter().take(20).position(|record| {
            let has = |names: &[&str]| record.iter().any(|cell| names.contains(&snake_case(cell).as_str()));
            has(TINY_ID) && has(&["message"]) && has(CREATED)
        });
        if header.is_some() {
            return Some(Layout::Csv { header, extra: 0 });
        }
        json_api_layout(sample, |value| is_alert(value) || is_log(value) || is_note(value))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(CsvAlerts::new(file)));
        }
        Ok(Box::new(Alerts { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Alerts {
    time: TimeFormat,
}

impl RecordReader for Alerts {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let alert = record.json()?;
        if !is_alert(&alert) && (is_log(&alert) || is_note(&alert)) {
            return self.note(&alert, out);
        }
        for who in [&alert["owner"], &alert["report"]["acknowledgedBy"], &alert["report"]["closedBy"]] {
            name_person(text(who), out);
        }
        let time = self.time.parse(text(&alert["createdAt"])).map_err(|reason| format!("{reason} in `createdAt`"))?;
        let report = &alert["report"];
        let after = |name: &str| time.and_then(|time| later(time, &report[name]));
        let closed = match after("closeTime") {
            None if text(&alert["status"]) == "closed" => self.time.parse(text(&alert["updatedAt"])).unwrap_or(None),
            closed => closed,
        };
        let id = [&alert["id"], &alert["tinyId"]].into_iter().map(identifier).find(|id| !id.is_empty());
        let entity = out.redacted(entity(&alert));
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::ENTITY, &entity)
            .text(table::NAME, text(&alert["message"]))
            .text(table::SEVERITY, text(&alert["priority"]))
            .time(table::ACKNOWLEDGED_AT, after("ackTime"))
            .time(table::RESOLVED_AT, closed)
            .identity(&named(id.as_deref().unwrap_or_default()))
            .version(self.time.parse(text(&alert["updatedAt"])).unwrap_or(None))
            .finish();
        Ok(())
    }
}

impl Alerts {
    /// A line of the log of an alert, or a note that someone left at it.
    fn note(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_person(text(&one["owner"]), out);
        let body = if is_log(one) { text(&one["log"]) } else { text(&one["note"]) };
        let time = self.time.parse(text(&one["createdAt"])).map_err(|reason| format!("{reason} in `createdAt`"))?;
        let milestone = milestone::stated(body).unwrap_or_default();
        Note { time, milestone, body, origin: "opsgenie", ..Note::default() }.add(out);
        Ok(())
    }
}

/// Names of columns in snake case, the best first.
const TINY_ID: &[&str] = &["tiny_id", "tinyid"];
const CREATED: &[&str] = &["created_at", "createdat", "created_at_date", "createdatdate"];
const UPDATED: &[&str] = &["updated_at", "updatedat", "updated_at_date", "updatedatdate"];

struct CsvAlerts {
    id: Option<usize>,
    name: Option<usize>,
    entity: Option<usize>,
    severity: Option<usize>,
    status: Option<usize>,
    owner: Option<usize>,
    created: Option<(usize, TimeFormat)>,
    updated: Option<(usize, TimeFormat)>,
}

impl CsvAlerts {
    fn new(file: &FileContext<'_>) -> Self {
        let header: Vec<String> = file.header.iter().map(|cell| snake_case(cell)).collect();
        let of = |canonical: &str, names: &[&str]| {
            let known = names.iter().find_map(|name| header.iter().position(|cell| cell == name));
            file.column(canonical, &[]).or(known)
        };
        let dated = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        Self {
            id: of("", &["alert_id", "alertid", "id"]).or_else(|| of("", TINY_ID)),
            name: of("name", &["message"]),
            entity: of("entity", &["entity", "service"]),
            severity: of("severity", &["priority"]),
            status: of("", &["status"]),
            owner: of("", &["owner"]),
            created: of("time", CREATED).map(dated),
            updated: of("resolved_at", UPDATED).map(dated),
        }
    }
}

impl RecordReader for CsvAlerts {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record: &CsvRecord = record.csv()?;
        let cell = |index: Option<usize>| index.map_or("", |at| record.field(at)).trim_matches('"');
        let at = |column: Option<&(usize, TimeFormat)>| {
            column.map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))
        };
        name_person(cell(self.owner), out);
        let updated = at(self.updated.as_ref())?;
        let is_closed = cell(self.status).eq_ignore_ascii_case("closed");
        let filled = |index: Option<usize>| Some(cell(index)).filter(|cell| !is_null(cell)).unwrap_or_default();
        let entity = out.redacted(filled(self.entity));
        out.row(&table::TABLE)
            .time(table::TIME, at(self.created.as_ref())?)
            .text(table::ENTITY, &entity)
            .text(table::NAME, cell(self.name))
            .text(table::SEVERITY, filled(self.severity))
            .time(table::RESOLVED_AT, updated.filter(|_| is_closed))
            .identity(&named(cell(self.id)))
            .version(updated)
            .finish();
        Ok(())
    }
}

fn is_alert(value: &Value) -> bool {
    value.get("tinyId").is_some() && value.get("createdAt").is_some()
}

fn is_log(value: &Value) -> bool {
    value.get("log").is_some() && value.get("createdAt").is_some() && value.get("offset").is_some()
}

fn is_note(value: &Value) -> bool {
    value.get("note").is_some() && value.get("createdAt").is_some() && value.get("offset").is_some()
}

fn named(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("opsgenie:{id}") }
}

/// Remembers an account whose name is that of a person: two words that are no abbreviations.
fn name_person(name: &str, out: &mut Rows) {
    let is_word =
        |word: &str| word.starts_with(char::is_uppercase) && word.chars().nth(1).is_some_and(char::is_lowercase);
    if name.split_whitespace().count() >= 2 && name.split_whitespace().all(is_word) {
        out.person(name);
    }
}

/// What it is about: the entity, else what the details call the service or the host.
fn entity(alert: &Value) -> &str {
    let details = &alert["details"];
    let known =
        [&alert["entity"], &details["service"], &details["service_name"], &details["host"], &details["instance"]];
    known.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within thirty years")]
fn later(time: i64, milliseconds: &Value) -> Option<i64> {
    let milliseconds = milliseconds.as_f64().filter(|value| (0.0..1e12).contains(value))?;
    Some(time.saturating_add((milliseconds * 1e3) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn one_alert_its_log_and_notes_are_read() {
        let one = r#"{"data":{"id":"a","tinyId":"1","message":"Errors","createdAt":"2027-02-03T20:06:12Z","entity":"192.0.2.7","report":{"acknowledgedBy":"Ada Morvane","closedBy":"System"}},"took":0.1}"#;
        let piece = read(&OpsgenieAlerts, "alert.json", one);
        assert_eq!(piece.people, ["Ada Morvane"]);
        assert!(!rows_of(&piece, "alerts")[0].contains("192.0.2.7"));
        let logs = r#"{"data":[{"log":"Alert acknowledged via web","type":"system","owner":"Ada Morvane","createdAt":"2027-02-03T20:09:30Z","offset":"1_2"},
            {"note":"Root cause found: full disk","owner":"Alert API","createdAt":"2027-02-03T20:30:00Z","offset":"3"}]}"#;
        let piece = read(&OpsgenieAlerts, "logs.json", logs);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-03T20:09:30Z milestone=acknowledged body=Alert acknowledged via web origin=opsgenie",
                "time=2027-02-03T20:30:00Z milestone=identified body=Root cause found: full disk origin=opsgenie",
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn the_csv_export_is_read_in_any_spelling() {
        let text = "Alert ID,Alias,TinyID,Message,Status,CreatedAt,CreatedAtDate,UpdatedAt,Count,Owner,Priority\n\
            a1,x,1,Errors,closed,1801685172001,2027-02-03 20:06:12,1801688560500,3,,P1\n\
            a2,x,2,Slow,open,sometime,,,1,,P3\n";
        let piece = read(&OpsgenieAlerts, "alerts.csv", text);
        assert_eq!(
            rows_of(&piece, "alerts"),
            ["time=2027-02-03T20:06:12.001Z name=Errors severity=P1 resolved_at=2027-02-03T21:02:40.500Z"]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `sometime`"]);
        let text = "tiny_id;message;created_at;status\n1;Errors;2027-02-03 20:06:12;open\n";
        assert_eq!(rows_of(&read(&OpsgenieAlerts, "a.csv", text), "alerts"), ["time=2027-02-03T20:06:12Z name=Errors"]);
    }

    #[test]
    fn alerts_have_times_from_their_report() {
        let text = r#"{"data":[
            {"tinyId":"1","message":"Errors","priority":"P1","entity":"origin","status":"closed","createdAt":"2027-02-03T20:06:12.001Z","report":{"ackTime":198000,"closeTime":3388000}},
            {"tinyId":"2","message":"=cmd()","details":{"service":"gateway"},"status":"open","createdAt":"2027-02-03T20:07:00Z","report":{"ackTime":-1e300}},
            {"tinyId":"3","message":"x","createdAt":"noon"},{"tinyId":"4","createdAt":null}]}"#;
        let piece = read(&OpsgenieAlerts, "opsgenie.json", text);
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12.001Z entity=origin name=Errors severity=P1 acknowledged_at=2027-02-03T20:09:30.001Z resolved_at=2027-02-03T21:02:40.001Z",
                "time=2027-02-03T20:07:00Z entity=gateway name==cmd()",
            ]
        );
        assert_eq!(
            reasons(&piece),
            ["expected a time, found `noon` in `createdAt`", "expected a value in `time`, found none"]
        );
    }
}

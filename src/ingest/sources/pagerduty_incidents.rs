//! PagerDuty incidents, log entries and analytics (JSON, CSV), into table `alerts`; notes of log
//! entries into `timeline_events`.
//!
//! Vendor: <https://developer.pagerduty.com/api-reference/>. Three lines of it:
//! ```text
//! {"log_entries":[{"type":"trigger_log_entry","created_at":"2026-11-22T20:06:12Z",
//!   "service":{"summary":"live-origin"},"agent":{"type":"service_reference","summary":"live-origin"},
//!   "incident":{"id":"QINC1","summary":"[#812] Playback errors"}}]}
//! ```
//! Log entries are joined by incident, so that their document is one record; an incident without
//! a trigger begins at its first entry. Times of analytics carry no offset and are in the zone
//! that the document names behind its rows, else UTC; those of a CSV are in the zone of the case.
//! One incident told by several exports is one alert: the row that knows its start,
//! acknowledgement and end counts. Assignments, escalations and notifications are not read.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{is_null, snake_case};
use crate::schema::{alerts, timeline_events};

/// Incidents of PagerDuty.
#[derive(Debug)]
pub struct PagerdutyIncidents;

impl Source for PagerdutyIncidents {
    fn name(&self) -> &'static str {
        "pagerduty_incidents"
    }

    fn about(&self) -> &'static str {
        "PagerDuty incidents, log entries or incident analytics, from its REST API (JSON) or reports (CSV)"
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
        if let Some(header) = csv_header(sample) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        let holds = |list: Option<&Value>, is_one: fn(&Value) -> bool| {
            list.and_then(Value::as_array).is_some_and(|list| list.iter().take(5).any(is_one))
        };
        // What is joined, or dated by a zone that follows, is one record.
        let is_whole = |json: &Value| {
            holds(Some(json), is_log_entry)
                || holds(json.get("log_entries"), is_log_entry)
                || holds(json.get("data"), is_analytics)
        };
        if sample.json.as_ref().or(sample.ndjson.first()).is_some_and(is_whole) {
            return Some(Layout::Json { paths: &[""] });
        }
        layout_of(sample, &["incidents[]"], |value| {
            is_incident(value) || is_incident(&value["incident"]) || is_analytics(value) || is_log_entry(value)
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(CsvIncidents::new(file)));
        }
        Ok(Box::new(Incidents { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Incidents {
    time: TimeFormat,
}

/// The life of one incident as its log entries tell it.
#[derive(Debug, Default)]
struct Life {
    first: Option<i64>,
    triggered: Option<i64>,
    acknowledged: Option<i64>,
    resolved: Option<i64>,
    service: String,
    name: String,
    severity: String,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let entries = value.get("log_entries").and_then(Value::as_array).or(value.as_array());
        if let Some(entries) = entries {
            self.log_entries(entries, out);
        } else if is_log_entry(&value) {
            self.log_entries(std::slice::from_ref(&value), out);
        } else if let Some(rows) = value.get("data").and_then(Value::as_array) {
            let zone = TimeZone::get(text(&value["time_zone"])).unwrap_or(TimeZone::UTC);
            let local = Self { time: TimeFormat::iso(&zone) };
            for row in rows {
                if let Err(reason) = local.incident(row, out) {
                    out.reject(reason, text(&row["description"]));
                }
            }
        } else {
            let one = if is_incident(&value["incident"]) { &value["incident"] } else { &value };
            return self.incident(one, out);
        }
        Ok(())
    }
}

impl Incidents {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn log_entries(&self, entries: &[Value], out: &mut Rows) {
        let mut lives: BTreeMap<String, Life> = BTreeMap::new();
        for entry in entries {
            if let Err(reason) = self.log_entry(entry, &mut lives, out) {
                out.reject(reason, text(&entry["summary"]));
            }
        }
        for (id, life) in &lives {
            let alert = Alert {
                id,
                time: life.triggered.or(life.first),
                is_begun: life.triggered.is_some(),
                entity: &life.service,
                name: &life.name,
                severity: &life.severity,
                acknowledged: life.acknowledged,
                resolved: life.resolved,
                updated: None,
            };
            alert.add(out);
        }
    }

    fn log_entry(&self, entry: &Value, lives: &mut BTreeMap<String, Life>, out: &mut Rows) -> Result<(), String> {
        let incident = &entry["incident"];
        let id = identifier(&incident["id"]);
        let kind = text(&entry["type"]);
        if id.is_empty() || kind.is_empty() {
            return Err("expected a log entry with `type` and `incident`, found none".into());
        }
        let time = self.at(entry, "created_at")?.ok_or("expected a time in `created_at`, found none")?;
        person(&entry["agent"], out);
        let life = lives.entry(id).or_default();
        life.first = earlier(life.first, time);
        fill(&mut life.service, &[text(&entry["service"]["summary"]), text(&incident["service"]["summary"])]);
        fill(&mut life.name, &[unnumbered(text(&incident["summary"])), text(&incident["title"])]);
        fill(&mut life.severity, &[text(&incident["priority"]["summary"]), text(&incident["urgency"])]);
        match kind {
            "trigger_log_entry" => life.triggered = earlier(life.triggered, time),
            "acknowledge_log_entry" => life.acknowledged = earlier(life.acknowledged, time),
            "resolve_log_entry" => life.resolved = life.resolved.max(Some(time)),
            "annotate_log_entry" => note(entry, time, out),
            _ => {}
        }
        Ok(())
    }

    /// An incident of the REST API or a row of the analytics.
    fn incident(&self, value: &Value, out: &mut Rows) -> Result<(), String> {
        if !is_incident(value) && !is_analytics(value) {
            return Err("expected an incident with `incident_number`, found none".into());
        }
        let time = self.at(value, "created_at")?;
        for name in ["resolved_by_user_name", "assigned_user_names", "joined_user_names"] {
            named_people(text(&value[name]), out);
            for one in value[name].as_array().into_iter().flatten() {
                named_people(text(one), out);
            }
        }
        for assignment in value["assignments"].as_array().into_iter().flatten() {
            person(&assignment["assignee"], out);
        }
        let first = |names: &[&Value]| {
            names.iter().map(|name| text(name)).find(|name| !name.is_empty()).unwrap_or("").to_owned()
        };
        let acknowledged = match value["seconds_to_first_ack"].as_f64() {
            Some(seconds) => time.and_then(|time| later(time, seconds)),
            None => self.acknowledgement(value)?,
        };
        let resolved = match self.at(value, "resolved_at")? {
            None if text(&value["status"]) == "resolved" => self.at(value, "last_status_change_at")?,
            resolved => resolved,
        };
        let alert = Alert {
            id: &identifier(&value["id"]),
            time,
            is_begun: true,
            entity: &first(&[&value["service"]["summary"], &value["service_name"]]),
            name: &first(&[&value["title"], &value["description"], &value["summary"]]),
            severity: &first(&[&value["priority"]["summary"], &value["priority_name"], &value["urgency"]]),
            acknowledged,
            resolved,
            updated: self.at(value, "updated_at").unwrap_or(None),
        };
        alert.add(out);
        Ok(())
    }

    fn acknowledgement(&self, value: &Value) -> Result<Option<i64>, String> {
        let mut first = None;
        for one in value["acknowledgements"].as_array().into_iter().flatten() {
            if let Some(time) = self.at(one, "at")? {
                first = earlier(first, time);
            }
        }
        if first.is_none() && text(&value["status"]) == "acknowledged" {
            return self.at(value, "last_status_change_at");
        }
        Ok(first)
    }
}

/// One alert, as any of the exports tells it.
#[derive(Debug)]
pub(super) struct Alert<'a> {
    /// Identifier in the account.
    pub(super) id: &'a str,
    /// When it began, as far as is known.
    pub(super) time: Option<i64>,
    /// Whether `time` is known to be the start.
    pub(super) is_begun: bool,
    /// Service that it is about.
    pub(super) entity: &'a str,
    /// Title.
    pub(super) name: &'a str,
    /// Priority, else urgency.
    pub(super) severity: &'a str,
    /// When someone took it.
    pub(super) acknowledged: Option<i64>,
    /// When it ended.
    pub(super) resolved: Option<i64>,
    /// When it changed last.
    pub(super) updated: Option<i64>,
}

impl Alert<'_> {
    /// Adds the alert.
    pub(super) fn add(&self, out: &mut Rows) {
        // What is known weighs more than when it was known.
        let known = [self.resolved.is_some(), self.acknowledged.is_some(), self.is_begun];
        let known = known.into_iter().zip(0..).fold(0, |sum, (is_known, bit)| sum | (i64::from(is_known) << bit));
        let identity = if self.id.is_empty() { String::new() } else { format!("pagerduty:{}", self.id) };
        out.row(&alerts::TABLE)
            .time(alerts::TIME, self.time)
            .text(alerts::ENTITY, self.entity)
            .text(alerts::NAME, self.name)
            .text(alerts::SEVERITY, self.severity)
            .time(alerts::ACKNOWLEDGED_AT, self.acknowledged)
            .time(alerts::RESOLVED_AT, self.resolved)
            .identity(&identity)
            .version(Some((known << 56) + self.updated.unwrap_or(0).clamp(0, 1 << 55)))
            .finish();
    }
}

/// Incidents of a report. Its columns are not documented and are found by their usual names.
struct CsvIncidents {
    id: Option<usize>,
    name: Option<usize>,
    service: Option<usize>,
    priority: Option<usize>,
    urgency: Option<usize>,
    to_ack: Option<usize>,
    people: Vec<usize>,
    created: Option<(usize, TimeFormat)>,
    acknowledged: Option<(usize, TimeFormat)>,
    resolved: Option<(usize, TimeFormat)>,
}

impl CsvIncidents {
    fn new(file: &FileContext<'_>) -> Self {
        let header: Vec<String> = file.header.iter().map(|cell| snake_case(cell)).collect();
        let of = |canonical: &str, names: &[&str]| {
            let known = names.iter().find_map(|name| header.iter().position(|cell| cell == name));
            file.column(canonical, &[]).or(known)
        };
        let dated = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        let people =
            header.iter().enumerate().filter(|(_, cell)| cell.ends_with("user_names") || cell.ends_with("user_name"));
        Self {
            id: of("", &["id", "incident_id", "incident_number"]),
            name: of("name", &["description", "title", "summary"]),
            service: of("entity", &["service_name", "service"]),
            priority: of("severity", &["priority_name", "priority"]),
            urgency: of("", &["urgency"]),
            to_ack: of("", &["seconds_to_first_ack"]),
            people: people.map(|(index, _)| index).collect(),
            created: of("time", CREATED).map(dated),
            acknowledged: of("acknowledged_at", &["acknowledged_on", "acknowledged_at"]).map(dated),
            resolved: of("resolved_at", &["resolved_on", "resolved_at"]).map(dated),
        }
    }
}

impl RecordReader for CsvIncidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map_or("", |at| record.field(at));
        let filled = |index: Option<usize>| Some(cell(index)).filter(|cell| !is_null(cell)).unwrap_or_default();
        let at = |column: Option<&(usize, TimeFormat)>| {
            column.map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))
        };
        for index in &self.people {
            named_people(record.field(*index), out);
        }
        let time = at(self.created.as_ref())?;
        let seconds = filled(self.to_ack).parse().ok();
        let acknowledged = match at(self.acknowledged.as_ref())? {
            None => time.zip(seconds).and_then(|(time, seconds)| later(time, seconds)),
            acknowledged => acknowledged,
        };
        let priority = filled(self.priority);
        let alert = Alert {
            id: cell(self.id),
            time,
            is_begun: true,
            entity: filled(self.service),
            name: cell(self.name),
            severity: if priority.is_empty() { filled(self.urgency) } else { priority },
            acknowledged,
            resolved: at(self.resolved.as_ref())?,
            updated: None,
        };
        alert.add(out);
        Ok(())
    }
}

/// Names of the columns of the start, in snake case.
const CREATED: &[&str] = &["created_on", "created_at"];

/// The record that names the columns of a report.
fn csv_header(sample: &Sample) -> Option<usize> {
    let records = sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
    records.iter().take(20).position(|record| {
        let has = |names: &[&str]| record.iter().any(|cell| names.contains(&snake_case(cell).as_str()));
        has(&["incident_number"])
            && has(CREATED)
            && has(&["seconds_to_first_ack", "service_name", "escalation_policy_name", "urgency"])
    })
}

/// Remembers the names of people in a list, at least two words each.
fn named_people(list: &str, out: &mut Rows) {
    for name in list.split([',', ';', '|']).filter(|name| name.split_whitespace().count() >= 2) {
        out.person(name);
    }
}

fn is_log_entry(value: &Value) -> bool {
    text(&value["type"]).ends_with("_log_entry")
}

fn is_incident(value: &Value) -> bool {
    value.get("incident_number").is_some() && value.get("urgency").is_some()
}

fn is_analytics(value: &Value) -> bool {
    value.get("incident_number").is_some() && value.get("seconds_to_first_ack").is_some()
}

/// Keeps what a person wrote, with the milestone when the words are plain.
fn note(entry: &Value, time: i64, out: &mut Rows) {
    let written = [&entry["note"], &entry["channel"]["summary"], &entry["summary"]];
    let body = written.into_iter().map(text).find(|body| !body.is_empty()).unwrap_or_default();
    out.row(&timeline_events::TABLE)
        .time(timeline_events::TIME, Some(time))
        .text(timeline_events::MILESTONE, milestone::stated(body).unwrap_or_default())
        .text(timeline_events::BODY, body)
        .text(timeline_events::ORIGIN, "pagerduty")
        .finish();
}

/// Remembers a user whose summary is a name of at least two words, not a role or a schedule.
pub(super) fn person(agent: &Value, out: &mut Rows) {
    let name = text(&agent["summary"]);
    let is_name = name.split_whitespace().count() >= 2
        && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && !name.chars().any(|c| c.is_ascii_digit());
    if text(&agent["type"]).starts_with("user") && is_name {
        out.person(name);
    }
}

/// `[#812] Playback errors` without the number.
fn unnumbered(summary: &str) -> &str {
    match summary.strip_prefix("[#").and_then(|rest| rest.split_once(']')) {
        Some((_, name)) => name.trim(),
        None => summary,
    }
}

fn fill(field: &mut String, candidates: &[&str]) {
    if field.is_empty() {
        let filled = candidates.iter().copied().find(|text| !text.is_empty());
        filled.unwrap_or_default().clone_into(field);
    }
}

fn earlier(known: Option<i64>, time: i64) -> Option<i64> {
    Some(known.map_or(time, |known| known.min(time)))
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within thirty years")]
fn later(time: i64, seconds: f64) -> Option<i64> {
    (0.0..1e9).contains(&seconds).then(|| time.saturating_add((seconds * 1e6) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    fn entry(kind: &str, time: &str, agent: &str) -> String {
        format!(
            r#"{{"type":"{kind}_log_entry","created_at":"{time}","summary":"s","channel":{{"summary":"Root cause found: full disk"}},"service":{{"summary":"origin"}},"agent":{{"type":"user_reference","summary":"{agent}"}},"incident":{{"id":"Q1","summary":"[#8] Errors high"}}}}"#
        )
    }

    #[test]
    fn log_entries_are_joined_by_incident() {
        let entries = [
            entry("resolve", "2027-02-03T20:58:00Z", "on-call 2"),
            entry("annotate", "2027-02-03T20:41:00Z", "Ada Morvane"),
            entry("acknowledge", "2027-02-03T20:09:30Z", "on-call 2"),
            entry("notify", "soon", "on-call 2"),
            entry("trigger", "2027-02-03T20:06:12Z", "on-call 2"),
        ];
        let piece = read(&PagerdutyIncidents, "pd.json", &format!(r#"{{"log_entries":[{}]}}"#, entries.join(",")));
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12Z entity=origin name=Errors high acknowledged_at=2027-02-03T20:09:30Z resolved_at=2027-02-03T20:58:00Z"
            ]
        );
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            ["time=2027-02-03T20:41:00Z milestone=identified body=Root cause found: full disk origin=pagerduty"]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `soon` in `created_at`"]);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn analytics_are_in_the_zone_that_follows_them() {
        let text = r#"{"data":[{"id":"Q1","incident_number":8,"description":"Errors","created_at":"2027-02-03T21:06:12","seconds_to_first_ack":null,"resolved_by_user_name":"Ada Morvane"},{"id":"Q2"}],"more":false,"time_zone":"Europe/Paris"}"#;
        let piece = read(&PagerdutyIncidents, "pd.json", text);
        assert_eq!(rows_of(&piece, "alerts"), ["time=2027-02-03T20:06:12Z name=Errors"]);
        assert_eq!(reasons(&piece), ["expected an incident with `incident_number`, found none"]);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn reports_are_read_in_the_zone_of_the_case() {
        let text = "Incident Number,ID,Description,Service Name,Created On,Resolved On,Seconds To First Ack,Urgency,Resolved By User Name\n\
            8,Q1,Errors,origin,2027-02-03 21:06:12,2027-02-03 22:02:40,198,high,Ada Morvane\n\
            9,Q2,Slow,origin,noon,,,low,\n";
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let piece = crate::ingest::sources::testing::read_in(&PagerdutyIncidents, "pd.csv", text, &zone);
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12Z entity=origin name=Errors severity=high acknowledged_at=2027-02-03T20:09:30Z resolved_at=2027-02-03T21:02:40Z"
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `noon`"]);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn the_export_that_knows_most_of_an_incident_counts() {
        let list = r#"{"incidents":[{"id":"Q1","incident_number":8,"title":"Errors","urgency":"high","created_at":"2027-02-03T20:06:12Z","updated_at":"2027-02-04T00:00:00Z"}]}"#;
        let entries =
            [entry("trigger", "2027-02-03T20:06:12Z", "x"), entry("acknowledge", "2027-02-03T20:09:30Z", "x")];
        let entries = format!("[{}]", entries.join(","));
        let [list, entries] = [list, &entries].map(|text| read(&PagerdutyIncidents, "pd.json", text));
        let rows_in = |piece: &crate::ingest::rows::Piece| {
            let alerts = piece.tables.iter().find(|rows| rows.table.name == "alerts").unwrap();
            (alerts.keys.clone(), alerts.versions.clone())
        };
        assert_eq!(rows_in(&list).0, rows_in(&entries).0);
        assert!(rows_in(&list).1 < rows_in(&entries).1);
    }

    #[test]
    fn incidents_and_analytics_are_alerts() {
        let incidents = r#"{"incidents":[{"id":"Q1","incident_number":8,"title":"Errors","urgency":"high","service":{"summary":"origin"},"created_at":"2027-02-03T20:06:12Z","status":"resolved","last_status_change_at":"2027-02-03T21:00:00Z"},{"id":"Q2"}]}"#;
        let piece = read(&PagerdutyIncidents, "pd.json", incidents);
        assert_eq!(
            rows_of(&piece, "alerts"),
            ["time=2027-02-03T20:06:12Z entity=origin name=Errors severity=high resolved_at=2027-02-03T21:00:00Z"]
        );
        assert_eq!(piece.rejects.len(), 1);
        let analytics = r#"{"data":[{"incident_number":8,"description":"Errors","service_name":"origin","created_at":"2027-02-03T20:06:12","resolved_at":null,"seconds_to_first_ack":198,"priority_name":"P1"}],"time_zone":"Etc/UTC"}"#;
        let rows = rows_of(&read(&PagerdutyIncidents, "pd.json", analytics), "alerts");
        assert_eq!(
            rows,
            ["time=2027-02-03T20:06:12Z entity=origin name=Errors severity=P1 acknowledged_at=2027-02-03T20:09:30Z"]
        );
    }
}

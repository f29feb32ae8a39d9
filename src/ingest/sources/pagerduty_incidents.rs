//! PagerDuty incidents, log entries and analytics (JSON), into table `alerts`; notes of log
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
//! that the document names, else UTC. Assignments, escalations and notifications are not read.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::{alerts, timeline_events};

/// Incidents of PagerDuty.
#[derive(Debug)]
pub struct PagerdutyIncidents;

impl Source for PagerdutyIncidents {
    fn name(&self) -> &'static str {
        "pagerduty_incidents"
    }

    fn about(&self) -> &'static str {
        "PagerDuty incidents, log entries or incident analytics, from its REST API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts", "timeline_events"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let entries = sample.json.as_ref().and_then(|json| json.get("log_entries"));
        if entries.and_then(Value::as_array).is_some_and(|list| list.iter().take(5).any(is_log_entry)) {
            return Some(Layout::Json { paths: &[""] });
        }
        layout_of(sample, &["incidents[]"], is_incident).or_else(|| layout_of(sample, &["data[]"], is_analytics))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let named = file.sample.json.as_ref().map_or("", |json| text(&json["time_zone"]));
        let zone = TimeZone::get(named).unwrap_or(TimeZone::UTC);
        Ok(Box::new(Incidents { time: TimeFormat::iso(&zone) }))
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
        match value.get("log_entries").and_then(Value::as_array) {
            Some(entries) => {
                self.log_entries(entries, out);
                Ok(())
            }
            None => self.incident(&value, out),
        }
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
        for life in lives.values() {
            out.row(&alerts::TABLE)
                .time(alerts::TIME, life.triggered.or(life.first))
                .text(alerts::ENTITY, &life.service)
                .text(alerts::NAME, &life.name)
                .text(alerts::SEVERITY, &life.severity)
                .time(alerts::ACKNOWLEDGED_AT, life.acknowledged)
                .time(alerts::RESOLVED_AT, life.resolved)
                .finish();
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
        out.row(&alerts::TABLE)
            .time(alerts::TIME, time)
            .text(alerts::ENTITY, &first(&[&value["service"]["summary"], &value["service_name"]]))
            .text(alerts::NAME, &first(&[&value["title"], &value["description"], &value["summary"]]))
            .text(
                alerts::SEVERITY,
                &first(&[&value["priority"]["summary"], &value["priority_name"], &value["urgency"]]),
            )
            .time(alerts::ACKNOWLEDGED_AT, acknowledged)
            .time(alerts::RESOLVED_AT, resolved)
            .finish();
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

fn is_log_entry(value: &Value) -> bool {
    text(&value["type"]).ends_with("_log_entry")
}

fn is_incident(value: &Value) -> bool {
    value.get("incident_number").is_some() && value.get("urgency").is_some() && value.get("service").is_some()
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
fn person(agent: &Value, out: &mut Rows) {
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

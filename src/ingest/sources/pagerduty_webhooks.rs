//! Webhooks that PagerDuty sent and someone saved, of the third and the second version, into table
//! `alerts`; notes and status updates into `timeline_events`.
//!
//! Vendor: <https://developer.pagerduty.com/docs/webhooks-overview>. Two lines of it:
//! ```text
//! {"event":{"event_type":"incident.acknowledged","occurred_at":"2026-11-22T20:09:30Z","data":{"id":"QINC1","title":"Errors","created_at":"2026-11-22T20:06:12Z","service":{"summary":"live-origin"}}}}
//! {"messages":[{"event":"incident.resolve","created_on":"2026-11-22T21:02:40Z","incident":{"id":"QINC1","title":"Errors","created_at":"2026-11-22T20:06:12Z"}}]}
//! ```
//! Each message tells one step of an incident; those of one file are joined, and one incident that
//! the REST API tells too is one alert. An incident that was opened again ends with its last end,
//! or not at all. Assignments, escalations and other steps are not read, nor events of services.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;
use crate::schema::timeline_events;

use super::pagerduty_incidents::{Alert, person};

/// Saved webhooks of PagerDuty.
#[derive(Debug)]
pub struct PagerdutyWebhooks;

impl Source for PagerdutyWebhooks {
    fn name(&self) -> &'static str {
        "pagerduty_webhooks"
    }

    fn about(&self) -> &'static str {
        "PagerDuty webhooks that were saved (JSON, NDJSON), version 3 or 2"
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
        layout_of(sample, &["messages[]"], |value| is_message(value) || is_message(&value["messages"][0]))
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Webhooks { steps: Mutex::default() }))
    }
}

/// Whether a value is a message of either version.
fn is_message(value: &Value) -> bool {
    let (kind, incident) = parts(value);
    kind.starts_with("incident.") && incident.is_object()
}

/// What happened, and to which incident.
fn parts(message: &Value) -> (&str, &Value) {
    let event = &message["event"];
    if event.is_object() {
        return (text(&event["event_type"]), &event["data"]);
    }
    (text(event), &message["incident"])
}

#[derive(Debug)]
struct Webhooks {
    /// Steps of each incident.
    steps: Mutex<BTreeMap<String, Vec<Step>>>,
}

/// What one message tells of an incident.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    at: i64,
    kind: String,
    created: Option<i64>,
    service: String,
    name: String,
    severity: String,
}

impl RecordReader for Webhooks {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let Some(messages) = value["messages"].as_array() else { return self.message(&value, out) };
        for message in messages {
            if let Err(reason) = self.message(message, out) {
                out.reject(reason, text(&message["incident"]["title"]));
            }
        }
        Ok(())
    }

    fn finish(&self, out: &mut Rows) {
        let Ok(mut steps) = self.steps.lock() else { return };
        for (id, mut steps) in std::mem::take(&mut *steps) {
            // Webhooks arrive in any order, and again when the receiver did not answer.
            steps.sort();
            add(&id, &steps, out);
        }
    }
}

impl Webhooks {
    fn message(&self, message: &Value, out: &mut Rows) -> Result<(), String> {
        let (kind, incident) = parts(message);
        // Of services, or of the webhook itself.
        if !kind.is_empty() && !kind.starts_with("incident.") {
            return Ok(());
        }
        if !is_message(message) {
            return Err("expected an event of an incident, found none".into());
        }
        let event = &message["event"];
        person(&event["agent"], out);
        let (name, written) = match text(&event["occurred_at"]) {
            "" if event.is_object() => ("occurred_at", ""),
            "" => ("created_on", text(&message["created_on"])),
            written => ("occurred_at", written),
        };
        let at = time::rfc3339(written).ok_or_else(|| format!("expected a time in `{name}`, found `{written}`"))?;
        let kind = kind.trim_start_matches("incident.");
        if matches!(kind, "annotated" | "annotate" | "status_update_published") {
            note(message, incident, at, out);
            return Ok(());
        }
        let id = identifier(&incident["id"]);
        if id.is_empty() {
            return Err("expected an incident with `id`, found none".into());
        }
        let service = &incident["service"];
        let first = |values: &[&Value]| {
            values.iter().map(|value| text(value)).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        };
        let step = Step {
            at,
            kind: kind.to_owned(),
            created: time::rfc3339(text(&incident["created_at"])),
            service: first(&[&service["summary"], &service["name"]]),
            name: first(&[&incident["title"], &incident["summary"], &incident["description"]]),
            severity: first(&[&incident["priority"]["summary"], &incident["priority"]["name"], &incident["urgency"]]),
        };
        if !out.is_rehearsal()
            && let Ok(mut steps) = self.steps.lock()
        {
            steps.entry(id).or_default().push(step);
        }
        Ok(())
    }
}

/// Adds the alert that the steps of an incident tell, in their order.
fn add(id: &str, steps: &[Step], out: &mut Rows) {
    let is = |step: &Step, kinds: [&str; 2]| kinds.contains(&step.kind.as_str());
    let first = |kinds: [&str; 2]| steps.iter().find(|step| is(step, kinds)).map(|step| step.at);
    let begun = steps.iter().find_map(|step| step.created).or_else(|| first(["triggered", "trigger"]));
    let ends = steps.iter().rev().find(|step| is(step, ["resolved", "resolve"]) || is(step, ["reopened", "reopen"]));
    let told = |of: fn(&Step) -> &String| steps.iter().map(of).find(|text| !text.is_empty()).map_or("", String::as_str);
    let alert = Alert {
        id,
        time: begun.or(steps.first().map(|step| step.at)),
        is_begun: begun.is_some(),
        entity: told(|step| &step.service),
        name: told(|step| &step.name),
        severity: told(|step| &step.severity),
        acknowledged: first(["acknowledged", "acknowledge"]),
        resolved: ends.filter(|step| is(step, ["resolved", "resolve"])).map(|step| step.at),
        updated: steps.last().map(|step| step.at),
    };
    alert.add(out);
}

/// Keeps what a person wrote, with the milestone when the words are plain.
fn note(message: &Value, incident: &Value, at: i64, out: &mut Rows) {
    let entry = &message["log_entries"][0];
    let written = [&incident["content"], &incident["message"], &entry["channel"]["summary"], &entry["summary"]];
    let body = written.into_iter().map(text).find(|body| !body.is_empty()).unwrap_or_default();
    out.row(&timeline_events::TABLE)
        .time(timeline_events::TIME, Some(at))
        .text(timeline_events::MILESTONE, milestone::stated(body).unwrap_or_default())
        .text(timeline_events::BODY, body)
        .text(timeline_events::ORIGIN, "pagerduty")
        .finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::pagerduty_incidents::PagerdutyIncidents;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    fn event(kind: &str, at: &str) -> String {
        format!(
            r#"{{"event":{{"id":"e","event_type":"incident.{kind}","occurred_at":"2027-02-03T{at}Z","agent":{{"summary":"Ada Quine","type":"user_reference"}},"data":{{"id":"Q1","type":"incident","title":"Errors high","created_at":"2027-02-03T20:06:12Z","service":{{"summary":"origin"}},"priority":null,"urgency":"high"}}}}}}"#
        )
    }

    #[test]
    fn the_steps_of_an_incident_are_one_alert_in_whatever_order_they_came() {
        let steps = [("resolved", "21:02:40.5"), ("triggered", "20:06:13"), ("acknowledged", "20:09:30")];
        let mut lines: Vec<String> = steps.iter().map(|(kind, at)| event(kind, at)).collect();
        let expected = ["time=2027-02-03T20:06:12Z entity=origin name=Errors high severity=high \
                         acknowledged_at=2027-02-03T20:09:30Z resolved_at=2027-02-03T21:02:40.500Z"];
        for _ in 0..3 {
            lines.rotate_left(1);
            let piece = read(&PagerdutyWebhooks, "hooks.ndjson", &(lines.join("\n") + "\n"));
            assert_eq!(rows_of(&piece, "alerts"), expected);
        }
        lines.push(event("reopened", "21:30:00"));
        let piece = read(&PagerdutyWebhooks, "hooks.ndjson", &(lines.join("\n") + "\n"));
        assert!(!rows_of(&piece, "alerts")[0].contains("resolved_at"));
    }

    #[test]
    fn the_second_version_and_broken_messages() {
        let message = |kind: &str, at: &str| {
            format!(
                r#"{{"event":"incident.{kind}","created_on":"{at}","incident":{{"id":"Q1","incident_number":8,"title":"Errors high","created_at":"2027-02-03T20:06:12Z","service":{{"name":"origin"}},"urgency":"high"}},"log_entries":[{{"channel":{{"summary":"Root cause found: full disk"}}}}]}}"#
            )
        };
        let messages = [
            message("trigger", "2027-02-03T20:06:12Z"),
            message("resolve", "2027-02-03T21:02:40Z"),
            message("annotate", "2027-02-03T20:31:00Z"),
            message("acknowledge", "soon"),
            "7".to_owned(),
        ];
        let piece = read(&PagerdutyWebhooks, "hook.json", &format!("{{\"messages\":[{}]}}", messages.join(",")));
        assert!(rows_of(&piece, "alerts")[0].ends_with("resolved_at=2027-02-03T21:02:40Z"));
        assert!(rows_of(&piece, "timeline_events")[0].contains("milestone=identified body=Root cause found"));
        assert_eq!(
            reasons(&piece),
            ["expected a time in `created_on`, found `soon`", "expected an event of an incident, found none"]
        );
    }

    #[test]
    fn incidents_of_the_api_are_left_to_it() {
        let text = r#"{"incidents":[{"id":"Q1","incident_number":8,"urgency":"high","title":"x"}]}"#;
        assert_eq!(PagerdutyWebhooks.recognise(&sample("x.json", text)), None);
        assert_eq!(PagerdutyIncidents.recognise(&sample("x.json", &event("triggered", "20:06:13"))), None);
    }
}

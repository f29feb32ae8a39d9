//! Incidents, events, status page events and action items of Rootly (JSON:API), into tables
//! `timeline_events`, `public_messages` and `actions`.
//!
//! Vendor: <https://docs.rootly.com/api-reference/overview>. Three lines of it:
//! ```text
//! {"data":[{"id":"rl-1","type":"incidents","attributes":{"title":"Live unavailable","kind":"normal",
//!   "started_at":"2026-11-22T12:04:00.000-08:00","mitigated_at":"2026-11-22T12:50:00.000-08:00",
//!   "resolved_at":null,"cancelled_at":null}}],"links":{"next":null}}
//! ```
//! One row is one instant of an incident; its message goes with it. Test and example incidents
//! and cancelled ones are rejects; scheduled ones mark no milestone. Links between resources are
//! not followed.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::promise;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::incident_notes::{Note, headline, json_api_layout, milestone_named, name_user, severity};
use crate::ingest::time::TimeFormat;
use crate::schema::{actions, public_messages};

const ORIGIN: &str = "rootly";

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Instants of an incident, with the field of the message that goes with them.
const INSTANTS: &[(&str, &str)] = &[
    ("started_at", ""),
    ("detected_at", ""),
    ("acknowledged_at", ""),
    ("in_triage_at", ""),
    ("identified_at", ""),
    ("mitigated_at", "mitigation_message"),
    ("resolved_at", "resolution_message"),
];

/// Incidents of Rootly.
#[derive(Debug)]
pub struct RootlyIncidents;

impl Source for RootlyIncidents {
    fn name(&self) -> &'static str {
        "rootly_incidents"
    }

    fn about(&self) -> &'static str {
        "Incidents, incident events, status page events or action items of Rootly, from its API (JSON:API)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events", "public_messages", "actions"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        json_api_layout(sample, |value| kind_of(value).is_some())
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Incidents { time: TimeFormat::iso(file.zone), zone: file.zone.clone() }))
    }
}

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Incident,
    Event,
    StatusPageEvent,
    ActionItem,
}

struct Incidents {
    time: TimeFormat,
    zone: TimeZone,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let is_included = matches!(record, Record::Json { path: "included[]", .. });
        let value = record.json()?;
        let id = identifier(&value["id"]);
        let one = &value["attributes"];
        match kind_of(&value) {
            Some(Kind::Incident) => self.incident(&id, one, out),
            Some(Kind::Event) => self.event(&id, one, out),
            Some(Kind::StatusPageEvent) => self.status_page_event(&id, one, out),
            Some(Kind::ActionItem) => self.action_item(&id, one, out),
            None if is_included => {
                if text(&value["type"]) == "users" {
                    name_user(&value, out);
                }
                Ok(())
            }
            None => Err("expected an incident, an event or an action item, found neither".into()),
        }
    }
}

impl Incidents {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn incident(&self, id: &str, one: &Value, out: &mut Rows) -> Result<(), String> {
        let kind = text(&one["kind"]);
        if kind.starts_with("test") || kind.starts_with("example") || kind.starts_with("tutorial") {
            return Err(format!("expected a real incident, found kind `{kind}`"));
        }
        if self.at(one, "cancelled_at")?.is_some() || matches!(text(&one["status"]), "cancelled" | "canceled") {
            return Err("expected a real incident, found one that is cancelled".into());
        }
        for user in ["user", "started_by", "mitigated_by", "resolved_by"] {
            name_user(&one[user], out);
        }
        let title = text(&one["title"]);
        let version = self.at(one, "updated_at").unwrap_or(None);
        let marks = |milestone: &'static str| if kind.starts_with("scheduled") { "" } else { milestone };
        let level = severity(level(&one["severity"]));
        let body = headline("", title, level, &[text(&one["summary"])]);
        // What was entered afterwards was known before.
        let milestone = if kind.starts_with("backfilled") { "" } else { marks("detected") };
        if let Some(time) = self.at(one, "created_at")? {
            let id = format!("{id}:created");
            Note { id, version, time: Some(time), milestone, body: &body, origin: ORIGIN }.add(out);
        }
        for (name, message) in INSTANTS {
            let Some(time) = self.at(one, name).unwrap_or_else(|reason| {
                out.reject(reason, title);
                None
            }) else {
                continue;
            };
            let stage = name.trim_end_matches("_at").replace('_', " ");
            let body = headline("", &format!("{stage}: {title}"), "", &[text(&one[*message])]);
            let id = format!("{id}:{name}");
            Note {
                id,
                version,
                time: Some(time),
                milestone: marks(milestone_named(name)),
                body: &body,
                origin: ORIGIN,
            }
            .add(out);
        }
        Ok(())
    }

    fn event(&self, id: &str, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_user(&one["user"], out);
        let body = text(&one["event"]);
        let time = match self.at(one, "occurred_at")? {
            None => self.at(one, "created_at")?,
            time => time,
        };
        let version = self.at(one, "updated_at").unwrap_or(None);
        let milestone = milestone::stated(body).unwrap_or_default();
        Note { id: format!("event:{id}"), version, time, milestone, body, origin: ORIGIN }.add(out);
        Ok(())
    }

    fn status_page_event(&self, id: &str, one: &Value, out: &mut Rows) -> Result<(), String> {
        let body = text(&one["event"]);
        let time = match self.at(one, "started_at")? {
            None => self.at(one, "created_at")?,
            time => time,
        };
        let promised = |read: fn(&str, i64, &TimeZone) -> Option<i64>| time.and_then(|at| read(body, at, &self.zone));
        out.row(&public_messages::TABLE)
            .time(public_messages::TIME, time)
            .text(public_messages::CHANNEL, "status page")
            .text(public_messages::STATUS, text(&one["status"]))
            .text(public_messages::BODY, body)
            .time(public_messages::PROMISED_NEXT_UPDATE_AT, promised(promise::next_update))
            .time(public_messages::PROMISED_RESOLUTION_AT, promised(promise::resolution))
            .identity(&format!("{ORIGIN}:page:{id}"))
            .version(self.at(one, "updated_at").unwrap_or(None))
            .finish();
        Ok(())
    }

    fn action_item(&self, id: &str, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_user(&one["assigned_to"], out);
        out.row(&actions::TABLE)
            .text(actions::ACTION_ID, id)
            .text(actions::TITLE, text(&one["summary"]))
            .time(actions::DUE_ON, self.at(one, "due_date")?.map(|due| due - due.rem_euclid(DAY)))
            .text(actions::STATUS, text(&one["status"]))
            .time(actions::CREATED_AT, self.at(one, "created_at")?)
            .time(actions::CLOSED_AT, self.at(one, "completed_at")?)
            .version(self.at(one, "updated_at").unwrap_or(None))
            .finish();
        Ok(())
    }
}

/// What a resource is; Datadog calls its incidents by the same type, but numbers them publicly.
fn kind_of(value: &Value) -> Option<Kind> {
    let one = &value["attributes"];
    let has = |name: &str| one.get(name).is_some();
    match text(&value["type"]) {
        "incidents" if has("public_id") => None,
        "incidents" if has("in_triage_at") || has("mitigated_at") || has("slug") && has("started_at") => {
            Some(Kind::Incident)
        }
        "incident_events" if has("event") => Some(Kind::Event),
        "incident_status_page_events" if has("event") => Some(Kind::StatusPageEvent),
        "incident_action_items" if has("summary") => Some(Kind::ActionItem),
        _ => None,
    }
}

/// The name of a severity, given as a word, an object or a nested resource.
fn level(value: &Value) -> &str {
    let named = [value, &value["name"], &value["data"]["attributes"]["name"]];
    named.into_iter().map(text).find(|word| !word.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn instants_of_an_incident_are_notes() {
        let text = r#"{"data":[{"id":"r1","type":"incidents","attributes":{"title":"Live down","slug":"live-down","kind":"normal","severity":{"data":{"attributes":{"name":"SEV1"}}},"created_at":"2027-02-03T12:10:00.000-08:00","detected_at":"2027-02-03T12:06:12.000-08:00","mitigated_at":"2027-02-03T12:50:00.000-08:00","mitigation_message":"Rolled back.","resolved_at":"later","cancelled_at":null}},
            {"id":"r2","type":"incidents","attributes":{"title":"Drill","kind":"test_sub","mitigated_at":null}},
            {"id":"r3","type":"incidents","attributes":{"title":"Twice","kind":"normal","mitigated_at":null,"cancelled_at":"2027-02-03T12:50:00.000-08:00"}},
            {"id":"r4","type":"teams","attributes":{}}],
            "included":[{"id":"u1","type":"users","attributes":{"full_name":"Ada Morvane"}},{"id":"s1","type":"services","attributes":{"name":"origin"}}]}"#;
        let piece = read(&RootlyIncidents, "rootly.json", text);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-03T20:10:00Z milestone=detected body=Live down (SEV1) origin=rootly",
                "time=2027-02-03T20:06:12Z milestone=detected body=detected: Live down origin=rootly",
                "time=2027-02-03T20:50:00Z milestone=mitigated body=mitigated: Live down. Rolled back origin=rootly",
            ]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a time, found `later` in `resolved_at`",
                "expected a real incident, found kind `test_sub`",
                "expected a real incident, found one that is cancelled",
                "expected an incident, an event or an action item, found neither",
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn events_messages_and_actions_have_their_tables() {
        let text = r#"{"data":[
            {"id":"e1","type":"incident_events","attributes":{"event":"Root cause found: full disk","visibility":"internal","occurred_at":"2027-02-03T12:30:00-08:00"}},
            {"id":"p1","type":"incident_status_page_events","attributes":{"event":"We are looking into it.","status":"investigating","started_at":"2027-02-03T12:20:00-08:00"}},
            {"id":"a1","type":"incident_action_items","attributes":{"summary":"Alert on disk use","kind":"follow_up","priority":"high","status":"open","due_date":"2027-02-20","created_at":"2027-02-04T01:00:00-08:00"}}]}"#;
        let piece = read(&RootlyIncidents, "rootly.json", text);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            ["time=2027-02-03T20:30:00Z milestone=identified body=Root cause found: full disk origin=rootly"]
        );
        assert_eq!(
            rows_of(&piece, "public_messages"),
            ["time=2027-02-03T20:20:00Z channel=status page status=investigating body=We are looking into it."]
        );
        assert_eq!(
            rows_of(&piece, "actions"),
            [
                "action_id=a1 title=Alert on disk use due_on=2027-02-20T00:00:00Z status=open created_at=2027-02-04T09:00:00Z"
            ]
        );
    }

    #[test]
    fn one_incident_is_read_and_one_of_another_tool_is_not() {
        let sample = |text| crate::ingest::sources::testing::sample("x.json", text);
        let one = sample(r#"{"data":{"id":"r1","type":"incidents","attributes":{"in_triage_at":null}}}"#);
        assert!(RootlyIncidents.recognise(&one).is_some());
        let other = sample(r#"{"data":[{"type":"incidents","attributes":{"public_id":1,"resolved":null}}]}"#);
        assert_eq!(RootlyIncidents.recognise(&other), None);
    }
}

//! Incidents, updates and follow-ups of incident.io (API pages, arrays or one a line), into
//! tables `timeline_events` and `actions`.
//!
//! Vendor: <https://api-docs.incident.io/tag/Incidents-V2>. Three lines of it:
//! ```text
//! {"incidents":[{"id":"01X","reference":"INC-812","name":"Live unavailable","mode":"standard",
//!   "created_at":"2026-11-22T20:10:02.114Z","incident_status":{"category":"closed"},"incident_timestamp_values":[
//!   {"incident_timestamp":{"name":"Impact started"},"value":{"value":"2026-11-22T20:04:00Z"}}]}]}
//! ```
//! Times are UTC. One row is one instant of an incident or one update; statuses count by their
//! category, since accounts rename them. Incidents of mode test or tutorial, and declined, merged
//! or cancelled ones are rejects. Custom fields, roles and workload are not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::incident_notes::{Note, headline, milestone_named, name_user, severity};
use crate::ingest::time::TimeFormat;
use crate::schema::actions;

const ORIGIN: &str = "incident.io";

/// Incidents of incident.io.
#[derive(Debug)]
pub struct IncidentioIncidents;

impl Source for IncidentioIncidents {
    fn name(&self) -> &'static str {
        "incidentio_incidents"
    }

    fn about(&self) -> &'static str {
        "Incidents, incident updates or follow-ups of incident.io, from its API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events", "actions"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["incidents[]", "incident_updates[]", "follow_ups[]"], |value| {
            let one = unwrapped(value);
            is_incident(one) || is_update(one) || is_follow_up(one)
        })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Incidents { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Incidents {
    time: TimeFormat,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        match unwrapped(&value) {
            one if is_incident(one) => self.incident(one, out),
            one if is_update(one) => self.update(one, out),
            one if is_follow_up(one) => self.follow_up(one, out),
            _ => Err("expected an incident, an update or a follow-up, found neither".into()),
        }
    }
}

impl Incidents {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn incident(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        let mode = text(&one["mode"]);
        if matches!(mode, "test" | "tutorial") {
            return Err(format!("expected a real incident, found mode `{mode}`"));
        }
        let category = text(&one["incident_status"]["category"]);
        if matches!(category, "declined" | "merged" | "canceled" | "cancelled") {
            return Err(format!("expected a real incident, found one that is {category}"));
        }
        name_user(&one["creator"], out);
        for role in one["incident_role_assignments"].as_array().into_iter().flatten() {
            name_user(&role["assignee"], out);
        }
        let (id, name) = (identifier(&one["id"]), text(&one["name"]));
        let version = self.at(one, "updated_at").unwrap_or(None);
        let body = headline(text(&one["reference"]), name, level(one), &[text(&one["summary"])]);
        // An incident that was entered afterwards was known before.
        let milestone = if mode == "retrospective" { "" } else { "detected" };
        let time = self.at(one, "created_at")?;
        let note = Note { version, time, milestone, origin: ORIGIN, ..Note::default() };
        Note { id: format!("{id}:created"), body: &body, ..note }.add(out);
        for instant in one["incident_timestamp_values"].as_array().into_iter().flatten() {
            if let Err(reason) = self.instant(&id, name, version, instant, out) {
                out.reject(reason, name);
            }
        }
        Ok(())
    }

    fn instant(
        &self,
        incident: &str,
        name: &str,
        version: Option<i64>,
        instant: &Value,
        out: &mut Rows,
    ) -> Result<(), String> {
        let called = &instant["incident_timestamp"];
        let label = text(&called["name"]);
        let Some(time) = self.at(&instant["value"], "value")? else { return Ok(()) };
        let which = Some(identifier(&called["id"])).filter(|id| !id.is_empty()).unwrap_or_else(|| label.to_owned());
        Note {
            id: format!("{incident}:{which}"),
            version,
            time: Some(time),
            milestone: milestone_named(label),
            body: &headline("", &format!("{label}: {name}"), "", &[]),
            origin: ORIGIN,
        }
        .add(out);
        Ok(())
    }

    fn update(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_user(&one["updater"], out);
        let (message, status) = (text(&one["message"]), &one["new_incident_status"]);
        let milestone = match text(&status["category"]) {
            "learning" | "closed" => "resolved",
            _ => milestone::stated(message).unwrap_or_default(),
        };
        let body = if message.is_empty() {
            headline("Status:", text(&status["name"]), severity(text(&one["new_severity"]["name"])), &[])
        } else {
            message.to_owned()
        };
        let id = format!("update:{}", identifier(&one["id"]));
        let time = self.at(one, "created_at")?;
        Note { id, time, milestone, body: &body, origin: ORIGIN, version: None }.add(out);
        Ok(())
    }

    fn follow_up(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_user(&one["assignee"], out);
        name_user(&one["creator"], out);
        out.row(&actions::TABLE)
            .text(actions::ACTION_ID, &identifier(&one["id"]))
            .text(actions::TITLE, text(&one["title"]))
            .text(actions::STATUS, text(&one["status"]))
            .time(actions::CREATED_AT, self.at(one, "created_at")?)
            .time(actions::CLOSED_AT, self.at(one, "completed_at")?)
            .version(self.at(one, "updated_at").unwrap_or(None))
            .finish();
        Ok(())
    }
}

/// The object of an answer that holds a single one.
fn unwrapped(value: &Value) -> &Value {
    let named = ["incident", "incident_update", "follow_up"].iter().filter_map(|name| value.get(*name));
    named.into_iter().find(|one| one.is_object()).unwrap_or(value)
}

fn is_incident(value: &Value) -> bool {
    value.get("incident_timestamp_values").is_some()
        || value["incident_status"].get("category").is_some() && value.get("created_at").is_some()
}

fn is_update(value: &Value) -> bool {
    value.get("new_incident_status").is_some() && value.get("incident_id").is_some()
}

fn is_follow_up(value: &Value) -> bool {
    let is_ours = value.get("external_issue_reference").is_some() || value.get("completed_at").is_some();
    is_ours && value.get("incident_id").is_some() && value.get("title").is_some()
}

fn level(incident: &Value) -> &str {
    severity(text(&incident["severity"]["name"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn instants_of_an_incident_are_notes() {
        let text = r#"{"incidents":[{"id":"01A","reference":"INC-8","name":"Live down","summary":null,"mode":"standard","created_at":"2027-02-03T20:10:02.114Z","severity":{"name":"Critical","rank":3},"incident_status":{"name":"Terminé","category":"closed"},"incident_role_assignments":[{"assignee":{"name":"Ada Morvane"}}],"incident_timestamp_values":[
            {"incident_timestamp":{"id":"t1","name":"Impact started"},"value":{"value":"2027-02-03T20:04:00.000Z"}},
            {"incident_timestamp":{"id":"t2","name":"Fixed at"},"value":null},
            {"incident_timestamp":{"id":"t3","name":"Resolved at"},"value":{"value":"late"}}]},
            {"id":"01B","name":"Drill","mode":"tutorial","incident_timestamp_values":[]},
            {"id":"01C","name":"Twice","mode":"standard","incident_status":{"category":"merged"},"incident_timestamp_values":[]},
            {"id":"01D"}],"pagination_meta":{"after":"01D","page_size":25}}"#;
        let piece = read(&IncidentioIncidents, "incidents.json", text);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-03T20:10:02.114Z milestone=detected body=INC-8 Live down (Critical) origin=incident.io",
                "time=2027-02-03T20:04:00Z milestone=started body=Impact started: Live down origin=incident.io",
            ]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a time, found `late` in `value`",
                "expected a real incident, found mode `tutorial`",
                "expected a real incident, found one that is merged",
                "expected an incident, an update or a follow-up, found neither",
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn updates_count_by_the_category_of_their_status() {
        let text = r#"{"incident_updates":[
            {"id":"u1","incident_id":"01A","message":"Root cause found: full disk","new_incident_status":{"name":"Fixing","category":"live"},"created_at":"2027-02-03T20:30:00Z"},
            {"id":"u2","incident_id":"01A","message":null,"new_incident_status":{"name":"Terminé","category":"learning"},"new_severity":{"name":"Minor"},"created_at":"2027-02-03T21:02:00Z"}]}"#;
        let rows = rows_of(&read(&IncidentioIncidents, "updates.json", text), "timeline_events");
        assert_eq!(
            rows,
            [
                "time=2027-02-03T20:30:00Z milestone=identified body=Root cause found: full disk origin=incident.io",
                "time=2027-02-03T21:02:00Z milestone=resolved body=Status: Terminé (Minor) origin=incident.io",
            ]
        );
    }

    #[test]
    fn follow_ups_are_actions() {
        let text = r#"{"follow_ups":[{"id":"f1","incident_id":"01A","title":"Alert on disk use","status":"completed","external_issue_reference":null,"assignee":{"name":"Ada Morvane"},"created_at":"2027-02-04T09:00:00Z","completed_at":"2027-02-05T09:00:00Z"}]}"#;
        let piece = read(&IncidentioIncidents, "follow_ups.json", text);
        assert_eq!(
            rows_of(&piece, "actions"),
            [
                "action_id=f1 title=Alert on disk use status=completed created_at=2027-02-04T09:00:00Z closed_at=2027-02-05T09:00:00Z"
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
    }
}

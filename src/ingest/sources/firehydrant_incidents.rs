//! Incidents and their events of FireHydrant (API pages, arrays or one a line), into table
//! `timeline_events`; events open to the public also go into `public_messages`.
//!
//! Vendor: <https://docs.firehydrant.com/reference/incidents>. Three lines of it:
//! ```text
//! {"data":[{"id":"fh-1","name":"Live unavailable","number":812,"current_milestone":"resolved","severity":"SEV1",
//!   "created_at":"2026-11-22T20:10:02Z","discarded_at":null,"milestones":[{"type":"mitigated",
//!   "duration":"PT45M58S","occurred_at":"2026-11-22T20:50:00Z"}]}]}
//! ```
//! Times are UTC. One row is one milestone; an incident without one that started has its start
//! from `started_at`. Discarded incidents are rejects. Durations follow from the milestones and
//! are not read, nor are services, customers and money.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::promise;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::incident_notes::{Note, headline, milestone_named, name_user, severity};
use crate::ingest::time::TimeFormat;
use crate::schema::public_messages;

const ORIGIN: &str = "firehydrant";

/// Incidents of FireHydrant.
#[derive(Debug)]
pub struct FirehydrantIncidents;

impl Source for FirehydrantIncidents {
    fn name(&self) -> &'static str {
        "firehydrant_incidents"
    }

    fn about(&self) -> &'static str {
        "Incidents with their milestones, or incident events, of FireHydrant, from its API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events", "public_messages"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["data[]"], |value| is_incident(value) || is_event(value))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Incidents { time: TimeFormat::iso(&TimeZone::UTC), zone: file.zone.clone() }))
    }
}

struct Incidents {
    time: TimeFormat,
    /// Zone of the times that public messages promise.
    zone: TimeZone,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if is_incident(&value) {
            self.incident(&value, out)
        } else if is_event(&value) {
            self.event(&value, out)
        } else {
            Err("expected an incident with `milestones`, found none".into())
        }
    }
}

impl Incidents {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn incident(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        if self.at(one, "discarded_at")?.is_some() {
            return Err("expected a real incident, found one that is discarded".into());
        }
        name_user(&one["created_by"], out);
        let (id, name) = (identifier(&one["id"]), text(&one["name"]));
        let number = identifier(&one["number"]);
        let reference = if number.is_empty() { String::new() } else { format!("#{number}") };
        let level = [&one["severity"], &one["priority"]].into_iter().map(named).find(|level| !level.is_empty());
        let texts = [text(&one["summary"]), text(&one["customer_impact_summary"])];
        let milestones = one["milestones"].as_array().map_or(&[][..], Vec::as_slice);
        let version = i64::try_from(milestones.len()).ok();
        let note = Note { version, origin: ORIGIN, ..Note::default() };
        let body = headline(&reference, name, level.unwrap_or_default(), &texts);
        let time = self.at(one, "created_at")?;
        Note { id: format!("{id}:created"), time, milestone: "detected", body: &body, ..note }.add(out);
        let mut has_start = false;
        for milestone in milestones {
            let kind = text(&milestone["type"]);
            has_start |= kind == "started";
            match self.at(milestone, "occurred_at") {
                Ok(None) => {}
                Ok(time) => instant(&id, kind, name, version, time, out),
                Err(reason) => out.reject(reason, name),
            }
        }
        if let Some(time) = self.at(one, "started_at")?.filter(|_| !has_start) {
            instant(&id, "started", name, version, Some(time), out);
        }
        Ok(())
    }

    fn event(&self, one: &Value, out: &mut Rows) -> Result<(), String> {
        name_user(&one["author"], out);
        let (data, kind) = (&one["data"], text(&one["type"]));
        let written = [&data["body"], &data["text"], &data["message"], &data["note"], &data["summary"], data];
        let written = written.into_iter().map(text).find(|text| !text.is_empty()).unwrap_or_default();
        let time = self.at(one, "occurred_at")?;
        let id = format!("event:{}", identifier(&one["id"]));
        if text(&one["visibility"]) == "open_to_public" && !written.is_empty() {
            let promised =
                |read: fn(&str, i64, &TimeZone) -> Option<i64>| time.and_then(|at| read(written, at, &self.zone));
            out.row(&public_messages::TABLE)
                .time(public_messages::TIME, time)
                .text(public_messages::CHANNEL, "status page")
                .text(public_messages::BODY, written)
                .time(public_messages::PROMISED_NEXT_UPDATE_AT, promised(promise::next_update))
                .time(public_messages::PROMISED_RESOLUTION_AT, promised(promise::resolution))
                .identity(&format!("{ORIGIN}:{id}"))
                .finish();
            return Ok(());
        }
        let body = if written.is_empty() { kind.replace(['_', '/'], " ") } else { written.to_owned() };
        let milestone = milestone::stated(written).unwrap_or_default();
        Note { id, time, milestone, body: &body, origin: ORIGIN, version: None }.add(out);
        Ok(())
    }
}

fn instant(incident: &str, kind: &str, name: &str, version: Option<i64>, time: Option<i64>, out: &mut Rows) {
    let body = format!("{}: {name}", kind.replace('_', " "));
    let id = format!("{incident}:{kind}");
    Note { id, version, time, milestone: milestone_named(kind), body: &body, origin: ORIGIN }.add(out);
}

fn is_incident(value: &Value) -> bool {
    let stages = value["milestones"].as_array();
    let is_staged = stages.is_some_and(|stages| stages.iter().any(|stage| stage.get("occurred_at").is_some()));
    value.get("milestones").is_some() && value.get("current_milestone").is_some()
        || is_staged && value.get("name").is_some()
}

fn is_event(value: &Value) -> bool {
    let has = |names: &[&str]| names.iter().all(|name| value.get(*name).is_some());
    has(&["incident_id", "occurred_at", "type"]) && (has(&["visibility"]) || has(&["context"]))
}

/// A severity or priority, given as a word or as an object with a slug.
fn named(value: &Value) -> &str {
    let word = [value, &value["slug"], &value["name"]].into_iter().map(text).find(|word| !word.is_empty());
    severity(word.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn milestones_are_notes() {
        let text = r#"{"data":[{"id":"f1","name":"Live down","number":8,"created_at":"2027-02-03T20:10:02Z","started_at":"2027-02-03T20:04:00Z","discarded_at":null,"current_milestone":"resolved","severity":"UNSET","priority":"P1","milestones":[
            {"type":"mitigated","duration":"PT45M58S","occurred_at":"2027-02-03T20:50:00Z"},
            {"type":"postmortem_started","occurred_at":"2027-02-04T08:00:00Z"},
            {"type":"resolved","occurred_at":null}]},
            {"id":"f2","name":"Drill","discarded_at":"2027-02-03T20:11:00Z","current_milestone":"started","milestones":[]},
            {"id":"f3"}],"pagination":{"count":3}}"#;
        let piece = read(&FirehydrantIncidents, "fh.json", text);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-03T20:10:02Z milestone=detected body=#8 Live down (P1) origin=firehydrant",
                "time=2027-02-03T20:50:00Z milestone=mitigated body=mitigated: Live down origin=firehydrant",
                "time=2027-02-04T08:00:00Z body=postmortem started: Live down origin=firehydrant",
                "time=2027-02-03T20:04:00Z milestone=started body=started: Live down origin=firehydrant",
            ]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a real incident, found one that is discarded",
                "expected an incident with `milestones`, found none"
            ]
        );
    }

    #[test]
    fn events_open_to_the_public_are_messages() {
        let text = r#"{"data":[
            {"id":"e1","incident_id":"f1","type":"note","data":{"body":"Root cause found: full disk"},"occurred_at":"2027-02-03T20:30:00Z","visibility":"private_to_org","author":{"name":"Ada Morvane"}},
            {"id":"e2","incident_id":"f1","type":"note","data":{"body":"We are working on it. Next update by 21:00."},"occurred_at":"2027-02-03T20:31:00Z","visibility":"open_to_public"},
            {"id":"e3","incident_id":"f1","type":"role_update","data":{},"occurred_at":"2027-02-03T20:32:00Z","visibility":"private_to_org"}]}"#;
        let piece = read(&FirehydrantIncidents, "events.json", text);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-03T20:30:00Z milestone=identified body=Root cause found: full disk origin=firehydrant",
                "time=2027-02-03T20:32:00Z body=role update origin=firehydrant",
            ]
        );
        assert_eq!(
            rows_of(&piece, "public_messages"),
            [
                "time=2027-02-03T20:31:00Z channel=status page body=We are working on it. Next update by 21:00. promised_next_update_at=2027-02-03T21:00:00Z"
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane"]);
    }
}

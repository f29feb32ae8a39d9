//! Events and monitors of Datadog: pages of the event search (`/api/v2/events`), the older event
//! list (`/api/v1/events`), and states of monitors (`/api/v1/monitor`, `/api/v1/monitor/search`).
//!
//! <https://docs.datadoghq.com/api/latest/events/search-events/>, <https://docs.datadoghq.com/api/latest/monitors/>
//!
//! ```json
//! {"data":[{"type":"event","id":"AgAAAZ","attributes":{"timestamp":"2026-11-22T20:04:10Z","message":"5 percent",
//!   "tags":["env:prod","source:monitor"],"attributes":{"title":"[Triggered] Playback errors","status":"error",
//!   "service":"undefined","hostname":"edge-01","aggregation_key":"a1b2","evt":{"type":"metric_alert"}}}}]}
//! ```
//!
//! Out, three tables. What a monitor says goes to `alerts`: the event that triggers it and the one that recovers it
//! are one alert, in whatever order the file has them; repeats while it lasts add nothing. What
//! tells of a deployment or a configuration goes to `changes`, anything else to
//! `timeline_events`, also a recovery whose beginning is not in the same file. A state of a
//! monitor is the alert that it showed last; one that never triggered leaves no row. Who did or
//! wrote something is not read. Whether there are further pages is not told.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;
use crate::schema::{alerts, changes, timeline_events};

use super::datadog_event::{Event, Subject};

/// Events and monitors of Datadog.
#[derive(Debug)]
pub struct DatadogEvents;

impl Source for DatadogEvents {
    fn name(&self) -> &'static str {
        "datadog_events"
    }

    fn about(&self) -> &'static str {
        "Datadog events or monitors, from the API (JSON): alerts, changes and notes"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts", "changes", "timeline_events"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_page = |value: &Value| {
            ["data", "events", "monitors"]
                .iter()
                .any(|name| value[*name].as_array().is_some_and(|l| l.iter().take(5).any(is_ours)))
        };
        let first = sample.json.as_ref().or(sample.ndjson.first())?;
        if is_page(first) {
            return Some(Layout::Json { paths: &["data[]", "events[]", "monitors[]"] });
        }
        if first.as_array().is_some_and(|pages| pages.iter().take(3).any(is_page)) {
            return Some(Layout::Json { paths: &["[].data[]", "[].events[]", "[].monitors[]"] });
        }
        if is_ours(&first["data"]) {
            return Some(Layout::Json { paths: &["data"] });
        }
        layout_of(sample, &[], is_ours)
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { turns: Mutex::default() }))
    }
}

fn is_ours(value: &Value) -> bool {
    is_event(value) || is_monitor(value)
}

/// An event of either version of the API.
fn is_event(value: &Value) -> bool {
    let attributes = &value["attributes"];
    value["type"] == "event" && (attributes["attributes"].is_object() || attributes.get("timestamp").is_some())
        || value.get("date_happened").is_some() && value.get("title").is_some()
}

/// A monitor of the list or of the search.
fn is_monitor(value: &Value) -> bool {
    value["query"].is_string()
        && value["name"].is_string()
        && (value.get("overall_state").is_some()
            || value.get("last_triggered_ts").is_some() && value.get("status").is_some())
}

struct Reader {
    /// What each monitor did, by the key of the alert.
    turns: Mutex<BTreeMap<String, Vec<Turn>>>,
}

/// One event of a monitor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    at: i64,
    is_recovery: bool,
    id: String,
    name: String,
    entity: String,
    severity: String,
    title: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        if out.is_rehearsal() {
            return Ok(());
        }
        let value = record.json()?;
        if is_monitor(&value) {
            return monitor(&value, out);
        }
        let event = Event::of(&value)?;
        match event.subject {
            Subject::Change => {
                let mut row = out.row(&changes::TABLE);
                row.identity(&own(&event.id))
                    .time(changes::TIME, Some(event.at))
                    .text(changes::ENTITY, &event.entity)
                    .text(changes::KIND, event.kind)
                    .text(changes::SUMMARY, event.summary())
                    .text(changes::URL, &event.url)
                    .finish();
            }
            Subject::Note => note(&event.id, event.at, event.summary(), out),
            Subject::Monitor { is_recovery } => {
                let turn = Turn {
                    at: event.at,
                    is_recovery,
                    id: event.id,
                    name: event.name,
                    entity: event.entity,
                    severity: event.severity,
                    title: event.title,
                };
                let mut turns = self.turns.lock().map_err(|_| "expected the events before to be readable")?;
                turns.entry(event.key).or_default().push(turn);
            }
        }
        Ok(())
    }

    /// Puts triggers and recoveries together.
    fn finish(&self, out: &mut Rows) {
        let Ok(mut turns) = self.turns.lock() else { return };
        for (_, mut turns) in std::mem::take(&mut *turns) {
            turns.sort();
            let mut open: Option<&Turn> = None;
            let mut last = "";
            for turn in &turns {
                let is_repeated = !turn.id.is_empty() && turn.id == last;
                last = &turn.id;
                if is_repeated {
                    continue;
                }
                match (open, turn.is_recovery) {
                    (None, false) => open = Some(turn),
                    // Reminded of, or worse than before: the same alert.
                    (Some(_), false) => {}
                    (Some(began), true) => {
                        alert(began, Some(turn.at), out);
                        open = None;
                    }
                    (None, true) => note(&turn.id, turn.at, &turn.title, out),
                }
            }
            if let Some(began) = open {
                alert(began, None, out);
            }
        }
    }
}

fn alert(began: &Turn, ended: Option<i64>, out: &mut Rows) {
    out.row(&alerts::TABLE)
        .identity(&own(&began.id))
        .time(alerts::TIME, Some(began.at))
        .text(alerts::ENTITY, &began.entity)
        .text(alerts::NAME, &began.name)
        .text(alerts::SEVERITY, &began.severity)
        .time(alerts::RESOLVED_AT, ended)
        .finish();
}

fn note(id: &str, at: i64, body: &str, out: &mut Rows) {
    out.row(&timeline_events::TABLE)
        .identity(&own(id))
        .time(timeline_events::TIME, Some(at))
        .text(timeline_events::BODY, body)
        .text(timeline_events::ORIGIN, "datadog")
        .finish();
}

/// An identifier of Datadog among those of other tools; empty when it is.
fn own(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("datadog {id}") }
}

/// The last alert of a monitor, or of each of its groups where they are listed.
fn monitor(value: &Value, out: &mut Rows) -> Result<(), String> {
    let tags: Vec<&str> = value["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let tagged = tags.iter().find_map(|tag| tag.strip_prefix("service:")).unwrap_or_default();
    let groups = value["state"]["groups"].as_object();
    let states: Vec<&Value> = match groups.filter(|groups| !groups.is_empty()) {
        Some(groups) => groups.values().collect(),
        None => vec![value],
    };
    for state in states {
        let Some(written) = state.get("last_triggered_ts").filter(|at| !at.is_null() && **at != 0) else { continue };
        let at = time::epoch_value(written).ok_or("expected an epoch time in `last_triggered_ts`")?;
        let resolved = time::epoch_value(&state["last_resolved_ts"]).filter(|resolved| *resolved >= at);
        let group = state.get("name").filter(|_| groups.is_some()).map_or("", text);
        let of_group = group.split(',').find_map(|tag| {
            let (name, value) = tag.split_once(':')?;
            ["service", "host"].contains(&name.trim()).then_some(value.trim())
        });
        out.row(&alerts::TABLE)
            .identity(&format!("datadog monitor {} {group} {at}", identifier(&value["id"])))
            .time(alerts::TIME, Some(at))
            .text(alerts::ENTITY, of_group.unwrap_or(tagged))
            .text(alerts::NAME, text(&value["name"]))
            .text(alerts::SEVERITY, &priority(&value["priority"]))
            .time(alerts::RESOLVED_AT, resolved)
            .finish();
    }
    Ok(())
}

/// `P2` of the priority 2 of a monitor; empty for none.
fn priority(value: &Value) -> String {
    value.as_i64().map_or_else(String::new, |number| format!("P{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    fn event(id: &str, at: &str, title: &str, more: &str) -> String {
        format!(
            r#"{{"type":"event","id":"{id}","attributes":{{"timestamp":"{at}","message":"m","tags":["source:monitor","service:origin","service:origin"],
            "attributes":{{"title":"{title}","service":"undefined","status":"error","hostname":"edge-01"{more}}}}}}}"#
        )
        .replace('\n', "")
    }

    fn page(events: &[String]) -> String {
        format!(r#"{{"data":[{}],"meta":{{"page":{{"after":"x"}}}},"links":{{"next":"n"}}}}"#, events.join(","))
    }

    const KEY: &str = r#","aggregation_key":"a1""#;

    #[test]
    fn trigger_and_recovery_are_one_alert_newest_first_and_over_pages() {
        let first = page(&[
            event("3", "2026-11-22T20:40:00Z", "[Recovered] Errors", KEY),
            event("2", "2026-11-22T20:20:00Z", "[Re-Triggered] Errors", KEY),
        ]);
        let second = page(&[
            event("1", "2026-11-22T20:04:10Z", "[P1] [Triggered on {host:a}] Errors", KEY),
            event("1", "2026-11-22T20:04:10Z", "[P1] [Triggered on {host:a}] Errors", KEY),
            event("0", "2026-11-22T19:00:00Z", "[Recovered] Errors", KEY),
            event("9", "soon", "[Triggered] Errors", KEY),
        ]);
        for text in [format!("{first}\n{second}\n"), format!("[{first},{second}]")] {
            let piece = read(&DatadogEvents, "events.json", &text);
            assert_eq!(
                rows_of(&piece, "alerts"),
                ["time=2026-11-22T20:04:10Z entity=origin name=Errors severity=P1 resolved_at=2026-11-22T20:40:00Z"]
            );
            assert_eq!(
                rows_of(&piece, "timeline_events"),
                ["time=2026-11-22T19:00:00Z body=[Recovered] Errors origin=datadog"]
            );
            assert_eq!(reasons(&piece), ["expected a time in `timestamp`, found `soon`"]);
        }
    }

    #[test]
    fn an_open_alert_has_no_end() {
        let piece =
            read(&DatadogEvents, "e.json", &page(&[event("1", "2026-11-22T20:04:10Z", "[Triggered] Errors", "")]));
        assert_eq!(rows_of(&piece, "alerts"), ["time=2026-11-22T20:04:10Z entity=origin name=Errors severity=error"]);
    }

    #[test]
    fn deployments_are_changes_and_the_rest_are_notes() {
        let text = r#"{"events":[
            {"id":7,"date_happened":1795377850,"title":"Deployed playback-api 4.2","text":"by hand","tags":["service:playback-api"],"source":"jenkins","url":"/event/7"},
            {"id":8,"date_happened":1795377851,"title":"Disk almost full","text":"","host":"edge-02","alert_type":"info"}]}"#;
        let piece = read(&DatadogEvents, "e.json", text);
        assert_eq!(
            rows_of(&piece, "changes"),
            [
                "time=2026-11-22T20:04:10Z entity=playback-api kind=deployment summary=Deployed playback-api 4.2 url=/event/7"
            ]
        );
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            ["time=2026-11-22T20:04:11Z body=Disk almost full origin=datadog"]
        );
    }

    #[test]
    fn a_change_names_what_was_changed_and_nobody() {
        let text = r#"{"data":[{"type":"event","id":"c","attributes":{"timestamp":"2026-11-22T20:00:00Z","message":"flag on","tags":[],
            "attributes":{"title":"Flag updated","evt":{"category":"change"},"author":{"name":"Zoe Invented","type":"user"},
            "changed_resource":{"name":"new-drm","type":"feature_flag"}}}}]}"#;
        let rows = rows_of(&read(&DatadogEvents, "e.json", text), "changes");
        assert_eq!(rows, ["time=2026-11-22T20:00:00Z entity=new-drm kind=feature_flag summary=Flag updated"]);
    }

    #[test]
    fn monitors_show_their_last_alert() {
        let text = r#"{"monitors":[{"id":1,"name":"Errors","status":"Alert","query":"q","tags":["service:api"],"last_triggered_ts":1795377850},
            {"id":2,"name":"Calm","status":"OK","query":"q","last_triggered_ts":null},
            {"id":3,"name":"Odd","status":"OK","query":"q","last_triggered_ts":"soon"}],"counts":{}}"#;
        let piece = read(&DatadogEvents, "m.json", text);
        assert_eq!(rows_of(&piece, "alerts"), ["time=2026-11-22T20:04:10Z entity=api name=Errors"]);
        assert_eq!(piece.rejects.len(), 1);
        let list = r#"[{"id":1,"name":"Errors","overall_state":"OK","query":"q","priority":2,"state":{"groups":{"host:a":
            {"name":"host:a","last_triggered_ts":1795377850,"last_resolved_ts":1795377910}}}}]"#;
        assert_eq!(
            rows_of(&read(&DatadogEvents, "m.json", list), "alerts"),
            ["time=2026-11-22T20:04:10Z entity=a name=Errors severity=P2 resolved_at=2026-11-22T20:05:10Z"]
        );
    }
}

//! Incidents of Datadog Incident Management (one, a list, or a search answer), into table
//! `timeline_events`.
//!
//! Vendor: <https://docs.datadoghq.com/api/latest/incidents/>. Three lines of it:
//! ```text
//! {"data":[{"id":"6a1","type":"incidents","attributes":{"public_id":812,"title":"Live unavailable",
//!   "severity":"SEV-1","state":"resolved","detected":"2026-11-22T20:06:12.123456+00:00","resolved":null,
//!   "customer_impact_start":"2026-11-22T20:04:00.000000+00:00","fields":{"root_cause":{"value":"full disk"}}}}]}
//! ```
//! One row is one instant of an incident. The summary and the root cause stand in the note of its
//! declaration. Test incidents are rejects. Durations follow from the instants and are not read;
//! a state has no time of its own and is not read either.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::incident_notes::{Note, headline, json_api_layout, name_user, severity};
use crate::ingest::time::TimeFormat;

const ORIGIN: &str = "datadog";

/// Where a search answer has its incidents.
const SEARCH: &[&str] = &["data.attributes.incidents[].data", "included[]"];

/// Instants of an incident with their milestone and the words for them.
const INSTANTS: &[(&str, &str, &str)] = &[
    ("customer_impact_start", "started", "customer impact started"),
    ("detected", "detected", "detected"),
    ("customer_impact_end", "mitigated", "customer impact ended"),
    ("resolved", "resolved", "resolved"),
];

/// Incidents of Datadog.
#[derive(Debug)]
pub struct DatadogIncidents;

impl Source for DatadogIncidents {
    fn name(&self) -> &'static str {
        "datadog_incidents"
    }

    fn about(&self) -> &'static str {
        "Incidents of Datadog Incident Management, from its incident or incident search API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let found = sample.json.as_ref().and_then(|json| json["data"]["attributes"]["incidents"].as_array());
        if found.is_some_and(|list| list.iter().take(5).any(|one| is_incident(&one["data"]))) {
            return Some(Layout::Json { paths: SEARCH });
        }
        json_api_layout(sample, is_incident)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Incidents { time: TimeFormat::iso(file.zone) }))
    }
}

struct Incidents {
    time: TimeFormat,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let is_included = matches!(record, Record::Json { path: "included[]", .. });
        let value = record.json()?;
        if is_incident(&value) {
            return self.incident(&value, out);
        }
        if !is_included {
            return Err("expected an incident with `public_id`, found none".into());
        }
        if text(&value["type"]) == "users" {
            name_user(&value, out);
        }
        Ok(())
    }
}

impl Incidents {
    fn at(&self, value: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&value[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn incident(&self, value: &Value, out: &mut Rows) -> Result<(), String> {
        let one = &value["attributes"];
        if one["is_test"].as_bool() == Some(true) {
            return Err("expected a real incident, found a test".into());
        }
        let id = identifier(&value["id"]);
        let title = text(&one["title"]);
        let reference = format!("#{}", identifier(&one["public_id"]));
        let version = self.at(one, "modified").unwrap_or(None);
        let note = |what: &str, time, milestone, body: &str, out: &mut Rows| {
            let id = format!("{}:{what}", if id.is_empty() { &reference } else { &id });
            Note { id, version, time, milestone, body, origin: ORIGIN }.add(out);
        };
        let declared = match self.at(one, "declared")? {
            None => self.at(one, "created")?,
            declared => declared,
        };
        let level = [text(&one["severity"]), field(one, "severity")].map(severity);
        let level = level.into_iter().find(|level| !level.is_empty()).unwrap_or_default();
        let body = headline(&reference, title, level, &[field(one, "summary"), field(one, "root_cause")]);
        note("declared", declared, "detected", &body, out);
        for (name, milestone, words) in INSTANTS {
            match self.at(one, name) {
                Ok(None) => {}
                Ok(time) => {
                    let scope = if *milestone == "started" { text(&one["customer_impact_scope"]) } else { "" };
                    note(name, time, milestone, &headline("", &format!("{words}: {title}"), "", &[scope]), out);
                }
                Err(reason) => out.reject(reason, title),
            }
        }
        Ok(())
    }
}

fn is_incident(value: &Value) -> bool {
    text(&value["type"]) == "incidents" && value["attributes"].get("public_id").is_some()
}

/// The text of a field that the account has defined.
fn field<'a>(incident: &'a Value, name: &str) -> &'a str {
    text(&incident["fields"][name]["value"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const INCIDENT: &str = r#"{"id":"6a1","type":"incidents","attributes":{"public_id":8,"title":"Live down","severity":"UNKNOWN","state":"resolved","declared":"2027-02-03T20:10:00.000001+00:00","detected":"2027-02-03T20:06:12.123456+00:00","resolved":"2027-02-03T21:02:40.000000+00:00","customer_impact_start":null,"fields":{"severity":{"type":"dropdown","value":"SEV-1"},"root_cause":{"type":"textbox","value":"Full disk"}}}}"#;

    fn rows() -> [&'static str; 3] {
        [
            "time=2027-02-03T20:10:00.000001Z milestone=detected body=#8 Live down (SEV-1). Full disk origin=datadog",
            "time=2027-02-03T20:06:12.123456Z milestone=detected body=detected: Live down origin=datadog",
            "time=2027-02-03T21:02:40Z milestone=resolved body=resolved: Live down origin=datadog",
        ]
    }

    #[test]
    fn every_envelope_gives_the_same_rows() {
        for text in [
            format!(r#"{{"data":{INCIDENT}}}"#),
            format!(r#"{{"data":[{INCIDENT}]}}"#),
            format!(
                r#"{{"data":{{"type":"incidents_search_results","attributes":{{"total":1,"incidents":[{{"data":{INCIDENT}}}]}}}}}}"#
            ),
            format!("[{INCIDENT}]"),
        ] {
            assert_eq!(rows_of(&read(&DatadogIncidents, "dd.json", &text), "timeline_events"), rows(), "{text}");
        }
    }

    #[test]
    fn tests_and_strangers_are_rejects_and_users_are_hidden() {
        let text = r#"{"data":[{"type":"incidents","attributes":{"public_id":9,"title":"Drill","is_test":true}},
            {"type":"incidents","attributes":{"public_id":10,"title":"Odd","declared":"2027-02-03T20:10:00Z","resolved":"soon"}},{"type":"event"}],
            "included":[{"type":"users","attributes":{"name":"Ada Morvane","handle":"ada.morvane@exemplia.example"}}]}"#;
        let piece = read(&DatadogIncidents, "dd.json", text);
        assert_eq!(rows_of(&piece, "timeline_events").len(), 1);
        assert_eq!(
            reasons(&piece),
            [
                "expected a real incident, found a test",
                "expected a time, found `soon` in `resolved`",
                "expected an incident with `public_id`, found none"
            ]
        );
        assert_eq!(piece.people, ["Ada Morvane", "ada.morvane@exemplia.example"]);
    }
}

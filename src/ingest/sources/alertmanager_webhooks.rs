//! Alerts of Prometheus Alertmanager and of Grafana alerting: saved webhook notifications (JSON
//! or NDJSON) and the alert list of its API, into table `alerts`.
//!
//! Vendor: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>. Three
//! lines of it:
//! ```text
//! {"version":"4","groupKey":"{}:{alertname=\"Errors\"}","status":"firing","alerts":[{"status":"firing",
//!   "labels":{"alertname":"Errors","severity":"critical","service":"origin"},"fingerprint":"c1d2",
//!   "startsAt":"2026-11-22T20:06:12.417Z","endsAt":"0001-01-01T00:00:00Z"}]}
//! ```
//! One alert is notified when it fires and when it ends. A firing one is left out when its end
//! is notified in the beginning of the file (the sample); in a file larger than that, an alert
//! may have a row without end beside the one with it. Nobody acknowledges in this tool.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::alerts as table;

/// Labels that say what an alert is about, the best first.
const ENTITY: &[&str] =
    &["service", "service_name", "app", "application", "component", "entity", "job", "instance", "host", "pod"];

/// Notifications of Alertmanager.
#[derive(Debug)]
pub struct AlertmanagerWebhooks;

impl Source for AlertmanagerWebhooks {
    fn name(&self) -> &'static str {
        "alertmanager_webhooks"
    }

    fn about(&self) -> &'static str {
        "Alerts of Prometheus Alertmanager or Grafana alerting, from saved webhooks (JSON, NDJSON) or /api/v2/alerts"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &[], |value| {
            let is_webhook = value.get("groupKey").is_some() && value.get("alerts").is_some();
            let is_alert = value.get("fingerprint").is_some() && value.get("startsAt").is_some();
            is_webhook || is_alert
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let mut reader = Alerts { time: TimeFormat::iso(&TimeZone::UTC), ended: BTreeSet::new() };
        if *file.layout == Layout::Ndjson {
            for line in file.sample.text.lines() {
                let value: Value = serde_json::from_str(line).unwrap_or(Value::Null);
                reader.learn(&value);
            }
        } else if let Some(Value::Array(values)) = &file.sample.json {
            for value in values {
                reader.learn(value);
            }
        }
        Ok(Box::new(reader))
    }
}

struct Alerts {
    time: TimeFormat,
    /// Fingerprint and start of the alerts whose end is known.
    ended: BTreeSet<(String, String)>,
}

impl RecordReader for Alerts {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let alerts = alerts(&value);
        if alerts.is_empty() {
            return Err("expected alerts with `startsAt`, found none".into());
        }
        for alert in alerts {
            if let Err(reason) = self.alert(alert, out) {
                out.reject(reason, text(&alert["labels"]["alertname"]));
            }
        }
        Ok(())
    }
}

impl Alerts {
    fn learn(&mut self, value: &Value) {
        for alert in alerts(value) {
            if is_ended(alert) {
                self.ended.insert(key(alert));
            }
        }
    }

    fn alert(&self, alert: &Value, out: &mut Rows) -> Result<(), String> {
        if !is_ended(alert) && self.ended.contains(&key(alert)) {
            return Ok(());
        }
        let time = self.time.parse(text(&alert["startsAt"])).map_err(|reason| format!("{reason} in `startsAt`"))?;
        let ended = if is_ended(alert) { self.time.parse(text(&alert["endsAt"])).unwrap_or(None) } else { None };
        let labels = &alert["labels"];
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(
                table::ENTITY,
                ENTITY.iter().map(|name| text(&labels[*name])).find(|name| !name.is_empty()).unwrap_or(""),
            )
            .text(table::NAME, name(alert))
            .text(table::SEVERITY, text(&labels["severity"]))
            .time(table::RESOLVED_AT, ended)
            .finish();
        Ok(())
    }
}

/// The alerts of a notification, or the one alert that a value is.
fn alerts(value: &Value) -> Vec<&Value> {
    match value.get("alerts").and_then(Value::as_array) {
        Some(alerts) => alerts.iter().collect(),
        None if value.get("startsAt").is_some() => vec![value],
        None => Vec::new(),
    }
}

/// Whether an alert of a notification has ended; those of the API list are active by definition
/// and have an `endsAt` in the future.
fn is_ended(alert: &Value) -> bool {
    text(&alert["status"]) == "resolved"
}

fn key(alert: &Value) -> (String, String) {
    let fingerprint = identifier(&alert["fingerprint"]);
    let id = if fingerprint.is_empty() { alert["labels"].to_string() } else { fingerprint };
    (id, text(&alert["startsAt"]).to_owned())
}

/// The sentence of the alert when it has one, else its name.
fn name(alert: &Value) -> &str {
    let annotations = &alert["annotations"];
    let known = [&annotations["summary"], &alert["labels"]["alertname"], &annotations["description"]];
    known.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    fn notice(status: &str, start: &str, end: &str) -> String {
        format!(
            r#"{{"groupKey":"g","status":"{status}","alerts":[{{"status":"{status}","labels":{{"alertname":"Errors","severity":"critical","job":"origin"}},"annotations":{{}},"startsAt":"{start}","endsAt":"{end}","fingerprint":"f1"}}]}}"#
        )
    }

    const ZERO: &str = "0001-01-01T00:00:00Z";

    #[test]
    fn firing_and_resolved_notices_are_one_alert() {
        let start = "2027-02-03T20:06:12.417Z";
        let text = [
            notice("firing", start, ZERO),
            notice("resolved", start, "2027-02-03T20:40:00Z"),
            notice("firing", "2027-02-03T21:00:00Z", ZERO),
            notice("firing", "sometime", ZERO),
            "{\"groupKey\":\"cut".to_owned(),
        ];
        let piece = read(&AlertmanagerWebhooks, "webhooks.ndjson", &text.join("\n"));
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12.417Z entity=origin name=Errors severity=critical resolved_at=2027-02-03T20:40:00Z",
                "time=2027-02-03T21:00:00Z entity=origin name=Errors severity=critical",
            ]
        );
        assert_eq!(piece.rejects.len(), 2);
        assert_eq!(reasons(&piece)[0], "expected a time, found `sometime` in `startsAt`");
    }

    #[test]
    fn the_alert_list_has_no_ends() {
        let text = r#"[{"fingerprint":"f1","startsAt":"2027-02-03T20:06:12Z","endsAt":"2099-01-01T00:00:00Z","labels":{"alertname":"=cmd()","instance":"192.0.2.1:9100"},"status":{"state":"active"}}]"#;
        let rows = rows_of(&read(&AlertmanagerWebhooks, "alerts.json", text), "alerts");
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].contains("resolved_at"));
    }
}

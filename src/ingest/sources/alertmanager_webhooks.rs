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
//! One alert is notified when it fires, again and again, and when it ends: all notifications of
//! one fingerprint and start are one alert, of which the end counts, else the last one. Alerts of
//! the API are active, their end lies ahead and is none. Nobody acknowledges in this tool.

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

/// Added to the version of an alert that has ended, above every time in microseconds.
const ENDED: i64 = 1 << 60;

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

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["data[]"], |value| {
            let is_alert = |one: &Value| one.get("fingerprint").is_some() && one.get("startsAt").is_some();
            let is_webhook = value.get("groupKey").is_some() && value.get("alerts").is_some();
            is_webhook || is_alert(value) || is_alert(&value["alerts"][0])
        })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Alerts { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Alerts {
    time: TimeFormat,
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
    fn at(&self, alert: &Value, name: &str) -> Result<Option<i64>, String> {
        self.time.parse(text(&alert[name])).map_err(|reason| format!("{reason} in `{name}`"))
    }

    fn alert(&self, alert: &Value, out: &mut Rows) -> Result<(), String> {
        let time = self.at(alert, "startsAt")?;
        let is_ended = text(&alert["status"]) == "resolved";
        let ended = if is_ended { self.at(alert, "endsAt")? } else { None };
        let last = if is_ended { ended.unwrap_or(0) + ENDED } else { self.at(alert, "updatedAt")?.unwrap_or(0) };
        let labels = &alert["labels"];
        let first = |names: &[&str]| names.iter().map(|name| text(&labels[*name])).find(|value| !value.is_empty());
        let entity = out.redacted(first(ENTITY).unwrap_or(""));
        let id = time.map_or_else(String::new, |start| format!("alertmanager:{}:{start}", key(alert)));
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::ENTITY, &entity)
            .text(table::NAME, name(alert))
            .text(table::SEVERITY, first(&["severity", "priority", "level"]).unwrap_or(""))
            .time(table::RESOLVED_AT, ended)
            .identity(&id)
            .version(Some(last))
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

/// The fingerprint, else the labels that it is made of.
fn key(alert: &Value) -> String {
    let fingerprint = identifier(&alert["fingerprint"]);
    if !fingerprint.is_empty() {
        return fingerprint;
    }
    let mut labels = alert["labels"].clone();
    labels.sort_all_objects();
    labels.to_string()
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
        let alerts = &piece.tables[0];
        assert_eq!(alerts.keys[0], alerts.keys[1], "of one identity");
        assert!(alerts.versions[0] < alerts.versions[1] && alerts.keys[1] != alerts.keys[2]);
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12.417Z entity=origin name=Errors severity=critical",
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
        assert!(!rows[0].contains("resolved_at") && !rows[0].contains("192.0.2.1"), "{}", rows[0]);
        let groups = format!("[{{\"labels\":{{}},\"receiver\":{{}},\"alerts\":{text}}}]");
        assert_eq!(rows_of(&read(&AlertmanagerWebhooks, "groups.json", &groups), "alerts"), rows);
        let first = format!("{{\"status\":\"success\",\"data\":{text}}}");
        assert_eq!(rows_of(&read(&AlertmanagerWebhooks, "v1.json", &first), "alerts"), rows);
    }
}

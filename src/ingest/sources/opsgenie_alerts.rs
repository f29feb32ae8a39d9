//! Opsgenie alerts, from its alert API (JSON), into table `alerts`.
//!
//! Vendor: <https://docs.opsgenie.com/docs/alert-api>. Three lines of it:
//! ```text
//! {"data":[{"id":"7041","tinyId":"1791","message":"Playback errors","priority":"P1",
//!   "entity":"live-origin","createdAt":"2026-11-22T20:06:12.001Z",
//!   "report":{"ackTime":198000,"closeTime":3388000}}],"took":0.03}
//! ```
//! Times are UTC; times of the report are milliseconds after creation. `count` is repeated
//! occurrences of the same alert and is not read; who acknowledged or closed is not read either.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::alerts as table;

/// Alerts of Opsgenie.
#[derive(Debug)]
pub struct OpsgenieAlerts;

impl Source for OpsgenieAlerts {
    fn name(&self) -> &'static str {
        "opsgenie_alerts"
    }

    fn about(&self) -> &'static str {
        "Opsgenie alerts, from its alert list API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alerts"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["data[]"], |value| value.get("tinyId").is_some() && value.get("createdAt").is_some())
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
        let alert = record.json()?;
        let time = self.time.parse(text(&alert["createdAt"])).map_err(|reason| format!("{reason} in `createdAt`"))?;
        let report = &alert["report"];
        let after = |name: &str| time.and_then(|time| later(time, &report[name]));
        let closed = match after("closeTime") {
            None if text(&alert["status"]) == "closed" => self.time.parse(text(&alert["updatedAt"])).unwrap_or(None),
            closed => closed,
        };
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::ENTITY, entity(&alert))
            .text(table::NAME, text(&alert["message"]))
            .text(table::SEVERITY, text(&alert["priority"]))
            .time(table::ACKNOWLEDGED_AT, after("ackTime"))
            .time(table::RESOLVED_AT, closed)
            .finish();
        Ok(())
    }
}

/// What it is about: the entity, else what the details call the service or the host.
fn entity(alert: &Value) -> &str {
    let details = &alert["details"];
    let known =
        [&alert["entity"], &details["service"], &details["service_name"], &details["host"], &details["instance"]];
    known.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within thirty years")]
fn later(time: i64, milliseconds: &Value) -> Option<i64> {
    let milliseconds = milliseconds.as_f64().filter(|value| (0.0..1e12).contains(value))?;
    Some(time.saturating_add((milliseconds * 1e3) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn alerts_have_times_from_their_report() {
        let text = r#"{"data":[
            {"tinyId":"1","message":"Errors","priority":"P1","entity":"origin","status":"closed","createdAt":"2027-02-03T20:06:12.001Z","report":{"ackTime":198000,"closeTime":3388000}},
            {"tinyId":"2","message":"=cmd()","details":{"service":"gateway"},"status":"open","createdAt":"2027-02-03T20:07:00Z","report":{"ackTime":-1e300}},
            {"tinyId":"3","message":"x","createdAt":"noon"},{"tinyId":"4","createdAt":null}]}"#;
        let piece = read(&OpsgenieAlerts, "opsgenie.json", text);
        assert_eq!(
            rows_of(&piece, "alerts"),
            [
                "time=2027-02-03T20:06:12.001Z entity=origin name=Errors severity=P1 acknowledged_at=2027-02-03T20:09:30.001Z resolved_at=2027-02-03T21:02:40.001Z",
                "time=2027-02-03T20:07:00Z entity=gateway name==cmd()",
            ]
        );
        assert_eq!(
            reasons(&piece),
            ["expected a time, found `noon` in `createdAt`", "expected a value in `time`, found none"]
        );
    }
}

//! Logs in OTLP/JSON, as the file exporter of the OpenTelemetry Collector writes them.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>
//!
//! ```json
//! {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"playback-api"}}]},
//!  "scopeLogs":[{"logRecords":[{"timeUnixNano":"1795377848002000000","severityNumber":17,"severityText":"ERROR",
//!  "body":{"stringValue":"upstream timeout"},"traceId":"5b8efff798038103d269b633813fc60c"}]}]}]}
//! ```
//!
//! Out: `log_records`, one row a log record. Without a time of its own a record has the time it
//! was observed; without a body it shows its attributes. Attributes of the resource go to the
//! attributes of each record. One exporter may write all signals into one file: metrics and spans
//! beside the logs are read as by `otlp_metrics` and `otlp_traces`. Users are dropped.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::account_fields;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};
use super::otlp_metrics::OtlpMetrics;
use super::otlp_traces::{read_metrics, read_spans};

/// Logs in OTLP/JSON.
#[derive(Debug)]
pub struct OtlpLogs;

impl Source for OtlpLogs {
    fn name(&self) -> &'static str {
        "otlp_logs"
    }

    fn about(&self) -> &'static str {
        "Logs of OpenTelemetry in OTLP/JSON, from the file exporter of the Collector."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records", "metric_samples", "dependencies"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let has_logs = |document: &Value| document["resourceLogs"].is_array();
        if sample.ndjson.iter().any(has_logs) {
            return Some(Layout::Ndjson);
        }
        match sample.json.as_ref()? {
            Value::Array(documents) if documents.iter().any(has_logs) => Some(Layout::Json { paths: &["[]"] }),
            document if has_logs(document) => Some(Layout::Json { paths: &["resourceLogs[]"] }),
            _ => None,
        }
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file), metrics: OtlpMetrics.reader(file)? }))
    }
}

struct Reader {
    file: LogFile,
    metrics: Box<dyn RecordReader>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if matches!(record, Record::Json { path: "resourceLogs[]", .. }) {
            return self.resource(&value, out);
        }
        let has_others = read_metrics(&*self.metrics, &value, out) | read_spans(&value, out);
        match value["resourceLogs"].as_array() {
            Some(resources) => {
                for resource in resources {
                    if let Err(reason) = self.resource(resource, out) {
                        out.reject(reason, &resource.to_string());
                    }
                }
                Ok(())
            }
            None if has_others => Ok(()),
            None => Err("expected a list in `resourceLogs`, found none".into()),
        }
    }
}

impl Reader {
    fn resource(&self, value: &Value, out: &mut Rows) -> Result<(), String> {
        let mut resource = attributes(&value["resource"]["attributes"]);
        resource.retain(|name, _| !is_user(name));
        let service = take_text(&mut resource, "service.name");
        let host = ["host.name", "k8s.pod.name", "container.name"]
            .iter()
            .map(|name| take_text(&mut resource, name))
            .find(|host| !host.is_empty())
            .unwrap_or_default();
        let scopes = value.get("scopeLogs").or(value.get("instrumentationLibraryLogs"));
        let scopes = scopes.and_then(Value::as_array).ok_or("expected a list in `scopeLogs`, found none")?;
        for scope in scopes {
            let records = scope.get("logRecords").or(scope.get("logs")).and_then(Value::as_array);
            for entry in records.into_iter().flatten() {
                if let Err(reason) = self.entry(entry, &service, &host, &resource, out) {
                    out.reject(reason, &entry.to_string());
                }
            }
        }
        Ok(())
    }

    fn entry(
        &self,
        entry: &Value,
        service: &str,
        host: &str,
        resource: &Map<String, Value>,
        out: &mut Rows,
    ) -> Result<(), String> {
        let time = ["timeUnixNano", "observedTimeUnixNano"].iter().find_map(|name| nanoseconds(&entry[*name]));
        let severity = entry["severityText"].as_str().filter(|text| !text.is_empty());
        let severity = severity.unwrap_or_else(|| severity_in(&entry["severityNumber"]));
        let mut all = attributes(&entry["attributes"]);
        all.retain(|name, _| !is_user(name));
        let mut body = any_value(&entry["body"]).map_or_else(String::new, |body| match body {
            Value::String(text) => text,
            other => other.to_string(),
        });
        // An event has a name and attributes, and need not have a body.
        if body.is_empty() {
            entry["eventName"].as_str().unwrap_or_default().clone_into(&mut body);
        }
        if body.is_empty() {
            let mut shown = json_fields::from_value(Value::Object(std::mem::take(&mut all)));
            account_fields::hide(&mut shown, out);
            body = json_fields::to_sorted_json(shown);
        }
        if body.is_empty() {
            return Err("expected a value in `body`, found none".into());
        }
        if let Some(span) = entry["spanId"].as_str().filter(|text| !text.is_empty()) {
            all.insert("span_id".to_owned(), Value::String(span.to_ascii_lowercase()));
        }
        for (name, value) in resource {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let rest: Vec<Named<'_>> =
            all.into_iter().map(|(name, value)| (Cow::Owned(name), Field::from(value))).collect();
        // The case of ids says nothing, and other exports write them in lower case.
        let trace_id = entry["traceId"].as_str().unwrap_or_default().to_ascii_lowercase();
        let event = Event { time, service, host, severity, body: &body, trace_id: &trace_id, rest, ..Event::default() };
        self.file.write(event, out);
        Ok(())
    }
}

/// Whether an attribute names a person, by the conventions of OpenTelemetry.
fn is_user(name: &str) -> bool {
    name == "process.owner" || name.starts_with("user.") || name.starts_with("enduser.")
}

/// Severity of a number, written as such or, against the specification, as text or name of the enum
/// (`SEVERITY_NUMBER_ERROR2`).
fn severity_in(number: &Value) -> &str {
    let text = number.as_str().unwrap_or_default().trim_start_matches("SEVERITY_NUMBER_");
    match number.as_u64().or_else(|| text.parse().ok()) {
        Some(number) => severity_of(number),
        None if text == "UNSPECIFIED" => "",
        None => text.trim_end_matches(|c: char| c.is_ascii_digit()),
    }
}

/// Severity of the numbers 1 to 24, four for each word.
fn severity_of(number: u64) -> &'static str {
    match number {
        1..=4 => "TRACE",
        5..=8 => "DEBUG",
        9..=12 => "INFO",
        13..=16 => "WARN",
        17..=20 => "ERROR",
        21..=24 => "FATAL",
        _ => "",
    }
}

/// Microseconds of nanoseconds written as text or as a number; zero is none.
pub(super) fn nanoseconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => time::epoch(text).filter(|micros| *micros != 0),
        other => time::epoch_value(other).filter(|micros| *micros != 0),
    }
}

/// `[{"key":"a","value":{"intValue":"1"}}]` as an object.
pub(super) fn attributes(list: &Value) -> Map<String, Value> {
    let pairs = list.as_array().map_or(&[][..], Vec::as_slice);
    pairs.iter().filter_map(|pair| Some((pair["key"].as_str()?.to_owned(), any_value(&pair["value"])?))).collect()
}

/// The value inside an `AnyValue`; 64-bit integers are texts in it.
fn any_value(value: &Value) -> Option<Value> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    match kind.as_str() {
        "intValue" => {
            let number = inner.as_i64().or_else(|| inner.as_str()?.parse().ok());
            Some(number.map_or_else(|| inner.clone(), Value::from))
        }
        "arrayValue" => {
            let values = inner["values"].as_array()?;
            Some(Value::Array(values.iter().filter_map(any_value).collect()))
        }
        "kvlistValue" => Some(Value::Object(attributes(&inner["values"]))),
        "stringValue" | "boolValue" | "doubleValue" | "bytesValue" => Some(inner.clone()),
        _ => None,
    }
}

fn take_text(map: &mut Map<String, Value>, name: &str) -> String {
    match map.shift_remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn reads_records_and_rejects_one_without_a_body() {
        let text = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}},{"key":"zone","value":{"stringValue":"w"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795377848002000000","severityNumber":17,"body":{"stringValue":"timeout"},"attributes":[{"key":"code","value":{"intValue":"503"}}],"traceId":"5B8E"},{"timeUnixNano":"0","observedTimeUnixNano":"1795377848002000000","severityText":"warn","body":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"boolValue":true}]}}}]}}},{"severityNumber":9}]}]},{"resource":{}}]}"#;
        let piece = read(&OtlpLogs, "otlp.json", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:08.002Z service_name=api severity_text=ERROR body=timeout trace_id=5b8e \
                 attributes={\"code\":503,\"zone\":\"w\"} file=otlp.json line_number=1",
                "time=2026-11-22T20:04:08.002Z service_name=api severity_text=WARN body={\"a\":[true]} \
                 attributes={\"zone\":\"w\"} file=otlp.json line_number=1",
            ]
        );
        assert_eq!(
            reasons(&piece),
            ["expected a value in `body`, found none", "expected a list in `scopeLogs`, found none"]
        );
    }

    #[test]
    fn an_event_without_a_body_shows_its_name_or_attributes() {
        let text = r#"{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795377848002000000","severityNumber":"SEVERITY_NUMBER_WARN2","eventName":"retry","spanId":"EEE1"},{"timeUnixNano":"1795377848002000000","body":{},"attributes":[{"key":"n","value":{"intValue":"3"}},{"key":"enduser.id","value":{"stringValue":"jo"}}]}]}]}]}"#;
        assert_eq!(
            rows_of(&read(&OtlpLogs, "otlp.json", text), "log_records"),
            [
                "time=2026-11-22T20:04:08.002Z severity_text=WARN body=retry attributes={\"span_id\":\"eee1\"} file=otlp.json line_number=1",
                "time=2026-11-22T20:04:08.002Z body={\"n\":3} file=otlp.json line_number=1",
            ]
        );
    }

    #[test]
    fn signals_in_one_file_are_all_read() {
        let logs = r#"{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795377848002000000","body":{"stringValue":"a"}}]}]}]}"#;
        let metrics = r#"{"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[{"name":"errors","sum":{"dataPoints":[{"asInt":"42","timeUnixNano":"1795377840000000000"}]}}]}]}]}"#;
        let spans = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{"spans":[{"traceId":"1","spanId":"2","kind":3,"attributes":[{"key":"peer.service","value":{"stringValue":"b"}}]}]}]}]}"#;
        for text in [format!("{metrics}\n{logs}\n{spans}\n{{}}\n"), format!("[{logs},{metrics},{spans},\n7]")] {
            let piece = read(&OtlpLogs, "all.json", &text);
            for table in ["log_records", "metric_samples", "dependencies"] {
                assert_eq!(rows_of(&piece, table).len(), 1, "{table}");
            }
            assert_eq!(reasons(&piece), ["expected a list in `resourceLogs`, found none"]);
        }
    }

    #[test]
    fn hostile_values_do_not_panic() {
        for text in ["null", "7", "{}", r#"{"intValue":{}}"#, r#"{"arrayValue":7}"#, r#"{"x":1}"#] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            let _ = (any_value(&value), attributes(&value), nanoseconds(&value));
        }
    }
}

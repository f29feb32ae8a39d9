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
//! was observed. Attributes of the resource go to the attributes of each record.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile};

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
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let first = sample.json.as_ref().or(sample.ndjson.first())?;
        first["resourceLogs"].is_array().then_some(Layout::Json { paths: &["resourceLogs[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file) }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let mut resource = attributes(&value["resource"]["attributes"]);
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
}

impl Reader {
    fn entry(
        &self,
        entry: &Value,
        service: &str,
        host: &str,
        resource: &Map<String, Value>,
        out: &mut Rows,
    ) -> Result<(), String> {
        let time = ["timeUnixNano", "observedTimeUnixNano"].iter().find_map(|name| nanoseconds(&entry[*name]));
        let body = any_value(&entry["body"]).ok_or("expected a value in `body`, found none")?;
        let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
        let severity = entry["severityText"].as_str().filter(|text| !text.is_empty());
        let severity = severity.unwrap_or_else(|| severity_of(entry["severityNumber"].as_u64().unwrap_or(0)));
        let mut all = attributes(&entry["attributes"]);
        for (name, value) in resource {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let rest: Vec<Named<'_>> =
            all.into_iter().map(|(name, value)| (Cow::Owned(name), Field::from(value))).collect();
        let trace_id = entry["traceId"].as_str().unwrap_or_default();
        self.file.write(Event { time, service, host, severity, body: &body, trace_id, rest }, out);
        Ok(())
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
                "time=2026-11-22T20:04:08.002Z service_name=api severity_text=ERROR body=timeout trace_id=5B8E \
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
    fn hostile_values_do_not_panic() {
        for text in ["null", "7", "{}", r#"{"intValue":{}}"#, r#"{"arrayValue":7}"#, r#"{"x":1}"#] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            let _ = (any_value(&value), attributes(&value), nanoseconds(&value));
        }
    }
}

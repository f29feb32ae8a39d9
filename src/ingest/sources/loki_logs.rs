//! Logs of Grafana Loki: answers of its HTTP API to `query_range` and `query`, lines of
//! `logcli -o jsonl`, and the JSON that Grafana downloads of a logs panel.
//!
//! <https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time>,
//! <https://grafana.com/docs/loki/latest/query/logcli/>
//!
//! ```text
//! {"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"api"},"values":[["1795377848002000000","level=error msg=timeout"]]}]}}
//! {"labels":{"app":"api","pod":"api-1"},"line":"level=error msg=timeout","timestamp":"2026-11-22T20:04:08.002Z"}
//! [{"line":"level=error msg=timeout","timestamp":"1795377848002000000","date":"2026-11-22T20:04:08.002Z","fields":{"app":"api"}}]
//! ```
//!
//! Out: `log_records`. Labels name the service and the host; the others become attributes, as do
//! structured metadata. A line that is JSON or logfmt gives its own message, level and trace. Loki
//! keeps a line of one stream and nanosecond once, so that a line that overlapping answers repeat
//! is one row. Answers that are metrics are left to `prometheus_range`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::application_logs::Parts;
use super::json_fields::Field;
use super::log_event::{Event, LogFile};
use super::metric_series::without_port;

/// Logs of Loki.
#[derive(Debug)]
pub struct LokiLogs;

/// Where the streams of an answer are.
const STREAMS: &[&str] = &["data.result[]", "streams[]"];

/// Labels that name a service, the best first.
const SERVICES: &[&str] = &["service", "service_name", "app", "application", "job", "container", "component"];

/// Labels that name a machine, the best first.
const HOSTS: &[&str] = &["pod", "host", "hostname", "instance", "node", "node_name"];

/// Labels with a level.
const LEVELS: &[&str] = &["level", "detected_level", "severity"];

impl Source for LokiLogs {
    fn name(&self) -> &'static str {
        "loki_logs"
    }

    fn about(&self) -> &'static str {
        "Logs of Grafana Loki: answer of its API, `logcli -o jsonl`, or a logs panel downloaded as JSON."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_answer = |document: &Value| {
            let result = &document["data"];
            result["resultType"] == "streams"
                || result["result"].as_array().is_some_and(|list| list.iter().any(is_stream))
        };
        if sample.json.as_ref().is_some_and(is_answer) || sample.ndjson.iter().take(5).any(is_answer) {
            return Some(Layout::Json { paths: STREAMS });
        }
        layout_of(sample, STREAMS, |value| is_stream(value) || is_line(value))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file).naming_events("loki", true) }))
    }
}

/// Whether a value is a stream with its lines.
fn is_stream(value: &Value) -> bool {
    value["stream"].is_object() && value["values"].as_array().is_some_and(|lines| lines.iter().all(Value::is_array))
}

/// Whether a value is one line with its labels.
fn is_line(value: &Value) -> bool {
    value["line"].is_string()
        && value["timestamp"].is_string()
        && (value["labels"].is_object() || value["fields"].is_object())
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if value["line"].is_string() {
            let labels = value["labels"].as_object().or(value["fields"].as_object());
            let labels = labels.ok_or("expected an object in `labels`, found none")?;
            return self.line(labels, &value["timestamp"], &value["line"], &Value::Null, out);
        }
        let labels = value["stream"].as_object().ok_or("expected an object in `stream`, found none")?;
        let lines = value["values"].as_array().ok_or("expected a list in `values`, found none")?;
        for line in lines {
            if let Err(reason) = self.line(labels, &line[0], &line[1], &line[2], out) {
                out.reject(reason, text(&line[1]));
            }
        }
        Ok(())
    }
}

impl Reader {
    /// One line; `more` is what version 3 puts behind it.
    fn line(
        &self,
        labels: &Map<String, Value>,
        at: &Value,
        line: &Value,
        more: &Value,
        out: &mut Rows,
    ) -> Result<(), String> {
        let written = text(at);
        let instant = time::rfc3339(written).or_else(|| time::epoch(written));
        let instant = instant.ok_or_else(|| format!("expected a time, found `{}`", shown(at)))?;
        let body = line.as_str().ok_or_else(|| format!("expected a line of text, found `{}`", shown(line)))?;
        let metadata = more.get("structuredMetadata").unwrap_or(more).as_object();
        let mut all: Vec<(&str, &str)> = labels
            .iter()
            .chain(metadata.into_iter().flatten())
            .map(|(name, value)| (name.as_str(), text(value)))
            .collect();
        all.retain(|(name, value)| !value.is_empty() && !name.starts_with("__"));
        all.sort_unstable();
        all.dedup_by_key(|(name, _)| *name);
        let id = identity(written, instant, labels, body);
        let mut taken = |names: &[&str]| {
            let found = names.iter().find_map(|wanted| all.iter().position(|(name, _)| name == wanted));
            found.map_or("", |at| all.remove(at).1)
        };
        let (service, host, severity) = (taken(SERVICES), taken(HOSTS), taken(LEVELS));
        let trace_id = taken(&["trace_id", "traceid", "traceID"]);
        let rest = all.iter().map(|(name, value)| (Cow::Borrowed(*name), Field::Text(Cow::Borrowed(*value))));
        let mut parts = Parts {
            body: Cow::Borrowed(body),
            service: Cow::Borrowed(service),
            // As in the name of an entity that metrics measure.
            host: Cow::Borrowed(without_port(host)),
            trace_id: Cow::Borrowed(trace_id),
            rest: rest.collect(),
            ..Parts::default()
        };
        parts.open_body();
        // What the line says of itself is better than what was guessed of it.
        if parts.severity.is_empty() && severity != "unknown" {
            parts.severity = Cow::Borrowed(severity);
        }
        if parts.body.trim().is_empty() {
            return Err("expected a line of text, found an empty one".into());
        }
        self.file.write(Event { id: &id, ..parts.event(Some(instant)) }, out);
        Ok(())
    }
}

/// What tells a line from others: stream, nanosecond and text. The nanosecond of a text with a date
/// is the same as that of a number.
fn identity(written: &str, instant: i64, labels: &Map<String, Value>, line: &str) -> String {
    let digits = written.split_once('.').map_or("", |(_, rest)| rest.trim_end_matches(|c: char| !c.is_ascii_digit()));
    let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
    let nanoseconds =
        if is_number { &written[written.len().saturating_sub(3)..] } else { digits.get(6..).unwrap_or_default() };
    let mut id = format!("{instant}.{nanoseconds:0<3}\n");
    // A level that was guessed is not of the stream, and comes with some answers only.
    let mut own: Vec<_> = labels.iter().filter(|(name, _)| *name != "detected_level").collect();
    own.sort_by(|left, right| left.0.cmp(right.0));
    for (name, value) in own {
        id.push_str(name);
        id.push('=');
        id.push_str(text(value));
        id.push('\n');
    }
    id.push_str(line);
    id
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::prometheus_range::PrometheusRange;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const ANSWER: &str = r#"{"status":"success","data":{"resultType":"streams","result":[
        {"stream":{"app":"api","pod":"api-1","env":"prod","detected_level":"warn"},"values":[
            ["1795377848002345678","level=error msg=\"upstream timeout\" upstream=origin-1"],
            ["1795377848002345679","plain line",{"structuredMetadata":{"trace_id":"5b8e","user_id":"501"}}],
            ["soon","x"],["1795377848002345680",7]]},
        {"values":[]}],"stats":{}}}"#;

    #[test]
    fn reads_an_answer_and_rejects_broken_lines() {
        let piece = read(&LokiLogs, "loki.json", ANSWER);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            rows[0],
            "time=2026-11-22T20:04:08.002345Z service_name=api host=api-1 severity_text=ERROR body=upstream timeout \
             attributes={\"env\":\"prod\",\"upstream\":\"origin-1\"} file=loki.json line_number=1"
        );
        assert!(rows[1].contains("severity_text=WARN body=plain line trace_id=5b8e attributes={\"env\":\"prod\""));
        assert!(rows[1].contains("\"user_id\":\"person-"), "{}", rows[1]);
        assert_eq!(
            reasons(&piece),
            [
                "expected a time, found `\"soon\"`",
                "expected a line of text, found `7`",
                "expected an object in `stream`, found none"
            ]
        );
    }

    #[test]
    fn a_line_is_one_row_in_whatever_form_it_comes() {
        let line = |time: &str, name: &str| {
            format!(
                r#"{{"{name}":{{"app":"api","env":"prod","pod":"api-1"}},"line":"plain line","timestamp":"{time}"}}"#
            )
        };
        let jsonl = line("2026-11-22T20:04:08.002345679Z", "labels");
        let panel = format!("[{}]", line("1795377848002345679", "fields"));
        let other = line("2026-11-22T20:04:08.002345678Z", "labels");
        let keys = |text: &str| read(&LokiLogs, "x.json", text).tables.remove(0).keys;
        let answer = keys(ANSWER);
        assert_eq!((keys(&format!("{jsonl}\n"))[0], keys(&panel)[0]), (answer[1], answer[1]));
        assert_ne!(keys(&format!("{other}\n"))[0], answer[1]);
    }

    #[test]
    fn metrics_are_left_to_prometheus() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"app":"api"},"values":[[1795377848,"1"]]}]}}"#;
        assert_eq!(LokiLogs.recognise(&sample("x.json", text)), None);
        assert!(PrometheusRange.recognise(&sample("x.json", text)).is_some());
    }
}

//! Logs of Amazon CloudWatch Logs: events of `aws logs filter-log-events` and `get-log-events`,
//! results of Logs Insights as JSON or CSV, events downloaded from the console as CSV, batches of a
//! subscription, and files of an export to S3.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html>
//!
//! ```text
//! {"events":[{"logStreamName":"api/web/1f","timestamp":1795377848002,"message":"timeout","ingestionTime":1795377849000,"eventId":"37"}]}
//! {"results":[[{"field":"@timestamp","value":"2026-11-22 20:04:08.002"},{"field":"@message","value":"timeout"}]],"status":"Complete"}
//! 2026-11-22T20:04:08.002Z {"level":"error","msg":"timeout"}
//! ```
//!
//! Out: `log_records`; times without an offset are UTC. A message that is structured itself (JSON,
//! logfmt, the lines that Lambda runtimes write) is opened. The log group names the service, the
//! log stream is the host. A result without a message shows its other fields. Results of
//! `stats` have no events and are not taken. Account numbers are dropped. An event that overlapping
//! pages or queries repeat is one row, by its identifier.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::{self, TimeFormat};
use crate::ingest::values::is_null;

use super::account_fields;
use super::application_logs::Parts;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Logs of Amazon CloudWatch Logs.
#[derive(Debug)]
pub struct CloudwatchLogs;

/// Where records are inside an answer; SDKs differ in the case of the names.
const ENVELOPE: &[&str] = &["events[]", "Events[]", "results[]", "Results[]"];

impl Source for CloudwatchLogs {
    fn name(&self) -> &'static str {
        "cloudwatch_logs"
    }

    fn about(&self) -> &'static str {
        "Logs of Amazon CloudWatch: events of the API, results of Logs Insights (JSON or CSV), or an export to S3."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        // Batches of a subscription name their log group, so that their events are read together.
        if sample.ndjson.iter().take(5).any(is_batch) {
            return Some(Layout::Ndjson);
        }
        let is_page = |page: &Value| {
            let lists = ENVELOPE.iter().filter_map(|path| page.get(path.trim_end_matches("[]"))?.as_array());
            lists.flatten().take(5).any(is_record)
        };
        if sample.ndjson.iter().take(5).any(is_page) {
            return Some(Layout::Json { paths: ENVELOPE });
        }
        if let Some(layout) = layout_of(sample, ENVELOPE, is_record) {
            return Some(layout);
        }
        if let Some(csv) = &sample.csv {
            let is_header = |record: &Vec<String>| {
                let cells: Vec<String> = record.iter().map(|cell| fold(cell)).collect();
                let has = |names: &[&str]| cells.iter().any(|cell| names.contains(&plain_name(cell)));
                has(&["@message"]) && has(&["@timestamp", "@ingestiontime", "@logstream", "@log", "@ptr"])
                    || has(&["@timestamp"]) && has(&["@logstream", "@log", "@ptr", "@ingestiontime"])
            };
            if is_of_console(&csv.records) {
                return Some(Layout::Csv { header: Some(0), extra: 0 });
            }
            if let Some(header) = csv.records.iter().take(20).position(is_header) {
                return Some(Layout::Csv { header: Some(header), extra: 0 });
            }
        }
        is_export(sample).then_some(Layout::Lines)
    }

    fn names_zone(&self, _sample: &Sample) -> bool {
        true
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let names = file.header.iter().map(|cell| plain_name(cell.trim()).to_owned()).collect();
        let text = &file.sample.text;
        let has_ids = ["\"eventId\"", "\"EventId\"", "@ptr", "\"logEvents\""].iter().any(|name| text.contains(name));
        let log = LogFile::new(file).naming_events("cloudwatch", has_ids);
        Ok(Box::new(Reader { file: log, format: TimeFormat::iso(&TimeZone::UTC), names }))
    }
}

/// Whether these are events that the console shows, downloaded: a time in milliseconds and a
/// message, and no column but those of an event.
fn is_of_console(records: &[Vec<String>]) -> bool {
    const COLUMNS: &[&str] = &["timestamp", "message", "logstreamname", "ingestiontime", "eventid"];
    let Some((header, data)) = records.split_first() else { return false };
    let header: Vec<String> = header.iter().map(|cell| fold(cell)).collect();
    let is_event = header.iter().all(|cell| COLUMNS.contains(&cell.as_str()));
    let time =
        header.iter().position(|cell| cell == "timestamp").filter(|_| is_event && header.contains(&"message".into()));
    let is_epoch = |cell: &String| cell.trim().len() == 13 && cell.trim().bytes().all(|byte| byte.is_ascii_digit());
    time.is_some_and(|at| data.iter().any(|record| record.get(at).is_some_and(is_epoch)))
}

/// A column without the guard that spreadsheets put before `@`.
fn plain_name(cell: &str) -> &str {
    crate::ingest::values::formula_guard_stripped(cell.trim_matches('\u{feff}'))
}

/// An event of the API, a row of Logs Insights as a list of fields or as an object.
fn is_record(value: &Value) -> bool {
    let has = |name: &str| value.get(name).or_else(|| value.get(capital(name))).is_some();
    match value {
        Value::Array(fields) => {
            let is_system = |field: &Value| {
                field["field"].as_str().is_some_and(|name| matches!(name, "@timestamp" | "@message" | "@ptr"))
            };
            fields.iter().all(|field| field.get("field").is_some()) && fields.iter().any(is_system)
        }
        Value::Object(_) => {
            has("message") && has("timestamp") && (has("ingestionTime") || has("eventId") && has("logStreamName"))
                || has("@message") && (has("@timestamp") || has("@ptr") || has("@logStream"))
                || has("@timestamp") && has("@ptr")
        }
        _ => false,
    }
}

/// What a subscription delivers: events with the group and stream they are of.
fn is_batch(value: &Value) -> bool {
    value["logEvents"].is_array() && value["logGroup"].is_string()
}

/// The same name as the Go and .NET kits write it.
fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    first.to_ascii_uppercase() + rest
}

/// Whether the lines are those of an export to S3: each event begins with its time in milliseconds.
/// That alone would be any log; its messages must be structured or of Lambda.
fn is_export(sample: &Sample) -> bool {
    let (mut all, mut timed, mut ours) = (0, 0, 0);
    for line in sample.lines() {
        all += 1;
        let Some((_, message)) = exported(line) else { continue };
        timed += 1;
        ours += usize::from(message.starts_with('{') || is_of_lambda(message));
    }
    timed * 2 >= all && ours * 2 > timed
}

/// Time and message of a line of an export.
fn exported(line: &str) -> Option<(&str, &str)> {
    let (written, message) = line.split_at_checked(24)?;
    let bytes = written.as_bytes();
    let is_time = bytes[10] == b'T' && bytes[19] == b'.' && bytes[23] == b'Z';
    Some((written, message.strip_prefix(' ')?)).filter(|_| is_time)
}

/// Lines of the Lambda platform and of its runtimes.
fn is_of_lambda(message: &str) -> bool {
    ["START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START "]
        .iter()
        .any(|start| message.starts_with(start))
        || lambda(message).is_some()
}

/// Severity, request and text of a line that a Lambda runtime wrote: `<time>\t<request>\tERROR\ttext`
/// (Node.js) or `[ERROR]\t<time>\t<request>\ttext` (Python).
fn lambda(message: &str) -> Option<(&str, &str, &str)> {
    let mut parts = message.splitn(4, '\t');
    let (first, second, third, text) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if let Some(severity) = first.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
        return time::rfc3339(second).map(|_| (severity, third, text));
    }
    let is_word = !third.is_empty() && third.bytes().all(|byte| byte.is_ascii_uppercase());
    time::rfc3339(first).filter(|_| is_word).map(|_| (third, second, text))
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    format: TimeFormat,
    names: Vec<String>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Line(line) => {
                let (written, message) = exported(line).unwrap_or(("", line));
                let fields = [("@timestamp", written), ("@message", message)];
                let fields = fields.map(|(name, text)| (Cow::Borrowed(name), Field::Text(Cow::Borrowed(text))));
                self.write(fields.into(), out)
            }
            Record::Csv(record) => {
                let cells = self.names.iter().enumerate().map(|(at, name)| (name, record.field(at)));
                let fields = cells.filter(|(name, cell)| is_text(name) && !cell.is_empty() || !is_null(cell));
                let fields = fields
                    .map(|(name, cell)| (Cow::Borrowed(name.as_str()), Field::Text(Cow::Borrowed(cell))))
                    .collect();
                self.dated(fields, out)
            }
            Record::Json { text, .. } if text.starts_with('[') => self.dated(pairs(&record.json()?)?, out),
            Record::Json { text, path: "" } if text.contains("\"logEvents\"") => self.batch(record.json()?, out),
            Record::Json { text, .. } => self.dated(json_fields::parse(text)?, out),
        }
    }
}

/// Whether a null token in a field of this name is text.
fn is_text(name: &str) -> bool {
    matches!(name, "@message" | "message")
}

/// The fields of a row of Logs Insights.
fn pairs(row: &Value) -> Result<Vec<Named<'static>>, String> {
    let fields = row.as_array().map_or(&[][..], Vec::as_slice);
    let named = fields.iter().map(|field| {
        let name = field["field"].as_str().ok_or("expected a name in `field`, found none")?;
        Ok((Cow::Owned(name.to_owned()), Field::from(field["value"].clone())))
    });
    named.collect()
}

impl Reader {
    /// The events of a subscription, each with the group and stream of all.
    fn batch(&self, mut value: Value, out: &mut Rows) -> Result<(), String> {
        if value["messageType"] == "CONTROL_MESSAGE" {
            return Ok(());
        }
        let Some(Value::Array(events)) = value.get_mut("logEvents").map(Value::take) else {
            return Err("expected a list in `logEvents`, found none".into());
        };
        for event in events {
            let excerpt = event.to_string();
            let mut fields = json_fields::from_value(event);
            for (name, key) in [("@log", "logGroup"), ("@logStream", "logStream")] {
                fields.push((Cow::Borrowed(name), Field::from(value[key].clone())));
            }
            if let Err(reason) = self.dated(fields, out) {
                out.reject(reason, &excerpt);
            }
        }
        Ok(())
    }

    /// A record that must have a time.
    fn dated(&self, fields: Vec<Named<'_>>, out: &mut Rows) -> Result<(), String> {
        const TIMES: &[&str] = &["@timestamp", "timestamp", "Timestamp", "@ingestionTime"];
        let has_time = fields.iter().any(|(name, value)| TIMES.contains(&name.as_ref()) && !value.is_nothing());
        if !has_time {
            return Err("expected a time in `timestamp`, found none".into());
        }
        self.write(fields, out)
    }

    fn write(&self, fields: Vec<Named<'_>>, out: &mut Rows) -> Result<(), String> {
        let mut event = Found::of(fields);
        let instant = match time::rfc3339(&event.time) {
            Some(micros) => Some(micros),
            None => self.format.parse(&event.time)?,
        };
        let mut parts = event.parts();
        parts.open_body();
        let text = parts.body.clone();
        if let Some((severity, request, text)) = lambda(&text) {
            parts.severity = Cow::Owned(severity.to_owned());
            parts.rest.push((Cow::Borrowed("request_id"), Field::Text(Cow::Owned(request.to_owned()))));
            parts.body = Cow::Owned(text.to_owned());
            parts.open_body();
        }
        if parts.body.trim().is_empty() {
            account_fields::hide(&mut parts.rest, out);
            parts.body = Cow::Owned(json_fields::to_sorted_json(std::mem::take(&mut parts.rest)));
        }
        self.file.write(Event { id: &event.id, ..parts.event(instant) }, out);
        Ok(())
    }
}

/// What an event says about itself.
#[derive(Debug, Default)]
struct Found<'a> {
    time: Cow<'a, str>,
    message: Cow<'a, str>,
    group: Cow<'a, str>,
    stream: Cow<'a, str>,
    id: Cow<'a, str>,
    rest: Vec<Named<'a>>,
}

impl<'a> Found<'a> {
    fn of(fields: Vec<Named<'a>>) -> Self {
        let mut found = Self::default();
        let has = |wanted: &str| fields.iter().any(|(name, value)| name == wanted && !value.is_nothing());
        let (has_time, has_message) = (has("@timestamp"), has("@message"));
        for (name, value) in fields {
            let part = match name.as_ref() {
                "@timestamp" => &mut found.time,
                "timestamp" | "Timestamp" if !has_time => &mut found.time,
                "@ingestionTime" if !has_time && found.time.is_empty() => &mut found.time,
                "@message" => &mut found.message,
                "message" | "Message" if !has_message => &mut found.message,
                "@log" => &mut found.group,
                "@logStream" | "logStreamName" | "LogStreamName" => &mut found.stream,
                "eventId" | "EventId" | "id" | "@ptr" => &mut found.id,
                "@ingestionTime" | "ingestionTime" | "IngestionTime" => continue,
                // Logs Insights gives fields of the message beside it.
                _ => {
                    found.rest.push((name, value));
                    continue;
                }
            };
            *part = match value {
                Field::Nested(nested) => Cow::Owned(nested.to_string()),
                other => other.into_text().unwrap_or_default(),
            };
        }
        found
    }

    fn parts(&mut self) -> Parts<'a> {
        let mut parts = Parts::of(std::mem::take(&mut self.rest));
        // The message is opened, unless the query gave other fields only.
        if !self.message.is_empty() {
            parts.body = std::mem::take(&mut self.message);
        }
        if parts.service.is_empty() {
            parts.service = Cow::Owned(service(&self.group, &self.stream).to_owned());
        }
        if parts.host.is_empty() {
            parts.host = std::mem::take(&mut self.stream);
        }
        parts
    }
}

/// The service that a log group names by its last part, `123456789012:/aws/lambda/cart`, or a log
/// stream of ECS by its container, `web/cart/1f0c...`.
fn service<'s>(group: &'s str, stream: &'s str) -> &'s str {
    let name = group.rsplit(['/', ':']).next().unwrap_or_default();
    if !name.is_empty() {
        return name;
    }
    let parts: Vec<&str> = stream.split('/').collect();
    match parts[..] {
        [_, container, task]
            if task.len() >= 32 && task.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') =>
        {
            container
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    fn shown(text: &str) -> Vec<String> {
        let piece = read(&CloudwatchLogs, "cloudwatch.json", text);
        let rows = rows_of(&piece, "log_records");
        rows.iter().map(|row| row.split(" file=").next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn reads_events_of_the_api() {
        let task = "1f0c".repeat(8);
        let text = r#"{"events":[
            {"logStreamName":"web/cart/TASK","timestamp":1795377848002,"message":"{\"level\":\"error\",\"msg\":\"timeout\",\"n\":1}","ingestionTime":1795377849000,"eventId":"37"},
            {"timestamp":1795377848003,"message":"plain\n","ingestionTime":1795377849000},
            {"message":"no time","ingestionTime":1795377849000}],"nextForwardToken":"f/1"}"#
            .replace("TASK", &task);
        let expected = [
            format!(
                "time=2026-11-22T20:04:08.002Z service_name=cart host=web/cart/{task} severity_text=ERROR body=timeout \
                 attributes={{\"n\":1}}"
            ),
            "time=2026-11-22T20:04:08.003Z body=plain".to_owned(),
        ];
        assert_eq!(shown(&text), expected);
        let lines = text.replace('\n', " ");
        assert_eq!(shown(&format!("{lines}\n{lines}\n")).len(), 4);
        let piece = read(&CloudwatchLogs, "c.json", &text);
        assert_eq!(reasons(&piece), ["expected a time in `timestamp`, found none"]);
        let other_case = r#"{"Events":[{"IngestionTime":1795377849000,"Message":"a","Timestamp":1795377848003}]}"#;
        assert_eq!(shown(other_case), ["time=2026-11-22T20:04:08.003Z body=a"]);
    }

    #[test]
    fn reads_results_of_insights_in_every_form() {
        let expected = "time=2026-11-22T20:04:08.002Z service_name=cart host=s1 severity_text=WARN body=slow attributes={\"n\":\"3\"}";
        for text in [
            r#"{"results":[[{"field":"@timestamp","value":"2026-11-22 20:04:08.002"},{"field":"@message","value":"{\"level\":\"warn\",\"msg\":\"slow\"}"},{"field":"@logStream","value":"s1"},{"field":"@log","value":"123456789012:/aws/lambda/cart"},{"field":"n","value":"3"},{"field":"@ptr","value":"Cl"}]],"status":"Complete"}"#,
            r#"[{"@timestamp":"2026-11-22 20:04:08.002","@message":{"level":"warn","msg":"slow"},"@logStream":"s1","@log":"123456789012:/aws/lambda/cart","n":"3"}]"#,
            "@timestamp,@message,@logStream,@log,n\n2026-11-22 20:04:08.002,\"{\"\"level\"\":\"\"warn\"\",\"\"msg\"\":\"\"slow\"\"}\",s1,123456789012:/aws/lambda/cart,3\n",
            "n;'@log;'@logStream;'@message;'@timestamp\n3;1:/ecs/cart;s1;level=warn msg=slow;2026-11-22T20:04:08.002Z\n",
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_result_without_a_message_shows_its_fields() {
        assert_eq!(
            shown("@timestamp,status,@logStream\n2026-11-22 20:04:08.002,503,s1\n,200,s1\n"),
            ["time=2026-11-22T20:04:08.002Z host=s1 body={\"status\":\"503\"}"]
        );
    }

    #[test]
    fn reads_an_export_and_the_lines_of_lambda() {
        let text = "2026-11-22T20:04:08.002Z START RequestId: 5f Version: 1\n\
            2026-11-22T20:04:08.003Z 2026-11-22T20:04:08.003Z\t5f\tERROR\ttimeout\n  at connect()\n\
            2026-11-22T20:04:08.004Z [WARNING]\t2026-11-22T20:04:08.004Z\t5f\tslow\n\
            2026-11-22T20:04:08.005Z {\"level\":\"info\",\"msg\":\"ok\"}\n";
        assert_eq!(
            shown(text),
            [
                "time=2026-11-22T20:04:08.002Z body=START RequestId: 5f Version: 1",
                "time=2026-11-22T20:04:08.003Z severity_text=ERROR body=timeout attributes={\"request_id\":\"5f\"}",
                "body=  at connect()",
                "time=2026-11-22T20:04:08.004Z severity_text=WARNING body=slow attributes={\"request_id\":\"5f\"}",
                "time=2026-11-22T20:04:08.005Z severity_text=INFO body=ok",
            ]
        );
    }

    #[test]
    fn reads_batches_of_a_subscription() {
        let text = r#"{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/ecs/cart","logStream":"s1","logEvents":[{"id":"3","timestamp":1795377848003,"message":"a"},{"id":"4"}]}
{"messageType":"CONTROL_MESSAGE","logGroup":"","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]}
"#;
        assert_eq!(shown(text), ["time=2026-11-22T20:04:08.003Z service_name=cart host=s1 body=a"]);
    }

    #[test]
    fn reads_events_of_the_console() {
        let text = "timestamp,message,logStreamName\n1795377848002,\"level=error msg=timeout\",web/api/1f0c1f0c1f0c1f0c1f0c1f0c1f0c1f0c\n\
            1795377849002,\"plain line, with comma\",web/api/1f0c1f0c1f0c1f0c1f0c1f0c1f0c1f0c\nnoon,x,y\n";
        let piece = read(&CloudwatchLogs, "log-events-viewer-result.csv", text);
        let rows = rows_of(&piece, "log_records");
        assert!(rows[0].starts_with(
            "time=2026-11-22T20:04:08.002Z service_name=api host=web/api/1f0c1f0c1f0c1f0c1f0c1f0c1f0c1f0c severity_text=ERROR body=timeout "
        ));
        assert!(rows[1].contains("body=plain line, with comma"), "{}", rows[1]);
        assert_eq!(reasons(&piece), ["expected a time, found `noon`"]);
        for other in ["timestamp,message\n2026-11-22T20:04:08Z,x\n", "timestamp,message,user\n1795377848002,x,y\n"] {
            assert_eq!(CloudwatchLogs.recognise(&sample("x.csv", other)), None, "{other}");
        }
    }

    #[test]
    fn leaves_other_files_alone() {
        for text in [
            r#"{"events":[{"id":"1","time":"2026-11-22T20:04:08Z","message":"deploy"}]}"#,
            r#"{"results":[{"series":[]}]}"#,
            r#"{"@timestamp":"2026-11-22T20:04:08Z","message":"a","log.level":"info"}"#,
            "@timestamp,message\n\"Nov 22, 2026 @ 21:04:08.002\",a\n",
            "bin(5m),count(*)\n2026-11-22 20:00:00.000,3\n",
            "2026-11-22T20:04:08.002Z INFO started\n2026-11-22T20:04:08.003Z WARN slow\n",
            "",
        ] {
            assert_eq!(CloudwatchLogs.recognise(&sample("x", text)), None, "{text}");
        }
    }
}

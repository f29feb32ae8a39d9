//! Logs of Datadog: the CSV of the Logs Explorer, the log archive (JSON lines) and the pages of
//! the logs API.
//!
//! <https://docs.datadoghq.com/logs/explorer/export/>, <https://docs.datadoghq.com/logs/log_configuration/archives/>
//!
//! ```text
//! Date,Host,Service,Message
//! "2026-11-22T20:04:09.118Z","edge-01","playback-api","upstream timeout"
//! {"_id":"AZ1","date":"2026-11-22T20:04:08.002Z","host":"edge-02","service":"api","status":"error","message":"503","attributes":{}}
//! ```
//!
//! Out: `log_records`. A message that is JSON itself gives its own message, level and trace; the
//! rest of it goes to the attributes, but for users. An event that overlapping pages or archives
//! repeat is one row, by its identifier, which the CSV does not have. The CSV has no severity unless
//! the column was shown. Its row limit cannot be seen from the file.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::account_fields;
use super::application_logs::Parts;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Logs of Datadog.
#[derive(Debug)]
pub struct DatadogLogs;

impl Source for DatadogLogs {
    fn name(&self) -> &'static str {
        "datadog_logs"
    }

    fn about(&self) -> &'static str {
        "Datadog logs: CSV of the Logs Explorer, log archive, or pages of the logs API."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_page = |page: &Value| {
            ["data", "logs"].iter().filter_map(|name| page[*name].as_array()).flatten().take(5).any(is_element)
        };
        // Pages that were saved one a line.
        if sample.ndjson.iter().take(5).any(is_page) {
            return Some(Layout::Json { paths: PAGE });
        }
        if let Some(layout) = layout_of(sample, PAGE, |value| is_archived(value) || is_element(value)) {
            return Some(layout);
        }
        let header = |message| sample.csv_header(&["Date", "Host", "Service", message]);
        let header = header("Message").or_else(|| header("Content"))?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let columns = Columns::of(file);
        let times = columns.time.map_or_else(Vec::new, |at| file.sampled(at));
        let is_json = !matches!(file.layout, Layout::Csv { .. });
        let log = LogFile::new(file).naming_events("datadog", is_json);
        Ok(Box::new(Reader { file: log, format: TimeFormat::learn(&times, file.zone), columns }))
    }
}

/// Where the elements of a page are, in both versions of the API.
const PAGE: &[&str] = &["data[]", "logs[]"];

/// Whether an object is a line of the archive.
fn is_archived(line: &Value) -> bool {
    let has = |name: &str| line.get(name).is_some();
    has("_id") && has("date") && (has("attributes") || has("service") && has("message"))
}

/// Whether an object is an element of a page.
fn is_element(element: &Value) -> bool {
    element["type"] == "log" && element["attributes"].is_object()
        || element["content"].is_object() && element["content"].get("timestamp").is_some()
}

/// Puts the identifier of an element among the fields that it holds, at `inner`.
fn name_inner(fields: &mut [Named<'_>], inner: Option<usize>) {
    let id = fields.iter().find_map(|(name, id)| match id {
        Field::Text(id) if name == "id" => Some(Value::from(id.as_ref())),
        _ => None,
    });
    if let (Some(id), Some(at)) = (id, inner)
        && let Field::Nested(nested) = &mut fields[at].1
        && let Some(map) = nested.as_object_mut()
    {
        map.insert("id".to_owned(), id);
    }
}

/// Whether a field names the user of a session, as the standard attributes `usr.id`, `usr.name` do.
fn is_user(name: &str) -> bool {
    name == "usr" || name.starts_with("usr.")
}

/// Where the columns of the CSV are, and the attributes that all others become.
#[derive(Debug, Default)]
struct Columns {
    time: Option<usize>,
    host: Option<usize>,
    service: Option<usize>,
    message: Option<usize>,
    status: Option<usize>,
    trace: Option<usize>,
    others: Vec<(usize, String)>,
}

impl Columns {
    fn of(file: &FileContext<'_>) -> Self {
        let mut columns = Self {
            time: file.column("time", &["Date"]),
            host: file.column("host", &["Host"]),
            service: file.column("service_name", &["Service"]),
            message: file.column("body", &["Message", "Content"]),
            status: file.column("severity_text", &["Status", "Level", "@level"]),
            trace: file.column("trace_id", &["trace_id", "@trace_id", "Trace ID", "dd.trace_id"]),
            others: Vec::new(),
        };
        let known = [columns.time, columns.host, columns.service, columns.message, columns.status, columns.trace];
        let others = file.header.iter().enumerate().filter(|(at, _)| !known.contains(&Some(*at)));
        let plain = |name: &str| match name.trim().trim_start_matches('@') {
            "Tags" => "tags".to_owned(),
            name => name.to_owned(),
        };
        columns.others = others.map(|(at, name)| (at, plain(name))).collect();
        columns
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    format: TimeFormat,
    columns: Columns,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Csv(record) => self.row(record, out),
            Record::Json { text, .. } => self.object(json_fields::parse(text)?, out),
            Record::Line(_) => Err("expected a delimited or a JSON record".into()),
        }
    }
}

impl Reader {
    fn row(&self, record: &CsvRecord, out: &mut Rows) -> Result<(), String> {
        let cell = |at: Option<usize>| at.map_or("", |at| record.field(at));
        let others = self.columns.others.iter().filter(|(at, _)| !record.field(*at).is_empty());
        let parts = Parts {
            time: Some(Cow::Borrowed(cell(self.columns.time))),
            severity: Cow::Borrowed(cell(self.columns.status)),
            body: Cow::Borrowed(cell(self.columns.message)),
            service: Cow::Borrowed(cell(self.columns.service)),
            host: Cow::Borrowed(cell(self.columns.host)),
            trace_id: Cow::Borrowed(cell(self.columns.trace)),
            rest: others
                .map(|(at, name)| (Cow::Borrowed(name.as_str()), Field::Text(Cow::Borrowed(record.field(*at)))))
                .collect(),
        };
        self.write(parts, "", out)
    }

    /// A line of the archive, or an element of a page: its `attributes` (v2) or `content` (v1) hold
    /// what the archive has flat.
    fn object(&self, mut fields: Vec<Named<'_>>, out: &mut Rows) -> Result<(), String> {
        let is_archived = fields.iter().any(|(name, _)| matches!(name.as_ref(), "_id" | "date" | "message"));
        if is_archived {
            return self.archived(fields, out);
        }
        let inner =
            ["content", "attributes"].iter().find_map(|wanted| fields.iter().position(|(name, _)| name == wanted));
        name_inner(&mut fields, inner);
        match inner.map(|at| fields.swap_remove(at).1) {
            Some(Field::Nested(inner)) if inner.is_object() => self.archived(json_fields::from_value(*inner), out),
            _ => Err("expected an object in `attributes`, found none".into()),
        }
    }

    fn archived(&self, fields: Vec<Named<'_>>, out: &mut Rows) -> Result<(), String> {
        let mut parts = Parts::default();
        let mut id = Cow::Borrowed("");
        for (name, value) in fields {
            match (name.as_ref(), value) {
                ("_id" | "id", value) => id = value.into_text().unwrap_or(id),
                ("date" | "timestamp", value) => parts.time = value.into_text(),
                ("host", value) => parts.host = value.into_text().unwrap_or_default(),
                ("service", value) => parts.service = value.into_text().unwrap_or_default(),
                ("status", value) => parts.severity = value.into_text().unwrap_or_default(),
                ("message", value) => parts.body = value.into_text().unwrap_or_default(),
                ("attributes", Field::Nested(attributes)) => parts.rest.extend(json_fields::from_value(*attributes)),
                ("tags", Field::Nested(mut tags)) => {
                    if let Value::Array(tags) = &mut *tags {
                        tags.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
                        tags.dedup();
                    }
                    parts.rest.push((Cow::Borrowed("tags"), Field::Nested(tags)));
                }
                (_, value) => parts.rest.push((name, value)),
            }
        }
        self.write(parts, &id, out)
    }

    fn write(&self, mut parts: Parts<'_>, id: &str, out: &mut Rows) -> Result<(), String> {
        let time = match parts.time.as_deref() {
            Some(written) => match time::rfc3339(written) {
                Some(micros) => Some(micros),
                None => self.format.parse(written)?,
            },
            None => None,
        };
        let time = time.ok_or("expected a time in `date`, found none")?;
        if parts.trace_id.is_empty()
            && let Some(at) =
                parts.rest.iter().position(|(name, _)| matches!(name.as_ref(), "trace_id" | "dd.trace_id"))
        {
            parts.trace_id = parts.rest.remove(at).1.into_text().unwrap_or_default();
        }
        parts.open_body();
        parts.rest.retain(|(name, _)| !is_user(name));
        // A log without a message is shown by its attributes, as the Logs Explorer does.
        if parts.body.is_empty() {
            account_fields::hide(&mut parts.rest, out);
            parts.body = Cow::Owned(json_fields::to_sorted_json(std::mem::take(&mut parts.rest)));
        }
        self.file.write(Event { id, ..parts.event(Some(time)) }, out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_the_explorer_csv() {
        let text = "\u{feff}Date,Host,Service,Status,Message,@http.status_code\n\
            \"2026-11-22T20:04:09.118Z\",\"edge-01\",\"api\",warn,\"timeout\",503\n\
            \"2026-11-22T20:04:08.002Z\",\"edge-02\",\"api\",,\"{\"\"msg\"\":\"\"bad\"\",\"\"level\"\":\"\"error\"\",\"\"code\"\":7}\",\n\
            \"someday\",\"edge-02\",\"api\",,\"x\",\n";
        let piece = read(&DatadogLogs, "extract-api.csv", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:09.118Z service_name=api host=edge-01 severity_text=WARN body=timeout \
                 attributes={\"http.status_code\":\"503\"} file=extract-api.csv line_number=1",
                "time=2026-11-22T20:04:08.002Z service_name=api host=edge-02 severity_text=ERROR body=bad \
                 attributes={\"code\":7} file=extract-api.csv line_number=2",
            ]
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn reads_the_archive() {
        let text = r#"{"_id":"A","date":"2026-11-22T20:04:08.002Z","host":"h","service":"api","status":"error","message":"503","attributes":{"http":{"method":"GET"},"usr":{"name":"jo"}},"tags":["b:1","a:2","b:1"]}
{"_id":"B","message":"no date","attributes":{}}
{"_id":"C","date":"2026-1
"#;
        let piece = read(&DatadogLogs, "archive_2004.json", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            ["time=2026-11-22T20:04:08.002Z service_name=api host=h severity_text=ERROR body=503 \
              attributes={\"http\":{\"method\":\"GET\"},\"tags\":[\"a:2\",\"b:1\"]} file=archive_2004.json line_number=1"]
        );
        assert_eq!(reasons(&piece)[0], "expected a time in `date`, found none");
        assert_eq!(piece.rejects.len(), 2);
    }

    #[test]
    fn an_event_is_one_row_on_whatever_page_it_comes() {
        let archived = r#"{"_id":"A","date":"2026-11-22T20:04:08Z","service":"api","message":"m","attributes":{}}"#;
        let page = r#"{"data":[{"type":"log","id":"A","attributes":{"timestamp":"2026-11-22T20:04:08Z","message":"m"}},
            {"type":"log","attributes":{"timestamp":"2026-11-22T20:04:08Z","message":"m"}},
            {"type":"log","attributes":{"timestamp":"2026-11-22T20:04:08Z","message":"m"}}]}"#;
        let keys = |name: &str, text: &str| read(&DatadogLogs, name, text).tables.remove(0).keys;
        let (archived, page) = (keys("archive.json", &format!("{archived}\n")), keys("p.json", page));
        assert!(archived[0] == page[0] && page[1] != page[2], "an event without an identifier is its own");
        let csv = "Date,Host,Service,Message\n2026-11-22T20:04:09.118Z,edge-01,api,timeout\n";
        assert!(keys("x.csv", csv).is_empty());
    }

    #[test]
    fn reads_pages_of_both_api_versions() {
        for text in [
            r#"{"data":[{"type":"log","id":"A","attributes":{"timestamp":"2026-11-22T20:04:08Z","service":"api","status":"info","message":"m"}},7]}"#,
            r#"{"logs":[{"id":"A","content":{"timestamp":"2026-11-22T20:04:08Z","service":"api","status":"info","message":"m"}},[]],"status":"done"}"#,
        ] {
            let piece = read(&DatadogLogs, "p.json", text);
            assert_eq!(
                rows_of(&piece, "log_records"),
                ["time=2026-11-22T20:04:08Z service_name=api severity_text=INFO body=m file=p.json line_number=1"]
            );
            assert_eq!(piece.rejects.len(), 1);
        }
    }

    #[test]
    fn finds_elements_and_archived_lines_in_every_wrapping() {
        let element = r#"{"type":"log","id":"A","attributes":{"timestamp":"2026-11-22T20:04:08Z","service":"api","message":"m"}}"#;
        let line = r#"{"_id":"A","date":"2026-11-22T20:04:08Z","service":"api","message":"m","attributes":{}}"#;
        let page = format!(r#"{{"data":[{element}],"meta":{{}}}}"#);
        for text in [
            format!("[{element}]"),
            format!("[{line}]"),
            format!("{element}\n{element}\n"),
            format!("{{\"broken\":1}}\n{line}\n"),
            format!("{page}\n{page}\n"),
            format!("{page}\n{page}\n").replace("[{", "[\n{"),
        ] {
            let rows = rows_of(&read(&DatadogLogs, "p.json", &text), "log_records");
            assert!(!rows.is_empty(), "{text}");
            for row in rows {
                assert!(row.starts_with("time=2026-11-22T20:04:08Z service_name=api body=m file=p.json"), "{row}");
            }
        }
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let text = "Service,Content,Host,Tags,Date\napi,a,h,\"env:prod\",2026-11-22T20:04:08Z\n";
        assert_eq!(
            rows_of(&read(&DatadogLogs, "x.csv", text), "log_records"),
            [
                "time=2026-11-22T20:04:08Z service_name=api host=h body=a attributes={\"tags\":\"env:prod\"} file=x.csv line_number=1"
            ]
        );
    }

    #[test]
    fn a_log_without_a_message_shows_its_attributes() {
        let text = r#"{"_id":"A","date":"2026-11-22T20:04:08Z","service":"api","attributes":{"n":1}}"#;
        assert_eq!(
            rows_of(&read(&DatadogLogs, "a.json", text), "log_records"),
            ["time=2026-11-22T20:04:08Z service_name=api body={\"n\":1} file=a.json line_number=1"]
        );
    }

    #[test]
    fn leaves_other_tables_alone() {
        for text in
            ["date,host,service\n1,2,3\n", "time,entity,metric,value\n", "{\"data\":[{\"type\":\"event\"}]}", ""]
        {
            assert_eq!(DatadogLogs.recognise(&sample("x", text)), None, "{text}");
        }
    }
}

//! Logs that Fastly streams in a format of the customer's own: JSON as in the templates of its
//! documentation, or the common log format, with or without the syslog header of the endpoint.
//!
//! <https://www.fastly.com/documentation/guides/integrations/streaming-logs/custom-log-formats>
//!
//! ```text
//! {"timestamp":"2026-11-22T20:04:08+0000","client_ip":"203.0.113.7","url":"/a.m4s","request_method":"GET","response_status":503,"fastly_is_edge":true}
//! <134>2026-11-22T20:04:08Z cache-par1 cdn-log[123]: {"time_start":"1795377848002","time_elapsed":1250,"request":"GET","url":"/a.m4s"}
//! <134>2026-11-22T20:04:08Z cache-par1 cdn-log[123]: 203.0.113.7 - - [22/Nov/2026:20:04:08 +0000] "GET /a.m4s HTTP/1.1" 200 512
//! ```
//!
//! Out: `log_records` with body `METHOD path status`; times without an offset are UTC. Fields are
//! found by their usual names, all others become attributes, but for cookies and authorisation,
//! precise places, and query strings, of which CMCD keys stay. Variables without a value make the
//! JSON of their line invalid: such lines are rejects. Text other than the common log format is
//! left to syslog.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};
use crate::ingest::values;

use super::access_log::AccessLog;
use super::cdn_request::{self as request, present};
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Logs streamed by Fastly.
#[derive(Debug)]
pub struct FastlyLogs;

impl Source for FastlyLogs {
    fn name(&self) -> &'static str {
        "fastly_logs"
    }

    fn about(&self) -> &'static str {
        "Log streamed by Fastly, as JSON lines, also behind a syslog header."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if !sample.ndjson.is_empty() || sample.json.is_some() {
            return layout_of(sample, &[], is_record);
        }
        // Behind a header, or with so many broken lines that the text is no JSON.
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(is_line(line));
        }
        (all > 0 && ours * 5 >= all * 4).then_some(Layout::Lines)
    }

    fn names_zone(&self, _sample: &Sample) -> bool {
        true
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader {
            file: LogFile::new(file),
            format: TimeFormat::iso(&TimeZone::UTC),
            common: AccessLog.reader(file)?,
        }))
    }
}

/// Whether an object has the names of one of the templates that Fastly documents.
pub(super) fn is_record(object: &Value) -> bool {
    let has = |name: &str| object.get(name).is_some();
    has("fastly_server")
        || has("fastly_is_edge")
        || has("time_start") && has("time_elapsed")
        || has("response_state") && has("response_status")
        || has("time_elapsed") && has("client_ip") && (has("request") || has("url"))
}

/// As [`is_record`], for a line that may have a header and may be broken JSON.
fn is_line(line: &str) -> bool {
    let text = match header(line) {
        Some((_, text)) if is_common(text) => return true,
        Some((_, text)) => text,
        None if line.starts_with('{') => line,
        None => return false,
    };
    let has = |name: &str| text.contains(name);
    has("\"fastly_server\"")
        || has("\"fastly_is_edge\"")
        || has("\"time_start\"") && has("\"time_elapsed\"")
        || has("\"response_state\"") && has("\"response_status\"")
        || has("\"time_elapsed\"") && has("\"client_ip\"") && (has("\"request\"") || has("\"url\""))
}

/// Whether a text is of the common log format.
fn is_common(text: &str) -> bool {
    let text = if text.starts_with('{') { "" } else { text };
    text.split_once(" [").is_some_and(|(_, rest)| rest.get(2..3) == Some("/") && rest.contains("] \""))
}

/// The cache server that a syslog header names, and the text behind the header. Servers of Fastly
/// are `cache-<place>`; the header is that of RFC 3164 with an ISO time, or of RFC 5424.
fn header(line: &str) -> Option<(&str, &str)> {
    let at = line.find('<')?;
    if !line[..at].bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') {
        return None;
    }
    let rest = line[at..].split_once('>')?.1;
    let is_modern = rest.starts_with("1 ");
    let mut words = rest.strip_prefix("1 ").unwrap_or(rest).splitn(if is_modern { 6 } else { 3 }, ' ');
    let (time, server) = (words.next()?, words.next()?);
    let text = words.last()?;
    let is_header = time.as_bytes().get(10) == Some(&b'T') && server.starts_with("cache-");
    let text = if is_modern { text.trim_start_matches("- ") } else { text.split_once(": ")?.1 };
    is_header.then_some((server, text))
}

struct Reader {
    file: LogFile,
    format: TimeFormat,
    common: Box<dyn RecordReader>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = match record {
            Record::Json { text, .. } | Record::Line(text) => text,
            Record::Csv(_) => return Err("expected a line or a JSON record".into()),
        };
        let (server, text) = header(line).unwrap_or(("", line));
        if is_common(text) {
            return self.common.read(Record::Line(text), out);
        }
        let at = text.find('{').ok_or("expected a JSON object, found none")?;
        self.request(server, &text[at..], out)
    }
}

impl Reader {
    fn request(&self, server: &str, text: &str, out: &mut Rows) -> Result<(), String> {
        let mut hit = Hit::of(json_fields::parse(text)?);
        let written = present(&hit.time);
        if written.is_empty() {
            return Err("expected a time in `timestamp` or `time_start`, found none".into());
        }
        let instant = match time::rfc3339(written) {
            Some(micros) => Some(micros),
            None => self.format.parse(written)?,
        };
        let status = request::status("response_status", &hit.status)?;
        // `request` is the method in one template, and the whole first line in another.
        let line = present(&hit.request);
        let (first, target) = line.split_once(' ').unwrap_or((line, ""));
        let target = target.rsplit_once(" HTTP/").map_or(target, |(target, _)| target);
        let method = if present(&hit.method).is_empty() { first } else { present(&hit.method) };
        let target = if present(&hit.target).is_empty() { target } else { present(&hit.target) };
        if let Some((_, query)) = target.split_once('?') {
            request::push_cmcd(&mut hit.rest, query);
        }
        let mut body = request::body(method, target, status);
        if body.is_empty() {
            body = status.map_or_else(|| "request".to_owned(), |status| format!("request {status:03}"));
        }
        let host = if present(&hit.server).is_empty() { server } else { present(&hit.server) };
        let event = Event {
            time: instant,
            service: "fastly",
            host,
            severity: request::severity(status),
            body: &body,
            rest: hit.rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// One request with the fields that have a place of their own.
#[derive(Debug, Default)]
struct Hit<'a> {
    time: Cow<'a, str>,
    status: Cow<'a, str>,
    method: Cow<'a, str>,
    request: Cow<'a, str>,
    target: Cow<'a, str>,
    server: Cow<'a, str>,
    rest: Vec<Named<'a>>,
}

impl<'a> Hit<'a> {
    fn of(fields: Vec<Named<'a>>) -> Self {
        let mut hit = Self { rest: Vec::with_capacity(fields.len()), ..Self::default() };
        let is_start = fields.iter().any(|(name, value)| name == "timestamp" && !value.is_nothing());
        for (name, value) in fields {
            if matches!(value, Field::Nested(_) | Field::Bool(_)) {
                hit.rest.push((name, value));
                continue;
            }
            let Some(text) = value.into_text() else { continue };
            match name.as_ref() {
                "timestamp" => hit.time = text,
                "time_start" | "time" | "start_time" if !is_start && hit.time.is_empty() => hit.time = text,
                "response_status" | "resp_status" | "status" | "status_code" => hit.status = text,
                "request_method" | "method" | "req_method" => hit.method = text,
                "request" => hit.request = text,
                "url" | "request_url" | "request_path" | "path" | "req_url" => hit.target = text,
                "fastly_server" | "server_identity" => hit.server = text,
                _ => attribute(&name, text, &mut hit.rest),
            }
        }
        hit
    }
}

/// Adds an attribute; `time_elapsed` is in microseconds in all templates.
fn attribute<'a>(name: &str, text: Cow<'a, str>, rest: &mut Vec<Named<'a>>) {
    let plain = values::snake_case(name);
    let is_private = ["cookie", "authorization", "latitude", "longitude", "postal_code", "query"];
    if is_private.iter().any(|word| plain.contains(word)) || matches!(plain.as_str(), "lat" | "lon" | "user") {
        return;
    }
    match plain.as_str() {
        "time_elapsed" | "elapsed_usec" => request::push_number(rest, "time_elapsed_microseconds", text),
        "host" | "request_host" => request::push_text(rest, "virtual_host", text),
        "request_user_agent" | "user_agent" => request::push_text(rest, "user_agent", text),
        "request_referer" | "referer" | "referrer" => {
            request::push_text(rest, "referer", Cow::Owned(request::without_query(&text).to_owned()));
        }
        "cmcd" => request::push_cmcd(rest, &format!("CMCD={}", present(&text))),
        _ if plain.ends_with("_id") => request::push_text(rest, plain, text),
        _ => request::push_number(rest, plain, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    fn shown(row: &str) -> String {
        masked(row).split(" file=").next().unwrap_or_default().to_owned()
    }

    #[test]
    fn reads_the_documented_templates() {
        let text = r#"{"timestamp":"2026-11-22T20:04:08+0000","client_ip":"203.0.113.7","geo_city":"paris","geo_latitude":48.85,"host":"video.example","url":"/live/a.m4s?token=x&CMCD=bl%3D0","request_method":"GET","request_referer":"(null)","request_user_agent":"Player/7.1","response_state":"ERROR","response_status":503,"response_reason":"first byte timeout","response_body_size":"12","fastly_server":"cache-cdg1","fastly_is_edge":true}
{"service_id":"7i6Hn3TIKnQ","time_start":"1795377848002","time_end":"1795377848100","time_elapsed":1250,"client_ip":"203.0.113.7","request":"POST","protocol":"HTTP/2","host":"video.example","origin_host":"origin.example","url":"https://video.example/license?u=7","is_tls":true,"resp_status":"200","request_cookie":"a=b"}
{"timestamp":"2026-11-22T20:04:08","time_elapsed":7,"client_ip":"-","request":"GET /x?y HTTP/1.1","cache_status":"HIT"}
{"timestamp":"2026-11-22T20:04:08+0000","client_ip":"203.0.113.7","response_status":,"fastly_is_edge":true}
{"timestamp":"noon","fastly_is_edge":true}
{"url":"/x","fastly_is_edge":true}
"#;
        let piece = read(&FastlyLogs, "edge.log", text);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            rows.iter().map(|row| shown(row)).collect::<Vec<_>>(),
            [
                "time=2026-11-22T20:04:08Z service_name=fastly host=cache-cdg1 severity_text=ERROR \
                 body=GET /live/a.m4s 503 attributes={\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0},\"fastly_is_edge\":true,\
                 \"geo_city\":\"paris\",\"response_body_size\":12,\"response_reason\":\"first byte timeout\",\
                 \"response_state\":\"ERROR\",\"user_agent\":\"Player/7.1\",\"virtual_host\":\"video.example\"}",
                "time=2026-11-22T20:04:08.002Z service_name=fastly severity_text=INFO body=POST /license 200 \
                 attributes={\"client_ip\":\"ip\",\"is_tls\":true,\"origin_host\":\"origin.example\",\"protocol\":\"HTTP/2\",\
                 \"service_id\":\"7i6Hn3TIKnQ\",\"time_elapsed_microseconds\":1250,\"time_end\":1795377848100,\
                 \"virtual_host\":\"video.example\"}",
                "time=2026-11-22T20:04:08Z service_name=fastly body=GET /x \
                 attributes={\"cache_status\":\"HIT\",\"time_elapsed_microseconds\":7}",
            ]
        );
        assert_eq!(
            reasons(&piece)[1..],
            ["expected a time, found `noon`", "expected a time in `timestamp` or `time_start`, found none"]
        );
        assert!(reasons(&piece)[0].starts_with("expected a JSON object, found"));
    }

    #[test]
    fn reads_lines_behind_a_syslog_header() {
        let text = "<134>2026-11-22T20:04:08Z cache-par1 cdn-log[123]: {\"timestamp\":\"2026-11-22T20:04:08+0000\",\"url\":\"/a{b}\",\"response_status\":404,\"fastly_is_edge\":true}\n\
            <134>2026-11-22T20:04:09Z cache-par2 cdn-log[123]: 203.0.113.7 - - [22/Nov/2026:20:04:09 +0000] \"GET /b HTTP/1.1\" 500 12\n\
            212 <134>1 2026-11-22T20:04:08Z cache-par3 cdn-log 123 - - {\"time_start\":\"2026-11-22T20:04:08UTC\",\"time_elapsed\":1,\"url\":\"/c\"}\n\
            {\"timestamp\":\"2026-11-22T20:04:11+0000\",\"url\":\"/d\",\"response_status\":200,\"fastly_is_edge\":true}\n\
            <134>2026-11-22T20:04:12Z cache-par1 cdn-log[123]: restarted\n";
        let piece = read(&FastlyLogs, "edge.log", text);
        let rows = rows_of(&piece, "log_records");
        for (row, expected) in rows.iter().zip([
            "time=2026-11-22T20:04:08Z service_name=fastly host=cache-par1 severity_text=WARN body=/a{b} 404",
            "time=2026-11-22T20:04:09Z service_name=edge severity_text=ERROR body=GET /b 500",
            "time=2026-11-22T20:04:08Z service_name=fastly host=cache-par3 body=/c attributes",
            "time=2026-11-22T20:04:11Z service_name=fastly severity_text=INFO body=/d 200",
        ]) {
            assert!(row.starts_with(expected), "{row}");
        }
        assert_eq!(reasons(&piece), ["expected a JSON object, found none"]);
    }

    #[test]
    fn takes_a_log_of_mostly_broken_lines() {
        let line = r#"{"timestamp":"2026-11-22T20:04:08+0000","response_body_size":,"fastly_is_edge":true}"#;
        let piece = read(&FastlyLogs, "edge.log", &format!("{line}\n{line}\n{line}\n"));
        assert_eq!(piece.rejects.len(), 3);
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in [
            "<134>2026-11-22T20:04:08Z edge-01 app[1]: {\"level\":\"info\",\"msg\":\"a\"}\n",
            "{\"timestamp\":\"2026-11-22T20:04:08Z\",\"level\":\"info\",\"message\":\"a\"}\n",
            "203.0.113.7 - - [22/Nov/2026:20:04:09 +0000] \"GET /b HTTP/1.1\" 500 12\n",
            "<",
            "<1>",
            "<134>1 x",
            "",
        ] {
            assert_eq!(FastlyLogs.recognise(&sample("x.log", text)), None, "{text}");
        }
    }
}

//! Access logs that a web server or proxy writes as JSON, one object a line: nginx with
//! `log_format ... escape=json`, Apache, Caddy, Envoy, Traefik.
//!
//! <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>,
//! <https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage>
//!
//! ```text
//! {"time_iso8601":"2026-11-22T21:04:08+01:00","remote_addr":"203.0.113.7","request":"GET /live/a.m4s?t=x HTTP/1.1","status":"503","body_bytes_sent":"197","request_time":"10.003"}
//! {"start_time":"2026-11-22T20:04:08.002Z","method":"GET","path":"/live/a.m4s","response_code":503,"bytes_sent":197,"duration":10003,"upstream_cluster":"origin"}
//! {"level":"info","ts":1795377848.002,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.7","method":"GET","host":"tv.example","uri":"/live/a.m4s"},"status":503,"duration":10.003}
//! ```
//!
//! There is no fixed schema: fields are found by their usual names, compared without case and
//! separators, and all others become attributes. Out: `log_records` with body `METHOD path status`;
//! 5xx is an error, 4xx a warning. Users, cookies and authorisation are dropped, and query strings
//! but for their CMCD keys. A duration keeps its name, since its unit is the server's own; that of
//! nginx is in seconds.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::cdn_request::{self as request, present};
use super::fastly_logs;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Access logs in JSON.
#[derive(Debug)]
pub struct AccessLogJson;

impl Source for AccessLogJson {
    fn name(&self) -> &'static str {
        "access_log_json"
    }

    fn about(&self) -> &'static str {
        "Access log of nginx, Apache, Caddy, Envoy or Traefik as JSON, one object a line."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if !sample.ndjson.is_empty() {
            let objects = sample.ndjson.iter().take(50);
            let (all, ours) = objects.fold((0, 0), |(all, ours), line| (all + 1, ours + usize::from(is_request(line))));
            return (ours * 3 >= all * 2).then_some(Layout::Ndjson);
        }
        let list = sample.json.as_ref()?.as_array()?;
        is_request(list.first()?).then_some(Layout::Json { paths: &["[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let objects = file.sample.ndjson.iter().take(50).filter_map(Value::as_object);
        let is_time = |name: &&String| matches!(part_of(name), Some((Part::Time, _)));
        let times: Vec<&str> =
            objects.filter_map(|map| map.keys().find(is_time).and_then(|name| map[name].as_str())).collect();
        let common = times.iter().any(|written| time::common_log(written).is_some());
        let times = TimeFormat::learn(if common { &[] } else { &times }, file.zone);
        Ok(Box::new(Reader { file: LogFile::new(file), times }))
    }
}

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Time,
    Method,
    Target,
    /// Method, target and protocol in one.
    Request,
    Status,
    Client,
    VirtualHost,
    Host,
    Service,
    Trace,
    Query,
    Agent,
    Referer,
    Bytes,
    RequestTime,
    UpstreamTime,
    /// Nothing that is kept.
    Nothing,
}

/// Parts that are found once.
const PARTS: usize = Part::Query as usize + 1;

/// Which part a field is by its name, and how good the name is for it (0 is best).
fn part_of(name: &str) -> Option<(Part, u8)> {
    let mut plain = [0; 40];
    let mut length = 0;
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        *plain.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some(match &plain[..length] {
        b"timeiso8601" | b"timestamp" => (Part::Time, 0),
        b"timelocal" | b"starttime" | b"startutc" | b"time" => (Part::Time, 1),
        b"msec" | b"ts" | b"timemsec" | b"datetime" | b"date" | b"startlocal" => (Part::Time, 2),
        b"requestmethod" | b"method" | b"httpmethod" | b"verb" => (Part::Method, 0),
        b"requesturi" | b"requestpath" => (Part::Target, 0),
        b"uri" | b"path" | b"url" | b"requesturl" | b"urlpath" => (Part::Target, 1),
        b"request" | b"requestline" => (Part::Request, 0),
        b"status" | b"responsecode" | b"statuscode" | b"downstreamstatus" | b"responsestatus" => (Part::Status, 0),
        b"httpstatus" | b"httpstatuscode" | b"originstatus" => (Part::Status, 1),
        b"remoteaddr" | b"remoteip" | b"clientip" | b"clienthost" => (Part::Client, 0),
        b"realip" | b"client" | b"clientaddr" | b"remotehost" | b"downstreamremoteaddress" => (Part::Client, 1),
        b"host" | b"httphost" | b"requesthost" | b"authority" => (Part::VirtualHost, 0),
        b"servername" | b"vhost" | b"virtualhost" | b"domain" => (Part::VirtualHost, 1),
        b"hostname" | b"pod" | b"podname" => (Part::Host, 0),
        b"service" | b"servicename" | b"app" => (Part::Service, 0),
        b"traceid" => (Part::Trace, 0),
        b"args" | b"querystring" | b"query" | b"requestargs" => (Part::Query, 0),
        b"httpuseragent" | b"useragent" | b"agent" | b"requestuseragent" => (Part::Agent, 0),
        b"httpreferer" | b"httpreferrer" | b"referer" | b"referrer" | b"requestreferer" => (Part::Referer, 0),
        b"bodybytessent" | b"bytessent" | b"bytes" | b"size" | b"downstreamcontentsize" => (Part::Bytes, 0),
        b"requesttime" => (Part::RequestTime, 0),
        b"upstreamresponsetime" => (Part::UpstreamTime, 0),
        plain if is_private(plain) => (Part::Nothing, 0),
        _ => return None,
    })
}

/// Whether a field holds what would let someone in, or who it was.
fn is_private(plain: &[u8]) -> bool {
    let has = |word: &[u8]| plain.windows(word.len()).any(|part| part == word);
    matches!(plain, b"remoteuser" | b"user" | b"clientusername" | b"userid")
        || has(b"cookie")
        || has(b"authorization")
        || has(b"token")
}

/// Whether an object is one request and not what an application says about it: a time, a status,
/// and a method or a target, without a message of its own.
fn is_request(object: &Value) -> bool {
    let Some(map) = object.as_object() else { return false };
    let inner = map.get("request").and_then(Value::as_object);
    let names = || map.iter().chain(inner.into_iter().flatten());
    let has = |wanted: Part| {
        names().any(|(name, value)| part_of(name).is_some_and(|(part, _)| part == wanted) && !value.is_null())
    };
    let is_status = |(name, value): (&String, &Value)| {
        part_of(name).is_some_and(|(part, _)| part == Part::Status)
            && (value.as_u64().is_some_and(|code| code < 1000)
                || value.as_str().is_some_and(|code| code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_digit())))
    };
    // A client that sent nothing leaves an empty line.
    let is_line = |value: &Value| value.as_str().is_some_and(|line| line.is_empty() || line.contains(" HTTP/"));
    let is_target = has(Part::Method) && has(Part::Target) || map.get("request").is_some_and(is_line);
    let is_said = ["message", "msg", "log", "body"].iter().any(|name| map.get(*name).is_some_and(|text| text != ""));
    let is_of_caddy = map.get("logger").and_then(Value::as_str).is_some_and(|name| name.starts_with("http.log.access"));
    let is_one = has(Part::Time) && names().any(is_status) && is_target && (!is_said || is_of_caddy);
    is_one && !fastly_logs::is_record(object)
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    times: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let Record::Json { text, .. } = record else { return Err("expected a JSON record".into()) };
        let parts = Parts::of(json_fields::parse(text)?);
        let written = parts.text(Part::Time);
        let time = match time::rfc3339(written).or_else(|| time::common_log(written)) {
            Some(micros) => micros,
            None => self.times.parse(written)?.ok_or("expected a time, found none")?,
        };
        let mut words = parts.text(Part::Request).split(' ');
        let line = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
        let or = |text: &'_ str, other: &'_ str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let method = or(parts.text(Part::Method), line[0]);
        let target = or(parts.text(Part::Target), line[1]);
        let status = request::status("status", parts.text(Part::Status))?;
        let mut body = request::body(&method, &target, status);
        if body.is_empty() {
            body = status.map_or_else(|| "invalid request".to_owned(), |status| format!("invalid request {status:03}"));
        }
        let mut rest = parts.rest.clone();
        request::push_text(&mut rest, "client_ip", Cow::Borrowed(parts.text(Part::Client)));
        let virtual_host = parts.text(Part::VirtualHost);
        request::push_text(&mut rest, "virtual_host", Cow::Borrowed(virtual_host));
        for text in [target.split_once('?').map_or("", |(_, query)| query), parts.text(Part::Query)] {
            request::push_cmcd(&mut rest, text);
        }
        let own = [parts.text(Part::Service), &self.file.service].into_iter().find(|name| !name.is_empty());
        let event = Event {
            time: Some(time),
            service: own.unwrap_or_else(|| virtual_host.split(':').next().unwrap_or_default()),
            host: parts.text(Part::Host),
            severity: request::severity(status),
            body: &body,
            trace_id: parts.text(Part::Trace),
            rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// The parts of a request, and its other fields.
#[derive(Debug, Default)]
struct Parts<'a> {
    /// Text of each part that is found once, with the rank of its name.
    found: [Option<(u8, Cow<'a, str>)>; PARTS],
    rest: Vec<Named<'a>>,
}

impl<'a> Parts<'a> {
    fn of(fields: Vec<Named<'a>>) -> Self {
        let mut parts = Self::default();
        for (name, value) in fields {
            let Field::Nested(nested) = &value else {
                parts.take(name, value);
                continue;
            };
            match nested.as_object() {
                // Caddy keeps what the client sent in an object of its own.
                Some(inner) if name == "request" => {
                    for (name, value) in inner.iter().filter(|(_, value)| !value.is_object()) {
                        parts.take(Cow::Owned(name.clone()), Field::from(value.clone()));
                    }
                }
                // Headers, which hold cookies.
                Some(_) if name.contains("header") => {}
                _ => parts.take(name, value),
            }
        }
        parts
    }

    fn take(&mut self, name: Cow<'a, str>, value: Field<'a>) {
        let Some((part, rank)) = part_of(&name) else {
            if !is_nothing(&value) {
                self.rest.push((name, value));
            }
            return;
        };
        match part {
            Part::Nothing => {}
            Part::Agent | Part::Referer => {
                let text = value.into_text().unwrap_or_default();
                let name = if part == Part::Agent { "user_agent" } else { "referer" };
                let text =
                    if part == Part::Agent { text } else { Cow::Owned(request::without_query(&text).to_owned()) };
                request::push_text(&mut self.rest, name, text);
            }
            Part::Bytes => request::push_number(&mut self.rest, "bytes", value.into_text().unwrap_or_default()),
            Part::RequestTime => {
                request::push_number(&mut self.rest, "request_time_seconds", value.into_text().unwrap_or_default());
            }
            Part::UpstreamTime => {
                request::push_number(&mut self.rest, "upstream_time_seconds", value.into_text().unwrap_or_default());
            }
            _ => {
                let text = value.into_text().filter(|text| !present(text).is_empty());
                let slot = &mut self.found[part as usize];
                if let Some(text) = text
                    && slot.as_ref().is_none_or(|(known, _)| rank < *known)
                {
                    *slot = Some((rank, text));
                }
            }
        }
    }

    fn text(&self, part: Part) -> &str {
        self.found[part as usize].as_ref().map_or("", |(_, text)| text)
    }
}

fn is_nothing(value: &Field<'_>) -> bool {
    match value {
        Field::Text(text) => present(text).is_empty(),
        other => other.is_nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    const NGINX: &str = r#"{"time_local":"22/Nov/2026:21:04:08 +0100","remote_addr":"203.0.113.7","remote_user":"jo","request":"GET /live/a.m4s?token=x&CMCD=bl%3D0%2Cbs HTTP/1.1","status":"503","body_bytes_sent":"197","request_time":"10.003","upstream_response_time":"-","upstream_addr":"192.0.2.4:8080","http_referer":"https://tv.example/watch?u=7","http_user_agent":"Player/1.0","http_cookie":"s=1","host":"tv.example"}
{"time_local":"22/Nov/2026:21:04:09 +0100","remote_addr":"203.0.113.7","request":"","status":"400","body_bytes_sent":"0","request_time":"0.000"}
{"time_local":"22/Nov/2026:21:04:09 +0100","request":"GET / HTTP/1.1","status":"many"}
{"time_local":"noon","request":"GET / HTTP/1.1","status":"200"}
{"time_local":"22/Nov/2026:21:04:09 +0100","request":"GET / HTTP/1.1","sta
"#;

    #[test]
    fn reads_nginx_and_rejects_broken_lines() {
        let usual = NGINX.lines().next().unwrap();
        let piece = read(&AccessLogJson, "edge-access.json", &(format!("{usual}\n").repeat(9) + NGINX));
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            masked(&rows[0]),
            "time=2026-11-22T20:04:08Z service_name=edge severity_text=ERROR body=GET /live/a.m4s 503 \
             attributes={\"bytes\":197,\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0,\"bs\":true},\
             \"referer\":\"https://tv.example/watch\",\"request_time_seconds\":10.003,\
             \"upstream_addr\":\"ip:8080\",\"user_agent\":\"Player/1.0\",\"virtual_host\":\"tv.example\"} \
             file=edge-access.json line_number=1"
        );
        assert!(rows[10].contains("severity_text=WARN body=invalid request 400"), "{}", rows[10]);
        assert_eq!(reasons(&piece)[0], "expected a status in `status`, found `many`");
        assert_eq!(reasons(&piece)[1], "expected a time, found `noon`");
        assert_eq!((rows.len(), piece.rejects.len()), (11, 3));
    }

    #[test]
    fn reads_the_json_of_other_proxies() {
        for (text, expected) in [
            (
                r#"{"start_time":"2026-11-22T20:04:08.002Z","method":"GET","path":"/a?x=1","response_code":503,"duration":10003,"authority":"tv.example:443"}"#,
                r#"attributes={"duration":10003,"virtual_host":"tv.example:443"}"#,
            ),
            (
                r#"{"level":"info","ts":1795377848.002,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"203.0.113.7","method":"GET","host":"tv.example","uri":"/a","headers":{"Cookie":["s=1"]}},"user_id":"jo","status":503,"duration":10.003,"resp_headers":{"Server":["x"]}}"#,
                r#"attributes={"client_ip":"ip","duration":10.003,"level":"info","logger":"http.log.access.log0","msg":"handled request","virtual_host":"tv.example"}"#,
            ),
            (
                r#"{"ClientHost":"203.0.113.7","DownstreamStatus":503,"Duration":10003000,"RequestMethod":"GET","RequestPath":"/a","RequestHost":"tv.example","StartUTC":"2026-11-22T20:04:08.002Z","level":"info","msg":"","time":"2026-11-22T20:04:18Z"}"#,
                r#""client_ip":"ip""#,
            ),
        ] {
            let rows = rows_of(&read(&AccessLogJson, "access.log", text), "log_records");
            let row = masked(&rows[0]);
            assert!(row.contains("service_name=tv.example severity_text=ERROR body=GET /a 503 "), "{row}");
            assert!(row.contains(expected), "{row}");
        }
    }

    #[test]
    fn leaves_what_applications_say_alone() {
        for text in [
            r#"{"time":"2026-11-22T20:04:08Z","level":"info","msg":"request completed","method":"GET","path":"/a","status":503}"#,
            r#"{"time":"2026-11-22T20:04:08Z","method":"GET","path":"/a","status":"degraded"}"#,
            r#"{"time":"2026-11-22T20:04:08Z","status":503,"total":3}"#,
            r#"{"method":"GET","path":"/a","status":503}"#,
            "[]",
            "7",
        ] {
            assert_eq!(AccessLogJson.recognise(&sample("x.json", text)), None, "{text}");
        }
    }
}

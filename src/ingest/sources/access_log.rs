//! Access logs of nginx and Apache: common and combined format, also with a virtual host before
//! and timings after.
//!
//! <https://nginx.org/en/docs/http/ngx_http_log_module.html>, <https://httpd.apache.org/docs/current/logs.html>
//!
//! ```text
//! 203.0.113.7 - - [22/Nov/2026:21:04:08 +0100] "GET /live/ch1/index.m3u8?a=1 HTTP/1.1" 503 197 "-" "Player/1.0"
//! 198.51.100.20 - - [22/Nov/2026:21:04:09 +0100] "\x16\x03\x01" 400 157 "-" "-"
//! 198.51.100.21 - user1 [22/Nov/2026:21:04:09 +0100] "POST /license HTTP/2.0" 200 - "-" "-" 0.182
//! ```
//!
//! Out: `log_records` with body `METHOD path status`; 5xx is an error, 4xx a warning. Users are
//! dropped, and query strings but for their CMCD keys; the client address goes to the attributes
//! only, where it is replaced. A number with a point after the agent is the request time in
//! seconds, one without it and alone that in microseconds (`%D`).

use std::borrow::Cow;
use std::net::IpAddr;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::cmcd;
use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile, severity_of_status};

/// Access logs of nginx and Apache.
#[derive(Debug)]
pub struct AccessLog;

impl Source for AccessLog {
    fn name(&self) -> &'static str {
        "access_log"
    }

    fn about(&self) -> &'static str {
        "Access log of nginx or Apache, common or combined format."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(Request::of(line).is_ok());
        }
        (all > 0 && ours * 5 >= all * 4).then_some(Layout::Lines)
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
        let mut request = Request::of(record.line()?)?;
        let body = body(request.method, request.target, request.status);
        // What many lines repeat is searched for personal data once, not line by line.
        let client = out.redacted(request.client).into_owned();
        let referer = out.redacted_again(without_query(request.referer));
        let agent = out.redacted_again(request.agent);
        let virtual_host = request.virtual_host;
        let hidden_host = out.redacted_again(virtual_host);
        (request.client, request.referer, request.agent, request.virtual_host) =
            (&client, &referer, &agent, &hidden_host);
        let rest = request.attributes();
        let event = Event {
            time: Some(request.time),
            service: if self.file.service.is_empty() { virtual_host } else { "" },
            severity: severity_of_status(request.status),
            body: &body,
            is_rest_redacted: request.extra.is_empty() && !rest.iter().any(|(_, value)| is_nested(value)),
            rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// `GET /live/index.m3u8 503`; a request that is no HTTP (a scan, a broken handshake) is
/// `invalid request 400`.
pub(super) fn body(method: &str, target: &str, status: u16) -> String {
    let is_method =
        (3..=10).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    if is_method && !target.is_empty() {
        let path = without_query(target);
        let mut body = String::with_capacity(method.len() + path.len() + 5);
        for part in [method, " ", path, " "] {
            body.push_str(part);
        }
        for unit in [100, 10, 1] {
            body.push(char::from_digit(u32::from(status / unit % 10), 10).expect("a digit"));
        }
        body
    } else {
        format!("invalid request {status:03}")
    }
}

/// One line, cut into its parts; empty where the line has `-`.
#[derive(Debug)]
struct Request<'a> {
    virtual_host: &'a str,
    client: &'a str,
    time: i64,
    method: &'a str,
    target: &'a str,
    status: u16,
    bytes: Option<i64>,
    referer: &'a str,
    agent: &'a str,
    /// What custom formats append.
    extra: &'a str,
}

impl<'a> Request<'a> {
    fn of(line: &'a str) -> Result<Self, String> {
        let open = memchr::memchr_iter(b'[', line.as_bytes())
            .find(|at| is_date(&line.as_bytes()[at + 1..]))
            .ok_or("expected a time like `[22/Nov/2026:21:04:08 +0100]`, found none")?;
        let close = open + memchr::memchr(b']', &line.as_bytes()[open..]).ok_or("expected `]` after the time")?;
        let written = &line[open + 1..close];
        let time = time::common_log(written).ok_or_else(|| format!("expected a time, found `{written}`"))?;
        let (virtual_host, client) = client(&line[..open]).ok_or("expected an address before the time, found none")?;
        let rest = line[close + 1..].strip_prefix(" \"").ok_or("expected a quoted request after the time")?;
        let end = closing_quote(rest).ok_or("expected a quote after the request, found none")?;
        let (request, rest) = (&rest[..end], rest[end + 1..].trim_start());
        let (status, rest) = cut(rest, b' ');
        let code = status.parse::<u16>().ok().filter(|_| status.len() == 3);
        let status = code.ok_or_else(|| format!("expected a status of three digits, found `{status}`"))?;
        let (bytes, rest) = cut(rest, b' ');
        let (referer, rest) = quoted(rest);
        let (agent, extra) = quoted(rest);
        let (method, after) = cut(request, b' ');
        let (target, _) = cut(after, b' ');
        Ok(Self {
            virtual_host,
            client,
            time,
            method,
            target,
            status,
            bytes: bytes.parse().ok(),
            referer,
            agent,
            extra,
        })
    }

    fn attributes(&self) -> Vec<Named<'a>> {
        let mut fields: Vec<Named<'a>> = Vec::with_capacity(8);
        // In the order in which they are written.
        fields.extend(self.bytes.map(|bytes| (Cow::Borrowed("bytes"), Field::Int(bytes))));
        let mut text = |name: &'static str, value: Cow<'a, str>| {
            if !value.is_empty() {
                fields.push((Cow::Borrowed(name), Field::Text(value)));
            }
        };
        text("client_ip", Cow::Borrowed(self.client));
        text("referer", Cow::Borrowed(without_query(self.referer)));
        text("user_agent", Cow::Borrowed(self.agent));
        text("virtual_host", Cow::Borrowed(self.virtual_host));
        let (_, query) = cut(self.target, b'?');
        if let Some(keys) = cmcd::in_query(query) {
            fields.push((Cow::Borrowed("cmcd"), Field::nested(keys)));
        }
        timings(self.extra, &mut fields);
        fields
    }
}

/// What stands before and behind the first of these bytes; nothing behind when there is none.
fn cut(text: &str, at: u8) -> (&str, &str) {
    memchr::memchr(at, text.as_bytes()).map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

fn is_nested(value: &Field<'_>) -> bool {
    matches!(value, Field::Nested(_))
}

/// Path of a request target or address, without query and fragment.
fn without_query(target: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
    &target[..end]
}

/// Virtual host and client among the words before the time.
fn client(before: &str) -> Option<(&str, &str)> {
    let mut words = before.split_ascii_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    words.next()?;
    if second != "-" && second.parse::<IpAddr>().is_ok() && !first.ends_with(',') {
        return Some((first.split(':').next().unwrap_or(first), second));
    }
    Some(("", first))
}

/// A quoted part at the front, without its quotes, and what follows; `-` is empty.
fn quoted(text: &str) -> (&str, &str) {
    let Some(inside) = text.strip_prefix('"') else { return ("", text) };
    let Some(end) = closing_quote(inside) else { return ("", text) };
    let value = &inside[..end];
    (if value == "-" { "" } else { value }, inside[end + 1..].trim_start())
}

/// Position of the first quote that no backslash precedes.
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'"', bytes).find(|at| {
        let slashes = bytes[..*at].iter().rev().take_while(|byte| **byte == b'\\').count();
        slashes % 2 == 0
    })
}

/// Timings that custom formats append: bare numbers, or pairs such as `rt=0.182`.
fn timings<'a>(extra: &'a str, fields: &mut Vec<Named<'a>>) {
    let mut names = ["request_time_seconds", "upstream_time_seconds"].into_iter();
    for word in extra.split_whitespace() {
        if let Some((name, value)) = word.split_once('=')
            && let Ok(number) = value.trim_matches('"').parse::<f64>()
        {
            fields.push((Cow::Borrowed(name), Field::Float(number)));
            continue;
        }
        let word = word.trim_matches('"');
        if word.contains('.')
            && let Ok(number) = word.parse::<f64>()
        {
            if let Some(name) = names.next() {
                fields.push((Cow::Borrowed(name), Field::Float(number)));
            }
        } else if let (Ok(number), false) = (word.parse::<i64>(), extra.trim().contains(' ')) {
            fields.push((Cow::Borrowed("duration_microseconds"), Field::Int(number)));
        }
    }
}

fn is_date(bytes: &[u8]) -> bool {
    bytes.len() > 20 && bytes[2] == b'/' && bytes[6] == b'/' && bytes[11] == b':' && bytes[0].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    const LINES: &str = r#"203.0.113.7 - - [22/Nov/2026:21:04:08 +0100] "GET /live/ch1/index.m3u8?token=x&CMCD=bl%3D0%2Cbs HTTP/1.1" 503 197 "https://tv.example/watch?user=7" "Player/1.0"
198.51.100.20 - - [22/Nov/2026:21:04:09 +0100] "\x16\x03\x01" 400 157 "-" "-"
198.51.100.21 - jo smith [22/Nov/2026:20:04:09 UTC] "POST /license HTTP/2.0" 200 - "-" "a \"b\"" 0.182 rt=0.5
tv.example:443 192.0.2.9 - - [22/Nov/2026:20:04:10 +0000] "GET / HTTP/1.1" 404 12
192.0.2.9 - - [22/Nov/2026:20:04:10 +0000] "GET / HTTP/1.1" many 12
"#;

    #[test]
    fn reads_all_variants_and_rejects_the_broken_line() {
        let piece = read(&AccessLog, "origin-access.log", LINES);
        let expected = [
            "time=2026-11-22T20:04:08Z service_name=origin severity_text=ERROR body=GET /live/ch1/index.m3u8 503 \
             attributes={\"bytes\":197,\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0,\"bs\":true},\
             \"referer\":\"https://tv.example/watch\",\"user_agent\":\"Player/1.0\"}",
            "time=2026-11-22T20:04:09Z service_name=origin severity_text=WARN body=invalid request 400 \
             attributes={\"bytes\":157,\"client_ip\":\"ip\"}",
            "time=2026-11-22T20:04:09Z service_name=origin severity_text=INFO body=POST /license 200 \
             attributes={\"client_ip\":\"ip\",\"request_time_seconds\":0.182,\"rt\":0.5,\
             \"user_agent\":\"a \\\\\\\"b\\\\\\\"\"}",
            "time=2026-11-22T20:04:10Z service_name=origin severity_text=WARN body=GET / 404 \
             attributes={\"bytes\":12,\"client_ip\":\"ip\",\"virtual_host\":\"tv.example\"}",
        ];
        for (row, expected) in rows_of(&piece, "log_records").iter().zip(expected) {
            assert_eq!(masked(row).split(" file=").next(), Some(expected));
        }
        assert_eq!(reasons(&piece), ["expected a status of three digits, found `many`"]);
    }

    #[test]
    fn numbers_among_others_and_lists_of_clients_are_not_misread() {
        let text = "203.0.113.7 - - [22/Nov/2026:20:04:10 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"-\" 512 0.005 [cart-80] [] 192.0.2.1:80 57 0.004 200\n\
            203.0.113.7, 192.0.2.1 - - [22/Nov/2026:20:04:10 +0000] \"GET / HTTP/1.1\" 200 12\n\
            203.0.113.7 - - [22/Nov/2026:20:04:10 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"-\" 182345\n";
        let rows = rows_of(&read(&AccessLog, "access.log", text), "log_records");
        assert!(rows[0].contains("\"request_time_seconds\":0.005,\"upstream_time_seconds\":0.004"), "{rows:?}");
        assert!(!rows[0].contains("duration") && !rows[1].contains("service_name"), "{rows:?}");
        assert!(rows[2].contains("\"duration_microseconds\":182345"), "{rows:?}");
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time::common_log("01/Jan/1970:00:00:00 +0000"), Some(0));
        assert_eq!(time::common_log("29/Feb/2024:23:59:59 -0130"), Some(1_709_256_599_000_000));
        for text in [
            "29/Feb/2026:00:00:00 +0000",
            "01/Jan/1970:24:00:00 +0000",
            "01/Xxx/1970:00:00:00 Z",
            "",
            "01/Jan/1970:00:00:00 +é",
        ] {
            assert_eq!(time::common_log(text), None, "{text}");
        }
    }

    #[test]
    fn hostile_lines_are_refused() {
        for line in [
            "",
            "[",
            "[22/Nov/2026:21:04:08",
            "a b c [22/Nov/2026:21:04:08 +0100] \"\\",
            "é [22/Nov/2026:21:04:08 +0100] \"",
            "a - - [22/Nov/2026:21:04:08 +0100] \"GET / HTTP/1.1\" ",
        ] {
            assert!(Request::of(line).is_err(), "{line}");
        }
        assert_eq!(AccessLog.recognise(&sample("x", "time,entity,metric,value\n")), None);
    }
}

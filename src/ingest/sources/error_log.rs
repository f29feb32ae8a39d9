//! Error logs of nginx and Apache: what a web server says about itself and about requests that
//! failed.
//!
//! <https://nginx.org/en/docs/ngx_core_module.html#error_log>, <https://httpd.apache.org/docs/current/mod/core.html#errorlogformat>
//!
//! ```text
//! 2026/11/22 21:04:08 [error] 31#31: *88 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.7, server: tv.example, request: "GET /live/a.m4s?token=x HTTP/1.1", upstream: "http://192.0.2.4:8080/live/a.m4s", host: "tv.example"
//! [Sun Nov 22 21:04:08.002345 2026] [proxy:error] [pid 42:tid 139] [client 203.0.113.7:51234] AH00898: Error reading from remote server returned by /live
//! [Sun Nov 22 21:04:08 2026] [error] [client 203.0.113.7] File does not exist: /var/www/favicon.ico
//! ```
//!
//! Out: `log_records`. The body is the message alone; what the server adds about the request goes
//! to the attributes, without query strings, where addresses are replaced. Times carry no offset
//! and are in the zone of the case. A line that goes on from the one before (a trace of PHP or
//! Lua) has no time. The service is that of the file, else the virtual host.

use std::borrow::Cow;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;

use super::cdn_request::without_query;
use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile};

/// Error logs of nginx and Apache.
#[derive(Debug)]
pub struct ErrorLog;

impl Source for ErrorLog {
    fn name(&self) -> &'static str {
        "error_log"
    }

    fn about(&self) -> &'static str {
        "Error log of nginx or Apache."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(Line::of(line).is_some_and(|line| !line.severity.is_empty()));
        }
        // A failing script writes a trace of many lines behind each message.
        (ours > 0 && ours * 4 >= all).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file), times: TimeFormat::iso(file.zone) }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    times: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let text = record.line()?;
        let Some(line) = Line::of(text) else {
            self.file.write(Event { body: text.trim_end(), ..Event::default() }, out);
            return Ok(());
        };
        let time = self.times.parse(line.time)?.ok_or("expected a time, found none")?;
        let event = Event {
            time: Some(time),
            service: if self.file.service.is_empty() { line.server } else { "" },
            severity: severity(line.severity),
            body: &line.message,
            rest: line.rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// The words of both servers as syslog has them in full.
fn severity(word: &str) -> &str {
    match word {
        "emerg" => "EMERGENCY",
        "crit" => "CRITICAL",
        _ if is_trace(word) => "TRACE",
        other => other,
    }
}

fn is_severity(word: &str) -> bool {
    const WORDS: &[&str] = &["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
    WORDS.contains(&word) || is_trace(word)
}

/// Apache has eight levels of `trace`.
fn is_trace(word: &str) -> bool {
    matches!(word.as_bytes(), [b't', b'r', b'a', b'c', b'e', b'1'..=b'8'])
}

/// One line that begins with a time, cut into its parts.
#[derive(Debug, Default)]
struct Line<'a> {
    time: &'a str,
    severity: &'a str,
    message: Cow<'a, str>,
    /// Virtual host that the request was for.
    server: &'a str,
    rest: Vec<Named<'a>>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let text = text.trim_end();
        if text.starts_with('[') { Self::of_apache(text) } else { Self::of_nginx(text) }
    }

    /// `2026/11/22 21:04:08 [error] 31#31: *88 message, client: ...`.
    fn of_nginx(text: &'a str) -> Option<Self> {
        let (time, rest) = text.split_at_checked(19)?;
        let shape = time.bytes().zip(b"0000/00/00 00:00:00".iter());
        let is_time = shape.into_iter().all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            sign => byte == *sign,
        });
        let (severity, rest) = rest.strip_prefix(" [").filter(|_| is_time)?.split_once("] ")?;
        let mut line = Self { time, severity: Some(severity).filter(|word| is_severity(word))?, ..Self::default() };
        let (process, message) = rest.split_once(": ").unwrap_or(("", rest));
        let (pid, thread) = process.split_once('#').unwrap_or_default();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(pid) || !is_number(thread) {
            line.message = Cow::Borrowed(rest);
            return Some(line);
        }
        line.push("process_id", pid);
        let connection = message.strip_prefix('*').and_then(|after| after.split_once(' '));
        let message = match connection.filter(|(number, _)| is_number(number)) {
            Some((number, message)) => {
                line.push("connection", number);
                message
            }
            None => message,
        };
        line.message = Cow::Borrowed(line.request(message));
        Some(line)
    }

    /// Takes what nginx adds about the request, from `, client: ` on, off a message.
    fn request(&mut self, message: &'a str) -> &'a str {
        let Some((message, mut added)) = message.split_once(", client: ") else { return message };
        let mut name = "client";
        while !name.is_empty() {
            let end = end_of_value(added);
            let value = added[..end].trim_matches('"');
            let next = added[end..].strip_prefix(", ").and_then(|rest| rest.split_once(": "));
            self.about(name, value);
            (name, added) = next.unwrap_or_default();
        }
        message
    }

    fn about(&mut self, name: &'a str, value: &'a str) {
        match name {
            "client" => self.push("client_ip", value),
            "server" => {
                // `_` is the server for every name.
                let is_name = value != "_" && value.contains(|c: char| c.is_ascii_alphabetic());
                self.server = if is_name { value } else { "" };
                self.push("server", self.server);
            }
            "request" => {
                let mut words = value.split(' ');
                let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                if !target.is_empty() {
                    self.push("method", method);
                    self.push("path", without_query(target));
                }
            }
            "host" => {
                let name = value.split(':').next().unwrap_or(value);
                // A client without the name of the host sends its address.
                if self.server.is_empty() && !name.ends_with(|c: char| c.is_ascii_digit()) {
                    self.server = name;
                }
                self.push("virtual_host", value);
            }
            "referrer" => self.push("referer", without_query(value)),
            // Addresses, such as that of the upstream.
            _ if name.bytes().all(|byte| byte.is_ascii_lowercase()) => self.push(name, without_query(value)),
            _ => {}
        }
    }

    /// `[Sun Nov 22 21:04:08.002345 2026] [proxy:error] [pid 42:tid 139] [client ...] message`.
    fn of_apache(text: &'a str) -> Option<Self> {
        let (time, mut rest) = bracketed(text)?;
        let is_time = time.len() > 20 && time.contains(':') && time.ends_with(|c: char| c.is_ascii_digit());
        let mut line = Self { time: Some(time).filter(|_| is_time)?, ..Self::default() };
        // What the server could not do comes before the client that it could not do it for.
        let mut failed = "";
        while let Some((inside, after)) = bracketed(rest) {
            if !line.bracket(inside) {
                break;
            }
            rest = after;
            if let Some((reason, after)) = rest.split_once(": [client ").filter(|(reason, _)| reason.starts_with('(')) {
                let (client, after) = after.split_once("] ")?;
                failed = reason;
                line.push("client_ip", client);
                rest = after;
            }
        }
        if line.severity.is_empty() {
            return None;
        }
        if let Some((message, referer)) = rest.rsplit_once(", referer: ") {
            line.push("referer", without_query(referer));
            rest = message;
        }
        line.message = if failed.is_empty() { Cow::Borrowed(rest) } else { Cow::Owned(format!("{failed}: {rest}")) };
        Some(line)
    }

    /// Takes one part in brackets; answers whether it is known.
    fn bracket(&mut self, inside: &'a str) -> bool {
        let (module, level) = inside.split_once(':').unwrap_or(("", inside));
        if self.severity.is_empty() && is_severity(level) {
            self.severity = level;
            self.push("module", module);
        } else if let Some(process) = inside.strip_prefix("pid ") {
            let (process, thread) = process.split_once(":tid ").unwrap_or((process, ""));
            self.push("process_id", process);
            self.push("thread", thread);
        } else if let Some(client) = inside.strip_prefix("client ") {
            self.push("client_ip", client);
        } else if let Some(client) = inside.strip_prefix("remote ") {
            self.push("remote", client);
        } else {
            return false;
        }
        true
    }

    fn push(&mut self, name: &'a str, value: &'a str) {
        if !value.is_empty() && value != "-" {
            self.rest.push((Cow::Borrowed(name), Field::Text(Cow::Borrowed(value))));
        }
    }
}

/// What stands in brackets at the front, and what follows behind a space.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    Some((inside, after.strip_prefix(' ').unwrap_or(after)))
}

/// Where a value ends: behind its closing quote, else before the next name.
fn end_of_value(text: &str) -> usize {
    match text.strip_prefix('"').and_then(|inside| inside.find("\", ")) {
        Some(end) => end + 2,
        None if text.starts_with('"') => text.len(),
        None => text.find(", ").unwrap_or(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::ingest::sources::testing::{masked, read, read_in, reasons, rows_of, sample};

    const NGINX: &str = r#"2026/11/22 21:04:08 [error] 31#31: *88 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.7, server: tv.example, request: "GET /live/a.m4s?token=x HTTP/1.1", upstream: "http://192.0.2.4:8080/live/a.m4s?token=x", host: "tv.example:443", referrer: "https://tv.example/watch?u=1"
2026/11/22 21:04:09 [notice] 1#1: signal process started
2026/11/22 21:04:10 [crit] 31#31: *91 SSL_do_handshake() failed, while SSL handshaking, client: 2001:db8::7, server: 0.0.0.0:443
stack traceback:
2026/13/45 21:04:10 [error] 31#31: *92 broken
"#;

    #[test]
    fn reads_nginx_in_the_zone_of_the_case() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let piece = read_in(&ErrorLog, "edge-error.log", NGINX, &zone);
        let rows: Vec<String> = rows_of(&piece, "log_records").iter().map(|row| masked(row)).collect();
        let body = "connect() failed (111: Connection refused) while connecting to upstream";
        assert!(rows[0].starts_with(&format!(
            "time=2026-11-22T20:04:08Z service_name=edge severity_text=ERROR body={body} attributes="
        )));
        for part in [
            "\"client_ip\":\"ip\"",
            "\"connection\":\"88\"",
            "\"method\":\"GET\",\"path\":\"/live/a.m4s\"",
            "\"server\":\"tv.example\"",
            "\"referer\":\"https://tv.example/watch\"",
            ":8080/live/a.m4s\",\"virtual_host\":\"tv.example:443\"",
        ] {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert!(!rows[0].contains("token") && !rows[0].contains("192.0.2.4"), "{}", rows[0]);
        assert!(rows[1].contains("severity_text=NOTICE body=signal process started"), "{}", rows[1]);
        assert!(rows[2].contains("severity_text=CRITICAL body=SSL_do_handshake() failed, while SSL"), "{}", rows[2]);
        assert!(rows[3].starts_with("service_name=edge body=stack traceback:"), "{}", rows[3]);
        assert_eq!(reasons(&piece), ["expected a time, found `2026/13/45 21:04:10`"]);
    }

    #[test]
    fn reads_both_forms_of_apache() {
        let text = "[Sun Nov 22 21:04:08.002345 2026] [proxy:error] [pid 42:tid 139] (70007)The timeout specified has expired: [client 203.0.113.7:51234] AH01102: error reading status line from remote server origin-1:8080, referer: https://tv.example/watch?u=1\n\
            [Sun Nov 22 21:04:09 2026] [error] [client 203.0.113.7] File does not exist: /var/www/[x]\n\
            [Sun Nov 22 21:04:10 2026] [notice] caught SIGTERM, shutting down\n";
        let piece = read(&ErrorLog, "error.log", text);
        let rows: Vec<String> = rows_of(&piece, "log_records").iter().map(|row| masked(row)).collect();
        assert_eq!(
            rows,
            [
                "time=2026-11-22T21:04:08.002345Z severity_text=ERROR body=(70007)The timeout specified has expired: \
                 AH01102: error reading status line from remote server origin-1:8080 \
                 attributes={\"client_ip\":\"ip:51234\",\"module\":\"proxy\",\"process_id\":\"42\",\
                 \"referer\":\"https://tv.example/watch\",\"thread\":\"139\"} file=error.log line_number=1",
                "time=2026-11-22T21:04:09Z severity_text=ERROR body=File does not exist: /var/www/[x] \
                 attributes={\"client_ip\":\"ip\"} file=error.log line_number=2",
                "time=2026-11-22T21:04:10Z severity_text=NOTICE body=caught SIGTERM, shutting down \
                 file=error.log line_number=3",
            ]
        );
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in [
            "2026/11/22 21:04:08 [main] started\n",
            "2026/11/22 21:04:08 INFO started\n",
            "[2026-11-22 21:04:08] [error] started\n[10.30 16:49:06] x\n",
            "[Sun Nov 22 21:04:08 2026] started\n",
            "203.0.113.7 - - [22/Nov/2026:21:04:08 +0100] \"GET / HTTP/1.1\" 503 197\n",
        ] {
            assert_eq!(ErrorLog.recognise(&sample("x.log", text)), None, "{text}");
        }
    }

    #[test]
    fn hostile_lines_do_no_harm() {
        for line in [
            "2026/11/22 21:04:08 [error] 1#1: *1 a, client: ",
            "2026/11/22 21:04:08 [error] 1#1: *1 a, client: x, request: \"GET",
            "2026/11/22 21:04:08 [error] 1#1: *",
            "2026/11/22 21:04:08 [error] é",
            "[é] [error] x",
            "[Sun Nov 22 21:04:08 2026] [error] (1)x: [client ",
        ] {
            let _ = Line::of(line);
        }
    }
}

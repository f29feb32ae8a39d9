//! logfmt: lines of `key=value`, as Go services write them.
//!
//! A convention without a standard: <https://pkg.go.dev/github.com/kr/logfmt>
//!
//! ```text
//! ts=2026-11-22T20:04:08.002Z level=error caller=proxy.go:88 msg="upstream timeout" dur=10.003s status=503
//! ts=1795377849.1 level=info msg=retry attempt=2 ok
//! time="2026-11-22 20:04:09" level=warn msg="a \"quoted\" word"
//! ```
//!
//! Out: `log_records`. A key alone is true. Numbers stay text, since logfmt has no types. Of
//! repeated keys the first is kept. A line without a message shows its error, or all of its pairs
//! but time and level.

use std::borrow::Cow;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::application_logs::Parts;
use super::json_fields::{Field, Named};
use super::log_event::LogFile;

/// Lines of `key=value`.
#[derive(Debug)]
pub struct Logfmt;

impl Source for Logfmt {
    fn name(&self) -> &'static str {
        "logfmt"
    }

    fn about(&self) -> &'static str {
        "Log in logfmt: `key=value` pairs on each line."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(is_logfmt(line));
        }
        (all > 0 && ours * 10 >= all * 9).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let times: Vec<String> =
            file.sample.lines().take(50).filter_map(|line| Some(Parts::of(parse(line)?).time?.into_owned())).collect();
        let times: Vec<&str> = times.iter().map(String::as_str).collect();
        Ok(Box::new(Reader { file: LogFile::new(file), format: TimeFormat::learn(&times, file.zone) }))
    }
}

/// Whether a line is all pairs, with a time, a level or a message among at least three.
fn is_logfmt(line: &str) -> bool {
    let start = line.split('=').next().unwrap_or_default();
    let begins_with_key = !start.is_empty() && start.len() < line.len() && start.bytes().all(is_key);
    let Some(fields) = parse(line).filter(|_| begins_with_key) else { return false };
    let pairs = fields.iter().filter(|(_, value)| matches!(value, Field::Text(_))).count();
    let parts = Parts::of(fields);
    pairs >= 3 && (parts.time.is_some() || !parts.severity.is_empty() || !parts.body.is_empty())
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@' | b'/')
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    format: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let fields = parse(record.line()?).ok_or("expected `key=value` pairs")?;
        let mut parts = Parts::of(fields);
        let time = match parts.time.as_deref() {
            Some(written) => match time::rfc3339(written) {
                Some(micros) => Some(micros),
                None => self.format.parse(written)?,
            },
            None => None,
        };
        if parts.body.is_empty() {
            let error = parts.rest.iter().position(|(name, _)| name == "err" || name == "error");
            let text = error.and_then(|at| parts.rest.remove(at).1.into_text());
            let text = text.unwrap_or_else(|| Cow::Owned(shown(&parts.rest)));
            parts.body = Some(text).filter(|text| !text.is_empty()).ok_or("expected a message in `msg`, found none")?;
        }
        self.file.write(parts.event(time), out);
        Ok(())
    }
}

/// Pairs as they were written, but for quotes that are not needed to read them.
fn shown(pairs: &[Named<'_>]) -> String {
    let pairs = pairs.iter().map(|(name, value)| match value {
        Field::Text(text) if text.contains([' ', '"']) => format!("{name}={text:?}"),
        Field::Text(text) => format!("{name}={text}"),
        _ => name.to_string(),
    });
    pairs.collect::<Vec<_>>().join(" ")
}

/// The pairs of a line; `None` when there is no pair, or a quote is not closed.
pub(super) fn parse(line: &str) -> Option<Vec<Named<'_>>> {
    let bytes = line.as_bytes();
    let mut fields = Vec::with_capacity(8);
    let mut has_pair = false;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let end =
            at + bytes[at..].iter().position(|byte| matches!(byte, b'=' | b' ' | b'\t')).unwrap_or(bytes.len() - at);
        let key = Cow::Borrowed(&line[at..end]);
        if bytes.get(end) != Some(&b'=') {
            fields.push((key, Field::Bool(true)));
            at = end;
            continue;
        }
        if key.is_empty() {
            return None;
        }
        has_pair = true;
        let (value, next) = value_at(line, end + 1)?;
        fields.push((key, Field::Text(value)));
        at = next;
    }
    has_pair.then_some(fields)
}

/// The value that begins at a position, and where it ends.
fn value_at(line: &str, start: usize) -> Option<(Cow<'_, str>, usize)> {
    let bytes = line.as_bytes();
    if bytes.get(start) != Some(&b'"') {
        let length = memchr::memchr2(b' ', b'\t', &bytes[start..]).unwrap_or(bytes.len() - start);
        return Some((Cow::Borrowed(&line[start..start + length]), start + length));
    }
    let mut at = start + 1;
    let mut has_escape = false;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            break;
        }
        has_escape = true;
        at += 2;
    }
    let inner = &line[start + 1..at];
    Some((if has_escape { Cow::Owned(unescaped(inner)) } else { Cow::Borrowed(inner) }, at + 1))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('u') => {
                    let code = chars.as_str().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                    if let Some(c) = code.and_then(char::from_u32) {
                        out.push(c);
                        chars = chars.as_str()[4..].chars();
                    } else {
                        out.push('u');
                    }
                }
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_lines_and_rejects_an_open_quote() {
        let text = "ts=2026-11-22T20:04:08.002Z level=error service=cart caller=proxy.go:88 msg=\"a \\\"b\\\"\" ok\n\
                    ts=1795377849.5 level=info msg=retry attempt=2\n\
                    ts=2026-11-22T20:04:09Z level=info msg=\"open\n"
            .to_owned()
            + &"ts=2026-11-22T20:04:10Z level=info msg=go\n".repeat(18);
        let piece = read(&Logfmt, "x.logfmt", &text);
        assert_eq!(
            rows_of(&piece, "log_records")[..2],
            [
                "time=2026-11-22T20:04:08.002Z service_name=cart severity_text=ERROR body=a \"b\" \
                 attributes={\"caller\":\"proxy.go:88\",\"ok\":true} file=x.logfmt line_number=1",
                "time=2026-11-22T20:04:09.500Z service_name=x severity_text=INFO body=retry \
                 attributes={\"attempt\":\"2\"} file=x.logfmt line_number=2",
            ]
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn a_line_without_a_message_shows_its_pairs() {
        let text = "ts=2026-11-22T20:04:08Z level=info method=GET path=\"/a b\" dur=1.2ms cached\n\
                    ts=2026-11-22T20:04:08Z level=warn err=\"caf\\u00e9 \\u00 down\" n=1\n\
                    ts=2026-11-22T20:04:08Z level=warn\n\
                    t=1795377848 lvl=info msg=a msg=b\n"
            .to_owned()
            + &"ts=2026-11-22T20:04:10Z level=info msg=go\n".repeat(8);
        let piece = read(&Logfmt, "x.logfmt", &text);
        let rows = rows_of(&piece, "log_records");
        for (row, expected) in rows.iter().zip([
            "severity_text=INFO body=method=GET path=\"/a b\" dur=1.2ms cached attributes=",
            "severity_text=WARN body=café u00 down attributes={\"n\":\"1\"}",
            "severity_text=INFO body=a attributes={\"msg\":\"b\"}",
        ]) {
            assert!(row.starts_with(&format!("time=2026-11-22T20:04:08Z service_name=x {expected}")), "{row}");
        }
        assert_eq!(reasons(&piece), ["expected a message in `msg`, found none"]);
    }

    #[test]
    fn hostile_lines_do_not_panic() {
        for line in ["=", "a=\"", "a=\"\\", "a=\"\\é", "é=\"\\\\\"", "", " ", "a", "==", "a= =b", "a=\"b\"c=d"] {
            let _ = parse(line);
        }
    }

    #[test]
    fn is_not_fooled_by_other_text() {
        for text in [
            "time,entity,metric,value\n2026-11-22T20:04:08Z,a,b,1\n",
            "{\"ts\":1,\"level\":\"info\",\"msg\":\"a=b c=d e=f\"}\n",
            "<34>1 2026-11-22T20:04:08Z h a 1 - - ts=1 level=info msg=a\n",
            "",
        ] {
            assert_eq!(Logfmt.recognise(&sample("x.log", text)), None, "{text}");
        }
    }
}

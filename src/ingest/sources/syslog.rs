//! Syslog: RFC 5424, and RFC 3164 with or without its priority, also with the ISO time that
//! rsyslog writes.
//!
//! <https://www.rfc-editor.org/rfc/rfc5424>, <https://www.rfc-editor.org/rfc/rfc3164>
//!
//! ```text
//! <165>1 2026-11-22T20:04:08.002345+01:00 edge-01 nginx 4242 - [origin@32473 id="o1"] upstream timeout
//! <34>Nov 22 21:04:08 edge-01 haproxy[311]: backend live/origin1 is DOWN
//! Nov  2 21:04:08 edge-01 kernel: link down
//! ```
//!
//! Out: `log_records`. The program is the service. RFC 3164 has no year: it is taken from a date
//! in the path or in the text; without one the time is null. A file over New Year is read right.

use std::borrow::Cow;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile, severity_of_priority};

/// Lines of syslog.
#[derive(Debug)]
pub struct Syslog;

impl Source for Syslog {
    fn name(&self) -> &'static str {
        "syslog"
    }

    fn about(&self) -> &'static str {
        "Syslog file, RFC 5424 or RFC 3164."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(Header::of(line).is_some_and(|header| !header.is_bare));
        }
        (all > 0 && ours * 5 >= all * 4).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let near = date_in(&file.sample.path).or_else(|| date_in(&file.sample.text));
        let plain = TimeFormat::iso(file.zone);
        let format = match (near, year_in(&file.sample.path)) {
            (Some(near), _) => Some(plain.with_instant_hint(near)),
            (None, Some(year)) => Some(plain.with_year_hint(year)),
            (None, None) => None,
        };
        // A leap year, so that every day of a calendar is one.
        let undated = TimeFormat::iso(file.zone).with_year_hint(2000);
        Ok(Box::new(Reader { file: LogFile::new(file), format, undated }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    /// Reads times; none when no year is known for those that have none.
    format: Option<TimeFormat>,
    /// Tells a time without a year from what is no time.
    undated: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let header = Header::of(record.line()?).ok_or("expected a syslog header, found none")?;
        let time = match time::rfc3339(header.time) {
            Some(micros) => Some(micros),
            None => self.local(header.time)?,
        };
        let mut rest = header.data;
        for (name, value) in [("process_id", header.process), ("message_id", header.message_id)] {
            if !value.is_empty() {
                rest.push((Cow::Borrowed(name), Field::Text(Cow::Borrowed(value))));
            }
        }
        let event = Event {
            time,
            service: header.program,
            host: header.host,
            severity: header.priority.map_or("", severity_of_priority),
            // A message is optional (RFC 5424, section 6.4): its type says what happened, else nothing does.
            body: [header.message, header.message_id, "-"].into_iter().find(|text| !text.is_empty()).unwrap_or("-"),
            rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

impl Reader {
    /// A time without offset, as a rule also without year; none when its year is not known.
    fn local(&self, written: &str) -> Result<Option<i64>, String> {
        if let Some(format) = &self.format {
            return format.parse(written);
        }
        let read = self.undated.parse(written)?;
        let has_year = is_iso(written) || written.split(' ').any(|word| word.len() == 4 && word.parse::<u16>().is_ok());
        Ok(read.filter(|_| has_year))
    }
}

/// One line, cut into its parts; `-` is an empty part.
#[derive(Debug, Default)]
struct Header<'a> {
    priority: Option<u16>,
    time: &'a str,
    host: &'a str,
    program: &'a str,
    process: &'a str,
    message_id: &'a str,
    data: Vec<Named<'a>>,
    message: &'a str,
    /// Whether it is an ISO time, a word and text, which other logs are too.
    is_bare: bool,
}

impl<'a> Header<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = line.trim_end_matches(['\0', '\r', '\n']);
        let (priority, rest) = priority(without_length(line));
        if priority.is_some()
            && let Some(rest) = rest.strip_prefix("1 ")
        {
            return Self::modern(priority, rest);
        }
        Self::old(priority, rest)
    }

    /// RFC 5424, after the version.
    fn modern(priority: Option<u16>, rest: &'a str) -> Option<Self> {
        let mut words = rest.splitn(6, ' ');
        let mut word = || words.next().map(|word| if word == "-" { "" } else { word });
        let (time, host, program, process, message_id) = (word()?, word()?, word()?, word()?, word()?);
        if !time.is_empty() && !is_iso(time) {
            return None;
        }
        let (data, message) = structured(words.next().unwrap_or_default())?;
        // rsyslog leaves the space after the tag of RFC 3164 before the message.
        let message = message.strip_prefix('\u{feff}').unwrap_or(message).trim_start_matches(' ');
        Some(Self { priority, time, host, program, process, message_id, data, message, is_bare: false })
    }

    /// RFC 3164, after the priority.
    fn old(priority: Option<u16>, rest: &'a str) -> Option<Self> {
        let rest = without_sequence(rest).trim_start_matches(['*', '.']);
        let (time, rest) = if is_iso(rest) {
            rest.split_once(' ')?
        } else {
            let length = old_time(rest.as_bytes())?;
            let (time, after) = rest.split_at(length);
            // Network devices put a colon behind the time, and name no host.
            if let Some(message) = after.strip_prefix(": ") {
                return Some(Self { priority: priority.or(mnemonic(message)), time, message, ..Self::default() });
            }
            (time, after.strip_prefix(' ')?)
        };
        let (host, rest) = rest.split_once(' ')?;
        // A tag ends at `:` or `[`; a line without one is all message. Parentheses name the module that writes.
        let is_tag = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '(' | ')' | '@' | '+');
        let end = rest.find(|c: char| !is_tag(c)).unwrap_or(rest.len());
        let (tag, after) = rest.split_at(end);
        // A number is no program but counts the messages of a network device, whose own header follows.
        if !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_digit()) && after.starts_with(": ") {
            let inner = after[2..].trim_start_matches(['*', '.']);
            let length = old_time(inner.as_bytes()).filter(|length| inner[*length..].starts_with(": "));
            let message = length.map_or(inner, |length| &inner[length + 2..]);
            return Some(Self { priority: priority.or(mnemonic(message)), time, host, message, ..Self::default() });
        }
        let mut header = Self { priority, time, host, message: rest, ..Self::default() };
        if let Some(after) = after.strip_prefix('[')
            && let Some((process, message)) = after.split_once(']')
        {
            (header.program, header.process) = (tag, process);
            header.message = message.strip_prefix(':').unwrap_or(message).trim_start();
        } else if let Some(message) =
            after.strip_prefix(": ").or(after.strip_prefix(':').filter(|rest| rest.is_empty()))
        {
            (header.program, header.message) = (tag, message);
        } else {
            header.is_bare = priority.is_none() && is_iso(time);
        }
        Some(header)
    }
}

/// A line without the number that network devices put before the time: `29: *Mar  1 18:46:11: `.
fn without_sequence(rest: &str) -> &str {
    match rest.split_once(": ") {
        Some((number, after)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => after,
        _ => rest,
    }
}

/// The severity in `%LINK-3-UPDOWN: `, as a priority.
fn mnemonic(message: &str) -> Option<u16> {
    let (name, _) = message.strip_prefix('%')?.split_once(": ")?;
    name.split('-').find_map(|part| part.parse::<u16>().ok().filter(|number| *number < 8))
}

/// A line without the length that octet-counted captures put before it.
fn without_length(line: &str) -> &str {
    match line.split_once(' ') {
        Some((length, rest))
            if rest.starts_with('<') && length.len() <= 6 && length.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest
        }
        _ => line,
    }
}

fn priority(line: &str) -> (Option<u16>, &str) {
    let parsed = line.strip_prefix('<').and_then(|rest| {
        let (number, rest) = rest.split_once('>')?;
        let number = number.parse::<u16>().ok().filter(|number| *number < 192)?;
        Some((Some(number), rest))
    });
    parsed.unwrap_or((None, line))
}

/// Whether a text begins as an ISO time does in syslog: date and time joined by a `T`. Other logs put
/// a space there.
fn is_iso(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes[10] == b'T'
        && bytes[..4].iter().all(u8::is_ascii_digit)
}

/// Length of `Nov 22 21:04:08`, also with a year or decimals after it.
fn old_time(bytes: &[u8]) -> Option<usize> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = bytes.get(..3)?;
    let is_month = MONTHS.chunks(3).any(|known| known == month);
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_day = bytes.get(3) == Some(&b' ') && (bytes.get(4) == Some(&b' ') || digit(4)) && digit(5);
    if !is_month || !is_day || bytes.get(6) != Some(&b' ') {
        return None;
    }
    let has_year = (7..11).all(digit) && bytes.get(11) == Some(&b' ');
    let clock = if has_year { 12 } else { 7 };
    let is_clock = [0, 1, 3, 4, 6, 7].iter().all(|at| digit(clock + at))
        && bytes.get(clock + 2) == Some(&b':')
        && bytes.get(clock + 5) == Some(&b':');
    if !is_clock {
        return None;
    }
    let mut end = clock + 8;
    if bytes.get(end) == Some(&b'.') {
        end += 1 + bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    Some(end)
}

/// Structured data `[id key="value" ...]...` and what follows it.
fn structured(text: &str) -> Option<(Vec<Named<'_>>, &str)> {
    let mut data = Vec::new();
    let mut rest = text;
    if let Some(message) = rest.strip_prefix('-') {
        return Some((data, message.strip_prefix(' ').unwrap_or(message)));
    }
    while let Some(inside) = rest.strip_prefix('[') {
        let end = inside.find([' ', ']'])?;
        let mut pairs = &inside[end..];
        loop {
            pairs = pairs.trim_start_matches(' ');
            if let Some(after) = pairs.strip_prefix(']') {
                rest = after;
                break;
            }
            let (name, value) = pairs.split_once("=\"")?;
            let close = closing_quote(value)?;
            let text = &value[..close];
            let text = if text.contains('\\') { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) };
            data.push((Cow::Borrowed(name), Field::Text(text)));
            pairs = &value[close + 1..];
        }
    }
    Some((data, rest.strip_prefix(' ').unwrap_or(rest)))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.next_if(|next| c == '\\' && matches!(next, '"' | '\\' | ']')) {
            Some(escaped) => out.push(escaped),
            None => out.push(c),
        }
    }
    out
}

/// A year that stands alone in a path, as in `logs/2026/messages`.
fn year_in(path: &str) -> Option<i16> {
    let words = path.split(|c: char| !c.is_ascii_digit());
    words.filter(|word| word.len() == 4 && word.starts_with("20")).find_map(|word| word.parse().ok())
}

/// Noon of the first date like `2026-11-22`, `2026_11_22` or `20261122`, in microseconds.
fn date_in(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"20")).find_map(|at| {
        let is_free = at == 0 || !bytes[at - 1].is_ascii_digit();
        let digits = |start: usize, length: usize| text.get(at + start..at + start + length)?.parse::<i8>().ok();
        let year: i16 = text.get(at..at + 4)?.parse().ok().filter(|_| is_free)?;
        let step = usize::from(matches!(bytes.get(at + 4), Some(b'-' | b'_')));
        let date = jiff::civil::Date::new(year, digits(4 + step, 2)?, digits(6 + 2 * step, 2)?).ok()?;
        let hours = date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() + 12;
        Some(hours * 3_600_000_000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const LINES: &str = "<165>1 2026-11-22T20:04:08.002345+01:00 edge-01 nginx 4242 - [o@1 id=\"o1\" msg=\"a \\\"b\\\"\"] timeout\n\
        <34>Nov 22 21:04:08 edge-01 haproxy[311]: origin1 is DOWN\n\
        Nov  2 21:04:08 edge-01 kernel: link down\n\
        2026-11-22T20:04:08Z edge-01 cron[7]: run\n\
        Jan  1 00:00:01 edge-01 cron: new year\n\
        not a line of syslog\n";

    #[test]
    fn reads_both_forms_and_rejects_a_broken_line() {
        let piece = read(&Syslog, "syslog-2026-11-22.log", LINES);
        let expected = [
            "time=2026-11-22T19:04:08.002345Z service_name=nginx host=edge-01 severity_text=NOTICE body=timeout \
             attributes={\"id\":\"o1\",\"msg\":\"a \\\"b\\\"\",\"process_id\":\"4242\"}",
            "time=2026-11-22T21:04:08Z service_name=haproxy host=edge-01 severity_text=CRITICAL body=origin1 is DOWN \
             attributes={\"process_id\":\"311\"}",
            "time=2026-11-02T21:04:08Z service_name=kernel host=edge-01 body=link down",
            "time=2026-11-22T20:04:08Z service_name=cron host=edge-01 body=run attributes={\"process_id\":\"7\"}",
            "time=2027-01-01T00:00:01Z service_name=cron host=edge-01 body=new year",
        ];
        for (row, expected) in rows_of(&piece, "log_records").iter().zip(expected) {
            assert_eq!(row.split(" file=").next(), Some(expected));
        }
        assert_eq!(reasons(&piece), ["expected a syslog header, found none"]);
    }

    fn times(path: &str, text: &str) -> Vec<String> {
        let rows = rows_of(&read(&Syslog, path, text), "log_records");
        rows.iter().map(|row| row.split(" file=").next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_year_is_in_the_line_in_the_path_or_not_known() {
        let text = "Nov 22 21:04:08 a kernel: up\nNov 22 2025 21:04:08 a kernel: up\n";
        assert_eq!(
            times("logs/messages", text),
            ["service_name=kernel host=a body=up", "time=2025-11-22T21:04:08Z service_name=kernel host=a body=up"]
        );
        assert!(times("logs/2026/messages", text)[0].starts_with("time=2026-11-22T21:04:08Z"));
    }

    #[test]
    fn what_is_no_time_is_a_reject_even_without_a_year() {
        let line = "Nov 22 21:04:08 a kernel: up\n".repeat(9);
        for broken in ["Nov 42 21:04:08 a kernel: up\n", "<34>1 2026-99-22T20:04:08Z a b - - - c\n"] {
            let piece = read(&Syslog, "messages", &format!("{line}{broken}"));
            assert_eq!(piece.rejects.len(), 1, "{broken}");
        }
    }

    #[test]
    fn reads_lines_of_network_devices() {
        let text = "<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured\n\
            Mar  1 18:46:11.123: %LINK-3-UPDOWN: Interface down\n\
            Mar  1 18:46:12 router1 45: .Mar  1 17:46:11.120: %LINK-3-UPDOWN: Interface down\n\
            142 <34>1 2026-03-01T18:46:11Z a b - - - c\0\n";
        assert_eq!(
            times("syslog-2026-03-01.log", text),
            [
                "time=2026-03-01T18:46:11Z severity_text=NOTICE body=%SYS-5-CONFIG_I: Configured",
                "time=2026-03-01T18:46:11.123Z severity_text=ERROR body=%LINK-3-UPDOWN: Interface down",
                "time=2026-03-01T18:46:12Z host=router1 severity_text=ERROR body=%LINK-3-UPDOWN: Interface down",
                "time=2026-03-01T18:46:11Z service_name=b host=a severity_text=CRITICAL body=c",
            ]
        );
    }

    #[test]
    fn an_event_without_a_message_is_kept() {
        let lines =
            "<14>1 2026-11-22T20:04:09Z edge-01 app - LINKDOWN -\n<14>1 2026-11-22T20:04:10Z edge-01 app - - - \n";
        let rows = rows_of(&read(&Syslog, "iso.log", lines), "log_records");
        assert!(rows[0].contains("body=LINKDOWN") && rows[1].contains("body=- "), "{rows:?}");
    }

    #[test]
    fn keeps_lines_without_a_tag_among_others() {
        let tagged = "<13>1 2026-11-22T20:04:10Z edge-01 app - - -  as rsyslog writes it\n";
        let piece = read(&Syslog, "iso.log", &format!("{}2026-11-22T20:04:09Z edge-01 -- MARK --\n", tagged.repeat(4)));
        let rows = rows_of(&piece, "log_records");
        assert!(
            rows[0].contains(" service_name=app host=edge-01 severity_text=NOTICE body=as rsyslog writes it"),
            "{rows:?}"
        );
        assert_eq!(
            rows[4],
            "time=2026-11-22T20:04:09Z service_name=iso host=edge-01 body=-- MARK -- file=iso.log line_number=5"
        );
        assert!(piece.rejects.is_empty());
    }

    #[test]
    fn hostile_lines_do_not_panic() {
        for line in [
            "<",
            "<34>",
            "<34>1",
            "<34>1 - - - - - [",
            "<34>1 - - - - - [a b=\"\\",
            "<999>é",
            "Nov 22",
            "é",
            "1 <",
            "Nov 22 21:04:08 é",
            "<1>1 - - - - - -é",
        ] {
            let _ = Header::of(line);
        }
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in [
            "2026-11-22T20:04:08.002345678Z stdout F {\"level\":\"info\"}\n",
            "192.0.2.1 - - [22/Nov/2026:21:04:08 +0100] \"GET / HTTP/1.1\" 200 1\n",
            "time,entity,metric,value\n",
            "ts=2026-11-22T20:04:08Z level=info msg=a\n",
            "2026-11-22T20:04:08Z INFO started\n",
        ] {
            assert_eq!(Syslog.recognise(&sample("x.log", text)), None, "{text}");
        }
    }
}

//! Any text that looks like a log and that nothing else takes: one row a line.
//!
//! ```text
//! 2026-01-05 19:00:01,250 WARN  [main] session cache is full
//! [Sun Jan 04 04:47:44 2026] [notice] worker started
//! 260105 190003 148 INFO store.Writer: block 12 written
//! ```
//!
//! The whole line is the body; header and message are told apart later, by what repeats. The time
//! is read when it stands at the beginning of the line with date and year. Prose, tables and JSON
//! are left to be reported, since their lines are no events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, Clock};
use crate::schema::log_records;

/// Share of lines with a time from which a text is a log; the others are continuation lines.
const TIMED_SHARE: f64 = 0.1;

/// Share of lines with a severity from which a text without times is a log.
const SEVERE_SHARE: f64 = 0.3;

/// Share of lines that have seconds since 1970 in a column from which it is their time.
const EPOCH_SHARE: f64 = 0.9;

/// Leading columns in which seconds since 1970 are searched.
const EPOCH_COLUMNS: usize = 8;

/// Text at the beginning of a line in which its time is searched.
const HEAD: usize = 64;

/// Raw lines of a log.
#[derive(Debug)]
pub struct RawLines;

impl Source for RawLines {
    fn name(&self) -> &'static str {
        "raw_lines"
    }

    fn about(&self) -> &'static str {
        "log text in no known format, one event a line"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_table = sample.workbook.is_some() || is_tabular(sample);
        let is_other = sample.json.is_some() || !sample.ndjson.is_empty() || is_table;
        (!is_other && is_log(sample)).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let path = file.sample.path.clone();
        let name = path.rsplit('/').next().unwrap_or(&path);
        let service = name.split('.').next().unwrap_or(name).to_owned();
        let epoch_at = epoch_column(file.sample);
        Ok(Box::new(Reader { path, service, clock: Clock::new(file.zone), epoch_at }))
    }
}

/// Whether the text is a table: a header of names above records with as many fields.
pub fn is_tabular(sample: &Sample) -> bool {
    let Some(csv) = &sample.csv else { return false };
    let Some(header) = csv.records.first() else { return false };
    let alike = csv.records.iter().filter(|record| record.len() == header.len()).count();
    let is_name = |cell: &String| {
        let cell = cell.trim();
        cell.len() <= 60
            && cell.starts_with(|c: char| c.is_alphabetic() || "\"@_#{".contains(c))
            && leading_time(cell).is_none()
    };
    let is_distinct = header.iter().collect::<BTreeSet<_>>().len() == header.len();
    header.len() > 1
        && alike * 10 >= csv.records.len() * 9
        && is_distinct
        && header.iter().all(is_name)
        && !has_time_of_day(&header.join(" "))
}

/// Why a text is not read as a log.
pub fn why_not(sample: &Sample) -> &'static str {
    if sample.text.trim_start().starts_with('<') {
        "a page or XML document, which holds no records this tool knows"
    } else {
        "plain text without times, read as notes and not as a log"
    }
}

fn is_log(sample: &Sample) -> bool {
    let (mut lines, mut timed, mut severe) = (0_u32, 0_u32, 0_u32);
    for line in sample.lines() {
        let head = &line[..line.floor_char_boundary(HEAD)];
        lines += 1;
        timed += u32::from(has_time_of_day(head) || leading_time(head).is_some());
        severe += u32::from(has_severity(head));
    }
    let share = |count: u32| f64::from(count) / f64::from(lines.max(1));
    share(timed) >= TIMED_SHARE
        || lines >= 5 && share(severe) >= SEVERE_SHARE
        || lines >= 5 && epoch_column(sample).is_some()
}

/// The column, counted in words, in which nearly all lines have the seconds since 1970 and most have words after it, as
/// in `4511 node-7 unix.hw state 1767639601 1 fan failed`. Samples of a metric (`web.cpu 0.42 1767639601`) have none.
fn epoch_column(sample: &Sample) -> Option<usize> {
    let mut lines = 0_u32;
    let mut counts: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for line in sample.lines() {
        lines += 1;
        let columns = line.split_ascii_whitespace().take(EPOCH_COLUMNS).enumerate();
        for (column, _) in columns.filter(|(_, word)| epoch_word(word).is_some()) {
            let (times, worded) = counts.entry(column).or_default();
            *times += 1;
            *worded += u32::from(line.split_ascii_whitespace().skip(column + 1).any(is_letters));
        }
    }
    let is_column =
        |(times, worded): (u32, u32)| f64::from(times) >= EPOCH_SHARE * f64::from(lines) && 2 * worded > times;
    counts.into_iter().find(|(_, counts)| is_column(*counts)).map(|(column, _)| column)
}

fn is_letters(word: &str) -> bool {
    word.len() > 1 && word.chars().all(char::is_alphabetic)
}

/// Whether a time of day with seconds stands in the text.
fn has_time_of_day(text: &str) -> bool {
    let shape = b"00:00:00";
    text.as_bytes().windows(shape.len()).any(|window| {
        window
            .iter()
            .zip(shape)
            .all(|(byte, wanted)| if *wanted == b':' { *byte == b':' } else { byte.is_ascii_digit() })
    })
}

fn has_severity(head: &str) -> bool {
    const WORDS: &[&str] =
        &["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "SEVERE"];
    head.split(|c: char| !c.is_ascii_alphabetic()).any(|word| WORDS.contains(&word))
}

struct Reader {
    path: String,
    service: String,
    clock: Arc<Clock>,
    epoch_at: Option<usize>,
}

impl Reader {
    fn time(&self, line: &str) -> Option<i64> {
        let in_column = || epoch_word(line.split_ascii_whitespace().nth(self.epoch_at?)?);
        instant(leading_time(line).or_else(in_column)?, &self.clock)
    }
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = record.line()?;
        let number = i64::try_from(out.line()).ok();
        out.row(&log_records::TABLE)
            .time(log_records::TIME, self.time(line))
            .text(log_records::SERVICE_NAME, &self.service)
            .text(log_records::BODY, line.trim_end())
            .text(log_records::FILE, &self.path)
            .int(log_records::LINE_NUMBER, number)
            .finish();
        Ok(())
    }
}

/// The time at the beginning of a line.
fn leading_time(line: &str) -> Option<Found> {
    let line = &line[..line.floor_char_boundary(HEAD)];
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "[(<\"'-*".contains(c));
    let mut scan = Scan { bytes: line.as_bytes(), at: 0 };
    year_first(&mut scan)
        .or_else(|| restart(&mut scan, compact))
        .or_else(|| restart(&mut scan, weekday_first))
        .or_else(|| restart(&mut scan, epoch))
}

/// Microseconds since 1970 UTC; `clock` reads times without offset.
fn instant((date_time, offset): Found, clock: &Clock) -> Option<i64> {
    match offset {
        Some(seconds) => {
            let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
            offset.to_timestamp(date_time).ok().map(jiff::Timestamp::as_microsecond)
        }
        None => clock.instant(TimeZone::UTC.to_timestamp(date_time).ok()?.as_microsecond()),
    }
}

type Found = (DateTime, Option<i32>);

/// Digits and signs of a text, one after the other.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn digits(&mut self, count: usize) -> Option<i32> {
        let digits = self.bytes.get(self.at..self.at + count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.at += count;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0')))
    }

    fn sign(&mut self, allowed: &[u8]) -> Option<u8> {
        let sign = *self.bytes.get(self.at).filter(|byte| allowed.contains(byte))?;
        self.at += 1;
        Some(sign)
    }

    /// Nanoseconds after a decimal sign; 0 without one.
    fn fraction(&mut self) -> i32 {
        let start = self.at;
        if self.sign(b".,:").is_none() {
            return 0;
        }
        let digits = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            self.at = start;
            return 0;
        }
        let kept = self.digits(digits.min(9)).unwrap_or(0);
        self.at += digits.saturating_sub(9);
        kept * 10_i32.pow(u32::try_from(9 - digits.min(9)).unwrap_or(0))
    }

    /// Offset in seconds, if one follows.
    fn offset(&mut self) -> Option<i32> {
        let start = self.at;
        let _ = self.sign(b" ");
        let found = match self.sign(b"Z+-") {
            Some(b'Z') => Some(0),
            Some(sign) => self.digits(2).and_then(|hours| {
                let _ = self.sign(b":");
                let minutes = self.digits(2)?;
                Some((hours * 3600 + minutes * 60) * if sign == b'-' { -1 } else { 1 })
            }),
            None => None,
        };
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn clock(&mut self) -> Option<[i32; 4]> {
        let hour = self.digits(2)?;
        self.sign(b":.")?;
        let minute = self.digits(2)?;
        self.sign(b":.")?;
        let second = self.digits(2)?;
        Some([hour, minute, second, self.fraction()])
    }
}

fn restart(scan: &mut Scan<'_>, read: fn(&mut Scan<'_>) -> Option<Found>) -> Option<Found> {
    scan.at = 0;
    read(scan)
}

/// `2026-01-05 19:00:01,250 +0100`, with any of the usual signs between the parts.
fn year_first(scan: &mut Scan<'_>) -> Option<Found> {
    let year = scan.digits(4)?;
    let sign = scan.sign(b"-/.");
    let month = scan.digits(2)?;
    if let Some(sign) = sign {
        scan.sign(&[sign])?;
    }
    let day = scan.digits(2)?;
    scan.sign(b" T_-:|")?;
    let clock = scan.clock()?;
    let offset = scan.offset();
    Some((date_time(year, month, day, clock)?, offset))
}

/// `260105 190003` and `26/01/05 19:00:03`.
fn compact(scan: &mut Scan<'_>) -> Option<Found> {
    let year = scan.digits(2)?;
    let sign = scan.sign(b"-/.");
    let month = scan.digits(2)?;
    if let Some(sign) = sign {
        scan.sign(&[sign])?;
    }
    let day = scan.digits(2)?;
    scan.sign(b" ")?;
    let start = scan.at;
    let clock = scan.clock().or_else(|| {
        scan.at = start;
        let clock = [scan.digits(2)?, scan.digits(2)?, scan.digits(2)?, 0];
        scan.sign(b" ")?;
        Some(clock)
    })?;
    Some((date_time(2000 + year, month, day, clock)?, None))
}

/// `Sun Jan 04 04:47:44 2026`, and without the day of the week; the year is needed.
fn weekday_first(scan: &mut Scan<'_>) -> Option<Found> {
    let text = std::str::from_utf8(scan.bytes).ok()?;
    let mut words = text.split([' ', ']']).filter(|word| !word.is_empty()).peekable();
    words.next_if(|word| word.len() == 3 && month(word).is_none());
    let month = month(words.next()?)?;
    let day: i32 = words.next()?.parse().ok()?;
    let mut time = Scan { bytes: words.next()?.as_bytes(), at: 0 };
    let clock = time.clock()?;
    let year: i32 = words.next().filter(|word| word.len() == 4)?.parse().ok()?;
    Some((date_time(year, month, day, clock)?, None))
}

/// `1767639600.250`, seconds since 1970, as a word of its own.
fn epoch(scan: &mut Scan<'_>) -> Option<Found> {
    let end = scan.bytes.iter().position(u8::is_ascii_whitespace)?;
    epoch_word(std::str::from_utf8(&scan.bytes[..end]).ok()?)
}

fn epoch_word(word: &str) -> Option<Found> {
    let is_number = word.len() >= 10 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Twelve digits that are not an epoch are caught by the years allowed.
    let micros = time::epoch(word).filter(|_| is_number)?;
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?;
    let date_time = TimeZone::UTC.to_datetime(instant);
    (2000..2100).contains(&date_time.year()).then_some((date_time, Some(0)))
}

fn date_time(year: i32, month: i32, day: i32, clock: [i32; 4]) -> Option<DateTime> {
    let [hour, minute, second, nanosecond] = clock;
    let small = |number: i32| i8::try_from(number).ok();
    DateTime::new(
        i16::try_from(year).ok().filter(|year| (1970..2200).contains(year))?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?.min(59),
        nanosecond,
    )
    .ok()
}

fn month(word: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(month))?;
    i32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::formats::sample;

    fn text(text: &str) -> Sample {
        sample::build("logs/player.log", text.into(), true, None)
    }

    fn at(line: &str) -> Option<String> {
        let micros = instant(leading_time(line)?, &Clock::new(&TimeZone::UTC))?;
        Some(jiff::Timestamp::from_microsecond(micros).unwrap().to_string())
    }

    #[test]
    fn finds_the_time_at_the_beginning_of_a_line() {
        for (line, expected) in [
            ("2026-01-05T19:00:01.25Z started", "2026-01-05T19:00:01.25Z"),
            ("[2026-01-05 19:00:01,250 +0100] started", "2026-01-05T18:00:01.25Z"),
            ("2026/01/05 19:00:01 started", "2026-01-05T19:00:01Z"),
            ("20260105-19:00:01:042|app|started", "2026-01-05T19:00:01.042Z"),
            ("260105 190001 148 INFO started", "2026-01-05T19:00:01Z"),
            ("26/01/05 19:00:01 INFO started", "2026-01-05T19:00:01Z"),
            ("[Mon Jan 05 19:00:01 2026] [notice] started", "2026-01-05T19:00:01Z"),
            ("- 1767639601 2026.01.05 node started", "2026-01-05T19:00:01Z"),
        ] {
            assert_eq!(at(line).as_deref(), Some(expected), "{line}");
        }
        for line in ["", "started", "Jan  5 19:00:01 host started", "99/99/99 19:00:01", "\tat main(Main.java:12)", "é"]
        {
            assert_eq!(at(line), None, "{line}");
        }
    }

    #[test]
    fn finds_the_column_with_seconds_since_1970() {
        let lines = "4511 node-7 unix.hw state 1767639601 1 fan 3 failed\n9 a b c 1767639602 1 link ok\n";
        assert_eq!(epoch_column(&text(lines)), Some(4));
        assert_eq!(epoch_column(&text("")), None);
        assert_eq!(epoch_column(&text("web.cpu 0.42 1767639601\nweb.cpu 0.43 1767639661\n")), None);
        assert_eq!(epoch_column(&text("call 1767639601\nno number here\n")), None);
    }

    #[test]
    fn takes_logs() {
        for log in [
            "[10.30 16:49:06] viewer.exe - open through proxy\n[10.30 16:49:07] viewer.exe - close\n",
            "03-17 16:13:38.811  1702  2395 D Window: opening, then closing\n",
            "Exception in thread main\n  at x\n2026-01-05 19:00:01 WARN retry\n",
            "4511 node-7 unix.hw state.change 1767639601 1 fan 3 failed\n".repeat(5).as_str(),
            "2026-01-05 17:41:44,747 - INFO started\n2026-01-05 17:41:45,747 - INFO stopped\n",
        ] {
            assert_eq!(RawLines.recognise(&text(log)), Some(Layout::Lines), "{log}");
        }
    }

    #[test]
    fn leaves_prose_tables_and_json() {
        for other in [
            "Call the supplier again.\nAsk support for the figures.\n",
            "# Notes\n\n- first, we look\n- second, we act\n",
            "call 1767639601 at once\nor 06 12 34 56 78\nthat is all\nfor now\nbye\n",
            "when,what\n2026-01-05 19:00:01,x\n",
            "{\"a\": \"2026-01-05 19:00:01\"}\n",
        ] {
            assert_eq!(RawLines.recognise(&text(other)), None, "{other}");
        }
    }
}

//! Reads times as people and office tools write them: month names, 12-hour clocks, `20 h 44`,
//! slashes, weekdays, offsets such as `GMT+1`.
//!
//! Comes in: one text and the order of day and month. Goes out: a [`Stamp`], the year being left
//! to the caller when the text has none (syslog). Date, time, offset may stand in any sequence;
//! a word that is no part of a time makes the text no time. A date alone is its midnight, a time
//! alone is nothing.

use super::fast::{Stamp, clock, days};
use super::words::{is_filler, is_weekday, month, zone_offset};

/// Which comes first in `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// 3 April.
    DayFirst,
    /// March 4.
    MonthFirst,
}

/// What a text said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts {
    year: Option<i64>,
    month_and_day: Option<(i64, i64)>,
    /// Microseconds since midnight.
    clock: Option<i64>,
    offset: Option<i32>,
}

impl Parts {
    /// Whether a year is missing.
    pub(super) fn lacks_year(&self) -> bool {
        self.year.is_none()
    }

    /// Date and time with this year where the text has none.
    pub(super) fn stamp(&self, year: i64) -> Option<Stamp> {
        let (month, day) = self.month_and_day?;
        let date = days(self.year.unwrap_or(year), month, day)?;
        Some(Stamp { local: date * 86_400_000_000 + self.clock.unwrap_or(0), offset: self.offset })
    }
}

/// The longest text that is looked at; no written time is longer.
const LONGEST: usize = 96;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Number(i64, usize),
    Word(&'t str),
    Mark(u8),
}

use Token::{Mark, Number, Word};

/// Reads a text; `None` when it is not a date with or without a time.
pub(super) fn scan(text: &str, order: Order) -> Option<Parts> {
    if text.len() > LONGEST {
        return None;
    }
    let tokens = tokens(text)?;
    let mut parts = Parts::default();
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        let used = date(rest, order, &mut parts)
            .or_else(|| time(rest, &mut parts))
            .or_else(|| zone(rest, &mut parts))
            .or_else(|| late_year(rest, &mut parts))
            .or_else(|| nothing(rest))?;
        rest = &rest[used..];
    }
    let (month, day) = parts.month_and_day?;
    days(parts.year.unwrap_or(2000), month, day)?;
    Some(parts)
}

/// The first two numbers and the year of a date written as `03/04/2026`, `03-04-26` or
/// `03.04.2026`: what day and month order is decided from.
pub(super) fn slashes(text: &str) -> Option<(i64, i64, i64)> {
    numeric(text).map(|(first, second, year, _)| (first, second, year))
}

/// Whether the numbers of a date are separated by points.
pub(super) fn has_points(text: &str) -> bool {
    numeric(text).is_some_and(|(.., sign)| sign == b'.')
}

fn numeric(text: &str) -> Option<(i64, i64, i64, u8)> {
    if text.len() > LONGEST || !text.bytes().any(|byte| matches!(byte, b'/' | b'-' | b'.')) {
        return None;
    }
    let tokens = tokens(text)?;
    let at = |window: &[Token<'_>]| match *window {
        [
            Number(a, 1..=2),
            Mark(sign @ (b'/' | b'-' | b'.')),
            Number(b, 1..=2),
            Mark(other),
            Number(y, digits @ (2 | 4)),
        ] if sign == other => Some((a, b, if digits == 2 { 2000 + y } else { y }, sign)),
        _ => None,
    };
    tokens.windows(5).find_map(at)
}

/// Whether a text carries a 12-hour mark.
pub(super) fn is_twelve_hour(text: &str) -> bool {
    text.len() <= LONGEST
        && tokens(text).is_some_and(|tokens| (0..tokens.len()).any(|at| half(&tokens[at..]).is_some()))
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(16);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            tokens.push(Number(rest[..length].parse().ok()?, length));
            length
        } else if first.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic() && !is_accent(c)).unwrap_or(rest.len());
            tokens.push(Word(&rest[..length]));
            length
        } else {
            if first.is_ascii() && !first.is_ascii_whitespace() {
                tokens.push(Mark(rest.as_bytes()[0]));
            } else if let Some(plain) = typographic(first) {
                tokens.push(Mark(plain));
            } else if !first.is_whitespace() && !matches!(first, '\u{200e}' | '\u{200f}' | '\u{feff}') {
                return None;
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    Some(tokens)
}

/// The plain form of the signs that word processors and browsers put in their place.
fn typographic(c: char) -> Option<u8> {
    match c {
        '\u{2019}' => Some(b'\''),
        '\u{2010}' | '\u{2011}' | '\u{2212}' => Some(b'-'),
        _ => None,
    }
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A date at the front; the number of tokens it takes.
fn date(rest: &[Token<'_>], order: Order, parts: &mut Parts) -> Option<usize> {
    if parts.month_and_day.is_some() {
        return None;
    }
    let (year, month, day, used) = numeric_date(rest, order).or_else(|| named_date(rest))?;
    parts.year = year.or(parts.year);
    parts.month_and_day = Some((month, day));
    Some(used)
}

type Date = (Option<i64>, i64, i64, usize);

fn numeric_date(rest: &[Token<'_>], order: Order) -> Option<Date> {
    match *rest {
        [
            Number(year, 4),
            Mark(sign @ (b'-' | b'/' | b'.')),
            Number(month, 1..=2),
            Mark(same),
            Number(day, 1..=2),
            ..,
        ] if sign == same => Some((Some(year), month, day, 5)),
        [
            Number(first, 1..=2),
            Mark(sign @ (b'-' | b'/' | b'.')),
            Number(second, 1..=2),
            Mark(same),
            Number(year, digits @ (2 | 4)),
            ..,
        ] if sign == same => {
            let year = if digits == 2 { 2000 + year } else { year };
            let (month, day) = if order == Order::DayFirst { (second, first) } else { (first, second) };
            Some((Some(year), month, day, 5))
        }
        [Number(packed @ 19_000_101..=21_001_231, 8), ..] => {
            Some((Some(packed / 10_000), packed / 100 % 100, packed % 100, 1))
        }
        _ => None,
    }
}

fn named_date(rest: &[Token<'_>]) -> Option<Date> {
    let dot = |at: usize| usize::from(rest.get(at) == Some(&Mark(b'.')));
    match *rest {
        [Number(d, 1..=2), Mark(s @ (b'-' | b'/')), Word(name), Mark(t), Number(y, digits @ (2 | 4)), ..] if s == t => {
            Some((Some(if digits == 2 { 2000 + y } else { y }), month(name)?, d, 5))
        }
        [
            Number(d, 1..=2),
            Mark(s @ (b'-' | b'/')),
            Word(name),
            Mark(b'.'),
            Mark(t),
            Number(y, digits @ (2 | 4)),
            ..,
        ] if s == t => Some((Some(if digits == 2 { 2000 + y } else { y }), month(name)?, d, 6)),
        [Number(d, 1..=2), Word("er" | "st" | "nd" | "rd" | "th"), Word(name), ..] => {
            let used = 3 + dot(3);
            Some((None, month(name)?, d, used))
        }
        [Number(d, 1..=2), Word(name), ..] => {
            let used = 2 + dot(2);
            Some((None, month(name)?, d, used))
        }
        [Word(name), Mark(b'.'), Number(d, 1..=2), ref after @ ..] => named_day(name, d, 3, after),
        [Word(name), Number(d, 1..=2), ref after @ ..] => named_day(name, d, 2, after),
        _ => None,
    }
}

fn named_day(name: &str, day: i64, used: usize, after: &[Token<'_>]) -> Option<Date> {
    if is_weekday(name) && matches!(after, [Word(next), ..] if month(next).is_some()) {
        return None;
    }
    Some((None, month(name)?, day, used))
}

/// A time of day at the front; the number of tokens it takes.
fn time(rest: &[Token<'_>], parts: &mut Parts) -> Option<usize> {
    if parts.clock.is_some() {
        return None;
    }
    let (hour, minute, second, micros, used) = plain_time(rest)?;
    let (hour, mark) = match half(&rest[used..]) {
        Some((is_afternoon, length)) if (1..=12).contains(&hour) => (hour % 12 + i64::from(is_afternoon) * 12, length),
        // `13:05 PM` says the same twice; `0:05 PM` and `13:05 AM` contradict themselves.
        Some((is_afternoon, length)) if is_afternoon == (hour > 12) => (hour, length),
        Some(_) => return None,
        None if matches!(rest[..used], [Number(_, 1..=2)]) => return None,
        None => (hour, 0),
    };
    parts.clock = Some(clock(hour, minute, second)? * 1_000_000 + micros);
    Some(used + mark)
}

fn plain_time(rest: &[Token<'_>]) -> Option<(i64, i64, i64, i64, usize)> {
    match *rest {
        [
            Number(h, 1..=2),
            Mark(b':'),
            Number(m, 2),
            Mark(b':'),
            Number(s, 2),
            Mark(b'.' | b','),
            Number(fraction, digits @ 1..=9),
            ..,
        ] => {
            let power = |exponent: usize| 10_i64.pow(u32::try_from(exponent).unwrap_or(9));
            let micros = if digits <= 6 { fraction * power(6 - digits) } else { fraction / power(digits - 6) };
            Some((h, m, s, micros, 7))
        }
        [Number(h, 1..=2), Mark(b':'), Number(m, 2), Mark(b':'), Number(s, 2), ..] => Some((h, m, s, 0, 5)),
        [Number(h, 1..=2), Mark(b':') | Word("h" | "H"), Number(m, 2), ..] => Some((h, m, 0, 0, 3)),
        [Number(h, 1..=2), Word("h" | "H" | "heures" | "heure"), ..] => Some((h, 0, 0, 0, 2)),
        [Number(packed, 6), ..] => Some((packed / 10_000, packed / 100 % 100, packed % 100, 0, 1)),
        [Number(h, 1..=2), ..] => Some((h, 0, 0, 0, 1)),
        _ => None,
    }
}

/// `AM`, `pm`, `a.m.` at the front: whether it is the afternoon, and the tokens it takes.
fn half(rest: &[Token<'_>]) -> Option<(bool, usize)> {
    match *rest {
        [Word(word), ..] if word.eq_ignore_ascii_case("am") => Some((false, 1)),
        [Word(word), ..] if word.eq_ignore_ascii_case("pm") => Some((true, 1)),
        [Word(first @ ("a" | "p" | "A" | "P")), Mark(b'.'), Word("m" | "M"), ref after @ ..] => {
            Some((first.eq_ignore_ascii_case("p"), 3 + usize::from(after.first() == Some(&Mark(b'.')))))
        }
        _ => None,
    }
}

/// An offset or a zone at the front; only after a time.
fn zone(rest: &[Token<'_>], parts: &mut Parts) -> Option<usize> {
    parts.clock?;
    if parts.offset.is_some() {
        return bracketed(rest);
    }
    let (base, skipped) = match *rest {
        [Word(word), ..] => (zone_offset(word)?, 1),
        _ => (0, 0),
    };
    let (offset, used) = match signed(&rest[skipped..]) {
        Some((seconds, used)) if base == 0 => (seconds, used),
        _ if skipped == 1 => (base, 0),
        _ => return None,
    };
    parts.offset = Some(offset);
    Some(skipped + used)
}

/// `+01:00`, `+0100`, `-5`: seconds east of UTC, and the tokens it takes.
fn signed(rest: &[Token<'_>]) -> Option<(i32, usize)> {
    let [Mark(sign @ (b'+' | b'-')), ref numbers @ ..] = *rest else { return None };
    let (hours, minutes, used) = match *numbers {
        [Number(h, 1..=2), Mark(b':'), Number(m, 2), ..] => (h, m, 4),
        [Number(packed, 4), ..] => (packed / 100, packed % 100, 2),
        [Number(h, 1..=2), ..] => (h, 0, 2),
        _ => return None,
    };
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Some((if sign == b'-' { -seconds } else { seconds }, used))
}

/// A zone said a second time in brackets, as in `+01:00[Europe/Paris]` or `(CET)`.
fn bracketed(rest: &[Token<'_>]) -> Option<usize> {
    match rest.first() {
        Some(Mark(b'[')) => rest.iter().position(|token| *token == Mark(b']')).map(|at| at + 1),
        Some(Mark(b'(')) => rest.iter().position(|token| *token == Mark(b')')).map(|at| at + 1),
        _ => None,
    }
}

/// A year that stands behind the time or behind a comma.
fn late_year(rest: &[Token<'_>], parts: &mut Parts) -> Option<usize> {
    match *rest {
        [Number(year @ 1900..=2200, 4), ..] if parts.month_and_day.is_some() && parts.year.is_none() => {
            parts.year = Some(year);
            Some(1)
        }
        _ => None,
    }
}

/// What stands between the parts and says nothing.
fn nothing(rest: &[Token<'_>]) -> Option<usize> {
    match *rest {
        [Word(word), Mark(b'.'), ..] if is_weekday(word) => Some(2),
        [Word(word), ..] if is_weekday(word) || is_filler(word) => Some(1),
        [Mark(b',' | b':' | b'@' | b'[' | b']' | b'(' | b')' | b'"' | b'\'' | b'-'), ..] => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_293_841; // 2026-11-21T20:44:01Z

    fn seconds(text: &str) -> Option<(i64, Option<i32>)> {
        let stamp = scan(text, Order::DayFirst)?.stamp(2026)?;
        Some((stamp.local / 1_000_000, stamp.offset))
    }

    #[test]
    fn reads_times_as_people_and_tools_write_them() {
        for (text, shift, offset) in [
            ("21 nov. 2026 20:44:01", 0, None),
            ("sam. 21 nov. 2026 à 20:44:01", 0, None),
            ("Nov 21, 2026 8:44:01 PM", 0, None),
            ("Nov 21, 2026, 8:44:01\u{202f}p.m.", 0, None),
            ("Nov 21, 2026 @ 20:44:01.002", 0, None),
            ("21/11/2026 20:44", -1, None),
            ("21/11/26 20 h 44", -1, None),
            ("le 21 novembre 2026 à 20h44", -1, None),
            ("2026-11-21 @ 20:44:01", 0, None),
            ("2026/11/21 8:44:01 PM UTC+1", 0, Some(3600)),
            ("21/Nov/2026:20:44:01 +0100", 0, Some(3600)),
            ("[21/Nov/2026:20:44:01 UTC]", 0, Some(0)),
            ("Sat Nov 21 20:44:01 +0000 2026", 0, Some(0)),
            ("21-Nov-26 8:44 PM", -1, None),
            ("21-Nov-2026 08:44PM", -1, None),
            ("Nov 21 20:44:01", 0, None),
            ("20261121T204401Z", 0, Some(0)),
            ("2026-11-21T20:44:01+01:00[Europe/Paris]", 0, Some(3600)),
            ("2026-11-21 20:44:01 GMT-05:30", 0, Some(-19_800)),
            ("Saturday, November 21st, 2026 8:44:01 pm CET", 0, Some(3600)),
            ("21-Nov-26 20:44:01", 0, None),
            ("21-nov.-2026 20:44:01", 0, None),
            ("2026-11-21 20:44:01 UTC\u{2212}5", 0, Some(-18_000)),
            ("2026-11-21 20:44:01 UTC+02:00", 0, Some(7200)),
            ("Sat Nov 21 2026 20:44:01 GMT+0100 (heure normale d\u{2019}Europe centrale)", 0, Some(3600)),
        ] {
            assert_eq!(seconds(text), Some((AT + shift, offset)), "{text}");
        }
    }

    #[test]
    fn midnight_and_noon_of_the_twelve_hour_clock() {
        let clock = |text| scan(text, Order::MonthFirst).and_then(|parts| parts.clock).map(|at| at / 60_000_000);
        assert_eq!(clock("11/21/2026 12:05 AM"), Some(5));
        assert_eq!(clock("11/21/2026 12:05 PM"), Some(12 * 60 + 5));
        assert_eq!(clock("11/21/2026 9 a.m."), Some(9 * 60));
        assert_eq!(clock("11/21/2026 9:30:00\u{202f}P.M."), Some(21 * 60 + 30));
        assert_eq!(clock("11/21/2026 21:30 PM"), Some(21 * 60 + 30));
        assert_eq!(clock("11/21/2026 0:30 AM"), Some(30));
        assert_eq!(clock("11/21/2026 0:30 PM"), None);
        assert_eq!(clock("11/21/2026 13:30 AM"), None);
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "abc",
            "20:44",
            "21/13/2026 20:44",
            "21/11/2026 25:00",
            "21/11/2026 20:44 tomorrow",
            "1.2.3.4",
            "31 juin 2026",
            "CL-26354666",
            "👍 21/11/2026",
            "21/11/2026 20:44 - 21:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds(&"1".repeat(90)), None);
        assert_eq!(seconds(&"2026-11-21 ".repeat(50)), None);
    }

    #[test]
    fn day_and_month_follow_the_order() {
        let day = |order| scan("03/04/2026 10:00", order).and_then(|parts| parts.month_and_day);
        assert_eq!(day(Order::DayFirst), Some((4, 3)));
        assert_eq!(day(Order::MonthFirst), Some((3, 4)));
        assert_eq!(slashes("03/04/2026 10:00"), Some((3, 4, 2026)));
        assert_eq!(slashes("10:00, Sat. 03.04.26"), Some((3, 4, 2026)));
        assert_eq!(slashes("2026-04-03"), None);
        assert!(has_points("03.04.26") && !has_points("03/04/2026 10:00:00.5"));
    }
}

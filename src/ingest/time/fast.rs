//! Fast readers for the two shapes of time that machines write: RFC 3339 and epoch numbers.
//!
//! Comes in: one trimmed text. Goes out: exact microseconds since 1970 UTC; digits below the
//! microsecond are cut off. No allocation, no floating point: epoch nanoseconds have more digits
//! than a `f64` holds. Does not know time zones by name, see the parent module for that.

/// A calendar date and time of day that may carry an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Microseconds since 1970 as if the offset were zero.
    pub local: i64,
    /// Seconds east of UTC; `None` when the text does not say.
    pub offset: Option<i32>,
}

impl Stamp {
    /// The instant in UTC; `None` when no offset is known.
    pub(super) fn instant(self) -> Option<i64> {
        self.offset.map(|offset| self.local - i64::from(offset) * 1_000_000)
    }
}

/// Reads `2026-11-21T20:44:01.123Z`, also with a space for `T`, a comma for the point, without
/// seconds, and with `+01:00`, `+0100`, `+01` or no offset at all.
pub(super) fn iso(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    if bytes.len() < 16 || bytes[4] != b'-' || bytes[7] != b'-' || bytes[13] != b':' {
        return None;
    }
    if !matches!(bytes[10], b'T' | b' ' | b't') {
        return None;
    }
    let year = two(bytes, 0)? * 100 + two(bytes, 2)?;
    let date = days(year, two(bytes, 5)?, two(bytes, 8)?)?;
    let (second, mut at) = match bytes.get(16) {
        Some(b':') => (two(bytes, 17)?, 19),
        _ => (0, 16),
    };
    let clock = clock(two(bytes, 11)?, two(bytes, 14)?, second)?;
    let mut fraction = 0;
    if at == 19 && matches!(bytes.get(19), Some(b'.' | b',')) {
        (fraction, at) = micros(bytes, 20)?;
    }
    let local = (date * 86_400 + clock) * 1_000_000 + fraction;
    Some(Stamp { local, offset: offset(&bytes[at..])? })
}

/// Reads `22/Nov/2026:21:04:08 +0100` as access logs write it; the zone may also be `UTC` or `GMT`.
pub(super) fn common_log(text: &str) -> Option<i64> {
    const MONTHS: &[u8] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let bytes = text.as_bytes();
    if bytes.len() < 22 || [bytes[2], bytes[6], bytes[11], bytes[14], bytes[17]] != *b"//:::" {
        return None;
    }
    let name = [bytes[3] | 0x20, bytes[4] | 0x20, bytes[5] | 0x20];
    let (months, _) = MONTHS.as_chunks::<3>();
    let month = (1..).zip(months).find(|(_, known)| **known == name)?.0;
    let date = days(two(bytes, 7)? * 100 + two(bytes, 9)?, month, two(bytes, 0)?)?;
    let clock = clock(two(bytes, 12)?, two(bytes, 15)?, two(bytes, 18)?)?;
    let local = (date * 86_400 + clock) * 1_000_000;
    let offset = match &bytes[20..] {
        b" UTC" | b" GMT" => Some(0),
        zone => offset(zone)?,
    };
    Stamp { local, offset }.instant()
}

/// The offset that ends a text: outer `None` when it is something else, inner when it is absent.
#[expect(clippy::option_option, reason = "absent and unreadable are different answers")]
fn offset(bytes: &[u8]) -> Option<Option<i32>> {
    let sign = match bytes {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b' ', rest @ ..] if !rest.is_empty() => return offset(rest),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let (hours, minutes) = match bytes.len() {
        3 => (two(bytes, 1)?, 0),
        5 => (two(bytes, 1)?, two(bytes, 3)?),
        6 if bytes[3] == b':' => (two(bytes, 1)?, two(bytes, 4)?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 18 && minutes < 60).then_some(Some(sign * seconds))
}

/// Microseconds of an epoch number as text; its unit is told by its magnitude (below 1e11
/// seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds). Decimals are
/// read for seconds and milliseconds. Numbers below 1e8 (March 1973) are no times, but 0 is.
pub(super) fn epoch(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 32 || !bytes[0].is_ascii_digit() {
        return None;
    }
    let mut whole = 0_i64;
    let mut at = 0;
    while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
        whole = whole.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        at += 1;
    }
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        (fraction, at) = micros(bytes, at + 1)?;
    }
    if at != bytes.len() {
        return None;
    }
    scale(whole, fraction)
}

/// Microseconds of an epoch number by its magnitude; `fraction` in millionths of its unit.
pub(super) fn scale(whole: i64, fraction: i64) -> Option<i64> {
    match whole {
        0 => (fraction == 0).then_some(0),
        100_000_000..100_000_000_000 => Some(whole * 1_000_000 + fraction),
        100_000_000_000..100_000_000_000_000 => Some(whole * 1000 + fraction / 1000),
        100_000_000_000_000..100_000_000_000_000_000 => Some(whole),
        100_000_000_000_000_000.. => Some(whole / 1000),
        _ => None,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar; `None` when there is no such day.
/// After "chrono-Compatible Low-Level Date Algorithms" (Hinnant, 2013).
pub(super) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if day < 1 || day > length || !(1..=9999).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted / 400;
    let year_of_era = shifted % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

/// Seconds of a time of day; a leap second is the next second. `None` when there is no such time.
pub(super) fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    is_time.then_some(hour * 3600 + minute * 60 + second)
}

/// Reads the digits after a decimal point from `at`: millionths, and the position behind them.
fn micros(bytes: &[u8], mut at: usize) -> Option<(i64, usize)> {
    let (mut value, mut weight, start) = (0, 100_000, at);
    while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
        value += i64::from(digit - b'0') * weight;
        weight /= 10;
        at += 1;
    }
    (at > start).then_some((value, at))
}

/// The two digits at a position.
fn two(bytes: &[u8], at: usize) -> Option<i64> {
    let (tens, ones) = (bytes.get(at)?.wrapping_sub(b'0'), bytes.get(at + 1)?.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_293_841_000_000; // 2026-11-21T20:44:01Z

    #[test]
    fn reads_the_variants_of_iso() {
        for (text, micros) in [
            ("2026-11-21T20:44:01Z", 0),
            ("2026-11-21 20:44:01Z", 0),
            ("2026-11-21T21:44:01+01:00", 0),
            ("2026-11-21T21:44:01+0100", 0),
            ("2026-11-21T21:44:01 +01", 0),
            ("2026-11-21T20:44:01.1Z", 100_000),
            ("2026-11-21T20:44:01,123456789Z", 123_456),
        ] {
            assert_eq!(iso(text).and_then(Stamp::instant), Some(AT + micros), "{text}");
        }
    }

    #[test]
    fn a_time_without_offset_is_local() {
        assert_eq!(iso("2026-11-21 20:44:01"), Some(Stamp { local: AT, offset: None }));
        assert_eq!(iso("2026-11-21T20:44").map(|stamp| stamp.local), Some(AT - 1_000_000));
    }

    #[test]
    fn reads_times_of_access_logs() {
        for text in ["21/Nov/2026:20:44:01 +0000", "21/nov/2026:21:44:01 +0100", "21/Nov/2026:20:44:01 UTC"] {
            assert_eq!(common_log(text), Some(AT), "{text}");
        }
        for text in ["21/Nov/2026:20:44:01", "21/Nov/2026:25:44:01 +0000", "31/Feb/2026:20:44:01 +0000", "", "é"] {
            assert_eq!(common_log(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2026",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T20:44:01.Z",
            "2026-11-21T20:44:01+99:00",
            "2026-11-21T20:44:01Zx",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn tells_the_unit_of_an_epoch_by_magnitude() {
        for (text, expected) in [
            ("1795293841", AT),
            ("1795293841.5", AT + 500_000),
            ("1795293841123", AT + 123_000),
            ("1795293841123.5", AT + 123_500),
            ("1795293841123456", AT + 123_456),
            ("1795293841123456789", AT + 123_456),
            ("0", 0),
        ] {
            assert_eq!(epoch(text), Some(expected), "{text}");
        }
        for text in ["", "12", "-5", "1795293841s", "99999999999999999999", "1795293841."] {
            assert_eq!(epoch(text), None, "{text}");
        }
    }

    #[test]
    fn counts_days_over_centuries() {
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(1, 1, 1), Some(-719_162));
        assert_eq!(days(1900, 2, 29), None);
    }
}

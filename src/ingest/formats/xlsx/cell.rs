//! Cells of a sheet as fields of delimited text.

use calamine::{DataRef, ExcelDateTime};

/// Digits of a number that a workbook keeps; a longer identifier has lost its end.
const KEPT_DIGITS: f64 = 1e15;

/// Serial number of 1970-01-01 in the two systems, in days.
const UNIX_DAY_1900: f64 = 25_569.0;
const UNIX_DAY_1904: f64 = 24_107.0;

const DAY_MICROS: f64 = 86_400e6;
const SECOND_MICROS: i64 = 1_000_000;

/// What must be known besides the cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// Whether serial numbers count from 1904.
    pub is_1904: bool,
    /// Whether texts of the column have a decimal comma, so that a number must be written in a way
    /// that reads only once.
    pub has_decimal_comma: bool,
}

/// The field that a cell is.
pub(super) fn text(value: &DataRef<'_>, around: Around) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number, around.has_decimal_comma),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is_true) => if *is_true { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(serial) => date_text(*serial, around.is_1904),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Whether a number has more digits than a workbook keeps.
pub(super) fn lost_digits(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Float(number) => number.abs() >= KEPT_DIGITS,
        DataRef::Int(number) => number.unsigned_abs() >= 1_000_000_000_000_000,
        _ => false,
    }
}

/// Whether a text is a number with a decimal comma.
pub(super) fn has_decimal_comma(value: &DataRef<'_>) -> bool {
    let text = match value {
        DataRef::String(text) => text.as_str(),
        DataRef::SharedString(text) => text,
        _ => return false,
    };
    let text = text.trim().trim_end_matches(['%', ' ', '\u{a0}', '\u{202f}']);
    let Some((whole, fraction)) = text.split_once(',') else { return false };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole.trim_start_matches('-')) && is_digits(fraction)
}

/// Appends a field, in quotes where they are needed.
pub(super) fn quoted(field: &str, out: &mut Vec<u8>) {
    let is_plain = !field.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if is_plain {
        out.extend_from_slice(field.as_bytes());
        return;
    }
    out.push(b'"');
    for (at, part) in field.split('"').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// A number without exponent; `.0` is left out. Three decimals would read as thousands beside a
/// decimal comma, four do not.
fn number_text(number: f64, has_decimal_comma: bool) -> String {
    let mut text = if number == 0.0 { "0".to_owned() } else { number.to_string() };
    let has_three = text.split_once('.').is_some_and(|(_, fraction)| fraction.len() == 3);
    if has_decimal_comma && has_three {
        text.push('0');
    }
    text
}

/// A date as local time without offset, a time of day or a duration as `hh:mm:ss`; a number that
/// is no date of the calendar stays a number.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn date_text(serial: ExcelDateTime, is_1904: bool) -> String {
    let value = serial.as_f64();
    if !(0.0..2_958_466.0).contains(&value) {
        return number_text(value, false);
    }
    if serial.is_duration() || value < 1.0 {
        let micros = whole_seconds((value * DAY_MICROS).round() as i64);
        let seconds = micros / SECOND_MICROS;
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        return clock + &fraction(micros);
    }
    // The 1900 system counts a 29 February 1900 that never was.
    let is_before_leap = !is_1904 && value < 60.0;
    let epoch = if is_1904 { UNIX_DAY_1904 } else { UNIX_DAY_1900 - f64::from(u8::from(is_before_leap)) };
    let micros = whole_seconds(((value - epoch) * DAY_MICROS).round() as i64);
    let Ok(timestamp) = jiff::Timestamp::from_microsecond(micros) else { return number_text(value, false) };
    let local = jiff::tz::TimeZone::UTC.to_datetime(timestamp);
    if value.fract() == 0.0 {
        return local.date().to_string();
    }
    let clock = format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second());
    format!("{} {clock}{}", local.date(), fraction(micros))
}

/// A serial number is a rounded fraction of a day: what lies within a millisecond of a second is
/// that second.
fn whole_seconds(micros: i64) -> i64 {
    let nearest = (micros + SECOND_MICROS / 2).div_euclid(SECOND_MICROS) * SECOND_MICROS;
    if (micros - nearest).abs() <= 1000 { nearest } else { micros }
}

/// Milliseconds behind a time, where there are any.
fn fraction(micros: i64) -> String {
    match micros.rem_euclid(SECOND_MICROS) / 1000 {
        0 => String::new(),
        millis => format!(".{millis:03}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    fn date(value: f64, is_1904: bool) -> String {
        let around = Around { is_1904, ..Around::default() };
        text(&DataRef::DateTime(ExcelDateTime::new(value, DateTime, is_1904)), around)
    }

    #[test]
    fn serial_numbers_of_both_systems_are_dates() {
        assert_eq!(date(46_350.383_842_592_59, false), "2026-11-24 09:12:44");
        assert_eq!(date(46_350.383_842_592_59 - 1462.0, true), "2026-11-24 09:12:44");
        assert_eq!(date(46_350.0, false), "2026-11-24");
        assert_eq!(date(61.0, false), "1900-03-01");
        assert_eq!(date(59.0, false), "1900-02-28");
        assert_eq!(date(46_350.999_999_999, false), "2026-11-25 00:00:00");
        assert_eq!(date(46_350.5 + 0.25 / 86_400.0, false), "2026-11-24 12:00:00.250");
        assert_eq!(date(0.75, false), "18:00:00");
        assert_eq!(date(-3.0, false), "-3");
        assert_eq!(date(f64::NAN, false), "NaN");
        assert_eq!(text(&DataRef::DateTime(ExcelDateTime::new(1.25, TimeDelta, false)), Around::default()), "30:00:00");
    }

    #[test]
    fn numbers_have_a_point_and_no_needless_zero() {
        for (number, written) in
            [(4.0, "4"), (-0.0, "0"), (0.1, "0.1"), (1.5e18, "1500000000000000000"), (1.234, "1.234")]
        {
            assert_eq!(text(&DataRef::Float(number), Around::default()), written);
        }
        assert_eq!(text(&DataRef::Float(1.234), Around { has_decimal_comma: true, ..Around::default() }), "1.2340");
        assert_eq!(text(&DataRef::Bool(true), Around::default()), "TRUE");
        assert_eq!(text(&DataRef::Error(calamine::CellErrorType::NA), Around::default()), "#N/A");
    }

    #[test]
    fn identifiers_that_lost_digits_are_seen() {
        assert!(lost_digits(&DataRef::Float(1.149_9e26)) && lost_digits(&DataRef::Int(1_234_567_890_123_456)));
        assert!(!lost_digits(&DataRef::Float(114_990_000_001.0)) && !lost_digits(&DataRef::SharedString("1.1")));
    }

    #[test]
    fn decimal_commas_are_told_in_texts() {
        for (written, is) in [("0,5", true), ("-12,75 %", true), ("1,2,3", false), ("a,b", false), ("5", false)] {
            assert_eq!(has_decimal_comma(&DataRef::SharedString(written)), is, "{written}");
        }
    }

    #[test]
    fn fields_are_quoted_where_needed() {
        let mut out = Vec::new();
        for field in ["plain", "a,b", "say \"x\"", "two\nlines", ""] {
            quoted(field, &mut out);
            out.push(b',');
        }
        assert_eq!(String::from_utf8(out).unwrap(), "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,");
    }
}

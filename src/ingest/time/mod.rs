//! How the times of one column of an export are written, and their instants.
//!
//! Comes in: a sample of the column, the zone of times without offset; then every value. Goes
//! out: microseconds since 1970 UTC, null for null tokens and "zero times" (year 1, epoch 0),
//! or the reason why a value is no time. What is ambiguous is decided by the whole column and
//! told, see `assume`; nothing is ever decided by a value alone. [`rfc3339`] and [`epoch`] are
//! for fields whose format is fixed by the vendor.
//!
//! Does not find times inside sentences (see `promise`) nor convert spreadsheet serial numbers.

mod clock;
mod fast;
mod scan;
mod words;

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;

use self::clock::civil;
use self::fast::Stamp;
use self::scan::Order;
use crate::ingest::assume::{Choice, Evidence, Kind, Reading, Usual};
use crate::ingest::values::is_null;

pub use self::clock::Clock;
pub(super) use self::clock::local_instant;
pub(super) use self::words::zone_offset;

/// How the times of one column are written.
#[derive(Debug, Clone)]
pub struct TimeFormat {
    clock: Arc<Clock>,
    order: Arc<Choice>,
    /// Instant near which a time without a year lies, microseconds.
    near: Option<i64>,
    year: Option<i64>,
}

impl TimeFormat {
    /// Decides how a column is read. Samples that are null or no time are ignored; with no usable
    /// sample every format is still read, day before month. `zone` is that of times that carry
    /// no offset.
    pub fn learn(samples: &[&str], zone: &TimeZone) -> Self {
        let format = Self::iso(zone);
        let samples: Vec<&str> = samples.iter().map(|text| text.trim()).filter(|text| !is_null(text)).collect();
        for text in &samples {
            format.note_order(text);
        }
        format.order.learned(!samples.is_empty(), usual_order(&samples, zone));
        format
    }

    /// A column of ISO 8601 times; those without an offset are in `zone`.
    pub fn iso(zone: &TimeZone) -> Self {
        Self { clock: Clock::new(zone), order: Choice::new(Kind::Dates), near: None, year: None }
    }

    /// The year of times that are written without one (syslog).
    #[must_use]
    pub fn with_year_hint(mut self, year: i16) -> Self {
        self.year = Some(i64::from(year));
        self
    }

    /// An instant (microseconds since 1970 UTC) near which times without a year lie; the year is
    /// the one that brings them closest, so that a file may run over New Year.
    #[must_use]
    pub fn with_instant_hint(mut self, near: i64) -> Self {
        self.near = Some(near);
        self
    }

    /// The instant of a value in microseconds since 1970 UTC. `Ok(None)` for null tokens and zero
    /// times; the error is the reason for a reject.
    pub fn parse(&self, text: &str) -> Result<Option<i64>, String> {
        let text = text.trim();
        let instant = fast::epoch(text).or_else(|| self.stamp(text).and_then(|stamp| self.instant(stamp)));
        match instant {
            Some(micros) if is_zero_time(micros) => Ok(None),
            Some(micros) => Ok(Some(micros)),
            None if is_null(text) || is_zero_date(text) => Ok(None),
            None => Err(self.reason(text)),
        }
    }

    /// Learns from a date with day and month as numbers which of them comes first.
    fn note_order(&self, text: &str) {
        let Some((first, second, year)) = scan::slashes(text) else { return };
        let order = if second > 12 { Order::MonthFirst } else { Order::DayFirst };
        if first == second || scan::scan(text, order).is_none() {
            return;
        }
        let days = [fast::days(year, second, first), fast::days(year, first, second)];
        self.order.note(match days {
            [Some(day_first), Some(month_first)] => Evidence::Either(Some([day_first, month_first])),
            [Some(_), None] => Evidence::Only(Reading::First),
            [None, Some(_)] => Evidence::Only(Reading::Second),
            [None, None] => return,
        });
    }

    fn stamp(&self, text: &str) -> Option<Stamp> {
        if let Some(stamp) = fast::iso(text) {
            return Some(stamp);
        }
        if !self.order.is_settled() {
            self.note_order(text);
        }
        let parts = scan::scan(text, self.order())?;
        if !parts.lacks_year() {
            return parts.stamp(0);
        }
        let Some(near) = self.near else { return parts.stamp(self.year?) };
        let year = civil_year(near);
        (year - 1..=year + 1)
            .filter_map(|year| parts.stamp(year))
            .min_by_key(|stamp| stamp.instant().unwrap_or(stamp.local).abs_diff(near))
    }

    fn order(&self) -> Order {
        match self.order.reading() {
            Reading::First => Order::DayFirst,
            Reading::Second => Order::MonthFirst,
        }
    }

    fn instant(&self, stamp: Stamp) -> Option<i64> {
        if let Some(micros) = stamp.instant() {
            self.clock.saw_offset();
            return Some(micros);
        }
        if is_zero_time(stamp.local) {
            return Some(stamp.local);
        }
        self.clock.instant(stamp.local)
    }

    fn reason(&self, text: &str) -> String {
        let shown: String = text.chars().take(40).collect();
        if scan::scan(text, self.order()).is_some_and(|parts| parts.lacks_year()) {
            return format!("expected a time with a year, found `{shown}`");
        }
        format!("expected a time, found `{shown}`")
    }
}

/// Which of day and month usually comes first in dates like these.
fn usual_order(samples: &[&str], zone: &TimeZone) -> Usual {
    let is_american = zone.iana_name().is_some_and(|name| name.starts_with("America/") || name.starts_with("US/"));
    let (reading, reason, is_strong) = if samples.iter().any(|text| scan::has_points(text)) {
        (Reading::First, "as dates with points are written", true)
    } else if samples.iter().any(|text| scan::is_twelve_hour(text)) {
        (Reading::Second, "as dates beside a 12-hour clock are written", false)
    } else if is_american {
        (Reading::Second, "as is usual in the time zone", false)
    } else {
        (Reading::First, "as is usual outside the United States", false)
    };
    Usual { reading, reason, is_strong }
}

/// Microseconds of an RFC 3339 time; `None` when the text is none, has no offset, or is a zero
/// time.
pub fn rfc3339(text: &str) -> Option<i64> {
    fast::iso(text)?.instant().filter(|micros| !is_zero_time(*micros))
}

/// Microseconds of a time as access logs write it, `22/Nov/2026:21:04:08 +0100`; `None` when the
/// text is none or has no offset.
pub fn common_log(text: &str) -> Option<i64> {
    fast::common_log(text)
}

/// Microseconds of an epoch number written as text, its unit told by magnitude; `None` when the
/// text is none, or is 0.
pub fn epoch(text: &str) -> Option<i64> {
    fast::epoch(text.trim()).filter(|micros| !is_zero_time(*micros))
}

/// Microseconds of an epoch in JSON, number or string; `None` when it is none, or is 0.
pub fn epoch_value(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => fast::scale(whole, 0).filter(|micros| !is_zero_time(*micros)),
            None => epoch(&number.to_string()),
        },
        Value::String(text) => epoch(text),
        _ => None,
    }
}

fn civil_year(micros: i64) -> i64 {
    civil(micros).map_or(1970, |civil| i64::from(civil.year()))
}

/// Year 1 and 1970-01-01T00:00:00, which exporters write for "never".
fn is_zero_time(micros: i64) -> bool {
    micros == 0 || micros < -62_000_000_000_000_000
}

/// A date of zeros only (`0000-00-00 00:00:00`), which databases write for "never".
fn is_zero_date(text: &str) -> bool {
    text.starts_with("0000")
        && text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'/' | b':' | b'.' | b' ' | b'T' | b'Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_795_293_841_000_000; // 2026-11-21T20:44:01Z

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    fn parsed(format: &TimeFormat, text: &str) -> Option<i64> {
        format.parse(text).unwrap()
    }

    #[test]
    fn times_without_offset_use_the_zone() {
        let format = TimeFormat::learn(&["21/11/2026 21:44", "22/11/2026 00:10"], &paris());
        assert_eq!(parsed(&format, "21/11/2026 21:44:01"), Some(AT));
        assert_eq!(parsed(&format, "2026-11-21 21:44:01"), Some(AT));
        assert!(format.clock.is_used() && format.clock.zone_name() == "Europe/Paris");
    }

    #[test]
    fn null_tokens_and_zero_times_are_null() {
        let format = TimeFormat::iso(&paris());
        for text in [
            "",
            " - ",
            "null",
            "N/A",
            "0",
            "0.0",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "0001-01-01 00:00:00",
            "1970-01-01 00:00:00",
            "0000-00-00 00:00:00",
        ] {
            assert_eq!(format.parse(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn says_what_it_expected() {
        let format = TimeFormat::iso(&paris());
        assert_eq!(format.parse("abc"), Err("expected a time, found `abc`".into()));
        assert_eq!(format.parse("12"), Err("expected a time, found `12`".into()));
        assert_eq!(format.parse("Nov 21 20:44:01"), Err("expected a time with a year, found `Nov 21 20:44:01`".into()));
    }

    #[test]
    fn one_value_decides_the_order_of_day_and_month_for_the_column() {
        let american = TimeFormat::learn(&["03/04/2026 1:00", "03/25/2026 1:00"], &TimeZone::UTC);
        assert_eq!(parsed(&american, "03/04/2026 00:00"), parsed(&american, "2026-03-04 00:00"));
        let french = TimeFormat::learn(&["03/04/2026 1:00", "25/03/2026 1:00"], &TimeZone::UTC);
        assert_eq!(parsed(&french, "03/04/2026 00:00"), parsed(&french, "2026-04-03 00:00"));
    }

    #[test]
    fn an_undecided_order_keeps_dates_together() {
        let format = TimeFormat::learn(&["04/01/2026", "04/02/2026", "04/03/2026"], &paris());
        assert_eq!(parsed(&format, "04/02/2026"), parsed(&format, "2026-04-02 00:00"));
        let format = TimeFormat::learn(&["04/05/2026 10:00"], &paris());
        assert_eq!(parsed(&format, "04/05/2026"), parsed(&format, "2026-05-04 00:00"));
        let format = TimeFormat::learn(&["04/05/2026 10:00 PM"], &paris());
        assert_eq!(parsed(&format, "04/05/2026"), parsed(&format, "2026-04-05 00:00"));
    }

    #[test]
    fn a_missing_year_comes_from_the_hint() {
        let format = TimeFormat::iso(&TimeZone::UTC).with_year_hint(2026);
        assert_eq!(parsed(&format, "Nov 21 20:44:01"), Some(AT));
        let new_year = rfc3339("2027-01-01T00:10:00Z").unwrap();
        let format = TimeFormat::iso(&TimeZone::UTC).with_instant_hint(new_year);
        assert_eq!(parsed(&format, "Dec 31 23:59:59"), rfc3339("2026-12-31T23:59:59Z"));
        assert_eq!(parsed(&format, "Jan  1 00:00:01"), rfc3339("2027-01-01T00:00:01Z"));
    }

    #[test]
    fn reads_epochs_of_json() {
        assert_eq!(epoch_value(&serde_json::json!(1_795_293_841)), Some(AT));
        assert_eq!(epoch_value(&serde_json::json!(1_795_293_841.25)), Some(AT + 250_000));
        assert_eq!(epoch_value(&serde_json::json!("1795293841000000001")), Some(AT));
        assert_eq!(epoch_value(&serde_json::json!(0)), None);
        assert_eq!(epoch_value(&serde_json::json!([])), None);
        assert_eq!(rfc3339("0001-01-01T00:00:00Z"), None);
    }
}

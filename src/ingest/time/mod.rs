//! How the times of one column of an export are written, and their instants.
//!
//! Comes in: a sample of the column, the zone of times without offset; then every value. Goes
//! out: microseconds since 1970 UTC, null for null tokens and "zero times" (year 1, epoch 0),
//! or the reason why a value is no time. What is ambiguous is decided once per column and told by
//! [`TimeFormat::notes`]; nothing is ever decided by a value alone. [`rfc3339`] and [`epoch`] are
//! for fields whose format is fixed by the vendor.
//!
//! Does not find times inside sentences (see `promise`) nor convert spreadsheet serial numbers.

mod fast;
mod scan;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde_json::Value;

use self::fast::Stamp;
use self::scan::Order;
use crate::ingest::values::is_null;

pub(super) use self::words::zone_offset;

/// How the times of one column are written.
#[derive(Debug, Clone)]
pub struct TimeFormat {
    zone: TimeZone,
    order: Order,
    /// Instant near which a time without a year lies, microseconds.
    near: Option<i64>,
    year: Option<i64>,
    notes: Vec<String>,
    gaps: Arc<AtomicU64>,
    overlaps: Arc<AtomicU64>,
}

impl TimeFormat {
    /// Decides how a column is read. Samples that are null or no time are ignored; with no usable
    /// sample every format is still read, day before month. `zone` is that of times that carry
    /// no offset.
    pub fn learn(samples: &[&str], zone: &TimeZone) -> Self {
        let mut format = Self::iso(zone);
        let samples: Vec<&str> = samples.iter().map(|text| text.trim()).filter(|text| !is_null(text)).collect();
        format.learn_order(&samples);
        if samples.iter().any(|text| format.stamp(text).is_some_and(|stamp| stamp.offset.is_none())) {
            let name = zone.iana_name().unwrap_or("the case's time zone");
            format.notes.push(format!("times carry no offset; read as local time of {name}"));
        }
        format
    }

    /// A column of ISO 8601 times; those without an offset are in `zone`.
    pub fn iso(zone: &TimeZone) -> Self {
        Self {
            zone: zone.clone(),
            order: Order::DayFirst,
            near: None,
            year: None,
            notes: Vec::new(),
            gaps: Arc::default(),
            overlaps: Arc::default(),
        }
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
            None if is_null(text) => Ok(None),
            None => Err(self.reason(text)),
        }
    }

    /// What was assumed and is worth telling; local times that a clock change skipped or repeated
    /// are counted over everything parsed so far, by clones too.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        let (gaps, overlaps) = (self.gaps.load(Ordering::Relaxed), self.overlaps.load(Ordering::Relaxed));
        if overlaps > 0 {
            notes.push(format!(
                "{overlaps} local times lie in the hour that the clock change repeats; the first pass was taken"
            ));
        }
        if gaps > 0 {
            notes.push(format!(
                "{gaps} local times lie in the hour that the clock change skips; they were moved behind it"
            ));
        }
        notes
    }

    fn learn_order(&mut self, samples: &[&str]) {
        let pairs: Vec<(i64, i64, u8)> = samples.iter().filter_map(|text| scan::slashes(text)).collect();
        if pairs.is_empty() {
            return;
        }
        let first = pairs.iter().any(|(first, _, _)| *first > 12);
        let second = pairs.iter().any(|(_, second, _)| *second > 12);
        self.order = match (first, second) {
            (true, false) => Order::DayFirst,
            (false, true) => Order::MonthFirst,
            (true, true) => self.decide(&pairs, samples, "some values have the day first, others the month"),
            (false, false) => self.decide(&pairs, samples, "no value tells day from month"),
        };
    }

    /// Decides an order that no value proves, and notes why.
    fn decide(&mut self, pairs: &[(i64, i64, u8)], samples: &[&str], doubt: &str) -> Order {
        let (order, reason) = self.likely_order(pairs, samples);
        let name = if order == Order::DayFirst { "day first" } else { "month first" };
        self.notes.push(format!("{doubt}; read {name}, {reason}"));
        order
    }

    fn likely_order(&self, pairs: &[(i64, i64, u8)], samples: &[&str]) -> (Order, &'static str) {
        let is_american =
            self.zone.iana_name().is_some_and(|name| name.starts_with("America/") || name.starts_with("US/"));
        let day_first = spread(pairs.iter().map(|(first, second, _)| (*second, *first)));
        let month_first = spread(pairs.iter().map(|(first, second, _)| (*first, *second)));
        if day_first < month_first {
            (Order::DayFirst, "which keeps the dates closest together")
        } else if month_first < day_first {
            (Order::MonthFirst, "which keeps the dates closest together")
        } else if pairs.iter().any(|(_, _, sign)| *sign == b'.') {
            (Order::DayFirst, "as dates with points are written")
        } else if samples.iter().any(|text| scan::is_twelve_hour(text)) {
            (Order::MonthFirst, "as dates beside a 12-hour clock are written")
        } else if is_american {
            (Order::MonthFirst, "as is usual in the time zone")
        } else {
            (Order::DayFirst, "as is usual outside the United States")
        }
    }

    fn stamp(&self, text: &str) -> Option<Stamp> {
        if let Some(stamp) = fast::iso(text) {
            return Some(stamp);
        }
        let parts = scan::scan(text, self.order)?;
        if !parts.lacks_year() {
            return parts.stamp(0);
        }
        let Some(near) = self.near else { return parts.stamp(self.year?) };
        let year = civil_year(near);
        (year - 1..=year + 1)
            .filter_map(|year| parts.stamp(year))
            .min_by_key(|stamp| stamp.instant().unwrap_or(stamp.local).abs_diff(near))
    }

    fn instant(&self, stamp: Stamp) -> Option<i64> {
        if let Some(micros) = stamp.instant() {
            return Some(micros);
        }
        if is_zero_time(stamp.local) {
            return Some(stamp.local);
        }
        let (instant, change) = local(stamp.local, &self.zone)?;
        match change {
            Change::None => {}
            Change::Gap => {
                self.gaps.fetch_add(1, Ordering::Relaxed);
            }
            Change::Overlap => {
                self.overlaps.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some(instant)
    }

    fn reason(&self, text: &str) -> String {
        let shown: String = text.chars().take(40).collect();
        if scan::scan(text, self.order).is_some_and(|parts| parts.lacks_year()) {
            return format!("expected a time with a year, found `{shown}`");
        }
        format!("expected a time, found `{shown}`")
    }
}

/// Microseconds of an RFC 3339 time; `None` when the text is none, has no offset, or is a zero
/// time.
pub fn rfc3339(text: &str) -> Option<i64> {
    fast::iso(text)?.instant().filter(|micros| !is_zero_time(*micros))
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

/// Whether a clock change touched a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Gap,
    Overlap,
}

/// The instant of a local time given as microseconds since 1970 without offset: the earlier of
/// two, and behind the gap when there is none.
fn local(micros: i64, zone: &TimeZone) -> Option<(i64, Change)> {
    let civil = civil(micros)?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let change = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Change::None,
        AmbiguousOffset::Gap { .. } => Change::Gap,
        AmbiguousOffset::Fold { .. } => Change::Overlap,
    };
    Some((ambiguous.compatible().ok()?.as_microsecond(), change))
}

/// The instant of a local time, microseconds; see [`local`].
pub(super) fn local_instant(micros: i64, zone: &TimeZone) -> Option<i64> {
    local(micros, zone).map(|(instant, _)| instant)
}

fn civil(micros: i64) -> Option<DateTime> {
    let timestamp = jiff::Timestamp::from_microsecond(micros).ok()?;
    Some(TimeZone::UTC.to_datetime(timestamp))
}

fn civil_year(micros: i64) -> i64 {
    civil(micros).map_or(1970, |civil| i64::from(civil.year()))
}

/// Year 1 and 1970-01-01T00:00:00, which exporters write for "never".
fn is_zero_time(micros: i64) -> bool {
    micros == 0 || micros < -62_000_000_000_000_000
}

/// Days from the first to the last of some dates (month, day), years left aside; impossible dates
/// count as the widest.
fn spread(dates: impl Iterator<Item = (i64, i64)>) -> i64 {
    let days: Option<Vec<i64>> = dates.map(|(month, day)| fast::days(2000, month, day)).collect();
    let Some(days) = days else { return i64::MAX };
    days.iter().max().zip(days.iter().min()).map_or(0, |(last, first)| last - first)
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
    fn times_without_offset_use_the_zone_and_say_so() {
        let format = TimeFormat::learn(&["21/11/2026 21:44", "22/11/2026 00:10"], &paris());
        assert_eq!(parsed(&format, "21/11/2026 21:44:01"), Some(AT));
        assert_eq!(parsed(&format, "2026-11-21 21:44:01"), Some(AT));
        assert_eq!(format.notes(), ["times carry no offset; read as local time of Europe/Paris"]);
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
        assert_eq!(french.notes().len(), 1);
    }

    #[test]
    fn an_undecided_order_keeps_dates_together_and_is_noted() {
        let format = TimeFormat::learn(&["04/01/2026", "04/02/2026", "04/03/2026"], &paris());
        assert_eq!(parsed(&format, "04/02/2026"), parsed(&format, "2026-04-02 00:00"));
        assert!(format.notes()[0].contains("closest together"), "{:?}", format.notes());
        let format = TimeFormat::learn(&["04/05/2026 10:00"], &paris());
        assert_eq!(parsed(&format, "04/05/2026"), parsed(&format, "2026-05-04 00:00"));
        let format = TimeFormat::learn(&["04/05/2026 10:00 PM"], &paris());
        assert_eq!(parsed(&format, "04/05/2026"), parsed(&format, "2026-04-05 00:00"));
    }

    #[test]
    fn clock_changes_take_the_first_pass_and_jump_the_gap() {
        let format = TimeFormat::iso(&paris());
        assert_eq!(parsed(&format, "2026-10-25 02:30:00"), rfc3339("2026-10-25T02:30:00+02:00"));
        assert_eq!(parsed(&format, "2026-03-29 02:30:00"), rfc3339("2026-03-29T03:30:00+02:00"));
        let notes = format.notes();
        assert!(notes[0].starts_with("1 local times lie in the hour that the clock change repeats"), "{notes:?}");
        assert!(notes[1].contains("skips"));
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

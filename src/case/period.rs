//! A stretch of time, and the reading of instants and durations in `incident.toml`.

use jiff::{SignedDuration, Span, Timestamp, civil::DateTime, tz::TimeZone};

/// From `start` (included) to `end` (excluded), microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First instant.
    pub start: i64,
    /// First instant after it.
    pub end: i64,
}

impl Period {
    /// Whether an instant lies in it.
    pub fn contains(self, time: i64) -> bool {
        (self.start..self.end).contains(&time)
    }
}

/// Reads `2026-03-14T19:44:00Z`, or a local time of `zone` such as `2026-03-14 20:44`.
pub fn instant(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_microsecond());
    }
    let local: DateTime = text.parse().ok()?;
    Some(zone.to_timestamp(local).ok()?.as_microsecond())
}

/// Reads `60min`, `1h 30m`, `30d` as seconds; a day has 24 hours.
pub fn seconds(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let duration: SignedDuration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    (duration.as_secs() > 0).then_some(duration.as_secs())
}

/// Reads `90s`, `-2min`, `250ms` as microseconds, with their sign; a day has 24 hours.
pub fn micros(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let duration: SignedDuration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_micros()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_without_an_offset_is_local() {
        let paris = TimeZone::get("Europe/Paris").expect("bundled");
        assert_eq!(instant("2026-03-14T19:44:00Z", &paris), instant("2026-03-14 20:44", &paris));
        assert_eq!(instant("soon", &paris), None);
    }

    #[test]
    fn durations_may_be_negative_and_short() {
        assert_eq!(micros("90s"), Some(90_000_000));
        assert_eq!(micros("-1h 30s"), Some(-3_630_000_000));
        assert_eq!(micros("250ms"), Some(250_000));
        assert_eq!(micros("-0.5s"), Some(-500_000));
        assert_eq!(micros("0s"), Some(0));
        assert_eq!(micros("fast"), None);
        assert_eq!(micros("90"), None);
    }

    #[test]
    fn durations_are_seconds() {
        assert_eq!(seconds("60min"), Some(3600));
        assert_eq!(seconds("30d"), Some(30 * 86_400));
        assert_eq!(seconds("-5min"), None);
        assert_eq!(seconds("a while"), None);
    }
}

//! Local times to instants: the zone of times that carry no offset, and the two hours a year in
//! which a local time is none or two instants.
//!
//! A time that the clock change skips is moved behind the gap; of one that it repeats the first
//! pass is taken. Both are counted, since a reader must know; the order of the rows may show the
//! second pass later (see `run`).

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::ingest::assume;

/// Clock changes that are looked at between the first and the last row: two hundred years.
const MAX_CHANGES: usize = 400;

/// Reads local times of one zone and counts what is worth telling.
#[derive(Debug)]
pub struct Clock {
    zone: TimeZone,
    is_used: AtomicBool,
    sees_offsets: AtomicBool,
    skipped: AtomicU64,
    repeated: AtomicU64,
}

impl Clock {
    /// A clock of this zone.
    pub fn new(zone: &TimeZone) -> Arc<Self> {
        let clock = Arc::new(Self {
            zone: zone.clone(),
            is_used: AtomicBool::new(false),
            sees_offsets: AtomicBool::new(false),
            skipped: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        });
        assume::enter_clock(&clock);
        clock
    }

    /// The instant of a local time given as microseconds since 1970 without offset.
    pub fn instant(&self, local: i64) -> Option<i64> {
        let (instant, change) = local_with_change(local, &self.zone)?;
        set(&self.is_used);
        match change {
            Change::None => {}
            Change::Skipped => {
                self.skipped.fetch_add(1, Ordering::Relaxed);
            }
            Change::Repeated => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some(instant)
    }

    /// Notes a time that carries its offset.
    pub(super) fn saw_offset(&self) {
        set(&self.sees_offsets);
    }

    /// Whether times with an offset stand beside local ones.
    pub fn sees_offsets(&self) -> bool {
        self.sees_offsets.load(Ordering::Relaxed)
    }

    /// Whether a local time was read.
    pub fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Local times that a clock change skips.
    pub fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Local times that a clock change repeats.
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Name of the zone.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Forgets what was counted.
    pub fn forget(&self) {
        self.is_used.store(false, Ordering::Relaxed);
        self.sees_offsets.store(false, Ordering::Relaxed);
        self.skipped.store(0, Ordering::Relaxed);
        self.repeated.store(0, Ordering::Relaxed);
    }

    /// The hours between two instants that a clock change repeats afterwards: where a local time
    /// of either pass is read.
    pub fn first_passes(&self, first: i64, last: i64) -> Vec<Range<i64>> {
        let day = 86_400_000_000;
        let Ok(start) = Timestamp::from_microsecond(first.saturating_sub(day)) else { return Vec::new() };
        let changes = self.zone.following(start).map(|change| (change.timestamp(), change.offset()));
        let mut before = self.zone.to_offset(start);
        let mut passes = Vec::new();
        for (at, offset) in changes.take(MAX_CHANGES) {
            let end = at.as_microsecond();
            let repeated = i64::from(before.seconds() - offset.seconds()) * 1_000_000;
            if repeated > 0 && end > first && end - repeated <= last {
                passes.push(end - repeated..end);
            }
            if end > last.saturating_add(day) {
                break;
            }
            before = offset;
        }
        passes
    }
}

/// Sets a flag; reading first keeps the cores from taking the memory from each other.
fn set(flag: &AtomicBool) {
    if !flag.load(Ordering::Relaxed) {
        flag.store(true, Ordering::Relaxed);
    }
}

/// Whether a clock change touches a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Skipped,
    Repeated,
}

/// The instant of a local time: the earlier of two, and behind the gap when there is none.
fn local_with_change(micros: i64, zone: &TimeZone) -> Option<(i64, Change)> {
    let civil = civil(micros)?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let change = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Change::None,
        AmbiguousOffset::Gap { .. } => Change::Skipped,
        AmbiguousOffset::Fold { .. } => Change::Repeated,
    };
    Some((ambiguous.compatible().ok()?.as_microsecond(), change))
}

/// The instant of a local time, microseconds, without counting.
pub(in crate::ingest) fn local_instant(micros: i64, zone: &TimeZone) -> Option<i64> {
    local_with_change(micros, zone).map(|(instant, _)| instant)
}

pub(super) fn civil(micros: i64) -> Option<DateTime> {
    let timestamp = Timestamp::from_microsecond(micros).ok()?;
    Some(TimeZone::UTC.to_datetime(timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::time::rfc3339;

    fn paris() -> Arc<Clock> {
        Clock::new(&TimeZone::get("Europe/Paris").unwrap())
    }

    fn local(text: &str) -> i64 {
        rfc3339(&format!("{text}Z")).unwrap()
    }

    #[test]
    fn counts_times_that_the_clock_change_skips_or_repeats() {
        let clock = paris();
        assert_eq!(clock.instant(local("2026-10-25T02:30:00")), rfc3339("2026-10-25T02:30:00+02:00"));
        assert_eq!(clock.instant(local("2026-03-29T02:30:00")), rfc3339("2026-03-29T03:30:00+02:00"));
        assert_eq!(clock.instant(local("2026-10-25T03:00:00")), rfc3339("2026-10-25T03:00:00+01:00"));
        assert_eq!((clock.skipped(), clock.repeated(), clock.is_used()), (1, 1, true));
        clock.forget();
        assert_eq!((clock.skipped(), clock.repeated(), clock.is_used()), (0, 0, false));
    }

    #[test]
    fn knows_the_hours_that_are_repeated() {
        let clock = paris();
        let at = |text: &str| rfc3339(text).unwrap();
        let autumn = at("2026-10-25T00:00:00Z")..at("2026-10-25T01:00:00Z");
        assert_eq!(
            clock.first_passes(at("2026-01-01T00:00:00Z"), at("2026-12-01T00:00:00Z")),
            std::slice::from_ref(&autumn)
        );
        assert_eq!(clock.first_passes(at("2026-10-25T00:30:00Z"), at("2026-10-25T00:31:00Z")), [autumn]);
        assert_eq!(clock.first_passes(at("2026-10-25T01:30:00Z"), at("2026-11-25T00:31:00Z")), []);
        assert_eq!(Clock::new(&TimeZone::UTC).first_passes(0, i64::MAX), []);
    }
}

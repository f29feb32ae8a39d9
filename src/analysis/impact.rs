//! What the incident cost those who watched.
//!
//! In: a [`SliceTable`] whose rows have `expected_bad` (see
//! [`super::incident_window::baseline::fill_expected`]) and the window; out: failures beyond the expected ones, viewers hit
//! at the worst moment, viewer-minutes lost. It does not estimate money, and nothing about viewers where no row counts them.
//!
//! Per slice and bucket the share of attempts that failed beyond the expected share is taken to be the share of its
//! viewers who could not watch. The share is not cut at zero bucket by bucket, which would count noise as loss, but
//! per slice over the window. Intervals follow from the binomial variance of failures in each bucket by linear
//! propagation (the delta method), excess failures from Garwood's Poisson interval
//! ([`super::statistics::poisson`]). Cost O(rows). A window without rows gives `None` everywhere; a row without
//! expectation is taken to expect no failure; a row without viewers adds nothing to viewer figures.

use std::collections::BTreeMap;

use super::slices::{SliceRow, SliceTable};
use super::statistics::{Interval, Z_95, poisson};

const MINUTE: f64 = 60_000_000.0;

/// Losses in the window; `None` where the data cannot tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impact {
    /// Failed events beyond those expected.
    pub excess_bad: Option<Interval>,
    /// Highest share of failed events in one bucket, all slices together, 0..1.
    pub peak_bad_ratio: Option<f64>,
    /// Most viewers failing at one time.
    pub viewers_affected: Option<Interval>,
    /// Viewer-minutes lost.
    pub viewer_minutes_lost: Option<Interval>,
}

/// Sums of one bucket or slice.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: f64,
    bad: f64,
    viewers: f64,
    variance: f64,
}

/// Losses in `window` (half-open, microseconds) with rows every `bucket` microseconds.
pub fn totals(table: &SliceTable, window: (i64, i64), bucket: i64) -> Impact {
    let mut times: BTreeMap<i64, Sum> = BTreeMap::new();
    let mut slices: BTreeMap<usize, Sum> = BTreeMap::new();
    let (mut bad, mut expected, mut has_viewers) = (0.0, 0.0, false);
    for row in table.rows().filter(|row| row.time >= window.0 && row.time < window.1) {
        bad += row.bad;
        expected += row.expected_bad.unwrap_or(0.0);
        has_viewers |= row.viewers.is_some();
        let (lost, variance) = lost_viewers(&row);
        let time = times.entry(row.time).or_default();
        let slice = slices.entry(row.slice).or_default();
        for sum in [time, slice] {
            sum.total += row.total;
            sum.bad += row.bad;
            sum.viewers += lost;
            sum.variance += variance;
        }
    }
    let excess = poisson::interval(bad).map(|count| Interval {
        value: count.value - expected,
        low: count.low - expected,
        high: count.high - expected,
    });
    let minutes = bucket as f64 / MINUTE;
    Impact {
        excess_bad: excess.filter(|_| !times.is_empty()),
        peak_bad_ratio: times.values().filter(|sum| sum.total > 0.0).map(|sum| sum.bad / sum.total).reduce(f64::max),
        viewers_affected: worst(&times).filter(|_| has_viewers),
        viewer_minutes_lost: has_viewers.then(|| lost_minutes(slices.values(), minutes)),
    }
}

/// Viewers of the row who could not watch beyond the usual, with the variance of that figure.
fn lost_viewers(row: &SliceRow) -> (f64, f64) {
    let Some(viewers) = row.viewers.filter(|_| row.total > 0.0) else {
        return (0.0, 0.0);
    };
    let share = row.bad / row.total;
    let usual = (row.expected_bad.unwrap_or(0.0) / row.total).min(1.0);
    // Jeffreys' half event keeps the variance of a bucket that all or none failed above zero.
    let smoothed = (row.bad + 0.5) / (row.total + 1.0);
    (viewers * (share - usual), viewers * viewers * smoothed * (1.0 - smoothed) / row.total)
}

/// Interval of the bucket with most viewers hit.
fn worst(times: &BTreeMap<i64, Sum>) -> Option<Interval> {
    let most = times.values().max_by(|left, right| left.viewers.total_cmp(&right.viewers))?;
    Some(interval(most.viewers.max(0.0), most.variance))
}

fn lost_minutes<'a>(slices: impl Iterator<Item = &'a Sum>, minutes: f64) -> Interval {
    let (mut lost, mut variance) = (0.0, 0.0);
    for sum in slices {
        lost += sum.viewers.max(0.0);
        variance += sum.variance;
    }
    interval(lost * minutes, variance * minutes * minutes)
}

fn interval(value: f64, variance: f64) -> Interval {
    let half = Z_95 * variance.sqrt();
    Interval { value, low: (value - half).max(0.0), high: value + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SliceTable {
        let mut table = SliceTable::default();
        for minute in 0..10 {
            let bad = if minute >= 5 { 51.0 } else { 1.0 };
            table.push(minute * 60_000_000, &[("cdn", "a")], 100.0, bad, Some(1.0), Some(2000.0));
            table.push(minute * 60_000_000, &[("cdn", "b")], 100.0, 1.0, Some(1.0), Some(500.0));
        }
        table
    }

    #[test]
    fn sums_what_was_lost_in_the_window() {
        let found = totals(&table(), (300_000_000, 600_000_000), 60_000_000);
        assert!((found.excess_bad.expect("rows").value - 250.0).abs() < 1e-9);
        let lost = found.viewer_minutes_lost.expect("viewers");
        assert!((lost.value - 5000.0).abs() < 1e-6 && lost.low < lost.value && lost.high > lost.value);
        assert!((found.viewers_affected.expect("viewers").value - 1000.0).abs() < 1e-9);
        assert!((found.peak_bad_ratio.expect("rows") - 0.26).abs() < 1e-12);
    }

    #[test]
    fn counts_no_noise_as_loss() {
        let found = totals(&table(), (0, 300_000_000), 60_000_000);
        assert!(found.viewer_minutes_lost.expect("viewers").value.abs() < 1e-9);
    }

    #[test]
    fn says_nothing_about_viewers_nobody_counted() {
        let mut table = SliceTable::default();
        table.push(0, &[], 100.0, 50.0, Some(1.0), None);
        let found = totals(&table, (0, 1), 60_000_000);
        assert_eq!((found.viewer_minutes_lost, found.viewers_affected), (None, None));
        assert!(found.excess_bad.is_some());
    }

    #[test]
    fn says_nothing_about_a_window_without_rows() {
        let found = totals(&table(), (-5, -1), 60_000_000);
        assert_eq!((found.excess_bad, found.peak_bad_ratio, found.viewer_minutes_lost), (None, None, None));
    }
}

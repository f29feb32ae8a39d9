//! Attempts that stop: a drop to zero is a finding too.
//!
//! In: the series of everything and of each value; out: the run of buckets without any attempt that lost most of them.
//! It does not look at failures. A bucket without any row at all is a gap in the data, not a silence.
//!
//! A run counts when attempts before and after it (medians over [`AROUND`] buckets) are at least
//! [`LEAST_EVENTS`] a bucket: under a Poisson count a single empty bucket then has a chance of `exp(-20)`. A value that
//! stays silent for more than [`LONGEST`] has gone off air, and one that never returns may have. Cost O(groups x
//! buckets). Empty and constant input gives `None`.

use super::super::statistics::median::median;
use super::WindowOptions;
use super::series::{Group, Series};

/// Buckets on either side that tell what is usual.
const AROUND: usize = 30;
/// Fewest attempts per bucket from which none is no chance.
const LEAST_EVENTS: f64 = 20.0;
/// Longest silence of a value, microseconds: three hours.
const LONGEST: i64 = 3 * 3_600_000_000;

/// Longest gap: a longer pause parts two exports.
const LONGEST_GAP: i64 = 24 * 3_600_000_000;

/// Buckets without attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    pub(super) group: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    /// Attempts missed.
    pub(super) lost: f64,
}

/// The run that lost most attempts; the group with fewer terms among equals.
pub(super) fn longest(series: &Series, usable: &[bool], options: &WindowOptions) -> Option<Run> {
    let mut best: Option<Run> = None;
    for (number, group) in series.groups.iter().enumerate().filter(|(_, group)| group.terms.len() < 2) {
        for (first, last) in silent_runs(group, usable) {
            let length = i64::try_from(last + 1 - first).unwrap_or(i64::MAX).saturating_mul(series.bucket);
            let is_value = !group.terms.is_empty();
            let is_lasting = last + 1 == usable.len() || length > LONGEST;
            if length < options.shortest || (is_value && is_lasting) {
                continue;
            }
            let lost = usual(group, usable, first, last) * (last + 1 - first) as f64;
            let is_known = usual(group, usable, first, last) >= LEAST_EVENTS;
            if is_known && best.is_none_or(|run| lost > run.lost) {
                best = Some(Run { group: number, first, last, lost });
            }
        }
    }
    best
}

/// Stretches without any row where there usually is one, up to a day: what stopped, or what was not recorded, which these
/// rows cannot tell apart.
pub(super) fn gaps(series: &Series, options: &WindowOptions) -> Vec<(i64, i64)> {
    let Some(everything) = series.groups.first() else { return Vec::new() };
    let is_absent: Vec<bool> = series.is_present.iter().map(|is_present| !is_present).collect();
    let absent = silent_runs(everything, &is_absent);
    let is_gap = |run: &(usize, usize)| {
        let length = i64::try_from(run.1 + 1 - run.0).unwrap_or(i64::MAX).saturating_mul(series.bucket);
        let before = series.is_present[run.0.saturating_sub(AROUND)..run.0].iter().filter(|is_present| **is_present);
        length >= options.shortest
            && length <= LONGEST_GAP
            && before.count() * 2 > AROUND.min(run.0)
            && usual(everything, &series.is_present, run.0, run.1) >= LEAST_EVENTS
    };
    let ends = |run: (usize, usize)| (series.time_of(run.0), series.time_of(run.1 + 1));
    absent.into_iter().filter(is_gap).map(ends).collect()
}

/// First and last bucket of each run without attempts among usable buckets.
fn silent_runs(group: &Group, usable: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for index in (0..usable.len()).filter(|&index| usable[index] && group.total[index] <= 0.0) {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == index => run.1 = index,
            _ => runs.push((index, index)),
        }
    }
    runs
}

/// Attempts per bucket beside the run: the smaller of the medians before and after, where there is an after.
fn usual(group: &Group, usable: &[bool], first: usize, last: usize) -> f64 {
    let middle = |range: std::ops::Range<usize>| {
        let mut near: Vec<f64> = range.filter(|&index| usable[index]).map(|index| group.total[index]).collect();
        median(&mut near)
    };
    let before = middle(first.saturating_sub(AROUND)..first);
    let after = middle(last + 1..(last + 1 + AROUND).min(usable.len()));
    before.map_or(0.0, |before| before.min(after.unwrap_or(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(total: Vec<f64>, terms: Vec<(usize, u32)>) -> Series {
        let zeros = vec![0.0; total.len()];
        let is_present = vec![true; total.len()];
        let group = Group { terms, total, bad: zeros.clone(), expected: zeros };
        Series { start: 0, bucket: 60_000_000, is_present, groups: vec![group], groups_of_slice: Vec::new() }
    }

    fn found(total: Vec<f64>, terms: Vec<(usize, u32)>) -> Option<(usize, usize)> {
        let usable = vec![true; total.len()];
        longest(&series(total, terms), &usable, &WindowOptions::default()).map(|run| (run.first, run.last))
    }

    #[test]
    fn finds_the_run_without_attempts() {
        let mut total = vec![100.0; 80];
        total[40..50].fill(0.0);
        assert_eq!(found(total, vec![(0, 0)]), Some((40, 49)));
    }

    #[test]
    fn does_not_take_few_attempts_or_going_off_air_for_a_silence() {
        let mut sparse = vec![2.0; 80];
        sparse[40..50].fill(0.0);
        assert_eq!(found(sparse, Vec::new()), None);
        let mut off_air = vec![100.0; 80];
        off_air[40..].fill(0.0);
        assert_eq!(found(off_air.clone(), vec![(0, 0)]), None);
        assert_eq!(found(off_air, Vec::new()), Some((40, 79)));
    }

    #[test]
    fn names_gaps_where_rows_are_usual() {
        let mut of_minutes = series(vec![100.0; 80], Vec::new());
        of_minutes.is_present[40..50].fill(false);
        of_minutes.groups[0].total[40..50].fill(0.0);
        let minute = 60_000_000;
        assert_eq!(gaps(&of_minutes, &WindowOptions::default()), [(40 * minute, 50 * minute)]);
        of_minutes.groups[0].total.fill(1.0);
        assert!(gaps(&of_minutes, &WindowOptions::default()).is_empty());
    }

    #[test]
    fn finds_nothing_in_empty_or_constant_series() {
        assert_eq!(found(Vec::new(), Vec::new()), None);
        assert_eq!(found(vec![0.0; 50], Vec::new()), None);
        assert_eq!(found(vec![50.0; 50], Vec::new()), None);
    }
}

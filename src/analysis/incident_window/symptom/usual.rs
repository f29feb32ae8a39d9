//! What a metric usually is, and how far a value lies from it, in units that know no unit.
//!
//! In: one series on a regular grid (NaN where nothing was sampled), the load on the service if any metric counts it, and
//! buckets that are not to be learned from. Out: per bucket the distance from what is usual, positive towards worse. It
//! decides nothing: [`super::detect`] does.
//!
//! Four models of what is usual are fitted and the one that leaves the smallest residuals is taken, a simpler one unless
//! a richer one is better by a tenth: a level; a line in the load, so that errors that follow traffic are no incident
//! (median slope: P. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63, 1968,
//! doi:10.1080/01621459.1968.10480934, over medians of ten classes of load); the hour of the day from three days on, and
//! of the week from three weeks on. What counts requests themselves, and counts without a load to compare with, are
//! held against a running median of six hours: a surge or a night moves slowly.
//!
//! Distances are in robust standard deviations (median absolute deviation or width of the tails, whichever is wider), yet
//! at least in a fifth of what is usual: a shift of half as much again, or of two and a half deviations, whichever is
//! more, is at [`FELT`]; of a share of failures at least a thousandth of the whole. A constant series is at its level everywhere. O(n log n) per model.

use super::super::super::statistics::mad::mad;
use super::super::super::statistics::median::median;
use super::super::super::statistics::quantile::quantile;
use super::role::Role;

const HOUR: i64 = 3_600_000_000;
/// Distance from which users feel a shift.
pub(super) const FELT: f64 = 2.5;
/// Least unit of distance, as a share of what is usual.
const LEAST_SHARE: f64 = 0.2;
/// The same for traffic, of which only a collapse by four fifths is felt.
const LEAST_SHARE_TRAFFIC: f64 = 0.32;
/// Least unit of distance of a share of failures: nobody feels that one attempt in a thousand fails.
const LEAST_FAILING: f64 = 0.001;
/// How much smaller residuals must be to take a richer model.
const RICHER: f64 = 0.9;
/// Residual, in middle ones, beyond which a model is not the worse for it.
const FARTHEST: f64 = 20.0;
/// Classes of load, and how much it must vary to tell anything.
const CLASSES: usize = 10;
const LEAST_VARIATION: f64 = 1.3;
/// Repetitions of a season from which it can be learned.
const SEASONS: usize = 3;
/// Length of the bins of a running median, and how many on either side.
const BIN: i64 = HOUR / 6;
const BINS_AROUND: usize = 18;

/// A regular grid of buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Grid {
    /// Start of the first bucket, microseconds.
    pub(in super::super) start: i64,
    /// Length of a bucket, microseconds.
    pub(in super::super) bucket: i64,
    /// Number of buckets.
    pub(in super::super) count: usize,
}

impl Grid {
    /// Bucket of an instant, if it lies on the grid.
    pub(in super::super) fn index_of(&self, time: i64) -> Option<usize> {
        let index = usize::try_from((time - self.start).div_euclid(self.bucket)).ok()?;
        (index < self.count).then_some(index)
    }

    /// Start of a bucket.
    pub(in super::super) fn time_of(&self, index: usize) -> i64 {
        self.start + i64::try_from(index).unwrap_or(0) * self.bucket
    }
}

/// Distance of each value from what is usual; NaN where there is none.
pub(super) fn distances(
    values: &[f64],
    role: Role,
    is_share: bool,
    load: Option<&[f64]>,
    masked: &[bool],
    grid: &Grid,
) -> Vec<f64> {
    let (expected, scales) = expectation(values, role, is_share, load, masked, grid);
    let level = quiet(&expected, masked).unwrap_or(0.0);
    let scale = |expected: &f64| if scales && level > 0.0 { (expected / level).sqrt().max(1e-6) } else { 1.0 };
    let scale: Vec<f64> = expected.iter().map(scale).collect();
    let residual = |index: usize| (values[index] - expected[index]) / scale[index];
    let learned: Vec<f64> = (0..values.len()).filter(|&index| !masked[index]).map(residual).collect();
    let all: Vec<f64> = (0..values.len()).map(residual).collect();
    let has_tails = role != Role::Traffic;
    let Some(spread) = spread(&learned, has_tails).or_else(|| spread(&all, has_tails)) else {
        return values.iter().map(|value| if value.is_nan() { f64::NAN } else { 0.0 }).collect();
    };
    let least = if is_share && role == Role::Errors { LEAST_FAILING * full(values) } else { 0.0 };
    let (share, sign) = if role == Role::Traffic { (LEAST_SHARE_TRAFFIC, -1.0) } else { (LEAST_SHARE, 1.0) };
    (0..values.len())
        .map(|index| {
            let unit = (spread * scale[index]).max(share * expected[index].abs()).max(least);
            sign * (values[index] - expected[index]) / unit
        })
        .collect()
}

/// The whole that a share is of: 1, or 100 where values go beyond.
fn full(values: &[f64]) -> f64 {
    if values.iter().any(|value| *value > 1.0) { 100.0 } else { 1.0 }
}

/// What each bucket usually is, and whether the noise grows with it.
fn expectation(
    values: &[f64],
    role: Role,
    is_share: bool,
    load: Option<&[f64]>,
    masked: &[bool],
    grid: &Grid,
) -> (Vec<f64>, bool) {
    if role == Role::Traffic {
        return (running(values, grid), true);
    }
    let level = quiet(values, masked).unwrap_or(0.0);
    let mut best = vec![level; values.len()];
    let mut at_level = sizes(values, &best, masked);
    let most = FARTHEST * median(&mut at_level).filter(|middle| *middle > 0.0).unwrap_or(f64::INFINITY);
    let mut least = cost(&at_level, most);
    let mut scales = false;
    let by_load = load.and_then(|load| line(values, load, masked));
    let is_compared = by_load.is_some();
    let by_day = season(values, masked, grid, 24);
    let is_known = is_compared || by_day.is_some();
    for model in [by_load, by_day, season(values, masked, grid, 7 * 24)].into_iter().flatten() {
        let other = cost(&sizes(values, &model, masked), most);
        if other < RICHER * least {
            (best, least, scales) = (model, other, true);
        }
    }
    if role == Role::Errors && !is_share && !is_known {
        let local = running(values, grid);
        return (local.iter().map(|value| value.max(level)).collect(), true);
    }
    (best, scales)
}

/// Median of what may be learned from.
fn quiet(values: &[f64], masked: &[bool]) -> Option<f64> {
    let mut known: Vec<f64> =
        values.iter().zip(masked).filter(|(_, is_masked)| !**is_masked).map(|(value, _)| *value).collect();
    median(&mut known)
}

/// Sizes of the residuals of what may be learned from.
fn sizes(values: &[f64], expected: &[f64], masked: &[bool]) -> Vec<f64> {
    (0..values.len())
        .filter(|&index| !masked[index])
        .map(|index| (values[index] - expected[index]).abs())
        .filter(|size| size.is_finite())
        .collect()
}

/// Mean size of residuals, each counted up to `most`, so that an incident does not outweigh the rest.
fn cost(sizes: &[f64], most: f64) -> f64 {
    sizes.iter().map(|size| size.min(most)).sum::<f64>() / sizes.len().max(1) as f64
}

/// Robust standard deviation; where most residuals are zero, their mean size. `None` when all are. The tails of traffic
/// are left out: a collapse that lasts is one.
fn spread(residuals: &[f64], has_tails: bool) -> Option<f64> {
    let mut known: Vec<f64> = residuals.iter().copied().filter(|value| value.is_finite()).collect();
    let tails = (quantile(&mut known, 0.95)? - quantile(&mut known, 0.05)?) / 3.29;
    let mean = 1.25 * known.iter().map(|value| value.abs()).sum::<f64>() / known.len() as f64;
    let robust = mad(&mut known)?.max(if has_tails { tails } else { 0.0 });
    Some(if robust > 0.0 { robust } else { mean }).filter(|spread| *spread > 0.0)
}

/// A line in the load, never falling and never below zero. `None` when the load hardly varies.
fn line(values: &[f64], load: &[f64], masked: &[bool]) -> Option<Vec<f64>> {
    let mut pairs: Vec<(f64, f64)> = (0..values.len())
        .filter(|&index| !masked[index] && values[index].is_finite() && load[index].is_finite())
        .map(|index| (load[index], values[index]))
        .collect();
    pairs.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
    if pairs.len() < 4 * CLASSES {
        return None;
    }
    let middle = |class: &[(f64, f64)]| {
        let of = |pick: fn(&(f64, f64)) -> f64| median(&mut class.iter().map(pick).collect::<Vec<f64>>());
        Some((of(|pair| pair.0)?, of(|pair| pair.1)?))
    };
    let points: Vec<(f64, f64)> = pairs.chunks(pairs.len().div_ceil(CLASSES)).filter_map(middle).collect();
    if points[points.len() - 1].0 < LEAST_VARIATION * points[0].0 {
        return None;
    }
    let mut slopes = Vec::new();
    for (place, left) in points.iter().enumerate() {
        let later = points[place + 1..].iter().filter(|right| right.0 > left.0);
        slopes.extend(later.map(|right| (right.1 - left.1) / (right.0 - left.0)));
    }
    let mut slope = median(&mut slopes)?.max(0.0);
    let mut base = median(&mut pairs.iter().map(|pair| pair.1 - slope * pair.0).collect::<Vec<f64>>())?;
    if base < 0.0 {
        base = 0.0;
        slope =
            median(&mut pairs.iter().filter(|pair| pair.0 > 0.0).map(|pair| pair.1 / pair.0).collect::<Vec<f64>>())?;
    }
    Some(load.iter().map(|load| base + slope * if load.is_finite() { *load } else { 1.0 }).collect())
}

/// Median per hour of a season of `hours`; `None` without [`SEASONS`] of them.
fn season(values: &[f64], masked: &[bool], grid: &Grid, hours: i64) -> Option<Vec<f64>> {
    let length = hours * HOUR;
    let span = i64::try_from(grid.count).unwrap_or(0) * grid.bucket;
    if span < i64::try_from(SEASONS).unwrap_or(3) * length {
        return None;
    }
    let hour = |index: usize| usize::try_from(grid.time_of(index).rem_euclid(length) / HOUR).unwrap_or(0);
    let mut classes: Vec<Vec<f64>> = vec![Vec::new(); usize::try_from(hours).unwrap_or(24)];
    let mut seen: Vec<std::collections::BTreeSet<i64>> = vec![std::collections::BTreeSet::new(); classes.len()];
    for index in (0..values.len()).filter(|&index| !masked[index] && values[index].is_finite()) {
        classes[hour(index)].push(values[index]);
        seen[hour(index)].insert(grid.time_of(index).div_euclid(length));
    }
    let level = quiet(values, masked)?;
    let of_hour = |(class, seen): (&mut Vec<f64>, &std::collections::BTreeSet<i64>)| {
        if seen.len() < SEASONS { level } else { median(class).unwrap_or(level) }
    };
    let profile: Vec<f64> = classes.iter_mut().zip(&seen).map(of_hour).collect();
    Some((0..values.len()).map(|index| profile[hour(index)]).collect())
}

/// Running median over six hours, of medians of ten minutes. Fewer on either side at the ends.
pub(in super::super) fn running(values: &[f64], grid: &Grid) -> Vec<f64> {
    let size = usize::try_from(BIN / grid.bucket).unwrap_or(1).max(1);
    let bins: Vec<Option<f64>> = values.chunks(size).map(|bin| median(&mut bin.to_vec())).collect();
    let level = median(&mut values.to_vec()).unwrap_or(0.0);
    let around = |bin: usize| {
        let near = &bins[bin.saturating_sub(BINS_AROUND)..(bin + BINS_AROUND + 1).min(bins.len())];
        median(&mut near.iter().copied().flatten().collect::<Vec<f64>>()).unwrap_or(level)
    };
    let levels: Vec<f64> = (0..bins.len()).map(around).collect();
    (0..values.len()).map(|index| levels[index / size]).collect()
}

/// The load on the service, 1 being usual: the middle of all series that count what is asked of it.
pub(super) fn load(traffic: &[&[f64]], count: usize) -> Option<Vec<f64>> {
    let levels: Vec<f64> = traffic.iter().map(|values| median(&mut values.to_vec()).unwrap_or(0.0)).collect();
    let at = |index: usize| {
        let mut parts: Vec<f64> = traffic
            .iter()
            .zip(&levels)
            .filter(|(values, level)| **level > 0.0 && values[index].is_finite())
            .map(|(values, level)| values[index] / level)
            .collect();
        median(&mut parts)
    };
    let mut known: Vec<Option<f64>> = (0..count).map(at).collect();
    let first = known.iter().copied().flatten().next()?;
    let mut last = first;
    for value in &mut known {
        last = value.unwrap_or(last);
        *value = Some(last);
    }
    let filled: Vec<f64> = known.into_iter().flatten().collect();
    let smooth = |index: usize| {
        let near = &filled[index.saturating_sub(2)..(index + 3).min(count)];
        median(&mut near.to_vec()).unwrap_or(1.0)
    };
    Some((0..count).map(smooth).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::noise;
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn grid(count: usize) -> Grid {
        Grid { start: 0, bucket: MINUTE, count }
    }

    fn errors(values: &[f64], load: Option<&[f64]>) -> Vec<f64> {
        distances(values, Role::Errors, true, load, &vec![false; values.len()], &grid(values.len()))
    }

    #[test]
    fn errors_that_follow_the_load_are_usual() {
        let load: Vec<f64> = (0..600).map(|minute| if (300..420).contains(&minute) { 4.0 } else { 1.0 }).collect();
        let values: Vec<f64> = (0..600).map(|minute| 20.0 * load[minute] + 2.0 * noise(minute)).collect();
        let worst = |distances: Vec<f64>| distances.into_iter().fold(0.0_f64, f64::max);
        assert!(worst(errors(&values, Some(&load))) < FELT);
        assert!(worst(errors(&values, None)) > FELT);
    }

    #[test]
    fn learns_the_hours_of_a_day_from_three_days() {
        let value = |minute: usize| if minute % 1440 / 60 == 20 { 80.0 } else { 20.0 };
        let values: Vec<f64> = (0..4 * 1440).map(|minute| value(minute) + noise(minute)).collect();
        assert!(errors(&values, None).into_iter().all(|distance| distance < FELT));
    }

    #[test]
    fn gives_the_same_distance_in_other_units() {
        let values: Vec<f64> = (0..200).map(|minute| if minute == 150 { 40.0 } else { 10.0 + noise(minute) }).collect();
        let scaled: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
        assert!((errors(&values, None)[150] - errors(&scaled, None)[150]).abs() < 1e-9);
    }

    #[test]
    fn a_night_is_no_collapse_of_traffic_and_a_collapse_is() {
        let evening = |minute: usize| 100.0 + 80.0 * (minute as f64 / 1440.0 * std::f64::consts::TAU).sin();
        let mut values: Vec<f64> = (0..1440).map(|minute| evening(minute) + noise(minute)).collect();
        let of = |values: &[f64]| {
            distances(values, Role::Traffic, false, None, &vec![false; values.len()], &grid(values.len()))
        };
        assert!(of(&values).into_iter().all(|distance| distance < FELT));
        values[700..730].fill(0.0);
        assert!(of(&values)[710] > FELT);
    }

    #[test]
    fn a_constant_or_missing_series_is_nowhere_unusual() {
        assert_eq!(errors(&[3.0; 50], None), [0.0; 50]);
        assert!(errors(&[f64::NAN; 50], None).iter().all(|distance| distance.is_nan()));
        assert!(errors(&[], None).is_empty());
    }
}

//! Samples of any step put on one grid.
//!
//! In: samples with times; out: a [`Grid`] and values per bucket, NaN where nothing was sampled. Counters that only grow
//! become growth. It knows no names. Cost O(n log n). No samples, no grid.

use super::super::super::statistics::median::median;
use super::super::MINUTE;
use super::usual::Grid;
use super::{Felt, MetricSeries};

/// Most cells of the grid (series x buckets); beyond it buckets are longer.
const MOST_CELLS: usize = 4_000_000;

/// Longest gap: a longer pause parts two exports.
const LONGEST_GAP: i64 = 24 * 3_600_000_000;

/// The grid of some series: the step that most of them have, at least a minute.
pub(super) fn grid_of(series: &[&MetricSeries]) -> Option<Grid> {
    let times = || series.iter().flat_map(|series| series.samples.iter().map(|sample| sample.0));
    let (start, last) = (times().min()?, times().max()?);
    let mut steps: Vec<f64> =
        series.iter().filter_map(|series| step_of(&series.samples)).map(|step| step as f64).collect();
    #[expect(clippy::cast_possible_truncation, reason = "a median of steps")]
    let mut bucket = median(&mut steps).map_or(MINUTE, |step| step as i64).max(MINUTE);
    let most = i64::try_from(MOST_CELLS / series.len().max(1)).unwrap_or(1).max(100);
    bucket *= (last - start) / bucket / most + 1;
    let start = start.div_euclid(bucket) * bucket;
    let count = usize::try_from((last - start) / bucket + 1).ok()?;
    Some(Grid { start, bucket, count })
}

/// Middle distance of neighbouring samples.
fn step_of(samples: &[(i64, f64)]) -> Option<i64> {
    let mut times: Vec<i64> = samples.iter().map(|sample| sample.0).collect();
    times.sort_unstable();
    times.dedup();
    let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied()
}

/// Means per bucket; a sample stands until the next is due.
pub(super) fn on_grid(samples: &[(i64, f64)], grid: &Grid) -> Vec<f64> {
    let lasts =
        step_of(samples).map_or(1, |step| usize::try_from((step + grid.bucket / 2) / grid.bucket).unwrap_or(1).max(1));
    let mut sums = vec![(0.0, 0.0); grid.count];
    let mut ordered: Vec<(i64, f64)> = samples.iter().copied().filter(|sample| sample.1.is_finite()).collect();
    ordered.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    for (time, value) in ordered {
        let Some(first) = grid.index_of(time) else { continue };
        for sum in &mut sums[first..(first + lasts).min(grid.count)] {
            *sum = (sum.0 + value, sum.1 + 1.0);
        }
    }
    sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { f64::NAN }).collect()
}

/// Stretches between samples in which no series has any, from `shortest` to a day.
pub(super) fn gaps(felt: &[&Felt<'_>], grid: &Grid, shortest: i64) -> Vec<(i64, i64)> {
    let is_known = |index: &usize| felt.iter().any(|felt| felt.values[*index].is_finite());
    let known: Vec<usize> = (0..grid.count).filter(is_known).collect();
    let between = known.windows(2).map(|pair| (grid.time_of(pair[0] + 1), grid.time_of(pair[1])));
    between.filter(|gap| (shortest.max(1)..=LONGEST_GAP).contains(&(gap.1 - gap.0))).collect()
}

/// A counter that only grows, as growth per bucket; anything else as it is.
pub(super) fn rates(values: Vec<f64>) -> Vec<f64> {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let falls = known.windows(2).filter(|pair| pair[1] < pair[0]).count();
    let rises = known.windows(2).filter(|pair| pair[1] > pair[0]).count();
    if rises < 20 || falls * 50 > rises {
        return values;
    }
    let mut last = f64::NAN;
    let growth = |value: f64| {
        let grown = value - last;
        if value.is_finite() {
            last = value;
        }
        if grown >= 0.0 { grown } else { f64::NAN }
    };
    values.into_iter().map(growth).collect()
}

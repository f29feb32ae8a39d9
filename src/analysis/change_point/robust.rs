//! Change points of an ordered series, by ranks.
//!
//! In: values in order of time; out: [`ChangePoint`]s with the range of each and the medians beside it. It does not know
//! seasons: give it residuals where the series has any.
//!
//! The values are replaced by the normal scores of their ranks (C. Blom, 1958), so that one wild sample weighs
//! little and units do not matter, and cut where the squared deviation from segment means is least: PELT
//! (R. Killick, P. Fearnhead, I. Eckley, "Optimal detection of changepoints with a linear computational cost", JASA
//! 107, 2012, doi:10.1080/01621459.2012.737745) with a penalty of `penalty x ln n` noise variances per change.
//! Noise is measured on differences of neighbours (J. von Neumann, 1941), so level shifts do not inflate it; slow
//! noise does, through differences over longer distances. Cost O(n log n) for the ranks, O(n) expected and O(n^2) at worst for
//! the cuts; series of more than
//! `LONGEST_EXACT` values are cut in O(n log n) by the narrowest seeded intervals (S. Kovács et al., "Seeded binary segmentation",
//! Biometrika 110, 2023, doi:10.1093/biomet/asac052). Empty, constant and short series (fewer than two segments) give no change point; NaN is left out,
//! and indices refer to the input as it came.

use statrs::function::erf::erfc_inv;

use super::super::statistics::median::median;

/// How to cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Penalty of one change, in units of `ln n` noise variances. 2 would be the BIC of a level; 4 also
    /// guards against noise that is not independent.
    pub penalty: f64,
    /// Fewest values of a segment, at least 1.
    pub shortest: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { penalty: 4.0, shortest: 3 }
    }
}

/// A shift of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// Index of the first value of the new level.
    pub index: usize,
    /// First index that explains the data nearly as well (likelihood within the 95 % range).
    pub earliest: usize,
    /// Last such index.
    pub latest: usize,
    /// Median of the segment before, in the unit of the values.
    pub before: f64,
    /// Median of the segment after.
    pub after: f64,
    /// Log-likelihood ratio of the change against none between its neighbours.
    pub strength: f64,
}

/// Half the 95 % point of chi-square with one degree of freedom, times two: loss of squared deviation.
const RANGE: f64 = 3.84;

/// Longest series that is cut exactly; beyond it the search is by seeded intervals.
const LONGEST_EXACT: usize = 5_000;

/// Change points in order.
pub fn change_points(values: &[f64], options: &Options) -> Vec<ChangePoint> {
    let known: Vec<usize> = (0..values.len()).filter(|&index| !values[index].is_nan()).collect();
    let numbers: Vec<f64> = known.iter().map(|&index| values[index]).collect();
    let shortest = options.shortest.max(1);
    if numbers.len() < 2 * shortest {
        return Vec::new();
    }
    let scores = normal_scores(&numbers);
    let noise = noise_variance(&scores);
    if noise <= 0.0 {
        return Vec::new();
    }
    let sums = Sums::new(&scores);
    let penalty = options.penalty * libm::log(scores.len() as f64) * noise;
    let cuts =
        if scores.len() <= LONGEST_EXACT { pelt(&sums, penalty, shortest) } else { seeded(&sums, penalty, shortest) };
    let of_cut = |place: usize| {
        let (from, cut, to) = (cuts[place - 1], cuts[place], cuts[place + 1]);
        let best = sums.cost(from, cut) + sums.cost(cut, to);
        let loss = |at: usize| (sums.cost(from, at) + sums.cost(at, to) - best) / noise;
        let earliest = (from + 1..=cut).find(|&at| loss(at) <= RANGE).unwrap_or(cut);
        let latest = (cut..to).rev().find(|&at| loss(at) <= RANGE).unwrap_or(cut);
        let level = |range: std::ops::Range<usize>| median(&mut numbers[range].to_vec()).unwrap_or(f64::NAN);
        ChangePoint {
            index: known[cut],
            earliest: known[earliest],
            latest: known[latest],
            before: level(from..cut),
            after: level(cut..to),
            strength: (sums.cost(from, to) - best) / noise / 2.0,
        }
    };
    (1..cuts.len().saturating_sub(1)).map(of_cut).collect()
}

/// Normal scores of mid-ranks; equal values get equal scores.
fn normal_scores(values: &[f64]) -> Vec<f64> {
    let count = values.len() as f64;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&left, &right| values[left].total_cmp(&values[right]));
    let mut scores = vec![0.0; values.len()];
    let mut below = 0.0;
    for group in order.chunk_by(|&left, &right| values[left].total_cmp(&values[right]).is_eq()) {
        let rank = below + f64::midpoint(group.len() as f64, 1.0);
        let probability = (rank - 0.375) / (count + 0.25);
        for &index in group {
            scores[index] = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * probability);
        }
        below += group.len() as f64;
    }
    scores
}

/// Variance of the noise from differences of neighbours; over three and five values where that is larger, as
/// in noise that moves slowly. A tenth of the variance of all is the least, zero only for constant series.
fn noise_variance(scores: &[f64]) -> f64 {
    let at_distance = |distance: usize| {
        let mut squares: Vec<f64> =
            scores.iter().zip(scores.iter().skip(distance)).map(|(left, right)| (right - left).powi(2)).collect();
        // The median of a squared normal difference is 0.4549 of its mean, which is twice the variance.
        median(&mut squares).map_or(0.0, |middle| middle / 0.4549 / 2.0)
    };
    let spread = scores.iter().map(|score| score * score).sum::<f64>() / scores.len() as f64;
    [1, 3, 5].into_iter().map(at_distance).fold(0.1 * spread, f64::max)
}

/// Running sums, for the squared deviation of any segment in O(1).
struct Sums {
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(scores: &[f64]) -> Self {
        let (mut first, mut second) = (vec![0.0], vec![0.0]);
        for (index, score) in scores.iter().enumerate() {
            first.push(first[index] + score);
            second.push(second[index] + score * score);
        }
        Self { first, second }
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        if to <= from {
            return 0.0;
        }
        let sum = self.first[to] - self.first[from];
        self.second[to] - self.second[from] - sum * sum / (to - from) as f64
    }
}

/// Cuts of the best segmentation, with 0 and the length at the ends.
fn pelt(sums: &Sums, penalty: f64, shortest: usize) -> Vec<usize> {
    let count = sums.first.len() - 1;
    let mut best = vec![f64::INFINITY; count + 1];
    let mut previous = vec![0; count + 1];
    best[0] = -penalty;
    let mut candidates = vec![0];
    for to in shortest..=count {
        for &from in &candidates {
            let total = best[from] + sums.cost(from, to) + penalty;
            if total < best[to] {
                best[to] = total;
                previous[to] = from;
            }
        }
        candidates.retain(|&from| best[from] + sums.cost(from, to) <= best[to]);
        if to + 1 >= 2 * shortest {
            candidates.push(to + 1 - shortest);
        }
    }
    let mut cuts = vec![count];
    while let Some(&last) = cuts.last().filter(|last| **last > 0) {
        cuts.push(previous[last]);
    }
    cuts.reverse();
    cuts
}

/// Cuts by seeded intervals: of those with a cut that gains more than the penalty the narrowest is taken, and all
/// that contain its cut are dropped, until none is left. Each cut is then set anew between its neighbours.
fn seeded(sums: &Sums, penalty: f64, shortest: usize) -> Vec<usize> {
    let count = sums.first.len() - 1;
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    let mut length = (4 * shortest).min(count);
    loop {
        for from in (0..=count - length).step_by((length / 4).max(1)).chain([count - length]) {
            if let Some((at, _)) = best_cut(sums, from, from + length, shortest).filter(|best| best.1 > penalty) {
                found.push((from, at, from + length));
            }
        }
        if length == count {
            break;
        }
        length = (2 * length).min(count);
    }
    let (mut cuts, mut dropped) = (vec![0, count], vec![false; found.len()]);
    for number in 0..found.len() {
        let at = found[number].1;
        if !dropped[number] {
            cuts.push(at);
            for (other, is_dropped) in found.iter().zip(&mut dropped) {
                *is_dropped |= other.0 < at + shortest && at < other.2 + shortest;
            }
        }
    }
    cuts.sort_unstable();
    for place in 1..cuts.len() - 1 {
        if let Some((at, _)) = best_cut(sums, cuts[place - 1], cuts[place + 1], shortest) {
            cuts[place] = at;
        }
    }
    cuts
}

/// Cut of a piece that gains most, with its gain.
fn best_cut(sums: &Sums, from: usize, to: usize, shortest: usize) -> Option<(usize, f64)> {
    let whole = sums.cost(from, to);
    let gains = (from + shortest..(to + 1).saturating_sub(shortest))
        .map(|at| (at, whole - sums.cost(from, at) - sums.cost(at, to)));
    gains.max_by(|left, right| left.1.total_cmp(&right.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic noise in -1..1.
    fn noise(index: usize) -> f64 {
        let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 33) % 2001) as f64 / 1000.0 - 1.0
    }

    fn series(levels: &[(usize, f64)]) -> Vec<f64> {
        let levels = levels.iter().flat_map(|&(count, level)| std::iter::repeat_n(level, count));
        levels.enumerate().map(|(index, level)| level + noise(index)).collect()
    }

    #[test]
    fn finds_the_shifts_of_level() {
        let found = change_points(&series(&[(60, 5.0), (30, 9.0), (60, 5.0)]), &Options::default());
        let indices: Vec<usize> = found.iter().map(|point| point.index).collect();
        assert_eq!(indices, [60, 90]);
        assert!((found[0].before - 5.0).abs() < 0.5 && (found[0].after - 9.0).abs() < 0.5);
        assert!(found[0].earliest <= 60 && found[0].latest >= 60 && found[0].strength > 10.0);
    }

    #[test]
    fn cuts_long_series_to_the_same_effect() {
        let found = change_points(&series(&[(4000, 5.0), (60, 8.0), (4000, 5.0)]), &Options::default());
        let indices: Vec<usize> = found.iter().map(|point| point.index).collect();
        assert_eq!(indices.len(), 2);
        assert!(indices[0].abs_diff(4000) <= 1 && indices[1].abs_diff(4060) <= 1, "{indices:?}");
    }

    #[test]
    fn is_not_moved_by_one_wild_value() {
        let mut values = series(&[(120, 5.0)]);
        values[50] = 1e9;
        assert!(change_points(&values, &Options::default()).is_empty());
    }

    #[test]
    fn gives_the_same_answer_in_other_units() {
        let values = series(&[(40, 1.0), (40, 4.0)]);
        let scaled: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
        let index = |values: &[f64]| change_points(values, &Options::default()).first().map(|point| point.index);
        assert_eq!(index(&values), Some(40));
        assert_eq!(index(&values), index(&scaled));
    }

    #[test]
    fn leaves_out_missing_values() {
        let mut values = series(&[(40, 1.0), (40, 6.0)]);
        values[10] = f64::NAN;
        values[39] = f64::NAN;
        let found = change_points(&values, &Options::default());
        assert_eq!(found.first().map(|point| point.index), Some(40));
    }

    #[test]
    fn finds_nothing_in_empty_constant_or_short_series() {
        assert!(change_points(&[], &Options::default()).is_empty());
        assert!(change_points(&[3.0; 50], &Options::default()).is_empty());
        assert!(change_points(&[1.0, 9.0], &Options::default()).is_empty());
        assert!(change_points(&[f64::NAN; 9], &Options::default()).is_empty());
    }
}

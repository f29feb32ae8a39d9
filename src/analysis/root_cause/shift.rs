//! Says how far one metric series moved in a window, in a measure without unit.
//!
//! In: the samples of one series (times in microseconds UTC, any order, gaps allowed) and a [`ShiftContext`]: the
//! window, the baseline intervals and, where there is one, the symptom's series. Out: a [`Shift`] with the level's
//! change against the baseline, the movement inside the window against the movement usual in spans as long, the
//! agreement with the symptom, and the onset. It does not compare entities: that is [`super::rank()`].
//!
//! The level follows N-sigma and BARO (Pham et al., "BARO: Robust Root Cause Analysis for Microservices", FSE 2024,
//! doi:10.1145/3660805), with median, scaled MAD and the series' own tails; the agreement is the ranked
//! correlation of Hardt et al., "The `PetShop` Dataset", `CLeaR` 2024 (arXiv:2311.04806). Two measures are needed because
//! a baseline may lie in another month: a level that drifted since is not the incident, a movement inside the window
//! that follows the symptom is.
//!
//! O(n log n). `None` when there is no finite sample in the window and none in the baseline. A constant series has
//! score 0; a constant baseline that moves has a large but bounded one; a series that vanishes or appears has a level
//! of its own (`presence`).

use crate::analysis::statistics::mad::mad;
use crate::analysis::statistics::median::median;
use crate::analysis::statistics::quantile::quantile;

/// The times a shift is measured between. All in microseconds since 1970 UTC, start included, end excluded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShiftContext<'a> {
    /// The window of the incident.
    pub window: (i64, i64),
    /// Intervals of the reference period.
    pub baseline: Vec<(i64, i64)>,
    /// Intervals taken out of the reference period (other incidents); the window itself always is.
    pub excludes: Vec<(i64, i64)>,
    /// What users felt: times and values, ascending in time.
    pub symptom: Option<(&'a [i64], &'a [f64])>,
}

/// What happened to one series in the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// 0 (nothing) to 1 (beyond doubt): the greater of level and movement, saturating.
    pub score: f64,
    /// 1 when the series rose, -1 when it fell, 0 when neither.
    pub direction: i8,
    /// Middle of the reference period; NaN when it has no sample.
    pub baseline_median: f64,
    /// Middle of the window; NaN when it has no sample.
    pub window_median: f64,
    /// Signed distance of the window's level from the baseline, in robust standard deviations.
    pub level: f64,
    /// Movement inside the window, in units of the movement usual in spans as long, minus what is usual.
    pub movement: f64,
    /// First sample outside what is usual.
    pub onset: Option<i64>,
    /// Correlation with the symptom over the window, -1 to 1; `None` under four common samples or for a constant.
    pub correlation: Option<f64>,
    /// Share of the samples expected in the window that exist, against the baseline's density; 1 when unknown.
    pub presence: f64,
    /// Samples in the window.
    pub window_count: usize,
    /// Samples in the reference period.
    pub baseline_count: usize,
}

/// Measures one series. See the module for what is returned on empty and constant input.
pub fn features(times: &[i64], values: &[f64], context: &ShiftContext<'_>) -> Option<Shift> {
    let mut samples: Vec<(i64, f64)> =
        times.iter().copied().zip(values.iter().copied()).filter(|(_, value)| value.is_finite()).collect();
    samples.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let window: Vec<(i64, f64)> = samples.iter().copied().filter(|(time, _)| within(*time, context.window)).collect();
    let baseline: Vec<(i64, f64)> = samples.iter().copied().filter(|(time, _)| is_reference(*time, context)).collect();
    if window.is_empty() && baseline.is_empty() {
        return None;
    }
    let scale = Scale::of(&baseline, &window);
    let usual = usual(&baseline, window.len(), &scale);
    let span = Span::of(&window, &scale, &mut Vec::new());
    let level = span.level / usual_level(&usual);
    let movement = movement(&span, window.len(), &usual, &scale);
    let presence = presence(&window, &baseline, context);
    let distance = level.abs().max(movement).max(absence(presence, window.len(), baseline.len()));
    let direction = if level.abs() < 1e-12 {
        0
    } else if level > 0.0 {
        1
    } else {
        -1
    };
    Some(Shift {
        score: saturate(distance),
        direction,
        baseline_median: if baseline.is_empty() { f64::NAN } else { scale.centre },
        window_median: middle(&window),
        level,
        movement,
        onset: onset(&window, &scale),
        correlation: context.symptom.and_then(|symptom| correlation(&samples, symptom, context)),
        presence,
        window_count: window.len(),
        baseline_count: baseline.len(),
    })
}

/// Robust standard deviations at which the score is one half.
const HALF_AT: f64 = 6.0;
/// Most robust standard deviations that are told apart.
const MOST: f64 = 1000.0;
/// The 0.95 quantile of the standard normal distribution.
const NORMAL_95: f64 = 1.644_854;
/// Share of the range that counts although one sample alone may have made it.
const ONE_SAMPLE: f64 = 0.1;
/// Robust standard deviations beyond which a sample is unusual.
const UNUSUAL: f64 = 4.0;

/// A distance in robust standard deviations as a strength from 0 to 1.
pub(super) fn saturate(distance: f64) -> f64 {
    let distance = distance.clamp(0.0, MOST);
    distance / (distance + HALF_AT)
}

fn within(time: i64, interval: (i64, i64)) -> bool {
    time >= interval.0 && time < interval.1
}

fn is_reference(time: i64, context: &ShiftContext<'_>) -> bool {
    context.baseline.iter().any(|interval| within(time, *interval))
        && !within(time, context.window)
        && !context.excludes.iter().any(|interval| within(time, *interval))
}

fn middle(samples: &[(i64, f64)]) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(|(_, value)| *value).collect();
    median(&mut values).unwrap_or(f64::NAN)
}

/// Centre and spread of what is usual, above and below the centre.
struct Scale {
    centre: f64,
    above: f64,
    below: f64,
}

impl Scale {
    /// Each side has its own spread, because a latency has a long tail above and none below: the greatest of the scaled
    /// MAD, the side's tail, and a hundredth of the level, so that a series with no variance does not divide by nothing;
    /// all three move with the unit.
    fn of(baseline: &[(i64, f64)], window: &[(i64, f64)]) -> Self {
        let source = if baseline.is_empty() { window } else { baseline };
        let mut values: Vec<f64> = source.iter().map(|(_, value)| *value).collect();
        let centre = median(&mut values).unwrap_or(0.0);
        // Around the middle the values are divided by now, so that each tail is looked for in its half.
        let (count, half) = (values.len(), values.len() / 2);
        let upper = (quantile(&mut values[half..], 0.9).unwrap_or(centre) - centre) / NORMAL_95;
        let lower = (centre - quantile(&mut values[..count - half], 0.1).unwrap_or(centre)) / NORMAL_95;
        let deviation = mad(&mut values).unwrap_or(0.0);
        let floor = deviation.max(centre.abs() * 0.01);
        let (above, below) = (upper.max(floor), lower.max(floor));
        if above > 0.0 && below > 0.0 {
            return Self { centre, above, below };
        }
        // Nothing but zeros before: any value is large, how large cannot be said.
        let largest = window.iter().fold(0.0_f64, |largest, (_, value)| largest.max((value - centre).abs()));
        let spread = if largest > 0.0 { largest / 10.0 } else { 1.0 };
        Self {
            centre,
            above: if above > 0.0 { above } else { spread },
            below: if below > 0.0 { below } else { spread },
        }
    }

    fn distance(&self, value: f64) -> f64 {
        let spread = if value < self.centre { self.below } else { self.above };
        ((value - self.centre) / spread).clamp(-MOST, MOST)
    }

    fn spread(&self) -> f64 {
        self.above.max(self.below)
    }
}

/// Level and range of one span of samples.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// Mean of the middle and the extreme sample, as distances: half the window may lie outside the fault, one sample
    /// may be a fluke, so that with four samples or more the extreme is the second furthest.
    level: f64,
    /// Range; with four samples or more, the range without its two ends and a small share of the rest, so that one
    /// sample alone hardly makes a movement.
    range: f64,
}

impl Span {
    /// `room` is reused from span to span.
    fn of(samples: &[(i64, f64)], scale: &Scale, room: &mut Vec<f64>) -> Self {
        room.clear();
        room.extend(samples.iter().map(|(_, value)| *value));
        let Some(middle) = median(room) else { return Self::default() };
        let [low, second, before, high] = ends(room);
        let few = room.len() < 4;
        let range = high - low;
        let middle = scale.distance(middle);
        let extreme = extreme([low, second, before, high].map(|value| scale.distance(value)), few, middle);
        Self {
            level: f64::midpoint(middle, extreme),
            range: if few { range } else { range.min(2.0 * (before - second) + ONE_SAMPLE * range) },
        }
    }
}

/// The furthest of few distances, else the second furthest. Of two that lie equally far on either side, the one on the side of
/// the middle, and neither when that is at nought: rounding, and with it the unit, must not decide.
fn extreme(mut distances: [f64; 4], few: bool, middle: f64) -> f64 {
    distances.sort_by(|left, right| right.abs().total_cmp(&left.abs()));
    let extreme = if few { distances[0] } else { distances[1] };
    let is_opposite =
        |other: &f64| (other.abs() - extreme.abs()).abs() <= EQUALLY_FAR * extreme.abs() && *other * extreme < 0.0;
    match distances.iter().any(is_opposite) {
        true if middle == 0.0 => 0.0,
        true => extreme.abs().copysign(middle),
        false => extreme,
    }
}

/// The two least and the two greatest values, ascending; values are repeated where there are fewer than four.
fn ends(values: &[f64]) -> [f64; 4] {
    let [mut low, mut second, mut before, mut high] =
        [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for value in values {
        second = second.min(value.max(low));
        low = low.min(*value);
        before = before.max(value.min(high));
        high = high.max(*value);
    }
    if values.len() < 2 { [low, low, high, high] } else { [low, second, before, high] }
}

/// Relative difference below which two distances are the same but for rounding.
const EQUALLY_FAR: f64 = 1e-9;

/// About so many spans of the reference period are looked at: their quantiles need no more.
const SPANS: usize = 300;

/// Spans of the reference period as long as the window, overlapping by two thirds at most.
fn usual(baseline: &[(i64, f64)], length: usize, scale: &Scale) -> Vec<Span> {
    if length == 0 {
        return Vec::new();
    }
    let stride = (baseline.len() / SPANS).clamp((length / 3).max(1), length);
    let mut room = Vec::with_capacity(length);
    baseline.windows(length).step_by(stride).map(|span| Span::of(span, scale, &mut room)).collect()
}

/// The level that spans as long reach in the reference period by themselves, at least 1: a series that often jumps
/// has to jump further.
fn usual_level(usual: &[Span]) -> f64 {
    let mut levels: Vec<f64> = usual.iter().map(|span| span.level.abs()).collect();
    quantile(&mut levels, 0.9).unwrap_or(1.0).max(1.0)
}

/// Range inside the window against the ranges of baseline spans of as many samples.
fn movement(window: &Span, length: usize, usual: &[Span], scale: &Scale) -> f64 {
    if length < 2 {
        return 0.0;
    }
    let mut ranges: Vec<f64> = usual.iter().map(|span| span.range).collect();
    let middle = median(&mut ranges).unwrap_or(scale.spread());
    let wide = quantile(&mut ranges, 0.95).unwrap_or(scale.spread());
    let unit = (wide - middle).max(scale.spread());
    ((window.range - middle) / unit).clamp(0.0, MOST)
}

fn onset(window: &[(i64, f64)], scale: &Scale) -> Option<i64> {
    window.iter().find(|(_, value)| scale.distance(*value).abs() >= UNUSUAL).map(|(time, _)| *time)
}

/// Samples found in the window over those expected from the usual distance between samples.
fn presence(window: &[(i64, f64)], baseline: &[(i64, f64)], context: &ShiftContext<'_>) -> f64 {
    let mut gaps: Vec<f64> =
        baseline.windows(2).map(|pair| (pair[1].0 - pair[0].0) as f64).filter(|gap| *gap > 0.0).collect();
    let Some(step) = median(&mut gaps) else {
        return 1.0;
    };
    let reference: f64 = context.baseline.iter().map(|(start, end)| (end - start).max(0) as f64).sum();
    let density = (baseline.len() as f64 * step / reference.max(step)).min(1.0);
    let expected = (context.window.1 - context.window.0) as f64 / step * density;
    if expected < 2.0 { 1.0 } else { (window.len() as f64 / expected).min(1.0) }
}

/// A series that vanished or appeared, as a distance.
fn absence(presence: f64, window: usize, baseline: usize) -> f64 {
    if window == 0 && presence < 0.5 {
        HALF_AT
    } else if baseline == 0 && window >= 3 {
        HALF_AT / 3.0
    } else {
        0.0
    }
}

/// Correlation with the symptom's sample nearest in time, over the window and as much time before and after it as lies in the
/// reference period: a correlation needs the contrast with calm, and a window may be off by a minute.
fn correlation(samples: &[(i64, f64)], symptom: (&[i64], &[f64]), context: &ShiftContext<'_>) -> Option<f64> {
    let around = context.window.1 - context.window.0;
    let near = (context.window.0 - around, context.window.1 + around);
    let counts = |time: i64| within(time, context.window) || (within(time, near) && is_reference(time, context));
    let (first, last) =
        (symptom.0.partition_point(|time| *time < near.0), symptom.0.partition_point(|time| *time < near.1));
    let felt: Vec<(i64, f64)> = symptom.0[first..last]
        .iter()
        .copied()
        .zip(symptom.1[first..last].iter().copied())
        .filter(|(time, value)| value.is_finite() && counts(*time))
        .collect();
    let mut steps: Vec<f64> = felt.windows(2).map(|pair| (pair[1].0 - pair[0].0) as f64).collect();
    let reach = median(&mut steps)? * 0.6;
    let pairs: Vec<(f64, f64)> = samples
        .iter()
        .filter(|(time, _)| counts(*time))
        .filter_map(|(time, value)| {
            let after = felt.partition_point(|(other, _)| other < time);
            let around = &felt[after.saturating_sub(1)..(after + 1).min(felt.len())];
            let nearest = around.iter().min_by_key(|(other, _)| (other - time).abs())?;
            ((nearest.0 - time).abs() as f64 <= reach).then_some((*value, nearest.1))
        })
        .collect();
    pearson(&pairs)
}

fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 4 {
        return None;
    }
    let count = pairs.len() as f64;
    let (left, right) = pairs.iter().fold((0.0, 0.0), |sums, pair| (sums.0 + pair.0 / count, sums.1 + pair.1 / count));
    let (mut both, mut own, mut other) = (0.0, 0.0, 0.0);
    for pair in pairs {
        both += (pair.0 - left) * (pair.1 - right);
        own += (pair.0 - left).powi(2);
        other += (pair.1 - right).powi(2);
    }
    let negligible = |variance: f64, mean: f64| variance <= count * (1e-9 * mean).powi(2);
    if negligible(own, left) || negligible(other, right) {
        return None;
    }
    Some((both / (own * other).sqrt()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn context(window: (i64, i64), baseline: (i64, i64)) -> ShiftContext<'static> {
        ShiftContext {
            window: (window.0 * MINUTE, window.1 * MINUTE),
            baseline: vec![(baseline.0 * MINUTE, baseline.1 * MINUTE)],
            ..ShiftContext::default()
        }
    }

    fn series(length: i64, value: impl Fn(i64) -> f64) -> (Vec<i64>, Vec<f64>) {
        ((0..length).map(|minute| minute * MINUTE).collect(), (0..length).map(value).collect())
    }

    fn noise(minute: i64) -> f64 {
        ((minute * 7919) % 13) as f64 / 13.0
    }

    #[test]
    fn of_two_ends_equally_far_the_one_on_the_side_of_the_middle_counts() {
        let tie = [-3.0, -1.0, 1.0, 3.0 * (1.0 + 1e-15)];
        assert!((extreme(tie, true, 0.5) - 3.0).abs() < 1e-9);
        assert!((extreme(tie, true, -0.5) + 3.0).abs() < 1e-9);
        assert_eq!(extreme(tie, true, 0.0), 0.0);
        assert_eq!(extreme([-4.0, -1.0, 1.0, 3.0], true, 0.5), -4.0);
        assert_eq!(extreme([-4.0, -1.0, 1.0, 3.0], false, 0.5), 3.0);
    }

    #[test]
    fn finds_a_rise_and_its_onset_and_ignores_the_unit() {
        let (times, values) = series(100, |minute| 10.0 + noise(minute) + if minute >= 92 { 20.0 } else { 0.0 });
        let shift = features(&times, &values, &context((90, 100), (0, 90))).unwrap();
        assert!(shift.score > 0.8 && shift.direction == 1);
        assert_eq!(shift.onset, Some(92 * MINUTE));
        let scaled: Vec<f64> = values.iter().map(|value| value * 1000.0).collect();
        let other = features(&times, &scaled, &context((90, 100), (0, 90))).unwrap();
        assert!((other.score - shift.score).abs() < 1e-9);
    }

    #[test]
    fn a_fall_counts_as_much_as_a_rise() {
        let (times, values) = series(100, |minute| if minute >= 90 { 0.0 } else { 50.0 + noise(minute) });
        let shift = features(&times, &values, &context((90, 100), (0, 90))).unwrap();
        assert!(shift.score > 0.9 && shift.direction == -1);
    }

    #[test]
    fn constant_and_missing_series_are_safe() {
        let (times, values) = series(100, |_| 5.0);
        let shift = features(&times, &values, &context((90, 100), (0, 90))).unwrap();
        assert!(shift.score.abs() < 1e-12 && shift.direction == 0);
        assert!(features(&[], &[], &context((90, 100), (0, 90))).is_none());
        assert!(features(&times, &vec![f64::NAN; 100], &context((90, 100), (0, 90))).is_none());
        let gone = features(&times[..90], &values[..90], &context((90, 100), (0, 90))).unwrap();
        assert!(gone.score > 0.4 && gone.window_count == 0);
    }

    #[test]
    fn zeros_before_an_error_burst_give_a_bounded_score() {
        let (times, values) = series(100, |minute| if minute >= 95 { 7.0 } else { 0.0 });
        let shift = features(&times, &values, &context((90, 100), (0, 90))).unwrap();
        assert!(shift.score > 0.4 && shift.score < 1.0);
    }

    #[test]
    fn follows_the_symptom() {
        let (times, values) = series(20, |minute| if minute >= 14 { 9.0 + noise(minute) } else { 1.0 });
        let (_, felt) = series(20, |minute| if minute >= 14 { 0.4 } else { 0.0 });
        let mut about = context((10, 20), (0, 10));
        about.symptom = Some((&times, &felt));
        assert!(features(&times, &values, &about).unwrap().correlation.unwrap() > 0.9);
    }
}

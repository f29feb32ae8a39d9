//! The axis of values: round ticks, linear or logarithmic, and places in pixels.
//!
//! In: the values to be shown and a function that words a value. Out: a scale with 3
//! or 4 round ticks. Scales of bars, areas and shares start at zero. It does not know
//! what the values mean.

use std::fmt;
use std::sync::Arc;

use super::canvas::Canvas;
use super::label::{Anchor, width};
use super::theme::{LINE_HEIGHT, Token};

type Wording = dyn Fn(f64, bool) -> String + Send + Sync;

/// How a value is written at a tick. The second argument is true for the one tick that
/// carries the unit.
#[derive(Clone)]
pub struct ValueFormat(Arc<Wording>);

/// A scale from its lower to its upper end.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueScale {
    /// Value at the lower or left end.
    pub low: f64,
    /// Value at the upper or right end, above the lower one.
    pub high: f64,
    /// Round values to be marked, ascending.
    pub ticks: Vec<f64>,
    /// True when equal distances mean equal ratios.
    pub is_log: bool,
}

impl ValueFormat {
    /// Wraps a function from value and "with unit" to words.
    pub fn new(wording: impl Fn(f64, bool) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(wording))
    }

    /// The words of a value.
    pub fn words(&self, value: f64, with_unit: bool) -> String {
        (self.0)(value, with_unit)
    }
}

impl fmt::Debug for ValueFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ValueFormat")
    }
}

impl ValueScale {
    /// A linear scale from zero that holds all finite values and at least `least`.
    /// It grows below zero only when a value is negative.
    pub fn from_zero(values: impl IntoIterator<Item = f64>, least: f64) -> Self {
        let (low, high) = extent(values).unwrap_or((0.0, 0.0));
        let high = high.max(least).max(f64::MIN_POSITIVE * 1e10);
        Self::linear(low.min(0.0), high)
    }

    /// A linear scale between two values, a little room added above, and below when the
    /// lower one is negative. Equal values are moved apart.
    pub fn linear(low: f64, high: f64) -> Self {
        let (low, high) = if high > low { (low, high) } else { (low, low + 1.0) };
        let room = (high - low) * 0.08;
        let low = if low < 0.0 { low - room } else { low };
        let mut scale = Self { low, high: high + room, ticks: Vec::new(), is_log: false };
        scale.ticks = scale.linear_ticks();
        scale
    }

    /// A linear scale with given ends and ticks, such as 0 to 100 percent.
    pub fn fixed(low: f64, high: f64, ticks: Vec<f64>) -> Self {
        Self { low, high, ticks, is_log: false }
    }

    /// A logarithmic scale that holds all positive values and `always`; others cannot
    /// be shown. Ticks are 1 and 3 times powers of ten, or powers of ten when many.
    pub fn log(values: impl IntoIterator<Item = f64>, always: f64) -> Self {
        let positive = values.into_iter().filter(|value| *value > 0.0);
        let (low, high) = extent(positive.chain([always])).unwrap_or((1.0, 1.0));
        let (low, high) = ((low * 0.8).max(1e-12), (high * 1.25).min(1e12));
        let mut scale = Self { low, high: high.max(low * 10.0), ticks: Vec::new(), is_log: true };
        scale.ticks = scale.log_ticks();
        scale
    }

    /// Place of a value from 0 (lower end) to 1 (upper end), moved to the ends when it
    /// is outside. Zero and below are at the lower end of a logarithmic scale.
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.is_log {
            (value.max(self.low).ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// Height of a value in a plot, in pixels.
    pub fn y(&self, value: f64, top: f64, bottom: f64) -> f64 {
        bottom - self.share(value) * (bottom - top)
    }

    /// Place of a value on a level axis, in pixels.
    pub fn x(&self, value: f64, left: f64, right: f64) -> f64 {
        left + self.share(value) * (right - left)
    }

    /// Draws level grid lines with words left of the plot; the unit stands at the top.
    pub fn draw_left(&self, canvas: &mut Canvas, edges: (f64, f64), heights: (f64, f64), format: &ValueFormat) {
        let shown = self.spaced_ticks(heights);
        let top_tick = shown.last().copied();
        for tick in shown {
            let y = self.y(tick, heights.0, heights.1);
            let token = if tick == 0.0 { Token::Rule } else { Token::Grid };
            canvas.level(edges.0, edges.1, y, token);
            write_left(canvas, format, (tick, Some(tick) == top_tick), edges.0 - 6.0, y);
        }
    }

    /// The ticks that stand at least a line apart: all, or every second one.
    fn spaced_ticks(&self, heights: (f64, f64)) -> Vec<f64> {
        let places: Vec<f64> = self.ticks.iter().map(|tick| self.y(*tick, heights.0, heights.1)).collect();
        let is_tight = places.windows(2).any(|pair| pair[0] - pair[1] < LINE_HEIGHT);
        let step = if is_tight { 2 } else { 1 };
        let zero = self.ticks.iter().position(|tick| *tick == 0.0).unwrap_or(0);
        self.ticks.iter().skip(zero % step).step_by(step).copied().collect()
    }

    fn linear_ticks(&self) -> Vec<f64> {
        let step = round_step((self.high - self.low) / 2.0);
        let first = (self.low / step).ceil();
        (0..8_u32)
            .map(|index| multiple(first + f64::from(index), step))
            .take_while(|tick| *tick <= self.high)
            .map(|tick| if tick.abs() < step / 1e6 { 0.0 } else { tick })
            .collect()
    }

    fn log_ticks(&self) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor(), self.high.log10().ceil());
        let decades = last - first;
        let factors: &[f64] = if decades > 3.0 { &[1.0] } else { &[1.0, 3.0] };
        let every = (decades / 6.0).ceil().max(1.0);
        (0..=24_u32)
            .map(|index| first + f64::from(index) * every)
            .flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powf(power)))
            .filter(|tick| (self.low..=self.high).contains(tick))
            .map(|tick| if tick >= 1.0 { tick.round() } else { tick })
            .collect()
    }
}

/// Smallest and largest finite value; none when there is no finite value.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |found: Option<(f64, f64)>, value| match found {
        Some((low, high)) => Some((low.min(value), high.max(value))),
        None => Some((value, value)),
    })
}

/// Writes the words of a tick left of the plot: without unit when there is no room for
/// it, and above its line when there is no room at all.
fn write_left(canvas: &mut Canvas, format: &ValueFormat, (tick, has_unit): (f64, bool), right: f64, y: f64) {
    let tried = [format.words(tick, has_unit), format.words(tick, false)];
    match tried.iter().find(|words| width(words, false) <= right) {
        Some(words) => canvas.text(right, y + 4.0, Anchor::End, Token::Ink2, words),
        None => canvas.text(0.0, y - 4.0, Anchor::Start, Token::Ink2, &tried[0]),
    }
}

/// `count` times `step`, as close to the written number as a float can be.
fn multiple(count: f64, step: f64) -> f64 {
    if step < 1.0 { count / (1.0 / step).round() } else { count * step }
}

/// The largest round step (1, 2 or 5 times a power of ten) that is not above `most`.
fn round_step(most: f64) -> f64 {
    let power = 10_f64.powf(most.log10().floor());
    let factor = most / power;
    let round = match factor {
        factor if factor < 2.0 => 1.0,
        factor if factor < 5.0 => 2.0,
        _ => 5.0,
    };
    if power >= 1.0 { round * power } else { round / (1.0 / power).round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_two_thirds_gets_four_round_ticks() {
        assert_eq!(ValueScale::from_zero([0.01, 0.64], 0.0).ticks, [0.0, 0.2, 0.4, 0.6]);
        assert_eq!(ValueScale::from_zero([110.0], 0.0).ticks, [0.0, 50.0, 100.0]);
    }

    #[test]
    fn nothing_zero_and_nan_still_give_a_scale() {
        for values in [vec![], vec![0.0, 0.0], vec![f64::NAN, f64::INFINITY]] {
            let scale = ValueScale::from_zero(values, 1.0);
            assert!(scale.high > scale.low && (2..=5).contains(&scale.ticks.len()));
        }
        assert!(ValueScale::from_zero([0.0], 0.0).share(0.0).is_finite());
    }

    #[test]
    fn ticks_are_few_at_every_size() {
        for exponent in -8..9 {
            for factor in [1.0, 1.7, 2.3, 4.9, 7.2, 9.9] {
                let count = ValueScale::from_zero([factor * 10_f64.powi(exponent)], 0.0).ticks.len();
                assert!((3..=5).contains(&count), "{factor}e{exponent}: {count}");
            }
        }
    }

    #[test]
    fn a_log_scale_holds_one_and_ignores_zero() {
        let scale = ValueScale::log([0.0, 60.0, -3.0], 1.0);
        assert_eq!(scale.ticks, [1.0, 3.0, 10.0, 30.0]);
        assert!(scale.share(0.0).abs() < 1e-12);
    }

    #[test]
    fn negative_values_extend_the_axis_below_zero() {
        let scale = ValueScale::from_zero([-30.0, 40.0], 0.0);
        assert!(scale.low < -30.0 && scale.ticks.contains(&0.0));
    }
}

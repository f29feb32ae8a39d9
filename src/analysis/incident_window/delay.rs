//! When something began and ended that people report with a delay.
//!
//! In: reports per minute, their usual number, and a rough stretch of more. Out: first and last minute of the cause, each
//! with its range. It does not decide whether there was one.
//!
//! Reports are the cause, convolved with the time people wait, as cases of an illness are infections (back-calculation:
//! R. Brookmeyer and M. Gail, JASA 83, 1988, doi:10.1080/01621459.1988.10478599). The cause is on between two minutes, waiting
//! times are exponential with one of the means of [`MEANS`], and the one of all such curves is taken that is likeliest for
//! Poisson counts; both ends are moved in turn, twice. What else is as likely (95 % range) spans the ranges. A shortest
//! wait that all have in common shows in no count: the caller must allow for it. Cost O(means x length^2). No
//! reports beyond the usual number: the stretch as it came.

use super::edges::{DOUBT, Edge};

/// Mean waiting times tried, in minutes.
const MEANS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
/// Minutes looked at before and after the rough stretch.
const AROUND: usize = 60;
/// Farthest an end is moved, in minutes.
const FARTHEST: usize = 90;
const ROUNDS: usize = 2;

/// Reports per minute and their usual number.
pub(super) struct Reports<'a> {
    pub(super) counts: &'a [f64],
    pub(super) usual: &'a [f64],
    /// Variance of the counts over their mean.
    pub(super) dispersion: f64,
}

/// What is looked at: half-open, in minutes from the first, and the reports beyond the usual number in it.
struct Span {
    from: usize,
    to: usize,
    surplus: f64,
}

/// Start and end of the cause, in minutes from the first; `first..=last` is the rough stretch, within which and `low..high`
/// nothing else went on.
pub(super) fn cause(reports: &Reports<'_>, first: usize, last: usize, low: usize, high: usize) -> (Edge, Edge) {
    let from = first.saturating_sub(AROUND).max(low);
    let to = (last + 1 + AROUND).min(high).min(reports.counts.len());
    let starts: Vec<usize> = (first.saturating_sub(FARTHEST / 3).max(from)..=last.min(first + FARTHEST)).collect();
    let ends: Vec<usize> = ((first + 1).max(last.saturating_sub(FARTHEST))..=to).collect();
    let surplus = (from..to).map(|minute| reports.counts[minute] - reports.usual[minute]).sum();
    let span = Span { from, to, surplus };
    let mut start = first;
    let mut edges = (flat(first), flat(last + 1));
    for _ in 0..ROUNDS {
        let by_end = profile(&ends, |end| reports.likelihood(start, end, &span));
        let end = by_end.0;
        let by_start = profile(&starts, |start| reports.likelihood(start, end, &span));
        start = by_start.0;
        edges = (by_start.1, by_end.1);
    }
    edges
}

impl Reports<'_> {
    /// Largest log-likelihood of a cause from `start` to `end` over the mean waits; nothing before `start`.
    fn likelihood(&self, start: usize, end: usize, span: &Span) -> f64 {
        if end <= start {
            return f64::NEG_INFINITY;
        }
        MEANS.iter().map(|mean| self.of_mean(start, end, span, *mean)).fold(f64::NEG_INFINITY, f64::max)
    }

    fn of_mean(&self, start: usize, end: usize, span: &Span, mean: f64) -> f64 {
        let Span { from, to, surplus } = *span;
        let keep = libm::exp(-1.0 / mean);
        let (mut level, mut shape) = (0.0, Vec::with_capacity(to - from));
        for minute in from..to {
            let is_on = minute >= start && minute < end;
            level = keep * level + if is_on { 1.0 - keep } else { 0.0 };
            shape.push(level);
        }
        let sum: f64 = shape.iter().sum();
        let height = (surplus / sum.max(1e-9)).max(0.0);
        let gain = |(minute, shape): (usize, &f64)| {
            let rise = 1.0 + height * shape / self.usual[minute];
            self.counts[minute] * libm::log(rise) - height * shape
        };
        (from..to).zip(&shape).map(gain).sum::<f64>() / self.dispersion
    }
}

/// The likeliest of some minutes, and as an edge with those that are nearly as likely.
fn profile(minutes: &[usize], likelihood: impl Fn(usize) -> f64) -> (usize, Edge) {
    let values: Vec<f64> = minutes.iter().map(|minute| likelihood(*minute)).collect();
    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let near: Vec<usize> = (0..minutes.len()).filter(|&place| values[place] >= best - DOUBT).collect();
    let place = values.iter().position(|value| *value >= best).unwrap_or(0);
    let minute = |place: Option<&usize>| minutes[*place.unwrap_or(&0)] as f64;
    let edge = Edge { at: minutes[place] as f64, earliest: minute(near.first()), latest: minute(near.last()) };
    (minutes[place], edge)
}

fn flat(minute: usize) -> Edge {
    Edge { at: minute as f64, earliest: minute as f64, latest: minute as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reports of a cause in `on`, with a mean wait of five minutes and the fractions rounded in turn.
    fn reports(on: std::ops::Range<usize>) -> Vec<f64> {
        let (mut level, mut owed) = (0.0, 0.0);
        let count = |minute: usize| {
            level = 0.8 * level + if on.contains(&minute) { 0.2 } else { 0.0 };
            owed += 0.2 + 6.0 * level;
            let whole = f64::floor(owed);
            owed -= whole;
            whole
        };
        (0..300).map(count).collect()
    }

    #[test]
    fn sees_the_cause_through_the_delay() {
        let counts = reports(100..150);
        let reports = Reports { counts: &counts, usual: &[0.2; 300], dispersion: 1.0 };
        let (start, end) = cause(&reports, 102, 165, 0, 300);
        assert!((start.at - 100.0).abs() <= 2.0 && start.earliest <= 100.0 && start.latest >= 100.0, "{start:?}");
        assert!((end.at - 150.0).abs() <= 3.0 && end.earliest <= 150.0 && end.latest >= 150.0, "{end:?}");
    }

    #[test]
    fn gives_back_the_stretch_where_nothing_rises() {
        let reports = Reports { counts: &[0.0; 50], usual: &[0.2; 50], dispersion: 1.0 };
        let (start, end) = cause(&reports, 10, 20, 0, 50);
        assert!(start.at <= 20.0 && end.at >= start.at);
    }
}

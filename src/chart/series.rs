//! A measured value over time: gaps kept apart, thinned to what a screen can show.
//!
//! In: buckets in any order, values possibly missing. Out: unbroken runs of points in
//! time order, the gaps between them, and runs with at most four points per pixel that
//! keep each pixel's first, lowest, highest and last value. It draws nothing.

use super::label::Area;
use super::time_axis::TimeFrame;
use super::value_axis::ValueScale;

/// One bucket of a series. Not-finite numbers count as missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bucket {
    /// Start of the bucket, microseconds since 1970 UTC.
    pub at: i64,
    /// The value; none when nothing was measured.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
}

/// A series of buckets of one length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Length of a bucket in microseconds.
    pub bucket: i64,
    /// The buckets, in any order.
    pub buckets: Vec<Bucket>,
}

/// A bucket that was measured, at the middle of its time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Middle of the bucket, microseconds since 1970 UTC.
    pub at: i64,
    /// Its value, finite.
    pub value: f64,
    /// Its interval, when both ends are known.
    pub interval: Option<(f64, f64)>,
}

impl Series {
    /// All finite values and ends of intervals inside the frame.
    pub fn values(&self, frame: &TimeFrame<'_>) -> Vec<f64> {
        self.runs(frame).iter().flatten().flat_map(Sample::values).collect()
    }

    /// Runs of neighbouring measured buckets inside the frame, in time order.
    pub fn runs(&self, frame: &TimeFrame<'_>) -> Vec<Vec<Sample>> {
        let mut samples = self.samples(frame);
        samples.sort_by_key(|sample| sample.at);
        samples.dedup_by_key(|sample| sample.at);
        let mut runs: Vec<Vec<Sample>> = Vec::new();
        for sample in samples {
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(|last| self.are_neighbours(last, &sample)) => {
                    run.push(sample);
                }
                _ => runs.push(vec![sample]),
            }
        }
        runs
    }

    /// Spans inside the frame in which nothing was measured, longer than a bucket.
    pub fn gaps(&self, frame: &TimeFrame<'_>) -> Vec<(i64, i64)> {
        let half = self.half();
        let mut gaps = Vec::new();
        let mut reached = frame.start();
        for run in self.runs(frame) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                gaps.push((reached, first.at.saturating_sub(half)));
                reached = last.at.saturating_add(half);
            }
        }
        gaps.push((reached, frame.end()));
        gaps.retain(|(start, end)| end.saturating_sub(*start) >= self.bucket.max(2));
        gaps
    }

    fn samples(&self, frame: &TimeFrame<'_>) -> Vec<Sample> {
        let half = self.half();
        self.buckets
            .iter()
            .filter_map(|bucket| {
                let value = bucket.value.filter(|value| value.is_finite())?;
                let interval = bucket.low.zip(bucket.high).filter(|(low, high)| low.is_finite() && high.is_finite());
                Some(Sample { at: bucket.at.saturating_add(half), value, interval })
            })
            .filter(|sample| frame.shows(sample.at))
            .collect()
    }

    fn half(&self) -> i64 {
        self.bucket.max(0) / 2
    }

    fn are_neighbours(&self, last: &Sample, next: &Sample) -> bool {
        let reach = self.bucket.max(1).saturating_add(self.half());
        next.at.saturating_sub(last.at) <= reach
    }
}

impl Sample {
    fn values(&self) -> Vec<f64> {
        match self.interval {
            Some((low, high)) => vec![self.value, low, high],
            None => vec![self.value],
        }
    }
}

/// The curve of a run in pixels, thinned.
pub fn curve(run: &[Sample], frame: &TimeFrame<'_>, scale: &ValueScale, heights: (f64, f64)) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64)> =
        run.iter().map(|sample| (frame.x(sample.at), scale.y(sample.value, heights.0, heights.1))).collect();
    thin(&points)
}

/// The band of a run's intervals in pixels: upper edge to the right, lower edge back.
/// Empty when fewer than two samples have an interval.
pub fn band(run: &[Sample], frame: &TimeFrame<'_>, scale: &ValueScale, heights: (f64, f64)) -> Vec<(f64, f64)> {
    let edge = |pick: fn(&(f64, f64)) -> f64| -> Vec<(f64, f64)> {
        let points: Vec<(f64, f64)> = run
            .iter()
            .filter_map(|sample| {
                let value = pick(&sample.interval?);
                Some((frame.x(sample.at), scale.y(value, heights.0, heights.1)))
            })
            .collect();
        thin(&points)
    };
    let (upper, mut lower) = (edge(|ends| ends.1), edge(|ends| ends.0));
    if upper.len() < 2 {
        return Vec::new();
    }
    lower.reverse();
    upper.into_iter().chain(lower).collect()
}

/// True when a point of the curves is inside the area, or a line between two is.
pub fn touches(curves: &[Vec<(f64, f64)>], area: &Area) -> bool {
    curves.iter().any(|points| {
        points.iter().any(|(x, y)| area.holds(*x, *y)) || points.windows(2).any(|pair| crosses(pair[0], pair[1], area))
    })
}

/// Keeps the first, lowest, highest and last point of each pixel, in order.
fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for column in points.chunk_by(|a, b| (a.0.floor() - b.0.floor()).abs() < 0.5) {
        if column.len() <= 4 {
            kept.extend_from_slice(column);
            continue;
        }
        let order = |a: &usize, b: &usize| column[*a].1.total_cmp(&column[*b].1);
        let low = (0..column.len()).min_by(order).unwrap_or(0);
        let high = (0..column.len()).max_by(order).unwrap_or(0);
        let mut indexes = [0, low.min(high), low.max(high), column.len() - 1].to_vec();
        indexes.dedup();
        kept.extend(indexes.into_iter().map(|index| column[index]));
    }
    kept
}

fn crosses(from: (f64, f64), to: (f64, f64), area: &Area) -> bool {
    let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 3.0).ceil().clamp(1.0, 300.0);
    let mut step = 1.0;
    while step < steps {
        let part = step / steps;
        if area.holds(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part) {
            return true;
        }
        step += 1.0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{TimeScale, Variant};

    fn series(values: &[Option<f64>]) -> Series {
        let buckets = values
            .iter()
            .enumerate()
            .map(|(index, value)| Bucket { at: i64::try_from(index).unwrap() * 10, value: *value, ..Bucket::default() })
            .collect();
        Series { bucket: 10, buckets }
    }

    fn scale(end: i64) -> TimeScale {
        TimeScale { start: 0, end, ..TimeScale::default() }
    }

    #[test]
    fn a_missing_value_breaks_the_line() {
        let scale = scale(60);
        let series = series(&[Some(1.0), Some(2.0), None, Some(f64::NAN), Some(3.0), Some(4.0)]);
        let frame = scale.frame(Variant::Wide);
        assert_eq!(series.runs(&frame).len(), 2);
        assert_eq!(series.gaps(&frame), [(20, 40)]);
    }

    #[test]
    fn an_empty_series_is_one_gap() {
        let scale = scale(60);
        assert_eq!(series(&[]).gaps(&scale.frame(Variant::Wide)), [(0, 60)]);
    }

    #[test]
    fn ten_thousand_points_are_thinned_and_keep_their_extremes() {
        let mut values = vec![Some(1.0); 10_000];
        values[5003] = Some(9.0);
        let scale = scale(100_000);
        let frame = scale.frame(Variant::Wide);
        let values_scale = ValueScale::from_zero([9.0], 0.0);
        let runs = series(&values).runs(&frame);
        let points = curve(&runs[0], &frame, &values_scale, (0.0, 100.0));
        assert!(points.len() <= 4 * 670);
        assert!(points.iter().any(|(_, y)| *y < 20.0));
    }

    #[test]
    fn a_band_needs_two_intervals() {
        let scale = scale(30);
        let frame = scale.frame(Variant::Wide);
        let runs = series(&[Some(1.0), Some(1.0)]).runs(&frame);
        assert!(band(&runs[0], &frame, &ValueScale::from_zero([1.0], 0.0), (0.0, 9.0)).is_empty());
    }

    #[test]
    fn a_line_between_two_points_is_seen_crossing() {
        let curves = vec![vec![(0.0, 0.0), (100.0, 100.0)]];
        assert!(touches(&curves, &Area::new(45.0, 45.0, 55.0, 55.0)));
        assert!(!touches(&curves, &Area::new(60.0, 0.0, 90.0, 20.0)));
    }
}

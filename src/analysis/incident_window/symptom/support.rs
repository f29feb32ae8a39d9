//! Which series carry a window, and what each of them says about its edges.
//!
//! In: distances of series from what is usual and the waves of a window; out: the series that are felt there, the loudest,
//! and a window whose ranges hold what they say. It searches nothing. Cost O(series x length of the window). A series
//! without values in the window carries nothing.

use super::super::Window;
use super::Felt;
use super::usual::{FELT, Grid};

/// How far beside the window a series may begin and end to move, in buckets.
const FARTHEST: usize = 10;

/// Places of the series that are felt on average over the waves.
pub(super) fn supporters(felt: &[&Felt<'_>], distances: &[Vec<f64>], waves: &[(usize, usize)]) -> Vec<usize> {
    (0..felt.len())
        .filter(|&place| total(&distances[place], waves).is_some_and(|(sum, count)| sum >= FELT * count))
        .collect()
}

/// Place of the series with the largest total distance over the waves; the first of equals.
pub(super) fn loudest(distances: &[Vec<f64>], waves: &[(usize, usize)]) -> Option<usize> {
    let sums: Vec<f64> =
        distances.iter().map(|distances| total(distances, waves).map_or(f64::NEG_INFINITY, |(sum, _)| sum)).collect();
    (0..sums.len()).max_by(|&left, &right| sums[left].total_cmp(&sums[right]).then(right.cmp(&left)))
}

/// Total distance over the waves and the number of buckets; `None` without values.
fn total(distances: &[f64], waves: &[(usize, usize)]) -> Option<(f64, f64)> {
    let inside = waves.iter().flat_map(|&(from, to)| &distances[from..=to]).filter(|distance| distance.is_finite());
    let (sum, count) = inside.fold((0.0, 0.0), |total, distance| (total.0 + distance, total.1 + 1.0));
    (count > 0.0).then_some((sum, count))
}

/// Widens the ranges to what the series that moved say each by itself: from the first of them to the middle one, and from
/// the middle one to the last; and by a bucket, since a sample may speak of the time before it.
pub(super) fn widen(window: &mut Window, moved: &[&[f64]], waves: &[(usize, usize)], grid: &Grid) {
    let (Some(first), Some(last)) = (waves.first(), waves.last()) else { return };
    let mut starts: Vec<usize> =
        moved.iter().filter_map(|distances| outermost(distances, first.0, *last, true)).collect();
    let mut ends: Vec<usize> =
        moved.iter().filter_map(|distances| outermost(distances, last.1, *first, false)).collect();
    starts.sort_unstable();
    ends.sort_unstable();
    if let (Some(&from), Some(&middle)) = (starts.first(), starts.get(starts.len() / 2)) {
        window.start.earliest = window.start.earliest.min(grid.time_of(from));
        window.start.latest = window.start.latest.max(grid.time_of(middle + 1));
    }
    window.start.earliest -= grid.bucket;
    if let Some(end) = &mut window.end {
        if let (Some(&to), Some(&middle)) = (ends.last(), ends.get(ends.len() / 2)) {
            end.earliest = end.earliest.min(grid.time_of(middle));
            end.latest = end.latest.max(grid.time_of(to + 1));
        }
        end.earliest -= grid.bucket;
    }
}

/// The bucket in which a series itself begins (or ends) to be felt: out from the edge of the window while it is, with
/// single buckets missing, else inwards to the first that is.
fn outermost(distances: &[f64], edge: usize, far: (usize, usize), is_start: bool) -> Option<usize> {
    let is_felt = |index: usize| distances.get(index).is_some_and(|distance| *distance >= FELT);
    let out = |steps: usize| if is_start { edge.checked_sub(steps) } else { Some(edge + steps) };
    let mut found = None;
    let mut missed = 0;
    for index in (0..=FARTHEST).map_while(out) {
        if is_felt(index) {
            (found, missed) = (Some(index), 0);
        } else {
            missed += 1;
        }
        if missed > 1 {
            break;
        }
    }
    found.or_else(|| {
        if is_start {
            (edge..=far.1).find(|&index| is_felt(index))
        } else {
            (far.0..=edge).rev().find(|&index| is_felt(index))
        }
    })
}

/// First and last bucket of a wave.
pub(super) fn buckets(wave: (i64, i64), grid: &Grid) -> Option<(usize, usize)> {
    let end = grid.time_of(grid.count);
    let last = grid.index_of((wave.1 - 1).min(end - 1))?;
    let first = grid.index_of(wave.0.max(grid.start))?;
    (first <= last).then_some((first, last))
}

//! The passes of learning what is usual, finding a window and masking it.
//!
//! In: series on a grid; out: a [`Pass`], the detection with the distances it rests on. It does not judge whether the
//! window may be believed: [`super::support`] does.
//!
//! A pause of more than a day in all series, as between an export of the incident and one of a reference period, parts
//! the data: what is usual is learned from all, a window lies on one side. Cost O(passes x series x buckets).

use super::super::super::slices::SliceTable;
use super::super::{Detection, WindowOptions, detect};
use super::support::buckets;
use super::usual::{self, Grid};
use super::{Felt, none};

/// Mean of the count that stands for a value as usual.
const CALM: f64 = 25.0;
/// Events that such a count is out of: any number far above it.
const EVENTS: f64 = 1e7;
/// Passes of masking and learning.
const PASSES: usize = 3;
/// Buckets beside a found window that are not learned from.
const GUARD: usize = 3;
/// Longest pause of the data within which a window may lie, microseconds: a day.
const LONGEST_PAUSE: i64 = 24 * 3_600_000_000;

/// Result of the last pass.
pub(super) struct Pass {
    pub(super) detection: Detection,
    /// Per series, the distance of each bucket from what is usual.
    pub(super) distances: Vec<Vec<f64>>,
    /// Buckets that were not learned from.
    pub(super) masked: Vec<bool>,
}

/// Learns, finds and masks until nothing changes.
pub(super) fn passes(near: &[&Felt<'_>], load: Option<&[f64]>, grid: &Grid, options: &WindowOptions) -> Pass {
    let holds = |span: &(i64, i64), index: usize| (span.0..span.1).contains(&grid.time_of(index));
    let is_reference = |index: usize| options.baseline.is_none_or(|span| holds(&span, index));
    let is_known = |index: &usize| near.iter().any(|felt| felt.values[*index].is_finite());
    // A reference period without any sample tells nothing.
    let is_declared = (0..grid.count).filter(is_known).any(is_reference);
    let is_left_out =
        |index: usize| options.exclude.iter().any(|span| holds(span, index)) || (is_declared && !is_reference(index));
    let unmasked: Vec<bool> = (0..grid.count).map(is_left_out).collect();
    let learnable = unmasked.iter().filter(|is_masked| !**is_masked).count();
    let mut masked = unmasked.clone();
    let mut last = Pass { detection: none("", grid.bucket), distances: Vec::new(), masked: masked.clone() };
    for _ in 0..PASSES {
        let distances = distances_of(near, load, &masked, grid);
        let detection = strongest(near, &distances, grid, options);
        let mut next = unmasked.clone();
        for (from, to) in
            detection.window.iter().flat_map(|window| &window.waves).filter_map(|wave| buckets(*wave, grid))
        {
            next[from.saturating_sub(GUARD)..(to + 1 + GUARD).min(grid.count)].fill(true);
        }
        let left = next.iter().filter(|is_masked| !**is_masked).count();
        let is_settled = next == masked || left * 3 < learnable || detection.window.is_none();
        last = Pass { detection, distances, masked: masked.clone() };
        if is_settled {
            break;
        }
        masked = next;
    }
    last
}

/// Distances of some series from what is usual, single wild buckets cut.
pub(super) fn distances_of(felt: &[&Felt<'_>], load: Option<&[f64]>, masked: &[bool], grid: &Grid) -> Vec<Vec<f64>> {
    felt.iter()
        .map(|felt| despiked(&usual::distances(&felt.values, felt.role, felt.is_share, load, masked, grid)))
        .collect()
}

/// The strongest detection on either side of the pauses.
fn strongest(near: &[&Felt<'_>], distances: &[Vec<f64>], grid: &Grid, options: &WindowOptions) -> Detection {
    let mut best: Option<Detection> = None;
    for range in sessions(distances, grid) {
        let found = detect(&table(near, distances, grid, range), options);
        let strength = |found: &Detection| found.window.as_ref().map_or(0.0, |window| window.strength);
        if best.as_ref().is_none_or(|best| strength(&found) > strength(best)) {
            best = Some(found);
        }
    }
    best.unwrap_or_else(|| none("no metric tells what users felt", 0))
}

/// Stretches of buckets without a long pause.
fn sessions(distances: &[Vec<f64>], grid: &Grid) -> Vec<std::ops::Range<usize>> {
    let pause = usize::try_from(LONGEST_PAUSE / grid.bucket).unwrap_or(1).max(1);
    let mut sessions: Vec<std::ops::Range<usize>> = Vec::new();
    let is_known = |index: &usize| distances.iter().any(|distances| distances[*index].is_finite());
    for index in (0..grid.count).filter(is_known) {
        match sessions.last_mut() {
            Some(last) if index < last.end + pause => last.end = index + 1,
            _ => sessions.push(index..index + 1),
        }
    }
    sessions
}

/// Distances on the scale of a count.
fn table(near: &[&Felt<'_>], distances: &[Vec<f64>], grid: &Grid, range: std::ops::Range<usize>) -> SliceTable {
    let mut table = SliceTable::default();
    for (felt, distances) in near.iter().zip(distances) {
        let mut terms = vec![("entity", felt.source.entity.as_str()), ("metric", felt.source.metric.as_str())];
        if !felt.part.is_empty() {
            terms.push(("part", felt.part.as_str()));
        }
        for index in range.clone().filter(|&index| distances[index].is_finite()) {
            let distance = distances[index];
            let bad = (CALM + distance * CALM.sqrt()).clamp(0.0, EVENTS);
            table.push(grid.time_of(index), &terms, EVENTS, bad, Some(CALM), None);
        }
    }
    table.sort();
    table
}

/// Cuts what one bucket alone shows to the higher of its neighbours.
fn despiked(distances: &[f64]) -> Vec<f64> {
    let known: Vec<usize> = (0..distances.len()).filter(|&index| distances[index].is_finite()).collect();
    let mut cut = distances.to_vec();
    for (place, &index) in known.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| distances[known[place]]);
        let after = known.get(place + 1).map(|&index| distances[index]);
        let beside = before.into_iter().chain(after).fold(f64::NEG_INFINITY, f64::max);
        if beside.is_finite() && distances[index] > usual::FELT {
            cut[index] = distances[index].min(beside.max(usual::FELT));
        }
    }
    cut
}

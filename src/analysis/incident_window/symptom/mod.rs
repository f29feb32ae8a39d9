//! When the incident was, from metrics of what users felt, where nothing counts their attempts.
//!
//! In: metric series with names; out: a [`Detection`] as from counts. It ranks no causes: series that no user feels are
//! left out, however far they move.
//!
//! Method. The series that tell what users felt are chosen by name ([`role`]): errors, success, latency, and traffic,
//! of which only a collapse counts. Each is held against what it usually is at that load and hour ([`usual`]), and its
//! distance is put on the scale of a Poisson count, `25 + 5 z`, whose standard deviation is 5. On that scale the search of
//! the counts applies unchanged: scan statistic over all series, each entity and each metric of it, masking, edges, waves
//! (see [`super`]). A distance that one bucket alone shows is cut to that of its neighbours, so that one wild sample is
//! no incident. The ranges of start and end hold what the series say each by itself. Series measured at users and where their requests arrive are searched first; the services behind only if
//! those show nothing.
//!
//! What a single series shows is doubted where others exist: at least two must move together, one of them at users or in
//! failures, or the series is set aside and the search begins again. A metric that the configuration names is believed alone.
//!
//! Cost O(passes x series x buckets). No series, a constant one, or only missing values: no window, with the reason.

pub mod role;
mod usual;

use std::collections::BTreeSet;

use super::super::slices::SliceTable;
use super::super::statistics::median::median;
use super::{Detection, Window, WindowOptions, detect};
pub use role::{Reach, Role};
pub(super) use usual::{Grid, running};

const MINUTE: i64 = 60_000_000;
/// Mean of the count that stands for a value as usual.
const CALM: f64 = 25.0;
/// Events that such a count is out of: any number far above it.
const EVENTS: f64 = 1e7;
/// Passes of masking and learning.
const PASSES: usize = 3;
/// Buckets beside a found window that are not learned from.
const GUARD: usize = 3;
/// How far beside the window a series may begin and end to move, in buckets.
const FARTHEST: usize = 10;
/// Most series that are set aside one after the other.
const MOST_ASIDE: usize = 8;
/// Most cells of the grid (series x buckets); beyond it buckets are longer.
const MOST_CELLS: usize = 4_000_000;

/// How it was looked for, in words.
const METHOD: &str =
    "scan statistic over metrics of what users felt, as robust distances from what is usual at that load and hour";

/// The samples of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSeries {
    /// What was measured.
    pub entity: String,
    /// Name of the metric.
    pub metric: String,
    /// Statistic and dimensions that tell it from others of the same name.
    pub part: String,
    /// Whether the name or the unit says that it is a share.
    pub is_share: bool,
    /// Whether the configuration names it.
    pub is_named: bool,
    /// Whether the entity calls others and is called by none.
    pub is_entry: bool,
    /// Times, microseconds UTC, and values, in any order.
    pub samples: Vec<(i64, f64)>,
}

/// A series on the grid, worse being higher except for traffic.
struct Felt<'a> {
    source: &'a MetricSeries,
    part: String,
    role: Role,
    reach: Reach,
    is_share: bool,
    values: Vec<f64>,
}

impl Felt<'_> {
    /// Whether what it shows reaches users by itself: a service behind may be slow without anybody noticing, one that
    /// fails is noticed by its callers.
    fn speaks_for_users(&self) -> bool {
        self.reach < Reach::Inner || self.role == Role::Errors
    }
}

/// Looks for the incident in metrics. The bucket is 0 when none of them tells what users felt.
pub fn detect_symptom(series: &[MetricSeries], options: &WindowOptions) -> Detection {
    let mut named: Vec<&MetricSeries> = series.iter().filter(|series| series.is_named).collect();
    let is_named = !named.is_empty();
    if named.is_empty() {
        named = series.iter().filter(|series| Role::of(&series.metric).is_some()).collect();
    }
    named.sort_by(|left, right| place(left).cmp(&place(right)));
    let Some(grid) = grid_of(&named) else { return none("no metric tells what users felt", 0) };
    let felt: Vec<Felt<'_>> = named.iter().flat_map(|series| felt(series, &grid)).collect();
    let traffic: Vec<Vec<f64>> = series
        .iter()
        .filter(|series| Role::of(&series.metric) == Some(Role::Traffic))
        .map(|series| rates(on_grid(&series.samples, &grid)))
        .collect();
    let traffic: Vec<&[f64]> = traffic.iter().map(Vec::as_slice).collect();
    let load = usual::load(&traffic, grid.count);
    let mut detection = none("no metric tells what users felt", 0);
    for farthest in [Reach::Edge, Reach::Inner] {
        let is_near =
            |felt: &&Felt<'_>| felt.reach <= farthest && (felt.role != Role::Traffic || felt.reach <= Reach::Edge);
        let near: Vec<&Felt<'_>> = felt.iter().filter(is_near).collect();
        if near.is_empty() {
            continue;
        }
        detection = search(near, load.as_deref(), &grid, options, is_named);
        if detection.window.is_some() {
            break;
        }
    }
    detection
}

/// The search among some series; those that move alone are set aside.
fn search(
    mut near: Vec<&Felt<'_>>,
    load: Option<&[f64]>,
    grid: &Grid,
    options: &WindowOptions,
    is_named: bool,
) -> Detection {
    let is_alone = is_named || names(&near).len() < 2;
    let mut why = none("no metric of what users felt leaves what is usual by more than chance", grid.bucket);
    for _ in 0..MOST_ASIDE {
        let (mut detection, distances) = passes(&near, load, grid, options);
        let Some(window) = &mut detection.window else { return why };
        let waves: Vec<(usize, usize)> = window.waves.iter().filter_map(|wave| buckets(*wave, grid)).collect();
        let support: Vec<f64> = distances.iter().map(|distances| support(distances, &waves)).collect();
        let supporters: Vec<&Felt<'_>> =
            near.iter().zip(&support).filter(|(_, support)| **support > 0.0).map(|(felt, _)| *felt).collect();
        if is_alone || (names(&supporters).len() >= 2 && supporters.iter().any(|felt| felt.speaks_for_users())) {
            let moved = distances.iter().zip(&support).filter(|(_, support)| **support > 0.0);
            widen(window, &moved.map(|(distances, _)| distances.as_slice()).collect::<Vec<_>>(), &waves, grid);
            return detection;
        }
        let loudest =
            (0..near.len()).max_by(|&left, &right| support[left].total_cmp(&support[right]).then(right.cmp(&left)));
        let Some(loudest) = loudest else { return why };
        let (entity, metric) = (near[loudest].source.entity.clone(), near[loudest].source.metric.clone());
        near.retain(|felt| felt.source.entity != entity || felt.source.metric != metric);
        why = none("one metric left what is usual, and no other with it", grid.bucket);
    }
    why
}

/// Passes of learning what is usual, finding a window and masking it; the distances of the last one.
fn passes(
    near: &[&Felt<'_>],
    load: Option<&[f64]>,
    grid: &Grid,
    options: &WindowOptions,
) -> (Detection, Vec<Vec<f64>>) {
    let excluded = |index: usize| options.exclude.iter().any(|span| (span.0..span.1).contains(&grid.time_of(index)));
    let unmasked: Vec<bool> = (0..grid.count).map(excluded).collect();
    let mut masked = unmasked.clone();
    let mut last = (none("", grid.bucket), Vec::new());
    for _ in 0..PASSES {
        let distances: Vec<Vec<f64>> = near
            .iter()
            .map(|felt| despiked(&usual::distances(&felt.values, felt.role, felt.is_share, load, &masked, grid)))
            .collect();
        let detection = detect(&table(near, &distances, grid), options);
        let mut next = unmasked.clone();
        for (from, to) in
            detection.window.iter().flat_map(|window| &window.waves).filter_map(|wave| buckets(*wave, grid))
        {
            next[from.saturating_sub(GUARD)..(to + 1 + GUARD).min(grid.count)].fill(true);
        }
        let left = next.iter().filter(|is_masked| !**is_masked).count();
        let is_settled = next == masked || left * 3 < grid.count || detection.window.is_none();
        last = (detection, distances);
        if is_settled {
            break;
        }
        masked = next;
    }
    last
}

/// Distances on the scale of a count.
fn table(near: &[&Felt<'_>], distances: &[Vec<f64>], grid: &Grid) -> SliceTable {
    let mut table = SliceTable::default();
    for (felt, distances) in near.iter().zip(distances) {
        let mut terms = vec![("entity", felt.source.entity.as_str()), ("metric", felt.source.metric.as_str())];
        if !felt.part.is_empty() {
            terms.push(("part", felt.part.as_str()));
        }
        for (index, distance) in distances.iter().enumerate().filter(|(_, distance)| distance.is_finite()) {
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

/// Total distance of a series over the waves when it is felt there on average, else zero.
fn support(distances: &[f64], waves: &[(usize, usize)]) -> f64 {
    let inside: Vec<f64> = waves
        .iter()
        .flat_map(|&(from, to)| &distances[from..=to])
        .copied()
        .filter(|distance| distance.is_finite())
        .collect();
    let (sum, count) = (inside.iter().sum::<f64>(), inside.len() as f64);
    if count > 0.0 && sum >= usual::FELT * count { sum } else { 0.0 }
}

/// Widens the ranges to what the series that moved say each by itself: from the first of them to the middle one, and from
/// the middle one to the last; and by a bucket, since a sample may speak of the time before it.
fn widen(window: &mut Window, moved: &[&[f64]], waves: &[(usize, usize)], grid: &Grid) {
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
    let is_felt = |index: usize| distances.get(index).is_some_and(|distance| *distance >= usual::FELT);
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

fn buckets(wave: (i64, i64), grid: &Grid) -> Option<(usize, usize)> {
    let end = grid.time_of(grid.count);
    let last = grid.index_of((wave.1 - 1).min(end - 1))?;
    let first = grid.index_of(wave.0.max(grid.start))?;
    (first <= last).then_some((first, last))
}

/// Different things measured: statistics and dimensions of one metric count once.
fn names<'a>(felt: &[&Felt<'a>]) -> BTreeSet<(&'a str, &'a str)> {
    felt.iter().map(|felt| (felt.source.entity.as_str(), felt.source.metric.as_str())).collect()
}

fn place(series: &MetricSeries) -> (&str, &str, &str) {
    (&series.entity, &series.metric, &series.part)
}

/// The grid of some series: the step that most of them have, at least a minute.
fn grid_of(series: &[&MetricSeries]) -> Option<Grid> {
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
fn on_grid(samples: &[(i64, f64)], grid: &Grid) -> Vec<f64> {
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

/// A counter that only grows, as growth per bucket; anything else as it is.
fn rates(values: Vec<f64>) -> Vec<f64> {
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

/// The series as it is searched: successes turned into failures, both sides of one that is not understood.
fn felt<'a>(series: &'a MetricSeries, grid: &Grid) -> Vec<Felt<'a>> {
    let values = rates(on_grid(&series.samples, grid));
    let highest = values.iter().copied().filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let lowest = values.iter().copied().filter(|value| value.is_finite()).fold(f64::INFINITY, f64::min);
    if highest < lowest {
        return Vec::new();
    }
    let reach = if series.is_named { Reach::Named } else { Reach::of(&series.entity, &series.metric, series.is_entry) };
    let make = |side: &str, role, values| Felt {
        source: series,
        part: format!("{}{side}", series.part),
        role,
        reach,
        is_share: series.is_share || (lowest >= 0.0 && highest <= 1.0),
        values,
    };
    let turned = |full: f64| values.iter().map(|value| full - value).collect::<Vec<f64>>();
    match Role::of(&series.metric).unwrap_or(Role::Either) {
        Role::Success if highest <= 1.0 + 1e-9 && lowest >= 0.0 => vec![make("", Role::Errors, turned(1.0))],
        Role::Success if highest <= 100.0 + 1e-6 && lowest >= 0.0 => vec![make("", Role::Errors, turned(100.0))],
        // Successes that are counted follow the load as requests do.
        Role::Success => vec![make("", Role::Traffic, values)],
        Role::Either => {
            vec![make(" (up)", Role::Latency, values.clone()), make(" (down)", Role::Latency, turned(highest + lowest))]
        }
        role => vec![make("", role, values)],
    }
}

fn none(why: &'static str, bucket: i64) -> Detection {
    Detection { window: None, why: Some(why), method: METHOD, bucket, where_strongest: Vec::new() }
}

#[cfg(test)]
pub(in super::super) mod testing;

#[cfg(test)]
mod tests;

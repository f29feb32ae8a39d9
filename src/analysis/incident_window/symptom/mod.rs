//! When the incident was, from metrics of what users felt, where nothing counts their attempts.
//!
//! In: metric series with names; out: a [`Detection`] as from counts. It ranks no causes: series that no user feels are
//! left out, however far they move.
//!
//! Method. The series that tell what users felt are chosen by name ([`role`]): errors, success, latency, and traffic,
//! of which only a collapse counts. Each is held against what it usually is at that load and hour (`usual`), and its
//! distance is put on the scale of a Poisson count, `25 + 5 z`, whose standard deviation is 5. On that scale the search of
//! the counts applies unchanged: scan statistic over all series, each entity and each metric of it, masking, edges, waves
//! (see [`super`]). A distance that one bucket alone shows is cut to that of its neighbours, so that one wild sample is
//! no incident. The ranges of start and end hold what the series say each by itself. Series measured at users are searched
//! first, then those where their requests arrive with them, the services behind only if those show nothing.
//!
//! What a single series shows is doubted where others exist: at least two must move together, one of them at users or in
//! failures, or the series is set aside and the search begins again. Where nothing gets
//! worse, counts that collapse are searched for: of requests anywhere, at least one, and of errors, which cease with them. A metric that the configuration names is believed alone.
//!
//! Cost O(passes x series x buckets). No series, a constant one, or only missing values: no window, with the reason.

mod passes;
pub mod role;
mod sampling;
mod support;
mod usual;

use std::collections::BTreeSet;

use super::{Detection, WindowOptions};
use passes::{distances_of, passes};
pub use role::{Reach, Role};
use sampling::{gaps, grid_of, on_grid, rates};
use support::{buckets, loudest, supporters, widen};
pub(super) use usual::{Grid, running};

/// Most series that are set aside one after the other.
const MOST_ASIDE: usize = 8;

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
    /// Whether it counts something else than requests and stands in for them.
    stands_in: bool,
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
    let all: Vec<&Felt<'_>> =
        felt.iter().filter(|felt| felt.role != Role::Traffic || felt.reach <= Reach::Edge).collect();
    let mut detection = none("no metric tells what users felt", 0);
    for farthest in [Reach::Client, Reach::Edge, Reach::Inner] {
        let near: Vec<&Felt<'_>> = all.iter().filter(|felt| felt.reach <= farthest).copied().collect();
        if near.is_empty() {
            continue;
        }
        detection = search(near, &all, load.as_deref(), &grid, options);
        if detection.window.is_some() {
            return detection;
        }
    }
    let counts: Vec<Felt<'_>> = felt.iter().filter_map(as_traffic).collect();
    let counts: Vec<&Felt<'_>> = counts.iter().collect();
    if counts.iter().any(|felt| !felt.stands_in) {
        let collapsed = search(counts.clone(), &counts, load.as_deref(), &grid, options);
        if collapsed.window.is_some() {
            return collapsed;
        }
    }
    detection.gaps = gaps(&all, &grid, options.shortest);
    detection
}

/// The search among the series near to users; those that move alone among all are set aside.
fn search(
    mut near: Vec<&Felt<'_>>,
    all: &[&Felt<'_>],
    load: Option<&[f64]>,
    grid: &Grid,
    options: &WindowOptions,
) -> Detection {
    let is_alone = near.iter().any(|felt| felt.reach == Reach::Named) || names(all).len() < 2;
    let mut why = none("no metric of what users felt leaves what is usual by more than chance", grid.bucket);
    for _ in 0..MOST_ASIDE {
        let mut pass = passes(&near, load, grid, options);
        let Some(window) = &mut pass.detection.window else { return why };
        let waves: Vec<(usize, usize)> = window.waves.iter().filter_map(|wave| buckets(*wave, grid)).collect();
        let moved = supporters(&near, &pass.distances, &waves);
        let mut with: Vec<&Felt<'_>> = moved.iter().map(|&place| near[place]).collect();
        if !is_alone && names(&with).len() < 2 {
            let distances = distances_of(all, load, &pass.masked, grid);
            with.extend(supporters(all, &distances, &waves).into_iter().map(|place| all[place]));
        }
        if is_alone || (names(&with).len() >= 2 && tells(&with)) {
            let moved: Vec<&[f64]> = moved.iter().map(|&place| pass.distances[place].as_slice()).collect();
            widen(window, &moved, &waves, grid);
            return pass.detection;
        }
        let Some(loudest) = loudest(&pass.distances, &waves) else { return why };
        let (entity, metric) = (near[loudest].source.entity.clone(), near[loudest].source.metric.clone());
        near.retain(|felt| felt.source.entity != entity || felt.source.metric != metric);
        why = none("one metric left what is usual, and no other with it", grid.bucket);
    }
    why
}

/// Whether what moves together reaches users, and is more than errors that cease.
fn tells(with: &[&Felt<'_>]) -> bool {
    with.iter().any(|felt| felt.speaks_for_users()) && with.iter().any(|felt| !felt.stands_in)
}

/// Different things measured: statistics and dimensions of one metric count once.
fn names<'a>(felt: &[&Felt<'a>]) -> BTreeSet<(&'a str, &'a str)> {
    felt.iter().map(|felt| (felt.source.entity.as_str(), felt.source.metric.as_str())).collect()
}

fn place(series: &MetricSeries) -> (&str, &str, &str) {
    (&series.entity, &series.metric, &series.part)
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
        stands_in: false,
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

/// What counts events, as traffic: where nobody is served any more, counts of errors fall with those of requests.
fn as_traffic<'a>(felt: &Felt<'a>) -> Option<Felt<'a>> {
    let stands_in = felt.role == Role::Errors && !felt.is_share;
    let counts = stands_in || felt.role == Role::Traffic;
    counts.then(|| Felt {
        part: felt.part.clone(),
        values: felt.values.clone(),
        role: Role::Traffic,
        stands_in,
        ..*felt
    })
}

fn none(why: &'static str, bucket: i64) -> Detection {
    Detection::none(why, METHOD, bucket)
}

#[cfg(test)]
pub(in super::super) mod testing;

#[cfg(test)]
mod tests;

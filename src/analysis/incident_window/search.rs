//! The passes of masking and learning that find stretches of failures in every group.
//!
//! In: a table and its series; out: per group the strongest stretch, if it is an incident, and its noise. It does not
//! choose among groups beyond naming the strongest.
//!
//! Rates learned from data that hold an incident are too high, so what was found is masked and rates are
//! learned again: iterative trimming, as in forward search (A. Atkinson and M. Riani, "Robust diagnostic regression
//! analysis", 2000), which starts from the lower of
//! two levels where [`WindowOptions::starts_calm`] says so. Cost O(passes x (rows + groups x buckets)). Without usable
//! buckets nothing is found.

use super::super::slices::SliceTable;
use super::edges::Counts;
use super::scan::{self, Peak};
use super::series::Series;
use super::{WindowOptions, baseline};

/// Passes of masking and learning; three settle all but pathological data.
const PASSES: usize = 4;
/// Buckets beside a found stretch that are not learned from either.
const GUARD: usize = 3;

/// Result of the passes of masking and learning.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) peaks: Vec<Option<Peak>>,
    pub(super) dispersions: Vec<f64>,
    pub(super) usable: Vec<bool>,
    pub(super) limit: f64,
}

pub(super) fn search(table: &SliceTable, series: &mut Series, options: &WindowOptions) -> Found {
    let count = series.is_present.len();
    let in_span = |time: i64, span: &(i64, i64)| time >= span.0 && time < span.1;
    let is_excluded = |time: i64| options.exclude.iter().any(|span| in_span(time, span));
    let usable: Vec<bool> =
        (0..count).map(|index| series.is_present[index] && !is_excluded(series.time_of(index))).collect();
    let trials = series.groups.len() as f64 * count as f64 * (count as f64 + 1.0) / 2.0;
    let limit = libm::log(trials / options.false_alarm);
    let is_reference: Vec<bool> =
        (0..count).map(|index| options.baseline.is_none_or(|span| in_span(series.time_of(index), &span))).collect();
    let mut masked = if options.starts_calm { upper_level(series, &usable) } else { vec![false; count] };
    let mut found = Found { peaks: Vec::new(), dispersions: Vec::new(), usable, limit };
    for _ in 0..PASSES {
        let grid = &*series;
        let is_quiet = |index: usize| found.usable[index] && !masked[index] && is_reference[index];
        let rates = baseline::expected_rate(table, |row| is_quiet(grid.index_of(row.time)));
        series.expect(table, &rates);
        let quiet: Vec<bool> = (0..count).map(is_quiet).collect();
        (found.peaks, found.dispersions) = scan_groups(series, &found.usable, &quiet, limit, options);
        let next = mask_of(&found, count);
        if next == masked {
            break;
        }
        masked = next;
    }
    found
}

/// Buckets of which a larger share fails than of all together: of two levels, those on the upper one.
fn upper_level(series: &Series, usable: &[bool]) -> Vec<bool> {
    let Some(all) = series.groups.first() else { return vec![false; usable.len()] };
    let sum = |values: &[f64]| values.iter().zip(usable).filter(|pair| *pair.1).map(|pair| *pair.0).sum::<f64>();
    let share = sum(&all.bad) / sum(&all.total).max(1.0);
    (0..usable.len()).map(|index| usable[index] && all.bad[index] > share * all.total[index]).collect()
}

/// Best significant stretch of each group, and the dispersion of each group.
fn scan_groups(
    series: &Series,
    usable: &[bool],
    is_quiet: &[bool],
    limit: f64,
    options: &WindowOptions,
) -> (Vec<Option<Peak>>, Vec<f64>) {
    let of_group = |number: usize| {
        let group = &series.groups[number];
        let dispersion = scan::dispersion(&group.bad, &group.expected, |index| is_quiet[index]);
        let counts = counts_of(series, number, usable, dispersion);
        let peak = scan::best(&counts.bad, &counts.expected, 0..counts.bad.len(), dispersion);
        (peak.filter(|peak| is_incident(&counts, *peak, series.bucket, limit, options)), dispersion)
    };
    (0..series.groups.len()).map(of_group).unzip()
}

pub(super) fn is_incident(counts: &Counts, peak: Peak, bucket: i64, limit: f64, options: &WindowOptions) -> bool {
    let length = i64::try_from(peak.last + 1 - peak.first).unwrap_or(i64::MAX);
    peak.score > limit
        && counts.rise(peak.first, peak.last) >= options.least_rise
        && length.saturating_mul(bucket) >= options.shortest
}

/// Buckets of any found stretch with their guard; none when that would leave less than a third to learn from.
fn mask_of(found: &Found, count: usize) -> Vec<bool> {
    let mut masked = vec![false; count];
    for peak in found.peaks.iter().flatten() {
        let last = (peak.last + GUARD).min(count - 1);
        masked[peak.first.saturating_sub(GUARD)..=last].fill(true);
    }
    let usable = found.usable.iter().filter(|is_usable| **is_usable).count();
    let left = masked.iter().zip(&found.usable).filter(|(is_masked, is_usable)| !**is_masked && **is_usable).count();
    if left * 3 >= usable { masked } else { vec![false; count] }
}

/// Group with the highest score; the one with fewer terms (earlier) among equals.
pub(super) fn strongest(found: &Found) -> Option<(usize, Peak)> {
    let mut best: Option<(usize, Peak)> = None;
    for (group, peak) in found.peaks.iter().enumerate() {
        if let Some(peak) = peak.filter(|peak| best.is_none_or(|(_, known)| peak.score > known.score)) {
            best = Some((group, peak));
        }
    }
    best
}

pub(super) fn counts_of(series: &Series, group: usize, usable: &[bool], dispersion: f64) -> Counts {
    let group = &series.groups[group];
    let keep = |values: &[f64]| {
        values.iter().zip(usable).map(|(value, is_usable)| if *is_usable { *value } else { 0.0 }).collect()
    };
    let is_gap = series.is_present.iter().map(|is_present| !is_present).collect();
    Counts { total: keep(&group.total), bad: keep(&group.bad), expected: keep(&group.expected), dispersion, is_gap }
}

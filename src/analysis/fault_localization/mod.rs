//! Where the incident was: the smallest set of slices that explains the excess of failures.
//!
//! In: a [`SliceTable`], the window and a baseline; out: a [`Localisation`]: claims, best first, further
//! candidates, and whether the incident is general. It does not look for the window.
//!
//! Method: every combination of up to [`candidates::MOST_TERMS`] terms is a candidate, as in `MacroBase` DIFF
//! (F. Abuzaid et al., VLDB 2018, doi:10.14778/3297753.3297761) and Adtributor (R. Bhagwan et al., NSDI 2014), but it is
//! judged by likelihood, since counts are small ([`gain`]), against what each slice's history lets expect
//! ([`expectation`]); several values or combinations may form one answer ([`answer`]). The incident is general when
//! everything together explains more than the best answer, or when that answer holds `general_share` of the usual traffic.
//!
//! Cost O(slices x combinations of dimensions). No rows in the window, no failure, or evidence no better than
//! chance: no claim and [`Scope::Unknown`]. Without a baseline the rows' own `expected_bad` is the reference,
//! and without that the other slices are.

pub mod answer;
pub mod candidates;
pub mod confidence;
pub mod expectation;
pub mod gain;

use super::slices::{NO_VALUE, SliceTable};
use super::statistics::{Interval, risk_ratio};
use answer::Answer;
use candidates::{Candidate, Cube, Sums};

/// Least log-likelihood of an answer (odds of 20 to 1).
const LEAST_SCORE: f64 = 3.0;
/// Most further candidates listed.
const MOST_CANDIDATES: usize = 5;
/// Most combinations looked at for them.
const MOST_LOOKED_AT: usize = 50;

/// How far the incident reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nearly everything was hit.
    General,
    /// The claims name what was hit.
    Localised,
    /// The counts do not tell.
    Unknown,
}

/// A combination of values with what it lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// `(dimension, value)`, in the order of the table's dimensions.
    pub terms: Vec<(String, String)>,
    /// Failures beyond the expected ones, in the window.
    pub excess_bad: f64,
    /// Share of all excess failures, 0..1.
    pub share_of_excess: f64,
    /// Failure rate inside over outside, in the window.
    pub risk_ratio: Option<Interval>,
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Confidence that the claims, all of them and nothing else, are where the incident was, 0..1; none for a candidate.
    pub confidence: Option<f64>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Localisation {
    /// Slices that explain the incident, best first; empty when general or unknown.
    pub claims: Vec<Slice>,
    /// The next best.
    pub candidates: Vec<Slice>,
    /// How far it reached.
    pub scope: Scope,
    /// Confidence in `scope`, 0..1.
    pub scope_confidence: f64,
}

impl Localisation {
    const UNKNOWN: Self =
        Self { claims: Vec::new(), candidates: Vec::new(), scope: Scope::Unknown, scope_confidence: 0.0 };
}

/// Finds the slices that explain the excess in `window` (half-open, microseconds). `general_share` in 0..1
/// is the share of traffic from which an incident counts as general.
pub fn localise(
    table: &SliceTable,
    window: (i64, i64),
    baseline: Option<(i64, i64)>,
    exclude: &[(i64, i64)],
    general_share: f64,
) -> Localisation {
    let sums = Sums::of(&expectation::leaves_of(table, window, baseline, exclude));
    let members: Vec<usize> = (0..sums.len()).filter(|&slice| sums[slice].total > 0.0).collect();
    let mut all = Sums::ZERO;
    sums.iter().for_each(|slice| all.add(slice));
    let cube = Cube::new(table);
    let Some(found) = answer::find(&cube, &sums, &members, &all) else {
        return Localisation::UNKNOWN;
    };
    if found.score.max(found.everything) < LEAST_SCORE {
        return Localisation::UNKNOWN;
    }
    let share = share_of(&cube, &found.claims, &sums, &all);
    let is_general = share >= general_share || found.everything >= found.score;
    let rivals = rivals_of(&found, &all, general_share);
    let confidence = confidence::of_claims(&found, rivals.first().map_or(0.0, |rival| rival.score));
    let slice = |candidate: &Candidate, confidence: Option<f64>| Slice {
        confidence,
        ..slice_of(table, &cube, candidate, &sums, &all)
    };
    let claimed = if is_general { &[][..] } else { &found.claims[..] };
    Localisation {
        claims: claimed.iter().map(|claim| slice(claim, Some(confidence))).collect(),
        candidates: rivals.iter().take(MOST_CANDIDATES).map(|rival| slice(rival, None)).collect(),
        scope: if is_general { Scope::General } else { Scope::Localised },
        scope_confidence: confidence::of_scope(&found, share, general_share, is_general),
    }
}

/// The next best combinations: of those that hold the same rows only the best, and none that holds nearly everything.
fn rivals_of(found: &Answer, all: &Sums, general_share: f64) -> Vec<Candidate> {
    let counts = |candidate: &Candidate| (candidate.total, candidate.bad, candidate.usual_total);
    let is_slice = |candidate: &Candidate| {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let of_window = share(candidate.total, all.total);
        of_window.max(share(candidate.usual_total, all.usual_total)) < general_share
    };
    let mut rivals: Vec<Candidate> = Vec::new();
    for candidate in found.ranked.iter().take(MOST_LOOKED_AT).filter(|candidate| is_slice(candidate)) {
        if !found.claims.iter().chain(&rivals).any(|known| counts(known) == counts(candidate)) {
            rivals.push(*candidate);
        }
    }
    rivals
}

/// Share of the usual traffic in slices that any of `claims` holds; of the traffic in the window without a reference.
fn share_of(cube: &Cube<'_>, claims: &[Candidate], sums: &[Sums], all: &Sums) -> f64 {
    let traffic = |sums: &Sums| if all.usual_total > 0.0 { sums.usual_total } else { sums.total };
    let is_claimed = |slice: &usize| claims.iter().any(|claim| cube.holds(claim, *slice));
    let held: f64 = (0..sums.len()).filter(is_claimed).map(|slice| traffic(&sums[slice])).sum();
    held / traffic(all).max(f64::MIN_POSITIVE)
}

fn slice_of(table: &SliceTable, cube: &Cube<'_>, candidate: &Candidate, sums: &[Sums], all: &Sums) -> Slice {
    let name = |(dimension, code): (usize, u32)| {
        let value = if code == NO_VALUE { String::new() } else { table.values[dimension][code as usize].clone() };
        (table.dimensions[dimension].clone(), value)
    };
    // The sums of a candidate may leave out what a better one explains: a slice is shown whole.
    let mut whole = Sums::ZERO;
    (0..sums.len()).filter(|&slice| cube.holds(candidate, slice)).for_each(|slice| whole.add(&sums[slice]));
    let excess = whole.excess();
    let (outside_bad, outside) = ((all.bad - whole.bad).max(0.0), (all.total - whole.total).max(0.0));
    Slice {
        terms: cube.terms(candidate).into_iter().map(name).collect(),
        excess_bad: excess,
        share_of_excess: (excess / all.excess().max(excess).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0),
        risk_ratio: risk_ratio::interval(whole.bad, whole.total, outside_bad.min(outside), outside),
        total: whole.total,
        bad: whole.bad,
        confidence: None,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

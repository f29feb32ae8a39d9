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
    let scope = if is_general { Scope::General } else { Scope::Localised };
    let scope_confidence = confidence(&found, share, general_share, is_general);
    let slice = |candidate: &Candidate| slice_of(table, &cube, candidate, &sums, &all);
    let claims: Vec<Slice> = if is_general { Vec::new() } else { found.claims.iter().map(slice).collect() };
    let mut listed: Vec<Slice> = Vec::new();
    for candidate in found.ranked.iter().take(MOST_LOOKED_AT) {
        let candidate = slice(candidate);
        let is_same = |known: &Slice| known.bad == candidate.bad && known.total == candidate.total;
        if !claims.iter().chain(&listed).any(is_same) && listed.len() < MOST_CANDIDATES {
            listed.push(candidate);
        }
    }
    Localisation { claims, candidates: listed, scope, scope_confidence }
}
/// Most combinations looked at for the next best: those with the same rows as a better one are left out.
const MOST_LOOKED_AT: usize = 50;

/// Share of the usual traffic in slices that any of `claims` holds; of the traffic in the window without a reference.
fn share_of(cube: &Cube<'_>, claims: &[Candidate], sums: &[Sums], all: &Sums) -> f64 {
    let traffic = |sums: &Sums| if all.usual_total > 0.0 { sums.usual_total } else { sums.total };
    let is_claimed = |slice: &usize| claims.iter().any(|claim| cube.holds(claim, *slice));
    let held: f64 = (0..sums.len()).filter(is_claimed).map(|slice| traffic(&sums[slice])).sum();
    held / traffic(all).max(f64::MIN_POSITIVE)
}

/// Rises with the distance from the border between general and localised, and with the evidence.
fn confidence(found: &Answer, share: f64, general_share: f64, is_general: bool) -> f64 {
    let room = if is_general { 1.0 - general_share } else { general_share };
    let distance = if room > 0.0 { ((share - general_share).abs() / room).min(1.0) } else { 1.0 };
    let (less, more) = (found.everything.min(found.score), found.everything.max(found.score));
    let lead = 1.0 - (less / more).max(0.0);
    let distance = match (is_general, share >= general_share) {
        (true, true) => distance,
        (true, false) => lead,
        (false, _) => distance.min(lead),
    };
    let evidence = more / (more + LEAST_SCORE);
    (0.55 + 0.42 * distance.sqrt() * evidence).min(0.97)
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three edges, two devices, two providers; ten quiet minutes, then one where `is_hit` slices fail.
    fn table(is_hit: impl Fn(&str, &str, &str) -> bool) -> SliceTable {
        let mut table = SliceTable::default();
        for minute in 0..11 {
            for edge in ["north", "south", "west"] {
                for device in ["tv", "phone"] {
                    for isp in ["alba", "boreal"] {
                        let bad = if minute == 10 && is_hit(edge, device, isp) { 45.0 } else { 2.0 };
                        table.push(minute, &[("edge", edge), ("device", device), ("isp", isp)], 100.0, bad, None, None);
                    }
                }
            }
        }
        table
    }

    fn claims(table: &SliceTable) -> Vec<Vec<(String, String)>> {
        localise(table, (10, 11), None, &[], 0.8).claims.into_iter().map(|slice| slice.terms).collect()
    }

    fn term(dimension: &str, value: &str) -> (String, String) {
        (dimension.to_owned(), value.to_owned())
    }

    #[test]
    fn names_one_value() {
        assert_eq!(claims(&table(|edge, _, _| edge == "west")), [vec![term("edge", "west")]]);
    }

    #[test]
    fn names_a_combination_of_two_dimensions() {
        let found = claims(&table(|edge, device, _| edge == "west" && device == "tv"));
        assert_eq!(found, [vec![term("edge", "west"), term("device", "tv")]]);
    }

    #[test]
    fn names_two_values_of_one_dimension() {
        let mut found = claims(&table(|edge, _, _| edge != "west"));
        found.sort();
        assert_eq!(found, [vec![term("edge", "north")], vec![term("edge", "south")]]);
    }

    #[test]
    fn names_two_values_beside_a_fixed_term() {
        let mut found = claims(&table(|edge, device, _| edge != "west" && device == "tv"));
        found.sort();
        let pair = |edge| vec![term("edge", edge), term("device", "tv")];
        assert_eq!(found, [pair("north"), pair("south")]);
    }

    #[test]
    fn is_general_when_every_value_is_hit() {
        let found = localise(&table(|_, _, _| true), (10, 11), None, &[], 0.8);
        assert_eq!((found.scope, found.claims.len()), (Scope::General, 0));
        assert!(found.scope_confidence > 0.8);
    }

    #[test]
    fn says_nothing_without_excess_or_rows() {
        assert_eq!(localise(&table(|_, _, _| false), (10, 11), None, &[], 0.8).scope, Scope::Unknown);
        assert_eq!(localise(&SliceTable::default(), (10, 11), None, &[], 0.8).scope, Scope::Unknown);
        assert_eq!(localise(&table(|_, _, _| true), (50, 60), None, &[], 0.8).scope, Scope::Unknown);
    }

    #[test]
    fn gives_the_same_answer_with_the_rows_reversed() {
        let table = table(|edge, device, _| edge == "west" && device == "tv");
        let mut reversed = SliceTable::default();
        for row in (0..table.len()).rev().map(|index| table.row(index)) {
            let terms: Vec<(&str, &str)> = (0..3)
                .rev()
                .map(|dimension| {
                    let code = table.code(row.slice, dimension) as usize;
                    (table.dimensions[dimension].as_str(), table.values[dimension][code].as_str())
                })
                .collect();
            reversed.push(row.time, &terms, row.total, row.bad, None, None);
        }
        reversed.sort();
        let mut sorted = table;
        sorted.sort();
        assert_eq!(localise(&sorted, (10, 11), None, &[], 0.8), localise(&reversed, (10, 11), None, &[], 0.8));
    }
}

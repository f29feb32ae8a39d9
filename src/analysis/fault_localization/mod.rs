//! Where the incident was: the smallest set of slices that explains the excess of failures.
//!
//! In: a [`SliceTable`], the window and a baseline; out: a [`Localisation`]: claims, best first, further
//! candidates, and whether the incident is general. It does not look for the window.
//!
//! Method: every combination of up to [`candidates::MOST_TERMS`] terms is a candidate, as in `MacroBase` DIFF
//! (F. Abuzaid et al., VLDB 2018, doi:10.14778/3297753.3297761) and Adtributor (R. Bhagwan et al., NSDI 2014), but it is
//! scored by likelihood, since leaf counts are small: see [`score`]. Values of one dimension may form one answer
//! together. The incident is general when in every dimension values with at least `HIT` of the overall excess rate
//! hold `general_share` of the usual traffic, and everything together explains more than the best slice.
//!
//! Cost O(slices x combinations of dimensions). No rows in the window, no failure, or evidence no better than
//! chance: no claim and [`Scope::Unknown`]. Without a baseline the rows' own `expected_bad` is the reference,
//! and without that the other slices are.

pub mod candidates;
pub mod score;

use super::incident_window::baseline::is_reference;
use super::slices::{NO_VALUE, SliceTable};
use super::statistics::{Interval, risk_ratio};
use candidates::{Candidate, Leaf};

/// A value is hit when its excess rate reaches this share of the overall one.
const HIT: f64 = 0.5;
/// Least score of a claim: log-likelihood beyond what the number of candidates explains is asked for apart.
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

/// Finds the slices that explain the excess in `window` (half-open, microseconds). `general_share` in 0..1
/// is the share of traffic from which an incident counts as general.
pub fn localise(
    table: &SliceTable,
    window: (i64, i64),
    baseline: Option<(i64, i64)>,
    exclude: &[(i64, i64)],
    general_share: f64,
) -> Localisation {
    let leaves = leaves_of(table, window, baseline, exclude);
    let all = Candidate::sum_of(&leaves);
    let found = candidates::all_of(table, &leaves);
    let ranked = score::rank(&found, &all, general_share);
    let Some(best) = ranked.first().filter(|answer| answer.score >= LEAST_SCORE) else {
        return Localisation {
            claims: Vec::new(),
            candidates: Vec::new(),
            scope: Scope::Unknown,
            scope_confidence: 0.0,
        };
    };
    let reach = reach_of(table, &found, &all);
    let slice = |number: &usize| slice_of(table, &found[*number], &all);
    let listed = score::flat(&ranked, &found, MOST_CANDIDATES + best.members.len());
    let is_general = reach >= general_share && score::evidence(all.bad, all.expected) >= best.score;
    let claims: Vec<Slice> = if is_general { Vec::new() } else { best.members.iter().map(slice).collect() };
    let rest = listed.iter().filter(|number| is_general || !best.members.contains(number));
    let candidates = rest.take(MOST_CANDIDATES).map(slice).collect();
    let scope = if is_general { Scope::General } else { Scope::Localised };
    let distance = if is_general { reach } else { reach.min(general_share) };
    let scope_confidence = confidence(distance, general_share, best.score);
    Localisation { claims, candidates, scope, scope_confidence }
}

/// Counts of each slice in window and baseline, with the failures expected in the window.
fn leaves_of(
    table: &SliceTable,
    window: (i64, i64),
    baseline: Option<(i64, i64)>,
    exclude: &[(i64, i64)],
) -> Vec<Leaf> {
    let mut leaves = vec![Leaf::default(); table.slice_count()];
    for row in table.rows() {
        let leaf = &mut leaves[row.slice];
        if row.time >= window.0 && row.time < window.1 {
            leaf.total += row.total;
            leaf.bad += row.bad;
            leaf.expected += row.expected_bad.unwrap_or(0.0);
        } else if is_reference(row.time, window, baseline, exclude) {
            leaf.usual_total += row.total;
            leaf.usual_bad += row.bad;
        }
    }
    score::expect(&mut leaves);
    leaves
}

/// Smallest share of usual traffic, over the dimensions, that lies in values that were hit. One when there is no
/// dimension with two values.
fn reach_of(table: &SliceTable, found: &[Candidate], all: &Candidate) -> f64 {
    let limit = HIT * all.excess_rate();
    let mut shares = vec![(0.0, 0.0, 0_usize); table.dimensions.len()];
    for candidate in found.iter().filter(|candidate| candidate.terms.len() == 1) {
        let share = &mut shares[candidate.terms[0].0];
        let traffic = if all.usual_total > 0.0 { candidate.usual_total } else { candidate.total };
        share.1 += traffic;
        share.2 += 1;
        if candidate.excess_rate() >= limit {
            share.0 += traffic;
        }
    }
    let known = shares.iter().filter(|share| share.2 > 1 && share.1 > 0.0);
    known.map(|share| share.0 / share.1).fold(1.0, f64::min)
}

/// Rises with the distance from the border between general and localised, and with the evidence.
fn confidence(reach: f64, general_share: f64, score: f64) -> f64 {
    let room = if reach >= general_share { 1.0 - general_share } else { general_share };
    let distance = if room > 0.0 { ((reach - general_share).abs() / room).min(1.0) } else { 1.0 };
    let evidence = score / (score + LEAST_SCORE);
    (0.55 + 0.42 * distance.sqrt() * evidence).min(0.97)
}

fn slice_of(table: &SliceTable, candidate: &Candidate, all: &Candidate) -> Slice {
    let name = |&(dimension, code): &(usize, u32)| {
        let value = if code == NO_VALUE { String::new() } else { table.values[dimension][code as usize].clone() };
        (table.dimensions[dimension].clone(), value)
    };
    let excess = candidate.excess();
    let (outside_bad, outside) = ((all.bad - candidate.bad).max(0.0), (all.total - candidate.total).max(0.0));
    Slice {
        terms: candidate.terms.iter().map(name).collect(),
        excess_bad: excess,
        share_of_excess: (excess / all.excess().max(excess).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0),
        risk_ratio: risk_ratio::interval(candidate.bad, candidate.total, outside_bad.min(outside), outside),
        total: candidate.total,
        bad: candidate.bad,
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

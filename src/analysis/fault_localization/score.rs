//! How well a combination of values explains the excess.
//!
//! In: counts per combination; out: answers (one combination, or several values of the same dimensions), best
//! first. It does not decide whether the incident is general.
//!
//! The score of a combination is the Poisson log-likelihood ratio of Kulldorff's scan statistic (1997,
//! doi:10.1080/03610929708831995), `b ln(b/e) - (b - e)`, less `TERM_COST` per term, divided by the square root of the
//! rise that remains outside: an answer that leaves much unexplained is a part of the truth, or beside it. Expected
//! failures come from the slice's own history, drawn towards the overall rate with the weight of
//! `PRIOR_EVENTS` failures (gamma-Poisson; Clayton and Kaldor 1987, doi:10.2307/2532003), so that slices never seen do not win
//! by an expectation of zero. Values of the same dimensions make one answer when each is clearly hit and as
//! hard as the worst. Cost O(candidates log candidates). Empty input gives no answer.

use std::collections::BTreeMap;

use super::candidates::{Candidate, Leaf};

/// Failures that the overall rate weighs as much as.
const PRIOR_EVENTS: f64 = 2.0;
/// Log-likelihood that a further term must bring.
const TERM_COST: f64 = 1.0;
/// Most values that one answer may join.
const MOST_JOINED: usize = 6;
/// A joined value has this share of the strongest one's excess rate, at least.
const ALIKE: f64 = 0.5;
/// What joining one more value costs, as a factor of the score.
const JOIN_COST: f64 = 0.9;
/// Values beside a fixed term are joined only when what else the term holds fails at most this many times as
/// often as expected: else the term itself is the answer.
const CLEAN: f64 = 1.5;
/// Log-likelihood, per value, that decides between two readings (odds of 100 to 1, H. Jeffreys, "Theory of probability", 1961).
const DECISIVE: f64 = 4.6;

/// One combination or several of the same dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Numbers of the candidates, strongest first.
    pub members: Vec<usize>,
    /// Evidence; higher is better.
    pub score: f64,
}

/// Fills `expected` of every slice: its history drawn to the overall rate; without any history what the rows
/// said, and without that the rate of all slices in the window.
pub fn expect(leaves: &mut [Leaf]) {
    let sum = |of: fn(&Leaf) -> f64| leaves.iter().map(of).sum::<f64>();
    let (usual_total, usual_bad) = (sum(|leaf| leaf.usual_total), sum(|leaf| leaf.usual_bad));
    if usual_total <= 0.0 {
        if sum(|leaf| leaf.expected) <= 0.0 {
            let rate = (sum(|leaf| leaf.bad) + 0.5) / (sum(|leaf| leaf.total) + 1.0);
            for leaf in leaves {
                leaf.expected = leaf.total * rate;
            }
        }
        return;
    }
    let overall = (usual_bad + 0.5) / (usual_total + 1.0);
    let weight = PRIOR_EVENTS / overall;
    for leaf in leaves {
        let rate = (leaf.usual_bad + PRIOR_EVENTS) / (leaf.usual_total + weight);
        leaf.expected = leaf.total * rate.min(0.95);
    }
}

/// Answers with an excess, best first; combinations that hold `general_share` of the events name nothing.
pub fn rank(found: &[Candidate], all: &Candidate, general_share: f64) -> Vec<Answer> {
    let is_slice = |candidate: &Candidate| candidate.total < general_share * all.total;
    let single = |number: usize| Answer { members: vec![number], score: score(&found[number], 1.0, all, 1) };
    let mut answers: Vec<Answer> = (0..found.len()).filter(|&number| is_slice(&found[number])).map(single).collect();
    let joins = joined(found, all);
    answers.extend(joins.into_iter().filter(|answer| sum(answer, found) < general_share * all.total));
    answers.retain(|answer| answer.score > 0.0);
    let simplicity = |answer: &Answer| (answer.members.len(), found[answer.members[0]].terms.len());
    answers.sort_by(|left, right| {
        right.score.total_cmp(&left.score).then_with(|| simplicity(left).cmp(&simplicity(right)))
    });
    answers
}

/// Candidates in the order of the answers they occur in, each once, without those that are the same rows as a
/// better one.
pub fn flat(ranked: &[Answer], found: &[Candidate], most: usize) -> Vec<usize> {
    let mut listed: Vec<usize> = Vec::new();
    for &number in ranked.iter().flat_map(|answer| &answer.members) {
        let candidate = &found[number];
        let is_same = |known: &usize| {
            let known = &found[*known];
            (known.total, known.bad) == (candidate.total, candidate.bad)
        };
        if !listed.iter().any(is_same) {
            listed.push(number);
        }
        if listed.len() >= most {
            break;
        }
    }
    listed
}

/// `b ln(b/e) - (b - e)` where there are more failures than expected, else zero.
pub fn evidence(bad: f64, expected: f64) -> f64 {
    if bad > expected && expected > 0.0 { bad * libm::log(bad / expected) - (bad - expected) } else { 0.0 }
}

/// Events of all members.
fn sum(answer: &Answer, found: &[Candidate]) -> f64 {
    answer.members.iter().map(|&number| found[number].total).sum()
}

fn score(candidate: &Candidate, factor: f64, all: &Candidate, members: usize) -> f64 {
    let cost = TERM_COST * (candidate.terms.len() * members) as f64;
    let likelihood = evidence(candidate.bad, candidate.expected) - cost;
    (likelihood * factor / outside(candidate, all).sqrt()).max(0.0)
}

/// Rise that remains outside, at least 1.
fn outside(candidate: &Candidate, all: &Candidate) -> f64 {
    ((all.bad - candidate.bad + 1.0) / (all.expected - candidate.expected + 1.0)).max(1.0)
}

/// Dimension whose values are joined, and the term beside them.
type Family = (usize, Option<(usize, u32)>);

/// Answers of two or more values of one dimension, alone or beside one fixed term.
fn joined(found: &[Candidate], all: &Candidate) -> Vec<Answer> {
    let mut families: BTreeMap<Family, Vec<usize>> = BTreeMap::new();
    for (number, candidate) in found.iter().enumerate() {
        if evidence(candidate.bad, candidate.expected) <= TERM_COST {
            continue;
        }
        match candidate.terms[..] {
            [only] => families.entry((only.0, None)).or_default().push(number),
            [first, second] => {
                families.entry((first.0, Some(second))).or_default().push(number);
                families.entry((second.0, Some(first))).or_default().push(number);
            }
            _ => {}
        }
    }
    let answers_of = |(key, family): (Family, Vec<usize>)| {
        let parent = key.1.and_then(|term| found.iter().find(|candidate| candidate.terms == [term]));
        join(family, found, all, parent)
    };
    families.into_iter().filter(|(_, family)| family.len() > 1).flat_map(answers_of).collect()
}

/// Whether several values beside a term tell decidedly more than the term alone: what is left of it is clean.
fn is_better(sum: &Candidate, likelihood: f64, parent: &Candidate) -> bool {
    let alone = evidence(parent.bad, parent.expected);
    sum.total < parent.total && outside(sum, parent) <= CLEAN && likelihood > alone
}

/// Grows one answer from the strongest value of a family, value by value; `parent` is the fixed term, if any.
fn join(mut family: Vec<usize>, found: &[Candidate], all: &Candidate, parent: Option<&Candidate>) -> Vec<Answer> {
    let strength = |number: &usize| evidence(found[*number].bad, found[*number].expected);
    family.sort_by(|left, right| strength(right).total_cmp(&strength(left)));
    let Some(&first) = family.first() else {
        return Vec::new();
    };
    let (mut sum, mut members, mut likelihood) = (found[first].clone(), vec![first], strength(&first));
    let mut answers = Vec::new();
    for number in family.into_iter().skip(1).take(MOST_JOINED - 1) {
        let next = &found[number];
        if next.excess_rate() < ALIKE * sum.excess_rate() {
            continue;
        }
        sum.total += next.total;
        sum.bad += next.bad;
        sum.expected += next.expected;
        likelihood += strength(&number) - TERM_COST * next.terms.len() as f64;
        members.push(number);
        let factor = JOIN_COST.powi(i32::try_from(members.len() - 1).unwrap_or(i32::MAX));
        let score = likelihood * factor / outside(&sum, all).sqrt();
        if parent.is_some_and(|parent| !is_better(&sum, likelihood - DECISIVE * members.len() as f64, parent)) {
            continue;
        }
        answers.push(Answer { members: members.clone(), score });
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(terms: &[(usize, u32)], total: f64, bad: f64, expected: f64) -> Candidate {
        Candidate { terms: terms.to_vec(), total, bad, expected, usual_total: total }
    }

    #[test]
    fn prefers_the_simpler_of_equal_combinations() {
        let all = candidate(&[], 1000.0, 120.0, 20.0);
        let found = [candidate(&[(0, 0)], 200.0, 104.0, 4.0), candidate(&[(0, 0), (1, 0)], 200.0, 104.0, 4.0)];
        assert_eq!(rank(&found, &all, 0.8)[0].members, [0]);
    }

    #[test]
    fn does_not_let_an_unseen_slice_win() {
        let mut leaves = [
            Leaf { total: 1000.0, bad: 100.0, usual_total: 10_000.0, usual_bad: 100.0, ..Leaf::default() },
            Leaf { total: 3.0, bad: 2.0, ..Leaf::default() },
        ];
        expect(&mut leaves);
        assert!(leaves[1].expected > 0.02);
        assert!(evidence(leaves[0].bad, leaves[0].expected) > 10.0 * evidence(leaves[1].bad, leaves[1].expected));
    }

    #[test]
    fn does_not_name_what_holds_nearly_everything() {
        let all = candidate(&[], 1000.0, 120.0, 20.0);
        assert!(rank(&[candidate(&[(0, 0)], 950.0, 118.0, 19.0)], &all, 0.8).is_empty());
    }

    #[test]
    fn has_no_answer_for_nothing() {
        assert!(rank(&[], &Candidate::default(), 0.8).is_empty());
        expect(&mut []);
        assert!(flat(&[], &[], 5).is_empty());
    }
}

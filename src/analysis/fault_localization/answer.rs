//! Which combinations explain the failures: one, several together, or everything.
//!
//! In: gains per slice and their [`Cube`]; out: an [`Answer`]. It does not say how sure it is.
//!
//! One combination is the best if its slices, hit by one ratio, gain the most log-likelihood after the cost of its terms. Several are
//! found in two ways: values of the same dimensions that were hit beside each other (the penalised subset scan of S. Speakman et al.,
//! "Penalized fast subset scanning", 2016, doi:10.1080/10618600.2015.1029578, where the gains of values of one dimension add up), and the best
//! combination in what the ones before leave unexplained (greedy, as in D. Golovin et al.'s set cover and in Adtributor, R. Bhagwan et
//! al., NSDI 2014). More combinations must explain more: with a price for each, the simpler answer wins whenever it comes near.
//!
//! Cost that of at most `MOST_SEARCHED` cubes, as a rule of one. Nothing that rose gives no answer.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::candidates::{Candidate, Cube, Sums};
use super::gain;

/// A combination found in what others leave brings at least this share of their average: a real slice never fails
/// quite evenly, so what a true one leaves always holds some excess.
const NEXT: f64 = 0.5;
/// Values beside each other bring, each beyond the first, at least this share of what fewer combinations explain: some values of any slice
/// that was hit escape by chance.
const BESIDE: f64 = 0.25;
/// Most combinations beside each other in an answer.
const MOST_JOINED: usize = 6;
/// Most combinations found one after the other: each takes another look at all slices.
const MOST_SEARCHED: usize = 3;
/// The rest is searched for a further combination when it holds this share of the excess (the least explanatory power of Adtributor).
const LEFT: f64 = 0.1;

/// The combinations that explain the failures, and how everything together compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The combinations, best first.
    pub claims: Vec<Candidate>,
    /// Log-likelihood they gain together, less the cost of their terms.
    pub score: f64,
    /// Log-likelihood gained if everything was hit alike.
    pub everything: f64,
    /// Single combinations, best first, the claimed ones among them.
    pub ranked: Vec<Candidate>,
}

/// The best answer over the slices with events, `members`; `None` when failures rose nowhere.
pub fn find(cube: &Cube<'_>, sums: &[Sums], members: &[usize], all: &Sums) -> Option<Answer> {
    let mut ranked = cube.candidates(sums, members);
    ranked.sort_unstable_by(|left, right| order(cube, left, right));
    let mut sets: BTreeMap<usize, Vec<Joined>> = BTreeMap::new();
    if let Some(&first) = ranked.first() {
        let found = left_over(cube, sums, members, first, all).into_iter().chain(beside(cube, &ranked));
        for set in found {
            sets.entry(set.claims.len()).or_default().push(set);
        }
        sets.insert(1, vec![Joined { score: first.score, claims: vec![first], price: 0.0 }]);
    }
    let everything = gain::best(&all.gains);
    let chosen = sets.into_values().flatten().reduce(|best, next| {
        let more = (next.claims.len() - best.claims.len()) as f64 / best.claims.len() as f64;
        if next.score > best.score && next.score >= best.score * (1.0 + next.price * more) { next } else { best }
    });
    match chosen {
        Some(Joined { score, claims, .. }) => Some(Answer { claims, score, everything, ranked }),
        None if everything > 0.0 => Some(Answer { claims: Vec::new(), score: 0.0, everything, ranked }),
        None => None,
    }
}

/// Better first; of equal ones the simpler, then the one whose dimensions have fewer values (region before city).
fn order(cube: &Cube<'_>, left: &Candidate, right: &Candidate) -> Ordering {
    let simplicity = |candidate: &Candidate| (candidate.terms, cube.breadth(candidate), candidate.set, candidate.slice);
    right.score.total_cmp(&left.score).then_with(|| simplicity(left).cmp(&simplicity(right)))
}

/// Combinations that together may be the answer.
struct Joined {
    score: f64,
    claims: Vec<Candidate>,
    /// Share that each further combination must bring.
    price: f64,
}

/// A dimension and the terms beside it.
type Family = (usize, Vec<(usize, u32)>);

/// Values of one dimension beside the same terms, the strongest two, three and so on together.
fn beside(cube: &Cube<'_>, ranked: &[Candidate]) -> Vec<Joined> {
    // A member far below the best cannot be part of a chosen answer.
    let least = ranked.first().map_or(0.0, |best| BESIDE * best.score);
    let mut families: BTreeMap<Family, Vec<Candidate>> = BTreeMap::new();
    for candidate in ranked.iter().take_while(|candidate| candidate.score >= least) {
        let terms = cube.terms(candidate);
        for (place, term) in terms.iter().enumerate() {
            let mut others = terms.clone();
            others.remove(place);
            families.entry((term.0, others)).or_default().push(*candidate);
        }
    }
    let sets = |family: Vec<Candidate>| {
        (2..=family.len().min(MOST_JOINED)).map(move |count| {
            let claims = family[..count].to_vec();
            Joined { score: claims.iter().map(|claim| claim.score).sum(), claims, price: BESIDE }
        })
    };
    families.into_values().flat_map(sets).collect()
}

/// The best combination, then the best in what it leaves, and so on.
fn left_over(cube: &Cube<'_>, sums: &[Sums], members: &[usize], first: Candidate, all: &Sums) -> Vec<Joined> {
    let (mut score, mut claims, mut rest) = (first.score, vec![first], members.to_vec());
    let mut found = Vec::new();
    while claims.len() < MOST_SEARCHED {
        let last = claims[claims.len() - 1];
        rest.retain(|&slice| !cube.holds(&last, slice));
        let left: f64 = rest.iter().map(|&slice| sums[slice].excess()).sum();
        if left < LEFT * all.excess() {
            break;
        }
        let next = cube.candidates(sums, &rest).into_iter().min_by(|left, right| order(cube, left, right));
        let Some(next) = next.filter(|next| next.score >= NEXT * score / claims.len() as f64) else {
            break;
        };
        score += next.score;
        claims.push(next);
        found.push(Joined { score, claims: claims.clone(), price: NEXT });
    }
    found
}

//! Which combinations explain the failures: one, several together, or everything.
//!
//! In: gains per slice and their [`Cube`]; out: an [`Answer`]. It does not say how sure it is.
//!
//! One combination is the best if its slices, hit by one ratio, gain the most log-likelihood after the cost of its terms. Several are
//! found in two ways: values of the same dimensions that were hit beside each other (the penalised subset scan of S. Speakman et al.,
//! "Penalized fast subset scanning", 2016, doi:10.1080/10618600.2015.1029578, where the gains of values of one dimension add up), and the best
//! combination in what the ones before leave unexplained (greedy, as in D. Golovin et al.'s set cover and in Adtributor, R. Bhagwan et
//! al., NSDI 2014). One more is an answer only if it brings at least `NEXT` of what those before bring on average, since a
//! real slice never fails quite evenly and its remainder always holds some excess.
//!
//! Cost that of at most [`MOST_JOINED`] cubes, as a rule of one. Nothing that rose gives no answer.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::candidates::{Candidate, Cube, Sums};
use super::gain;

/// A further combination brings at least this share of the average of those before.
const NEXT: f64 = 0.5;
/// Most combinations in an answer.
const MOST_JOINED: usize = 6;
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
    let mut sets: BTreeMap<usize, (f64, Vec<Candidate>)> = BTreeMap::new();
    if let Some(&first) = ranked.first() {
        sets.insert(1, (first.score, vec![first]));
        for (score, claims) in beside(cube, &ranked).into_iter().chain(left_over(cube, sums, members, first, all)) {
            let known = sets.entry(claims.len()).or_insert_with(|| (score, claims.clone()));
            if score > known.0 {
                *known = (score, claims);
            }
        }
    }
    let everything = gain::best(&all.gains);
    let chosen = sets.into_values().reduce(|best, next| {
        let more = (next.1.len() - best.1.len()) as f64 / best.1.len() as f64;
        if next.0 >= best.0 * (1.0 + NEXT * more) { next } else { best }
    });
    match chosen {
        Some((score, claims)) => Some(Answer { claims, score, everything, ranked }),
        None if everything > 0.0 => Some(Answer { claims: Vec::new(), score: 0.0, everything, ranked }),
        None => None,
    }
}

/// Better first; of equal ones the simpler, then the one whose dimensions have fewer values (region before city).
fn order(cube: &Cube<'_>, left: &Candidate, right: &Candidate) -> Ordering {
    let simplicity = |candidate: &Candidate| (candidate.terms, cube.breadth(candidate), candidate.set, candidate.slice);
    right.score.total_cmp(&left.score).then_with(|| simplicity(left).cmp(&simplicity(right)))
}

/// A dimension and the terms beside it.
type Family = (usize, Vec<(usize, u32)>);

/// Values of one dimension beside the same terms, the strongest two, three and so on together.
fn beside(cube: &Cube<'_>, ranked: &[Candidate]) -> Vec<(f64, Vec<Candidate>)> {
    // A member far below the best cannot be part of a chosen answer.
    let least = ranked.first().map_or(0.0, |best| 0.5 * NEXT * best.score);
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
            (claims.iter().map(|claim| claim.score).sum(), claims)
        })
    };
    families.into_values().flat_map(sets).collect()
}

/// The best combination, then the best in what it leaves, and so on.
fn left_over(
    cube: &Cube<'_>,
    sums: &[Sums],
    members: &[usize],
    first: Candidate,
    all: &Sums,
) -> Vec<(f64, Vec<Candidate>)> {
    let (mut score, mut claims, mut rest) = (first.score, vec![first], members.to_vec());
    let mut found = Vec::new();
    while claims.len() < MOST_JOINED {
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
        found.push((score, claims.clone()));
    }
    found
}

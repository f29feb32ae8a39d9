//! How sure an [`Answer`] is.
//!
//! In: the answer and the share of traffic it holds; out: confidence in the scope and in the claims, 0..1. It changes
//! neither.
//!
//! An answer is doubtful when another explains the failures nearly as well: the lead over the next best is taken relative
//! to the score, since slices of one incident differ by more than counting noise, and absolute where everything together is the
//! rival. The constants follow the shares of right answers, by lead, among real incidents: two in three when the next best
//! is within a twentieth, nineteen in twenty beyond. Fitted without a group of them in turn, answers told at 0.9 or more
//! were right as often on those left out. Cost O(1).

use super::LEAST_SCORE;
use super::answer::Answer;

/// Confidence between two answers that explain equally well.
const TOSS: f64 = 0.5;
/// Most that a claim is believed: names people give to a slice are not always those the counts show.
const MOST_CLAIMED: f64 = 0.95;
/// Lead, as a share of the score, that brings half of the way from the one to the other.
const HALF_LEAD: f64 = 0.03;
/// Most that a scope is believed.
const MOST_SCOPE: f64 = 0.97;
/// Distance from `general_share` beyond which the border raises no doubt, as a share of traffic.
const BORDER: f64 = 0.2;
/// Log-likelihood between the answer and everything together that brings half of the way.
const HALF_GAIN: f64 = 10.0;

/// Confidence that the claims are right: all of them, and nothing else. `rival` is the score of the best combination with
/// other rows that is not claimed; everything together is a rival too.
pub fn of_claims(found: &Answer, rival: f64) -> f64 {
    if found.score <= 0.0 {
        return 0.0;
    }
    let lead = ((found.score - rival.max(found.everything).max(0.0)) / found.score).clamp(0.0, 1.0);
    (TOSS + (MOST_CLAIMED - TOSS) * lead / (lead + HALF_LEAD)) * evidence(found.score)
}

/// Confidence that the scope is right. `share` is the share of traffic in the claims.
pub fn of_scope(found: &Answer, share: f64, general_share: f64, is_general: bool) -> f64 {
    let room = BORDER.min(if is_general { 1.0 - general_share } else { general_share });
    let distance = if room > 0.0 { ((share - general_share).abs() / room).min(1.0) } else { 1.0 };
    let lead = (found.score - found.everything.max(0.0)).abs();
    let lead = lead / (lead + HALF_GAIN);
    let clear = match (is_general, share >= general_share) {
        (true, true) => distance,
        (true, false) => lead,
        (false, _) => distance * lead,
    };
    TOSS + (MOST_SCOPE - TOSS) * clear * evidence(found.score.max(found.everything))
}

/// Rises to one with the log-likelihood.
fn evidence(score: f64) -> f64 {
    score / (score + LEAST_SCORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(score: f64, everything: f64) -> Answer {
        Answer { claims: Vec::new(), score, everything, ranked: Vec::new() }
    }

    #[test]
    fn a_near_rival_makes_a_claim_a_toss() {
        let found = answer(1000.0, 100.0);
        assert!((of_claims(&found, 1000.0) - 0.5).abs() < 0.01);
        assert!(of_claims(&found, 300.0) > 0.9);
        assert!(of_claims(&found, 970.0) < of_claims(&found, 900.0));
    }

    #[test]
    fn a_claim_is_no_surer_when_everything_explains_as_much() {
        assert!((of_claims(&answer(1000.0, 1000.0), 100.0) - 0.5).abs() < 0.01);
    }

    #[test]
    fn little_evidence_makes_little_confidence() {
        assert!(of_claims(&answer(4.0, 0.0), 0.0) < 0.6);
        assert_eq!(of_claims(&answer(0.0, 5.0), 0.0), 0.0);
    }

    #[test]
    fn the_border_of_general_is_doubtful_from_both_sides() {
        let found = answer(500.0, 100.0);
        assert!(of_scope(&found, 0.1, 0.8, false) > 0.9);
        assert!(of_scope(&found, 0.78, 0.8, false) < 0.6);
        assert!(of_scope(&found, 0.82, 0.8, true) < 0.6);
        assert!(of_scope(&answer(500.0, 900.0), 0.3, 0.8, true) > 0.9);
        assert!(of_scope(&answer(500.0, 501.0), 0.3, 0.8, true) < 0.6);
        assert!(of_scope(&found, 1.0, 1.0, true).is_finite());
    }
}

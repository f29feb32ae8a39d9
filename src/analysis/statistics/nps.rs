//! Interval of a net promoter score (adjusted Wald).
//!
//! In: promoters (9 or 10), passives (7 or 8) and detractors (0 to 6); out: the score in points,
//! -100 to 100, with its 95 % interval. It makes no statement on people who did not answer.
//!
//! Follows J. Lewis and J. Sauro, "The adjusted-Wald confidence interval for the net promoter score"
//! (`MeasuringU`, 2021): three answers are added, three quarters of one at either end, before the
//! variance of a difference of multinomial shares is taken. The value stays the plain score. Cost
//! O(1). No answers or an invalid count: `None`; equal answers give a width, as they should.

use super::{Interval, Z_95};

/// Score in points with its 95 % interval; fractional counts (weights) are allowed.
pub fn interval(promoters: f64, passives: f64, detractors: f64) -> Option<Interval> {
    let counts = [promoters, passives, detractors];
    if counts.iter().any(|count| !count.is_finite() || *count < 0.0) {
        return None;
    }
    let answers: f64 = counts.iter().sum();
    if answers <= 0.0 {
        return None;
    }
    let adjusted = answers + 3.0;
    let (top, bottom) = ((promoters + 0.75) / adjusted, (detractors + 0.75) / adjusted);
    let centre = top - bottom;
    let half = Z_95 * ((top + bottom - centre * centre) / adjusted).sqrt();
    let value = 100.0 * (promoters - detractors) / answers;
    let low = (100.0 * (centre - half)).clamp(-100.0, value);
    let high = (100.0 * (centre + half)).clamp(value, 100.0);
    Some(Interval { value, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_adjusted_wald_formula() {
        // 36 answers: 19 promoters, 9 passives, 8 detractors.
        let found = interval(19.0, 9.0, 8.0).expect("answers");
        assert!((found.value - 30.555_555).abs() < 1e-4);
        // (19.75 - 8.75) / 39 = .2821; sqrt((.7308 - .0796) / 39) = .12922
        assert!((found.low - 2.88).abs() < 0.05 && (found.high - 53.53).abs() < 0.05);
    }

    #[test]
    fn gives_a_width_when_all_answers_are_alike() {
        let found = interval(12.0, 0.0, 0.0).expect("answers");
        assert!((found.value - 100.0).abs() < 1e-12 && found.low < 90.0 && found.high <= 100.0);
    }

    #[test]
    fn says_nothing_without_answers() {
        assert_eq!(interval(0.0, 0.0, 0.0), None);
        assert_eq!(interval(-1.0, 2.0, 3.0), None);
        assert_eq!(interval(f64::NAN, 2.0, 3.0), None);
    }
}

//! Interval of a share (Wilson score).
//!
//! In: successes and trials; out: the share with its 95 % interval in 0..1. It does not correct for
//! clustered trials.
//!
//! Follows E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
//! JASA 22 (1927), doi:10.1080/01621459.1927.10502953. Cost O(1). No trials, a negative or missing
//! count, or more successes than trials: `None`. All or no successes give a proper one-sided width.

use super::{Interval, Z_95, is_share};

/// Share `successes / trials` with its 95 % interval; fractional counts (weights) are allowed.
pub fn interval(successes: f64, trials: f64) -> Option<Interval> {
    if !is_share(successes, trials) {
        return None;
    }
    let share = successes / trials;
    let z2 = Z_95 * Z_95;
    let scale = 1.0 + z2 / trials;
    let centre = (share + z2 / (2.0 * trials)) / scale;
    let variance = share * (1.0 - share) / trials + z2 / (4.0 * trials * trials);
    let half = Z_95 / scale * variance.sqrt();
    let low = if successes == 0.0 { 0.0 } else { (centre - half).clamp(0.0, share) };
    let high = if successes >= trials { 1.0 } else { (centre + half).clamp(share, 1.0) };
    Some(Interval { value: share, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_example() {
        // Newcombe 1998 (doi:10.1002/(SICI)1097-0258(19980430)17:8), table I: 81 of 263.
        let found = interval(81.0, 263.0).expect("valid counts");
        assert!((found.low - 0.2553).abs() < 5e-5 && (found.high - 0.3662).abs() < 5e-5);
    }

    #[test]
    fn keeps_the_ends_inside_zero_and_one() {
        let none = interval(0.0, 20.0).expect("valid counts");
        assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 5e-5);
        let all = interval(20.0, 20.0).expect("valid counts");
        assert!(all.high == 1.0 && all.low < 1.0);
    }

    #[test]
    fn says_nothing_without_valid_trials() {
        assert_eq!(interval(0.0, 0.0), None);
        assert_eq!(interval(-1.0, 5.0), None);
        assert_eq!(interval(6.0, 5.0), None);
        assert_eq!(interval(f64::NAN, 5.0), None);
        assert_eq!(interval(1.0, f64::INFINITY), None);
    }
}

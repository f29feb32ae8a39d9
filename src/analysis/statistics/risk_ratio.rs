//! Interval of the ratio of two risks (Katz, on the log scale).
//!
//! In: bad events and totals inside and outside; out: how many times likelier a bad event is inside.
//! It says nothing on why.
//!
//! Follows D. Katz et al., "Obtaining confidence intervals for the risk ratio in cohort studies",
//! Biometrics 34 (1978), doi:10.2307/2530610; when either count of bad events is zero, one half is
//! added to all bad events and to the totals (Haldane-Anscombe). Cost O(1). `None` for empty or
//! invalid groups, and when there is no bad event at all.

use super::{Interval, Z_95, is_share};

/// `(k1 / n1) / (k0 / n0)` with its 95 % interval.
pub fn interval(k1: f64, n1: f64, k0: f64, n0: f64) -> Option<Interval> {
    if !is_share(k1, n1) || !is_share(k0, n0) || k1 + k0 == 0.0 {
        return None;
    }
    let half = if k1 == 0.0 || k0 == 0.0 { 0.5 } else { 0.0 };
    let (k1, n1, k0, n0) = (k1 + half, n1 + half, k0 + half, n0 + half);
    let ratio = (k1 / n1) / (k0 / n0);
    let error = (1.0 / k1 - 1.0 / n1 + 1.0 / k0 - 1.0 / n0).max(0.0).sqrt();
    let factor = libm::exp(Z_95 * error);
    Some(Interval { value: ratio, low: ratio / factor, high: ratio * factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_worked_example() {
        // 104 of 11037 against 189 of 11034 (the aspirin trial of Agresti's text book): 0.55, 0.43 to 0.70.
        let found = interval(104.0, 11_037.0, 189.0, 11_034.0).expect("valid counts");
        assert!((found.value - 0.550).abs() < 5e-4);
        assert!((found.low - 0.433).abs() < 1e-3 && (found.high - 0.698).abs() < 1e-3);
    }

    #[test]
    fn stays_finite_when_one_side_has_no_bad_event() {
        let found = interval(12.0, 40.0, 0.0, 60.0).expect("valid counts");
        assert!(found.value.is_finite() && found.low > 1.0 && found.high.is_finite());
    }

    #[test]
    fn says_nothing_without_bad_events_or_trials() {
        assert_eq!(interval(0.0, 10.0, 0.0, 10.0), None);
        assert_eq!(interval(1.0, 10.0, 0.0, 0.0), None);
        assert_eq!(interval(f64::NAN, 10.0, 1.0, 10.0), None);
    }
}

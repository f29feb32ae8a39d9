//! Interval of the difference of two shares (Newcombe's hybrid score).
//!
//! In: successes and trials of two independent groups; out: first share minus second with its 95 %
//! interval in -1..1. It is not for paired answers of the same people.
//!
//! Follows R. G. Newcombe, "Interval estimation for the difference between independent proportions",
//! Statistics in Medicine 17 (1998), method 10. Cost O(1). `None` when either group is empty or
//! invalid; two constant groups (all or none) still get a width.

use super::{Interval, wilson};

/// `k1 / n1 - k0 / n0` with its 95 % interval.
pub fn difference(k1: f64, n1: f64, k0: f64, n0: f64) -> Option<Interval> {
    let first = wilson::interval(k1, n1)?;
    let second = wilson::interval(k0, n0)?;
    let value = first.value - second.value;
    let down = (first.value - first.low).hypot(second.high - second.value);
    let up = (first.high - first.value).hypot(second.value - second.low);
    Some(Interval { value, low: (value - down).max(-1.0), high: (value + up).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_example() {
        // Newcombe 1998, table II (a): 56/70 against 48/80, method 10.
        let found = difference(56.0, 70.0, 48.0, 80.0).expect("valid counts");
        assert!((found.value - 0.2).abs() < 1e-12);
        assert!((found.low - 0.0524).abs() < 5e-5 && (found.high - 0.3339).abs() < 5e-5);
    }

    #[test]
    fn gives_a_width_to_constant_groups() {
        let found = difference(10.0, 10.0, 0.0, 20.0).expect("valid counts");
        assert!((found.value - 1.0).abs() < f64::EPSILON && found.low < 0.75 && found.high <= 1.0);
    }

    #[test]
    fn says_nothing_about_an_empty_group() {
        assert_eq!(difference(1.0, 2.0, 0.0, 0.0), None);
        assert_eq!(difference(f64::NAN, 2.0, 1.0, 2.0), None);
    }
}

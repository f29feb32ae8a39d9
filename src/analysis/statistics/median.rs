//! The middle value.
//!
//! In: values in any order, reordered in place; out: their median, the mean of the two middle ones
//! when the number is even. Half of the data may be arbitrary without moving it far (P. Huber, "Robust
//! statistics", 1981). Expected cost O(n). NaN is left out; empty input gives `None`.

use super::quantile::quantile;

/// Median of `values`; reorders them, NaN counts as missing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_middle_of_odd_and_even_numbers_of_values() {
        assert_eq!(median(&mut [9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0, 6.0]), Some(5.5));
    }

    #[test]
    fn is_not_moved_by_one_wild_value() {
        assert_eq!(median(&mut [1.0, 2.0, f64::INFINITY]), Some(2.0));
    }

    #[test]
    fn says_nothing_about_empty_input() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [f64::NAN]), None);
    }
}

//! Sample quantile by linear interpolation (type 7).
//!
//! In: values in any order, reordered in place; out: one quantile in their unit. No interval.
//!
//! Follows R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
//! Statistician 50 (1996), doi:10.1080/00031305.1996.10473566, definition 7. Expected cost O(n).
//! NaN values are left out; empty input or a level outside 0..1 gives `None`; one value is every
//! quantile.

/// Quantile at level `q` in 0..=1. Reorders `values`; NaN counts as missing.
pub fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&q) {
        return None;
    }
    let count = move_numbers_first(values);
    let numbers = &mut values[..count];
    if numbers.is_empty() {
        return None;
    }
    let position = q * (count - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= position <= count - 1")]
    let lower = position.floor() as usize;
    let share = position - position.floor();
    let (_, &mut low, above) = numbers.select_nth_unstable_by(lower, f64::total_cmp);
    let next = above.iter().copied().min_by(f64::total_cmp);
    match next {
        Some(high) if share > 0.0 => Some(low + share * (high - low)),
        _ => Some(low),
    }
}

/// Swaps NaN to the end; returns how many numbers stand before them.
fn move_numbers_first(values: &mut [f64]) -> usize {
    let first = values.iter().position(|value| value.is_nan()).unwrap_or(values.len());
    let mut count = first;
    for index in first..values.len() {
        if !values[index].is_nan() {
            values.swap(index, count);
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_between_neighbours() {
        let mut values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantile(&mut values, 0.25), Some(1.75));
        assert_eq!(quantile(&mut values, 0.0), Some(1.0));
        assert_eq!(quantile(&mut values, 1.0), Some(4.0));
    }

    #[test]
    fn leaves_out_missing_values() {
        let mut values = [f64::NAN, 5.0, f64::NAN, 7.0];
        assert_eq!(quantile(&mut values, 0.5), Some(6.0));
    }

    #[test]
    fn accepts_constant_and_single_values() {
        assert_eq!(quantile(&mut [2.0; 9], 0.9), Some(2.0));
        assert_eq!(quantile(&mut [2.0], 0.9), Some(2.0));
    }

    #[test]
    fn says_nothing_about_empty_input_or_a_wrong_level() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [f64::NAN], 0.5), None);
        assert_eq!(quantile(&mut [1.0], 1.5), None);
        assert_eq!(quantile(&mut [1.0], f64::NAN), None);
    }
}

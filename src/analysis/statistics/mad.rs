//! Spread that outliers do not move: the median absolute deviation.
//!
//! In: values in any order, overwritten; out: 1.4826 times the median distance to the median, which for
//! normal data is the standard deviation. It does not tell up from down.
//!
//! Follows F. Hampel, "The influence curve and its role in robust estimation", JASA 69 (1974),
//! doi:10.1080/01621459.1974.10482962. Expected cost O(n). NaN is left out; constant input gives 0, so a
//! caller that divides by it must set a floor; empty input gives `None`.

use super::median::median;

/// Makes the deviation an estimate of the standard deviation for normal data.
const NORMAL_SCALE: f64 = 1.482_602_218_505_602;

/// Scaled median absolute deviation, in the unit of `values`, which are overwritten.
pub fn mad(values: &mut [f64]) -> Option<f64> {
    let centre = median(values)?;
    for value in values.iter_mut() {
        *value = (*value - centre).abs();
    }
    median(values).map(|deviation| NORMAL_SCALE * deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_the_middle_distance() {
        let found = mad(&mut [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]).expect("values");
        assert!((found - 1.4826).abs() < 1e-4);
    }

    #[test]
    fn is_zero_for_constant_values() {
        assert_eq!(mad(&mut [3.0; 5]), Some(0.0));
    }

    #[test]
    fn leaves_out_missing_values() {
        assert_eq!(mad(&mut [f64::NAN, 1.0, 3.0]), Some(NORMAL_SCALE));
        assert_eq!(mad(&mut [f64::NAN]), None);
        assert_eq!(mad(&mut []), None);
    }
}

//! How much better a slice explains its failures when they multiplied there.
//!
//! In: counts of the slices; out: per slice the log-likelihood gained by each of `RATIOS`. It adds nothing up:
//! [`super::candidates`] does, and the best ratio is that of a sum.
//!
//! Failures of a slice are negative binomial (gamma-Poisson) around the expected number, or around the ratio times it when the
//! slice was hit. The gain is `b ln(m/e) - (b + k) ln((k + m) / (k + e))` for `b` failures, `e` expected and `m` when hit: the
//! expectation-based scan statistic (D. B. Neill, "Expectation-based scan statistics for monitoring spatial time series
//! data", 2009, doi:10.1016/j.ijforecast.2008.12.002) with counts that vary more than Poisson ones (T. Tango et al., "A space-time
//! scan statistic for detecting emerging outbreaks", 2011, doi:10.1111/j.1541-0420.2010.01412.x). With Poisson counts the largest slices
//! would decide alone, and every part that fails a little harder than its neighbours would be preferred to the whole; with
//! `SHAPE` a large slice tells no more than about thirty failures do, and parts that are hit alike vote together.
//!
//! Cost O(slices x ratios). A slice without events gains nothing by any ratio.

use super::expectation::Leaf;

/// Shape `k` of the negative binomial: slices that were hit alike differ by about `1 / sqrt(k)`, a fifth. Values from 15 to
/// 50 localise real incidents equally well.
const SHAPE: f64 = 25.0;
/// Where a ratio stops: next to nothing succeeds in a slice that is down.
const DOWN: f64 = 0.98;
/// Number of ratios tried.
pub const RATIO_COUNT: usize = 15;
/// The first ratio: a quarter more failures than expected.
const FIRST: f64 = 1.25;
/// Factor from one ratio to the next up to seventy; [`SHAPE`] lets slices differ by as much.
const STEP: f64 = 1.5;
/// Number of ratios so far apart.
const FINE_COUNT: usize = 11;
/// Factor beyond: so large a ratio means that next to nothing was expected, and how little is not well known. The last ratio, 18 000,
/// tells a service that never fails and is down from parts of it that a few failures reach.
const WIDE_STEP: f64 = 4.0;

/// Gain by each ratio.
pub type Gains = [f64; RATIO_COUNT];

/// Ratios and their logarithms, the same for every slice.
#[derive(Debug, Clone)]
pub struct Ratios([(f64, f64); RATIO_COUNT]);

impl Default for Ratios {
    fn default() -> Self {
        let mut ratio = FIRST;
        Self(std::array::from_fn(|index| {
            let entry = (ratio, libm::log(ratio));
            ratio *= if index + 1 < FINE_COUNT { STEP } else { WIDE_STEP };
            entry
        }))
    }
}

impl Ratios {
    /// Gains of one slice.
    pub fn gains(&self, leaf: &Leaf) -> Gains {
        if leaf.total <= 0.0 || leaf.expected <= 0.0 {
            return [0.0; RATIO_COUNT];
        }
        // Nothing fails more often than always: the ratio stops where the rate would.
        let most = (DOWN * leaf.total / leaf.expected).max(1.0);
        let log_most = libm::log(most);
        let share = leaf.expected / (SHAPE + leaf.expected);
        self.0.map(|(ratio, log_ratio)| {
            let (ratio, log_ratio) = if ratio < most { (ratio, log_ratio) } else { (most, log_most) };
            leaf.bad * log_ratio - (leaf.bad + SHAPE) * libm::log1p(share * (ratio - 1.0))
        })
    }
}

/// The largest of summed gains.
pub fn best(gains: &Gains) -> f64 {
    gains.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(total: f64, bad: f64, expected: f64) -> f64 {
        best(&Ratios::default().gains(&Leaf { total, bad, expected, ..Leaf::default() }))
    }

    #[test]
    fn is_the_poisson_gain_for_small_counts() {
        // Kulldorff's b ln(b/e) - (b - e) with 4 failures for 1 expected: 4 ln 4 - 3 = 2.55.
        // The spread of slices takes a little of it.
        assert!((gain(1000.0, 4.0, 1.0) - 2.55).abs() < 0.3, "{}", gain(1000.0, 4.0, 1.0));
    }

    #[test]
    fn grows_no_further_than_the_spread_of_slices_lets_it() {
        // Four times the expected failures: no more than k (3 - ln 4), whatever the counts.
        let bound = SHAPE * (3.0 - libm::log(4.0));
        assert!(gain(1e7, 4e4, 1e4) < bound && gain(1e7, 4e4, 1e4) > 0.95 * bound);
        assert!(gain(1e5, 400.0, 100.0) > 0.7 * bound);
    }

    #[test]
    fn is_negative_where_failures_did_not_rise() {
        assert!(gain(1000.0, 10.0, 10.0) < 0.0);
        assert!(gain(1000.0, 0.0, 10.0) < gain(1000.0, 5.0, 10.0));
    }

    #[test]
    fn knows_that_no_more_than_all_events_can_fail() {
        let all = Ratios::default().gains(&Leaf { total: 10.0, bad: 10.0, expected: 2.0, ..Leaf::default() });
        assert_eq!(all[RATIO_COUNT - 1], all[RATIO_COUNT - 2]);
        assert!(all[RATIO_COUNT - 1] > 5.0);
    }

    #[test]
    fn tells_an_outage_from_a_few_failures_where_none_were_expected() {
        let gains = |bad| Ratios::default().gains(&Leaf { total: 500.0, bad, expected: 0.02, ..Leaf::default() });
        let (down, touched) = (gains(480.0), gains(10.0));
        let largest = RATIO_COUNT - 1;
        assert!(down[largest] > 0.9 * best(&down));
        assert!(best(&touched) > 20.0 && touched[largest] < 0.1 * best(&touched));
    }

    #[test]
    fn is_zero_without_events() {
        assert_eq!(Ratios::default().gains(&Leaf::default()), [0.0; RATIO_COUNT]);
    }
}

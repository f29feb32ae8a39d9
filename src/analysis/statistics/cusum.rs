//! The moment counts begin to exceed what is expected (Poisson CUSUM).
//!
//! In: counts per bucket and the counts expected without an incident; out: the bucket in which a
//! sustained excess began. Meant for complaints, which are few and come in bursts. It gives one onset,
//! the first; it does not tell when the excess ends.
//!
//! Follows J. M. Lucas, "Counted data CUSUM's", Technometrics 27 (1985),
//! doi:10.1080/00401706.1985.10488030, in its likelihood-ratio form, and the finding that CUSUM on model
//! residuals beats moving-average limits on daily counts. The statistic adds `c ln q - e (q - 1)` per
//! bucket, for a rate `q` = 2 times the expected, and restarts at zero. It signals at `ln(100 n)` for n
//! buckets: under the expected rate that happens at most once in a hundred such series. The onset is the first bucket after the last restart that itself
//! exceeds its expectation. Cost O(n). Empty input, different lengths (the shorter counts), a constant
//! series at its expectation: `None`. NaN counts are skipped; an expectation that is not positive
//! is replaced by half an event over the whole series, so that a first complaint alone is no burst.

/// The rise looked for, as a multiple of the expected count.
const RATE_RATIO: f64 = 2.0;
/// A burst of complaints: well above what a busy evening brings.
const BURST_RATIO: f64 = 5.0;
/// Chance of a false onset in the whole series.
const FALSE_ONSET: f64 = 0.01;

/// Index of the first bucket of the first sustained excess.
pub fn onset(counts: &[f64], expected: &[f64]) -> Option<usize> {
    search(counts, expected, RATE_RATIO).map(|(begun, _)| begun)
}

/// Index of the bucket in which counts have clearly exceeded what is expected: where the statistic
/// for a burst signals. Later than [`onset`], and not drawn back by a slow rise before the burst.
pub fn alarm(counts: &[f64], expected: &[f64]) -> Option<usize> {
    search(counts, expected, BURST_RATIO).map(|(_, signalled)| signalled)
}

/// First bucket of the excess, and the bucket in which it is signalled.
fn search(counts: &[f64], expected: &[f64], ratio: f64) -> Option<(usize, usize)> {
    let length = counts.len().min(expected.len());
    if length == 0 {
        return None;
    }
    let floor = 0.5 / length as f64;
    let limit = (length as f64 / FALSE_ONSET).ln();
    let (mut sum, mut begun) = (0.0_f64, None);
    for (index, (&count, &mean)) in counts.iter().zip(expected).enumerate() {
        if !count.is_finite() || count < 0.0 {
            continue;
        }
        let mean = if mean.is_finite() { mean.max(floor) } else { floor };
        sum = (sum + count * ratio.ln() - mean * (ratio - 1.0)).max(0.0);
        if sum <= 0.0 {
            begun = None;
        } else if begun.is_none() && count > mean {
            begun = Some(index);
        }
        if sum >= limit {
            return Some((begun?, index));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_comes_when_the_burst_is_clear() {
        let mut counts = vec![1.0; 20];
        counts.extend([2.0, 4.0, 9.0, 14.0]);
        assert_eq!(alarm(&counts, &[1.0; 24]), Some(22));
        assert_eq!(alarm(&[1.0; 24], &[1.0; 24]), None);
    }

    #[test]
    fn finds_where_a_burst_begins() {
        let mut counts = vec![1.0, 0.0, 2.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        counts.extend([0.0, 9.0, 14.0, 20.0, 12.0]);
        assert_eq!(onset(&counts, &[1.0; 13]), Some(9));
    }

    #[test]
    fn is_silent_when_counts_stay_as_expected() {
        let counts: Vec<f64> = (0..500).map(|index| f64::from(index % 3)).collect();
        assert_eq!(onset(&counts, &[1.0; 500]), None);
        assert_eq!(onset(&[0.0; 50], &[0.0; 50]), None);
    }

    #[test]
    fn does_not_take_a_single_complaint_for_a_burst() {
        let mut counts = vec![0.0; 60];
        counts[30] = 1.0;
        assert_eq!(onset(&counts, &vec![0.0; 60]), None);
    }

    #[test]
    fn skips_missing_counts_and_unequal_lengths() {
        assert_eq!(onset(&[], &[1.0]), None);
        assert_eq!(onset(&[f64::NAN, 30.0, f64::NAN, 40.0], &[1.0, 1.0, 1.0, 1.0, 1.0]), Some(1));
    }
}

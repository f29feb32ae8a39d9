//! The stretch of time in which failures exceed what is expected by most.
//!
//! In: bad and expected events per bucket; out: the interval with the largest log-likelihood ratio
//! against "all is as expected", and that ratio. It does not choose between groups.
//!
//! Follows M. Kulldorff, "A spatial scan statistic", Communications in Statistics 26 (1997),
//! doi:10.1080/03610929708831995, in one dimension with Poisson counts. For a fixed rise `q` an interval
//! scores `sum(b ln q - e (q - 1))`, whose best interval is a maximal sum (Kadane), found in O(n); the best
//! over a ladder of rises is the statistic up to the ladder's coarseness. The score is divided by the dispersion of
//! quiet buckets, so that noise above Poisson does not look like an incident (R. Wedderburn, "Quasi-likelihood
//! functions", Biometrika 61, 1974, doi:10.1093/biomet/61.3.439). Empty and constant input gives `None`; masked buckets count as absent.

use super::super::statistics::median::median;

/// Rises tried. The lowest is the smallest one reported.
pub(super) const RISES: [f64; 6] = [1.5, 2.0, 3.0, 6.0, 15.0, 40.0];

/// An interval of buckets with an excess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    /// First bucket.
    pub(super) first: usize,
    /// Last bucket, inside.
    pub(super) last: usize,
    /// Log-likelihood ratio, divided by the dispersion.
    pub(super) score: f64,
}

/// Evidence of one bucket for a rise of `q`.
pub(super) fn weight(bad: f64, expected: f64, rise: f64) -> f64 {
    bad * libm::log(rise) - expected * (rise - 1.0)
}

/// Best interval within `range`; `None` when nothing in it exceeds its expectation.
pub(super) fn best(bad: &[f64], expected: &[f64], range: std::ops::Range<usize>, dispersion: f64) -> Option<Peak> {
    let mut found: Option<Peak> = None;
    for rise in RISES {
        let (mut sum, mut from) = (0.0_f64, range.start);
        for index in range.clone() {
            if sum <= 0.0 {
                (sum, from) = (0.0, index);
            }
            sum += weight(bad[index], expected[index], rise) / dispersion;
            if sum > 0.0 && found.is_none_or(|peak| sum > peak.score) {
                found = Some(Peak { first: from, last: index, score: sum });
            }
        }
    }
    found
}

/// Dispersion of quiet buckets: mean squared Pearson residual, at least 1, over single buckets and over
/// blocks of 5 and 15, which catch slow noise. Residuals are cut at four usual ones so that a few odd ones count little, whatever the
/// number of events; usual is the median step between neighbours, which an incident does not move, at least that of Poisson counts.
pub(super) fn dispersion(bad: &[f64], expected: &[f64], is_quiet: impl Fn(usize) -> bool) -> f64 {
    let mut largest = 1.0_f64;
    for length in [1, 5, 15] {
        let (mut residuals, mut block) = (Vec::new(), (0.0, 0.0, 0));
        for index in (0..bad.len()).filter(|index| is_quiet(*index)) {
            block = (block.0 + bad[index], block.1 + expected[index], block.2 + 1);
            if block.2 == length {
                if block.1 > 0.0 {
                    // A residual of few expected events is not normal: weigh it by how far it is.
                    residuals.push(((block.0 - block.1) / block.1.sqrt(), block.1 / (block.1 + 1.0)));
                }
                block = (0.0, 0.0, 0);
            }
        }
        let mut steps: Vec<f64> = residuals.windows(2).map(|pair| (pair[1].0 - pair[0].0).abs()).collect();
        let usual = 1.4826 / std::f64::consts::SQRT_2 * median(&mut steps).unwrap_or(0.0);
        let most = 4.0 * usual.max(1.0);
        let blocks: f64 = residuals.iter().map(|residual| residual.1).sum();
        let sum: f64 = residuals.iter().map(|residual| residual.0.clamp(-most, most).powi(2) * residual.1).sum();
        if blocks >= 8.0 {
            largest = largest.max(sum / blocks);
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_interval_with_the_excess() {
        let mut bad = vec![2.0; 60];
        bad[20..30].fill(14.0);
        let peak = best(&bad, &[2.0; 60], 0..60, 1.0).expect("an excess");
        assert_eq!((peak.first, peak.last), (20, 29));
        assert!(peak.score > 100.0);
    }

    #[test]
    fn finds_nothing_where_all_is_as_expected() {
        assert_eq!(best(&[2.0; 60], &[2.0; 60], 0..60, 1.0), None);
        assert_eq!(best(&[], &[], 0..0, 1.0), None);
    }

    #[test]
    fn measures_noise_above_poisson() {
        let bad: Vec<f64> = (0..90).map(|index| if index % 2 == 0 { 60.0 } else { 140.0 }).collect();
        assert!(dispersion(&bad, &[100.0; 90], |_| true) > 10.0);
        assert!((dispersion(&[100.0; 90], &[100.0; 90], |_| true) - 1.0).abs() < 1e-12);
    }
}

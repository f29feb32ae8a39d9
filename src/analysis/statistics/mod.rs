//! Small statistics with intervals: shares, differences, ratios, counts, order statistics.
//!
//! Every interval is at 95 % and is given as [`Interval`]. A function returns `None` where nothing
//! can be said (no trials, no finite value), never a made-up number.

pub mod cusum;
pub mod mad;
pub mod median;
pub mod newcombe;
pub mod nps;
pub mod poisson;
pub mod quantile;
pub mod risk_ratio;
pub mod wilson;

/// Two-sided 95 % point of the standard normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// An estimate with its 95 % interval, all in the unit of the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end; may be equal to `value`.
    pub low: f64,
    /// Upper end; infinite when the data set no bound.
    pub high: f64,
}

/// Whether `count` successes of `trials` can be worked with: finite, and 0 <= count <= trials.
fn is_share(count: f64, trials: f64) -> bool {
    count.is_finite() && trials.is_finite() && trials > 0.0 && count >= 0.0 && count <= trials
}

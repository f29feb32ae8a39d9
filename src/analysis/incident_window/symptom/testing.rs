//! Seeded noise and metric series for the tests of this folder.

use super::MetricSeries;

const MINUTE: i64 = 60_000_000;

/// Deterministic noise in -1..1, roughly normal: a mean of three.
pub(in super::super) fn noise(index: usize) -> f64 {
    let draw = |salt: u64| {
        let mut mixed =
            (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed >> 33) % 2001) as f64 / 1000.0 - 1.0
    };
    (draw(1) + draw(2) + draw(3)) / 3.0
}

/// A series with a sample a minute; `value` gives `None` where nothing was sampled.
pub(in super::super) fn series(
    entity: &str,
    metric: &str,
    minutes: usize,
    value: impl Fn(usize) -> Option<f64>,
) -> MetricSeries {
    let sample = |minute: usize| Some((i64::try_from(minute).ok()? * MINUTE, value(minute)?));
    MetricSeries {
        entity: entity.to_owned(),
        metric: metric.to_owned(),
        part: String::new(),
        is_share: metric.contains("ratio"),
        is_named: false,
        is_entry: false,
        samples: (0..minutes).filter_map(sample).collect(),
    }
}

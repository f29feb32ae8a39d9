//! Who was affected: one row per slice or segment, with its risk ratio or its share and
//! the interval of it.
//!
//! In: rows in the order of what they claim. Out: SVG. It computes and sorts nothing.

use super::dot_rows::{DotChart, DotRow};
use super::value_axis::{ValueFormat, ValueScale};
use super::{Alt, Variant};

/// Rows of slices.
#[derive(Debug, Clone)]
pub struct AffectedShareChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The slices, first claim first; those that explain the failures are impacted.
    pub rows: Vec<DotRow>,
    /// What the axis measures.
    pub axis: AffectedAxis,
    /// Words at the ticks.
    pub format: ValueFormat,
    /// Words left and right of the reference ("fails less", "fails more"); may be empty.
    pub heads: (String, String),
}

/// The axis of the dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AffectedAxis {
    /// Risk ratios on a logarithmic axis around 1.
    Ratio,
    /// Shares from zero on a linear axis.
    Share,
}

/// Most rows; the table has them all.
const MOST: usize = 24;

impl AffectedShareChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        let rows = &self.rows[..self.rows.len().min(MOST)];
        let scale = self.scale();
        let reference = (self.axis == AffectedAxis::Ratio).then_some(1.0);
        let heads = (self.heads.0.as_str(), self.heads.1.as_str());
        let chart = DotChart { rows, scale: &scale, reference, format: &self.format, heads };
        chart.canvas(variant).finish(id, variant, &self.alt)
    }

    fn scale(&self) -> ValueScale {
        let estimates = self.rows.iter().take(MOST).flat_map(|row| &row.estimates);
        let values = estimates.filter_map(|estimate| {
            let (low, high) = estimate.interval.unwrap_or((f64::NAN, f64::NAN));
            Some([estimate.value?, low, high])
        });
        match self.axis {
            AffectedAxis::Ratio => ValueScale::log(values.flatten().map(|value| value.clamp(0.0, 1e6)), 1.0),
            AffectedAxis::Share => ValueScale::from_zero(values.flatten(), 0.02),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, VARIANTS, percent, sound};
    use crate::chart::dot_rows::Estimate;

    fn chart(axis: AffectedAxis, values: &[Option<f64>]) -> AffectedShareChart {
        let row = |value: &Option<f64>| DotRow {
            name: HOSTILE.into(),
            estimates: vec![Estimate { value: *value, words: "62 (53–73)".into(), ..Estimate::default() }],
        };
        let heads = ("fails less".to_owned(), "fails more".to_owned());
        AffectedShareChart {
            alt: Alt::default(),
            rows: values.iter().map(row).collect(),
            axis,
            format: percent(),
            heads,
        }
    }

    #[test]
    fn both_axes_take_any_value() {
        let values = [Some(0.0), Some(1e300), Some(-4.0), Some(f64::NAN), None, Some(1.0)];
        for axis in [AffectedAxis::Ratio, AffectedAxis::Share] {
            for variant in VARIANTS {
                let svg = chart(axis, &values).draw("f3", variant);
                sound(&svg);
                assert_eq!(svg, chart(axis, &values).draw("f3", variant));
                sound(&chart(axis, &[]).draw("f3", variant));
                assert!(chart(axis, &[None; 90]).draw("f3", variant).matches("62 (53–73)").count() == MOST);
            }
        }
    }
}

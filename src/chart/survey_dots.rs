//! What people answered: satisfied shares and recommendation scores with intervals, of
//! those who were hurt and those who were not.
//!
//! In: rows of one score each, with an estimate per group. Out: SVG. Groups below the
//! least number of answers arrive without a value and say so in words.

use super::dot_rows::{DotChart, DotRow};
use super::value_axis::{ValueFormat, ValueScale};
use super::{Alt, Variant};

/// Rows of survey scores.
#[derive(Debug, Clone)]
pub struct SurveyDotsChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The questions; in each, the impacted group first.
    pub rows: Vec<DotRow>,
    /// Kind of the score.
    pub score: SurveyScore,
    /// Words at the ticks.
    pub format: ValueFormat,
}

/// What the axis spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurveyScore {
    /// A share from 0 to 1.
    Share,
    /// A net score from -100 to 100, with zero drawn darker.
    Net,
}

impl SurveyDotsChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        let (scale, reference) = match self.score {
            SurveyScore::Share => (ValueScale::fixed(0.0, 1.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]), None),
            SurveyScore::Net => (ValueScale::fixed(-100.0, 100.0, vec![-100.0, -50.0, 0.0, 50.0, 100.0]), Some(0.0)),
        };
        let chart = DotChart { rows: &self.rows, scale: &scale, reference, format: &self.format, heads: ("", "") };
        chart.canvas(variant).finish(id, variant, &self.alt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{VARIANTS, percent, sound};
    use crate::chart::dot_rows::Estimate;

    #[test]
    fn scores_outside_the_axis_stay_inside_the_picture() {
        for score in [SurveyScore::Share, SurveyScore::Net] {
            let estimate = |value| Estimate { value, interval: Some((-900.0, 900.0)), ..Estimate::default() };
            let estimates = vec![estimate(Some(500.0)), estimate(Some(f64::NAN)), estimate(None)];
            let rows = vec![DotRow { name: "q".into(), estimates }];
            let chart = SurveyDotsChart { alt: Alt::default(), rows, score, format: percent() };
            for variant in VARIANTS {
                let svg = chart.draw("f8", variant);
                sound(&svg);
                assert_eq!(svg.matches("<circle").count(), 1);
            }
        }
    }
}

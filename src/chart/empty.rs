//! The picture of missing data: same size, hatched plot, one sentence.
//!
//! In: the kind of chart that cannot be drawn and a sentence that says what is missing
//! and which file would give it. Out: SVG. A figure is never left out silently.

use super::canvas::Canvas;
use super::label::{Anchor, Area, block_area, wrap_evenly};
use super::marks::hatch;
use super::theme::{LINE_HEIGHT, Token};
use super::time_axis::TimeScale;
use super::{Alt, Variant};

/// The kinds of charts, for their sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`super::ImpactCurveChart`]
    ImpactCurve,
    /// [`super::TimelineLanesChart`]
    TimelineLanes,
    /// [`super::AffectedShareChart`]
    AffectedShare,
    /// [`super::LogMessagesChart`]
    LogMessages,
    /// [`super::CandidateCausesChart`]
    CandidateCauses,
    /// [`super::SaidAndMeasuredChart`]
    SaidAndMeasured,
    /// [`super::SurveyLikertChart`]
    SurveyLikert,
    /// [`super::SurveyDotsChart`]
    SurveyDots,
}

impl Kind {
    /// Width and height of an empty chart of the kind, in pixels.
    pub const fn size(self, variant: Variant) -> (f64, f64) {
        let (wide, narrow) = match self {
            Self::ImpactCurve => (454.0, 400.0),
            Self::TimelineLanes => (346.0, 435.0),
            Self::AffectedShare | Self::SurveyDots => (220.0, 260.0),
            Self::LogMessages => (300.0, 300.0),
            Self::CandidateCauses => (438.0, 470.0),
            Self::SaidAndMeasured => (202.0, 202.0),
            Self::SurveyLikert => (236.0, 326.0),
        };
        (variant.width(), if variant.is_narrow() { narrow } else { wide })
    }
}

/// Draws an empty chart. `time` gives it the time axis it would have had; `sentence`
/// stands in its middle and follows the description that a voice reads.
pub fn empty(id: &str, kind: Kind, variant: Variant, time: Option<&TimeScale>, title: &str, sentence: &str) -> String {
    let (width, height) = kind.size(variant);
    let mut canvas = Canvas::new(width, height);
    let (left, right) = variant.time_edges();
    let plot = Area::new(left, 12.0, right, height - 24.0);
    missing_panel(&mut canvas, plot, sentence);
    if let Some(time) = time {
        time.frame(variant).draw_ticks(&mut canvas, plot.bottom);
    }
    let alt = Alt { title: title.to_owned(), description: sentence.to_owned() };
    canvas.finish(id, variant, &alt)
}

/// Hatches a plot, closes it with its zero line and writes the sentence on paper.
pub(super) fn missing_panel(canvas: &mut Canvas, plot: Area, sentence: &str) {
    hatch(canvas, plot);
    canvas.level(plot.left, plot.right, plot.bottom, Token::Rule);
    let most = (((plot.height() - 8.0) / LINE_HEIGHT).floor()).clamp(1.0, 6.0);
    let mut lines = wrap_evenly(sentence, false, (plot.width() - 32.0).min(440.0), 6);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is between 1 and 6")]
    lines.truncate(most as usize);
    if lines.is_empty() {
        return;
    }
    let x = f64::midpoint(plot.left, plot.right);
    let middle = f64::midpoint(plot.top, plot.bottom);
    let first = middle + 4.0 - (lines.len() - 1) as f64 * LINE_HEIGHT / 2.0;
    let area = block_area(&lines, false, x, first, Anchor::Middle);
    let fills = area.height() + 18.0 > plot.height();
    let (top, bottom) = if fills { (plot.top - 1.0, plot.bottom - 1.0) } else { (area.top - 5.0, area.bottom + 5.0) };
    canvas.rect(Area::new(area.left - 10.0, top, area.right + 10.0, bottom), Token::Paper);
    canvas.block(x, first, Anchor::Middle, Token::Ink, false, &lines);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_drawn_and_read() {
        let sentence = "No complaints: no input feeds table complaints. An export of the care desk would.";
        let svg = empty("f1", Kind::ImpactCurve, Variant::Narrow, None, "Complaints", sentence);
        assert!(svg.contains(&format!("<desc id=\"f1-n-d\">{sentence}</desc>")));
        assert!(svg.contains(">No complaints: no input feeds"));
        assert!(svg.contains("width=\"328\" height=\"400\""));
    }

    #[test]
    fn no_sentence_leaves_the_hatching() {
        assert!(empty("f1", Kind::SurveyDots, Variant::Wide, None, "", "").contains("<line"));
    }
}

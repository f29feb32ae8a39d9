//! Charts: numbers and words in, SVG text out.
//!
//! Each kind is a plain struct in a file of its own with a `draw` method that returns
//! the whole `svg` element, once for a wide page and once for a narrow one. All words
//! arrive in the language of the page and all times as microseconds since 1970 UTC.
//! Files hold the light colours; a page maps them to the dark ones. Charts query
//! nothing, choose nothing and know no language.
//!
//! Traps: ids must be unique in a page, so each figure needs its own `id`; a value
//! that is missing is `None` and is drawn as missing, never as zero.

pub mod affected_share;
pub mod candidate_causes;
pub mod candidate_signals;
pub mod canvas;
pub mod cell;
#[cfg(test)]
mod check;
pub mod complaints_panel;
pub mod curve_labels;
pub mod dot_rows;
pub mod empty;
pub mod impact_curve;
mod impact_labels;
pub mod label;
pub mod log_messages;
pub mod marks;
pub mod milestones;
pub mod png;
pub mod said_and_measured;
pub mod series;
pub mod standalone;
pub mod survey_dots;
pub mod survey_likert;
mod svg_text;
pub mod theme;
pub mod time_axis;
pub mod timeline_lanes;
pub mod value_axis;

pub use affected_share::AffectedShareChart;
pub use candidate_causes::CandidateCausesChart;
pub use candidate_signals::CandidateSignalsChart;
pub use empty::{Kind, empty};
pub use impact_curve::ImpactCurveChart;
pub use log_messages::LogMessagesChart;
pub use said_and_measured::SaidAndMeasuredChart;
pub use standalone::standalone;
pub use survey_dots::SurveyDotsChart;
pub use survey_likert::SurveyLikertChart;
pub use time_axis::TimeScale;
pub use timeline_lanes::TimelineLanesChart;
pub use value_axis::ValueFormat;

/// The width a chart is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// 720 pixels: a page or a sheet of paper.
    Wide,
    /// 328 pixels: a telephone.
    Narrow,
}

/// What a voice reads instead of the picture, in the language of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alt {
    /// What is drawn, where, when.
    pub title: String,
    /// Kind of chart, extent, turning points with times and values; at most 80 words.
    pub description: String,
}

/// Words with a shorter form for the narrow variant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// On a wide chart.
    pub wide: String,
    /// On a narrow chart.
    pub narrow: String,
}

/// A span of time in which customers were hurt, microseconds since 1970 UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wave {
    /// First moment.
    pub start: i64,
    /// First moment after.
    pub end: i64,
    /// A word for it ("second wave"), if one is to be shown.
    pub label: Option<String>,
}

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The SVG text could not be read.
    #[error("failed to read the chart as SVG")]
    Svg(#[from] resvg::usvg::Error),
    /// Scale or size of the chart is not usable.
    #[error("expected a picture of 1 to 8000 pixels a side, found {width} x {height}")]
    Size {
        /// Width asked for, in pixels.
        width: f32,
        /// Height asked for, in pixels.
        height: f32,
    },
    /// The picture could not be written as PNG.
    #[error("failed to write the chart as PNG: {0}")]
    Png(String),
}

impl Text {
    /// Different words for both variants.
    pub fn new(wide: impl Into<String>, narrow: impl Into<String>) -> Self {
        Self { wide: wide.into(), narrow: narrow.into() }
    }

    /// The words for a variant.
    pub fn of(&self, variant: Variant) -> &str {
        match variant {
            Variant::Wide => &self.wide,
            Variant::Narrow => &self.narrow,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { wide: text.clone(), narrow: text }
    }
}

//! Figures of a document: results of queries turned into charts, with every word in the language
//! of the document.
//!
//! In: results of the catalogue, a case, a locale. Out: one [`Figure`] per chart name, in both widths, with the finding
//! as its caption, alt text and the table behind it. A figure whose data are missing is drawn empty and says which export
//! would give them; without an incident there is only the curve of the whole period. It computes no figure of the
//! analysis: what is said here is a column of a query.

mod affected_share;
mod candidate_causes;
mod candidate_signals;
mod complaints;
mod curve;
mod impact_curve;
mod log_messages;
mod quiet;
mod said_and_measured;
mod scene;
mod survey;
mod timeline_lanes;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Locale, ReportError};
use crate::case::Case;
use crate::catalog::{Parameters, Results};
use scene::Scene;

/// One chart and what goes with it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figure {
    /// The finding, as a sentence: the title of the figure.
    pub caption: String,
    /// What is drawn, for the reader who sees it.
    pub note: String,
    /// What is drawn, where and when, for a voice.
    pub title: String,
    /// Turning points in words, for a voice.
    pub description: String,
    /// Wide variant.
    pub wide: String,
    /// Narrow variant.
    pub narrow: String,
    /// Column heads of the table that goes with it.
    pub columns: Vec<String>,
    /// Its rows, formatted; at most thirty.
    pub rows: Vec<Vec<String>>,
    /// Query whose file has all rows.
    pub query: String,
}

/// What makes one figure of a scene.
type Drawing = fn(&Scene<'_>) -> Result<Figure, ReportError>;

/// The figures of an incident, by the name under which documents ask for them.
const FIGURES: [(&str, Drawing); 9] = [
    (impact_curve::NAME, impact_curve::figure),
    (affected_share::NAME, affected_share::figure),
    (complaints::NAME, complaints::figure),
    (timeline_lanes::NAME, timeline_lanes::figure),
    (log_messages::NAME, log_messages::figure),
    (candidate_signals::NAME, candidate_signals::figure),
    (candidate_causes::NAME, candidate_causes::figure),
    (said_and_measured::NAME, said_and_measured::figure),
    (survey::NAME, survey::figure),
];

/// Draws all figures of a case in one language. Without an incident, only the curve of the whole period, if there is one.
///
/// # Errors
/// When a message of the language is missing or does not fit.
pub fn build(
    locale: &Locale,
    case: &Case,
    results: &Results,
    parameters: &Parameters,
    _findings: &Map<String, Value>,
) -> Result<BTreeMap<String, Figure>, ReportError> {
    let mut figures = BTreeMap::new();
    let Some(scene) = Scene::new(locale, case, results, parameters)? else { return Ok(figures) };
    if parameters.incident_start().is_none() {
        if let Some(figure) = quiet::figure(&scene)? {
            figures.insert(impact_curve::NAME.to_owned(), figure);
        }
        return Ok(figures);
    }
    for (name, draw) in FIGURES {
        figures.insert(name.to_owned(), draw(&scene)?);
    }
    Ok(figures)
}

//! Figures of a document: results of queries turned into charts, with every word in the language
//! of the document.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Locale, ReportError};
use crate::case::Case;
use crate::catalog::{Parameters, Results};

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

/// Draws all figures of a case in one language.
pub fn build(
    _locale: &Locale,
    _case: &Case,
    _results: &Results,
    _parameters: &Parameters,
    _findings: &Map<String, Value>,
) -> Result<BTreeMap<String, Figure>, ReportError> {
    Ok(BTreeMap::new())
}

//! `complaint_subject(body, theme)`: whether a complaint says that the service fails.

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};
use crate::analysis::incident_window::wording::{Subject, subject};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "complaint_subject",
    signature: "complaint_subject(body, theme)",
    about: "What a complaint is about, from its words (English and French, fewer of German, Spanish, Italian, Portuguese and Dutch): `failing` (what was asked for does not come), `other` (prices, contracts, taste, equipment at home) or `unknown` (no words, or none that tell). Words of failing win over the others. The lists are those of `analysis::incident_window::wording`.",
    arguments: &[("body", "what was written, may be null"), ("theme", "category in the source, may be null")],
    example: "SELECT complaint_subject('black screen since nine', NULL) AS subject",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<StringArray, _>(FUNCTION.name, vec![DataType::Utf8; 2], DataType::Utf8, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<&'static str> {
    let text = |argument: usize| input::text_at(&arguments[argument], row).unwrap_or_default();
    Some(match subject(text(0), text(1)) {
        Subject::Failing => "failing",
        Subject::Other => "other",
        Subject::Unknown => "unknown",
    })
}

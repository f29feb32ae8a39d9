//! `classify_text(text)`: which kinds of cause a text speaks of.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::output::{Cell, Shape, struct_column, struct_type};
use super::{Function, Implementation, input, scalar};
use crate::analysis::classification;
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "classify_text",
    signature: "classify_text(text)",
    about: "How many different words or phrases of each class a text holds, English or French, as a struct of `content` (rights, schedule), `technical`, `human_error` (manual, configuration, schedule and certificate mistakes), `technical_fault` (software, hardware, capacity) and `external_factor` (third party, attack, power). Null for null. A count is a hint, not a verdict.",
    arguments: &[("text", "a note, a message or a log template")],
    example: "SELECT classify_text('certificate expired on the licence proxy')['human_error'] AS hints",
    implementation: Implementation::Scalar(function),
};

const SHAPE: &Shape = &[
    ("content", Kind::Float),
    ("technical", Kind::Float),
    ("human_error", Kind::Float),
    ("technical_fault", Kind::Float),
    ("external_factor", Kind::Float),
];

fn function() -> ScalarUDF {
    scalar::by_column(FUNCTION.name, vec![DataType::Utf8], struct_type(SHAPE), |columns| {
        let rows = (0..columns[0].len()).map(|row| cells(&columns[0], row));
        Ok(struct_column(SHAPE, rows.collect()))
    })
}

fn cells(texts: &ArrayRef, row: usize) -> Option<Vec<Cell>> {
    let hints = classification::hints(input::text_at(texts, row)?);
    let counts = [hints.content, hints.technical, hints.human_error, hints.technical_fault, hints.external_factor];
    Some(counts.into_iter().map(|count| Cell::Float(Some(f64::from(count)))).collect())
}

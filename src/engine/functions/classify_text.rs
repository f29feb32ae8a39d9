//! `classify_text(text)`: which kinds of cause a text speaks of.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::output::{Cell, Shape, struct_column, struct_type};
use super::{Function, Implementation, input};
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
    create_udf(
        FUNCTION.name,
        vec![DataType::Utf8],
        struct_type(SHAPE),
        Volatility::Immutable,
        Arc::new(|arguments| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let rows = (0..arrays[0].len()).map(|row| cells(&arrays[0], row)).collect();
            Ok(ColumnarValue::Array(struct_column(SHAPE, rows)))
        }),
    )
}

fn cells(texts: &ArrayRef, row: usize) -> Option<Vec<Cell>> {
    let hints = classification::hints(input::text_at(texts, row)?);
    let counts = [hints.content, hints.technical, hints.human_error, hints.technical_fault, hints.external_factor];
    Some(counts.into_iter().map(|count| Cell::Float(Some(f64::from(count)))).collect())
}

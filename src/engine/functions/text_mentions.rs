//! `text_mentions(text, name)`: whether a text names an entity.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};
use crate::analysis::root_cause;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "text_mentions",
    signature: "text_mentions(text, name)",
    about: "Whether the words of a name follow each other in a text, whatever the case, the accents and what joins them: `rights-schedule` is named by \"the rights schedule\". False for names of fewer than three letters and digits; null when either is null.",
    arguments: &[("text", "a note, a message or a summary"), ("name", "an entity or a value of a dimension")],
    example: "SELECT text_mentions('cause: the Rights Schedule', 'rights-schedule') AS named",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<BooleanArray, _>(FUNCTION.name, vec![DataType::Utf8; 2], DataType::Boolean, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<bool> {
    let (text, name) = (input::text_at(&arguments[0], row)?, input::text_at(&arguments[1], row)?);
    Some(root_cause::mentions(text, name))
}

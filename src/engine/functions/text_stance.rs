//! `text_stance(text)`: whether a text states a cause, supposes one or clears somebody.

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};
use crate::analysis::classification::{Stance, stance};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "text_stance",
    signature: "text_stance(text)",
    about: "What a note does with a cause, by phrases in English and French: `states`, `supposes`, or `clears` (it says what was not the cause); null when it does not speak of one.",
    arguments: &[("text", "a note or a message")],
    example: "SELECT text_stance('ruled out: the deployment is not the cause') AS stance",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<StringArray, _>(FUNCTION.name, vec![DataType::Utf8], DataType::Utf8, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<&'static str> {
    stance(input::text_at(&arguments[0], row)?).map(|stance| match stance {
        Stance::States => "states",
        Stance::Supposes => "supposes",
        Stance::Clears => "clears",
    })
}

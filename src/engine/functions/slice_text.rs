//! `slice_text(slice)`: a slice written for people: `device = tv, region = North`.

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::slice_table::pairs;
use super::{Function, Implementation, input, scalar};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "slice_text",
    signature: "slice_text(slice)",
    about: "A slice written for people: `device = tv, region = North`. Null for null and for a slice without dimensions.",
    arguments: &[("slice", "a slice as made by `slice_json`")],
    example: "SELECT slice_text(slice_json('region', 'North', 'device', 'tv')) AS slice",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<StringArray, _>(FUNCTION.name, vec![DataType::Utf8], DataType::Utf8, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<String> {
    let terms: Vec<String> = pairs(input::text_at(&arguments[0], row)?)
        .into_iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    (!terms.is_empty()).then(|| terms.join(", "))
}

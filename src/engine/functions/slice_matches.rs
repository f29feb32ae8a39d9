//! `slice_matches(row, slice)`: whether a row lies in a slice: it has every value that the slice names.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::slice_table::pairs;
use super::{Function, Implementation, input, scalar};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "slice_matches",
    signature: "slice_matches(row, slice)",
    about: "Whether a row lies in a slice: it has every value that the slice names. Null when either is null.",
    arguments: &[
        ("row", "dimensions of the row, as made by `slice_json`"),
        ("slice", "the slice, as made by `slice_json`"),
    ],
    example: "SELECT slice_matches(slice_json('region', 'North', 'device', 'tv'), slice_json('device', 'tv')) AS inside",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<BooleanArray, _>(FUNCTION.name, vec![DataType::Utf8; 2], DataType::Boolean, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<bool> {
    let (row_terms, slice) = (input::text_at(&arguments[0], row)?, input::text_at(&arguments[1], row)?);
    let row_terms = pairs(row_terms);
    Some(pairs(slice).iter().all(|term| row_terms.contains(term)))
}

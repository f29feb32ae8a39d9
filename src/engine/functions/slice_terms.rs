//! `slice_terms(slice)`: the dimensions of a slice, one entry each.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::output::{Cell, Shape, list_type, struct_column, struct_type};
use super::slice_table::pairs;
use super::{Function, Implementation, input, scalar};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "slice_terms",
    signature: "slice_terms(slice)",
    about: "The dimensions of a slice as a list of structs of `name` and `value`, sorted by name; empty for null. With `unnest`, every dimension of every row can be grouped by without knowing the names.",
    arguments: &[("slice", "a slice as made by `slice_json`")],
    example: "SELECT slice_terms(slice_json('region', 'North', 'device', 'tv'))[1]['name'] AS first",
    implementation: Implementation::Scalar(function),
};

const SHAPE: &Shape = &[("name", Kind::Text), ("value", Kind::Text)];

fn function() -> ScalarUDF {
    scalar::by_column(FUNCTION.name, vec![DataType::Utf8], list_type(SHAPE), |columns| lists(&columns[0]))
}

fn lists(slices: &ArrayRef) -> Result<ArrayRef> {
    let mut entries = Vec::new();
    let mut lengths = Vec::with_capacity(slices.len());
    for row in 0..slices.len() {
        let terms = input::text_at(slices, row).map(pairs).unwrap_or_default();
        lengths.push(terms.len());
        entries
            .extend(terms.into_iter().map(|(name, value)| Some(vec![Cell::Text(Some(name)), Cell::Text(Some(value))])));
    }
    let field = Arc::new(Field::new("item", struct_type(SHAPE), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(field, offsets, struct_column(SHAPE, entries), None)?))
}

//! Intervals as SQL values: a struct of `value`, `low` and `high`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::output::{Cell, Shape, struct_column, struct_type};
use crate::analysis::statistics::Interval;
use crate::schema::Kind;

/// Fields of an interval.
pub(super) const SHAPE: &Shape = &[("value", Kind::Float), ("low", Kind::Float), ("high", Kind::Float)];

/// SQL type of an interval.
pub(super) fn data_type() -> DataType {
    struct_type(SHAPE)
}

/// Cells of an interval, in the order of [`SHAPE`].
pub(super) fn cells(interval: Interval) -> Vec<Cell> {
    vec![Cell::Float(Some(interval.value)), Cell::Float(Some(interval.low)), Cell::Float(Some(interval.high))]
}

/// Computes an interval for each row.
pub(super) fn map(
    arguments: &[ColumnarValue],
    evaluate: fn(&[ArrayRef], usize) -> Option<Interval>,
) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let rows = arrays.first().map_or(0, |array| array.len());
    let column = (0..rows).map(|row| evaluate(&arrays, row).map(cells)).collect();
    Ok(ColumnarValue::Array(struct_column(SHAPE, column)))
}

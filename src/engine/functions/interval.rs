//! Intervals as SQL values: a struct of `value`, `low` and `high`.

use arrow::array::{Array as _, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::output::{Cell, Shape, struct_column, struct_type};
use super::scalar;
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

/// Makes a function from the interval of each row; its arguments are numbers.
pub(super) fn function(
    name: &str,
    arguments: usize,
    evaluate: fn(&[ArrayRef], usize) -> Option<Interval>,
) -> ScalarUDF {
    scalar::by_column(name, vec![DataType::Float64; arguments], data_type(), move |columns| {
        let rows = (0..columns[0].len()).map(|row| evaluate(columns, row).map(cells));
        Ok(struct_column(SHAPE, rows.collect()))
    })
}

//! Arguments of SQL functions as plain slices.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};

/// Type of a time argument.
pub(super) fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// An argument declared as a time.
pub(super) fn times(array: &ArrayRef) -> &TimestampMicrosecondArray {
    array.as_primitive::<TimestampMicrosecondType>()
}

/// An argument declared as a number.
pub(super) fn floats(array: &ArrayRef) -> &Float64Array {
    array.as_primitive::<Float64Type>()
}

/// An argument declared as a whole number.
pub(super) fn ints(array: &ArrayRef) -> &Int64Array {
    array.as_primitive::<Int64Type>()
}

/// An argument declared as a text.
pub(super) fn texts(array: &ArrayRef) -> &StringArray {
    array.as_string::<i32>()
}

/// The value at a row, or `None` for null.
pub(super) fn time_at(array: &ArrayRef, row: usize) -> Option<i64> {
    let array = times(array);
    array.is_valid(row).then(|| array.value(row))
}

/// The value at a row, or `None` for null or not a number.
pub(super) fn float_at(array: &ArrayRef, row: usize) -> Option<f64> {
    let array = floats(array);
    array.is_valid(row).then(|| array.value(row)).filter(|value| value.is_finite())
}

/// The value at a row, or `None` for null.
pub(super) fn text_at(array: &ArrayRef, row: usize) -> Option<&str> {
    let array = texts(array);
    array.is_valid(row).then(|| array.value(row))
}

/// The value at a row; null is false.
pub(super) fn is_true(array: &ArrayRef, row: usize) -> bool {
    let array = array.as_boolean();
    array.is_valid(row) && array.value(row)
}

/// Stretches of time written as `start/end` in microseconds, separated by spaces.
pub(super) fn periods(text: &str) -> Vec<(i64, i64)> {
    text.split_whitespace()
        .filter_map(|period| {
            let (start, end) = period.split_once('/')?;
            Some((start.parse().ok()?, end.parse().ok()?))
        })
        .collect()
}

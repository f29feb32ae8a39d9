//! Rows of an answer as plain values, for documents and `findings.json`.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampNanosecondType, UInt64Type,
};
use serde_json::{Map, Value};

use crate::engine::Answer;

/// One row: columns by name, in the order of the query. Times are microseconds since 1970 UTC.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row(pub Map<String, Value>);

impl Row {
    /// A number.
    pub fn float(&self, column: &str) -> Option<f64> {
        self.0.get(column)?.as_f64()
    }

    /// A time or a whole number.
    pub fn int(&self, column: &str) -> Option<i64> {
        let value = self.0.get(column)?;
        value.as_i64().or_else(|| value.as_f64().and_then(|number| format!("{number:.0}").parse().ok()))
    }

    /// A text.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.0.get(column)?.as_str()
    }

    /// A truth value.
    pub fn bool(&self, column: &str) -> Option<bool> {
        self.0.get(column)?.as_bool()
    }
}

/// All rows of an answer.
pub fn rows(answer: &Answer) -> Vec<Row> {
    first_rows(answer, usize::MAX)
}

/// The first rows of an answer.
pub fn first_rows(answer: &Answer, most: usize) -> Vec<Row> {
    let names: Vec<&str> = answer.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut rows = Vec::new();
    for batch in &answer.batches {
        for index in 0..batch.num_rows().min(most - rows.len()) {
            let values = names.iter().zip(batch.columns());
            rows.push(Row(values.map(|(name, column)| ((*name).to_owned(), value(column, index))).collect()));
        }
    }
    rows
}

/// One value. Numbers are rounded to twelve significant digits, so that the order in which a sum
/// was made does not show.
pub fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float32 => rounded(f64::from(array.as_primitive::<Float32Type>().value(row))).into(),
        DataType::Float64 => rounded(array.as_primitive::<Float64Type>().value(row)).into(),
        DataType::Date32 => (i64::from(array.as_primitive::<Date32Type>().value(row)) * 86_400_000_000).into(),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            array.as_primitive::<TimestampMicrosecondType>().value(row).into()
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (array.as_primitive::<TimestampNanosecondType>().value(row) / 1000).into()
        }
        _ => arrow::util::display::array_value_to_string(array, row).unwrap_or_default().into(),
    }
}

/// Twelve significant digits.
pub fn rounded(number: f64) -> f64 {
    let size = number.abs();
    if size == 0.0 || !size.is_finite() || (size < 1e12 && number.fract() == 0.0) {
        return number;
    }
    // Powers of ten up to 22 are exact, so are whole numbers below 2^53: one rounding in the
    // division gives the double nearest to the decimal, and that prints short.
    let digits = (0..=12).find(|digits| size < POWERS[*digits]);
    if let Some(digits) = digits.filter(|_| size >= 1e-9) {
        let leading = if size >= 1.0 { digits } else { 0 };
        let zeros = if size >= 1.0 { 0 } else { (1..=9).find(|zeros| size * POWERS[*zeros] >= 1.0).unwrap_or(9) - 1 };
        let scale = POWERS[12 - leading + zeros];
        return (number * scale).round() / scale;
    }
    // Very large or small: what is printed with twelve significant digits is a number again.
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// Powers of ten, exact.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_of_a_sum_do_not_show() {
        assert_eq!(rounded(0.1 + 0.2), 0.3);
        assert_eq!(rounded(1_234.567_890_123_456), 1_234.567_890_12);
        assert_eq!(rounded(-0.000_012_345_678_901_234), -0.000_012_345_678_901_2);
        assert_eq!(rounded(9.999_999_999_999_9), 10.0);
        assert_eq!(rounded(1e-30 / 3.0), 3.333_333_333_33e-31);
        assert_eq!(rounded(2e20 / 3.0), 6.666_666_666_67e19);
        assert_eq!(rounded(0.0), 0.0);
        assert!(rounded(f64::NAN).is_nan());
    }
}

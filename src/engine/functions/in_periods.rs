//! `in_periods(time, periods)`: whether an instant lies in one of several stretches of time.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "in_periods",
    signature: "in_periods(time, periods)",
    about: "Whether an instant lies in one of the periods, start included and end excluded. False for an empty text; null when either is null. It exists for `$excluded`.",
    arguments: &[("time", "an instant"), ("periods", "`start/end` in microseconds since 1970, separated by spaces")],
    example: "SELECT in_periods(to_timestamp_micros(15), '10/20 30/40') AS inside",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_column(FUNCTION.name, vec![input::time(), DataType::Utf8], DataType::Boolean, |columns| {
        Ok(Arc::new(evaluate(columns)))
    })
}

fn evaluate(arguments: &[ArrayRef]) -> BooleanArray {
    // The text is the same in all rows of almost every query: it is read again only when it differs.
    let mut known: (&str, Vec<(i64, i64)>) = ("", Vec::new());
    let mut column = Vec::with_capacity(arguments[0].len());
    for row in 0..arguments[0].len() {
        let (Some(time), Some(text)) = (input::time_at(&arguments[0], row), input::text_at(&arguments[1], row)) else {
            column.push(None);
            continue;
        };
        if text != known.0 {
            known = (text, input::periods(text));
        }
        column.push(Some(known.1.iter().any(|(start, end)| (*start..*end).contains(&time))));
    }
    column.into()
}

//! `related_complaints(...)`: which complaints an incident caused.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, input};
use crate::analysis::complaint_topic::{self, Complaint};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "related_complaints",
    signature: "related_complaints(row, time, body, theme, start)",
    about: "Which complaints the incident that began at `start` caused, by words learned from those before it and after it, as a list of structs, one for each complaint: `row`, `related` (probability, 0 to 1; 0 before the incident), `earlier` (complaints from more than five minutes before the start) and `mistaken` (those of them that their words alone would have blamed on the incident). Rows without `row` or `time` are left out; without text and theme the numbers of complaints decide. The list is empty without a start or without earlier complaints. The method is that of `analysis::complaint_topic` (Nigam et al. 2000).",
    arguments: &[
        ("row", "number of the complaint"),
        ("time", "when it was made"),
        ("body", "what was written"),
        ("theme", "category in its source"),
        ("start", "when the incident began"),
    ],
    example: "SELECT round(related_complaints(i, to_timestamp_micros(i * 60000000), CASE WHEN i >= 30 THEN 'black screen' ELSE 'wrong invoice' END, NULL, to_timestamp_micros(1800000000))[35]['related'], 2) AS related FROM (SELECT unnest(range(0, 40)) AS i)",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[("row", Kind::Int), ("related", Kind::Float), ("earlier", Kind::Int), ("mistaken", Kind::Int)];

fn function() -> AggregateUDF {
    let arguments = vec![DataType::Int64, input::time(), DataType::Utf8, DataType::Utf8, input::time()];
    gather::aggregate(FUNCTION.name, arguments, 1, list_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let numbers = input::ints(&arguments[0]);
    let complaint = |row: usize| {
        let number = numbers.is_valid(row).then(|| numbers.value(row))?;
        let time = input::time_at(&arguments[1], row)?;
        let (text, theme) = (input::text_at(&arguments[2], row), input::text_at(&arguments[3], row));
        Some((number, Complaint { time, text, theme }))
    };
    let start = (!arguments[4].is_empty()).then(|| input::time_at(&arguments[4], 0)).flatten();
    let (rows, complaints): (Vec<i64>, Vec<Complaint<'_>>) = (0..numbers.len()).filter_map(complaint).unzip();
    let Some(topics) = start.and_then(|start| complaint_topic::related(&complaints, start)) else {
        return Ok(list_scalar(SHAPE, Vec::new()));
    };
    let count = |number: usize| Cell::Int(i64::try_from(number).ok());
    let cells = rows.iter().zip(&topics.related).map(|(&row, &related)| {
        vec![Cell::Int(Some(row)), Cell::Float(Some(related)), count(topics.earlier), count(topics.mistaken)]
    });
    Ok(list_scalar(SHAPE, cells.collect()))
}

//! `change_points(time, value)`: when the level of a series changed.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, input};
use crate::analysis::change_point::robust::{self, Options};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "change_points",
    signature: "change_points(time, value)",
    about: "The moments at which the level of a series changed, as a list of structs: `changed_at` (first sample of the new level), `earliest` and `latest` (between which it lies), `level_before`, `level_after` (in the unit of the value) and `strength` (unit-free). Samples may come in any order; nulls are left out; the list is empty when the level never changed. The method is that of `analysis::change_point::robust`.",
    arguments: &[("time", "instants of the samples"), ("value", "the samples")],
    example: "SELECT array_length(change_points(time, value)) AS changes FROM (SELECT to_timestamp_micros(i * 60000000) AS time, CASE WHEN i < 30 THEN 1.0 ELSE 9.0 END AS value FROM (SELECT unnest(range(0, 60)) AS i))",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("changed_at", Kind::Time),
    ("earliest", Kind::Time),
    ("latest", Kind::Time),
    ("level_before", Kind::Float),
    ("level_after", Kind::Float),
    ("strength", Kind::Float),
];

fn function() -> AggregateUDF {
    gather::aggregate(FUNCTION.name, vec![input::time(), DataType::Float64], 0, list_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let mut samples: Vec<(i64, f64)> = (0..arguments[0].len())
        .filter_map(|row| Some((input::time_at(&arguments[0], row)?, input::float_at(&arguments[1], row)?)))
        .collect();
    samples.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let values: Vec<f64> = samples.iter().map(|(_, value)| *value).collect();
    let at = |index: usize| Cell::Time(samples.get(index).map(|(time, _)| *time));
    let rows = robust::change_points(&values, &Options::default())
        .into_iter()
        .map(|point| {
            vec![
                at(point.index),
                at(point.earliest),
                at(point.latest),
                Cell::Float(Some(point.before)),
                Cell::Float(Some(point.after)),
                Cell::Float(Some(point.strength)),
            ]
        })
        .collect();
    Ok(list_scalar(SHAPE, rows))
}

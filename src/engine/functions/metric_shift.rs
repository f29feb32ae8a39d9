//! `metric_shift(...)`: how far one metric moved during the incident.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, struct_scalar, struct_type};
use super::{Function, Implementation, gather, input};
use crate::analysis::root_cause::{ShiftContext, features};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "metric_shift",
    signature: "metric_shift(time, value, symptom, start, end, baseline_start, baseline_end, excluded)",
    about: "How far a metric moved between `start` and `end` compared with the reference period, whatever its unit, as a struct of `score` (0 to 1), `direction` (1 up, -1 down), `baseline_median` and `window_median` (in the unit of the value), `movement` (inside the window, unit-free), `level` (of the window against the reference period, in its own deviations, signed), `onset_at` (first sample outside what is usual) and `correlation` (with the symptom, null when there is none). Null without samples. The method is that of `analysis::root_cause::shift`.",
    arguments: &[
        ("time", "instants of the samples"),
        ("value", "the samples"),
        ("symptom", "what users felt at that time, or null"),
        ("start, end", "window of the incident"),
        ("baseline_start, baseline_end", "reference period"),
        ("excluded", "stretches that are no reference: `start/end` in microseconds, separated by spaces"),
    ],
    example: "SELECT metric_shift(time, CASE WHEN i < 60 THEN 10.0 + i % 3 ELSE 90.0 END, NULL, to_timestamp_micros(60 * 60000000), to_timestamp_micros(80 * 60000000), to_timestamp_micros(0), to_timestamp_micros(60 * 60000000), '')['direction'] AS direction FROM (SELECT i, to_timestamp_micros(i * 60000000) AS time FROM (SELECT unnest(range(0, 80)) AS i))",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("score", Kind::Float),
    ("direction", Kind::Int),
    ("baseline_median", Kind::Float),
    ("window_median", Kind::Float),
    ("movement", Kind::Float),
    ("level", Kind::Float),
    ("onset_at", Kind::Time),
    ("correlation", Kind::Float),
];

fn function() -> AggregateUDF {
    let mut arguments = vec![input::time(), DataType::Float64, DataType::Float64];
    arguments.extend(vec![input::time(); 4]);
    arguments.push(DataType::Utf8);
    gather::aggregate(FUNCTION.name, arguments, 5, struct_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let first_time = |index: usize| input::times(&arguments[index]).iter().flatten().next();
    let (Some(start), Some(end)) = (first_time(3), first_time(4)) else { return Ok(struct_scalar(SHAPE, None)) };
    let mut samples: Vec<(i64, f64, Option<f64>)> = (0..arguments[0].len())
        .filter_map(|row| {
            let time = input::time_at(&arguments[0], row)?;
            Some((time, input::float_at(&arguments[1], row)?, input::float_at(&arguments[2], row)))
        })
        .collect();
    samples.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let times: Vec<i64> = samples.iter().map(|(time, ..)| *time).collect();
    let values: Vec<f64> = samples.iter().map(|(_, value, _)| *value).collect();
    let (symptom_times, symptom_values): (Vec<i64>, Vec<f64>) =
        samples.iter().filter_map(|(time, _, symptom)| Some((*time, (*symptom)?))).unzip();
    let excluded = input::texts(&arguments[7]).iter().flatten().next().unwrap_or_default();
    let context = ShiftContext {
        window: (start, end),
        baseline: first_time(5).zip(first_time(6)).into_iter().collect(),
        excludes: input::periods(excluded),
        symptom: (!symptom_times.is_empty()).then_some((&symptom_times[..], &symptom_values[..])),
    };
    let row = features(&times, &values, &context).map(|shift| {
        vec![
            Cell::Float(Some(shift.score)),
            Cell::Int(Some(i64::from(shift.direction))),
            Cell::Float(Some(shift.baseline_median)),
            Cell::Float(Some(shift.window_median)),
            Cell::Float(Some(shift.movement)),
            Cell::Float(Some(shift.level)),
            Cell::Time(shift.onset),
            Cell::Float(shift.correlation),
        ]
    });
    Ok(struct_scalar(SHAPE, row))
}

//! `complaint_onset(time, count, expected)`: when complaints clearly exceeded what is expected.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::{Function, Implementation, gather, input};
use crate::analysis::statistics::cusum;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "complaint_onset",
    signature: "complaint_onset(time, count, expected)",
    about: "The start of the bucket in which counts have clearly exceeded what is expected: where a statistic for five times the expected rate signals; null when they never do. Buckets may come in any order. Method: one-sided Poisson CUSUM, Lucas, Counted data CUSUM's, Technometrics 27 (1985), doi:10.1080/00401706.1985.10488030.",
    arguments: &[("time", "start of the bucket"), ("count", "events in it"), ("expected", "events expected in it")],
    example: "SELECT complaint_onset(time, count, 2.0) IS NULL AS calm FROM (SELECT to_timestamp_micros(i * 60000000) AS time, 2.0 AS count FROM (SELECT unnest(range(0, 60)) AS i))",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    let arguments = vec![input::time(), DataType::Float64, DataType::Float64];
    gather::aggregate(FUNCTION.name, arguments, 0, input::time(), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let mut buckets: Vec<(i64, f64, f64)> = (0..arguments[0].len())
        .filter_map(|row| {
            let time = input::time_at(&arguments[0], row)?;
            Some((time, input::float_at(&arguments[1], row)?, input::float_at(&arguments[2], row)?))
        })
        .collect();
    buckets.sort_by_key(|(time, ..)| *time);
    let counts: Vec<f64> = buckets.iter().map(|(_, count, _)| *count).collect();
    let expected: Vec<f64> = buckets.iter().map(|(.., expected)| *expected).collect();
    let onset = cusum::alarm(&counts, &expected).map(|index| buckets[index].0);
    Ok(ScalarValue::TimestampMicrosecond(onset, Some("UTC".into())))
}

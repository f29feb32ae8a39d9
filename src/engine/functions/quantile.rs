//! `quantile(value, share)`: an exact quantile of a group.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::AggregateUDF;

use super::{Function, Implementation, gather, input};
use crate::analysis::statistics::quantile;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "quantile",
    signature: "quantile(value, share)",
    about: "The exact quantile of the values, in their unit; between two values it is interpolated. Nulls are left out; null without values. `share` must lie between 0 and 1. Method: Hyndman and Fan, Sample quantiles in statistical packages, The American Statistician 50 (1996), type 7.",
    arguments: &[("value", "numbers"), ("share", "0.5 for the median, 0.9 for the 90th percentile")],
    example: "SELECT quantile(value, 0.5) AS median FROM (VALUES (1.0), (2.0), (4.0)) AS samples(value)",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    let arguments = vec![DataType::Float64, DataType::Float64];
    gather::aggregate(FUNCTION.name, arguments, 1, DataType::Float64, evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let mut values: Vec<f64> = input::floats(&arguments[0]).iter().flatten().filter(|v| v.is_finite()).collect();
    let shares = input::floats(&arguments[1]);
    let Some(share) = shares.iter().flatten().next() else { return Ok(ScalarValue::Float64(None)) };
    if !(0.0..=1.0).contains(&share) {
        return exec_err!("quantile: expected a share between 0 and 1, found {share}");
    }
    Ok(ScalarValue::Float64(quantile::quantile(&mut values, share)))
}

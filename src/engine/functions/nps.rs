//! `nps(score)`: net promoter score of a group of answers from 0 to 10.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::struct_scalar;
use super::{Function, Implementation, gather, input, interval};
use crate::analysis::statistics::nps;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "nps",
    signature: "nps(score)",
    about: "Net promoter score in points from -100 to 100 with its 95 % interval, as a struct of `value`, `low` and `high`: the share of answers from 9 to 10 minus the share from 0 to 6. Nulls and answers outside 0 to 10 are left out; null without answers. Interval: adjusted Wald, Lewis and Sauro, MeasuringU (2021).",
    arguments: &[("score", "answers from 0 to 10")],
    example: "SELECT nps(score)['value'] AS value FROM (VALUES (10.0), (9.0), (7.0), (3.0)) AS answers(score)",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    gather::aggregate(FUNCTION.name, vec![DataType::Float64], 0, interval::data_type(), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let mut counts = [0.0; 3];
    for score in input::floats(&arguments[0]).iter().flatten() {
        match score {
            9.0..=10.0 => counts[0] += 1.0,
            0.0..=6.0 => counts[2] += 1.0,
            6.0..9.0 => counts[1] += 1.0,
            _ => {}
        }
    }
    let score = nps::interval(counts[0], counts[1], counts[2]);
    Ok(struct_scalar(interval::SHAPE, score.map(interval::cells)))
}

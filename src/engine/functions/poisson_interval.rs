//! `poisson_interval(count)`: a count with the exact 95 % interval of its expectation, as a struct of `value`, `low` and `high`.

use arrow::array::ArrayRef;
use datafusion::logical_expr::ScalarUDF;

use super::interval;
use super::{Function, Implementation, input};
use crate::analysis::statistics::{Interval, poisson};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "poisson_interval",
    signature: "poisson_interval(count)",
    about: "A count with the exact 95 % interval of its expectation, as a struct of `value`, `low` and `high`. Method: Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936), doi:10.1093/biomet/28.3-4.437.",
    arguments: &[("count", "events counted")],
    example: "SELECT poisson_interval(10)['high'] AS high",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    interval::function(FUNCTION.name, 1, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<Interval> {
    poisson::interval(input::float_at(&arguments[0], row)?)
}

//! `wilson_interval(successes, trials)`: the share of `successes` in `trials` with its 95 % interval, as a struct of `value`, `low` and `high`.

use arrow::array::ArrayRef;
use datafusion::logical_expr::ScalarUDF;

use super::interval;
use super::{Function, Implementation, input};
use crate::analysis::statistics::{Interval, wilson};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "wilson_interval",
    signature: "wilson_interval(successes, trials)",
    about: "The share of `successes` in `trials` with its 95 % interval, as a struct of `value`, `low` and `high`. Null without trials. Method: Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), doi:10.1080/01621459.1927.10502953.",
    arguments: &[("successes", "events that count"), ("trials", "all events")],
    example: "SELECT wilson_interval(8, 10)['low'] AS low",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    interval::function(FUNCTION.name, 2, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<Interval> {
    wilson::interval(input::float_at(&arguments[0], row)?, input::float_at(&arguments[1], row)?)
}

//! `risk_ratio(bad_1, total_1, bad_0, total_0)`: how many times as often the first group is hit as the second, with its 95 % interval, as a struct of `value`, `low` and `high`.

use arrow::array::ArrayRef;
use datafusion::logical_expr::ScalarUDF;

use super::interval;
use super::{Function, Implementation, input};
use crate::analysis::statistics::{Interval, risk_ratio};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "risk_ratio",
    signature: "risk_ratio(bad_1, total_1, bad_0, total_0)",
    about: "How many times as often the first group is hit as the second, with its 95 % interval, as a struct of `value`, `low` and `high`. Half an event is added everywhere when a group has none. Null when a group is empty. Method: Katz et al., Obtaining confidence intervals for the risk ratio in cohort studies, Biometrics 34 (1978), doi:10.2307/2530610.",
    arguments: &[
        ("bad_1", "events that failed in the first group"),
        ("total_1", "all events of the first group"),
        ("bad_0", "events that failed in the second group"),
        ("total_0", "all events of the second group"),
    ],
    example: "SELECT risk_ratio(30, 100, 10, 100)['value'] AS value",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    interval::function(FUNCTION.name, 4, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<Interval> {
    let at = |index: usize| input::float_at(&arguments[index], row);
    risk_ratio::interval(at(0)?, at(1)?, at(2)?, at(3)?)
}

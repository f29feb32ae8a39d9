//! `newcombe_difference(successes_1, trials_1, successes_0, trials_0)`: the difference of two shares, the first minus the second, with its 95 % interval, as a struct of `value`, `low` and `high`.

use arrow::array::ArrayRef;
use datafusion::logical_expr::ScalarUDF;

use super::interval;
use super::{Function, Implementation, input};
use crate::analysis::statistics::{Interval, newcombe};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "newcombe_difference",
    signature: "newcombe_difference(successes_1, trials_1, successes_0, trials_0)",
    about: "The difference of two shares, the first minus the second, with its 95 % interval, as a struct of `value`, `low` and `high`. Null when a group is empty. Method: Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998), method 10.",
    arguments: &[
        ("successes_1", "events that count in the first group"),
        ("trials_1", "all events of the first group"),
        ("successes_0", "events that count in the second group"),
        ("trials_0", "all events of the second group"),
    ],
    example: "SELECT newcombe_difference(56, 70, 48, 80)['low'] AS low",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    interval::function(FUNCTION.name, 4, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<Interval> {
    let at = |index: usize| input::float_at(&arguments[index], row);
    newcombe::difference(at(0)?, at(1)?, at(2)?, at(3)?)
}

//! `epoch_micros(time)`: an instant as a whole number, for differences.

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "epoch_micros",
    signature: "epoch_micros(time)",
    about: "Microseconds since 1970 UTC. Null for null. `CAST(time AS BIGINT)` gives the unit of the type instead, and `date_bin` returns nanoseconds.",
    arguments: &[("time", "an instant")],
    example: "SELECT epoch_micros(to_timestamp_micros(1500000)) AS micros",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_row::<Int64Array, _>(FUNCTION.name, vec![input::time()], DataType::Int64, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<i64> {
    input::time_at(&arguments[0], row)
}

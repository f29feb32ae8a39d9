//! `epoch_micros(time)`: an instant as a whole number, for differences.

use std::sync::Arc;

use arrow::array::Int64Array;
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::{Function, Implementation, input};

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
    create_udf(
        FUNCTION.name,
        vec![input::time()],
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(|arguments| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let column: Int64Array = input::times(&arrays[0]).iter().collect();
            Ok(ColumnarValue::Array(Arc::new(column)))
        }),
    )
}

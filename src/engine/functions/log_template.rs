//! `log_template(message)`: the pattern of a message: numbers, identifiers, addresses, paths, durations and quoted values become `<*>`.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::{Function, Implementation, input};
use crate::analysis::log_template;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "log_template",
    signature: "log_template(message)",
    about: "The pattern of a message: numbers, identifiers, addresses, paths, durations and quoted values become `<*>`. Null for null. It looks at this one message only; table `log_templates` holds the patterns learned from all lines.",
    arguments: &[("message", "text of a log line without its header")],
    example: "SELECT log_template('connection 17 to 192.0.2.7:443 timed out after 30 s') AS template",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    create_udf(
        FUNCTION.name,
        vec![DataType::Utf8; 1],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(|arguments| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let rows = arrays[0].len();
            let column: StringArray = (0..rows).map(|row| evaluate(&arrays, row)).collect();
            Ok(ColumnarValue::Array(Arc::new(column)))
        }),
    )
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<String> {
    Some(log_template::mask(input::text_at(&arguments[0], row)?))
}

//! `log_template(message)`: the pattern of a message: numbers, identifiers, addresses, paths, durations and quoted values become `<*>`.

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};
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
    scalar::by_row::<StringArray, _>(FUNCTION.name, vec![DataType::Utf8], DataType::Utf8, evaluate)
}

fn evaluate(arguments: &[ArrayRef], row: usize) -> Option<String> {
    Some(log_template::mask(input::text_at(&arguments[0], row)?))
}

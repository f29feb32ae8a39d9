//! `incident_window(...)`: when what users felt began and ended.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{struct_scalar, struct_type};
use super::{Function, Implementation, gather, slice_table, window};
use crate::analysis::incident_window;
use crate::schema::sli_counts;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "incident_window",
    signature: "incident_window(time, total, bad, expected_bad, viewers, dimensions, excluded, reference)",
    about: "The window of the incident, found from counts of good and bad events: a struct of `start_at`, `start_earliest`, `start_latest`, `end_at`, `end_earliest`, `end_latest` (null while it goes on), `waves` (text: `start/end` in microseconds, separated by spaces), `strength`, `method`, `signal` (the table, null without rows), `strongest` (the slice with the strongest evidence, as a JSON object) `why` (the reason when nothing was found) and `gaps` (stretches without any row where rows are usual: `start/end` in microseconds). All times are null when no incident is found. Every slice of every dimension is looked at, not only the total; a surge of traffic alone is no incident. The method is that of `analysis::incident_window`.",
    arguments: &[
        ("time ... dimensions", "as in `sli_counts_sliced`"),
        ("excluded", "stretches that are no reference: `start/end` in microseconds, separated by spaces"),
        ("reference", "the only stretch to learn from, written the same way; empty to learn from all"),
    ],
    example: "SELECT incident_window(time, total, bad, NULL, NULL, '{}', '', '')['start_at'] IS NULL AS calm FROM (SELECT to_timestamp_micros(i * 60000000) AS time, 1000.0 AS total, 5.0 AS bad FROM (SELECT unnest(range(0, 240)) AS i))",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    let mut arguments = slice_table::arguments();
    arguments.extend([DataType::Utf8, DataType::Utf8]);
    gather::aggregate(FUNCTION.name, arguments, 1, struct_type(window::SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let table = slice_table::build(arguments);
    let options = window::options(&arguments[6], &arguments[7]);
    let found = incident_window::detect(&table, &options);
    let signal = (!table.is_empty()).then_some(sli_counts::TABLE.name);
    Ok(struct_scalar(window::SHAPE, Some(window::cells(&found, signal))))
}

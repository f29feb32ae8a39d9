//! `report_window(...)`: when the incident was, from complaints and log lines.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{struct_scalar, struct_type};
use super::{Function, Implementation, gather, input, window};
use crate::analysis::incident_window::reports::{ReportRow, detect_reports};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "report_window",
    signature: "report_window(time, service, total, bad, excluded, reference)",
    about: "The window of the incident, found from complaints and log lines where nothing was measured: the struct of `incident_window`, with `complaints`, `log_records` or both (separated by a comma) as `signal`, those that carry the window; null when nothing was found. Complaints say that users felt something, errors in logs when; complaints alone lag, so the earliest start lies ten minutes before them; errors in logs alone count only without any complaint in the data. The method is that of `analysis::incident_window::reports`.",
    arguments: &[
        ("time", "start of the minute"),
        ("service", "service that wrote the log lines; null for complaints"),
        ("total", "complaints that may be about the service, or log lines"),
        ("bad", "complaints that say that it fails, or errors"),
        ("excluded", "stretches that are not looked at: `start/end` in microseconds, separated by spaces"),
        ("reference", "the only stretch to learn from, written the same way; empty to learn from all"),
    ],
    example: "SELECT report_window(time, NULL, 1.0, 1.0, '', '')['start_at'] IS NULL AS calm FROM (SELECT to_timestamp_micros(i * 60000000) AS time FROM (SELECT unnest(range(0, 240)) AS i))",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    let number = DataType::Float64;
    let arguments = vec![input::time(), DataType::Utf8, number.clone(), number, DataType::Utf8, DataType::Utf8];
    gather::aggregate(FUNCTION.name, arguments, 1, struct_type(window::SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let row = |row: usize| {
        Some(ReportRow {
            time: input::time_at(&arguments[0], row)?,
            service: input::text_at(&arguments[1], row).map(Into::into),
            total: input::float_at(&arguments[2], row)?,
            bad: input::float_at(&arguments[3], row)?,
        })
    };
    let rows: Vec<ReportRow> = (0..arguments[0].len()).filter_map(row).collect();
    let options = window::options(&arguments[4], &arguments[5]);
    let reported = detect_reports(&rows, &options);
    let signal = match (reported.by_complaints, reported.by_logs) {
        (true, true) => Some("complaints, log_records"),
        (true, false) => Some("complaints"),
        (false, true) => Some("log_records"),
        (false, false) => None,
    };
    Ok(struct_scalar(window::SHAPE, Some(window::cells(&reported.detection, signal))))
}

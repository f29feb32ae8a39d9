//! Rows of `sli_counts_sliced` as the table of slices that the algorithms work on.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;

use super::input;
use crate::analysis::slices::SliceTable;

/// Types of the arguments `time, total, bad, expected_bad, viewers, dimensions`.
pub(super) fn arguments() -> Vec<DataType> {
    let number = DataType::Float64;
    vec![input::time(), number.clone(), number.clone(), number.clone(), number, DataType::Utf8]
}

/// Builds the table, ordered by time and slice so that the order of the rows does not matter.
pub(super) fn build(arguments: &[ArrayRef]) -> SliceTable {
    let dimensions = input::texts(&arguments[5]);
    let times = input::times(&arguments[0]);
    let rows = (0..arguments[0].len()).filter(|row| arguments[0].is_valid(*row) && dimensions.is_valid(*row));
    let mut parsed: HashMap<&str, Vec<(String, String)>> = HashMap::new();
    let mut table = SliceTable::default();
    for row in rows {
        let (Some(total), Some(bad)) = (input::float_at(&arguments[1], row), input::float_at(&arguments[2], row))
        else {
            continue;
        };
        let pairs = parsed.entry(dimensions.value(row)).or_insert_with_key(|text| pairs(text));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (expected, viewers) = (input::float_at(&arguments[3], row), input::float_at(&arguments[4], row));
        // Counts that cannot be used are left out: ingestion has rejected the broken ones.
        let _ = table.push(times.value(row), &pairs, total, bad, expected, viewers);
    }
    table.sort();
    table
}

/// Start of the last bucket that begins at or before an instant: the bucket that holds it.
pub(super) fn bucket_of(table: &SliceTable, time: i64) -> i64 {
    table.rows().map(|row| row.time).filter(|start| *start <= time).max().unwrap_or(time)
}

/// Names and values of a slice written as a JSON object, sorted by name.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let object: std::collections::BTreeMap<String, Option<String>> = serde_json::from_str(text).unwrap_or_default();
    object.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

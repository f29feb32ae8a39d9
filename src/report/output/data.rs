//! Results of queries as CSV, for people and spreadsheets.

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use jiff::Timestamp;

use crate::catalog::rows::value;
use crate::engine::Answer;

/// What a spreadsheet takes for the start of a formula; also in full width, which some read as the same.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// CSV with a header, RFC 4180, times in RFC 3339 UTC. A cell that a spreadsheet would take for a
/// formula is preceded by an apostrophe.
pub fn csv(answer: &Answer) -> String {
    let fields = answer.schema.fields();
    let mut text = String::new();
    let header: Vec<String> = fields.iter().map(|field| cell(field.name())).collect();
    text.push_str(&header.join(","));
    text.push('\n');
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = (0..fields.len()).map(|column| formatted(batch, column, row)).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
    }
    text
}

fn formatted(batch: &RecordBatch, column: usize, row: usize) -> String {
    let array = batch.column(column);
    match value(array, row) {
        serde_json::Value::Null => String::new(),
        // Decimals and small integers come as text; a minus sign makes no formula of them.
        serde_json::Value::String(text) if array.data_type().is_numeric() => text,
        serde_json::Value::String(text) => cell(&text),
        serde_json::Value::Number(number)
            if matches!(array.data_type(), DataType::Timestamp(..) | DataType::Date32) =>
        {
            let micros = number.as_i64().and_then(|micros| Timestamp::from_microsecond(micros).ok());
            micros.map(|timestamp| timestamp.to_string()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

/// One text as a cell.
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['\t', '\r']) || text.trim_start().starts_with(FORMULA);
    let guarded = if is_formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r', ';']) || guarded.starts_with(' ') || guarded.ends_with(' ') {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell(" @SUM(A1)"), "' @SUM(A1)");
        assert_eq!(cell("+33 6"), "'+33 6");
        assert_eq!(cell("\tx"), "'\tx");
        assert_eq!(cell("\u{ff1d}1"), "'\u{ff1d}1");
    }

    #[test]
    fn a_negative_number_is_no_formula() {
        use arrow::array::{ArrayRef, Decimal128Array, Int16Array};
        let decimal = Decimal128Array::from(vec![-150]).with_precision_and_scale(5, 2).expect("fits");
        let columns =
            [("a", std::sync::Arc::new(decimal) as ArrayRef), ("b", std::sync::Arc::new(Int16Array::from(vec![-3])))];
        let batch = RecordBatch::try_from_iter(columns).expect("a batch");
        assert_eq!(csv(&Answer { schema: batch.schema(), batches: vec![batch] }), "a,b\n-1.50,-3\n");
    }

    #[test]
    fn separators_and_quotes_are_quoted() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(cell("plain"), "plain");
    }
}

//! Results of queries as CSV, for people and spreadsheets.

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use jiff::Timestamp;

use crate::catalog::rows::value;
use crate::engine::Answer;

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
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
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
    }

    #[test]
    fn separators_and_quotes_are_quoted() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(cell("plain"), "plain");
    }
}

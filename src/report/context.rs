//! What a template may use: findings, query results, charts and the case, as plain JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::figures::Figure;
use crate::case::Case;
use crate::catalog::rows::first_rows;
use crate::catalog::{Parameters, QueryResult, Results};
use crate::engine::Value as Parameter;
use crate::schema::Table;

/// Rows of one query that a page can show; the file below `data/` has them all.
const MOST_ROWS: usize = 400;

/// Everything a document is made from.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The case.
    pub case: &'a Case,
    /// The facts.
    pub findings: &'a Map<String, Value>,
    /// Results of the catalogue.
    pub results: &'a Results,
    /// Parameters, for the extent of the data.
    pub parameters: &'a Parameters,
    /// Charts by name, in the language of the document.
    pub figures: &'a BTreeMap<String, Figure>,
    /// Remarks of the ingestion.
    pub warnings: &'a [String],
    /// Hand-written sections.
    pub narrative: Value,
}

/// The context of one document.
pub fn context(sources: &Sources<'_>, language: &str) -> Value {
    let queries: Map<String, Value> =
        sources.results.iter().map(|result| (result.query.name.clone(), query(result, sources.results))).collect();
    json!({
        "findings": sources.findings,
        "q": queries,
        "case": {
            "id": sources.case.id(),
            "title": sources.case.title(),
            "service": sources.case.config.incident.service,
            "summary": sources.case.config.incident.summary,
            "zone": sources.case.zone_name(),
            "language": language,
            "cutoff": sources.parameters.data().map(|data| data.end - 1),
            "data_start": sources.parameters.data().map(|data| data.start),
            "tool_version": env!("CARGO_PKG_VERSION"),
            "policy": sources.case.config.policy,
            "first_message_within_seconds": sources.case.config.first_message_within_seconds().ok(),
            "prolonged_after_seconds": sources.case.config.prolonged_after_seconds().ok(),
            "incident_start": sources.parameters.incident_start(),
            "incident_end": sources.parameters.incident_end(),
            "warnings": sources.warnings,
            "clocks": clocks(sources.case),
        },
        "narrative": sources.narrative,
        "charts": sources.figures,
    })
}

/// Clocks that the configuration sets right: files and by how many seconds they are ahead.
fn clocks(case: &Case) -> Value {
    let moved = case.config.source.iter().filter(|rule| rule.clock_ahead_micros() != 0);
    moved.map(|rule| json!({"path": rule.path, "seconds": rule.clock_ahead_micros() as f64 / 1e6})).collect()
}

fn query(result: &QueryResult, results: &Results) -> Value {
    let shown: Vec<Value> = first_rows(&result.answer, MOST_ROWS).into_iter().map(|row| Value::Object(row.0)).collect();
    let row_count: usize = result.answer.batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    let columns: Vec<&String> = result.answer.schema.fields().iter().map(|field| field.name()).collect();
    let times: Vec<&String> = result
        .answer
        .schema
        .fields()
        .iter()
        .filter(|field| matches!(field.data_type(), arrow::datatypes::DataType::Timestamp(..)))
        .map(|field| field.name())
        .collect();
    let skipped = (!result.missing.is_empty()).then(|| {
        let needs = result.missing.iter().filter_map(|name| Table::named(name));
        json!({
            "tables": result.missing,
            "fed_by": needs.map(|table| table.fed_by).collect::<Vec<_>>(),
        })
    });
    json!({
        "title": result.query.header.title,
        "answers": result.query.header.answers,
        "method": result.query.header.method,
        "sql": result.query.sql,
        "parameters": parameters(&result.parameters),
        "columns": columns,
        "time_columns": times,
        "rows": shown,
        "row_count": row_count,
        "inputs": inputs(result, results),
        "skipped": skipped,
        "failed": result.failed,
    })
}

fn parameters(values: &BTreeMap<String, Parameter>) -> Value {
    let plain = |value: &Parameter| match value {
        Parameter::Time(micros) => super::findings::instant(*micros),
        Parameter::Float(number) => json!(number),
        Parameter::Int(number) => json!(number),
        Parameter::Text(text) => json!(text),
        Parameter::Null => Value::Null,
    };
    values.iter().map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>().into()
}

/// Input files behind a result: those that feed the canonical tables it reads, directly or
/// through other queries.
fn inputs(result: &QueryResult, results: &Results) -> Value {
    let mut tables: Vec<String> = Vec::new();
    let mut open: Vec<&str> = result.query.reads.iter().map(String::as_str).collect();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(name) = open.pop() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if let Some(other) = results.of(name) {
            open.extend(other.query.reads.iter().map(String::as_str));
        } else {
            tables.push(name.strip_suffix("_sliced").unwrap_or(name).to_owned());
        }
    }
    let hashes: BTreeMap<String, Value> = results
        .rows("input_hashes")
        .into_iter()
        .filter(|row| row.text("table").is_some_and(|table| tables.iter().any(|name| name == table)))
        .filter_map(|row| Some((row.text("path")?.to_owned(), row.0.get("blake3")?.clone())))
        .collect();
    hashes.into_iter().map(|(path, blake3)| json!({"path": path, "blake3": blake3})).collect()
}

//! Evidence: which query proves which figure, and what the reader sees of it.
//!
//! In: the query results of the context. Out: references numbered by first use, and the entries of the evidence section
//! with statement, first rows and input files. Rows are shown as the query returned them: times in UTC, numbers ungrouped.

use std::sync::{Arc, Mutex, MutexGuard};

use minijinja::value::Rest;
use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::{Value as Json, json};

use super::super::locale::Locale;
use super::super::markdown::{code_block, code_span, escape_input, shorten};
use super::Used;
use super::filters::to_value;

type Outcome = Result<String, Error>;

/// Rows shown per entry.
const ROWS: usize = 8;
/// Columns shown per entry.
const COLUMNS: usize = 8;
/// Longest text in a cell.
const CELL: usize = 80;
/// Characters of a hash that are shown.
const HASH: usize = 8;

/// Adds `ev`, `evidence`, `evidence_rows` and `evidence_sql` to `environment`.
pub(super) fn add(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    used: &Arc<Mutex<Used>>,
    facts: &Arc<Json>,
) {
    let (counter, all) = (Arc::clone(used), Arc::clone(facts));
    environment.add_function("ev", move |names: Rest<String>| -> Outcome { links(&counter, &all, &names) });
    let (words, counter, all) = (Arc::clone(locale), Arc::clone(used), Arc::clone(facts));
    environment.add_function("evidence", move || -> Result<Value, Error> {
        let names = lock(&counter)?.evidence.clone();
        let entries: Vec<Json> = names.iter().enumerate().map(|(at, name)| entry(&words, &all, at + 1, name)).collect();
        Ok(to_value(entries))
    });
    let all = Arc::clone(facts);
    environment.add_function("evidence_rows", move |name: String| table(query(&all, &name)));
    let all = Arc::clone(facts);
    environment.add_function("evidence_sql", move |name: String| {
        code_block(query(&all, &name).and_then(|query| query.get("sql")).and_then(Json::as_str).unwrap_or(""), "sql")
    });
}

/// References to those of the queries that ran, in the order given.
pub(super) fn links(used: &Mutex<Used>, facts: &Json, names: &[String]) -> Outcome {
    let mut links = String::new();
    for name in names.iter().filter(|name| has_run(facts, name)) {
        let mut used = lock(used)?;
        let number = if let Some(at) = used.evidence.iter().position(|known| known == name) {
            at + 1
        } else {
            used.evidence.push(name.clone());
            used.evidence.len()
        };
        links.push_str(&format!("[E{number}](#e{number})"));
    }
    Ok(links)
}

/// True when the query is in the context and was not skipped.
pub(super) fn has_run(facts: &Json, name: &str) -> bool {
    query(facts, name).is_some_and(|query| query.get("skipped").is_none_or(Json::is_null))
}

pub(super) fn lock(used: &Mutex<Used>) -> Result<MutexGuard<'_, Used>, Error> {
    used.lock().map_err(|_| Error::new(ErrorKind::InvalidOperation, "a template function failed before"))
}

fn query<'facts>(facts: &'facts Json, name: &str) -> Option<&'facts Json> {
    facts.get("q").and_then(|queries| queries.get(name))
}

fn entry(locale: &Locale, facts: &Json, number: usize, name: &str) -> Json {
    let query = query(facts, name);
    let id = format!("query-{}", name.replace('_', "-"));
    let title = locale.message(&id, &[]).unwrap_or_else(|_| {
        escape_input(query.and_then(|query| query.get("title")).and_then(Json::as_str).unwrap_or(name))
    });
    let rows = query.and_then(|query| query.get("rows")).and_then(Json::as_array).map_or(0, Vec::len);
    let count = query.and_then(|query| query.get("row_count")).and_then(Json::as_u64).unwrap_or(rows as u64);
    json!({
        "number": number,
        "name": name,
        "title": title,
        "row_count": count,
        "shown": rows.min(ROWS),
        "inputs": query.map(inputs).unwrap_or_default(),
    })
}

/// The input files of a query as code spans with the beginning of their hash.
fn inputs(query: &Json) -> Vec<String> {
    let files = query.get("inputs").and_then(Json::as_array).cloned().unwrap_or_default();
    let text = |file: &Json, key: &str| file.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
    files
        .iter()
        .map(|file| {
            let hash: String = text(file, "blake3").chars().take(HASH).collect();
            let path = code_span(&text(file, "path"), false);
            if hash.is_empty() { path } else { format!("{path} (BLAKE3 {})", code_span(&hash, false)) }
        })
        .collect()
}

fn table(query: Option<&Json>) -> String {
    let rows = query.and_then(|query| query.get("rows")).and_then(Json::as_array);
    let columns = query.and_then(|query| query.get("columns")).and_then(Json::as_array);
    let (Some(rows), Some(columns)) = (rows, columns) else {
        return String::new();
    };
    let names: Vec<&str> = columns.iter().filter_map(Json::as_str).take(COLUMNS).collect();
    if rows.is_empty() || names.is_empty() {
        return String::new();
    }
    let head: Vec<String> = names.iter().map(|name| code_span(name, true)).collect();
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(names.len()));
    for row in rows.iter().take(ROWS) {
        let cells: Vec<String> = names.iter().map(|name| cell(name, row.get(*name))).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn cell(column: &str, value: Option<&Json>) -> String {
    let text = match value {
        None | Some(Json::Null) => return "–".to_owned(),
        Some(Json::String(text)) => shorten(text, CELL),
        Some(Json::Number(number)) => match number.as_i64() {
            Some(micros) if is_time(column) => rfc3339(micros),
            Some(whole) => whole.to_string(),
            None => number.as_f64().map_or_else(String::new, short_float),
        },
        Some(other) => shorten(&other.to_string(), CELL),
    };
    code_span(&text, true)
}

fn is_time(column: &str) -> bool {
    matches!(column, "time" | "at" | "earliest" | "latest")
        || column.ends_with("_at")
        || ["start_", "end_"].iter().any(|head| column.starts_with(head))
}

fn rfc3339(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |at| at.to_string())
}

/// Four significant digits are enough to recognise a value; the data folder holds all of them.
fn short_float(number: f64) -> String {
    let digits = if number.abs() >= 1000.0 {
        0
    } else if number.abs() >= 1.0 {
        2
    } else {
        5
    };
    let text = format!("{number:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shown_as_they_are_in_the_data() {
        let query = json!({"columns": ["time", "n", "x", "why"], "rows": [
            {"time": 1_773_517_440_000_000_i64, "n": 12480, "x": 0.184, "why": "a|b"}, {"time": null, "n": 1, "x": 2.0, "why": null}]});
        let text = table(Some(&query));
        assert!(text.contains("`2026-03-14T19:44:00Z` | `12480` | `0.184` | `a\\|b` |"), "{text}");
        assert!(text.contains("| – | `1` | `2` | – |"), "{text}");
    }

    #[test]
    fn an_entry_without_rows_has_no_table() {
        assert_eq!(table(Some(&json!({"columns": ["a"], "rows": []}))), "");
        assert_eq!(table(None), "");
    }

    #[test]
    fn only_queries_that_ran_are_cited() {
        let facts = json!({"q": {"a": {"skipped": "no table"}, "b": {"skipped": null}}});
        assert!(!has_run(&facts, "a") && has_run(&facts, "b") && !has_run(&facts, "c"));
    }
}

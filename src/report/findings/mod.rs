//! `findings.json`: the facts of the incident, from the results of the catalogue.
//!
//! Every key of the published schema is present. A value that cannot be derived is null and a
//! sibling `why` says what is missing. Times are RFC 3339 UTC. Nothing is computed here: a figure
//! is a column of a query, and `evidence` names the query.

mod cause;
mod customers;
mod impact;
mod timeline;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::case::{Case, CaseError};
use crate::catalog::Results;
use crate::catalog::rows::Row;
use crate::schema::Table;

/// What is not in the results of queries.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The case.
    pub case: &'a Case,
    /// Results of the catalogue.
    pub results: &'a Results,
}

/// Assembles the findings; `documents` are added when they are written.
pub fn assemble(facts: &Facts<'_>) -> Result<Map<String, Value>, CaseError> {
    let mut findings = Map::new();
    let mut put = |key: &str, value: Value| findings.insert(key.to_owned(), value);
    put("schema", "constat/findings/1".into());
    put("incident", incident(facts.case));
    put("inputs", inputs(facts.results));
    put("window", impact::window(facts)?);
    put("classification", cause::classification(facts));
    put("localisation", impact::localisation(facts, true));
    put("localisation_candidates", impact::localisation(facts, false));
    put("root_causes", cause::root_causes(facts));
    put("impact", impact::impact(facts));
    put("milestones", timeline::milestones(facts));
    put("durations", timeline::durations(facts));
    put("communication", timeline::communication(facts));
    put("complaints", customers::complaints(facts));
    put("satisfaction", customers::satisfaction(facts));
    put("offers", customers::offers(facts));
    put("actions", customers::actions(facts));
    put("documents", Value::Array(Vec::new()));
    Ok(findings)
}

fn incident(case: &Case) -> Value {
    json!({
        "id": case.id(),
        "title": case.title(),
        "service": case.config.incident.service,
        "time_zone": case.zone_name(),
    })
}

fn inputs(results: &Results) -> Value {
    results.rows("inputs_read").into_iter().map(|row| Value::Object(row.0)).collect()
}

/// An instant as RFC 3339 in UTC.
pub(crate) fn instant(micros: Option<i64>) -> Value {
    micros
        .and_then(|micros| Timestamp::from_microsecond(micros).ok())
        .map_or(Value::Null, |timestamp| timestamp.to_string().into())
}

/// A time column of a row as RFC 3339.
fn time(row: &Row, column: &str) -> Value {
    instant(row.int(column))
}

/// A column as it is, null when it is missing.
fn get(row: &Row, column: &str) -> Value {
    row.0.get(column).cloned().unwrap_or(Value::Null)
}

/// Why a figure of a query is not known: the tables it lacks, or that the data do not show it.
fn why(results: &Results, query: &str) -> String {
    let missing = results.missing(query);
    if missing.is_empty() {
        return "the inputs do not show it".into();
    }
    let needs: Vec<String> = missing
        .iter()
        .filter_map(|name| Table::named(name))
        .map(|table| format!("no input feeds `{}`: {}", table.name, table.fed_by))
        .collect();
    needs.join("; ")
}

/// A figure with its interval, unit, method and evidence; null with its reason when not known.
fn figure(results: &Results, query: &str, columns: [&str; 3], unit: &str) -> Value {
    let row = results.row(query);
    let method = results.of(query).and_then(|result| result.query.header.method.clone());
    let mut figure = json!({
        "value": get(&row, columns[0]),
        "low": get(&row, columns[1]),
        "high": get(&row, columns[2]),
        "unit": unit,
        "method": method,
        "evidence": [query],
    });
    if figure["value"].is_null() {
        figure["why"] = why(results, query).into();
    }
    figure
}

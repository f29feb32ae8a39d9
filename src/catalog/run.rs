//! Running the catalogue: each query once, its rows published as a table for those after it.

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};

use super::{Catalog, CatalogError, Parameters, Query, WINDOW_QUERY, canonical, checks};
use crate::engine::{Answer, Engine, Value};

/// Rows of one query and what is known about them.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// The query.
    pub query: Query,
    /// Its rows; none when something it needs is missing.
    pub answer: Answer,
    /// Values of the parameters that it used.
    pub parameters: BTreeMap<String, Value>,
    /// Canonical tables that would have to hold rows; empty when nothing is missing.
    pub missing: Vec<&'static str>,
    /// Checks that do not hold, as sentences.
    pub failed: Vec<String>,
    /// Stands for everything the rows were made from, apart from the store.
    pub key: String,
}

/// Hash of the sources that decide what a query returns, and of the versions it is built on.
const BUILD: &str = env!("CONSTAT_ENGINE_BUILD");

/// Results of the catalogue, in the order in which they were computed.
#[derive(Debug, Clone, Default)]
pub struct Results {
    results: Vec<QueryResult>,
}

impl Results {
    /// All results.
    pub fn iter(&self) -> impl Iterator<Item = &QueryResult> {
        self.results.iter()
    }

    /// The result of a query.
    pub fn of(&self, name: &str) -> Option<&QueryResult> {
        self.results.iter().find(|result| result.query.name == name)
    }
}

/// Runs all queries of the catalogue, in order; `parameters` gets the window when it is known.
pub async fn run(
    engine: &Engine,
    catalog: &Catalog,
    parameters: &mut Parameters,
    mut progress: impl FnMut(&str),
) -> Result<Results, CatalogError> {
    let queries: Vec<&Query> = catalog.ordered().collect();
    run_queries(engine, &queries, parameters, &mut progress).await
}

/// Runs one query of the catalogue, with all that it needs before it.
pub async fn run_one(
    engine: &Engine,
    catalog: &Catalog,
    name: &str,
    parameters: &mut Parameters,
) -> Result<QueryResult, CatalogError> {
    catalog.query(name)?;
    let queries = catalog.needed_for(&[name.to_owned()]);
    let results = run_queries(engine, &queries, parameters, &mut |_| {}).await?;
    Ok(results.of(name).expect("the query was run").clone())
}

/// Runs queries that are already in order.
pub(super) async fn run_queries(
    engine: &Engine,
    queries: &[&Query],
    parameters: &mut Parameters,
    progress: &mut impl FnMut(&str),
) -> Result<Results, CatalogError> {
    let mut results = Results::default();
    let mut has_templates = false;
    for query in queries {
        progress(&query.name);
        let failed = |source| CatalogError::Sql { name: query.name.clone(), source };
        let key = key(query, parameters, &results).map_err(failed)?;
        let result = if let Some(result) = kept(engine, query, parameters, &results, &key) {
            engine.publish(&query.name, &result.answer).map_err(failed)?;
            result
        } else {
            if query.uses_templates() && !has_templates {
                engine.learn_templates(parameters.incident_start()).await.map_err(failed)?;
                has_templates = true;
            }
            run_query(engine, query, parameters, &results, key).await.map_err(failed)?
        };
        if query.name == WINDOW_QUERY {
            let (start, end) = window_of(&result.answer);
            parameters.set_window(start, end);
        }
        results.results.push(result);
    }
    Ok(results)
}

/// What the rows of a query depend on, as one hash: its statement with the values filled in, the
/// results it reads, and the program.
fn key(query: &Query, parameters: &Parameters, before: &Results) -> Result<String, crate::engine::EngineError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(BUILD.as_bytes());
    hasher.update(Engine::bound(&query.sql, &parameters.with(&query.header.params))?.as_bytes());
    hasher.update(format!("{:?}{:?}", query.header.check, query.header.optional).as_bytes());
    if query.uses_templates() {
        hasher.update(format!("{:?}", parameters.incident_start()).as_bytes());
    }
    for name in &query.reads {
        hasher.update(before.of(name).map_or(name.as_str(), |result| &result.key).as_bytes());
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// The result of an earlier run.
fn kept(engine: &Engine, query: &Query, parameters: &Parameters, before: &Results, key: &str) -> Option<QueryResult> {
    let cache = engine.cache();
    let failed: Vec<String> = serde_json::from_slice(&cache.get(&format!("{key}.json"))?).ok()?;
    let answer = Answer::from_parquet(cache.get(&format!("{key}.parquet"))?).ok()?;
    let mut values = parameters.with(&query.header.params);
    values.retain(|name, _| query.parameters.contains(name));
    let missing = missing(engine, query, before);
    Some(QueryResult { query: query.clone(), answer, parameters: values, missing, failed, key: key.to_owned() })
}

/// Keeps a result for later runs.
fn keep(engine: &Engine, result: &QueryResult) {
    if let (Ok(rows), Ok(failed)) = (result.answer.to_parquet(), serde_json::to_vec(&result.failed)) {
        engine.cache().put(&format!("{}.parquet", result.key), &rows);
        engine.cache().put(&format!("{}.json", result.key), &failed);
    }
}

async fn run_query(
    engine: &Engine,
    query: &Query,
    parameters: &Parameters,
    before: &Results,
    key: String,
) -> Result<QueryResult, crate::engine::EngineError> {
    let mut values = parameters.with(&query.header.params);
    let missing = missing(engine, query, before);
    let mut answer = engine.run(&query.sql, &values).await?;
    if !missing.is_empty() {
        answer.batches = vec![RecordBatch::new_empty(answer.schema.clone())];
    }
    engine.publish(&query.name, &answer)?;
    let mut failed = Vec::new();
    for (sql, sentence) in checks::statements(&query.name, &query.header.check) {
        let count = engine.run(&sql, &values).await?;
        let found = count.batches.iter().map(|batch| batch.column(0).as_primitive::<Int64Type>().value(0)).sum::<i64>();
        if found > 0 {
            failed.push(format!("{sentence} ({found})"));
        }
    }
    values.retain(|name, _| query.parameters.contains(name));
    let result = QueryResult { query: query.clone(), answer, parameters: values, missing, failed, key };
    keep(engine, &result);
    Ok(result)
}

/// Canonical tables without rows that a query cannot do without, directly or through others.
fn missing(engine: &Engine, query: &Query, before: &Results) -> Vec<&'static str> {
    let mut missing: Vec<&'static str> = Vec::new();
    for name in query.reads.iter().filter(|name| !query.header.optional.contains(name)) {
        if let Some(result) = before.of(name) {
            missing.extend(&result.missing);
        } else if let Some(table) = canonical(name)
            && !engine.has_rows(table.name)
        {
            missing.push(table.name);
        }
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

fn window_of(answer: &Answer) -> (Option<i64>, Option<i64>) {
    let time = |name: &str| {
        let batch = answer.batches.iter().find(|batch| batch.num_rows() > 0)?;
        let column = batch.column_by_name(name)?.as_primitive_opt::<TimestampMicrosecondType>()?;
        column.iter().next().flatten()
    };
    (time("start_at"), time("end_at"))
}

impl QueryResult {
    /// Its rows as plain values.
    pub fn rows(&self) -> Vec<super::rows::Row> {
        super::rows::rows(&self.answer)
    }
}

impl Results {
    /// Rows of a query; none when it was not run.
    pub fn rows(&self, name: &str) -> Vec<super::rows::Row> {
        self.of(name).map(QueryResult::rows).unwrap_or_default()
    }

    /// First row of a query.
    pub fn row(&self, name: &str) -> super::rows::Row {
        self.rows(name).into_iter().next().unwrap_or_default()
    }

    /// Canonical tables that a query lacks.
    pub fn missing(&self, name: &str) -> &[&'static str] {
        self.of(name).map_or(&[], |result| &result.missing)
    }
}

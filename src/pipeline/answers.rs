//! A store that answers: the engine open, the catalogue loaded, the parameters set.

use std::collections::BTreeMap;

use super::{Ingested, PipelineError};
use crate::case::config::nearest;
use crate::case::{Case, Period};
use crate::catalog::{self, Catalog, Parameters, QueryResult, Results};
use crate::engine::{Answer, Engine};
use crate::schema;
use crate::store::Store;

/// Time that a query of a user may take.
const USER_LIMIT: std::time::Duration = std::time::Duration::from_mins(2);

/// Tables whose times make the extent of the data: what machines recorded, since a single old
/// ticket or a planned date would stretch it.
const EXTENT: [&str; 3] = ["sli_counts", "metric_samples", "log_records"];

/// What makes the extent when machines recorded nothing.
const EXTENT_OF_REPORTS: [&str; 1] = ["complaints"];

/// An open case that answers questions.
#[derive(Debug)]
pub struct Answers {
    runtime: tokio::runtime::Runtime,
    engine: Engine,
    catalog: Catalog,
    parameters: Parameters,
}

impl Answers {
    /// Opens the store of a case.
    pub fn open(case: &Case, ingested: &Ingested) -> Result<Self, PipelineError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(PipelineError::Runtime)?;
        let engine = runtime.block_on(Engine::open(ingested.store.clone()))?;
        let catalog = Catalog::load(Some(&case.part("queries")))?;
        let data = runtime.block_on(extent(&engine))?;
        let parameters = Parameters::new(case, data)?;
        Ok(Self { runtime, engine, catalog, parameters })
    }

    /// The catalogue.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Values of the parameters; those of the window are set once it was looked for.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.engine.store()
    }

    /// Runs the whole catalogue.
    pub fn run_all(&mut self, progress: impl FnMut(&str)) -> Result<Results, PipelineError> {
        let run = catalog::run(&self.engine, &self.catalog, &mut self.parameters, progress);
        Ok(self.runtime.block_on(run)?)
    }

    /// Runs one query of the catalogue with all it needs.
    pub fn run_named(&mut self, name: &str) -> Result<QueryResult, PipelineError> {
        let run = catalog::run_one(&self.engine, &self.catalog, name, &mut self.parameters);
        Ok(self.runtime.block_on(run)?)
    }

    /// Runs SQL of a user: case tables, results of the catalogue and parameters may be named. A file of the catalogue,
    /// with its header, is SQL too.
    pub fn run_sql(&mut self, text: &str) -> Result<Answer, PipelineError> {
        let (own, sql) = match text.trim_start_matches('\u{feff}') {
            text if text.starts_with("/*---") => {
                let (header, sql) = catalog::front_matter::parse("query", text)?;
                (header.params, sql)
            }
            text => (BTreeMap::new(), text.to_owned()),
        };
        let sql = sql.as_str();
        let reads = Engine::tables_of(sql)?;
        let parameters = Engine::parameters_of(sql)?;
        let needs_window = parameters.iter().any(|name| catalog::params::WINDOW.contains(&name.as_str()));
        let needs_templates = reads.iter().any(|name| name == "log_templates") || sql.contains("template_id");
        let mut first: Vec<String> = reads.iter().filter(|name| self.catalog.contains(name)).cloned().collect();
        if needs_window || needs_templates {
            first.push(catalog::WINDOW_QUERY.to_owned());
        }
        for name in first {
            self.run_named(&name)?;
        }
        self.expect_known(&reads)?;
        if needs_templates {
            let start = self.parameters.incident_start();
            self.runtime.block_on(self.engine.learn_templates(start))?;
        }
        let values = self.parameters.with(&own);
        Ok(self.runtime.block_on(self.engine.run_within(sql, &values, USER_LIMIT))?)
    }
}

impl Answers {
    /// Names the nearest table when a statement reads one that does not exist.
    fn expect_known(&self, reads: &[String]) -> Result<(), PipelineError> {
        let Some(unknown) = reads.iter().find(|name| !self.engine.knows(name)) else { return Ok(()) };
        let tables = schema::TABLES.iter().map(|table| table.name);
        let queries = self.catalog.ordered().map(|query| query.name.as_str());
        let remedy = match nearest(unknown, tables.chain(queries)) {
            Some(known) => format!("did you mean `{known}`? `constat tables` and `constat queries` list all"),
            None => "`constat tables` and `constat queries` list what can be read; files cannot".into(),
        };
        Err(PipelineError::UnknownTable { found: unknown.clone(), remedy })
    }
}

async fn extent(engine: &Engine) -> Result<Option<Period>, PipelineError> {
    let parts = |tables: &[&str]| -> Vec<String> {
        let filled = tables.iter().filter(|table| engine.has_rows(table));
        filled.map(|table| format!("SELECT min(time) AS first, max(time) AS last FROM {table}")).collect()
    };
    let recorded = parts(&EXTENT);
    let parts = if recorded.is_empty() { parts(&EXTENT_OF_REPORTS) } else { recorded };
    if parts.is_empty() {
        return Ok(None);
    }
    let sql = format!("SELECT min(first) AS start, max(last) AS end FROM ({}) AS parts", parts.join(" UNION ALL "));
    let answer = engine.run(&sql, &BTreeMap::new()).await?;
    let row = catalog::rows::rows(&answer).into_iter().next().unwrap_or_default();
    Ok(row.int("start").zip(row.int("end")).map(|(start, end)| Period { start, end: end + 1 }))
}

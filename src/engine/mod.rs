//! SQL over the tables of a case. The only module that names DataFusion.
//!
//! In: a store, SQL text and named parameters. Out: record batches. The tables are read-only; a
//! statement that is not a query is refused before it is planned, and no function reads files.
//!
//! Every table with free dimensions has a companion `<table>_sliced`, which adds the column
//! `dimensions`: the free dimensions of the row as one JSON object with sorted keys. With it a
//! query can treat dimensions that it does not know by name.
//!
//! Answers do not depend on the machine: one partition is used, also for the parts of a union, so
//! that sums are made in the order of the rows, and queries that publish rows order them.

mod answer;
pub mod error;
mod fold;
pub mod functions;
mod in_order;
mod parameters;
mod tables;
mod templates;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt as _;

pub use answer::Answer;
pub use error::EngineError;
pub use fold::has_counts;
pub use parameters::Value;

use crate::analysis::statistics::wilson;
use crate::schema::Kind;
use crate::store::{Cache, Store};

/// The interval of a share as SQL function `wilson_interval` computes it, for a chart that sums
/// buckets of a query: lower and upper end.
pub fn wilson_interval(successes: f64, trials: f64) -> Option<(f64, f64)> {
    wilson::interval(successes, trials).map(|interval| (interval.low, interval.high))
}

/// Memory that queries may use before they spill to disk: well below the 1 GiB that constat
/// promises for a run, the rest is for ingestion buffers and documents.
const MEMORY: usize = 640 << 20;

/// Rows a query may return to the client.
const MOST_ROWS: usize = 5_000_000;

/// An open store that answers SQL.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    store: Store,
    has_folded_counts: bool,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a store: registers its tables and constat's functions.
    pub async fn open(store: Store) -> Result<Self, EngineError> {
        let context = context()?;
        tables::register(&context, &store).await?;
        let has_folded_counts = fold::counts_from_metrics(&context, &store).await?;
        Ok(Self { context, store, has_folded_counts })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What was computed from the store and kept.
    pub fn cache(&self) -> Cache {
        self.store.cache()
    }

    /// The statement with its parameters filled in, as it is planned.
    pub fn bound(sql: &str, parameters: &BTreeMap<String, Value>) -> Result<String, EngineError> {
        parameters::bind(sql, parameters)
    }

    /// Runs one query.
    pub async fn run(&self, sql: &str, parameters: &BTreeMap<String, Value>) -> Result<Answer, EngineError> {
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let bound = parameters::bind(sql, parameters)?;
        let plan = self.context.state().create_logical_plan(&bound).await?;
        if options.verify_plan(&plan).is_err() {
            return Err(EngineError::NotAQuery { statement: sql.chars().take(60).collect() });
        }
        let frame = self.context.execute_logical_plan(plan).await?;
        let schema = all_nullable(frame.schema().as_arrow());
        let mut stream = frame.execute_stream().await?;
        let (mut batches, mut rows) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            rows += batch.num_rows();
            if rows > MOST_ROWS {
                return Err(EngineError::TooLarge { limit: MOST_ROWS });
            }
            batches.push(conform(&batch, &schema)?);
        }
        Ok(Answer { schema, batches })
    }

    /// Runs a query of a user, within a time limit.
    pub async fn run_within(
        &self,
        sql: &str,
        parameters: &BTreeMap<String, Value>,
        limit: Duration,
    ) -> Result<Answer, EngineError> {
        tokio::time::timeout(limit, self.run(sql, parameters))
            .await
            .unwrap_or(Err(EngineError::TooSlow { seconds: limit.as_secs() }))
    }

    /// Makes an answer available as a table for later queries.
    pub fn publish(&self, name: &str, answer: &Answer) -> Result<(), EngineError> {
        let table = MemTable::try_new(Arc::clone(&answer.schema), vec![answer.batches.clone()])?;
        self.context.deregister_table(name)?;
        self.context.register_table(name, Arc::new(table))?;
        Ok(())
    }

    /// Tables that a statement names, sorted; names of its own `WITH` parts are left out.
    pub fn tables_of(sql: &str) -> Result<Vec<String>, EngineError> {
        use datafusion::sql::parser::DFParser;
        let statements = DFParser::parse_sql(sql)?;
        let mut names = Vec::new();
        for statement in &statements {
            let (tables, _) = datafusion::sql::resolve::resolve_table_references(statement, true)?;
            names.extend(tables.into_iter().map(|table| table.table().to_owned()));
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Whether a statement may name this table or table function.
    pub fn knows(&self, table: &str) -> bool {
        let reference = datafusion::common::TableReference::bare(table.to_owned());
        self.context.table_exist(reference).unwrap_or(false) || self.context.table_function(table).is_ok()
    }

    /// Names of the parameters that a statement uses, sorted.
    pub fn parameters_of(sql: &str) -> Result<Vec<String>, EngineError> {
        parameters::used(sql)
    }

    /// Whether a canonical table has rows; log templates do when there are log records.
    pub fn has_rows(&self, table: &str) -> bool {
        let table = if table == "log_templates" { "log_records" } else { table };
        self.store.manifest().rows(table) > 0 || (table == "sli_counts" && self.has_folded_counts)
    }

    /// Learns the log templates if that has not been done, and makes them available: the table
    /// `log_templates` and the column `template_id` of `log_records`. `first_failure` decides
    /// `is_new`.
    pub async fn learn_templates(&self, first_failure: Option<i64>) -> Result<(), EngineError> {
        templates::prepare(&self.context, &self.store, first_failure).await
    }
}

/// A schema in which every column may be null (what the planner promises about nulls and what a
/// batch says about itself differ now and then) and every instant is UTC in microseconds
/// (`date_bin` returns nanoseconds).
fn all_nullable(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let field = field.as_ref().clone().with_nullable(true);
        match field.data_type() {
            DataType::Timestamp(..) => field.with_data_type(Kind::Time.arrow()),
            _ => field,
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// A batch with exactly this schema.
fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, EngineError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(DataFusionError::from)?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns).map_err(DataFusionError::from)?)
}

fn context() -> Result<SessionContext, EngineError> {
    let mut config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
    // Text columns come from Parquet as plain strings: views would give other types than the
    // tables held in memory.
    config.options_mut().execution.parquet.schema_force_view_types = false;
    config.options_mut().sql_parser.map_string_types_to_utf8view = false;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(MEMORY, 1.0)
        .build_arc()
        .map_err(|error| EngineError::Internal(error.into()))?;
    let mut rules = PhysicalOptimizer::default().rules;
    rules.insert(0, Arc::new(in_order::UnionsInOrder));
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_physical_optimizer_rules(rules)
        .build();
    let context = SessionContext::new_with_state(state);
    functions::register(&context);
    Ok(context)
}

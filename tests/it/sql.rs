//! The SQL functions against `tests/sql/*.slt`. `BLESS=1` writes the answers into the files; read
//! them line by line afterwards.
//!
//! Every column is declared `T`: values are compared as text, `NULL` for null. Figures are rounded
//! in the statement, so that the last digit of a processor does not matter.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use constat::engine::{Engine, EngineError};
use constat::store::Store;
use sqllogictest::{DB, DBOutput, DefaultColumnType, Runner};
use tokio::runtime::Runtime;

use crate::support;

#[test]
fn functions_answer_as_written_down() {
    let folder = support::root().join("tests/sql");
    let mut failures = Vec::new();
    for name in
        support::names(&folder).iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "slt"))
    {
        let path = folder.join(name);
        let mut runner = Runner::new(|| async { Database::open() });
        if support::is_blessing() {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let written = runtime.block_on(runner.update_test_file(
                &path,
                " ",
                sqllogictest::default_validator,
                sqllogictest::default_normalizer,
                sqllogictest::default_column_validator,
            ));
            written.unwrap_or_else(|error| panic!("{name}: {error}"));
        } else if let Err(error) = runner.run_file(&path) {
            failures.push(format!("{name}: {}", error.display(false)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// An engine without any input: functions need no tables.
struct Database {
    runtime: Runtime,
    engine: Engine,
}

/// An error as one text: itself and what caused it.
#[derive(Debug)]
struct SqlError(String);

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SqlError {}

impl From<EngineError> for SqlError {
    fn from(error: EngineError) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        Self(text)
    }
}

impl Database {
    fn open() -> Result<Self, SqlError> {
        // A thread of its own: the runner may itself be inside a runtime when files are rewritten.
        std::thread::spawn(|| {
            let runtime = Runtime::new().map_err(|error| SqlError(error.to_string()))?;
            let engine = runtime.block_on(Engine::open(Store::default()))?;
            Ok(Self { runtime, engine })
        })
        .join()
        .unwrap_or_else(|_| Err(SqlError("the engine panicked".to_owned())))
    }
}

impl DB for Database {
    type Error = SqlError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, SqlError> {
        let (runtime, engine) = (&self.runtime, &self.engine);
        let answer = std::thread::scope(|scope| {
            let asked = scope.spawn(|| runtime.block_on(engine.run(sql, &BTreeMap::new())));
            asked.join().map_err(|_| SqlError("the engine panicked".to_owned()))
        })??;
        let types = vec![DefaultColumnType::Text; answer.schema.fields().len()];
        Ok(DBOutput::Rows { types, rows: answer.batches.iter().flat_map(rows).collect() })
    }
}

fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let columns = batch.columns().iter();
    let formatters: Vec<ArrayFormatter<'_>> =
        columns.map(|column| ArrayFormatter::try_new(column, &options).expect("a known type")).collect();
    (0..batch.num_rows())
        .map(|row| {
            let cells = formatters.iter().map(|column| column.value(row).to_string());
            cells.map(|cell| if cell.is_empty() { "(empty)".to_owned() } else { cell }).collect()
        })
        .collect()
}

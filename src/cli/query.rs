//! `constat query`: SQL over the tables of a case, or one query of the catalogue by name.

use std::io;
use std::path::PathBuf;

use arrow::error::ArrowError;
use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;
use arrow::util::pretty::pretty_format_batches;
use clap::{Args, ValueEnum};

use super::terminal::Terminal;
use super::{CommandResult, Ending, StoreArguments};
use crate::case::Case;
use crate::engine::Answer;
use crate::pipeline::answers::Answers;
use crate::pipeline::{PipelineError, ingestion};
use crate::report::output::data;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  constat query my-incident \"SELECT count(*) FROM complaints\"\n  constat query my-incident milestones\n  constat query my-incident --file ask.sql --format csv > answer.csv"
)]
pub(super) struct Arguments {
    /// Folder of the case
    case: PathBuf,
    /// A statement, or the name of a query of the catalogue
    #[arg(required_unless_present = "file", conflicts_with = "file", value_name = "SQL|NAME")]
    statement: Option<String>,
    /// File with a statement
    #[arg(long, value_name = "F")]
    file: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Csv,
    Ndjson,
    Parquet,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> CommandResult {
    let case = Case::open(&arguments.case)?;
    let statement = statement(arguments)?;
    let ingested = ingestion::ingest(&case, &arguments.store.place(), &|step| terminal.progress(&step))?;
    let mut answers = Answers::open(&case, &ingested)?;
    let is_name = statement.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let answer = if is_name { named(&mut answers, &statement, terminal)? } else { answers.run_sql(&statement)? };
    terminal.done();
    match arguments.format {
        Format::Table => terminal.text(&table(&answer)?)?,
        Format::Csv => terminal.data(data::csv(&answer).as_bytes()).map_err(PipelineError::Output)?,
        Format::Ndjson => terminal.data(&ndjson(&answer)?).map_err(PipelineError::Output)?,
        Format::Parquet => {
            let bytes =
                answer.to_parquet().map_err(|source| PipelineError::Parquet { query: "answer".into(), source })?;
            terminal.data(&bytes).map_err(PipelineError::Output)?;
        }
    }
    Ok(Ending::Done)
}

fn named(answers: &mut Answers, name: &str, terminal: &Terminal) -> Result<Answer, PipelineError> {
    let result = answers.run_named(name)?;
    if !result.missing.is_empty() {
        terminal.say(&format!("no rows: nothing feeds {}", result.missing.join(", ")));
    }
    Ok(result.answer)
}

fn statement(arguments: &Arguments) -> Result<String, PipelineError> {
    let Some(file) = &arguments.file else { return Ok(arguments.statement.clone().unwrap_or_default()) };
    std::fs::read_to_string(file).map_err(|source| PipelineError::Read { path: file.clone(), source })
}

/// The answer as a drawn table, with its columns also when there are no rows.
fn table(answer: &Answer) -> Result<String, PipelineError> {
    let mut batches = answer.batches.clone();
    if batches.is_empty() {
        batches.push(arrow::array::RecordBatch::new_empty(answer.schema.clone()));
    }
    Ok(format!("{}\n", pretty_format_batches(&batches).map_err(failed)?))
}

/// One JSON object a line; every line has every column, null included.
fn ndjson(answer: &Answer) -> Result<Vec<u8>, PipelineError> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(Vec::new());
    writer.write_batches(&answer.batches.iter().collect::<Vec<_>>()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(writer.into_inner())
}

fn failed(error: ArrowError) -> PipelineError {
    PipelineError::Output(io::Error::other(error))
}

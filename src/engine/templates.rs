//! Log templates: learned from the stored log lines on first use and kept beside them.
//!
//! Two passes over `log_records`: the first learns the patterns of each file, the second
//! gives every line its template. The result lies in `derived/` of the store: the templates and
//! a copy of the log records with `template_id` filled.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{SchemaRef, TimestampMicrosecondType};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::error::EngineError;
use super::tables;
use crate::analysis::log_template::{Miner, Options, Templates};
use crate::schema::{Table, log_records, log_templates};
use crate::store::writer::properties;
use crate::store::{Store, StoreError};

/// Files with patterns of their own; lines of further files share one set.
const MOST_FILES: usize = 256;

/// Tokens of patterns, shared out among files: a quarter for the first, a fifth for the second, and so on. Hostile
/// files as many as [`MOST_FILES`] hold four times as much together, some 550 MB.
const MOST_TOKENS: usize = 2_000_000;

const TEMPLATES_FILE: &str = "log_templates.parquet";

/// Makes table `log_templates` and column `log_records.template_id` available.
pub(super) async fn prepare(
    context: &SessionContext,
    store: &Store,
    first_failure: Option<i64>,
) -> Result<(), EngineError> {
    let parts = store.parts("log_records");
    if parts.is_empty() {
        return Ok(());
    }
    let folder = store.derived()?;
    let derived: Vec<PathBuf> =
        (0..parts.len()).map(|index| folder.join(format!("log_records-{index:04}.parquet"))).collect();
    let templates = folder.join(TEMPLATES_FILE);
    if !templates.exists() {
        learn(&parts, &derived, &templates)?;
    }
    let dimensions = store.dimensions("log_records");
    let schema = log_records::TABLE.arrow_schema(dimensions.iter().map(String::as_str));
    tables::register_parts(context, "log_records", schema, &derived)?;
    tables::register_sliced(context, &log_records::TABLE, dimensions).await?;
    let rows = read_all(&templates)?.into_iter().map(|batch| with_is_new(&batch, first_failure)).collect();
    context.deregister_table("log_templates")?;
    let table = MemTable::try_new(log_templates::TABLE.arrow_schema([]), vec![rows])?;
    context.register_table("log_templates", Arc::new(table))?;
    Ok(())
}

/// Counts of one template while lines are assigned.
#[derive(Debug, Default)]
struct Tally {
    pattern: String,
    count: i64,
    first: Option<i64>,
    last: Option<i64>,
    severities: BTreeMap<String, i64>,
}

fn learn(parts: &[PathBuf], derived: &[PathBuf], templates: &Path) -> Result<(), StoreError> {
    let learned = learn_patterns(parts)?;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (part, target) in parts.iter().zip(derived) {
        let reader = reader(part)?;
        let incomplete = target.with_extension("incomplete");
        let mut writer = writer(&incomplete, arrow::array::RecordBatchReader::schema(&reader))?;
        for batch in reader {
            let batch = batch.map_err(|error| StoreError::parquet("read", part)(error.into()))?;
            let batch = assign(&batch, &learned, &mut tallies);
            writer.write(&batch).map_err(StoreError::parquet("write", target))?;
        }
        writer.close().map_err(StoreError::parquet("finish", target))?;
        std::fs::rename(&incomplete, target).map_err(StoreError::io("move", target))?;
    }
    write_templates(&tallies, templates)
}

fn learn_patterns(parts: &[PathBuf]) -> Result<BTreeMap<String, Templates>, StoreError> {
    let mut miners: BTreeMap<String, Miner> = BTreeMap::new();
    for part in parts {
        for batch in reader(part)? {
            let batch = batch.map_err(|error| StoreError::parquet("read", part)(error.into()))?;
            let (files, bodies) = (text(&batch, "file"), text(&batch, "body"));
            let structured = structured_files(&batch);
            for row in 0..batch.num_rows() {
                let file = file_of(files, row, |name| miners.contains_key(name), miners.len());
                if !miners.contains_key(file) {
                    let max_tokens = MOST_TOKENS / (miners.len() + 4);
                    let options = Options { has_header: !structured.contains(file), max_tokens, ..Options::default() };
                    miners.insert(file.to_owned(), Miner::new(options));
                }
                if let Some(miner) = miners.get_mut(file).filter(|_| bodies.is_valid(row)) {
                    miner.learn(bodies.value(row));
                }
            }
        }
    }
    Ok(miners.into_iter().map(|(file, miner)| (file, miner.finish())).collect())
}

/// Name of the file under which the patterns of a line are kept.
fn file_of(files: &StringArray, row: usize, known: impl Fn(&str) -> bool, count: usize) -> &str {
    let file = if files.is_valid(row) { files.value(row) } else { "" };
    if known(file) || count < MOST_FILES { file } else { "" }
}

/// Files whose lines are messages without their header: a known log format gives a severity, a host
/// or attributes to at least some of them. The lines of all others are as written.
fn structured_files(batch: &RecordBatch) -> BTreeSet<String> {
    let files = text(batch, "file");
    let parts = ["severity_text", "attributes", "host"].map(|name| text(batch, name));
    let is_structured = |row: &usize| parts.iter().any(|part| part.is_valid(*row));
    let of = |row: usize| if files.is_valid(row) { files.value(row).to_owned() } else { String::new() };
    (0..batch.num_rows()).filter(is_structured).map(of).collect()
}

fn assign(
    batch: &RecordBatch,
    learned: &BTreeMap<String, Templates>,
    tallies: &mut BTreeMap<String, Tally>,
) -> RecordBatch {
    let (files, bodies) = (text(batch, "file"), text(batch, "body"));
    let severities = text(batch, "severity_text");
    let times = batch.column(log_records::TIME.index()).as_primitive::<TimestampMicrosecondType>();
    let mut ids = StringBuilder::new();
    let mut tokens = Vec::new();
    for row in 0..batch.num_rows() {
        let file = file_of(files, row, |name| learned.contains_key(name), MOST_FILES);
        let template = learned
            .get(file)
            .filter(|_| bodies.is_valid(row))
            .and_then(|templates| templates.get(templates.assign_with(bodies.value(row), &mut tokens)?));
        let Some(template) = template else {
            ids.append_null();
            continue;
        };
        ids.append_value(&template.id);
        if !tallies.contains_key(&template.id) {
            let tally = Tally { pattern: template.pattern.clone(), ..Tally::default() };
            tallies.insert(template.id.clone(), tally);
        }
        let Some(tally) = tallies.get_mut(&template.id) else { continue };
        tally.count += 1;
        if times.is_valid(row) {
            let time = times.value(row);
            tally.first = Some(tally.first.map_or(time, |first| first.min(time)));
            tally.last = Some(tally.last.map_or(time, |last| last.max(time)));
        }
        if severities.is_valid(row) {
            match tally.severities.get_mut(severities.value(row)) {
                Some(count) => *count += 1,
                None => _ = tally.severities.insert(severities.value(row).to_owned(), 1),
            }
        }
    }
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[log_records::TEMPLATE_ID.index()] = Arc::new(ids.finish());
    RecordBatch::try_new(batch.schema(), columns).expect("one text column for another")
}

fn write_templates(tallies: &BTreeMap<String, Tally>, target: &Path) -> Result<(), StoreError> {
    use arrow::array::{BooleanArray, Int64Array, TimestampMicrosecondArray};
    let times = |of: fn(&Tally) -> Option<i64>| -> ArrayRef {
        Arc::new(tallies.values().map(of).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let severity = |tally: &Tally| {
        tally.severities.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(name, _)| name.clone())
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(tallies.keys().map(Some).collect::<StringArray>()),
        Arc::new(tallies.values().map(|tally| Some(&tally.pattern)).collect::<StringArray>()),
        Arc::new(tallies.values().map(severity).collect::<StringArray>()),
        Arc::new(tallies.values().map(|tally| Some(tally.count)).collect::<Int64Array>()),
        times(|tally| tally.first),
        times(|tally| tally.last),
        Arc::new(BooleanArray::new_null(tallies.len())),
    ];
    let batch = RecordBatch::try_new(log_templates::TABLE.arrow_schema([]), columns).expect("columns of the table");
    let incomplete = target.with_extension("incomplete");
    let mut writer = writer(&incomplete, batch.schema())?;
    writer.write(&batch).map_err(StoreError::parquet("write", target))?;
    writer.close().map_err(StoreError::parquet("finish", target))?;
    std::fs::rename(&incomplete, target).map_err(StoreError::io("move", target))
}

/// Fills `is_new`: first seen at or after the first failure; null when that is not known.
fn with_is_new(batch: &RecordBatch, first_failure: Option<i64>) -> RecordBatch {
    let first = batch.column(log_templates::FIRST_SEEN_AT.index()).as_primitive::<TimestampMicrosecondType>();
    let is_new: arrow::array::BooleanArray = first.iter().map(|first| Some(first? >= first_failure?)).collect();
    let mut columns = batch.columns().to_vec();
    columns[log_templates::IS_NEW.index()] = Arc::new(is_new);
    RecordBatch::try_new(batch.schema(), columns).expect("one truth column for another")
}

fn read_all(path: &Path) -> Result<Vec<RecordBatch>, StoreError> {
    reader(path)?.map(|batch| batch.map_err(|error| StoreError::parquet("read", path)(error.into()))).collect()
}

fn reader(path: &Path) -> Result<ParquetRecordBatchReader, StoreError> {
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(StoreError::parquet("open", path))?;
    builder.with_batch_size(16 * 1024).build().map_err(StoreError::parquet("read", path))
}

fn writer(path: &Path, schema: SchemaRef) -> Result<ArrowWriter<File>, StoreError> {
    let file = File::create(path).map_err(StoreError::io("create", path))?;
    let properties = properties(&schema);
    ArrowWriter::try_new(file, schema, Some(properties)).map_err(StoreError::parquet("start", path))
}

fn text<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    let column = Table::named("log_records").and_then(|table| table.columns.iter().position(|c| c.name == name));
    batch.column(column.expect("a column of log_records")).as_string::<i32>()
}

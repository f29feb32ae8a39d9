//! One real but small export for each source: recognised, read, every record accounted for.
//!
//! Snapshots lie beside the export. A changed one is to be read, not waved through.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use constat::ingest::{self, IngestError, Settings, Summary};
use jiff::tz::TimeZone;

use crate::support;

/// Rows of each table that a snapshot shows.
const MOST_ROWS: usize = 15;

#[test]
fn every_export_is_read_as_its_snapshot_says() {
    for (source, input) in exports() {
        let (summary, tables) = read(&input);
        assert!(!summary.inputs.is_empty(), "{source}: no input");
        for row in &summary.inputs {
            assert_eq!(row.source, Some(source.as_str()), "{source}: recognised as {:?} ({:?})", row.source, row.why);
            let used = row.rows_kept + row.rows_rejected + row.rows_duplicate;
            assert_eq!(row.rows_read, used, "{source}: every record is kept, rejected or repeated");
        }
        assert!(!summary.rejects.is_empty(), "{source}: its export holds no broken record");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(input.parent().expect("a folder").join("snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!("tables", shown_tables(&tables));
            insta::assert_snapshot!("rejects", shown_rejects(&summary));
        });
    }
}

#[test]
fn reading_twice_gives_the_same_rows() {
    for (source, input) in exports() {
        assert_eq!(shown_tables(&read(&input).1), shown_tables(&read(&input).1), "{source}");
    }
}

/// Folders of `tests/ingest` with their export.
fn exports() -> Vec<(String, PathBuf)> {
    let root = support::root().join("tests/ingest");
    let folders = support::names(&root).into_iter().filter(|name| root.join(name).is_dir());
    folders
        .map(|source| {
            let folder = root.join(&source);
            let input = support::names(&folder).into_iter().find(|name| name.starts_with("input."));
            let input = input.unwrap_or_else(|| panic!("{source}: no file input.*"));
            (source, folder.join(input))
        })
        .collect()
}

/// Reads a file as the only export of a case.
fn read(input: &Path) -> (Summary, BTreeMap<&'static str, Vec<RecordBatch>>) {
    let case = tempfile::tempdir().expect("a folder");
    let name = input.file_name().expect("a file").to_string_lossy().into_owned();
    support::write(&case.path().join("exports").join(name), std::fs::read(input).expect("an export"));
    let settings = Settings { zone: TimeZone::UTC, overrides: Vec::new(), key: None, keep: Vec::new() };
    let inputs = ingest::inputs(case.path()).expect("a folder that can be listed");
    let mut tables: BTreeMap<&'static str, Vec<RecordBatch>> = BTreeMap::new();
    let summary = ingest::run::<IngestError>(&inputs, &settings, &|_| {}, |_, rows| {
        tables.entry(rows.table.name).or_default().push(rows.batch);
        Ok(())
    });
    (summary.expect("bad input is no error"), tables)
}

/// The first rows of each table, one line a row, `column=value` of what is not null.
fn shown_tables(tables: &BTreeMap<&'static str, Vec<RecordBatch>>) -> String {
    let mut text = String::new();
    for (name, batches) in tables {
        let count: usize = batches.iter().map(RecordBatch::num_rows).sum();
        writeln!(text, "{name}: {count} rows").expect("a string");
        for line in batches.iter().flat_map(lines).take(MOST_ROWS) {
            writeln!(text, "  {line}").expect("a string");
        }
    }
    text
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let schema = batch.schema();
    let options = FormatOptions::default();
    let columns: Vec<(&str, ArrayFormatter<'_>, usize)> = schema
        .fields()
        .iter()
        .enumerate()
        // Where lines are numbered the source names the file; elsewhere it is the only one there is.
        .filter(|(_, field)| field.name() != "file" || schema.column_with_name("line_number").is_some())
        .map(|(at, field)| {
            let formatter = ArrayFormatter::try_new(batch.column(at), &options).expect("a known type");
            (field.name().as_str(), formatter, at)
        })
        .collect();
    (0..batch.num_rows())
        .map(|row| {
            let filled = columns.iter().filter(|(_, _, at)| batch.column(*at).is_valid(row));
            let cells: Vec<String> =
                filled.map(|(name, column, _)| format!("{name}={}", column.value(row)).replace('\n', "\\n")).collect();
            cells.join(" | ")
        })
        .collect()
}

fn shown_rejects(summary: &Summary) -> String {
    let mut text = String::new();
    for reject in &summary.rejects {
        writeln!(text, "{}:{}: {} [{}]", reject.file, reject.line, reject.reason, reject.excerpt).expect("a string");
    }
    for row in &summary.inputs {
        let counts = (row.rows_read, row.rows_kept, row.rows_rejected, row.rows_duplicate);
        writeln!(text, "{}: (read, kept, rejected, repeated) = {counts:?}", row.table.unwrap_or("none"))
            .expect("a string");
    }
    for warning in &summary.warnings {
        writeln!(text, "warning: {warning:?}").expect("a string");
    }
    text
}

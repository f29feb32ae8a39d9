//! Folder against list: what lies in a folder is in its list, what is in a list has its tests.

use std::collections::BTreeSet;
use std::path::Path;

use constat::engine::functions::FUNCTIONS;
use constat::ingest::sources::SOURCES;
use constat::schema::TABLES;

use crate::support;

/// Files beside the sources that are no source: what several of them share, and test support.
const SOURCE_HELPERS: &[&str] = &[
    "account_fields",
    "json_fields",
    "log_event",
    "metric_series",
    "cmcd",
    "cdn_request",
    "datadog_event",
    "incident_notes",
    "testing",
];

/// Files beside the SQL functions that are no function.
const FUNCTION_HELPERS: &[&str] = &["gather", "input", "interval", "output", "scalar", "slice_table", "window"];

#[test]
fn every_source_file_is_in_the_list() {
    let files = modules("src/ingest/sources", SOURCE_HELPERS);
    let listed: BTreeSet<String> = SOURCES.iter().map(|source| file_of(source.name())).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_function_file_is_in_the_list() {
    let files = modules("src/engine/functions", FUNCTION_HELPERS);
    let listed: BTreeSet<String> = FUNCTIONS.iter().map(|function| function.name.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_table_file_is_in_the_list() {
    let files = modules("src/schema", &[]);
    let listed: BTreeSet<String> = TABLES.iter().map(|table| table.name.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_format_file_is_declared() {
    let files = modules("src/ingest/formats", &[]);
    let text = support::text(&support::root().join("src/ingest/formats/mod.rs"));
    let declared = text.lines().filter_map(|line| {
        let line = line.trim().strip_suffix(';')?;
        line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")).map(str::to_owned)
    });
    assert_eq!(files, declared.collect());
}

#[test]
fn every_function_has_a_reference_and_tests() {
    for function in FUNCTIONS {
        assert!(function.signature.starts_with(function.name), "{}: its signature", function.name);
        assert!(function.example.contains(function.name), "{}: its example", function.name);
    }
    let files: BTreeSet<String> = stems("tests/sql", &[]);
    let listed: BTreeSet<String> = FUNCTIONS.iter().map(|function| function.name.to_owned()).collect();
    assert_eq!(files, listed, "tests/sql/<name>.slt for each function, and no other");
}

#[test]
fn every_source_has_an_export_to_test_it() {
    let folders: BTreeSet<String> = support::names(&support::root().join("tests/ingest"))
        .into_iter()
        .filter(|name| support::root().join("tests/ingest").join(name).is_dir())
        .collect();
    let listed: BTreeSet<String> =
        SOURCES.iter().map(|source| source.name().to_owned()).filter(|name| !is_general(name)).collect();
    assert_eq!(folders, listed, "tests/ingest/<name>/ for each source, and no other");
}

/// Sources without a vendor: their input is whatever a test makes up.
fn is_general(name: &str) -> bool {
    name == "raw_lines" || file_of(name) == "tidy"
}

/// File that holds a source: the canonical tables share one.
fn file_of(source: &str) -> String {
    let is_tidy = source.starts_with("tidy_") || source.starts_with("mapped_");
    if is_tidy { "tidy".to_owned() } else { source.to_owned() }
}

/// Modules in a folder besides `mod.rs` and the helpers.
fn modules(folder: &str, helpers: &[&str]) -> BTreeSet<String> {
    let mut found = stems(folder, helpers);
    found.remove("mod");
    found
}

fn stems(folder: &str, helpers: &[&str]) -> BTreeSet<String> {
    support::names(&support::root().join(folder))
        .iter()
        .filter_map(|name| Some(Path::new(name).file_stem()?.to_string_lossy().into_owned()))
        .filter(|name| !helpers.contains(&name.as_str()))
        .collect()
}

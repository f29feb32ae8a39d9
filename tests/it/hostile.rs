//! Text from inputs is data, and personal data are in nothing that is written.

use std::path::Path;

use arrow::util::pretty::pretty_format_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support;

/// What a hostile author writes.
const SCRIPT: &str = "<script>alert('owned')</script>";
const LINK: &str = "[win a prize](https://prize.example/claim)";
const FORMULA: &str = "=HYPERLINK(0)";

/// What identifies a person, in the forms in which it could come out again.
const PERSONAL: &[&str] =
    &["claire.fontaine@courriel.example", "claire.fontaine", "+33 6 12 34 56 78", "6 12 34 56 78", "612345678"];

#[test]
fn hostile_text_is_never_markup_link_or_formula() {
    for (name, bytes) in outputs() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match Path::new(&name).extension().and_then(|end| end.to_str()) {
            Some("html" | "svg") => {
                assert!(!text.to_lowercase().contains("<script"), "{name}: markup of an input");
                assert!(!text.contains("href=\"https://prize.example"), "{name}: link of an input");
            }
            Some("md") => {
                assert!(!unescaped(&text, "<script"), "{name}: markup of an input");
                assert!(!unescaped(&text, "[win a prize]("), "{name}: link of an input");
            }
            Some("csv") => {
                let cells = text.lines().flat_map(|line| line.split(','));
                let formula = cells.map(|cell| cell.trim_start_matches('"')).find(|cell| cell.starts_with("=HYPER"));
                assert_eq!(formula, None, "{name}: formula of an input");
            }
            _ => {}
        }
    }
}

#[test]
fn personal_data_are_in_no_file() {
    let files = outputs();
    assert!(files.iter().any(|(name, _)| name.starts_with("store/")), "the store is looked at too");
    for (name, bytes) in files {
        let is_parquet = name.ends_with(".parquet");
        let text = if is_parquet { rows(bytes) } else { String::from_utf8_lossy(&bytes).into_owned() };
        for personal in PERSONAL {
            assert!(!text.contains(personal), "{name}: holds `{personal}`");
        }
    }
}

#[test]
fn hostile_text_is_stored_as_it_was_written() {
    let work = tempfile::tempdir().expect("a folder");
    run(work.path());
    let output = support::constat([
        "query".as_ref(),
        work.path().join("case").as_os_str(),
        "SELECT count(*) AS n FROM complaints WHERE body LIKE '%script%'".as_ref(),
        "--store".as_ref(),
        work.path().join("store").as_os_str(),
        "--format".as_ref(),
        "ndjson".as_ref(),
    ]);
    support::expect_code(&output, 0);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "{\"n\":12}");
}

/// Whether a text occurs in Markdown outside code, without a backslash before it.
fn unescaped(markdown: &str, needle: &str) -> bool {
    let mut is_code = false;
    markdown.lines().any(|line| {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        let lower = line.to_lowercase();
        !is_code && lower.match_indices(needle).any(|(at, _)| !lower[..at].ends_with('\\') && !in_span(&lower[..at]))
    })
}

/// Whether a place of a line lies in a code span.
fn in_span(before: &str) -> bool {
    before.matches('`').count() % 2 == 1
}

/// All that a run writes, the store included.
fn outputs() -> Vec<(String, Vec<u8>)> {
    let work = tempfile::tempdir().expect("a folder");
    run(work.path());
    let written = ["out", "store"].map(|part| {
        let files = support::contents(&work.path().join(part));
        files.into_iter().map(move |(name, bytes)| (format!("{part}/{name}"), bytes))
    });
    written.into_iter().flatten().collect()
}

fn run(work: &Path) {
    let exports = work.join("case/exports");
    support::write(&exports.join("counts.csv"), support::counts());
    support::write(&exports.join("complaints.csv"), complaints());
    support::write(&exports.join("timeline_events.csv"), notes());
    support::expect_code(&support::report(&work.join("case"), work, &[]), 0);
}

/// Complaints that carry everything at once, in the text and in the fields around it.
fn complaints() -> String {
    let mut text = "time,complaint_id,channel,author_key,theme,body\n".to_owned();
    for at in 0..12 {
        let body = body(at);
        text.push_str(&format!("2026-01-05T20:{:02}:00Z,c{at},ticket,Claire Fontaine,{FORMULA},\"{body}\"\n", 32 + at));
    }
    text
}

fn notes() -> String {
    format!("time,body\n2026-01-05T20:40:00Z,\"{}\"\n2026-01-05T20:41:00Z,{FORMULA}\n", body(40))
}

fn body(at: u32) -> String {
    format!("{SCRIPT} {LINK} no picture since {at}, write to {} or call {}", PERSONAL[0], PERSONAL[2])
}

/// Rows of a Parquet file as text: the file itself is compressed.
fn rows(bytes: Vec<u8>) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("a file");
    let file = std::fs::File::open(file.path()).expect("a file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file").build().expect("a reader");
    let batches: Vec<_> = reader.map(|batch| batch.expect("a readable batch")).collect();
    pretty_format_batches(&batches).expect("known types").to_string()
}

//! What holds for every input: no bytes make any source panic, and every record that a source
//! gave is kept, rejected or repeated.
//!
//! Inputs are arbitrary bytes, texts with the signs that formats are made of, and the fixtures of
//! all sources with bytes flipped, pieces doubled, lines swapped and values replaced. Each is
//! read as whatever it is recognised as and as what a `[[source]]` entry says it is. More cases
//! by `PROPTEST_CASES=20000`.

use std::path::PathBuf;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::sources::SOURCES;
use super::{IngestError, Settings, SourceOverride, Summary, inputs, run};

/// Bytes of each fixture that are used: headers and the first records.
const HEAD: usize = 6000;

/// What values are replaced by.
const ODD: &[&str] = &[
    "",
    "null",
    "-",
    "\"\"",
    "\"",
    "''",
    "0",
    "-1",
    "1e999",
    "-1e-999",
    "99999999999999999999999999",
    "1.5",
    "NaN",
    "[]",
    "{}",
    "[[[[]]]]",
    "true",
    "\"é\u{301}\u{202f}\"",
    "\u{feff}",
    "\0",
    "\u{1e}",
    "\n",
    "\r",
    "\r\n",
    ",",
    ";",
    "\t",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-10-25 02:30:00",
    "2026-03-29T02:30:00",
    "31/12/9999 24:00",
    "00/00/0000",
    "1e18",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "+99:99",
    "\\u0000",
    "\\ud800",
    "=1+1",
    "<>",
    "<999>",
    "<13>1 - - - - - -",
    "#Fields: date time",
    "[31/Dec/9999:25:61:61 +9999]",
    "CMCD=br%3D1%2C",
    "%",
    "%ff%",
    "a=\"b",
    "👍",
];

#[derive(Debug, Clone)]
enum Change {
    Flip(usize, u8),
    Cut(usize),
    Double(usize, usize),
    Swap(usize, usize),
    Insert(usize, usize),
    Value(usize, usize),
}

fn fixtures() -> &'static [Vec<u8>] {
    static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ingest");
        let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root)
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.file_stem().is_some_and(|stem| stem == "input"))
            .collect();
        files.sort();
        let head = |path: &PathBuf| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes.truncate(HEAD);
            bytes
        };
        files.iter().map(head).collect()
    });
    &FIXTURES
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match *change {
            Change::Flip(at, mask) => bytes[at % length] ^= mask,
            Change::Cut(at) => bytes.truncate(at % length),
            Change::Double(at, size) => {
                let start = at % length;
                let piece = bytes[start..length.min(start + size % 400)].to_vec();
                bytes.splice(start..start, piece);
            }
            Change::Swap(a, b) => {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let (a, b) = (a % lines.len(), b % lines.len());
                lines.swap(a, b);
                bytes = lines.concat();
            }
            Change::Insert(at, odd) => {
                bytes.splice(at % length..at % length, ODD[odd % ODD.len()].bytes());
            }
            Change::Value(at, odd) => replace_value(&mut bytes, at, ODD[odd % ODD.len()]),
        }
    }
    bytes
}

/// Replaces what stands between two separators.
fn replace_value(bytes: &mut Vec<u8>, at: usize, by: &str) {
    let is_separator =
        |byte: &u8| matches!(byte, b',' | b';' | b':' | b'\t' | b'\n' | b'[' | b']' | b'{' | b'}' | b' ');
    let start = at % bytes.len();
    let Some(start) = bytes[start..].iter().position(is_separator).map(|offset| start + offset + 1) else { return };
    let end = bytes[start..].iter().position(is_separator).map_or(bytes.len(), |offset| start + offset);
    bytes.splice(start..end, by.bytes());
}

fn change() -> impl Strategy<Value = Change> {
    let any = any::<usize>;
    prop_oneof![
        1 => (any(), 1_u8..).prop_map(|(at, mask)| Change::Flip(at, mask)),
        1 => any().prop_map(Change::Cut),
        1 => (any(), any()).prop_map(|(at, size)| Change::Double(at, size)),
        1 => (any(), any()).prop_map(|(a, b)| Change::Swap(a, b)),
        1 => (any(), any()).prop_map(|(at, odd)| Change::Insert(at, odd)),
        4 => (any(), any()).prop_map(|(at, odd)| Change::Value(at, odd)),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let fixture = (0..fixtures().len(), proptest::collection::vec(change(), 0..6));
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 0..600),
        2 => "[\\[\\]{}\":,;|a-f0-9/.+ \\n\\r\\t\u{e9}-]{0,300}".prop_map(String::into_bytes),
        2 => proptest::collection::vec(0..ODD.len(), 0..60)
            .prop_map(|odd| odd.into_iter().flat_map(|at| ODD[at].bytes().chain(*b",")).collect()),
        12 => fixture.prop_map(|(at, changes)| changed(fixtures()[at].clone(), &changes)),
    ]
}

/// Reads the bytes as the only export of a case and checks the account of it.
fn check(bytes: &[u8], entry: Option<SourceOverride>) -> Result<Summary, TestCaseError> {
    let case = tempfile::tempdir().unwrap();
    std::fs::write(case.path().join("input"), bytes).unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let settings = Settings { zone, overrides: entry.into_iter().collect(), key: None, keep: Vec::new() };
    let mut kept = 0;
    let found = inputs(case.path()).unwrap();
    let summary = run::<IngestError>(&found, &settings, &|_| {}, |_, rows| {
        kept += rows.batch.num_rows() as u64;
        Ok(())
    })
    .unwrap();
    let sum = |of: fn(&super::InputRow) -> u64| summary.inputs.iter().map(of).sum::<u64>();
    prop_assert_eq!(sum(|row| row.rows_kept), kept);
    prop_assert_eq!(sum(|row| row.rows_rejected), summary.rejects.len() as u64);
    prop_assert_eq!(
        sum(|row| row.rows_read),
        sum(|row| row.rows_kept) + sum(|row| row.rows_rejected) + sum(|row| row.rows_duplicate)
    );
    for row in &summary.inputs {
        prop_assert!(row.why.is_some() || row.source.is_some() && row.rows_read > 0, "{:?}", row);
    }
    Ok(summary)
}

/// What a user may fix: the source or the table, and how the text is written.
fn entry() -> impl Strategy<Value = SourceOverride> {
    let tables = ["sli_counts", "metric_samples", "log_records", "complaints", "survey_answers", "public_messages"];
    let names = ["time", "Time", "timestamp", "date", "a", "", "message", "id"];
    let what = prop_oneof![
        6 => (0..SOURCES.len()).prop_map(|at| (Some(SOURCES[at].name().to_owned()), None)),
        1 => (0..tables.len()).prop_map(move |at| (None, Some(tables[at].to_owned()))),
    ];
    let how =
        (proptest::option::of(0..5_usize), proptest::option::of(any::<bool>()), proptest::option::of(0..names.len()));
    (what, how).prop_map(move |((kind, table), (delimiter, flag, name))| SourceOverride {
        path: "*".into(),
        kind,
        table,
        delimiter: delimiter.map(|at| b",;\t|a"[at]),
        decimal: flag.map(|flag| if flag { ',' } else { '.' }),
        day_first: flag,
        columns: name.map(|at| ("time".to_owned(), names[at].to_owned())).into_iter().collect(),
        ..SourceOverride::default()
    })
}

/// Few cases in a usual run of the tests, which is to take seconds.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_give_rows_or_rejects(bytes in bytes()) {
        check(&bytes, None)?;
    }

    #[test]
    fn any_source_reads_any_bytes(bytes in bytes(), entry in entry()) {
        check(&bytes, Some(entry))?;
    }
}

#[test]
fn every_source_reads_its_changed_export() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for bytes in fixtures() {
        for _ in 0..4 {
            let changes = proptest::collection::vec(change(), 1..4).new_tree(&mut runner).unwrap().current();
            let bytes = changed(bytes.clone(), &changes);
            check(&bytes, None).unwrap_or_else(|error| panic!("{error}: {changes:?}"));
        }
    }
}

//! The sample incident: found as it was made, because of the data, the same every time.
//!
//! `truth.json` lies beside the sample and is read here only:
//!
//! ```json
//! {"window": {"start": "...", "end": "..."},
//!  "classification": {"scope": "...", "nature": "...", "duration": "...", "origin": "..."},
//!  "localisation": [{"dimension": "value"}],
//!  "root_cause": "entity", "louder_symptom": "entity",
//!  "decisive_export": ["exports/file", "..."]}
//! ```

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::Value;

use crate::support;

/// How far a measured end of the window may lie from the true one.
const TOLERANCE_SECONDS: i64 = 120;

/// Findings of the sample; the run is made once for all tests.
pub(crate) fn findings() -> Value {
    support::json(&work().join("out/findings.json"))
}

#[test]
fn the_window_is_met_at_both_ends() {
    let (truth, found) = (truth(), findings());
    for end in ["start", "end"] {
        let (wanted, measured) = (&truth["window"][end], &found["window"][end]["at"]);
        let distance = instant(measured).as_second() - instant(wanted).as_second();
        assert!(distance.abs() <= TOLERANCE_SECONDS, "{end}: wanted {wanted}, found {measured}");
    }
}

#[test]
fn the_four_axes_are_right() {
    let (truth, found) = (truth(), findings());
    for axis in ["scope", "nature", "duration", "origin"] {
        let wanted = value_of(&truth["classification"][axis]);
        assert_eq!(&found["classification"][axis]["value"], wanted, "{axis}");
    }
}

#[test]
fn the_slice_is_exact() {
    let found = findings();
    let slices: Vec<&Value> =
        found["localisation"].as_array().expect("a list").iter().map(|slice| &slice["where"]).collect();
    let truth = truth();
    let wanted: Vec<&Value> = truth["localisation"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|slice| slice.get("where").unwrap_or(slice))
        .collect();
    // Keys of an object have no order, entries of the list have.
    assert_eq!(slices, wanted);
}

#[test]
fn the_cause_ranks_above_the_louder_symptom() {
    let (truth, found) = (truth(), findings());
    let causes: Vec<&str> =
        found["root_causes"].as_array().expect("a list").iter().filter_map(|cause| cause["entity"].as_str()).collect();
    let cause = truth["root_cause"]["entity"].as_str().expect("truth.json names `root_cause.entity`");
    assert_eq!(causes.first(), Some(&cause), "ranked: {causes:?}");
    let symptom = truth["root_cause"]["louder_symptom"].as_str().expect("truth.json names `root_cause.louder_symptom`");
    let place = causes.iter().position(|entity| *entity == symptom);
    assert!(place.is_none_or(|place| place > 0), "ranked: {causes:?}");
}

#[test]
fn without_the_decisive_export_the_answer_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("derby-night");
    support::copy_case(&sample(), &case);
    for path in decisive(&case) {
        std::fs::remove_file(case.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let output = support::report(&case, folder.path(), &["--format", "json"]);
    support::expect_code(&output, 0);
    let (with, without) = (findings(), support::json(&folder.path().join("out/findings.json")));
    let answer = |findings: &Value| {
        let first = &findings["root_causes"][0];
        (first["entity"].clone(), first["confidence"].clone())
    };
    assert_ne!(answer(&with), answer(&without), "the answer does not rest on the decisive export");
}

#[test]
fn two_runs_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = support::report(&sample(), folder.path(), &[]);
    support::expect_code(&output, 0);
    let (first, second) = (support::contents(&work().join("out")), support::contents(&folder.path().join("out")));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let different: Vec<&String> =
        first.iter().filter(|(name, bytes)| second[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(different.is_empty(), "files differ: {different:?}");
}

#[test]
fn every_document_and_figure_is_there() {
    let (out, found) = (work().join("out"), findings());
    let documents = found["documents"].as_array().expect("a list");
    assert!(!documents.is_empty());
    for document in documents {
        let path = document["path"].as_str().expect("a path");
        let bytes = std::fs::read(out.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(document["blake3"], blake3::hash(&bytes).to_hex().as_str(), "{path}");
    }
    for language in ["en", "fr"] {
        let page = support::text(&out.join(format!("postmortem.{language}.html")));
        assert!(page.contains("<details") && page.contains("SELECT"), "{language}: figures open to their SQL");
        assert!(!page.contains("<script"), "{language}: the page needs no script");
    }
}

fn sample() -> PathBuf {
    support::root().join("sample-data/derby-night")
}

fn truth() -> Value {
    support::json(&sample().join("truth.json"))
}

/// Folder with `out/` of the one run; in the target folder, so that it can be looked at afterwards.
fn work() -> &'static Path {
    static WORK: OnceLock<PathBuf> = OnceLock::new();
    WORK.get_or_init(|| {
        let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("derby-night");
        if work.exists() {
            std::fs::remove_dir_all(&work).expect("a folder of ours");
        }
        std::fs::create_dir_all(&work).expect("a folder of ours");
        support::expect_code(&support::report(&sample(), &work, &[]), 0);
        work
    })
}

/// Paths of the exports on which the cause rests, relative to the case: those that `truth.json`
/// names, else every file that speaks of changes or of the licence gateway.
fn decisive(case: &Path) -> Vec<String> {
    let truth = truth();
    let named = match &truth["decisive_export"] {
        Value::String(path) => vec![path.clone()],
        Value::Array(paths) => paths.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let named: Vec<String> = named
        .into_iter()
        .map(|path| if case.join(&path).is_file() { path } else { format!("exports/{path}") })
        .collect();
    if !named.is_empty() {
        return named;
    }
    let files = support::contents(case);
    let telling = files.into_keys().filter(|path| {
        path.starts_with("exports/")
            && ["deployment", "change", "licence", "license"].iter().any(|word| path.contains(word))
    });
    let found: Vec<String> = telling.collect();
    assert!(!found.is_empty(), "truth.json names no `decisive_export`");
    found
}

fn instant(value: &Value) -> Timestamp {
    let text = value.as_str().unwrap_or_else(|| panic!("expected a time, found {value}"));
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A value, or the `value` of an object.
fn value_of(value: &Value) -> &Value {
    value.get("value").unwrap_or(value)
}

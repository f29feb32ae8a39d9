//! Who may use whom: data flows one way through the modules, and this table says so.

use std::collections::BTreeSet;

use regex::Regex;

use crate::support;

/// A module and those it may use besides itself. `docs` only reads what the others declare.
const MAY_USE: &[(&str, &[&str])] = &[
    ("schema", &[]),
    ("analysis", &[]),
    ("case", &[]),
    ("ingest", &["schema", "case"]),
    ("store", &["schema"]),
    ("engine", &["schema", "store", "analysis"]),
    ("catalog", &["case", "engine", "schema"]),
    ("chart", &["catalog"]),
    ("report", &["case", "catalog", "chart", "engine", "schema"]),
    ("docs", &["catalog", "engine", "ingest", "schema"]),
    ("pipeline", &["schema", "analysis", "case", "ingest", "store", "engine", "catalog", "chart", "report"]),
    (
        "cli",
        &["schema", "analysis", "case", "ingest", "store", "engine", "catalog", "chart", "report", "docs", "pipeline"],
    ),
];

#[test]
fn modules_use_only_those_before_them() {
    let mut departures = Vec::new();
    for (path, bytes) in support::contents(&support::root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        let allowed = MAY_USE.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
        let allowed = allowed.unwrap_or_else(|| panic!("src/{path}: module `{module}` is not in the table"));
        for (line, used) in uses(&String::from_utf8_lossy(&bytes)) {
            if used != module && !allowed.contains(&used.as_str()) {
                departures.push(format!("src/{path}:{line}: `{module}` may not use `{used}`"));
            }
        }
    }
    assert!(departures.is_empty(), "{}", departures.join("\n"));
}

#[test]
fn only_the_engine_names_the_query_engine() {
    let mut departures = Vec::new();
    for (path, bytes) in support::contents(&support::root().join("src")) {
        let text = String::from_utf8_lossy(&bytes);
        let names_it = code_lines(&text).any(|(_, line)| line.contains("datafusion::"));
        if names_it && !path.starts_with("engine/") {
            departures.push(format!("src/{path}"));
        }
    }
    assert!(departures.is_empty(), "DataFusion is named outside `engine`:\n{}", departures.join("\n"));
}

#[test]
fn every_module_is_in_the_table() {
    let text = support::text(&support::root().join("src/lib.rs"));
    let declared = text.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
    let known: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let missing: Vec<&str> = declared.filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
}

#[test]
fn a_group_of_imports_is_seen() {
    let text = "use crate::{case::Case, engine};\n// crate::report\nlet a = crate::schema::TABLES;\n";
    let found: Vec<String> = uses(text).into_iter().map(|(_, used)| used).collect();
    assert_eq!(found, ["case", "engine", "schema"]);
}

/// First component of a path below `src`; `None` for the roots of library and program.
fn module_of(path: &str) -> Option<&str> {
    let first = path.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&first)).then_some(first)
}

/// Modules of this crate that a text names in code, with the line.
fn uses(text: &str) -> Vec<(usize, String)> {
    let pattern = Regex::new(r"\bcrate::(?:([a-z_]+)|\{([^}]*))").expect("a valid pattern");
    let mut found = Vec::new();
    for (line, code) in code_lines(text) {
        for captures in pattern.captures_iter(code) {
            let names = captures.get(1).or_else(|| captures.get(2)).map_or("", |names| names.as_str());
            let names = names.split(',').filter_map(|name| name.trim().split("::").next());
            let known = names.filter(|name| MAY_USE.iter().any(|(module, _)| module == name));
            found.extend(known.map(|name| (line, name.to_owned())));
        }
    }
    found
}

/// Lines that are not comments, counted from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

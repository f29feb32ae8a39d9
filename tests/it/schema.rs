//! `findings.json` against its published schema, `docs/findings.schema.json`.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use crate::{sample, support};

/// Identifier of the schema; nothing is fetched from there.
const ADDRESS: &str = "https://constat.example/findings.schema.json";

#[test]
fn the_findings_of_the_sample_follow_the_schema() {
    check(&sample::findings());
}

#[test]
fn findings_without_an_incident_follow_the_schema() {
    let work = tempfile::tempdir().expect("a folder");
    let case = work.path().join("quiet");
    support::write(&case.join("exports/notes.csv"), "time,body\n2026-01-05T18:00:00Z,all quiet\n");
    let output = support::report(&case, work.path(), &[]);
    support::expect_code(&output, 0);
    let findings = support::json(&work.path().join("out/findings.json"));
    assert!(findings["window"]["start"].is_null() && findings["window"]["why"].is_string());
    check(&findings);
}

#[test]
fn a_missing_key_and_a_null_without_a_reason_are_found() {
    let (schemas, index) = compiled();
    let mut without = sample::findings();
    without.as_object_mut().expect("an object").remove("impact");
    assert!(schemas.validate(&without, index).is_err(), "`impact` may not be left out");
    let mut unexplained = sample::findings();
    unexplained["impact"]["excess_bad"] =
        serde_json::json!({"value": null, "low": null, "high": null, "unit": "events", "method": null, "evidence": []});
    assert!(schemas.validate(&unexplained, index).is_err(), "null needs `why`");
}

fn check(findings: &Value) {
    let (schemas, index) = compiled();
    if let Err(error) = schemas.validate(findings, index) {
        panic!("{error:#}");
    }
}

fn compiled() -> (Schemas, SchemaIndex) {
    let schema = support::json(&support::root().join("docs/findings.schema.json"));
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource(ADDRESS, schema).expect("an address");
    let index = compiler.compile(ADDRESS, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    (schemas, index)
}

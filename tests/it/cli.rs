//! The command line as its users see it: `tests/cli/*.md`. `TRYCMD=overwrite` rewrites the files.

use std::path::PathBuf;

use crate::support;

#[test]
fn commands_say_what_is_written_down() {
    // The pages run at the same time: the store they share is made first.
    let ingest = ["ingest", "tests/cli/cases/small", "--store", "target/cli-store"];
    support::expect_code(&support::constat(ingest), 0);
    // `init` writes into the case: it works on a copy that is new each time.
    let work = support::root().join("target/cli-init");
    if work.exists() {
        std::fs::remove_dir_all(&work).expect("a folder of ours");
    }
    support::copy_case(&support::root().join("tests/cli/cases/evening"), &work.join("bad-evening"));
    trycmd::TestCases::new()
        .register_bin("constat", PathBuf::from(env!("CARGO_BIN_EXE_constat")))
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cli/*.md");
}

#[test]
fn every_command_has_its_page() {
    let folder = support::root().join("src/cli");
    for command in ["report", "init", "ingest", "check", "query", "show"] {
        assert!(folder.join(format!("{command}.rs")).is_file(), "src/cli/{command}.rs");
        assert!(support::root().join(format!("tests/cli/{command}.md")).is_file(), "tests/cli/{command}.md");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sql = "SELECT value FROM range(1, 300000)";
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_constat"))
        .args(["query", "tests/cli/cases/small", sql, "--format", "csv", "--quiet", "--store", "target/cli-pipe"])
        .current_dir(support::root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    support::expect_code(&output, 0);
    assert_eq!(support::said(&output), "");
}

//! The command line as its users see it: `tests/cli/*.md`. `TRYCMD=overwrite` rewrites the files.

use std::path::PathBuf;

use crate::support;

#[test]
fn commands_say_what_is_written_down() {
    // The pages run at the same time: the store they share is made first.
    let ingest = ["ingest", "tests/cli/cases/small", "--store", "target/cli-store"];
    support::expect_code(&support::constat(ingest), 0);
    trycmd::TestCases::new()
        .register_bin("constat", PathBuf::from(env!("CARGO_BIN_EXE_constat")))
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cli/*.md");
}

#[test]
fn every_command_has_its_page() {
    let folder = support::root().join("src/cli");
    for command in ["report", "ingest", "query", "show"] {
        assert!(folder.join(format!("{command}.rs")).is_file(), "src/cli/{command}.rs");
        assert!(support::root().join(format!("tests/cli/{command}.md")).is_file(), "tests/cli/{command}.md");
    }
}

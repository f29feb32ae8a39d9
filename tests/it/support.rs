//! What several suites need: where things lie, running the program, comparing folders.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether expected files are to be rewritten rather than compared.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// A text file; panics with its path.
pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Every file below a folder with its bytes, by path relative to it.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.expect("a readable folder");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).expect("found below it");
            let name = path.to_string_lossy().replace('\\', "/");
            found.insert(name, std::fs::read(entry.path()).expect("a readable file"));
        }
    }
    found
}

/// Copies the inputs of a case: what an earlier run wrote stays behind.
pub(crate) fn copy_case(from: &Path, to: &Path) {
    for (name, bytes) in contents(from) {
        if !name.starts_with("out/") && !name.starts_with(".constat/") {
            write(&to.join(name), bytes);
        }
    }
}

/// Runs the program in the folder of the package.
pub(crate) fn constat<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Output {
    Command::new(env!("CARGO_BIN_EXE_constat"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

/// Runs `constat report` on a case with its store and `out/` in a folder of their own.
pub(crate) fn report(case: &Path, work: &Path, more: &[&str]) -> Output {
    let mut arguments: Vec<PathBuf> = vec!["report".into(), case.into()];
    arguments.extend(["--out".into(), work.join("out"), "--store".into(), work.join("store")]);
    arguments.extend(more.iter().map(PathBuf::from));
    constat(arguments)
}

/// Exit code and what was said, for messages of failed tests.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Panics with what the program said unless it ended with this code.
pub(crate) fn expect_code(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "the program said:\n{}", said(output));
}

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Four hours of attempts by the minute, of which half an hour fails: the smallest case with an
/// incident. From 2026-01-05 18:00 UTC; failures from 20:30 to 21:00 at one provider.
pub(crate) fn counts() -> String {
    let mut text = "time,isp,total,bad,viewers\n".to_owned();
    for minute in 0..240_u32 {
        let time = format!("2026-01-05T{:02}:{:02}:00Z", 18 + minute / 60, minute % 60);
        let is_hit = (150..180).contains(&minute);
        for (isp, hit) in [("Orvea", is_hit), ("Lumentel", false)] {
            let bad = if hit { 300 + minute % 7 } else { 4 + minute % 3 };
            text.push_str(&format!("{time},{isp},1000,{bad},5000\n"));
        }
    }
    text
}

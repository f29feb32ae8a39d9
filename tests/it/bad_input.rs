//! Bad input costs only itself: the run goes on, and everything that was lost is named.

use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support;

/// Rows of the broken table that cannot be used.
const BROKEN: usize = 100;

#[test]
fn a_run_goes_on_and_names_what_was_lost() {
    let (folder, output) = run(&[]);
    support::expect_code(&output, 0);
    for language in ["en", "fr"] {
        for format in ["md", "html"] {
            let report = support::text(&folder.path().join(format!("out/postmortem.{language}.{format}")));
            for name in ["corrupt.csv", "empty.csv", "notes.txt", "broken.csv"] {
                assert!(report.contains(name), "postmortem.{language}.{format} does not name {name}");
            }
        }
    }
    let inputs = ask(&folder, "SELECT path, why FROM inputs WHERE source IS NULL ORDER BY path");
    assert!(inputs.contains("empty.csv") && inputs.contains("the file is empty"), "{inputs}");
    assert!(inputs.contains("notes.txt"), "{inputs}");
}

#[test]
fn every_broken_row_is_a_reject_with_its_place_and_reason() {
    let (folder, _) = run(&["--quiet"]);
    let sql = "SELECT count(*) AS n, count(DISTINCT line_number) AS lines FROM rejects WHERE file LIKE '%broken.csv'";
    let answer = ask(&folder, sql);
    assert_eq!(answer.lines().nth(1), Some(format!("{BROKEN},{BROKEN}").as_str()), "{answer}");
    let sql = "SELECT count(*) AS n FROM rejects WHERE file LIKE '%broken.csv' AND (reason IS NULL OR excerpt IS NULL)";
    assert_eq!(ask(&folder, sql).lines().nth(1), Some("0"));
    let sql = "SELECT count(*) AS n FROM rejects WHERE file LIKE '%corrupt.csv.gz'";
    assert_eq!(ask(&folder, sql).lines().nth(1), Some("1"));
}

#[test]
fn strict_turns_rejects_into_a_failure() {
    let (_, output) = run(&["--strict"]);
    support::expect_code(&output, 1);
    assert!(support::said(&output).contains("strict"), "{}", support::said(&output));
}

#[test]
fn a_missing_folder_is_named_with_a_remedy() {
    let output = support::constat(["report", "no/such/folder"]);
    support::expect_code(&output, 2);
    says(&output, &["failed to open the case folder `no/such/folder`", "give the path of a folder"]);
}

#[test]
fn a_file_in_place_of_a_folder_is_named_with_a_remedy() {
    let output = support::constat(["report", "Cargo.toml"]);
    support::expect_code(&output, 2);
    says(&output, &["found the file `Cargo.toml`", "put the file into a folder"]);
}

#[test]
fn an_unreadable_configuration_is_named_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    // Not UTF-8: unreadable whatever the rights of the user who runs the test.
    support::write(&folder.path().join("incident.toml"), b"title = '\xff\xfe'\n");
    let output = support::report(folder.path(), folder.path(), &[]);
    support::expect_code(&output, 2);
    says(&output, &["failed to read", "incident.toml", "text in UTF-8"]);
}

#[test]
fn a_typo_in_the_configuration_is_placed_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    support::write(&folder.path().join("incident.toml"), "[incident]\ntitel = 'A dark evening'\n");
    let output = support::report(folder.path(), folder.path(), &[]);
    support::expect_code(&output, 2);
    says(&output, &["unknown key `titel`", "did you mean `title`?", "incident.toml:2"]);
}

#[test]
fn a_failed_run_leaves_the_previous_result_whole() {
    let (folder, output) = run(&[]);
    support::expect_code(&output, 0);
    let before = support::contents(&folder.path().join("out"));
    let case = folder.path().join("case");
    support::write(&case.join("queries/own.sql"), "SELECT 1");
    let output = support::report(&case, folder.path(), &[]);
    support::expect_code(&output, 2);
    assert!(before == support::contents(&folder.path().join("out")), "out/ changed");
}

/// A case with one file of each kind of damage, and a run on it.
fn run(more: &[&str]) -> (TempDir, Output) {
    let folder = tempfile::tempdir().expect("a folder");
    let exports = folder.path().join("case/exports");
    support::write(&exports.join("counts.csv"), support::counts());
    support::write(&exports.join("corrupt.csv.gz"), corrupt());
    support::write(&exports.join("empty.csv"), "");
    support::write(&exports.join("notes.txt"), "Call the supplier again.\n");
    support::write(&exports.join("broken.csv"), broken());
    let output = support::report(&folder.path().join("case"), folder.path(), more);
    (folder, output)
}

/// A compressed table of another evening, cut in the middle.
fn corrupt() -> Vec<u8> {
    let mut text = "time,isp,total,bad\n".to_owned();
    for second in 0..40_000_u32 {
        let (hour, minute) = (second / 3600, second / 60 % 60);
        text.push_str(&format!("2026-01-04T{hour:02}:{minute:02}:{:02}Z,Orvea,{},0\n", second % 60, 50 + second % 977));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    let mut bytes = encoder.finish().expect("memory");
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// A tidy table with ten good rows and many that are not.
fn broken() -> String {
    let mut text = "time,entity,metric,value\n".to_owned();
    for row in 0..10 {
        text.push_str(&format!("2026-01-05T19:{row:02}:00Z,edge,cpu_ratio,0.{row}\n"));
    }
    for row in 0..BROKEN {
        let line = match row % 4 {
            0 => format!("not a time {row},edge,cpu_ratio,0.5\n"),
            1 => format!("2026-01-05T19:30:00Z,edge,cpu_ratio,about {row}\n"),
            2 => format!("2026-13-45T19:30:00Z,edge {row},cpu_ratio,0.5\n"),
            _ => format!(",edge {row},cpu_ratio,0.5\n"),
        };
        text.push_str(&line);
    }
    text
}

/// A query on the case, as CSV.
fn ask(folder: &TempDir, sql: &str) -> String {
    let case = folder.path().join("case");
    let store = folder.path().join("store");
    let arguments = ["query".as_ref(), case.as_path(), Path::new(sql), "--format".as_ref(), "csv".as_ref()];
    let more = ["--store".as_ref(), store.as_path(), "--quiet".as_ref()];
    let output = support::constat(arguments.into_iter().chain(more));
    support::expect_code(&output, 0);
    String::from_utf8(output.stdout).expect("CSV is text")
}

/// Whether the program said all of this, however the lines were broken.
fn says(output: &Output, parts: &[&str]) {
    let said = support::said(output);
    let flat = said.replace(['│', '×', '╰', '─', '▶'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(flat.contains(part), "`{part}` was not said:\n{said}");
    }
}

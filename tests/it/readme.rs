//! The commands of the README work as they stand.

use std::path::Path;

use crate::support;

#[test]
fn the_commands_of_the_readme_run() {
    let text = support::text(&support::root().join("README.md"));
    let work = tempfile::tempdir().expect("a folder");
    let mut reports = 0;
    for command in commands(&text) {
        let words = words(&command);
        let Some(arguments) = words.strip_prefix(&["cargo", "run", "--release", "--"].map(str::to_owned)) else {
            continue;
        };
        let output = support::constat(redirected(arguments, work.path()));
        assert_eq!(output.status.code(), Some(0), "`{command}` said:\n{}", support::said(&output));
        reports += usize::from(arguments[0] == "report");
    }
    assert!(reports > 0, "the README shows no report");
    let out = support::contents(&work.path().join("out"));
    for name in ["index.html", "findings.json", "manifest.json", "postmortem.en.html", "postmortem.fr.md"] {
        assert!(out.contains_key(name), "{name} is missing");
    }
}

#[test]
fn the_test_command_is_the_one_that_ci_runs() {
    let text = support::text(&support::root().join("README.md"));
    let tests: Vec<String> = commands(&text).into_iter().filter(|command| command.starts_with("cargo test")).collect();
    assert_eq!(tests, ["cargo test --release"]);
}

#[test]
fn quoted_words_stay_together() {
    assert_eq!(words("a \"b c\"  d"), ["a", "b c", "d"]);
}

/// Lines of the fenced blocks that a reader is told to type.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        match line.trim() {
            "```sh" => is_inside = true,
            "```" => is_inside = false,
            command if is_inside && !command.is_empty() => found.push(command.to_owned()),
            _ => {}
        }
    }
    found
}

/// Words of a command; double quotes keep spaces.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in command.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The same command, writing into a folder of the test.
fn redirected(arguments: &[String], work: &Path) -> Vec<String> {
    let at = |name: &str| work.join(name).to_string_lossy().into_owned();
    let mut arguments = arguments.to_vec();
    if ["report", "query", "ingest", "check"].contains(&arguments[0].as_str()) {
        arguments.extend(["--store".to_owned(), at("store")]);
    }
    if arguments[0] == "report" && !arguments.iter().any(|word| word == "--out") {
        arguments.extend(["--out".to_owned(), at("out")]);
    }
    arguments
}

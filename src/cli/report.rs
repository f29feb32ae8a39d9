//! `constat report`: the whole run.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{CommandResult, Ending, StoreArguments};
use crate::case::Case;
use crate::pipeline::{self, Options, Outcome};

/// Rejected and unread inputs named on the terminal; the report has all of them.
const MOST_NAMED: usize = 10;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  constat report sample-data/derby-night\n  constat report my-incident --lang fr --format html\n  constat report my-incident --document postmortem --out /tmp/draft"
)]
pub(super) struct Arguments {
    /// Folder of the case
    case: PathBuf,
    /// Folder to write, replaced as a whole [default: CASE/out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Languages: en, fr
    #[arg(long, value_delimiter = ',', value_name = "LANG")]
    lang: Option<Vec<String>>,
    /// Documents, for example postmortem
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    document: Option<Vec<String>>,
    /// Formats: html, md, json
    #[arg(long, value_delimiter = ',', value_name = "FORMAT")]
    format: Option<Vec<String>>,
    /// Fail when a file or a record could not be used
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    store: StoreArguments,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> CommandResult {
    let case = Case::open(&arguments.case)?;
    let options = Options {
        out: arguments.out.clone(),
        languages: arguments.lang.clone(),
        documents: arguments.document.clone(),
        formats: arguments.format.clone(),
        store: arguments.store.place(),
    };
    let outcome = pipeline::report(&case, &options, &|step| terminal.progress(&step))?;
    terminal.done();
    summarise(&outcome, terminal);
    let is_clean = outcome.unread.is_empty() && outcome.rejected == 0;
    if arguments.strict && !is_clean {
        terminal.error("strict: some input could not be used, see above");
        return Ok(Ending::Failed);
    }
    Ok(if outcome.failed_checks.is_empty() { Ending::Done } else { Ending::Failed })
}

fn summarise(outcome: &Outcome, terminal: &Terminal) {
    if outcome.findings["inputs"].as_array().is_some_and(Vec::is_empty) {
        terminal.error("no export found: put the files into a folder `exports` of the case, or into the case itself");
    }
    for (path, why) in outcome.unread.iter().take(MOST_NAMED) {
        terminal.say(&format!("not read: {path}: {why}"));
    }
    if outcome.unread.len() > MOST_NAMED {
        terminal.say(&format!("not read: {} more, listed in the report", outcome.unread.len() - MOST_NAMED));
    }
    if outcome.rejected > 0 {
        terminal.say(&format!("{} records could not be used: see table `rejects`", outcome.rejected));
    }
    for sentence in &outcome.failed_checks {
        terminal.error(&format!("check failed: {sentence}"));
    }
    let window = &outcome.findings["window"];
    match window["start"]["at"].as_str() {
        Some(start) => {
            let end = window["end"]["at"].as_str().unwrap_or("still going on");
            terminal.say(&format!("incident: {start} to {end}"));
        }
        None => terminal.say("no incident found"),
    }
    terminal.say(&format!("written: {}", outcome.out.join("index.html").display()));
}

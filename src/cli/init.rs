//! `constat init`: says what each export is and what is missing, and writes what a person may fill in.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{CommandResult, Ending};
use crate::case::Case;
use crate::pipeline::init::{self, Gap, Survey};

/// Columns before a continued line.
const INDENT: &str = "         ";

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  constat init my-incident\n  constat init my-incident > what-is-there.txt",
    after_long_help = long_help()
)]
pub(super) struct Arguments {
    /// Folder of the case: its folder `exports`, or the folder itself, is looked through
    case: PathBuf,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> CommandResult {
    let case = Case::open(&arguments.case)?;
    let survey = init::survey(&case)?;
    terminal.text(&explained(&survey))?;
    for file in init::write(&case, &survey)? {
        let done = if file.is_kept { "kept as it is" } else { "written" };
        terminal.say(&format!("{done}: {}", case.part(&file.name).display()));
    }
    Ok(Ending::Done)
}

fn explained(survey: &Survey) -> String {
    let mut text = String::new();
    for look in &survey.files {
        text.push_str(&format!("{}\n", Survey::sentence(look).replace('\n', " ")));
    }
    if survey.files.is_empty() {
        text.push_str("no export found: put the files into a folder `exports` of the case, or into the case itself\n");
    }
    if let Some(zone) = &survey.zone {
        text.push_str(&format!("\ntime zone: {zone}, the only one that the exports name\n"));
    }
    if survey.gaps.is_empty() {
        text.push_str("\nnothing is missing for a full report\n");
        return text;
    }
    text.push_str("\nmissing for a full report:\n");
    for gap in &survey.gaps {
        text.push_str(&missing(gap));
    }
    text
}

/// What is missing, what it costs, and which export would supply it.
fn missing(gap: &Gap) -> String {
    let mut text = format!("\n{}: {}\n", gap.table.name, gap.table.fed_by);
    if !gap.lost.is_empty() {
        text.push_str(&format!("  lost   {}\n", Gap::parts(&gap.lost)));
    }
    if !gap.weakened.is_empty() {
        text.push_str(&format!("  weaker {}\n", Gap::parts(&gap.weakened)));
    }
    let exports = gap.sources.iter().map(|(name, about)| format!("{about} ({name})"));
    let supply: Vec<String> = exports.chain([gap.tidy_form()]).collect();
    text.push_str(&format!("  supply {}\n", supply.join(&format!("\n{INDENT}"))));
    text
}

fn long_help() -> String {
    format!(
        "Examples:\n  constat init my-incident\n  constat init my-incident > what-is-there.txt\n\n\
         Files that exist are kept. What is written for an empty folder shows every key of incident.toml:\n\n{}",
        init::keys()
    )
}

//! `constat check`: whether a case is fit to publish.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{CommandResult, Ending, StoreArguments};
use crate::case::Case;
use crate::pipeline::{self, Options, Remark, Severity};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 fit to publish, 1 not fit, 2 could not run\n\nExamples:\n  constat check my-incident\n  constat check my-incident --strict --lang fr\n  constat check my-incident --quiet > remarks.txt"
)]
pub(super) struct Arguments {
    /// Folder of the case
    case: PathBuf,
    /// Languages: en, fr
    #[arg(long, value_delimiter = ',', value_name = "LANG")]
    lang: Option<Vec<String>>,
    /// Documents, for example postmortem
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    document: Option<Vec<String>>,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    store: StoreArguments,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> CommandResult {
    let case = Case::open(&arguments.case)?;
    let options = Options {
        languages: arguments.lang.clone(),
        documents: arguments.document.clone(),
        store: arguments.store.place(),
        ..Options::default()
    };
    let remarks = pipeline::check(&case, &options, &|step| terminal.progress(&step))?;
    terminal.done();
    let count = |severity: Severity| remarks.iter().filter(|remark| remark.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let is_fit = errors == 0 && !(arguments.strict && warnings > 0);
    let verdict = if is_fit { "fit to publish" } else { "not fit to publish" };
    let mut text: String = remarks.iter().map(line).collect();
    let of = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let counts = [of(errors, "error"), of(warnings, "warning"), of(count(Severity::Note), "note")];
    text.push_str(&format!("{verdict}: {}\n", counts.join(", ")));
    terminal.text(&text)?;
    Ok(if is_fit { Ending::Done } else { Ending::Failed })
}

/// A remark on one line, whatever it quotes.
fn line(remark: &Remark) -> String {
    format!("{}\n", remark.to_string().replace(['\n', '\r'], " "))
}

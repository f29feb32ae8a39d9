//! `constat ingest`: reads the exports into the store and stops.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{CommandResult, Ending, StoreArguments};
use crate::case::Case;
use crate::pipeline::answers::Answers;
use crate::pipeline::ingestion;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  constat ingest my-incident\n  constat ingest my-incident --store /var/lib/constat"
)]
pub(super) struct Arguments {
    /// Folder of the case
    case: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> CommandResult {
    let case = Case::open(&arguments.case)?;
    let ingested = ingestion::ingest(&case, &arguments.store.place(), &|step| terminal.progress(&step))?;
    terminal.done();
    let manifest = ingested.store.manifest();
    for name in manifest.tables.keys() {
        terminal.say(&format!("{name}: {} rows", manifest.rows(name)));
    }
    for warning in &manifest.warnings {
        terminal.say(warning);
    }
    let answers = Answers::open(&case, &ingested)?.run_named("inputs_read")?;
    let rows = answers.rows();
    if rows.is_empty() {
        terminal.error("no export found: put the files into a folder `exports` of the case, or into the case itself");
    }
    for row in rows.iter().filter(|row| row.text("source").is_none()) {
        let (path, why) = (row.text("path").unwrap_or_default(), row.text("why").unwrap_or_default());
        terminal.say(&format!("not read: {path}: {why}"));
    }
    let how = if ingested.is_reused { "unchanged" } else { "written" };
    terminal.say(&format!("store {how}: {}", ingested.store.folder().display()));
    Ok(Ending::Done)
}

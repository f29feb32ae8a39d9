//! `constat ingest`: reads the exports into the store and stops.

use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{CommandResult, Ending, StoreArguments};
use crate::case::Case;
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
    let how = if ingested.is_reused { "unchanged" } else { "written" };
    terminal.say(&format!("store {how}: {}", ingested.store.folder().display()));
    Ok(Ending::Done)
}

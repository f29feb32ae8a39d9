//! The command line: arguments, and one file per subcommand.
//!
//! Exit codes: 0 done, 1 a check or `--strict` failed, 2 could not run.

pub mod terminal;

mod check;
mod ingest;
mod init;
mod query;
mod report;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::pipeline::{PipelineError, StorePlace};
use terminal::Terminal;

/// Turns the traces an incident leaves into documents in which every figure can be proved.
#[derive(Debug, Parser)]
#[command(
    name = "constat",
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  constat init my-incident\n  constat report my-incident\n  constat query my-incident milestones\n\nExit code: 0 done, 1 a check or --strict failed, 2 could not run"
)]
struct Cli {
    /// Write errors and data only
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the exports of a case and write every document
    Report(report::Arguments),
    /// Say what each export is and what is missing, and write a commented incident.toml
    Init(init::Arguments),
    /// Read the exports of a case into the store and stop
    Ingest(ingest::Arguments),
    /// Say whether a case is fit to publish: everything but rendering
    Check(check::Arguments),
    /// Ask the tables of a case in SQL
    Query(query::Arguments),
    /// List the exports that are recognised
    #[command(after_help = "Examples:\n  constat sources\n  constat sources | grep complaints")]
    Sources,
    /// List the queries of the catalogue
    #[command(after_help = "Examples:\n  constat queries\n  constat query my-incident milestones")]
    Queries,
    /// List the SQL functions of constat
    #[command(
        after_help = "Examples:\n  constat functions\n  constat query my-incident \"SELECT nps(score) FROM survey_answers WHERE kind = 'nps'\""
    )]
    Functions,
    /// List the tables and their columns
    #[command(after_help = "Examples:\n  constat tables\n  constat query my-incident \"SELECT * FROM changes\"")]
    Tables,
}

/// Where the store goes; the same for every command that needs one.
#[derive(Debug, Args)]
struct StoreArguments {
    /// Put the store below this folder instead of CASE/.constat
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
}

impl StoreArguments {
    fn place(&self) -> StorePlace {
        StorePlace { folder: self.store.clone(), cache: cache_folder() }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Done,
    Failed,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(cli.quiet);
    let ending = match &cli.command {
        Command::Report(arguments) => report::run(arguments, &terminal),
        Command::Init(arguments) => init::run(arguments, &terminal),
        Command::Check(arguments) => check::run(arguments, &terminal),
        Command::Ingest(arguments) => ingest::run(arguments, &terminal),
        Command::Query(arguments) => query::run(arguments, &terminal),
        Command::Sources => show::sources(&terminal),
        Command::Queries => show::queries(&terminal),
        Command::Functions => show::functions(&terminal),
        Command::Tables => show::tables(&terminal),
    };
    terminal.done();
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Failed) => ExitCode::from(1),
        Err(error) => {
            terminal.failure(&error);
            ExitCode::from(2)
        }
    }
}

/// Help and version are answers; anything else is a command line that cannot be run.
fn usage(error: &clap::Error) -> ExitCode {
    // What cannot be printed cannot be reported either.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Folder of the user for what can be made again.
fn cache_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let usual = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    named.or_else(usual).map(|folder| folder.join("constat"))
}

/// What a command returns.
type CommandResult = Result<Ending, PipelineError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}

//! What stops ingestion as a whole. Bad data never does: it becomes rejects and reasons.

use std::path::PathBuf;

/// Ingestion could not start or go on.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum IngestError {
    /// The case folder is missing or cannot be listed.
    #[error("failed to list `{}`", path.display())]
    #[diagnostic(help("give the folder that holds the exports, or one with a folder `exports` in it"))]
    List {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A `[[source]]` entry names a source that does not exist.
    #[error("expected the name of a source in `kind`, found `{kind}`")]
    #[diagnostic(help("the nearest is `{nearest}`; `constat sources` lists all of them"))]
    UnknownSource {
        /// What was written.
        kind: String,
        /// The known name that is most like it.
        nearest: String,
    },
    /// A `[[source]]` entry names a table that cannot be given directly.
    #[error("expected the name of a table in `table`, found `{table}`")]
    #[diagnostic(help("the nearest is `{nearest}`; `constat tables` lists all of them"))]
    UnknownTable {
        /// What was written.
        table: String,
        /// The known name that is most like it.
        nearest: String,
    },
    /// A `[[source]]` entry has a path that is no pattern.
    #[error("expected a pattern in `path`, found `{pattern}`")]
    #[diagnostic(help("`*` stands for any name, `**` for any folders, for example `logs/**/*.log`"))]
    Pattern {
        /// What was written.
        pattern: String,
        /// What is wrong with it.
        source: glob::PatternError,
    },
    /// The keys that tell repeated rows did not fit in memory, and not elsewhere either.
    #[error("failed to keep track of repeated rows in the folder for temporary files")]
    #[diagnostic(help("free some space there, or set TMPDIR to a folder that has some"))]
    Repeated {
        /// What the system says.
        source: std::io::Error,
    },
}

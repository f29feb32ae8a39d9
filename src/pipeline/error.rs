//! What can stop a run: the errors of its stages, and those of writing the result.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::case::CaseError;
use crate::catalog::CatalogError;
use crate::chart::ChartError;
use crate::engine::EngineError;
use crate::ingest::IngestError;
use crate::report::ReportError;
use crate::store::StoreError;

/// A run that could not be done.
#[derive(Debug, Error, Diagnostic)]
pub enum PipelineError {
    /// The case folder.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Case(#[from] CaseError),
    /// Reading the exports.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Ingest(#[from] IngestError),
    /// The store.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
    /// SQL.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Engine(#[from] EngineError),
    /// The catalogue.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Catalog(#[from] CatalogError),
    /// Charts.
    #[error("failed to draw a chart")]
    #[diagnostic(help("this is a defect of constat: please report it with the text below"))]
    Chart(#[from] ChartError),
    /// Documents.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Report(#[from] ReportError),
    /// The result could not be written.
    #[error("failed to {action} `{}`", path.display())]
    #[diagnostic(help("check the free space and your rights there, or write elsewhere with --out DIR"))]
    Write {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that a person wrote or named could not be read.
    #[error("failed to read `{}`", path.display())]
    #[diagnostic(help("check that the file is text in UTF-8 and that you may read it"))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written into the case.
    #[error("failed to write `{}`", path.display())]
    #[diagnostic(help("check your rights in the case folder, or copy the exports to a folder of yours"))]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Standard output does not take the answer.
    #[error("failed to write the answer to standard output")]
    #[diagnostic(help("check the free space where it is redirected to"))]
    Output(#[source] std::io::Error),
    /// An address of the store that is no folder.
    #[error("expected a folder in `store.url`, found `{found}`")]
    #[diagnostic(help("write a path such as `/var/lib/constat`, or `file:///var/lib/constat`"))]
    StoreAddress {
        /// What was written.
        found: String,
    },
    /// A statement reads a table that does not exist.
    #[error("expected a table of the case, found `{found}`")]
    #[diagnostic(help("{remedy}"))]
    UnknownTable {
        /// The name.
        found: String,
        /// The nearest known one.
        remedy: String,
    },
    /// The pseudonym key could not be read.
    #[error("failed to read the pseudonym key `{}`", path.display())]
    #[diagnostic(help(
        "privacy.key_file names a file with any bytes that nobody else has; its path is relative to the case"
    ))]
    Key {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A result could not be encoded as Parquet.
    #[error("failed to write the rows of query `{query}` as Parquet")]
    #[diagnostic(help("this is a defect of constat: please report it with the text below"))]
    Parquet {
        /// The query.
        query: String,
        /// What the library said.
        source: parquet::errors::ParquetError,
    },
    /// The asynchronous runtime could not be started.
    #[error("failed to start the runtime of the query engine")]
    #[diagnostic(help("the system refuses new threads: check its limits"))]
    Runtime(#[source] std::io::Error),
    /// A name of a document, language or format that does not exist.
    #[error("expected a {what}, found `{found}`")]
    #[diagnostic(help("known: {known}"))]
    UnknownName {
        /// What was expected.
        what: &'static str,
        /// What was given.
        found: String,
        /// The valid values.
        known: String,
    },
}

impl PipelineError {
    /// Wraps what the file system said about a path below `out/`.
    pub(super) fn write(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { action, path, source }
    }
}

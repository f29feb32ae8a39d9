//! What can be wrong with a query file.

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

use crate::engine::EngineError;

/// A catalogue that cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum CatalogError {
    /// The header of a query file is wrong.
    #[error("failed to understand the header of query `{name}`: {message}")]
    #[diagnostic(help("a query file begins with `/*---`, TOML and `---*/`; see queries/README.md"))]
    Header {
        /// Name of the query.
        name: String,
        /// What is wrong.
        message: String,
        /// Text of the file.
        #[source_code]
        text: NamedSource<String>,
        /// The place.
        #[label("here")]
        span: SourceSpan,
    },
    /// The SQL of a query is wrong.
    #[error("failed to run query `{name}`")]
    #[diagnostic(help("try it alone with `constat query CASE {name}`"))]
    Sql {
        /// Name of the query.
        name: String,
        /// What the engine said.
        source: EngineError,
    },
    /// A query names a table that does not exist.
    #[error("expected a known table in query `{name}`, found `{table}`")]
    #[diagnostic(help("{remedy}"))]
    UnknownTable {
        /// Name of the query.
        name: String,
        /// The unknown table.
        table: String,
        /// The nearest known one.
        remedy: String,
    },
    /// Queries need each other.
    #[error("expected queries that do not need each other, found a cycle: {}", names.join(" -> "))]
    #[diagnostic(help("let one of them read from a staging query instead"))]
    Cycle {
        /// Queries of the cycle, in order.
        names: Vec<String>,
    },
    /// A file of the case could not be read.
    #[error("failed to read `{}`", path.display())]
    #[diagnostic(help("check that the file is text in UTF-8 and that you may read it"))]
    Read {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No query has this name.
    #[error("expected the name of a query, found `{name}`")]
    #[diagnostic(help("{remedy}"))]
    UnknownQuery {
        /// The name.
        name: String,
        /// The nearest known one.
        remedy: String,
    },
}

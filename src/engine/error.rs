//! What can go wrong when SQL is run.

use datafusion::error::DataFusionError;
use miette::Diagnostic;
use thiserror::Error;

use crate::store::StoreError;

/// SQL that could not be run.
#[derive(Debug, Error, Diagnostic)]
pub enum EngineError {
    /// The engine could not be set up.
    #[error("failed to start the query engine")]
    #[diagnostic(help("this is a defect of constat: please report it with the text below"))]
    Internal(#[source] Reason),
    /// The statement is not one that a query may be.
    #[error("expected a query, found a statement that would change something: {statement}")]
    #[diagnostic(help("only SELECT over the case tables is possible; see `constat tables`"))]
    NotAQuery {
        /// Beginning of the statement.
        statement: String,
    },
    /// The statement cannot be understood or run.
    #[error("failed to run the query")]
    #[diagnostic(help("`constat tables` lists tables and columns, `constat functions` the functions of constat"))]
    Sql(#[source] Reason),
    /// A parameter has no value.
    #[error("expected a known parameter, found `${name}`")]
    #[diagnostic(help("known here: {known}"))]
    UnknownParameter {
        /// The name.
        name: String,
        /// Names that have a value.
        known: String,
    },
    /// The result is larger than a query of a user may be.
    #[error("expected at most {limit} rows, found more")]
    #[diagnostic(help("add a LIMIT, or aggregate"))]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The query took longer than a query of a user may.
    #[error("expected an answer within {seconds} seconds, found none")]
    #[diagnostic(help("narrow the time range, or aggregate"))]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// The store could not be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
}

/// What the query engine said, once: its errors carry the same text at every level.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Reason(String);

impl From<DataFusionError> for Reason {
    fn from(error: DataFusionError) -> Self {
        Self(error.find_root().strip_backtrace())
    }
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        Self::Sql(error.into())
    }
}

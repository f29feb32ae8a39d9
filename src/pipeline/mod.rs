//! The whole run for library users: ingest, store, query, draw, render, publish.
//!
//! ```text
//! case folder -> ingest -> store -> engine -> catalog -> charts -> documents -> out/
//! ```
//!
//! `out/` is replaced as a whole when everything is written, or not at all.

pub mod answers;
pub mod check;
mod draft;
pub mod error;
pub mod ingestion;
pub mod init;
pub mod publish;
pub mod report;

pub use check::{Remark, Severity, check};
pub use draft::{FORMATS, LANGUAGES, Options};
pub use error::PipelineError;
pub use ingestion::{Ingested, StorePlace};
pub use report::{Outcome, report};

/// What a run is doing, for whoever shows progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Inputs are hashed, recognised and read.
    Ingest {
        /// Files done.
        done: usize,
        /// Files in all.
        total: usize,
    },
    /// A query of the catalogue runs.
    Query {
        /// Its name.
        name: String,
    },
    /// Charts are drawn.
    Charts,
    /// Documents are read over.
    Wording,
    /// A document is written.
    Document {
        /// Its path below `out/`.
        path: String,
    },
}

//! What can go wrong with the store.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

/// A store that cannot be written or read.
#[derive(Debug, Error, Diagnostic)]
pub enum StoreError {
    /// The file system said no.
    #[error("failed to {action} `{}`", path.display())]
    #[diagnostic(help("check the free space and your rights there, or put the store elsewhere with --store DIR"))]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A Parquet file could not be written or read.
    #[error("failed to {action} the Parquet file `{}`", path.display())]
    #[diagnostic(help("delete the store folder: it is made anew from the exports"))]
    Parquet {
        /// What was tried.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the library said.
        source: parquet::errors::ParquetError,
    },
    /// The manifest is not readable.
    #[error("failed to understand the store manifest `{}`", path.display())]
    #[diagnostic(help("delete the store folder: it is made anew from the exports"))]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What the library said.
        source: serde_json::Error,
    },
}

impl StoreError {
    /// Wraps what the file system said about a path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// Wraps what the Parquet library said about a file.
    pub(crate) fn parquet(action: &'static str, path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let path = path.to_owned();
        move |source| Self::Parquet { action, path, source }
    }
}

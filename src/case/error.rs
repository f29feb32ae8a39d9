//! What can be wrong with a case folder and its `incident.toml`.

use std::path::{Path, PathBuf};

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// A case that cannot be opened.
#[derive(Debug, Error, Diagnostic)]
pub enum CaseError {
    /// The folder is not there.
    #[error("failed to open the case folder `{}`", path.display())]
    #[diagnostic(help("give the path of a folder that holds the exports, for example `constat report my-incident`"))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The path is a file.
    #[error("expected a case folder, found the file `{}`", path.display())]
    #[diagnostic(help("put the file into a folder and give the path of the folder"))]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// `incident.toml` cannot be read.
    #[error("failed to read `{}`", path.display())]
    #[diagnostic(help("check that the file is text in UTF-8 and that you may read it"))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `incident.toml` is not what it should be, at one place.
    #[error("failed to understand `{}`: {message}", path.display())]
    #[diagnostic(code(constat::case::configuration))]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
        /// Text of the file.
        #[source_code]
        text: NamedSource<String>,
        /// The place.
        #[label("here")]
        span: SourceSpan,
        /// What to write instead.
        #[help]
        remedy: String,
    },
}

impl CaseError {
    /// The folder could not be opened.
    pub(super) fn folder(path: &Path, source: std::io::Error) -> Self {
        Self::Folder { path: path.to_owned(), source }
    }
}

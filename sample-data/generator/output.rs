//! The folder that is written, and the ledger of what was planted in it on purpose.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

/// The folder of the sample.
#[derive(Debug)]
pub(crate) struct Output {
    root: PathBuf,
    /// Rows that cannot be read, by file.
    pub broken: BTreeMap<String, usize>,
    /// Rows that say again what another row said, by file.
    pub repeated: BTreeMap<String, usize>,
    /// Personal data by file: kind and text.
    pub personal: Vec<(String, &'static str, String)>,
    /// Hostile texts by file.
    pub hostile: Vec<(String, String)>,
    /// Figures that the generator counted while writing.
    pub counts: BTreeMap<String, i64>,
}

impl Output {
    /// A folder that is made when the first file is written.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            broken: BTreeMap::new(),
            repeated: BTreeMap::new(),
            personal: Vec::new(),
            hostile: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Writes one file; `path` is relative to the folder of the sample.
    pub(crate) fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)
    }

    /// Writes one file below `exports/`.
    pub(crate) fn export(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.write(&format!("exports/{path}"), content)
    }

    /// Notes rows that cannot be read.
    pub(crate) fn note_broken(&mut self, path: &str, rows: usize) {
        *self.broken.entry(path.to_owned()).or_default() += rows;
    }

    /// Notes rows that repeat others.
    pub(crate) fn note_repeated(&mut self, path: &str, rows: usize) {
        *self.repeated.entry(path.to_owned()).or_default() += rows;
    }

    /// Notes personal data that must not be published.
    pub(crate) fn note_personal(&mut self, path: &str, kind: &'static str, text: &str) {
        self.personal.push((path.to_owned(), kind, text.to_owned()));
    }

    /// Counts something for the truth.
    pub(crate) fn count(&mut self, name: &str, more: i64) {
        *self.counts.entry(name.to_owned()).or_default() += more;
    }
}

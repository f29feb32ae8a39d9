//! The store: the tables of one case as Parquet files, kept under a key made of all inputs.
//!
//! A store is written into a folder of its own and moved to its place when it is complete, so a
//! run that is interrupted leaves nothing half-done, and a second run on equal inputs finds the
//! tables ready. A store of another key is removed once the new one stands.
//!
//! ```text
//! <root>/<key>/manifest.json
//! <root>/<key>/<table>/0000.parquet ...
//! <root>/<key>/cache/...              results of queries, pictures
//! <root>/<key>/derived/...            what is learned later: log templates
//! ```

pub mod cache;
pub mod error;
pub mod manifest;
pub mod writer;

use std::path::{Path, PathBuf};

pub use cache::Cache;
pub use error::StoreError;
pub use manifest::{Manifest, Part, TableManifest};
pub use writer::Writer;

/// A complete store, open for reading. The default one is empty and lies nowhere.
#[derive(Debug, Clone, Default)]
pub struct Store {
    folder: PathBuf,
    manifest: Manifest,
}

impl Store {
    /// Length of a key, in hexadecimal digits.
    pub const KEY_LENGTH: usize = 32;

    /// Opens the store of this key, if there is a complete one.
    pub fn open(root: &Path, key: &str) -> Result<Option<Self>, StoreError> {
        let folder = root.join(key);
        Ok(Manifest::read(&folder)?.map(|manifest| Self { folder, manifest }))
    }

    /// Starts a store of this key.
    pub fn create(root: &Path, key: &str) -> Result<Writer, StoreError> {
        Writer::new(root, key)
    }

    /// What the store holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Files of a table.
    pub fn parts(&self, table: &str) -> Vec<PathBuf> {
        let parts = self.manifest.tables.get(table).map_or(&[][..], |table| &table.parts);
        parts.iter().map(|part| self.folder.join(&part.file)).collect()
    }

    /// Free dimensions of a table.
    pub fn dimensions(&self, table: &str) -> &[String] {
        self.manifest.tables.get(table).map_or(&[], |table| &table.dimensions)
    }

    /// What was computed from this store and kept.
    pub fn cache(&self) -> Cache {
        if self.folder.as_os_str().is_empty() { Cache::default() } else { Cache::new(self.folder.join("cache")) }
    }

    /// Folder for what is learned from the tables later; made when missing.
    pub fn derived(&self) -> Result<PathBuf, StoreError> {
        let folder = self.folder.join("derived");
        std::fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
        Ok(folder)
    }
}

//! What a store holds: tables, their parts and dimensions. Written last, so that a store with a
//! manifest is a complete one.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::StoreError;

/// Name of the file.
pub const FILE: &str = "manifest.json";

/// Contents of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Tables that have rows, by name.
    pub tables: BTreeMap<String, TableManifest>,
    /// Remarks of the ingestion for the reader of the report.
    pub warnings: Vec<String>,
}

/// One table of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableManifest {
    /// Free dimension columns of all parts together, sorted.
    pub dimensions: Vec<String>,
    /// Files, relative to the store, in the order of ingestion.
    pub parts: Vec<Part>,
}

/// One Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Path relative to the store.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// Size of the file, to notice a truncated one.
    pub bytes: u64,
}

impl Manifest {
    /// Reads the manifest of a store folder; `None` when there is no complete store.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let manifest: Self = serde_json::from_slice(&text).map_err(|source| StoreError::Manifest { path, source })?;
        Ok(manifest.is_whole(folder).then_some(manifest))
    }

    /// Writes the manifest into a store folder.
    pub fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(FILE);
        let text =
            serde_json::to_vec_pretty(self).map_err(|source| StoreError::Manifest { path: path.clone(), source })?;
        std::fs::write(&path, text).map_err(StoreError::io("write", &path))
    }

    /// Rows of a table.
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.get(table).map_or(0, |table| table.parts.iter().map(|part| part.rows).sum())
    }

    fn is_whole(&self, folder: &Path) -> bool {
        self.tables
            .values()
            .flat_map(|table| &table.parts)
            .all(|part| std::fs::metadata(folder.join(&part.file)).is_ok_and(|file| file.len() == part.bytes))
    }
}

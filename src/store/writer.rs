//! Writing a store: batches in, Parquet files out, in place only when complete.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use super::Store;
use super::error::StoreError;
use super::manifest::{Manifest, Part, TableManifest};

/// Rows of a row group: small enough that a window query skips most of a large file, large
/// enough that dictionaries pay.
const ROW_GROUP: usize = 256 * 1024;

/// Columns of texts that hardly repeat: a dictionary of them would be built only to be given up.
const UNREPEATED: &[&str] = &["body", "attributes", "trace_id"];

/// A store that is being written. Dropped before [`Writer::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    key: String,
    folder: tempfile::TempDir,
    open: BTreeMap<(String, Vec<String>), OpenPart>,
    counts: BTreeMap<String, usize>,
    dimensions: BTreeMap<String, BTreeSet<String>>,
}

/// One Parquet file. Its columns are encoded side by side on all cores; each column sees its
/// values in order, so that the bytes do not depend on the number of cores.
struct OpenPart {
    file: String,
    path: PathBuf,
    rows: u64,
    schema: SchemaRef,
    writer: SerializedFileWriter<File>,
    columns: ArrowRowGroupWriterFactory,
    /// Columns of the row group that is being filled, and its rows.
    group: Option<(Vec<ArrowColumnWriter>, usize)>,
}

impl std::fmt::Debug for OpenPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenPart").field("file", &self.file).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(root: &Path, key: &str) -> Result<Self, StoreError> {
        // Paths below the root are compared later: all of them must be absolute.
        let root = &std::path::absolute(root).map_err(StoreError::io("find", root))?;
        std::fs::create_dir_all(root).map_err(StoreError::io("create", root))?;
        let folder = tempfile::Builder::new()
            .prefix("incomplete-")
            .tempdir_in(root)
            .map_err(StoreError::io("create a folder in", root))?;
        Ok(Self {
            root: root.to_owned(),
            key: key.to_owned(),
            folder,
            open: BTreeMap::new(),
            counts: BTreeMap::new(),
            dimensions: BTreeMap::new(),
        })
    }

    /// Appends rows to a table. Batches of one table may differ in their dimensions, which are
    /// the columns after the `fixed` first ones.
    pub fn append(&mut self, table: &str, fixed: usize, batch: &RecordBatch) -> Result<(), StoreError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let free: Vec<String> = batch.schema().fields().iter().skip(fixed).map(|field| field.name().clone()).collect();
        self.dimensions.entry(table.to_owned()).or_default().extend(free.iter().cloned());
        let key = (table.to_owned(), free);
        if !self.open.contains_key(&key) {
            let part = self.start(table, batch.schema())?;
            self.open.insert(key.clone(), part);
        }
        let part = self.open.get_mut(&key).expect("the part was opened above");
        part.append(batch).map_err(StoreError::parquet("write", &part.path))
    }

    /// Closes all files, writes the manifest and moves the store to its place. Stores of other
    /// keys below the same root are removed.
    pub fn finish(self, warnings: Vec<String>) -> Result<Store, StoreError> {
        let mut manifest = Manifest { tables: BTreeMap::new(), warnings };
        for ((table, _), part) in self.open {
            let entry: &mut TableManifest = manifest.tables.entry(table.clone()).or_default();
            entry.parts.push(part.close()?);
            entry.dimensions = self.dimensions[&table].iter().cloned().collect();
        }
        for table in manifest.tables.values_mut() {
            table.parts.sort_by(|a, b| a.file.cmp(&b.file));
        }
        manifest.write(self.folder.path())?;
        let target = self.root.join(&self.key);
        remove_others(&self.root, self.folder.path())?;
        let folder = self.folder.keep();
        std::fs::rename(&folder, &target).map_err(StoreError::io("move the store to", &target))?;
        Ok(Store { folder: target, manifest })
    }

    fn start(&mut self, table: &str, schema: SchemaRef) -> Result<OpenPart, StoreError> {
        let number = self.counts.entry(table.to_owned()).or_default();
        let file = format!("{table}/{number:04}.parquet");
        *number += 1;
        let path = self.folder.path().join(&file);
        let folder = path.parent().expect("a part lies in the folder of its table");
        std::fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        let out = File::create(&path).map_err(StoreError::io("create", &path))?;
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties_of_store(&schema)));
        let writer = writer.and_then(ArrowWriter::into_serialized_writer);
        let (writer, columns) = writer.map_err(StoreError::parquet("start", &path))?;
        Ok(OpenPart { file, path, rows: 0, schema, writer, columns, group: None })
    }
}

impl OpenPart {
    fn append(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        let mut at = 0;
        while at < batch.num_rows() {
            let (mut columns, rows) = match self.group.take() {
                Some(group) => group,
                None => (self.columns.create_column_writers(self.writer.flushed_row_groups().len())?, 0),
            };
            let count = (batch.num_rows() - at).min(ROW_GROUP - rows);
            let piece = batch.slice(at, count);
            let fields = self.schema.fields();
            columns.par_iter_mut().zip(piece.columns().par_iter().zip(fields.par_iter())).try_for_each(
                |(column, (array, field))| compute_leaves(field, array)?.iter().try_for_each(|leaf| column.write(leaf)),
            )?;
            at += count;
            self.group = Some((columns, rows + count));
            if rows + count == ROW_GROUP {
                self.end_group()?;
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        let Some((columns, _)) = self.group.take() else { return Ok(()) };
        let chunks: Vec<_> = columns.into_par_iter().map(ArrowColumnWriter::close).collect::<Result<_, _>>()?;
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    fn close(mut self) -> Result<Part, StoreError> {
        let closed = self.end_group().and_then(|()| self.writer.close());
        closed.map_err(StoreError::parquet("finish", &self.path))?;
        let bytes = std::fs::metadata(&self.path).map_err(StoreError::io("read", &self.path))?.len();
        Ok(Part { file: self.file, rows: self.rows, bytes })
    }
}

/// How all Parquet files are written. The name of the writer is fixed so that equal rows give
/// equal bytes whatever the version of the library says.
///
/// Texts get a dictionary, since most columns repeat few values. Measured values repeat little, so
/// that one would be built only to be given up; times and counts are written as differences.
pub fn properties(schema: &Schema) -> WriterProperties {
    common(schema).build()
}

/// How the files of a store are written: as all, but the lowest and the highest value of a row group are noted for
/// times and numbers only. Queries cut by time; words are spread over all row groups, so that theirs would skip none.
fn properties_of_store(schema: &Schema) -> WriterProperties {
    let texts = schema.fields().iter().filter(|field| *field.data_type() == DataType::Utf8);
    let without = |properties: WriterPropertiesBuilder, name: &String| {
        properties.set_column_statistics_enabled(name.as_str().into(), EnabledStatistics::None)
    };
    texts.map(|field| field.name()).fold(common(schema), without).build()
}

fn common(schema: &Schema) -> WriterPropertiesBuilder {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("constat".into());
    for field in schema.fields() {
        if UNREPEATED.contains(&field.name().as_str()) {
            properties = properties.set_column_dictionary_enabled(field.name().as_str().into(), false);
        }
        let column = ColumnPath::from(field.name().as_str());
        properties = match field.data_type() {
            DataType::Timestamp(..) | DataType::Int64 => properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED),
            DataType::Float64 => properties.set_column_dictionary_enabled(column, false),
            _ => properties,
        };
    }
    properties
}

/// Removes what lies beside a new store: stores of other inputs and what an interrupted run left.
fn remove_others(root: &Path, keep: &Path) -> Result<(), StoreError> {
    let entries = std::fs::read_dir(root).map_err(StoreError::io("list", root))?;
    for entry in entries {
        let path = entry.map_err(StoreError::io("list", root))?.path();
        if path.is_dir() && path != keep && is_ours(&path) {
            std::fs::remove_dir_all(&path).map_err(StoreError::io("remove", &path))?;
        }
    }
    Ok(())
}

/// Whether a folder was made by this module: only those may be removed.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with("incomplete-") || (name.len() == Store::KEY_LENGTH && name.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn batch(dimension: &str) -> RecordBatch {
        let count: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let free: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        RecordBatch::try_from_iter([("total", count), (dimension, free)]).expect("a batch")
    }

    #[test]
    fn parts_with_other_dimensions_make_one_table() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Store::create(root.path(), KEY).expect("a writer");
        writer.append("t", 1, &batch("cdn")).expect("written");
        writer.append("t", 1, &batch("region")).expect("written");
        let store = writer.finish(Vec::new()).expect("a store");
        assert_eq!(store.dimensions("t"), ["cdn", "region"]);
        assert_eq!(store.manifest().rows("t"), 4);
    }

    #[test]
    fn a_relative_root_works_and_an_older_store_goes() {
        let root = tempfile::tempdir_in(".").expect("a folder below the working folder");
        let relative = Path::new(root.path().file_name().expect("a name"));
        let older = "ffffffffffffffffffffffffffffffff";
        for key in [older, KEY] {
            let mut writer = Store::create(relative, key).expect("a writer");
            writer.append("t", 1, &batch("cdn")).expect("written");
            writer.finish(Vec::new()).expect("a store");
        }
        assert!(Store::open(relative, KEY).expect("readable").is_some());
        assert!(Store::open(relative, older).expect("readable").is_none());
    }

    #[test]
    fn an_unfinished_store_is_not_found() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Store::create(root.path(), KEY).expect("a writer");
        writer.append("t", 1, &batch("cdn")).expect("written");
        drop(writer);
        assert!(Store::open(root.path(), KEY).expect("readable").is_none());
    }

    #[test]
    fn a_truncated_store_is_not_used() {
        let root = tempfile::tempdir().expect("a folder");
        let mut writer = Store::create(root.path(), KEY).expect("a writer");
        writer.append("t", 1, &batch("cdn")).expect("written");
        let store = writer.finish(Vec::new()).expect("a store");
        std::fs::write(&store.parts("t")[0], b"PAR1").expect("written");
        assert!(Store::open(root.path(), KEY).expect("readable").is_none());
    }
}

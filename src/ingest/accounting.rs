//! Counts what became of every record: read = kept + rejected + repeated, per file and table.
//! Repeated rows are taken out here, across all files, the first one being kept.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use arrow::array::{BooleanArray, RecordBatch, TimestampMicrosecondArray};
use arrow::compute::filter_record_batch;

use crate::ingest::reject::Reject;
use crate::ingest::rows::TableBatch;
use crate::schema::Identity;

/// Rejects of one file that are kept with their text; the others are counted only.
pub const MAX_REJECTS: usize = 10_000;

/// One input file and one table it feeds; a row of table `inputs`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputRow {
    /// File, relative to the case.
    pub path: String,
    /// Hash of its bytes, in hexadecimal; `None` when it cannot be read.
    pub blake3: Option<String>,
    /// Source that read it; `None` when not recognised or empty.
    pub source: Option<&'static str>,
    /// Table that it feeds.
    pub table: Option<&'static str>,
    /// Rows found.
    pub rows_read: u64,
    /// Rows stored.
    pub rows_kept: u64,
    /// Rows that could not be used.
    pub rows_rejected: u64,
    /// Rows that were already there.
    pub rows_duplicate: u64,
    /// Why it was not read, and the nearest candidates.
    pub why: Option<String>,
}

/// Something the reader of a report should know about an input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// Characters could not be decoded and became U+FFFD.
    Replaced {
        /// The file.
        file: String,
        /// How many.
        count: u64,
    },
    /// Times carry no offset and were read in this zone.
    ZoneAssumed {
        /// The file.
        file: String,
        /// Name of the zone.
        zone: String,
    },
    /// More records than [`MAX_REJECTS`] could not be used; the others are counted only.
    RejectsCut {
        /// The file.
        file: String,
        /// Rejects in all.
        count: u64,
    },
    /// A `[[source]]` entry matches no file.
    OverrideUnused {
        /// The pattern of the entry.
        pattern: String,
    },
}

/// Times of the rows kept of one file in one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: String,
    /// The table.
    pub table: &'static str,
    /// Earliest `time`, microseconds.
    pub first: i64,
    /// Latest `time`, microseconds.
    pub last: i64,
}

/// What came of all inputs.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// One row a file and table, sorted by path.
    pub inputs: Vec<InputRow>,
    /// Records that could not be used, in order of file and position.
    pub rejects: Vec<Reject>,
    /// What else should be known, sorted.
    pub warnings: Vec<Warning>,
    /// Times that each file covers.
    pub spans: Vec<Span>,
}

/// Gathers the summary while batches go past.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    seen: BTreeMap<&'static str, HashSet<u128, BuildHasherDefault<KeyHasher>>>,
    counts: BTreeMap<(usize, &'static str), Counts>,
    rejects_of: BTreeMap<usize, u64>,
    rejects: Vec<Reject>,
}

/// What became of the rows of one file in one table.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    pub kept: u64,
    pub rejected: u64,
    pub duplicate: u64,
    pub span: Option<(i64, i64)>,
}

impl Accounts {
    /// Counts a batch of a file and takes repeated rows out of it.
    pub(super) fn take(&mut self, file: usize, source: &str, rows: TableBatch) -> TableBatch {
        let before = rows.batch.num_rows();
        let rows = self.without_repeated(source, rows);
        let counts = self.counts.entry((file, rows.table.name)).or_default();
        counts.kept += rows.batch.num_rows() as u64;
        counts.duplicate += (before - rows.batch.num_rows()) as u64;
        counts.rejected += rows.rejected;
        if let Some((first, last)) = span(&rows.batch) {
            let known = counts.span.unwrap_or((first, last));
            counts.span = Some((known.0.min(first), known.1.max(last)));
        }
        rows
    }

    /// Keeps rejects that were counted with their batch.
    pub(super) fn reject(&mut self, file: usize, rejects: Vec<Reject>) {
        let count = self.rejects_of.entry(file).or_default();
        for reject in rejects {
            *count += 1;
            if *count <= MAX_REJECTS as u64 {
                self.rejects.push(reject);
            }
        }
    }

    /// Counts one record of a table as rejected.
    pub(super) fn count_reject(&mut self, file: usize, table: &'static str) {
        self.counts.entry((file, table)).or_default().rejected += 1;
    }

    /// The tables that a file fed, sorted by name.
    pub(super) fn of_file(&self, file: usize) -> impl Iterator<Item = (&'static str, Counts)> {
        self.counts.range((file, "")..(file + 1, "")).map(|((_, table), counts)| (*table, *counts))
    }

    /// Rejects of a file, when some were left out.
    pub(super) fn cut_rejects(&self, file: usize) -> Option<u64> {
        self.rejects_of.get(&file).copied().filter(|count| *count > MAX_REJECTS as u64)
    }

    /// All rejects that were kept.
    pub(super) fn into_rejects(self) -> Vec<Reject> {
        self.rejects
    }

    fn without_repeated(&mut self, source: &str, rows: TableBatch) -> TableBatch {
        if rows.keys.is_empty() {
            return rows;
        }
        let seen = self.seen.entry(rows.table.name).or_default();
        // Two tools may both have a ticket 1001: an identifier counts within its source only.
        let salt = match rows.table.identity {
            Identity::Column(_) => salt(source),
            _ => 0,
        };
        let is_new: Vec<bool> = rows.keys.iter().map(|key| seen.insert(key ^ salt)).collect();
        if is_new.iter().all(|new| *new) {
            return rows;
        }
        let batch =
            filter_record_batch(&rows.batch, &BooleanArray::from(is_new)).expect("there is one key for each row");
        TableBatch { batch, keys: Vec::new(), ..rows }
    }
}

fn salt(source: &str) -> u128 {
    let hash = blake3::hash(source.as_bytes());
    let (low, _) = hash.as_bytes().split_first_chunk::<16>().expect("a hash has 32 bytes");
    u128::from_le_bytes(*low)
}

/// Earliest and latest value of the column `time`, if there is one with values.
pub(super) fn span(batch: &RecordBatch) -> Option<(i64, i64)> {
    let times = batch.column_by_name("time")?.as_any().downcast_ref::<TimestampMicrosecondArray>()?;
    let first = arrow::compute::min(times)?;
    let last = arrow::compute::max(times)?;
    Some((first, last))
}

/// Keys are hashes already: their low bits are taken as they are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a hash is a hash")]
    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;

    use super::*;
    use crate::schema;

    fn rows(table: &'static schema::Table, keys: &[u128]) -> TableBatch {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let batch = RecordBatch::try_from_iter([("name", Arc::new(StringArray::from(names)) as _)]).unwrap();
        TableBatch { table, batch, keys: keys.to_vec(), rejected: 1 }
    }

    #[test]
    fn keeps_the_first_of_repeated_rows_across_files() {
        let mut accounts = Accounts::default();
        accounts.take(0, "a", rows(&schema::changes::TABLE, &[1, 2, 1]));
        let second = accounts.take(1, "b", rows(&schema::changes::TABLE, &[3, 2]));
        assert_eq!(second.batch.num_rows(), 1);
        let counts: Vec<_> = accounts.of_file(0).collect();
        assert_eq!((counts[0].1.kept, counts[0].1.duplicate, counts[0].1.rejected), (2, 1, 1));
        assert_eq!(accounts.of_file(2).count(), 0);
    }

    #[test]
    fn counts_rejects_beyond_the_limit() {
        let reject =
            Reject { file: "a".into(), line: 1, source: "s".into(), reason: "r".into(), excerpt: String::new() };
        let mut accounts = Accounts::default();
        accounts.reject(0, vec![reject; MAX_REJECTS + 5]);
        assert_eq!(accounts.cut_rejects(0), Some(MAX_REJECTS as u64 + 5));
        assert_eq!(accounts.into_rejects().len(), MAX_REJECTS);
    }
}

//! Counts what became of every record: read = kept + rejected + repeated, per file and table.
//! Repeated rows are taken out here, across all files: the newest one is kept where their source
//! says which it is, else the first.

use std::collections::{BTreeMap, HashMap};

use arrow::array::{Array as _, BooleanArray, RecordBatch, TimestampMicrosecondArray};
use arrow::compute::filter_record_batch;

use crate::ingest::error::IngestError;
use crate::ingest::reject::Reject;
use crate::ingest::repeated::Seen;
use crate::ingest::rows::TableBatch;
use crate::ingest::warning::Warning;
use crate::schema::Identity;

/// Microseconds of 2000-01-01: no export of the trade is older.
const YEAR_2000: i64 = 946_684_800_000_000;

/// Microseconds between rows from which those behind are taken for those of a wrong clock.
const YEAR: i64 = 366 * 86_400_000_000;

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
    seen: BTreeMap<&'static str, Seen>,
    /// Highest version of what comes in several, by table.
    newest: BTreeMap<&'static str, HashMap<u128, i64>>,
    counts: BTreeMap<(usize, &'static str), Counts>,
    rejects_of: BTreeMap<usize, u64>,
    rejects: Vec<Reject>,
    odd: BTreeMap<usize, Odd>,
}

/// What is odd about the rows of one file.
#[derive(Debug, Default)]
struct Odd {
    damaged_ids: u64,
    ancient: u64,
    /// Times that lie together: earliest, latest, how many.
    clusters: Vec<(i64, i64, u64)>,
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
    /// Remembers how new the newest row of each identity is, before any row is taken.
    pub(super) fn learn_newest(&mut self, source: &str, rows: &TableBatch) {
        if rows.versions.is_empty() {
            return;
        }
        let salt = salt(source, rows.table.identity);
        let newest = self.newest.entry(rows.table.name).or_default();
        for (key, version) in rows.keys.iter().zip(&rows.versions) {
            newest.entry(key ^ salt).and_modify(|known| *known = (*known).max(*version)).or_insert(*version);
        }
    }

    /// Counts a batch of a file and takes repeated rows out of it.
    ///
    /// # Errors
    /// The keys of rows read before cannot be written aside, or read back.
    pub(super) fn take(&mut self, file: usize, source: &str, rows: TableBatch) -> Result<TableBatch, IngestError> {
        let before = rows.batch.num_rows();
        let times = span(&rows.batch);
        let rows = self.without_repeated(source, rows)?;
        let counts = self.counts.entry((file, rows.table.name)).or_default();
        counts.kept += rows.batch.num_rows() as u64;
        counts.duplicate += (before - rows.batch.num_rows()) as u64;
        counts.rejected += rows.rejected;
        if rows.batch.num_rows() > 0
            && let Some((first, last)) = times
        {
            let known = counts.span.unwrap_or((first, last));
            counts.span = Some((known.0.min(first), known.1.max(last)));
        }
        self.odd.entry(file).or_default().take(&rows);
        Ok(rows)
    }

    /// What is odd about a file.
    pub(super) fn odd(&self, file: usize, path: &str) -> Vec<Warning> {
        let Some(odd) = self.odd.get(&file) else { return Vec::new() };
        let file = path.to_owned();
        let mut warnings = Vec::new();
        if odd.damaged_ids > 0 {
            warnings.push(Warning::DamagedIds { file: file.clone(), count: odd.damaged_ids });
        }
        if odd.ancient > 0 {
            warnings.push(Warning::Ancient { file: file.clone(), count: odd.ancient });
        }
        let count = odd.far_ahead();
        if count > 0 {
            warnings.push(Warning::FarAhead { file, count });
        }
        warnings
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

    fn without_repeated(&mut self, source: &str, mut rows: TableBatch) -> Result<TableBatch, IngestError> {
        if rows.keys.is_empty() {
            return Ok(rows);
        }
        let salt = salt(source, rows.table.identity);
        rows.keys.iter_mut().for_each(|key| *key ^= salt);
        // An identifier may come again with another time, a whole row may not.
        let is_whole = rows.table.identity == Identity::WholeRow && !rows.has_ids;
        let times = times(&rows.batch).filter(|times| is_whole && times.null_count() == 0);
        let seen = self.seen.entry(rows.table.name).or_default();
        let mut ask = |keys: Vec<u128>, times: Option<&[i64]>| {
            seen.take(keys, times).map_err(|source| IngestError::Repeated { source })
        };
        let is_new = match self.newest.get(rows.table.name) {
            None => ask(std::mem::take(&mut rows.keys), times.map(|times| &times.values()[..]))?,
            Some(newest) => {
                let version = |at: usize| rows.versions.get(at).copied().unwrap_or(i64::MIN);
                let is_newest = |(at, key)| newest.get(key).is_none_or(|newest| *newest <= version(at));
                let mut is_new: Vec<bool> = rows.keys.iter().enumerate().map(is_newest).collect();
                let asked: Vec<u128> =
                    rows.keys.iter().zip(&is_new).filter(|(_, new)| **new).map(|(key, _)| *key).collect();
                let answers = ask(asked, None)?;
                is_new.iter_mut().filter(|new| **new).zip(answers).for_each(|(new, answer)| *new = answer);
                is_new
            }
        };
        if is_new.iter().all(|new| *new) {
            return Ok(rows);
        }
        let batch =
            filter_record_batch(&rows.batch, &BooleanArray::from(is_new)).expect("there is one key for each row");
        Ok(TableBatch { batch, keys: Vec::new(), versions: Vec::new(), ..rows })
    }
}

impl Odd {
    fn take(&mut self, rows: &TableBatch) {
        self.damaged_ids += rows.damaged_ids;
        let Some((first, last)) = span(&rows.batch) else { return };
        let times =
            rows.batch.column_by_name("time").and_then(|c| c.as_any().downcast_ref::<TimestampMicrosecondArray>());
        let Some(times) = times else { return };
        if first < YEAR_2000 {
            self.ancient += times.iter().flatten().filter(|time| *time < YEAR_2000).count() as u64;
        }
        if last.saturating_sub(first) <= YEAR {
            self.clusters.push((first, last, (times.len() - times.null_count()) as u64));
            return;
        }
        let mut sorted: Vec<i64> = times.iter().flatten().collect();
        sorted.sort_unstable();
        self.clusters.extend(
            sorted
                .chunk_by(|a, b| b.saturating_sub(*a) <= YEAR)
                .map(|part| (part[0], part[part.len() - 1], part.len() as u64)),
        );
    }

    /// Rows behind the last long gap, when they are few.
    fn far_ahead(&self) -> u64 {
        let mut clusters = self.clusters.clone();
        clusters.sort_unstable();
        let total: u64 = clusters.iter().map(|(.., count)| count).sum();
        let (mut latest, mut before, mut ahead) = (i64::MAX, 0, 0);
        for (first, last, count) in clusters {
            if latest != i64::MAX && first.saturating_sub(latest) > YEAR {
                ahead = total - before;
            }
            latest = if latest == i64::MAX { last } else { latest.max(last) };
            before += count;
            // Only what lies behind the bulk of the rows is far ahead.
            if ahead * 20 > total {
                ahead = 0;
            }
        }
        ahead
    }
}

/// Two tools may both have a ticket 1001: an identifier counts within its source only.
fn salt(source: &str, identity: Identity) -> u128 {
    if !matches!(identity, Identity::Column(_)) {
        return 0;
    }
    let hash = blake3::hash(source.as_bytes());
    let (low, _) = hash.as_bytes().split_first_chunk::<16>().expect("a hash has 32 bytes");
    u128::from_le_bytes(*low)
}

/// The column `time`, if there is one.
fn times(batch: &RecordBatch) -> Option<&TimestampMicrosecondArray> {
    batch.column_by_name("time")?.as_any().downcast_ref()
}

/// Earliest and latest value of the column `time`, if there is one with values.
pub(super) fn span(batch: &RecordBatch) -> Option<(i64, i64)> {
    let times = times(batch)?;
    let first = arrow::compute::min(times)?;
    let last = arrow::compute::max(times)?;
    Some((first, last))
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
        TableBatch {
            table,
            batch,
            keys: keys.to_vec(),
            versions: Vec::new(),
            rejected: 1,
            damaged_ids: 0,
            has_ids: false,
        }
    }

    #[test]
    fn keeps_the_newest_of_repeated_rows_where_it_is_known() {
        let mut accounts = Accounts::default();
        let versioned = |keys: &[u128], versions: &[i64]| TableBatch {
            versions: versions.to_vec(),
            ..rows(&schema::actions::TABLE, keys)
        };
        for batch in [versioned(&[1, 2], &[10, 20]), versioned(&[1, 1, 3], &[30, 30, 5])] {
            accounts.learn_newest("a", &batch);
        }
        assert_eq!(accounts.take(0, "a", versioned(&[1, 2], &[10, 20])).unwrap().batch.num_rows(), 1);
        assert_eq!(accounts.take(1, "a", versioned(&[1, 1, 3], &[30, 30, 5])).unwrap().batch.num_rows(), 2);
        assert_eq!(accounts.take(2, "b", versioned(&[1], &[0])).unwrap().batch.num_rows(), 1);
    }

    #[test]
    fn keeps_the_first_of_repeated_rows_across_files() {
        let mut accounts = Accounts::default();
        accounts.take(0, "a", rows(&schema::changes::TABLE, &[1, 2, 1])).unwrap();
        let second = accounts.take(1, "b", rows(&schema::changes::TABLE, &[3, 2])).unwrap();
        assert_eq!(second.batch.num_rows(), 1);
        let counts: Vec<_> = accounts.of_file(0).collect();
        assert_eq!((counts[0].1.kept, counts[0].1.duplicate, counts[0].1.rejected), (2, 1, 1));
        assert_eq!(accounts.of_file(2).count(), 0);
    }

    #[test]
    fn tells_rows_of_a_wrong_clock() {
        let day = 86_400_000_000;
        let at = |days: &[i64]| {
            let times: Vec<i64> = days.iter().map(|days| YEAR_2000 + days * day).collect();
            let times = TimestampMicrosecondArray::from(times).with_timezone("UTC");
            let batch = RecordBatch::try_from_iter([("time", Arc::new(times) as _)]).unwrap();
            TableBatch { damaged_ids: 2, rejected: 0, batch, ..rows(&schema::changes::TABLE, &[]) }
        };
        let mut accounts = Accounts::default();
        accounts.take(0, "a", at(&(9000..9030).collect::<Vec<_>>())).unwrap();
        accounts.take(0, "a", at(&[9031, 20_000, -3])).unwrap();
        accounts.take(1, "a", at(&[9000, 9001, 9800, 9801])).unwrap();
        let file = || "a".to_owned();
        assert_eq!(
            accounts.odd(0, "a"),
            [
                Warning::DamagedIds { file: file(), count: 4 },
                Warning::Ancient { file: file(), count: 1 },
                Warning::FarAhead { file: file(), count: 1 },
            ]
        );
        assert_eq!(accounts.odd(1, "a"), [Warning::DamagedIds { file: file(), count: 2 }]);
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

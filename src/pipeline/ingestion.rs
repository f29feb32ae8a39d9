//! From the exports of a case to its store: a store of equal inputs is used again, else it is
//! made anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::{PipelineError, Step};
use crate::case::Case;
use crate::ingest::{self, InputRow, Settings, SourceOverride, Stage, Summary, Warning};
use crate::schema::{Table, inputs, rejects};
use crate::store::Store;

/// Hash of the sources that decide what a store holds: a store made by another build of them is
/// made anew.
const INGEST_BUILD: &str = env!("CONSTAT_INGEST_BUILD");

/// Where stores go.
#[derive(Debug, Clone, Default)]
pub struct StorePlace {
    /// Folder given by the user; each case gets one of its own below it.
    pub folder: Option<PathBuf>,
    /// Folder to fall back on when the case cannot be written.
    pub cache: Option<PathBuf>,
}

/// A store and how it came about.
#[derive(Debug)]
pub struct Ingested {
    /// The store.
    pub store: Store,
    /// Whether it was there already.
    pub is_reused: bool,
}

/// Opens the store of a case, reading the exports if there is none for them yet.
pub fn ingest(case: &Case, place: &StorePlace, progress: &(dyn Fn(Step) + Sync)) -> Result<Ingested, PipelineError> {
    let settings = settings(case)?;
    let found = ingest::inputs(&case.root)?;
    let key = key(case, &found.fingerprint, settings.key.as_ref());
    for root in place.candidates(case)? {
        // What is learned later is written beside the tables.
        if let Some(store) = Store::open(&root, &key)?
            && try_write(&root).is_ok()
        {
            return Ok(Ingested { store, is_reused: true });
        }
    }
    let root = place.writable(case)?;
    let mut writer = Store::create(&root, &key)?;
    let report = |state: ingest::Progress| {
        if state.stage == Stage::Read {
            progress(Step::Ingest { done: state.done, total: state.total });
        }
    };
    let summary = ingest::run(&found, &settings, &report, |_, rows| {
        writer.append(rows.table.name, rows.table.columns.len(), &rows.batch).map_err(PipelineError::from)
    })?;
    writer.append("inputs", inputs::TABLE.columns.len(), &input_rows(&summary))?;
    writer.append("rejects", rejects::TABLE.columns.len(), &reject_rows(&summary))?;
    let warnings = summary.warnings.iter().map(sentence).collect();
    Ok(Ingested { store: writer.finish(warnings)?, is_reused: false })
}

/// What the configuration says about reading.
pub fn settings(case: &Case) -> Result<Settings, PipelineError> {
    let config = &case.config;
    let overrides = config
        .source
        .iter()
        .map(|rule| SourceOverride {
            path: rule.path.clone(),
            kind: rule.kind.clone(),
            table: rule.table.clone(),
            time_zone: rule.time_zone.as_deref().and_then(|name| jiff::tz::TimeZone::get(name).ok()),
            decimal: rule.decimal,
            delimiter: rule.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()),
            sheet: rule.sheet.clone(),
            day_first: rule.day_first,
            clock_ahead: rule.clock_ahead_micros(),
            columns: rule.columns.clone().into_iter().collect(),
        })
        .collect();
    let key = match &config.privacy.key_file {
        Some(file) => Some(pseudonym_key(&case.root.join(file))?),
        None => None,
    };
    Ok(Settings { zone: case.zone.clone(), overrides, key, keep: config.privacy.keep.clone() })
}

fn pseudonym_key(path: &Path) -> Result<[u8; 32], PipelineError> {
    let bytes = std::fs::read(path).map_err(|source| PipelineError::Key { path: path.to_owned(), source })?;
    Ok(blake3::derive_key("constat pseudonym key file", &bytes))
}

/// Name of the store: everything that decides what it holds.
fn key(case: &Case, fingerprint: &blake3::Hash, pseudonyms: Option<&[u8; 32]>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(INGEST_BUILD.as_bytes());
    hasher.update(fingerprint.as_bytes());
    hasher.update(case.zone_name().as_bytes());
    hasher.update(format!("{:?}|{:?}", case.config.source, case.config.privacy.keep).as_bytes());
    hasher.update(pseudonyms.map_or(&[][..], |key| &key[..]));
    hasher.finalize().to_hex()[..Store::KEY_LENGTH].to_owned()
}

impl StorePlace {
    /// Folders in which the store of a case may lie, the preferred one first.
    fn candidates(&self, case: &Case) -> Result<Vec<PathBuf>, PipelineError> {
        let configured = case.config.store.url.as_deref().map(|url| configured(case, url)).transpose()?;
        if let Some(folder) = self.folder.clone().or(configured) {
            return Ok(vec![folder.join(own_name(case))]);
        }
        let cache = self.cache.as_ref().map(|cache| cache.join(own_name(case)));
        Ok(std::iter::once(case.root.join(".constat")).chain(cache).collect())
    }

    /// The first of them that can be written.
    fn writable(&self, case: &Case) -> Result<PathBuf, PipelineError> {
        let candidates = self.candidates(case)?;
        let mut failure = None;
        for folder in candidates {
            match std::fs::create_dir_all(&folder).and_then(|()| try_write(&folder)) {
                Ok(()) => return Ok(folder),
                Err(error) => failure = failure.or(Some((folder, error))),
            }
        }
        let (path, source) = failure.expect("there is at least one candidate");
        Err(PipelineError::Write { action: "create the store", path, source })
    }
}

/// Whether files can be made in a folder; asking the system for rights would miss full and read-only disks.
fn try_write(folder: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

/// The folder that `store.url` names; a relative one is taken from the case.
fn configured(case: &Case, url: &str) -> Result<PathBuf, PipelineError> {
    let path = url.strip_prefix("file://").unwrap_or(url);
    if path.is_empty() || path.contains("://") {
        return Err(PipelineError::StoreAddress { found: url.to_owned() });
    }
    Ok(case.root.join(path))
}

/// Name of the folder of one case among others: readable, and different for equal names.
fn own_name(case: &Case) -> String {
    let path = std::fs::canonicalize(&case.root).unwrap_or_else(|_| case.root.clone());
    let hash = blake3::hash(path.to_string_lossy().as_bytes()).to_hex();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{name}-{}", &hash[..12])
}

fn input_rows(summary: &Summary) -> RecordBatch {
    let text = |of: fn(&InputRow) -> Option<&str>| -> ArrayRef {
        Arc::new(summary.inputs.iter().map(of).collect::<StringArray>())
    };
    let count = |of: fn(&InputRow) -> u64| -> ArrayRef {
        Arc::new(summary.inputs.iter().map(|row| i64::try_from(of(row)).ok()).collect::<Int64Array>())
    };
    let columns = vec![
        text(|row| Some(&row.path)),
        text(|row| row.blake3.as_deref()),
        text(|row| row.source),
        text(|row| row.table),
        count(|row| row.rows_read),
        count(|row| row.rows_kept),
        count(|row| row.rows_rejected),
        count(|row| row.rows_duplicate),
        text(|row| row.why.as_deref()),
    ];
    batch(&inputs::TABLE, columns)
}

fn reject_rows(summary: &Summary) -> RecordBatch {
    let rejected = &summary.rejects;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rejected.iter().map(|reject| Some(&reject.file)).collect::<StringArray>()),
        Arc::new(rejected.iter().map(|reject| i64::try_from(reject.line).ok()).collect::<Int64Array>()),
        Arc::new(rejected.iter().map(|reject| Some(&reject.source)).collect::<StringArray>()),
        Arc::new(rejected.iter().map(|reject| Some(&reject.reason)).collect::<StringArray>()),
        Arc::new(rejected.iter().map(|reject| Some(&reject.excerpt)).collect::<StringArray>()),
    ];
    batch(&rejects::TABLE, columns)
}

fn batch(table: &Table, columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(table.arrow_schema([]), columns).expect("columns of the table, in its order")
}

/// Words by which the remark on an assumed zone is known.
pub(super) const ZONE_ASSUMED: &str = ": times without offset were read as ";

/// Words by which the remark on a clock that the user set right is known.
pub(super) const CLOCK_MOVED: &str = ", as `clock_ahead` in a [[source]] entry says";

/// A remark of the ingestion for a reader.
fn sentence(warning: &Warning) -> String {
    match warning {
        Warning::Replaced { file, count } => format!("{file}: {count} characters could not be decoded"),
        Warning::EncodingAssumed { file, encoding } => {
            format!("{file}: not UTF-8 and without a byte order mark, read as {encoding}")
        }
        Warning::DayMonthAssumed { file, is_day_first, count, reason } => {
            let order = if *is_day_first { "day first" } else { "month first" };
            format!(
                "{file}: {count} dates such as 03/04/2026 can be read two ways and were read {order}, {reason}; \
                 `day_first` in a [[source]] entry decides"
            )
        }
        Warning::DecimalAssumed { file, decimal, count, reason } => format!(
            "{file}: {count} numbers such as 1,234 can be read two ways and were read with the decimal sign \
             `{decimal}`, {reason}; `decimal` in a [[source]] entry decides"
        ),
        Warning::ClockRepeated { file, zone, count, placed } => format!(
            "{file}: {count} local times lie in the hour that the clock change of {zone} repeats; the order of the \
             rows puts {placed} of them into the second pass, the others were read as of the first"
        ),
        Warning::ClockSkipped { file, zone, count } => format!(
            "{file}: {count} local times lie in the hour that the clock change of {zone} skips and were moved behind it"
        ),
        Warning::ClockMoved { file, ahead } => {
            let direction = if *ahead > 0 { "back" } else { "ahead" };
            let by = jiff::SignedDuration::from_micros(*ahead).abs();
            format!("{file}: times were moved {direction} by {by:#}{CLOCK_MOVED}")
        }
        Warning::Ancient { file, count } => {
            format!("{file}: {count} rows lie before the year 2000; the clock or the unit of the times may be wrong")
        }
        Warning::FarAhead { file, count } => {
            format!("{file}: {count} rows lie more than a year after all others; a clock may be wrong")
        }
        Warning::DamagedIds { file, count } => format!(
            "{file}: {count} identifiers such as 1.1499E+26 were rounded by a spreadsheet and tell no rows apart; \
             export the file again without opening it there"
        ),
        Warning::ZoneAssumed { file, zone } => format!("{file}{ZONE_ASSUMED}{zone}"),
        Warning::RejectsCut { file, count } => {
            format!("{file}: {count} records could not be used, the first are listed")
        }
        Warning::SheetsLeft { file, sheet, left } => {
            let left = left.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("{file}: sheet `{sheet}` was read and not {left}; `[[source]] sheet` names another")
        }
        Warning::DigitsLost { file, count } => {
            format!("{file}: {count} cells hold numbers of more than 15 digits, whose last digits are lost")
        }
        Warning::CellsUnreadable { file, count } => format!("{file}: {count} cells could not be read"),
        Warning::MorePages { file, mark } => format!(
            "{file}: `{mark}` says that more pages follow, and no file holds the last one; fetch the pages behind it, or \
             the figures count only what is here"
        ),
        Warning::OverrideUnused { pattern } => format!("[[source]] path = \"{pattern}\" matches no file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(configuration: &str) -> (tempfile::TempDir, Case) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("incident.toml"), configuration).expect("written");
        let case = Case::open(folder.path()).expect("a case");
        (folder, case)
    }

    #[test]
    fn the_configured_store_is_the_default_of_the_command_line() {
        let (folder, case) = case("[store]\nurl = 'file:///somewhere/else'\n");
        let place = StorePlace::default().candidates(&case).expect("a place");
        assert!(place.len() == 1 && place[0].starts_with("/somewhere/else"));
        let given = StorePlace { folder: Some("/given".into()), cache: None };
        assert!(given.candidates(&case).expect("a place")[0].starts_with("/given"));
        drop(folder);
    }

    #[test]
    fn a_store_in_a_bucket_is_refused_with_a_remedy() {
        let (_folder, case) = case("[store]\nurl = 's3://bucket/constat'\n");
        let error = StorePlace::default().candidates(&case).expect_err("an error");
        assert!(matches!(error, PipelineError::StoreAddress { found } if found == "s3://bucket/constat"));
    }

    #[test]
    fn the_cache_folder_follows_the_case_folder() {
        let (folder, case) = case("");
        let cache = tempfile::tempdir().expect("a folder");
        let place = StorePlace { folder: None, cache: Some(cache.path().to_owned()) };
        // A file in its place: no rights are needed to make the folder impossible, so this holds for root too.
        std::fs::write(folder.path().join(".constat"), "").expect("written");
        assert!(place.writable(&case).expect("a place").starts_with(cache.path()));
    }
}

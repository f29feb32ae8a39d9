//! The whole of ingestion: list and hash the files, recognise them, learn the names to hide, then
//! read all records on all cores and hand the rows on in the order of the files.
//!
//! Memory is bounded: two waves of units are held at a time, whatever the size of the files; only
//! the keys that tell repeated rows grow with the number of rows, 16 bytes each.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::ingest::accounting::{Accounts, InputRow, Span, Summary, Warning};
use crate::ingest::error::IngestError;
use crate::ingest::files::{self, InputFile};
use crate::ingest::formats::units::{Unit, walk};
use crate::ingest::recognise::{self, Overrides, Plan, SourceOverride};
use crate::ingest::redact::Redactor;
use crate::ingest::reject::Reject;
use crate::ingest::rows::{Piece, Rows, TableBatch};

mod waves;

use waves::{Content, Item, Waves};

/// What the case says about its inputs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Zone of times without offset.
    pub zone: TimeZone,
    /// What the user fixed.
    pub overrides: Vec<SourceOverride>,
    /// Pseudonym key; `None` derives it from the contents of the inputs.
    pub key: Option<[u8; 32]>,
    /// Values that are not replaced by pseudonyms.
    pub keep: Vec<String>,
}

/// How far ingestion has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Files that are done.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}

/// A step of ingestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Hashes were computed, files were recognised.
    Recognise,
    /// Names of people are gathered.
    Names,
    /// Records are read.
    Read,
}

/// What stands for the inputs before any row is read.
#[derive(Debug)]
pub struct Inputs {
    /// The files, sorted by path.
    pub files: Vec<InputFile>,
    /// Hash over all paths and contents.
    pub fingerprint: blake3::Hash,
}

/// Lists and hashes the inputs of a case.
///
/// # Errors
/// The folder cannot be listed.
pub fn inputs(root: &Path) -> Result<Inputs, IngestError> {
    let files = files::list(root)?;
    let fingerprint = files::fingerprint(&files);
    Ok(Inputs { files, fingerprint })
}

/// Reads all inputs and hands the rows to `sink`, file by file in the order of their paths.
///
/// # Errors
/// An override is wrong, or `sink` failed. Inputs that cannot be read are no errors.
pub fn run<E: From<IngestError>>(
    inputs: &Inputs,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
    mut sink: impl FnMut(&str, TableBatch) -> Result<(), E>,
) -> Result<Summary, E> {
    let overrides = Overrides::new(&settings.overrides)?;
    let plans = plans(&inputs.files, &overrides, &settings.zone);
    let total = plans.len();
    progress(Progress { stage: Stage::Recognise, done: total, total });
    let key = settings.key.unwrap_or_else(|| files::default_key(&inputs.files));
    let anonymous = Arc::new(Redactor::new(key, &[], &settings.keep));
    let mut run = Run { files: &inputs.files, plans: &plans, accounts: Accounts::default(), warnings: Vec::new() };
    let people = run.people(&anonymous, progress);
    let redactor = if people.is_empty() { anonymous } else { Arc::new(Redactor::new(key, &people, &settings.keep)) };
    run.read(&redactor, progress, &mut sink)?;
    run.warnings.extend(overrides.unused(&inputs.files).into_iter().map(|pattern| Warning::OverrideUnused { pattern }));
    Ok(run.finish())
}

/// Recognises all files at once; a file with the bytes of an earlier one is not read.
pub(super) fn plans(files: &[InputFile], overrides: &Overrides<'_>, zone: &TimeZone) -> Vec<Result<Plan, String>> {
    let mut first: BTreeMap<[u8; 32], &str> = BTreeMap::new();
    let mut twins: Vec<Option<&str>> = Vec::with_capacity(files.len());
    for file in files {
        let known = file.hash.as_ref().ok().and_then(|hash| {
            let known = *first.entry(*hash.as_bytes()).or_insert(&file.path);
            (known != file.path).then_some(known)
        });
        twins.push(known);
    }
    let plan = |(file, twin): (&InputFile, Option<&str>)| match (&file.hash, twin) {
        (Err(why), _) => Err(why.clone()),
        (Ok(hash), Some(_)) if *hash == blake3::hash(b"") => Err("the file is empty".to_owned()),
        (Ok(_), Some(twin)) => Err(format!("same bytes as {twin}")),
        (Ok(_), None) => recognise::plan(&file.file, &file.path, overrides, zone),
    };
    files.par_iter().zip(twins).map(plan).collect()
}

/// Reads the records of one unit of a file.
pub(super) fn parse(unit: &Unit, plan: &Plan, path: &str, redactor: &Arc<Redactor>) -> Piece {
    let source = plan.source;
    let rows = Rows::new(path, source.name(), source.tables()[0], Arc::clone(redactor));
    let rows = std::cell::RefCell::new(rows);
    walk(
        unit,
        &plan.cut,
        |line, record, text| {
            let mut rows = rows.borrow_mut();
            rows.at(line);
            if let Err(reason) = plan.reader.read(record, &mut rows) {
                rows.reject(reason, text);
            }
        },
        |line, reason, text| {
            let mut rows = rows.borrow_mut();
            rows.at(line);
            rows.reject(reason, text);
        },
    );
    rows.into_inner().finish()
}

struct Run<'a> {
    files: &'a [InputFile],
    plans: &'a [Result<Plan, String>],
    accounts: Accounts,
    warnings: Vec<Warning>,
}

impl<'a> Run<'a> {
    /// Names of people in the files that give them.
    fn people(&self, redactor: &Arc<Redactor>, progress: &(dyn Fn(Progress) + Sync)) -> Vec<String> {
        let is_named = |file: &usize| self.plans[*file].as_ref().is_ok_and(|plan| plan.source.names_people());
        let wanted: Vec<usize> = (0..self.plans.len()).filter(is_named).collect();
        let mut people = Vec::new();
        let mut waves = Waves::new(self.files, self.plans, &wanted);
        loop {
            progress(Progress { stage: Stage::Names, done: waves.done(), total: wanted.len() });
            let wave = waves.next_wave();
            if wave.is_empty() {
                break;
            }
            let pieces: Vec<Option<Piece>> = wave.par_iter().map(|item| self.parse(item, redactor)).collect();
            people.extend(pieces.into_iter().flatten().flat_map(|piece| piece.people));
            people.sort_unstable();
            people.dedup();
        }
        people
    }

    /// Reads the next wave from disk while the present one is parsed.
    fn read<E: From<IngestError>>(
        &mut self,
        redactor: &Arc<Redactor>,
        progress: &(dyn Fn(Progress) + Sync),
        sink: &mut impl FnMut(&str, TableBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let wanted: Vec<usize> = (0..self.plans.len()).filter(|file| self.plans[*file].is_ok()).collect();
        let mut waves = Waves::new(self.files, self.plans, &wanted);
        let mut wave = waves.next_wave();
        while !wave.is_empty() {
            progress(Progress { stage: Stage::Read, done: waves.done(), total: wanted.len() });
            let this = &*self;
            let (next, pieces) = rayon::join(
                || waves.next_wave(),
                || wave.par_iter().map(|item| this.parse(item, redactor)).collect::<Vec<_>>(),
            );
            for (item, piece) in wave.into_iter().zip(pieces) {
                self.account(item, piece, redactor, sink)?;
            }
            wave = next;
        }
        progress(Progress { stage: Stage::Read, done: wanted.len(), total: wanted.len() });
        Ok(())
    }

    fn plan(&self, file: usize) -> &'a Plan {
        self.plans[file].as_ref().expect("only files with a plan are read")
    }

    fn parse(&self, item: &Item, redactor: &Arc<Redactor>) -> Option<Piece> {
        let Content::Unit(unit) = &item.content else { return None };
        Some(parse(unit, self.plan(item.file), &self.files[item.file].path, redactor))
    }

    fn account<E>(
        &mut self,
        item: Item,
        piece: Option<Piece>,
        redactor: &Redactor,
        sink: &mut impl FnMut(&str, TableBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let source = self.plan(item.file).source;
        let path = &self.files[item.file].path;
        match item.content {
            Content::Unit(_) => {}
            Content::Damage(damage) => {
                self.accounts.count_reject(item.file, source.tables()[0]);
                let excerpt = redactor.free_text(Reject::shorten(&damage.excerpt)).into_owned();
                let (file, source) = (path.clone(), source.name().to_owned());
                let reject = Reject { file, line: damage.line, source, reason: damage.reason, excerpt };
                self.accounts.reject(item.file, vec![reject]);
            }
            Content::Replaced(count) => self.warnings.push(Warning::Replaced { file: path.clone(), count }),
        }
        let Some(piece) = piece else { return Ok(()) };
        self.accounts.reject(item.file, piece.rejects);
        for rows in piece.tables {
            let rows = self.accounts.take(item.file, source.name(), rows);
            if rows.batch.num_rows() > 0 {
                sink(path, rows)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Summary {
        let (mut inputs, mut spans) = (Vec::new(), Vec::new());
        for (at, (file, plan)) in self.files.iter().zip(self.plans).enumerate() {
            let blake3 = file.hash.as_ref().ok().map(|hash| hash.to_hex().to_string());
            let row = InputRow { path: file.path.clone(), blake3, ..InputRow::default() };
            let plan = match plan {
                Ok(plan) => plan,
                Err(why) => {
                    inputs.push(InputRow { why: Some(why.clone()), ..row });
                    continue;
                }
            };
            self.note(at, plan);
            let row = InputRow { source: Some(plan.source.name()), ..row };
            let before = inputs.len();
            for (table, counts) in self.accounts.of_file(at) {
                inputs.push(InputRow {
                    table: Some(table),
                    rows_read: counts.kept + counts.rejected + counts.duplicate,
                    rows_kept: counts.kept,
                    rows_rejected: counts.rejected,
                    rows_duplicate: counts.duplicate,
                    ..row.clone()
                });
                spans.extend(counts.span.map(|(first, last)| Span { file: file.path.clone(), table, first, last }));
            }
            if inputs.len() == before {
                let why = Some("it holds no record".to_owned());
                inputs.push(InputRow { table: Some(plan.source.tables()[0]), why, ..row });
            }
        }
        self.warnings.sort();
        Summary { inputs, rejects: self.accounts.into_rejects(), warnings: self.warnings, spans }
    }

    fn note(&mut self, file: usize, plan: &Plan) {
        let path = &self.files[file].path;
        if let Some(zone) = &plan.zone_assumed {
            self.warnings.push(Warning::ZoneAssumed { file: path.clone(), zone: zone.clone() });
        }
        if let Some(count) = self.accounts.cut_rejects(file) {
            self.warnings.push(Warning::RejectsCut { file: path.clone(), count });
        }
    }
}

#[cfg(test)]
mod tests;

//! The whole of ingestion: list and hash the files, recognise them, learn the names to hide and
//! how ambiguous columns are written, then read all records on all cores and hand the rows on in
//! the order of the files.
//!
//! Memory is bounded: three waves of units are held at a time, whatever the size of the files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::ingest::accounting::Summary;
use crate::ingest::error::IngestError;
use crate::ingest::files::{self, InputFile};
use crate::ingest::formats::units::{Unit, walk};
use crate::ingest::recognise::{self, Overrides, Plan, SourceOverride};
use crate::ingest::redact::Redactor;
use crate::ingest::rows::{Piece, Rows, TableBatch};
use crate::ingest::warning::Warning;

mod ledger;
mod passes;
mod waves;

use ledger::Ledger;
use waves::{Content, Item, Outcome, Waves};

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
    /// Names of people are gathered; columns that the first rows leave open decide how they are
    /// read.
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
pub fn run<E: From<IngestError> + Send>(
    inputs: &Inputs,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
    mut sink: impl FnMut(&str, TableBatch) -> Result<(), E> + Send,
) -> Result<Summary, E> {
    let overrides = Overrides::new(&settings.overrides)?;
    let plans = plans(&inputs.files, &overrides, &settings.zone);
    let total = plans.len();
    progress(Progress { stage: Stage::Recognise, done: total, total });
    let key = settings.key.unwrap_or_else(|| files::default_key(&inputs.files));
    let anonymous = Arc::new(Redactor::new(key, &[], &settings.keep));
    let files = Files { files: &inputs.files, plans: &plans };
    let mut ledger = Ledger::new(files);
    let people = files.rehearse(&anonymous, progress, &mut ledger);
    let redactor = if people.is_empty() { anonymous } else { Arc::new(Redactor::new(key, &people, &settings.keep)) };
    files.read(&redactor, progress, &mut ledger, &mut sink)?;
    for pattern in overrides.unused(&inputs.files) {
        ledger.warn(Warning::OverrideUnused { pattern });
    }
    Ok(ledger.finish())
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
        (Ok(_), None) => recognise::plan(&file.place, &file.path, overrides, zone),
    };
    files.par_iter().zip(twins).map(plan).collect()
}

/// Reads the records of one unit of a file into rows of that file.
pub(super) fn parse(unit: &Unit, plan: &Plan, rows: Rows) -> Piece {
    let rows = std::cell::RefCell::new(rows.with_room(unit.records()));
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

/// The inputs, and how each is read.
#[derive(Clone, Copy)]
struct Files<'a> {
    files: &'a [InputFile],
    plans: &'a [Result<Plan, String>],
}

impl<'a> Files<'a> {
    /// Goes through the files that give names of people, those that may repeat a record in a newer
    /// state, and those with columns that the first rows leave open, before any row is kept.
    /// Answers the names.
    fn rehearse(
        self,
        redactor: &Arc<Redactor>,
        progress: &(dyn Fn(Progress) + Sync),
        ledger: &mut Ledger<'_>,
    ) -> Vec<String> {
        let is_wanted =
            |plan: &Plan| plan.source.names_people() || plan.source.keeps_newest() || plan.assumptions.is_open();
        let wanted: Vec<usize> =
            (0..self.plans.len()).filter(|file| self.plans[*file].as_ref().is_ok_and(is_wanted)).collect();
        for file in &wanted {
            self.plan(*file).assumptions.begin();
        }
        let mut people = Vec::new();
        let mut waves = Waves::new(self.files, self.plans, &wanted);
        loop {
            progress(Progress { stage: Stage::Names, done: waves.done(), total: wanted.len() });
            let wave = waves.next_wave();
            if wave.is_empty() {
                break;
            }
            for (file, outcome) in self.parse(wave, redactor, Stage::Names) {
                let Outcome::Piece(piece) = outcome else { continue };
                ledger.learn(file, &piece);
                if self.plan(file).source.names_people() {
                    people.extend(piece.people);
                }
            }
            people.sort_unstable();
            people.dedup();
        }
        for file in &wanted {
            self.plan(*file).assumptions.settle();
        }
        for plan in self.plans.iter().flatten() {
            plan.assumptions.reset_clocks();
        }
        people
    }

    /// Three waves at once: one is read from disk, one is parsed, the rows of one are handed on.
    fn read<E: From<IngestError> + Send>(
        self,
        redactor: &Arc<Redactor>,
        progress: &(dyn Fn(Progress) + Sync),
        ledger: &mut Ledger<'_>,
        sink: &mut (impl FnMut(&str, TableBatch) -> Result<(), E> + Send),
    ) -> Result<(), E> {
        let wanted: Vec<usize> = (0..self.plans.len()).filter(|file| self.plans[*file].is_ok()).collect();
        let mut waves = Waves::new(self.files, self.plans, &wanted);
        let mut wave = waves.next_wave();
        let mut parsed = Vec::new();
        while !wave.is_empty() || !parsed.is_empty() {
            progress(Progress { stage: Stage::Read, done: waves.done(), total: wanted.len() });
            let ((next, outcomes), kept) = rayon::join(
                || rayon::join(|| waves.next_wave(), || self.parse(wave, redactor, Stage::Read)),
                || ledger.keep(parsed, redactor, sink),
            );
            kept?;
            parsed = outcomes;
            wave = next;
        }
        progress(Progress { stage: Stage::Read, done: wanted.len(), total: wanted.len() });
        Ok(())
    }

    fn plan(self, file: usize) -> &'a Plan {
        self.plans[file].as_ref().expect("only files with a plan are read")
    }

    fn path(self, file: usize) -> &'a str {
        &self.files[file].path
    }

    fn parse(self, wave: Vec<Item>, redactor: &Arc<Redactor>, stage: Stage) -> Vec<(usize, Outcome)> {
        let outcome = |Item { file, content }| match content {
            Content::Unit(unit) => {
                (file, Outcome::Piece(parse(&unit, self.plan(file), self.rows(file, redactor, stage))))
            }
            Content::Damage(damage) => (file, Outcome::Damage(damage)),
            Content::End { replaced, assumed } => (file, Outcome::End { replaced, assumed }),
        };
        wave.into_par_iter().map(outcome).collect()
    }

    /// Empty rows for a file; before [`Stage::Read`] they keep only what a rehearsal is for.
    fn rows(self, file: usize, redactor: &Arc<Redactor>, stage: Stage) -> Rows {
        let plan = self.plan(file);
        let source = plan.source;
        let rows = Rows::new(self.path(file), source.name(), source.tables()[0], Arc::clone(redactor));
        let rows = rows.with_clock_ahead(plan.clock_ahead);
        if stage == Stage::Read { rows } else { rows.rehearsing(source.keeps_newest()) }
    }
}

#[cfg(test)]
mod tests;

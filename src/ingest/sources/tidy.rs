//! The canonical tables given directly, as delimited text, JSON lines, a JSON array or Parquet.
//!
//! `tidy_<table>` wants the canonical column names. `mapped_<table>` comes last in the list and
//! takes common English and French names too. In both, columns that the table does not know are
//! dimensions where the table has any. Example of `tidy_sli_counts`:
//!
//! ```text
//! time,isp,device,viewers,total,bad
//! 2026-01-05T19:00:00Z,Filanova,stb,1351,135,0
//! 2026-01-05T19:00:00Z,Filanova,android,815,82,1
//! ```
//!
//! Several tables may fit one header: the one with most columns wins, and among equals the one
//! that the file is named for. When none is named, nothing is guessed.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::source::{FileContext, Layout, RecordReader, Sample, Source};
use crate::schema::{self, Table};

mod columns;
mod reader;

use reader::TidyReader;

/// Tables that can be given directly.
pub const TABLES: &[&Table] = &[
    &schema::sli_counts::TABLE,
    &schema::metric_samples::TABLE,
    &schema::log_records::TABLE,
    &schema::dependencies::TABLE,
    &schema::changes::TABLE,
    &schema::alerts::TABLE,
    &schema::timeline_events::TABLE,
    &schema::public_messages::TABLE,
    &schema::complaints::TABLE,
    &schema::survey_answers::TABLE,
    &schema::offers::TABLE,
    &schema::actions::TABLE,
];

/// Columns that must be found unless the file is named for the table or has no others: two names
/// alone (`time`, `name`) may mean anything.
const ENOUGH: usize = 3;

/// Records that may stand before the header.
const MAX_PREAMBLE: usize = 20;

/// One table given directly.
#[derive(Debug)]
pub struct Tidy {
    name: &'static str,
    table: &'static Table,
    /// Whether other names of the columns count.
    with_synonyms: bool,
}

macro_rules! sources {
    ($($constant:ident, $mapped:ident, $table:ident;)*) => {$(
        #[doc = concat!("Table `", stringify!($table), "` with its canonical columns.")]
        pub const $constant: Tidy =
            Tidy { name: concat!("tidy_", stringify!($table)), table: &schema::$table::TABLE, with_synonyms: false };
        #[doc = concat!("Table `", stringify!($table), "` with other names of its columns.")]
        pub const $mapped: Tidy =
            Tidy { name: concat!("mapped_", stringify!($table)), table: &schema::$table::TABLE, with_synonyms: true };
    )*};
}

sources! {
    SLI_COUNTS, MAPPED_SLI_COUNTS, sli_counts;
    METRIC_SAMPLES, MAPPED_METRIC_SAMPLES, metric_samples;
    LOG_RECORDS, MAPPED_LOG_RECORDS, log_records;
    DEPENDENCIES, MAPPED_DEPENDENCIES, dependencies;
    CHANGES, MAPPED_CHANGES, changes;
    ALERTS, MAPPED_ALERTS, alerts;
    TIMELINE_EVENTS, MAPPED_TIMELINE_EVENTS, timeline_events;
    PUBLIC_MESSAGES, MAPPED_PUBLIC_MESSAGES, public_messages;
    COMPLAINTS, MAPPED_COMPLAINTS, complaints;
    SURVEY_ANSWERS, MAPPED_SURVEY_ANSWERS, survey_answers;
    OFFERS, MAPPED_OFFERS, offers;
    ACTIONS, MAPPED_ACTIONS, actions;
}

impl Source for Tidy {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        if self.with_synonyms {
            "a file whose columns go by common English or French names of those of one table"
        } else {
            "a file with the columns of one table, as `constat tables` lists them"
        }
    }

    fn tables(&self) -> &'static [&'static str] {
        let table: &'static Table = self.table;
        std::slice::from_ref(&table.name)
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        headers(sample).into_iter().find_map(|(layout, header)| {
            let best = best_table(&header, &sample.path, self.with_synonyms)?;
            (best.name == self.table.name).then_some(layout)
        })
    }

    fn names_people(&self) -> bool {
        self.table.name == schema::complaints::TABLE.name
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        // With columns fixed by the user, other names still count for the columns he left alone.
        let with_synonyms = self.with_synonyms;
        let reader = if let Layout::Csv { .. } = file.layout {
            let sampled = |at| file.sampled(at).into_iter().map(Cow::Borrowed).collect();
            TidyReader::new(self.table, file, file.header, with_synonyms, sampled)?
        } else {
            let objects = objects(file.sample);
            let header = keys(&objects);
            let sampled = |at: usize| {
                objects.iter().filter_map(|object| object.get(&header[at])).filter_map(reader::json_text).collect()
            };
            TidyReader::new(self.table, file, &header, with_synonyms, sampled)?
        };
        Ok(Box::new(reader))
    }
}

/// The source that reads a table with other names of its columns.
pub fn mapped(table: &str) -> Option<&'static dyn Source> {
    const MAPPED: &[&Tidy] = &[
        &MAPPED_SLI_COUNTS,
        &MAPPED_METRIC_SAMPLES,
        &MAPPED_LOG_RECORDS,
        &MAPPED_DEPENDENCIES,
        &MAPPED_CHANGES,
        &MAPPED_ALERTS,
        &MAPPED_TIMELINE_EVENTS,
        &MAPPED_PUBLIC_MESSAGES,
        &MAPPED_COMPLAINTS,
        &MAPPED_SURVEY_ANSWERS,
        &MAPPED_OFFERS,
        &MAPPED_ACTIONS,
    ];
    MAPPED.iter().find(|source| source.table.name == table).map(|source| *source as &dyn Source)
}

/// A table that a file comes near to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The table.
    pub table: &'static str,
    /// Required columns that were not found; none when other tables fit as well.
    pub lacking: Vec<&'static str>,
}

/// Tables of which at least half of the required columns are there, the nearest first, three at most.
pub fn candidates(sample: &Sample) -> Vec<Candidate> {
    let Some((_, header)) = headers(sample).into_iter().next() else { return Vec::new() };
    let mut near: Vec<(usize, Candidate)> = Vec::new();
    for table in TABLES {
        let found = columns::positions(table, &header, true);
        let required = || table.columns.iter().zip(&found).filter(|(column, _)| column.is_required);
        let lacking: Vec<&str> = required().filter(|(_, at)| at.is_none()).map(|(column, _)| column.name).collect();
        let matched = found.iter().flatten().count();
        if matched >= 2 && lacking.len() * 2 <= required().count() {
            near.push((matched, Candidate { table: table.name, lacking }));
        }
    }
    near.sort_by_key(|(matched, _)| std::cmp::Reverse(*matched));
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// The same in words.
pub fn nearest(sample: &Sample) -> Vec<String> {
    let words = |candidate: Candidate| {
        let lacking: Vec<String> = candidate.lacking.iter().map(|name| format!("`{name}`")).collect();
        let lack = if lacking.is_empty() {
            "and others fit as well".to_owned()
        } else {
            format!("which lacks {}", lacking.join(", "))
        };
        format!("mapped_{}, {lack}", candidate.table)
    };
    candidates(sample).into_iter().map(words).collect()
}

/// Headers that the sample may have, normalised, with the layout each goes with.
fn headers(sample: &Sample) -> Vec<(Layout, Vec<String>)> {
    let objects = objects(sample);
    if !objects.is_empty() {
        let is_lines = !sample.ndjson.is_empty();
        let layout = if is_lines { Layout::Ndjson } else { Layout::Json { paths: &["[]"] } };
        return vec![(layout, keys(&objects).iter().map(|name| columns::normalised(name)).collect())];
    }
    let records = sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
    let header = |(at, record): (usize, &Vec<String>)| {
        let names = record.iter().map(|cell| columns::normalised(cell)).collect();
        (Layout::Csv { header: Some(at), extra: 0 }, names)
    };
    records.iter().take(MAX_PREAMBLE).enumerate().map(header).collect()
}

fn objects(sample: &Sample) -> Vec<&serde_json::Map<String, Value>> {
    if !sample.ndjson.is_empty() {
        return sample.ndjson.iter().filter_map(Value::as_object).collect();
    }
    match &sample.json {
        Some(Value::Array(elements)) => elements.iter().take(200).filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}

/// Keys of all objects, in the order in which they first occur.
fn keys(objects: &[&serde_json::Map<String, Value>]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in objects.iter().flat_map(|object| object.keys()) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// The table that a header belongs to; `None` when none fits, or several fit equally.
fn best_table(header: &[String], path: &str, with_synonyms: bool) -> Option<&'static Table> {
    let stem = stem(path);
    let fit = |table: &&'static Table| {
        let found = columns::positions(table, header, with_synonyms);
        let has_required = table.columns.iter().zip(&found).all(|(column, at)| !column.is_required || at.is_some());
        let matched = found.iter().flatten().count();
        let is_named = stem == table.name;
        let is_enough = matched >= ENOUGH || is_named || matched == header.len();
        // Columns that would be lost speak against a table without dimensions.
        let lost = if table.has_dimensions { 0 } else { header.len() - matched };
        let score = 2 * i64::try_from(matched).ok()? - i64::try_from(lost).ok()?;
        (has_required && is_enough).then_some((score, is_named, *table))
    };
    let mut fits: Vec<_> = TABLES.iter().filter_map(fit).collect();
    fits.sort_by_key(|(score, is_named, _)| std::cmp::Reverse((*score, *is_named)));
    match fits[..] {
        [] => None,
        [(score, named, _), (other, other_named, _), ..] if (score, named) == (other, other_named) => None,
        [(.., table), ..] => Some(table),
    }
}

/// Name of a file up to its first dot.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests;

//! What is missing for a full report, what that costs, and which exports would supply it.
//!
//! In: the tables that get rows. Out: the tables that get none, with the queries of the catalogue that cannot be answered
//! without them and the sources that feed them. All of it is read from the lists the program runs on.

use std::collections::BTreeSet;

use crate::case::Case;
use crate::catalog::{Catalog, Query};
use crate::ingest::sources::{SOURCES, tidy};
use crate::pipeline::PipelineError;
use crate::schema::Table;

/// A table that no file feeds.
#[derive(Debug)]
pub struct Gap {
    /// The table.
    pub table: &'static Table,
    /// Parts of the report that are lost: the topic, and the titles of its queries.
    pub lost: Vec<(String, Vec<String>)>,
    /// Parts that rest on less.
    pub weakened: Vec<(String, Vec<String>)>,
    /// Exports that would feed it: name of the source, and what it reads.
    pub sources: Vec<(&'static str, &'static str)>,
}

/// The tables without rows that an export can feed.
pub(super) fn find(case: &Case, fed: &BTreeSet<&str>) -> Result<Vec<Gap>, PipelineError> {
    let catalog = Catalog::load(Some(&case.part("queries")))?;
    let missing = tidy::TABLES.iter().filter(|table| !fed.contains(table.name));
    let gap = |table: &&'static Table| {
        let (lost, weakened) = catalog.without(table.name);
        Gap { table, lost: by_topic(&lost), weakened: by_topic(&weakened), sources: sources(table.name) }
    };
    Ok(missing.map(gap).collect())
}

impl Gap {
    /// The canonical table as a file, with the columns it must have.
    pub fn tidy_form(&self) -> String {
        let columns: Vec<&str> =
            self.table.columns.iter().filter(|column| column.is_required).map(|column| column.name).collect();
        let word = if columns.len() == 1 { "column" } else { "columns" };
        format!("{}.csv with the {word} {}", self.table.name, columns.join(", "))
    }

    /// Parts of a report in one line: `impact (Where it failed, Impact in figures)`.
    pub fn parts(parts: &[(String, Vec<String>)]) -> String {
        let parts: Vec<String> =
            parts.iter().map(|(topic, titles)| format!("{topic} ({})", titles.join(", "))).collect();
        parts.join("; ")
    }
}

/// Answers by topic, both in the order of the catalogue; steps on the way are left out.
fn by_topic(queries: &[&Query]) -> Vec<(String, Vec<String>)> {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for query in queries.iter().filter(|query| !query.name.starts_with("stg_")) {
        let title = query.header.title.clone();
        match parts.iter_mut().find(|(topic, _)| *topic == query.topic) {
            Some((_, titles)) => titles.push(title),
            None => parts.push((query.topic.clone(), vec![title])),
        }
    }
    parts
}

/// Exports of tools that feed a table; the forms in which a table is given directly are none.
fn sources(table: &str) -> Vec<(&'static str, &'static str)> {
    let is_direct = |name: &str| name.starts_with("tidy_") || name.starts_with("mapped_");
    let feeding = SOURCES.iter().filter(|source| source.tables().contains(&table) && !is_direct(source.name()));
    feeding.map(|source| (source.name(), source.about().trim_end_matches('.'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(fed: &[&str]) -> Vec<Gap> {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::open(folder.path()).expect("a case");
        find(&case, &fed.iter().copied().collect()).expect("gaps")
    }

    #[test]
    fn every_table_that_an_export_can_feed_is_missing_from_an_empty_folder() {
        let names: Vec<&str> = gaps(&[]).iter().map(|gap| gap.table.name).collect();
        assert_eq!(names, tidy::TABLES.iter().map(|table| table.name).collect::<Vec<_>>());
    }

    #[test]
    fn a_gap_says_what_it_costs_and_who_would_fill_it() {
        let gaps = gaps(&["metric_samples", "log_records"]);
        let gap = |name: &str| gaps.iter().find(|gap| gap.table.name == name).expect("a gap");
        assert!(Gap::parts(&gap("sli_counts").lost).contains("detection (Attempts over time"));
        assert!(gap("complaints").sources.iter().any(|(name, _)| *name == "zendesk_tickets"));
        assert!(gap("complaints").sources.iter().all(|(name, _)| !name.contains("complaints")));
        assert_eq!(gap("complaints").tidy_form(), "complaints.csv with the columns time, channel");
        assert_eq!(Gap::parts(&gap("actions").lost), "actions (Corrective actions)");
        assert!(gaps.iter().all(|gap| gap.table.name != "log_records"));
    }

    #[test]
    fn every_gap_costs_something() {
        for gap in gaps(&[]) {
            assert!(!gap.lost.is_empty() || !gap.weakened.is_empty(), "{}", gap.table.name);
        }
    }
}

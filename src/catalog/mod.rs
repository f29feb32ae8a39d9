//! The catalogue: one SQL file per question, loaded, ordered and run.
//!
//! The built-in files are part of the program. A case folder may hold its own `queries/`: a file
//! of the same name replaces the built-in one, others are added. A query may read canonical
//! tables and the results of other queries, by name. When a table it needs has no rows, its
//! result is empty and says what is missing.

pub mod checks;
pub mod error;
pub mod front_matter;
pub mod graph;
pub mod params;
pub mod rows;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use error::CatalogError;
pub use front_matter::Header;
pub use params::Parameters;
pub use run::{QueryResult, Results, run, run_one};

use crate::case::config::nearest;
use crate::engine::Engine;
use crate::schema;

/// Built-in files: path below `queries/` and text.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/queries.rs"));

/// One question and its SQL.
#[derive(Debug, Clone)]
pub struct Query {
    /// Name of the file without its extension, and of the result as a table.
    pub name: String,
    /// Folder it lies in: its topic.
    pub topic: String,
    /// What it says about itself.
    pub header: Header,
    /// The statement.
    pub sql: String,
    /// Canonical tables and queries it reads, sorted.
    pub reads: Vec<String>,
    /// Parameters it uses, sorted.
    pub parameters: Vec<String>,
}

/// All queries of a case, by name.
#[derive(Debug, Clone)]
pub struct Catalog {
    queries: BTreeMap<String, Query>,
    order: Vec<String>,
}

impl Catalog {
    /// The built-in queries.
    pub fn built_in() -> Result<Self, CatalogError> {
        Self::load(None)
    }

    /// The built-in queries and those of a folder, if it exists.
    pub fn load(folder: Option<&Path>) -> Result<Self, CatalogError> {
        let mut queries = BTreeMap::new();
        for (path, text) in BUILT_IN {
            let query = Query::parse(Path::new(path), text)?;
            queries.insert(query.name.clone(), query);
        }
        for (path, text) in folder.map_or(Ok(Vec::new()), files_of)? {
            let query = Query::parse(&path, &text)?;
            queries.insert(query.name.clone(), query);
        }
        let order = order(&queries)?;
        Ok(Self { queries, order })
    }

    /// All queries, each after those it reads from.
    pub fn ordered(&self) -> impl Iterator<Item = &Query> {
        self.order.iter().map(|name| &self.queries[name])
    }

    /// A query by name.
    pub fn query(&self, name: &str) -> Result<&Query, CatalogError> {
        self.queries.get(name).ok_or_else(|| {
            let remedy = match nearest(name, self.queries.keys().map(String::as_str)) {
                _ if is_table(name) => format!("`{name}` is a table: ask `SELECT * FROM {name} LIMIT 10`"),
                Some(known) => format!("did you mean `{known}`? `constat queries` lists all"),
                None => "`constat queries` lists all".into(),
            };
            CatalogError::UnknownQuery { name: name.to_owned(), remedy }
        })
    }

    /// Whether a query has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.queries.contains_key(name)
    }

    /// What a case without rows in `table` loses: the queries that cannot be answered, and those that are answered from
    /// less, in order.
    pub fn without(&self, table: &str) -> (Vec<&Query>, Vec<&Query>) {
        let is_absent = |name: &str| {
            canonical(name)
                .is_some_and(|found| found.name == table || (found.name == "log_templates" && table == "log_records"))
        };
        let (mut skipped, mut poorer): (Vec<&Query>, Vec<&Query>) = (Vec::new(), Vec::new());
        let is_in = |queries: &[&Query], name: &str| queries.iter().any(|query| query.name == name);
        for query in self.ordered() {
            let is_optional = |name: &String| query.header.optional.contains(name);
            if query.reads.iter().any(|name| !is_optional(name) && (is_absent(name) || is_in(&skipped, name))) {
                skipped.push(query);
            } else if query
                .reads
                .iter()
                .filter(|name| !query.header.instead.contains(name))
                .map(String::as_str)
                .chain(query.uses_window().then_some(WINDOW_QUERY))
                .any(|name| is_absent(name) || is_in(&skipped, name) || is_in(&poorer, name))
            {
                poorer.push(query);
            }
        }
        (skipped, poorer)
    }

    /// The queries whose results are needed for these, and these themselves, in order.
    pub fn needed_for(&self, names: &[String]) -> Vec<&Query> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = names.iter().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            if let Some(query) = self.queries.get(name)
                && wanted.insert(&query.name)
            {
                open.extend(needs(query, &self.queries));
            }
        }
        self.ordered().filter(|query| wanted.contains(query.name.as_str())).collect()
    }
}

impl Query {
    /// Reads one file; its name is that of the query.
    pub fn parse(path: &Path, text: &str) -> Result<Self, CatalogError> {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let topic = path.parent().and_then(Path::file_name).map(|topic| topic.to_string_lossy().into_owned());
        let (header, sql) = front_matter::parse(&name, text)?;
        let failed = |source| CatalogError::Sql { name: name.clone(), source };
        let reads = Engine::tables_of(&sql).map_err(failed)?;
        let parameters = Engine::parameters_of(&sql).map_err(failed)?;
        Ok(Self { topic: topic.unwrap_or_default(), reads, parameters, name, header, sql })
    }

    /// Whether it depends on the window of the incident.
    pub fn uses_window(&self) -> bool {
        self.parameters.iter().any(|name| params::WINDOW.contains(&name.as_str()))
    }

    /// Whether it reads what is learned from the log lines.
    pub fn uses_templates(&self) -> bool {
        self.reads.iter().any(|table| table == "log_templates") || self.sql.contains("template_id")
    }
}

/// The query that finds the window, on which every query that uses the window depends.
pub const WINDOW_QUERY: &str = "incident_window";

fn needs<'a>(query: &'a Query, queries: &'a BTreeMap<String, Query>) -> Vec<&'a str> {
    let mut needs: Vec<&str> =
        query.reads.iter().map(String::as_str).filter(|name| queries.contains_key(*name)).collect();
    if (query.uses_window() || query.uses_templates()) && queries.contains_key(WINDOW_QUERY) {
        needs.push(WINDOW_QUERY);
    }
    needs
}

fn order(queries: &BTreeMap<String, Query>) -> Result<Vec<String>, CatalogError> {
    for query in queries.values() {
        for table in &query.reads {
            if !queries.contains_key(table) && !is_table(table) {
                return Err(unknown_table(query, table, queries));
            }
        }
    }
    let needs = queries
        .iter()
        .map(|(name, query)| (name.clone(), needs(query, queries).into_iter().map(Into::into).collect()))
        .collect();
    graph::order(&needs)
}

/// Whether a name is a canonical table or the sliced companion of one.
fn is_table(name: &str) -> bool {
    canonical(name).is_some()
}

/// The canonical table behind a name.
pub(crate) fn canonical(name: &str) -> Option<&'static schema::Table> {
    schema::Table::named(name)
        .or_else(|| schema::Table::named(name.strip_suffix("_sliced")?).filter(|table| table.has_dimensions))
}

fn unknown_table(query: &Query, table: &str, queries: &BTreeMap<String, Query>) -> CatalogError {
    let known = schema::TABLES.iter().map(|table| table.name).chain(queries.keys().map(String::as_str));
    let remedy = match nearest(table, known) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "`constat tables` and `constat queries` list what there is".into(),
    };
    CatalogError::UnknownTable { name: query.name.clone(), table: table.to_owned(), remedy }
}

fn files_of(folder: &Path) -> Result<Vec<(std::path::PathBuf, String)>, CatalogError> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.into_path();
        if path.extension().is_some_and(|end| end == "sql") {
            let text =
                std::fs::read_to_string(&path).map_err(|source| CatalogError::Read { path: path.clone(), source })?;
            files.push((path, text));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_sound() {
        let catalog = Catalog::built_in().unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
        assert!(catalog.contains(WINDOW_QUERY));
    }

    #[test]
    fn a_query_of_the_case_replaces_the_built_in_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "/*---\ntitle='mine'\nanswers='?'\ngrain='one row'\n[columns]\nx='number'\n---*/\nSELECT 1 AS x";
        std::fs::write(folder.path().join("inputs_read.sql"), text).expect("written");
        let catalog = Catalog::load(Some(folder.path())).expect("a catalogue");
        assert_eq!(catalog.query("inputs_read").expect("a query").header.title, "mine");
    }

    #[test]
    fn a_table_that_is_missing_costs_what_reads_it() {
        let catalog = Catalog::built_in().expect("a catalogue");
        let names = |queries: Vec<&Query>| queries.into_iter().map(|query| query.name.clone()).collect::<Vec<_>>();
        let (skipped, poorer) = catalog.without("sli_counts");
        assert!(names(skipped).contains(&"localisation".to_owned()));
        let poorer = names(poorer);
        assert!(poorer.contains(&WINDOW_QUERY.to_owned()));
        assert!(poorer.contains(&"root_causes".to_owned()));
        let (_, poorer) = catalog.without("metric_samples");
        assert!(!poorer.iter().any(|query| query.name == WINDOW_QUERY), "metrics only stand in for counts");
        let (skipped, _) = catalog.without("actions");
        assert_eq!(names(skipped), ["actions_listed"]);
        assert!(names(catalog.without("log_records").0).contains(&"log_templates_compared".to_owned()));
    }

    #[test]
    fn an_unknown_query_names_the_nearest() {
        let catalog = Catalog::built_in().expect("a catalogue");
        let error = catalog.query("incident_windows").expect_err("an error");
        let CatalogError::UnknownQuery { remedy, .. } = error else { panic!("an unknown query") };
        assert!(remedy.contains("`incident_window`"), "{remedy}");
    }
}

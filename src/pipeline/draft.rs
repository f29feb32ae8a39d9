//! The road that `report` and `check` share: from a case folder to its answers, and to documents in memory.
//!
//! In: a case and what is wanted of it. Out: the results of the catalogue with the findings made from them, and for each
//! language the documents as model Markdown with everything they were made from. Nothing is published here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::answers::Answers;
use super::{PipelineError, Step, StorePlace, ingestion};
use crate::case::Case;
use crate::case::config::nearest;
use crate::catalog::{Query, Results};
use crate::report::context::{self, Sources};
use crate::report::figures::{self, Figure};
use crate::report::findings::{self, Facts};
use crate::report::template::{self, Rendered};
use crate::report::{Locale, narrative};
use crate::store::Cache;

/// Languages a report can be in.
pub const LANGUAGES: [&str; 2] = ["en", "fr"];

/// Formats a document can have.
pub const FORMATS: [&str; 3] = ["html", "md", "json"];

/// What to make and where to put it. `None` takes what `incident.toml` says, else everything.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folder that is replaced; `out` in the case when not given.
    pub out: Option<PathBuf>,
    /// Languages.
    pub languages: Option<Vec<String>>,
    /// Documents.
    pub documents: Option<Vec<String>>,
    /// Formats.
    pub formats: Option<Vec<String>>,
    /// Where the store goes.
    pub store: StorePlace,
}

/// What is made, after defaults and configuration.
pub(super) struct Plan {
    pub(super) out: PathBuf,
    pub(super) languages: Vec<String>,
    pub(super) documents: Vec<String>,
    pub(super) formats: Vec<String>,
}

/// A case whose questions were answered.
pub(super) struct Draft<'a> {
    pub(super) case: &'a Case,
    pub(super) plan: Plan,
    /// Results of the catalogue.
    pub(super) results: Results,
    /// Contents of `findings.json`, without the documents.
    pub(super) findings: Map<String, Value>,
    /// Whether the store of an earlier run was used.
    pub(super) is_store_reused: bool,
    answers: Answers,
}

/// The documents of one language and what they were made from.
pub(super) struct Edition {
    pub(super) language: String,
    pub(super) engine: template::Engine,
    pub(super) context: Value,
    /// Charts by name.
    pub(super) figures: BTreeMap<String, Figure>,
    pub(super) documents: Vec<Rendered>,
}

/// A file that was not read.
pub(super) struct Unread {
    pub(super) path: String,
    pub(super) why: String,
}

impl<'a> Draft<'a> {
    /// Reads the exports, asks the catalogue and assembles the findings.
    pub(super) fn answer(
        case: &'a Case,
        options: &Options,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Self, PipelineError> {
        let plan = Plan::new(case, options)?;
        let ingested = ingestion::ingest(case, &options.store, progress)?;
        let mut answers = Answers::open(case, &ingested)?;
        let results = answers.run_all(|name| progress(Step::Query { name: name.to_owned() }))?;
        let findings = findings::assemble(&Facts { case, results: &results })?;
        Ok(Self { case, plan, results, findings, is_store_reused: ingested.is_reused, answers })
    }

    /// What was computed from the store and kept.
    pub(super) fn cache(&self) -> Cache {
        self.answers.store().cache()
    }

    /// Remarks of the ingestion.
    pub(super) fn warnings(&self) -> &[String] {
        &self.answers.store().manifest().warnings
    }

    /// First and last instant in the data, microseconds.
    pub(super) fn extent(&self) -> Option<(i64, i64)> {
        self.answers.parameters().data().map(|data| (data.start, data.end - 1))
    }

    /// Draws the charts and fills the templates of one language.
    pub(super) fn edition(&self, language: &str) -> Result<Edition, PipelineError> {
        let locale = self.locale(language)?;
        let figures = figures::build(&locale, self.case, &self.results, self.answers.parameters(), &self.findings)?;
        let sections = narrative::merge(&self.narrative(language)?.unwrap_or_default()).sections;
        let context = context::context(
            &Sources {
                case: self.case,
                findings: &self.findings,
                results: &self.results,
                parameters: self.answers.parameters(),
                figures: &figures,
                warnings: self.warnings(),
                narrative: json!(sections),
            },
            language,
        );
        let engine = template::Engine::new(locale, Some(&self.case.part("report-templates")))?;
        let documents =
            self.plan.documents.iter().map(|name| engine.render(name, &context)).collect::<Result<_, _>>()?;
        Ok(Edition { language: language.to_owned(), engine, context, figures, documents })
    }

    /// Text of the hand-written file of a language; `None` when there is none.
    pub(super) fn narrative(&self, language: &str) -> Result<Option<String>, PipelineError> {
        let path = self.case.part(&narrative::file_name(language));
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PipelineError::Read { path, source }),
        }
    }

    /// Files that were not read, with the reason.
    pub(super) fn unread(&self) -> Vec<Unread> {
        let rows = self.results.rows("inputs_read");
        let unread = rows.iter().filter(|row| row.text("source").is_none()).filter_map(|row| {
            let why = row.text("why").unwrap_or_default().to_owned();
            Some(Unread { path: row.text("path")?.to_owned(), why })
        });
        unread.collect()
    }

    /// Records that could not be used.
    pub(super) fn rejected(&self) -> i64 {
        self.results.rows("inputs_read").iter().filter_map(|row| row.int("rows_rejected")).sum()
    }

    /// Checks of queries that do not hold.
    pub(super) fn failed_checks(&self) -> impl Iterator<Item = (&Query, &String)> {
        self.results.iter().flat_map(|result| result.failed.iter().map(|sentence| (&result.query, sentence)))
    }

    fn locale(&self, language: &str) -> Result<Locale, PipelineError> {
        let path = self.case.part("report-templates").join("locales").join(format!("{language}.ftl"));
        let own = std::fs::read_to_string(path).ok();
        Ok(Locale::new(language, own.as_deref())?)
    }
}

impl Plan {
    fn new(case: &Case, options: &Options) -> Result<Self, PipelineError> {
        let report = &case.config.report;
        let chosen = |given: &Option<Vec<String>>, configured: &Option<Vec<String>>, all: &[&str]| {
            let names = given.clone().or_else(|| configured.clone());
            names.unwrap_or_else(|| all.iter().map(|name| (*name).to_owned()).collect())
        };
        let known_documents = template::Engine::documents();
        let plan = Self {
            out: options.out.clone().unwrap_or_else(|| case.part("out")),
            languages: chosen(&options.languages, &report.languages, &LANGUAGES),
            documents: chosen(&options.documents, &report.documents, &known_documents),
            formats: chosen(&options.formats, &report.formats, &FORMATS),
        };
        known("language", &plan.languages, &LANGUAGES)?;
        known("format", &plan.formats, &FORMATS)?;
        let own = case.part("report-templates");
        let documents: Vec<String> = plan.documents.iter().filter(|name| !own.join(name).is_dir()).cloned().collect();
        known("document", &documents, &known_documents)?;
        Ok(plan)
    }
}

fn known(what: &'static str, given: &[String], all: &[&str]) -> Result<(), PipelineError> {
    let Some(wrong) = given.iter().find(|name| !all.contains(&name.as_str())) else { return Ok(()) };
    let hint = nearest(wrong, all.iter().copied()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    Err(PipelineError::UnknownName { what, found: wrong.clone(), known: format!("{}{hint}", all.join(", ")) })
}

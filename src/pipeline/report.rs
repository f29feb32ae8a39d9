//! The run of `constat report`: from a case folder to a complete `out/`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::answers::Answers;
use super::publish::Publication;
use super::{Ingested, PipelineError, Step, StorePlace, ingestion};
use crate::case::Case;
use crate::case::config::nearest;
use crate::catalog::{QueryResult, Results};
use crate::chart;
use crate::report::context::{self, Sources};
use crate::report::figures::{self, Figure};
use crate::report::findings::{self, Facts};
use crate::report::output::{data, html, index, md};
use crate::report::{Locale, narrative, template};
use crate::store::Cache;

/// Languages a report can be in.
pub const LANGUAGES: [&str; 2] = ["en", "fr"];

/// Formats a document can have.
pub const FORMATS: [&str; 3] = ["html", "md", "json"];

/// Pixels of a PNG per pixel of the chart: sharp on a dense screen.
const PNG_SCALE: f32 = 2.0;

/// Hash of the sources that decide how a picture of a chart looks.
const PICTURE_BUILD: &str = env!("CONSTAT_PICTURE_BUILD");

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

/// What a run found and wrote.
#[derive(Debug)]
pub struct Outcome {
    /// The folder.
    pub out: PathBuf,
    /// Contents of `findings.json`.
    pub findings: Map<String, Value>,
    /// Whether the store of an earlier run was used.
    pub is_store_reused: bool,
    /// Files that were not read, with the reason.
    pub unread: Vec<(String, String)>,
    /// Records that could not be used.
    pub rejected: i64,
    /// Checks of queries that do not hold.
    pub failed_checks: Vec<String>,
}

/// What is made, after defaults and configuration.
struct Plan {
    out: PathBuf,
    languages: Vec<String>,
    documents: Vec<String>,
    formats: Vec<String>,
}

/// Runs everything and replaces `out/`.
pub fn report(case: &Case, options: &Options, progress: &(dyn Fn(Step) + Sync)) -> Result<Outcome, PipelineError> {
    let plan = Plan::new(case, options)?;
    let ingested = ingestion::ingest(case, &options.store, progress)?;
    let mut answers = Answers::open(case, &ingested)?;
    let results = answers.run_all(|name| progress(Step::Query { name: name.to_owned() }))?;
    let mut findings = findings::assemble(&Facts { case, results: &results })?;
    let mut publication = Publication::start(&plan.out)?;
    write_data(&results, &answers.store().cache(), &mut publication)?;
    let run = Run { case, results: &results, answers: &answers, ingested: &ingested, plan: &plan };
    let documents = run.write_documents(&findings, &mut publication, progress)?;
    findings.insert("documents".into(), documents.clone().into());
    if plan.formats.iter().any(|format| format == "json") {
        publication.write("findings.json", &pretty(&Value::Object(findings.clone())))?;
    }
    publication.write("index.html", index::page(case, &findings, &documents).as_bytes())?;
    let manifest = run.manifest(&publication);
    publication.write("manifest.json", &pretty(&manifest))?;
    let out = publication.finish()?;
    Ok(run.outcome(out, findings))
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

/// One run, after the questions were answered.
struct Run<'a> {
    case: &'a Case,
    results: &'a Results,
    answers: &'a Answers,
    ingested: &'a Ingested,
    plan: &'a Plan,
}

impl Run<'_> {
    fn write_documents(
        &self,
        findings: &Map<String, Value>,
        publication: &mut Publication,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Vec<Value>, PipelineError> {
        let mut documents = Vec::new();
        for language in &self.plan.languages {
            progress(Step::Charts);
            let locale = self.locale(language)?;
            let figures = figures::build(&locale, self.case, self.results, self.answers.parameters(), findings)?;
            write_charts(&figures, language, &self.answers.store().cache(), publication)?;
            let sources = Sources {
                case: self.case,
                findings,
                results: self.results,
                parameters: self.answers.parameters(),
                figures: &figures,
                warnings: &self.answers.store().manifest().warnings,
                narrative: self.narrative(language)?,
            };
            let context = context::context(&sources, language);
            let engine = template::Engine::new(locale, Some(&self.case.part("report-templates")))?;
            for document in &self.plan.documents {
                let rendered = engine.render(document, &context)?;
                for (format, text) in [
                    ("html", html::page(&engine, &rendered, &context)?),
                    ("md", md::plain(&rendered, &context, engine.locale().language())),
                ] {
                    if !self.plan.formats.iter().any(|wanted| wanted == format) {
                        continue;
                    }
                    let path = format!("{document}.{language}.{format}");
                    progress(Step::Document { path: path.clone() });
                    publication.write(&path, text.as_bytes())?;
                    documents.push(json!({
                        "path": path,
                        "document": document,
                        "language": language,
                        "format": format,
                        "blake3": publication.hashes()[&path],
                    }));
                }
            }
        }
        Ok(documents)
    }

    fn narrative(&self, language: &str) -> Result<Value, PipelineError> {
        let path = self.case.part(&format!("narrative.{language}.md"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(PipelineError::write("read", &path)(error)),
        };
        Ok(json!(narrative::merge(&text).sections))
    }

    fn locale(&self, language: &str) -> Result<Locale, PipelineError> {
        let path = self.case.part("report-templates").join("locales").join(format!("{language}.ftl"));
        let own = std::fs::read_to_string(path).ok();
        Ok(Locale::new(language, own.as_deref())?)
    }

    fn manifest(&self, publication: &Publication) -> Value {
        let queries: BTreeMap<&str, Value> = self
            .results
            .iter()
            .map(|result| {
                let sql = blake3::hash(result.query.sql.as_bytes()).to_hex().to_string();
                (
                    result.query.name.as_str(),
                    json!({"sql_blake3": sql, "missing": result.missing, "failed": result.failed}),
                )
            })
            .collect();
        json!({
            "schema": "constat/manifest/1",
            "tool_version": env!("CARGO_PKG_VERSION"),
            "configuration": self.case.config,
            "inputs": self.results.rows("input_hashes").into_iter().map(|row| Value::Object(row.0)).collect::<Vec<_>>(),
            "queries": queries,
            "outputs": publication.hashes(),
        })
    }

    fn outcome(&self, out: PathBuf, findings: Map<String, Value>) -> Outcome {
        let inputs = self.results.rows("inputs_read");
        let mut unread: Vec<(String, String)> = inputs
            .iter()
            .filter(|row| row.text("source").is_none())
            .filter_map(|row| Some((row.text("path")?.to_owned(), row.text("why").unwrap_or_default().to_owned())))
            .collect();
        unread.dedup();
        let failed = self.results.iter().flat_map(|result| {
            result.failed.iter().map(|sentence| format!("{}: {sentence}", result.query.name)).collect::<Vec<_>>()
        });
        Outcome {
            out,
            findings,
            is_store_reused: self.ingested.is_reused,
            unread,
            rejected: inputs.iter().filter_map(|row| row.int("rows_rejected")).sum(),
            failed_checks: failed.collect(),
        }
    }
}

fn write_data(results: &Results, cache: &Cache, publication: &mut Publication) -> Result<(), PipelineError> {
    let results: Vec<&QueryResult> = results.iter().collect();
    let files: Vec<(String, Vec<u8>, Vec<u8>)> = results
        .par_iter()
        .map(|result| {
            let name = result.query.name.clone();
            let encode = || result.answer.to_parquet();
            let parquet = cache
                .get_or(&format!("{}.parquet", result.key), encode)
                .map_err(|source| PipelineError::Parquet { query: name.clone(), source })?;
            let csv = || Ok::<_, PipelineError>(data::csv(&result.answer).into_bytes());
            Ok((name, parquet, cache.get_or(&format!("{}.csv", result.key), csv)?))
        })
        .collect::<Result<_, PipelineError>>()?;
    for (name, parquet, csv) in files {
        publication.write(&format!("data/{name}.parquet"), &parquet)?;
        publication.write(&format!("data/{name}.csv"), &csv)?;
    }
    Ok(())
}

fn write_charts(
    figures: &BTreeMap<String, Figure>,
    language: &str,
    cache: &Cache,
    publication: &mut Publication,
) -> Result<(), PipelineError> {
    let figures: Vec<(&String, &Figure)> = figures.iter().collect();
    let pictures: Vec<Vec<u8>> = figures
        .par_iter()
        .map(|(_, figure)| {
            let key = blake3::hash(format!("{PICTURE_BUILD} {PNG_SCALE} {}", figure.wide).as_bytes()).to_hex();
            cache.get_or(&format!("{key}.png"), || Ok(chart::png::render(&figure.wide, PNG_SCALE)?))
        })
        .collect::<Result<_, PipelineError>>()?;
    for ((name, figure), picture) in figures.into_iter().zip(pictures) {
        let path = format!("charts/{name}.{language}");
        publication.write(&format!("{path}.svg"), chart::standalone(&figure.wide).as_bytes())?;
        publication.write(&format!("{path}.png"), &picture)?;
        publication.write(&format!("{path}.txt"), format!("{}\n{}\n", figure.title, figure.description).as_bytes())?;
    }
    Ok(())
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("JSON values can be written");
    bytes.push(b'\n');
    bytes
}

//! The run of `constat report`: from a draft in memory to a complete `out/`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::draft::{Draft, Edition, Options};
use super::publish::Publication;
use super::{PipelineError, Step};
use crate::case::Case;
use crate::catalog::{QueryResult, Results};
use crate::chart;
use crate::report::figures::Figure;
use crate::report::output::{data, html, index, md};
use crate::store::Cache;

/// Pixels of a PNG per pixel of the chart: sharp on a dense screen.
const PNG_SCALE: f32 = 2.0;

/// Hash of the sources that decide how a picture of a chart looks.
const PICTURE_BUILD: &str = env!("CONSTAT_PICTURE_BUILD");

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

/// Runs everything and replaces `out/`.
pub fn report(case: &Case, options: &Options, progress: &(dyn Fn(Step) + Sync)) -> Result<Outcome, PipelineError> {
    let draft = Draft::answer(case, options, progress)?;
    let mut publication = Publication::start(&draft.plan.out)?;
    write_data(&draft.results, &draft.cache(), &mut publication)?;
    let mut documents = Vec::new();
    for language in &draft.plan.languages {
        progress(Step::Charts);
        let edition = draft.edition(language)?;
        write_charts(&edition.figures, language, &draft.cache(), &mut publication)?;
        write_documents(&edition, &draft.plan.formats, &mut publication, &mut documents, progress)?;
    }
    let mut findings = draft.findings.clone();
    findings.insert("documents".into(), documents.clone().into());
    if draft.plan.formats.iter().any(|format| format == "json") {
        publication.write("findings.json", &pretty(&Value::Object(findings.clone())))?;
    }
    publication.write("index.html", index::page(case, &findings, &documents).as_bytes())?;
    let manifest = manifest(&draft, &publication);
    publication.write("manifest.json", &pretty(&manifest))?;
    let out = publication.finish()?;
    Ok(Outcome {
        out,
        findings,
        is_store_reused: draft.is_store_reused,
        unread: draft.unread().into_iter().map(|file| (file.path, file.why)).collect(),
        rejected: draft.rejected(),
        failed_checks: draft.failed_checks().map(|(query, sentence)| format!("{}: {sentence}", query.name)).collect(),
    })
}

fn write_documents(
    edition: &Edition,
    formats: &[String],
    publication: &mut Publication,
    documents: &mut Vec<Value>,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<(), PipelineError> {
    let engine = &edition.engine;
    let language = engine.locale().language();
    for rendered in &edition.documents {
        for (format, text) in [
            ("html", html::page(engine, rendered, &edition.context)?),
            ("md", md::plain(rendered, &edition.context, language)),
        ] {
            if !formats.iter().any(|wanted| wanted == format) {
                continue;
            }
            let path = format!("{}.{}.{format}", rendered.document, edition.language);
            progress(Step::Document { path: path.clone() });
            publication.write(&path, text.as_bytes())?;
            documents.push(json!({
                "path": path,
                "document": rendered.document,
                "language": edition.language,
                "format": format,
                "blake3": publication.hashes()[&path],
            }));
        }
    }
    Ok(())
}

fn manifest(draft: &Draft<'_>, publication: &Publication) -> Value {
    let queries: BTreeMap<&str, Value> = draft
        .results
        .iter()
        .map(|result| {
            let sql = blake3::hash(result.query.sql.as_bytes()).to_hex().to_string();
            (result.query.name.as_str(), json!({"sql_blake3": sql, "missing": result.missing, "failed": result.failed}))
        })
        .collect();
    json!({
        "schema": "constat/manifest/1",
        "tool_version": env!("CARGO_PKG_VERSION"),
        "configuration": draft.case.config,
        "inputs": draft.results.rows("input_hashes").into_iter().map(|row| Value::Object(row.0)).collect::<Vec<_>>(),
        "queries": queries,
        "outputs": publication.hashes(),
    })
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

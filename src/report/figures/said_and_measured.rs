//! What was measured, what the public was told, and the promises of a next message.
//!
//! In: `public_messages_on_curve`, `promises`, the waves. Out: a [`Figure`]. A status that does not say that all is well
//! admits the failures until the next message; which words say so is fixed here.

use super::super::ReportError;
use super::Figure;
use super::scene::{MINUTE, Scene, thin, word};
use crate::catalog::rows::Row;
use crate::chart::said_and_measured::{Promise, Said, Span};
use crate::chart::{Alt, Kind, SaidAndMeasuredChart, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "said_and_measured";
const QUERY: &str = "public_messages_on_curve";
/// States of a page that say that all is well.
const WELL: [&str; 5] = ["resolved", "operational", "completed", "scheduled", "none"];

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let mut rows = scene.results.rows(QUERY);
    rows.retain(|row| row.int("time").is_some());
    if rows.is_empty() {
        return scene.empty(NAME, Kind::SaidAndMeasured, "chart-said-voice", QUERY);
    }
    rows.sort_by_key(|row| row.int("time"));
    let said = said(scene, &rows)?;
    let unsaid = unsaid(scene, &said)?;
    let caption = caption(scene, &unsaid)?;
    let chart = SaidAndMeasuredChart {
        alt: alt(scene, &rows, &caption)?,
        time: scene.time.clone(),
        measured_title: scene.both("chart-said-measured", &[])?,
        measured: measured(scene)?,
        said_title: scene.both("chart-said-public", &[])?,
        said,
        unsaid,
        promises_title: scene.both("chart-said-promises", &[])?,
        promises: promises(scene, &rows)?,
    };
    Ok(Figure {
        caption,
        note: scene.say("chart-said-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&["column-time", "chart-column-status", "column-failing-then", "column-next"])?,
        rows: table(scene, rows)?,
        query: QUERY.to_owned(),
    })
}

fn measured(scene: &Scene<'_>) -> Result<Vec<Span>, ReportError> {
    let label = scene.say("chart-failing", &[])?;
    Ok(scene.waves.iter().map(|wave| Span { start: wave.start, end: wave.end, label: label.clone() }).collect())
}

/// Spans of one state each, from the left end of the axis to the right; equal neighbours are one.
fn said(scene: &Scene<'_>, rows: &[Row]) -> Result<Vec<Said>, ReportError> {
    let first = Said {
        span: Span { start: scene.time.start, end: scene.time.end, label: scene.say("chart-no-message", &[])? },
        is_admitted: false,
    };
    let mut said = vec![first];
    for row in rows {
        let at = row.int("time").unwrap_or_default();
        let (label, is_admitted) = (status(scene, row)?, admits(row));
        if at > scene.time.end {
            break;
        }
        if let Some(last) = said.last_mut() {
            if last.is_admitted == is_admitted && last.span.label == label {
                continue;
            }
            last.span.end = at.max(last.span.start);
        }
        said.push(Said { span: Span { start: at.max(scene.time.start), end: scene.time.end, label }, is_admitted });
    }
    said.retain(|said| said.span.end > said.span.start);
    Ok(said)
}

fn state(row: &Row) -> String {
    row.text("status").unwrap_or("update").to_lowercase()
}

fn admits(row: &Row) -> bool {
    !WELL.contains(&state(row).as_str())
}

/// The state in the language of the document when it is a known one, else as the page has it.
fn status(scene: &Scene<'_>, row: &Row) -> Result<String, ReportError> {
    let state = state(row);
    let id = format!("status-{}", state.replace(['_', ' '], "-"));
    if scene.locale.has_message(&id) { scene.say(&id, &[]) } else { Ok(state.replace('_', " ")) }
}

/// Failing spans, a minute or longer, in which nothing was admitted.
fn unsaid(scene: &Scene<'_>, said: &[Said]) -> Result<Vec<Span>, ReportError> {
    let mut unsaid = Vec::new();
    for wave in &scene.waves {
        for state in said.iter().filter(|said| !said.is_admitted) {
            let (start, end) = (wave.start.max(state.span.start), wave.end.min(state.span.end));
            if end.saturating_sub(start) >= MINUTE {
                let duration = word(scene.short_span(start, end));
                let label = scene.say("chart-said-unsaid", &[("duration", duration)])?;
                unsaid.push(Span { start, end, label });
            }
        }
    }
    Ok(unsaid)
}

fn promises(scene: &Scene<'_>, rows: &[Row]) -> Result<Vec<Promise>, ReportError> {
    let judged = scene.results.rows("promises");
    let mut promises = Vec::new();
    for row in rows {
        let Some(at) = row.int("time") else { continue };
        let own = |promise: &&Row| promise.int("said_at") == Some(at) && promise.text("kind") == Some("next_update");
        let Some(promise) = judged.iter().find(own) else {
            promises.push(Promise { at, ..Promise::default() });
            continue;
        };
        let (promised, actual) = (promise.int("promised_at"), promise.int("actual_at"));
        let late_at = actual.filter(|_| promise.bool("is_kept") == Some(false));
        promises.push(Promise { at, promised, late_at, verdict: verdict(scene, promise)? });
    }
    promises.dedup();
    Ok(promises)
}

/// Kept, late by how much, or not kept; empty while the data do not reach so far.
fn verdict(scene: &Scene<'_>, promise: &Row) -> Result<String, ReportError> {
    let promised = promise.int("promised_at").unwrap_or_default();
    match (promise.bool("is_kept"), promise.int("actual_at")) {
        (Some(true), _) => scene.say("promise-kept", &[]),
        (_, Some(actual)) => scene.say("promise-late", &[("delay", word(scene.short_span(promised, actual)))]),
        (_, None) if promised > scene.data_end => Ok(String::new()),
        (_, None) => scene.say("promise-broken", &[]),
    }
}

fn caption(scene: &Scene<'_>, unsaid: &[Span]) -> Result<String, ReportError> {
    let total: i64 = unsaid.iter().map(|span| span.end - span.start).sum();
    if total == 0 {
        return scene.say("chart-said-caption-all", &[]);
    }
    let failing: i64 = scene.waves.iter().map(|wave| wave.end - wave.start).sum();
    let failing_words = ("failing", word(scene.span(0, failing)?));
    if failing.saturating_sub(total) < MINUTE {
        return scene.say("chart-said-caption-never", &[failing_words]);
    }
    scene.say("chart-said-caption", &[("duration", word(scene.span(0, total)?)), failing_words])
}

fn alt(scene: &Scene<'_>, rows: &[Row], caption: &str) -> Result<Alt, ReportError> {
    let title = scene.say("chart-said-voice", &[("place", word(scene.place()?))])?;
    let first = rows.iter().find_map(|row| row.int("time")).unwrap_or(scene.start);
    let last = rows.iter().rev().find_map(|row| row.int("time")).unwrap_or(first);
    let description = scene.say(
        "chart-said-describe",
        &[
            ("start", word(scene.time(scene.start))),
            ("end", word(scene.time(scene.end))),
            ("n", super::scene::count(rows.len() as f64)),
            ("first", word(scene.time(first))),
            ("last", word(scene.time(last))),
        ],
    )?;
    Ok(Alt { title, description: format!("{description} {caption}") })
}

fn table(scene: &Scene<'_>, rows: Vec<Row>) -> Result<Vec<Vec<String>>, ReportError> {
    let line = |row: Row| {
        let promised = row.int("promised_next_update_at");
        let next = promised.map_or_else(|| "–".to_owned(), |at| scene.time(at));
        let failing = row.float("bad_ratio").map_or_else(|| "–".to_owned(), |share| scene.share(share));
        Ok(vec![scene.time(row.int("time").unwrap_or_default()), status(scene, &row)?, failing, next])
    };
    thin(rows, None).into_iter().map(line).collect()
}

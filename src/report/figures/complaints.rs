//! Complaints against the failing share: who noticed first.
//!
//! In: `complaints_over_time`, `complaint_totals`, `impact_over_time`, `milestones`. Out: a [`Figure`]. The curve above is
//! that of the slice that was hit, without the others, so that the eye compares two shapes.

use super::super::ReportError;
use super::Figure;
use super::curve::{self, COMPLAINTS_BUCKET, in_time, most_complaints, shares};
use super::scene::{Scene, thin, word};
use crate::catalog::rows::Row;
use crate::chart::milestones::Milestone;
use crate::chart::series::Series;
use crate::chart::{Alt, ImpactCurveChart, Kind, Text, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "complaints_over_impact";
const QUERY: &str = "complaints_over_time";

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let shown = |row: &Row| row.int("time").is_some_and(|at| (scene.time.start..=scene.time.end).contains(&at));
    let rows: Vec<Row> = in_time(scene.results.rows(QUERY)).into_iter().filter(shown).collect();
    if rows.is_empty() {
        return scene.empty(NAME, Kind::ImpactCurve, "chart-complaints-voice", QUERY);
    }
    let chart = chart(scene, &rows)?;
    Ok(Figure {
        caption: caption(scene, &rows)?,
        note: scene.say("chart-complaints-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&["column-time", "column-complaints", "chart-column-expected"])?,
        rows: table(scene, rows),
        query: QUERY.to_owned(),
    })
}

fn chart(scene: &Scene<'_>, rows: &[Row]) -> Result<ImpactCurveChart, ReportError> {
    let mut slice = in_time(scene.results.rows("impact_over_time"));
    slice.retain(|row| row.text("segment") == Some("slice"));
    let bucket = curve::calm_bucket(&slice, scene.end - scene.start);
    if bucket != curve::bucket(&slice) {
        slice = curve::coarse(&slice, bucket);
    }
    let missing = match scene.missing("impact_over_time")? {
        Some(sentence) => sentence,
        None => scene.say("chart-nothing", &[])?,
    };
    let (name, _) = curve::hit(scene)?;
    Ok(ImpactCurveChart {
        alt: alt(scene, rows)?,
        time: scene.time.clone(),
        waves: scene.waves.clone(),
        milestones: milestones(scene)?,
        title: scene.both("chart-impact-title", &[])?,
        slice: shares(&slice, bucket),
        slice_label: name.into(),
        others: Series::default(),
        others_label: Text::default(),
        format: scene.share_ticks(),
        peak: None,
        window: None,
        complaints: curve::complaints(scene)?,
        no_data: scene.say("chart-no-data", &[])?,
        missing,
    })
}

/// When complaints left their usual level, if the axis shows it.
fn onset(scene: &Scene<'_>) -> Option<i64> {
    let onset = scene.results.row("complaint_totals").int("onset_at");
    onset.filter(|at| (scene.time.start..=scene.time.end).contains(at))
}

/// First failure, first alert, first message, and when complaints left their usual level.
fn milestones(scene: &Scene<'_>) -> Result<Vec<Milestone>, ReportError> {
    let mut milestones = curve::milestones(scene, &["started", "detected", "first_public_message"])?;
    if let Some(at) = onset(scene) {
        let label = scene.say("chart-milestone-complaints", &[("time", word(scene.time(at)))])?.into();
        milestones.push(Milestone { at, label, keep: 7 });
    }
    Ok(milestones)
}

fn caption(scene: &Scene<'_>, rows: &[Row]) -> Result<String, ReportError> {
    if let Some(at) = onset(scene) {
        let time = ("time", word(scene.time(at)));
        let id = if at >= scene.start { "chart-complaints-caption" } else { "chart-complaints-caption-before" };
        let delay = scene.span(scene.start.min(at), scene.start.max(at))?;
        return scene.say(id, &[time, ("delay", word(delay))]);
    }
    match most_complaints(rows) {
        Some((at, most)) => scene.say(
            "chart-complaints-caption-most",
            &[("n", word(scene.locale.integer(most))), ("time", word(scene.time(at)))],
        ),
        None => scene.say("chart-complaints-caption-none", &[]),
    }
}

fn alt(scene: &Scene<'_>, rows: &[Row]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-complaints-voice", &[("place", word(scene.place()?))])?;
    let (at, most) = most_complaints(rows).unwrap_or((scene.start, 0.0));
    let before: f64 = sum(rows, scene.time.start, scene.start);
    let during: f64 = sum(rows, scene.start, scene.time.end + 1);
    let description = scene.say(
        "chart-complaints-describe",
        &[
            ("duration", word(scene.span(scene.time.start, scene.time.end)?)),
            ("before", word(scene.locale.integer(before))),
            ("start", word(scene.time(scene.start))),
            ("after", word(scene.locale.integer(during))),
            ("most", word(scene.locale.integer(most))),
            ("time", word(scene.time(at))),
        ],
    )?;
    Ok(Alt { title, description: format!("{description} {}", caption(scene, rows)?) })
}

/// Complaints in the five minutes that end in the period.
fn sum(rows: &[Row], from: i64, to: i64) -> f64 {
    let inside =
        |row: &&Row| row.int("time").is_some_and(|at| (from..to).contains(&at.saturating_add(COMPLAINTS_BUCKET - 1)));
    rows.iter().filter(inside).filter_map(|row| row.float("complaints")).sum()
}

fn table(scene: &Scene<'_>, rows: Vec<Row>) -> Vec<Vec<String>> {
    let peak = most_complaints(&rows).and_then(|(at, _)| rows.iter().position(|row| row.int("time") == Some(at)));
    let number = |row: &Row, column: &str, decimals| {
        row.float(column).map_or_else(String::new, |value| scene.locale.number(value, decimals))
    };
    let line = |row: Row| {
        let at = row.int("time").unwrap_or_default();
        vec![scene.time(at), number(&row, "complaints", 0), number(&row, "expected", 1)]
    };
    thin(rows, peak).into_iter().map(line).collect()
}

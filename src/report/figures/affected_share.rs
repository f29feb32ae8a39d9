//! Who was affected: slices that explain the failures, then the values of each dimension, by risk ratio.
//!
//! In: `localisation`, `impact_by_dimension`. Out: a [`Figure`]. It ranks nothing: claims come first, then values in the
//! order of the query, the first four of each dimension.

use super::super::ReportError;
use super::super::locale::round_to_interval;
use super::Figure;
use super::scene::{Scene, word};
use crate::catalog::rows::Row;
use crate::chart::affected_share::AffectedAxis;
use crate::chart::dot_rows::{DotRow, Estimate};
use crate::chart::{AffectedShareChart, Alt, Kind, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "affected_share";
const QUERY: &str = "impact_by_dimension";
/// Most claims, most values of one dimension, most rows.
const MOST_CLAIMS: usize = 5;
const MOST_VALUES: usize = 4;
const MOST_ROWS: usize = 16;

/// One row: a slice or a value.
struct Part {
    name: String,
    row: Row,
    is_claim: bool,
}

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let parts = parts(scene);
    if !parts.iter().any(|part| part.row.float("risk_ratio").is_some()) {
        return scene.empty(NAME, Kind::AffectedShare, "chart-affected-voice", QUERY);
    }
    let chart = AffectedShareChart {
        alt: alt(scene, &parts)?,
        rows: parts.iter().map(|part| row(scene, part)).collect::<Result<_, _>>()?,
        axis: AffectedAxis::Ratio,
        format: scene.number_ticks(),
        heads: (scene.say("chart-fails-less", &[])?, scene.say("chart-fails-more", &[])?),
    };
    Ok(Figure {
        caption: caption(scene, &parts)?,
        note: scene.say("chart-affected-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&[
            "column-part",
            "column-risk-ratio",
            "chart-column-interval",
            "column-failing",
            "chart-column-attempts",
        ])?,
        rows: parts.iter().map(|part| line(scene, part)).collect(),
        query: QUERY.to_owned(),
    })
}

fn parts(scene: &Scene<'_>) -> Vec<Part> {
    let claims = scene.results.rows("localisation").into_iter().filter(|row| row.bool("is_claim") == Some(true));
    let mut parts: Vec<Part> = claims
        .take(MOST_CLAIMS)
        .filter_map(|row| Some(Part { name: row.text("slice")?.to_owned(), row, is_claim: true }))
        .collect();
    for row in scene.results.rows(QUERY) {
        let (Some(dimension), Some(value)) = (row.text("dimension"), row.text("value")) else { continue };
        let name = format!("{dimension} = {value}");
        let is_of_dimension = |part: &&Part| part.row.text("dimension") == Some(dimension);
        let has_room = parts.len() < MOST_ROWS && parts.iter().filter(is_of_dimension).count() < MOST_VALUES;
        if has_room && row.float("risk_ratio").is_some() && parts.iter().all(|part| part.name != name) {
            parts.push(Part { name, row, is_claim: false });
        }
    }
    parts
}

fn row(scene: &Scene<'_>, part: &Part) -> Result<DotRow, ReportError> {
    let words = match words(scene, &part.row) {
        Some((value, interval)) if interval.is_empty() => value,
        Some((value, interval)) => format!("{value} ({interval})"),
        None => scene.say("not-known", &[])?,
    };
    let estimate =
        Estimate { value: part.row.float("risk_ratio"), interval: ends(&part.row), words, is_impacted: part.is_claim };
    Ok(DotRow { name: part.name.clone(), estimates: vec![estimate] })
}

fn ends(row: &Row) -> Option<(f64, f64)> {
    row.float("risk_ratio_low").zip(row.float("risk_ratio_high"))
}

/// Risk ratio and its interval in words.
fn words(scene: &Scene<'_>, row: &Row) -> Option<(String, String)> {
    let value = row.float("risk_ratio")?;
    let Some((low, high)) = ends(row) else {
        return Some((scene.locale.number(value, u8::from(value < 10.0)), String::new()));
    };
    let rounded = round_to_interval(value, low, high);
    let decimals = rounded.decimals.min(if value < 0.1 { 3 } else { 2 });
    let interval = scene.locale.interval(rounded.low, rounded.high, decimals);
    Some((scene.locale.number(rounded.value, decimals), interval))
}

fn caption(scene: &Scene<'_>, parts: &[Part]) -> Result<String, ReportError> {
    let first = parts.iter().find(|part| part.is_claim);
    if let Some((part, (value, _))) = first.and_then(|part| Some((part, words(scene, &part.row)?))) {
        return scene.say("chart-affected-caption", &[("slice", word(part.name.as_str())), ("risk", word(value))]);
    }
    let scope = scene.results.row("localisation");
    let id = if scope.text("scope") == Some("general") { "localisation-general" } else { "localisation-unknown" };
    scene.say(id, &[])
}

fn alt(scene: &Scene<'_>, parts: &[Part]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-affected-voice", &[("place", word(scene.place()?))])?;
    let count = word(scene.locale.integer(parts.len() as f64));
    let mut sentences = vec![scene.say("chart-affected-describe", &[("n", count)])?, caption(scene, parts)?];
    let next = parts.iter().find(|part| !part.is_claim);
    if let Some((part, (value, _))) = next.and_then(|part| Some((part, words(scene, &part.row)?))) {
        let arguments = [("part", word(part.name.as_str())), ("risk", word(value))];
        sentences.push(scene.say("chart-affected-describe-next", &arguments)?);
    }
    Ok(Alt { title, description: sentences.join(" ") })
}

fn line(scene: &Scene<'_>, part: &Part) -> Vec<String> {
    let (value, interval) = words(scene, &part.row).unwrap_or_default();
    let total = part.row.float("total").filter(|total| *total > 0.0);
    let failing = total.zip(part.row.float("bad")).map_or_else(String::new, |(total, bad)| scene.share(bad / total));
    let total = total.map_or_else(String::new, |total| scene.locale.integer(total));
    vec![part.name.clone(), value, interval, failing, total]
}

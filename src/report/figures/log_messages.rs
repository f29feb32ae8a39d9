//! Log messages that are new or burst, over time.
//!
//! In: `log_templates_compared`, `log_template_counts`. Out: a [`Figure`]. It keeps the order of the query and shows eight
//! patterns; each row has a maximum of its own.

use std::collections::BTreeMap;

use super::super::ReportError;
use super::Figure;
use super::scene::{MINUTE, Scene, count, thin, word};
use crate::catalog::rows::Row;
use crate::chart::log_messages::LogRow;
use crate::chart::{Alt, Kind, LogMessagesChart, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "log_messages";
const QUERY: &str = "log_templates_compared";
/// Patterns drawn, and the length of a column.
const MOST: usize = 8;
const BUCKET: i64 = 5 * MINUTE;

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let rows = scene.results.rows(QUERY);
    if rows.is_empty() {
        if scene.results.missing(QUERY).is_empty() {
            let sentence = scene.say("chart-logs-none", &[])?;
            return scene.empty_with(NAME, Kind::LogMessages, "chart-logs-voice", QUERY, &sentence);
        }
        return scene.empty(NAME, Kind::LogMessages, "chart-logs-voice", QUERY);
    }
    let chart = LogMessagesChart {
        alt: alt(scene, &rows)?,
        time: scene.time.clone(),
        waves: scene.waves.clone(),
        failures_start: scene.failures_start()?,
        rows: drawn(scene, &rows)?,
    };
    Ok(Figure {
        caption: caption(scene, &rows)?,
        note: scene.say("chart-logs-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&[
            "column-message",
            "chart-column-service",
            "column-count",
            "column-before",
            "column-ratio",
        ])?,
        rows: table(scene, rows)?,
        query: QUERY.to_owned(),
    })
}

/// The first patterns that have counts over time, each once.
fn drawn(scene: &Scene<'_>, rows: &[Row]) -> Result<Vec<LogRow>, ReportError> {
    let mut counts: BTreeMap<String, Vec<(i64, f64)>> = BTreeMap::new();
    for row in scene.results.rows("log_template_counts") {
        if let (Some(id), Some(at), Some(lines)) = (row.text("template_id"), row.int("time"), row.float("count")) {
            counts.entry(id.to_owned()).or_default().push((at, lines));
        }
    }
    let mut drawn = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for row in rows {
        let Some((id, counted)) = row.text("template_id").and_then(|id| Some((id, counts.get(id)?))) else { continue };
        if seen.contains(&id) || seen.len() == MOST {
            continue;
        }
        seen.push(id);
        drawn.push(LogRow {
            template: named(row),
            note: note(scene, row)?,
            is_new: row.bool("is_new") == Some(true),
            counts: columns(counted, scene.time.start, scene.time.end, scene.data_end),
        });
    }
    Ok(drawn)
}

fn named(row: &Row) -> String {
    let template = row.text("template").unwrap_or_default();
    match row.text("service_name").filter(|service| !service.is_empty()) {
        Some(service) => format!("{service} · {template}"),
        None => template.to_owned(),
    }
}

fn note(scene: &Scene<'_>, row: &Row) -> Result<String, ReportError> {
    let lines = scene.locale.integer(row.float("count_during").unwrap_or_default());
    if row.bool("is_new") == Some(true) {
        return scene.say("chart-logs-new", &[("n", word(lines))]);
    }
    scene.say("log-times", &[("ratio", word(ratio(scene, row)))])
}

fn ratio(scene: &Scene<'_>, row: &Row) -> String {
    let ratio = row.float("rate_ratio").unwrap_or_default();
    scene.locale.number(ratio, u8::from(ratio < 10.0))
}

/// Counts of equal columns of about five minutes between both ends; none after the data.
fn columns(counted: &[(i64, f64)], start: i64, end: i64, data_end: i64) -> Vec<Option<f64>> {
    let span = end.saturating_sub(start).max(1);
    let number = (span / BUCKET).clamp(1, 500);
    let width = span / number;
    let mut columns: Vec<Option<f64>> =
        (0..number).map(|index| (start + index * width < data_end).then_some(0.0)).collect();
    for (at, lines) in counted {
        let offset = at.saturating_add(BUCKET / 2).saturating_sub(start);
        let index = usize::try_from(offset.div_euclid(width.max(1))).ok();
        if let Some(column) = index.and_then(|index| columns.get_mut(index)) {
            *column = Some(column.unwrap_or(0.0) + lines);
        }
    }
    columns
}

/// Number of new patterns and of others.
fn numbers(rows: &[Row]) -> (usize, usize) {
    let new = rows.iter().filter(|row| row.bool("is_new") == Some(true)).count();
    (new, rows.len() - new)
}

fn caption(scene: &Scene<'_>, rows: &[Row]) -> Result<String, ReportError> {
    let (new, more) = numbers(rows);
    let (new, more) = (("new", count(new as f64)), ("more", count(more as f64)));
    match (rows.iter().any(|row| row.bool("is_new") == Some(true)), numbers(rows).1) {
        (true, 0) => scene.say("chart-logs-caption-new", &[new]),
        (false, _) => scene.say("chart-logs-caption-more", &[more]),
        (true, _) => {
            let parts = [scene.say("chart-logs-caption-new", &[new])?, scene.say("chart-logs-caption-more", &[more])?];
            Ok(parts.join(" "))
        }
    }
}

fn alt(scene: &Scene<'_>, rows: &[Row]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-logs-voice", &[("place", word(scene.place()?))])?;
    let first = &rows[0];
    let template: String = first.text("template").unwrap_or_default().chars().take(120).collect();
    let lines = word(scene.locale.integer(first.float("count_during").unwrap_or_default()));
    let description = scene.say("chart-logs-describe", &[("template", word(template)), ("n", lines)])?;
    Ok(Alt { title, description: format!("{} {description}", caption(scene, rows)?) })
}

fn table(scene: &Scene<'_>, rows: Vec<Row>) -> Result<Vec<Vec<String>>, ReportError> {
    let number =
        |row: &Row, column: &str| row.float(column).map_or_else(String::new, |value| scene.locale.integer(value));
    let line = |row: Row| {
        let change = if row.bool("is_new") == Some(true) { scene.say("log-new", &[])? } else { note(scene, &row)? };
        let text = |column: &str| row.text(column).unwrap_or_default().to_owned();
        Ok(vec![
            text("template"),
            text("service_name"),
            number(&row, "count_during"),
            number(&row, "count_before"),
            change,
        ])
    };
    let first = rows.into_iter().take(super::scene::MOST_ROWS).collect();
    thin(first, None).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_cover_the_axis_and_end_with_the_data() {
        let columns = columns(&[(0, 3.0), (BUCKET, 2.0), (-BUCKET, 9.0)], 0, 4 * BUCKET, 2 * BUCKET);
        assert_eq!(columns, [Some(3.0), Some(2.0), None, None]);
    }

    #[test]
    fn an_empty_axis_has_one_column() {
        assert_eq!(super::columns(&[], 5, 5, 9), [Some(0.0)]);
    }
}

//! What happened in the system, among people, in public and among customers.
//!
//! In: `timeline`, `milestones`, `incident_window`. Out: a [`Figure`]. Each text is shown once per lane, and at most ten
//! events per lane, those with a meaning of their own first; the query has them all.

use super::super::ReportError;
use super::Figure;
use super::scene::{Scene, thin, word};
use crate::catalog::rows::Row;
use crate::chart::marks::Mark;
use crate::chart::timeline_lanes::{Lane, LaneEvent};
use crate::chart::{Alt, Kind, Text, TimelineLanesChart, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "timeline_lanes";
const QUERY: &str = "timeline";
/// Lanes as the query names them, with their marks.
const LANES: [(&str, Mark); 4] =
    [("system", Mark::System), ("people", Mark::People), ("public", Mark::Public), ("complaints", Mark::Complaint)];
/// Most events of a lane, and most characters of their words.
const MOST: (usize, usize) = (10, 80);

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let shown = |row: &Row| row.int("time").is_some_and(|at| (scene.time.start..=scene.time.end).contains(&at));
    let rows: Vec<Row> = scene.results.rows(QUERY).into_iter().filter(shown).collect();
    if rows.is_empty() {
        return scene.empty(NAME, Kind::TimelineLanes, "chart-timeline-voice", QUERY);
    }
    let chosen = choose(&rows);
    let chart = chart(scene, &rows, &chosen)?;
    let numbers = [
        ("shown", word(scene.locale.integer(chosen.len() as f64))),
        ("total", word(scene.locale.integer(rows.len() as f64))),
    ];
    Ok(Figure {
        caption: caption(scene, rows.len())?,
        note: scene.say("chart-timeline-note", &numbers)?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&["column-time", "column-lane", "column-what"])?,
        rows: table(scene, chosen)?,
        query: QUERY.to_owned(),
    })
}

/// The events that are drawn, in order of time.
fn choose(rows: &[Row]) -> Vec<&Row> {
    let mut chosen: Vec<&Row> = Vec::new();
    for (lane, _) in LANES {
        let mut events: Vec<&Row> = Vec::new();
        for row in rows.iter().filter(|row| row.text("lane") == Some(lane)) {
            let known = |event: &&Row| event.text("body") == row.text("body") && event.text("kind") == row.text("kind");
            if lane == "public" || !events.iter().any(known) {
                events.push(row);
            }
        }
        // The sort is stable: events of one weight stay in order of time.
        events.sort_by_key(|row| weight(row));
        chosen.extend(events.into_iter().take(MOST.0));
    }
    chosen.sort_by_key(|row| row.int("time"));
    chosen
}

fn weight(row: &Row) -> u8 {
    match row.text("kind") {
        Some("first_failure" | "last_failure" | "onset") => 0,
        Some("note" | "alert" | "message") => 2,
        _ => 1,
    }
}

fn chart(scene: &Scene<'_>, rows: &[Row], chosen: &[&Row]) -> Result<TimelineLanesChart, ReportError> {
    let mut lanes = Vec::new();
    for (name, mark) in LANES {
        let events = chosen.iter().filter(|row| row.text("lane") == Some(name));
        lanes.push(Lane {
            title: scene.both(&format!("chart-lane-{name}"), &[])?,
            mark,
            events: events.map(|row| event(scene, row)).collect::<Result<_, _>>()?,
        });
    }
    let mut waves = scene.waves.clone();
    if let Some(first) = waves.first_mut() {
        first.label = Some(scene.say("chart-failing", &[])?);
    }
    Ok(TimelineLanesChart { alt: alt(scene, rows)?, time: scene.time.clone(), waves, lanes })
}

fn event(scene: &Scene<'_>, row: &Row) -> Result<LaneEvent, ReportError> {
    let at = row.int("time").unwrap_or_default();
    let window = scene.results.row("incident_window");
    let interval = match row.text("kind") {
        Some("first_failure") => window.int("start_earliest").zip(window.int("start_latest")),
        Some("last_failure") => window.int("end_earliest").zip(window.int("end_latest")),
        _ => None,
    };
    let label = label(scene, row)?;
    Ok(LaneEvent { at, interval: interval.filter(|(low, high)| low < high), time: scene.time(at), label })
}

fn label(scene: &Scene<'_>, row: &Row) -> Result<Text, ReportError> {
    let kind = row.text("kind").unwrap_or_default().replace(['_', ' '], "-");
    let own = format!("chart-event-{kind}");
    let body = short(row.text("body").unwrap_or_default());
    if body.is_empty() || row.text("lane") == Some("complaints") {
        let id = if scene.locale.has_message(&own) { own.as_str() } else { "chart-event" };
        return scene.say(id, &[]).map(Text::from);
    }
    let status = format!("status-{kind}");
    if row.text("lane") == Some("public") && scene.locale.has_message(&status) {
        return Ok(Text::new(body, scene.say(&status, &[])?));
    }
    Ok(body.into())
}

/// The first sentence of a text, cut when it is long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = line.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
    if sentence.chars().count() <= MOST.1 {
        return sentence;
    }
    let cut: String = sentence.chars().take(MOST.1).collect();
    format!("{}…", cut.trim_end())
}

fn milestone(scene: &Scene<'_>, name: &str) -> Option<i64> {
    let rows = scene.results.rows("milestones");
    rows.iter().find(|row| row.text("milestone") == Some(name))?.int("at").filter(|at| *at >= scene.start)
}

fn caption(scene: &Scene<'_>, total: usize) -> Result<String, ReportError> {
    let delay = |at: Option<i64>| at.map(|at| scene.span(scene.start, at)).transpose();
    let alert = delay(milestone(scene, "detected"))?;
    let message = delay(milestone(scene, "first_public_message"))?;
    match (alert, message) {
        (Some(alert), Some(message)) => {
            scene.say("chart-timeline-caption", &[("alert", word(alert)), ("message", word(message))])
        }
        (Some(alert), None) => {
            let is_known = scene.results.missing("public_messages_on_curve").is_empty();
            let id = if is_known { "chart-timeline-caption-alert" } else { "chart-timeline-caption-alert-only" };
            scene.say(id, &[("alert", word(alert))])
        }
        (None, Some(message)) => scene.say("chart-timeline-caption-message", &[("message", word(message))]),
        (None, None) => scene.say("chart-timeline-caption-none", &[("n", word(scene.locale.integer(total as f64)))]),
    }
}

fn alt(scene: &Scene<'_>, rows: &[Row]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-timeline-voice", &[("place", word(scene.place()?))])?;
    let of = |lane: &str| rows.iter().filter(|row| row.text("lane") == Some(lane)).count() as f64;
    let numbers = LANES.map(|(lane, _)| (lane, word(scene.locale.integer(of(lane)))));
    let description = scene.say("chart-timeline-describe", &numbers)?;
    let span = [("start", word(scene.time(scene.start))), ("end", word(scene.time(scene.end)))];
    let window = scene.say("chart-timeline-describe-window", &span)?;
    Ok(Alt { title, description: format!("{description} {window} {}", caption(scene, rows.len())?) })
}

fn table(scene: &Scene<'_>, chosen: Vec<&Row>) -> Result<Vec<Vec<String>>, ReportError> {
    let line = |row: &Row| {
        let lane = scene.say(&format!("lane-{}", row.text("lane").unwrap_or("system")), &[])?;
        Ok(vec![scene.time(row.int("time").unwrap_or_default()), lane, label(scene, row)?.wide])
    };
    thin(chosen, None).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(time: i64, lane: &str, kind: &str, body: &str) -> Row {
        let value = serde_json::json!({"time": time, "lane": lane, "kind": kind, "body": body});
        Row(value.as_object().expect("an object").clone())
    }

    #[test]
    fn repeated_alerts_count_once_and_lanes_have_an_end() {
        let mut rows: Vec<Row> = (0..40).map(|time| row(time, "people", "note", &format!("note {time}"))).collect();
        rows.extend((0..5).map(|time| row(time, "system", "alert", "too many errors")));
        rows.push(row(50, "people", "mitigated", "service is back"));
        let chosen = choose(&rows);
        assert_eq!(chosen.iter().filter(|row| row.text("lane") == Some("system")).count(), 1);
        assert_eq!(chosen.iter().filter(|row| row.text("lane") == Some("people")).count(), MOST.0);
        assert_eq!(chosen.last().and_then(|row| row.text("kind")), Some("mitigated"));
    }

    #[test]
    fn long_texts_are_cut_at_their_first_sentence() {
        assert_eq!(short("We are looking.  More\nsoon."), "We are looking");
        assert_eq!(short(&"é".repeat(300)).chars().count(), MOST.1 + 1);
        assert_eq!(short(""), "");
    }
}

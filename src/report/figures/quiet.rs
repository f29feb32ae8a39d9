//! The curve of a period in which no incident was found.
//!
//! In: `attempts_per_minute`. Out: a [`Figure`] under the name of the impact curve, or none without rows. A long period is
//! drawn in quarters of an hour, summed, so that the noise of single minutes does not look like an incident. It compares
//! nothing: complaints are not counted without a window.

use super::super::ReportError;
use super::Figure;
use super::curve::{bucket, coarse, in_time, shares, worst};
use super::impact_curve::NAME;
use super::scene::{MINUTE, Scene, thin, word};
use crate::catalog::rows::Row;
use crate::chart::complaints_panel::Complaints;
use crate::chart::series::Series;
use crate::chart::{Alt, ImpactCurveChart, Text, Variant};

const QUERY: &str = "attempts_per_minute";
/// From so many rows on, they are summed into quarters of an hour.
const MANY: usize = 400;
const QUARTER: i64 = 15 * MINUTE;

/// Draws the figure; none when nothing was measured.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Option<Figure>, ReportError> {
    let rows = calm(in_time(scene.results.rows(QUERY)));
    let Some(peak) = worst(&rows, i64::MIN, i64::MAX) else { return Ok(None) };
    let length = bucket(&rows);
    let chart = chart(scene, &rows, length, peak)?;
    Ok(Some(Figure {
        caption: scene.say("chart-quiet-caption", &worst_words(scene, &rows[peak], false)?)?,
        note: scene.say("chart-quiet-note", &[("bucket", word(scene.locale.duration(length as f64 / 1e6)))])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&[
            "column-time",
            "chart-column-failing-all",
            "chart-column-interval",
            "chart-column-attempts",
        ])?,
        rows: table(scene, &rows, peak),
        query: QUERY.to_owned(),
    }))
}

/// The same rows when they are few, else their sums per quarter of an hour.
fn calm(rows: Vec<Row>) -> Vec<Row> {
    if rows.len() < MANY || bucket(&rows) >= QUARTER { rows } else { coarse(&rows, QUARTER) }
}

fn chart(scene: &Scene<'_>, rows: &[Row], length: i64, peak: usize) -> Result<ImpactCurveChart, ReportError> {
    let title = scene.say("chart-quiet-voice", &[("place", word(scene.place()?))])?;
    let description = scene.say("chart-quiet-describe", &worst_words(scene, &rows[peak], true)?)?;
    Ok(ImpactCurveChart {
        alt: Alt { title, description },
        time: scene.time.clone(),
        waves: Vec::new(),
        milestones: Vec::new(),
        title: scene.both("chart-impact-title", &[])?,
        slice: shares(rows, length),
        slice_label: scene.say("chart-hit-all", &[])?.into(),
        others: Series::default(),
        others_label: Text::default(),
        format: scene.share_ticks(),
        peak: None,
        window: None,
        complaints: Complaints::Missing {
            title: scene.both("chart-complaints-title", &[])?,
            sentence: scene.say("chart-quiet-complaints", &[])?,
        },
        no_data: scene.say("chart-no-data", &[])?,
        missing: String::new(),
    })
}

/// Share and time of the worst moment.
fn worst_words(
    scene: &Scene<'_>,
    row: &Row,
    is_spoken: bool,
) -> Result<[(&'static str, super::super::locale::Argument); 2], ReportError> {
    let share = row.float("bad_ratio").unwrap_or_default();
    let share = if is_spoken { scene.spoken_share(share)? } else { scene.share(share) };
    let at = scene.locale.date_time(row.int("time").unwrap_or_default(), &scene.case.zone);
    Ok([("share", word(share)), ("time", word(at))])
}

fn table(scene: &Scene<'_>, rows: &[Row], peak: usize) -> Vec<Vec<String>> {
    let line = |row: &Row| {
        vec![
            scene.locale.date_time(row.int("time").unwrap_or_default(), &scene.case.zone),
            row.float("bad_ratio").map_or_else(String::new, |share| scene.share(share)),
            scene.share_interval(row.float("low"), row.float("high")),
            row.float("total").map_or_else(String::new, |total| scene.locale.integer(total)),
        ]
    };
    thin(rows.iter().collect(), Some(peak)).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(minute: i64) -> Row {
        let value = serde_json::json!({"time": minute * MINUTE, "total": 10.0, "bad": 1.0, "bad_ratio": 0.1});
        Row(value.as_object().expect("an object").clone())
    }

    #[test]
    fn long_periods_are_summed_into_quarters() {
        let rows = calm((0..600).map(row).collect());
        assert_eq!(rows.len(), 40);
        assert_eq!(rows[1].float("total"), Some(150.0));
        assert_eq!(rows[1].float("bad_ratio"), Some(0.1));
    }

    #[test]
    fn short_and_empty_periods_stay() {
        assert_eq!(calm((0..30).map(row).collect()).len(), 30);
        assert!(calm(Vec::new()).is_empty());
    }
}

//! Candidate causes, each with the metric that speaks for it and its signals, on one axis.
//!
//! In: `root_causes`, `root_cause_signals`, `metrics_of_candidates`. Out: a [`Figure`]. It ranks nothing and draws five.

use super::super::ReportError;
use super::Figure;
use super::candidate_signals::{kind_word, sign};
use super::curve;
use super::scene::{Scene, plain, word};
use crate::catalog::rows::Row;
use crate::chart::candidate_causes::{Candidate, Signal};
use crate::chart::candidate_signals::Sign;
use crate::chart::series::Series;
use crate::chart::{Alt, CandidateCausesChart, Kind, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "candidate_causes";
const QUERY: &str = "root_causes";
/// Candidates drawn, and signals of each.
const MOST: (usize, usize) = (5, 4);

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let rows: Vec<Row> = scene.results.rows(QUERY).into_iter().take(MOST.0).collect();
    if rows.is_empty() {
        return scene.empty(NAME, Kind::CandidateCauses, "chart-causes-voice", QUERY);
    }
    let signals = scene.results.rows("root_cause_signals");
    let metrics = scene.results.rows("metrics_of_candidates");
    let chart = CandidateCausesChart {
        alt: alt(scene, &rows, &signals)?,
        time: scene.time.clone(),
        waves: scene.waves.clone(),
        failures_start: scene.failures_start()?,
        candidates: rows.iter().map(|row| candidate(scene, row, &signals, &metrics)).collect::<Result<_, _>>()?,
        no_data: scene.say("chart-no-metric", &[])?,
    };
    Ok(Figure {
        caption: caption(scene, &rows)?,
        note: scene.say("chart-causes-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&["column-candidate", "column-score", "chart-column-first-signal", "column-signals"])?,
        rows: rows.iter().map(|row| line(scene, row, &signals)).collect::<Result<_, _>>()?,
        query: QUERY.to_owned(),
    })
}

fn candidate(scene: &Scene<'_>, row: &Row, signals: &[Row], metrics: &[Row]) -> Result<Candidate, ReportError> {
    let rank = row.int("rank");
    let metric: Vec<Row> = metrics.iter().filter(|sample| sample.int("rank") == rank).cloned().collect();
    let metric = curve::in_time(metric);
    let (series, metric_label) = series(&metric);
    let score = scene.locale.number(row.float("score").unwrap_or_default(), 2);
    Ok(Candidate {
        name: format!("{}. {}", rank.unwrap_or_default(), row.text("entity").unwrap_or_default()),
        score: scene.say("chart-causes-score", &[("score", word(score))])?,
        metric_label,
        metric: series,
        format: scene.number_ticks(),
        signals: marks(scene, rank, signals)?,
    })
}

/// The metric of a candidate with its name; a ratio in percent, which is shorter.
fn series(metric: &[Row]) -> (Series, String) {
    let name = metric.first().and_then(|sample| sample.text("metric")).unwrap_or_default();
    if metric.is_empty() {
        return (Series::default(), String::new());
    }
    let mut series = curve::values(metric, curve::bucket(metric), "value");
    let is_ratio =
        name.ends_with("ratio") && series.buckets.iter().all(|bucket| bucket.value.is_none_or(|value| value <= 1.0));
    if !is_ratio {
        return (series, name.to_owned());
    }
    for bucket in &mut series.buckets {
        bucket.value = bucket.value.map(|value| value * 100.0);
    }
    (series, format!("{name}, %"))
}

/// The strongest signals of a candidate that have a time.
fn marks(scene: &Scene<'_>, rank: Option<i64>, signals: &[Row]) -> Result<Vec<Signal>, ReportError> {
    let mut marks: Vec<Signal> = Vec::new();
    for row in signals.iter().filter(|row| row.int("rank") == rank) {
        let (Some(at), Some(kind)) = (row.int("at"), row.text("sign")) else { continue };
        let Some(Sign { mark, .. }) = sign(kind) else { continue };
        if marks.len() == MOST.1 || marks.iter().any(|known| known.mark == mark && known.at == at) {
            continue;
        }
        let arguments = [("kind", word(kind_word(scene, kind)?)), ("time", word(scene.time(at)))];
        marks.push(Signal { at, mark, label: scene.say("chart-signal", &arguments)? });
    }
    Ok(marks)
}

/// The sentence of the bands of confidence.
fn caption(scene: &Scene<'_>, rows: &[Row]) -> Result<String, ReportError> {
    let confidence = rows[0].float("confidence").unwrap_or_default();
    let id = match confidence {
        high if high >= 0.9 => "chart-causes-caption-high",
        medium if medium >= 0.6 => "chart-causes-caption-medium",
        low if low >= 0.3 => "chart-causes-caption-low",
        _ => return scene.say("cause-none", &[]),
    };
    scene.say(id, &[("entity", word(rows[0].text("entity").unwrap_or_default()))])
}

/// The first moment on the axis at which something speaks for a candidate; older ones only when there is none.
fn first_signal(scene: &Scene<'_>, row: &Row, signals: &[Row]) -> Option<i64> {
    let own = signals.iter().filter(|signal| signal.int("rank") == row.int("rank"));
    let times: Vec<i64> = own.filter_map(|signal| signal.int("at")).collect();
    let shown = times.iter().filter(|at| **at >= scene.time.start).min();
    shown.or_else(|| times.iter().min()).copied()
}

fn alt(scene: &Scene<'_>, rows: &[Row], signals: &[Row]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-causes-voice", &[("place", word(scene.place()?))])?;
    let mut sentences = vec![
        scene.say(
            "chart-causes-describe",
            &[("n", word(rows.len().to_string())), ("start", word(scene.time(scene.start)))],
        )?,
        caption(scene, rows)?,
    ];
    for row in rows.iter().take(3) {
        let Some(at) = first_signal(scene, row, signals) else { continue };
        let arguments = [
            ("entity", word(row.text("entity").unwrap_or_default())),
            ("score", word(plain(scene.locale, row.float("score").unwrap_or_default()))),
            ("time", word(scene.time(at))),
        ];
        sentences.push(scene.say("chart-causes-describe-one", &arguments)?);
    }
    Ok(Alt { title, description: sentences.join(" ") })
}

fn line(scene: &Scene<'_>, row: &Row, signals: &[Row]) -> Result<Vec<String>, ReportError> {
    let mut kinds: Vec<String> = Vec::new();
    for signal in signals.iter().filter(|signal| signal.int("rank") == row.int("rank")) {
        let word = kind_word(scene, signal.text("kind").unwrap_or_default())?;
        if !kinds.contains(&word) {
            kinds.push(word);
        }
    }
    Ok(vec![
        row.text("entity").unwrap_or_default().to_owned(),
        scene.locale.number(row.float("score").unwrap_or_default(), 2),
        first_signal(scene, row, signals).map_or_else(|| "–".to_owned(), |at| scene.time(at)),
        kinds.join(", "),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(metric: &str, value: f64) -> Row {
        let row = serde_json::json!({"metric": metric, "time": 60, "value": value});
        Row(row.as_object().expect("an object").clone())
    }

    #[test]
    fn ratios_are_drawn_in_percent() {
        let (series, name) = series(&[sample("error_ratio", 0.25)]);
        assert_eq!((series.buckets[0].value, name.as_str()), (Some(25.0), "error_ratio, %"));
    }

    #[test]
    fn other_metrics_and_none_stay() {
        assert_eq!(series(&[sample("queue_depth", 0.5)]).0.buckets[0].value, Some(0.5));
        assert!(series(&[]).0.buckets.is_empty());
    }
}

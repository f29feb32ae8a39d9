//! What speaks for each candidate cause and when, one lane each.
//!
//! In: `root_causes`, `root_cause_signals`. Out: a [`Figure`]. Signals without an instant, and a change that is marked
//! already because it names the slice too, are in the table and not on the axis. It ranks nothing and draws five.

use super::super::ReportError;
use super::Figure;
use super::scene::{MOST_ROWS, Scene, count, word};
use crate::catalog::rows::Row;
use crate::chart::candidate_signals::{LaneSignal, Sign, SignalLane};
use crate::chart::marks::Mark;
use crate::chart::theme::Token;
use crate::chart::{Alt, CandidateSignalsChart, Kind, Text, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "candidate_signals";
const QUERY: &str = "root_cause_signals";
/// Candidates drawn.
const MOST: usize = 5;
/// Least weight of a signal that is counted as speaking for a candidate.
const LEAST: f64 = 0.1;
/// Signals of each that a voice reads.
const MOST_SPOKEN: usize = 3;
/// Longest words of a signal, in characters; the chart cuts them to their room.
const LONGEST: usize = 60;

/// The kinds in the order of the legend: what machines show in ink, what people did in ochre, what people said in blue.
const SIGNS: [(&str, Sign); 7] = [
    ("metric", Sign { mark: Mark::Shift, token: Token::Ink }),
    ("log", Sign { mark: Mark::System, token: Token::Ink }),
    ("alert", Sign { mark: Mark::Complaint, token: Token::Ink }),
    ("change", Sign { mark: Mark::People, token: Token::People }),
    ("remedy", Sign { mark: Mark::Attempt, token: Token::People }),
    ("note", Sign { mark: Mark::Public, token: Token::Comms }),
    ("external", Sign { mark: Mark::Outside, token: Token::Comms }),
];

/// Shape and colour of a kind of signal; none for what is not drawn.
pub(super) fn sign(kind: &str) -> Option<Sign> {
    SIGNS.iter().find(|(name, _)| *name == kind).map(|(_, sign)| *sign)
}

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let causes: Vec<Row> = scene.results.rows("root_causes").into_iter().take(MOST).collect();
    if causes.is_empty() {
        let sentence = match scene.missing("root_causes")? {
            Some(sentence) => sentence,
            None => scene.say("chart-signals-none", &[])?,
        };
        return scene.empty_with(NAME, Kind::CandidateCauses, "chart-signals-voice", "root_causes", &sentence);
    }
    let signals = scene.results.rows(QUERY);
    let chart = chart(scene, &causes, &signals)?;
    let is_drawn = |row: &&Row| causes.iter().any(|cause| cause.int("rank") == row.int("rank"));
    let shown = signals.iter().filter(is_drawn).take(MOST_ROWS);
    Ok(Figure {
        caption: caption(scene, &causes, &signals)?,
        note: scene.say("chart-signals-note", &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&["column-candidate", "column-kind", "column-at", "column-what", "column-weight"])?,
        rows: shown.map(|row| line(scene, row)).collect::<Result<_, _>>()?,
        query: QUERY.to_owned(),
    })
}

fn chart(scene: &Scene<'_>, causes: &[Row], signals: &[Row]) -> Result<CandidateSignalsChart, ReportError> {
    let lanes: Vec<SignalLane> =
        causes.iter().map(|row| lane(scene, row, signals)).collect::<Result<_, ReportError>>()?;
    let is_used = |sign: Sign| lanes.iter().flat_map(|lane| &lane.signals).any(|signal| signal.sign == sign);
    let mut legend = Vec::new();
    for (kind, sign) in SIGNS.into_iter().filter(|(_, sign)| is_used(*sign)) {
        legend.push((sign, scene.say(&format!("kind-{kind}"), &[])?));
    }
    Ok(CandidateSignalsChart {
        alt: alt(scene, causes, signals)?,
        time: scene.time.clone(),
        waves: scene.waves.clone(),
        waves_label: scene.say("chart-failing", &[])?,
        failures_start: scene.failures_start()?,
        legend,
        lanes,
    })
}

fn lane(scene: &Scene<'_>, row: &Row, signals: &[Row]) -> Result<SignalLane, ReportError> {
    let score = scene.locale.number(row.float("score").unwrap_or_default(), 2);
    let mut own = Vec::new();
    for signal in of_rank(signals, row.int("rank")) {
        let (Some(at), Some(kind)) = (signal.int("at"), signal.text("sign")) else { continue };
        let Some(sign) = sign(kind) else { continue };
        let detail: String = signal.text("detail").unwrap_or_default().chars().take(LONGEST).collect();
        let time = scene.time(at);
        let label = Text::new(format!("{time} {detail}"), format!("{time} {}", kind_word(scene, kind)?));
        own.push(LaneSignal { at, sign, weight: signal.float("weight").unwrap_or_default(), label });
    }
    Ok(SignalLane {
        name: format!("{}. {}", row.int("rank").unwrap_or_default(), row.text("entity").unwrap_or_default()),
        score: scene.say("chart-causes-score", &[("score", word(score))])?,
        signals: own,
    })
}

fn of_rank(signals: &[Row], rank: Option<i64>) -> impl Iterator<Item = &Row> {
    signals.iter().filter(move |signal| signal.int("rank") == rank)
}

/// A kind of signal in the words of the locale; one that a case adds by itself stays as it is.
pub(super) fn kind_word(scene: &Scene<'_>, kind: &str) -> Result<String, ReportError> {
    let id = format!("kind-{kind}");
    if scene.locale.has_message(&id) { scene.say(&id, &[]) } else { Ok(kind.to_owned()) }
}

/// How many signals come before the failures, for the first candidate and the second.
fn caption(scene: &Scene<'_>, causes: &[Row], signals: &[Row]) -> Result<String, ReportError> {
    let before = |row: &Row| {
        let is_drawn = |signal: &&Row| signal.text("sign").and_then(sign).is_some();
        let is_before = |signal: &&Row| signal.int("at").is_some_and(|at| at < scene.start);
        let has_weight = |signal: &&Row| signal.float("weight").is_some_and(|weight| weight >= LEAST);
        of_rank(signals, row.int("rank")).filter(is_drawn).filter(is_before).filter(has_weight).count() as f64
    };
    let name = |row: &Row| word(row.text("entity").unwrap_or_default());
    let first = ("first", name(&causes[0]));
    let own = before(&causes[0]);
    let n = ("n", count(own));
    let Some(second) = causes.get(1) else {
        return scene.say("chart-signals-caption-alone", &[first, n]);
    };
    let other = before(second);
    let second = ("second", name(second));
    if own + other == 0.0 {
        return scene.say("chart-signals-caption-none", &[first, second]);
    }
    scene.say("chart-signals-caption", &[first, n, second, ("other", word(scene.locale.integer(other)))])
}

fn alt(scene: &Scene<'_>, causes: &[Row], signals: &[Row]) -> Result<Alt, ReportError> {
    let title = scene.say("chart-signals-voice", &[("place", word(scene.place()?))])?;
    let arguments = [("n", word(causes.len().to_string())), ("start", word(scene.time(scene.start)))];
    let mut sentences = vec![scene.say("chart-causes-describe", &arguments)?, caption(scene, causes, signals)?];
    for row in causes.iter().take(MOST_SPOKEN) {
        let mut spoken = Vec::new();
        for signal in of_rank(signals, row.int("rank")).take(MOST_SPOKEN) {
            let (Some(at), Some(kind)) = (signal.int("at"), signal.text("sign")) else { continue };
            let arguments = [("kind", word(kind_word(scene, kind)?)), ("time", word(scene.time(at)))];
            spoken.push(scene.say("chart-signal", &arguments)?);
        }
        if !spoken.is_empty() {
            let entity = word(row.text("entity").unwrap_or_default());
            let arguments = [("entity", entity), ("list", word(scene.locale.list(&spoken)))];
            sentences.push(scene.say("chart-signals-describe-one", &arguments)?);
        }
    }
    Ok(Alt { title, description: sentences.join(" ") })
}

fn line(scene: &Scene<'_>, row: &Row) -> Result<Vec<String>, ReportError> {
    Ok(vec![
        format!("{}. {}", row.int("rank").unwrap_or_default(), row.text("entity").unwrap_or_default()),
        kind_word(scene, row.text("sign").unwrap_or_default())?,
        row.int("at").map_or_else(|| "–".to_owned(), |at| scene.locale.date_time(at, &scene.case.zone)),
        row.text("detail").unwrap_or_default().to_owned(),
        scene.locale.number(row.float("weight").unwrap_or_default(), 2),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_shape_of_its_own_and_the_slice_none() {
        for (index, (_, sign)) in SIGNS.iter().enumerate() {
            assert!(SIGNS[..index].iter().all(|(_, other)| other.mark != sign.mark));
        }
        assert_eq!(sign("slice"), None);
        assert_eq!(sign("change").map(|sign| sign.mark), Some(Mark::People));
    }
}

//! What customers answered, those who were hurt beside those who were not.
//!
//! In: `survey_by_question`. Out: a [`Figure`]. Shares are drawn when a question asks for satisfaction, else net scores.
//! A group with fewer answers than the policy asks for has no dot.

use super::super::ReportError;
use super::Figure;
use super::scene::{Scene, word};
use crate::catalog::rows::Row;
use crate::chart::dot_rows::{DotRow, Estimate};
use crate::chart::survey_dots::SurveyScore;
use crate::chart::{Alt, Kind, SurveyDotsChart, Variant};

/// Name of the chart.
pub(super) const NAME: &str = "survey";
const QUERY: &str = "survey_by_question";
/// Questions drawn.
const MOST: usize = 8;

/// One question with the rows of its groups.
struct Question {
    name: String,
    groups: Vec<Row>,
}

/// Draws the figure.
pub(super) fn figure(scene: &Scene<'_>) -> Result<Figure, ReportError> {
    let rows = scene.results.rows(QUERY);
    let kind = if rows.iter().any(|row| row.text("kind") == Some("csat")) { "csat" } else { "nps" };
    let questions = questions(&rows, kind);
    if questions.is_empty() {
        return scene.empty(NAME, Kind::SurveyDots, "chart-survey-voice", QUERY);
    }
    let is_share = kind == "csat";
    let caption = caption(scene, &questions)?;
    let chart = SurveyDotsChart {
        alt: alt(scene, &questions, &caption)?,
        rows: questions.iter().map(|question| row(scene, question)).collect::<Result<_, _>>()?,
        score: if is_share { SurveyScore::Share } else { SurveyScore::Net },
        format: if is_share { scene.share_ticks() } else { scene.number_ticks() },
    };
    Ok(Figure {
        caption,
        note: scene.say(if is_share { "chart-survey-note" } else { "chart-survey-note-net" }, &[])?,
        wide: chart.draw(NAME, Variant::Wide),
        narrow: chart.draw(NAME, Variant::Narrow),
        title: chart.alt.title,
        description: chart.alt.description,
        columns: scene.heads(&[
            "column-question",
            "column-group",
            "column-answers",
            "column-score-survey",
            "chart-column-interval",
        ])?,
        rows: rows.iter().take(super::scene::MOST_ROWS).map(|row| line(scene, row)).collect::<Result<_, _>>()?,
        query: QUERY.to_owned(),
    })
}

/// The questions of a kind; of each, those who were hurt and those who were not, or all when nobody is told apart.
fn questions(rows: &[Row], kind: &str) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for row in rows.iter().filter(|row| row.text("kind") == Some(kind)) {
        let name = row.text("question").unwrap_or_default();
        match questions.iter_mut().find(|question| question.name == name) {
            Some(question) => question.groups.push(row.clone()),
            None => questions.push(Question { name: name.to_owned(), groups: vec![row.clone()] }),
        }
    }
    for question in &mut questions {
        let rank = |row: &Row| match row.text("respondents") {
            Some("impacted") => 0,
            Some("not_impacted") => 1,
            _ => 2,
        };
        question.groups.sort_by_key(rank);
        if question.groups.iter().any(|row| rank(row) < 2) {
            question.groups.retain(|row| rank(row) < 2);
        }
    }
    questions.truncate(MOST);
    questions
}

fn group(scene: &Scene<'_>, row: &Row) -> Result<String, ReportError> {
    let group = row.text("respondents").unwrap_or("all").replace('_', "-");
    scene.say(&format!("group-{group}"), &[])
}

/// A share or points, as the kind of the question asks.
fn score(scene: &Scene<'_>, row: &Row, value: f64) -> Result<String, ReportError> {
    if row.text("kind") == Some("csat") {
        return Ok(scene.share(value));
    }
    scene.say("chart-net-points", &[("n", word(scene.locale.signed(value, 0)))])
}

/// The value of a group with enough answers.
fn value(scene: &Scene<'_>, row: &Row) -> Option<f64> {
    let least = scene.case.config.policy.min_n as f64;
    row.float("value").filter(|_| row.float("n").unwrap_or_default() >= least)
}

fn row(scene: &Scene<'_>, question: &Question) -> Result<DotRow, ReportError> {
    let estimate = |row: &Row| {
        let group = word(group(scene, row)?);
        let value = value(scene, row);
        let words = match value {
            Some(value) => {
                scene.say("chart-survey-words", &[("group", group), ("score", word(score(scene, row, value)?))])?
            }
            None => too_few(scene, row)?,
        };
        let interval = row.float("low").zip(row.float("high"));
        Ok(Estimate { value, interval, words, is_impacted: row.text("respondents") == Some("impacted") })
    };
    let estimates = question.groups.iter().map(estimate).collect::<Result<_, ReportError>>()?;
    Ok(DotRow { name: question.name.clone(), estimates })
}

fn too_few(scene: &Scene<'_>, row: &Row) -> Result<String, ReportError> {
    let answers = scene.locale.integer(row.float("n").unwrap_or_default());
    let needed = scene.locale.integer(scene.case.config.policy.min_n as f64);
    scene.say("chart-survey-few", &[("n", word(answers)), ("min", word(needed))])
}

fn caption(scene: &Scene<'_>, questions: &[Question]) -> Result<String, ReportError> {
    let Some(question) = questions.first() else { return Ok(String::new()) };
    let mut scores = Vec::new();
    for row in &question.groups {
        let known = value(scene, row).map(|value| score(scene, row, value)).transpose()?;
        scores.push((row.text("respondents").unwrap_or_default(), known));
    }
    let net = if question.groups.iter().any(|row| row.text("kind") == Some("nps")) { "-net" } else { "" };
    match &scores[..] {
        [("impacted", Some(hurt)), ("not_impacted", Some(others))] => scene.say(
            &format!("chart-survey-caption{net}"),
            &[("affected", word(hurt.as_str())), ("unaffected", word(others.as_str()))],
        ),
        [(_, Some(all))] => scene.say(&format!("chart-survey-caption-all{net}"), &[("score", word(all.as_str()))]),
        _ => scene.say("chart-survey-caption-few", &[]),
    }
}

fn alt(scene: &Scene<'_>, questions: &[Question], caption: &str) -> Result<Alt, ReportError> {
    let title = scene.say("chart-survey-voice", &[("place", word(scene.place()?))])?;
    let answers: f64 =
        questions.first().map_or(0.0, |first| first.groups.iter().filter_map(|row| row.float("n")).sum());
    let arguments =
        [("n", super::scene::count(questions.len() as f64)), ("answers", word(scene.locale.integer(answers)))];
    Ok(Alt { title, description: format!("{} {caption}", scene.say("chart-survey-describe", &arguments)?) })
}

fn line(scene: &Scene<'_>, row: &Row) -> Result<Vec<String>, ReportError> {
    let value = value(scene, row);
    let known = value.map(|value| score(scene, row, value)).transpose()?;
    let ends = row.float("low").zip(row.float("high")).filter(|_| value.is_some());
    let interval = match ends {
        Some((low, high)) if row.text("kind") == Some("csat") => scene.share_interval(Some(low), Some(high)),
        Some((low, high)) => scene.locale.interval(low, high, 0),
        None => String::new(),
    };
    Ok(vec![
        row.text("question").unwrap_or_default().to_owned(),
        group(scene, row)?,
        scene.locale.integer(row.float("n").unwrap_or_default()),
        known.map_or_else(|| too_few(scene, row), Ok)?,
        interval,
    ])
}

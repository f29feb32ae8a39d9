//! `rank_causes(...)`: which entity explains the incident best.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, input};
use crate::analysis::root_cause::{Candidate, RankInput, Signal, SignalKind, rank};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "rank_causes",
    signature: "rank_causes(kind, entity, name, strength, at, direction, correlation, movement, onset, symptom_entity, slice_values)",
    about: "Entities ordered by how well they explain the incident, as a list of structs, one for each candidate and signal: `rank`, `entity`, `score` (0 to 1, strictly falling), `confidence` (0 to 1), and the signal: `kind`, `detail`, `at`, `weight` (null for a candidate without signals). Anomalies of a called entity explain those of its callers, earlier ones later ones; a change without any effect counts for nothing. The method is that of `analysis::root_cause::rank`.",
    arguments: &[
        (
            "kind",
            "metric, log_new, log, change, remedy (a change just before the end), slice (a change that names the localised slice), alert, note (a responder names it as the cause), external, or dependency for a call",
        ),
        ("entity", "entity the signal was seen at; the caller of a dependency"),
        ("name", "metric, template or summary; the callee of a dependency"),
        ("strength", "from 0 to 1"),
        ("at", "when it began"),
        ("direction", "1 up, -1 down, 0 neither"),
        ("correlation", "with the symptom, or null"),
        ("movement", "inside the window, for metrics"),
        ("onset", "first failure"),
        ("symptom_entity", "entity at which the symptom is measured; empty when there is none"),
        ("slice_values", "values of the localised slice, one a line"),
    ],
    example: "SELECT rank_causes(kind, entity, name, strength, NULL, 1, NULL, 0.0, NULL, '', '')[1]['entity'] AS cause FROM (VALUES ('metric', 'db', 'cpu', 0.9), ('metric', 'web', 'latency', 0.9), ('dependency', 'web', 'db', 0.0)) AS signals(kind, entity, name, strength)",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("rank", Kind::Int),
    ("entity", Kind::Text),
    ("score", Kind::Float),
    ("confidence", Kind::Float),
    ("kind", Kind::Text),
    ("detail", Kind::Text),
    ("at", Kind::Time),
    ("weight", Kind::Float),
];

fn function() -> AggregateUDF {
    gather::aggregate(FUNCTION.name, argument_types(), CONSTANTS, list_type(SHAPE), evaluate)
}

/// Arguments that are the same in every row: the last ones.
pub(super) const CONSTANTS: usize = 3;

/// Types of the arguments, in order.
pub(super) fn argument_types() -> Vec<DataType> {
    let (text, number) = (DataType::Utf8, DataType::Float64);
    vec![
        text.clone(),
        text.clone(),
        text.clone(),
        number.clone(),
        input::time(),
        DataType::Int64,
        number.clone(),
        number,
        input::time(),
        text.clone(),
        text,
    ]
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let input = input_of(arguments);
    let candidates = rank(&input);
    let rows = candidates.iter().zip(1..).flat_map(|(candidate, rank)| rows_of(candidate, rank, &input)).collect();
    Ok(list_scalar(SHAPE, rows))
}

/// What is ranked, in an order that does not depend on that of the rows.
pub(super) fn input_of(arguments: &[ArrayRef]) -> RankInput {
    let mut ranked = RankInput {
        onset: input::times(&arguments[8]).iter().flatten().next(),
        symptom_entity: first_text(&arguments[9]).map(str::to_owned),
        slice_values: first_text(&arguments[10])
            .map(|text| text.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
        ..RankInput::default()
    };
    for row in 0..arguments[0].len() {
        let (Some(kind), Some(entity)) = (input::text_at(&arguments[0], row), input::text_at(&arguments[1], row))
        else {
            continue;
        };
        let name = input::text_at(&arguments[2], row).unwrap_or_default().to_owned();
        let Some(kind) = signal_kind(kind) else {
            ranked.edges.push((entity.to_owned(), name));
            continue;
        };
        ranked.signals.push(Signal {
            entity: entity.to_owned(),
            kind,
            name,
            strength: input::float_at(&arguments[3], row).unwrap_or(0.0),
            at: input::time_at(&arguments[4], row),
            direction: direction(&arguments[5], row),
            correlation: input::float_at(&arguments[6], row),
            movement: input::float_at(&arguments[7], row).unwrap_or(0.0),
        });
    }
    // The order of the rows must not show in the answer.
    ranked.signals.sort_by(|a, b| {
        (&a.entity, a.kind, &a.name, a.at)
            .cmp(&(&b.entity, b.kind, &b.name, b.at))
            .then(a.strength.total_cmp(&b.strength))
    });
    ranked.edges.sort();
    ranked
}

fn first_text(array: &ArrayRef) -> Option<&str> {
    input::texts(array).iter().flatten().find(|text| !text.is_empty())
}

fn direction(array: &ArrayRef, row: usize) -> i8 {
    let array = input::ints(array);
    if array.is_null(row) { 0 } else { i8::try_from(array.value(row).signum()).unwrap_or(0) }
}

/// Kind of a signal by its word; `None` for a dependency.
fn signal_kind(word: &str) -> Option<SignalKind> {
    Some(match word {
        "metric" => SignalKind::Metric,
        "log_new" => SignalKind::LogNew,
        "log" => SignalKind::LogBurst,
        "change" => SignalKind::Change,
        "alert" => SignalKind::Alert,
        "remedy" => SignalKind::Remedy,
        "note" => SignalKind::Note,
        "slice" => SignalKind::Slice,
        "external" => SignalKind::External,
        _ => return None,
    })
}

fn rows_of(candidate: &Candidate, rank: i64, input: &RankInput) -> Vec<Vec<Cell>> {
    let head = || {
        vec![
            Cell::Int(Some(rank)),
            Cell::Text(Some(candidate.entity.clone())),
            Cell::Float(Some(candidate.score)),
            Cell::Float(Some(candidate.confidence)),
        ]
    };
    if candidate.signals.is_empty() {
        let mut row = head();
        row.extend([Cell::Text(None), Cell::Text(None), Cell::Time(None), Cell::Float(None)]);
        return vec![row];
    }
    let rows = candidate.signals.iter().filter_map(|(index, weight)| {
        let signal = input.signals.get(*index)?;
        let mut row = head();
        row.extend([
            Cell::Text(Some(kind_word(signal.kind).to_owned())),
            Cell::Text(Some(signal.name.clone())),
            Cell::Time(signal.at),
            Cell::Float(Some(*weight)),
        ]);
        Some(row)
    });
    rows.collect()
}

/// The word of `findings.json` for a kind of signal.
fn kind_word(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Metric => "metric",
        SignalKind::LogNew | SignalKind::LogBurst => "log",
        SignalKind::Change | SignalKind::Remedy | SignalKind::Slice => "change",
        SignalKind::Alert => "alert",
        SignalKind::Note => "note",
        SignalKind::External => "external",
    }
}

//! `cause_sensitivity(...)`: what the order of the causes rests on, and what would change it.

use arrow::array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, rank_causes};
use crate::analysis::root_cause::{Basis, Candidate, Difference, RankInput, Sensitivity, Trial, sensitivity};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "cause_sensitivity",
    signature: "cause_sensitivity(the arguments of rank_causes)",
    about: "The ranking of `rank_causes` made again under other evidence, as a list of structs. `trial` is `signal` (one signal of the candidate is left out), `kind` (all its evidence of one kind; `slice` and `dependency` are left out for everyone) or `addition` (a signal of full strength at the onset that the candidate has none of; `dependency`: the first candidate calls it). `rank` and `entity` are those of the candidate, `score` its score as it is, `kind`, `detail`, `at` and `weight` say what is left out or added; `kind` tells remedy, slice and note apart. Then come the scores in the trial: `own_score` of the candidate, `first_score` of the one that leads as it is, `rival_score` of the best of the others, and who leads with what, `leader` and `leader_score`. `needed_weight` is the least weight at which an addition makes its candidate lead, null when none does. The five best candidates are tried, the eight heaviest signals of each; other signals are listed with null scores. The method is that of `analysis::root_cause::sensitivity`.",
    arguments: &[("the arguments of rank_causes", "the same twelve, in the same order")],
    example: "SELECT t['kind'] AS kind, t['leader'] AS leader FROM (SELECT unnest(cause_sensitivity(kind, entity, name, strength, NULL, 1, NULL, 0.0, NULL, NULL, '', '')) AS t FROM (VALUES ('metric', 'db', 'cpu', 0.5), ('alert', 'db', 'cpu high', 1.0), ('metric', 'web', 'cpu', 0.6)) AS signals(kind, entity, name, strength)) AS trials WHERE t['trial'] = 'kind' AND t['rank'] = 1",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("trial", Kind::Text),
    ("rank", Kind::Int),
    ("entity", Kind::Text),
    ("score", Kind::Float),
    ("kind", Kind::Text),
    ("detail", Kind::Text),
    ("at", Kind::Time),
    ("weight", Kind::Float),
    ("own_score", Kind::Float),
    ("first_score", Kind::Float),
    ("rival_score", Kind::Float),
    ("leader", Kind::Text),
    ("leader_score", Kind::Float),
    ("needed_weight", Kind::Float),
];

fn function() -> AggregateUDF {
    let (types, constants) = (rank_causes::argument_types(), rank_causes::CONSTANTS);
    gather::aggregate(FUNCTION.name, types, constants, list_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let input = rank_causes::input_of(arguments);
    let found = sensitivity(&input);
    let rows =
        found.candidates.iter().enumerate().flat_map(|(place, candidate)| rows_of(&found, place, candidate, &input));
    Ok(list_scalar(SHAPE, rows.collect()))
}

/// All signals of a candidate with their trials, then its other trials.
fn rows_of(found: &Sensitivity, place: usize, candidate: &Candidate, input: &RankInput) -> Vec<Vec<Cell>> {
    let own: Vec<&Trial> = found.trials.iter().filter(|trial| trial.candidate == place).collect();
    let head = |name: &str| {
        let rank = i64::try_from(place + 1).ok();
        vec![
            Cell::Text(Some(name.to_owned())),
            Cell::Int(rank),
            Cell::Text(Some(candidate.entity.clone())),
            Cell::Float(Some(candidate.score)),
        ]
    };
    let mut rows = Vec::new();
    for (index, weight) in &candidate.signals {
        let Some(signal) = input.signals.get(*index) else { continue };
        let mut row = head("signal");
        row.extend([
            Cell::Text(Some(word(Basis::from(signal.kind)).to_owned())),
            Cell::Text(Some(signal.name.clone())),
            Cell::Time(signal.at),
            Cell::Float(Some(*weight)),
        ]);
        row.extend(tail(own.iter().copied().find(|trial| trial.difference == Difference::Without(*index))));
        rows.push(row);
    }
    for trial in own {
        let (name, basis) = match trial.difference {
            Difference::Without(_) => continue,
            Difference::WithoutAll(basis) => ("kind", basis),
            Difference::With(basis) => ("addition", basis),
        };
        let mut row = head(name);
        row.extend([Cell::Text(Some(word(basis).to_owned())), Cell::Text(None), Cell::Time(None)]);
        row.push(Cell::Float(trial.weight));
        row.extend(tail(Some(trial)));
        rows.push(row);
    }
    rows
}

/// How a trial ends; nulls when it was not made.
fn tail(trial: Option<&Trial>) -> Vec<Cell> {
    let outcome = trial.map(|trial| &trial.outcome);
    vec![
        Cell::Float(outcome.map(|outcome| outcome.own)),
        Cell::Float(outcome.map(|outcome| outcome.first)),
        Cell::Float(outcome.map(|outcome| outcome.rival)),
        Cell::Text(outcome.and_then(|outcome| outcome.leader.clone())),
        Cell::Float(outcome.map(|outcome| outcome.leader_score)),
        Cell::Float(trial.and_then(|trial| trial.needed)),
    ]
}

/// The word of a basis.
fn word(basis: Basis) -> &'static str {
    match basis {
        Basis::Metric => "metric",
        Basis::Log => "log",
        Basis::Change => "change",
        Basis::Remedy => "remedy",
        Basis::Alert => "alert",
        Basis::Note => "note",
        Basis::External => "external",
        Basis::Slice => "slice",
        Basis::Calls => "dependency",
    }
}

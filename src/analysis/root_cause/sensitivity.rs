//! What the order of the candidates rests on, and what would change it.
//!
//! In: the [`RankInput`] of a ranking. Out: its candidates and [`Trial`]s: the ranking made again without one signal of a
//! candidate, without all its evidence of one kind, without the calls, without the slice, and with evidence that a
//! candidate lacks. Nothing is estimated: each trial is a whole ranking, so it holds for whatever the ranking does.
//! Leaving out one item at a time is the explanation by occlusion of Robnik-Šikonja and Kononenko, "Explaining
//! classifications for individual instances", IEEE TKDE 2008, doi:10.1109/TKDE.2007.190734; evidence that has to be added
//! for another answer is a counterfactual explanation (Wachter et al., Harvard JOLT 2018, doi:10.2139/ssrn.3063289).
//!
//! What is left out stays as a signal of no strength, so that names are read as before. What is added lies at the onset
//! with full strength; the least weight at which its candidate leads is found by halving, for which more strength must
//! not lower a score. O(trials × ranking): at most a hundred rankings, and eight more for each addition that leads. No
//! signal gives no trial; a single candidate has trials without rival.

use std::collections::BTreeSet;

use super::evidence::Names;
use super::rank::{Candidate, RankInput, Signal, SignalKind, rank};

/// Candidates whose evidence is tried, and signals of each.
const MOST: (usize, usize) = (5, 8);
/// Halvings of the strength of what is added: to 0.4 hundredths of the full weight, finer than what is printed.
const HALVINGS: usize = 8;
/// What may be added. A remedy is an act, and nobody can look for one in more exports.
const ADDED: [Basis; 5] = [Basis::Metric, Basis::Log, Basis::Change, Basis::Alert, Basis::Note];

/// What evidence rests on; kinds of signals that a reader does not tell apart are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Metrics.
    Metric,
    /// Logs, new messages and bursts.
    Log,
    /// Changes before the start.
    Change,
    /// Changes before the end.
    Remedy,
    /// Alerts.
    Alert,
    /// Notes of responders.
    Note,
    /// Reports from outside.
    External,
    /// The localised slice.
    Slice,
    /// Who calls whom.
    Calls,
}

impl From<SignalKind> for Basis {
    fn from(kind: SignalKind) -> Self {
        match kind {
            SignalKind::Metric => Self::Metric,
            SignalKind::LogNew | SignalKind::LogBurst => Self::Log,
            SignalKind::Change => Self::Change,
            SignalKind::Remedy => Self::Remedy,
            SignalKind::Alert => Self::Alert,
            SignalKind::Slice => Self::Slice,
            SignalKind::Note => Self::Note,
            SignalKind::External => Self::External,
        }
    }
}

/// What is different in a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// One signal is left out; its index in the input.
    Without(usize),
    /// All evidence of the candidate on one basis is left out; for slice and calls, that of everyone.
    WithoutAll(Basis),
    /// Evidence that the candidate lacks is added; calls: the first candidate calls it.
    With(Basis),
}

/// One ranking under other evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Place of the candidate in the ranking as it is, from 0.
    pub candidate: usize,
    /// What is different.
    pub difference: Difference,
    /// Weight of what is left out or added, the heaviest of several; `None` for what has no weight of its own.
    pub weight: Option<f64>,
    /// Least weight at which the candidate leads, for added evidence; `None` when it never does.
    pub needed: Option<f64>,
    /// How the ranking ends.
    pub outcome: Outcome,
}

/// How a ranking ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Score of the candidate of the trial; 0 when nothing speaks for it any more.
    pub own: f64,
    /// Score of the candidate that leads as it is.
    pub first: f64,
    /// Highest score of all others.
    pub rival: f64,
    /// Who leads; `None` when nothing speaks for anyone.
    pub leader: Option<String>,
    /// Its score.
    pub leader_score: f64,
}

impl Outcome {
    /// Whether another leads than does as it is. Scores fall strictly, so equality does not occur.
    pub fn is_overturned(&self) -> bool {
        self.rival > self.first
    }
}

/// A ranking and what it rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sensitivity {
    /// The ranking as it is.
    pub candidates: Vec<Candidate>,
    /// The trials, by candidate: signals, kinds, additions.
    pub trials: Vec<Trial>,
}

/// Ranks, and tries what would change the order.
pub fn sensitivity(input: &RankInput) -> Sensitivity {
    let names = Names::new(input);
    let candidates = rank(input);
    // The same for every candidate.
    let has_slice =
        !input.slice_values.is_empty() || input.signals.iter().any(|signal| signal.kind == SignalKind::Slice);
    let bench = Bench {
        input,
        names: &names,
        candidates: &candidates,
        without_slice: if has_slice { rank(&without_slice(input)) } else { Vec::new() },
        without_calls: if input.edges.is_empty() { Vec::new() } else { rank(&without_calls(input)) },
    };
    let mut trials = Vec::new();
    for place in 0..candidates.len().min(MOST.0) {
        trials.extend(bench.signals(place));
        trials.extend(bench.bases(place));
        trials.extend(ADDED.iter().filter_map(|basis| bench.addition(place, *basis)));
        trials.extend(bench.call(place));
    }
    Sensitivity { candidates, trials }
}

/// Where trials are made.
struct Bench<'a> {
    input: &'a RankInput,
    names: &'a Names,
    candidates: &'a [Candidate],
    /// The ranking without the slice, when there is one.
    without_slice: Vec<Candidate>,
    /// The ranking without calls, when there are some.
    without_calls: Vec<Candidate>,
}

impl Bench<'_> {
    fn key(&self, place: usize) -> String {
        self.names.key(&self.candidates[place].entity)
    }

    fn outcome(&self, place: usize, ranked: &[Candidate]) -> Outcome {
        let (own, first) = (self.key(place), self.key(0));
        let scored: Vec<(String, f64)> =
            ranked.iter().map(|entry| (self.names.key(&entry.entity), entry.score)).collect();
        let score = |key: &str| scored.iter().find(|(other, _)| other == key).map_or(0.0, |(_, score)| *score);
        Outcome {
            own: score(&own),
            first: score(&first),
            rival: scored.iter().find(|(key, _)| *key != first).map_or(0.0, |(_, score)| *score),
            leader: scored.first().map(|(key, _)| self.names.display(key)),
            leader_score: scored.first().map_or(0.0, |(_, score)| *score),
        }
    }

    /// The heaviest signals of a candidate, each left out.
    fn signals(&self, place: usize) -> Vec<Trial> {
        let shown = self.candidates[place].signals.iter().take(MOST.1);
        shown
            .map(|(index, weight)| {
                let outcome = self.outcome(place, &rank(&without(self.input, &BTreeSet::from([*index]))));
                let difference = Difference::Without(*index);
                Trial { candidate: place, difference, weight: Some(*weight), needed: None, outcome }
            })
            .collect()
    }

    /// Every basis of a candidate, left out.
    fn bases(&self, place: usize) -> Vec<Trial> {
        let own = &self.candidates[place].signals;
        let basis_of = |index: usize| Basis::from(self.input.signals[index].kind);
        let mut bases: BTreeSet<Basis> =
            own.iter().filter(|(_, weight)| *weight > 0.0).map(|(index, _)| basis_of(*index)).collect();
        if !self.input.slice_values.is_empty() {
            bases.insert(Basis::Slice);
        }
        if !self.input.edges.is_empty() {
            bases.insert(Basis::Calls);
        }
        bases
            .into_iter()
            .map(|basis| {
                let of_basis = own.iter().filter(|(index, _)| basis_of(*index) == basis);
                let weight = of_basis.clone().map(|(_, weight)| *weight).reduce(f64::max);
                let outcome = match basis {
                    Basis::Calls => self.outcome(place, &self.without_calls),
                    Basis::Slice => self.outcome(place, &self.without_slice),
                    _ => {
                        let left_out = of_basis.map(|(index, _)| *index).collect();
                        self.outcome(place, &rank(&without(self.input, &left_out)))
                    }
                };
                Trial { candidate: place, difference: Difference::WithoutAll(basis), weight, needed: None, outcome }
            })
            .collect()
    }

    /// One more signal at the onset for a candidate that is not first and has none of the kind.
    fn addition(&self, place: usize, basis: Basis) -> Option<Trial> {
        let has = |(index, _): &(usize, f64)| Basis::from(self.input.signals[*index].kind) == basis;
        if place == 0 || self.candidates[place].signals.iter().any(has) {
            return None;
        }
        let (weight, outcome) = self.with(place, basis, 1.0);
        let own = self.names.display(&self.key(place));
        let leads = |outcome: &Outcome| outcome.leader.as_ref() == Some(&own);
        let mut needed = leads(&outcome).then_some(weight);
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..if needed.is_some() { HALVINGS } else { 0 } {
            let middle = f64::midpoint(low, high);
            let (weight, outcome) = self.with(place, basis, middle);
            if leads(&outcome) {
                (high, needed) = (middle, Some(weight));
            } else {
                low = middle;
            }
        }
        Some(Trial { candidate: place, difference: Difference::With(basis), weight: Some(weight), needed, outcome })
    }

    /// The weight of an added signal, and how the ranking ends with it.
    fn with(&self, place: usize, basis: Basis, strength: f64) -> (f64, Outcome) {
        let mut input = self.input.clone();
        input.signals.push(Signal {
            entity: self.candidates[place].entity.clone(),
            kind: match basis {
                Basis::Log => SignalKind::LogNew,
                Basis::Change => SignalKind::Change,
                Basis::Alert => SignalKind::Alert,
                Basis::Note => SignalKind::Note,
                _ => SignalKind::Metric,
            },
            // The strongest kind of metric: a resource of the entity itself that moved with the symptom.
            name: if basis == Basis::Metric { "cpu".to_owned() } else { String::new() },
            strength,
            at: self.input.onset,
            direction: 1,
            correlation: (basis == Basis::Metric).then_some(1.0),
            ..Signal::default()
        });
        let ranked = rank(&input);
        let own = self.key(place);
        let added = ranked.iter().find(|entry| self.names.key(&entry.entity) == own);
        let weight = added.and_then(|entry| entry.signals.iter().find(|(index, _)| *index == self.input.signals.len()));
        (weight.map_or(0.0, |(_, weight)| *weight), self.outcome(place, &ranked))
    }

    /// The first candidate calls this one, if it does not already.
    fn call(&self, place: usize) -> Option<Trial> {
        let (first, own) = (self.key(0), self.key(place));
        let is_known =
            |(caller, callee): &(String, String)| self.names.key(caller) == first && self.names.key(callee) == own;
        if place == 0 || self.input.edges.iter().any(is_known) {
            return None;
        }
        let mut input = self.input.clone();
        input.edges.push((self.candidates[0].entity.clone(), self.candidates[place].entity.clone()));
        let outcome = self.outcome(place, &rank(&input));
        let difference = Difference::With(Basis::Calls);
        Some(Trial { candidate: place, difference, weight: None, needed: None, outcome })
    }
}

/// The same input in which some signals say nothing; names and their frequencies stay.
fn without(input: &RankInput, left_out: &BTreeSet<usize>) -> RankInput {
    let mut input = input.clone();
    for index in left_out {
        if let Some(signal) = input.signals.get_mut(*index) {
            *signal = Signal { entity: std::mem::take(&mut signal.entity), ..Signal::default() };
        }
    }
    input
}

fn without_slice(input: &RankInput) -> RankInput {
    let named = input.signals.iter().enumerate().filter(|(_, signal)| signal.kind == SignalKind::Slice);
    let named = named.map(|(index, _)| index).collect();
    RankInput { slice_values: Vec::new(), ..without(input, &named) }
}

/// Without calls; a call of an entity to itself counts for nothing and keeps its name.
fn without_calls(input: &RankInput) -> RankInput {
    let itself = |name: &String| (name.clone(), name.clone());
    let edges = input.edges.iter().flat_map(|(caller, callee)| [itself(caller), itself(callee)]).collect();
    RankInput { edges, ..input.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn signal(entity: &str, kind: SignalKind, strength: f64) -> Signal {
        let name = if kind == SignalKind::Metric { "cpu" } else { "x" };
        let at = Some(100 * MINUTE);
        Signal { entity: entity.to_owned(), kind, name: name.to_owned(), strength, at, ..Signal::default() }
    }

    fn input(signals: Vec<Signal>) -> RankInput {
        RankInput { signals, onset: Some(100 * MINUTE), ..RankInput::default() }
    }

    fn find(found: &Sensitivity, candidate: usize, difference: Difference) -> &Trial {
        let wanted = |trial: &&Trial| trial.candidate == candidate && trial.difference == difference;
        found.trials.iter().find(wanted).expect("the trial was made")
    }

    #[test]
    fn what_decides_is_found_by_leaving_it_out() {
        let found = sensitivity(&input(vec![
            signal("origin", SignalKind::Metric, 0.5),
            signal("origin", SignalKind::Change, 1.0),
            signal("edge", SignalKind::Metric, 0.6),
        ]));
        assert_eq!(found.candidates[0].entity, "origin");
        let change = find(&found, 0, Difference::WithoutAll(Basis::Change));
        assert!(change.outcome.is_overturned());
        assert_eq!(change.outcome.leader.as_deref(), Some("edge"));
        assert_eq!(find(&found, 0, Difference::Without(1)).outcome, change.outcome);
        // Without the metric the change shows no effect.
        assert!(find(&found, 0, Difference::WithoutAll(Basis::Metric)).outcome.is_overturned());
        assert!(!find(&found, 1, Difference::WithoutAll(Basis::Metric)).outcome.is_overturned());
    }

    #[test]
    fn a_robust_leader_stays_whatever_is_left_out() {
        let found = sensitivity(&input(vec![
            signal("origin", SignalKind::Metric, 0.9),
            signal("origin", SignalKind::LogNew, 1.0),
            signal("origin", SignalKind::Alert, 1.0),
            signal("edge", SignalKind::Alert, 0.2),
        ]));
        let own = found.trials.iter().filter(|trial| trial.candidate == 0);
        assert_eq!(own.clone().count(), 6);
        assert!(own.clone().all(|trial| !trial.outcome.is_overturned()));
    }

    #[test]
    fn the_weight_that_is_needed_is_that_of_the_noisy_or() {
        let found = sensitivity(&input(vec![
            signal("origin", SignalKind::Metric, 0.7),
            signal("edge", SignalKind::Metric, 0.5),
        ]));
        let (first, second) = (found.candidates[0].score, found.candidates[1].score);
        let wanted = (first - second) / (1.0 - second);
        for basis in [Basis::Log, Basis::Change, Basis::Alert, Basis::Note] {
            let trial = find(&found, 1, Difference::With(basis));
            let (needed, weight) = (trial.needed.unwrap(), trial.weight.unwrap());
            assert!(needed <= weight && (needed - wanted).abs() < 0.01, "{basis:?}: {needed} instead of {wanted}");
            assert_eq!(trial.outcome.leader.as_deref(), Some("edge"));
        }
        assert!(found.trials.iter().all(|trial| trial.difference != Difference::With(Basis::Metric)));
    }

    #[test]
    fn what_would_not_be_enough_is_told_too() {
        let found = sensitivity(&input(vec![
            signal("origin", SignalKind::Metric, 1.0),
            signal("origin", SignalKind::LogNew, 1.0),
            signal("edge", SignalKind::Metric, 0.1),
        ]));
        let trial = find(&found, 1, Difference::With(Basis::Note));
        assert_eq!(trial.needed, None);
        assert!(trial.weight.unwrap() > 0.0 && !trial.outcome.is_overturned());
    }

    #[test]
    fn a_call_moves_the_blame_to_what_is_called() {
        let outcome = |entity: &str, strength| Signal {
            name: "latency".to_owned(),
            ..signal(entity, SignalKind::Metric, strength)
        };
        let mut about = input(vec![outcome("web", 0.95), outcome("store", 0.9)]);
        let found = sensitivity(&about);
        assert_eq!(found.candidates[0].entity, "web");
        assert_eq!(find(&found, 1, Difference::With(Basis::Calls)).outcome.leader.as_deref(), Some("store"));
        about.edges = vec![("web".to_owned(), "store".to_owned())];
        let found = sensitivity(&about);
        assert_eq!(found.candidates[0].entity, "store");
        let without = find(&found, 1, Difference::WithoutAll(Basis::Calls));
        assert!(without.outcome.is_overturned() && without.outcome.own > found.candidates[1].score);
    }

    #[test]
    fn the_slice_is_left_out_for_everyone() {
        let mut about =
            input(vec![signal("auriga", SignalKind::External, 0.6), signal("player", SignalKind::Metric, 0.5)]);
        about.slice_values = vec!["auriga".to_owned()];
        let found = sensitivity(&about);
        assert_eq!(found.candidates[0].entity, "auriga");
        let trial = find(&found, 0, Difference::WithoutAll(Basis::Slice));
        assert_eq!((trial.weight, trial.outcome.leader.as_deref()), (None, Some("player")));
    }

    #[test]
    fn a_single_candidate_has_no_rival_and_no_signal_gives_no_trial() {
        let found = sensitivity(&input(vec![signal("origin", SignalKind::Metric, 0.7)]));
        assert_eq!(found.trials.len(), 2);
        let alone = &find(&found, 0, Difference::Without(0)).outcome;
        assert_eq!(*alone, Outcome::default());
        assert!(!alone.is_overturned());
        assert_eq!(sensitivity(&RankInput::default()), Sensitivity::default());
    }

    #[test]
    fn a_pod_keeps_its_service_when_its_signal_is_left_out() {
        let found = sensitivity(&input(vec![
            signal("cart-5dc8d4f9fd-46997", SignalKind::Metric, 0.9),
            signal("cart", SignalKind::Alert, 1.0),
            signal("edge", SignalKind::Metric, 0.6),
        ]));
        let trial = find(&found, 0, Difference::WithoutAll(Basis::Metric));
        assert_eq!(trial.outcome.leader.as_deref(), Some("edge"));
        assert!(trial.outcome.own > 0.0 && (trial.outcome.own - trial.outcome.first).abs() < 1e-12);
    }
}

//! Orders the entities by how well each explains the incident.
//!
//! In: a [`RankInput`] of signals, calls, onset and slice. Out: [`Candidate`]s, best first, with strictly falling scores
//! and every signal's weight. Independent kinds of signals are joined as by a noisy or (Pearl, "Probabilistic Reasoning
//! in Intelligent Systems", 1988). An anomaly of a called entity explains the latency and errors of its callers, the
//! alerts on these, and those of their callers in turn; load of a caller explains the traffic of those it calls, as in
//! graph traversal and `MonitorRank` (Kim et al., "Root Cause Detection in a Service-Oriented Architecture", SIGMETRICS
//! 2013, doi:10.1145/2465529.2465753) and in CIRCA's residual test (Li et al., KDD 2022, doi:10.1145/3534678.3539041).
//! What an entity measures as a client is laid on what it calls (file `seen`). A change counts only as far as its entity,
//! or something that depends on it, shows an effect, or a second change of the entity precedes the end of the failures:
//! what was done and undone when they began and ended is the textbook evidence of a cause (Mill's method of concomitant
//! variations, "A System of Logic", 1843).
//!
//! O(signals + entities × calls + entities log entities). No signal gives no candidate. Entities with equal scores are ordered by
//! number of kinds of evidence, then earliest trace, then number of callers, then normalised name (a last resort that
//! is the same in every run).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::calls::{Calls, SYMPTOM};
use super::entity;
use super::evidence::{self, Evidence, Names, Weighed};
use super::metric_kind::MetricKind;
use super::seen::{self, Seen};

/// Where a signal comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignalKind {
    /// A metric series moved.
    #[default]
    Metric,
    /// A log template that the baseline does not have.
    LogNew,
    /// A log template far more frequent than in the baseline.
    LogBurst,
    /// A deployment, configuration or schedule change.
    Change,
    /// A change just before the failures ended.
    Remedy,
    /// An alert.
    Alert,
    /// The localised slice names the entity, or a change of it names the slice.
    Slice,
    /// A responder names the entity as the cause.
    Note,
    /// A log line, alert or change names a party outside.
    External,
}

/// One thing that was seen at one entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signal {
    /// The entity, as its source writes it.
    pub entity: String,
    /// Where it comes from.
    pub kind: SignalKind,
    /// Metric, template or summary.
    pub name: String,
    /// 0 to 1; for a metric the score of its [`super::shift::Shift`].
    pub strength: f64,
    /// When it began, microseconds since 1970 UTC; the time itself for changes and alerts.
    pub at: Option<i64>,
    /// 1 up, -1 down, 0 neither.
    pub direction: i8,
    /// Correlation with the symptom, for metrics.
    pub correlation: Option<f64>,
    /// Movement inside the window, for metrics.
    pub movement: f64,
    /// Signed distance from the baseline in what is usual, for metrics; `None` where only a strength is known.
    pub level: Option<f64>,
}

/// All that is known when causes are ranked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RankInput {
    /// Signals in any order.
    pub signals: Vec<Signal>,
    /// Caller and callee.
    pub edges: Vec<(String, String)>,
    /// First failure, microseconds since 1970 UTC.
    pub onset: Option<i64>,
    /// Entity at which the symptom is measured.
    pub symptom_entity: Option<String>,
    /// Values of the localised slice.
    pub slice_values: Vec<String>,
}

/// An entity that may be the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The entity, in its most frequent spelling.
    pub entity: String,
    /// 0 to 1, strictly falling along the list.
    pub score: f64,
    /// How likely this candidate is the cause, 0 to 1.
    pub confidence: f64,
    /// Index into [`RankInput::signals`] and weight, heaviest first.
    pub signals: Vec<(usize, f64)>,
}

/// Ranks all entities that have a signal.
pub fn rank(input: &RankInput) -> Vec<Candidate> {
    let names = Names::new(input);
    let mut found = evidence::gather(input, &names);
    add_slices(input, &mut found);
    let calls = Calls::new(input, &names);
    let symptom = input.symptom_entity.as_deref().map(|name| names.key(name));
    let reach: BTreeMap<String, f64> = found
        .iter()
        .map(|(key, evidence)| (key.clone(), evidence.strongest(|signal| !is_change(signal.kind))))
        .collect();
    let traffic: BTreeMap<String, f64> = found
        .iter()
        .map(|(key, evidence)| (key.clone(), evidence.strongest(|signal| signal.metric == Some(MetricKind::Traffic))))
        .collect();
    let seen = seen::by_callers(&found, &calls);
    add_seen(&seen, &mut found, &names);
    let claim = entry_claim(symptom.as_deref(), &reach, &calls);
    let mut scored: Vec<Scored> = Vec::new();
    for (key, evidence) in &mut found {
        let role = Role {
            explained: calls.behind(key, &reach).max(seen::by_caller(key, &seen, &calls)),
            loaded: calls.most_of_callers(key, &traffic) / MetricKind::Traffic.weight(),
            dependants: calls.most_of_callers(key, &reach),
            symptom: if symptom.as_ref() == Some(key) { calls.symptom_share(key) } else { 1.0 },
            claim: if calls.is_entry(key) { claim } else { 0.0 },
            callers: calls.callers.get(key).map_or(0, BTreeSet::len),
        };
        scored.push(score(key, evidence, &role));
    }
    finish(scored)
}

/// Share of an outcome that a fully anomalous callee explains.
const EXPLAINED: f64 = 0.8;
/// Weight of further metric kinds beside the strongest: they are not independent of it.
const FURTHER: f64 = 0.3;

/// How one entity stands among the others.
struct Role {
    explained: f64,
    loaded: f64,
    dependants: f64,
    symptom: f64,
    claim: f64,
    callers: usize,
}

struct Scored {
    key: String,
    name: String,
    score: f64,
    kinds: usize,
    earliest: i64,
    callers: usize,
    signals: Vec<(usize, f64)>,
}

/// Gives entities that the localised slice names a signal of their own; the signals carry no index.
fn add_slices(input: &RankInput, found: &mut BTreeMap<String, Evidence>) {
    for value in &input.slice_values {
        let wanted = entity::key(value);
        let mut named: Vec<&String> = found.keys().filter(|key| **key == wanted).collect();
        if named.is_empty() {
            named = found.keys().filter(|key| entity::overlaps(key, &wanted)).collect();
        }
        let named: Vec<String> = named.into_iter().cloned().collect();
        let weight = 0.6 / (named.len().max(1) as f64).sqrt();
        for key in &named {
            if let Some(evidence) = found.get_mut(key) {
                evidence.signals.push(Weighed {
                    index: usize::MAX,
                    kind: SignalKind::Slice,
                    metric: None,
                    told: None,
                    weight,
                });
            }
        }
        if named.is_empty() && wanted.len() >= 2 {
            let signals =
                vec![Weighed { index: usize::MAX, kind: SignalKind::Slice, metric: None, told: None, weight: 0.25 }];
            found.insert(wanted, Evidence { name: value.clone(), signals, earliest: None });
        }
    }
}

/// Gives entities a signal for what their callers see of them, also those that nothing else is known of.
fn add_seen(seen: &BTreeMap<String, Seen>, found: &mut BTreeMap<String, Evidence>, names: &Names) {
    for (callee, view) in seen {
        let evidence = found.entry(callee.clone()).or_default();
        if evidence.name.is_empty() {
            evidence.name = names.display(callee);
        }
        evidence.signals.push(Weighed {
            index: view.index,
            kind: SignalKind::Metric,
            metric: Some(MetricKind::Seen),
            told: None,
            weight: MetricKind::Seen.weight() * view.weight,
        });
    }
}

fn score(key: &str, evidence: &mut Evidence, role: &Role) -> Scored {
    for signal in &mut evidence.signals {
        match signal.metric.or(signal.told) {
            Some(MetricKind::Outcome | MetricKind::Remote) => {
                signal.weight *= left_unexplained(signal.weight, role.explained) * role.symptom;
            }
            Some(MetricKind::Traffic) => signal.weight *= 1.0 - role.loaded.min(1.0) * 0.7,
            _ => {}
        }
    }
    let own = evidence.strongest(|signal| !is_change(signal.kind));
    let effect = own.max(0.7 * role.dependants);
    let (change, remedy) = (SignalKind::Change, SignalKind::Remedy);
    let before = evidence.strongest(|signal| signal.kind == change);
    let after = evidence.strongest(|signal| signal.kind == remedy);
    for (kind, other) in [(change, after), (remedy, before)] {
        for signal in evidence.signals.iter_mut().filter(|signal| signal.kind == kind) {
            signal.weight *= 0.15 + 0.85 * effect.max(other);
        }
    }
    let mut rest = (1.0 - metrics(evidence)) * (1.0 - role.claim);
    for kind in [
        SignalKind::LogNew,
        SignalKind::LogBurst,
        SignalKind::Change,
        SignalKind::Remedy,
        SignalKind::Alert,
        SignalKind::Slice,
        SignalKind::Note,
        SignalKind::External,
    ] {
        rest *= 1.0 - evidence.strongest(|signal| signal.kind == kind);
    }
    let kinds: BTreeSet<SignalKind> =
        evidence.signals.iter().filter(|signal| signal.weight > 0.1).map(|signal| signal.kind).collect();
    let mut signals: Vec<(usize, f64)> = evidence
        .signals
        .iter()
        .filter(|signal| signal.index != usize::MAX)
        .map(|signal| (signal.index, signal.weight))
        .collect();
    signals.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    Scored {
        key: key.to_string(),
        name: evidence.name.clone(),
        score: 1.0 - rest,
        kinds: kinds.len(),
        earliest: evidence.earliest.unwrap_or(i64::MAX),
        callers: role.callers,
        signals,
    }
}

/// Whether a signal says that something was done to the entity, which alone shows no effect.
fn is_change(kind: SignalKind) -> bool {
    matches!(kind, SignalKind::Change | SignalKind::Remedy)
}

/// What is left of an outcome when the strongest callee shows `callee`: little when that is as strong, nearly all when
/// it is half as strong, which noise often is.
fn left_unexplained(outcome: f64, callee: f64) -> f64 {
    let ratio = if outcome > 0.0 { (callee / outcome).min(1.0) } else { 0.0 };
    1.0 - EXPLAINED * callee.min(1.0) * ratio.powi(3)
}

/// What speaks for the front door when users fail and nothing behind it shows why. Only for a symptom measured outside
/// the entities that call each other.
fn entry_claim(symptom: Option<&str>, reach: &BTreeMap<String, f64>, calls: &Calls) -> f64 {
    let Some(felt) = symptom.filter(|key| calls.symptom_share(key) < SYMPTOM).and_then(|key| reach.get(key)) else {
        return 0.0;
    };
    let shown = reach
        .iter()
        .filter(|(key, _)| Some(key.as_str()) != symptom)
        .fold(0.0, |most, (_, value)| f64::max(most, *value));
    0.5 * felt * (1.0 - shown)
}

/// Metric evidence of one entity: the strongest kind, and a share of the others.
fn metrics(evidence: &Evidence) -> f64 {
    let kinds = [
        MetricKind::Resource,
        MetricKind::Outcome,
        MetricKind::Seen,
        MetricKind::Remote,
        MetricKind::Shared,
        MetricKind::Traffic,
    ];
    let mut best: Vec<f64> =
        kinds.iter().map(|kind| evidence.strongest(|signal| signal.metric == Some(*kind))).collect();
    best.sort_by(|left, right| right.total_cmp(left));
    1.0 - best
        .iter()
        .enumerate()
        .fold(1.0, |rest, (place, value)| rest * (1.0 - if place == 0 { *value } else { FURTHER * value }))
}

fn finish(mut scored: Vec<Scored>) -> Vec<Candidate> {
    scored.retain(|entry| entry.score > 0.0);
    scored.sort_by(|left, right| {
        let order = right
            .score
            .total_cmp(&left.score)
            .then(right.kinds.cmp(&left.kinds))
            .then(left.earliest.cmp(&right.earliest));
        order.then(Reverse(left.callers).cmp(&Reverse(right.callers))).then(left.key.cmp(&right.key))
    });
    let mut ceiling = f64::INFINITY;
    for entry in &mut scored {
        // Equal evidence is ordered above; the score shows that order.
        entry.score = entry.score.min(ceiling);
        ceiling = entry.score * (1.0 - 1e-6);
    }
    let second = scored.get(1).map_or(0.0, |entry| entry.score);
    let first = scored.first().map_or(0.0, |entry| entry.score);
    let rival = scored.get(1).map_or(0, |entry| entry.kinds);
    let best = scored.first().map_or(0.0, |entry| confidence(first, second, entry.kinds.saturating_sub(rival.max(1))));
    let total: f64 = scored.iter().skip(1).map(|entry| entry.score.powi(4)).sum();
    scored
        .into_iter()
        .enumerate()
        .map(|(place, entry)| {
            let confidence =
                if place == 0 { best } else { (1.0 - best) * 0.8 * entry.score.powi(4) / total.max(1e-12) };
            Candidate { entity: entry.name, score: entry.score, confidence, signals: entry.signals }
        })
        .collect()
}

/// Logistic in the strength of the best, its lead over the second, and the kinds of evidence it has more than the second.
/// The first three coefficients are fitted over cases of several systems, with metrics alone, and checked on systems left
/// out; each further kind adds a fixed half unit.
fn confidence(first: f64, second: f64, more: usize) -> f64 {
    let lead = if first > 0.0 { (first - second) / first } else { 0.0 };
    let more = more.min(3) as f64;
    let strength = first.powi(3);
    let odds = -1.2 + 3.7 * strength + 3.3 * strength * lead + 0.5 * more;
    1.0 / (1.0 + libm::exp(-odds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn signal(entity: &str, kind: SignalKind, name: &str, strength: f64, at: i64) -> Signal {
        Signal {
            entity: entity.to_string(),
            kind,
            name: name.to_string(),
            strength,
            at: Some(at * MINUTE),
            direction: 1,
            ..Signal::default()
        }
    }

    fn input(signals: Vec<Signal>, edges: &[(&str, &str)]) -> RankInput {
        let edges = edges.iter().map(|(caller, callee)| (caller.to_string(), callee.to_string())).collect();
        RankInput { signals, edges, onset: Some(100 * MINUTE), ..RankInput::default() }
    }

    #[test]
    fn the_called_entity_explains_a_louder_caller() {
        let found = rank(&input(
            vec![
                signal("web", SignalKind::Metric, "latency", 0.95, 101),
                signal("store", SignalKind::Metric, "latency", 0.9, 100),
            ],
            &[("web", "store")],
        ));
        assert_eq!(found[0].entity, "store");
        assert!(found[0].score > found[1].score);
    }

    #[test]
    fn what_lies_behind_several_calls_explains_the_front_door_and_its_alert() {
        let signals = vec![
            signal("web", SignalKind::Metric, "errors", 0.9, 100),
            signal("web", SignalKind::Alert, "error ratio above 3 %", 1.0, 101),
            signal("login", SignalKind::Metric, "requests", 0.1, 100),
            signal("store", SignalKind::Metric, "query_ms", 0.9, 100),
        ];
        let far = rank(&input(signals.clone(), &[("web", "login"), ("login", "store"), ("login", "web")]));
        assert_eq!(far[0].entity, "store");
        assert_eq!(rank(&input(signals, &[]))[0].entity, "web");
    }

    #[test]
    fn a_harmless_change_loses() {
        let found = rank(&input(
            vec![
                signal("billing", SignalKind::Change, "deploy 4.2", 1.0, 99),
                signal("origin", SignalKind::Change, "new cache rule", 1.0, 80),
                signal("origin", SignalKind::Metric, "errors", 0.6, 100),
            ],
            &[],
        ));
        assert_eq!(found[0].entity, "origin");
        assert!(found[0].score > 2.0 * found[1].score);
    }

    #[test]
    fn what_is_undone_just_before_the_end_outweighs_where_it_was_felt() {
        let mut signals = vec![
            signal("door", SignalKind::Metric, "error_ratio", 1.0, 100),
            signal("door", SignalKind::LogNew, "denied by rule", 1.0, 100),
            signal("rules", SignalKind::Change, "rule published for channel 2", 1.0, 99),
            signal("rules", SignalKind::Slice, "rule published for channel 2", 1.0, 99),
        ];
        assert_eq!(rank(&input(signals.clone(), &[]))[0].entity, "door");
        signals.push(signal("rules", SignalKind::Remedy, "rule withdrawn", 0.9, 150));
        assert_eq!(rank(&input(signals, &[]))[0].entity, "rules");
    }

    #[test]
    fn a_remedy_without_effect_and_without_a_change_before_loses() {
        let found = rank(&input(
            vec![
                signal("origin", SignalKind::Metric, "errors", 0.6, 100),
                signal("billing", SignalKind::Remedy, "deploy 4.2", 1.0, 150),
            ],
            &[],
        ));
        assert_eq!(found[0].entity, "origin");
        assert!(found[0].score > 2.0 * found[1].score);
    }

    #[test]
    fn a_party_outside_that_the_slice_names_is_a_candidate() {
        let mut about = input(
            vec![
                signal("player", SignalKind::Metric, "errors", 0.5, 100),
                signal("Auriga CDN", SignalKind::External, "502 from auriga", 0.9, 100),
            ],
            &[],
        );
        about.slice_values = vec!["auriga".to_string()];
        assert_eq!(rank(&about)[0].entity, "Auriga CDN");
    }

    #[test]
    fn renaming_and_shuffling_change_nothing() {
        let signals = vec![
            signal("A-1", SignalKind::Metric, "cpu", 0.8, 100),
            signal("b", SignalKind::Metric, "cpu", 0.8, 99),
            signal("a_1", SignalKind::Alert, "cpu high", 0.4, 101),
        ];
        let mut shuffled = signals.clone();
        shuffled.reverse();
        let (first, second) = (rank(&input(signals, &[])), rank(&input(shuffled, &[])));
        assert_eq!(first[0].score.to_bits(), second[0].score.to_bits());
        assert_eq!(entity::key(&first[0].entity), "a1");
    }

    #[test]
    fn empty_and_hostile_input_give_no_candidate() {
        assert!(rank(&RankInput::default()).is_empty());
        let hostile =
            vec![signal("", SignalKind::Metric, "cpu", 1.0, 0), signal("x", SignalKind::Metric, "cpu", f64::NAN, 0)];
        assert!(rank(&input(hostile, &[("x", "x")])).is_empty());
    }

    #[test]
    fn equal_evidence_still_gives_falling_scores() {
        let found = rank(&input(
            vec![signal("u", SignalKind::Metric, "cpu", 0.5, 100), signal("v", SignalKind::Metric, "cpu", 0.5, 99)],
            &[],
        ));
        assert_eq!(found[0].entity, "v");
        assert!(found[0].score > found[1].score);
    }
}

//! Gathers the signals of each entity and weighs them one by one.
//!
//! In: the signals of a [`RankInput`]. Out: for every entity its weighted signals by kind, before calls between
//! entities are looked at. A change weighs more the closer it lies before the onset; what comes clearly after the onset
//! is an effect or a remedy. A metric weighs by its kind and, as far as the symptom moved inside the window, by its
//! agreement with the symptom. O(signals × log entities).

use std::collections::BTreeMap;

use super::entity;
use super::metric_kind::{MetricKind, words};
use super::rank::{RankInput, Signal, SignalKind};
use super::shift::saturate;
use crate::analysis::statistics::quantile::quantile;

/// One signal with the weight it was given, 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    pub(super) index: usize,
    pub(super) kind: SignalKind,
    pub(super) metric: Option<MetricKind>,
    /// What an alert is about.
    pub(super) told: Option<MetricKind>,
    pub(super) weight: f64,
}

/// What is known of one entity.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    pub(super) name: String,
    pub(super) signals: Vec<Weighed>,
    pub(super) earliest: Option<i64>,
}

impl Evidence {
    /// Strongest signal of those that `keep` accepts.
    pub(super) fn strongest(&self, keep: impl Fn(&Weighed) -> bool) -> f64 {
        self.signals.iter().filter(|signal| keep(signal)).fold(0.0, |best, signal| f64::max(best, signal.weight))
    }
}

/// Groups and weighs all signals. Keys are normalised names; see [`Names`].
pub(super) fn gather(input: &RankInput, names: &Names) -> BTreeMap<String, Evidence> {
    let agreement = agreement_weight(input);
    let null = Null::of(&input.signals);
    let mut found: BTreeMap<String, Evidence> = BTreeMap::new();
    for (index, signal) in input.signals.iter().enumerate() {
        let key = names.key(&signal.entity);
        if key.is_empty() {
            continue;
        }
        let metric = (signal.kind == SignalKind::Metric).then(|| MetricKind::of(&signal.name));
        let weight = weigh(signal, metric, input.onset, agreement, &null);
        let evidence = found.entry(key.clone()).or_default();
        evidence.name = names.display(&key);
        evidence.signals.push(Weighed {
            index,
            kind: signal.kind,
            metric,
            told: (signal.kind == SignalKind::Alert).then(|| MetricKind::of(&signal.name)),
            weight,
        });
        if weight > 0.1 && !matches!(signal.kind, SignalKind::Change | SignalKind::Remedy | SignalKind::Note) {
            evidence.earliest = [evidence.earliest, signal.at].into_iter().flatten().min();
        }
    }
    found
}

/// Which key a name has. A service and its only pod are one entity.
#[derive(Debug)]
pub(super) struct Names {
    keys: BTreeMap<String, String>,
    display: BTreeMap<String, String>,
}

impl Names {
    pub(super) fn new(input: &RankInput) -> Self {
        let calls = input.edges.iter().flat_map(|(caller, callee)| [caller.as_str(), callee.as_str()]);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in input.signals.iter().map(|signal| signal.entity.as_str()).chain(calls) {
            *counts.entry(name).or_default() += 1;
        }
        let mut pods: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in counts.keys() {
            if let Some(base) = entity::service(name) {
                pods.entry(entity::key(base)).or_default().push(entity::key(name));
            }
        }
        let mut keys = BTreeMap::new();
        let mut display: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for (name, count) in counts {
            let own = entity::key(name);
            let key = match pods.get(&own).map(Vec::as_slice) {
                Some([only]) => only.clone(),
                _ => own,
            };
            let shown = display.entry(key.clone()).or_default();
            if count > shown.0 {
                *shown = (count, name.to_string());
            }
            keys.insert(name.to_string(), key);
        }
        Self { keys, display: display.into_iter().map(|(key, (_, name))| (key, name)).collect() }
    }

    pub(super) fn key(&self, name: &str) -> String {
        self.keys.get(name).cloned().unwrap_or_else(|| entity::key(name))
    }

    pub(super) fn display(&self, key: &str) -> String {
        self.display.get(key).cloned().unwrap_or_else(|| key.to_string())
    }
}

const MINUTE: f64 = 60e6;

fn weigh(signal: &Signal, metric: Option<MetricKind>, onset: Option<i64>, agreement: f64, null: &Null) -> f64 {
    let strength = if signal.strength.is_finite() { signal.strength.clamp(0.0, 1.0) } else { 0.0 };
    let minutes = signal.at.zip(onset).map(|(at, onset)| (onset - at) as f64 / MINUTE);
    let base = match signal.kind {
        SignalKind::Metric => {
            return metric_weight(signal, metric.unwrap_or(MetricKind::Traffic), null.strength(signal), agreement);
        }
        SignalKind::Change => minutes.map_or(0.3, before),
        SignalKind::LogNew => 0.6 * minutes.map_or(0.7, near),
        SignalKind::LogBurst => 0.45 * minutes.map_or(0.7, near),
        SignalKind::Alert => 0.5 * minutes.map_or(0.7, near),
        // A remedy comes when it comes; how near the end it came is in its strength.
        SignalKind::Remedy => 0.6,
        SignalKind::Slice => 0.6 * minutes.map_or(1.0, before),
        SignalKind::Note => 0.5,
        SignalKind::External => 0.6 * minutes.map_or(0.8, near),
    };
    base * strength
}

/// How far the series of the case move by themselves. An incident moves the minority, so the upper quartile of the levels
/// is what they do without it: an empirical null (Efron, "Large-scale simultaneous hypothesis testing", JASA 2004,
/// doi:10.1198/016214504000000089). Without drift it is at most 1, what a level is measured in, and changes nothing; when
/// the baseline lies in another month, a level has to leave the common drift behind.
struct Null {
    level: f64,
}

impl Null {
    fn of(signals: &[Signal]) -> Self {
        let mut levels: Vec<f64> = signals.iter().filter_map(|signal| signal.level).map(f64::abs).collect();
        Self { level: quantile(&mut levels, 0.75).unwrap_or(1.0).max(1.0) }
    }

    /// Strength of a metric against the null; as given where its level is not known or not what made the strength.
    fn strength(&self, signal: &Signal) -> f64 {
        let level = signal.level.map(f64::abs).filter(|level| level.is_finite());
        let movement = if signal.movement.is_finite() { signal.movement } else { 0.0 };
        match level {
            Some(level) if level.max(movement) > 0.0 => saturate((level / self.level).max(movement)),
            _ if signal.strength.is_finite() => signal.strength.clamp(0.0, 1.0),
            _ => 0.0,
        }
    }
}

/// Whether a moved outcome is good news.
fn is_better(signal: &Signal) -> bool {
    let words = words(&signal.name);
    let up_is_good = words.iter().any(|word| word.starts_with("success") || word.starts_with("avail"));
    (signal.direction > 0) == up_is_good && signal.direction != 0
}

fn metric_weight(signal: &Signal, kind: MetricKind, strength: f64, agreement: f64) -> f64 {
    let correlation = signal.correlation.filter(|value| value.is_finite()).map_or(0.0, f64::abs);
    // A resource that is used less is seldom the fault; everything else counts both ways.
    // Nor is waiting less for others.
    let is_harmless = match kind {
        MetricKind::Resource => signal.direction < 0,
        MetricKind::Remote => is_better(signal),
        _ => false,
    };
    let idle = if is_harmless { 0.3 } else { 1.0 };
    strength * kind.weight() * idle * (1.0 - agreement + agreement * correlation)
}

/// How much agreement with the symptom counts: not at all when the symptom did not move inside the window, nearly all
/// when it moved much more than usual.
fn agreement_weight(input: &RankInput) -> f64 {
    let symptom = input.symptom_entity.as_deref().map(entity::key);
    let is_symptom = |signal: &&Signal| {
        signal.kind == SignalKind::Metric
            && signal.correlation.is_some_and(|value| value.abs() > 0.999)
            && symptom.as_deref() == Some(entity::key(&signal.entity).as_str())
    };
    let movement = input
        .signals
        .iter()
        .filter(is_symptom)
        .map(|signal| signal.movement)
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    movement / (movement + 1.0)
}

/// A change `minutes` before the onset: halves in an hour; up to five minutes after is still before, clocks differ.
fn before(minutes: f64) -> f64 {
    if minutes < -5.0 { 0.05 } else { 0.9 / (1.0 + minutes.max(0.0) / 60.0) }
}

/// A trace `minutes` before (positive) or after the onset: halves in half an hour.
fn near(minutes: f64) -> f64 {
    1.0 / (1.0 + minutes.abs() / 30.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_after_the_onset_hardly_count() {
        assert!(before(10.0) > before(300.0));
        assert!(before(-30.0) < 0.1);
        assert!(near(0.0) > near(60.0));
    }

    #[test]
    fn a_service_and_its_only_pod_are_one() {
        let signal = |entity: &str| Signal { entity: entity.to_string(), strength: 0.5, ..Signal::default() };
        let input =
            RankInput { signals: vec![signal("cart-5dc8d4f9fd-46997"), signal("Cart")], ..RankInput::default() };
        assert_eq!(gather(&input, &Names::new(&input)).len(), 1);
    }
}

//! What callers see of the entities they call.
//!
//! In: the weighed evidence and the calls. Out: for each called entity how much the waiting and failing that its callers
//! measure as clients speaks for it. A slow network or a refused connection shows at the callers only: the called side
//! serves what reaches it as fast as ever. Each called entity is judged like a slice in fault localisation: which share
//! of what all callers see it covers (recall), and how evenly its callers see it (precision), joined as their harmonic
//! mean (van Rijsbergen, "Information Retrieval", 1979). What a called entity shows itself explains its callers, and
//! leaves nothing to be blamed on others. Without calls or without client metrics the answer is empty.
//! O((calls + signals) × log entities).

use std::collections::{BTreeMap, BTreeSet};

use super::calls::Calls;
use super::evidence::Evidence;
use super::metric_kind::MetricKind;

/// What the callers of one entity see of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// 0 to 1.
    pub(super) weight: f64,
    /// The signal of the caller that sees most.
    pub(super) index: usize,
}

/// How much each called entity is to blame for what its callers see, by key.
pub(super) fn by_callers(found: &BTreeMap<String, Evidence>, calls: &Calls) -> BTreeMap<String, Seen> {
    let views: BTreeMap<&str, Seen> =
        calls.callees.keys().filter_map(|caller| Some((caller.as_str(), view(found.get(caller)?)?))).collect();
    let most = views.values().fold(0.0, |most, view| f64::max(most, view.weight));
    let all: f64 = views.values().map(|view| view.weight).sum();
    if most <= 0.0 {
        return BTreeMap::new();
    }
    let mut seen = BTreeMap::new();
    let most_shown = |(caller, callees): (&'_ String, &'_ BTreeSet<String>)| {
        let callees = callees.iter().filter_map(|callee| found.get(callee));
        (caller.clone(), callees.map(shows).fold(0.0, f64::max))
    };
    let shown: BTreeMap<String, f64> = calls.callees.iter().map(most_shown).collect();
    for (callee, callers) in &calls.callers {
        let own: Vec<Seen> = callers.iter().filter_map(|caller| views.get(caller.as_str()).copied()).collect();
        let Some(top) = own.iter().copied().max_by(|left, right| left.weight.total_cmp(&right.weight)) else {
            continue;
        };
        let sum: f64 = own.iter().map(|view| view.weight).sum();
        let (precision, recall) = (sum / own.len() as f64 / most, sum / all);
        let agreement = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        let shown = callers.iter().map(|caller| shown[caller]).fold(0.0, f64::max);
        seen.insert(callee.clone(), Seen { weight: most * agreement * (1.0 - shown), index: top.index });
    }
    seen
}

/// The most that what one caller sees is laid on anything it calls: so much of its own outcome is explained.
pub(super) fn by_caller(caller: &str, seen: &BTreeMap<String, Seen>, calls: &Calls) -> f64 {
    let callees = calls.callees.get(caller).into_iter().flatten();
    callees.filter_map(|callee| seen.get(callee)).fold(0.0, |most, view| f64::max(most, view.weight))
}

/// The strongest thing an entity sees as a client.
fn view(evidence: &Evidence) -> Option<Seen> {
    let remote = evidence.signals.iter().filter(|signal| signal.metric == Some(MetricKind::Remote));
    let top = remote.max_by(|left, right| left.weight.total_cmp(&right.weight).then(right.index.cmp(&left.index)))?;
    Some(Seen { weight: top.weight / MetricKind::Remote.weight(), index: top.index })
}

/// What an entity shows of itself.
fn shows(evidence: &Evidence) -> f64 {
    evidence.strongest(|signal| matches!(signal.metric, Some(MetricKind::Resource | MetricKind::Outcome)))
}

#[cfg(test)]
mod tests {
    use super::super::rank::{RankInput, Signal, SignalKind, rank};

    fn metric(entity: &str, name: &str, strength: f64) -> Signal {
        let (entity, name) = (entity.to_string(), name.to_string());
        Signal { entity, name, kind: SignalKind::Metric, strength, direction: 1, ..Signal::default() }
    }

    fn causes(signals: Vec<Signal>) -> Vec<String> {
        let edges = [("web", "cart"), ("web", "search"), ("basket", "cart"), ("basket", "mail")];
        let edges = edges.iter().map(|(caller, callee)| (caller.to_string(), callee.to_string())).collect();
        rank(&RankInput { signals, edges, ..RankInput::default() }).into_iter().map(|found| found.entity).collect()
    }

    #[test]
    fn what_all_callers_see_is_laid_on_what_all_of_them_call() {
        let mut signals: Vec<Signal> =
            ["web", "basket"].iter().map(|caller| metric(caller, "client_latency", 0.8)).collect();
        signals.extend(["cart", "search", "mail"].iter().map(|callee| metric(callee, "requests", 0.05)));
        assert_eq!(causes(signals)[0], "cart");
    }

    #[test]
    fn a_called_entity_that_shows_its_trouble_leaves_nothing_for_the_others() {
        let signals =
            vec![metric("web", "client_latency", 0.8), metric("search", "cpu", 0.9), metric("cart", "requests", 0.05)];
        let found = causes(signals);
        assert_eq!(found[0], "search");
        assert_ne!(found[1], "cart");
    }
}

//! Who calls whom.
//!
//! In: caller and callee names. Out: both directions by normalised key, and the questions the ranking asks of them. A
//! call of an entity to itself is left out; without calls every question has the neutral answer. O(calls log calls) to
//! make; O(calls) to look behind an entity.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Names;
use super::rank::RankInput;

/// What the symptom's own outcome says about the entity it is measured at.
pub(super) const SYMPTOM: f64 = 0.6;

/// What is left of an explanation from one call to the next: the usual damping of `PageRank` (Brin and Page, 1998).
const DAMPING: f64 = 0.85;

/// Callers and callees by key.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) callees: BTreeMap<String, BTreeSet<String>>,
    pub(super) callers: BTreeMap<String, BTreeSet<String>>,
}

impl Calls {
    pub(super) fn new(input: &RankInput, names: &Names) -> Self {
        let mut calls = Self { callees: BTreeMap::new(), callers: BTreeMap::new() };
        for (caller, callee) in &input.edges {
            let (caller, callee) = (names.key(caller), names.key(callee));
            if caller != callee {
                calls.callees.entry(caller.clone()).or_default().insert(callee.clone());
                calls.callers.entry(callee).or_default().insert(caller);
            }
        }
        calls
    }

    /// How much of the symptom's own outcome counts for the entity it is measured at: hardly any when that entity calls
    /// nothing and is called by nothing although calls are known, because then it is only a place of measurement.
    pub(super) fn symptom_share(&self, key: &str) -> f64 {
        let is_outside = !self.callees.is_empty() && !self.callees.contains_key(key) && !self.callers.contains_key(key);
        if is_outside { 0.1 } else { SYMPTOM }
    }

    pub(super) fn is_entry(&self, key: &str) -> bool {
        self.callees.contains_key(key) && !self.callers.contains_key(key)
    }

    /// The most, 0 to 1, that is shown behind an entity: by what it calls, what those call, and so on, damped from call to
    /// call. What lies between need not show anything: it may not be measured.
    pub(super) fn behind(&self, key: &str, values: &BTreeMap<String, f64>) -> f64 {
        let mut seen = BTreeSet::from([key]);
        let (mut level, mut share, mut most) = (vec![key], 1.0, 0.0);
        while !level.is_empty() && share > most {
            let next = level.iter().filter_map(|caller| self.callees.get(*caller)).flatten();
            level = next.map(String::as_str).filter(|callee| seen.insert(callee)).collect();
            let shown = level.iter().filter_map(|callee| values.get(*callee)).copied().fold(0.0, f64::max);
            most = f64::max(most, share * shown);
            share *= DAMPING;
        }
        most
    }

    /// The most that is shown by what calls an entity.
    pub(super) fn most_of_callers(&self, key: &str, values: &BTreeMap<String, f64>) -> f64 {
        self.callers.get(key).into_iter().flatten().filter_map(|other| values.get(other)).copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_front_door_and_what_stands_outside() {
        let edges = vec![("web".to_string(), "store".to_string()), ("web".to_string(), "Web".to_string())];
        let input = RankInput { edges, ..RankInput::default() };
        let calls = Calls::new(&input, &Names::new(&input));
        assert!(calls.is_entry("web") && !calls.is_entry("store"));
        assert!(calls.symptom_share("probe") < SYMPTOM);
    }

    #[test]
    fn no_calls_are_neutral() {
        let input = RankInput::default();
        let calls = Calls::new(&input, &Names::new(&input));
        assert!(!calls.is_entry("web") && calls.symptom_share("web") >= SYMPTOM);
    }
}

//! Which change a new message speaks of.
//!
//! In: the signals. Out: pairs of a new log message and a change at another entity that share a distinctive word, moved
//! in the evidence: what a message says of a change speaks for the entity that was changed, as what a client measures
//! speaks for the called side; the writer keeps the rest, and depends on what was changed. A word is distinctive when a single changed entity uses it and
//! it occurs nowhere else but in new messages: rare words tell texts apart (Spärck Jones, "A statistical interpretation of
//! term specificity", 1972, doi:10.1108/eb026526), and names of products, metrics and features occur everywhere. The change
//! has to come before the message. Without changes or messages nothing moves. O(words × log words + messages × changes).

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, Names, Weighed};
use super::metric_kind::{MetricKind, words};
use super::rank::{RankInput, Signal, SignalKind};

/// Letters a word needs: shorter ones are articles, units and levels.
const LETTERS: usize = 5;
/// Microseconds that clocks may differ by.
const SKEW: i64 = 5 * 60_000_000;

/// Moves what messages say of changes to the changed entity; gives writer and changed entity, once each.
pub(super) fn move_messages(
    input: &RankInput,
    names: &Names,
    found: &mut BTreeMap<String, Evidence>,
) -> BTreeSet<(String, String)> {
    let mut spoken_of = BTreeSet::new();
    let owners = owners(&input.signals, names);
    let weights: BTreeMap<usize, f64> =
        found.values().flat_map(|evidence| &evidence.signals).map(|signal| (signal.index, signal.weight)).collect();
    let weight = |index: usize| weights.get(&index).copied().unwrap_or(0.0);
    for (index, message) in input.signals.iter().enumerate().filter(|(_, signal)| is_message(signal)) {
        let writer = names.key(&message.entity);
        let said = spoken(&message.name);
        let meant: BTreeSet<&String> = said.iter().filter_map(|word| owners.get(word)?.as_ref()).collect();
        let changes = input.signals.iter().enumerate().filter(|(_, change)| {
            change.kind == SignalKind::Change && change.at.zip(message.at).is_none_or(|(at, seen)| at <= seen + SKEW)
        });
        let best = changes
            .map(|(change, signal)| (weight(change), names.key(&signal.entity)))
            .filter(|(_, changed)| *changed != writer && meant.contains(changed))
            .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(&left.1)));
        if let Some((share, changed)) = best {
            hand_over(found, index, &writer, &changed, share);
            spoken_of.insert((writer, changed));
        }
    }
    spoken_of
}

/// Gives `share` of a message to the changed entity; the writer keeps what a client's view is worth beside an outcome.
fn hand_over(found: &mut BTreeMap<String, Evidence>, index: usize, writer: &str, changed: &str, share: f64) {
    let kept = MetricKind::Remote.weight() / MetricKind::Outcome.weight();
    let signals = found.get_mut(writer).into_iter().flat_map(|evidence| &mut evidence.signals);
    let Some(signal) = signals.into_iter().find(|signal| signal.index == index) else { return };
    let moved = Weighed { weight: signal.weight * share, ..*signal };
    signal.weight *= 1.0 - share * (1.0 - kept);
    if let Some(evidence) = found.get_mut(changed) {
        evidence.signals.push(moved);
    }
}

/// The changed entity that alone uses a word outside new messages, by word; `None` for a word that others use too.
fn owners(signals: &[Signal], names: &Names) -> BTreeMap<String, Option<String>> {
    let mut owners: BTreeMap<String, Option<String>> = BTreeMap::new();
    for is_change in [true, false] {
        for signal in signals.iter().filter(|signal| (signal.kind == SignalKind::Change) == is_change) {
            let key = names.key(&signal.entity);
            let text = if is_message(signal) { "" } else { &signal.name };
            for word in spoken(text).into_iter().chain(spoken(&signal.entity)) {
                let owner = owners.entry(word).or_insert_with(|| is_change.then(|| key.clone()));
                if owner.as_ref() != Some(&key) {
                    *owner = None;
                }
            }
        }
    }
    owners
}

fn is_message(signal: &Signal) -> bool {
    signal.kind == SignalKind::LogNew
}

fn spoken(text: &str) -> BTreeSet<String> {
    let is_word = |word: &String| word.chars().count() >= LETTERS && word.chars().all(char::is_alphabetic);
    words(text).into_iter().filter(is_word).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rank::rank;
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn signal(entity: &str, kind: SignalKind, name: &str, strength: f64, minute: i64) -> Signal {
        let (entity, name, at) = (entity.to_string(), name.to_string(), Some(minute * MINUTE));
        Signal { entity, name, kind, strength, at, direction: 1, ..Signal::default() }
    }

    fn first(change: &str, at: i64) -> String {
        let signals = vec![
            signal("shop", SignalKind::LogNew, "checkout refused: VOUCHER_EXHAUSTED", 1.0, 100),
            signal("shop", SignalKind::Metric, "error_ratio", 0.5, 100),
            signal("promotions", SignalKind::Change, change, 1.0, at),
            signal("promotions", SignalKind::Metric, "cpu", 0.2, 100),
        ];
        rank(&RankInput { signals, onset: Some(100 * MINUTE), ..RankInput::default() })[0].entity.clone()
    }

    #[test]
    fn a_change_that_the_messages_speak_of_comes_first() {
        assert_eq!(first("rule: voucher budget of spring set to 0", 98), "promotions");
    }

    #[test]
    fn a_change_they_do_not_speak_of_or_that_came_later_does_not() {
        assert_eq!(first("deployment: promotions 4.1: library update", 98), "shop");
        assert_eq!(first("rule: voucher budget of spring set to 0", 130), "shop");
    }

    #[test]
    fn words_that_others_use_tell_nothing() {
        let signals = [
            signal("promotions", SignalKind::Change, "voucher budget", 1.0, 98),
            signal("till", SignalKind::Metric, "voucher_count", 0.3, 100),
        ];
        let input = RankInput { signals: signals.to_vec(), ..RankInput::default() };
        let owners = owners(&signals, &Names::new(&input));
        assert_eq!(owners["voucher"], None);
        assert_eq!(owners["budget"].as_deref(), Some("promotions"));
    }
}

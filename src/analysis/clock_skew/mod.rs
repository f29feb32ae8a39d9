//! How far the clocks of two sources lie apart, from events that both recorded.
//!
//! In: sightings, each the first and last moment at which one file speaks of one event. Out: a [`Comparison`] for each pair
//! of files that share events, sorted by path: the offset with its interval, a verdict, and which of the two is off where
//! the other files tell. Clocks are taken to run at one speed (no drift), and an event to be recorded within `delay` of
//! itself by every source; what a source is always late by cannot be told from a clock that is wrong by as much.
//!
//! For a pair, every event gives the interval of offsets under which its two recordings are at most `delay` apart; the offset
//! that most events allow is that of Marzullo's algorithm (`consensus`), as in NTP. An event that recurs gives an interval
//! for every combination: that of the true offset occurs once a recurrence, the others scatter. Which file is off is decided
//! by the `majority`. Cost O(n log n) for n sightings, and O(m log m) for the m combinations of a pair.
//! No sightings, or none that are shared, give no comparison; an event of a [`Sighting::delay`] below zero is left out.

use std::collections::BTreeMap;

mod consensus;
mod majority;

use consensus::Difference;

/// Combinations of the recurrences of one event in two files from which on it says nothing: a
/// name that comes this often fits any offset.
const MOST_COMBINATIONS: usize = 900;

/// Files that are compared by one event: pairs grow with their square.
const MOST_FILES: usize = 32;

/// Differences that are kept of one pair; more make the estimate no better.
const MOST_DIFFERENCES: usize = 50_000;

/// An event that lasts longer in both files together leaves the offset open; microseconds.
const LONGEST: i64 = 60_000_000;

/// Differences beyond this are other events of the same name: UTC−12 to UTC+14 is the farthest a
/// zone can be mistaken, but a daily job recurs after 24 hours; microseconds.
const FARTHEST: i64 = 15 * 3_600_000_000;

/// One file speaks of one event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting<'a> {
    /// What kind of event: `trace`, `alert`, ...
    pub kind: &'a str,
    /// What makes it the same event.
    pub key: &'a str,
    /// The file.
    pub file: &'a str,
    /// First moment, microseconds.
    pub first: i64,
    /// Last moment; equal to the first for an instant.
    pub last: i64,
    /// How late a source may be with it, microseconds.
    pub delay: i64,
}

/// What the shared events say about two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The same time, within the usual delay.
    Agrees,
    /// The first clock shows a later time than the second.
    Ahead,
    /// The first clock shows an earlier time than the second.
    Behind,
    /// The differences do not agree with one another.
    Unclear,
    /// Fewer events agree than are wanted.
    TooFew,
}

/// Two files and their clocks.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'a> {
    /// The file that is off, when it is known; else the first by path.
    pub file: &'a str,
    /// The other one.
    pub other: &'a str,
    /// Kinds of the events, sorted.
    pub kinds: Vec<&'a str>,
    /// Events that both recorded.
    pub shared: usize,
    /// Those that agree on the offset.
    pub agreeing: usize,
    /// Clock of `file` minus clock of `other`, microseconds: the median of the events that agree.
    pub offset: i64,
    /// Lower end of its 95 % interval.
    pub low: i64,
    /// Upper end.
    pub high: i64,
    /// Of `file` against `other`.
    pub verdict: Verdict,
    /// Whether most files agree with `other` and not with `file`.
    pub is_off: bool,
    /// Whether the offset is that of a mistaken time zone: whole hours, or half ones.
    pub is_zone_like: bool,
}

/// What is known about a pair of files while sightings are gone through.
#[derive(Debug, Default)]
struct Pair<'a> {
    kinds: Vec<&'a str>,
    shared: usize,
    delay: i64,
    differences: Vec<Difference>,
}

/// Compares all pairs of files that share events; `min_n` is the fewest events that allow a
/// verdict.
pub fn compare<'a>(sightings: &[Sighting<'a>], min_n: usize) -> Vec<Comparison<'a>> {
    let pairs = pairs(sightings);
    let mut comparisons: Vec<(Comparison<'a>, i64)> =
        pairs.iter().map(|(files, pair)| (judge(*files, pair, min_n), pair.delay)).collect();
    let off = majority::off(&comparisons);
    for (comparison, _) in &mut comparisons {
        let is_off = |file: &str| off.contains(&file);
        match (is_off(comparison.file), is_off(comparison.other)) {
            (true, false) => comparison.is_off = true,
            (false, true) => *comparison = turned(comparison),
            _ => {}
        }
    }
    comparisons.sort_by(|a, b| (a.0.file, a.0.other).cmp(&(b.0.file, b.0.other)));
    comparisons.into_iter().map(|(comparison, _)| comparison).collect()
}

/// Gathers the differences of each pair of files, event by event.
fn pairs<'a>(sightings: &[Sighting<'a>]) -> BTreeMap<(&'a str, &'a str), Pair<'a>> {
    let mut sorted: Vec<&Sighting<'a>> =
        sightings.iter().filter(|sighting| sighting.delay >= 0 && sighting.first <= sighting.last).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut pairs: BTreeMap<(&str, &str), Pair<'a>> = BTreeMap::new();
    let events = sorted.chunk_by(|a, b| (a.kind, a.key) == (b.kind, b.key));
    for (number, event) in events.enumerate() {
        let files: Vec<&[&Sighting<'a>]> = event.chunk_by(|a, b| a.file == b.file).take(MOST_FILES).collect();
        for (at, left) in files.iter().enumerate() {
            for right in &files[at + 1..] {
                let found = differences(number, left, right);
                if found.is_empty() {
                    continue;
                }
                let pair = pairs.entry((left[0].file, right[0].file)).or_default();
                if pair.differences.len() >= MOST_DIFFERENCES {
                    continue;
                }
                pair.shared += left.len().min(right.len());
                pair.delay = pair.delay.max(left[0].delay);
                pair.differences.extend(found);
                if !pair.kinds.contains(&left[0].kind) {
                    pair.kinds.push(left[0].kind);
                }
            }
        }
    }
    pairs
}

/// Offsets of the left clock that each combination of the recurrences of an event allows.
fn differences(event: usize, left: &[&Sighting<'_>], right: &[&Sighting<'_>]) -> Vec<Difference> {
    if left.len() * right.len() > MOST_COMBINATIONS {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at_left, one) in left.iter().enumerate() {
        for (at_right, other) in right.iter().enumerate() {
            let delay = one.delay.max(other.delay);
            let starts = one.first.saturating_sub(other.first);
            let ends = one.last.saturating_sub(other.last);
            let length = (one.last.saturating_sub(one.first)).saturating_add(other.last.saturating_sub(other.first));
            // Half of the sum, as NTP halves the two ways of a message: delays on both ways cancel.
            let middle = i64::midpoint(starts, ends);
            if length <= LONGEST && middle.saturating_abs() <= FARTHEST {
                let low = one.first - other.last - delay;
                let high = one.last - other.first + delay;
                found.push(Difference { event, left: at_left, right: at_right, low, high, middle });
            }
        }
    }
    found
}

fn judge<'a>((file, other): (&'a str, &'a str), pair: &Pair<'a>, min_n: usize) -> Comparison<'a> {
    let agreed = consensus::find(&pair.differences, pair.shared);
    let offset = agreed.offset;
    let verdict = if !agreed.is_majority {
        Verdict::Unclear
    } else if agreed.count < min_n.max(1) {
        Verdict::TooFew
    } else if agreed.allows_zero {
        Verdict::Agrees
    } else if offset > 0 {
        Verdict::Ahead
    } else {
        Verdict::Behind
    };
    let verdict = if pair.shared < min_n { Verdict::TooFew } else { verdict };
    Comparison {
        file,
        other,
        kinds: pair.kinds.clone(),
        shared: pair.shared,
        agreeing: agreed.count,
        offset,
        low: agreed.low,
        high: agreed.high,
        verdict,
        is_off: false,
        is_zone_like: is_zone_like(offset, pair.delay),
    }
}

/// The same comparison from the side of the other file, which is the one that is off.
fn turned<'a>(comparison: &Comparison<'a>) -> Comparison<'a> {
    let verdict = match comparison.verdict {
        Verdict::Ahead => Verdict::Behind,
        Verdict::Behind => Verdict::Ahead,
        same => same,
    };
    Comparison {
        file: comparison.other,
        other: comparison.file,
        offset: -comparison.offset,
        low: -comparison.high,
        high: -comparison.low,
        verdict,
        is_off: true,
        ..comparison.clone()
    }
}

/// Whether an offset is a whole number of hours within the usual delay, or of half hours within a minute.
fn is_zone_like(offset: i64, delay: i64) -> bool {
    const MINUTE: i64 = 60_000_000;
    let away = |step: i64| {
        let rest = offset.rem_euclid(step);
        rest.min(step - rest)
    };
    offset.abs() >= 29 * MINUTE && (away(60 * MINUTE) <= delay.max(MINUTE) || away(30 * MINUTE) <= MINUTE)
}

#[cfg(test)]
mod tests;

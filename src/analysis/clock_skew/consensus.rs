//! The offset on which most events agree.
//!
//! In: for each pair of recordings of one event the interval of offsets it allows. Out: an offset, its interval and how many
//! events allow it. The most allowed offset is found by the algorithm of K. Marzullo and S. Owicki, "Maintaining the time in a
//! distributed system" (PODC 1983), which NTP uses to choose among clocks (RFC 5905, 11.2.1): half of the events may be
//! arbitrarily wrong. The estimate is the median of the events that allow it; its interval is that of a median by order
//! statistics (G. Hahn and W. Meeker, "Statistical Intervals", 1991, 5.2), and covers chance only, not a delay that all
//! events have. Zero is preferred when half of the events allow it: recurring events fit several offsets, and clocks that
//! agree are the simpler story. Cost O(n log n). No differences give nought of nought.

use std::collections::BTreeSet;

/// What two recordings of one event say about two clocks, microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Difference {
    /// Number of the event.
    pub(super) event: usize,
    /// Which recurrence of it in the one file.
    pub(super) left: usize,
    /// Which in the other.
    pub(super) right: usize,
    /// Smallest offset that is allowed.
    pub(super) low: i64,
    /// Largest one.
    pub(super) high: i64,
    /// The offset without any delay.
    pub(super) middle: i64,
}

/// An offset and what speaks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Consensus {
    /// Median offset of the events that agree, microseconds.
    pub(super) offset: i64,
    /// Lower end of its 95 % interval.
    pub(super) low: i64,
    /// Upper end.
    pub(super) high: i64,
    /// Events that agree.
    pub(super) count: usize,
    /// Whether they are at least half of those that are shared.
    pub(super) is_majority: bool,
    /// Whether they allow that there is no offset.
    pub(super) allows_zero: bool,
}

/// The offset that most of `shared` events allow.
pub(super) fn find(differences: &[Difference], shared: usize) -> Consensus {
    let at_zero = supporters(differences, 0);
    let is_majority = |count: usize| count > 0 && 2 * count >= shared;
    if is_majority(at_zero.len()) {
        return Consensus { is_majority: true, allows_zero: true, ..estimate(at_zero) };
    }
    let best = supporters(differences, most_allowed(differences));
    Consensus { is_majority: is_majority(best.len()), ..estimate(best) }
}

/// An offset that most intervals hold: the middle of the first such stretch, seen from zero.
fn most_allowed(differences: &[Difference]) -> i64 {
    // At one place, intervals begin before others end: bounds belong to them.
    let mut edges: Vec<(i64, bool)> =
        differences.iter().flat_map(|difference| [(difference.low, false), (difference.high, true)]).collect();
    edges.sort_unstable();
    let (mut depth, mut deepest, mut best) = (0_usize, 0, 0_i64);
    for (at, (place, is_end)) in edges.iter().enumerate() {
        if *is_end {
            depth -= 1;
            continue;
        }
        depth += 1;
        let end = edges.get(at + 1).map_or(*place, |(next, _)| *next);
        let middle = place + (end - place) / 2;
        if depth > deepest || (depth == deepest && middle.abs() < best.abs()) {
            (deepest, best) = (depth, middle);
        }
    }
    best
}

/// Middles of the events that allow an offset; each recurrence of an event counts once, with the
/// partner that fits best.
fn supporters(differences: &[Difference], offset: i64) -> Vec<i64> {
    let distance = |difference: &Difference| (difference.middle - offset).abs();
    let mut allowed: Vec<&Difference> =
        differences.iter().filter(|difference| (difference.low..=difference.high).contains(&offset)).collect();
    allowed.sort_by_key(|difference| (difference.event, distance(difference), difference.left, difference.right));
    let (mut lefts, mut rights) = (BTreeSet::new(), BTreeSet::new());
    let mut middles = Vec::new();
    let mut event = None;
    for difference in allowed {
        if event.replace(difference.event) != Some(difference.event) {
            lefts.clear();
            rights.clear();
        }
        if !lefts.contains(&difference.left) && !rights.contains(&difference.right) {
            lefts.insert(difference.left);
            rights.insert(difference.right);
            middles.push(difference.middle);
        }
    }
    middles
}

fn estimate(mut middles: Vec<i64>) -> Consensus {
    middles.sort_unstable();
    let count = middles.len();
    if count == 0 {
        return Consensus::default();
    }
    let (low, high) = (middles[(count - 1) / 2], middles[count / 2]);
    let rank = outer_rank(count);
    Consensus {
        offset: low + (high - low) / 2,
        low: middles[rank],
        high: middles[count - 1 - rank],
        count,
        ..Consensus::default()
    }
}

/// Values left out at either end, so that the others hold the median with 95 %; none of five or
/// fewer.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and half of a length")]
fn outer_rank(count: usize) -> usize {
    let count = count as f64;
    ((count - super::super::statistics::Z_95 * count.sqrt()) / 2.0).floor().max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(middles: &[i64], delay: i64) -> Vec<Difference> {
        let of = |(event, middle): (usize, &i64)| Difference {
            event,
            left: 0,
            right: 0,
            low: middle - delay,
            high: middle + delay,
            middle: *middle,
        };
        middles.iter().enumerate().map(of).collect()
    }

    #[test]
    fn half_of_the_events_may_be_wrong() {
        let found = find(&points(&[90, 91, 89, 90, 90, -4000, 7000, 12_345, 55_555, 600], 5), 10);
        assert_eq!((found.offset, found.count, found.is_majority, found.allows_zero), (90, 5, true, false));
        let found = find(&points(&[90, 91, 89, 90, -4000, 7000, 12_345, 55_555, 600], 5), 9);
        assert!(!found.is_majority, "{found:?}");
    }

    #[test]
    fn small_offsets_agree() {
        let found = find(&points(&[3, 4, 4, 5, 4], 5), 5);
        assert_eq!((found.offset, found.low, found.high, found.allows_zero), (4, 3, 5, true));
    }

    #[test]
    fn the_interval_narrows_with_the_number_of_events() {
        let middles: Vec<i64> = (0..101).map(|n| 1000 + n).collect();
        let found = find(&points(&middles, 200), 101);
        assert_eq!((found.offset, found.count), (1050, 101));
        // Ranks 40 and 60 of 0 to 100: order statistics 41 and 61, as tables of the binomial give.
        assert_eq!((found.low, found.high), (1040, 1060));
    }

    #[test]
    fn the_intersection_of_marzullo_is_met() {
        // The example of the paper: 8..12, 11..13 and 14..15 agree on 11..12; shifted away from zero.
        let of =
            |event, low, high| Difference { event, left: 0, right: 0, low, high, middle: i64::midpoint(low, high) };
        let found = most_allowed(&[of(0, 80, 120), of(1, 110, 130), of(2, 140, 150)]);
        assert_eq!(found, 115);
    }

    #[test]
    fn nothing_is_said_without_differences() {
        assert_eq!(find(&[], 0), Consensus::default());
    }

    #[test]
    fn constant_differences_give_an_interval_of_no_width() {
        let found = find(&points(&[70; 40], 5), 40);
        assert_eq!((found.offset, found.low, found.high), (70, 70, 70));
    }
}

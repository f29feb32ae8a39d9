//! Which of several clocks is off: those that the majority contradicts.
//!
//! In: comparisons of pairs with the delay that is usual in each. Out: the files that are off. Offsets are added up along the
//! comparisons with most events (a spanning tree by J. Kruskal, 1956), so that files that never met are comparable through
//! others; the largest group within the usual delay is right when it holds more than half of the files that hang together,
//! as among replicas of which fewer than half fail. Two files, or halves of equal size, leave it open.
//! Cost O(p log p) for p pairs. No comparison gives no file.

use std::collections::BTreeMap;

use super::{Comparison, Verdict};

/// Files that most others contradict.
pub(super) fn off<'a>(comparisons: &[(Comparison<'a>, i64)]) -> Vec<&'a str> {
    let mut edges: Vec<&(Comparison<'a>, i64)> = comparisons
        .iter()
        .filter(|(found, _)| matches!(found.verdict, Verdict::Agrees | Verdict::Ahead | Verdict::Behind))
        .collect();
    edges.sort_by_key(|(found, _)| (std::cmp::Reverse(found.agreeing), found.file, found.other));
    let mut groups = Groups::default();
    for (found, delay) in edges {
        let offset = if found.verdict == Verdict::Agrees { 0 } else { found.offset };
        groups.join(found.file, found.other, offset, *delay);
    }
    groups.files.into_values().flat_map(|group| outside(group.0, group.1)).collect()
}

/// Files that hang together, each with the place of its clock, and the largest usual delay.
type Group<'a> = (Vec<(i64, &'a str)>, i64);

#[derive(Debug, Default)]
struct Groups<'a> {
    /// Group of each file.
    of: BTreeMap<&'a str, usize>,
    files: BTreeMap<usize, Group<'a>>,
}

impl<'a> Groups<'a> {
    /// Puts the groups of two files together; the clock of `file` shows `offset` more.
    fn join(&mut self, file: &'a str, other: &'a str, offset: i64, delay: i64) {
        let (left, right) = (self.group(file), self.group(other));
        if left == right {
            return;
        }
        let place = |groups: &Self, group: usize, name: &str| {
            let files = &groups.files[&group].0;
            files.iter().find(|(_, known)| *known == name).map_or(0, |(place, _)| *place)
        };
        let shift = place(self, right, other) + offset - place(self, left, file);
        let (moved, usual) = self.files.remove(&left).unwrap_or_default();
        for (_, name) in &moved {
            self.of.insert(name, right);
        }
        if let Some((files, delays)) = self.files.get_mut(&right) {
            files.extend(moved.into_iter().map(|(place, name)| (place + shift, name)));
            *delays = (*delays).max(usual).max(delay);
        }
    }

    fn group(&mut self, file: &'a str) -> usize {
        let next = self.of.len();
        let number = *self.of.entry(file).or_insert(next);
        self.files.entry(number).or_insert_with(|| (vec![(0, file)], 0));
        number
    }
}

/// Files outside the largest group of clocks that agree, when it holds most of them.
fn outside(mut files: Vec<(i64, &str)>, delay: i64) -> Vec<&str> {
    files.sort_unstable();
    let until = |from: usize| files.partition_point(|(place, _)| *place <= files[from].0 + delay);
    let Some(from) = (0..files.len()).max_by_key(|from| (until(*from) - from, std::cmp::Reverse(*from))) else {
        return Vec::new();
    };
    let to = until(from);
    if 2 * (to - from) <= files.len() {
        return Vec::new();
    }
    let is_outside = |at: usize| at < from || at >= to;
    files.iter().enumerate().filter(|(at, _)| is_outside(*at)).map(|(_, (_, name))| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_two_others_contradict_is_off() {
        assert_eq!(outside(vec![(0, "a"), (90, "b"), (1, "c")], 5), ["b"]);
    }

    #[test]
    fn two_clocks_leave_it_open() {
        assert!(outside(vec![(0, "a"), (90, "b")], 5).is_empty());
        assert!(outside(vec![(0, "a"), (90, "b"), (91, "c"), (1, "d")], 5).is_empty());
        assert!(outside(Vec::new(), 5).is_empty());
    }

    #[test]
    fn places_are_added_up_along_the_pairs() {
        let mut groups = Groups::default();
        groups.join("a", "b", 90, 5);
        groups.join("c", "d", 10, 5);
        groups.join("b", "d", -90, 5);
        let (files, _) = groups.files.values().next().expect("one group");
        let place = |name| files.iter().find(|(_, known)| *known == name).expect("a place").0;
        assert_eq!(groups.files.len(), 1);
        assert_eq!((place("a") - place("b"), place("b") - place("d"), place("c") - place("d")), (90, -90, 10));
    }
}

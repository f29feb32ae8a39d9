//! Sums over every combination of values, up to a number of terms.
//!
//! In: counts and gains per slice; out: those combinations whose failures rose, with their sums. It does not choose among them.
//!
//! This is the cube of J. Gray et al., "Data cube", ICDE 1996, doi:10.1109/ICDE.1996.492099, cut at
//! [`MOST_TERMS`] terms and walked depth first (K. Beyer and R. Ramakrishnan, "Bottom-up computation of sparse and iceberg
//! cubes", SIGMOD 1999, doi:10.1145/304181.304214): each set of dimensions refines the groups of the set before it. Cost O(slices x sets
//! of dimensions), memory O(slices + combinations of one set). Slices without a value in a dimension take no part in sets with it. Empty input gives
//! no combination.

use std::collections::HashMap;

use super::super::slices::{NO_VALUE, SliceTable};
use super::expectation::Leaf;
use super::gain::{self, Gains, RATIO_COUNT, Ratios};

/// Most terms in a combination: people do not act on longer ones, and chance finds them.
pub const MOST_TERMS: usize = 3;
/// Most sets of dimensions looked at; beyond it only sets of fewer terms are.
const MOST_SETS: usize = 400;
/// Log-likelihood that each term must bring (H. Akaike, 1974, doi:10.1109/TAC.1974.1100705: one unit a parameter).
pub const TERM_COST: f64 = 1.0;
/// Largest table from numbers of groups to groups, in entries; beyond it they are looked up.
const MOST_CELLS: usize = 1 << 22;

/// Counts and gains of one slice or of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Failures expected in the window.
    pub expected: f64,
    /// Events in the reference period.
    pub usual_total: f64,
    /// Log-likelihood gained by each ratio.
    pub gains: Gains,
}

impl Sums {
    /// Of nothing.
    pub const ZERO: Self = Self { total: 0.0, bad: 0.0, expected: 0.0, usual_total: 0.0, gains: [0.0; RATIO_COUNT] };

    /// Of each slice.
    pub fn of(leaves: &[Leaf]) -> Vec<Self> {
        let ratios = Ratios::default();
        let of_leaf = |leaf: &Leaf| Self {
            total: leaf.total,
            bad: leaf.bad,
            expected: leaf.expected,
            usual_total: leaf.usual_total,
            gains: ratios.gains(leaf),
        };
        leaves.iter().map(of_leaf).collect()
    }

    /// Failures beyond the expected ones.
    pub fn excess(&self) -> f64 {
        self.bad - self.expected
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.bad += other.bad;
        self.expected += other.expected;
        self.usual_total += other.usual_total;
        for (sum, gain) in self.gains.iter_mut().zip(&other.gains) {
            *sum += gain;
        }
    }
}

/// A combination of values whose failures rose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Number of its set of dimensions, by number of terms, then in order.
    pub set: usize,
    /// The first slice that has its values.
    pub slice: usize,
    /// Number of terms.
    pub terms: usize,
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Failures expected in the window.
    pub expected: f64,
    /// Events in the reference period.
    pub usual_total: f64,
    /// Log-likelihood gained, less the cost of its terms; above zero.
    pub score: f64,
}

/// The sets of dimensions that are looked at.
#[derive(Debug, Clone)]
pub struct Cube<'a> {
    table: &'a SliceTable,
    sets: Vec<Vec<usize>>,
    numbers: HashMap<Vec<usize>, usize>,
    most_terms: usize,
}

impl<'a> Cube<'a> {
    /// The cube over a table.
    pub fn new(table: &'a SliceTable) -> Self {
        let sets = sets_of(table.dimensions.len());
        let numbers = sets.iter().cloned().zip(0..).collect();
        let most_terms = sets.last().map_or(0, Vec::len);
        Self { table, sets, numbers, most_terms }
    }

    /// Combinations with a positive score over the slices `members`, ordered by set and slice.
    pub fn candidates(&self, sums: &[Sums], members: &[usize]) -> Vec<Candidate> {
        let mut found = Vec::new();
        let groups = Groups { members: members.to_vec(), numbers: vec![0; members.len()], count: 1 };
        self.refine(sums, &groups, &mut Vec::new(), &mut found);
        found.sort_unstable_by_key(|candidate| (candidate.set, candidate.slice));
        found
    }

    /// Dimension and code of each term.
    pub fn terms(&self, candidate: &Candidate) -> Vec<(usize, u32)> {
        let set = &self.sets[candidate.set];
        set.iter().map(|&dimension| (dimension, self.table.code(candidate.slice, dimension))).collect()
    }

    /// Whether a slice has the values of a candidate.
    pub fn holds(&self, candidate: &Candidate, slice: usize) -> bool {
        let is_same =
            |&dimension: &usize| self.table.code(slice, dimension) == self.table.code(candidate.slice, dimension);
        self.sets[candidate.set].iter().all(is_same)
    }

    /// Values that the dimensions of a candidate have, in all.
    pub fn breadth(&self, candidate: &Candidate) -> usize {
        self.sets[candidate.set].iter().map(|&dimension| self.table.values[dimension].len()).sum()
    }

    fn refine(&self, sums: &[Sums], groups: &Groups, set: &mut Vec<usize>, found: &mut Vec<Candidate>) {
        if set.len() == self.most_terms {
            return;
        }
        for dimension in set.last().map_or(0, |last| last + 1)..self.table.dimensions.len() {
            let finer = groups.split(self.table, dimension);
            set.push(dimension);
            if let Some(&number) = self.numbers.get(set) {
                finer.collect(sums, (number, set.len()), found);
            }
            self.refine(sums, &finer, set, found);
            set.pop();
        }
    }
}

/// Slices that have a value in each dimension of a set, by combination.
struct Groups {
    members: Vec<usize>,
    numbers: Vec<u32>,
    count: usize,
}

impl Groups {
    /// The groups of the set with one dimension more, numbered as they first occur.
    fn split(&self, table: &SliceTable, dimension: usize) -> Self {
        let size = table.values[dimension].len();
        let mut finer = Self { members: Vec::new(), numbers: Vec::new(), count: 0 };
        finer.members.reserve(self.members.len());
        finer.numbers.reserve(self.members.len());
        let mut numbers = Numbers::new(self.count.saturating_mul(size));
        for (&slice, &group) in self.members.iter().zip(&self.numbers) {
            let code = table.code(slice, dimension);
            if code != NO_VALUE {
                finer.members.push(slice);
                finer.numbers.push(numbers.of(group as usize * size + code as usize));
            }
        }
        finer.count = numbers.count as usize;
        finer
    }

    fn collect(&self, sums: &[Sums], (set, terms): (usize, usize), found: &mut Vec<Candidate>) {
        let mut groups = vec![(Sums::ZERO, usize::MAX); self.count];
        for (&slice, &number) in self.members.iter().zip(&self.numbers) {
            let group = &mut groups[number as usize];
            group.0.add(&sums[slice]);
            group.1 = group.1.min(slice);
        }
        for (sums, slice) in groups {
            let score = gain::best(&sums.gains) - TERM_COST * terms as f64;
            if score > 0.0 {
                let Sums { total, bad, expected, usual_total, .. } = sums;
                found.push(Candidate { set, slice, terms, total, bad, expected, usual_total, score });
            }
        }
    }
}

/// Gives consecutive numbers to keys as they first occur.
struct Numbers {
    table: Vec<u32>,
    map: HashMap<usize, u32>,
    count: u32,
}

impl Numbers {
    fn new(keys: usize) -> Self {
        let table = if keys <= MOST_CELLS { vec![u32::MAX; keys] } else { Vec::new() };
        Self { table, map: HashMap::new(), count: 0 }
    }

    fn of(&mut self, key: usize) -> u32 {
        let number = match self.table.get_mut(key) {
            Some(number) => number,
            None => self.map.entry(key).or_insert(u32::MAX),
        };
        if *number == u32::MAX {
            *number = self.count;
            self.count += 1;
        }
        *number
    }
}

/// Sets of dimensions by number of terms, then in order.
fn sets_of(dimensions: usize) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = (0..dimensions).map(|dimension| vec![dimension]).collect();
    let mut shorter = sets.clone();
    for _ in 1..MOST_TERMS {
        let longer: Vec<Vec<usize>> = shorter.iter().flat_map(|set| extended(set, dimensions)).collect();
        if sets.len() + longer.len() > MOST_SETS {
            break;
        }
        sets.extend(longer.iter().cloned());
        shorter = longer;
    }
    sets
}

fn extended(set: &[usize], dimensions: usize) -> impl Iterator<Item = Vec<usize>> {
    let first = set.last().map_or(0, |last| last + 1);
    (first..dimensions).map(|next| set.iter().copied().chain([next]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of slices that all fail ten times as often as expected.
    fn hit(slices: usize) -> Vec<Sums> {
        Sums::of(&vec![Leaf { total: 100.0, bad: 50.0, expected: 5.0, ..Leaf::default() }; slices])
    }

    fn all_of(table: &SliceTable) -> Vec<Candidate> {
        let members: Vec<usize> = (0..table.slice_count()).collect();
        Cube::new(table).candidates(&hit(table.slice_count()), &members)
    }

    #[test]
    fn sums_every_combination_once() {
        let mut table = SliceTable::default();
        table.push(0, &[("a", "1"), ("b", "x")], 1.0, 0.0, None, None);
        table.push(0, &[("a", "1"), ("b", "y")], 1.0, 0.0, None, None);
        table.push(0, &[("a", "2"), ("b", "x")], 1.0, 0.0, None, None);
        let found = all_of(&table);
        assert_eq!(found.len(), 7);
        let cube = Cube::new(&table);
        let first = found.iter().find(|candidate| cube.terms(candidate) == [(0, 0)]).expect("value 1 of a");
        assert_eq!((first.total, first.bad), (200.0, 100.0));
        assert!(cube.holds(first, 1) && !cube.holds(first, 2));
    }

    #[test]
    fn keeps_apart_more_combinations_than_fit_a_table() {
        let mut numbers = Numbers::new(MOST_CELLS + 1);
        assert_eq!([numbers.of(7), numbers.of(MOST_CELLS), numbers.of(7)], [0, 1, 0]);
        let mut numbers = Numbers::new(10);
        assert_eq!([numbers.of(7), numbers.of(3), numbers.of(7)], [0, 1, 0]);
    }

    #[test]
    fn leaves_out_slices_without_a_value() {
        let mut table = SliceTable::default();
        table.push(0, &[("a", "1")], 1.0, 0.0, None, None);
        table.push(0, &[("b", "x")], 1.0, 0.0, None, None);
        assert_eq!(all_of(&table).len(), 2);
        assert!(all_of(&SliceTable::default()).is_empty());
    }

    #[test]
    fn looks_at_shorter_combinations_when_there_are_many_dimensions() {
        let names: Vec<String> = (0..20).map(|number| format!("d{number:02}")).collect();
        let terms: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        let mut table = SliceTable::default();
        table.push(0, &terms, 1.0, 0.0, None, None);
        assert_eq!(all_of(&table).len(), 20 + 190);
    }

    #[test]
    fn leaves_out_combinations_whose_failures_did_not_rise() {
        let mut table = SliceTable::default();
        table.push(0, &[("a", "1")], 1.0, 0.0, None, None);
        let calm = Sums::of(&[Leaf { total: 100.0, bad: 5.0, expected: 5.0, ..Leaf::default() }]);
        assert!(Cube::new(&table).candidates(&calm, &[0]).is_empty());
    }
}

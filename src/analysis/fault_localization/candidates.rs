//! Sums over every combination of values, up to a number of terms.
//!
//! In: counts per slice; out: counts per combination. It does not judge them.
//!
//! This is the cube of J. Gray et al., "Data cube", ICDE 1996, doi:10.1109/ICDE.1996.492099, cut at
//! [`MOST_TERMS`] terms. For each set of dimensions the combination has a number in mixed radix; sums go to an
//! array where that is small and to a sorted list elsewhere. Cost O(slices x sets of dimensions). Slices
//! without a value in a dimension take no part in sets with it. Empty input gives no combination.

use super::super::slices::{NO_VALUE, SliceTable};

/// Most terms in a combination: people do not act on longer ones, and chance finds them.
pub const MOST_TERMS: usize = 3;
/// Most sets of dimensions looked at; beyond it only sets of fewer terms are.
const MOST_SETS: usize = 400;

/// Counts of one slice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Leaf {
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Failures expected in the window.
    pub expected: f64,
    /// Events in the baseline.
    pub usual_total: f64,
    /// Failures in the baseline.
    pub usual_bad: f64,
}

/// Counts of one combination.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    /// Dimension and code of each term.
    pub terms: Vec<(usize, u32)>,
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Failures expected in the window.
    pub expected: f64,
    /// Events in the baseline.
    pub usual_total: f64,
}

impl Candidate {
    /// Counts of everything.
    pub fn sum_of(leaves: &[Leaf]) -> Self {
        let mut all = Self::default();
        for leaf in leaves {
            all.add(leaf);
        }
        all
    }

    /// Failures beyond the expected ones.
    pub fn excess(&self) -> f64 {
        self.bad - self.expected
    }

    /// Failures beyond the expected ones, per event; zero without events.
    pub fn excess_rate(&self) -> f64 {
        if self.total > 0.0 { self.excess() / self.total } else { 0.0 }
    }

    fn add(&mut self, leaf: &Leaf) {
        self.total += leaf.total;
        self.bad += leaf.bad;
        self.expected += leaf.expected;
        self.usual_total += leaf.usual_total;
    }
}

/// Every combination with events in the window or before, by number of terms, then dimensions, then codes.
pub fn all_of(table: &SliceTable, leaves: &[Leaf]) -> Vec<Candidate> {
    let active: Vec<usize> =
        (0..leaves.len()).filter(|&slice| leaves[slice].total > 0.0 || leaves[slice].usual_total > 0.0).collect();
    let mut found = Vec::new();
    for set in sets_of(table.dimensions.len()) {
        sum_set(table, leaves, &active, &set, &mut found);
    }
    found
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

fn sum_set(table: &SliceTable, leaves: &[Leaf], active: &[usize], set: &[usize], found: &mut Vec<Candidate>) {
    let sizes: Vec<u128> = set.iter().map(|&dimension| table.values[dimension].len() as u128).collect();
    let combinations: u128 = sizes.iter().product();
    let number = |slice: usize| {
        set.iter().zip(&sizes).try_fold(0_u128, |number, (&dimension, size)| {
            let code = table.code(slice, dimension);
            (code != NO_VALUE).then(|| number * size + u128::from(code))
        })
    };
    let numbered = active.iter().filter_map(|&slice| Some((number(slice)?, slice)));
    let mut emit = |number: u128, mut candidate: Candidate| {
        candidate.terms = terms_of(number, set, &sizes);
        found.push(candidate);
    };
    if combinations <= 4 * active.len() as u128 + 1_024 {
        let mut sums = vec![Candidate::default(); usize::try_from(combinations).unwrap_or(0)];
        for (number, slice) in numbered {
            sums[usize::try_from(number).unwrap_or(0)].add(&leaves[slice]);
        }
        for (number, candidate) in (0_u128..).zip(sums) {
            if candidate.total > 0.0 || candidate.usual_total > 0.0 {
                emit(number, candidate);
            }
        }
    } else {
        let mut sorted: Vec<(u128, usize)> = numbered.collect();
        sorted.sort_unstable();
        for group in sorted.chunk_by(|left, right| left.0 == right.0) {
            let mut candidate = Candidate::default();
            for (_, slice) in group {
                candidate.add(&leaves[*slice]);
            }
            emit(group[0].0, candidate);
        }
    }
}

fn terms_of(mut number: u128, set: &[usize], sizes: &[u128]) -> Vec<(usize, u32)> {
    let mut terms: Vec<(usize, u32)> = set
        .iter()
        .zip(sizes)
        .rev()
        .map(|(&dimension, size)| {
            let code = u32::try_from(number % size).unwrap_or(NO_VALUE);
            number /= size;
            (dimension, code)
        })
        .collect();
    terms.reverse();
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_every_combination_once() {
        let mut table = SliceTable::default();
        table.push(0, &[("a", "1"), ("b", "x")], 1.0, 0.0, None, None);
        table.push(0, &[("a", "1"), ("b", "y")], 1.0, 0.0, None, None);
        table.push(0, &[("a", "2"), ("b", "x")], 1.0, 0.0, None, None);
        let leaves = vec![Leaf { total: 10.0, bad: 1.0, ..Leaf::default() }; 3];
        let found = all_of(&table, &leaves);
        assert_eq!(found.len(), 7);
        let first = found.iter().find(|candidate| candidate.terms == [(0, 0)]).expect("value 1 of a");
        assert_eq!((first.total, first.bad), (20.0, 2.0));
    }

    #[test]
    fn gives_the_same_sums_by_array_and_by_list() {
        let mut table = SliceTable::default();
        let names: Vec<String> = (0..80).map(|number| format!("v{number:02}")).collect();
        for (left, right) in names.iter().zip(names.iter().rev()) {
            table.push(0, &[("a", left), ("b", right)], 1.0, 0.0, None, None);
        }
        let leaves = vec![Leaf { total: 1.0, ..Leaf::default() }; 80];
        let pairs = all_of(&table, &leaves).into_iter().filter(|candidate| candidate.terms.len() == 2);
        assert_eq!(pairs.map(|candidate| candidate.total).sum::<f64>(), 80.0);
    }

    #[test]
    fn leaves_out_slices_without_a_value() {
        let mut table = SliceTable::default();
        table.push(0, &[("a", "1")], 1.0, 0.0, None, None);
        table.push(0, &[("b", "x")], 1.0, 0.0, None, None);
        let leaves = vec![Leaf { total: 1.0, ..Leaf::default() }; 2];
        assert_eq!(all_of(&table, &leaves).len(), 2);
        assert!(all_of(&SliceTable::default(), &[]).is_empty());
    }
}

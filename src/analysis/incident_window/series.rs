//! Counts over time per group of slices: all, each value, each pair of values.
//!
//! In: a [`SliceTable`]; out: a regular grid of buckets with total, bad and expected events for every
//! group. It judges nothing. The bucket is the most frequent distance between distinct times, so that
//! gaps and stray rows do not stretch it. Cost O(rows x groups of a row), memory O(groups x buckets);
//! pairs are left out beyond [`MOST_CELLS`]. Groups made of the same slices are kept once, with the
//! fewest terms. Empty input gives no bucket.

use std::collections::{BTreeMap, BTreeSet};

use super::super::slices::{NO_VALUE, SliceTable};
use super::baseline::Rates;

/// Most cells (groups x buckets) kept; beyond it pairs of values are not looked at.
const MOST_CELLS: usize = 8_000_000;
/// Most buckets; a longer history gets coarser buckets.
const MOST_BUCKETS: i64 = 100_000;

/// Counts of one group of slices.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Dimension and code of each term; empty for everything.
    pub(super) terms: Vec<(usize, u32)>,
    pub(super) total: Vec<f64>,
    pub(super) bad: Vec<f64>,
    pub(super) expected: Vec<f64>,
}

/// Groups over a regular grid of buckets.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) start: i64,
    pub(super) bucket: i64,
    /// Per bucket, whether any row fell in it.
    pub(super) is_present: Vec<bool>,
    pub(super) groups: Vec<Group>,
    pub(super) groups_of_slice: Vec<Vec<usize>>,
}

impl Series {
    /// Lays out the grid and counts totals and bad events. `None` without rows.
    pub(super) fn new(table: &SliceTable) -> Option<Self> {
        let times = distinct_times(table);
        let (&start, &last) = (times.first()?, times.last()?);
        let learned = usual_step(&times);
        let bucket = learned * ((last - start) / learned / MOST_BUCKETS + 1);
        let count = usize::try_from((last - start) / bucket + 1).unwrap_or(1);
        let (terms, groups_of_slice) = groups_of(table, count);
        let zeros = vec![0.0; count];
        let empty = |terms| Group { terms, total: zeros.clone(), bad: zeros.clone(), expected: zeros.clone() };
        let mut series = Self {
            start,
            bucket,
            is_present: vec![false; count],
            groups: terms.into_iter().map(empty).collect(),
            groups_of_slice,
        };
        for row in table.rows() {
            let index = series.index_of(row.time);
            series.is_present[index] = true;
            for &group in &series.groups_of_slice[row.slice] {
                series.groups[group].total[index] += row.total;
                series.groups[group].bad[index] += row.bad;
            }
        }
        Some(series)
    }

    /// Sets the expected events of all groups.
    pub(super) fn expect(&mut self, table: &SliceTable, rates: &Rates) {
        for group in &mut self.groups {
            group.expected.fill(0.0);
        }
        for row in table.rows() {
            let index = self.index_of(row.time);
            let expected = rates.expected(&row);
            for &group in &self.groups_of_slice[row.slice] {
                self.groups[group].expected[index] += expected;
            }
        }
    }

    /// Number of the bucket that holds `time`.
    pub(super) fn index_of(&self, time: i64) -> usize {
        usize::try_from((time - self.start) / self.bucket).unwrap_or(0).min(self.is_present.len() - 1)
    }

    /// Start of bucket `index`.
    pub(super) fn time_of(&self, index: usize) -> i64 {
        self.start + i64::try_from(index).unwrap_or(0) * self.bucket
    }
}

/// Times in order, each once; neighbours in the table are mostly equal, which keeps the list short.
fn distinct_times(table: &SliceTable) -> Vec<i64> {
    let mut times: Vec<i64> = Vec::new();
    for row in table.rows() {
        if times.last() != Some(&row.time) {
            times.push(row.time);
        }
    }
    times.sort_unstable();
    times.dedup();
    times
}

/// Most frequent distance between neighbouring times; the smaller of equally frequent ones.
fn usual_step(times: &[i64]) -> i64 {
    let mut steps: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in times.windows(2) {
        *steps.entry(pair[1] - pair[0]).or_default() += 1;
    }
    let most = steps.iter().max_by(|left, right| left.1.cmp(right.1).then(right.0.cmp(left.0)));
    most.map_or(60_000_000, |(&step, _)| step)
}

type Terms = Vec<(usize, u32)>;

/// Terms of each group, and the groups each slice belongs to.
fn groups_of(table: &SliceTable, buckets: usize) -> (Vec<Terms>, Vec<Vec<usize>>) {
    let mut members: BTreeMap<(usize, Terms), Vec<usize>> = BTreeMap::new();
    for slice in 0..table.slice_count() {
        let held: Terms = (0..table.dimensions.len())
            .map(|dimension| (dimension, table.code(slice, dimension)))
            .filter(|term| term.1 != NO_VALUE)
            .collect();
        members.entry((0, Vec::new())).or_default().push(slice);
        for (place, &first) in held.iter().enumerate() {
            members.entry((1, vec![first])).or_default().push(slice);
            for &second in &held[place + 1..] {
                members.entry((2, vec![first, second])).or_default().push(slice);
            }
        }
    }
    if members.len().saturating_mul(buckets) > MOST_CELLS {
        members.retain(|key, _| key.0 < 2);
    }
    let (mut seen, mut terms) = (BTreeSet::new(), Vec::new());
    let mut groups_of_slice = vec![Vec::new(); table.slice_count()];
    for ((_, group), slices) in members {
        if seen.insert(slices.clone()) {
            for slice in slices {
                groups_of_slice[slice].push(terms.len());
            }
            terms.push(group);
        }
    }
    (terms, groups_of_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_the_bucket_despite_gaps() {
        let mut table = SliceTable::default();
        for minute in [0, 1, 2, 3, 9, 10] {
            table.push(minute * 60, &[("cdn", "a")], 1.0, 0.0, None, None);
        }
        let series = Series::new(&table).expect("rows");
        assert_eq!((series.bucket, series.is_present.len()), (60, 11));
        assert!(!series.is_present[5] && series.is_present[9]);
    }

    #[test]
    fn keeps_groups_of_the_same_slices_once() {
        let mut table = SliceTable::default();
        table.push(0, &[("cdn", "a"), ("isp", "x")], 1.0, 0.0, None, None);
        table.push(0, &[("cdn", "b"), ("isp", "x")], 1.0, 1.0, None, None);
        let series = Series::new(&table).expect("rows");
        assert_eq!(series.groups.len(), 3);
        assert_eq!(series.groups[0].bad, [1.0]);
    }

    #[test]
    fn has_no_bucket_without_rows() {
        assert!(Series::new(&SliceTable::default()).is_none());
    }
}

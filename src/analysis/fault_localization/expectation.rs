//! What each slice would have counted without an incident.
//!
//! In: a [`SliceTable`], the window and the reference period; out: counts per slice in both, with the failures
//! expected in the window. It does not judge them.
//!
//! Reference buckets in which the whole table failed far more than usual are another incident, or the same one
//! before it was seen, and are left out: those beyond `FAR` robust standard deviations above the median (F. R. Hampel, "The
//! influence curve", JASA 69, 1974, doi:10.1080/01621459.1974.10482962), never closer than Poisson noise. Rates of small
//! slices are drawn towards the overall rate with the weight of `PRIOR_EVENTS` failures (gamma-Poisson; D. Clayton and J. Kaldor,
//! Biometrics 43, 1987, doi:10.2307/2532003), so that a slice never seen does not win by an expectation of zero.
//!
//! Cost O(rows). Without a reference the rows' own `expected_bad` counts, and without that the rate of all slices in
//! the window. No row gives no count; a reference without any failure gives a small rate, not zero.

use std::collections::HashMap;

use super::super::incident_window::baseline::is_reference;
use super::super::slices::SliceTable;
use super::super::statistics::{mad, median};

/// Failures that the overall rate weighs as much as.
const PRIOR_EVENTS: f64 = 2.0;
/// Robust standard deviations beyond which a reference bucket is no reference (the three-sigma rule).
const FAR: f64 = 3.0;
/// No slice is expected to fail more often than this.
const HIGHEST_RATE: f64 = 0.95;

/// Counts of one slice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Leaf {
    /// Events in the window.
    pub total: f64,
    /// Failures in the window.
    pub bad: f64,
    /// Failures expected in the window.
    pub expected: f64,
    /// Events in the reference period.
    pub usual_total: f64,
    /// Failures in the reference period.
    pub usual_bad: f64,
}

/// Counts of each slice in window and reference, with the failures expected in the window.
pub fn leaves_of(
    table: &SliceTable,
    window: (i64, i64),
    baseline: Option<(i64, i64)>,
    exclude: &[(i64, i64)],
) -> Vec<Leaf> {
    let buckets = Buckets::of(table, |time| is_reference(time, window, baseline, exclude));
    let is_usual = buckets.usual();
    let mut leaves = vec![Leaf::default(); table.slice_count()];
    for (row, bucket) in table.rows().zip(&buckets.of_row) {
        let leaf = &mut leaves[row.slice];
        if row.time >= window.0 && row.time < window.1 {
            leaf.total += row.total;
            leaf.bad += row.bad;
            leaf.expected += row.expected_bad.unwrap_or(0.0);
        } else if bucket.is_some_and(|bucket| is_usual[bucket]) {
            leaf.usual_total += row.total;
            leaf.usual_bad += row.bad;
        }
    }
    expect(&mut leaves);
    leaves
}

/// Events and failures of the whole table per reference bucket.
struct Buckets {
    of_row: Vec<Option<usize>>,
    counts: Vec<(f64, f64)>,
}

impl Buckets {
    fn of(table: &SliceTable, is_reference: impl Fn(i64) -> bool) -> Self {
        let mut numbers: HashMap<i64, Option<usize>> = HashMap::new();
        let mut buckets = Self { of_row: Vec::with_capacity(table.len()), counts: Vec::new() };
        let mut last: Option<(i64, Option<usize>)> = None;
        for row in table.rows() {
            // Rows come by time as a rule, so the look-up is rare.
            let bucket = match last {
                Some((time, bucket)) if time == row.time => bucket,
                _ => *numbers.entry(row.time).or_insert_with(|| {
                    is_reference(row.time).then(|| {
                        buckets.counts.push((0.0, 0.0));
                        buckets.counts.len() - 1
                    })
                }),
            };
            last = Some((row.time, bucket));
            if let Some(bucket) = bucket {
                buckets.counts[bucket].0 += row.total;
                buckets.counts[bucket].1 += row.bad;
            }
            buckets.of_row.push(bucket);
        }
        buckets
    }

    /// Whether each bucket fails no more than most do.
    fn usual(&self) -> Vec<bool> {
        let mut rates: Vec<f64> =
            self.counts.iter().filter(|count| count.0 > 0.0).map(|count| count.1 / count.0).collect();
        let Some(rate) = median::median(&mut rates) else {
            return vec![true; self.counts.len()];
        };
        // One failure beside the expected ones keeps a reference without failures from being cut by its first.
        let deviation = |count: &(f64, f64)| (count.1 - rate * count.0) / (rate * count.0 + 1.0).sqrt();
        let deviations: Vec<f64> = self.counts.iter().map(deviation).collect();
        let spread = mad::mad(&mut deviations.clone()).unwrap_or(0.0).max(1.0);
        deviations.iter().map(|deviation| *deviation <= FAR * spread).collect()
    }
}

/// Fills `expected` of every slice; see the module.
pub fn expect(leaves: &mut [Leaf]) {
    let sum = |of: fn(&Leaf) -> f64| leaves.iter().map(of).sum::<f64>();
    let (usual_total, usual_bad) = (sum(|leaf| leaf.usual_total), sum(|leaf| leaf.usual_bad));
    if usual_total <= 0.0 {
        if sum(|leaf| leaf.expected) <= 0.0 {
            let rate = ((sum(|leaf| leaf.bad) + 0.5) / (sum(|leaf| leaf.total) + 1.0)).min(HIGHEST_RATE);
            for leaf in leaves {
                leaf.expected = leaf.total * rate;
            }
        }
        return;
    }
    let overall = ((usual_bad + 0.5) / (usual_total + 1.0)).min(HIGHEST_RATE);
    let weight = PRIOR_EVENTS / overall;
    for leaf in leaves {
        let rate = (leaf.usual_bad + PRIOR_EVENTS) / (leaf.usual_total + weight);
        leaf.expected = leaf.total * rate.min(HIGHEST_RATE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(failures: impl Fn(i64) -> f64) -> SliceTable {
        let mut table = SliceTable::default();
        for minute in 0..20 {
            table.push(minute, &[("cdn", "a")], 100.0, failures(minute), None, None);
        }
        table.push(20, &[("cdn", "a")], 100.0, 60.0, None, None);
        table
    }

    #[test]
    fn leaves_out_an_earlier_incident_in_the_reference() {
        let steady = leaves_of(&quiet(|_| 2.0), (20, 21), None, &[]);
        let disturbed = leaves_of(&quiet(|minute| if minute == 7 { 80.0 } else { 2.0 }), (20, 21), None, &[]);
        assert!((steady[0].expected - 2.0).abs() < 0.01);
        assert!((disturbed[0].expected - 2.0).abs() < 0.01);
        assert_eq!(disturbed[0].usual_total, 1900.0);
    }

    #[test]
    fn keeps_a_reference_that_only_varies() {
        let found = leaves_of(
            &quiet(|minute| match minute % 4 {
                0 => 1.0,
                1 => 3.0,
                2 => 2.0,
                _ => 5.0,
            }),
            (20, 21),
            None,
            &[],
        );
        assert_eq!(found[0].usual_total, 2000.0);
    }

    #[test]
    fn one_failure_among_none_is_no_earlier_incident() {
        let found = leaves_of(&quiet(|minute| f64::from(u8::from(minute == 3))), (20, 21), None, &[]);
        assert_eq!((found[0].usual_total, found[0].usual_bad), (2000.0, 1.0));
        let none = leaves_of(&quiet(|_| 0.0), (20, 21), None, &[]);
        assert!(none[0].expected > 0.0 && none[0].expected < 0.1);
    }

    #[test]
    fn a_slice_never_seen_is_expected_to_fail_like_the_others() {
        let mut leaves = [
            Leaf { total: 1000.0, bad: 100.0, usual_total: 10_000.0, usual_bad: 100.0, ..Leaf::default() },
            Leaf { total: 3.0, bad: 2.0, ..Leaf::default() },
        ];
        expect(&mut leaves);
        assert!((leaves[1].expected - 0.03).abs() < 1e-3);
    }

    #[test]
    fn without_a_reference_the_rows_then_the_other_slices_tell() {
        let mut told = [Leaf { total: 10.0, bad: 5.0, expected: 1.0, ..Leaf::default() }];
        expect(&mut told);
        assert_eq!(told[0].expected, 1.0);
        let mut untold = [Leaf { total: 10.0, bad: 5.0, ..Leaf::default() }, Leaf { total: 90.0, ..Leaf::default() }];
        expect(&mut untold);
        assert!((untold[0].expected - 0.545).abs() < 1e-3);
        expect(&mut []);
    }
}

//! How many events fail in a slice when nothing is wrong.
//!
//! In: a [`SliceTable`] and the rows to learn from; out: a failure rate per slice. It does
//! not find the incident; rows inside it must be left out by the caller.
//!
//! Rates of small slices are noise, so each is drawn towards what its dimensions make likely: a
//! log-linear model of main effects, fitted by iterative scaling (Deming and Stephan, 1940,
//! doi:10.1214/aoms/1177731829), is the prior mean of a gamma-Poisson model (Clayton and Kaldor,
//! "Empirical Bayes estimates of age-standardized relative risks", Biometrics 43, 1987,
//! doi:10.2307/2532003) whose weight is `PRIOR_EVENTS` failures. With three days or more to learn from, the
//! hour of the day (UTC) is one more effect. Cost O(rows + slices x dimensions). Nothing to learn from
//! gives the rate over all rows; no failure at all gives a rate below one in twice the events.

use super::super::slices::{NO_VALUE, SliceRow, SliceTable};

/// Failures that the prior weighs as much as: a slice with two failures of its own is half believed.
const PRIOR_EVENTS: f64 = 2.0;
/// Rounds of scaling; the fit moves by less than one per cent after these.
const ROUNDS: usize = 6;
/// No slice is taken to fail more often than this when all is well.
const HIGHEST_RATE: f64 = 0.95;
const HOUR: i64 = 3_600_000_000;
/// Days of data from which an effect of the hour can be told from an incident.
const DAYS_FOR_HOURS: i64 = 3;

/// Failure rates without an incident.
#[derive(Debug, Clone)]
pub struct Rates {
    /// Rate per slice, in 0..1.
    pub slices: Vec<f64>,
    /// Factor per hour of the day, UTC; 1 where not known.
    pub hours: [f64; 24],
}

impl Rates {
    /// Failures expected in a row: its own figure if it has one.
    pub fn expected(&self, row: &SliceRow) -> f64 {
        row.expected_bad
            .unwrap_or_else(|| (row.total * self.slices[row.slice] * self.hours[hour_of(row.time)]).min(row.total))
    }
}

/// Rates learned from the rows for which `is_used` holds.
pub fn expected_rate(table: &SliceTable, is_used: impl Fn(&SliceRow) -> bool) -> Rates {
    let mut counts = vec![(0.0, 0.0); table.slice_count()];
    let mut span = (i64::MAX, i64::MIN);
    for row in table.rows().filter(&is_used) {
        counts[row.slice].0 += row.total;
        counts[row.slice].1 += row.bad;
        span = (span.0.min(row.time), span.1.max(row.time));
    }
    if counts.iter().all(|count| count.0 <= 0.0) {
        for row in table.rows() {
            counts[row.slice].0 += row.total;
            counts[row.slice].1 += row.bad;
        }
    }
    let mut rates = Rates { slices: shrunk(table, &counts), hours: [1.0; 24] };
    if span.1.saturating_sub(span.0) >= DAYS_FOR_HOURS * 24 * HOUR {
        rates.hours = hour_factors(table, &rates, is_used);
    }
    rates
}

/// Whether `time` belongs to the reference period.
pub fn is_reference(time: i64, window: (i64, i64), baseline: Option<(i64, i64)>, exclude: &[(i64, i64)]) -> bool {
    let within = |span: (i64, i64)| time >= span.0 && time < span.1;
    let candidate = baseline.map_or_else(|| !within(window), |span| within(span) && !within(window));
    candidate && !exclude.iter().any(|&span| within(span))
}

/// Rate per slice from its (total, bad), drawn towards the fit of main effects.
pub fn shrunk(table: &SliceTable, counts: &[(f64, f64)]) -> Vec<f64> {
    let (total, bad) = counts.iter().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    let overall = (bad + 0.5) / (total + 1.0);
    let factors = main_effects(table, counts, overall);
    let of_slice = |(slice, &(total, bad)): (usize, &(f64, f64))| {
        let prior = (overall * effect(table, &factors, slice)).clamp(1e-9, HIGHEST_RATE);
        let weight = PRIOR_EVENTS / prior;
        ((bad + PRIOR_EVENTS) / (total + weight)).min(HIGHEST_RATE)
    };
    counts.iter().enumerate().map(of_slice).collect()
}

/// Factor per dimension and value, by iterative scaling.
fn main_effects(table: &SliceTable, counts: &[(f64, f64)], overall: f64) -> Vec<Vec<f64>> {
    let mut factors: Vec<Vec<f64>> = table.values.iter().map(|values| vec![1.0; values.len()]).collect();
    for _ in 0..ROUNDS {
        for dimension in 0..factors.len() {
            let mut sums = vec![(0.0, 0.0); factors[dimension].len()];
            for (slice, &(total, bad)) in counts.iter().enumerate() {
                let code = table.code(slice, dimension);
                if code != NO_VALUE {
                    let sum = &mut sums[code as usize];
                    let own = factors[dimension][code as usize];
                    sum.0 += total * overall * effect(table, &factors, slice) / own;
                    sum.1 += bad;
                }
            }
            for (factor, sum) in factors[dimension].iter_mut().zip(sums) {
                *factor = (sum.1 + PRIOR_EVENTS) / (sum.0 + PRIOR_EVENTS);
            }
        }
    }
    factors
}

fn effect(table: &SliceTable, factors: &[Vec<f64>], slice: usize) -> f64 {
    let known = factors.iter().enumerate().filter_map(|(dimension, factors)| {
        let code = table.code(slice, dimension);
        (code != NO_VALUE).then(|| factors[code as usize])
    });
    known.product()
}

/// Factor per hour, drawn towards one with the weight of ten times the prior of a slice.
fn hour_factors(table: &SliceTable, rates: &Rates, is_used: impl Fn(&SliceRow) -> bool) -> [f64; 24] {
    let mut sums = [(0.0, 0.0); 24];
    for row in table.rows().filter(|row| is_used(row)) {
        let sum = &mut sums[hour_of(row.time)];
        sum.0 += row.total * rates.slices[row.slice];
        sum.1 += row.bad;
    }
    let weight = 10.0 * PRIOR_EVENTS;
    sums.map(|(expected, bad)| (bad + weight) / (expected + weight))
}

fn hour_of(time: i64) -> usize {
    usize::try_from(time.div_euclid(HOUR).rem_euclid(24)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> SliceTable {
        let mut table = SliceTable::default();
        for minute in 0..100 {
            table.push(minute, &[("device", "tv")], 100.0, 2.0, None, None);
            table.push(minute, &[("device", "phone")], 100.0, 6.0, None, None);
        }
        table
    }

    #[test]
    fn learns_a_rate_per_slice_outside_the_window() {
        let mut table = table();
        table.push(100, &[("device", "tv")], 100.0, 90.0, None, None);
        let rates = expected_rate(&table, |row| is_reference(row.time, (100, 101), None, &[]));
        let row = table.row(200);
        assert!((rates.expected(&row) - 2.0).abs() < 0.1, "{row:?}");
    }

    #[test]
    fn draws_a_tiny_slice_towards_the_others() {
        let mut table = table();
        table.push(5, &[("device", "radio")], 1.0, 1.0, None, None);
        let rates = expected_rate(&table, |_| true);
        assert!(rates.slices[2] < 0.1, "{:?}", rates.slices);
    }

    #[test]
    fn gives_a_small_rate_when_nothing_ever_failed() {
        let mut table = SliceTable::default();
        table.push(0, &[("cdn", "a")], 1000.0, 0.0, None, None);
        let rates = expected_rate(&table, |_| true);
        assert!(rates.slices[0] > 0.0 && rates.slices[0] < 1e-3);
        assert!(expected_rate(&SliceTable::default(), |_| true).slices.is_empty());
    }

    #[test]
    fn never_learns_from_excluded_spans() {
        assert!(is_reference(5, (10, 20), None, &[]));
        assert!(!is_reference(5, (10, 20), None, &[(0, 6)]));
        assert!(!is_reference(15, (10, 20), Some((0, 30)), &[]));
        assert!(!is_reference(25, (10, 20), Some((0, 10)), &[]));
    }
}

//! A table of good and bad events per slice and time, compact enough for millions of rows.
//!
//! In: rows of time, `dimension=value` terms, total and bad events, with the bad events expected and the
//! viewers present where known. Out: the same rows by column, each naming its slice by number. It does
//! no arithmetic; [`super::incident_window`] and [`super::fault_localization`] do.
//!
//! A slice is one combination of values. A row that lacks a dimension belongs to a slice that has none
//! there. Cost of a row: one hash look-up per term and one per slice, 44 bytes. Rows that cannot be
//! used (a count that is missing, negative or infinite) are left out; more bad than total events raise
//! the total, since an event that failed was tried.
//!
//! Call [`SliceTable::sort`] when rows come in no fixed order: equal rows then give equal bytes.

use std::collections::HashMap;

/// The code of a dimension that a slice does not have.
pub const NO_VALUE: u32 = u32::MAX;

/// Rows of good and bad events; see the module.
#[derive(Debug, Clone, Default)]
pub struct SliceTable {
    /// Names of the dimensions.
    pub dimensions: Vec<String>,
    /// Per dimension, the values by code.
    pub values: Vec<Vec<String>>,
    value_codes: Vec<HashMap<String, u32>>,
    slices: Vec<Vec<u32>>,
    slice_codes: HashMap<Vec<u32>, u32>,
    times: Vec<i64>,
    row_slices: Vec<u32>,
    totals: Vec<f64>,
    bads: Vec<f64>,
    expected: Vec<f64>,
    viewers: Vec<f64>,
}

/// One row, borrowed from a [`SliceTable`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SliceRow {
    /// Start of the time bucket, microseconds since 1970 UTC.
    pub time: i64,
    /// Number of the slice.
    pub slice: usize,
    /// Events in the bucket.
    pub total: f64,
    /// Events that failed.
    pub bad: f64,
    /// Failed events expected without an incident, if known.
    pub expected_bad: Option<f64>,
    /// Viewers present, if known.
    pub viewers: Option<f64>,
}

impl SliceTable {
    /// Adds a row; returns false, and adds nothing, when its counts cannot be used.
    pub fn push(
        &mut self,
        time: i64,
        terms: &[(&str, &str)],
        total: f64,
        bad: f64,
        expected_bad: Option<f64>,
        viewers: Option<f64>,
    ) -> bool {
        let is_count = |value: f64| value.is_finite() && value >= 0.0;
        if !is_count(total) || !is_count(bad) {
            return false;
        }
        let slice = self.slice_for(terms);
        self.times.push(time);
        self.row_slices.push(slice);
        self.totals.push(total.max(bad));
        self.bads.push(bad);
        self.expected.push(expected_bad.filter(|value| is_count(*value)).unwrap_or(f64::NAN));
        self.viewers.push(viewers.filter(|value| is_count(*value)).unwrap_or(f64::NAN));
        true
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Number of distinct slices.
    pub fn slice_count(&self) -> usize {
        self.slices.len()
    }

    /// Row `index`, counted from zero; panics beyond the last, as slices do.
    pub fn row(&self, index: usize) -> SliceRow {
        let known = |value: f64| Some(value).filter(|value| !value.is_nan());
        SliceRow {
            time: self.times[index],
            slice: self.row_slices[index] as usize,
            total: self.totals[index],
            bad: self.bads[index],
            expected_bad: known(self.expected[index]),
            viewers: known(self.viewers[index]),
        }
    }

    /// All rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = SliceRow> + '_ {
        (0..self.len()).map(|index| self.row(index))
    }

    /// Code of `slice` in `dimension`, or [`NO_VALUE`].
    pub fn code(&self, slice: usize, dimension: usize) -> u32 {
        self.slices[slice].get(dimension).copied().unwrap_or(NO_VALUE)
    }

    /// Puts dimensions and values in the order of their names and rows in the order of time, slice and
    /// counts, so that the order in which rows were added leaves no trace.
    pub fn sort(&mut self) {
        let dimension_order = order_by(&self.dimensions);
        let mut sorted = Self::default();
        for &old in &dimension_order {
            let mut values = self.values[old].clone();
            values.sort_unstable();
            sorted.value_codes.push(codes_of(&values));
            sorted.dimensions.push(self.dimensions[old].clone());
            sorted.values.push(values);
        }
        let renamed: Vec<Vec<u32>> =
            (0..self.slices.len()).map(|slice| self.recode(slice, &dimension_order, &sorted.value_codes)).collect();
        let slice_order = order_by(&renamed);
        let mut new_number = vec![0_u32; renamed.len()];
        for (number, &old) in (0_u32..).zip(&slice_order) {
            new_number[old] = number;
            sorted.slice_codes.insert(renamed[old].clone(), number);
            sorted.slices.push(renamed[old].clone());
        }
        for &row in &self.row_order(&new_number) {
            sorted.times.push(self.times[row]);
            sorted.row_slices.push(new_number[self.row_slices[row] as usize]);
            sorted.totals.push(self.totals[row]);
            sorted.bads.push(self.bads[row]);
            sorted.expected.push(self.expected[row]);
            sorted.viewers.push(self.viewers[row]);
        }
        *self = sorted;
    }

    /// Row numbers by time, slice, then counts.
    fn row_order(&self, slice_number: &[u32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by(|&left, &right| {
            let place = |row: usize| (self.times[row], slice_number[self.row_slices[row] as usize]);
            place(left)
                .cmp(&place(right))
                .then_with(|| self.totals[left].total_cmp(&self.totals[right]))
                .then_with(|| self.bads[left].total_cmp(&self.bads[right]))
                .then_with(|| self.viewers[left].total_cmp(&self.viewers[right]))
                .then_with(|| self.expected[left].total_cmp(&self.expected[right]))
        });
        order
    }

    /// Codes of a slice in the new order of dimensions and values.
    fn recode(&self, slice: usize, dimension_order: &[usize], codes: &[HashMap<String, u32>]) -> Vec<u32> {
        let mut renamed: Vec<u32> = dimension_order
            .iter()
            .zip(codes)
            .map(|(&old, codes)| match self.code(slice, old) {
                NO_VALUE => NO_VALUE,
                code => codes[&self.values[old][code as usize]],
            })
            .collect();
        trim(&mut renamed);
        renamed
    }

    /// Number of the slice with these terms, made if new. Terms may come in any order.
    fn slice_for(&mut self, terms: &[(&str, &str)]) -> u32 {
        let mut codes = Vec::with_capacity(self.dimensions.len() + terms.len());
        codes.resize(self.dimensions.len(), NO_VALUE);
        for (name, value) in terms {
            let dimension = self.dimension_for(name);
            if dimension >= codes.len() {
                codes.resize(dimension + 1, NO_VALUE);
            }
            codes[dimension] = self.value_for(dimension, value);
        }
        trim(&mut codes);
        if let Some(&slice) = self.slice_codes.get(&codes) {
            return slice;
        }
        let slice = u32::try_from(self.slices.len()).unwrap_or(NO_VALUE);
        self.slices.push(codes.clone());
        self.slice_codes.insert(codes, slice);
        slice
    }

    fn dimension_for(&mut self, name: &str) -> usize {
        if let Some(found) = self.dimensions.iter().position(|known| known == name) {
            return found;
        }
        self.dimensions.push(name.to_owned());
        self.values.push(Vec::new());
        self.value_codes.push(HashMap::new());
        self.dimensions.len() - 1
    }

    fn value_for(&mut self, dimension: usize, value: &str) -> u32 {
        if let Some(&code) = self.value_codes[dimension].get(value) {
            return code;
        }
        let code = u32::try_from(self.values[dimension].len()).unwrap_or(NO_VALUE);
        self.values[dimension].push(value.to_owned());
        self.value_codes[dimension].insert(value.to_owned(), code);
        code
    }
}

/// Drops the missing values at the end, so that a dimension seen later does not split a slice.
fn trim(codes: &mut Vec<u32>) {
    while codes.last() == Some(&NO_VALUE) {
        codes.pop();
    }
}

fn order_by<T: Ord>(items: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|&left, &right| items[left].cmp(&items[right]));
    order
}

fn codes_of(values: &[String]) -> HashMap<String, u32> {
    values.iter().cloned().zip(0_u32..).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_equal_slices_the_same_number_whatever_the_order_of_terms() {
        let mut table = SliceTable::default();
        table.push(0, &[("cdn", "north"), ("device", "tv")], 10.0, 1.0, None, None);
        table.push(60, &[("device", "tv"), ("cdn", "north")], 12.0, 0.0, None, Some(7.0));
        assert_eq!(table.slice_count(), 1);
        assert_eq!(table.row(1).viewers, Some(7.0));
    }

    #[test]
    fn keeps_slices_apart_when_a_dimension_appears_later() {
        let mut table = SliceTable::default();
        table.push(0, &[("cdn", "north")], 10.0, 1.0, None, None);
        table.push(0, &[("cdn", "north"), ("isp", "a")], 10.0, 1.0, None, None);
        table.push(60, &[("cdn", "north")], 10.0, 1.0, None, None);
        assert_eq!(table.slice_count(), 2);
        assert_eq!(table.code(0, 1), NO_VALUE);
        assert_eq!(table.row(2).slice, 0);
    }

    #[test]
    fn leaves_out_counts_that_cannot_be() {
        let mut table = SliceTable::default();
        assert!(!table.push(0, &[], f64::NAN, 0.0, None, None));
        assert!(!table.push(0, &[], 4.0, -1.0, None, None));
        assert!(table.push(0, &[], 2.0, 3.0, Some(f64::NAN), Some(-1.0)));
        assert_eq!((table.len(), table.row(0).total), (1, 3.0));
        assert_eq!((table.row(0).expected_bad, table.row(0).viewers), (None, None));
    }

    #[test]
    fn sorting_removes_every_trace_of_the_order_of_rows() {
        let rows = [(60, "b", "x"), (0, "a", "y"), (0, "b", "x"), (60, "a", "x")];
        let build = |order: &[usize]| {
            let mut table = SliceTable::default();
            for &index in order {
                let (time, cdn, isp) = rows[index];
                table.push(time, &[("isp", isp), ("cdn", cdn)], 5.0, 1.0, None, None);
            }
            table.sort();
            table
        };
        let (first, second) = (build(&[0, 1, 2, 3]), build(&[3, 1, 0, 2]));
        assert_eq!(first.dimensions, ["cdn", "isp"]);
        assert_eq!(first.values, second.values);
        assert!(first.rows().eq(second.rows()));
    }
}

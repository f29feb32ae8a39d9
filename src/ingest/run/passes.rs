//! Tells the two passes of the hour that a clock change repeats apart, by the order of the rows.
//!
//! In: the rows of each file in their order, local times read as of the first pass. Out: the same
//! rows, those of the second pass one hour (or what the zone repeats) later. In a file sorted by
//! time the second pass begins where the clock jumps back; in one sorted newest first the rows
//! begin with it and end where the clock jumps forward. Rows of a file in no order stay in the
//! first pass.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, TimestampMicrosecondArray};

use crate::ingest::assume::Assumptions;
use crate::ingest::rows::TableBatch;
use crate::ingest::time::Clock;
use crate::schema::Identity;

/// By how much neighbouring rows of a sorted file may be out of order, microseconds: several
/// hosts or threads write into one file.
const JITTER: i64 = 300_000_000;

/// One step in so many may go the other way in a file that counts as sorted; series one behind
/// the other make such steps too.
const SORTED: u64 = 10;

/// Makes the keys of rows of the second pass differ from those of equal rows of the first.
const SECOND: u128 = 0x5eed_5eed_5eed_5eed;

/// Where each file stands.
#[derive(Debug, Default)]
pub(super) struct Passes {
    files: BTreeMap<(usize, &'static str), Place>,
    placed: BTreeMap<usize, u64>,
}

#[derive(Debug, Default)]
struct Place {
    last: Option<i64>,
    up: u64,
    down: u64,
    is_second: bool,
    /// Latest time of the present pass, earliest when sorted newest first.
    edge: i64,
}

impl Passes {
    /// Moves the rows of a second pass; batches of a file come in their order. Times were moved back
    /// by `clock_ahead` since the clock showed them.
    pub(super) fn place(
        &mut self,
        file: usize,
        assumptions: &Assumptions,
        clock_ahead: i64,
        rows: TableBatch,
    ) -> TableBatch {
        let times = |batch: &RecordBatch| {
            let column = batch.column_by_name("time")?.as_any().downcast_ref::<TimestampMicrosecondArray>()?;
            Some(column.clone())
        };
        let Some(times) = times(&rows.batch) else { return rows };
        let shown = match clock_ahead {
            0 => times.clone(),
            ahead => times.unary(|time| time.saturating_add(ahead)),
        };
        let place = self.files.entry((file, rows.table.name)).or_default();
        let windows = only_clock(assumptions).map_or_else(Vec::new, |clock| windows(clock, &shown));
        if windows.is_empty() {
            place.last = shown.iter().flatten().next_back().or(place.last);
            return rows;
        }
        let second: Vec<Option<i64>> =
            shown.iter().map(|time| time.and_then(|time| place.later(time, &windows))).collect();
        let count = second.iter().flatten().count() as u64;
        if count == 0 {
            return rows;
        }
        *self.placed.entry(file).or_default() += count;
        moved(rows, &times, &second)
    }

    /// Rows of a file that were moved into a second pass.
    pub(super) fn placed(&self, file: usize) -> u64 {
        self.placed.get(&file).copied().unwrap_or(0)
    }
}

/// The clock that read repeated times, when there is one zone only and no time with an offset
/// beside.
fn only_clock(assumptions: &Assumptions) -> Option<&Arc<Clock>> {
    let mut clocks = assumptions.repeating_clocks();
    let first = clocks.next()?;
    let is_only = !first.sees_offsets() && clocks.all(|other| other.zone_name() == first.zone_name());
    is_only.then_some(first)
}

fn windows(clock: &Clock, times: &TimestampMicrosecondArray) -> Vec<Range<i64>> {
    match (arrow::compute::min(times), arrow::compute::max(times)) {
        (Some(first), Some(last)) => clock.first_passes(first, last),
        _ => Vec::new(),
    }
}

impl Place {
    /// By how much a time is later than it was read, when it is of a second pass.
    fn later(&mut self, time: i64, windows: &[Range<i64>]) -> Option<i64> {
        let window = windows.iter().find(|window| window.contains(&time));
        let last = self.last.replace(time);
        let was_second = self.is_second;
        let is_inside = window.zip(last).is_some_and(|(window, last)| window.contains(&last));
        if let Some(window) = window.filter(|_| !is_inside) {
            self.is_second = self.is_falling() && last.is_some_and(|last| last >= window.end);
            self.edge = time;
        } else if is_inside {
            self.go_on(time);
        }
        let is_jump = is_inside && was_second != self.is_second;
        if let Some(last) = last.filter(|_| !is_jump) {
            self.up += u64::from(time > last);
            self.down += u64::from(time < last);
        }
        window.filter(|_| self.is_second).map(|window| window.end - window.start)
    }

    /// A further time of a repeated hour.
    fn go_on(&mut self, time: i64) {
        let jumps = if self.is_second {
            self.is_falling() && time > self.edge + JITTER
        } else {
            self.is_rising() && time < self.edge - JITTER
        };
        if jumps {
            self.is_second = !self.is_second;
            self.edge = time;
        }
        self.edge = if self.is_falling() { self.edge.min(time) } else { self.edge.max(time) };
    }

    fn is_rising(&self) -> bool {
        self.up > 0 && self.down * SORTED <= self.up
    }

    fn is_falling(&self) -> bool {
        self.down > 0 && self.up * SORTED <= self.down
    }
}

fn moved(rows: TableBatch, times: &TimestampMicrosecondArray, second: &[Option<i64>]) -> TableBatch {
    let later = |(time, by): (Option<i64>, &Option<i64>)| time.map(|time| time + by.unwrap_or(0));
    let new: TimestampMicrosecondArray = times.iter().zip(second).map(later).collect();
    let new = new.with_data_type(times.data_type().clone());
    let schema = rows.batch.schema();
    let at = schema.index_of("time").expect("the column was found before");
    let mut columns = rows.batch.columns().to_vec();
    columns[at] = Arc::new(new);
    let batch = RecordBatch::try_new(schema, columns).expect("only values have changed");
    let mut keys = rows.keys;
    if !matches!(rows.table.identity, Identity::Column(_)) {
        keys.iter_mut().zip(second).filter(|(_, by)| by.is_some()).for_each(|(key, _)| *key ^= SECOND);
    }
    TableBatch { batch, keys, ..rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    /// Rows at these minutes, the repeated hour being 120 to 180; which are of the second pass.
    fn second(minutes: &[i64]) -> Vec<i64> {
        let mut place = Place::default();
        let windows = std::iter::once(2 * HOUR..3 * HOUR).collect::<Vec<_>>();
        let mut found = Vec::new();
        for (at, minute) in minutes.iter().enumerate() {
            if place.later(minute * 60_000_000, &windows).is_some() {
                found.push(i64::try_from(at).unwrap());
            }
        }
        found
    }

    #[test]
    fn a_jump_back_begins_the_second_pass() {
        assert_eq!(second(&[100, 110, 125, 150, 179, 120, 130, 179, 240]), [5, 6, 7]);
        assert_eq!(second(&[100, 110, 125, 124, 150, 149, 240]), [0; 0]);
    }

    #[test]
    fn newest_first_begins_with_the_second_pass() {
        assert_eq!(second(&[260, 250, 240, 179, 130, 120, 179, 150, 121, 110]), [3, 4, 5]);
    }

    #[test]
    fn rows_in_no_order_stay_in_the_first_pass() {
        assert_eq!(second(&[250, 100, 240, 130, 170, 125, 260, 160]), [0; 0]);
    }

    #[test]
    fn each_series_begins_anew() {
        let series =
            [60, 70, 80, 90, 100, 110, 125, 150, 179, 120, 150, 240, 250, 260, 270, 280, 290, 300, 310, 320, 330];
        let twice: Vec<i64> = series.iter().chain(&series).copied().collect();
        assert_eq!(second(&twice), [9, 10, 30, 31]);
    }
}

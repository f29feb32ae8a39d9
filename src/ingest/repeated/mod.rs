//! Tells rows that were seen before by their 128-bit keys, in bounded memory.
//!
//! In: the keys and times of rows, in order. Out: which of them are new. Keys are hashes, so two
//! different rows with one key are not to be feared: among a billion rows the chance is below
//! 10⁻²⁰.
//!
//! Equal rows have equal times. As long as no batch begins before the latest time so far, a row can
//! only repeat one of its own batch or of that latest time, and in a batch that is sorted only one of
//! its own time: looking there is enough, a few keys that stay in the cache. The keys of all rows are
//! written down in passing. The first batch that reaches back (a second export of the same evening) has
//! them read into [`known::Known`], which answers from then on.

use std::collections::HashSet;
use std::fs::File;
use std::hash::BuildHasherDefault;
use std::io::{self, Seek as _, Write as _};

use known::{KeyHasher, Known, MOST_HELD, WIDTH};

mod known;

/// Keys of one time that are compared one by one: a table of them would take longer to clear.
const FEW: usize = 8;

/// Keys seen so far.
#[derive(Debug)]
pub(super) struct Seen {
    order: Option<Order>,
    known: Known,
    most_held: usize,
}

/// Rows that came in the order of time.
#[derive(Debug, Default)]
struct Order {
    /// Latest time so far.
    latest: Option<i64>,
    /// Keys of the rows of that time.
    at_latest: Vec<u128>,
    /// Keys of one time of the present batch, or of the whole batch, with those of the latest time before it.
    near: HashSet<u128, BuildHasherDefault<KeyHasher>>,
    /// Keys of all rows, the first ones in a file without a name.
    written: Option<File>,
    /// Those of the last batches.
    held: Vec<Vec<u128>>,
    held_count: usize,
    /// Earliest and latest time of all rows.
    times: known::Times,
}

impl Default for Seen {
    fn default() -> Self {
        Self::holding(MOST_HELD)
    }
}

impl Seen {
    fn holding(most_held: usize) -> Self {
        Self { order: Some(Order::default()), known: Known::holding(most_held), most_held }
    }

    /// Which of these keys were not seen before, also among themselves; all are remembered. `times`
    /// are those of the rows, where equal rows have equal times.
    ///
    /// # Errors
    /// The folder for temporary files cannot be written or read.
    pub(super) fn take(&mut self, keys: Vec<u128>, times: Option<&[i64]>) -> io::Result<Vec<bool>> {
        let span = times.and_then(|times| Some((*times.iter().min()?, *times.iter().max()?)));
        if let (Some(order), Some(times), Some(span)) = (&mut self.order, times, span)
            && order.latest.is_none_or(|latest| span.0 >= latest)
        {
            return order.take(keys, times, span, self.most_held);
        }
        if let Some(order) = self.order.take() {
            order.hand_over(&mut self.known)?;
        }
        self.known.take(&keys, span)
    }
}

impl Order {
    fn take(
        &mut self,
        mut keys: Vec<u128>,
        times: &[i64],
        (first, last): (i64, i64),
        most_held: usize,
    ) -> io::Result<Vec<bool>> {
        let is_new = self.compare(&keys, times, self.latest == Some(first));
        if self.latest == Some(last) {
            self.at_latest.extend(self.near.iter());
        } else {
            self.at_latest.extend(keys.iter().zip(times).filter(|(_, time)| **time == last).map(|(key, _)| *key));
        }
        self.latest = Some(last);
        self.times = Some((self.times.map_or(first, |(earliest, _)| earliest), last));
        if !is_new.iter().all(|new| *new) {
            let mut is_new = is_new.iter();
            keys.retain(|_| *is_new.next().expect("there is one answer for each key"));
        }
        self.held_count += keys.len();
        self.held.push(keys);
        if self.held_count >= most_held {
            self.write_down()?;
        }
        Ok(is_new)
    }

    /// Which keys are new among those of their own time, and of the latest time when the batch begins with it.
    fn compare(&mut self, keys: &[u128], times: &[i64], goes_on: bool) -> Vec<bool> {
        let at_latest = self.at_latest.drain(..).filter(|_| goes_on);
        self.near.clear();
        self.near.extend(at_latest);
        let is_sorted = times.is_sorted();
        let mut is_new = Vec::with_capacity(keys.len());
        for group in times.chunk_by(|time, next| !is_sorted || time == next) {
            let is_first = is_new.is_empty();
            let keys = &keys[is_new.len()..][..group.len()];
            if keys.len() <= FEW && !(is_first && goes_on) {
                is_new.extend(keys.iter().enumerate().map(|(at, key)| !keys[..at].contains(key)));
                continue;
            }
            if !is_first {
                self.near.clear();
            }
            is_new.extend(keys.iter().map(|key| self.near.insert(*key)));
        }
        is_new
    }

    fn write_down(&mut self) -> io::Result<()> {
        let file = match &mut self.written {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let mut out = io::BufWriter::with_capacity(1 << 20, file);
        for key in self.held.drain(..).flatten() {
            out.write_all(&key.to_le_bytes())?;
        }
        self.held_count = 0;
        out.flush()
    }

    /// Gives all keys to the one that needs no order.
    fn hand_over(self, known: &mut Known) -> io::Result<()> {
        if let Some(mut file) = self.written {
            file.rewind()?;
            let mut bytes = vec![0; WIDTH * 64 * 1024];
            loop {
                let count = crate::ingest::formats::compression::read_up_to(&mut file, &mut bytes)?;
                if count == 0 {
                    break;
                }
                let (keys, _) = bytes[..count].as_chunks::<WIDTH>();
                let keys: Vec<u128> = keys.iter().map(|key| u128::from_le_bytes(*key)).collect();
                known.take(&keys, self.times)?;
            }
        }
        for keys in self.held {
            known.take(&keys, self.times)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> u128 {
        u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }

    fn take(seen: &mut Seen, rows: &[(u64, i64)]) -> Vec<bool> {
        let keys: Vec<u128> = rows.iter().map(|(number, _)| key(*number)).collect();
        let times: Vec<i64> = rows.iter().map(|(_, time)| *time).collect();
        seen.take(keys, Some(&times)).unwrap()
    }

    #[test]
    fn in_order_only_the_latest_time_is_looked_at() {
        let mut seen = Seen::default();
        assert_eq!(take(&mut seen, &[(1, 10), (2, 10), (1, 10), (3, 11)]), [true, true, false, true]);
        assert_eq!(take(&mut seen, &[(3, 11), (4, 11)]), [false, true]);
        assert_eq!(take(&mut seen, &[(3, 11), (4, 11), (5, 12)]), [false, false, true]);
        assert!(seen.order.is_some());
    }

    #[test]
    fn the_answers_do_not_depend_on_the_order_inside_a_batch() {
        // Groups of few and of many rows, each row twice, in the order of time and not.
        let rows: Vec<(u64, i64)> =
            (0..400).map(|at| (at / 2 % 190, i64::try_from(at / 2 % 190 / 7 * 3).unwrap())).collect();
        let mut sorted = rows.clone();
        sorted.sort_by_key(|(number, time)| (*time, *time > 60 && number % 2 == 0));
        for rows in [rows, sorted] {
            let mut known = HashSet::new();
            let expected: Vec<bool> = rows.iter().map(|(number, _)| known.insert(*number)).collect();
            assert_eq!(take(&mut Seen::default(), &rows), expected);
            for width in [3, 40] {
                let other: Vec<(u64, i64)> =
                    rows.iter().map(|(number, _)| (*number, i64::try_from(number / width).unwrap())).collect();
                assert_eq!(take(&mut Seen::default(), &other), expected);
            }
        }
    }

    #[test]
    fn a_batch_that_reaches_back_is_compared_with_all() {
        for most_held in [2, 1000] {
            let mut seen = Seen::holding(most_held);
            for at in 0..50_i64 {
                let number = at.unsigned_abs();
                assert_eq!(take(&mut seen, &[(number * 2, at), (number * 2 + 1, at)]), [true, true]);
            }
            assert!(seen.order.is_some());
            let again: Vec<(u64, i64)> = (0..100).map(|number| (number, i64::try_from(number / 2).unwrap())).collect();
            assert!(take(&mut seen, &again).iter().all(|new| !*new));
            assert_eq!(take(&mut seen, &[(100, 7), (3, 1)]), [true, false]);
            assert!(seen.order.is_none());
        }
    }

    #[test]
    fn rows_without_times_are_compared_with_all() {
        let mut seen = Seen::default();
        assert_eq!(take(&mut seen, &[(1, 10)]), [true]);
        assert_eq!(seen.take(vec![key(1), key(2)], None).unwrap(), [false, true]);
        assert_eq!(take(&mut seen, &[(2, 12)]), [false]);
        assert_eq!(seen.take(Vec::new(), None).unwrap(), [false; 0]);
    }
}

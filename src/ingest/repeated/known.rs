//! Keys in no order, in bounded memory.
//!
//! In: the keys of rows, in order, with the span of their times. Out: which of them are new.
//!
//! Keys are spread over parts by their first byte and looked up part by part, so that one part
//! stays in the cache of the processor. When too many are held they are sorted and written aside
//! as a run, of which memory keeps the span of times, a Bloom filter (Putze, Sanders, Singler:
//! Cache-, Hash- and Space-Efficient Bloom Filters, 2007; here one block of 64 bytes a key) and
//! every 256th key. A run is asked only when the times overlap and its filter knows the key:
//! exports in the order of time never are. Per key: 24 bytes while held, 1.3 bytes once written.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};

/// Keys held before they are written aside: 150 MB.
pub(super) const MOST_HELD: usize = 6 * 1024 * 1024;

/// Parts, by the first byte of the key.
const PARTS: usize = 256;

/// Keys of a run between two that memory keeps: one block of 4 KiB.
const BLOCK: usize = 256;

/// Bits of the filter for each key, and how many of them are set: 1 in 50 unknown keys passes.
const BITS_PER_KEY: usize = 10;
const PROBES: u32 = 6;

/// Bytes of a key.
pub(super) const WIDTH: usize = 16;

/// First and last of the times of some rows.
pub(super) type Times = Option<(i64, i64)>;

/// Keys seen so far.
#[derive(Debug)]
pub(super) struct Known {
    parts: Vec<HashSet<u128, BuildHasherDefault<KeyHasher>>>,
    held: usize,
    most_held: usize,
    times: Times,
    runs: Vec<Run>,
}

/// Keys written aside, sorted.
#[derive(Debug)]
struct Run {
    file: File,
    count: usize,
    times: Times,
    filter: Filter,
    /// The first key of each block.
    firsts: Vec<u128>,
}

#[derive(Debug)]
struct Filter {
    blocks: Vec<[u64; 8]>,
}

impl Default for Known {
    fn default() -> Self {
        Self::holding(MOST_HELD)
    }
}

impl Known {
    /// No keys yet; so many are held before they are written aside.
    pub(super) fn holding(most_held: usize) -> Self {
        let parts = (0..PARTS).map(|_| HashSet::default()).collect();
        Self { parts, held: 0, most_held, times: None, runs: Vec::new() }
    }

    /// Which of these keys were not seen before, also among themselves; all are remembered.
    ///
    /// # Errors
    /// The folder for temporary files cannot be written or read.
    pub(super) fn take(&mut self, keys: &[u128], times: Times) -> io::Result<Vec<bool>> {
        let mut is_new = vec![true; keys.len()];
        let mut asked: Vec<&mut Run> = self.runs.iter_mut().filter(|run| overlap(run.times, times)).collect();
        for at in by_part(keys) {
            let key = keys[at];
            let mut is_known = false;
            for run in &mut asked {
                is_known = is_known || run.filter.may_hold(key) && run.holds(key)?;
            }
            is_new[at] = !is_known && self.parts[part(key)].insert(key);
            self.held += usize::from(is_new[at]);
        }
        self.times = joined(self.times, times);
        if self.held >= self.most_held {
            self.write_aside()?;
        }
        Ok(is_new)
    }

    fn write_aside(&mut self) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        let mut filter = Filter::for_keys(self.held);
        let mut firsts = Vec::with_capacity(self.held / BLOCK + 1);
        let mut count = 0;
        for part in &mut self.parts {
            let mut keys: Vec<u128> = part.drain().collect();
            keys.sort_unstable();
            for key in keys {
                filter.add(key);
                if count % BLOCK == 0 {
                    firsts.push(key);
                }
                out.write_all(&key.to_be_bytes())?;
                count += 1;
            }
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.runs.push(Run { file, count, times: self.times.take(), filter, firsts });
        self.held = 0;
        Ok(())
    }
}

impl Run {
    fn holds(&mut self, key: u128) -> io::Result<bool> {
        let Some(block) = self.firsts.partition_point(|first| *first <= key).checked_sub(1) else { return Ok(false) };
        let length = BLOCK.min(self.count - block * BLOCK) * WIDTH;
        let mut bytes = [0; BLOCK * WIDTH];
        self.file.seek(SeekFrom::Start((block * BLOCK * WIDTH) as u64))?;
        self.file.read_exact(&mut bytes[..length])?;
        let (keys, _) = bytes[..length].as_chunks::<WIDTH>();
        Ok(keys.binary_search(&key.to_be_bytes()).is_ok())
    }
}

impl Filter {
    fn for_keys(count: usize) -> Self {
        Self { blocks: vec![[0; 8]; (count * BITS_PER_KEY).div_ceil(512).max(1)] }
    }

    fn add(&mut self, key: u128) {
        let block = self.block(key);
        for (word, bit) in probes(key) {
            self.blocks[block][word] |= bit;
        }
    }

    fn may_hold(&self, key: u128) -> bool {
        let block = &self.blocks[self.block(key)];
        probes(key).all(|(word, bit)| block[word] & bit != 0)
    }

    /// By the bits behind the first byte, which are the same for all keys of a part.
    fn block(&self, key: u128) -> usize {
        let bits = (key >> 64) as u64 & (u64::MAX >> 8);
        ((u128::from(bits) * self.blocks.len() as u128) >> 56) as usize
    }
}

/// Word and bit of a block for each probe: nine bits of the key each.
fn probes(key: u128) -> impl Iterator<Item = (usize, u64)> {
    (0..PROBES).map(move |probe| {
        let bits = (key >> (9 * probe)) & 511;
        ((bits >> 6) as usize, 1 << (bits & 63))
    })
}

fn part(key: u128) -> usize {
    (key >> 120) as usize
}

/// Positions of the keys, those of one part together, in order inside it.
fn by_part(keys: &[u128]) -> Vec<usize> {
    let mut ends = [0_usize; PARTS + 1];
    keys.iter().for_each(|key| ends[part(*key) + 1] += 1);
    for at in 0..PARTS {
        ends[at + 1] += ends[at];
    }
    let mut order = vec![0; keys.len()];
    for (at, key) in keys.iter().enumerate() {
        let next = &mut ends[part(*key)];
        order[*next] = at;
        *next += 1;
    }
    order
}

/// Whether two spans may share a time; rows without times may be anywhere.
fn overlap(one: Times, other: Times) -> bool {
    match (one, other) {
        (Some((first, last)), Some((from, to))) => first <= to && from <= last,
        _ => true,
    }
}

fn joined(one: Times, other: Times) -> Times {
    match (one, other) {
        (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
        _ => one.or(other),
    }
}

/// Keys are hashes already: their low bits are taken as they are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low half of a hash is a hash")]
    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u128) -> u128 {
        let hash = blake3::hash(&number.to_le_bytes());
        let (low, _) = hash.as_bytes().split_first_chunk::<16>().expect("32 bytes");
        u128::from_le_bytes(*low)
    }

    fn keys(numbers: std::ops::Range<u128>) -> Vec<u128> {
        numbers.map(key).collect()
    }

    #[test]
    fn keeps_the_first_of_equal_keys() {
        let mut seen = Known::default();
        assert_eq!(seen.take(&[key(1), key(2), key(1)], None).unwrap(), [true, true, false]);
        assert_eq!(seen.take(&[key(3), key(2)], None).unwrap(), [true, false]);
        assert_eq!(seen.take(&[], None).unwrap(), [false; 0]);
    }

    #[test]
    fn remembers_what_was_written_aside() {
        let mut seen = Known::holding(1000);
        for from in (0..10_000).step_by(500) {
            assert!(seen.take(&keys(from..from + 500), None).unwrap().iter().all(|new| *new));
        }
        assert_eq!(seen.runs.len(), 10);
        assert!(seen.take(&keys(0..10_000), None).unwrap().iter().all(|new| !*new));
        assert!(seen.take(&keys(20_000..20_100), None).unwrap().iter().all(|new| *new));
    }

    #[test]
    fn asks_a_run_only_when_times_overlap() {
        let mut seen = Known::holding(10);
        seen.take(&keys(0..10), Some((0, 9))).unwrap();
        // Equal rows have equal times, so this cannot happen; it shows that the run was not asked.
        assert!(seen.take(&keys(0..3), Some((10, 12))).unwrap().iter().all(|new| *new));
        assert!(seen.take(&keys(5..8), Some((9, 9))).unwrap().iter().all(|new| !*new));
        assert!(seen.take(&keys(8..9), None).unwrap().iter().all(|new| !*new));
    }

    #[test]
    fn few_unknown_keys_pass_the_filter() {
        let mut filter = Filter::for_keys(10_000);
        keys(0..10_000).into_iter().for_each(|key| filter.add(key));
        assert!(keys(0..10_000).into_iter().all(|key| filter.may_hold(key)));
        let passed = keys(10_000..20_000).into_iter().filter(|key| filter.may_hold(*key)).count();
        assert!(passed < 400, "{passed} of 10,000");
    }
}

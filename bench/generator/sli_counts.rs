//! Counts of failed and of all attempts as tidy CSV: each minute one row of every slice.

use std::io::Write;

use crate::random::Random;
use crate::{Rows, clock};

const REGIONS: &[&str] = &[
    "north", "east", "west", "south", "centre", "brittany", "normandy", "alps", "riviera", "island", "lowland",
    "capital", "lakes",
];
const ISPS: &[&str] = &["Fibra", "Ondaline", "Telvia", "Cablor", "Satnet"];
const CDNS: &[&str] = &["cdn-a", "cdn-b", "cdn-c"];
const DEVICES: &[&str] = &["set-top-box", "mobile", "web", "smart-tv", "console"];

pub(crate) struct SliCounts {
    random: Random,
    number: usize,
    time: String,
}

impl SliCounts {
    pub(crate) fn new() -> Self {
        Self { random: Random::new(3), number: 0, time: String::new() }
    }
}

impl Rows for SliCounts {
    fn header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"time,region,isp,cdn,device,total,bad,viewers\n");
    }

    fn row(&mut self, out: &mut Vec<u8>) {
        let slices = REGIONS.len() * ISPS.len() * CDNS.len() * DEVICES.len();
        let slice = self.number % slices;
        if slice == 0 {
            self.time = clock::seconds(clock::START + (self.number / slices) as u64 * 60_000);
        }
        self.number += 1;
        let region = REGIONS[slice % REGIONS.len()];
        let isp = ISPS[slice / REGIONS.len() % ISPS.len()];
        let cdn = CDNS[slice / (REGIONS.len() * ISPS.len()) % CDNS.len()];
        let device = DEVICES[slice / (REGIONS.len() * ISPS.len() * CDNS.len())];
        let total = 20 + self.random.below(1500);
        let bad = if self.random.percent(3) { self.random.below(total) } else { self.random.below(1 + total / 100) };
        let viewers = total * 3 + self.random.below(total);
        let _ = writeln!(out, "{},{region},{isp},{cdn},{device},{total},{bad},{viewers}", self.time);
    }
}

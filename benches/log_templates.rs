//! How many lines a second log templates are learned from and given to, on one thread.
//!
//! The lines are those of `bench/generator`: eight formats in turn. The whole of it, against another program, is timed
//! by `bench/log_templates.sh`.
//!
//! ```text
//! cargo bench --bench log_templates -- --save-baseline before
//! cargo bench --bench log_templates -- --baseline before
//! ```

#![allow(clippy::cast_possible_truncation, reason = "the generator counts in numbers that fit every type")]

use std::hint::black_box;

use constat::analysis::log_template::{Miner, Options, Templates};
use criterion::{Criterion, Throughput};

#[path = "../bench/generator/clock.rs"]
#[allow(dead_code, reason = "the generator uses more of it")]
mod clock;
#[path = "../bench/generator/log_mix.rs"]
mod log_mix;
#[path = "../bench/generator/random.rs"]
#[allow(dead_code, reason = "the generator uses more of it")]
mod random;

/// What `bench/generator` has in its `main.rs`.
pub(crate) trait Rows {
    /// Writes the next row with its line end.
    fn row(&mut self, out: &mut Vec<u8>);
}

const LINES: usize = 50_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let text = mix();
    let lines: Vec<&str> = text.lines().collect();
    let templates = learn(&lines);
    assert!(templates.len() > 40 && lines.iter().all(|line| templates.assign(line).is_some()));
    let mut group = criterion.benchmark_group("log_templates");
    group.throughput(Throughput::Elements(lines.len() as u64));
    group.bench_function("learn", |bencher| bencher.iter(|| learn(&lines).len()));
    group.bench_function("assign", |bencher| bencher.iter(|| assign(&templates, &lines)));
    group.bench_function("learn and assign", |bencher| bencher.iter(|| assign(&learn(&lines), &lines)));
    group.finish();
    criterion.final_summary();
}

fn mix() -> String {
    let mut rows = log_mix::LogMix::new();
    let mut out = Vec::new();
    (0..LINES).for_each(|_| rows.row(&mut out));
    String::from_utf8(out).expect("the generator writes text")
}

fn learn(lines: &[&str]) -> Templates {
    let mut miner = Miner::new(Options::default());
    lines.iter().for_each(|line| miner.learn(black_box(line)));
    miner.finish()
}

fn assign(templates: &Templates, lines: &[&str]) -> usize {
    let mut tokens = Vec::new();
    lines.iter().filter_map(|line| templates.assign_with(black_box(line), &mut tokens)).fold(0, usize::wrapping_add)
}

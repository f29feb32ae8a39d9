//! Writes the inputs of the benchmarks: invented logs and metrics of a streaming service, as many
//! rows or bytes as asked for.
//!
//! In: a kind and an amount. Out: the file, on standard output. The same command always writes the
//! same bytes: no clock, no network, no outside data. No two rows of the tables are equal. Names end in
//! `.example`, addresses are of the ranges kept for documentation. Needs nothing but the compiler:
//!
//! ```text
//! rustc --edition 2024 -O -o inputs bench/generator/main.rs
//! ./inputs application-log 2000000 > application.ndjson
//! ./inputs sli-counts 10GB | gzip -1 > counts.csv.gz
//! ```
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "counts of a benchmark of any practical size fit every number type used here"
)]

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

mod access_log;
mod application_log;
mod clock;
mod log_mix;
mod long_line;
mod metric_samples;
mod random;
mod sli_counts;

/// What every kind of file is: lines before the rows, and a row by its number.
pub(crate) trait Rows {
    /// Writes what stands before the rows.
    fn header(&self, _out: &mut Vec<u8>) {}
    /// Writes the next row with its line end.
    fn row(&mut self, out: &mut Vec<u8>);
}

/// How much is wanted.
#[derive(Clone, Copy)]
enum Amount {
    Rows(u64),
    Bytes(u64),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, amount] = arguments.as_slice() else { return usage("expected a kind and an amount") };
    let Some(amount) = parse(amount) else { return usage(&format!("expected an amount, found `{amount}`")) };
    let written = match (kind.as_str(), amount) {
        ("application-log", _) => write(application_log::ApplicationLog::new(), amount),
        ("metric-samples", _) => write(metric_samples::MetricSamples::new(), amount),
        ("sli-counts", _) => write(sli_counts::SliCounts::new(), amount),
        ("access-log", _) => write(access_log::AccessLog::new(), amount),
        ("log-mix", _) => write(log_mix::LogMix::new(), amount),
        ("long-line", Amount::Bytes(bytes)) => long_line::write(bytes, &mut BufWriter::new(io::stdout().lock())),
        _ => return usage(&format!("expected a kind that can be of this amount, found `{kind}`")),
    };
    match written {
        // Whoever reads may have enough before the end.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => usage(&format!("failed to write: {error}")),
        _ => ExitCode::SUCCESS,
    }
}

fn usage(problem: &str) -> ExitCode {
    let kinds = "application-log|metric-samples|sli-counts|access-log|log-mix|long-line";
    let text = format!("{problem}\nusage: inputs {kinds} ROWS|BYTES (2000000, 500MB, 10GB)\n");
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(2)
}

fn parse(text: &str) -> Option<Amount> {
    for (unit, factor) in [("GB", 1_000_000_000), ("MB", 1_000_000)] {
        if let Some(number) = text.strip_suffix(unit) {
            return Some(Amount::Bytes(number.parse::<u64>().ok()?.checked_mul(factor)?));
        }
    }
    text.parse().ok().map(Amount::Rows)
}

fn write(mut rows: impl Rows, amount: Amount) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut block = Vec::with_capacity(1 << 20);
    rows.header(&mut block);
    let (mut count, mut bytes) = (0, 0);
    let is_enough = |count: u64, bytes: u64| match amount {
        Amount::Rows(wanted) => count >= wanted,
        Amount::Bytes(wanted) => bytes >= wanted,
    };
    while !is_enough(count, bytes + block.len() as u64) {
        rows.row(&mut block);
        count += 1;
        if block.len() > (1 << 20) - 4096 {
            out.write_all(&block)?;
            bytes += block.len() as u64;
            block.clear();
        }
    }
    out.write_all(&block)
}

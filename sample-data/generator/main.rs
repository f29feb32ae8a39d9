//! Writes the exports of an invented incident: the night of a derby on which the set-top boxes of
//! one region could not start the match. See `ORIGIN.md` beside the result.
//!
//! In: the folder to write to (`sample-data/derby-night` when none is named). Out: `exports/` and
//! `truth.json` in it; what else is there stays. The same program always writes the same bytes:
//! no clock, no network, no outside data.
//!
//! ```text
//! cargo run --release --example derby_night -- sample-data/derby-night
//! ```
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::format_push_string,
    reason = "counts of a sample of this size fit every number type used here"
)]

use std::io;
use std::path::PathBuf;

mod clock;
mod encode;
mod logs;
mod metrics;
mod output;
mod people;
mod random;
mod sli;
mod story;
mod support;
mod survey;
mod truth;
mod voices;

fn main() -> io::Result<()> {
    write(std::env::args_os().nth(1).map_or_else(|| PathBuf::from("sample-data/derby-night"), PathBuf::from))
}

/// Writes everything; stops at the first file that cannot be written.
fn write(folder: PathBuf) -> io::Result<()> {
    let mut out = output::Output::new(folder);
    sli::write(&mut out)?;
    metrics::write(&mut out)?;
    logs::write(&mut out)?;
    support::write(&mut out)?;
    survey::write(&mut out)?;
    people::write(&mut out)?;
    truth::write(&out)
}

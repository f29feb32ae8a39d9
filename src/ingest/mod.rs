//! Reads the exports of a case into rows of the canonical tables.
//!
//! Files are recognised by content ([`recognise`]), unpacked, decoded and cut into records
//! ([`formats`]); a source says what a record means ([`sources`]); rows are checked and
//! pseudonymised while they are appended ([`rows`]); repeated rows are dropped and everything is
//! counted ([`accounting`]). Batches go to a callback, in the same order on every machine.
//!
//! Bad input costs only itself. A broken record becomes a [`reject::Reject`] with file, line and
//! reason; a file that is not read says why in its [`accounting::InputRow`]. Nothing is printed
//! and nothing is stored here.

pub mod accounting;
pub mod assume;
pub mod error;
pub mod files;
pub mod formats;
pub mod look;
pub mod markup;
pub mod mention;
pub mod milestone;
mod pages;
pub mod promise;
pub mod question;
pub mod recognise;
pub mod redact;
pub mod reject;
mod repeated;
pub mod rows;
pub mod run;
pub mod shape;
pub mod signature;
pub mod source;
pub mod sources;
pub mod time;
pub mod values;
pub mod warning;

pub use accounting::{InputRow, Span, Summary};
pub use error::IngestError;
pub use look::{Known, Look, Unknown, look};
pub use recognise::SourceOverride;
pub use run::{Inputs, Progress, Settings, Stage, inputs, run};
pub use warning::Warning;

#[cfg(test)]
mod properties;

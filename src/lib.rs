//! Turns the traces an incident leaves into documents in which every figure can be proved.
//!
//! Data flow in one direction; a module uses only those before it:
//!
//! ```text
//! case -> ingest -> store -> engine -> catalog -> chart -> report -> pipeline -> cli
//!           ^                  ^
//!         schema            analysis
//! ```
//!
//! [`pipeline::report()`] is the whole run. Start reading there, then at [`schema`] for the tables,
//! [`ingest`] for how exports become rows, [`catalog`] for how questions become SQL, and
//! [`analysis`] for the methods.

pub mod analysis;
pub mod case;
pub mod catalog;
pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod docs;
pub mod engine;
pub mod ingest;
pub mod pipeline;
pub mod report;
pub mod schema;
pub mod store;

//! The integration tests of constat: one binary, so that the query engine is linked once, and one
//! file for each promise.

mod bad_input;
mod cli;
mod clocks;
mod docs;
mod exports;
mod hostile;
mod ingest_fixtures;
mod invariance;
mod layering;
mod readme;
mod registry;
mod sample;
mod schema;
mod sql;
mod support;

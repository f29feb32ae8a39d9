//! How bytes become records: container, encoding, then text cut into units that can be read on
//! all cores. What a record means is not known here.

pub mod archive;
pub mod compression;
pub mod container_lines;
pub mod csv;
pub mod encoding;
pub mod json;
pub mod json_prefix;
pub mod lines;
pub mod magic;
pub mod ndjson;
pub mod parquet;
pub mod place;
pub mod sample;
pub mod units;
pub mod xlsx;

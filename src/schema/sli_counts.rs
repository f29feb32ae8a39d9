//! Table `sli_counts`: one row is good and bad events of one slice of the service in one time bucket.

use super::{Col, Column, Identity, Kind, Table, optional, required};

/// Description of `sli_counts`.
pub const TABLE: Table = Table {
    name: "sli_counts",
    row: "good and bad events of one slice of the service in one time bucket",
    columns: COLUMNS,
    has_dimensions: true,
    identity: Identity::WholeRow,
    fed_by: "a player analytics or SLI export with attempts and failures per minute",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `total`.
pub const TOTAL: Col = TABLE.col("total");
/// Column `bad`.
pub const BAD: Col = TABLE.col("bad");
/// Column `expected_bad`.
pub const EXPECTED_BAD: Col = TABLE.col("expected_bad");
/// Column `viewers`.
pub const VIEWERS: Col = TABLE.col("viewers");
/// Column `error_kind`.
pub const ERROR_KIND: Col = TABLE.col("error_kind");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "start of the bucket"),
    required("total", Kind::Int, "events in the bucket, for example start attempts"),
    required("bad", Kind::Int, "events that failed"),
    optional("expected_bad", Kind::Float, "failures expected in normal times, in events; null when the input has none"),
    optional("viewers", Kind::Int, "viewers present at one time in the slice"),
    optional("error_kind", Kind::Text, "the most frequent error of the bucket"),
];

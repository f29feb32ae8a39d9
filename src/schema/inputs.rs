//! Table `inputs`: one row is one input file, once for each table that it feeds.

use super::{Col, Column, Identity, Kind, Table, optional, required};

/// Description of `inputs`.
pub const TABLE: Table = Table {
    name: "inputs",
    row: "one input file, once for each table that it feeds",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::None,
    fed_by: "every file of the case",
};

/// Column `path`.
pub const PATH: Col = TABLE.col("path");
/// Column `blake3`.
pub const BLAKE3: Col = TABLE.col("blake3");
/// Column `source`.
pub const SOURCE: Col = TABLE.col("source");
/// Column `table`.
pub const TABLE_NAME: Col = TABLE.col("table");
/// Column `rows_read`.
pub const ROWS_READ: Col = TABLE.col("rows_read");
/// Column `rows_kept`.
pub const ROWS_KEPT: Col = TABLE.col("rows_kept");
/// Column `rows_rejected`.
pub const ROWS_REJECTED: Col = TABLE.col("rows_rejected");
/// Column `rows_duplicate`.
pub const ROWS_DUPLICATE: Col = TABLE.col("rows_duplicate");
/// Column `why`.
pub const WHY: Col = TABLE.col("why");

const COLUMNS: &[Column] = &[
    required("path", Kind::Text, "file, relative to the case"),
    optional("blake3", Kind::Text, "hash of its bytes"),
    optional("source", Kind::Text, "source that read it; null when not recognised or empty"),
    optional("table", Kind::Text, "table that it feeds"),
    optional("rows_read", Kind::Int, "rows found"),
    optional("rows_kept", Kind::Int, "rows stored"),
    optional("rows_rejected", Kind::Int, "rows that could not be used"),
    optional("rows_duplicate", Kind::Int, "rows that were already there"),
    optional("why", Kind::Text, "why it was not read, and the nearest candidates"),
];

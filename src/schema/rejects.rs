//! Table `rejects`: one row is one record that could not be used.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `rejects`.
pub const TABLE: Table = Table {
    name: "rejects",
    row: "one record that could not be used",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::None,
    fed_by: "broken records of any input",
};

/// Column `file`.
pub const FILE: Col = TABLE.col("file");
/// Column `line_number`.
pub const LINE_NUMBER: Col = TABLE.col("line_number");
/// Column `source`.
pub const SOURCE: Col = TABLE.col("source");
/// Column `reason`.
pub const REASON: Col = TABLE.col("reason");
/// Column `excerpt`.
pub const EXCERPT: Col = TABLE.col("excerpt");

const COLUMNS: &[Column] = &[
    required("file", Kind::Text, "input file, relative to the case"),
    optional("line_number", Kind::Int, "line or record in the file, counted from 1"),
    optional("source", Kind::Text, "source that was reading it"),
    required("reason", Kind::Text, "what is wrong with it"),
    private(optional("excerpt", Kind::Text, "beginning of the record"), Privacy::FreeText),
];

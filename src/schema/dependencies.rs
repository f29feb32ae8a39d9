//! Table `dependencies`: one row is one caller and one callee.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `dependencies`.
pub const TABLE: Table = Table {
    name: "dependencies",
    row: "one caller and one callee",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "a service map or trace export, or dependencies.csv",
};

/// Column `source`.
pub const SOURCE: Col = TABLE.col("source");
/// Column `target`.
pub const TARGET: Col = TABLE.col("target");
/// Column `kind`.
pub const KIND: Col = TABLE.col("kind");

const COLUMNS: &[Column] = &[
    private(required("source", Kind::Text, "entity that calls"), Privacy::Machine),
    private(required("target", Kind::Text, "entity that is called"), Privacy::Machine),
    optional("kind", Kind::Text, "kind of the dependency"),
];

//! Table `changes`: one row is one deployment, configuration or schedule change.

use super::{Col, Column, INPUT_FILE, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `changes`.
pub const TABLE: Table = Table {
    name: "changes",
    row: "one deployment, configuration or schedule change",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "a deployment or change export (GitHub, Argo CD, changes.csv)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `entity`.
pub const ENTITY: Col = TABLE.col("entity");
/// Column `kind`.
pub const KIND: Col = TABLE.col("kind");
/// Column `summary`.
pub const SUMMARY: Col = TABLE.col("summary");
/// Column `actor_role`.
pub const ACTOR_ROLE: Col = TABLE.col("actor_role");
/// Column `url`.
pub const URL: Col = TABLE.col("url");
/// Column `file`.
pub const FILE: Col = TABLE.col("file");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it took effect"),
    private(required("entity", Kind::Text, "what was changed"), Privacy::Machine),
    optional("kind", Kind::Text, "deployment, configuration, schedule, ..."),
    private(optional("summary", Kind::Text, "what the change was, in the words of its author"), Privacy::FreeText),
    optional("actor_role", Kind::Text, "role of who made it, never a name"),
    optional("url", Kind::Text, "where it is documented"),
    INPUT_FILE,
];

//! Table `actions`: one row is one corrective action.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `actions`.
pub const TABLE: Table = Table {
    name: "actions",
    row: "one corrective action",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::Column("action_id"),
    fed_by: "a ticket export (Jira, actions.csv)",
};

/// Column `action_id`.
pub const ACTION_ID: Col = TABLE.col("action_id");
/// Column `title`.
pub const TITLE: Col = TABLE.col("title");
/// Column `kind`.
pub const KIND: Col = TABLE.col("kind");
/// Column `factor`.
pub const FACTOR: Col = TABLE.col("factor");
/// Column `owner_role`.
pub const OWNER_ROLE: Col = TABLE.col("owner_role");
/// Column `due_on`.
pub const DUE_ON: Col = TABLE.col("due_on");
/// Column `status`.
pub const STATUS: Col = TABLE.col("status");
/// Column `created_at`.
pub const CREATED_AT: Col = TABLE.col("created_at");
/// Column `closed_at`.
pub const CLOSED_AT: Col = TABLE.col("closed_at");
/// Column `acceptance_query`.
pub const ACCEPTANCE_QUERY: Col = TABLE.col("acceptance_query");

const COLUMNS: &[Column] = &[
    required("action_id", Kind::Text, "identifier of the ticket"),
    private(required("title", Kind::Text, "what will be done"), Privacy::FreeText),
    optional("kind", Kind::Text, "infrastructure, process, training, monitoring or communication"),
    optional("factor", Kind::Text, "contributing factor it removes"),
    optional("owner_role", Kind::Text, "role that owns it"),
    optional("due_on", Kind::Time, "day on which it is due, at midnight UTC"),
    optional("status", Kind::Text, "status as the tool names it"),
    optional("created_at", Kind::Time, "when it was created"),
    optional("closed_at", Kind::Time, "when it was closed"),
    optional("acceptance_query", Kind::Text, "SQL that returns no row once the action works"),
];

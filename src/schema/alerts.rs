//! Table `alerts`: one row is the life of one alert.

use super::{Col, Column, INPUT_FILE, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `alerts`.
pub const TABLE: Table = Table {
    name: "alerts",
    row: "the life of one alert",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "an alerting or paging export (PagerDuty, Opsgenie, Alertmanager)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `entity`.
pub const ENTITY: Col = TABLE.col("entity");
/// Column `name`.
pub const NAME: Col = TABLE.col("name");
/// Column `severity`.
pub const SEVERITY: Col = TABLE.col("severity");
/// Column `acknowledged_at`.
pub const ACKNOWLEDGED_AT: Col = TABLE.col("acknowledged_at");
/// Column `resolved_at`.
pub const RESOLVED_AT: Col = TABLE.col("resolved_at");
/// Column `file`.
pub const FILE: Col = TABLE.col("file");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it fired"),
    private(optional("entity", Kind::Text, "what it is about"), Privacy::Machine),
    private(required("name", Kind::Text, "name of the alert"), Privacy::FreeText),
    optional("severity", Kind::Text, "severity as the tool names it"),
    optional("acknowledged_at", Kind::Time, "when someone took it"),
    optional("resolved_at", Kind::Time, "when it was closed"),
    INPUT_FILE,
];

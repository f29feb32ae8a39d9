//! Table `timeline_events`: one row is something someone noted.

use super::{Col, Column, INPUT_FILE, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `timeline_events`.
pub const TABLE: Table = Table {
    name: "timeline_events",
    row: "something someone noted",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "an incident timeline or chat export (Slack, PagerDuty notes, incident.io)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `milestone`.
pub const MILESTONE: Col = TABLE.col("milestone");
/// Column `body`.
pub const BODY: Col = TABLE.col("body");
/// Column `origin`.
pub const ORIGIN: Col = TABLE.col("origin");
/// Column `file`.
pub const FILE: Col = TABLE.col("file");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it was noted"),
    optional("milestone", Kind::Text, "milestone it marks (detected, identified, ...); null for a plain note"),
    private(required("body", Kind::Text, "the note"), Privacy::FreeText),
    optional("origin", Kind::Text, "where it was written"),
    INPUT_FILE,
];

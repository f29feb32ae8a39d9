//! Table `log_templates`: one row is one message pattern mined from `log_records`.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `log_templates`.
pub const TABLE: Table = Table {
    name: "log_templates",
    row: "one message pattern mined from `log_records`",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::None,
    fed_by: "any log file",
};

/// Column `template_id`.
pub const TEMPLATE_ID: Col = TABLE.col("template_id");
/// Column `template`.
pub const TEMPLATE: Col = TABLE.col("template");
/// Column `severity_text`.
pub const SEVERITY_TEXT: Col = TABLE.col("severity_text");
/// Column `count`.
pub const COUNT: Col = TABLE.col("count");
/// Column `first_seen_at`.
pub const FIRST_SEEN_AT: Col = TABLE.col("first_seen_at");
/// Column `last_seen_at`.
pub const LAST_SEEN_AT: Col = TABLE.col("last_seen_at");
/// Column `is_new`.
pub const IS_NEW: Col = TABLE.col("is_new");

const COLUMNS: &[Column] = &[
    required("template_id", Kind::Text, "identifier, the same for the same pattern"),
    private(required("template", Kind::Text, "the pattern, variables as `<*>`"), Privacy::FreeText),
    optional("severity_text", Kind::Text, "most frequent severity of its lines"),
    optional("count", Kind::Int, "lines that match it"),
    optional("first_seen_at", Kind::Time, "first line with a time"),
    optional("last_seen_at", Kind::Time, "last line with a time"),
    optional("is_new", Kind::Bool, "whether it was not seen in the baseline; null without a baseline"),
];

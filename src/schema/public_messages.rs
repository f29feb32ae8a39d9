//! Table `public_messages`: one row is one message to the public.

use super::{Col, Column, INPUT_FILE, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `public_messages`.
pub const TABLE: Table = Table {
    name: "public_messages",
    row: "one message to the public",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "a status page export or a list of messages sent",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `channel`.
pub const CHANNEL: Col = TABLE.col("channel");
/// Column `status`.
pub const STATUS: Col = TABLE.col("status");
/// Column `body`.
pub const BODY: Col = TABLE.col("body");
/// Column `promised_next_update_at`.
pub const PROMISED_NEXT_UPDATE_AT: Col = TABLE.col("promised_next_update_at");
/// Column `promised_resolution_at`.
pub const PROMISED_RESOLUTION_AT: Col = TABLE.col("promised_resolution_at");
/// Column `file`.
pub const FILE: Col = TABLE.col("file");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it was published"),
    required("channel", Kind::Text, "status page, e-mail, push, social network, ..."),
    optional("status", Kind::Text, "status it announces (investigating, identified, monitoring, resolved, ...)"),
    private(required("body", Kind::Text, "its text"), Privacy::FreeText),
    optional("promised_next_update_at", Kind::Time, "when it says that the next message comes"),
    optional("promised_resolution_at", Kind::Time, "when it says that the service is back"),
    INPUT_FILE,
];

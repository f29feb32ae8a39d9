//! Table `complaints`: one row is one complaint or mention.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `complaints`.
pub const TABLE: Table = Table {
    name: "complaints",
    row: "one complaint or mention",
    columns: COLUMNS,
    has_dimensions: true,
    identity: Identity::Column("complaint_id"),
    fed_by: "a support or social listening export (Zendesk, Brandwatch, a report button)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `complaint_id`.
pub const COMPLAINT_ID: Col = TABLE.col("complaint_id");
/// Column `channel`.
pub const CHANNEL: Col = TABLE.col("channel");
/// Column `author_key`.
pub const AUTHOR_KEY: Col = TABLE.col("author_key");
/// Column `body`.
pub const BODY: Col = TABLE.col("body");
/// Column `language`.
pub const LANGUAGE: Col = TABLE.col("language");
/// Column `sentiment`.
pub const SENTIMENT: Col = TABLE.col("sentiment");
/// Column `theme`.
pub const THEME: Col = TABLE.col("theme");
/// Column `first_reply_at`.
pub const FIRST_REPLY_AT: Col = TABLE.col("first_reply_at");
/// Column `solved_at`.
pub const SOLVED_AT: Col = TABLE.col("solved_at");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it was made"),
    optional("complaint_id", Kind::Text, "identifier in the source"),
    required("channel", Kind::Text, "ticket, social network, report button, ..."),
    private(optional("author_key", Kind::Text, "pseudonym of the author"), Privacy::Identity),
    private(optional("body", Kind::Text, "what was written"), Privacy::FreeText),
    optional("language", Kind::Text, "language of the text, ISO 639-1"),
    optional("sentiment", Kind::Text, "sentiment as the source rates it"),
    optional("theme", Kind::Text, "theme or category in the source"),
    optional("first_reply_at", Kind::Time, "when the first reply was sent"),
    optional("solved_at", Kind::Time, "when it was solved"),
];

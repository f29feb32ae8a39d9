//! Table `offers`: one row is something a customer was given.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `offers`.
pub const TABLE: Table = Table {
    name: "offers",
    row: "something a customer was given",
    columns: COLUMNS,
    has_dimensions: false,
    identity: Identity::WholeRow,
    fed_by: "an export of the customer database (offers.csv)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `customer_key`.
pub const CUSTOMER_KEY: Col = TABLE.col("customer_key");
/// Column `kind`.
pub const KIND: Col = TABLE.col("kind");
/// Column `cost`.
pub const COST: Col = TABLE.col("cost");
/// Column `currency`.
pub const CURRENCY: Col = TABLE.col("currency");
/// Column `is_accepted`.
pub const IS_ACCEPTED: Col = TABLE.col("is_accepted");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when it was given"),
    private(required("customer_key", Kind::Text, "pseudonym of the customer"), Privacy::Identity),
    required("kind", Kind::Text, "replay, vod, promo, credit, none, ..."),
    optional("cost", Kind::Float, "cost to the operator, in `currency`"),
    optional("currency", Kind::Text, "ISO 4217 code"),
    optional("is_accepted", Kind::Bool, "whether the customer took it"),
];

//! Table `log_records`: one row is one log event.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `log_records`.
pub const TABLE: Table = Table {
    name: "log_records",
    row: "one log event",
    columns: COLUMNS,
    has_dimensions: true,
    identity: Identity::None,
    fed_by: "log files or a log export (NDJSON, syslog, access logs, Datadog, Kibana)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `service_name`.
pub const SERVICE_NAME: Col = TABLE.col("service_name");
/// Column `host`.
pub const HOST: Col = TABLE.col("host");
/// Column `severity_text`.
pub const SEVERITY_TEXT: Col = TABLE.col("severity_text");
/// Column `body`.
pub const BODY: Col = TABLE.col("body");
/// Column `template_id`.
pub const TEMPLATE_ID: Col = TABLE.col("template_id");
/// Column `trace_id`.
pub const TRACE_ID: Col = TABLE.col("trace_id");
/// Column `attributes`.
pub const ATTRIBUTES: Col = TABLE.col("attributes");
/// Column `file`.
pub const FILE: Col = TABLE.col("file");
/// Column `line_number`.
pub const LINE_NUMBER: Col = TABLE.col("line_number");

const COLUMNS: &[Column] = &[
    optional("time", Kind::Time, "instant of the event; null when the line holds none"),
    private(optional("service_name", Kind::Text, "service that wrote it"), Privacy::Machine),
    private(optional("host", Kind::Text, "machine or container that wrote it"), Privacy::Machine),
    optional("severity_text", Kind::Text, "severity as written, upper case"),
    private(required("body", Kind::Text, "message without its header"), Privacy::FreeText),
    optional("template_id", Kind::Text, "pattern of the message, in `log_templates`; learned on first use"),
    optional("trace_id", Kind::Text, "trace the event belongs to"),
    private(optional("attributes", Kind::Text, "remaining fields as a JSON object"), Privacy::FreeText),
    optional("file", Kind::Text, "input file, relative to the case"),
    optional("line_number", Kind::Int, "line in the file, counted from 1"),
];

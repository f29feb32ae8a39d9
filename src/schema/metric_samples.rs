//! Table `metric_samples`: one row is one sample of one metric of one entity.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `metric_samples`.
pub const TABLE: Table = Table {
    name: "metric_samples",
    row: "one sample of one metric of one entity",
    columns: COLUMNS,
    has_dimensions: true,
    identity: Identity::WholeRow,
    fed_by: "a metrics export (Datadog, Prometheus, Grafana, New Relic, CloudWatch)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `entity`.
pub const ENTITY: Col = TABLE.col("entity");
/// Column `metric`.
pub const METRIC: Col = TABLE.col("metric");
/// Column `statistic`.
pub const STATISTIC: Col = TABLE.col("statistic");
/// Column `value`.
pub const VALUE: Col = TABLE.col("value");
/// Column `unit`.
pub const UNIT: Col = TABLE.col("unit");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "instant of the sample, or start of its interval"),
    private(required("entity", Kind::Text, "service, host or component that was measured"), Privacy::Machine),
    required("metric", Kind::Text, "name of the metric"),
    optional("statistic", Kind::Text, "aggregation the exporter applied (avg, sum, p95, ...)"),
    required("value", Kind::Float, "value in `unit`"),
    optional("unit", Kind::Text, "unit as the export names it"),
];

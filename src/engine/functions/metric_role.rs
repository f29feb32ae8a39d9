//! `metric_role(metric)`: what a metric says about users.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Function, Implementation, input, scalar};
use crate::analysis::incident_window::symptom::Role;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "metric_role",
    signature: "metric_role(metric)",
    about: "What a metric says about users, from its name in any style: `errors`, `success`, `latency`, `traffic`, or null for what no user feels by itself (processors, queues, versions, certificates) and for names that do not tell. The words are those of `analysis::incident_window::symptom::role`.",
    arguments: &[("metric", "name of a metric")],
    example: "SELECT metric_role('http_request_duration_seconds') AS role",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    scalar::by_column(FUNCTION.name, vec![DataType::Utf8], DataType::Utf8, |columns| {
        Ok(Arc::new(evaluate(&columns[0])))
    })
}

fn evaluate(names: &ArrayRef) -> StringArray {
    let mut known: HashMap<&str, Option<&'static str>> = HashMap::new();
    let of_row = |row: usize| {
        let name = input::text_at(names, row)?;
        *known.entry(name).or_insert_with(|| match Role::of(name)? {
            Role::Errors => Some("errors"),
            Role::Success => Some("success"),
            Role::Latency => Some("latency"),
            Role::Traffic => Some("traffic"),
            Role::Either => None,
        })
    };
    (0..names.len()).map(of_row).collect()
}

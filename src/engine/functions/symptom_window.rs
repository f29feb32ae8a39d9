//! `symptom_window(...)`: when the incident was, from metrics of what users felt.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{struct_scalar, struct_type};
use super::{Function, Implementation, gather, input, window};
use crate::analysis::incident_window::symptom::{MetricSeries, detect_symptom};
use crate::schema::metric_samples;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "symptom_window",
    signature: "symptom_window(time, value, entity, metric, part, is_share, is_named, is_entry, excluded, reference)",
    about: "The window of the incident, found from metrics where nothing counts attempts: the struct of `incident_window`, with `metric_samples` as `signal`, null when no metric tells what users felt. Errors, waiting times, availability and the collapse of traffic are looked at, at users and where their requests arrive first; each is held against what is usual at that load and hour. One metric that moves alone is doubted unless it `is_named`. The method is that of `analysis::incident_window::symptom`.",
    arguments: &[
        ("time, value", "the samples"),
        ("entity, metric", "what was measured; the names tell what is felt by users"),
        ("part", "statistic and dimensions that tell series of one metric apart; may be empty"),
        ("is_share", "whether the values are shares"),
        ("is_named", "whether the configuration names it as what users felt: then nothing else is looked at"),
        ("is_entry", "whether the entity calls others and is called by none"),
        ("excluded", "stretches that are not looked at: `start/end` in microseconds, separated by spaces"),
        ("reference", "the only stretch to learn from, written the same way; empty to learn from all"),
    ],
    example: "SELECT symptom_window(time, 0.01, 'web', 'error_ratio', '', true, false, false, '', '')['start_at'] IS NULL AS calm FROM (SELECT to_timestamp_micros(i * 60000000) AS time FROM (SELECT unnest(range(0, 240)) AS i))",
    implementation: Implementation::Aggregate(function),
};

fn function() -> AggregateUDF {
    let (text, truth) = (DataType::Utf8, DataType::Boolean);
    let arguments = vec![
        input::time(),
        DataType::Float64,
        text.clone(),
        text.clone(),
        text.clone(),
        truth.clone(),
        truth.clone(),
        truth,
        text.clone(),
        text,
    ];
    gather::aggregate(FUNCTION.name, arguments, 1, struct_type(window::SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let text = |argument: usize, row: usize| input::text_at(&arguments[argument], row).unwrap_or_default();
    let mut series: BTreeMap<(&str, &str, &str), MetricSeries> = BTreeMap::new();
    for row in 0..arguments[0].len() {
        let (Some(time), Some(value)) = (input::time_at(&arguments[0], row), input::float_at(&arguments[1], row))
        else {
            continue;
        };
        let (entity, metric, part) = (text(2, row), text(3, row), text(4, row));
        let new = || MetricSeries {
            entity: entity.to_owned(),
            metric: metric.to_owned(),
            part: part.to_owned(),
            is_share: input::is_true(&arguments[5], row),
            is_named: input::is_true(&arguments[6], row),
            is_entry: input::is_true(&arguments[7], row),
            samples: Vec::new(),
        };
        series.entry((entity, metric, part)).or_insert_with(new).samples.push((time, value));
    }
    let options = window::options(&arguments[8], &arguments[9]);
    let series: Vec<MetricSeries> = series.into_values().collect();
    let found = detect_symptom(&series, &options);
    let signal = (found.bucket > 0).then_some(metric_samples::TABLE.name);
    Ok(struct_scalar(window::SHAPE, Some(window::cells(&found, signal))))
}

//! Metrics in OTLP/JSON, as the file exporter of the OpenTelemetry Collector writes them.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>
//!
//! ```json
//! {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"playback-api"}}]},
//!  "scopeMetrics":[{"metrics":[{"name":"playback.errors","unit":"1","sum":{"aggregationTemporality":2,
//!  "isMonotonic":true,"dataPoints":[{"asInt":"42","timeUnixNano":"1795377840000000000"}]}}]}]}]}
//! ```
//!
//! Out: `metric_samples`. Gauges and sums give their value, histograms and summaries their count
//! and sum (and minimum, maximum, quantiles where there are any). Cumulative sums stay so.

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};

use super::metric_series::MetricSeries;
use super::otlp_logs::{attributes, nanoseconds};

/// Metrics in OTLP/JSON.
#[derive(Debug)]
pub struct OtlpMetrics;

impl Source for OtlpMetrics {
    fn name(&self) -> &'static str {
        "otlp_metrics"
    }

    fn about(&self) -> &'static str {
        "Metrics of OpenTelemetry in OTLP/JSON, from the file exporter of the Collector."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let first = sample.json.as_ref().or(sample.ndjson.first())?;
        first["resourceMetrics"].is_array().then_some(Layout::Json { paths: &["resourceMetrics[]"] })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader))
    }
}

#[derive(Debug)]
struct Reader;

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let resource = attributes(&value["resource"]["attributes"]);
        let scopes = value.get("scopeMetrics").or(value.get("instrumentationLibraryMetrics"));
        let scopes = scopes.and_then(Value::as_array).ok_or("expected a list in `scopeMetrics`, found none")?;
        for scope in scopes {
            for metric in scope["metrics"].as_array().into_iter().flatten() {
                if let Err(reason) = read_metric(metric, &resource, out) {
                    out.reject(reason, &metric.to_string());
                }
            }
        }
        Ok(())
    }
}

fn read_metric(metric: &Value, resource: &Map<String, Value>, out: &mut Rows) -> Result<(), String> {
    let name =
        metric["name"].as_str().filter(|name| !name.is_empty()).ok_or("expected a name in `name`, found none")?;
    let unit = metric["unit"].as_str().filter(|unit| *unit != "1").unwrap_or_default();
    let kinds = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];
    let points = kinds.iter().find_map(|kind| metric[*kind]["dataPoints"].as_array());
    for point in points.ok_or("expected a list in `dataPoints`, found none")? {
        let Some(at) = nanoseconds(&point["timeUnixNano"]) else {
            out.reject("expected a time in `timeUnixNano`", &point.to_string());
            continue;
        };
        let mut labels = attributes(&point["attributes"]);
        for (key, value) in resource {
            labels.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut series = MetricSeries::new(labels.into_iter().map(|(key, value)| (key, text(value))).collect(), "*");
        name.clone_into(&mut series.metric);
        unit.clone_into(&mut series.unit);
        if !sample(&series, point, at, out) {
            out.reject("expected a number in a data point, found none", &point.to_string());
        }
    }
    Ok(())
}

/// Rows of one data point; answers whether it held any number.
fn sample(series: &MetricSeries, point: &Value, at: i64, out: &mut Rows) -> bool {
    let mut is_used = false;
    for (field, statistic) in
        [("asDouble", ""), ("asInt", ""), ("count", "count"), ("sum", "sum"), ("min", "min"), ("max", "max")]
    {
        if let Some(value) = number(&point[field]) {
            series.sample_of(statistic, at, value, out);
            is_used = true;
        }
    }
    for quantile in point["quantileValues"].as_array().into_iter().flatten() {
        let rank = quantile["quantile"].as_f64().unwrap_or(0.0);
        if let Some(value) = number(&quantile["value"]) {
            series.sample_of(&format!("p{}", (rank * 100_000.0).round() / 1000.0), at, value, out);
            is_used = true;
        }
    }
    is_used
}

/// A number, also written as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, rows_of};

    #[test]
    fn reads_points_and_rejects_broken_ones() {
        let text = r#"{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},"scopeMetrics":[{"metrics":[
            {"name":"errors","unit":"1","sum":{"dataPoints":[{"asInt":"42","timeUnixNano":"1795377840000000000","attributes":[{"key":"zone","value":{"stringValue":"w"}}]},{"asInt":"1"}]}},
            {"name":"latency","unit":"ms","histogram":{"dataPoints":[{"count":"2","sum":3.5,"timeUnixNano":"1795377840000000000"},{"timeUnixNano":"1795377840000000000"}]}},
            {"name":"x"},{}]}]},{}]}"#;
        let piece = read(&OtlpMetrics, "m.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:04:00Z entity=api metric=errors value=42.0 zone=w",
                "time=2026-11-22T20:04:00Z entity=api metric=latency statistic=count value=2.0 unit=ms",
                "time=2026-11-22T20:04:00Z entity=api metric=latency statistic=sum value=3.5 unit=ms",
            ]
        );
        assert_eq!(piece.rejects.len(), 5);
    }
}

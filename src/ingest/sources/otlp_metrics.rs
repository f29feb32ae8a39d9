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
//! Out: `metric_samples`. Gauges and sums give their value, histograms (also exponential ones) and
//! summaries their count and sum (and minimum, maximum, quantiles where there are any). Cumulative
//! points stay so, at the time they were taken; a delta stands at the start of its interval. A
//! point that is marked as holding no value is a gap and leaves no row.

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};

use super::metric_series::{MetricSeries, number};
use super::otlp_logs::{attributes, nanoseconds};

/// Bit of the flags of a point that marks a gap.
const NO_RECORDED_VALUE: u64 = 1;

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
    let kind = kinds.iter().map(|kind| &metric[*kind]).find(|kind| kind["dataPoints"].is_array());
    let kind = kind.ok_or("expected a list in `dataPoints`, found none")?;
    let temporality = &kind["aggregationTemporality"];
    let is_delta = *temporality == 1 || *temporality == "AGGREGATION_TEMPORALITY_DELTA";
    for point in kind["dataPoints"].as_array().into_iter().flatten() {
        let Some(taken) = nanoseconds(&point["timeUnixNano"]) else {
            out.reject("expected a time in `timeUnixNano`", &point.to_string());
            continue;
        };
        if point["flags"].as_u64().is_some_and(|flags| flags & NO_RECORDED_VALUE != 0) {
            continue;
        }
        let began = nanoseconds(&point["startTimeUnixNano"]).filter(|began| is_delta && *began <= taken);
        let at = began.unwrap_or(taken);
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

    fn metric(kind: &str, more: &str, point: &str) -> String {
        format!(
            r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"api"}}}}]}},
            "scopeMetrics":[{{"metrics":[{{"name":"m","{kind}":{{{more}"dataPoints":[{point}]}}}}]}}]}}]}}"#
        )
    }

    #[test]
    fn a_delta_stands_at_the_start_of_its_interval_and_a_cumulative_point_at_its_end() {
        let point = r#"{"asInt":"7","startTimeUnixNano":"1795377780000000000","timeUnixNano":"1795377840000000000"}"#;
        for (temporality, time) in [
            ("1", "20:03"),
            ("\"AGGREGATION_TEMPORALITY_DELTA\"", "20:03"),
            ("2", "20:04"),
            ("\"AGGREGATION_TEMPORALITY_CUMULATIVE\"", "20:04"),
        ] {
            let text = metric("sum", &format!("\"aggregationTemporality\":{temporality},"), point);
            let rows = rows_of(&read(&OtlpMetrics, "m.json", &text), "metric_samples");
            assert_eq!(rows, [format!("time=2026-11-22T{time}:00Z entity=api metric=m value=7.0")]);
        }
    }

    #[test]
    fn reads_exponential_histograms_and_summaries() {
        let point = r#"{"count":"3","sum":1.5,"scale":2,"zeroCount":"1","positive":{"offset":1,"bucketCounts":["2"]},
            "min":0,"max":1,"timeUnixNano":"1795377840000000000"}"#;
        let rows = rows_of(&read(&OtlpMetrics, "m.json", &metric("exponentialHistogram", "", point)), "metric_samples");
        assert_eq!(rows.len(), 4);
        let point = r#"{"count":"3","sum":1.5,"quantileValues":[{"quantile":0.99,"value":2}],"timeUnixNano":1795377840000000000}"#;
        let rows = rows_of(&read(&OtlpMetrics, "m.json", &metric("summary", "", point)), "metric_samples");
        assert_eq!(rows[2], "time=2026-11-22T20:04:00Z entity=api metric=m statistic=p99 value=2.0");
    }

    #[test]
    fn gaps_and_values_that_are_no_numbers_leave_no_row() {
        let gap = r#"{"flags":1,"timeUnixNano":"1795377840000000000"},{"asDouble":"NaN","timeUnixNano":"1795377840000000000"}"#;
        let piece = read(&OtlpMetrics, "m.json", &metric("gauge", "", gap));
        assert!(piece.tables.is_empty() && piece.rejects.is_empty());
    }
}

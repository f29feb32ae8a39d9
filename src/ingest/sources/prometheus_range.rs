//! Answers of the Prometheus HTTP API to `query_range` (a matrix) and `query` (a vector), also
//! from Thanos, Mimir, Cortex and VictoriaMetrics.
//!
//! <https://prometheus.io/docs/prometheus/latest/querying/api/>
//!
//! ```json
//! {"status":"success","data":{"resultType":"matrix","result":[
//!   {"metric":{"__name__":"http_requests_total","code":"503","job":"origin"},
//!    "values":[[1795377780,"14"],[1795377795.25,"NaN"]]}]}}
//! ```
//!
//! Out: `metric_samples`, one row a sample. Counters stay cumulative. `NaN` and infinities are no
//! values and leave no row. A result without `__name__` (after a rule or an aggregation) is
//! named by the file. Of native histograms the count and the sum are kept.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::MetricSeries;

/// Answers of the Prometheus HTTP API.
#[derive(Debug)]
pub struct PrometheusRange;

impl Source for PrometheusRange {
    fn name(&self) -> &'static str {
        "prometheus_range"
    }

    fn about(&self) -> &'static str {
        "Answer of the Prometheus HTTP API to `query_range` or `query`, saved as JSON."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let document = sample.json.as_ref().or(sample.ndjson.first())?;
        let kind = document["data"]["resultType"].as_str()?;
        ["matrix", "vector"].contains(&kind).then_some(Layout::Json { paths: &["data.result[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let name = file.sample.path.rsplit('/').next().unwrap_or_default();
        Ok(Box::new(Reader { file_stem: name.split('.').next().unwrap_or_default().to_owned() }))
    }
}

#[derive(Debug)]
struct Reader {
    file_stem: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let result = record.json()?;
        let labels = result["metric"].as_object().ok_or("expected labels in `metric`, found none")?;
        let series = series_of(labels, &self.file_stem);
        let mut is_empty = true;
        for name in ["values", "histograms"] {
            if let Some(points) = result[name].as_array() {
                is_empty = false;
                for pair in points {
                    point(&series, pair, out);
                }
            }
        }
        for name in ["value", "histogram"] {
            if result[name].is_array() {
                is_empty = false;
                point(&series, &result[name], out);
            }
        }
        if is_empty { Err("expected samples in `values`, found none".into()) } else { Ok(()) }
    }
}

/// The series that Prometheus labels describe; `otherwise` is its name without `__name__`.
pub(super) fn series_of(labels: &serde_json::Map<String, Value>, otherwise: &str) -> MetricSeries {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let name = labels.get("__name__").map_or_else(|| otherwise.to_owned(), text);
    let others = labels.iter().filter(|(name, _)| *name != "__name__");
    let mut series = MetricSeries::new(others.map(|(name, value)| (name.clone(), text(value))).collect(), "*");
    if let Some(at) = series.dimensions.iter().position(|(name, _)| name == "quantile") {
        let quantile = series.dimensions[at].1.parse::<f64>().unwrap_or(f64::NAN);
        if (0.0..=1.0).contains(&quantile) {
            series.statistic = format!("p{}", (quantile * 100_000.0).round() / 1000.0);
        }
    }
    series.metric = name;
    series
}

/// One `[seconds, "value"]` pair.
fn point(series: &MetricSeries, pair: &Value, out: &mut Rows) {
    let Some(at) = time::epoch_value(&pair[0]) else {
        out.reject("expected an epoch time in a sample", &pair.to_string());
        return;
    };
    if let Some(histogram) = pair[1].as_object() {
        for name in ["count", "sum"] {
            if let Some(value) = histogram.get(name).and_then(number) {
                series.sample_of(name, at, value, out);
            }
        }
        return;
    }
    match number(&pair[1]) {
        Some(value) => series.sample(at, value, out),
        None => out.reject("expected a number in a sample", &pair.to_string()),
    }
}

/// A number written as text (`"NaN"`, `"+Inf"`) or as a number.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn reads_a_matrix_and_rejects_the_broken_sample() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"errors_total",
            "job":"origin","instance":"origin-0:9090"},"values":[[1795377780,"14"],[1795377795.25,"NaN"],
            [1795377810,"many"],[1795377825.5,"+Inf"],[1795377840.5,"15"]]}]}}"#;
        let piece = read(&PrometheusRange, "p.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=origin metric=errors_total value=14.0 instance=origin-0:9090",
                "time=2026-11-22T20:04:00.500Z entity=origin metric=errors_total value=15.0 instance=origin-0:9090",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a number in a sample"]);
    }

    #[test]
    fn reads_a_vector_and_names_it_by_the_file() {
        let text = r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"service":"cart","quantile":"0.95"},"value":[1795377780,"0.4"]}]}}"#;
        let piece = read(&PrometheusRange, "latency_seconds.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:03:00Z entity=cart metric=latency_seconds statistic=p95 value=0.4 quantile=0.95"]
        );
    }

    #[test]
    fn hostile_shapes_are_rejects() {
        let text =
            r#"{"data":{"resultType":"matrix","result":[1,{"metric":[]},{"metric":{}},{"metric":{},"values":[[]]}]}}"#;
        let piece = read(&PrometheusRange, "p.json", text);
        assert_eq!(piece.rejects.len(), 4);
    }
}

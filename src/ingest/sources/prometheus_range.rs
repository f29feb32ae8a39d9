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
//! named by the file. Of native histograms the count and the sum are kept. Windows of several
//! files may overlap: of two samples of one named series at one instant the first counts. An
//! answer that is an error is a reject with what the server said.

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::{MetricSeries, number, stem_of};

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
        let (answer, is_list) = match document {
            Value::Array(elements) => (elements.first()?, true),
            other => (other, false),
        };
        let results = &answer["data"]["result"];
        let kind = answer["data"]["resultType"].as_str();
        let paths: &'static [&'static str] = match kind {
            // Logs of Loki.
            Some("streams") => return None,
            // A scalar is one sample and not a list of results.
            Some("scalar" | "string") if is_list => &["[].data"],
            Some("scalar" | "string") => &["data"],
            _ if results.is_array() && (kind.is_some() || is_result(&results[0])) => {
                if is_list {
                    &["[].data.result[]"]
                } else {
                    &["data.result[]"]
                }
            }
            _ if answer["status"] == "error" && answer.get("errorType").is_some() => {
                if is_list {
                    &["[]"]
                } else {
                    &[""]
                }
            }
            // The list of results alone, as `promtool query range -o json` writes it.
            _ if is_list && is_result(answer) => &["[]"],
            _ => return None,
        };
        Some(Layout::Json { paths })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file_stem: stem_of(&file.sample.path).to_owned() }))
    }
}

/// Whether a value is one series of an answer; one of VictoriaMetrics has its times apart.
fn is_result(value: &Value) -> bool {
    let holds = |name: &str| value[name][0].is_array();
    let is_instant = |name: &str| value[name].as_array().is_some_and(|pair| pair.len() == 2);
    value["metric"].is_object()
        && value.get("timestamps").is_none()
        && (holds("values") || holds("histograms") || is_instant("value") || is_instant("histogram"))
}

#[derive(Debug)]
struct Reader {
    file_stem: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let result = record.json()?;
        if result["status"] == "error" {
            let said = [&result["errorType"], &result["error"]].map(|text| text.as_str().unwrap_or_default());
            return Err(format!("expected samples, found the error {}", said.join(": ")));
        }
        match result["resultType"].as_str() {
            Some("scalar") => {
                point(&series_of(&Map::new(), &self.file_stem), &result["result"], out);
                return Ok(());
            }
            Some(other) => return Err(format!("expected numbers, found a result of type {other}")),
            None => {}
        }
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
    // Without a name, two files may mean two things by the same labels.
    if labels.contains_key("__name__") {
        let mut pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.sort_unstable();
        series.identity = pairs.join(",");
    }
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
    fn reads_histograms_scalars_and_lists_of_results() {
        let histogram = r#"[{"metric":{"__name__":"rpc_seconds","job":"api"},"histograms":[[1795377780,{"count":"4","sum":"1.5","buckets":[]}]]},
            {"metric":{"__name__":"up","job":"api"},"values":[[1795377780,"1"]]}]"#;
        assert_eq!(
            rows_of(&read(&PrometheusRange, "promtool.json", histogram), "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=api metric=rpc_seconds statistic=count value=4.0",
                "time=2026-11-22T20:03:00Z entity=api metric=rpc_seconds statistic=sum value=1.5",
                "time=2026-11-22T20:03:00Z entity=api metric=up value=1.0",
            ]
        );
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1795377780.5,"7"]}}"#;
        let expected = ["time=2026-11-22T20:03:00.500Z entity=* metric=error.budget value=7.0"];
        assert_eq!(rows_of(&read(&PrometheusRange, "error.budget.json", scalar), "metric_samples"), expected);
        let pages = format!("[{scalar},{scalar}]");
        assert_eq!(rows_of(&read(&PrometheusRange, "error.budget.json", &pages), "metric_samples").len(), 2);
    }

    #[test]
    fn what_is_no_number_says_so() {
        let error = r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#;
        let piece = read(&PrometheusRange, "p.json", error);
        assert_eq!(reasons(&piece), ["expected samples, found the error timeout: query timed out"]);
        let string = r#"{"status":"success","data":{"resultType":"string","result":[1795377780,"x"]}}"#;
        let piece = read(&PrometheusRange, "p.json", string);
        assert_eq!(reasons(&piece), ["expected numbers, found a result of type string"]);
        let empty =
            r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["w"],"isPartial":false}"#;
        assert!(read(&PrometheusRange, "p.json", empty).tables.is_empty());
    }

    #[test]
    fn overlapping_windows_repeat_no_sample() {
        let text = r#"{"data":{"result":[{"metric":{"__name__":"up","job":"a"},"values":[[1795377780,"1"]]},
            {"metric":{"job":"a","__name__":"up"},"values":[[1795377780,"1.5"],[1795377795,"1"]]}]}}"#;
        let piece = read(&PrometheusRange, "p.json", text);
        let keys = &piece.tables[0].keys;
        assert!(keys[0] == keys[1] && keys[0] != keys[2]);
    }

    #[test]
    fn hostile_shapes_are_rejects() {
        let text =
            r#"{"data":{"resultType":"matrix","result":[1,{"metric":[]},{"metric":{}},{"metric":{},"values":[[]]}]}}"#;
        let piece = read(&PrometheusRange, "p.json", text);
        assert_eq!(piece.rejects.len(), 4);
    }
}

//! Metric queries of Datadog: answers of `/api/v1/query` (`series[].pointlist`) and of
//! `/api/v2/query/timeseries` (parallel arrays).
//!
//! <https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/>
//!
//! ```json
//! {"status":"ok","series":[{"metric":"shop.cart.errors","aggr":"sum","scope":"env:prod,service:cart",
//!   "tag_set":["service:cart"],"interval":60,"pointlist":[[1795377780000,12.0],[1795377840000,null]],
//!   "unit":[{"name":"error","short_name":"err"},null]}],"res_type":"time_series"}
//! ```
//!
//! Out: `metric_samples`. The first part of a dotted metric name is the namespace of the company
//! (`shop.`) and is left out, unless it is that of a technology (`system.`, `nginx.`). A point
//! without a value is a gap and leaves no row. A series without a component has the filter of
//! its query as entity. One file may hold several answers, in a list or one a line. An answer
//! that is an error is a reject with what Datadog said.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::{MetricSeries, number, statistic, stem_of};

/// Answers to metric queries of Datadog.
#[derive(Debug)]
pub struct DatadogMetrics;

/// Namespaces that say what is measured and not who measures it.
const TECHNOLOGIES: &[&str] = &[
    "system",
    "aws",
    "gcp",
    "azure",
    "docker",
    "container",
    "kubernetes",
    "kubernetes_state",
    "nginx",
    "apache",
    "haproxy",
    "envoy",
    "istio",
    "varnish",
    "postgresql",
    "mysql",
    "redis",
    "mongodb",
    "elasticsearch",
    "kafka",
    "rabbitmq",
    "jvm",
    "runtime",
    "trace",
    "http",
    "network",
    "fastly",
    "akamai",
    "cloudfront",
    "synthetics",
];

impl Source for DatadogMetrics {
    fn name(&self) -> &'static str {
        "datadog_metrics"
    }

    fn about(&self) -> &'static str {
        "Answer of the Datadog metrics query API, v1 or v2, saved as JSON."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let document = sample.json.as_ref().or(sample.ndjson.first())?;
        let (answer, is_list) = match document {
            Value::Array(answers) => (answers.first()?, true),
            other => (other, false),
        };
        let is_first = answer["res_type"] == "time_series"
            || answer["series"][0]["pointlist"].is_array() && answer["series"][0].get("scope").is_some();
        let attributes = &answer["data"]["attributes"];
        let is_second = answer["data"]["type"] == "timeseries_response"
            || attributes["times"].is_array() && attributes["series"].is_array();
        // An answer that failed has no series: it is one record, which says why.
        let has_series = is_first && answer["series"].is_array() && answer["status"] != "error";
        let paths: &'static [&'static str] = match (has_series, is_list) {
            (true, false) => &["series[]"],
            (true, true) => &["[].series[]"],
            (false, false) => &[""],
            (false, true) => &["[]"],
        };
        (is_first || is_second).then_some(Layout::Json { paths })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file_stem: stem_of(&file.sample.path).to_owned() }))
    }
}

#[derive(Debug)]
struct Reader {
    file_stem: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if value.get("pointlist").is_some() {
            return read_series(&value, out);
        }
        if value.get("data").is_some() {
            return self.read_columns(&value["data"]["attributes"], out);
        }
        if value["status"] == "error" {
            let said = value["error"].as_str().or(value["message"].as_str()).unwrap_or_default();
            return Err(format!("expected series, found the error {said}"));
        }
        Err("expected a series with a `pointlist`, found none".into())
    }
}

impl Reader {
    /// Second form: `values[i][j]` belongs to `series[i]` at `times[j]`; the metric is named by
    /// the file only, and by the number of the query where there are several.
    fn read_columns(&self, attributes: &Value, out: &mut Rows) -> Result<(), String> {
        let times = list(&attributes["times"], "times")?;
        let series = list(&attributes["series"], "series")?;
        let values = list(&attributes["values"], "values")?;
        if series.len() != values.len() {
            return Err(format!("expected {} lists of values, found {}", series.len(), values.len()));
        }
        let is_first_query = |described: &&Value| described["query_index"] == series[0]["query_index"];
        let has_several = series.iter().filter(is_first_query).count() < series.len();
        for (described, values) in series.iter().zip(values) {
            let mut found = MetricSeries::new(tags(&described["group_tags"]), "*");
            found.metric.clone_from(&self.file_stem);
            if let Some(query) = described["query_index"].as_u64().filter(|_| has_several) {
                found.metric = format!("{} query {query}", self.file_stem);
            }
            found.unit = unit(&described["unit"]);
            for (at, value) in list(values, "values")?.iter().enumerate() {
                point(&found, times.get(at).unwrap_or(&Value::Null), value, out);
            }
        }
        Ok(())
    }
}

fn read_series(series: &Value, out: &mut Rows) -> Result<(), String> {
    let names = ["metric", "display_name", "expression"].map(|name| series[name].as_str().unwrap_or_default());
    let name = names.into_iter().find(|name| !name.is_empty()).ok_or("expected a name in `metric`, found none")?;
    let scope = series["scope"].as_str().unwrap_or("*");
    let mut labels = tags(&series["tag_set"]);
    let grouped: Vec<String> = labels.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    let filter: Vec<&str> = scope
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty() && *tag != "*" && !grouped.iter().any(|known| known == tag))
        .collect();
    labels.extend(filter.iter().filter_map(|tag| tag.split_once(':')).map(owned));
    let otherwise = if filter.is_empty() { "*".to_owned() } else { filter.join(",") };
    let mut found = MetricSeries::new(labels, &otherwise);
    name_without_company(name).clone_into(&mut found.metric);
    found.statistic = statistic(series["aggr"].as_str().unwrap_or_default());
    found.unit = unit(&series["unit"]);
    for pair in list(&series["pointlist"], "pointlist")? {
        point(&found, &pair[0], &pair[1], out);
    }
    Ok(())
}

fn point(series: &MetricSeries, at: &Value, value: &Value, out: &mut Rows) {
    if value.is_null() && !at.is_null() {
        return;
    }
    match (time::epoch_value(at), number(value)) {
        (Some(at), Some(value)) => series.sample(at, value, out),
        (None, _) => out.reject("expected an epoch time in a point", &format!("[{at},{value}]")),
        (_, None) => out.reject("expected a number in a point", &format!("[{at},{value}]")),
    }
}

fn list<'v>(value: &'v Value, name: &str) -> Result<&'v Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("expected a list in `{name}`"))
}

/// `key:value` tags; one without a key is a key that is true.
fn tags(value: &Value) -> Vec<(String, String)> {
    let tags = value.as_array().map_or(&[][..], Vec::as_slice);
    tags.iter().filter_map(Value::as_str).map(|tag| owned(tag.split_once(':').unwrap_or((tag, "true")))).collect()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// `[numerator, denominator]` as `error/second`; empty when there is none.
fn unit(value: &Value) -> String {
    let name = |at: usize| value[at]["short_name"].as_str().or(value[at]["name"].as_str());
    match (name(0), name(1)) {
        (Some(above), Some(below)) => format!("{above}/{below}"),
        (Some(above), None) => above.to_owned(),
        _ => String::new(),
    }
}

/// An arithmetic expression, which Datadog gives as the name of its result, is left whole.
fn name_without_company(name: &str) -> &str {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')) {
        return name;
    }
    match name.split_once('.') {
        Some((first, rest)) if !rest.is_empty() && !TECHNOLOGIES.contains(&first) => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const FIRST: &str = r#"{"status":"ok","res_type":"time_series","series":[{"metric":"shop.cart.errors","aggr":"avg",
        "scope":"env:prod,service:cart","tag_set":["service:cart"],"unit":[{"name":"error","short_name":"err"},null],
        "pointlist":[[1795377780000,12.0],[1795377840000,null],["noon",1],[1795377900000.0,3]]}]}"#;

    #[test]
    fn reads_points_and_rejects_the_broken_one() {
        let piece = read(&DatadogMetrics, "cart.json", FIRST);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=cart metric=cart.errors statistic=avg value=12.0 unit=err env=prod",
                "time=2026-11-22T20:05:00Z entity=cart metric=cart.errors statistic=avg value=3.0 unit=err env=prod",
            ]
        );
        assert_eq!(reasons(&piece), ["expected an epoch time in a point"]);
    }

    #[test]
    fn reads_the_second_form() {
        let text = r#"{"data":{"type":"timeseries_response","attributes":{"series":[{"group_tags":["region:west"],
            "query_index":0,"unit":null}],"times":[1795377780000,1795377840000],"values":[[12.0,null]]}}}"#;
        let piece = read(&DatadogMetrics, "errors.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:03:00Z entity=* metric=errors value=12.0 region=west"]
        );
    }

    #[test]
    fn several_queries_of_one_answer_are_told_apart() {
        let text = r#"[{"data":{"type":"timeseries_response","attributes":{"series":[{"group_tags":[],"query_index":0},
            {"group_tags":["canary"],"query_index":1,"unit":[{"name":"second"},null]}],"times":[1795377780000],"values":[[1],["2.5"]]}}}]"#;
        assert_eq!(
            rows_of(&read(&DatadogMetrics, "playback.errors.json", text), "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=* metric=playback.errors query 0 value=1.0",
                "time=2026-11-22T20:03:00Z entity=* metric=playback.errors query 1 value=2.5 unit=second canary=true",
            ]
        );
    }

    #[test]
    fn an_answer_that_failed_says_why_and_an_empty_one_is_empty() {
        let error = r#"{"status":"error","res_type":"time_series","series":[],"error":"Rate limited"}"#;
        assert_eq!(reasons(&read(&DatadogMetrics, "e.json", error)), ["expected series, found the error Rate limited"]);
        let empty = r#"{"status":"ok","res_type":"time_series","series":[],"error":null}"#;
        assert!(read(&DatadogMetrics, "e.json", empty).tables.is_empty());
    }

    #[test]
    fn answers_one_a_line_are_read() {
        let line = FIRST.replace('\n', "");
        assert_eq!(rows_of(&read(&DatadogMetrics, "c.json", &format!("{line}\n{line}\n")), "metric_samples").len(), 4);
    }

    #[test]
    fn keeps_the_namespace_of_a_technology() {
        assert_eq!(name_without_company("nginx.requests"), "nginx.requests");
        assert_eq!(name_without_company("shop.requests"), "requests");
        assert_eq!(name_without_company("shop."), "shop.");
        assert_eq!(name_without_company("(shop.errors / shop.hits)"), "(shop.errors / shop.hits)");
    }

    #[test]
    fn hostile_shapes_are_rejects() {
        let text = r#"{"res_type":"time_series","series":[{"metric":7},{"metric":"a","pointlist":[7,[]]},[],null]}"#;
        let piece = read(&DatadogMetrics, "x.json", text);
        assert_eq!(piece.rejects.len(), 5);
    }
}

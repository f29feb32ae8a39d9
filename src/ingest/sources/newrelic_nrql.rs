//! Results of New Relic queries (NRQL): `TIMESERIES` and `FACET` rows and raw samples, in each of
//! the envelopes that are met (`NerdGraph`, `{"results":[...]}`, a bare list, Insights).
//!
//! <https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/>
//!
//! ```json
//! {"results":[{"facet":"player-api","appName":"player-api","beginTimeSeconds":1795377600,
//!   "endTimeSeconds":1795377660,"count":4211,"average.duration":0.182}],
//!  "metadata":{"timeWindow":{"begin":1795377600000,"end":1795378200000}}}
//! ```
//!
//! Out: `metric_samples`, one row a numeric value; the function before the dot is the statistic.
//! Buckets carry seconds and raw samples milliseconds. Texts are dimensions, and so are numbers
//! that the facet names. An aggregate that is null (an empty bucket) leaves no row. With
//! `COMPARE WITH` both windows are read, each at its own time. Does not read its CSV (see
//! `newrelic_csv`).

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::{MetricSeries, is_statistic, statistic, stem_of};

/// Results of NRQL queries.
#[derive(Debug)]
pub struct NewrelicNrql;

/// Where each envelope keeps its rows.
const ENVELOPES: &[(&str, &[&str])] = &[
    ("/data/actor/account/nrql/results", &["data.actor.account.nrql.results[]"]),
    (
        "/data/actor/account/nrql/currentResults",
        &["data.actor.account.nrql.currentResults[]", "data.actor.account.nrql.previousResults[]"],
    ),
    ("/actor/account/nrql/results", &["actor.account.nrql.results[]"]),
    ("/data/nrql/results", &["data.nrql.results[]"]),
    ("/nrql/results", &["nrql.results[]"]),
    ("/timeSeries", &["timeSeries[]"]),
    ("/facets", &["facets[]"]),
    ("/results", &["results[]"]),
    ("/currentResults", &["currentResults[]", "previousResults[]"]),
    ("", &["[]"]),
];

/// Attributes of raw events that only New Relic has.
const EVENT_MARKS: &[&str] = &["eventType", "entityGuid", "entity.guid", "realAgentId", "appId"];

impl Source for NewrelicNrql {
    fn name(&self) -> &'static str {
        "newrelic_nrql"
    }

    fn about(&self) -> &'static str {
        "Result of a New Relic query (NRQL) with TIMESERIES, saved as JSON."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if sample.ndjson.first().is_some_and(|first| first.get("beginTimeSeconds").is_some() || is_raw(first)) {
            return Some(Layout::Ndjson);
        }
        let document = sample.json.as_ref().or(sample.ndjson.first())?;
        for (pointer, paths) in ENVELOPES {
            let Some(rows) = document.pointer(pointer).and_then(Value::as_array) else { continue };
            let has_window = pointer.starts_with("/data/actor")
                || pointer.ends_with("nrql/results")
                || document["metadata"].get("timeWindow").is_some();
            let is_ours = match rows.first() {
                Some(row) => is_row(row) || is_raw(row) || has_window && has_time(row),
                None => has_window,
            };
            if is_ours {
                return Some(Layout::Json { paths });
            }
        }
        // Queries under names of the user's own, or over several accounts.
        let actor = &document["data"]["actor"];
        if results_in(actor, 4).iter().any(|rows| rows.iter().take(3).any(|row| is_row(row) || is_raw(row))) {
            return Some(Layout::Json { paths: &["data.actor"] });
        }
        let has_failed = document["errors"][0]["message"].is_string() && document["data"].get("actor").is_some();
        has_failed.then_some(Layout::Json { paths: &["errors[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let contents = file.sample.json.as_ref().map(contents_in).unwrap_or_default();
        Ok(Box::new(Reader { otherwise: name_in_path(&file.sample.path), contents }))
    }
}

/// Whether a row is a bucket, or a facet that holds buckets.
fn is_row(row: &Value) -> bool {
    row.get("beginTimeSeconds").is_some() || row["timeSeries"][0].get("beginTimeSeconds").is_some()
}

/// Whether a row is a raw event, or a list of them as Insights gives it.
fn is_raw(row: &Value) -> bool {
    let event = row["events"].get(0).unwrap_or(row);
    event["timestamp"].is_number() && EVENT_MARKS.iter().any(|name| event.get(*name).is_some())
}

fn has_time(row: &Value) -> bool {
    row.get("timestamp").is_some() || row["events"][0].get("timestamp").is_some()
}

/// The lists of rows below a value, for envelopes whose names the user chose.
fn results_in(value: &Value, depth: u8) -> Vec<&Vec<Value>> {
    let Some(map) = value.as_object().filter(|_| depth > 0) else { return Vec::new() };
    if let Some(rows) = map.get("results").and_then(Value::as_array) {
        return vec![rows];
    }
    let compared: Vec<&Vec<Value>> =
        ["currentResults", "previousResults"].iter().filter_map(|name| map.get(*name)?.as_array()).collect();
    if !compared.is_empty() {
        return compared;
    }
    map.values().flat_map(|value| results_in(value, depth - 1)).collect()
}

/// Names of the aggregates of Insights, in the order in which a bucket has them: `average` of
/// `duration`, or the alias.
fn contents_in(document: &Value) -> Vec<String> {
    let metadata = &document["metadata"];
    let known = [
        &metadata["timeSeries"]["contents"],
        &metadata["contents"]["timeSeries"]["contents"],
        &metadata["contents"]["contents"],
        &metadata["contents"],
    ];
    let list = known.into_iter().find_map(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = list.iter().map(|content| {
        let text = |name: &str| content[name].as_str().unwrap_or_default();
        match (text("alias"), text("function"), text("attribute")) {
            ("", function, "") => function.to_owned(),
            ("", function, attribute) => format!("{function}.{attribute}"),
            (alias, ..) => alias.to_owned(),
        }
    });
    named.collect()
}

/// Entity of rows without a facet: the file name without `newrelic`.
fn name_in_path(path: &str) -> String {
    let stem = stem_of(path);
    let rest = stem.strip_prefix("newrelic").unwrap_or(stem).trim_matches(['_', '-', ' ']);
    if rest.is_empty() { "*".to_owned() } else { rest.to_owned() }
}

#[derive(Debug)]
struct Reader {
    otherwise: String,
    contents: Vec<String>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if let Record::Json { path: "data.actor", .. } = record {
            for row in results_in(&value, 4).into_iter().flatten() {
                self.row_or_reject(row, out);
            }
            return Ok(());
        }
        if let Record::Json { path: "errors[]", .. } = record {
            let said = value["message"].as_str().unwrap_or_default();
            return Err(format!("expected results, found the error {said}"));
        }
        self.row(&value, out)
    }
}

impl Reader {
    fn row_or_reject(&self, row: &Value, out: &mut Rows) {
        if let Err(reason) = self.row(row, out) {
            out.reject(reason, &row.to_string());
        }
    }

    fn row(&self, value: &Value, out: &mut Rows) -> Result<(), String> {
        let row = value.as_object().ok_or("expected an object")?;
        for name in ["timeSeries", "events"] {
            let Some(buckets) = row.get(name).and_then(Value::as_array) else { continue };
            for bucket in buckets {
                let read = bucket
                    .as_object()
                    .ok_or_else(|| format!("expected an object in `{name}`"))
                    .and_then(|bucket| self.bucket(bucket, row.get("name"), out));
                if let Err(reason) = read {
                    out.reject(reason, &bucket.to_string());
                }
            }
            return Ok(());
        }
        self.bucket(row, row.get("name"), out)
    }

    fn bucket(&self, row: &Map<String, Value>, facet: Option<&Value>, out: &mut Rows) -> Result<(), String> {
        let at = ["beginTimeSeconds", "timestamp"]
            .iter()
            .find_map(|name| row.get(*name))
            .ok_or("expected a time in `beginTimeSeconds`, found none")?;
        let at = time::epoch_value(at).ok_or("expected an epoch time in `beginTimeSeconds`")?;
        let facets = facets(row.get("facet").or(facet));
        let mut series = self.series(row, &facets);
        for (name, value) in row.iter().filter(|(name, _)| !is_reserved(name)) {
            if !is_facet(name, value, &facets) {
                measure(&mut series, name, value, at, out);
            }
        }
        // Insights keeps the aggregates of a bucket in a list, their names apart.
        for (index, result) in row.get("results").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let known = self.contents.get(index).filter(|_| result.as_object().is_some_and(|map| map.len() == 1));
            for (name, value) in result.as_object().into_iter().flatten() {
                measure(&mut series, known.unwrap_or(name), value, at, out);
            }
        }
        Ok(())
    }

    /// Texts are labels, and the facet is the component when no label names one.
    fn series(&self, row: &Map<String, Value>, facets: &[String]) -> MetricSeries {
        let labels = row.iter().filter(|(name, _)| !is_reserved(name)).filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                other if is_facet(name, other, facets) => other.to_string(),
                _ => return None,
            };
            Some((name.clone(), text))
        });
        let facet = facets.join(",");
        MetricSeries::new(labels.collect(), if facet.is_empty() { &self.otherwise } else { &facet })
    }
}

/// Values of the facet, one or several.
fn facets(facet: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    match facet {
        Some(Value::Array(parts)) => parts.iter().filter_map(text).collect(),
        Some(other) => text(other).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Whether an attribute that is no text is what the rows are grouped by (`"httpResponseCode":503`
/// beside `"facet":"503"`).
fn is_facet(name: &str, value: &Value, facets: &[String]) -> bool {
    let function = name.split('.').next().unwrap_or_default();
    (value.is_number() || value.is_boolean())
        && !is_statistic(function)
        && !name.contains('(')
        && facets.contains(&value.to_string())
}

fn is_reserved(name: &str) -> bool {
    [
        "beginTimeSeconds",
        "endTimeSeconds",
        "timestamp",
        "facet",
        "name",
        "results",
        "inspectedCount",
        "timeSeries",
        "events",
        "comparison",
    ]
    .contains(&name)
}

/// Rows of one aggregate. `average.duration` is statistic `avg` of `duration`; a percentile is an
/// object with one number for each rank.
pub(super) fn measure(series: &mut MetricSeries, name: &str, value: &Value, at: i64, out: &mut Rows) {
    let (function, metric) = match name.split_once('.') {
        Some((function, metric)) if is_statistic(function) || function.starts_with("percentile") => (function, metric),
        _ if is_statistic(name) => (name, name),
        _ => ("", name),
    };
    metric.clone_into(&mut series.metric);
    match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            series.sample_of(&statistic(function), at, number, out);
        }
        Value::Object(ranks) => {
            for (rank, value) in ranks {
                if let Some(number) = value.as_f64() {
                    series.sample_of(&format!("p{rank}"), at, number, out);
                }
            }
        }
        Value::Array(_) => out.reject(format!("expected a number in `{name}`, found a list"), &value.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const ROWS: &str = r#"[{"facet":"cart","appName":"cart","beginTimeSeconds":1795377600,"endTimeSeconds":1795377660,
        "count":4,"average.duration":null,"percentile.duration":{"95":1.2}},{"facet":"cart","count":1}]"#;

    #[test]
    fn reads_every_envelope() {
        let expected = [
            "time=2026-11-22T20:00:00Z entity=cart metric=count statistic=count value=4.0",
            "time=2026-11-22T20:00:00Z entity=cart metric=duration statistic=p95 value=1.2",
        ];
        let nerdgraph = format!(r#"{{"data":{{"actor":{{"account":{{"nrql":{{"results":{ROWS}}}}}}}}}}}"#);
        for text in [ROWS.to_owned(), format!(r#"{{"results":{ROWS},"metadata":{{}}}}"#), nerdgraph] {
            let piece = read(&NewrelicNrql, "newrelic_cart.json", &text);
            assert_eq!(rows_of(&piece, "metric_samples"), expected);
            assert_eq!(reasons(&piece), ["expected a time in `beginTimeSeconds`, found none"]);
        }
    }

    #[test]
    fn reads_insights_facets() {
        let text = r#"{"facets":[{"name":"cart","timeSeries":[{"beginTimeSeconds":1795377600,"endTimeSeconds":1795377660,
            "inspectedCount":9,"results":[{"average":0.2}]},7]}],"metadata":{}}"#;
        let piece = read(&NewrelicNrql, "n.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:00:00Z entity=cart metric=average statistic=avg value=0.2"]
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn names_the_entity_by_the_file_without_a_facet() {
        let text =
            r#"{"results":[{"beginTimeSeconds":1795377600,"endTimeSeconds":1795377660,"sum.errors":2}],"metadata":{}}"#;
        let piece = read(&NewrelicNrql, "monitoring/newrelic_cart-db.json.gz", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:00:00Z entity=cart-db metric=errors statistic=sum value=2.0"]
        );
    }

    const BUCKET: &str = r#""beginTimeSeconds":1795377600,"endTimeSeconds":1795377660"#;

    #[test]
    fn reads_queries_under_names_of_the_users_own() {
        let text = format!(
            r#"{{"data":{{"actor":{{"account":{{"errors":{{"results":[{{{BUCKET},"sum.errors":2}}]}},
            "load":{{"results":[{{{BUCKET},"count":7}},{{"count":1}}]}}}}}}}}}}"#
        );
        let piece = read(&NewrelicNrql, "cart.json", &text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:00:00Z entity=cart metric=errors statistic=sum value=2.0",
                "time=2026-11-22T20:00:00Z entity=cart metric=count statistic=count value=7.0",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time in `beginTimeSeconds`, found none"]);
    }

    #[test]
    fn a_number_that_the_facet_names_is_a_dimension() {
        let text = format!(
            r#"[{{"facet":["503","web"],"httpResponseCode":503,"tier":"web",{BUCKET},"count":503,"comparison":"current"}}]"#
        );
        assert_eq!(
            rows_of(&read(&NewrelicNrql, "n.json", &text), "metric_samples"),
            [
                "time=2026-11-22T20:00:00Z entity=503,web metric=count statistic=count value=503.0 http_response_code=503 tier=web"
            ]
        );
    }

    #[test]
    fn reads_both_windows_of_a_comparison() {
        let text = format!(
            r#"{{"data":{{"actor":{{"account":{{"nrql":{{"currentResults":[{{{BUCKET},"count":1}}],
            "previousResults":[{{"beginTimeSeconds":1795374000,"count":2}}]}}}}}}}}}}"#
        );
        assert_eq!(rows_of(&read(&NewrelicNrql, "n.json", &text), "metric_samples").len(), 2);
    }

    #[test]
    fn insights_names_its_aggregates_apart() {
        let text = r#"{"timeSeries":[{"beginTimeSeconds":1795377600,"results":[{"average":0.2},{"result":3}]}],
            "metadata":{"timeSeries":{"contents":[{"function":"average","attribute":"duration"},{"function":"sum","alias":"attempts"}]}}}"#;
        assert_eq!(
            rows_of(&read(&NewrelicNrql, "n.json", text), "metric_samples"),
            [
                "time=2026-11-22T20:00:00Z entity=n metric=duration statistic=avg value=0.2",
                "time=2026-11-22T20:00:00Z entity=n metric=attempts value=3.0",
            ]
        );
    }

    #[test]
    fn reads_raw_events_in_milliseconds() {
        let event = r#"{"timestamp":1795377600500,"eventType":"Transaction","appName":"cart","duration":0.25}"#;
        let events = format!(r#"{{"results":[{{"events":[{event}]}}],"metadata":{{}}}}"#);
        for text in [format!("[{event}]"), format!("{event}\n{event}\n"), events] {
            let rows = rows_of(&read(&NewrelicNrql, "n.json", &text), "metric_samples");
            assert_eq!(
                rows[0],
                "time=2026-11-22T20:00:00.500Z entity=cart metric=duration value=0.25 event_type=Transaction"
            );
        }
    }

    #[test]
    fn an_answer_that_failed_says_why() {
        let text = r#"{"data":{"actor":{"account":{"nrql":null}}},"errors":[{"message":"NRQL Syntax Error"}]}"#;
        let piece = read(&NewrelicNrql, "n.json", text);
        assert_eq!(reasons(&piece), ["expected results, found the error NRQL Syntax Error"]);
    }
}

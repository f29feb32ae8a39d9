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
//! Buckets carry seconds and raw samples milliseconds. Texts are dimensions. An aggregate
//! that is null (an empty bucket) leaves no row. Does not read its CSV.

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::{MetricSeries, is_statistic, statistic};

/// Results of NRQL queries.
#[derive(Debug)]
pub struct NewrelicNrql;

/// Where each envelope keeps its rows.
const ENVELOPES: &[(&str, &[&str])] = &[
    ("/data/actor/account/nrql/results", &["data.actor.account.nrql.results[]"]),
    ("/actor/account/nrql/results", &["actor.account.nrql.results[]"]),
    ("/data/nrql/results", &["data.nrql.results[]"]),
    ("/nrql/results", &["nrql.results[]"]),
    ("/timeSeries", &["timeSeries[]"]),
    ("/facets", &["facets[]"]),
    ("/results", &["results[]"]),
    ("", &["[]"]),
];

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
        if sample.ndjson.first().is_some_and(|first| first.get("beginTimeSeconds").is_some()) {
            return Some(Layout::Ndjson);
        }
        let document = sample.json.as_ref().or(sample.ndjson.first())?;
        for (pointer, paths) in ENVELOPES {
            let Some(rows) = document.pointer(pointer).and_then(Value::as_array) else { continue };
            let has_window = pointer.starts_with("/data/actor")
                || pointer.ends_with("nrql/results")
                || document["metadata"].get("timeWindow").is_some();
            let is_ours = match rows.first() {
                Some(row) => is_row(row) || has_window && row.get("timestamp").is_some(),
                None => has_window,
            };
            if is_ours {
                return Some(Layout::Json { paths });
            }
        }
        None
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { otherwise: name_in_path(&file.sample.path) }))
    }
}

/// Whether a row is a bucket, or a facet that holds buckets.
fn is_row(row: &Value) -> bool {
    row.get("beginTimeSeconds").is_some() || row["timeSeries"][0].get("beginTimeSeconds").is_some()
}

/// Entity of rows without a facet: the file name without `newrelic`.
fn name_in_path(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let rest = stem.strip_prefix("newrelic").unwrap_or(stem).trim_matches(['_', '-', ' ']);
    if rest.is_empty() { "*".to_owned() } else { rest.to_owned() }
}

#[derive(Debug)]
struct Reader {
    otherwise: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let row = value.as_object().ok_or("expected an object")?;
        let Some(buckets) = row.get("timeSeries").and_then(Value::as_array) else {
            return self.bucket(row, row.get("name"), out);
        };
        for bucket in buckets {
            let read = bucket
                .as_object()
                .ok_or_else(|| "expected an object in `timeSeries`".to_owned())
                .and_then(|bucket| self.bucket(bucket, row.get("name"), out));
            if let Err(reason) = read {
                out.reject(reason, &bucket.to_string());
            }
        }
        Ok(())
    }
}

impl Reader {
    fn bucket(&self, row: &Map<String, Value>, facet: Option<&Value>, out: &mut Rows) -> Result<(), String> {
        let at = ["beginTimeSeconds", "timestamp"]
            .iter()
            .find_map(|name| row.get(*name))
            .ok_or("expected a time in `beginTimeSeconds`, found none")?;
        let at = time::epoch_value(at).ok_or("expected an epoch time in `beginTimeSeconds`")?;
        let mut series = self.series(row, facet);
        for (name, value) in row.iter().filter(|(name, _)| !is_reserved(name)) {
            measure(&mut series, name, value, at, out);
        }
        // Insights keeps the aggregates of a bucket in a list.
        for result in row.get("results").and_then(Value::as_array).into_iter().flatten() {
            for (name, value) in result.as_object().into_iter().flatten() {
                measure(&mut series, name, value, at, out);
            }
        }
        Ok(())
    }

    /// Texts are labels, and the facet is the component when no label names one.
    fn series(&self, row: &Map<String, Value>, facet: Option<&Value>) -> MetricSeries {
        let facet = row.get("facet").or(facet).map(|facet| match facet {
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            other => other.as_str().unwrap_or_default().to_owned(),
        });
        let labels = row
            .iter()
            .filter(|(name, _)| name.as_str() != "facet" && name.as_str() != "name")
            .filter_map(|(name, value)| value.as_str().map(|text| (name.clone(), text.to_owned())))
            .collect();
        MetricSeries::new(labels, facet.as_deref().filter(|facet| !facet.is_empty()).unwrap_or(&self.otherwise))
    }
}

fn is_reserved(name: &str) -> bool {
    ["beginTimeSeconds", "endTimeSeconds", "timestamp", "facet", "name", "results", "inspectedCount", "timeSeries"]
        .contains(&name)
}

/// Rows of one aggregate. `average.duration` is statistic `avg` of `duration`; a percentile is an
/// object with one number for each rank.
fn measure(series: &mut MetricSeries, name: &str, value: &Value, at: i64, out: &mut Rows) {
    let (function, metric) = match name.split_once('.') {
        Some((function, metric)) if is_statistic(function) || function == "percentile" => (function, metric),
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
}

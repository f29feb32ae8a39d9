//! Answers of Amazon CloudWatch: `aws cloudwatch get-metric-data` and `get-metric-statistics`.
//!
//! <https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/get-metric-data.html>
//!
//! ```json
//! {"MetricDataResults":[{"Id":"m1","Label":"origin 5xxErrorRate",
//!   "Timestamps":["2026-11-22T20:05:00+00:00","2026-11-22T20:04:00+00:00"],
//!   "Values":[41.2,7.9],"StatusCode":"Complete"}],"Messages":[]}
//! ```
//!
//! Out: `metric_samples`. A label is what CloudWatch or the user made it: its last word is the
//! metric and the words before it the entity, a statistic at the end left aside; a label of one
//! word is the metric, of the entity that the file name tells. Missing periods stay missing, and
//! neither order nor pages matter. A result that CloudWatch refused is a reject.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::{MetricSeries, is_statistic, statistic, stem_of};

/// Answers of CloudWatch.
#[derive(Debug)]
pub struct CloudwatchMetrics;

impl Source for CloudwatchMetrics {
    fn name(&self) -> &'static str {
        "cloudwatch_metrics"
    }

    fn about(&self) -> &'static str {
        "Output of `aws cloudwatch get-metric-data` or `get-metric-statistics`, saved as JSON."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let document = sample.json.as_ref().or(sample.ndjson.first())?;
        let (answer, is_list) = match document {
            Value::Array(pages) => (pages.first()?, true),
            other => (other, false),
        };
        if answer["MetricDataResults"].is_array() {
            let paths: &'static [&'static str] =
                if is_list { &["[].MetricDataResults[]"] } else { &["MetricDataResults[]"] };
            return Some(Layout::Json { paths });
        }
        let points = answer["Datapoints"].as_array()?;
        let is_ours =
            answer.get("Label").is_some() || points.first().is_some_and(|point| point.get("Timestamp").is_some());
        is_ours.then_some(Layout::Json { paths: if is_list { &["[]"] } else { &[""] } })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { otherwise: name_in_path(&file.sample.path) }))
    }
}

#[derive(Debug)]
struct Reader {
    otherwise: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if value.get("Datapoints").is_some() { self.statistics(&value, out) } else { self.data(&value, out) }
    }
}

impl Reader {
    fn data(&self, result: &Value, out: &mut Rows) -> Result<(), String> {
        let label = result["Label"].as_str().or(result["Id"].as_str()).unwrap_or_default();
        let series = self.series(label)?;
        let times = result["Timestamps"].as_array().ok_or("expected a list in `Timestamps`")?;
        let values = result["Values"].as_array().ok_or("expected a list in `Values`")?;
        let code = result["StatusCode"].as_str().unwrap_or_default();
        if values.is_empty() && ["InternalError", "Forbidden"].contains(&code) {
            return Err(format!("expected values, found the status {code}"));
        }
        if times.len() != values.len() {
            return Err(format!("expected {} values, found {}", times.len(), values.len()));
        }
        for (at, value) in times.iter().zip(values) {
            match (instant(at), value.as_f64()) {
                (Some(_), None) if value.is_null() => {}
                (Some(at), Some(value)) => series.sample(at, value, out),
                (None, _) => out.reject("expected a time in `Timestamps`", &format!("{at} {value}")),
                (_, None) => out.reject("expected a number in `Values`", &format!("{at} {value}")),
            }
        }
        Ok(())
    }

    fn statistics(&self, document: &Value, out: &mut Rows) -> Result<(), String> {
        let mut series = self.series(document["Label"].as_str().unwrap_or_default())?;
        for point in document["Datapoints"].as_array().ok_or("expected a list in `Datapoints`")? {
            let Some(at) = instant(&point["Timestamp"]) else {
                out.reject("expected a time in `Timestamp`", &point.to_string());
                continue;
            };
            let unit = point["Unit"].as_str().filter(|unit| *unit != "None").unwrap_or_default();
            unit.clone_into(&mut series.unit);
            let extended = point["ExtendedStatistics"].as_object();
            let fields = point.as_object().into_iter().flatten().chain(extended.into_iter().flatten());
            let mut is_empty = true;
            for (name, value) in fields.filter(|(name, _)| is_statistic(name)) {
                if let Some(value) = value.as_f64() {
                    series.sample_of(&statistic(name), at, value, out);
                    is_empty = false;
                }
            }
            if is_empty {
                out.reject("expected a statistic in a data point, found none", &point.to_string());
            }
        }
        Ok(())
    }

    fn series(&self, label: &str) -> Result<MetricSeries, String> {
        let mut words: Vec<&str> = label.split_whitespace().collect();
        let mut series = MetricSeries::default();
        if words.len() > 1 && words.last().is_some_and(|word| is_statistic(word)) {
            series.statistic = words.pop().map(statistic).unwrap_or_default();
        }
        words.pop().ok_or("expected a name in `Label`, found none")?.clone_into(&mut series.metric);
        series.entity = if words.is_empty() { self.otherwise.clone() } else { words.join(" ") };
        Ok(series)
    }
}

/// ISO 8601 text, or the epoch seconds of raw SDK dumps.
fn instant(value: &Value) -> Option<i64> {
    value.as_str().and_then(time::rfc3339).or_else(|| time::epoch_value(value))
}

/// Entity of labels that name none: the file name without the name of the command.
fn name_in_path(path: &str) -> String {
    let mut stem = stem_of(path);
    for command in ["get-metric-data", "get-metric-statistics", "cloudwatch"] {
        stem = stem.trim_end_matches(command).trim_start_matches(command).trim_matches(['-', '_', ' ']);
    }
    if stem.is_empty() { "*".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn reads_parallel_lists_and_rejects_the_broken_point() {
        let text = r#"{"MetricDataResults":[{"Id":"m1","Label":"origin 5xxErrorRate","Timestamps":
            ["2026-11-22T20:05:00+00:00","soon","2026-11-22T20:04:00Z"],"Values":[41.2,1,7.9],"StatusCode":"Complete"},
            {"Label":"hits","Timestamps":[1795377780],"Values":[1]},{"Label":"short","Timestamps":[],"Values":[1]}]}"#;
        let piece = read(&CloudwatchMetrics, "aws/edge-get-metric-data.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:05:00Z entity=origin metric=5xxErrorRate value=41.2",
                "time=2026-11-22T20:04:00Z entity=origin metric=5xxErrorRate value=7.9",
                "time=2026-11-22T20:03:00Z entity=edge metric=hits value=1.0",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time in `Timestamps`", "expected 0 values, found 1"]);
    }

    #[test]
    fn reads_statistics() {
        let text = r#"{"Label":"CPUUtilization","Datapoints":[{"Timestamp":"2026-11-22T20:04:00Z","Average":3.5,
            "ExtendedStatistics":{"p95":9},"Unit":"Percent"},{"Timestamp":"2026-11-22T20:05:00Z"},{}]}"#;
        let piece = read(&CloudwatchMetrics, "edge.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:04:00Z entity=edge metric=CPUUtilization statistic=avg value=3.5 unit=Percent",
                "time=2026-11-22T20:04:00Z entity=edge metric=CPUUtilization statistic=p95 value=9.0 unit=Percent",
            ]
        );
        assert_eq!(piece.rejects.len(), 2);
    }

    #[test]
    fn reads_pages_and_says_what_was_refused() {
        let text = r#"[{"MetricDataResults":[{"Label":"hits","Timestamps":[1795377780.0],"Values":[1],"StatusCode":"PartialData"}],"NextToken":"t"},
            {"MetricDataResults":[{"Label":"cost","Timestamps":[],"Values":[],"StatusCode":"Forbidden"}]}]"#;
        let piece = read(&CloudwatchMetrics, "edge.json", text);
        assert_eq!(rows_of(&piece, "metric_samples").len(), 1);
        assert_eq!(reasons(&piece), ["expected values, found the status Forbidden"]);
    }

    #[test]
    fn hostile_shapes_are_rejects() {
        let piece = read(&CloudwatchMetrics, "x.json", r#"{"MetricDataResults":[null,{"Label":""},{"Label":"a"},[]]}"#);
        assert_eq!(piece.rejects.len(), 4);
    }
}

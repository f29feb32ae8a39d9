//! Raw series of VictoriaMetrics, as `/api/v1/export` gives them: one JSON object a line with
//! parallel lists of values and times.
//!
//! <https://docs.victoriametrics.com/#how-to-export-data-in-json-line-format>
//!
//! ```json
//! {"metric":{"__name__":"origin_5xx_total","pod":"origin-0"},"values":[0,3,null],"timestamps":[1795377780000,1795377795000,1795377810000]}
//! {"metric":{"__name__":"origin_5xx_total","pod":"origin-1"},"values":[0],"timestamps":[1795377780000]}
//! ```
//!
//! Out: `metric_samples`. `null` and infinities are no values and leave no row. A series may
//! have several lines; of two samples at one instant the first counts. One without `__name__` is
//! named by the file.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::metric_series::stem_of;
use super::prometheus_range::series_of;

/// JSON lines of VictoriaMetrics.
#[derive(Debug)]
pub struct VictoriametricsExport;

impl Source for VictoriametricsExport {
    fn name(&self) -> &'static str {
        "victoriametrics_export"
    }

    fn about(&self) -> &'static str {
        "Series that VictoriaMetrics exports as JSON lines (`/api/v1/export`)."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        // A series can be one line longer than the sample, which then is JSON and not NDJSON.
        let first = sample.ndjson.first().or(sample.json.as_ref())?.as_object()?;
        let is_export = first.get("metric").is_some_and(Value::is_object)
            && first.get("values").is_none_or(Value::is_array)
            && (first.contains_key("timestamps") || first.contains_key("values") && !sample.is_whole)
            && first.keys().all(|key| ["metric", "values", "timestamps"].contains(&key.as_str()));
        is_export.then_some(Layout::Ndjson)
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
        let line = record.json()?;
        let labels = line["metric"].as_object().ok_or("expected labels in `metric`, found none")?;
        let series = series_of(labels, &self.file_stem);
        let values = line["values"].as_array().ok_or("expected a list in `values`")?;
        let times = line["timestamps"].as_array().ok_or("expected a list in `timestamps`")?;
        if values.len() != times.len() {
            return Err(format!("expected {} timestamps, found {}", values.len(), times.len()));
        }
        for (value, at) in values.iter().zip(times) {
            let is_no_value = value.is_null() || ["Infinity", "-Infinity", "NaN"].iter().any(|name| value == name);
            match (time::epoch_value(at), value.as_f64()) {
                (Some(_), _) if is_no_value => {}
                (Some(at), Some(value)) => series.sample(at, value, out),
                (None, _) => out.reject("expected an epoch time in `timestamps`", &format!("{at} {value}")),
                (_, None) => out.reject("expected a number in `values`", &format!("{at} {value}")),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn reads_lines_and_rejects_the_broken_ones() {
        let text = concat!(
            r#"{"metric":{"__name__":"errors_total","pod":"origin-0"},"values":[0,null,"Infinity",true],"timestamps":[1795377780000,1795377795000,1795377810000,1795377825000]}"#,
            "\n",
            r#"{"metric":{"__name__":"errors_total","pod":"origin-1"},"values":[0,1],"timestamps":[1795377780000]}"#,
            "\n",
            "{\"metric\":\n",
        );
        let piece = read(&VictoriametricsExport, "e.json", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:03:00Z entity=origin-0 metric=errors_total value=0.0"]
        );
        let reasons = reasons(&piece);
        assert_eq!(reasons[..2], ["expected a number in `values`", "expected 2 timestamps, found 1"]);
        assert_eq!(reasons.len(), 3);
    }

    #[test]
    fn a_series_without_a_name_has_that_of_the_file() {
        let text = r#"{"metric":{"job":"a"},"values":[1],"timestamps":[1795377780000]}"#;
        let rows = rows_of(&read(&VictoriametricsExport, "queue.depth.ndjson", text), "metric_samples");
        assert_eq!(rows, ["time=2026-11-22T20:03:00Z entity=a metric=queue.depth value=1.0"]);
    }
}

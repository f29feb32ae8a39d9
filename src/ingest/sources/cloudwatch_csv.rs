//! Metrics of an Amazon CloudWatch graph, downloaded from the console as CSV: a few rows that name
//! the series, then one row an instant.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph_metrics.html>
//!
//! ```text
//! Id,m1,m2
//! Label,5xxErrorRate,Requests
//! 2026/11/22 20:04:00,41.2,812
//! ```
//!
//! The layout is not published: rows before the first time are taken by the word they begin with,
//! and a file is one of these when two of `Id`, `Label` and `Full label` are among them. Out:
//! `metric_samples`. A series is called by its label, else its full label, else its id; a label
//! `instance-1 CPUUtilization` says what was measured by its first part. Namespace, statistic,
//! region and dimensions are taken when they have a row. Times carry no offset and are in the zone
//! of the case; empty cells leave no row.

use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvSample, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::NumberFormat;

use super::metric_series::{MetricSeries, statistic, stem_of};

/// Metrics of the CloudWatch console.
#[derive(Debug)]
pub struct CloudwatchCsv;

/// Rows that name the series, the best first.
const NAMES: &[&str] = &["label", "full label", "id"];

/// Rows that say nothing of what was measured.
const IGNORED: &[&str] = &["period", "account", "account id", "accountid", "color", "y axis", "yaxis", "details"];

impl Source for CloudwatchCsv {
    fn name(&self) -> &'static str {
        "cloudwatch_csv"
    }

    fn about(&self) -> &'static str {
        "Metrics of an Amazon CloudWatch graph, downloaded from the console as CSV."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let csv = sample.csv.as_ref()?;
        let first = first_instant(csv)?;
        let named = csv.records[..first].iter().filter(|record| NAMES.contains(&word(record).as_str())).count();
        (named >= 2).then_some(Layout::Csv { header: Some(first - 1), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let csv = file.sample.csv.as_ref().ok_or("expected delimited text, found none")?;
        let first = first_instant(csv).ok_or("expected a row that begins with a time, found none")?;
        let about: Vec<(String, &Vec<String>)> =
            csv.records[..first].iter().map(|record| (word(record), record)).collect();
        let width = csv.records.iter().map(Vec::len).max().unwrap_or_default();
        let columns = (1..width).map(|at| {
            let series = series(&about, at, stem_of(&file.sample.path));
            (series, NumberFormat::learn(&file.sampled(at), file.decimal))
        });
        let times = TimeFormat::learn(&file.sampled(0), file.zone);
        Ok(Box::new(Reader { times, columns: columns.collect() }))
    }
}

/// The word that a row begins with.
fn word(record: &[String]) -> String {
    record.first().map_or_else(String::new, |cell| fold(cell).trim_end_matches(':').to_owned())
}

/// Position of the first record that begins with a time, behind at least one that does not.
fn first_instant(csv: &CsvSample) -> Option<usize> {
    let is_time = |record: &Vec<String>| {
        let cell = record.first().map_or("", |cell| cell.trim());
        cell.len() >= 10 && cell.starts_with("20") && cell.contains(':') && record.len() > 1
    };
    csv.records.iter().take(20).position(is_time).filter(|at| *at > 0)
}

/// The series of a column, as the rows about it say.
fn series(about: &[(String, &Vec<String>)], at: usize, otherwise: &str) -> Option<MetricSeries> {
    let cell = |record: &Vec<String>| record.get(at).map_or("", |cell| cell.trim()).to_owned();
    let of = |wanted: &str| about.iter().find(|(word, _)| word == wanted).map(|(_, record)| cell(record));
    let name = NAMES.iter().find_map(|name| of(name).filter(|text| !text.is_empty()))?;
    let is_known = |word: &str| {
        NAMES.contains(&word)
            || IGNORED.contains(&word)
            || matches!(word, "" | "statistic" | "stat" | "metric name" | "unit")
    };
    let labels: Vec<(String, String)> = about
        .iter()
        .filter(|(word, _)| !is_known(word))
        .map(|(word, record)| {
            (word.trim_start_matches("dimension").trim_start_matches([':', ' ']).to_owned(), cell(record))
        })
        .collect();
    let metric = of("metric name").filter(|text| !text.is_empty());
    let (part, last) = name.rsplit_once(' ').unwrap_or(("", &name));
    let entity = if part.is_empty() || metric.is_some() { otherwise } else { part };
    let mut series = MetricSeries::new(labels, entity);
    series.metric = metric.unwrap_or_else(|| last.to_owned());
    series.statistic = statistic(&of("statistic").or_else(|| of("stat")).unwrap_or_default());
    series.unit = of("unit").unwrap_or_default();
    Some(series)
}

#[derive(Debug)]
struct Reader {
    times: TimeFormat,
    /// Series of the columns behind the time.
    columns: Vec<(Option<MetricSeries>, NumberFormat)>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let time = self.times.parse(record.field(0))?.ok_or("expected a time, found none")?;
        for (at, (series, numbers)) in self.columns.iter().enumerate() {
            let Some(series) = series else { continue };
            match numbers.parse(record.field(at + 1)) {
                Ok(Some(value)) => series.sample(time, value, out),
                Ok(None) => {}
                Err(reason) => out.reject(format!("{reason} for `{}`", series.metric), record.field(at + 1)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_series_by_the_rows_about_them() {
        let text = "Full label,origin 5xxErrorRate,edge Requests\nId,m1,m2\nRegion,eu-west-3,eu-west-3\nStatistic,Average,Sum\n\
            2026/11/22 20:05:00,41.2,\n2026/11/22 20:04:00,many,812\nnoon,1,2\n";
        let piece = read(&CloudwatchCsv, "graph.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:05:00Z entity=origin metric=5xxErrorRate statistic=avg value=41.2 region=eu-west-3",
                "time=2026-11-22T20:04:00Z entity=edge metric=Requests statistic=sum value=812.0 region=eu-west-3",
            ]
        );
        assert_eq!(
            reasons(&piece),
            ["expected a number, found `many` for `5xxErrorRate`", "expected a time, found `noon`"]
        );
    }

    #[test]
    fn a_metric_with_a_name_of_its_own_row() {
        let text = "Id,m1\nLabel,errors at the edge\nMetric name,5xxErrorRate\nDimension: LoadBalancer,app/live/1f0c\n2026-11-22 20:04,3\n";
        let rows = rows_of(&read(&CloudwatchCsv, "graph.csv", text), "metric_samples");
        assert_eq!(rows, ["time=2026-11-22T20:04:00Z entity=app/live/1f0c metric=5xxErrorRate value=3.0"]);
    }

    #[test]
    fn leaves_other_tables_alone() {
        for text in [
            "Time,Label\n2026-11-22 20:04:00,3\n",
            "Label,a\n2026-11-22 20:04:00,3\n",
            "2026-11-22 20:04:00,3\n",
            "Id,Label\n1,2\n",
        ] {
            assert_eq!(CloudwatchCsv.recognise(&sample("x.csv", text)), None, "{text}");
        }
    }
}

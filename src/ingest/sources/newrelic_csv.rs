//! Tables of New Relic downloaded as CSV: one row a bucket, a facet or an event, columns named by
//! the query.
//!
//! <https://docs.newrelic.com/docs/query-your-data/explore-query-data/dashboards/dashboards-charts-import-export-data/>
//!
//! ```text
//! beginTimeSeconds,endTimeSeconds,facet,count,average.duration
//! 1795377600,1795377660,player-api,4211,0.182
//! 1795377660,1795377720,player-api,0,
//! ```
//!
//! Out: `metric_samples`, as of the JSON: the function of a column is the statistic, texts are
//! dimensions, an empty cell leaves no row. How times are written is not published: epochs, ISO
//! and local texts are read, without an offset in the zone of the case. Is known by a column that
//! only New Relic names so (`beginTimeSeconds`), or by functions in the header beside a time.

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::NumberFormat;

use super::metric_series::{MetricSeries, is_statistic, stem_of};
use super::newrelic_nrql::measure;

/// CSV of New Relic.
#[derive(Debug)]
pub struct NewrelicCsv;

/// Columns that hold the time of a row, the best first; compared without spaces.
const TIMES: &[&str] = &["begintimeseconds", "begintime", "timestamp", "timestamp(ms)", "starttime", "time", "date"];

/// Columns that say nothing of their own.
const ENDS: &[&str] = &["endtimeseconds", "endtime", "inspectedcount", "comparison"];

/// Words before a column that say how it was aggregated, and the function they stand for.
const WORDS: &[(&str, &str)] = &[
    ("avg ", "average."),
    ("average ", "average."),
    ("sum ", "sum."),
    ("max ", "max."),
    ("min ", "min."),
    ("uniques ", "uniqueCount."),
    ("total ", "sum."),
];

impl Source for NewrelicCsv {
    fn name(&self) -> &'static str {
        "newrelic_csv"
    }

    fn about(&self) -> &'static str {
        "Table of a New Relic query (NRQL), downloaded as CSV."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let name = fold(sample.path.rsplit('/').next().unwrap_or_default());
        let is_named =
            ["newrelic", "new relic", "new_relic", "new-relic", "nrql"].iter().any(|word| name.contains(word));
        let header = sample.csv.as_ref()?.records.iter().take(20).position(|record| {
            let cells: Vec<String> = record.iter().map(|cell| plain(cell)).collect();
            let has = |wanted: &str| cells.iter().any(|cell| cell == wanted);
            let has_time = TIMES.iter().any(|time| has(time));
            let has_function = record.iter().any(|cell| function_of(cell).is_some());
            cells.len() > 1
                && (has("begintimeseconds") || has_time && has_function && (is_named || has("facet") || has("endtime")))
        })?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let cells: Vec<String> = file.header.iter().map(|cell| plain(cell)).collect();
        let at = |wanted: &str| cells.iter().position(|cell| cell == wanted);
        let time = file.column("time", &[]).or_else(|| TIMES.iter().find_map(|name| at(name)));
        let time = time.ok_or("expected a column with the time, found none")?;
        let facet = at("facet");
        let others = (0..file.header.len())
            .filter(|at| *at != time && Some(*at) != facet && !ENDS.contains(&cells[*at].as_str()));
        let mut reader = Reader {
            times: TimeFormat::learn(&file.sampled(time), file.zone),
            time,
            facet,
            measures: Vec::new(),
            labels: Vec::new(),
            otherwise: stem_of(&file.sample.path).to_owned(),
        };
        for at in others {
            let sampled = file.sampled(at);
            let numbers = NumberFormat::learn(&sampled, file.decimal);
            let is_number = sampled.iter().filter(|cell| numbers.parse(cell).is_ok()).count() * 2 > sampled.len();
            let name = file.header[at].trim();
            if is_number || sampled.is_empty() && function_of(name).is_some() {
                reader.measures.push((at, function_of(name).unwrap_or_else(|| name.to_owned()), numbers));
            } else {
                reader.labels.push((at, name.to_owned()));
            }
        }
        if reader.measures.is_empty() {
            return Err("expected a column of numbers, found none".into());
        }
        Ok(Box::new(reader))
    }
}

fn plain(name: &str) -> String {
    fold(name).replace([' ', '_'], "")
}

/// The aggregate that a column is, as `function.attribute`: written so, as `average(duration)`, or
/// in words; `None` when the name is that of no function.
fn function_of(name: &str) -> Option<String> {
    let name = name.trim();
    if let Some((function, rest)) = name.split_once('(') {
        let arguments: Vec<&str> = rest.trim_end_matches(')').split(',').map(str::trim).collect();
        let attribute = arguments.first().copied().filter(|attribute| *attribute != "*" && !attribute.is_empty());
        let function = function.trim();
        if function.eq_ignore_ascii_case("percentile") {
            return Some(format!("p{}.{}", arguments.get(1).copied().unwrap_or("95"), attribute?));
        }
        let is_known = is_statistic(function) || ["percentage", "filter", "apdex"].contains(&function);
        return is_known.then(|| attribute.map_or(function.to_owned(), |attribute| format!("{function}.{attribute}")));
    }
    if let Some((function, _)) = name.split_once('.').filter(|(function, _)| is_statistic(function)) {
        return Some(name.to_owned()).filter(|_| !function.is_empty());
    }
    let folded = name.to_ascii_lowercase();
    let word = WORDS.iter().find(|(word, _)| folded.starts_with(word));
    if let Some((word, function)) = word {
        return Some(format!("{function}{}", name.get(word.len()..)?));
    }
    ["count", "rate"].contains(&folded.as_str()).then_some(folded)
}

#[derive(Debug)]
struct Reader {
    times: TimeFormat,
    time: usize,
    facet: Option<usize>,
    measures: Vec<(usize, String, NumberFormat)>,
    labels: Vec<(usize, String)>,
    otherwise: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let at = self.times.parse(record.field(self.time))?.ok_or("expected a time, found none")?;
        let facet = self.facet.map_or("", |at| record.field(at));
        let labels = self.labels.iter().map(|(at, name)| (name.clone(), record.field(*at).to_owned()));
        let mut series = MetricSeries::new(labels.collect(), if facet.is_empty() { &self.otherwise } else { facet });
        for (column, name, numbers) in &self.measures {
            match numbers.parse(record.field(*column)) {
                Ok(Some(number)) => measure(&mut series, name, &serde_json::Value::from(number), at, out),
                Ok(None) => {}
                Err(reason) => out.reject(format!("{reason} in `{name}`"), record.field(*column)),
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
    fn reads_buckets_and_rejects_broken_ones() {
        let text = "beginTimeSeconds,endTimeSeconds,facet,region,count,average.duration,\"percentile(duration, 95)\"\n\
                    1795377600,1795377660,player-api,west,4,0.5,\n1795377660,1795377720,player-api,west,0,,1.5\n\
                    soon,1,player-api,west,1,1,1\n1795377720,1,player-api,west,many,,\n";
        let piece = read(&NewrelicCsv, "chart.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:00:00Z entity=player-api metric=count statistic=count value=4.0 region=west",
                "time=2026-11-22T20:00:00Z entity=player-api metric=duration statistic=avg value=0.5 region=west",
                "time=2026-11-22T20:01:00Z entity=player-api metric=count statistic=count value=0.0 region=west",
                "time=2026-11-22T20:01:00Z entity=player-api metric=duration statistic=p95 value=1.5 region=west",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `soon`", "expected a number, found `many` in `count`"]);
    }

    #[test]
    fn reads_local_times_and_words_for_functions() {
        let text = "Timestamp;Facet;Avg duration\n22/11/2026 20:00:00;cart;0,5\n23/11/2026 20:00:00;cart;0,25\n";
        let rows = rows_of(&read(&NewrelicCsv, "chart.csv", text), "metric_samples");
        assert_eq!(rows[0], "time=2026-11-22T20:00:00Z entity=cart metric=duration statistic=avg value=0.5");
    }

    #[test]
    fn leaves_other_tables_alone() {
        for text in ["timestamp,count\n1795377600,3\n", "time,facet,value\n1,2,3\n", "date,errors,facet\n1,2,3\n"] {
            assert_eq!(NewrelicCsv.recognise(&sample("exports/x.csv", text)), None, "{text}");
        }
        assert!(NewrelicCsv.recognise(&sample("exports/newrelic_x.csv", "timestamp,count\n1795377600,3\n")).is_some());
    }
}

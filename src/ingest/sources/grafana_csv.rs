//! Panel data of Grafana: "Inspect > Data > Download CSV", one series or several joined by time.
//!
//! <https://grafana.com/docs/grafana/latest/panels-visualizations/panel-inspector/>
//!
//! ```text
//! "Time","{__name__=""up"", instance=""origin-0:9090"", job=""origin""}","{__name__=""up"", job=""cart""}"
//! 1795377780000,1,
//! 2026-11-22 21:04:00,"1,204.5%",0.4%
//! ```
//!
//! Out: `metric_samples`. A series is named by its labels; one that has only a legend has it as
//! entity, and the title of the panel, which begins the file name, as metric, unless the legend
//! names a count itself (`attempts`, `origin errors`). Of two columns of one name the later has
//! its number as dimension `series`. Columns of text are dimensions, but for the series of the
//! long form (`Series;Time;Value`). Times without an offset are those of the dashboard: the zone
//! of the case. Values that Grafana scaled for reading (`950 ms`, `1.25 s`, `1.2K req/s`) are
//! brought back to one unit; truth values are 1 and 0. An empty cell and an infinity are no value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{self, NumberFormat};

use super::metric_series::{MetricSeries, stem_of};
use super::prometheus_range::series_of;

/// Panel data of Grafana.
#[derive(Debug)]
pub struct GrafanaCsv;

impl Source for GrafanaCsv {
    fn name(&self) -> &'static str {
        "grafana_csv"
    }

    fn about(&self) -> &'static str {
        "Panel data of Grafana, downloaded as CSV from the panel inspector."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let csv = sample.csv.as_ref()?;
        let is_named = is_named_by_grafana(&sample.path);
        let is_quoted = sample.text.contains("\"Time\"");
        let header = csv.records.iter().take(3).enumerate().find(|(at, record)| {
            let is_panel = || time_column(record).is_some() && (is_quoted || is_named);
            // A time column that was renamed or is in the language of the user.
            let is_renamed =
                || is_named || record.iter().skip(1).any(|cell| labels(cell).is_some_and(|l| !l.is_empty()));
            record.len() > 1 && (is_panel() || is_renamed() && holds_times(&csv.records[at + 1..]))
        });
        header.map(|(at, _)| Layout::Csv { header: Some(at), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let time = file.column("time", &[]).or_else(|| time_column(file.header)).unwrap_or(0);
        let panel = panel_in_path(&file.sample.path);
        let others = (0..file.header.len()).filter(|at| *at != time);
        let (series, labels): (Vec<usize>, Vec<usize>) = others.partition(|at| is_numeric(&file.sampled(*at)));
        let cells: Vec<&str> = series.iter().flat_map(|at| file.sampled(*at)).map(|cell| split_unit(cell).0).collect();
        let is_semicolon = file.sample.csv.as_ref().is_some_and(|csv| csv.delimiter == b';');
        // Where the list separator is `;`, the locale has a decimal comma.
        let comma =
            is_semicolon && cells.iter().all(|cell| !cell.contains('.')) && cells.iter().any(|cell| cell.contains(','));
        let decimal = file.decimal.or(comma.then_some(','));
        // A series of the long form stands in a column of its own.
        let long = labels.iter().copied().find(|at| file.header[*at].trim() == "Series");
        Ok(Box::new(Reader {
            time,
            times: TimeFormat::learn(&file.sampled(time), file.zone),
            numbers: NumberFormat::learn(&cells, decimal),
            series: series.into_iter().map(|at| Column::new(at, file, panel)).collect(),
            long,
            labels: labels
                .into_iter()
                .filter(|at| Some(*at) != long)
                .map(|at| (at, file.header[at].trim().to_owned()))
                .collect(),
            panel: panel.to_owned(),
        }))
    }
}

/// The column of times: `Time`, first but in the oldest exports (`Series;Time;Value`).
fn time_column(header: &[String]) -> Option<usize> {
    header.iter().take(2).position(|cell| cell.trim().trim_matches('\u{feff}') == "Time")
}

/// Whether a file has the name that Grafana gives: `Panel-data-2026-11-22 21_04_00.csv`, or with
/// `-data-as-` for joined series.
fn is_named_by_grafana(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split("-data-").skip(1).any(|rest| rest.starts_with("as-") || rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the first cells of all records are times, as Grafana writes them.
fn holds_times(records: &[Vec<String>]) -> bool {
    let cells = || records.iter().filter_map(|record| record.first()).map(|cell| cell.trim());
    let is_time = |cell: &str| {
        let bytes = cell.as_bytes();
        cell.len() == 13 && bytes.iter().all(u8::is_ascii_digit)
            || bytes.len() >= 19 && bytes[4] == b'-' && bytes[7] == b'-' && matches!(bytes[10], b' ' | b'T')
    };
    cells().next().is_some() && cells().filter(|cell| is_time(cell)).count() * 10 >= cells().count() * 9
}

/// Title of the panel: what stands before `-data-` in the file name, or the whole stem.
fn panel_in_path(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.find("-data-").map_or_else(|| stem_of(name), |at| &name[..at]).trim()
}

/// Whether a column holds numbers, or truth values; an empty one may.
fn is_numeric(cells: &[&str]) -> bool {
    cells.is_empty()
        || cells.iter().all(|cell| matches!(*cell, "true" | "false"))
        || cells.iter().any(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '+')))
}

#[derive(Debug)]
struct Column {
    at: usize,
    series: MetricSeries,
    /// What the column is called, for rejects.
    name: String,
}

impl Column {
    fn new(at: usize, file: &FileContext<'_>, panel: &str) -> Self {
        let name = file.header[at].trim().to_owned();
        let mut series = series_named(&name, panel);
        let earlier = file.header[..at].iter().filter(|earlier| earlier.trim() == name).count();
        if earlier > 0 {
            series.add_dimension("series", (earlier + 1).to_string());
        }
        let unit = file.sampled(at).iter().map(|cell| split_unit(cell).1).find(|unit| !unit.is_empty());
        base_unit(unit.unwrap_or_default()).0.clone_into(&mut series.unit);
        Self { at, series, name }
    }
}

/// The series that a column or a cell names, by labels or by a legend.
fn series_named(name: &str, panel: &str) -> MetricSeries {
    let legend = |entity: &str, metric: &str| MetricSeries {
        entity: entity.to_owned(),
        metric: metric.to_owned(),
        ..MetricSeries::default()
    };
    let mut series = match labels(name) {
        // Two columns may show one series twice.
        Some(labels) => MetricSeries { identity: String::new(), ..series_of(&labels, panel) },
        None if name == "Value" || name.is_empty() => legend(panel, panel),
        None => match counted(name) {
            Some("") => legend(panel, name),
            Some(before) => legend(before, name),
            None => legend(name, panel),
        },
    };
    if series.entity == "*" {
        panel.clone_into(&mut series.entity);
    }
    series
}

/// What stands before the last word of a legend that names a count, as attempts and failures are
/// counted; `None` for any other legend.
fn counted(legend: &str) -> Option<&str> {
    const COUNTS: &[&str] = &["attempts", "requests", "failures", "errors", "viewers", "sessions"];
    let (before, last) = legend.rsplit_once(' ').unwrap_or(("", legend));
    let last = last.to_ascii_lowercase();
    COUNTS.iter().any(|word| last.ends_with(word)).then_some(before.trim())
}

#[derive(Debug)]
struct Reader {
    time: usize,
    times: TimeFormat,
    numbers: NumberFormat,
    series: Vec<Column>,
    long: Option<usize>,
    labels: Vec<(usize, String)>,
    panel: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        if (0..record.len()).all(|at| record.field(at).is_empty()) {
            return Ok(());
        }
        let time = self.times.parse(record.field(self.time))?.ok_or("expected a time in `Time`, found none")?;
        for column in &self.series {
            match self.value(&column.series, record.field(column.at)) {
                Ok(Some(value)) if self.labels.is_empty() && self.long.is_none() => {
                    column.series.sample(time, value, out);
                }
                Ok(Some(value)) => self.labelled(&column.series, record).sample(time, value, out),
                Ok(None) => {}
                Err(reason) => out.reject(format!("{reason} in `{}`", column.name), record.field(column.at)),
            }
        }
        Ok(())
    }
}

impl Reader {
    fn value(&self, series: &MetricSeries, cell: &str) -> Result<Option<f64>, String> {
        if values::is_null(cell) || matches!(cell, "Infinity" | "-Infinity" | "+Inf" | "-Inf" | "Inf" | "∞" | "-∞")
        {
            return Ok(None);
        }
        if let "true" | "false" = cell {
            return Ok(Some(if cell == "true" { 1.0 } else { 0.0 }));
        }
        let (number, unit) = split_unit(cell);
        let number = self.numbers.parse(number)?;
        let (base, times, by) = base_unit(unit);
        if !base.is_empty() && !series.unit.is_empty() && base != series.unit {
            return Err(format!("expected a value in `{}`, found `{unit}`", series.unit));
        }
        Ok(number.map(|number| number * times / by))
    }

    /// The series with the labels of one record.
    fn labelled(&self, series: &MetricSeries, record: &CsvRecord) -> MetricSeries {
        let labels = self.labels.iter().map(|(at, name)| (name.clone(), record.field(*at).to_owned()));
        let named = self.long.map(|at| series_named(record.field(at), &self.panel));
        let series = MetricSeries { unit: series.unit.clone(), ..named.unwrap_or_else(|| series.clone()) };
        let mut found = MetricSeries::new(labels.collect(), &series.entity);
        found.metric.clone_from(&series.metric);
        found.unit.clone_from(&series.unit);
        found.statistic.clone_from(&series.statistic);
        for (name, value) in &series.dimensions {
            found.add_dimension(name, value.clone());
        }
        found
    }
}

/// Labels of a series name: `{__name__="up", job="a"}`, `up{job="a"}`; `None` for a legend.
fn labels(name: &str) -> Option<Map<String, Value>> {
    let (metric, rest) = name.split_once('{')?;
    let mut rest = rest.strip_suffix('}')?;
    let mut labels = Map::new();
    if !metric.trim().is_empty() {
        labels.insert("__name__".to_owned(), Value::from(metric.trim()));
    }
    while !rest.trim().is_empty() {
        let (key, value) = rest.split_once("=\"")?;
        let end = closing_quote(value)?;
        let text: Cow<'_, str> = Cow::Borrowed(&value[..end]);
        let text =
            if text.contains('\\') { Cow::Owned(text.replace("\\\"", "\"").replace("\\\\", "\\")) } else { text };
        labels.insert(key.trim_matches([',', ' ']).to_owned(), Value::from(text.into_owned()));
        rest = value[end + 1..].trim_start_matches([',', ' ']);
    }
    Some(labels)
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

/// Number and unit of a cell: `3.4 Mb/s` is `3.4` and `Mb/s`. A unit never begins with a digit;
/// an exponent belongs to the number.
fn split_unit(cell: &str) -> (&str, &str) {
    let cell = cell.trim();
    let end = cell
        .char_indices()
        .find(|(at, c)| {
            c.is_alphabetic() && !is_exponent(cell, *at) || matches!(c, '%' | '°' | '$' | '€' | '£') && *at > 0
        })
        .map_or(cell.len(), |(at, _)| at);
    if end == 0 || matches!(cell, "true" | "false") {
        return (cell, "");
    }
    (cell[..end].trim(), cell[end..].trim())
}

fn is_exponent(cell: &str, at: usize) -> bool {
    let bytes = cell.as_bytes();
    let follows = bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
    matches!(bytes[at], b'e' | b'E') && at > 0 && bytes[at - 1].is_ascii_digit() && follows
}

/// The unit that values scaled for reading are brought back to, and what they are multiplied and
/// divided by (a division keeps 950 ms at 0.95 s).
fn base_unit(unit: &str) -> (&str, f64, f64) {
    const KIBI: f64 = 1024.0;
    // `1.2K req/s`: a scaled count of something.
    if let Some((scale, base)) = unit.split_once(' ')
        && let Some(times) = scale_of(scale)
    {
        return (base.trim(), times, 1.0);
    }
    let (base, times, by) = match unit {
        "ns" => ("s", 1.0, 1e9),
        "µs" | "μs" | "us" => ("s", 1.0, 1e6),
        "ms" => ("s", 1.0, 1e3),
        "s" | "sec" | "secs" => ("s", 1.0, 1.0),
        "min" | "mins" => ("s", 60.0, 1.0),
        "h" | "hour" | "hours" => ("s", 3600.0, 1.0),
        "d" | "day" | "days" => ("s", 86_400.0, 1.0),
        "week" | "weeks" => ("s", 604_800.0, 1.0),
        "kb" => ("b", 1e3, 1.0),
        "Mb" => ("b", 1e6, 1.0),
        "Gb" => ("b", 1e9, 1.0),
        "kB" => ("B", 1e3, 1.0),
        "MB" => ("B", 1e6, 1.0),
        "GB" => ("B", 1e9, 1.0),
        "TB" => ("B", 1e12, 1.0),
        "KiB" => ("B", KIBI, 1.0),
        "MiB" => ("B", KIBI * KIBI, 1.0),
        "GiB" => ("B", KIBI * KIBI * KIBI, 1.0),
        "TiB" => ("B", KIBI * KIBI * KIBI * KIBI, 1.0),
        "kb/s" => ("b/s", 1e3, 1.0),
        "Mb/s" => ("b/s", 1e6, 1.0),
        "Gb/s" => ("b/s", 1e9, 1.0),
        "Tb/s" => ("b/s", 1e12, 1.0),
        "kB/s" => ("B/s", 1e3, 1.0),
        "MB/s" => ("B/s", 1e6, 1.0),
        "GB/s" => ("B/s", 1e9, 1.0),
        "KiB/s" => ("B/s", KIBI, 1.0),
        "MiB/s" => ("B/s", KIBI * KIBI, 1.0),
        "GiB/s" => ("B/s", KIBI * KIBI * KIBI, 1.0),
        other => match scale_of(other).filter(|_| other != "B") {
            Some(times) => ("", times, 1.0),
            None => (other, 1.0, 1.0),
        },
    };
    (base, times, by)
}

/// What a word before a unit, or in its place, multiplies by.
fn scale_of(word: &str) -> Option<f64> {
    match word {
        "K" | "k" => Some(1e3),
        "M" | "Mil" => Some(1e6),
        "B" | "G" | "Bil" | "Bn" => Some(1e9),
        "T" | "Tri" => Some(1e12),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_joined_series_and_rejects_a_broken_cell() {
        let text = "sep=,\n\"Time\",\"{__name__=\"\"errors\"\", job=\"\"cart\"\", zone=\"\"w\"\"}\",\"5xx ratio\"\n\
                    1795377780000,1,\n2026-11-22 20:04:00,x,\"1,204.5%\"\nnoon,1,1\n";
        let piece = read(&GrafanaCsv, "m/API health-data-as-joinbyfield-2026-11-23 10_00_00.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=cart metric=errors value=1.0 zone=w",
                "time=2026-11-22T20:04:00Z entity=5xx ratio metric=API health value=1204.5 unit=%",
            ]
        );
        assert!(reasons(&piece)[0].ends_with("in `{__name__=\"errors\", job=\"cart\", zone=\"w\"}`"));
        assert_eq!(piece.rejects.len(), 2);
    }

    #[test]
    fn brings_scaled_values_back_to_one_unit() {
        let text = "\"Time\",\"p95\"\n1795377780000,950 ms\n1795377840000,1.25 s\n1795377900000,3 MiB\n";
        let piece = read(&GrafanaCsv, "latency-data-2026-11-23 10_00_00.csv", text);
        let rows = rows_of(&piece, "metric_samples");
        assert_eq!(rows[0], "time=2026-11-22T20:03:00Z entity=p95 metric=latency value=0.95 unit=s");
        assert!(rows[1].ends_with("value=1.25 unit=s"));
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn reads_a_semicolon_locale_and_label_columns() {
        let text = "\"Time\";\"service\";\"Value\"\n1795377780000;cart;0,125\n1795377840000;;7\n";
        let piece = read(&GrafanaCsv, "hits.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=cart metric=hits value=0.125",
                "time=2026-11-22T20:04:00Z entity=hits metric=hits value=7.0",
            ]
        );
    }

    #[test]
    fn leaves_tidy_tables_alone() {
        for text in [
            "time,entity,metric,value\n2026-11-22T20:04:00Z,a,b,1\n",
            "Time,value\n1,2\n",
            "\"Timestamp\",\"Mood\"\n1,2\n",
            "",
        ] {
            assert_eq!(GrafanaCsv.recognise(&sample("x.csv", text)), None, "{text}");
        }
        for name in ["{", "{a=\"", "{a=\"\\}", "{a}", "a{}", "{é=\"é\"}"] {
            let _ = labels(name);
        }
    }

    #[test]
    fn counts_keep_their_name() {
        let text = "\"Time\",\"attempts\",\"cart errors\",\"cart\"\n1795377780000,5,1,0\n";
        assert_eq!(
            rows_of(&read(&GrafanaCsv, "Playback-data-2026-11-23 10_00_00.csv", text), "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=Playback metric=attempts value=5.0",
                "time=2026-11-22T20:03:00Z entity=cart metric=cart errors value=1.0",
                "time=2026-11-22T20:03:00Z entity=cart metric=Playback value=0.0",
            ]
        );
    }

    #[test]
    fn columns_of_one_name_are_told_apart_and_truth_is_a_number() {
        let text = "\"Time\",\"up\",\"up\"\n2026-11-22 20:03:00.250,true,1\n2026-11-22 20:03:15,false,Infinity\n\n";
        assert_eq!(
            rows_of(&read(&GrafanaCsv, "State-data-2026-11-23 10_00_00.csv", text), "metric_samples"),
            [
                "time=2026-11-22T20:03:00.250Z entity=up metric=State value=1.0",
                "time=2026-11-22T20:03:00.250Z entity=up metric=State value=1.0 series=2",
                "time=2026-11-22T20:03:15Z entity=up metric=State value=0.0",
            ]
        );
    }

    #[test]
    fn the_long_form_names_its_series_in_a_column() {
        let text = "\"Series\";\"Time\";\"Value\"\n\"up{job=\"\"origin\"\"}\";2026-11-22T20:03:00+00:00;1\ncart;2026-11-22T20:03:00+00:00;2\n";
        assert_eq!(
            rows_of(&read(&GrafanaCsv, "health.csv", text), "metric_samples"),
            [
                "time=2026-11-22T20:03:00Z entity=origin metric=up value=1.0",
                "time=2026-11-22T20:03:00Z entity=cart metric=health value=2.0",
            ]
        );
    }

    #[test]
    fn scaled_counts_are_brought_back() {
        let text = "\"Time\",\"load\"\n1795377780000,1.2K req/s\n1795377840000,900 req/s\n1795377900000,2 B req/s\n";
        let rows = rows_of(&read(&GrafanaCsv, "load-data-2026-11-23 10_00_00.csv", text), "metric_samples");
        assert!(
            rows[0].ends_with("value=1200.0 unit=req/s") && rows[2].ends_with("value=2000000000.0 unit=req/s"),
            "{rows:?}"
        );
    }

    #[test]
    fn a_renamed_time_column_is_found_by_the_file_name_or_by_labels() {
        let times = "\n1795377780000,1\n1795377840000,2\n";
        let named = format!("\"Heure\",\"cart\"{times}");
        assert!(GrafanaCsv.recognise(&sample("Load-data-2026-11-23 10_00_00.csv", &named)).is_some());
        assert_eq!(GrafanaCsv.recognise(&sample("load.csv", &named)), None);
        let labelled = format!("Heure,\"{{__name__=\"\"up\"\", job=\"\"a\"\"}}\"{times}");
        assert_eq!(rows_of(&read(&GrafanaCsv, "load.csv", &labelled), "metric_samples").len(), 2);
    }
}

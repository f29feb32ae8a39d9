//! Samples of VictoriaMetrics as `/api/v1/export/csv` gives them: one sample a line, in the
//! columns that the user asked for.
//!
//! <https://docs.victoriametrics.com/#how-to-export-csv-data>
//!
//! ```text
//! __name__,pod,__value__,__timestamp__:unix_ms
//! origin_5xx_total,origin-0,3,1795377795000
//! queue_depth,"a\"b,c",7,1795377795000
//! ```
//!
//! Out: `metric_samples`. Old versions write no header: then the time, the name and the number
//! are told by what all lines have in a place, and labels are named by their place. A text is
//! quoted as in Go, with backslashes. `rfc3339` times carry the zone of the server; a layout of
//! the user's own without one is in the zone of the case. NaN and infinities are no values. Of
//! two samples of one series at one instant the first counts.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;

use super::metric_series::stem_of;
use super::prometheus_range::series_of;

/// CSV of VictoriaMetrics.
#[derive(Debug)]
pub struct VictoriametricsCsv;

impl Source for VictoriametricsCsv {
    fn name(&self) -> &'static str {
        "victoriametrics_csv"
    }

    fn about(&self) -> &'static str {
        "Samples that VictoriaMetrics exports as CSV (`/api/v1/export/csv`)."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["metric_samples"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        Columns::of(sample).map(|_| Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let columns = Columns::of(file.sample).ok_or("expected columns `__value__` and `__timestamp__`, found none")?;
        let rows = file.sample.lines().filter(|line| !is_header(line)).filter_map(split);
        let times: Vec<String> = rows.filter_map(|cells| Some(cells.get(columns.time)?.to_string())).collect();
        let times: Vec<&str> = times.iter().map(String::as_str).collect();
        Ok(Box::new(Reader {
            times: TimeFormat::learn(&times, file.zone),
            columns,
            file_stem: stem_of(&file.sample.path).to_owned(),
        }))
    }
}

/// Where the columns are.
#[derive(Debug, PartialEq)]
struct Columns {
    time: usize,
    value: usize,
    name: Option<usize>,
    labels: Vec<(usize, String)>,
    count: usize,
}

impl Columns {
    fn of(sample: &Sample) -> Option<Self> {
        let first = sample.lines().next()?;
        if is_header(first) {
            return Self::named(&split(first.trim())?);
        }
        Self::guessed(&sample.lines().map(split).collect::<Option<Vec<_>>>()?)
    }

    fn named(header: &[Cow<'_, str>]) -> Option<Self> {
        let at = |wanted: &str| header.iter().position(|cell| cell.split(':').next() == Some(wanted));
        let (time, value, name) = (at("__timestamp__")?, at("__value__")?, at("__name__"));
        let others = header.iter().enumerate().filter(|(at, _)| ![Some(time), Some(value), name].contains(&Some(*at)));
        let labels = others.map(|(at, label)| (at, label.trim().to_owned())).collect();
        Some(Self { time, value, name, labels, count: header.len() })
    }

    /// Columns of lines without a header: the one place that always holds an epoch or an RFC 3339
    /// time, the one that holds the name of a metric, the one that holds numbers.
    fn guessed(rows: &[Vec<Cow<'_, str>>]) -> Option<Self> {
        let count = rows.first()?.len();
        let usual = || rows.iter().filter(|row| row.len() == count);
        if count < 3 || usual().count() * 10 < rows.len() * 9 {
            return None;
        }
        let only = |holds: &dyn Fn(&str) -> bool, others: &[usize]| -> Option<usize> {
            let mut places = (0..count).filter(|at| {
                let held = usual().filter(|row| holds(&row[*at])).count();
                !others.contains(at) && held * 10 >= usual().count() * 9
            });
            places.next().filter(|_| places.next().is_none())
        };
        let time = only(&is_instant, &[])?;
        let name = only(&is_metric_name, &[time])?;
        let value = only(&|cell| cell.parse::<f64>().is_ok(), &[time, name])?;
        let others = (0..count).filter(|at| ![time, name, value].contains(at));
        let labels = others.map(|at| (at, format!("label_{}", at + 1))).collect();
        Some(Self { time, value, name: Some(name), labels, count })
    }
}

fn is_header(line: &str) -> bool {
    line.contains("__value__") && line.contains("__timestamp__")
}

/// An epoch in seconds, milliseconds or nanoseconds of this century, or an RFC 3339 time.
fn is_instant(cell: &str) -> bool {
    let is_whole = cell.bytes().all(|byte| byte.is_ascii_digit());
    is_whole && matches!(cell.len(), 10 | 13 | 19) && cell.starts_with('1')
        || cell.len() >= 20 && crate::ingest::time::rfc3339(cell).is_some()
}

/// A name such as `http_requests_total`: words joined by `_`.
fn is_metric_name(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.contains(&b'_')
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

#[derive(Debug)]
struct Reader {
    columns: Columns,
    times: TimeFormat,
    file_stem: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = record.line()?.trim();
        if is_header(line) {
            return Ok(());
        }
        let cells = split(line).ok_or("expected a closing quote, found none in this line")?;
        let columns = &self.columns;
        if cells.len() != columns.count {
            return Err(format!("expected {} fields, found {}", columns.count, cells.len()));
        }
        let at = self.times.parse(&cells[columns.time])?.ok_or("expected a time in `__timestamp__`, found none")?;
        let written = cells[columns.value].trim();
        let value: f64 = written.parse().map_err(|_| format!("expected a number in `__value__`, found `{written}`"))?;
        let mut labels = Map::new();
        for (at, name) in columns.labels.iter().filter(|(at, _)| !cells[*at].is_empty()) {
            labels.insert(name.clone(), Value::from(cells[*at].as_ref()));
        }
        if let Some(name) = columns.name.map(|at| cells[at].as_ref()).filter(|name| !name.is_empty()) {
            labels.insert("__name__".to_owned(), Value::from(name));
        }
        series_of(&labels, &self.file_stem).sample(at, value, out);
        Ok(())
    }
}

/// The fields of a line; `None` when a quote does not close.
fn split(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut cells = Vec::new();
    let mut rest = line.trim_end_matches('\r');
    loop {
        let after = if let Some(inside) = rest.strip_prefix('"') {
            let end = closing_quote(inside)?;
            cells.push(unescaped(&inside[..end]));
            &inside[end + 1..]
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            cells.push(Cow::Borrowed(&rest[..end]));
            &rest[end..]
        };
        if after.is_empty() {
            return Some(cells);
        }
        rest = after.strip_prefix(',')?;
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

/// A text without the escapes of Go; those of single characters are all that occur in labels.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_the_columns_that_the_header_names() {
        let text = "__timestamp__:unix_ns,__name__,pod,zone,__value__\n1795377795000000000,origin_5xx_total,\"a\\\"b,c\",w,3\n\
                    1795377796000000000,origin_5xx_total,origin-1,,NaN\n1795377797000000000,origin_5xx_total,origin-1,,many\n\
                    soon,origin_5xx_total,origin-1,,3\n1795377797000000000,x\n1795377797000000000,\"x\n";
        let piece = read(&VictoriametricsCsv, "e.csv", text);
        assert_eq!(
            rows_of(&piece, "metric_samples"),
            ["time=2026-11-22T20:03:15Z entity=a\"b,c metric=origin_5xx_total value=3.0 zone=w"]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a number in `__value__`, found `many`",
                "expected a time, found `soon`",
                "expected 5 fields, found 2",
                "expected a closing quote, found none in this line",
            ]
        );
    }

    #[test]
    fn tells_the_columns_where_no_header_names_them() {
        let text = "origin_5xx_total,origin-0,3,1795377795000\nqueue_depth,origin-1,4.5,1795377796000\n";
        let rows = rows_of(&read(&VictoriametricsCsv, "e.csv", text), "metric_samples");
        assert_eq!(rows[0], "time=2026-11-22T20:03:15Z entity=* metric=origin_5xx_total value=3.0 label_2=origin-0");
        let rfc = "queue_depth,4.5,2026-11-22T20:03:15+01:00\nqueue_depth,5,2026-11-22T20:03:30+01:00\n";
        let rows = rows_of(&read(&VictoriametricsCsv, "e.csv", rfc), "metric_samples");
        assert_eq!(rows[0], "time=2026-11-22T19:03:15Z entity=* metric=queue_depth value=4.5");
    }

    #[test]
    fn leaves_other_delimited_text_alone() {
        for text in [
            "time,entity,metric,value\n2026-11-22T20:04:00Z,a,b_c,1\n",
            "a_b,1,2,1795377795000\na_b,1,2,1795377795000\n",
            "view_id,view_start\nw,1795377795000\n",
            "",
        ] {
            assert_eq!(VictoriametricsCsv.recognise(&sample("x.csv", text)), None, "{text}");
        }
    }
}

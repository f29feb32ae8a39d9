//! Running a source over a few records, for the tests of sources.
//!
//! In: the text of a file, as a source would get it from the formats. Out: the rows as texts.
//! Cuts records in the simplest way (no quoted line breaks); the formats have tests of their own.

use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::formats::sample::build;
use crate::ingest::formats::{container_lines, ndjson};
use crate::ingest::redact::Redactor;
use crate::ingest::rows::{Piece, Rows};
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};

/// Sample of a file with this path and text.
pub fn sample(path: &str, text: &str) -> Sample {
    build(path, text.trim_start_matches('\u{feff}').to_owned(), true, None)
}

/// All that a source makes of a file; panics when the source does not recognise it.
pub fn read(source: &dyn Source, path: &str, text: &str) -> Piece {
    read_in(source, path, text, &TimeZone::UTC)
}

/// As [`read`], with a zone for times that carry none.
pub fn read_in(source: &dyn Source, path: &str, text: &str, zone: &TimeZone) -> Piece {
    let sample = sample(path, text);
    let layout = source.recognise(&sample).expect("the source recognises its own export");
    let header: Vec<String> = match (&layout, &sample.csv) {
        (Layout::Csv { header: Some(at), .. }, Some(csv)) => csv.records[*at].clone(),
        _ => Vec::new(),
    };
    let own = source.zone(&sample, zone);
    let zone = own.as_ref().unwrap_or(zone);
    let context = FileContext { sample: &sample, layout: &layout, header: &header, zone, decimal: None, columns: &[] };
    let reader = source.reader(&context).expect("a reader");
    let mut rows = Rows::new(path, source.name(), source.tables()[0], Arc::new(redactor()));
    run(&*reader, &sample, &layout, &mut rows);
    reader.finish(&mut rows);
    rows.finish()
}

/// The rows of one table as texts, one string a row: `column=value` of what is not null.
pub fn rows_of(piece: &Piece, table: &str) -> Vec<String> {
    let Some(found) = piece.tables.iter().find(|rows| rows.table.name == table) else { return Vec::new() };
    let batch = &found.batch;
    let options = FormatOptions::default();
    (0..batch.num_rows())
        .map(|row| {
            let schema = batch.schema();
            let cells = schema.fields().iter().zip(batch.columns()).filter(|(_, column)| column.is_valid(row));
            cells
                .map(|(field, column)| {
                    let formatter = ArrayFormatter::try_new(column, &options).expect("a known type");
                    format!("{}={}", field.name(), formatter.value(row))
                })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

/// A row with the pseudonyms of addresses replaced by `ip`.
pub fn masked(row: &str) -> String {
    let mut parts = row.split("\"ip-");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("\"ip");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

/// Reasons of the rejects.
pub fn reasons(piece: &Piece) -> Vec<&str> {
    piece.rejects.iter().map(|reject| reject.reason.as_str()).collect()
}

fn run(reader: &dyn RecordReader, sample: &Sample, layout: &Layout, rows: &mut Rows) {
    let mut line = 0;
    let mut give = |record: Record<'_>, text: &str, rows: &mut Rows| {
        line += 1;
        rows.at(line);
        if let Err(reason) = reader.read(record, rows) {
            rows.reject(reason, text);
        }
    };
    match layout {
        Layout::Csv { header, extra } => {
            let records = sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
            for record in records.iter().skip(header.map_or(0, |at| at + 1) + extra) {
                let fields = CsvRecord::of(record.iter().map(String::as_str));
                give(Record::Csv(&fields), &record.concat(), rows);
            }
        }
        Layout::Ndjson => {
            for text in sample.text.lines().map(ndjson::value).filter(|line| !line.is_empty()) {
                give(Record::Json { text, path: "" }, text, rows);
            }
        }
        Layout::Json { paths } => {
            // A script that assigns the document to a variable is read from the first bracket on.
            let assigned = sample.text.find('[').and_then(|at| serde_json::from_str(&sample.text[at..]).ok());
            let documents = sample.json.as_ref().or(assigned.as_ref().filter(|_| sample.ndjson.is_empty()));
            let in_a_row = serde_json::Deserializer::from_str(&sample.text).into_iter().map_while(Result::ok);
            let in_a_row: Vec<Value> = in_a_row.collect();
            let documents = documents.map_or(&in_a_row[..], std::slice::from_ref);
            for (document, path) in
                documents.iter().flat_map(|document| paths.iter().map(move |path| (document, *path)))
            {
                for value in values_at(document, path) {
                    let text = value.to_string();
                    give(Record::Json { text: &text, path }, &text, rows);
                }
            }
        }
        Layout::Joined => {
            let mut joiner = container_lines::Joiner::default();
            let mut give = |_: u64, text: &str| give(Record::Line(text), text, rows);
            for text in sample.text.lines().filter(|line| !line.trim().is_empty()) {
                joiner.take(0, text, &mut give);
            }
            joiner.finish(&mut give);
        }
        Layout::Lines => {
            for text in sample.text.lines().filter(|line| !line.trim().is_empty()) {
                give(Record::Line(text), text, rows);
            }
        }
    }
}

fn values_at<'v>(document: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![document];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (name, is_list) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        found =
            found.into_iter().filter_map(|value| if name.is_empty() { Some(value) } else { value.get(name) }).collect();
        if is_list {
            found = found.into_iter().filter_map(Value::as_array).flatten().collect();
        }
    }
    found
}

fn redactor() -> Redactor {
    Redactor::new([7; 32], &[], &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::{
        access_log, access_log_json, akamai_datastream, application_logs, avplayer_log, cloudfront_log, cloudwatch_csv,
        cloudwatch_logs, cloudwatch_metrics, cmcd_reports, container_logs, conviva_sessions, datadog_events,
        datadog_logs, datadog_metrics, ecs_logs, error_log, fastly_logs, gcp_logs, grafana_csv, grafana_logs, journald,
        logfmt, loki_logs, mux_views, newrelic_csv, newrelic_nrql, otlp_logs, otlp_metrics, otlp_traces,
        prometheus_range, puffer_views, syslog, victoriametrics_csv, victoriametrics_export,
    };

    const MACHINES: &[&dyn Source] = &[
        &datadog_metrics::DatadogMetrics,
        &datadog_events::DatadogEvents,
        &mux_views::MuxViews,
        &puffer_views::PufferViews,
        &conviva_sessions::ConvivaSessions,
        &avplayer_log::AvplayerLog,
        &cmcd_reports::CmcdReports,
        &newrelic_csv::NewrelicCsv,
        &victoriametrics_csv::VictoriametricsCsv,
        &grafana_logs::GrafanaLogs,
        &prometheus_range::PrometheusRange,
        &victoriametrics_export::VictoriametricsExport,
        &grafana_csv::GrafanaCsv,
        &newrelic_nrql::NewrelicNrql,
        &cloudwatch_metrics::CloudwatchMetrics,
        &cloudfront_log::CloudfrontLog,
        &akamai_datastream::AkamaiDatastream,
        &fastly_logs::FastlyLogs,
        &cloudwatch_logs::CloudwatchLogs,
        &access_log::AccessLog,
        &access_log_json::AccessLogJson,
        &error_log::ErrorLog,
        &loki_logs::LokiLogs,
        &gcp_logs::GcpLogs,
        &cloudwatch_csv::CloudwatchCsv,
        &datadog_logs::DatadogLogs,
        &ecs_logs::EcsLogs,
        &otlp_logs::OtlpLogs,
        &otlp_metrics::OtlpMetrics,
        &otlp_traces::OtlpTraces,
        &journald::Journald,
        &container_logs::ContainerLogs,
        &syslog::Syslog,
        &logfmt::Logfmt,
        &application_logs::ApplicationLogs,
    ];

    /// Text of a file of the integration tests; UTF-16 is told by its mark.
    fn text_of(file: &std::path::Path) -> String {
        let bytes = std::fs::read(file).expect("a readable file");
        match bytes.strip_prefix(b"\xff\xfe") {
            Some(rest) => {
                let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                String::from_utf16_lossy(&units)
            }
            None => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    #[test]
    fn every_source_of_machines_takes_its_own_files_only() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ingest");
        let mut folders: Vec<_> =
            std::fs::read_dir(root).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        folders.sort();
        let mut seen = 0;
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
            let inputs = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
            for input in inputs.filter(|path| path.file_stem().is_some_and(|stem| stem == "input")) {
                let sample = sample("exports/input", &text_of(&input));
                let takers: Vec<&str> = MACHINES
                    .iter()
                    .filter(|source| source.recognise(&sample).is_some())
                    .map(|source| source.name())
                    .collect();
                let is_machine = MACHINES.iter().any(|source| source.name() == name);
                assert_eq!(takers, if is_machine { vec![name] } else { Vec::new() }, "{}", input.display());
                seen += usize::from(is_machine);
            }
        }
        assert_eq!(seen, MACHINES.len());
    }

    #[test]
    fn tidy_tables_are_not_of_machines() {
        for text in [
            "time,entity,metric,statistic,value,unit\n2026-11-22T20:00:00Z,cart,errors,avg,1,count\n",
            "time,region,isp,total,bad\n2026-11-22T20:00:00Z,w,A,10,1\n",
            "time,service_name,severity_text,body\n2026-11-22T20:00:00Z,cart,INFO,ok\n",
            "{\"time\":\"2026-11-22T20:00:00Z\",\"region\":\"w\",\"total\":10,\"bad\":1}\n",
            "{\"time\":\"2026-11-22T20:00:00Z\",\"service_name\":\"a\",\"severity_text\":\"INFO\",\"body\":\"b\"}\n",
            "Some notes\nof the night\n",
        ] {
            let sample = sample("exports/table.csv", text);
            for source in MACHINES {
                assert_eq!(source.recognise(&sample), None, "{} took {text}", source.name());
            }
        }
    }
}

//! Logs in the Elastic Common Schema: JSON lines of Filebeat, Elastic Agent or elasticdump, and
//! the CSV that Kibana makes of a saved search.
//!
//! <https://www.elastic.co/docs/reference/ecs/ecs-field-reference>
//!
//! ```json
//! {"@timestamp":"2026-11-22T20:04:08.002Z","ecs":{"version":"8.11.0"},"log":{"level":"error"},"message":"timeout","service":{"name":"drm"}}
//! {"@timestamp":"2026-11-22T20:04:08.900Z","ecs.version":"8.11.0","log.level":"info","message":"retry ok","service.name":"drm"}
//! ```
//!
//! Out: `log_records`. Names may be nested or dotted. Dates of Kibana (`Nov 22, 2026 @
//! 21:04:08.002`) are those of the browser: the zone of the case.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};
use crate::ingest::values;

use super::application_logs::Parts;
use super::json_fields::{self, Field, Named};
use super::log_event::LogFile;

/// Logs in the Elastic Common Schema.
#[derive(Debug)]
pub struct EcsLogs;

impl Source for EcsLogs {
    fn name(&self) -> &'static str {
        "ecs_logs"
    }

    fn about(&self) -> &'static str {
        "Logs in the Elastic Common Schema (JSON lines), or CSV of a Kibana search."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(first) = sample.ndjson.first() {
            let event = first.get("_source").unwrap_or(first);
            return is_event(event).then_some(Layout::Ndjson);
        }
        if let Some(first) = sample.json.as_ref().and_then(|document| document["hits"]["hits"].as_array()?.first()) {
            return is_event(&first["_source"]).then_some(Layout::Json { paths: &["hits.hits[]"] });
        }
        let header = sample.csv_header(&["message"]);
        let header = header.filter(|at| {
            let record = sample.csv.as_ref().map(|csv| &csv.records[*at]);
            record.is_some_and(|record| record.iter().any(|cell| plain_name(cell) == "@timestamp"))
        })?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let names: Vec<String> = file.header.iter().map(|cell| plain_name(cell).to_owned()).collect();
        let at = names.iter().position(|name| name == "@timestamp");
        let times = at.map_or_else(Vec::new, |at| file.sampled(at));
        Ok(Box::new(Reader { file: LogFile::new(file), format: TimeFormat::learn(&times, file.zone), names }))
    }
}

/// Whether an object is an event of this schema, or of Logstash.
fn is_event(event: &Value) -> bool {
    let has = |dotted: &str, pointer: &str| event.get(dotted).is_some() || event.pointer(pointer).is_some();
    event.get("@timestamp").is_some()
        && (has("ecs.version", "/ecs/version")
            || has("log.level", "/log/level")
            || event.get("@version").is_some()
            || event.get("message").is_some())
}

/// A column name without the guard that Kibana puts before `@`.
fn plain_name(cell: &str) -> &str {
    values::formula_guard_stripped(cell.trim().trim_matches('\u{feff}'))
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    format: TimeFormat,
    names: Vec<String>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Csv(record) => self.write(self.cells(record), out),
            Record::Json { text, .. } => {
                let mut fields = json_fields::parse(text)?;
                if let Some(at) = fields.iter().position(|(name, _)| name == "_source")
                    && let Field::Nested(source) = fields.swap_remove(at).1
                {
                    fields = json_fields::from_value(source);
                }
                self.write(fields, out)
            }
            Record::Line(_) => Err("expected a delimited or a JSON record".into()),
        }
    }
}

impl Reader {
    fn cells<'a>(&'a self, record: &'a CsvRecord) -> Vec<Named<'a>> {
        let cells = self.names.iter().enumerate().map(|(at, name)| (name, record.field(at)));
        cells
            .filter(|(_, cell)| !values::is_null(cell))
            .map(|(name, cell)| (Cow::Borrowed(name.as_str()), Field::Text(Cow::Borrowed(cell))))
            .collect()
    }

    fn write(&self, mut fields: Vec<Named<'_>>, out: &mut Rows) -> Result<(), String> {
        fields.retain(|(name, _)| {
            !matches!(name.as_ref(), "ecs.version" | "ecs" | "@version" | "_index" | "_id" | "_score")
        });
        let mut parts = Parts::of(fields);
        let written = parts.time.take().ok_or("expected a time in `@timestamp`, found none")?;
        let time = self.instant(&written)?.ok_or("expected a time in `@timestamp`, found none")?;
        if parts.body.is_empty() {
            return Err("expected a text in `message`, found none".into());
        }
        self.file.write(parts.event(Some(time)), out);
        Ok(())
    }

    fn instant(&self, written: &str) -> Result<Option<i64>, String> {
        if let Some(micros) = time::rfc3339(written) {
            return Ok(Some(micros));
        }
        if written.contains(" @ ") {
            return self.format.parse(&written.replace(" @ ", " "));
        }
        self.format.parse(written)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::ingest::sources::testing::{read, read_in, rows_of, sample};

    #[test]
    fn reads_nested_and_dotted_names() {
        let text = r#"{"@timestamp":"2026-11-22T20:04:08.002Z","ecs":{"version":"8.11.0"},"log":{"level":"error","logger":"a"},"message":"timeout","service":{"name":"drm"},"trace":{"id":"5b8e"},"host":{"name":"d-1"}}
{"@timestamp":"2026-11-22T20:04:08.900Z","ecs.version":"8.11.0","log.level":"info","message":"retry ok","service.name":"drm"}
{"@timestamp":"2026-11-22T20:04:08.900Z","log.level":"info"}
{"message":"x"}
"#;
        let piece = read(&EcsLogs, "e.ndjson", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:08.002Z service_name=drm host=d-1 severity_text=ERROR body=timeout trace_id=5b8e \
                 attributes={\"log\":{\"logger\":\"a\"}} file=e.ndjson line_number=1",
                "time=2026-11-22T20:04:08.900Z service_name=drm severity_text=INFO body=retry ok file=e.ndjson line_number=2",
            ]
        );
        assert_eq!(piece.rejects.len(), 2);
    }

    #[test]
    fn reads_kibana_csv_in_the_zone_of_the_case() {
        let text = "\"'@timestamp\",\"service.name\",bytes,message\n\
                    \"Nov 22, 2026 @ 21:04:08.002\",drm,\"7,124\",\"timeout\"\n\
                    \"Nov 42, 2026 @ 21:04:08.002\",drm,-,x\n";
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        let piece = read_in(&EcsLogs, "k.csv", text, &zone);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:08.002Z service_name=drm body=timeout attributes={\"bytes\":\"7,124\"} file=k.csv line_number=1"
            ]
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in ["{\"timestamp\":1,\"message\":\"a\"}", "time,body,message\n1,2,3\n", ""] {
            assert_eq!(EcsLogs.recognise(&sample("x", text)), None, "{text}");
        }
    }
}

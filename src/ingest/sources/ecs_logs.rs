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
//! 21:04:08.002`) are those of the browser: the zone of the case. Its numbers have thousands commas.
//! An event without a message shows its error, its original text or its fields. Users are dropped.
//! A hit of a search that overlapping pages repeat is one row, by its index and identifier.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};
use crate::ingest::values;

use super::account_fields;
use super::application_logs::Parts;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

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
        if let Some(layout) = layout_of(sample, &[], is_hit) {
            return Some(layout);
        }
        if let Some(document) = &sample.json {
            let hits = [&document["hits"], &document["rawResponse"]["hits"], &document["responses"][0]["hits"]];
            let is_answer = hits.iter().filter_map(|hits| hits["hits"].as_array()?.first()).any(is_hit);
            return is_answer.then_some(Layout::Json { paths: HITS });
        }
        let csv = sample.csv.as_ref()?;
        let has = |record: &[String], name: &str| record.iter().any(|cell| plain_name(cell) == name);
        let header = csv.records.iter().take(20).position(|record| has(record, "@timestamp"))?;
        let record = &csv.records[header];
        let is_dated = csv.records.iter().skip(header + 1).any(|record| record.iter().any(|cell| cell.contains(" @ ")));
        let is_of_cloudwatch = ["@message", "@logStream", "@log", "@ptr"].iter().any(|name| has(record, name));
        let is_kibana = !is_of_cloudwatch && (has(record, "message") || is_dated);
        is_kibana.then_some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let names: Vec<String> = file.header.iter().map(|cell| plain_name(cell).to_owned()).collect();
        let at = names.iter().position(|name| name == "@timestamp");
        let times = at.map_or_else(Vec::new, |at| file.sampled(at));
        let is_csv = matches!(file.layout, Layout::Csv { .. });
        let is_hit = |object: &Value| object.get("_id").is_some();
        let has_ids = *file.layout == Layout::Json { paths: HITS } || file.sample.first_object().is_some_and(is_hit);
        let log = LogFile::new(file).naming_events("elasticsearch", has_ids && !is_csv);
        Ok(Box::new(Reader { file: log, format: TimeFormat::learn(&times, file.zone), names }))
    }
}

/// Where the hits of a search are: its answer, that of the inspector of Kibana, and of a
/// multi-search.
const HITS: &[&str] = &["hits.hits[]", "rawResponse.hits.hits[]", "responses[].hits.hits[]"];

/// Whether an object is an event, or a hit of a search that holds one.
fn is_hit(object: &Value) -> bool {
    is_event(object.get("_source").or(object.get("fields").filter(|_| object.get("_id").is_some())).unwrap_or(object))
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
            Record::Csv(record) => self.write(self.cells(record), "", out),
            Record::Json { text, .. } => {
                let fields = json_fields::parse(text)?;
                let id = id_of(&fields);
                self.write(event_fields(fields), &id, out)
            }
            Record::Line(_) => Err("expected a delimited or a JSON record".into()),
        }
    }
}

/// Index and identifier of a hit; empty for an event that is none.
fn id_of(fields: &[Named<'_>]) -> String {
    let text = |wanted: &str| match fields.iter().find(|(name, _)| name == wanted) {
        Some((_, Field::Text(text))) => text.as_ref(),
        _ => "",
    };
    match text("_id") {
        "" => String::new(),
        id => format!("{}\n{id}", text("_index")),
    }
}

/// The fields of an event, out of the hit that may be around it. Without a source a hit has its
/// `fields`, each a list of values.
fn event_fields(mut fields: Vec<Named<'_>>) -> Vec<Named<'_>> {
    let at = |wanted: &str| fields.iter().position(|(name, value)| name == wanted && matches!(value, Field::Nested(_)));
    let is_hit = fields.iter().any(|(name, _)| name == "_id");
    let Some(at) = at("_source").or_else(|| at("fields").filter(|_| is_hit)) else { return fields };
    let (name, value) = fields.swap_remove(at);
    let Field::Nested(value) = value else { return fields };
    let Value::Object(mut event) = *value else { return fields };
    if name == "fields" {
        for value in event.values_mut() {
            if let Value::Array(values) = value
                && values.len() == 1
            {
                *value = values.remove(0);
            }
        }
    }
    json_fields::from_value(Value::Object(event))
}

/// Fields that are of the index, and those that name a user.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "ecs.version"
            | "ecs"
            | "@version"
            | "_index"
            | "_id"
            | "_score"
            | "_type"
            | "_version"
            | "user"
            | "client.user"
            | "source.user"
    ) || name.starts_with("user.")
        || name.contains(".user.")
}

/// Drops nested users too: `{"client":{"user":{"name":"jo"}}}`.
fn without_users(value: &mut Value) {
    if let Value::Object(map) = value {
        map.shift_remove("user");
        map.values_mut().for_each(without_users);
    }
}

/// What an event without a message shows instead.
fn text_of(rest: &[Named<'_>]) -> String {
    let names = ["error.message", "event.original", "event.reason", "event.action"];
    let written = names.iter().find_map(|dotted| {
        let (outer, inner) = dotted.split_once('.')?;
        rest.iter().find_map(|(name, value)| match value {
            Field::Text(text) if name == dotted => Some(text.to_string()),
            Field::Nested(nested) if name == outer => nested[inner].as_str().map(str::to_owned),
            _ => None,
        })
    });
    written.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| json_fields::to_sorted_json(rest.to_vec()))
}

/// A cell of Kibana: numbers have commas between their thousands.
fn cell_value(cell: &str) -> Field<'_> {
    let is_number =
        cell.contains(',') && cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'-'));
    let (whole, decimals) = cell.split_once('.').unwrap_or((cell, ""));
    match values::integer(whole).filter(|_| is_number) {
        Some(number) if decimals.is_empty() => Field::Int(number),
        Some(number) => format!("{number}.{decimals}").parse().map_or(Field::Text(Cow::Borrowed(cell)), Field::Float),
        None => Field::Text(Cow::Borrowed(cell)),
    }
}

impl Reader {
    fn cells<'a>(&'a self, record: &'a CsvRecord) -> Vec<Named<'a>> {
        let cells = self.names.iter().enumerate().map(|(at, name)| (name, record.field(at)));
        cells
            .filter(|(_, cell)| !values::is_null(cell))
            .map(|(name, cell)| {
                (
                    Cow::Borrowed(name.as_str()),
                    if name == "message" { Field::Text(Cow::Borrowed(cell)) } else { cell_value(cell) },
                )
            })
            .collect()
    }

    fn write(&self, mut fields: Vec<Named<'_>>, id: &str, out: &mut Rows) -> Result<(), String> {
        fields.retain(|(name, _)| !is_dropped(name));
        for (_, value) in &mut fields {
            if let Field::Nested(nested) = value {
                without_users(nested);
            }
        }
        let mut parts = Parts::of(fields);
        let written = parts.time.take().ok_or("expected a time in `@timestamp`, found none")?;
        let time = self.instant(&written)?.ok_or("expected a time in `@timestamp`, found none")?;
        if parts.body.trim().is_empty() {
            account_fields::hide(&mut parts.rest, out);
            parts.body = Cow::Owned(text_of(&parts.rest));
        }
        if parts.body.is_empty() {
            return Err("expected a text in `message`, found none".into());
        }
        self.file.write(Event { id, ..parts.event(Some(time)) }, out);
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
{"@timestamp":"never","log.level":"info","message":"x"}
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
                "time=2026-11-22T20:04:08.002Z service_name=drm body=timeout attributes={\"bytes\":7124} file=k.csv line_number=1"
            ]
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn finds_events_in_every_wrapping() {
        let event = r#"{"@timestamp":"2026-11-22T20:04:08Z","log.level":"info","message":"ok"}"#;
        let hit = format!(r#"{{"_index":"i","_id":"1","_source":{event}}}"#);
        let fields = r#"{"_index":"i","_id":"1","_score":null,"fields":{"@timestamp":["2026-11-22T20:04:08Z"],"log.level":["info"],"message":["ok"]}}"#;
        for text in [
            format!("[{event},{event}]"),
            format!("{{\"x\":1}}\n{hit}\n"),
            format!(r#"{{"took":1,"hits":{{"hits":[{hit}]}}}}"#),
            format!(r#"{{"rawResponse":{{"hits":{{"hits":[{fields}]}}}}}}"#),
            format!(r#"{{"responses":[{{"hits":{{"hits":[{fields}]}}}}]}}"#),
        ] {
            let rows = rows_of(&read(&EcsLogs, "ecs.json", &text), "log_records");
            assert!(
                !rows.is_empty() && rows[0].starts_with("time=2026-11-22T20:04:08Z severity_text=INFO body=ok file"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_event_without_a_message_shows_what_it_has() {
        let text = r#"{"@timestamp":1795377848002,"log.level":"error","error":{"message":"down","type":"Io"}}
{"@timestamp":"2026-11-22T20:04:08.002Z","log.level":"error","event.original":"raw line"}
{"@timestamp":"2026-11-22T20:04:08.002Z","log.level":"error","http":{"response":{"status_code":503}},"user":{"name":"jo"},"client":{"user":{"name":"jo"}}}
"#;
        let rows = rows_of(&read(&EcsLogs, "ecs.json", text), "log_records");
        for (row, body) in rows.iter().zip([
            "down attributes={\"error\":{\"message\":\"down\",\"type\":\"Io\"}}",
            "raw line",
            "{\"http\":{\"response\":{\"status_code\":503}}}",
        ]) {
            assert!(
                row.starts_with(&format!("time=2026-11-22T20:04:08.002Z severity_text=ERROR body={body}")),
                "{row}"
            );
            assert!(!row.contains("jo\""), "{row}");
        }
    }

    #[test]
    fn a_kibana_csv_need_not_have_a_message() {
        let text = "@timestamp;service.name;error.message\n\"Nov 22, 2026 @ 21:04:08.002\";drm;down\n";
        let rows = rows_of(&read(&EcsLogs, "k.csv", text), "log_records");
        assert!(rows[0].starts_with("time=2026-11-22T21:04:08.002Z service_name=drm body=down"), "{rows:?}");
        assert_eq!(cell_value("-1,234.5"), Field::Float(-1234.5));
        assert_eq!(cell_value("1,23"), Field::Text("1,23".into()));
    }

    #[test]
    fn a_hit_is_one_row_on_whatever_page_it_comes() {
        let hit = |index: &str| {
            format!(
                r#"{{"_index":"{index}","_id":"7","_source":{{"@timestamp":"2026-11-22T20:04:08Z","message":"m"}}}}"#
            )
        };
        let keys = |name: &str, text: &str| read(&EcsLogs, name, text).tables.remove(0).keys;
        let line = keys("dump.json", &format!("{}\n", hit("a")));
        let page = keys("page.json", &format!(r#"{{"hits":{{"hits":[{},{}]}}}}"#, hit("a"), hit("b")));
        assert!(line[0] == page[0] && line[0] != page[1]);
        assert!(keys("x.json", "{\"@timestamp\":\"2026-11-22T20:04:08Z\",\"message\":\"m\"}\n").is_empty());
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in ["{\"timestamp\":1,\"message\":\"a\"}", "time,body,message\n1,2,3\n", ""] {
            assert_eq!(EcsLogs.recognise(&sample("x", text)), None, "{text}");
        }
    }
}

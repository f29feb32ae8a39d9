//! Structured logs of applications: one JSON object a line, as most logging libraries write it
//! (Zap, Logback, Bunyan, Pino, structlog, ...).
//!
//! There is no standard; fields are found by their usual names. <https://betterstack.com/community/guides/logging/json-logging/>
//!
//! ```json
//! {"timestamp":"2026-11-22T20:04:08.002Z","level":"ERROR","service":"cart","host":"cart-1","message":"timeout"}
//! {"time":1795377848002,"level":50,"msg":"retry","trace_id":"5b8efff798038103d269b633813fc60c"}
//! {"ts":1795377848.2,"severity":"info","body":"ok","service":{"name":"cart"}}
//! ```
//!
//! Out: `log_records`; what has no column of its own goes to `attributes`. Does not read logs in
//! the form of a vendor, which have sources of their own.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};
use super::logfmt;

/// Structured logs of applications.
#[derive(Debug)]
pub struct ApplicationLogs;

impl Source for ApplicationLogs {
    fn name(&self) -> &'static str {
        "application_logs"
    }

    fn about(&self) -> &'static str {
        "Log of an application, one JSON object a line with a time, a level and a message."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if !sample.ndjson.is_empty() {
            let objects = sample.ndjson.iter().take(50);
            let (all, ours) = objects.fold((0, 0), |(all, ours), line| (all + 1, ours + usize::from(is_event(line))));
            return (ours * 5 >= all * 4).then_some(Layout::Ndjson);
        }
        let list = sample.json.as_ref()?.as_array()?;
        is_event(list.first()?).then_some(Layout::Json { paths: &["[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file), parts: PartsReader::new(file) }))
    }
}

/// Whether an object has a time, a level and a message, and is not of another kind of log.
fn is_event(object: &Value) -> bool {
    let Some(map) = object.as_object() else { return false };
    let has = |part: Part| map.keys().any(|name| part_of(name).is_some_and(|(found, _)| found == part));
    let has_level = has(Part::Severity) || map.get("log").is_some_and(|log| log.get("level").is_some());
    let is_of_vendor = ["_id", "__CURSOR", "stream", "resourceLogs", "severity_text", "@timestamp", "ecs.version"]
        .iter()
        .any(|name| map.contains_key(*name));
    has(Part::Time) && has_level && has(Part::Body) && !is_of_vendor
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    parts: PartsReader,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let Record::Json { text, .. } = record else { return Err("expected a JSON record".into()) };
        let mut parts = Parts::named(json_fields::parse(text)?, |at, name| self.parts.part(at, name));
        let time = self.parts.time(parts.time.as_deref())?;
        self.file.write(parts.event(time), out);
        Ok(())
    }
}

/// The parts of an event in structured text, by the usual names of their fields.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// Time as written.
    pub(super) time: Option<Cow<'a, str>>,
    /// Level, a word or a number.
    pub(super) severity: Cow<'a, str>,
    /// The message.
    pub(super) body: Cow<'a, str>,
    /// Service that wrote it.
    pub(super) service: Cow<'a, str>,
    /// Machine that wrote it.
    pub(super) host: Cow<'a, str>,
    /// Trace it belongs to.
    pub(super) trace_id: Cow<'a, str>,
    /// All other fields.
    pub(super) rest: Vec<Named<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Time,
    Severity,
    Body,
    Service,
    Host,
    Trace,
}

const PARTS: usize = 6;

/// Which part a field is, and how good its name is for it (0 is best).
fn part_of(name: &str) -> Option<(Part, u8)> {
    Some(match name {
        "timestamp" | "@timestamp" => (Part::Time, 0),
        "time" | "ts" => (Part::Time, 1),
        "datetime" | "date" | "t" | "asctime" | "eventTime" | "Timestamp" => (Part::Time, 2),
        "level" | "severity" | "log.level" | "Level" => (Part::Severity, 0),
        "severity_text" | "severityText" | "lvl" | "levelname" | "loglevel" | "log_level" => (Part::Severity, 1),
        "message" | "msg" | "Message" | "MESSAGE" => (Part::Body, 0),
        "body" | "log_message" => (Part::Body, 1),
        "event" | "text" => (Part::Body, 2),
        "service" | "service_name" | "service.name" | "serviceName" => (Part::Service, 0),
        "app" | "application" | "app_name" => (Part::Service, 1),
        "component" => (Part::Service, 2),
        "host" | "hostname" | "host.name" | "host_name" => (Part::Host, 0),
        "pod" | "pod_name" | "node" | "instance" => (Part::Host, 1),
        "trace_id" | "traceId" | "trace.id" | "traceID" | "dd.trace_id" => (Part::Trace, 0),
        "traceid" | "trace" => (Part::Trace, 1),
        _ => return None,
    })
}

impl<'a> Parts<'a> {
    /// Finds the parts among fields; the better name wins, the other stays a field.
    pub(super) fn of(fields: Vec<Named<'a>>) -> Self {
        Self::named(fields, |_, name| part_of(name))
    }

    fn named(mut fields: Vec<Named<'a>>, part_of: impl Fn(usize, &str) -> Option<(Part, u8)>) -> Self {
        let mut best: [Option<(u8, usize)>; PARTS] = [None; PARTS];
        for (at, (name, value)) in fields.iter().enumerate() {
            let Some((part, rank)) = part_of(at, name) else { continue };
            let slot = &mut best[part as usize];
            if usable(part, value) && slot.is_none_or(|(known, _)| rank < known) {
                *slot = Some((rank, at));
            }
        }
        let chosen = best.map(|slot| slot.map(|(_, at)| at));
        let mut parts = Self::default();
        let mut at = 0;
        fields.retain_mut(|(name, value)| {
            let part = chosen.iter().position(|chosen| *chosen == Some(at));
            at += 1;
            match part {
                Some(part) => parts.set(part, std::mem::replace(value, Field::Null)),
                None if name == "log" => parts.take_level(value),
                None => {}
            }
            part.is_none()
        });
        parts.rest = fields;
        parts
    }

    /// The event, with the time as the caller read it; leaves no other fields behind.
    pub(super) fn event(&mut self, time: Option<i64>) -> Event<'_> {
        let rest = std::mem::take(&mut self.rest);
        Event {
            time,
            service: &self.service,
            host: &self.host,
            severity: &self.severity,
            body: self.body.trim_end_matches(['\n', '\r']),
            trace_id: &self.trace_id,
            rest,
            is_rest_redacted: false,
            id: "",
        }
    }

    /// Reads the body again when it is structured itself (JSON, or logfmt with a message): its
    /// parts fill those that are still empty, its message becomes the body.
    pub(super) fn open_body(&mut self) {
        let text: &str = self.body.trim();
        let fields = match text.as_bytes().first() {
            Some(b'{') => json_fields::parse(text).ok(),
            _ if text.contains("level=") && text.contains("msg=") => logfmt::parse(text),
            _ => None,
        };
        let Some(inner) = fields.map(Parts::of).filter(|inner| !inner.body.is_empty()) else { return };
        let inner = inner.into_owned();
        for (outer, inner) in [
            (&mut self.severity, inner.severity),
            (&mut self.service, inner.service),
            (&mut self.host, inner.host),
            (&mut self.trace_id, inner.trace_id),
        ] {
            if outer.is_empty() {
                *outer = inner;
            }
        }
        if self.time.is_none() {
            self.time = inner.time;
        }
        self.body = inner.body;
        self.rest.extend(inner.rest);
    }

    fn into_owned(self) -> Parts<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Parts {
            time: self.time.map(owned),
            severity: owned(self.severity),
            body: owned(self.body),
            service: owned(self.service),
            host: owned(self.host),
            trace_id: owned(self.trace_id),
            rest: self.rest.into_iter().map(json_fields::into_owned).collect(),
        }
    }

    fn set(&mut self, part: usize, value: Field<'a>) {
        let text = text_in(value);
        match part {
            0 => self.time = text,
            1 => self.severity = text.unwrap_or_default(),
            2 => self.body = text.unwrap_or_default(),
            3 => self.service = text.unwrap_or_default(),
            4 => self.host = text.unwrap_or_default(),
            _ => self.trace_id = text.unwrap_or_default(),
        }
    }

    /// `log.level` of nested Elastic fields.
    fn take_level(&mut self, value: &mut Field<'a>) {
        if let Field::Nested(nested) = value
            && let Value::Object(log) = &mut **nested
            && self.severity.is_empty()
            && let Some(Value::String(level)) = log.shift_remove("level")
        {
            self.severity = Cow::Owned(level);
        }
    }
}

/// Whether a value can be this part: a text or a number, or an object that holds one.
fn usable(part: Part, value: &Field<'_>) -> bool {
    match value {
        Field::Null => false,
        Field::Nested(nested) => part != Part::Body && part != Part::Time && inner(nested).is_some(),
        Field::Text(text) => !text.is_empty(),
        _ => true,
    }
}

fn text_in(value: Field<'_>) -> Option<Cow<'_, str>> {
    match value {
        Field::Nested(nested) => inner(&nested).map(|text| Cow::Owned(text.to_owned())),
        other => other.into_text(),
    }
}

/// The name in `{"name": "cart"}`, `{"id": "5b8e"}` or `{"level": "info"}`.
fn inner(value: &Value) -> Option<&str> {
    ["name", "id", "level"].iter().find_map(|name| value.get(*name)?.as_str())
}

/// Reads the times of one file of structured events.
#[derive(Debug)]
pub(super) struct PartsReader {
    format: TimeFormat,
    /// Names in their usual order, since most records have the same ones in the same order.
    usual: Vec<(String, Option<(Part, u8)>)>,
}

impl PartsReader {
    /// Learns how times are written from the sample.
    pub(super) fn new(file: &FileContext<'_>) -> Self {
        let objects = file.sample.ndjson.iter().take(50).filter_map(Value::as_object);
        let times: Vec<&str> = objects
            .filter_map(|map| {
                let (_, value) =
                    map.iter().find(|(name, _)| part_of(name).is_some_and(|(part, _)| part == Part::Time))?;
                value.as_str()
            })
            .collect();
        let first = file.sample.ndjson.first().and_then(Value::as_object);
        let usual = first.map(|map| map.keys().map(|name| (name.clone(), part_of(name))).collect());
        Self { format: TimeFormat::learn(&times, file.zone), usual: usual.unwrap_or_default() }
    }

    /// Which part the field at a position is.
    fn part(&self, at: usize, name: &str) -> Option<(Part, u8)> {
        match self.usual.get(at) {
            Some((usual, part)) if usual == name => *part,
            _ => part_of(name),
        }
    }

    /// The instant of a time as written; none when it is missing.
    pub(super) fn time(&self, written: Option<&str>) -> Result<Option<i64>, String> {
        let Some(written) = written else { return Ok(None) };
        match time::rfc3339(written) {
            Some(micros) => Ok(Some(micros)),
            None => self.format.parse(written),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, rows_of, sample};

    const LINES: &str = r#"{"timestamp":"2026-11-22T20:04:08.002Z","level":"ERROR","service":"cart","host":"cart-1","message":"timeout","code":503}
{"time":1795377848002,"level":50,"msg":"retry\n","trace_id":"5b8e","service":{"name":"cart"}}
{"ts":1795377848.5,"severity":"info","body":"ok","z":{"b":1,"a":null},"a":""}
{"timestamp":"2026-11-22T20:04:08.002Z","level":
{"timestamp":"noon","level":"INFO","message":"bad time"}
"#;

    #[test]
    fn reads_lines_and_rejects_broken_ones() {
        let piece = read(&ApplicationLogs, "logs/basket.log.ndjson", LINES);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:08.002Z service_name=cart host=cart-1 severity_text=ERROR body=timeout \
                 attributes={\"code\":503} file=logs/basket.log.ndjson line_number=1",
                "time=2026-11-22T20:04:08.002Z service_name=cart severity_text=ERROR body=retry trace_id=5b8e \
                 file=logs/basket.log.ndjson line_number=2",
                "time=2026-11-22T20:04:08.500Z service_name=basket severity_text=INFO body=ok \
                 attributes={\"z\":{\"a\":null,\"b\":1}} file=logs/basket.log.ndjson line_number=3",
            ]
        );
        assert_eq!(piece.rejects.len(), 2);
    }

    #[test]
    fn an_event_without_a_time_is_kept() {
        let usual = LINES.lines().next().expect("a line");
        let text = format!("{}{}\n", format!("{usual}\n").repeat(4), r#"{"level":"info","msg":"late"}"#);
        let piece = read(&ApplicationLogs, "a.log", &text);
        assert_eq!(rows_of(&piece, "log_records").len(), 5);
    }

    #[test]
    fn leaves_tidy_rows_and_other_logs_alone() {
        for text in [
            r#"{"time":"2026-11-22T20:04:08Z","region":"west","total":5,"bad":1}"#,
            r#"{"time":"2026-11-22T20:04:08Z","service_name":"a","severity_text":"INFO","body":"b"}"#,
            r#"{"log":"a\n","stream":"stdout","time":"2026-11-22T20:04:08Z","level":"info"}"#,
            r#"{"_id":"1","date":"2026-11-22T20:04:08Z","message":"a","level":"info","attributes":{}}"#,
            "[]",
            "7",
        ] {
            assert_eq!(ApplicationLogs.recognise(&sample("x.json", text)), None, "{text}");
        }
    }
}

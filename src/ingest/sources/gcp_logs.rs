//! Log entries of Google Cloud Logging: `gcloud logging read --format=json`, pages of the API,
//! JSON or NDJSON downloaded from the Logs Explorer, and files of a sink to Cloud Storage.
//!
//! <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry>
//!
//! ```text
//! [{"insertId":"a1","timestamp":"2026-11-22T20:04:08.002Z","severity":"ERROR","logName":"projects/p/logs/stdout","textPayload":"timeout",
//!   "resource":{"type":"k8s_container","labels":{"container_name":"api","pod_name":"api-1"}}}]
//! {"insertId":"a2","timestamp":"2026-11-22T20:04:09Z","jsonPayload":{"message":"retry","attempt":2},"resource":{"type":"global","labels":{}}}
//! ```
//!
//! Out: `log_records`. The message of a JSON payload is the body, its other fields are attributes,
//! with the labels of the entry and of its resource; a request (`httpRequest`) shows as `METHOD path
//! status`. An audit entry shows its method; who called it is dropped. An entry that overlapping
//! queries repeat is one row, by log, time and identifier, as Google tells duplicates.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::application_logs::Parts;
use super::cdn_request as request;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Log entries of Google Cloud.
#[derive(Debug)]
pub struct GcpLogs;

/// Labels that name a service, the best first.
const SERVICES: &[&str] = &[
    "service_name",
    "container_name",
    "function_name",
    "job_name",
    "module_id",
    "backend_service_name",
    "database_id",
    "cluster_name",
];

/// Labels that name a machine, the best first.
const HOSTS: &[&str] = &["pod_name", "instance_id", "node_name", "revision_name", "version_id"];

impl Source for GcpLogs {
    fn name(&self) -> &'static str {
        "gcp_logs"
    }

    fn about(&self) -> &'static str {
        "Log entries of Google Cloud Logging, from `gcloud logging read`, the Logs Explorer, the API or a sink (JSON)."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["entries[]"], |entry| {
            let has = |name: &str| entry.get(name).is_some();
            has("logName") && (has("insertId") || entry["resource"]["type"].is_string())
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file).naming_events("gcp", true) }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let mut entry = record.json()?;
        let written = [text(&entry["timestamp"]), text(&entry["receiveTimestamp"])];
        let written = written.into_iter().find(|time| !time.is_empty()).unwrap_or_default().to_owned();
        let time =
            time::rfc3339(&written).ok_or_else(|| format!("expected a time in `timestamp`, found `{written}`"))?;
        let id = match text(&entry["insertId"]) {
            "" => String::new(),
            id => format!("{}\n{written}\n{id}", text(&entry["logName"])),
        };
        let labels = entry["resource"]["labels"].take();
        let of = |names: &[&str]| names.iter().map(|name| text(&labels[*name])).find(|value| !value.is_empty());
        let (status, line) = asked(&entry["httpRequest"])?;
        let mut parts = payload(&mut entry);
        if parts.body.trim().is_empty() {
            parts.body = Cow::Owned(line);
        }
        parts.open_body();
        for (labels, is_own) in [(&entry["labels"], true), (&labels, false)] {
            add_labels(&mut parts.rest, labels, is_own);
        }
        let severity = match text(&entry["severity"]) {
            "" | "DEFAULT" if !parts.severity.is_empty() => parts.severity.clone(),
            "" | "DEFAULT" => Cow::Borrowed(request::severity(status)),
            word => Cow::Owned(word.to_owned()),
        };
        let fill = |own: &Cow<'_, str>, other: Option<&str>| {
            if own.is_empty() { other.unwrap_or_default().to_owned() } else { own.to_string() }
        };
        let log = text(&entry["logName"]).rsplit('/').next().unwrap_or_default();
        let name = log.rsplit("%2F").next().unwrap_or_default();
        let service = fill(&parts.service, of(SERVICES).or(Some(name).filter(|_| self.file.service.is_empty())));
        let host = fill(&parts.host, of(HOSTS));
        let trace = text(&entry["trace"]).rsplit('/').next().unwrap_or_default();
        let trace = fill(&parts.trace_id, Some(trace));
        if parts.body.trim().is_empty() {
            return Err("expected a payload, found none".into());
        }
        let event = Event {
            service: &service,
            host: &host,
            severity: &severity,
            trace_id: &trace,
            id: &id,
            ..parts.event(Some(time))
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// The parts of what an entry says, whichever of its three payloads it has.
fn payload(entry: &mut Value) -> Parts<'static> {
    let said = text(&entry["textPayload"]).to_owned();
    if !said.is_empty() {
        return Parts { body: Cow::Owned(said), ..Parts::default() };
    }
    let audited = &entry["protoPayload"];
    if audited.is_object() {
        let method = text(&audited["methodName"]);
        let failed = text(&audited["status"]["message"]);
        let body = if failed.is_empty() { method.to_owned() } else { format!("{method}: {failed}") };
        let named = ["serviceName", "resourceName"].iter().map(|name| (*name, text(&audited[*name])));
        let rest = named.filter(|(_, value)| !value.is_empty());
        let rest = rest.map(|(name, value)| (Cow::Borrowed(name), Field::Text(Cow::Owned(value.to_owned())))).collect();
        return Parts { body: Cow::Owned(body), rest, ..Parts::default() };
    }
    let mut parts = Parts::of(json_fields::from_value(entry["jsonPayload"].take()));
    // The entry has its own time, which is the one that others see.
    parts.time = None;
    if parts.body.trim().is_empty() && entry["httpRequest"].is_null() {
        parts.body = Cow::Owned(json_fields::to_sorted_json(std::mem::take(&mut parts.rest)));
    }
    parts
}

/// Status and line of a request; the status is none where there is no request.
fn asked(asked: &Value) -> Result<(Option<u16>, String), String> {
    let status = match &asked["status"] {
        Value::Number(number) => request::status("status", &number.to_string())?,
        other => request::status("status", text(other))?,
    };
    Ok((status, request::body(text(&asked["requestMethod"]), text(&asked["requestUrl"]), status)))
}

/// Adds labels as attributes; those of the resource that say where it runs only when nothing has
/// their name.
fn add_labels(rest: &mut Vec<Named<'static>>, labels: &Value, is_own: bool) {
    let none = Map::new();
    for (name, value) in labels.as_object().unwrap_or(&none) {
        let is_known = SERVICES.contains(&name.as_str()) || HOSTS.contains(&name.as_str()) || name == "project_id";
        let is_taken = rest.iter().any(|(known, _)| known == name);
        if !is_taken && (is_own || !is_known) && !text(value).is_empty() {
            rest.push((Cow::Owned(name.clone()), Field::from(value.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const LINES: &str = r#"{"insertId":"a1","timestamp":"2026-11-22T20:04:08.002345678Z","severity":"ERROR","logName":"projects/p/logs/stdout","textPayload":"upstream timeout\n","trace":"projects/p/traces/5b8e","resource":{"type":"k8s_container","labels":{"container_name":"api","pod_name":"api-1","project_id":"p","location":"eu"}},"labels":{"k8s-pod/app":"api"}}
{"insertId":"a2","timestamp":"2026-11-22T20:04:09Z","severity":"DEFAULT","logName":"projects/p/logs/stdout","jsonPayload":{"message":"retry","level":"warn","user_id":501,"attempt":2},"resource":{"type":"global","labels":{}}}
{"insertId":"a3","timestamp":"2026-11-22T20:04:10Z","logName":"projects/p/logs/requests","httpRequest":{"requestMethod":"GET","requestUrl":"https://tv.example/live/a.m4s?token=x","status":503,"remoteIp":"203.0.113.7"},"resource":{"type":"http_load_balancer","labels":{"backend_service_name":"origin"}}}
{"insertId":"a4","timestamp":"2026-11-22T20:04:11Z","severity":"NOTICE","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","protoPayload":{"methodName":"v1.compute.instances.delete","serviceName":"compute.googleapis.com","status":{"message":"denied"},"authenticationInfo":{"principalEmail":"jo@mail.example"}},"resource":{"type":"gce_instance","labels":{"instance_id":"71"}}}
{"insertId":"a5","timestamp":"soon","logName":"projects/p/logs/stdout","textPayload":"x"}
{"insertId":"a6","timestamp":"2026-11-22T20:04:12Z","logName":"projects/p/logs/stdout"}
"#;

    #[test]
    fn reads_every_payload_and_rejects_broken_entries() {
        let piece = read(&GcpLogs, "entries.json", LINES);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            rows[0],
            "time=2026-11-22T20:04:08.002345Z service_name=api host=api-1 severity_text=ERROR body=upstream timeout \
             trace_id=5b8e attributes={\"k8s-pod/app\":\"api\",\"location\":\"eu\"} file=entries.json line_number=1"
        );
        assert!(rows[1].contains(
            "service_name=entries severity_text=WARN body=retry attributes={\"attempt\":2,\"user_id\":\"person-"
        ));
        assert!(rows[2].contains("service_name=origin severity_text=ERROR body=GET /live/a.m4s 503 "), "{}", rows[2]);
        assert!(
            rows[3].contains("host=71 severity_text=NOTICE body=v1.compute.instances.delete: denied"),
            "{}",
            rows[3]
        );
        assert!(rows.iter().all(|row| !row.contains("jo@") && !row.contains("token") && !row.contains("203.0")));
        assert_eq!(reasons(&piece), ["expected a time in `timestamp`, found `soon`", "expected a payload, found none"]);
    }

    #[test]
    fn an_entry_is_one_row_on_whatever_page_it_comes() {
        let entry = LINES.lines().next().unwrap();
        let keys = |text: &str| read(&GcpLogs, "x.json", text).tables.remove(0).keys;
        let (line, list, page) =
            (keys(&format!("{entry}\n")), keys(&format!("[{entry}]")), keys(&format!("{{\"entries\":[{entry}]}}")));
        assert!(line[0] == list[0] && list[0] == page[0]);
    }

    #[test]
    fn leaves_other_logs_alone() {
        for text in [
            r#"{"timestamp":"2026-11-22T20:04:08Z","severity":"ERROR","message":"x"}"#,
            r#"{"logName":"a","message":"x","time":1}"#,
        ] {
            assert_eq!(GcpLogs.recognise(&sample("x.json", text)), None, "{text}");
        }
    }
}

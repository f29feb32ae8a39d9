//! Events of a Kubernetes cluster (`kubectl get events -o json`, a watch, or the raw API), into
//! table `log_records`; the beginning of a rollout also goes into `changes`.
//!
//! Vendor: <https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/>. Three
//! lines of it:
//! ```text
//! {"kind":"List","items":[{"kind":"Event","metadata":{"name":"origin-7d.17a","namespace":"live"},
//!   "involvedObject":{"kind":"Pod","name":"origin-7d"},"reason":"BackOff","message":"Back-off restarting",
//!   "type":"Warning","count":14,"firstTimestamp":"2026-11-22T20:03:50Z","lastTimestamp":"2026-11-22T20:20:11Z"}]}
//! ```
//! Both families are read: core (`involvedObject`) and `events.k8s.io` (`regarding`), each of
//! which leaves the times of the other null. One row stands for `count` occurrences, which the
//! attributes keep with the time of the first; an event read twice counts once, with its greatest
//! count. Clusters forget events after an hour by default, so an empty export proves nothing.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::sources::json_fields::{Field, Named, to_sorted_json};
use crate::ingest::time::TimeFormat;
use crate::schema::{changes, log_records as table};

/// Events of Kubernetes.
#[derive(Debug)]
pub struct KubernetesEvents;

impl Source for KubernetesEvents {
    fn name(&self) -> &'static str {
        "kubernetes_events"
    }

    fn about(&self) -> &'static str {
        "Events of a Kubernetes cluster, from `kubectl get events -o json` or the API"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records", "changes"]
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["items[]"], |value| is_event(unwatched(value)))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Events { time: TimeFormat::iso(&TimeZone::UTC), path: file.sample.path.clone() }))
    }
}

struct Events {
    time: TimeFormat,
    path: String,
}

/// The parts of an event that both families have.
struct Event<'a> {
    id: String,
    object: &'a Value,
    reason: &'a str,
    message: &'a str,
    time: Option<i64>,
    first: (&'a str, Option<i64>),
    count: i64,
}

impl RecordReader for Events {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let value = unwatched(&value);
        // A list may hold other objects, since `kubectl get` takes several kinds.
        if !matches!(text(&value["kind"]), "" | "Event") && !text(&value["apiVersion"]).is_empty() {
            return Ok(());
        }
        if !is_event(value) {
            return Err("expected an event with `involvedObject` or `regarding`, found none".into());
        }
        let event = self.event(value)?;
        if event.time.is_none() {
            return Err("expected a time in `eventTime`, `lastTimestamp` or `creationTimestamp`, found none".into());
        }
        self.log(value, &event, out);
        if let Some(entity) = rolled_out(&event) {
            out.row(&changes::TABLE)
                .time(changes::TIME, event.first.1.or(event.time))
                .text(changes::ENTITY, entity)
                .text(changes::KIND, "deployment")
                .text(changes::SUMMARY, event.message)
                .text(changes::ACTOR_ROLE, "automation")
                .identity(&event.id)
                .version(Some(event.count))
                .finish();
        }
        Ok(())
    }
}

impl Events {
    fn event<'a>(&self, value: &'a Value) -> Result<Event<'a>, String> {
        let (meta, series) = (&value["metadata"], &value["series"]);
        let last = [
            ("eventTime", &value["eventTime"]),
            ("lastTimestamp", &value["lastTimestamp"]),
            ("deprecatedLastTimestamp", &value["deprecatedLastTimestamp"]),
            ("series.lastObservedTime", &series["lastObservedTime"]),
            ("metadata.creationTimestamp", &meta["creationTimestamp"]),
        ];
        let first = [
            ("firstTimestamp", &value["firstTimestamp"]),
            ("deprecatedFirstTimestamp", &value["deprecatedFirstTimestamp"]),
            ("eventTime", &value["eventTime"]),
            ("metadata.creationTimestamp", &meta["creationTimestamp"]),
        ];
        let object = [&value["involvedObject"], &value["regarding"]].into_iter().find(|one| one.is_object());
        let object = object.unwrap_or(&Value::Null);
        let counts = [&value["count"], &value["deprecatedCount"], &series["count"]];
        let reason = text(&value["reason"]);
        let message = [&value["message"], &value["note"]].into_iter().map(text).find(|one| !one.is_empty());
        let message = message.unwrap_or_default();
        let time = self.first_of(&last)?.1;
        let uid = identifier(&meta["uid"]);
        let (space, name) = (text(&meta["namespace"]), text(&meta["name"]));
        let id = match (uid.is_empty(), name.is_empty()) {
            (false, _) => format!("kubernetes:{uid}"),
            (true, false) => format!("kubernetes:{space}/{name}"),
            (true, true) => format!("kubernetes:{}/{reason}/{message}/{time:?}", text(&object["name"])),
        };
        let count = counts.into_iter().find_map(Value::as_i64).unwrap_or(1);
        Ok(Event { id, object, reason, message, time, first: self.first_of(&first)?, count })
    }

    /// The first time that is set, as written and as an instant.
    fn first_of<'a>(&self, times: &[(&str, &'a Value)]) -> Result<(&'a str, Option<i64>), String> {
        for (name, value) in times {
            let written = text(value);
            let time = self.time.parse(written).map_err(|reason| format!("{reason} in `{name}`"))?;
            if time.is_some() {
                return Ok((written, time));
            }
        }
        Ok(("", None))
    }

    fn log(&self, value: &Value, event: &Event<'_>, out: &mut Rows) {
        let line = i64::try_from(out.line()).ok();
        let (kind, name) = (text(&event.object["kind"]), text(&event.object["name"]));
        let hosts = [&value["source"]["host"], &value["deprecatedSource"]["host"]];
        let host = hosts.into_iter().map(text).find(|host| !host.is_empty());
        let host = host.unwrap_or(if kind == "Node" { name } else { "" });
        let components = [&value["reportingController"], &value["reportingComponent"], &value["source"]["component"]];
        let component = components.into_iter().map(text).find(|one| !one.is_empty()).unwrap_or_default();
        let severity = match text(&value["type"]) {
            "Normal" => Cow::Borrowed("INFO"),
            "Warning" => Cow::Borrowed("WARN"),
            other => Cow::Owned(other.to_uppercase()),
        };
        let attribute = |name: &'static str, text: &str| -> Named<'static> {
            (Cow::Borrowed(name), Field::Text(Cow::Owned(text.to_owned())))
        };
        let attributes = to_sorted_json(vec![
            attribute("k8s.object.kind", kind),
            attribute("k8s.object.name", name),
            attribute("k8s.namespace.name", text(&event.object["namespace"])),
            attribute("k8s.event.reason", event.reason),
            attribute("k8s.event.start_time", event.first.0),
            attribute("k8s.event.component", component),
            (Cow::Borrowed("k8s.event.count"), Field::Int(event.count)),
        ]);
        let separator = if event.reason.is_empty() || event.message.is_empty() { "" } else { ": " };
        out.row(&table::TABLE)
            .time(table::TIME, event.time)
            .text(table::SERVICE_NAME, workload(kind, name))
            .text(table::HOST, host)
            .text(table::SEVERITY_TEXT, &severity)
            .text(table::BODY, &format!("{}{separator}{}", event.reason, event.message))
            .text(table::ATTRIBUTES, &attributes)
            .text(table::FILE, &self.path)
            .int(table::LINE_NUMBER, line)
            .identity(&event.id)
            .version(Some(event.count))
            .finish();
    }
}

/// The object of a watch notification, else the value itself.
fn unwatched(value: &Value) -> &Value {
    match text(&value["type"]) {
        "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" => value.get("object").unwrap_or(value),
        _ => value,
    }
}

/// Items of a list of the raw API do not name their kind.
fn is_event(value: &Value) -> bool {
    let is_named = matches!(text(&value["kind"]), "" | "Event");
    is_named
        && (value["involvedObject"].is_object() || value["regarding"].is_object())
        && value.get("metadata").is_some()
}

/// The workload that an object belongs to: pods and replica sets without the hash that their
/// controller has added.
fn workload<'a>(kind: &str, name: &'a str) -> &'a str {
    // Generated parts have no vowels and none of 0, 1 and 3, so that they spell no words.
    static POD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(.+?)(-[bcdf-hj-np-tv-z2456789]{6,10})?-([bcdf-hj-np-tv-z2456789]{5}|\d{1,3})$")
            .expect("a valid pattern")
    });
    static SET: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.+)-[bcdf-hj-np-tv-z2456789]{6,10}$").expect("a valid pattern"));
    let pattern = match kind {
        "Pod" => &POD,
        "ReplicaSet" => &SET,
        _ => return name,
    };
    pattern.captures(name).and_then(|found| found.get(1)).map_or(name, |found| found.as_str())
}

/// The workload whose rollout an event begins or tells. Replica sets that grow or shrink are the
/// course of a rollout or the work of an autoscaler, and no change.
fn rolled_out<'a>(event: &Event<'a>) -> Option<&'a str> {
    // `to 1`, `to 1 from 0` and `from 0 to 1`, as versions have it.
    static STEP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" from [1-9]").expect("a valid pattern"));
    let message = event.message;
    let is_rollout = match (text(&event.object["kind"]), event.reason) {
        ("Deployment", "ScalingReplicaSet") => message.starts_with("Scaled up") && !STEP.is_match(message),
        ("DeploymentConfig", "DeploymentCreated")
        | ("Application", "OperationCompleted")
        | ("HelmRelease", "InstallSucceeded" | "UpgradeSucceeded" | "RollbackSucceeded") => true,
        _ => false,
    };
    is_rollout.then(|| text(&event.object["name"])).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn both_families_are_log_records() {
        let text = r#"{"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"a.1","namespace":"live","uid":"u1","creationTimestamp":"2027-02-03T20:03:50Z"},"involvedObject":{"kind":"Pod","namespace":"live","name":"origin-7d9f8b6c5d-x2k4p"},"reason":"BackOff","message":"Back-off restarting","type":"Warning","count":14,"firstTimestamp":"2027-02-03T20:03:50Z","lastTimestamp":"2027-02-03T20:20:11Z","eventTime":null,"source":{"component":"kubelet","host":"node-1"}},
            {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"b.1","uid":"u2"},"regarding":{"kind":"Node","name":"node-2"},"reason":"NodeNotReady","note":"Node is not ready","type":"Normal","eventTime":"2027-02-03T20:01:00.123456Z","deprecatedLastTimestamp":null,"reportingController":"node-controller"},
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"c.1"},"involvedObject":{"kind":"Pod","name":"x"},"lastTimestamp":null,"eventTime":null},
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"d.1"},"involvedObject":{"kind":"Pod","name":"x"},"lastTimestamp":"noon"},
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"x"}},
            {"kind":"Event"}]}"#;
        let piece = read(&KubernetesEvents, "events.json", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                r#"time=2027-02-03T20:20:11Z service_name=origin host=node-1 severity_text=WARN body=BackOff: Back-off restarting attributes={"k8s.event.component":"kubelet","k8s.event.count":14,"k8s.event.reason":"BackOff","k8s.event.start_time":"2027-02-03T20:03:50Z","k8s.namespace.name":"live","k8s.object.kind":"Pod","k8s.object.name":"origin-7d9f8b6c5d-x2k4p"} file=events.json line_number=1"#,
                r#"time=2027-02-03T20:01:00.123456Z service_name=node-2 host=node-2 severity_text=INFO body=NodeNotReady: Node is not ready attributes={"k8s.event.component":"node-controller","k8s.event.count":1,"k8s.event.reason":"NodeNotReady","k8s.event.start_time":"2027-02-03T20:01:00.123456Z","k8s.object.kind":"Node","k8s.object.name":"node-2"} file=events.json line_number=2"#,
            ]
        );
        assert_eq!(
            reasons(&piece),
            [
                "expected a time in `eventTime`, `lastTimestamp` or `creationTimestamp`, found none",
                "expected a time, found `noon` in `lastTimestamp`",
                "expected an event with `involvedObject` or `regarding`, found none",
            ]
        );
    }

    fn scaled(message: &str) -> String {
        format!(
            r#"{{"kind":"Event","metadata":{{"name":"a","uid":"{message}"}},"involvedObject":{{"kind":"Deployment","name":"origin"}},"reason":"ScalingReplicaSet","message":"{message}","firstTimestamp":"2027-02-03T20:00:00Z","lastTimestamp":"2027-02-03T20:00:09Z"}}"#
        )
    }

    #[test]
    fn only_the_beginning_of_a_rollout_is_a_change() {
        let text = [
            scaled("Scaled up replica set origin-5c to 1 from 0"),
            scaled("Scaled up replica set origin-7d from 0 to 1"),
            scaled("Scaled up replica set origin-7d from 1 to 2"),
            scaled("Scaled up replica set origin-7d to 3 from 2"),
            scaled("Scaled down replica set origin-6b to 0"),
        ];
        let piece = read(&KubernetesEvents, "events.ndjson", &text.join("\n"));
        assert_eq!(rows_of(&piece, "log_records").len(), 5);
        let rows = rows_of(&piece, "changes");
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[1],
            "time=2027-02-03T20:00:00Z entity=origin kind=deployment summary=Scaled up replica set origin-7d from 0 to 1 actor_role=automation"
        );
    }

    #[test]
    fn lists_without_kinds_and_watches_are_events_too() {
        let sample = |text| crate::ingest::sources::testing::sample("e.json", text);
        let raw = r#"{"kind":"EventList","items":[{"metadata":{"name":"a"},"involvedObject":{"kind":"Pod"}}]}"#;
        assert_eq!(KubernetesEvents.recognise(&sample(raw)), Some(Layout::Json { paths: &["items[]"] }));
        let watch = "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Event\",\"metadata\":{},\"involvedObject\":{}}}\n";
        assert_eq!(KubernetesEvents.recognise(&sample(watch)), Some(Layout::Ndjson));
        let other = r#"{"kind":"List","items":[{"kind":"Application","metadata":{},"status":{}}]}"#;
        assert_eq!(KubernetesEvents.recognise(&sample(other)), None);
    }

    #[test]
    fn generated_names_lose_their_hash_only() {
        for (kind, name, service) in [
            ("Pod", "origin-7d9f8b6c5d-x2k4p", "origin"),
            ("Pod", "cache-0", "cache"),
            ("Pod", "logger-x2k4p", "logger"),
            ("Pod", "origin-7d", "origin-7d"),
            ("Pod", "feed-splicer", "feed-splicer"),
            ("ReplicaSet", "origin-7d9f8b6c5d", "origin"),
            ("Deployment", "origin-7d9f8b6c5d", "origin-7d9f8b6c5d"),
        ] {
            assert_eq!(workload(kind, name), service, "{name}");
        }
    }
}

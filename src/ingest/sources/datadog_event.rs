//! What one event of Datadog says, in either version of its API: when, about what, and whether a
//! monitor, a deployment or someone else speaks.
//!
//! In: one JSON object. Out: an `Event`. Writes no rows.

use serde_json::Value;

use crate::ingest::shape::{identifier, text};
use crate::ingest::time;
use crate::ingest::values::is_null;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A monitor that triggered, or recovered.
    Monitor {
        /// Whether the alert is over.
        is_recovery: bool,
    },
    /// Something was changed.
    Change,
    /// Anything else.
    Note,
}

/// One event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) subject: Subject,
    pub(super) id: String,
    /// Microseconds since 1970 UTC.
    pub(super) at: i64,
    /// Title as written.
    pub(super) title: String,
    /// Title without what a monitor puts before it.
    pub(super) name: String,
    pub(super) message: String,
    /// What it is about; empty when unknown.
    pub(super) entity: String,
    pub(super) severity: String,
    /// What triggers and recoveries of one alert share.
    pub(super) key: String,
    /// Kind of a change.
    pub(super) kind: &'static str,
    pub(super) url: String,
}

/// Words by which tools and people tell of a change, and what kind it is.
const CHANGES: &[(&str, &str)] = &[
    ("feature_flag", "feature_flag"),
    ("feature flag", "feature_flag"),
    ("configuration", "configuration"),
    ("config change", "configuration"),
    ("rollback", "deployment"),
    ("rolled back", "deployment"),
    ("rollout", "deployment"),
    ("deployed", "deployment"),
    ("deployment", "deployment"),
    ("deploy", "deployment"),
    ("release", "deployment"),
];

/// Tools whose events are deployments.
const DEPLOYERS: &[&str] = &[
    "jenkins",
    "github",
    "gitlab",
    "argocd",
    "argo",
    "spinnaker",
    "circleci",
    "codedeploy",
    "octopus_deploy",
    "capistrano",
    "fabric",
    "flux",
    "helm",
    "ansible",
    "chef",
    "puppet",
    "terraform",
    "deployment",
    "ci",
];

impl Event {
    /// Reads an event; the error is the reason for a reject.
    pub(super) fn of(value: &Value) -> Result<Self, String> {
        let outer = &value["attributes"];
        let inner = if outer["attributes"].is_object() { &outer["attributes"] } else { outer };
        let first = |fields: &[&Value]| -> String {
            let known = fields.iter().map(|field| text(field)).find(|text| !is_null(text));
            known.unwrap_or_default().to_owned()
        };
        let tags: Vec<&str> = [&outer["tags"], &inner["tags"], &value["tags"]]
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let tag = |name: &str| {
            tags.iter().find_map(|tag| tag.strip_prefix(name)?.strip_prefix(':')).filter(|value| !is_null(value))
        };
        let at = [&outer["timestamp"], &inner["timestamp"], &value["date_happened"]];
        let at = instant(&at).ok_or_else(|| missing_time(&at))?;
        let title = first(&[&inner["title"], &value["title"], &outer["title"]]);
        let message = first(&[&outer["message"], &inner["message"], &value["text"]]);
        let changed = &inner["changed_resource"];
        let service = first(&[&inner["service"], &outer["service"]]);
        let entity = [text(&changed["name"]), &service, tag("service").unwrap_or_default()]
            .into_iter()
            .chain([text(&inner["hostname"]), text(&value["host"]), tag("host").unwrap_or_default()])
            .find(|name| !is_null(name))
            .unwrap_or_default()
            .to_owned();
        let (marks, name) = marks(&title);
        let spoken = [&title, &message].iter().map(|text| text.to_lowercase()).collect::<Vec<_>>().join("\n");
        let evt = &inner["evt"];
        let maker = tag("source").or(value["source"].as_str()).unwrap_or_default().to_lowercase();
        let kind = kind(text(&changed["type"]), &maker, spoken.lines().next().unwrap_or_default());
        let is_change = evt["category"] == "change" || changed.is_object() || text(&evt["type"]).contains("change");
        let speaks = text(&evt["type"]).ends_with("_alert")
            || ["monitor", "alert"].contains(&maker.as_str())
            || inner["monitor"].is_object();
        let moved = text(&inner["monitor"]["transition"]["trans_name"]).to_lowercase();
        let turned = transition(&marks).or_else(|| transition(&[moved]));
        let subject = match turned.or_else(|| speaks.then(|| status_of(inner)).flatten()) {
            Some(is_recovery) => Subject::Monitor { is_recovery },
            None if (is_change || !kind.is_empty()) && !entity.is_empty() => Subject::Change,
            None => Subject::Note,
        };
        let rank = marks.iter().find(|mark| mark.len() == 2 && mark.starts_with('p')).map(|mark| mark.to_uppercase());
        let group = first(&[&inner["aggregation_key"], &value["aggregation_key"]]);
        let monitor = identifier(&inner["monitor_id"]) + &identifier(&value["monitor_id"]);
        let groups = [&inner["monitor_groups"], &value["monitor_groups"]].map(|groups| match groups {
            Value::Array(list) if !list.is_empty() => groups.to_string(),
            _ => String::new(),
        });
        let key = if !group.is_empty() {
            group
        } else if !monitor.is_empty() {
            monitor + &groups.concat()
        } else {
            format!("{name}\n{entity}")
        };
        Ok(Self {
            subject,
            id: identifier(&value["id"]),
            at,
            name: if name.is_empty() { message.clone() } else { name.to_owned() },
            severity: rank.unwrap_or_else(|| first(&[&inner["status"], &value["alert_type"]])),
            key,
            kind,
            url: first(&[&value["url"], &outer["url"]]),
            title,
            message,
            entity,
        })
    }

    /// The title, or the message of an event without one.
    pub(super) fn summary(&self) -> &str {
        if self.title.is_empty() { &self.message } else { &self.title }
    }
}

fn instant(fields: &[&Value]) -> Option<i64> {
    fields.iter().find_map(|field| field.as_str().and_then(time::rfc3339).or_else(|| time::epoch_value(field)))
}

fn missing_time(fields: &[&Value]) -> String {
    match fields.iter().find(|field| !field.is_null()) {
        Some(field) => format!("expected a time in `timestamp`, found `{}`", identifier(field)),
        None => "expected a time in `timestamp`, found none".into(),
    }
}

/// Lower-case words in the brackets at the front of a title, and the title behind them.
fn marks(title: &str) -> (Vec<String>, &str) {
    let (mut marks, mut rest) = (Vec::new(), title.trim());
    while let Some((mark, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        let mark = mark.trim().to_lowercase();
        let is_known = transition(std::slice::from_ref(&mark)).is_some()
            || mark.len() == 2 && mark.starts_with('p') && mark.ends_with(|c: char| c.is_ascii_digit());
        if !is_known {
            break;
        }
        marks.push(mark);
        rest = after.trim_start();
    }
    (marks, rest)
}

/// Whether marks say that an alert is over (`true`) or on (`false`).
fn transition(marks: &[String]) -> Option<bool> {
    marks.iter().find_map(|mark| {
        let begins = |words: &[&str]| words.iter().any(|word| mark.starts_with(word));
        if begins(&["recovered", "warn recovered", "no data recovered", "ok"]) {
            Some(true)
        } else if begins(&[
            "triggered",
            "re-triggered",
            "renotify",
            "re-notify",
            "warn",
            "alert",
            "no data",
            "re-warn",
            "re-no data",
        ]) {
            Some(false)
        } else {
            None
        }
    })
}

/// What the status of a monitor's event says, for titles that have lost their mark.
fn status_of(inner: &Value) -> Option<bool> {
    match text(&inner["status"]) {
        "ok" | "success" | "recovery" => Some(true),
        "error" | "warn" | "warning" | "alert" => Some(false),
        _ => None,
    }
}

/// What kind of change an event tells of; empty when it tells of none.
fn kind(resource: &str, maker: &str, title: &str) -> &'static str {
    let said = if resource.is_empty() { title } else { resource };
    let word = CHANGES.iter().find(|(word, _)| has_word(said, word)).map(|(_, kind)| *kind);
    word.unwrap_or(if DEPLOYERS.contains(&maker) { "deployment" } else { "" })
}

/// Whether a text holds a phrase as whole words.
fn has_word(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_before_the_name() {
        for (title, count, name) in [
            ("[P2] [Triggered on {host:a}] CPU high", 2, "CPU high"),
            ("[Recovered] CPU high", 1, "CPU high"),
            ("[eu] CPU high", 0, "[eu] CPU high"),
            ("[", 0, "["),
            ("", 0, ""),
        ] {
            let (marks, rest) = marks(title);
            assert_eq!((marks.len(), rest), (count, name), "{title}");
        }
    }

    #[test]
    fn changes_are_told_by_tool_resource_or_title() {
        assert_eq!(kind("", "jenkins", "build 7"), "deployment");
        assert_eq!(kind("configuration", "", "x"), "configuration");
        assert_eq!(kind("", "", "rollback of 4.2"), "deployment");
        assert_eq!(kind("", "", "released pressure is undeployable"), "");
    }

    #[test]
    fn hostile_events_are_refused_with_a_reason() {
        for text in ["null", "7", "[]", r#"{"type":"event"}"#, r#"{"attributes":{"timestamp":[]}}"#] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert!(Event::of(&value).is_err(), "{text}");
        }
    }
}

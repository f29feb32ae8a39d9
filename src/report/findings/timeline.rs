//! Milestones, durations and communication.

use serde_json::{Map, Value, json};

use super::{Facts, get, time, why};

const MILESTONES: [&str; 7] =
    ["started", "detected", "acknowledged", "first_public_message", "identified", "mitigated", "resolved"];
const DURATIONS: [&str; 5] =
    ["time_to_detect", "time_to_acknowledge", "time_to_first_message", "time_to_mitigate", "time_to_resolve"];

/// Milestones; null when no input tells.
pub(super) fn milestones(facts: &Facts<'_>) -> Value {
    let rows = facts.results.rows("milestones");
    let mut milestones = Map::new();
    for name in MILESTONES {
        let row = rows.iter().find(|row| row.text("milestone") == Some(name));
        let value = row.map_or(Value::Null, |row| {
            json!({
                "at": time(row, "at"),
                "earliest": time(row, "earliest"),
                "latest": time(row, "latest"),
                "source": get(row, "source"),
            })
        });
        milestones.insert(name.to_owned(), value);
    }
    if rows.len() < MILESTONES.len() {
        milestones.insert("why".into(), "what is null is marked by no alert, message or note of the inputs".into());
    }
    Value::Object(milestones)
}

/// Durations from the first failure; null when the milestone is.
pub(super) fn durations(facts: &Facts<'_>) -> Value {
    let rows = facts.results.rows("durations");
    let mut durations = Map::new();
    for name in DURATIONS {
        let row = rows.iter().find(|row| row.text("name") == Some(name));
        let value = row.map_or(
            Value::Null,
            |row| json!({"seconds": get(row, "seconds"), "low": get(row, "low"), "high": get(row, "high")}),
        );
        durations.insert(name.to_owned(), value);
    }
    if rows.len() < DURATIONS.len() {
        durations.insert("why".into(), "a duration is null when its milestone is".into());
    }
    Value::Object(durations)
}

/// What the public was told, in figures.
pub(super) fn communication(facts: &Facts<'_>) -> Value {
    let row = facts.results.row("communication");
    let mut communication = json!({
        "first_message_delay": {
            "seconds": get(&row, "first_message_delay_seconds"),
            "low": get(&row, "first_message_delay_low"),
            "high": get(&row, "first_message_delay_high"),
        },
        "within_expectation": get(&row, "is_within_expectation"),
        "messages": get(&row, "messages"),
        "cadence": {"seconds": get(&row, "cadence_seconds")},
        "longest_silence": {"seconds": get(&row, "longest_silence_seconds")},
        "promises_kept": get(&row, "promises_kept"),
        "promises_broken": get(&row, "promises_broken"),
        "channels": channels(&row),
        "wording_warnings": null,
        "status_truthfulness": {"operational_seconds": get(&row, "operational_seconds")},
        "why": "the wording of messages is not judged",
    });
    if row.0.is_empty() || row.int("messages") == Some(0) {
        communication["why"] = why(facts.results, "communication").into();
    }
    communication
}

fn channels(row: &crate::catalog::rows::Row) -> Value {
    row.text("channels").map_or(Value::Null, |channels| channels.split(", ").collect())
}

//! What kind of incident it was, and why it happened.

use serde_json::{Value, json};

use super::{Facts, get, time};

const AXES: [&str; 4] = ["scope", "nature", "duration", "origin"];

/// The four axes; without evidence an axis is unknown.
pub(super) fn classification(facts: &Facts<'_>) -> Value {
    let rows = facts.results.rows("classification");
    let mut axes = serde_json::Map::new();
    for axis in AXES {
        let row = rows.iter().find(|row| row.text("axis") == Some(axis));
        let value = row.and_then(|row| row.text("value")).unwrap_or("unknown");
        let confidence = row.and_then(|row| row.float("confidence")).unwrap_or(0.0);
        let mut entry = json!({"value": value, "confidence": confidence, "evidence": ["classification"]});
        if value == "unknown" {
            let reason = row.and_then(|row| row.text("reason")).unwrap_or("no incident was found");
            entry["why"] = reason.into();
        }
        axes.insert(axis.to_owned(), entry);
    }
    Value::Object(axes)
}

/// Ranked causes with their signals.
pub(super) fn root_causes(facts: &Facts<'_>) -> Value {
    let signals = facts.results.rows("root_cause_signals");
    let cause = |row: &crate::catalog::rows::Row| {
        let entity = row.text("entity");
        let own: Vec<Value> = signals
            .iter()
            .filter(|signal| signal.text("entity") == entity)
            .map(|signal| {
                json!({
                    "kind": get(signal, "kind"),
                    "detail": get(signal, "detail"),
                    "at": time(signal, "at"),
                    "weight": get(signal, "weight"),
                    "evidence": ["root_cause_signals"],
                })
            })
            .collect();
        json!({
            "rank": get(row, "rank"),
            "entity": entity,
            "score": get(row, "score"),
            "confidence": get(row, "confidence"),
            "signals": own,
        })
    };
    facts.results.rows("root_causes").iter().map(cause).collect()
}

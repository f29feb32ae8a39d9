//! Complaints, satisfaction, offers and actions.

use serde_json::{Value, json};

use super::{Facts, get, time, why};
use crate::catalog::rows::Row;

/// Complaints in figures.
pub(super) fn complaints(facts: &Facts<'_>) -> Value {
    let row = facts.results.row("complaint_totals");
    let themes: Vec<Value> = facts
        .results
        .rows("complaint_themes")
        .iter()
        .map(|theme| {
            json!({
                "terms": [get(theme, "theme")],
                "share": get(theme, "share"),
                "n": get(theme, "n"),
                "addressed_by": null,
                "why": "no answer is linked to a theme yet",
            })
        })
        .collect();
    let mut complaints = json!({
        "volume": get(&row, "total"),
        "expected_volume": get(&row, "expected"),
        "lead_over_monitoring_seconds": get(&row, "lead_seconds"),
        "themes": themes,
        "reply_times": reply_times(facts),
        "silent_impact_ratio": get(&facts.results.row("silent_impact"), "ratio"),
    });
    if complaints["volume"].is_null() {
        complaints["why"] = why(facts.results, "complaint_totals").into();
    } else if complaints["lead_over_monitoring_seconds"].is_null() || complaints["silent_impact_ratio"].is_null() {
        complaints["why"] = "what is null needs alerts, a clear rise of complaints, or viewers".into();
    }
    complaints
}

fn reply_times(facts: &Facts<'_>) -> Value {
    let row = facts.results.row("reply_times");
    json!({
        "n": get(&row, "n"),
        "median_seconds": get(&row, "median_seconds"),
        "p90_seconds": get(&row, "p90_seconds"),
        "why": row.float("median_seconds").is_none().then_some("no complaint holds the time of a first reply"),
    })
}

/// Satisfaction by question, for all and for affected and unaffected respondents.
pub(super) fn satisfaction(facts: &Facts<'_>) -> Value {
    let rows = facts.results.rows("survey_by_question");
    let all = rows.iter().filter(|row| row.text("respondents") == Some("all"));
    all.map(|row| {
        let side = |name: &str| {
            let found = rows.iter().find(|other| {
                other.text("respondents") == Some(name)
                    && other.text("question") == row.text("question")
                    && other.text("kind") == row.text("kind")
            });
            group(found)
        };
        json!({
            "question": get(row, "question"),
            "kind": get(row, "kind"),
            "n": get(row, "n"),
            "score": {"value": get(row, "value"), "low": get(row, "low"), "high": get(row, "high")},
            "impacted": side("impacted"),
            "not_impacted": side("not_impacted"),
            "response_rate": null,
            "why": "no input holds the number of people who were invited",
        })
    })
    .collect()
}

fn group(row: Option<&Row>) -> Value {
    row.map_or_else(
        || json!({"n": 0, "value": null, "low": null, "high": null, "why": "no answer says whether its author was affected"}),
        |row| json!({"n": get(row, "n"), "value": get(row, "value"), "low": get(row, "low"), "high": get(row, "high")}),
    )
}

/// Offers with their effect.
pub(super) fn offers(facts: &Facts<'_>) -> Value {
    facts
        .results
        .rows("offers_effect")
        .iter()
        .map(|row| {
            let mut offer = json!({
                "kind": get(row, "kind"),
                "n": get(row, "n"),
                "cost": get(row, "cost"),
                "currency": get(row, "currency"),
                "effect": {"value": get(row, "effect"), "low": get(row, "low"), "high": get(row, "high")},
                "verdict": get(row, "verdict"),
            });
            if row.float("effect").is_none() {
                offer["why"] = "no answers to compare".into();
            }
            offer
        })
        .collect()
}

/// Proposed and existing actions.
pub(super) fn actions(facts: &Facts<'_>) -> Value {
    facts
        .results
        .rows("actions_listed")
        .iter()
        .map(|row| {
            json!({
                "action_id": get(row, "action_id"),
                "title": get(row, "title"),
                "kind": get(row, "kind"),
                "factor": get(row, "factor"),
                "because": ["actions_listed"],
                "owner_role": get(row, "owner_role"),
                "due_on": time(row, "due_on"),
                "status": get(row, "status"),
                "acceptance_query": get(row, "acceptance_query"),
                "why": "what is null is not in the ticket",
            })
        })
        .collect()
}

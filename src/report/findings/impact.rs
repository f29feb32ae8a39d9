//! When, where and how much: window, localisation and impact.

use serde_json::{Map, Value, json};

use super::{Facts, figure, get, instant, time, why};
use crate::case::CaseError;
use crate::catalog::rows::Row;

/// The measured window, with the declared one beside it.
pub(super) fn window(facts: &Facts<'_>) -> Result<Value, CaseError> {
    let row = facts.results.row("incident_window");
    let waves: Vec<Value> = facts
        .results
        .rows("incident_waves")
        .iter()
        .map(|wave| json!({"start": time(wave, "start_at"), "end": time(wave, "end_at")}))
        .collect();
    let declared = facts
        .case
        .config
        .declared_window()?
        .map(|period| json!({"start": instant(Some(period.start)), "end": instant(Some(period.end))}));
    let mut window = json!({
        "start": bounded(&row, "start"),
        "end": bounded(&row, "end"),
        "waves": waves,
        "method": get(&row, "method"),
        "evidence": evidence(&row),
        "declared": declared,
    });
    if window["start"].is_null() {
        let reason = row.text("why").map_or_else(|| why(facts.results, "incident_window"), Into::into);
        window["why"] = reason.into();
    } else if window["end"].is_null() {
        window["why"] = "failures go on where the data end".into();
    }
    Ok(window)
}

/// The query that found the window, and the rows it was found in.
fn evidence(row: &Row) -> Vec<&'static str> {
    let rows = match row.text("signal") {
        Some("metric_samples") => Some("stg_symptom_metrics"),
        Some("sli_counts") | None => None,
        Some(_) => Some("stg_reports"),
    };
    std::iter::once("incident_window").chain(rows).collect()
}

fn bounded(row: &Row, name: &str) -> Value {
    let at = time(row, &format!("{name}_at"));
    if at.is_null() {
        return Value::Null;
    }
    json!({
        "at": at,
        "earliest": time(row, &format!("{name}_earliest")),
        "latest": time(row, &format!("{name}_latest")),
    })
}

/// Slices that explain the incident, or the next best.
pub(super) fn localisation(facts: &Facts<'_>, is_claim: bool) -> Value {
    facts
        .results
        .rows("localisation")
        .iter()
        .filter(|row| row.bool("is_claim") == Some(is_claim))
        .filter_map(slice)
        .collect()
}

fn slice(row: &Row) -> Option<Value> {
    let terms: Map<String, Value> = serde_json::from_str(row.text("slice_json")?).ok()?;
    Some(json!({
        "where": terms,
        "confidence": get(row, "confidence"),
        "excess_bad": get(row, "excess_bad"),
        "share_of_excess": get(row, "share_of_excess"),
        "risk_ratio": get(row, "risk_ratio"),
        "risk_ratio_low": get(row, "risk_ratio_low"),
        "risk_ratio_high": get(row, "risk_ratio_high"),
    }))
}

/// The figures of the impact.
pub(super) fn impact(facts: &Facts<'_>) -> Value {
    let of = |columns, unit| figure(facts.results, "impact_totals", columns, unit);
    json!({
        "viewers_affected": of(["viewers_affected", "viewers_affected_low", "viewers_affected_high"], "viewers"),
        "viewer_minutes_lost":
            of(["viewer_minutes_lost", "viewer_minutes_lost_low", "viewer_minutes_lost_high"], "viewer-minutes"),
        "excess_bad": of(["excess_bad", "excess_bad_low", "excess_bad_high"], "events"),
        "peak_bad_ratio": of(["peak_bad_ratio", "peak_low", "peak_high"], "ratio"),
        "complaints":
            figure(facts.results, "complaint_totals", ["caused", "caused_low", "caused_high"], "complaints"),
        "cost": cost(facts),
    })
}

fn cost(facts: &Facts<'_>) -> Value {
    let mut cost = figure(facts.results, "incident_cost", ["cost", "cost_low", "cost_high"], "");
    let currency = facts.results.row("incident_cost").text("currency").map(str::to_owned);
    cost["unit"] = currency.or_else(|| facts.case.config.cost.currency.clone()).into();
    cost
}

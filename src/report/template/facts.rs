//! Functions of templates that know the shape of `findings.json`: slices, candidate causes, and what no input holds.
//!
//! In: parts of the findings, and the query results of the context. Out: text or lists of keys. Names of slices and entities
//! come from inputs, so they leave here escaped and marked. Sentences stay in the messages.

use std::sync::Arc;

use minijinja::{Environment, Error, Value};
use serde_json::Value as Json;

use super::super::locale::{Argument, Locale};
use super::super::markdown::escape_input;
use super::evidence::has_run;
use super::filters::{failed, to_value};

/// The kinds of signals, in the order in which they are told.
const SIGNAL_KINDS: [&str; 6] = ["change", "metric", "log", "alert", "note", "external"];

/// What a postmortem wants to know, the query that says it, and the table that feeds the query.
const WANTED: [(&str, &str, &str); 12] = [
    ("impact", "impact_totals", "sli_counts"),
    ("slices", "localisation", "sli_counts"),
    ("causes", "root_causes", "metric_samples"),
    ("logs", "log_templates_compared", "log_records"),
    ("changes", "changes_near_onset", "changes"),
    ("milestones", "milestones", "timeline_events"),
    ("messages", "public_messages_on_curve", "public_messages"),
    ("complaints", "complaint_totals", "complaints"),
    ("survey", "survey_by_question", "survey_answers"),
    ("offers", "offers_effect", "offers"),
    ("actions", "actions_listed", "actions"),
    ("metrics", "metric_shifts", "metric_samples"),
];

/// Adds the functions to `environment`.
pub(super) fn add(environment: &mut Environment<'static>, locale: &Arc<Locale>, facts: &Arc<Json>) {
    environment.add_function("slice_name", |place: &Value| -> Result<String, Error> { slice_name(place) });
    let words = Arc::clone(locale);
    environment.add_function("signal_counts", move |signals: &Value| -> Result<String, Error> {
        signal_counts(&words, signals)
    });
    environment.add_function("signal_kinds", |signals: &Value| -> Result<Vec<String>, Error> {
        Ok(SIGNAL_KINDS.iter().filter(|kind| count(signals, kind) > 0).map(ToString::to_string).collect())
    });
    let all = Arc::clone(facts);
    environment.add_function("unanswered", move || -> Value {
        let open: Vec<Json> = WANTED
            .iter()
            .filter(|(_, query, _)| !has_run(&all, query))
            .map(|(figure, _, table)| serde_json::json!({"figure": figure, "table": table.replace('_', "-")}))
            .collect();
        to_value(open)
    });
}

/// `device = tv, region = North`, from the dimensions of a slice, or the text itself when it is one already.
fn slice_name(place: &Value) -> Result<String, Error> {
    if let Some(text) = place.as_str() {
        return Ok(escape_input(text));
    }
    let mut parts = Vec::new();
    for name in place.try_iter()? {
        parts.push(format!("{name} = {}", place.get_item(&name)?));
    }
    Ok(escape_input(&parts.join(", ")))
}

/// `1 change, 2 shifted metrics and 1 alert`.
fn signal_counts(locale: &Locale, signals: &Value) -> Result<String, Error> {
    let mut parts = Vec::new();
    for kind in SIGNAL_KINDS {
        let number = count(signals, kind);
        if number > 0 {
            #[expect(clippy::cast_precision_loss, reason = "the number of signals is small")]
            let argument = Argument::Number(number as f64, 0);
            parts.push(locale.message(&format!("signal-{kind}"), &[("n", argument)]).map_err(|error| failed(&error))?);
        }
    }
    if parts.is_empty() {
        return locale.message("none", &[]).map_err(|error| failed(&error));
    }
    Ok(locale.list(&parts))
}

fn count(signals: &Value, kind: &str) -> usize {
    let Ok(signals) = signals.try_iter() else {
        return 0;
    };
    signals.filter(|signal| signal.get_attr("kind").is_ok_and(|found| found.as_str() == Some(kind))).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(json: &Json) -> Value {
        to_value(json)
    }

    #[test]
    fn slices_are_named_by_their_dimensions_and_escaped() {
        let place = value(&json!({"device": "tv", "region": "<North>"}));
        assert_eq!(slice_name(&place).unwrap(), "\u{e000}device = tv, region = \\<North\\>\u{e001}");
        assert_eq!(slice_name(&value(&json!("device = tv"))).unwrap(), "\u{e000}device = tv\u{e001}");
    }

    #[test]
    fn signals_are_counted_by_kind() {
        let locale = Locale::new("en", None).unwrap();
        let signals = value(&json!([{"kind": "metric"}, {"kind": "change"}, {"kind": "metric"}]));
        assert_eq!(signal_counts(&locale, &signals).unwrap(), "1 change and 2 shifted metrics");
        assert_eq!(signal_counts(&locale, &value(&json!([]))).unwrap(), "none");
    }
}

//! The functions of templates: sentences, evidence, charts, sections, intervals and access to query results.
//!
//! In: ids and values of the context. Out: model Markdown. A query that was skipped has no rows; whether it ran is asked with
//! `ran(name)`. Nothing here reads anything but the context.

use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, Value};
use serde_json::Value as Json;

use super::super::locale::{Argument, Locale};
use super::super::markdown::{escape, mark};
use super::filters::{as_micros, as_number, failed, is_nothing, not_known, to_value};
use super::{Used, evidence, facts as facts_of_findings};

type Outcome = Result<String, Error>;

/// Adds the functions to `environment`.
pub(super) fn add(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    zone: &TimeZone,
    used: &Arc<Mutex<Used>>,
    facts: &Arc<Json>,
) {
    add_messages(environment, locale);
    add_queries(environment, facts);
    add_intervals(environment, locale, zone);
    add_blocks(environment, locale, used, facts);
    evidence::add(environment, locale, used, facts);
    facts_of_findings::add(environment, locale, facts);
}

fn add_messages(environment: &mut Environment<'static>, locale: &Arc<Locale>) {
    let words = Arc::clone(locale);
    environment.add_function("t", move |id: String, arguments: Kwargs| -> Outcome { message(&words, &id, &arguments) });
    let words = Arc::clone(locale);
    environment.add_function("has", move |id: String| words.has_message(&id));
    let words = Arc::clone(locale);
    environment.add_function("label", move |prefix: String, key: &Value| -> Outcome {
        let Some(key) = key.as_str() else {
            return not_known(&words);
        };
        let id = format!("{prefix}-{}", key.replace(['_', ' '], "-").to_lowercase());
        if words.has_message(&id) {
            words.message(&id, &[]).map_err(|error| failed(&error))
        } else {
            Ok(super::super::markdown::escape_input(key))
        }
    });
    environment.add_global("language", locale.language().tag());
}

fn add_queries(environment: &mut Environment<'static>, facts: &Arc<Json>) {
    let all = Arc::clone(facts);
    environment.add_function("rows", move |name: String| to_value(rows(&all, &name)));
    let all = Arc::clone(facts);
    environment.add_function("row", move |name: String| to_value(rows(&all, &name).first().cloned()));
    let all = Arc::clone(facts);
    environment.add_function("ran", move |name: String| evidence::has_run(&all, &name));
    let all = Arc::clone(facts);
    environment.add_function("written", move |id: String| -> String {
        all.get("narrative").and_then(|map| map.get(&id)).and_then(Json::as_str).unwrap_or("").to_owned()
    });
}

fn add_intervals(environment: &mut Environment<'static>, locale: &Arc<Locale>, zone: &TimeZone) {
    bounds(environment, locale, "interval", |locale, low, high, decimals| {
        locale.interval(low, high, decimals.unwrap_or(0))
    });
    bounds(environment, locale, "pct_interval", |locale, low, high, decimals| {
        locale.percent_interval(low, high, decimals.unwrap_or(0))
    });
    bounds(environment, locale, "points_interval", |locale, low, high, decimals| {
        locale.interval(low * 100.0, high * 100.0, decimals.unwrap_or(0))
    });
    bounds(environment, locale, "dur_interval", |locale, low, high, _| locale.duration_interval(low, high));
    bounds(environment, locale, "compact_interval", |locale, low, high, _| compact_interval(locale, low, high));
    let (words, zone) = (Arc::clone(locale), zone.clone());
    environment.add_function("time_interval", move |low: &Value, high: &Value| -> Outcome {
        match (as_micros(low), as_micros(high)) {
            (Some(low), Some(high)) => Ok(words.time_interval(low, high, &zone)),
            _ => not_known(&words),
        }
    });
    environment.add_function("seconds_between", |from: &Value, to: &Value| -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a difference of two dates fits a float to the microsecond")]
        Some((as_micros(to)? - as_micros(from)?) as f64 / 1e6)
    });
}

fn add_blocks(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    used: &Arc<Mutex<Used>>,
    facts: &Arc<Json>,
) {
    environment
        .add_function("section", |id: String, title: String| format!("## {}{id}{}{title}", mark::ID, mark::ID_END));
    let (words, counter) = (Arc::clone(locale), Arc::clone(used));
    environment.add_function("caption", move |kind: String, title: String, note: Option<String>| -> Outcome {
        let number = {
            let mut used = evidence::lock(&counter)?;
            used.tables += 1;
            used.tables
        };
        let label = numbered(&words, "table-number", number)?;
        Ok(format!(":::table {kind}\n**{label} {title}** {}\n", note.unwrap_or_default()))
    });
    let (words, counter, all) = (Arc::clone(locale), Arc::clone(used), Arc::clone(facts));
    environment.add_function("chart", move |name: String| -> Outcome { chart(&words, &counter, &all, &name) });
    let all = Arc::clone(facts);
    environment.add_function("cell", move |name: String| -> String {
        let is_drawn = all.get("cells").and_then(|cells| cells.get(&name)).is_some();
        if is_drawn { format!("{}{name}{}", mark::GRAPHIC, mark::GRAPHIC_END) } else { String::new() }
    });
}

/// A figure with its caption; nothing when the context holds no such chart.
fn chart(locale: &Locale, used: &Mutex<Used>, facts: &Json, name: &str) -> Outcome {
    let Some(drawing) = facts.get("charts").and_then(|charts| charts.get(name)) else {
        return Ok(String::new());
    };
    let text = |key| escape(drawing.get(key).and_then(Json::as_str).unwrap_or(""));
    let number = {
        let mut used = evidence::lock(used)?;
        used.figures.push(name.to_owned());
        used.figures.len()
    };
    let label = numbered(locale, "figure-number", number)?;
    Ok(format!(":::figure {name}\n**{label} {}** {}\n:::", text("caption"), text("note")))
}

fn numbered(locale: &Locale, id: &str, number: usize) -> Outcome {
    locale.message(id, &[("n", Argument::Text(number.to_string()))]).map_err(|error| failed(&error))
}

fn compact_interval(locale: &Locale, low: f64, high: f64) -> String {
    let (first, second) = (locale.compact(low), locale.compact(high));
    match (first.split_once('\u{a0}'), second.split_once('\u{a0}')) {
        (Some((number, unit)), Some((_, other))) if unit == other => {
            let upper = second.split_once('\u{a0}').map_or("", |(number, _)| number);
            format!("{}\u{a0}{unit}", locale.span(number, upper))
        }
        _ => locale.span(&first, &second),
    }
}

fn bounds(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    name: &'static str,
    format: fn(&Locale, f64, f64, Option<u8>) -> String,
) {
    let locale = Arc::clone(locale);
    environment.add_function(name, move |low: &Value, high: &Value, decimals: Option<u8>| -> Outcome {
        match (as_number(low), as_number(high)) {
            (Some(low), Some(high)) => Ok(format(&locale, low, high, decimals)),
            _ => not_known(&locale),
        }
    });
}

fn rows(facts: &Json, name: &str) -> Vec<Json> {
    let query = facts.get("q").and_then(|queries| queries.get(name));
    query.and_then(|query| query.get("rows")).and_then(Json::as_array).cloned().unwrap_or_default()
}

fn message(locale: &Locale, id: &str, arguments: &Kwargs) -> Outcome {
    let mut filled = Vec::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        filled.push((name.replace('_', "-"), argument(locale, &value)?));
    }
    let borrowed: Vec<(&str, Argument)> = filled.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    locale.message(id, &borrowed).map_err(|error| failed(&error))
}

/// Numbers stay numbers, so that they choose the plural; a null is printed as "not known".
fn argument(locale: &Locale, value: &Value) -> Result<Argument, Error> {
    if is_nothing(value) {
        return Ok(Argument::Text(not_known(locale)?));
    }
    Ok(match as_number(value) {
        Some(number) => Argument::Number(number, u8::from(number.fract() != 0.0)),
        None => Argument::Text(value.to_string()),
    })
}

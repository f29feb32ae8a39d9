//! The filters of templates: how a value becomes text.
//!
//! In: a value of the context. Out: text of the language, or text from an input made inert. A null becomes the words for "not
//! known", never a zero and never an empty place. Times are microseconds since 1970 UTC or RFC 3339 text.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use minijinja::value::Rest;
use minijinja::{Environment, Error, ErrorKind, Value};

use super::super::locale::{Locale, round_to_interval};
use super::super::markdown::{code_span, escape_input, mark, shorten};
use super::{Used, evidence};

type Outcome = Result<String, Error>;

/// Longest text of an input inside a document.
const LONGEST_TEXT: usize = 400;

/// Adds the filters to `environment`.
pub(super) fn add(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    zone: &TimeZone,
    used: &Arc<Mutex<Used>>,
    facts: &Arc<serde_json::Value>,
) {
    add_numbers(environment, locale);
    add_times(environment, locale, zone);
    add_texts(environment, locale);
    let (used, facts) = (Arc::clone(used), Arc::clone(facts));
    environment.add_filter("ev", move |text: String, names: Rest<String>| -> Outcome {
        let links = evidence::links(&used, &facts, &names)?;
        Ok(match text.strip_suffix(['.', '…']) {
            Some(body) => format!("{body}{links}{}", &text[body.len()..]),
            None => format!("{text}{links}"),
        })
    });
}

fn add_numbers(environment: &mut Environment<'static>, locale: &Arc<Locale>) {
    number_filter(
        environment,
        locale,
        "num",
        |locale, value, decimals| Ok(locale.number(value, decimals.unwrap_or(0))),
    );
    number_filter(environment, locale, "pct", |locale, value, decimals| {
        Ok(locale.percent(value, decimals.unwrap_or(1)))
    });
    number_filter(environment, locale, "points", |locale, value, decimals| {
        Ok(locale.points(value, decimals.unwrap_or(0)))
    });
    number_filter(environment, locale, "points_value", |locale, value, decimals| {
        Ok(locale.signed(value * 100.0, decimals.unwrap_or(0)))
    });
    number_filter(environment, locale, "compact", |locale, value, _| Ok(locale.compact(value)));
    number_filter(environment, locale, "dur", |locale, value, _| Ok(locale.duration(value)));
    number_filter(environment, locale, "dur_words", |locale, value, _| {
        locale.duration_in_words(value).map_err(|error| failed(&error))
    });
    let money = Arc::clone(locale);
    environment.add_filter("money", move |value: &Value, currency: &Value| -> Outcome {
        match (as_number(value), currency.as_str()) {
            (Some(amount), Some(currency)) => Ok(money.currency(amount, &safe_code(currency))),
            _ => not_known(&money),
        }
    });
    environment.add_filter("whole", |value: &Value| -> Result<Value, Error> {
        let number = as_number(value).ok_or_else(|| wrong("a number", value))?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float beyond i64 saturates, and is no count of anything"
        )]
        Ok(Value::from(number.round() as i64))
    });
    environment.add_filter("rounded", |value: &Value, low: &Value, high: &Value| -> Result<Value, Error> {
        let number = as_number(value).ok_or_else(|| wrong("a number", value))?;
        let rounded = round_to_interval(number, as_number(low).unwrap_or(number), as_number(high).unwrap_or(number));
        Ok(to_value(serde_json::json!({
            "value": rounded.value, "low": rounded.low, "high": rounded.high, "decimals": rounded.decimals
        })))
    });
}

fn add_times(environment: &mut Environment<'static>, locale: &Arc<Locale>, zone: &TimeZone) {
    time_filter(environment, locale, zone, "time", Locale::time);
    time_filter(environment, locale, zone, "time_s", Locale::time_with_seconds);
    time_filter(environment, locale, zone, "date", Locale::date);
    time_filter(environment, locale, zone, "day", Locale::day);
    time_filter(environment, locale, zone, "date_time", Locale::date_time);
    time_filter(environment, locale, zone, "zone", Locale::zone);
}

fn add_texts(environment: &mut Environment<'static>, locale: &Arc<Locale>) {
    let words = Arc::clone(locale);
    environment.add_filter("md", move |value: &Value, limit: Option<usize>| -> Outcome {
        if is_nothing(value) {
            return not_known(&words);
        }
        Ok(escape_input(&shorten(&as_text(value), limit.unwrap_or(LONGEST_TEXT))))
    });
    environment.add_filter("code", |value: &Value| -> Outcome {
        Ok(code_span(&shorten(&as_text(value), LONGEST_TEXT), false))
    });
    environment.add_filter("code_cell", |value: &Value| -> Outcome {
        Ok(code_span(&shorten(&as_text(value), LONGEST_TEXT), true))
    });
    environment.add_filter("sub", |text: String| format!("{}{text}", mark::SUB));
    environment.add_filter("good", |text: String| format!("{}{text}{}", mark::GOOD, mark::VERDICT_END));
    environment.add_filter("bad", |text: String| format!("{}{text}{}", mark::BAD, mark::VERDICT_END));
    let lists = Arc::clone(locale);
    environment.add_filter("joined", move |items: Vec<String>| -> String { lists.list(&items) });
    environment.add_filter("upper_first", |text: String| -> String { upper_first(&text) });
}

fn number_filter(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    name: &'static str,
    format: fn(&Locale, f64, Option<u8>) -> Outcome,
) {
    let locale = Arc::clone(locale);
    environment.add_filter(name, move |value: &Value, decimals: Option<u8>| -> Outcome {
        match as_number(value) {
            Some(number) => format(&locale, number, decimals),
            None => not_known(&locale),
        }
    });
}

fn time_filter(
    environment: &mut Environment<'static>,
    locale: &Arc<Locale>,
    zone: &TimeZone,
    name: &'static str,
    format: fn(&Locale, i64, &TimeZone) -> String,
) {
    let (locale, zone) = (Arc::clone(locale), zone.clone());
    environment.add_filter(name, move |value: &Value| -> Outcome {
        match as_micros(value) {
            Some(micros) => Ok(format(&locale, micros, &zone)),
            None => not_known(&locale),
        }
    });
}

/// JSON as a value of a template.
pub(super) fn to_value(json: impl serde::Serialize) -> Value {
    Value::from(minijinja::value::Serde(json))
}

/// A finite number, if the value is one.
pub(super) fn as_number(value: &Value) -> Option<f64> {
    if value.is_number() { f64::try_from(value.clone()).ok().filter(|number| number.is_finite()) } else { None }
}

/// Microseconds since 1970 UTC, from an integer or from RFC 3339 text (UTC when it has no offset).
pub(super) fn as_micros(value: &Value) -> Option<i64> {
    if value.is_integer() {
        return i64::try_from(value.clone()).ok();
    }
    let text = value.as_str()?;
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_microsecond());
    }
    let civil: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(civil).ok().map(Timestamp::as_microsecond)
}

pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_none() || value.is_undefined()
}

pub(super) fn not_known(locale: &Locale) -> Outcome {
    locale.message("not-known", &[]).map_err(|error| failed(&error))
}

pub(super) fn failed(error: &super::super::error::ReportError) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

pub(super) fn wrong(expected: &str, found: &Value) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("expected {expected}, found {}", found.kind()))
}

fn as_text(value: &Value) -> String {
    if is_nothing(value) { String::new() } else { value.as_str().map_or_else(|| value.to_string(), str::to_owned) }
}

/// A currency code is letters; anything else of an input is left out.
fn safe_code(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).take(3).collect()
}

/// The first letter as a capital; marks before it are kept.
fn upper_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_from_micros_and_from_text() {
        let expected = Some(1_773_517_440_000_000);
        assert_eq!(as_micros(&Value::from(1_773_517_440_000_000_i64)), expected);
        assert_eq!(as_micros(&Value::from("2026-03-14T19:44:00Z")), expected);
        assert_eq!(as_micros(&Value::from("2026-03-14T20:44:00+01:00")), expected);
        assert_eq!(as_micros(&Value::from("2026-03-14T19:44:00")), expected);
        assert_eq!(as_micros(&Value::from("soon")), None);
        assert_eq!(as_micros(&Value::from(())), None);
    }

    #[test]
    fn what_is_not_finite_is_not_a_number() {
        assert_eq!(as_number(&Value::from(f64::NAN)), None);
        assert_eq!(as_number(&Value::from("12")), None);
        assert_eq!(as_number(&Value::from(12)), Some(12.0));
    }

    #[test]
    fn only_letters_of_a_currency_are_kept() {
        assert_eq!(safe_code("EUR"), "EUR");
        assert_eq!(safe_code("<b>"), "b");
    }
}

//! Parameters that every query may use, with their values from the case.

use std::collections::BTreeMap;

use super::front_matter::{Parameter, ParameterKind};
use crate::case::{Case, CaseError, Period};
use crate::engine::Value;

/// Parameters that are known only after the window has been found.
pub const WINDOW: &[&str] = &["incident_start", "incident_end", "baseline_start", "baseline_end"];

/// What each parameter of the case is, for the documentation.
pub const DESCRIBED: &[(&str, &str)] = &[
    ("data_start", "first instant in the data"),
    ("data_end", "last instant in the data"),
    (
        "incident_start",
        "start of the window the figures are for: the declared one, else the measured one; null without an incident",
    ),
    ("incident_end", "its end; the last instant in the data while the incident goes on"),
    ("baseline_start", "start of the reference period"),
    ("baseline_end", "its end"),
    ("excluded", "stretches that are no reference, as `start/end` in microseconds, separated by spaces"),
    ("reference", "the declared reference period, written the same way; empty when none is declared"),
    ("general_share", "policy.general_share"),
    ("min_n", "policy.min_n"),
    ("prolonged_after_seconds", "policy.prolonged_after"),
    ("first_message_within_seconds", "policy.first_message_within"),
    ("cost_per_viewer_hour", "cost.per_viewer_hour, null when not given"),
    ("cost_per_contact", "cost.per_contact, null when not given"),
    ("currency", "cost.currency, empty when not given"),
    ("symptom_entity", "symptom.entity, empty when not given"),
    ("symptom_metric", "symptom.metric, empty when not given"),
    ("symptom_statistic", "symptom.statistic, empty when not given"),
];

/// Values of the parameters of a case.
#[derive(Debug, Clone)]
pub struct Parameters {
    values: BTreeMap<String, Value>,
    declared: Option<Period>,
    baseline: Option<Period>,
    data: Option<Period>,
}

impl Parameters {
    /// Values from the configuration and the extent of the data; the window is not known yet.
    pub fn new(case: &Case, data: Option<Period>) -> Result<Self, CaseError> {
        let config = &case.config;
        let excluded: Vec<String> =
            config.excluded()?.iter().map(|period| format!("{}/{}", period.start, period.end)).collect();
        let baseline = config.declared_baseline()?;
        let reference = baseline.map_or_else(String::new, |period| format!("{}/{}", period.start, period.end));
        let symptom = config.symptom.clone().unwrap_or_default();
        let values = [
            ("data_start", Value::Time(data.map(|data| data.start))),
            ("data_end", Value::Time(data.map(|data| data.end))),
            ("excluded", Value::Text(excluded.join(" "))),
            ("reference", Value::Text(reference)),
            ("general_share", Value::Float(config.policy.general_share)),
            ("min_n", Value::Int(config.policy.min_n)),
            ("prolonged_after_seconds", Value::Int(config.prolonged_after_seconds()?)),
            ("first_message_within_seconds", Value::Int(config.first_message_within_seconds()?)),
            ("cost_per_viewer_hour", price(config.cost.per_viewer_hour)),
            ("cost_per_contact", price(config.cost.per_contact)),
            ("currency", Value::Text(config.cost.currency.clone().unwrap_or_default())),
            ("symptom_entity", Value::Text(symptom.entity)),
            ("symptom_metric", Value::Text(symptom.metric)),
            ("symptom_statistic", Value::Text(symptom.statistic.unwrap_or_default())),
        ];
        let mut parameters = Self {
            values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            declared: config.declared_window()?,
            baseline,
            data,
        };
        parameters.set_window(None, None);
        Ok(parameters)
    }

    /// Sets the window that was measured; a declared one wins for the figures.
    pub fn set_window(&mut self, start: Option<i64>, end: Option<i64>) {
        let start = self.declared.map(|declared| declared.start).or(start);
        let last = self.data.map(|data| data.end);
        let end = self.declared.map(|declared| declared.end).or(end).or(last).filter(|_| start.is_some());
        let open = |time: i64, data: Option<i64>| if time == i64::MIN || time == i64::MAX { data } else { Some(time) };
        let first = self.data.map(|data| data.start);
        let baseline_start = self.baseline.map_or(first, |baseline| open(baseline.start, first));
        let baseline_end = self.baseline.map_or(start.or(last), |baseline| open(baseline.end, start.or(last)));
        for (name, time) in [
            ("incident_start", start),
            ("incident_end", end),
            ("baseline_start", baseline_start),
            ("baseline_end", baseline_end),
        ] {
            self.values.insert(name.to_owned(), Value::Time(time));
        }
    }

    /// Start of the window the figures are for.
    pub fn incident_start(&self) -> Option<i64> {
        match self.values.get("incident_start") {
            Some(Value::Time(start)) => *start,
            _ => None,
        }
    }

    /// End of the window the figures are for.
    pub fn incident_end(&self) -> Option<i64> {
        match self.values.get("incident_end") {
            Some(Value::Time(end)) => *end,
            _ => None,
        }
    }

    /// Extent of the data.
    pub fn data(&self) -> Option<Period> {
        self.data
    }

    /// The values, with the defaults of a query's own parameters.
    pub fn with(&self, own: &BTreeMap<String, Parameter>) -> BTreeMap<String, Value> {
        let mut values = self.values.clone();
        for (name, parameter) in own {
            values.insert(name.clone(), parameter.value());
        }
        values
    }
}

/// A price, null when it is not configured.
fn price(price: Option<f64>) -> Value {
    price.map_or(Value::Null, Value::Float)
}

impl Parameter {
    /// The default as a value.
    pub fn value(&self) -> Value {
        match self.kind {
            ParameterKind::Float => Value::Float(self.default.as_f64().unwrap_or_default()),
            ParameterKind::Int => Value::Int(self.default.as_i64().unwrap_or_default()),
            ParameterKind::Text => Value::Text(self.default.as_str().unwrap_or_default().to_owned()),
        }
    }
}

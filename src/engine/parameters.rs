//! Named parameters of a query, such as `$incident_start`, and how they get their values.
//!
//! A parameter is replaced by a typed literal before the statement is planned. The planner could
//! bind placeholders itself, but then it has to guess the type of `$incident_start - INTERVAL
//! '1 hour'` before it knows the value, and refuses (DataFusion 55).

use std::collections::BTreeMap;

use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::error::EngineError;

/// A parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An instant in microseconds; `None` when not known.
    Time(Option<i64>),
    /// A number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A number that is not known.
    Null,
}

/// Replaces the parameters of a statement by their values.
pub(super) fn bind(sql: &str, parameters: &BTreeMap<String, Value>) -> Result<String, EngineError> {
    let mut bound = String::with_capacity(sql.len());
    for token in tokens(sql)? {
        match &token {
            Token::Placeholder(name) => {
                let name = name.trim_start_matches('$');
                let value = parameters.get(name).ok_or_else(|| unknown(name, parameters))?;
                bound.push_str(&value.literal());
            }
            other => bound.push_str(&other.to_string()),
        }
    }
    Ok(bound)
}

/// Names of the parameters that a statement uses, sorted.
pub(super) fn used(sql: &str) -> Result<Vec<String>, EngineError> {
    let mut names: Vec<String> = tokens(sql)?
        .into_iter()
        .filter_map(|token| match token {
            Token::Placeholder(name) => Some(name.trim_start_matches('$').to_owned()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

impl Value {
    /// The value as SQL, with its type.
    pub fn literal(&self) -> String {
        match self {
            Self::Time(Some(micros)) => format!("arrow_cast({micros}, 'Timestamp(Microsecond, Some(\"UTC\"))')"),
            Self::Time(None) => "arrow_cast(NULL, 'Timestamp(Microsecond, Some(\"UTC\"))')".into(),
            Self::Float(value) => format!("CAST({value:?} AS DOUBLE)"),
            Self::Int(value) => format!("CAST({value} AS BIGINT)"),
            Self::Null => "CAST(NULL AS DOUBLE)".into(),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
        }
    }
}

fn tokens(sql: &str) -> Result<Vec<Token>, EngineError> {
    Tokenizer::new(&GenericDialect {}, sql)
        .with_unescape(false)
        .tokenize()
        .map_err(|error| DataFusionError::Plan(error.to_string()).into())
}

fn unknown(name: &str, parameters: &BTreeMap<String, Value>) -> EngineError {
    let known: Vec<String> = parameters.keys().map(|name| format!("${name}")).collect();
    EngineError::UnknownParameter { name: name.to_owned(), known: known.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_typed_literals() {
        let parameters = BTreeMap::from([("name".to_owned(), Value::Text("it's".into()))]);
        assert_eq!(bind("SELECT $name -- $x", &parameters).expect("bound"), "SELECT 'it''s' -- $x");
    }

    #[test]
    fn an_unknown_parameter_is_named() {
        let error = bind("SELECT $start", &BTreeMap::new()).expect_err("an error");
        assert!(error.to_string().contains("$start"));
    }

    #[test]
    fn a_dollar_in_a_text_is_no_parameter() {
        assert_eq!(used("SELECT '$a', $b").expect("names"), ["b"]);
    }
}

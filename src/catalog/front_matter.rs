//! The header of a query file: TOML in the first comment, so that any SQL tool can open the file.

use std::collections::BTreeMap;

use miette::NamedSource;
use serde::Deserialize;

use super::error::CatalogError;

/// What a query says about itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Short name for a reader.
    pub title: String,
    /// The question it answers.
    pub answers: String,
    /// What one row is.
    pub grain: String,
    /// How the figures are computed, for the reader of a report.
    #[serde(default)]
    pub method: Option<String>,
    /// Tables and queries it can do without: when they are empty the query still runs.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Those of them that only stand in for others that are empty: a case that lacks them loses nothing.
    #[serde(default)]
    pub instead: Vec<String>,
    /// Parameters with a default; those of the case need no entry.
    #[serde(default)]
    pub params: BTreeMap<String, Parameter>,
    /// Its columns and what they hold.
    pub columns: BTreeMap<String, String>,
    /// How it is drawn.
    #[serde(default)]
    pub chart: Option<Chart>,
    /// What must hold of its rows.
    #[serde(default)]
    pub check: Vec<Check>,
}

/// A parameter of one query.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// `float`, `int` or `text`.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// Its value unless the user gives another.
    pub default: serde_json::Value,
    /// What it is.
    pub about: String,
}

/// Type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterKind {
    /// A number.
    Float,
    /// A whole number.
    Int,
    /// A text.
    Text,
}

/// How a query is drawn.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Kind of chart.
    pub kind: String,
}

/// Something that must hold of all rows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// No two rows agree in these columns.
    pub unique: Vec<String>,
    /// None of these columns is null.
    pub not_null: Vec<String>,
    /// This column lies between `min` and `max`.
    pub in_range: Option<String>,
    /// Lowest value of `in_range`.
    pub min: Option<f64>,
    /// Highest value of `in_range`.
    pub max: Option<f64>,
    /// There is no row at all.
    pub empty: bool,
}

/// Splits a query file into its header and its SQL.
pub fn parse(name: &str, text: &str) -> Result<(Header, String), CatalogError> {
    let wrong = |message: String, from: usize, to: usize| CatalogError::Header {
        name: name.to_owned(),
        message,
        text: NamedSource::new(format!("{name}.sql"), text.to_owned()),
        span: (from..to).into(),
    };
    let Some(rest) = text.strip_prefix("/*---") else {
        return Err(wrong("expected `/*---` at the beginning of the file".into(), 0, text.len().min(1)));
    };
    let Some(length) = rest.find("---*/") else {
        return Err(wrong("expected `---*/` after the header, found the end of the file".into(), 0, 5));
    };
    let offset = "/*---".len();
    let header = toml_edit::de::from_str(&rest[..length]).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        wrong(error.message().to_owned(), offset + span.start, offset + span.end)
    })?;
    let sql = rest[length + "---*/".len()..].trim().trim_end_matches(';').to_owned();
    Ok((header, sql))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "/*---\ntitle='t'\nanswers='a?'\ngrain='one row'\n[columns]\nx='number'\n---*/\nSELECT 1 AS x;\n";

    #[test]
    fn header_and_sql_are_told_apart() {
        let (header, sql) = parse("q", GOOD).expect("a query");
        assert_eq!(header.title, "t");
        assert_eq!(sql, "SELECT 1 AS x");
    }

    #[test]
    fn a_wrong_key_is_placed_in_the_file() {
        let error = parse("q", &GOOD.replace("grain", "grains")).expect_err("an error");
        let CatalogError::Header { span, .. } = error else { panic!("a header error") };
        assert!(span.offset() >= 5);
    }

    #[test]
    fn a_file_without_header_is_refused() {
        assert!(parse("q", "SELECT 1").is_err());
        assert!(parse("q", "").is_err());
    }
}

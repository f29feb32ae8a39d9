//! What must hold of the rows of a query, as SQL that counts the rows for which it does not.

use super::front_matter::Check;

/// The statements that count violations in the published result `name`, with a sentence on what
/// each found.
pub fn statements(name: &str, checks: &[Check]) -> Vec<(String, String)> {
    checks.iter().flat_map(|check| of_check(name, check)).collect()
}

fn of_check(name: &str, check: &Check) -> Vec<(String, String)> {
    let mut statements = Vec::new();
    if !check.unique.is_empty() {
        let columns = check.unique.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT count(*) AS n FROM (SELECT {columns} FROM {name} GROUP BY {columns} HAVING count(*) > 1) AS repeated"
        );
        statements.push((sql, format!("expected one row for each {}, found repeated ones", check.unique.join(", "))));
    }
    for column in &check.not_null {
        let sql = format!("SELECT count(*) AS n FROM {name} WHERE {} IS NULL", quoted(column));
        statements.push((sql, format!("expected a value in `{column}`, found null")));
    }
    if let Some(column) = &check.in_range {
        let (low, high) = (check.min.unwrap_or(f64::MIN), check.max.unwrap_or(f64::MAX));
        let sql = format!("SELECT count(*) AS n FROM {name} WHERE {} NOT BETWEEN {low:?} AND {high:?}", quoted(column));
        statements.push((sql, format!("expected `{column}` between {low} and {high}, found a value outside")));
    }
    if check.empty {
        statements.push((format!("SELECT count(*) AS n FROM {name}"), "expected no row, found some".into()));
    }
    statements
}

fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_check_has_its_statement() {
        let check = Check {
            unique: vec!["a".into(), "b".into()],
            not_null: vec!["a".into()],
            in_range: Some("share".into()),
            min: Some(0.0),
            max: Some(1.0),
            empty: true,
        };
        assert_eq!(statements("q", &[check]).len(), 4);
        assert!(statements("q", &[Check::default()]).is_empty());
    }
}

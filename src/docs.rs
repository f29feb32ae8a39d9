//! The generated pages of `docs/`: SQL functions, queries, tables and sources.
//!
//! In: the lists that the program itself runs on. Out: Markdown, the same on every machine. Nothing
//! is written here; `tests/it/docs.rs` compares the pages with the files.

use std::fmt::Write as _;

use crate::catalog::{Catalog, CatalogError, params};
use crate::engine::functions::FUNCTIONS;
use crate::ingest::sources::SOURCES;
use crate::schema::TABLES;

/// Says where a page comes from, for whoever wants to edit it.
const NOTE: &str = "<!-- Made from the sources by `just bless`; edits here are overwritten. -->";

/// `docs/functions.md`: the SQL functions that constat adds.
pub fn functions() -> String {
    let mut page = format!("{NOTE}\n\n# SQL functions\n\nBesides these, every function of DataFusion can be used.\n");
    for function in FUNCTIONS {
        put(&mut page, &format!("\n## `{}`\n\n`{}` ({})\n", function.name, function.signature, function.kind()));
        put(&mut page, &format!("\n{}\n\n| argument | what it is |\n| --- | --- |\n", function.about));
        for (name, about) in function.arguments {
            put(&mut page, &format!("| `{name}` | {} |\n", cell(about)));
        }
        put(&mut page, &format!("\n```sql\n{}\n```\n", function.example));
    }
    page
}

/// `docs/queries.md`: the built-in catalogue, by topic.
///
/// # Errors
/// A built-in query is wrong, which the tests of the catalogue find first.
pub fn queries() -> Result<String, CatalogError> {
    let catalog = Catalog::built_in()?;
    let mut queries: Vec<_> = catalog.ordered().collect();
    queries.sort_by(|a, b| (&a.topic, &a.name).cmp(&(&b.topic, &b.name)));
    let mut page = format!("{NOTE}\n\n# Queries\n\nRun one with `constat query CASE NAME`.\n");
    let mut topic = "";
    for query in queries {
        if query.topic != topic {
            topic = &query.topic;
            put(&mut page, &format!("\n## {topic}\n"));
        }
        let header = &query.header;
        put(&mut page, &format!("\n### `{}`\n\n{} Grain: {}.\n", query.name, header.answers, header.grain));
        if let Some(method) = &header.method {
            put(&mut page, &format!("\nMethod: {method}\n"));
        }
        put(&mut page, &format!("\nReads: {}\n\n| column | what it holds |\n| --- | --- |\n", code(&query.reads)));
        for (name, about) in &header.columns {
            put(&mut page, &format!("| `{name}` | {} |\n", cell(about)));
        }
    }
    put(&mut page, "\n## Parameters of every query\n\n| parameter | what it is |\n| --- | --- |\n");
    for (name, about) in params::DESCRIBED {
        put(&mut page, &format!("| `${name}` | {} |\n", cell(about)));
    }
    Ok(page)
}

/// `docs/tables.md`: the canonical tables and their columns.
pub fn tables() -> String {
    let mut page = format!("{NOTE}\n\n# Tables\n\nTimes are UTC with microseconds.\n");
    for table in TABLES {
        put(&mut page, &format!("\n## `{}`\n\nOne row is {}. Fed by: {}.\n", table.name, table.row, table.fed_by));
        put(&mut page, "\n| column | type | tidy form | what it holds |\n| --- | --- | --- | --- |\n");
        for column in table.columns {
            let need = if column.is_required { "required" } else { "optional" };
            put(
                &mut page,
                &format!("| `{}` | {} | {need} | {} |\n", column.name, column.kind.name(), cell(column.about)),
            );
        }
        if table.has_dimensions {
            put(&mut page, "| ... | text | optional | free dimensions, under the names they have in the export |\n");
        }
    }
    page
}

/// `docs/sources.md`: the exports that are recognised, in the order in which they are tried.
pub fn sources() -> String {
    let mut page = format!(
        "{NOTE}\n\n# Sources\n\nA file is recognised by its content, not by its name; the first that fits reads it.\n"
    );
    put(&mut page, "\n| source | what it reads | tables |\n| --- | --- | --- |\n");
    for source in SOURCES {
        let tables: Vec<String> = source.tables().iter().map(|table| (*table).to_owned()).collect();
        put(&mut page, &format!("| `{}` | {} | {} |\n", source.name(), cell(source.about()), code(&tables)));
    }
    page
}

/// Appends; a string takes everything.
fn put(page: &mut String, text: &str) {
    let _ = page.write_str(text);
}

/// Text that stays inside one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn code(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_and_table_has_a_heading() {
        let (functions, tables) = (functions(), tables());
        assert!(FUNCTIONS.iter().all(|function| functions.contains(&format!("\n## `{}`\n", function.name))));
        assert!(TABLES.iter().all(|table| tables.contains(&format!("\n## `{}`\n", table.name))));
    }

    #[test]
    fn a_bar_does_not_break_a_table() {
        assert_eq!(cell("a | b\nc"), "a \\| b c");
    }
}

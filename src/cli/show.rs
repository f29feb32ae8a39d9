//! `constat sources`, `queries`, `functions` and `tables`: what is built in.

use std::fmt::Write as _;

use super::terminal::Terminal;
use super::{CommandResult, Ending};
use crate::catalog::Catalog;
use crate::engine::functions::FUNCTIONS;
use crate::ingest::sources::SOURCES;
use crate::schema::TABLES;

pub(super) fn sources(terminal: &Terminal) -> CommandResult {
    let rows = SOURCES
        .iter()
        .map(|source| (source.name().to_owned(), format!("{} [{}]", source.about(), source.tables().join(", "))));
    print(terminal, rows)
}

pub(super) fn queries(terminal: &Terminal) -> CommandResult {
    let catalog = Catalog::built_in()?;
    let rows: Vec<(String, String)> =
        catalog.ordered().map(|query| (query.name.clone(), query.header.answers.clone())).collect();
    print(terminal, rows)
}

pub(super) fn functions(terminal: &Terminal) -> CommandResult {
    print(terminal, FUNCTIONS.iter().map(|function| (function.signature.to_owned(), function.about.to_owned())))
}

pub(super) fn tables(terminal: &Terminal) -> CommandResult {
    let mut rows = Vec::new();
    for table in TABLES {
        rows.push((table.name.to_owned(), format!("one row is {}", table.row)));
        for column in table.columns {
            let required = if column.is_required { ", required" } else { "" };
            rows.push((format!("  {}", column.name), format!("{}{required}: {}", column.kind.name(), column.about)));
        }
        if table.has_dimensions {
            rows.push((
                "  ...".to_owned(),
                "text: free dimensions, under the names they have in the export".to_owned(),
            ));
        }
    }
    print(terminal, rows)
}

fn print(terminal: &Terminal, rows: impl IntoIterator<Item = (String, String)>) -> CommandResult {
    let mut text = String::new();
    for (name, about) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<28} {about}");
    }
    terminal.text(&text)?;
    Ok(Ending::Done)
}

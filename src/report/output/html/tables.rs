//! Tables of model Markdown as HTML tables and definition lists, and the data behind a figure.
//!
//! In: table nodes, or columns and rows of a chart. Out: HTML in the writer. Numbers are at the right, the first cell of a row
//! is its head, and every cell names its column, so that a narrow screen can show rows as blocks.

use std::fmt::Write as _;

use comrak::nodes::{Node, NodeValue, TableAlignment};
use serde_json::Value as Json;

use super::super::super::error::ReportError;
use super::super::super::locale::{Argument, Locale};
use super::super::super::markdown::strip_marks;
use super::blocks::{Writer, plain_text};
use super::{escape_html, numbered};

/// Rows of a figure's data that are shown.
const DATA_ROWS: usize = 30;

/// A table directive: a caption paragraph, then the table. `kind` is `stack`, `scroll` or `plain`.
pub(super) fn captioned(writer: &mut Writer<'_>, node: Node<'_>, kind: &str) -> Result<(), ReportError> {
    let kind = match kind {
        "scroll" | "plain" => kind,
        _ => "stack",
    };
    let mut caption = String::new();
    for child in node.children() {
        let is_table = matches!(child.data.borrow().value, NodeValue::Table(_));
        if !is_table {
            caption.push_str(&caption_html(writer, child));
            continue;
        }
        if kind == "scroll" {
            let label = writer.locale.message("page-table-label", &[])?;
            writer.push(&format!("<section class=\"scroll\" tabindex=\"0\" aria-label=\"{}\">", escape_html(&label)));
        } else {
            writer.push(&format!("<div class=\"{kind}\">"));
        }
        table(writer, child, &format!("<caption>{caption}</caption>"));
        writer.push(if kind == "scroll" { "</section>\n" } else { "</div>\n" });
    }
    Ok(())
}

/// A caption: its strong words are the title.
pub(super) fn caption_html(writer: &mut Writer<'_>, node: Node<'_>) -> String {
    let html = writer.inline_html(node);
    html.replacen("<strong>", "<b>", 1).replacen("</strong>", "</b>", 1).trim_end().to_owned()
}

/// The table itself, after `caption`, which is HTML.
pub(super) fn table(writer: &mut Writer<'_>, node: Node<'_>, caption: &str) {
    let alignments = match &node.data.borrow().value {
        NodeValue::Table(table) => table.alignments.clone(),
        _ => return,
    };
    let is_number = |column: usize| alignments.get(column) == Some(&TableAlignment::Right);
    let mut names: Vec<String> = Vec::new();
    writer.push(&format!("<table>{caption}"));
    for (index, row) in node.children().enumerate() {
        if index == 0 {
            names = row.children().map(|cell| escape_html(strip_marks(&plain_text(cell)).trim())).collect();
            writer.push("<thead><tr>");
            for (column, cell) in row.children().enumerate() {
                let words = writer.inline_html(cell);
                let class = if is_number(column) { " class=\"n\"" } else { "" };
                writer.push(&format!("<th scope=\"col\"{class}>{words}</th>"));
            }
            writer.push("</tr></thead><tbody>\n");
            continue;
        }
        writer.push("<tr>");
        for (column, cell) in row.children().enumerate() {
            let words = writer.inline_html(cell);
            let class = if is_number(column) { " class=\"n\"" } else { "" };
            let name = names.get(column).map_or("", String::as_str);
            let html = if column == 0 {
                format!("<th scope=\"row\"{class}>{words}</th>")
            } else {
                format!("<td{class} data-l=\"{name}\">{words}</td>")
            };
            writer.push(&html);
        }
        writer.push("</tr>\n");
    }
    writer.push("</tbody></table>");
}

/// The tables of the head as definition lists: classes, key figures, facts about the document.
pub(super) fn definitions(writer: &mut Writer<'_>, node: Node<'_>, kind: &str) -> Result<(), ReportError> {
    writer.push(&format!("<dl class=\"{kind}\">\n"));
    for table in node.children() {
        for row in table.children().skip(1) {
            let cells: Vec<String> = row.children().map(|cell| writer.inline_html(cell)).collect();
            let cell = |index: usize| cells.get(index).map_or("", String::as_str);
            let html = match kind {
                "class" => class_html(writer.locale, cell(0), cell(1), cell(2), cell(3))?,
                "keys" => key_html(cell(0), cell(1), cell(2)),
                _ => format!("<div><dt>{}</dt><dd>{}</dd></div>\n", cell(0), cell(1)),
            };
            writer.push(&html);
        }
    }
    writer.push("</dl>\n");
    Ok(())
}

fn class_html(locale: &Locale, axis: &str, value: &str, confidence: &str, why: &str) -> Result<String, ReportError> {
    let share = confidence.replace(',', ".").parse::<f64>().unwrap_or(0.0).clamp(0.0, 1.0) * 100.0;
    let said = locale.message("page-confidence", &[("value", Argument::Text(confidence.to_owned()))])?;
    Ok(format!(
        "<div style=\"--c:{share:.0}%\"><dt>{axis}</dt><dd><span class=\"val\">{value}</span><div class=\"why\">{said}<br>{why}</div></dd></div>\n"
    ))
}

/// A key figure; the unit after the number is set smaller.
fn key_html(value: &str, interval: &str, what: &str) -> String {
    let value = match value.rsplit_once('\u{a0}') {
        Some((number, unit)) if !unit.contains(|digit: char| digit.is_ascii_digit()) && !number.contains('\u{a0}') => {
            format!("{number}\u{a0}<small>{unit}</small>")
        }
        _ => value.to_owned(),
    };
    format!("<div><dt>{what}</dt><dd class=\"val\">{value}</dd><dd class=\"int\">{interval}</dd></div>\n")
}

/// The data of a chart in a closed element, thinned to a readable number of rows.
pub(super) fn chart_data(writer: &mut Writer<'_>, chart: &Json, number: &str) -> Result<(), ReportError> {
    let source = chart.get("table").filter(|table| table.is_object()).unwrap_or(chart);
    let list = |key: &str| source.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let (columns, rows) = (list("columns"), list("rows"));
    if columns.is_empty() || rows.is_empty() {
        return Ok(());
    }
    let title = escape_html(&numbered(writer.locale, "page-data", number)?);
    let mut html = format!(
        "<details><summary>{title}</summary><section class=\"scroll\" tabindex=\"0\" aria-label=\"{title}\"><table><caption class=\"vh\">{title}</caption><thead><tr>"
    );
    for column in &columns {
        let _ = write!(html, "<th scope=\"col\">{}</th>", data_cell(writer.locale, Some(column)));
    }
    html.push_str("</tr></thead><tbody>");
    let step = rows.len().div_ceil(DATA_ROWS).max(1);
    for row in rows.iter().step_by(step) {
        html.push_str("<tr>");
        for (index, column) in columns.iter().enumerate() {
            let value = row.get(index).or_else(|| column.as_str().and_then(|name| row.get(name)));
            let class = if value.is_some_and(Json::is_number) { " class=\"n\"" } else { "" };
            let tag = if index == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            let _ = write!(html, "<{}{class}>{}</{}>", tag.0, data_cell(writer.locale, value), tag.1);
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></section></details>\n");
    writer.push(&html);
    Ok(())
}

fn data_cell(locale: &Locale, value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => "–".to_owned(),
        Some(Json::String(text)) => escape_html(&strip_marks(text)),
        Some(Json::Number(number)) => {
            let number = number.as_f64().unwrap_or(0.0);
            let decimals = if number.fract() == 0.0 || number.abs() >= 100.0 {
                0
            } else if number.abs() >= 1.0 {
                1
            } else {
                3
            };
            locale.number(number, decimals)
        }
        Some(other) => escape_html(&other.to_string()),
    }
}

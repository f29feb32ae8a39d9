//! Plain GitHub Markdown from model Markdown.
//!
//! In: a rendered document and the context it came from (for alternative texts). Out: Markdown without directives and marks:
//! charts are images beside the document, side notes are quotes, evidence is a section whose entries can be linked to.
//! Graphics inside cells are left out, their numbers are in the row.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use super::super::locale::Language;
use super::super::markdown::{escape, mark};
use super::super::template::Rendered;

/// A directive that is open.
enum Open {
    Quote,
    Other,
}

/// The document in plain Markdown.
pub fn plain(rendered: &Rendered, context: &Json, language: Language) -> String {
    let mut text = String::with_capacity(rendered.markdown.len());
    let mut open: Vec<Open> = Vec::new();
    let mut fence = String::new();
    for line in rendered.markdown.lines() {
        let ticks: String = line.chars().take_while(|&character| character == '`').collect();
        let is_fence = ticks.len() >= 3 && (fence.is_empty() || line == fence);
        if is_fence {
            fence = if fence.is_empty() { ticks } else { String::new() };
        }
        if fence.is_empty() && !is_fence && line.starts_with(":::") {
            directive(line, context, language, &mut open, &mut text);
            continue;
        }
        let line = if fence.is_empty() && !is_fence { words(line) } else { line.to_owned() };
        if open.iter().any(|kind| matches!(kind, Open::Quote)) {
            text.push_str(if line.is_empty() { ">" } else { "> " });
        }
        text.push_str(&line);
        text.push('\n');
    }
    squeeze(&text)
}

fn directive(line: &str, context: &Json, language: Language, open: &mut Vec<Open>, text: &mut String) {
    let info = line.trim_start_matches(':').trim();
    let (name, rest) = info.split_once(' ').unwrap_or((info, ""));
    text.push('\n');
    match name {
        "" => {
            open.pop();
            return;
        }
        "side" => {
            text.push_str(&format!("> **{}**\n>\n", words(rest)));
            open.push(Open::Quote);
            return;
        }
        "figure" => text.push_str(&image(rest, context, language)),
        "entry" => text.push_str(&format!("### E{rest}\n\n")),
        _ => {}
    }
    open.push(Open::Other);
}

fn image(name: &str, context: &Json, language: Language) -> String {
    let chart = context.get("charts").and_then(|charts| charts.get(name));
    let text = |key: &str| chart.and_then(|chart| chart.get(key)).and_then(Json::as_str).unwrap_or("");
    let alternative = if text("description").is_empty() { text("title") } else { text("description") };
    format!("![{}](charts/{name}.{}.svg)\n\n", escape(alternative), language.tag())
}

/// One line: references raised, second lines of cells in brackets, marks removed.
fn words(line: &str) -> String {
    static REFERENCES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:\[E\d+\]\(#e\d+\))+").expect("valid pattern"));
    static SECOND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\x{E002}((?:[^|\\\x{E002}]|\\.)*?)(\s*)(\||\x{E002}|$)").expect("valid pattern"));
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\x{E008}[^\x{E009}]*\x{E009}|\x{E006}[^\x{E007}]*\x{E007}").expect("valid pattern")
    });
    let line = HIDDEN.replace_all(line, "");
    let line = SECOND.replace_all(&line, " ($1)$2$3");
    let line = REFERENCES.replace_all(&line, "<sup>$0</sup>");
    line.chars().filter(|character| !mark::ALL.contains(character)).collect()
}

/// No two empty lines in a row, one newline at the end.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        squeezed.push_str(line);
        squeezed.push('\n');
    }
    squeezed.truncate(squeezed.trim_end().len());
    squeezed.push('\n');
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::template::DocumentHeader;
    use serde_json::json;

    fn plain_of(markdown: &str) -> String {
        let rendered = Rendered {
            document: "letter".into(),
            header: DocumentHeader { title: "postmortem".into(), audience: "internal".into(), has_contents: false },
            markdown: markdown.into(),
            evidence: vec![],
            figures: vec![],
        };
        let context = json!({"charts": {"curve": {"description": "a [line]"}}});
        plain(&rendered, &context, Language::French)
    }

    #[test]
    fn figures_become_images_with_their_description() {
        assert_eq!(
            plain_of(":::figure curve\n**Figure 1.**\n:::\n"),
            "![a \\[line\\]](charts/curve.fr.svg)\n\n**Figure 1.**\n"
        );
    }

    #[test]
    fn side_notes_become_quotes() {
        assert_eq!(plain_of(":::side Note\nText.\n:::\nMore.\n"), "> **Note**\n>\n> Text.\n\nMore.\n");
    }

    #[test]
    fn evidence_can_be_linked_to() {
        let text = plain_of(
            "Five[E1](#e1)[E2](#e2).\n\n::::evidence\n:::entry 1\nTitle\n\n```sql\n:::not a directive\n```\n:::\n::::\n",
        );
        assert!(text.starts_with("Five<sup>[E1](#e1)[E2](#e2)</sup>."), "{text}");
        assert!(text.contains("### E1\n\nTitle"), "{text}");
        assert!(text.contains(":::not a directive"), "{text}");
    }

    #[test]
    fn second_lines_of_cells_stand_in_brackets() {
        assert_eq!(plain_of("| 5\u{e002}4–6 | a |\n"), "| 5 (4–6) | a |\n");
    }

    #[test]
    fn headings_lose_their_ids() {
        assert_eq!(plain_of("## \u{e008}summary\u{e009}Résumé\n"), "## Résumé\n");
    }
}

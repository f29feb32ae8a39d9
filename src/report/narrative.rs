//! Words written by people: `narrative.<language>.md`, cut by heading and made safe.
//!
//! In: the text of the file. Out: Markdown per section id, to be put into the context of a template as `narrative`. Headings
//! are known in both languages. HTML, images and links other than web and mail are turned into plain text; comments are
//! dropped, so the hints of the skeleton never reach a document. A heading nobody asked for is reported, with its text kept.

mod sections;

use std::collections::BTreeMap;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, format_commonmark, parse_document};

use super::locale::Language;
use super::markdown::strip_marks;

pub use sections::{SECTIONS, Section};

/// The hand-written sections of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrative {
    /// Markdown by section id (`summary`, `went-well`, ...). Sections without text are left out.
    pub sections: BTreeMap<String, String>,
    /// Headings that belong to no section, as written, with their line. Their text is in `sections` under the heading
    /// before them.
    pub unknown_headings: Vec<(usize, String)>,
}

/// Name of the hand-written file of a language.
pub fn file_name(language: &str) -> String {
    format!("narrative.{language}.md")
}

/// Cuts `text` at its headings and makes each part safe. Text before the first heading belongs to the summary.
pub fn merge(text: &str) -> Narrative {
    let mut narrative = Narrative::default();
    let mut id = "summary";
    let mut parts: BTreeMap<&str, String> = BTreeMap::new();
    let mut is_code = false;
    for (index, line) in strip_marks(text).lines().enumerate() {
        is_code ^= line.trim_start().starts_with("```");
        match heading(line).filter(|_| !is_code) {
            Some((_, title)) if section_of(title).is_some() => id = section_of(title).unwrap_or(id),
            Some((1, _)) => {}
            Some((2, title)) => {
                narrative.unknown_headings.push((index + 1, title.to_owned()));
                push_line(&mut parts, id, &format!("### {title}"));
            }
            _ => push_line(&mut parts, id, line),
        }
    }
    for (id, part) in parts {
        let safe = sanitise(&part);
        if !safe.is_empty() {
            narrative.sections.insert(id.to_owned(), safe);
        }
    }
    narrative
}

/// An empty narrative file for `language`: every heading, with a hint that is never printed.
pub fn skeleton(language: Language) -> String {
    let mut text = match language {
        Language::English => "<!-- Words written by people. A run never changes this file. Sections left empty are left out. -->\n",
        Language::French => "<!-- Textes écrits par des personnes. Un passage ne change jamais ce fichier. Les parties vides sont omises. -->\n",
    }
    .to_owned();
    for section in SECTIONS {
        text.push_str(&format!("\n## {}\n\n<!--\n", section.title(language)));
        for question in section.questions(language) {
            text.push_str(&format!("- {question}\n"));
        }
        text.push_str("-->\n");
    }
    text
}

/// What a file holds that documents leave out or show as plain text, with its line.
pub fn left_out(text: &str) -> Vec<(usize, &'static str)> {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    let mut found = Vec::new();
    for node in parse_document(&arena, text, &options).descendants() {
        let data = node.data.borrow();
        let what = match &data.value {
            NodeValue::HtmlBlock(block) if !block.literal.trim_start().starts_with("<!--") => "HTML is left out",
            NodeValue::HtmlInline(html) if !html.starts_with("<!--") => "HTML is shown as text",
            NodeValue::Image(_) => "an image is left out, its description is kept",
            NodeValue::Link(link) if !is_web_link(&link.url) => "a link that does not lead to the web is shown as text",
            _ => continue,
        };
        found.push((data.sourcepos.start.line, what));
    }
    found
}

/// The text with comments blanked out; lines keep their number.
pub fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(start) = rest.find("<!--") {
        let length = rest[start..].find("-->").map_or(rest.len() - start, |end| end + 3);
        kept.push_str(&rest[..start]);
        kept.extend(rest[start..start + length].matches('\n'));
        rest = &rest[start + length..];
    }
    kept.push_str(rest);
    kept
}

/// Markdown that holds text, emphasis, lists, quotes, code, tables and web links, and nothing else.
pub fn sanitise(text: &str) -> String {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    let root = parse_document(&arena, text, &options);
    let nodes: Vec<Node<'_>> = root.descendants().collect();
    for node in nodes {
        defuse(node);
    }
    let mut safe = String::new();
    if format_commonmark(root, &options, &mut safe).is_err() {
        return String::new();
    }
    safe.trim().to_owned()
}

fn defuse(node: Node<'_>) {
    enum Change {
        Keep,
        Drop,
        Unwrap,
        Text(String),
    }
    let change = match &mut node.data.borrow_mut().value {
        NodeValue::Text(text) => {
            let calm = calm_colons(text);
            *text = calm.into();
            Change::Keep
        }
        NodeValue::CodeBlock(block) => {
            block.literal = indent_directives(&block.literal);
            Change::Keep
        }
        NodeValue::Heading(heading) => {
            heading.level = heading.level.clamp(3, 6);
            Change::Keep
        }
        NodeValue::HtmlBlock(_) => Change::Drop,
        NodeValue::HtmlInline(html) if html.starts_with("<!--") => Change::Drop,
        NodeValue::HtmlInline(html) => Change::Text(html.clone()),
        NodeValue::Image(_) => Change::Unwrap,
        NodeValue::Link(link) if !is_web_link(&link.url) => Change::Unwrap,
        _ => Change::Keep,
    };
    match change {
        Change::Keep => {}
        Change::Drop => node.detach(),
        Change::Text(text) => node.data.borrow_mut().value = NodeValue::Text(text.into()),
        Change::Unwrap => {
            let children: Vec<Node<'_>> = node.children().collect();
            for child in children {
                node.insert_before(child);
            }
            node.detach();
        }
    }
}

fn is_web_link(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
}

/// Three colons open a directive of model Markdown; a word joiner keeps them text.
fn calm_colons(text: &str) -> String {
    text.replace(":::", ":\u{2060}:\u{2060}:")
}

fn indent_directives(code: &str) -> String {
    let lines: Vec<String> = code
        .lines()
        .map(|line| if line.trim_start().starts_with(":::") { format!("    {line}") } else { line.to_owned() })
        .collect();
    format!("{}\n", lines.join("\n"))
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.chars().take_while(|&character| character == '#').count();
    let title = line.get(level..)?.strip_prefix(' ')?;
    (1..=2).contains(&level).then(|| (level, title.trim().trim_end_matches('#').trim_end()))
}

fn section_of(title: &str) -> Option<&'static str> {
    SECTIONS.iter().find(|section| section.is_headed(title)).map(|section| section.id)
}

fn push_line<'id>(parts: &mut BTreeMap<&'id str, String>, id: &'id str, line: &str) {
    let part = parts.entry(id).or_default();
    part.push_str(line);
    part.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_either_language_lead_to_the_same_section() {
        let english = merge("## What went well\n\nThe page.\n");
        let french = merge("## Ce qui a bien marché\n\nThe page.\n");
        assert_eq!(english.sections["went-well"], "The page.");
        assert_eq!(english, french);
    }

    #[test]
    fn the_skeleton_holds_every_section_and_prints_nothing() {
        for language in [Language::English, Language::French] {
            let narrative = merge(&skeleton(language));
            assert_eq!(narrative, Narrative::default());
        }
    }

    #[test]
    fn every_heading_of_the_skeleton_leads_to_its_section() {
        for language in [Language::English, Language::French] {
            let filled = skeleton(language).replace("-->\n", "-->\nSomething.\n");
            let narrative = merge(&filled);
            assert_eq!(narrative.sections.len(), SECTIONS.len());
            assert!(narrative.sections.values().all(|text| text.contains("Something.")), "{narrative:?}");
            assert!(narrative.unknown_headings.is_empty());
        }
    }

    #[test]
    fn french_questions_keep_the_rules_of_typography() {
        for section in SECTIONS {
            for question in section.questions(Language::French) {
                assert_eq!(super::super::typography::check(question, Language::French), [], "{question}");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_found_with_its_line() {
        let text = "a\n\n![i](p.png) and <b>b</b>\n\n<!-- hint -->\n\n<div>\nx\n</div>\n\n[k](https://k.example)\n";
        let lines: Vec<usize> = left_out(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [3, 3, 3, 7]);
    }

    #[test]
    fn comments_are_blanked_and_lines_keep_their_number() {
        assert_eq!(without_comments("a <!-- b\nc --> d\ne <!-- f"), "a \n d\ne ");
    }

    #[test]
    fn text_without_heading_is_the_summary_and_unknown_headings_are_reported() {
        let narrative = merge("It broke.\n\n## Weather\n\nRain.\n");
        assert_eq!(narrative.unknown_headings, [(3, "Weather".to_owned())]);
        assert!(narrative.sections["summary"].contains("It broke."));
        assert!(narrative.sections["summary"].contains("### Weather"));
    }

    #[test]
    fn markup_that_acts_is_taken_out() {
        let safe = sanitise(
            "a <script>x</script> ![i](http://x.example/p.png) [j](javascript:alert(1)) [k](https://k.example)",
        );
        assert!(!safe.contains("<script>") && !safe.contains("javascript") && !safe.contains("!["), "{safe}");
        assert!(safe.contains("[k](https://k.example)"), "{safe}");
        assert_eq!(sanitise("<div onclick=x>\nblock\n</div>"), "");
        assert_eq!(sanitise(""), "");
    }

    #[test]
    fn a_directive_in_a_narrative_stays_text() {
        let safe = sanitise(":::evidence\n\n- :::entry 1\n\n```\n:::\n```\n");
        assert!(
            safe.lines()
                .all(|line| !line.trim_start_matches(['-', ' ']).starts_with(":::") || line.starts_with("    ")),
            "{safe}"
        );
    }
}

//! Words written by people: `narrative.<language>.md`, cut by heading and made safe.
//!
//! In: the text of the file. Out: Markdown per section id, to be put into the context of a template as `narrative`. Headings
//! are known in both languages. HTML, images and links other than web and mail are turned into plain text; comments are
//! dropped, so the hints of the skeleton never reach a document. A heading nobody asked for is reported, with its text kept.

use std::collections::BTreeMap;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, format_commonmark, parse_document};

use super::locale::Language;
use super::markdown::strip_marks;

/// The hand-written sections of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrative {
    /// Markdown by section id (`summary`, `went-well`, ...). Sections without text are left out.
    pub sections: BTreeMap<String, String>,
    /// Headings that belong to no section, as written. Their text is in `sections` under the heading before them.
    pub unknown_headings: Vec<String>,
}

/// Id, English heading, French heading, hint in English, hint in French.
const SECTIONS: [(&str, &str, &str, &str, &str); 15] = [
    (
        "summary",
        "Summary",
        "Résumé",
        "three to five sentences: what happened, to whom, why, is it over",
        "trois à cinq phrases : quoi, qui a été touché, pourquoi, est-ce fini",
    ),
    (
        "impact",
        "Impact",
        "Conséquences",
        "what the figures do not show: events, partners, lives of viewers",
        "ce que les chiffres ne montrent pas",
    ),
    (
        "detection",
        "Detection",
        "Détection",
        "how it was noticed, and what would have halved that time",
        "comment la panne a été vue, et ce qui aurait réduit ce délai de moitié",
    ),
    (
        "timeline",
        "Timeline",
        "Chronologie",
        "decisions and why they made sense at that moment",
        "les décisions, et pourquoi elles se comprenaient à ce moment",
    ),
    (
        "where",
        "Where it failed",
        "Où la panne a frappé",
        "what the slices have in common",
        "ce que les segments ont en commun",
    ),
    (
        "causes",
        "Contributing factors",
        "Facteurs contributifs",
        "technical, organisational and external factors; systems, not persons",
        "facteurs techniques, d'organisation et externes ; des systèmes, pas des personnes",
    ),
    (
        "limits",
        "What limited the impact",
        "Ce qui a limité la panne",
        "safeguards that worked",
        "les protections qui ont tenu",
    ),
    (
        "response",
        "Response and communication",
        "Réaction et communication",
        "who was involved by role, what was tried",
        "les rôles engagés, ce qui a été tenté",
    ),
    ("customers", "Customers", "Clients", "what the support teams heard", "ce que l'assistance a entendu"),
    (
        "resolution",
        "Resolution",
        "Rétablissement",
        "what ended the impact, and how that was checked",
        "ce qui a mis fin à la panne, et comment cela a été vérifié",
    ),
    ("went-well", "What went well", "Ce qui a bien marché", "", ""),
    ("went-wrong", "What went wrong", "Ce qui a mal marché", "", ""),
    ("lucky", "Where we got lucky", "Où nous avons eu de la chance", "", ""),
    ("open-questions", "Open questions", "Questions ouvertes", "", ""),
    ("related", "Related incidents", "Incidents apparentés", "", ""),
];

/// Cuts `text` at its headings and makes each part safe. Text before the first heading belongs to the summary.
pub fn merge(text: &str) -> Narrative {
    let mut narrative = Narrative::default();
    let mut id = "summary";
    let mut parts: BTreeMap<&str, String> = BTreeMap::new();
    let mut is_code = false;
    for line in strip_marks(text).lines() {
        is_code ^= line.trim_start().starts_with("```");
        match heading(line).filter(|_| !is_code) {
            Some((_, title)) if section_of(title).is_some() => id = section_of(title).unwrap_or(id),
            Some((1, _)) => {}
            Some((2, title)) => {
                narrative.unknown_headings.push(title.to_owned());
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
    for (_, english, french, english_hint, french_hint) in SECTIONS {
        let (title, hint) = match language {
            Language::English => (english, english_hint),
            Language::French => (french, french_hint),
        };
        text.push_str(&format!("\n## {title}\n\n"));
        if !hint.is_empty() {
            text.push_str(&format!("<!-- {hint} -->\n"));
        }
    }
    text
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
    let wanted = title.to_lowercase().replace('\u{2019}', "'");
    SECTIONS
        .iter()
        .find(|(id, english, french, _, _)| {
            wanted == *id || wanted == english.to_lowercase() || wanted == french.to_lowercase()
        })
        .map(|(id, ..)| *id)
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
    fn text_without_heading_is_the_summary_and_unknown_headings_are_reported() {
        let narrative = merge("It broke.\n\n## Weather\n\nRain.\n");
        assert_eq!(narrative.unknown_headings, ["Weather"]);
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

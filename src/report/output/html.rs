//! One self-contained HTML page from model Markdown.
//!
//! In: a rendered document and the context it came from (for the drawings). Out: a page without script, without anything to
//! download, for phone, desktop, dark mode and print. Only elements named here can come out: raw HTML in the Markdown is
//! shown as text, images are left out, links lead to the web, to mail or into the page.

mod blocks;
mod drawing;
mod tables;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_json::Value as Json;

use super::super::error::ReportError;
use super::super::locale::{Argument, Locale};
use super::super::markdown::{mark, strip_marks};
use super::super::template::{Engine, Rendered};
use blocks::Writer;

/// A section of the page, for the contents.
#[derive(Debug, serde::Serialize)]
struct Entry {
    id: String,
    title: String,
}

/// The page of `rendered`. `context` is what the template saw.
///
/// # Errors
/// When the theme cannot be read, a message is missing or a drawing holds more than shapes.
pub fn page(engine: &Engine, rendered: &Rendered, context: &Json) -> Result<String, ReportError> {
    let locale = engine.locale();
    let arena = Arena::new();
    let root = parse_document(&arena, &rendered.markdown, &options());
    let mut writer = Writer::new(locale, context);
    let (head, sections) = parts(root);
    for node in head {
        writer.block(node)?;
    }
    let header = writer.take();
    let mut contents = Vec::new();
    let mut main = String::new();
    for section in sections {
        let (entry, html) = section_html(&mut writer, &section)?;
        contents.push(entry);
        main.push_str(&html);
    }
    assemble(engine, rendered, context, &header, &contents, &main)
}

/// How model Markdown is read: tables and directives, and nothing that could act.
pub(super) fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.block_directive = true;
    options.extension.strikethrough = true;
    options
}

/// The blocks before the first heading of level two, and the sections that begin with one.
fn parts<'a>(root: Node<'a>) -> (Vec<Node<'a>>, Vec<Vec<Node<'a>>>) {
    let mut head = Vec::new();
    let mut sections: Vec<Vec<Node<'a>>> = Vec::new();
    for node in root.children() {
        let is_start = matches!(node.data.borrow().value, NodeValue::Heading(heading) if heading.level == 2);
        if is_start {
            sections.push(vec![node]);
        } else if let Some(section) = sections.last_mut() {
            section.push(node);
        } else {
            head.push(node);
        }
    }
    (head, sections)
}

fn section_html(writer: &mut Writer<'_>, nodes: &[Node<'_>]) -> Result<(Entry, String), ReportError> {
    let raw = blocks::plain_text(nodes[0]);
    let (id, title) = split_id(&raw);
    writer.section_heading(nodes[0], &id);
    for node in &nodes[1..] {
        writer.block(node)?;
    }
    let body = writer.take();
    let html = format!("<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n{body}</section>\n\n");
    Ok((Entry { id, title: strip_marks(&title) }, html))
}

/// The id between the marks of a heading, reduced to letters, digits and hyphens, and the words after it.
fn split_id(raw: &str) -> (String, String) {
    let marked = raw.strip_prefix(mark::ID).and_then(|rest| rest.split_once(mark::ID_END));
    let (id, title) = marked.unwrap_or((raw, raw));
    let clean: String =
        id.to_lowercase().chars().map(|character| if character.is_alphanumeric() { character } else { '-' }).collect();
    (clean, title.to_owned())
}

fn assemble(
    engine: &Engine,
    rendered: &Rendered,
    facts: &Json,
    header: &str,
    contents: &[Entry],
    main: &str,
) -> Result<String, ReportError> {
    let locale = engine.locale();
    let theme = |path: &str| -> Result<String, ReportError> {
        engine.file(path)?.ok_or_else(|| ReportError::UnknownDocument { name: path.to_owned() })
    };
    let text = |id: &str| locale.message(id, &[]);
    let title = title_of(&rendered.markdown).unwrap_or_else(|| rendered.document.clone());
    let kind = text(&rendered.header.title)?;
    let version = facts.pointer("/case/tool_version").and_then(Json::as_str).unwrap_or("").to_owned();
    let page = context! {
        lang => locale.language().full_tag(),
        title => format!("{kind} – {title}"),
        description => locale.message("page-description", &[("kind", Argument::Text(kind.clone())), ("title", Argument::Text(title.clone()))])?,
        style => theme("theme/style.css")?,
        skip => text("page-skip")?,
        contents_title => text("page-contents")?,
        has_contents => rendered.header.has_contents && contents.len() >= 6,
        contents => minijinja::Value::from(minijinja::value::Serde(contents)),
        header => header,
        main => main,
        foot => locale.message("page-foot", &[("version", Argument::Text(version))])?,
        print_foot => format!("{kind} · {}", title.replace(['"', '\\', '\n', '<'], " ")),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let failed = |error: minijinja::Error| ReportError::Template {
        template: "theme/page.html.jinja".to_owned(),
        line: error.line().map_or_else(String::new, |line| format!(", line {line}")),
        reason: error.to_string(),
    };
    let skeleton = theme("theme/page.html.jinja")?;
    environment.render_named_str("page.html", &skeleton, page).map_err(failed)
}

/// The words of the first heading of level one, without marks and backslashes.
fn title_of(markdown: &str) -> Option<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    let heading = root
        .children()
        .find(|node| matches!(node.data.borrow().value, NodeValue::Heading(heading) if heading.level == 1))?;
    Some(strip_marks(&blocks::plain_text(heading)))
}

/// `text` for element content and quoted attributes.
pub(super) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The message for a numbered thing of the page.
pub(super) fn numbered(locale: &Locale, id: &str, number: &str) -> Result<String, ReportError> {
    locale.message(id, &[("n", Argument::Text(number.to_owned()))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn write(markdown: &str, context: &Json) -> String {
        let locale = Locale::new("en", None).unwrap();
        let arena = Arena::new();
        let root = parse_document(&arena, markdown, &options());
        let mut writer = Writer::new(&locale, context);
        for node in root.children() {
            writer.block(node).unwrap();
        }
        writer.take()
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        let html = write("a <b onclick=x>c</b>\n\n<script>alert(1)</script>\n", &json!({}));
        assert!(!html.contains("<b ") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn images_are_left_out_and_only_safe_links_live() {
        let html =
            write("![alt](http://x.example/p.png) [a](javascript:b) [c](https://c.example) [E1](#e1)", &json!({}));
        assert!(!html.contains("<img") && !html.contains("javascript"), "{html}");
        assert!(html.contains("<a href=\"https://c.example\">c</a>"), "{html}");
        assert!(html.contains("<a class=\"ev\" href=\"#e1\">E1</a>"), "{html}");
    }

    #[test]
    fn tables_name_their_columns_and_put_intervals_on_a_second_line() {
        let html = write(
            ":::table stack\n**Table 1. T.** note\n\n| A | B |\n|---|--:|\n| x | 5\u{e002}4–6 |\n:::\n",
            &json!({}),
        );
        assert!(html.contains("<div class=\"stack\"><table><caption><b>Table 1. T.</b> note</caption>"), "{html}");
        assert!(
            html.contains("<th scope=\"row\">x</th><td class=\"n\" data-l=\"B\">5<span class=\"sub\">4–6</span></td>"),
            "{html}"
        );
    }

    #[test]
    fn a_drawing_that_is_more_than_shapes_is_refused() {
        let locale = Locale::new("en", None).unwrap();
        let context = json!({"charts": {"c": {"wide": "<svg><script>x</script></svg>", "narrow": "<svg></svg>"}}});
        let arena = Arena::new();
        let root = parse_document(&arena, ":::figure c\n**Figure 1. F**\n:::\n", &options());
        let mut writer = Writer::new(&locale, &context);
        let node = root.first_child().unwrap();
        assert!(matches!(writer.block(node), Err(ReportError::UnsafeDrawing { .. })));
    }

    #[test]
    fn ids_are_letters_digits_and_hyphens() {
        assert_eq!(split_id("\u{e008}a b\"c\u{e009}Title"), ("a-b-c".to_owned(), "Title".to_owned()));
    }
}

//! The blocks and words of model Markdown as HTML.
//!
//! In: nodes of the parsed document. Out: HTML, collected in a [`Writer`]. Every element that can come out is written here
//! or in the module for tables; text is escaped on the way.

use comrak::nodes::{ListType, Node, NodeValue};
use serde_json::Value as Json;

use super::super::super::error::ReportError;
use super::super::super::locale::Locale;
use super::super::super::markdown::mark;
use super::{drawing, escape_html, numbered, tables};

/// Collects HTML.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) locale: &'a Locale,
    pub(super) context: &'a Json,
    pub(super) html: String,
    figures: usize,
    open_sub: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(locale: &'a Locale, context: &'a Json) -> Self {
        Self { locale, context, html: String::new(), figures: 0, open_sub: false }
    }

    /// What was written so far; the writer is empty afterwards.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.html)
    }

    pub(super) fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// The heading of a section.
    pub(super) fn section_heading(&mut self, node: Node<'_>, id: &str) {
        self.push(&format!("<h2 id=\"{id}-h\">"));
        self.inlines(node);
        self.push("</h2>\n");
    }

    /// Writes one block.
    ///
    /// # Errors
    /// When a message is missing or a drawing is refused.
    pub(super) fn block(&mut self, node: Node<'_>) -> Result<(), ReportError> {
        let value = node.data.borrow().value.clone();
        match value {
            NodeValue::Paragraph => self.paragraph(node),
            NodeValue::Heading(heading) => {
                self.push(&format!("<h{}>", heading.level));
                self.inlines(node);
                self.push(&format!("</h{}>\n", heading.level));
            }
            NodeValue::List(list) => {
                let tag = if list.list_type == ListType::Ordered { "ol" } else { "ul" };
                self.element(tag, "", node)?;
            }
            NodeValue::Item(_) => self.item(node)?,
            NodeValue::BlockQuote => self.element("blockquote", "", node)?,
            NodeValue::CodeBlock(code) => {
                self.push(&format!("<pre><code>{}</code></pre>\n", escape_html(code.literal.trim_end())));
            }
            NodeValue::HtmlBlock(html) => self.push(&format!("<p>{}</p>\n", escape_html(html.literal.trim_end()))),
            NodeValue::ThematicBreak => self.push("<hr>\n"),
            NodeValue::Table(_) => {
                self.push("<div class=\"plain\">");
                tables::table(self, node, "");
                self.push("</div>\n");
            }
            NodeValue::BlockDirective(directive) => self.directive(node, &directive.info)?,
            _ => self.children(node)?,
        }
        Ok(())
    }

    pub(super) fn children(&mut self, node: Node<'_>) -> Result<(), ReportError> {
        for child in node.children() {
            self.block(child)?;
        }
        Ok(())
    }

    /// The words inside a node, as HTML that stands alone.
    pub(super) fn inline_html(&mut self, node: Node<'_>) -> String {
        let before = self.take();
        self.inlines(node);
        self.close_sub();
        std::mem::replace(&mut self.html, before)
    }

    fn element(&mut self, tag: &str, attributes: &str, node: Node<'_>) -> Result<(), ReportError> {
        self.push(&format!("<{tag}{attributes}>\n"));
        self.children(node)?;
        self.push(&format!("</{tag}>\n"));
        Ok(())
    }

    fn paragraph(&mut self, node: Node<'_>) {
        let html = self.inline_html(node);
        if !html.trim().is_empty() {
            self.push(&format!("<p>{html}</p>\n"));
        }
    }

    /// An item whose only paragraph is written without its tag.
    fn item(&mut self, node: Node<'_>) -> Result<(), ReportError> {
        self.push("<li>");
        for (index, child) in node.children().enumerate() {
            if index == 0 && matches!(child.data.borrow().value, NodeValue::Paragraph) {
                self.inlines(child);
            } else {
                self.block(child)?;
            }
        }
        self.push("</li>\n");
        Ok(())
    }

    fn directive(&mut self, node: Node<'_>, info: &str) -> Result<(), ReportError> {
        let (name, rest) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
        match name {
            "kicker" | "lead" => {
                let words: Vec<String> = node.children().map(|child| self.inline_html(child)).collect();
                self.push(&format!("<p class=\"{name}\">{}</p>\n", words.join(" ")));
            }
            "class" | "keys" | "meta" => tables::definitions(self, node, name)?,
            "table" => tables::captioned(self, node, rest)?,
            "figure" => self.figure(node, rest)?,
            "side" => self.element("aside", &format!(" class=\"side\" aria-label=\"{}\"", escape_html(rest)), node)?,
            "hand" => self.hand(node)?,
            "evidence" => self.element("ol", " class=\"evidence\"", node)?,
            "entry" => self.entry(node, rest)?,
            _ => self.children(node)?,
        }
        Ok(())
    }

    /// Words of people: the first paragraph says so.
    fn hand(&mut self, node: Node<'_>) -> Result<(), ReportError> {
        self.push("<div class=\"hand\">\n");
        for (index, child) in node.children().enumerate() {
            let emphasis = child.first_child().filter(|_| index == 0);
            match emphasis {
                Some(words) if matches!(words.data.borrow().value, NodeValue::Emph) => {
                    let line = self.inline_html(words);
                    self.push(&format!("<p class=\"by\">{line}</p>\n"));
                }
                _ => self.block(child)?,
            }
        }
        self.push("</div>\n");
        Ok(())
    }

    /// An entry of the evidence: its first paragraph is the summary, its last the source.
    fn entry(&mut self, node: Node<'_>, number: &str) -> Result<(), ReportError> {
        let number: String = number.chars().filter(char::is_ascii_digit).collect();
        let children: Vec<Node<'_>> = node.children().collect();
        let Some((first, rest)) = children.split_first() else {
            return Ok(());
        };
        let summary = self.inline_html(first);
        self.push(&format!("<li id=\"e{number}\"><details><summary><b>E{number}</b> {summary}</summary>\n"));
        for (index, child) in rest.iter().enumerate() {
            let is_table = matches!(child.data.borrow().value, NodeValue::Table(_));
            let is_last_words = index + 1 == rest.len() && matches!(child.data.borrow().value, NodeValue::Paragraph);
            if is_table {
                let label = numbered(self.locale, "page-rows", &number)?;
                self.push(&format!("<section class=\"scroll\" tabindex=\"0\" aria-label=\"{}\">", escape_html(&label)));
                tables::table(self, child, &format!("<caption class=\"vh\">{}</caption>", escape_html(&label)));
                self.push("</section>\n");
            } else if is_last_words {
                let words = self.inline_html(child);
                self.push(&format!("<p class=\"src\">{words}</p>\n"));
            } else {
                self.block(child)?;
            }
        }
        self.push("</details></li>\n");
        Ok(())
    }

    fn figure(&mut self, node: Node<'_>, name: &str) -> Result<(), ReportError> {
        self.figures += 1;
        let number = self.figures.to_string();
        let caption = node.first_child().map_or_else(String::new, |words| tables::caption_html(self, words));
        let chart = self.context.get("charts").and_then(|charts| charts.get(name)).cloned().unwrap_or_default();
        let svg = |key: &str| chart.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
        let wide = drawing::inline(&svg("wide"), "chart wide", name)?;
        let narrow = drawing::inline(&svg("narrow"), "chart narrow", name)?;
        self.push(&format!("<figure>\n<figcaption>{caption}</figcaption>\n{wide}\n{narrow}\n"));
        tables::chart_data(self, &chart, &number)?;
        self.push("</figure>\n");
        Ok(())
    }

    pub(super) fn inlines(&mut self, node: Node<'_>) {
        for child in node.children() {
            self.inline(child);
        }
    }

    pub(super) fn inline(&mut self, node: Node<'_>) {
        let value = node.data.borrow().value.clone();
        match value {
            NodeValue::Text(text) => self.text(&text),
            NodeValue::HtmlInline(html) => self.text(&html),
            NodeValue::Code(code) => self.push(&format!("<code>{}</code>", escape_html(&code.literal))),
            NodeValue::SoftBreak => self.push("\n"),
            NodeValue::LineBreak => self.push("<br>\n"),
            NodeValue::Emph => self.wrapped("em", node),
            NodeValue::Strong => self.wrapped("strong", node),
            NodeValue::Strikethrough => self.wrapped("s", node),
            NodeValue::Link(link) => self.link(node, &link.url),
            _ => self.inlines(node),
        }
    }

    fn wrapped(&mut self, tag: &str, node: Node<'_>) {
        self.push(&format!("<{tag}>"));
        self.inlines(node);
        self.push(&format!("</{tag}>"));
    }

    fn link(&mut self, node: Node<'_>, url: &str) {
        let is_evidence = url
            .strip_prefix("#e")
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let is_web =
            ["https://", "http://", "mailto:", "#"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme));
        if !is_web {
            return self.inlines(node);
        }
        let class = if is_evidence { " class=\"ev\"" } else { "" };
        self.push(&format!("<a{class} href=\"{}\">", escape_html(url)));
        self.inlines(node);
        self.push("</a>");
    }

    /// Text with its marks.
    fn text(&mut self, text: &str) {
        let mut name: Option<String> = None;
        for character in text.chars() {
            match character {
                mark::GRAPHIC | mark::ID => name = Some(String::new()),
                mark::GRAPHIC_END => {
                    if let Some(name) = name.take() {
                        self.graphic(&name);
                    }
                }
                mark::ID_END => name = None,
                other => match name.as_mut() {
                    Some(name) => name.push(other),
                    None => self.character(other),
                },
            }
        }
    }

    fn character(&mut self, character: char) {
        match character {
            mark::INPUT => self.push("<bdi>"),
            mark::INPUT_END => self.push("</bdi>"),
            mark::SUB => {
                self.close_sub();
                self.open_sub = true;
                self.push("<span class=\"sub\">");
            }
            mark::GOOD => self.push("<span class=\"good\">"),
            mark::BAD => self.push("<span class=\"bad\">"),
            mark::VERDICT_END => self.push("</span>"),
            other if mark::ALL.contains(&other) => {}
            other => {
                let mut buffer = [0; 4];
                let escaped = escape_html(other.encode_utf8(&mut buffer));
                self.push(&escaped);
            }
        }
    }

    fn close_sub(&mut self) {
        if std::mem::take(&mut self.open_sub) {
            self.push("</span>");
        }
    }

    /// A graphic of a cell; one that is refused is left out, its numbers are in the row.
    fn graphic(&mut self, name: &str) {
        let svg = self.context.get("cells").and_then(|cells| cells.get(name)).and_then(Json::as_str).unwrap_or("");
        if let Ok(svg) = drawing::inline(svg, "cell", name) {
            self.push(&svg.replacen("<svg", "<svg aria-hidden=\"true\"", 1));
        }
    }
}

/// The words of a node without markup; marks are kept.
pub(super) fn plain_text(node: Node<'_>) -> String {
    let mut text = String::new();
    for child in node.descendants() {
        match &child.data.borrow().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

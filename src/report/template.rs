//! Templates: from the facts of a case to model Markdown.
//!
//! In: the name of a document, the context (findings, query results, charts, narrative) and a [`Locale`]. Out: a
//! [`Rendered`] document. Templates are built in; a case may hold its own under `report-templates/`, which win. A template
//! reads nothing but the context and other templates, stops when its fuel is spent, and may not use what is undefined.

mod built_in;
mod evidence;
mod facts;
mod filters;
mod functions;
#[cfg(test)]
mod postmortem_tests;
#[cfg(test)]
mod reasoning_tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::Deserialize;
use serde_json::Value;

use super::error::ReportError;
use super::locale::Locale;

/// Instructions a document may run: a hundred times what the longest built-in one needs.
const FUEL: u64 = 20_000_000;

/// Renders documents in one language.
#[derive(Debug)]
pub struct Engine {
    locale: Arc<Locale>,
    case_templates: Option<PathBuf>,
}

/// The header of a document, `document.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentHeader {
    /// The id of the message that names the kind of document.
    pub title: String,
    /// Who may read it: `internal` or `public`.
    pub audience: String,
    /// True when the page has a table of contents.
    pub has_contents: bool,
}

/// A document in model Markdown, see [`super::markdown`].
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The document's name, as in `postmortem`.
    pub document: String,
    /// Its header.
    pub header: DocumentHeader,
    /// The text.
    pub markdown: String,
    /// The queries it cites, `E1` first.
    pub evidence: Vec<String>,
    /// The charts it shows, figure 1 first.
    pub figures: Vec<String>,
}

/// What a template has used so far.
#[derive(Debug, Default)]
pub(crate) struct Used {
    pub(crate) evidence: Vec<String>,
    pub(crate) figures: Vec<String>,
    pub(crate) tables: usize,
}

impl Engine {
    /// An engine for one language. `case_templates` is the folder `report-templates/` of a case.
    ///
    /// # Errors
    /// None at present; templates are read when they are used.
    pub fn new(locale: Locale, case_templates: Option<&Path>) -> Result<Self, ReportError> {
        Ok(Self { locale: Arc::new(locale), case_templates: case_templates.map(Path::to_path_buf) })
    }

    /// The language of the engine.
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// The built-in documents.
    pub fn documents() -> Vec<&'static str> {
        built_in::documents()
    }

    /// Renders `document` from `context`.
    ///
    /// # Errors
    /// When the document is not known, or the template asks for a message, an argument or a value that does not exist.
    pub fn render(&self, document: &str, context: &Value) -> Result<Rendered, ReportError> {
        let header = self.header(document)?;
        let used = Arc::new(Mutex::new(Used::default()));
        let mut environment = self.environment();
        let facts = Arc::new(context.clone());
        let zone = case_zone(context);
        filters::add(&mut environment, &self.locale, &zone, &used, &facts);
        functions::add(&mut environment, &self.locale, &zone, &used, &facts);
        let name = format!("{document}/document.md.jinja");
        let template = environment.get_template(&name).map_err(|error| template_error(&name, &error))?;
        let text = template.render(minijinja::value::Serde(context)).map_err(|error| template_error(&name, &error))?;
        let used =
            used.lock().map_err(|_| template_error(&name, &minijinja::Error::from(ErrorKind::InvalidOperation)))?;
        Ok(Rendered {
            document: document.to_owned(),
            header,
            markdown: tidy(&text),
            evidence: used.evidence.clone(),
            figures: used.figures.clone(),
        })
    }

    /// A file of `report-templates/`: that of the case, else the built-in one, else none.
    ///
    /// # Errors
    /// When the file of the case exists but cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<String>, ReportError> {
        read(self.case_templates.as_deref(), path)
    }

    fn header(&self, document: &str) -> Result<DocumentHeader, ReportError> {
        let path = format!("{document}/document.toml");
        let text = self.file(&path)?.ok_or_else(|| ReportError::UnknownDocument { name: document.to_owned() })?;
        toml_edit::de::from_str(&text)
            .map_err(|error| ReportError::DocumentHeader { path, reason: error.message().to_owned() })
    }

    fn environment(&self) -> Environment<'static> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        if let Ok(syntax) = environment.syntax().to_builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let folder = self.case_templates.clone();
        environment.set_loader(move |name| {
            read(folder.as_deref(), name)
                .map_err(|error| minijinja::Error::new(ErrorKind::TemplateNotFound, error.to_string()))
        });
        environment
    }
}

fn read(folder: Option<&Path>, path: &str) -> Result<Option<String>, ReportError> {
    let is_plain =
        path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':']));
    if let (true, Some(folder)) = (is_plain, folder) {
        let file = folder.join(path);
        if file.is_file() {
            return std::fs::read_to_string(&file)
                .map(Some)
                .map_err(|source| ReportError::Read { path: file.display().to_string(), source });
        }
    }
    Ok(built_in::file(path).map(str::to_owned))
}

/// The zone of the case; UTC when it names none that is known.
fn case_zone(context: &Value) -> TimeZone {
    context
        .pointer("/case/zone")
        .and_then(Value::as_str)
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC)
}

fn template_error(name: &str, error: &minijinja::Error) -> ReportError {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    ReportError::Template {
        template: error.name().unwrap_or(name).to_owned(),
        line: error.line().map_or_else(String::new, |line| format!(", line {line}")),
        reason,
    }
}

/// No spaces at line ends, no two empty lines, one newline at the end. Code blocks keep their empty lines.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end_matches([' ', '\t']);
        let ticks: String = line.chars().take_while(|&character| character == '`').collect();
        if ticks.len() >= 3 {
            fence = match fence {
                None => Some(ticks),
                Some(open) if line == open => None,
                open => open,
            };
        }
        if line.is_empty() && blank && fence.is_none() {
            continue;
        }
        blank = line.is_empty();
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(template: &str, context: &Value) -> Result<Rendered, ReportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("document.md.jinja"), template).unwrap();
        std::fs::write(
            path.join("document.toml"),
            "title = \"postmortem\"\naudience = \"internal\"\nhas_contents = false\n",
        )
        .unwrap();
        Engine::new(Locale::new("en", None).unwrap(), Some(folder.path())).unwrap().render("letter", context)
    }

    #[test]
    fn a_case_may_add_a_document() {
        let rendered = render("# {{ case.title|md }}\n\n\n\ntext", &json!({"case": {"title": "a*b"}})).unwrap();
        assert_eq!(rendered.markdown, "# \u{e000}a\\*b\u{e001}\n\ntext\n");
    }

    #[test]
    fn what_is_undefined_stops_the_document() {
        let error = render("\n{{ nothing.here }}", &json!({})).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_message_without_its_argument_stops_the_document() {
        let error = render("{{ t('viewers-hit') }}", &json!({})).unwrap_err();
        assert!(error.to_string().contains("viewers-hit"), "{error}");
    }

    #[test]
    fn a_template_cannot_run_for_ever_or_read_files() {
        assert!(
            render("{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}", &json!({}))
                .is_err()
        );
        assert!(render("{% include '../../../../etc/passwd' %}", &json!({})).is_err());
        assert!(render("{% include '/etc/passwd' %}", &json!({})).is_err());
    }

    #[test]
    fn an_unknown_document_is_named() {
        let engine = Engine::new(Locale::new("fr", None).unwrap(), None).unwrap();
        assert!(engine.render("sonnet", &json!({})).unwrap_err().to_string().contains("`sonnet`"));
    }

    #[test]
    fn evidence_is_numbered_by_first_use() {
        let context = json!({"q": {"a": {"title": "A", "skipped": null}, "b": {"title": "B", "skipped": null}, "c": {"title": "C", "skipped": "none"}}});
        let rendered = render("{{ ev('b') }} {{ ev('a', 'b', 'c') }} {{ 'Done.'|ev('a') }}", &context).unwrap();
        assert_eq!(rendered.markdown, "[E1](#e1) [E2](#e2)[E1](#e1) Done[E2](#e2).\n");
        assert_eq!(rendered.evidence, ["b", "a"]);
    }
}

//! What can go wrong while a document is made.
//!
//! In: failures of templates, messages, locales and page assembly. Out: [`ReportError`], whose text names the document or
//! message concerned. It does not format anything for a terminal.

use miette::Diagnostic;
use thiserror::Error;

/// A document could not be made.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum ReportError {
    /// The language has no built-in messages.
    #[error("expected a language among en, fr, found `{language}`")]
    #[diagnostic(help("copy report-templates/locales/en.ftl to the new language and translate each message"))]
    UnknownLanguage {
        /// The tag that was asked for.
        language: String,
    },
    /// The data of a formatter are missing from the build.
    #[error("failed to load the `{what}` data of language `{language}`")]
    LocaleData {
        /// Which formatter.
        what: &'static str,
        /// The language tag.
        language: String,
    },
    /// A message file does not parse, or holds a message twice.
    #[error("failed to read the messages of `{language}`: {reason}")]
    #[diagnostic(help("messages are written in Fluent; see report-templates/locales/en.ftl"))]
    Messages {
        /// The language tag.
        language: String,
        /// What the parser said.
        reason: String,
    },
    /// A template asks for a message that does not exist.
    #[error("expected a message, found none with id `{id}` in `{language}`{nearest}")]
    UnknownMessage {
        /// The id that was asked for.
        id: String,
        /// The language tag.
        language: String,
        /// The nearest known id, as a remark, or empty.
        nearest: String,
    },
    /// A message lacks an argument, or refers to a message that does not exist.
    #[error("failed to format message `{id}` in `{language}`: {reason}")]
    Message {
        /// The message.
        id: String,
        /// The language tag.
        language: String,
        /// What is missing.
        reason: String,
    },
    /// The document is not known, neither built in nor in the case folder.
    #[error("expected a document, found none named `{name}`")]
    #[diagnostic(help("a document is a folder of report-templates with document.toml and document.md.jinja"))]
    UnknownDocument {
        /// The name that was asked for.
        name: String,
    },
    /// The header of a document does not parse.
    #[error("failed to read `{path}`: {reason}")]
    DocumentHeader {
        /// The path inside report-templates.
        path: String,
        /// What the parser said.
        reason: String,
    },
    /// A template is wrong, or took too long.
    #[error("failed to render `{template}`{line}: {reason}")]
    Template {
        /// The template.
        template: String,
        /// `, line N`, or empty.
        line: String,
        /// What went wrong, with the chain of causes.
        reason: String,
    },
    /// A drawing holds something that does not belong into a page.
    #[error("expected a drawing, found `{found}` in chart `{chart}`")]
    UnsafeDrawing {
        /// The chart.
        chart: String,
        /// The element or attribute.
        found: String,
    },
    /// A file of the case could not be read.
    #[error("failed to read `{path}`")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

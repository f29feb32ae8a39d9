//! Documents: from findings, query results and hand-written text to Markdown, and from Markdown to HTML.
//!
//! A document is one Markdown template that holds its structure and knows no language; its sentences are Fluent messages.
//! [`template::Engine`] renders it into *model Markdown* (GitHub flavour with a few directives, see [`markdown`]), the
//! one form from which [`output::html`] and [`output::md`] are made, so that no edition can say what another does not.
//!
//! ```text
//! context (JSON) + template + Locale -> model Markdown -> html page, plain Markdown
//! ```
//!
//! Traps: text from inputs enters a template only through the filter `md`, which escapes and marks it; times are
//! microseconds since 1970 UTC until a filter formats them in the zone of the case; nothing here reads a clock.

pub mod context;
pub mod error;
pub mod figures;
pub mod findings;
pub mod locale;
pub mod markdown;
pub mod narrative;
pub mod template;
pub mod typography;

/// The forms in which a document leaves the program.
pub mod output {
    pub mod data;
    pub mod html;
    pub mod index;
    pub mod md;
}

pub use error::ReportError;
pub use locale::Locale;

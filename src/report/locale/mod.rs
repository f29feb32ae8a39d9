//! One language: its sentences, numbers, times and lists.
//!
//! In: a language tag and Fluent messages. Out: text as an editor of that language would write it (British English,
//! French of France). Where CLDR differs from the usage we follow (French times of day, `1er`, the minus sign, percent,
//! units and currency), the form is built here from the decimal format. It escapes nothing: that is for the output.

mod messages;
mod numbers;
mod times;

use icu_locale_core::{Locale as IcuLocale, locale};

use super::error::ReportError;

pub use messages::{Argument, Messages, message_arguments};
pub use numbers::{Rounded, round_to_interval};

/// A no-break space.
pub const NB: char = '\u{a0}';
/// A narrow no-break space.
pub const NN: char = '\u{202f}';
/// The minus sign of running text.
pub const MINUS: char = '\u{2212}';

/// The languages documents are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// British English.
    English,
    /// French of France.
    French,
}

impl Language {
    /// The language of a tag (`en`, `en-GB`, `fr`, ...), if documents are written in it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next() {
            Some("en") => Some(Self::English),
            Some("fr") => Some(Self::French),
            _ => None,
        }
    }

    /// The short tag, as used in file names.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The tag for `lang` attributes.
    pub fn full_tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::French => "fr-FR",
        }
    }

    fn icu(self) -> IcuLocale {
        match self {
            Self::English => locale!("en-GB"),
            Self::French => locale!("fr-FR"),
        }
    }
}

/// The messages and formats of one language.
pub struct Locale {
    language: Language,
    messages: Messages,
    names: times::Names,
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Locale").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Locale {
    /// The locale of `language` (`en` or `fr`), with the messages of `overrides` (Fluent text) in place of the built-in
    /// ones of the same id.
    ///
    /// # Errors
    /// When the language is not known or `overrides` does not parse.
    pub fn new(language: &str, overrides: Option<&str>) -> Result<Self, ReportError> {
        let known = Language::from_tag(language)
            .ok_or_else(|| ReportError::UnknownLanguage { language: language.to_owned() })?;
        Ok(Self { language: known, messages: Messages::new(known, overrides)?, names: times::Names::new(known)? })
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// True when the message exists.
    pub fn has_message(&self, id: &str) -> bool {
        self.messages.has(id)
    }

    /// The message `id` with its arguments, unescaped.
    ///
    /// # Errors
    /// When the message, or an argument it names, is missing.
    pub fn message(&self, id: &str, arguments: &[(&str, Argument)]) -> Result<String, ReportError> {
        self.messages.format(id, arguments)
    }

    /// `a, b and c`; no serial comma. Empty for no item.
    pub fn list(&self, items: &[String]) -> String {
        numbers::list(self.language, items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_lists_without_a_serial_comma() {
        let items: Vec<String> = ["a", "b", "c"].iter().map(ToString::to_string).collect();
        assert_eq!(Locale::new("en", None).unwrap().list(&items), "a, b and c");
        assert_eq!(Locale::new("fr", None).unwrap().list(&items), "a, b et c");
        assert_eq!(Locale::new("fr", None).unwrap().list(&[]), "");
    }

    #[test]
    fn refuses_a_language_without_messages() {
        let error = Locale::new("xx", None).unwrap_err();
        assert!(error.to_string().contains("found `xx`"));
    }

    #[test]
    fn a_case_may_replace_a_message() {
        let locale = Locale::new("en", Some("not-known = unknown here\n")).unwrap();
        assert_eq!(locale.message("not-known", &[]).unwrap(), "unknown here");
    }

    #[test]
    fn reports_overrides_that_do_not_parse() {
        assert!(Locale::new("en", Some("= = =")).is_err());
    }
}

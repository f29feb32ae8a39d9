//! The sentences of one language, as Fluent messages.
//!
//! In: the built-in `.ftl` file of a language, optionally the messages of a case that win over it. Out: a message with its
//! arguments filled in. A missing message, argument or reference is an error, never a gap in the text. Numbers given as
//! arguments choose the plural and are printed with the grouping of the language; all other values come formatted.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use regex::Regex;
use unic_langid::LanguageIdentifier;

use super::super::error::ReportError;
use super::{Language, numbers};

const ENGLISH: &str = concat!(
    include_str!("../../../report-templates/locales/en.ftl"),
    "\n",
    include_str!("../../../report-templates/locales/figures.en.ftl"),
);
const FRENCH: &str = concat!(
    include_str!("../../../report-templates/locales/fr.ftl"),
    "\n",
    include_str!("../../../report-templates/locales/figures.fr.ftl"),
);

/// A value for a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// Text that is already formatted.
    Text(String),
    /// A number that may choose a plural. Printed grouped, with this many decimals.
    Number(f64, u8),
}

/// The messages of one language.
pub struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Messages").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Messages {
    /// The built-in messages of `language`, those of `overrides` replacing the ones of the same id.
    ///
    /// # Errors
    /// When `overrides` is not valid Fluent.
    pub fn new(language: Language, overrides: Option<&str>) -> Result<Self, ReportError> {
        let tag: LanguageIdentifier = language.full_tag().parse().expect("the built-in tags are valid");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => format_english,
            Language::French => format_french,
        }));
        let built_in = resource(language, source(language))?;
        bundle.add_resource(built_in).map_err(|errors| failed(language, &errors))?;
        if let Some(text) = overrides {
            bundle.add_resource_overriding(resource(language, text)?);
        }
        Ok(Self { language, bundle })
    }

    /// True when the message exists.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// The message `id` with its arguments.
    ///
    /// # Errors
    /// When the message, or anything it refers to, is missing.
    pub fn format(&self, id: &str, arguments: &[(&str, Argument)]) -> Result<String, ReportError> {
        let pattern =
            self.bundle.get_message(id).and_then(|message| message.value()).ok_or_else(|| self.unknown(id))?;
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set((*name).to_owned(), fluent_value(value));
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        if errors.is_empty() { Ok(text.into_owned()) } else { Err(self.incomplete(id, &errors)) }
    }

    fn unknown(&self, id: &str) -> ReportError {
        let nearest = message_arguments(source(self.language))
            .into_iter()
            .map(|(known, _)| known)
            .min_by_key(|known| strsim::damerau_levenshtein(known, id))
            .map_or_else(String::new, |known| format!(", the nearest is `{known}`"));
        ReportError::UnknownMessage { id: id.to_owned(), language: self.language.tag().to_owned(), nearest }
    }

    fn incomplete(&self, id: &str, errors: &[fluent_bundle::FluentError]) -> ReportError {
        let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
        ReportError::Message { id: id.to_owned(), language: self.language.tag().to_owned(), reason: reasons.join("; ") }
    }
}

/// The ids in a Fluent text with the arguments each names (those of messages it refers to included), both sorted.
pub fn message_arguments(text: &str) -> Vec<(String, Vec<String>)> {
    let head = Regex::new(r"(?m)^([a-z][a-z0-9-]*) =").expect("valid pattern");
    let argument = Regex::new(r"\$([a-z][a-z0-9-]*)").expect("valid pattern");
    let reference = Regex::new(r"\{ ([a-z][a-z0-9-]*) \}").expect("valid pattern");
    let starts: Vec<(usize, &str)> =
        head.captures_iter(text).filter_map(|found| Some((found.get(0)?.start(), found.get(1)?.as_str()))).collect();
    let body = |index: usize| {
        let end = starts.get(index + 1).map_or(text.len(), |next| next.0);
        &text[starts[index].0..end]
    };
    let mut all = Vec::new();
    for (index, (_, id)) in starts.iter().enumerate() {
        let mut open = vec![index];
        let mut seen = Vec::new();
        let mut names = Vec::new();
        while let Some(at) = open.pop() {
            if seen.contains(&at) {
                continue;
            }
            seen.push(at);
            names.extend(argument.captures_iter(body(at)).map(|found| found[1].to_owned()));
            for found in reference.captures_iter(body(at)) {
                open.extend(starts.iter().position(|(_, known)| *known == &found[1]));
            }
        }
        names.sort();
        names.dedup();
        all.push(((*id).to_owned(), names));
    }
    all.sort();
    all
}

fn source(language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH,
        Language::French => FRENCH,
    }
}

fn resource(language: Language, text: &str) -> Result<FluentResource, ReportError> {
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| failed(language, &errors))
}

fn failed(language: Language, errors: &[impl std::fmt::Display]) -> ReportError {
    let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
    ReportError::Messages { language: language.tag().to_owned(), reason: reasons.join("; ") }
}

fn fluent_value(argument: &Argument) -> FluentValue<'static> {
    match argument {
        Argument::Text(text) => FluentValue::String(text.clone().into()),
        Argument::Number(value, decimals) => FluentValue::Number(FluentNumber::new(
            if value.is_finite() { *value } else { 0.0 },
            FluentNumberOptions {
                minimum_fraction_digits: (*decimals > 0).then_some(usize::from(*decimals)),
                ..FluentNumberOptions::default()
            },
        )),
    }
}

fn format_english<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    format_number(Language::English, value)
}

fn format_french<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    format_number(Language::French, value)
}

fn format_number(language: Language, value: &FluentValue) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimals = number.options.minimum_fraction_digits.unwrap_or(0).min(9);
    Some(numbers::decimal(language, number.value, u8::try_from(decimals).unwrap_or(9)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(body: &str, names: &[String]) -> Vec<(String, Argument)> {
        names
            .iter()
            .map(|name| {
                let chooses = body.contains(&format!("${name} ->"));
                let value = if chooses { Argument::Number(3.0, 0) } else { Argument::Text("x".into()) };
                (name.clone(), value)
            })
            .collect()
    }

    #[test]
    fn both_languages_hold_the_same_ids_and_arguments() {
        let (english, french) = (message_arguments(ENGLISH), message_arguments(FRENCH));
        let ids = |all: &[(String, Vec<String>)]| all.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&english), ids(&french));
        for (left, right) in english.iter().zip(&french) {
            assert_eq!(left, right);
        }
    }

    #[test]
    fn every_message_renders_with_sample_arguments() {
        for language in [Language::English, Language::French] {
            let messages = Messages::new(language, None).unwrap();
            for (id, names) in message_arguments(source(language)) {
                let arguments = samples(source(language), &names);
                let borrowed: Vec<(&str, Argument)> =
                    arguments.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                let text = messages.format(&id, &borrowed).unwrap();
                assert!(!text.trim().is_empty(), "{id}");
                assert!(!text.contains(['\u{2068}', '\u{2069}', '{', '$']), "{id}: {text}");
            }
        }
    }

    #[test]
    fn a_missing_argument_is_an_error_and_not_a_gap() {
        let messages = Messages::new(Language::English, None).unwrap();
        assert!(matches!(messages.format("viewers-hit", &[]), Err(ReportError::Message { .. })));
    }

    #[test]
    fn an_unknown_message_names_the_nearest() {
        let messages = Messages::new(Language::English, None).unwrap();
        let error = messages.format("viewers-hitt", &[]).unwrap_err();
        assert!(error.to_string().contains("`viewers-hit`"));
    }

    #[test]
    fn numbers_choose_the_plural_and_are_grouped() {
        let format = |language, value, decimals| {
            Messages::new(language, None)
                .unwrap()
                .format("viewers-hit", &[("viewers", Argument::Number(value, decimals))])
                .unwrap()
        };
        assert!(format(Language::English, 39_300.0, 0).starts_with("39,300 viewers"));
        assert!(format(Language::English, 1.0, 0).starts_with("1 viewer "));
        assert!(format(Language::English, 0.0, 0).starts_with("0 viewers"));
        assert!(format(Language::French, 39_300.0, 0).starts_with("39\u{202f}300 spectateurs"));
        assert!(format(Language::French, 0.0, 0).starts_with("0 spectateur "));
        assert!(format(Language::French, 1.5, 1).starts_with("1,5 spectateur "));
    }
}

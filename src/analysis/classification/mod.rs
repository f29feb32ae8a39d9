//! Words that speak of the nature and the origin of an incident, in English and French.
//!
//! In: a note, a message, a log template. Out: for each class, how many different phrases occur ([`hints`]), and
//! whether the text states a cause, supposes one or clears somebody ([`Stance`]). It weighs nothing and decides
//! nothing; a query combines the hints of many texts with what the data show. The phrases are those of `phrases.rs`.
//! Cost: linear in the text times the number of phrases. A text without any of them gives zeros and no stance, an empty
//! one too.

mod phrases;

use phrases::{
    CLEARS, CONTENT, EXTERNAL_FACTOR, HUMAN_ERROR, MISLEADING, STATES, SUPPOSES, TECHNICAL, TECHNICAL_FAULT,
};

/// Different phrases found in a text, by class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// Rights, entitlements, schedule: the signal works but may not be shown.
    pub content: u32,
    /// Signal, network, machines, software.
    pub technical: u32,
    /// A manual, configuration, schedule or certificate mistake.
    pub human_error: u32,
    /// Software, hardware, capacity, a release defect.
    pub technical_fault: u32,
    /// A third party, an attack, power, a rights holder.
    pub external_factor: u32,
}

/// Counts the phrases of each class in a text; letters with accents count as those without.
pub fn hints(text: &str) -> Hints {
    let mut text = plain(text);
    for phrase in MISLEADING {
        text = text.replace(phrase, " ");
    }
    Hints {
        content: count(&text, CONTENT),
        technical: count(&text, TECHNICAL),
        human_error: count(&text, HUMAN_ERROR),
        technical_fault: count(&text, TECHNICAL_FAULT),
        external_factor: count(&text, EXTERNAL_FACTOR),
    }
}

/// What a text of a responder does with a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It says what the cause is.
    States,
    /// It guesses.
    Supposes,
    /// It says what the cause is not.
    Clears,
}

/// The stance of a text; `None` when it does not speak of a cause. What clears wins over what guesses, which wins over
/// what states: a text that does both is taken for the weaker.
pub fn stance(text: &str) -> Option<Stance> {
    let text = plain(text);
    let any = |phrases: &[&str]| phrases.iter().any(|phrase| occurs(&text, phrase));
    if any(CLEARS) {
        Some(Stance::Clears)
    } else if any(SUPPOSES) {
        Some(Stance::Supposes)
    } else {
        any(STATES).then_some(Stance::States)
    }
}

fn count(text: &str, phrases: &[&str]) -> u32 {
    let found = phrases.iter().filter(|phrase| phrase.split(" & ").all(|part| occurs(text, part))).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

/// Whether a phrase occurs at the beginning of a word; what follows may be an ending, unless the phrase ends with `$`.
/// A mark such as `?` may stand anywhere.
fn occurs(text: &str, phrase: &str) -> bool {
    let (phrase, is_whole) = phrase.strip_suffix('$').map_or((phrase, false), |whole| (whole, true));
    let is_word = phrase.starts_with(char::is_alphanumeric);
    let joins = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase).any(|(at, _)| {
        let begins = !is_word || !joins(text[..at].chars().next_back());
        begins && !(is_whole && joins(text[at + phrase.len()..].chars().next()))
    })
}

/// Lower case, without the accents of French.
fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            '’' => '\'',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_certificate_is_a_mistake_in_both_languages() {
        assert!(hints("The certificate expired at midnight").human_error > 0);
        assert!(hints("Le certificat est expiré depuis minuit").human_error > 0);
    }

    #[test]
    fn rights_are_content() {
        let hints = hints("Geo-blocking rule of the rights holder");
        assert!(hints.content > 0 && hints.external_factor > 0);
    }

    #[test]
    fn what_looks_like_a_class_and_is_none() {
        assert_eq!(hints("Something went wrong, try again").human_error, 0);
        assert_eq!(hints("login storm at kick-off").external_factor, 0);
        assert_eq!(hints("scheduled maintenance").content, 0);
        assert_eq!(hints("valeur par défaut").technical_fault, 0);
    }

    #[test]
    fn parts_of_a_phrase_may_stand_apart() {
        assert!(hints("the certificate of the licence proxy has expired").human_error > 0);
        assert_eq!(hints("the session expired").human_error, 0);
    }

    #[test]
    fn tells_a_statement_from_a_guess_and_from_a_denial() {
        assert_eq!(stance("Root cause: expired certificate"), Some(Stance::States));
        assert_eq!(stance("Cause identifiée : disque plein"), Some(Stance::States));
        assert_eq!(stance("could it be due to the deployment?"), Some(Stance::Supposes));
        assert_eq!(stance("The deployment was ruled out as the cause"), Some(Stance::Clears));
        assert_eq!(stance("le déploiement est hors de cause"), Some(Stance::Clears));
        assert_eq!(stance("lunch"), None);
    }

    #[test]
    fn a_phrase_inside_a_word_does_not_count() {
        assert_eq!(hints("brights").content, 0);
        assert_eq!(hints(""), Hints::default());
    }
}

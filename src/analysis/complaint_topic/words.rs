//! The words of complaints, as numbers.
//!
//! In: complaints. Out: for each the words it holds, each once, and how common a word is. A word is a run of letters or
//! digits, in lower case; longer ones with digits (references, amounts, pseudonyms) are left out, since each occurs once
//! or says who wrote, not what about. The category that the source gave is a word of its own. O(text).

use std::collections::BTreeSet;
use std::collections::HashMap;

use super::Complaint;

/// Longest word with digits that is kept, in characters: an error code such as `503` is, an amount or a phone number is
/// not.
const CODE: usize = 4;

/// Words of all complaints.
pub(super) struct Vocabulary {
    words: Vec<Vec<usize>>,
    holders: Vec<usize>,
}

impl Vocabulary {
    pub(super) fn new<'a>(complaints: impl Iterator<Item = Complaint<'a>>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut holders: Vec<usize> = Vec::new();
        let words = complaints
            .map(|complaint| {
                let held = of(complaint).into_iter().map(|word| {
                    let next = numbers.len();
                    let number = *numbers.entry(word).or_insert(next);
                    if number == holders.len() {
                        holders.push(0);
                    }
                    holders[number] += 1;
                    number
                });
                held.collect()
            })
            .collect();
        Self { words, holders }
    }

    /// Different words.
    pub(super) fn len(&self) -> usize {
        self.holders.len()
    }

    pub(super) fn complaints(&self) -> usize {
        self.words.len()
    }

    /// Words of a complaint, each once.
    pub(super) fn words(&self, complaint: usize) -> &[usize] {
        &self.words[complaint]
    }

    /// Share of complaints that hold a word.
    pub(super) fn share(&self, word: usize) -> f64 {
        self.holders[word] as f64 / self.words.len() as f64
    }
}

fn of(complaint: Complaint<'_>) -> BTreeSet<String> {
    let text = complaint.text.unwrap_or("").to_lowercase();
    // What hangs together by dashes is one word where it holds a long number: `customer-4dbee1483e0e`.
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '-')).flat_map(|chunk| {
        let parts = chunk.split('-').filter(|part| !part.is_empty());
        let is_reference = parts.clone().any(is_long_code);
        parts.filter(move |_| !is_reference).map(str::to_owned)
    });
    let theme = complaint.theme.map(|theme| format!("category {}", theme.to_lowercase()));
    words.chain(theme).collect()
}

fn is_long_code(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) && word.chars().count() > CODE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        of(Complaint { time: 0, text: Some(text), theme: Some("Picture") }).into_iter().collect()
    }

    #[test]
    fn words_are_lower_case_and_counted_once() {
        assert_eq!(words("No sound, NO picture!"), ["category picture", "no", "picture", "sound"]);
        assert_eq!(words("l’écran reste noir"), ["category picture", "l", "noir", "reste", "écran"]);
    }

    #[test]
    fn references_are_no_words_and_short_codes_are() {
        assert_eq!(words("error 503, call phone-75da1d6d7b34"), ["503", "call", "category picture", "error"]);
        assert_eq!(words("set-top box"), ["box", "category picture", "set", "top"]);
    }

    #[test]
    fn nothing_has_no_words() {
        assert!(of(Complaint { time: 0, text: None, theme: None }).is_empty());
        assert!(of(Complaint { time: 0, text: Some(" … "), theme: None }).is_empty());
    }
}

//! Goes through a text once and finds what is personal in it.
//!
//! Each byte has a class; most pass without further look. Words, numbers and five signs are
//! handed to the files that know them. A finding that reaches further back than one before it
//! replaces it (a name inside an e-mail address).

use super::address;
use super::bank;
use super::kind::Span;
use super::names::{LABEL, NameIndex};
use super::numbers;
use super::pseudonym::end_of_pseudonym;
use super::secret;
use super::words::word_end;

const SKIP: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const HIGH: u8 = 3;
const SIGN: u8 = 4;

/// What to do at each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [SKIP; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        let byte = at as u8;
        classes[at] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            0x80.. => HIGH,
            b'@' | b'%' | b'=' | b':' | b'+' | b'(' => SIGN,
            _ => SKIP,
        };
        at += 1;
    }
    classes
};

/// A label further before a number, in bytes, does not belong to it.
const LABEL_REACH: usize = 40;

/// All personal spans of a text, in order, none overlapping.
pub(super) fn spans(text: &str, names: &NameIndex) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    // Position behind which a number belongs to the last label.
    let mut label = None;
    while at < bytes.len() {
        let class = CLASSES[usize::from(bytes[at])];
        if class == SKIP {
            at += 1;
            continue;
        }
        let (found, next) = if class == SIGN {
            (sign(text, at), at + 1)
        } else {
            let end = word_end(text, at);
            if end == at {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let flags = names.flags(&bytes[at..end]);
            if flags == 0 && class == LETTER && is_plain(bytes, at, end) {
                at = end;
                continue;
            }
            if flags & LABEL != 0 {
                label = Some(at);
            }
            let is_labelled = label.is_some_and(|label| at - label <= LABEL_REACH);
            match end_of_pseudonym_at(text, at, end) {
                Some(over) => (None, over),
                None if class == DIGIT => (digits(text, at, end, is_labelled, names, flags), end),
                None => (letters(text, at, end, names, flags), end),
            }
        };
        at = found.map_or(next, |span| next.max(span.end));
        if let Some(span) = found {
            push(&mut spans, span);
        }
    }
    spans
}

/// Whether a word that no flag is set for is nothing: no number ends it, it is too short for a key
/// and no group of an IPv6 address.
fn is_plain(bytes: &[u8], start: usize, end: usize) -> bool {
    let length = end - start;
    length < 15 && bytes[end - 1].is_ascii_alphabetic() && (length > 4 || bytes.get(end) != Some(&b':'))
}

fn push(spans: &mut Vec<Span>, span: Span) {
    while spans.last().is_some_and(|last| last.start >= span.start) {
        spans.pop();
    }
    if spans.last().is_none_or(|last| last.end <= span.start) {
        spans.push(span);
    }
}

fn end_of_pseudonym_at(text: &str, start: usize, end: usize) -> Option<usize> {
    if text.as_bytes().get(end) == Some(&b'-') { end_of_pseudonym(text, start, end) } else { None }
}

fn sign(text: &str, at: usize) -> Option<Span> {
    match text.as_bytes()[at] {
        b'@' => address::around_at(text, at, 1),
        b'%' if text[at..].starts_with("%40") => address::around_at(text, at, 3),
        b'=' | b':' => secret::value(text, at),
        b'+' | b'(' if text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit) => numbers::signed_phone(text, at),
        _ => None,
    }
}

/// What begins with a word whose first sign is a digit.
fn digits(text: &str, start: usize, end: usize, is_labelled: bool, names: &NameIndex, flags: u8) -> Option<Span> {
    let word = &text.as_bytes()[start..end];
    let found = match text.as_bytes().get(end) {
        Some(b':') => address::ipv6(text, start, end),
        Some(b'.') if word.len() <= 3 => address::ipv4(text, start),
        _ => None,
    };
    let is_number = word.iter().all(u8::is_ascii_digit);
    let number = || if is_number { numbers::number(text, start, end, is_labelled) } else { None };
    found.or_else(number).or_else(|| names.find(text, start, end, flags))
}

/// What begins with a word whose first sign is a letter, or what it announces.
fn letters(text: &str, start: usize, end: usize, names: &NameIndex, flags: u8) -> Option<Span> {
    let word = &text.as_bytes()[start..end];
    let found = match text.as_bytes().get(end) {
        Some(b':') => address::ipv6(text, start, end),
        Some(b' ') if is_scheme(word) => secret::scheme(text, end),
        Some(b')' | b']') if word.len() <= 8 => address::spelled_email(text, start, end),
        _ => None,
    };
    let is_coded = word.len() >= 4 && word[2].is_ascii_digit() && word[3].is_ascii_digit();
    found
        .or_else(|| names.find(text, start, end, flags))
        .or_else(|| secret::shaped(text, start, end))
        .or_else(|| if is_coded { bank::iban(text, start) } else { None })
        .or_else(|| {
            if word.len() >= 8 && word.last().is_some_and(u8::is_ascii_digit) {
                numbers::glued_customer(text, start, end)
            } else {
                None
            }
        })
}

fn is_scheme(word: &[u8]) -> bool {
    matches!(word[0], b'b' | b'B') && word.eq_ignore_ascii_case(b"bearer") || word.eq_ignore_ascii_case(b"basic")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::redact::kind::Kind;

    fn kinds(text: &str) -> Vec<Kind> {
        let names = NameIndex::new(&["Zoé Tavernelle".to_owned()]);
        spans(text, &names).iter().map(|span| span.kind).collect()
    }

    #[test]
    fn a_name_inside_an_address_is_part_of_it() {
        assert_eq!(kinds("zoe.tavernelle@mail.example"), [Kind::Email]);
        assert_eq!(kinds("Zoé Tavernelle <zoe@mail.example>"), [Kind::Person, Kind::Email]);
    }

    #[test]
    fn hostile_texts_pass() {
        for text in [
            "",
            "@",
            "=",
            "::::",
            "+",
            "(",
            "%40",
            "é@é.éé",
            "\u{0}\u{feff}",
            "....1.2.3.",
            "password=",
            "😀@😀",
            "a@",
            "@a",
            "://:@",
            "Bearer ",
            "eyJ..",
            "+33",
            "FR76",
            "1:2:3:4:5:6:7:8:9",
            "+é",
            "é(é",
        ] {
            let _ = kinds(text);
            let _ = kinds(&text.repeat(300));
        }
    }
}

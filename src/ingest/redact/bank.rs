//! Card numbers and IBAN, told by their check digits.
//!
//! A card number has 13 to 19 digits, passes Luhn's test (ISO/IEC 7812-1) and is written in one
//! piece or in the groups of cards. In one piece it must also have the length its network uses,
//! since one number in ten passes the test by chance. An IBAN (ISO 13616) has the length of its
//! country and leaves 1 modulo 97.

use super::kind::{Kind, Span};
use super::words::{is_blank, is_free_after, is_free_before};

/// Whether digits pass Luhn's test.
fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(digit - b'0') * (1 + u32::try_from(place % 2).unwrap_or(0));
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != digits[0])
}

/// Whether groups of digits are a card number. `is_named` says that a word such as "card" stands
/// before.
pub(super) fn is_card(digits: &[u8], groups: &[usize], is_named: bool) -> bool {
    if !(13..=19).contains(&digits.len()) || !matches!(digits[0], b'2'..=b'6') {
        return false;
    }
    let is_shaped = match groups {
        [_] => is_named || has_network_length(digits),
        [4, 4, 4, 1..=4] | [4, 4, 4, 4, 1..=3] | [4, 6, 4 | 5] => true,
        _ => false,
    };
    is_shaped && is_luhn(digits) && !is_round(digits, groups)
}

/// Whether all groups end in two zeros, as in a row of counts (`4000 3000 2000 1000`).
fn is_round(digits: &[u8], groups: &[usize]) -> bool {
    let mut rest = digits;
    groups.iter().all(|size| {
        let (group, behind) = rest.split_at((*size).min(rest.len()));
        rest = behind;
        group.ends_with(b"00")
    })
}

fn has_network_length(digits: &[u8]) -> bool {
    match (digits[0], digits.len()) {
        (b'2', 16) => matches!(digits[1], b'2'..=b'7'),
        (b'3', 14) => matches!(digits[1], b'0' | b'6' | b'8'),
        (b'3', 15) => matches!(digits[1], b'4' | b'7'),
        (b'6', 16) => matches!(digits[1], b'0' | b'2'..=b'5' | b'7'),
        (b'4' | b'5', 16) => true,
        _ => false,
    }
}

/// Country and length of IBAN.
const COUNTRIES: [(&str, usize); 40] = [
    ("AD", 24),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MA", 28),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TN", 24),
];

/// An IBAN that begins with the word at `start`, in one piece or with blanks or dashes inside.
pub(super) fn iban(text: &str, start: usize) -> Option<Span> {
    let country = text.get(start..start + 2)?.to_ascii_uppercase();
    let (_, length) = COUNTRIES.iter().find(|(name, _)| *name == country)?;
    if !is_free_before(text, start) {
        return None;
    }
    let mut signs = Vec::with_capacity(*length);
    let mut end = start;
    for (at, c) in text[start..].char_indices() {
        if c.is_ascii_alphanumeric() {
            signs.push(c.to_ascii_uppercase());
            end = start + at + 1;
        } else if !is_blank(c) && c != '-' {
            break;
        }
        if signs.len() == *length {
            break;
        }
    }
    let is_valid = signs.len() == *length && signs[2..4].iter().all(char::is_ascii_digit) && remainder(&signs) == 1;
    (is_valid && is_free_after(text, end)).then(|| Span::new(start, end, Kind::Iban))
}

/// The remainder of an IBAN modulo 97, its first four signs moved to the end.
fn remainder(signs: &[char]) -> u32 {
    let (head, tail) = signs.split_at(4);
    tail.iter().chain(head).filter_map(|sign| sign.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_pass_the_check_and_have_a_shape() {
        assert!(is_card(b"4111111111111111", &[16], false));
        assert!(is_card(b"4111111111111111", &[4, 4, 4, 4], false));
        assert!(is_card(b"378282246310005", &[4, 6, 5], false));
        assert!(!is_card(b"4111111111111112", &[16], false));
        assert!(!is_card(b"4111111111111111", &[2, 14], false));
        assert!(!is_card(b"1111111111111111", &[16], true));
        assert!(!is_card(b"4000300020001000", &[4, 4, 4, 4], false));
        assert!(!is_card(b"", &[], true));
    }

    #[test]
    fn iban_has_its_length_and_remainder() {
        for text in ["FR7630006000011234567890189", "FR76 3000 6000 0112 3456 7890 189 merci", "de89370400440532013000"]
        {
            assert!(iban(text, 0).is_some(), "{text}");
        }
        for text in ["FR7630006000011234567890188", "FR76", "XX00", "FR76 3000 6000"] {
            assert!(iban(text, 0).is_none(), "{text}");
        }
    }
}

//! Keyed pseudonyms: the same value gives the same name, nobody without the key can recompute it.
//!
//! Comes in: a value of a kind. Goes out: `email-3f9a2c1b04d7`: the kind and the first 48 bits of
//! BLAKE3 keyed with the key of the case, over the value brought to one form (case, NFC, digits
//! of phones in international form). The kind is not hashed, so a customer found by its number
//! and the same number as an account share the digits.

use std::borrow::Cow;
use std::net::IpAddr;

use unicode_normalization::UnicodeNormalization;

use super::kind::Kind;

/// Hexadecimal digits of a pseudonym. 48 bits: among 100 000 people two meet with a chance of
/// two in 100 000.
const DIGITS: usize = 12;

/// The pseudonym of a value.
pub(super) fn pseudonym(key: &[u8; 32], kind: Kind, value: &str) -> String {
    let hash = blake3::keyed_hash(key, normal(kind, value).as_bytes());
    let mut out = String::with_capacity(kind.prefix().len() + 1 + DIGITS);
    out.push_str(kind.prefix());
    out.push('-');
    for byte in &hash.as_bytes()[..DIGITS / 2] {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    out
}

/// End of the pseudonym that begins at `start`, whose first word ends at `end`.
pub(super) fn end_of_pseudonym(text: &str, start: usize, end: usize) -> Option<usize> {
    let digits = text.as_bytes().get(end + 1..end + 1 + DIGITS)?;
    let is_hex = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_over = !text.as_bytes().get(end + 1 + DIGITS).is_some_and(u8::is_ascii_alphanumeric);
    (text.as_bytes()[end] == b'-' && is_hex && is_over && Kind::of_prefix(&text[start..end]).is_some())
        .then_some(end + 1 + DIGITS)
}

/// The one form of a value that is hashed.
fn normal(kind: Kind, value: &str) -> Cow<'_, str> {
    let value = value.trim();
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    Cow::Owned(match kind {
        // Four numbers are written in one way only.
        Kind::Ip if value.bytes().all(is_plain) => return Cow::Borrowed(value),
        Kind::Secret => return Cow::Borrowed(value),
        Kind::Phone => international(value),
        Kind::Card => value.chars().filter(char::is_ascii_digit).collect(),
        Kind::Iban => value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase(),
        Kind::Ip => value.parse::<IpAddr>().map_or_else(|_| value.to_ascii_lowercase(), |address| address.to_string()),
        Kind::Email => spelled_out(value),
        Kind::Person | Kind::Handle | Kind::Customer => general(value.trim_start_matches('@')),
    })
}

/// NFC, lower case, one space between words.
fn general(value: &str) -> String {
    if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return value.to_ascii_lowercase();
    }
    let lower: String = value.nfc().collect::<String>().to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn spelled_out(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'(' | b')' | b'[' | b']');
    if value.bytes().all(is_plain) {
        return value.to_ascii_lowercase();
    }
    let plain = general(value).replace("%40", "@").replace(['(', ')', '[', ']'], "");
    let plain = plain.replace(" arobase ", "@").replace(" at ", "@").replace(" point ", ".").replace(" dot ", ".");
    plain.replace(' ', "")
}

/// Digits with the country code; a national number is French.
fn international(value: &str) -> String {
    let digits: String = value.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    if value.starts_with('+') {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if let Some(rest) = digits.strip_prefix('0').filter(|rest| rest.len() == 9) {
        format!("33{rest}")
    } else {
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn equal_values_have_equal_pseudonyms() {
        let same = |kind, values: &[&str]| {
            let first = pseudonym(&KEY, kind, values[0]);
            values.iter().all(|value| pseudonym(&KEY, kind, value) == first)
        };
        assert!(same(Kind::Phone, &["06 12 34 56 78", "+33 (0)6.12.34.56.78", "0033612345678", "+33612345678"]));
        assert!(same(Kind::Email, &["Zoe@Mail.example", "zoe%40mail.example", "zoe (at) mail point example"]));
        assert!(same(Kind::Card, &["4111 1111 1111 1111", "4111-1111-1111-1111"]));
        assert!(same(Kind::Ip, &["2001:DB8::7", "2001:db8:0::7"]));
        assert!(same(Kind::Person, &["Zoé  Tavernelle", " zoe\u{301} tavernelle"]));
        assert!(same(Kind::Handle, &["@zoetav42", "ZoeTav42"]));
    }

    #[test]
    fn another_key_gives_another_pseudonym() {
        assert_ne!(pseudonym(&KEY, Kind::Email, "a@b.example"), pseudonym(&[8; 32], Kind::Email, "a@b.example"));
    }

    #[test]
    fn pseudonyms_are_recognised() {
        let token = pseudonym(&KEY, Kind::Person, "Zoé");
        assert_eq!(end_of_pseudonym(&token, 0, 6), Some(token.len()));
        assert_eq!(end_of_pseudonym("person-3f9a", 0, 6), None);
        assert_eq!(end_of_pseudonym("cousin-3f9a2c1b04d7", 0, 6), None);
    }
}

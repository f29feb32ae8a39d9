//! Phone numbers, card numbers and customer numbers.
//!
//! Comes in: a text and the position where a number may begin. Goes out: the span. A number is
//! taken only when its shape or a word before it says what it is, so that counts, durations,
//! epochs, ports, trace ids and dates stay.

use super::bank::is_card;
use super::kind::{Kind, Span};
use super::words::{Folded, is_blank, is_free_after, is_free_before, word_end, word_start, words_before};

/// More groups are no phone and no card.
const MOST_GROUPS: usize = 8;
/// More digits are no phone and no card.
const MOST_DIGITS: usize = 24;

/// Groups of digits with one separator between them, at the front of a text.
#[derive(Debug)]
struct Groups {
    digits: [u8; MOST_DIGITS],
    /// Number of groups.
    count: usize,
    /// Digits in each group.
    sizes: [usize; MOST_GROUPS],
    /// Byte behind each group.
    ends: [usize; MOST_GROUPS],
    /// What stands behind each group, `\0` behind the last.
    separators: [char; MOST_GROUPS],
}

impl Groups {
    fn read(text: &str, start: usize) -> Self {
        let (sizes, ends) = ([0; MOST_GROUPS], [0; MOST_GROUPS]);
        let mut groups = Self { digits: [0; MOST_DIGITS], count: 0, sizes, ends, separators: ['\0'; MOST_GROUPS] };
        let (mut at, mut total) = (start, 0);
        while groups.count < MOST_GROUPS {
            let run = &text.as_bytes()[at..];
            let size = run.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let Some(place) = groups.digits.get_mut(total..total + size).filter(|_| size > 0) else { break };
            place.copy_from_slice(&run[..size]);
            total += size;
            at += size;
            groups.sizes[groups.count] = size;
            groups.ends[groups.count] = at;
            groups.count += 1;
            let separator = text[at..].chars().next().filter(|c| is_blank(*c) || matches!(c, '.' | '-' | '/'));
            let Some(separator) = separator else { break };
            at += separator.len_utf8();
            if text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
                groups.separators[groups.count - 1] = separator;
            }
        }
        groups
    }

    /// The first `count` groups when one separator is used and nothing of the number is left out.
    fn head(&self, text: &str, count: usize) -> Option<(&[u8], &[usize], usize)> {
        let end = self.ends[count - 1];
        let is_uniform = self.separators[..count - 1].windows(2).all(|pair| pair[0] == pair[1]);
        let behind = self.separators[count - 1];
        let goes_on = behind != '\0' && !is_blank(behind);
        let length = self.sizes[..count].iter().sum();
        (is_uniform && !goes_on && is_free_after(text, end)).then_some((
            &self.digits[..length],
            &self.sizes[..count],
            end,
        ))
    }
}

/// Words that may make a number behind them personal, for the filter of words.
pub(super) fn labels() -> impl Iterator<Item = &'static str> {
    CUSTOMER_WORDS.into_iter().chain(PHONE_WORDS).chain(PREFIXES)
}

/// What begins with the number from `start` to `end`. `is_labelled` says that a word of
/// [`labels`] may stand before it.
pub(super) fn number(text: &str, start: usize, end: usize, is_labelled: bool) -> Option<Span> {
    let length = end - start;
    let bytes = text.as_bytes();
    let more = digits_behind(bytes, end);
    let is_candidate = match (bytes[start], length) {
        (b'0', 2) => matches!(more, 2 | 4 | 8),
        (b'0', 3..=5) => more >= 1,
        (b'2'..=b'9', 3) => more == 3 && bytes[end] == b'-',
        (b'2'..=b'6', 4) => more == 4 || more == 6,
        (b'0', 10 | 13) | (b'2'..=b'6', 13..=19) => true,
        _ => false,
    };
    if is_candidate && is_start(text, start) {
        let groups = Groups::read(text, start);
        if let Some(span) = grouped(text, start, &groups) {
            return Some(span);
        }
    }
    if is_labelled && length >= 4 { labelled(text, start, end) } else { None }
}

/// Digits of the group behind one separator at `end`.
fn digits_behind(bytes: &[u8], end: usize) -> usize {
    let gap = match bytes.get(end) {
        Some(b' ' | b'.' | b'-' | b'/') => 1,
        Some(0xC2) => 2,
        Some(0xE2) => 3,
        _ => return 0,
    };
    bytes.iter().skip(end + gap).take(20).take_while(|byte| byte.is_ascii_digit()).count()
}

/// Whether a number may begin here: not inside a longer one, nor behind a dash inside a word.
fn is_start(text: &str, start: usize) -> bool {
    let before = &text[..start];
    let mut signs = before.chars().rev();
    match (signs.next(), signs.next()) {
        (Some('.' | '-' | '/' | '_' | ','), Some(second)) => !second.is_alphanumeric(),
        (Some(':'), Some(second)) => !second.is_ascii_digit(),
        (Some(first), Some(second)) if is_blank(first) && second.is_ascii_digit() => {
            let digits = before.trim_end_matches(is_blank);
            digits.len() - digits.trim_end_matches(|c: char| c.is_ascii_digit()).len() != 2
        }
        (Some(first), _) => !first.is_alphanumeric(),
        _ => true,
    }
}

fn grouped(text: &str, start: usize, groups: &Groups) -> Option<Span> {
    (1..=groups.count).rev().find_map(|count| {
        let (digits, sizes, end) = groups.head(text, count)?;
        if is_phone(digits, sizes, groups.separators[0]) {
            return Some(Span::new(start, end, Kind::Phone));
        }
        let may_be_card = (13..=19).contains(&digits.len());
        (may_be_card && is_card(digits, sizes, is_card_named(text, start))).then(|| Span::new(start, end, Kind::Card))
    })
}

fn is_phone(digits: &[u8], sizes: &[usize], separator: char) -> bool {
    let is_blank_or_dash = is_blank(separator) || separator == '-';
    match (digits, sizes) {
        ([b'0', b'1'..=b'9', ..], [2, 2, 2, 2, 2] | [10]) => true,
        ([b'0', b'1'..=b'9', ..], [4, 3, 3] | [4, 2, 2, 2] | [2, 4, 4] | [3, 3, 4] | [5, 6]) => is_blank_or_dash,
        ([b'0', b'0', b'3', b'3', b'1'..=b'9', ..], _) => digits.len() == 13,
        ([b'0', b'0', b'1'..=b'9', ..], [_, _, _, ..]) => (11..=16).contains(&digits.len()),
        ([b'2'..=b'9', ..], [3, 3, 4]) => separator == '-',
        _ => false,
    }
}

/// A number behind `+` at `plus`, with the country code, or behind `(` as in `(555) 123-4567`.
pub(super) fn signed_phone(text: &str, sign: usize) -> Option<Span> {
    if !is_free_before(text, sign) || matches!(text[..sign].chars().next_back(), Some('+' | ')')) {
        return None;
    }
    let is_plus = text.as_bytes()[sign] == b'+';
    let (sizes, ends, digits) = loose_groups(text, sign + usize::from(is_plus), is_plus)?;
    if !is_plus {
        let shape = (sizes.as_slice(), text.as_bytes().get(sign + 4));
        return matches!(shape, ([3, 3, 4, ..], Some(b')'))).then(|| Span::new(sign, ends[2], Kind::Phone));
    }
    if digits.first() == Some(&b'0') {
        return None;
    }
    let french = digits.starts_with(b"33");
    let mut total = 0;
    let mut best = None;
    for (size, end) in sizes.iter().zip(&ends) {
        total += size;
        let is_whole = if french { (11..=12).contains(&total) } else { (8..=15).contains(&total) };
        if is_whole && is_free_after(text, *end) {
            best = Some((total, *end));
            if french {
                break;
            }
        }
    }
    let (total, end) = best?;
    let is_count =
        sizes.len() == 1 && total < 10 || sizes[1..].iter().all(|size| *size == 3) && sizes.len() > 1 && total <= 9;
    (!is_count).then(|| Span::new(sign, end, Kind::Phone))
}

/// Groups of digits with up to three of the signs of phone numbers between: sizes, ends, digits.
fn loose_groups(text: &str, start: usize, is_plus: bool) -> Option<(Vec<usize>, Vec<usize>, Vec<u8>)> {
    let (mut sizes, mut ends, mut digits) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = if is_plus { start } else { start + 1 };
    loop {
        let run = &text.as_bytes()[at..];
        let size = run.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if size == 0 || size > 15 || sizes.len() == MOST_GROUPS {
            break;
        }
        digits.extend_from_slice(&run[..size]);
        at += size;
        sizes.push(size);
        ends.push(at);
        let gap = text[at..].chars().take(4).take_while(|c| is_blank(*c) || matches!(c, '.' | '-' | '(' | ')' | '/'));
        at += gap.map(char::len_utf8).sum::<usize>();
    }
    (!sizes.is_empty()).then_some((sizes, ends, digits))
}

const CUSTOMER_WORDS: [&str; 29] = [
    "client",
    "clients",
    "cliente",
    "customer",
    "abonne",
    "abonnee",
    "abonnes",
    "subscriber",
    "account",
    "compte",
    "contrat",
    "contract",
    "member",
    "membre",
    "adherent",
    "adherente",
    "user",
    "utilisateur",
    "userid",
    "customerid",
    "clientid",
    "accountid",
    "subscriberid",
    "memberid",
    "usager",
    "uid",
    "numclient",
    "idclient",
    "viewerid",
];
const LABELS: [&str; 22] = [
    "n",
    "no",
    "nº",
    "num",
    "numero",
    "number",
    "nr",
    "id",
    "identifiant",
    "identifier",
    "ident",
    "ref",
    "reference",
    "is",
    "est",
    "de",
    "mon",
    "code",
    "key",
    "le",
    "my",
    "nbr",
];
const PHONE_WORDS: [&str; 14] = [
    "tel",
    "telephone",
    "phone",
    "mobile",
    "portable",
    "msisdn",
    "fax",
    "gsm",
    "call",
    "phonenumber",
    "appelez",
    "cell",
    "whatsapp",
    "sms",
];
const CARD_WORDS: [&str; 11] =
    ["card", "carte", "cb", "visa", "mastercard", "pan", "bancaire", "cardnumber", "amex", "credit", "bleue"];
/// Words behind a number that make it a count.
const UNITS: [&str; 22] = [
    "bytes",
    "octets",
    "ms",
    "s",
    "sec",
    "seconds",
    "secondes",
    "requests",
    "requetes",
    "errors",
    "erreurs",
    "sessions",
    "users",
    "clients",
    "abonnes",
    "viewers",
    "connections",
    "connexions",
    "euros",
    "eur",
    "kb",
    "fois",
];

fn is_card_named(text: &str, start: usize) -> bool {
    words_before(text, start).iter().flatten().any(|word| word.is_in(&CARD_WORDS))
}

/// A customer or phone number told by the words before it, or by a prefix such as `CL-`.
fn labelled(text: &str, start: usize, end: usize) -> Option<Span> {
    let length = end - start;
    if let Some(span) = prefixed(text, start, end) {
        return Some(span);
    }
    let behind = text.as_bytes().get(end..end + 2);
    let goes_on = matches!(behind, Some([b':' | b'.' | b',' | b'-' | b'/', next]) if next.is_ascii_alphanumeric());
    if length > 15 || goes_on || !is_start(text, start) {
        return None;
    }
    let words = words_before(text, start);
    let labels = words.iter().take_while(|word| word.is_some_and(|word| word.is_in(&LABELS))).count();
    let word = words.get(labels).copied().flatten()?;
    if length >= 7 && word.is_in(&PHONE_WORDS) {
        return Some(Span::new(start, end, Kind::Phone));
    }
    if !word.is_in(&CUSTOMER_WORDS) {
        return None;
    }
    let is_numbered =
        labels > 0 || words[1..].iter().flatten().any(|word| word.is_in(&["numero", "number", "id", "n"]));
    let is_glued = word.as_bytes().ends_with(b"id");
    let shortest = if is_numbered || is_glued { 4 } else { 6 };
    (length >= shortest && !is_counted(text, end)).then(|| Span::new(start, end, Kind::Customer))
}

fn is_counted(text: &str, end: usize) -> bool {
    let rest = text[end..].trim_start_matches(is_blank);
    let start = text.len() - rest.len();
    Folded::new(&text[start..word_end(text, start)]).is_in(&UNITS)
}

const PREFIXES: [&str; 19] = [
    "cl", "cli", "cust", "cus", "cu", "abo", "ab", "abn", "sub", "cid", "acc", "acct", "usr", "client", "customer",
    "abonne", "member", "mbr", "crm",
];

/// `CL-26354666`, `cust_123456`: letters of a customer prefix, a dash and at least five digits.
fn prefixed(text: &str, start: usize, end: usize) -> Option<Span> {
    if end - start < 5 {
        return None;
    }
    let before = text[..start].strip_suffix(['-', '_', '#'])?;
    let from = word_start(text, before.len());
    let is_prefix = Folded::new(&text[from..before.len()]).is_in(&PREFIXES);
    let is_whole = !matches!(text.as_bytes().get(end..end + 2), Some([b'-', b'0'..=b'9']));
    let is_free = !matches!(text.as_bytes()[..from], [.., b'-']);
    (is_prefix && is_whole && is_free).then(|| Span::new(from, end, Kind::Customer))
}

/// `CL26354666`: a customer prefix and at least six digits in one word.
pub(super) fn glued_customer(text: &str, start: usize, end: usize) -> Option<Span> {
    let word = &text[start..end];
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_number = word.len() - letters >= 6 && word.bytes().skip(letters).all(|byte| byte.is_ascii_digit());
    let is_customer = is_number && Folded::new(&word[..letters]).is_in(&PREFIXES);
    is_customer.then(|| Span::new(start, end, Kind::Customer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        number(text, start, word_end(text, start), true).map(|span| span.kind)
    }

    #[test]
    fn shapes_of_phones_are_found() {
        for text in [
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06\u{a0}12\u{a0}34\u{a0}56\u{a0}78",
            "0612345678",
            "0033612345678",
            "0033 6 12 34 56 78",
            "555-123-4567",
            "tel: 5551234567",
        ] {
            assert_eq!(kind(text), Some(Kind::Phone), "{text}");
        }
        for text in ["01.02.03.04.05.06", "2026-11-21 20:44:01", "1789000259999", "404", "0.123456", "0612345678ab"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn signed_numbers_are_phones_when_long_enough() {
        for text in
            ["+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "+44 7700 900123", "+1 (555) 123-4567", "(555) 123-4567"]
        {
            assert_eq!(signed_phone(text, 0).map(|span| span.end), Some(text.len()), "{text}");
        }
        for text in ["+0100", "+01:00", "+12 345 678", "+12", "(404)", "(200) 12 34", "+"] {
            assert_eq!(signed_phone(text, 0), None, "{text}");
        }
    }

    #[test]
    fn customers_need_a_word_or_a_prefix() {
        for text in [
            "CL-26354666",
            "client n° 12345678",
            "customer id: 99887",
            "abonné 1234567",
            "customer_id=12345",
            "numéro de client : 12345",
        ] {
            assert_eq!(kind(text), Some(Kind::Customer), "{text}");
        }
        for text in ["client 503", "client 12345", "INC-168434", "clients: 1234567 sessions", "account 2026-11-21"] {
            assert_eq!(kind(text), None, "{text}");
        }
        assert!(glued_customer("CL26354666", 0, 10).is_some() && glued_customer("clip2026", 0, 8).is_none());
    }
}

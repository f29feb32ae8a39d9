//! Replaces personal data by keyed pseudonyms before anything is stored or shown.
//!
//! Comes in: free text (log lines, complaints, messages), or a whole value that identifies
//! someone. Goes out: the same text with e-mail addresses, phone numbers, IP addresses, card
//! numbers, IBAN, handles, customer numbers, secrets and names of known people replaced, as
//! `phone-3f9a2c1b04d7`. Equal values give equal pseudonyms in a case, so that rows can still be
//! joined and counted.
//!
//! Rules that read shapes and the words beside them, no dictionary of names: a name is found only
//! when its bearer is known from the inputs. What identifies nobody (counts, times, ports, trace
//! ids) stays, since figures are made from it.

mod address;
mod bank;
#[cfg(test)]
mod corpus;
mod kind;
mod names;
mod numbers;
mod pseudonym;
mod scan;
mod secret;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use ahash::{AHasher, RandomState};

use self::kind::{Kind, Span};
use self::names::NameIndex;
use self::pseudonym::{end_of_pseudonym, pseudonym};
use self::words::word_end;

/// Replaces personal data, with the key and the known people of one case.
pub struct Redactor {
    key: [u8; 32],
    names: NameIndex,
    kept: u16,
    row_hashes: [RandomState; 2],
}

/// A hash in the making that tells whether two rows are the same, see [`Redactor::row_hash`]. Two rows have
/// one hash when the same words and texts were added in the same order.
#[derive(Debug, Clone)]
pub struct RowHash([AHasher; 2]);

impl fmt::Debug for Redactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Redactor").field("people", &self.names.len()).finish_non_exhaustive()
    }
}

/// Whether a word of the `keep` list names a kind of personal data.
pub fn is_kind(word: &str) -> bool {
    Kind::named(word).is_some()
}

impl Redactor {
    /// A redactor for one case. `people` are names and account names known from the inputs;
    /// `keep` names kinds that are left alone (`ip`, `email`, `phone`, `card`, `iban`, `customer`,
    /// `secret`, `handle`, `person`); other words in it mean nothing here.
    pub fn new(key: [u8; 32], people: &[String], keep: &[String]) -> Self {
        let kept = keep.iter().filter_map(|word| Kind::named(word)).fold(0, |bits, kind| bits | kind.bit());
        let word = |at: usize| {
            let (bytes, _) = key[at..].split_first_chunk::<8>().expect("the key has 32 bytes");
            u64::from_le_bytes(*bytes)
        };
        let [a, b, c, d] = [0, 8, 16, 24].map(word);
        let row_hashes = [RandomState::with_seeds(a, b, c, d), RandomState::with_seeds(d, c, b, a)];
        Self { key, names: NameIndex::new(people), kept, row_hashes }
    }

    /// The text without personal data; borrowed when it holds none. Pseudonyms in it stay, so
    /// that a second pass changes nothing.
    pub fn free_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut spans = scan::spans(text, &self.names);
        spans.retain(|span| !self.keeps(span.kind));
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        let mut at = 0;
        for span in spans {
            out.push_str(&text[at..span.start]);
            out.push_str(&self.replacement(text, span));
            at = span.end;
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }

    /// The pseudonym of a value that identifies someone as a whole: an account name, an address,
    /// a customer number. `person-…` when its shape tells no other kind. A pseudonym and an empty
    /// value stay as they are.
    pub fn identity(&self, raw: &str) -> String {
        let value = raw.trim();
        let first = word_end(value, 0);
        if value.is_empty() || (first < value.len() && end_of_pseudonym(value, 0, first) == Some(value.len())) {
            return value.to_owned();
        }
        let kind = match scan::spans(value, &self.names).as_slice() {
            [span] if span.start == 0 && span.end == value.len() && span.person.is_none() => span.kind,
            _ => Kind::Person,
        };
        if self.keeps(kind) { value.to_owned() } else { pseudonym(&self.key, kind, value) }
    }

    /// A hash that tells whether two rows are the same. It holds within one run only, and is keyed:
    /// nobody without the inputs can write a row that makes another one vanish.
    pub fn row_hash(&self) -> RowHash {
        RowHash(self.row_hashes.each_ref().map(BuildHasher::build_hasher))
    }

    fn keeps(&self, kind: Kind) -> bool {
        self.kept & kind.bit() != 0
    }

    fn replacement(&self, text: &str, span: Span) -> String {
        let found = &text[span.start..span.end];
        let value = span.person.and_then(|person| self.names.name(person)).unwrap_or(found);
        pseudonym(&self.key, span.kind, value)
    }
}

impl RowHash {
    /// Adds a number.
    #[inline]
    pub fn word(&mut self, word: u64) {
        self.0.iter_mut().for_each(|half| half.write_u64(word));
    }

    /// Adds a text. The hasher takes in its length, so that where one text ends and the next begins counts.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.0.iter_mut().for_each(|half| half.write(text.as_bytes()));
    }

    /// Adds another hash, half of it to each half of this one.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "each half is taken")]
    pub fn halves(&mut self, hash: u128) {
        let [high, low] = &mut self.0;
        high.write_u64((hash >> 64) as u64);
        low.write_u64(hash as u64);
    }

    /// The hash of all that was added.
    #[inline]
    pub fn finish(&self) -> u128 {
        let [high, low] = self.0.each_ref().map(Hasher::finish);
        u128::from(high) << 64 | u128::from(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        Redactor::new([7; 32], &["Zoé Tavernelle".into(), "zoetav42".into()], &[])
    }

    #[test]
    fn text_without_personal_data_is_borrowed() {
        let line = "2026-11-21T20:44:01.123Z edge-01 upstream timeout dur=10.003s status=503 trace=4bf92f3577b34da6";
        assert!(matches!(redactor().free_text(line), Cow::Borrowed(_)));
        assert!(matches!(redactor().free_text(""), Cow::Borrowed(_)));
    }

    #[test]
    fn a_second_pass_changes_nothing() {
        let text = "Zoé Tavernelle (@zoetav42, zoe@mail.example, 06 12 34 56 78) from 192.0.2.7, client CL-26354666";
        let once = redactor().free_text(text).into_owned();
        assert_eq!(redactor().free_text(&once), once);
        for kind in ["person-", "@handle-", "email-", "phone-", "ip-", "customer-"] {
            assert!(once.contains(kind), "{kind} in {once}");
        }
    }

    #[test]
    fn an_identity_and_a_handle_share_their_digits() {
        let redactor = redactor();
        let identity = redactor.identity("@ZoeTav42");
        assert_eq!(identity, redactor.identity("zoetav42"));
        assert_eq!(redactor.identity(&identity), identity);
        let text = redactor.free_text("merci @zoetav42").into_owned();
        assert_eq!(identity.rsplit('-').next(), text.rsplit('-').next());
        assert_eq!(redactor.identity("CL-26354666"), redactor.free_text("cl-26354666"));
        assert!(redactor.identity("114990000007").starts_with("person-"));
        assert_eq!(redactor.identity(" "), "");
    }

    #[test]
    fn names_share_their_pseudonym_in_every_spelling() {
        let redactor = redactor();
        assert_eq!(redactor.free_text("TAVERNELLE Zoe"), redactor.identity("Zoé Tavernelle"));
    }

    #[test]
    fn kept_kinds_stay() {
        let redactor = Redactor::new([7; 32], &[], &["ips".into()]);
        assert_eq!(redactor.free_text("from 192.0.2.7"), "from 192.0.2.7");
        assert_eq!(redactor.identity("192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn rows_of_other_words_have_other_hashes() {
        let redactor = redactor();
        let hash = |words: &[u64], texts: &[&str]| {
            let mut hash = redactor.row_hash();
            words.iter().for_each(|word| hash.word(*word));
            texts.iter().for_each(|text| hash.text(text));
            hash.finish()
        };
        assert_eq!(hash(&[1, 2], &["a"]), hash(&[1, 2], &["a"]));
        let text = "the same forty bytes, cut at every place";
        let mut seen = std::collections::HashSet::new();
        for at in 0..=text.len() {
            assert!(seen.insert(hash(&[1], &[&text[..at], &text[at..]])), "cut at {at}");
        }
        for (words, texts) in
            [(&[1][..], &[text][..]), (&[1, 0], &[text]), (&[0], &[text]), (&[], &[text, "\0"]), (&[], &[])]
        {
            assert!(seen.insert(hash(words, texts)), "{words:?} {texts:?}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", redactor()), "Redactor { people: 2, .. }");
    }
}

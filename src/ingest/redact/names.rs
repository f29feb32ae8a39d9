//! Names of known people wherever they occur.
//!
//! Comes in: names and account names found as authors. Goes out: for a word in a text, whether a
//! known name begins there. Case and accents do not matter, nor what separates the words of a
//! name; full names are also found as first and last name, in either order. An account name is
//! found as a whole; one of letters only must have five, and a common word is never a name: such
//! an account is found behind `@` only.
//!
//! An index by first word behind a small filter is used, not one automaton over all spellings:
//! the spellings (accents, order, separators) are many, and log lines must pass at full speed.

use std::collections::HashMap;

use super::kind::{Kind, Span};
use super::numbers;
use super::words::{Folded, is_blank, is_word, word_end};

/// Names to look for.
#[derive(Debug)]
pub(super) struct NameIndex {
    /// For each hash of the first three bytes of a folded word, what may begin so.
    flags: Vec<u8>,
    by_first_word: HashMap<Vec<u8>, Vec<Sequence>>,
    /// The names, as given.
    people: Vec<String>,
}

#[derive(Debug)]
struct Sequence {
    rest: Vec<Vec<u8>>,
    person: usize,
    kind: Kind,
}

const HASHES: usize = 1 << 14;
/// A known name may begin with the word.
const NAME: u8 = 1;
/// The word may be a label that makes the number behind it personal.
pub(super) const LABEL: u8 = 2;
/// The word may announce a secret or a spelled address, or begin a pseudonym or a key.
const HERALD: u8 = 4;
/// Words that announce, and beginnings of keys (see `secret` and `address`).
const HERALDS: [&str; 18] = [
    "bearer", "basic", "at", "arobase", "chez", "eyj", "akia", "asia", "ghp", "gho", "ghs", "github", "glpat", "xoxb",
    "sk", "rk", "aiza", "hvs",
];
/// Account names of letters only that are shorter are taken for words.
const SHORTEST_WORD: usize = 5;
/// Longer names are texts.
const LONGEST: usize = 80;

impl NameIndex {
    /// Indexes names; their order does not matter.
    pub(super) fn new(people: &[String]) -> Self {
        let mut people: Vec<String> =
            people.iter().map(|name| name.trim().trim_start_matches('@').to_owned()).collect();
        people.retain(|name| name.len() <= LONGEST && !name.contains('@') && name.chars().any(char::is_alphabetic));
        people.sort_unstable();
        people.dedup();
        let mut index = Self { flags: vec![0; HASHES], by_first_word: HashMap::new(), people };
        for word in HERALDS.into_iter().chain(Kind::ALL.map(Kind::prefix)) {
            index.flags[hash(word.as_bytes())] |= HERALD;
        }
        for label in numbers::labels() {
            index.flags[hash(label.as_bytes())] |= LABEL;
        }
        for person in 0..index.people.len() {
            index.add(person);
        }
        index.by_first_word.values_mut().for_each(|sequences| {
            sequences.sort_by_key(|sequence| (usize::MAX - sequence.rest.len(), sequence.person));
        });
        index
    }

    /// Number of names.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// The name at an index of [`Span::person`].
    pub(super) fn name(&self, person: usize) -> Option<&str> {
        self.people.get(person).map(String::as_str)
    }

    /// What the first bytes of a word make possible, a [`LABEL`] among it; 0 when nothing. A word
    /// with letters beyond ASCII at its front may be anything.
    pub(super) fn flags(&self, word: &[u8]) -> u8 {
        let is_plain = match *word {
            [a, b, c, d, ..] => (a | b | c | d) < 0x80,
            _ => word.is_ascii(),
        };
        if is_plain { self.flags[hash(word)] } else { NAME | LABEL | HERALD }
    }

    /// The name that begins with the word from `start` to `end`, whose `flags` are given.
    pub(super) fn find(&self, text: &str, start: usize, end: usize, flags: u8) -> Option<Span> {
        if flags & NAME == 0 {
            return None;
        }
        let first = Folded::new(&text[start..end]);
        let sequences = self.by_first_word.get(first.as_bytes())?;
        sequences.iter().find_map(|sequence| {
            let end = sequence.rest.iter().try_fold(end, |end, word| next_word(text, end, word))?;
            Some(Span { start, end, kind: sequence.kind, person: Some(sequence.person) })
        })
    }

    fn add(&mut self, person: usize) {
        let name = self.people[person].clone();
        let words = split(&name);
        let is_common = words.iter().all(|word| COMMON.iter().any(|common| common.as_bytes() == word.as_slice()));
        if is_common {
            return;
        }
        if !name.chars().any(char::is_whitespace) {
            let has_mark = name.chars().any(|c| c.is_ascii_digit() || c == '_');
            if has_mark && name.chars().count() >= 4 || name.chars().count() >= SHORTEST_WORD {
                self.insert(words, person, Kind::Handle);
            }
            return;
        }
        let parts: Vec<Vec<Vec<u8>>> = name.split_whitespace().map(split).filter(|part| !part.is_empty()).collect();
        let [first, .., last] = parts.as_slice() else { return };
        if words.iter().map(Vec::len).sum::<usize>() < 6 {
            return;
        }
        let mut rotated: Vec<Vec<u8>> = last.clone();
        rotated.extend(parts[..parts.len() - 1].iter().flatten().cloned());
        self.insert(words.clone(), person, Kind::Person);
        self.insert(rotated, person, Kind::Person);
        if parts.len() > 2 && first[0].len() + last[0].len() >= 7 {
            self.insert([first.clone(), last.clone()].concat(), person, Kind::Person);
            self.insert([last.clone(), first.clone()].concat(), person, Kind::Person);
        }
    }

    fn insert(&mut self, mut words: Vec<Vec<u8>>, person: usize, kind: Kind) {
        let rest = words.split_off(1);
        let Some(first) = words.pop() else { return };
        self.flags[hash(&first)] |= NAME;
        self.by_first_word.entry(first).or_default().push(Sequence { rest, person, kind });
    }
}

/// Hash of the first three bytes of a word, case aside.
fn hash(word: &[u8]) -> usize {
    let byte = |at: usize| word.get(at).map_or(0, |byte| u32::from(byte | 0x20));
    let mixed = (byte(0) << 16 | byte(1) << 8 | byte(2)).wrapping_mul(0x9E37_79B1);
    (mixed >> 18) as usize & (HASHES - 1)
}

/// The folded words of a name.
fn split(name: &str) -> Vec<Vec<u8>> {
    name.split(|c| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| Folded::new(word).as_bytes().to_vec())
        .collect()
}

/// The end of the word behind `end` when it is `wanted`, one or two separators between.
fn next_word(text: &str, end: usize, wanted: &[u8]) -> Option<usize> {
    let is_separator = |c: char| is_blank(c) || matches!(c, '-' | '_' | '.' | ',' | '\'' | '’' | '\n' | '\r' | '+');
    let gap: usize = text[end..].chars().take_while(|c| is_separator(*c)).take(3).map(char::len_utf8).sum();
    let start = end + gap;
    let stop = word_end(text, start);
    (gap > 0 && Folded::new(&text[start..stop]).as_bytes() == wanted).then_some(stop)
}

/// Words that also serve as account names, and must survive in texts.
const COMMON: [&str; 112] = [
    "about",
    "access",
    "account",
    "admin",
    "agent",
    "alert",
    "alerts",
    "anonyme",
    "anonymous",
    "android",
    "apple",
    "application",
    "archive",
    "audio",
    "author",
    "auteur",
    "backend",
    "browser",
    "canal",
    "chaine",
    "channel",
    "client",
    "clients",
    "compte",
    "contact",
    "coupure",
    "customer",
    "daily",
    "default",
    "deploy",
    "deployer",
    "direct",
    "encoder",
    "equipe",
    "erreur",
    "error",
    "event",
    "events",
    "external",
    "facebook",
    "football",
    "forum",
    "france",
    "google",
    "guest",
    "image",
    "incident",
    "incidents",
    "info",
    "infos",
    "internal",
    "internet",
    "invite",
    "journal",
    "lecteur",
    "linux",
    "local",
    "login",
    "manager",
    "match",
    "media",
    "message",
    "mobile",
    "monitor",
    "monitoring",
    "music",
    "network",
    "nobody",
    "none",
    "nouvelle",
    "operator",
    "origin",
    "panne",
    "player",
    "playback",
    "public",
    "radio",
    "replay",
    "reseau",
    "robot",
    "root",
    "scheduler",
    "security",
    "server",
    "serveur",
    "service",
    "services",
    "session",
    "signal",
    "sport",
    "sports",
    "staff",
    "status",
    "stream",
    "streaming",
    "support",
    "system",
    "systeme",
    "team",
    "technique",
    "telecom",
    "television",
    "tester",
    "twitter",
    "unknown",
    "update",
    "users",
    "utilisateur",
    "video",
    "viewer",
    "website",
    "youtube",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(people: &[&str], text: &str) -> Vec<String> {
        let people: Vec<String> = people.iter().map(|name| (*name).to_owned()).collect();
        let index = NameIndex::new(&people);
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = word_end(text, at);
            if end == at {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            } else if let Some(span) = index.find(text, at, end, index.flags(&text.as_bytes()[at..end])) {
                found.push(text[span.start..span.end].to_owned());
                at = span.end;
            } else {
                at = end;
            }
        }
        found
    }

    #[test]
    fn finds_full_names_in_any_case_order_and_accent() {
        let people = ["Zoé Tavernelle", "Jean-Luc de Brénod"];
        assert_eq!(found(&people, "merci ZOÉ TAVERNELLE !"), ["ZOÉ TAVERNELLE"]);
        assert_eq!(found(&people, "Tavernelle, zoe"), ["Tavernelle, zoe"]);
        assert_eq!(
            found(&people, "jean luc de brenod puis Brénod Jean-Luc"),
            ["jean luc de brenod", "Brénod Jean-Luc"]
        );
    }

    #[test]
    fn parts_of_names_and_common_words_stay() {
        let people = ["Zoé Tavernelle", "support", "Service Client", "lea", "Al Bo"];
        assert!(found(&people, "Zoé a dit au support : service client lea, Al Bo").is_empty());
    }

    #[test]
    fn finds_account_names_as_whole_words() {
        let people = ["@zoetav42", "jean_bren"];
        assert_eq!(found(&people, "https://social.example/ZoeTav42/status/1"), ["ZoeTav42"]);
        assert_eq!(found(&people, "par jean_bren, zoetav421"), ["jean_bren"]);
    }

    #[test]
    fn no_names_find_nothing() {
        assert!(found(&[], "Zoé Tavernelle").is_empty());
        assert!(found(&["", "@", "12345678"], "12345678").is_empty());
    }
}

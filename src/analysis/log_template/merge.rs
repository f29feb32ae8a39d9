//! Joins masked patterns in which one word takes many values.
//!
//! In: the distinct masked patterns of a file. Out: one pattern for each, equal for those that belong together. Two
//! patterns belong together when they are equal but for one word and that word is seen to vary: it is a recognised
//! variable in one of them, or its values end in a number, or it takes at least [`MANY`] values that are not all forms
//! of verbs (`started`, `stopped`), or two of which one is such a value after the same word elsewhere. `name:<*>` is
//! likewise one value, a host with its port, where a variable is seen in its place. Lists of recognised variables that
//! differ in length are one value. The first word names the event (the observation Drain's tree is built on; He et
//! al., ICWS 2017, doi:10.1109/ICWS.2017.13; the frequency test follows Dai et al., "Logram", IEEE TSE 2020,
//! doi:10.1109/TSE.2020.3007554) and varies only where [`TELLING`] others are left to tell it. At most [`ROUNDS`] words
//! of a pattern become variables.
//!
//! O(pieces) for each round; nothing in gives nothing out; the order of the input does not matter to which
//! patterns are joined.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::hash;
use super::mask::{self, Token, TokenKind, WILDCARD};

/// Values a word must take before it is a variable.
pub(super) const MANY: usize = 4;
/// Words of one pattern that may become variables.
pub(super) const ROUNDS: usize = 3;
/// Further words that tell an event whose first word varies.
const TELLING: usize = 3;
/// Values of a word that are held.
const MOST_VALUES: usize = 64;
/// Longest pattern, in tokens, whose words are tried.
const LONGEST: usize = 200;

/// A masked line: words, marks, spaces and variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Word(Box<str>),
    Mark(Box<str>),
    Space,
    Variable,
}

impl Piece {
    fn code(&self) -> u64 {
        match self {
            Piece::Word(text) => hash::hash_bytes(text.as_bytes()),
            Piece::Mark(text) => hash::mix(3, u64::from(text.as_bytes().first().copied().unwrap_or(0))),
            Piece::Space => hash::mix(2, 2),
            Piece::Variable => VARIABLE,
        }
    }

    fn is_mark(&self, marks: &[&str]) -> bool {
        matches!(self, Piece::Mark(text) if marks.contains(&text.as_ref()))
    }
}

const VARIABLE: u64 = 0x2545_f491_4f6c_dd1d;
/// Odd, so that every power has an inverse and no piece is lost.
const BASE: u64 = 0xd134_2543_de82_ef95;
/// `BASE * INVERSE` is 1.
const INVERSE: u64 = inverse(BASE);

/// By Newton's iteration, which doubles the number of right bits: from 3 to more than 64 in five steps.
const fn inverse(odd: u64) -> u64 {
    let mut found = odd;
    let mut step = 0;
    while step < 5 {
        found = found.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(found)));
        step += 1;
    }
    found
}

/// A pattern with one value in place of some pieces.
#[derive(Debug, Clone, Copy)]
struct Wider<'a> {
    at: usize,
    length: usize,
    /// The word that becomes a value.
    word: &'a str,
    /// Of the pattern with the value.
    hash: u64,
}

impl Pattern {
    /// From a scanned message.
    pub(super) fn new(message: &[u8], tokens: &[Token]) -> Self {
        let pieces = tokens.iter().map(|token| {
            let text = || String::from_utf8_lossy(mask::text(message, *token)).into();
            match token.kind {
                TokenKind::Word => Piece::Word(text()),
                TokenKind::Mark => Piece::Mark(text()),
                TokenKind::Space => Piece::Space,
                TokenKind::Variable => Piece::Variable,
            }
        });
        Self { pieces: pieces.collect() }
    }

    /// The pattern as text; runs of variables are one.
    pub(super) fn text(&self) -> String {
        let mut folded: Vec<&Piece> = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            if *piece == Piece::Variable {
                fold(&mut folded);
            }
            folded.push(piece);
        }
        let pieces = folded.iter().map(|piece| match piece {
            Piece::Word(text) | Piece::Mark(text) => text,
            Piece::Space => " ",
            Piece::Variable => WILDCARD,
        });
        pieces.collect()
    }

    /// A hash over the pieces; not the one of [`mask::hash`]. A polynomial, so that [`Pattern::wider`] knows the
    /// hash with one piece exchanged without reading the others (Karp and Rabin, "Efficient randomized
    /// pattern-matching algorithms", IBM J. Res. Dev. 1987, doi:10.1147/rd.312.0249).
    pub(super) fn hash(&self) -> u64 {
        let step = |(sum, power): (u64, u64), piece: &Piece| {
            (sum.wrapping_add(piece.code().wrapping_mul(power)), power.wrapping_mul(BASE))
        };
        self.pieces.iter().fold((0, 1), step).0
    }

    /// The hashes of the pattern with its lists as one value, and with each of its words that may vary a variable.
    pub(super) fn generalised(&self) -> impl Iterator<Item = u64> + '_ {
        let list = self.without_lists().map(|pattern| pattern.hash());
        list.into_iter().chain(self.wider().map(|wider| wider.hash))
    }

    /// The patterns with one value in place of one word, or of one `word:<*>`.
    fn wider(&self) -> impl Iterator<Item = Wider<'_>> {
        let words = self.words();
        let limit = if self.pieces.len() > LONGEST || words < 2 { 0 } else { self.pieces.len() };
        let first = usize::from(words <= TELLING);
        let hash = self.hash();
        let (mut before, mut power) = (0_u64, 1_u64);
        self.pieces
            .iter()
            .take(limit)
            .enumerate()
            .flat_map(move |(at, piece)| {
                let (sum, here) = (before, power);
                before = before.wrapping_add(piece.code().wrapping_mul(here));
                power = here.wrapping_mul(BASE);
                let Piece::Word(word) = piece else { return [None, None] };
                if at < first {
                    return [None, None];
                }
                let value = sum.wrapping_add(VARIABLE.wrapping_mul(here));
                let one = Wider { at, length: 1, word, hash: value.wrapping_add(hash.wrapping_sub(before)) };
                let [colon @ Piece::Mark(_), Piece::Variable, ..] = &self.pieces[at + 1..] else {
                    return [Some(one), None];
                };
                let port =
                    colon.code().wrapping_mul(power).wrapping_add(VARIABLE.wrapping_mul(power.wrapping_mul(BASE)));
                let after = hash.wrapping_sub(before).wrapping_sub(port).wrapping_mul(INVERSE).wrapping_mul(INVERSE);
                let two = Wider { at, length: 3, word, hash: value.wrapping_add(after) };
                [Some(one), colon.is_mark(&[":"]).then_some(two)]
            })
            .flatten()
    }

    fn widened(&self, at: usize, length: usize) -> Pattern {
        let mut pieces = self.pieces.clone();
        pieces.splice(at..at + length, [Piece::Variable]);
        Pattern { pieces }
    }

    /// The pattern with one variable for `<*>, <*>, <*>`, quoted or not; `None` without such a list.
    fn without_lists(&self) -> Option<Pattern> {
        let mut pieces: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        let mut at = 0;
        while at < self.pieces.len() {
            let length = element(&self.pieces[at..]);
            pieces.extend_from_slice(&self.pieces[at..at + length.max(1)]);
            at += length.max(1);
            loop {
                let separator = separator(&self.pieces[at..]);
                let next = at + separator;
                if length == 0 || separator == 0 || element(&self.pieces[next..]) != length {
                    break;
                }
                at = next + length;
            }
        }
        (pieces.len() < self.pieces.len()).then_some(Pattern { pieces })
    }

    /// The nearest word before a piece, with only marks and spaces between.
    fn word_before(&self, index: usize) -> &str {
        let before = self.pieces[..index].iter().rev().find(|piece| matches!(piece, Piece::Word(_) | Piece::Variable));
        if let Some(Piece::Word(text)) = before { text } else { "" }
    }

    fn words(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Word(_))).count()
    }
}

/// Number of pieces of the list element at the start: a variable, in quotes or not; 0 when there is none.
fn element(pieces: &[Piece]) -> usize {
    match pieces {
        [Piece::Variable, ..] => 1,
        [open, Piece::Variable, close, ..] if open == close && open.is_mark(&["\"", "'", "`"]) => 3,
        _ => 0,
    }
}

/// Number of pieces of the separator at the start; 0 when there is none.
fn separator(pieces: &[Piece]) -> usize {
    match pieces {
        [mark, Piece::Space, ..] if mark.is_mark(&[",", ";"]) => 2,
        [mark, ..] if mark.is_mark(&[",", ";"]) => 1,
        _ => 0,
    }
}

/// Puts in place of each pattern the one it belongs to.
pub(super) fn merge(patterns: &mut [Pattern]) {
    merge_lists(patterns);
    let mut names = Names::new();
    for _ in 0..ROUNDS {
        let changes = widenings(patterns, &mut names);
        if changes.is_empty() {
            break;
        }
        for (index, pattern) in changes {
            patterns[index] = pattern;
        }
    }
}

/// The values of words that vary, by the word before them.
type Names = BTreeMap<Box<str>, BTreeSet<Box<str>>>;

/// Lists that are seen with more than one length are one value, however long.
fn merge_lists(patterns: &mut [Pattern]) {
    let mut lengths: HashMap<u64, BTreeSet<usize>> = HashMap::new();
    let mut short = Vec::new();
    for (index, pattern) in patterns.iter().enumerate() {
        let without = pattern.without_lists();
        let hash = without.as_ref().unwrap_or(pattern).hash();
        lengths.entry(hash).or_default().insert(pattern.pieces.len());
        short.extend(without.map(|without| (index, hash, without)));
    }
    for (index, hash, without) in short {
        if lengths.get(&hash).is_some_and(|seen| seen.len() > 1) {
            patterns[index] = without;
        }
    }
}

#[derive(Debug, Default)]
struct Family<'a> {
    /// Sorted, without repetition.
    values: Vec<&'a str>,
    has_variable: bool,
    before: &'a str,
    varies: bool,
}

impl<'a> Family<'a> {
    fn add(&mut self, word: &'a str) {
        if self.values.len() < MOST_VALUES
            && let Err(place) = self.values.binary_search(&word)
        {
            self.values.insert(place, word);
        }
    }

    /// Two values or more that may be names.
    fn is_choice(&self) -> bool {
        self.values.len() >= 2 && !self.values.iter().all(|word| is_verb_form(word))
    }

    /// Words that a number tells apart, as `CPU0` and `CPU3`; alone such a word is a name, as `SOCKS5`.
    fn is_numbered(&self) -> bool {
        self.values.len() >= 2 && self.values.iter().all(|word| word.ends_with(|end: char| end.is_ascii_digit()))
    }
}

/// The patterns in which one more word is seen to vary, with their numbers.
fn widenings(patterns: &[Pattern], names: &mut Names) -> Vec<(usize, Pattern)> {
    let distinct: BTreeMap<u64, &Pattern> = patterns.iter().map(|pattern| (pattern.hash(), pattern)).collect();
    let mut families: HashMap<u64, Family<'_>> = HashMap::new();
    for pattern in distinct.values() {
        for wider in pattern.wider() {
            let has_variable = distinct.contains_key(&wider.hash);
            // A name before a colon is that of a value more often than a host: only a variable there tells.
            if wider.length > 1 && !has_variable {
                continue;
            }
            let family = families.entry(wider.hash).or_default();
            family.has_variable |= has_variable;
            if family.before.is_empty() {
                family.before = pattern.word_before(wider.at);
            }
            family.add(wider.word);
        }
    }
    decide(&mut families, names);
    let numbered = |(index, pattern)| Some((index, joined(pattern, &families)?));
    patterns.iter().enumerate().filter_map(numbered).collect()
}

/// `started`, `stopping`, `arrêtée`: a form of a verb tells what happened, and is not the name of something.
fn is_verb_form(word: &str) -> bool {
    const ENDS: [&str; 5] = ["ed", "ing", "\u{e9}", "\u{e9}e", "\u{e9}s"];
    word.len() >= 5 && ENDS.iter().any(|end| word.ends_with(end))
}

/// Marks the families whose word varies: seen as a variable, numbered, many values, or values of which one is among many
/// after the same word elsewhere (`news` and `test` after `user`): a name takes part in more than one event, a state
/// (`link is up`) belongs to one. The last is what tells variables in short files.
#[expect(
    clippy::iter_over_hash_type,
    reason = "what is marked and the sets that are filled do not depend on the order"
)]
fn decide(families: &mut HashMap<u64, Family<'_>>, names: &mut Names) {
    for family in families.values_mut() {
        let is_many = family.is_choice() && family.values.len() >= MANY;
        family.varies = family.has_variable || family.is_numbered() || is_many;
        if is_many && !family.before.is_empty() {
            let known = names.entry(family.before.into()).or_default();
            known.extend(family.values.iter().map(|value| Box::from(*value)));
        }
    }
    for family in families.values_mut().filter(|family| family.is_choice()) {
        let is_name = |known: &BTreeSet<Box<str>>| family.values.iter().any(|value| known.contains(*value));
        family.varies |= names.get(family.before).is_some_and(is_name);
    }
}

/// The widest family that `pattern` belongs to, as a pattern.
fn joined(pattern: &Pattern, families: &HashMap<u64, Family<'_>>) -> Option<Pattern> {
    let candidates = pattern.wider().filter_map(|wider| {
        let family = families.get(&wider.hash)?;
        family.varies.then_some((family.has_variable, family.values.len(), wider.at, wider.length))
    });
    candidates.max().map(|(_, _, at, length)| pattern.widened(at, length))
}

/// Takes back a variable and a joining piece at the end, so that the variable pushed next stands for both.
fn fold(pieces: &mut Vec<&Piece>) {
    loop {
        let before = pieces.len().checked_sub(2).and_then(|index| pieces.get(index));
        match pieces.last() {
            Some(Piece::Variable) => pieces.truncate(pieces.len() - 1),
            Some(Piece::Space) if before == Some(&&Piece::Variable) => {
                pieces.truncate(pieces.len() - 2);
            }
            _ => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(lines: &[&str]) -> Vec<String> {
        let mut tokens = Vec::new();
        let mut patterns: Vec<Pattern> = lines
            .iter()
            .map(|line| {
                mask::scan(line.as_bytes(), &mut tokens);
                Pattern::new(line.as_bytes(), &tokens)
            })
            .collect();
        merge(&mut patterns);
        patterns.iter().map(Pattern::text).collect()
    }

    #[test]
    fn a_word_that_is_a_variable_elsewhere_is_one_here() {
        assert_eq!(merged(&["moved to host h7 now", "moved to host spare now"]), ["moved to host <*> now"; 2]);
    }

    #[test]
    fn a_host_with_its_port_is_the_value_it_is_elsewhere() {
        assert_eq!(
            merged(&["lost link to 10.0.0.7:80 twice", "lost link to spare:80 twice"]),
            ["lost link to <*> twice"; 2]
        );
        assert_eq!(merged(&["link size:8 set", "link rate:9 set"]), ["link size:<*> set", "link rate:<*> set"]);
    }

    #[test]
    fn a_first_word_varies_where_the_others_tell_the_event() {
        let lines = ["ada", "bob", "cyd", "dan"].map(|name| format!("{name} joined the game"));
        assert_eq!(merged(&lines.each_ref().map(String::as_str)), ["<*> joined the game"; 4]);
        let lines = ["disk", "memory", "queue", "table"].map(|name| format!("{name} is full"));
        assert_eq!(merged(&lines.each_ref().map(String::as_str)), lines);
    }

    #[test]
    fn numbered_words_are_values() {
        assert_eq!(merged(&["core CPU0 is hot", "core CPU1 is hot"]), ["core <*> is hot"; 2]);
        assert_eq!(merged(&["proxy SOCKS5 is up", "proxy HTTPS is up"]), ["proxy SOCKS5 is up", "proxy HTTPS is up"]);
    }

    #[test]
    fn two_words_are_two_events() {
        assert_eq!(
            merged(&["cache warm up started", "cache warm up stopped"]),
            ["cache warm up started", "cache warm up stopped"]
        );
    }

    #[test]
    fn forms_of_a_verb_are_events_however_many() {
        for words in [["started", "stopped", "paused", "resumed"], ["lancée", "arrêtée", "coupée", "relancée"]] {
            let lines = words.map(|word| format!("machine was {word} now"));
            assert_eq!(merged(&lines.each_ref().map(String::as_str)), lines);
        }
    }

    #[test]
    fn names_are_known_after_the_same_word_elsewhere() {
        let names = ["ada", "bob", "cyd", "dan"].map(|name| format!("user {name} signed in"));
        let mut lines: Vec<&str> = names.iter().map(String::as_str).collect();
        lines.extend(["user ada signed out", "user eve signed out"]);
        assert_eq!(merged(&lines)[3..], ["user <*> signed in", "user <*> signed out", "user <*> signed out"]);
    }

    #[test]
    fn states_stay_however_many_after_the_same_word() {
        let lines = ["link is up", "link is down", "disk is full", "disk is slow", "door is open", "door is shut"];
        assert_eq!(merged(&lines), lines);
    }

    #[test]
    fn lists_of_differing_length_are_one_value() {
        assert_eq!(merged(&["peers [10.0.0.1, 10.0.0.2] up", "peers [10.0.0.3] up"]), ["peers [<*>] up"; 2]);
        assert_eq!(merged(&["load 1, 2, 3", "load 4, 5, 6"]), ["load <*>, <*>, <*>"; 2]);
    }

    #[test]
    fn the_hash_of_a_widened_pattern_is_that_of_the_widened_pieces() {
        let mut tokens = Vec::new();
        let line = b"moved (a) to host spare:7, not ok";
        mask::scan(line, &mut tokens);
        let pattern = Pattern::new(line, &tokens);
        assert_eq!(pattern.wider().filter(|wider| wider.length == 3).count(), 1);
        assert_eq!(pattern.wider().count(), 8);
        assert!(pattern.wider().all(|wider| pattern.widened(wider.at, wider.length).hash() == wider.hash));
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(merged(&[]).is_empty());
        assert_eq!(merged(&["", ""]), ["", ""]);
    }
}

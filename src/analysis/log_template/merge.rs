//! Joins masked patterns in which one word takes many values.
//!
//! In: the distinct masked patterns of a file with their counts. Out: one pattern for each, equal for those that
//! belong together. Two patterns belong together when they are equal but for one word and that word is seen to vary:
//! either it is a recognised variable in one of them, or it takes at least [`MANY`] values. The first word never
//! varies: it names the event (the observation Drain's tree is built on; He et al., ICWS 2017,
//! doi:10.1109/ICWS.2017.13; the frequency test follows Dai et al., "Logram", IEEE TSE 2020,
//! doi:10.1109/TSE.2020.3007554). At most [`ROUNDS`] words of a pattern become variables.
//!
//! O(patterns × words) for each round; nothing in gives nothing out; the order of the input does not matter to which
//! patterns are joined.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::mask::{self, Token, TokenKind, WILDCARD};

/// Values a word must take before it is a variable.
pub(super) const MANY: usize = 4;
/// Words of one pattern that may become variables.
pub(super) const ROUNDS: usize = 3;
/// Longest pattern, in tokens, whose words are tried.
const LONGEST: usize = 200;

/// A masked line: words, marks, spaces and variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    /// Lines seen with it.
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Word(String),
    Mark(String),
    Space,
    Variable,
}

impl Pattern {
    /// From a scanned message.
    pub(super) fn new(message: &[u8], tokens: &[Token]) -> Self {
        let pieces = tokens.iter().map(|token| {
            let text = || String::from_utf8_lossy(mask::text(message, *token)).into_owned();
            match token.kind {
                TokenKind::Word => Piece::Word(text()),
                TokenKind::Mark => Piece::Mark(text()),
                TokenKind::Space => Piece::Space,
                TokenKind::Variable => Piece::Variable,
            }
        });
        Self { pieces: pieces.collect(), count: 1 }
    }

    /// The pattern as text; runs of variables are one.
    pub(super) fn text(&self) -> String {
        let mut folded: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            if *piece == Piece::Variable {
                fold(&mut folded);
            }
            folded.push(piece.clone());
        }
        let pieces = folded.iter().map(|piece| match piece {
            Piece::Word(text) | Piece::Mark(text) => text.as_str(),
            Piece::Space => " ",
            Piece::Variable => WILDCARD,
        });
        pieces.collect()
    }

    /// A hash over the pieces; not the one of [`mask::hash`].
    pub(super) fn hash(&self) -> u64 {
        self.pieces.iter().fold(7, |state, piece| match piece {
            Piece::Word(text) => mask::mix(state, mask::hash_bytes(text.as_bytes())),
            Piece::Mark(text) => mask::mix(state, 0x100 + u64::from(text.as_bytes().first().copied().unwrap_or(0))),
            Piece::Space => mask::mix(state, 2),
            Piece::Variable => mask::mix(state, 1),
        })
    }

    /// The pattern with each of its words but the first made a variable in turn.
    pub(super) fn generalised(&self) -> impl Iterator<Item = Pattern> + '_ {
        self.free_words().map(|(index, _)| self.widened(index))
    }

    fn free_words(&self) -> impl Iterator<Item = (usize, &str)> {
        let limit = if self.pieces.len() > LONGEST { 0 } else { usize::MAX };
        let words = self.pieces.iter().enumerate().filter_map(|(index, piece)| match piece {
            Piece::Word(text) => Some((index, text.as_str())),
            _ => None,
        });
        words.filter(|(index, _)| *index > 0).take(limit)
    }

    fn widened(&self, index: usize) -> Pattern {
        let mut pieces = self.pieces.clone();
        pieces[index] = Piece::Variable;
        Pattern { pieces, count: self.count }
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

/// The pattern each of `patterns` belongs to, in the same order.
pub(super) fn merge(patterns: &[Pattern]) -> Vec<Pattern> {
    let mut current: Vec<Pattern> = patterns.to_vec();
    for _ in 0..ROUNDS {
        let next = merge_once(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

#[derive(Debug, Default)]
struct Family {
    values: BTreeSet<String>,
    has_variable: bool,
    before: String,
    varies: bool,
}

fn merge_once(patterns: &[Pattern]) -> Vec<Pattern> {
    let distinct: BTreeMap<u64, &Pattern> = patterns.iter().map(|pattern| (pattern.hash(), pattern)).collect();
    let mut families: HashMap<u64, Family> = HashMap::new();
    for pattern in distinct.values() {
        for (index, word) in pattern.free_words() {
            let key = pattern.widened(index).hash();
            let family = families.entry(key).or_default();
            family.has_variable |= distinct.contains_key(&key);
            if family.before.is_empty() {
                family.before = pattern.word_before(index).to_string();
            }
            if family.values.len() < 64 {
                family.values.insert(word.to_string());
            }
        }
    }
    decide(&mut families);
    let known: BTreeSet<u64> = distinct.keys().copied().collect();
    patterns
        .iter()
        .map(|pattern| {
            led_by_value(pattern, &known).or_else(|| joined(pattern, &families)).unwrap_or_else(|| pattern.clone())
        })
        .collect()
}

/// Marks the families whose word varies: seen as a variable, many values, or only values that vary after the same word
/// elsewhere (`news` and `test` after `user`).
fn decide(families: &mut HashMap<u64, Family>) {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut keys: Vec<u64> = families.keys().copied().collect();
    keys.sort_unstable();
    for key in &keys {
        let Some(family) = families.get_mut(key) else {
            continue;
        };
        family.varies = family.has_variable || family.values.len() >= MANY;
        if family.varies && !family.before.is_empty() {
            known.entry(family.before.clone()).or_default().extend(family.values.iter().cloned());
        }
    }
    for key in &keys {
        let Some(family) = families.get_mut(key) else {
            continue;
        };
        family.varies |=
            family.values.len() >= 2 && known.get(&family.before).is_some_and(|values| family.values.is_subset(values));
    }
}

/// The pattern with a variable in place of its first word (or of `name:<*>`, a host with its port), when there is such
/// a pattern already and enough other words to tell the event.
fn led_by_value(pattern: &Pattern, known: &BTreeSet<u64>) -> Option<Pattern> {
    if pattern.words() < 4 || !matches!(pattern.pieces.first(), Some(Piece::Word(_))) {
        return None;
    }
    let has_port = matches!(&pattern.pieces[1..], [Piece::Mark(mark), Piece::Variable, ..] if mark == ":");
    let mut pieces = pattern.pieces.clone();
    pieces.splice(0..if has_port { 3 } else { 1 }, [Piece::Variable]);
    let wider = Pattern { pieces, count: pattern.count };
    known.contains(&wider.hash()).then_some(wider)
}

/// The widest family that `pattern` belongs to, as a pattern.
fn joined(pattern: &Pattern, families: &HashMap<u64, Family>) -> Option<Pattern> {
    if pattern.words() < 2 {
        return None;
    }
    let candidates = pattern.free_words().filter_map(|(index, _)| {
        let wider = pattern.widened(index);
        let family = families.get(&wider.hash())?;
        family.varies.then_some(((family.has_variable, family.values.len()), index, wider))
    });
    candidates.max_by_key(|(size, index, _)| (*size, *index)).map(|(_, _, wider)| wider)
}

/// Takes back a variable and a joining piece at the end, so that the variable pushed next stands for both.
fn fold(pieces: &mut Vec<Piece>) {
    loop {
        let before = pieces.len().checked_sub(2).and_then(|index| pieces.get(index));
        match pieces.last() {
            Some(Piece::Variable) => pieces.truncate(pieces.len() - 1),
            Some(Piece::Space) if before == Some(&Piece::Variable) => {
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
        let patterns: Vec<Pattern> = lines
            .iter()
            .map(|line| {
                mask::scan(line.as_bytes(), &mut tokens);
                Pattern::new(line.as_bytes(), &tokens)
            })
            .collect();
        merge(&patterns).iter().map(Pattern::text).collect()
    }

    #[test]
    fn a_word_that_is_a_variable_elsewhere_is_one_here() {
        assert_eq!(merged(&["moved to host h7 now", "moved to host spare now"]), ["moved to host <*> now"; 2]);
    }

    #[test]
    fn two_words_are_two_events() {
        assert_eq!(
            merged(&["cache warm up started", "cache warm up stopped"]),
            ["cache warm up started", "cache warm up stopped"]
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(merged(&[]).is_empty());
        assert_eq!(merged(&["", ""]), ["", ""]);
    }
}

//! Words inside text: where they begin and end, and how they compare.
//!
//! A word is a run of letters, digits and combining marks. Folding takes case and accents away,
//! so that `HÉLÈNE`, `Hélène` and `helene` are one word. Nothing is allocated.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A folded word of at most 40 bytes; what is longer is cut and equals no known word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folded {
    bytes: [u8; 40],
    length: usize,
}

impl Folded {
    /// Folds a word.
    pub(super) fn new(word: &str) -> Self {
        let mut folded = Self { bytes: [0; 40], length: 0 };
        for c in word.chars() {
            if c.is_ascii() {
                folded.push(c.to_ascii_lowercase());
            } else {
                decompose_canonical(c, |part| {
                    if !is_combining_mark(part) {
                        part.to_lowercase().for_each(|lower| folded.push(lower));
                    }
                });
            }
        }
        folded
    }

    /// The folded word as UTF-8.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Whether the word is one of these (given folded).
    pub(super) fn is_in(&self, words: &[&str]) -> bool {
        words.iter().any(|word| word.as_bytes() == self.as_bytes())
    }

    fn push(&mut self, c: char) {
        let mut buffer = [0; 4];
        let encoded = c.encode_utf8(&mut buffer).as_bytes();
        if let Some(place) = self.bytes.get_mut(self.length..self.length + encoded.len()) {
            place.copy_from_slice(encoded);
            self.length += encoded.len();
        }
    }
}

/// Letters and digits of ASCII; a look-up is a third of the time of three comparisons.
const IS_ASCII_WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        is_word[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    is_word
};

/// End of the word that begins at `start`.
#[inline]
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while bytes.get(at).is_some_and(|byte| IS_ASCII_WORD[usize::from(*byte)]) {
        at += 1;
    }
    if bytes.get(at).is_none_or(u8::is_ascii) {
        return at;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            at += 1;
        } else if byte < 0x80 {
            break;
        } else {
            match text[at..].chars().next() {
                Some(c) if is_word(c) => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// Start of the word that ends at `end`.
pub(super) fn word_start(text: &str, end: usize) -> usize {
    text[..end].char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(end, |(at, _)| at)
}

/// Whether a character is part of words.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c))
}

/// Whether a word ends before a position, and none begins there.
pub(super) fn is_free_before(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(is_word)
}

/// Whether no word goes on at a position.
pub(super) fn is_free_after(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(is_word)
}

/// A space of any width that stays on the line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

/// The nearest word before a position, at most six signs away on the same line, folded.
pub(super) fn word_before(text: &str, at: usize) -> Option<Folded> {
    let (start, stop) = place_before(text, at)?;
    Some(Folded::new(&text[start..stop]))
}

fn place_before(text: &str, at: usize) -> Option<(usize, usize)> {
    let (last, c) = text[..at].char_indices().rev().take(7).find(|(_, c)| is_word(*c) || *c == '\n')?;
    let stop = last + c.len_utf8();
    (c != '\n').then(|| (word_start(text, stop), stop))
}

/// The nearest three words before a position, the nearest first, folded; words further than six
/// signs away or on another line are left out.
pub(super) fn words_before(text: &str, at: usize) -> [Option<Folded>; 3] {
    let mut words = [None; 3];
    let mut end = at;
    for word in &mut words {
        let Some((start, stop)) = place_before(text, end) else { break };
        *word = Some(Folded::new(&text[start..stop]));
        end = start;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_case_and_accents_away() {
        for word in ["HÉLÈNE", "Hélène", "helene", "He\u{301}le\u{300}ne"] {
            assert_eq!(Folded::new(word).as_bytes(), b"helene", "{word}");
        }
        assert_eq!(Folded::new(&"x".repeat(99)).as_bytes().len(), 40);
    }

    #[test]
    fn words_end_at_signs_and_wide_spaces() {
        let text = "Élodie\u{a0}B. 👍ok";
        assert_eq!(&text[..word_end(text, 0)], "Élodie");
        assert_eq!(word_start(text, text.len()), text.len() - 2);
    }

    #[test]
    fn finds_the_words_before() {
        let words = words_before("numéro de client : 12", 20);
        let words: Vec<_> = words.iter().flatten().map(|word| word.as_bytes().to_vec()).collect();
        assert_eq!(words, [b"client".to_vec(), b"de".to_vec(), b"numero".to_vec()]);
        assert!(words_before("client\n12", 7)[0].is_none());
    }
}

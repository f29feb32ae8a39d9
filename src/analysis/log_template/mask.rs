//! Tells the variable parts of one log message from its constant words.
//!
//! In: one message (bytes or text, any encoding that keeps ASCII). Out: a token sequence, its hash, or the pattern
//! text in which every variable is `<*>`. Numbers, hexadecimal words, UUIDs, addresses, `host:port`, paths, URLs,
//! durations and sizes, dates, quoted values, `key=value` values, truth values and identifiers that mix letters and
//! digits are variables; runs of variables fold into one. It does not compare messages with each other: that is
//! [`super::miner`].
//!
//! Follows the preprocessing step common to Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth
//! Tree", ICWS 2017, doi:10.1109/ICWS.2017.13), with one byte-level scanner in place of a regular expression per
//! system (their benefit is measured in Zhu et al., "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019,
//! doi:10.1109/ICSE-SEIP.2019.00021). Time and memory are linear in the length of the message; nothing is configured.
//! An empty message gives an empty pattern; a message of only variables gives `<*>`.

use super::hash::{hash_bytes, mix};
use super::shape::{
    COLON, DIGIT, DOT, class, classes_of, digits, is_chunk, is_date_word, is_dotted_name, is_plain_word,
    is_truth_value, is_unit, is_unit_word, is_variable, leader, split_point,
};

pub use super::token::{Token, TokenKind, text};

/// The text that stands for a variable in a pattern.
pub const WILDCARD: &str = "<*>";

/// The pattern of one message: `<*>` for every recognised variable, white space folded to one space.
pub fn mask(message: &str) -> String {
    let mut tokens = Vec::new();
    scan(message.as_bytes(), &mut tokens);
    render(message.as_bytes(), &tokens)
}

/// Splits a message into tokens. `tokens` is cleared first, so that one buffer serves many lines. Messages longer
/// than 8 KiB are cut: what follows is one variable.
pub fn scan(message: &[u8], tokens: &mut Vec<Token>) {
    tokens.clear();
    let limit = message.len().min(MESSAGE_LIMIT);
    let mut scanner = Scanner { bytes: &message[..limit], at: 0, tokens, text_end: None };
    scanner.run();
    if limit < message.len() {
        let end = scanner.at;
        scanner.push(TokenKind::Variable, end, end);
    }
    while tokens.last().is_some_and(|token| token.kind == TokenKind::Space) {
        tokens.pop();
    }
}

/// A hash of the constant part of a message: equal for lines that differ only in recognised variables.
pub fn hash(message: &[u8], tokens: &[Token]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    // What stands between two words costs one multiplication a token, a word the mixing of all of it.
    let mut between = 0_u64;
    for token in tokens {
        let code = match token.kind {
            TokenKind::Word => {
                state = mix(state ^ between, hash_bytes(text(message, *token)));
                between = 0;
                continue;
            }
            TokenKind::Variable => 1,
            TokenKind::Mark => 0x100 + u64::from(message[token.start as usize]),
            TokenKind::Space => 2,
        };
        between = (between ^ code).wrapping_mul(0xd6e8_feb8_6659_fd93).rotate_left(29);
    }
    mix(state, between)
}

/// The pattern text of scanned tokens.
pub fn render(message: &[u8], tokens: &[Token]) -> String {
    let mut out = String::with_capacity(message.len().min(MESSAGE_LIMIT));
    for token in tokens {
        match token.kind {
            TokenKind::Variable => out.push_str(WILDCARD),
            TokenKind::Space => out.push(' '),
            TokenKind::Word | TokenKind::Mark => {
                out.push_str(&String::from_utf8_lossy(text(message, *token)));
            }
        }
    }
    out
}

/// Longest word; what is longer is data in letters, such as Base64.
const WORD_LIMIT: usize = 128;

/// Longest run without white space that is looked into; the parts of a longer one are data too, and no input can make
/// the search for them costly.
const CHUNK_LIMIT: usize = 512;

/// Longest part of a message that is looked at.
pub(super) const MESSAGE_LIMIT: usize = 8192;

pub(super) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) tokens: &'a mut Vec<Token>,
    /// Where a quotation ends that is read as text and not as one value.
    pub(super) text_end: Option<usize>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.space(),
                b'"' | b'\'' => self.quoted(byte),
                b'=' => self.assignment(),
                b'<' if self.is_less_than() => self.at += 1,
                b'(' if self.peek(1) == Some(b')') && self.after_space() => {
                    self.empty_parentheses();
                }
                b')' => self.close_parenthesis(),
                0xc2 | 0xe2 if self.typographic() => {}
                _ if is_chunk(byte) => self.chunk(),
                _ => self.mark(),
            }
        }
    }

    pub(super) fn peek(&self, distance: usize) -> Option<u8> {
        self.bytes.get(self.at + distance).copied()
    }

    /// `<1 s`, a duration too short to tell; not `<0.12.0>`.
    fn is_less_than(&self) -> bool {
        let rest = &self.bytes[self.at + 1..];
        let is_bracketed = || rest.iter().find(|byte| !is_chunk(**byte)) == Some(&b'>');
        rest.first().is_some_and(u8::is_ascii_digit) && self.after_space() && !is_bracketed()
    }

    fn after_space(&self) -> bool {
        self.at == 0 || self.bytes[self.at - 1].is_ascii_whitespace()
    }

    #[inline]
    pub(super) fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        #[expect(clippy::cast_possible_truncation, reason = "positions are below MESSAGE_LIMIT")]
        let token = Token { kind, start: start as u32, end: end as u32 };
        if kind == TokenKind::Variable {
            self.push_variable(token);
        } else {
            self.tokens.push(token);
        }
    }

    /// Folds `variable variable`, with or without a space or a joining mark between, into one variable, and takes a
    /// month or weekday before a number into the date it belongs to.
    fn push_variable(&mut self, token: Token) {
        let mut start = token.start;
        loop {
            let count = self.tokens.len();
            let last = self.tokens.last().map(|token| token.kind);
            if last == Some(TokenKind::Variable) {
                start = self.tokens[count - 1].start;
                self.tokens.pop();
            } else if count >= 2 && self.belongs(count) {
                start = self.tokens[count - 2].start;
                self.tokens.truncate(count - 2);
            } else {
                break;
            }
        }
        self.tokens.push(Token { start, ..token });
    }

    /// Whether the last two tokens are one value with the variable that follows.
    fn belongs(&self, count: usize) -> bool {
        let (before, last) = (self.tokens[count - 2], self.tokens[count - 1]);
        match before.kind {
            TokenKind::Variable => self.joins(count - 1),
            TokenKind::Word => last.kind == TokenKind::Space && is_date_word(text(self.bytes, before)),
            TokenKind::Mark | TokenKind::Space => false,
        }
    }

    /// Whether the token between two variables only joins them.
    fn joins(&self, index: usize) -> bool {
        let token = self.tokens[index];
        let at = token.start as usize;
        match token.kind {
            TokenKind::Space => true,
            TokenKind::Mark => match self.bytes[at] {
                b':' | b'/' | b'.' | b'-' | b'+' | b'@' | b'%' => true,
                // `3,5` in many languages, `3,500` in others.
                b',' => {
                    at > 0
                        && self.bytes[at - 1].is_ascii_digit()
                        && self.bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
                }
                _ => false,
            },
            TokenKind::Word | TokenKind::Variable => false,
        }
    }

    fn space(&mut self) {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        if !self.tokens.is_empty() {
            self.push(TokenKind::Space, start, self.at);
        }
    }

    pub(super) fn mark(&mut self) {
        self.push(TokenKind::Mark, self.at, self.at + 1);
        self.at += 1;
    }

    /// ` ()` is a list or name that happens to be empty.
    fn empty_parentheses(&mut self) {
        self.mark();
        self.push(TokenKind::Variable, self.at, self.at);
        self.mark();
    }

    /// Takes `1.86 KB` in `1910 bytes (1.86 KB)` for the same value told twice.
    fn close_parenthesis(&mut self) {
        let count = self.tokens.len();
        let kind = |back: usize| count.checked_sub(back).map(|index| self.tokens[index].kind);
        let opens =
            count >= 2 && kind(2) == Some(TokenKind::Mark) && self.bytes[self.tokens[count - 2].start as usize] == b'(';
        let after_quantity = kind(3) == Some(TokenKind::Space)
            && (kind(4) == Some(TokenKind::Variable) && !self.closes_at(count - 4)
                || (kind(4) == Some(TokenKind::Word)
                    && kind(5) == Some(TokenKind::Space)
                    && kind(6) == Some(TokenKind::Variable)
                    && is_unit_word(text(self.bytes, self.tokens[count - 4]))));
        if kind(1) == Some(TokenKind::Variable) && opens && after_quantity && self.has_unit(self.tokens[count - 1]) {
            self.tokens.truncate(count - 3);
            self.at += 1;
        } else {
            self.mark();
        }
    }

    fn closes_at(&self, index: usize) -> bool {
        self.tokens[index].end == self.tokens[index].start
    }

    fn has_unit(&self, token: Token) -> bool {
        let bytes = text(self.bytes, token);
        let number = bytes.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')).count();
        number > 0 && is_unit(bytes[number..].trim_ascii_start())
    }

    /// A run of word-like bytes: cut off the marks around it, then decide.
    fn chunk(&mut self) {
        let bytes = self.bytes;
        let start = self.at;
        let mut end = start;
        let mut seen = 0;
        while end < bytes.len() && is_chunk(bytes[end]) {
            seen |= class(bytes[end]);
            end += 1;
        }
        self.at = end;
        // Most chunks are a number or a word without marks around it.
        if seen == DIGIT {
            return self.push(TokenKind::Variable, start, end);
        }
        if bytes[start].is_ascii_alphabetic()
            && bytes[end - 1].is_ascii_alphabetic()
            && is_plain_word(&bytes[start..end], seen)
        {
            return self.word(start, end);
        }
        let mut last = end;
        while last > start && matches!(bytes[last - 1], b'.' | b':' | b'-' | b'+' | b'~' | b'@' | b'$') {
            last -= 1;
        }
        let mut first = start;
        let is_relative = bytes[start..last].starts_with(b"./")
            || bytes[start..last].starts_with(b"../")
            || bytes[start..last].starts_with(b"~/");
        while first < last
            && !is_relative
            && matches!(bytes[first], b'.' | b':' | b'-' | b'+' | b'~' | b'@' | b'$' | b'%')
        {
            first += 1;
        }
        if first > start && first < last && matches!(bytes[first - 1], b'-' | b'+') && bytes[first].is_ascii_digit() {
            first -= 1;
        }
        self.marks(start, first);
        if last - first > CHUNK_LIMIT {
            self.push(TokenKind::Variable, first, last);
        } else if first < last {
            self.core(first, last);
        }
        self.marks(last.max(first), end);
        if self.peek(0) == Some(b'?') && self.bytes[first..end].contains(&b'/') {
            self.query();
        }
    }

    /// What follows `?` in a path or URL is part of it.
    fn query(&mut self) {
        let stops = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'>' | b')' | b']' | b'}');
        let start = self.at;
        let length = self.bytes[start..].iter().position(|byte| stops(*byte)).unwrap_or(self.bytes.len() - start);
        let value = &self.bytes[start..start + length];
        let kept = value.iter().rposition(|byte| !matches!(byte, b',' | b';' | b':' | b'.')).map_or(0, |at| at + 1);
        if kept > 1 && self.tokens.last().is_some_and(|token| token.kind == TokenKind::Variable) {
            self.at = start + kept;
            self.push(TokenKind::Variable, start, self.at);
        }
    }

    fn marks(&mut self, start: usize, end: usize) {
        // A run of equal marks ("........") is one: its length is layout.
        let mut at = start;
        while at < end {
            let mut next = at + 1;
            while next < end && self.bytes[next] == self.bytes[at] {
                next += 1;
            }
            self.push(TokenKind::Mark, at, next);
            at = next;
        }
    }

    /// Decides on a chunk without marks around it.
    fn core(&mut self, start: usize, end: usize) {
        let bytes = &self.bytes[start..end];
        let seen = classes_of(bytes);
        if seen == DIGIT {
            return self.push(TokenKind::Variable, start, end);
        }
        if is_plain_word(bytes, seen) {
            return self.word(start, end);
        }
        if seen & DOT != 0
            && let Some(length) = leader(bytes)
        {
            let dots = bytes[length..].iter().take_while(|byte| **byte == b'.').count();
            self.core(start, start + length);
            self.marks(start + length, start + length + dots);
            return self.core(start + length + dots, end);
        }
        if seen & COLON != 0
            && let Some(length) = split_point(bytes)
        {
            self.core(start, start + length);
            self.push(TokenKind::Mark, start + length, start + length + 1);
            if start + length + 1 < end {
                self.core(start + length + 1, end);
            }
            return;
        }
        let next = self.bytes.get(end).copied();
        let calls =
            next == Some(b'(') && bytes[0].is_ascii_alphabetic() && digits(bytes) <= 2 && !bytes.contains(&b'/');
        if !calls && (is_variable(bytes, seen) || seen & DOT != 0 && next != Some(b':') && is_dotted_name(bytes)) {
            self.push(TokenKind::Variable, start, end);
        } else {
            self.word(start, end);
        }
    }

    /// A constant word, unless it is a unit of the number before it or a date word after one.
    fn word(&mut self, start: usize, end: usize) {
        let bytes = &self.bytes[start..end];
        let count = self.tokens.len();
        let follows = count >= 2
            && self.tokens[count - 1].kind == TokenKind::Space
            && self.tokens[count - 2].kind == TokenKind::Variable;
        if bytes.len() > WORD_LIMIT || is_truth_value(bytes) {
            self.push(TokenKind::Variable, start, end);
        } else if follows && (is_unit(bytes) && self.ends_in_digit(count - 2) || is_date_word(bytes)) {
            self.tokens.pop();
            #[expect(clippy::cast_possible_truncation, reason = "positions are below MESSAGE_LIMIT")]
            let end = end as u32;
            self.tokens[count - 2].end = end;
        } else {
            self.push(TokenKind::Word, start, end);
        }
    }

    fn ends_in_digit(&self, index: usize) -> bool {
        text(self.bytes, self.tokens[index]).last().is_some_and(u8::is_ascii_digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_numbers_addresses_and_paths() {
        assert_eq!(mask("Connected to 192.0.2.7:8443 in 35 ms"), "Connected to <*> in <*>");
        assert_eq!(mask("open /var/log/player.log failed: 2"), "open <*> failed: <*>");
        assert_eq!(mask("session 3f2504e0-4f89-41d3-9a0c-0305e82c3301 closed"), "session <*> closed");
        assert_eq!(mask("src: /192.0.2.1:50010 dest: /192.0.2.2:50010"), "src: <*> dest: <*>");
    }

    #[test]
    fn masks_values_of_assignments_with_balanced_brackets() {
        assert_eq!(mask("acquire lock=12, ws=Source{a b}, name=player"), "acquire lock=<*>, ws=<*>, name=<*>");
        assert_eq!(mask("user= host="), "user= host=");
        assert_eq!(mask("tag=\"a b\" x"), "tag=\"<*>\" x");
    }

    #[test]
    fn folds_lists_dates_and_repeated_quantities() {
        assert_eq!(mask("delete blk_1 blk_2 blk_3"), "delete <*>");
        assert_eq!(mask("connection at Fri Jun 24 18:55:11 2005"), "connection at <*>");
        assert_eq!(mask("1910 bytes (1.86 KB) sent"), mask("12 bytes sent"));
        assert_eq!(mask("lifetime <1 sec"), mask("lifetime 00:27"));
        assert_eq!(mask("task <0.12.0> exited"), "task <<*>> exited");
        assert_eq!(mask("3,5 Mo/s lus, 12,345 en attente"), "<*> lus, <*> en attente");
    }

    #[test]
    fn keeps_names_of_functions_and_plain_words() {
        assert_eq!(mask("jk2_init() can't find child"), "jk2_init() can't find child");
        assert_eq!(mask("overlap:false"), "overlap:<*>");
    }

    #[test]
    fn survives_empty_blank_and_hostile_text() {
        assert_eq!(mask(""), "");
        assert_eq!(mask("  \t "), "");
        assert_eq!(mask("7"), "<*>");
        for text in
            ["=", "==", "'", "\"", "a=(((", "<1", "()", ")", "é=ü", "\u{0}", "-", "--", "a:", ":a", "=\"", "<*>"]
        {
            let _ = mask(text);
        }
        assert_eq!(mask(&"x".repeat(1000)), WILDCARD);
        assert_eq!(mask(&"ab:".repeat(1000)), "<*>:");
        assert!(mask(&"x=1 ".repeat(10_000)).len() < 3 * MESSAGE_LIMIT);
    }
}

//! Quoted values and the values of assignments.
//!
//! In: the scanner at a quotation mark or `=`. Out: the marks and one variable for what they enclose. A quotation of
//! several words that begins a message, or stands after `msg=`, is the message itself and is read as text: `"Probe
//! failed" pod="api"`, `level=warn msg="Probe failed"`. O([`QUOTE_LIMIT`]) a mark; a mark without its other half is a
//! mark.

use super::mask::{Scanner, TokenKind, text};
use super::shape::QUOTES;

/// Longest quoted value; an apostrophe or an unbalanced quote must not swallow the line.
const QUOTE_LIMIT: usize = 400;

/// Keys whose value is the message.
const MESSAGE_KEYS: [&[u8]; 2] = [b"msg", b"message"];

impl Scanner<'_> {
    pub(super) fn quoted(&mut self, quote: u8) {
        let opens = self.at == 0 || !self.bytes[self.at - 1].is_ascii_alphanumeric();
        let is_text_end = self.text_end == Some(self.at);
        let Some(length) = self.quoted_length(quote).filter(|_| opens && !is_text_end) else { return self.mark() };
        let start = self.at + 1;
        let is_message = self.tokens.is_empty() && self.bytes[start..start + length].contains(&b' ');
        self.mark();
        if is_message {
            self.text_end = Some(start + length);
            return;
        }
        self.push(TokenKind::Variable, start, start + length);
        self.at = start + length;
        self.mark();
    }

    /// Length of what the quotation mark here and its other half enclose. A mark after a backslash ends what such a
    /// mark began, unless the backslash is that of a folder.
    fn quoted_length(&self, quote: u8) -> Option<usize> {
        let escaped = |at: usize| at > 0 && self.bytes[at - 1] == b'\\';
        let start = self.at + 1;
        let rest = &self.bytes[start..];
        let ends = |length: usize| length > 0 && !rest.get(length + 1).is_some_and(u8::is_ascii_alphanumeric);
        let mut marks = (0..rest.len().min(QUOTE_LIMIT)).filter(|length| rest[*length] == quote);
        let first = marks.clone().next()?;
        let alike = marks.find(|length| escaped(start + length) == escaped(self.at));
        alike.filter(|length| ends(*length)).or_else(|| ends(first).then_some(first))
    }

    /// `\u{ab} value \u{bb}`: the marks stay as one word each, so that the pattern reads as the line does.
    pub(super) fn typographic(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let Some((open, close)) = QUOTES.iter().find(|(open, _)| rest.starts_with(open)) else { return false };
        let inside = &rest[open.len()..];
        let within = &inside[..inside.len().min(QUOTE_LIMIT)];
        let Some(length) = within.windows(close.len()).position(|part| part == *close) else { return false };
        let start = self.at + open.len();
        self.push(TokenKind::Word, self.at, start);
        self.push(TokenKind::Variable, start, start + length);
        self.at = start + length + close.len();
        self.push(TokenKind::Word, start + length, self.at);
        true
    }

    /// `key=value`: the value is a variable whatever it looks like, as far as its brackets balance.
    pub(super) fn assignment(&mut self) {
        let is_message = self.tokens.last().is_some_and(|key| {
            key.kind == TokenKind::Word && MESSAGE_KEYS.iter().any(|name| text(self.bytes, *key) == *name)
        });
        self.mark();
        let start = self.at;
        let quote = self.peek(0).filter(|byte| matches!(byte, b'"' | b'\''));
        if is_message {
            if let Some(length) = quote.and_then(|quote| self.quoted_length(quote)) {
                self.mark();
                self.text_end = Some(start + 1 + length);
            }
            return;
        }
        if let Some(quote) = quote {
            return self.quoted(quote);
        }
        if self.peek(0).is_some_and(|byte| matches!(byte, b'=' | b'>')) {
            return;
        }
        let mut depth = 0_u32;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth > 0 => depth -= 1,
                b')' | b']' | b'}' => break,
                b',' | b';' | b' ' | b'\t' | b'"' | b'|' | b'&' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let mut end = self.at;
        while depth == 0 && end > start && matches!(self.bytes[end - 1], b'.' | b':') {
            end -= 1;
        }
        self.at = end;
        if end > start {
            self.push(TokenKind::Variable, start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::log_template::mask;

    #[test]
    fn quoted_messages_are_read_as_text() {
        assert_eq!(mask("\"Probe failed at 3\" pod=\"api\""), "\"Probe failed at <*>\" pod=\"<*>\"");
        assert_eq!(mask("level=warn msg=\"took 3 ms.\" id=4"), "level=<*> msg=\"took <*>.\" id=<*>");
        assert_eq!(mask("msg=closing n=1"), "msg=closing n=<*>");
        assert_eq!(mask("'orders' is locked"), "'<*>' is locked");
    }

    #[test]
    fn escaped_marks_stand_inside_a_quotation() {
        assert_eq!(mask(r#"get "url \"a b\" of c" failed"#), "get \"<*>\" failed");
        assert_eq!(mask(r"folder 'C:\temp\' and 'x' lost"), mask("folder '/tmp' and 'y' lost"));
    }

    #[test]
    fn unbalanced_marks_swallow_nothing() {
        assert_eq!(mask("can't open \"door"), "can't open \"door");
        assert_eq!(mask("msg=\""), "msg=\"");
        assert_eq!(mask("\"a b\"\""), "\"a b\"\"");
    }
}

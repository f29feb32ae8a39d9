//! The parts of a scanned message.
//!
//! In: positions. Out: the bytes they cover, without a copy; positions outside the message cover nothing. O(1).

/// What one token of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Constant text.
    Word,
    /// A value that differs from line to line.
    Variable,
    /// One punctuation byte.
    Mark,
    /// White space between tokens, however long.
    Space,
}

/// One token: its kind and the byte range it covers in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What the token is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The bytes a token covers.
pub fn text(message: &[u8], token: Token) -> &[u8] {
    message.get(token.start as usize..token.end as usize).unwrap_or_default()
}

//! Records that could not be used: where they stand and why.

/// One record that could not be used; a row of table `rejects`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// File, relative to the case.
    pub file: String,
    /// Line or record, counted from 1.
    pub line: u64,
    /// Source that was reading.
    pub source: String,
    /// What is wrong, without the position.
    pub reason: String,
    /// Beginning of the record, pseudonymised.
    pub excerpt: String,
}

impl Reject {
    /// The longest excerpt, in bytes: enough to find the record, too short to leak a document.
    pub const EXCERPT: usize = 120;

    /// The beginning of a record, cut at a character.
    pub fn shorten(text: &str) -> &str {
        &text[..text.floor_char_boundary(Self::EXCERPT)]
    }
}

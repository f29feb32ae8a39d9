//! Records that could not be used: where they stand and why.

use std::borrow::Cow;

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

    /// Text behind it that is looked at, in bytes: longer than any address.
    const BEHIND: usize = 320;

    /// The beginning of a record, pseudonymised by `redact`. An address or a name that the end of
    /// the excerpt cuts is no longer one to `redact`, so it is left out: more is looked at, and
    /// what comes out differently with more text behind it is dropped.
    pub fn excerpt<'t>(text: &'t str, redact: impl Fn(&'t str) -> Cow<'t, str>) -> String {
        let beginning = |length: usize| redact(&text[..text.floor_char_boundary(length)]);
        let mut excerpt = beginning(Self::EXCERPT).into_owned();
        if text.len() > Self::EXCERPT {
            let longer = beginning(Self::EXCERPT + Self::BEHIND);
            let same = excerpt.bytes().zip(longer.bytes()).take_while(|(a, b)| a == b).count();
            excerpt.truncate(excerpt.floor_char_boundary(same));
        }
        excerpt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_the_end_cuts_is_left_out() {
        let redact = |text: &'static str| Cow::Owned(text.replace("ada@mail.example", "email-1"));
        let text: &'static str = Box::leak(format!("{},ada@mail.example,more", "x".repeat(110)).into_boxed_str());
        assert_eq!(Reject::excerpt(text, redact), format!("{},", "x".repeat(110)));
        assert_eq!(Reject::excerpt("by ada@mail.example", redact), "by email-1");
        let plain: &'static str = Box::leak("y".repeat(500).into_boxed_str());
        assert_eq!(Reject::excerpt(plain, redact).len(), Reject::EXCERPT);
    }
}

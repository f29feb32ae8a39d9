//! Text by lines: where the last whole line ends. Line ends are LF or CR LF.

use memchr::memrchr;

/// Position after the last whole line; the end of the text when no more follows.
pub fn boundary(text: &str, at_end: bool) -> usize {
    if at_end { text.len() } else { memrchr(b'\n', text.as_bytes()).map_or(0, |at| at + 1) }
}

/// Line ends in a text.
pub fn count(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_after_the_last_whole_line() {
        assert_eq!(boundary("a\nb\nc", false), 4);
        assert_eq!(boundary("a\nb\nc", true), 5);
        assert_eq!(boundary("abc", false), 0);
        assert_eq!(boundary("", true), 0);
    }
}

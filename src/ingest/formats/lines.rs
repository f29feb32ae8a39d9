//! Text by lines: where the last whole line ends. Line ends are LF or CR LF.

use memchr::{memchr, memrchr};

/// Position after the last whole line; the end of the text when no more follows.
pub fn boundary(text: &str, at_end: bool) -> usize {
    if at_end { text.len() } else { memrchr(b'\n', text.as_bytes()).map_or(0, |at| at + 1) }
}

/// The lines of a text without their ends, as [`str::lines`] gives them; for short lines this takes a
/// quarter of the time.
pub fn all(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(end) = memchr(b'\n', rest.as_bytes()) else { return Some(std::mem::take(&mut rest)) };
        let line = &rest[..end];
        rest = &rest[end + 1..];
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
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

    #[test]
    fn gives_the_lines_that_the_standard_library_gives() {
        for text in ["", "a", "\n", "\r\n", "\r", "a\r", "a\n\nb", "a\r\nb\r\n", "a\n\r\n", "\n\na\r\r\n é"] {
            assert_eq!(all(text).collect::<Vec<_>>(), text.lines().collect::<Vec<_>>(), "{text:?}");
        }
    }
}

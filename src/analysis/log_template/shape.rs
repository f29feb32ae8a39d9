//! What a run of word-like bytes is: number, host, path, identifier, unit, date word or plain word.
//!
//! In: bytes without white space. Out: yes or no, or where to cut. The rules are of form, not of any system: digits,
//! separators, letter case. They stand for the hand-written expressions that log parsers are given per system (Zhu et
//! al., "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019, doi:10.1109/ICSE-SEIP.2019.00021). O(length);
//! no rule accepts empty input but those that say so of every byte, which no caller asks.

/// Bytes of which words are made: letters, `_`, `-` and all beyond ASCII.
pub(super) const LETTER: u8 = 1;
pub(super) const DIGIT: u8 = 2;
pub(super) const DOT: u8 = 4;
pub(super) const COLON: u8 = 8;
/// The other bytes that may stand inside a chunk.
pub(super) const OTHER: u8 = 16;

/// The class of every byte; 0 for those that end a chunk. One look-up in place of a dozen comparisons.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the index of a byte")]
        let byte = index as u8;
        classes[index] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | 0x80.. => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b':' => COLON,
            b'/' | b'\\' | b'@' | b'%' | b'+' | b'~' | b'$' => OTHER,
            _ => 0,
        };
        index += 1;
    }
    classes
}

#[inline]
pub(super) fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

#[inline]
pub(super) fn is_chunk(byte: u8) -> bool {
    class(byte) != 0
}

/// The classes that occur among the bytes.
#[inline]
pub(super) fn classes_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |seen, byte| seen | class(*byte))
}

pub(super) fn digits(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count()
}

/// Whether a run of letters is a word: eight hexadecimal letters in a row are a value.
pub(super) fn is_plain_word(bytes: &[u8], seen: u8) -> bool {
    seen == LETTER && !(bytes.len() >= 8 && is_hexadecimal(bytes))
}

/// Where `name:value` is cut, so that the name stays. A host with a port, a time, a hexadecimal address, a URL or a
/// drive letter is not cut. Hosts are not written in camel case: `view.topEdge:12` is a field with its value, unless
/// it has the parts of a qualified name (`tv.example.mainLoop:12`).
pub(super) fn split_point(bytes: &[u8]) -> Option<usize> {
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&bytes[..colon], &bytes[colon + 1..]);
    let is_name = colon > 1 && name[0] != b'/' && classes_of(name) & DIGIT == 0;
    if !is_name || value.starts_with(b"//") || is_hex_pairs(bytes) {
        return None;
    }
    let is_port = !value.is_empty() && classes_of(value) == DIGIT;
    let is_camel = || name.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_qualified = || name.iter().copied().filter(|byte| *byte == b'.').count() >= 2;
    let is_host = is_port && (name.contains(&b'.') || name.contains(&b'/')) && (!is_camel() || is_qualified());
    (!is_host).then_some(colon)
}

/// Where the dots begin that lead from a label to its value, as in `threshold......0`.
pub(super) fn leader(bytes: &[u8]) -> Option<usize> {
    let dots = bytes.windows(2).position(|pair| pair == b"..")?;
    (dots > 0 && !bytes[..dots].contains(&b'/')).then_some(dots)
}

/// A host, package, class or action name: three parts or more, and not an error, whose name is what matters.
pub(super) fn is_dotted_name(bytes: &[u8]) -> bool {
    let dots = bytes.iter().copied().filter(|byte| *byte == b'.').count();
    dots >= 2 && !bytes.ends_with(b"Exception") && !bytes.ends_with(b"Error")
}

/// `SOCKS5`, `UTF8`: an acronym with its version.
pub(super) fn is_acronym(bytes: &[u8]) -> bool {
    bytes.len() >= 3
        && bytes[bytes.len() - 1].is_ascii_digit()
        && bytes[..bytes.len() - 1].iter().all(u8::is_ascii_uppercase)
        && !is_hexadecimal(bytes)
}

pub(super) fn is_hex_pairs(bytes: &[u8]) -> bool {
    bytes.len() >= 8
        && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':')
        && bytes.iter().copied().filter(|byte| *byte == b':').count() >= 3
}

pub(super) fn is_hexadecimal(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

pub(super) fn is_variable(bytes: &[u8], seen: u8) -> bool {
    if seen & DIGIT != 0 {
        return !is_acronym(bytes);
    }
    let slashes = bytes.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    let is_path = (matches!(bytes[0], b'/' | b'\\') && bytes.len() > 1)
        || slashes >= 2
        || (slashes == 1 && bytes.contains(&b'.'));
    let is_host = bytes.contains(&b'@') || (bytes.contains(&b'.') && bytes.contains(&b':'));
    is_path || is_host || (bytes.len() >= 8 && is_hexadecimal(bytes)) || is_hex_pairs(bytes)
}

pub(super) fn is_truth_value(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 3..=5)
        && matches!(bytes[0], b't' | b'T' | b'f' | b'F' | b'n' | b'N')
        && [b"true".as_slice(), b"false", b"null", b"nil"].iter().any(|word| bytes.eq_ignore_ascii_case(word))
}

pub(super) fn is_date_word(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 23] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec", b"Mon", b"Tue",
        b"Wed", b"Thu", b"Fri", b"Sat", b"Sun", b"GMT", b"UTC", b"AM", b"PM",
    ];
    matches!(bytes.len(), 2 | 3) && WORDS.contains(&bytes)
}

/// Unit symbols, alone or by the second: dropped after a number, because the same value is printed with one unit or another.
pub(super) fn is_unit(bytes: &[u8]) -> bool {
    const UNITS: [&[u8]; 26] = [
        b"ms",
        b"us",
        b"ns",
        b"s",
        b"sec",
        b"secs",
        b"min",
        b"mins",
        b"h",
        b"hr",
        b"hrs",
        b"B",
        b"KB",
        b"MB",
        b"GB",
        b"TB",
        b"kB",
        b"KiB",
        b"MiB",
        b"GiB",
        "\u{b5}s".as_bytes(),
        "\u{3bc}s".as_bytes(),
        b"ko",
        b"Ko",
        b"Mo",
        b"Go",
    ];
    let bytes = bytes.strip_suffix(b"/s").unwrap_or(bytes);
    bytes.len() <= 4 && UNITS.contains(&bytes)
}

/// Opening and closing marks of a quotation that are not of ASCII.
pub(super) const QUOTES: [(&[u8], &[u8]); 3] = [
    ("\u{ab}".as_bytes(), "\u{bb}".as_bytes()),
    ("\u{201c}".as_bytes(), "\u{201d}".as_bytes()),
    ("\u{2018}".as_bytes(), "\u{2019}".as_bytes()),
];

/// Units written out: they stay, but a value in parentheses after them is the same one again.
pub(super) fn is_unit_word(bytes: &[u8]) -> bool {
    const UNITS: [&[u8]; 14] = [
        b"bytes",
        b"byte",
        b"octets",
        b"octet",
        b"seconds",
        b"second",
        b"secondes",
        b"seconde",
        b"minutes",
        b"hours",
        b"milliseconds",
        b"microseconds",
        b"pages",
        b"blocks",
    ];
    UNITS.contains(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(text: &str) -> bool {
        is_variable(text.as_bytes(), classes_of(text.as_bytes()))
    }

    #[test]
    fn tells_values_from_words() {
        assert!(["192.0.2.1:80", "/var/log/x", "blk_-12"].iter().all(|text| variable(text)) && !variable("SOCKS5"));
        assert!(is_plain_word(b"started", LETTER) && !is_plain_word(b"deadbeef", LETTER));
        assert!(is_dotted_name(b"tv.example.player") && !is_dotted_name(b"tv.example.Error"));
        assert!(is_unit("\u{b5}s".as_bytes()) && is_unit(b"Mo") && is_unit(b"MiB/s") && !is_unit(b"/s"));
    }

    #[test]
    fn cuts_names_from_values_but_not_hosts_from_ports() {
        assert_eq!(split_point(b"overlap:false"), Some(7));
        assert_eq!(split_point(b"edge.example:443"), None);
        assert_eq!(leader(b"threshold.....0"), Some(9));
    }

    #[test]
    fn empty_and_single_bytes_are_safe() {
        assert!(!is_unit(b"") && !is_dotted_name(b"") && split_point(b":").is_none() && leader(b".").is_none());
    }
}

//! How far a text goes on with bytes that stand for themselves in JSON: no quote, no backslash, no control
//! character.
//!
//! In: bytes. Out: how many of them stand before the first of the others. Eight bytes are looked at in one step, as
//! in Mycroft's test for a zero byte (Anderson, Bit Twiddling Hacks, 1997): names and words of logs are so short that
//! calling a search takes longer than the search.

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Bytes before the first quote, backslash or control character.
#[inline]
pub(super) fn length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = others(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| **byte >= b' ' && **byte != b'"' && **byte != b'\\';
    words.len() * 8 + rest.iter().take_while(is_plain).count()
}

/// The highest bit of the first byte that does not stand for itself. Bits above it may be set for bytes that do,
/// since a subtraction borrows from the byte behind.
#[inline]
const fn others(word: u64) -> u64 {
    let control = word.wrapping_sub(each(b' ')) & !word;
    let quote = word ^ each(b'"');
    let quote = quote.wrapping_sub(each(1)) & !quote;
    let escape = word ^ each(b'\\');
    let escape = escape.wrapping_sub(each(1)) & !escape;
    (control | quote | escape) & each(0x80)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one_by_one(bytes: &[u8]) -> usize {
        bytes.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count()
    }

    #[test]
    fn every_byte_is_judged_at_every_place() {
        for byte in 0..=255 {
            for (at, other) in (0..19).flat_map(|at| [(at, b'a'), (at, b'!'), (at, b'#'), (at, 0xff), (at, b' ')]) {
                let mut bytes = [other; 19];
                bytes[at] = byte;
                assert_eq!(length(&bytes), one_by_one(&bytes), "{byte} at {at} among {other}");
            }
        }
        assert_eq!(length(b""), 0);
    }

    proptest! {
        #[test]
        fn words_are_read_as_bytes_are(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x1e..0x24_u8, 0x5a..0x5e_u8], 0..40)) {
            prop_assert_eq!(length(&bytes), one_by_one(&bytes));
        }
    }
}

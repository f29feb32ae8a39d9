//! The usual JSON object, read in one pass over its bytes: plain names, plain texts, short whole
//! numbers. What is unusual in a value (escapes, long numbers, nesting) is cut out and given to
//! `serde_json`; an object that is unusual itself is not read here at all.
//!
//! Logs are millions of small flat objects. Reading them so takes a third of the time that a
//! deserialiser takes that must be ready for anything (`benches/ingest.rs`).

use std::borrow::Cow;

use memchr::memchr2;
use serde_json::Value;

use super::{Field, Named, plain};

/// The fields of an object; `None` when it is not a usual one, or no object at all.
pub(super) fn fields(text: &str) -> Option<Vec<Named<'_>>> {
    let mut reader = Reader { text, at: 0 };
    let mut fields = Vec::with_capacity(12);
    reader.expect(b'{')?;
    if reader.peek()? == b'}' {
        reader.at += 1;
    } else {
        loop {
            let name = reader.string()?;
            reader.expect(b':')?;
            fields.push((name, reader.value()?));
            match reader.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
    }
    reader.is_over().then_some(fields)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at)?, b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        Some(bytes[self.at])
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn is_over(&mut self) -> bool {
        self.peek().is_none()
    }

    /// A text in quotes.
    #[inline]
    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.expect(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let end = start + plain::length(&bytes[start..]);
        match bytes.get(end)? {
            b'"' => {
                self.at = end + 1;
                Some(Cow::Borrowed(&self.text[start..end]))
            }
            b'\\' => {
                self.at = end_of_string(bytes, end)?;
                serde_json::from_str(&self.text[start - 1..self.at]).ok().map(Cow::Owned)
            }
            // Control characters must be escaped.
            _ => None,
        }
    }

    #[inline]
    fn value(&mut self) -> Option<Field<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Field::Text),
            b'{' | b'[' => self.nested(),
            b't' => self.word("true", Field::Bool(true)),
            b'f' => self.word("false", Field::Bool(false)),
            b'n' => self.word("null", Field::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Field<'a>) -> Option<Field<'a>> {
        let is_it = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        is_it.then_some(value)
    }

    fn number(&mut self) -> Option<Field<'a>> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.text.as_bytes()[start..].iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        let written = &self.text[start..self.at];
        let digits = written.as_bytes();
        let is_short = (1..=18).contains(&length) && digits.iter().all(u8::is_ascii_digit);
        if is_short && (length == 1 || digits[0] != b'0') {
            return Some(Field::Int(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))));
        }
        if is_decimal(digits) {
            return Some(Field::Written(Cow::Borrowed(written)));
        }
        serde_json::from_str(written).ok()
    }

    fn nested(&mut self) -> Option<Field<'a>> {
        let start = self.at;
        self.at = end_of_nested(self.text.as_bytes(), start)?;
        serde_json::from_str::<Value>(&self.text[start..self.at]).ok().map(Field::nested)
    }
}

/// Whether these are digits, a point and digits, few enough that no number of that size is out of range.
fn is_decimal(written: &[u8]) -> bool {
    let unsigned = written.strip_prefix(b"-").unwrap_or(written);
    let Some(point) = memchr::memchr(b'.', unsigned) else { return false };
    let (whole, fraction) = (&unsigned[..point], &unsigned[point + 1..]);
    let is_whole = (1..=18).contains(&point) && (point == 1 || whole[0] != b'0');
    is_whole && !fraction.is_empty() && whole.iter().chain(fraction).all(u8::is_ascii_digit)
}

/// Position after the quote that ends a text, looked for from `at` inside it.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', &bytes[at..])?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
        if at > bytes.len() {
            return None;
        }
    }
}

/// Position after the bracket that closes the one at `at`.
fn end_of_nested(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at = end_of_string(bytes, at + 1)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::sources::json_fields::parse_strictly;

    /// The fields with numbers as numbers.
    fn valued(fields: Option<Vec<Named<'_>>>) -> Option<Vec<Named<'_>>> {
        let value = |field| match field {
            Field::Written(number) => Field::Float(number.parse().expect("a number")),
            other => other,
        };
        Some(fields?.into_iter().map(|(name, field)| (name, value(field))).collect())
    }

    #[test]
    fn reads_the_usual_object() {
        let text = r#" {"a" : "b\"c", "n":-12,"x":1.50, "t":true,"o":{"k":["]}\\"]},"z":null } "#;
        assert_eq!(valued(fields(text)), parse_strictly(text).ok());
        assert!(fields(text).is_some());
        assert_eq!(fields("{}"), Some(Vec::new()));
    }

    #[test]
    fn leaves_what_is_unusual_or_wrong() {
        for text in [
            "",
            "{",
            "[1]",
            "{\"a\"",
            "{\"a\":}",
            "{\"a\":01}",
            "{\"a\":1,}",
            "{\"a\":1}}",
            "{\"a\":\"\u{1}\"}",
            "{\"a\":tru}",
            "{\"a\":[}",
            "{\"a\":\"\\",
            "{a:1}",
        ] {
            assert_eq!(fields(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_deserialiser_reads(text in r#"[{}\[\]",:\\ a0-9.eE+\-tn]{0,40}"#) {
            if let Some(quick) = valued(fields(&text)) {
                prop_assert_eq!(Ok(quick), parse_strictly(&text));
            }
        }

        #[test]
        fn objects_are_read_alike(name in "\\PC{0,6}", value in "\\PC{0,20}", number in any::<i64>(), real in any::<f64>()) {
            let object = serde_json::json!({name: value, "n": number, "r": real, "l": [value, {"d": null}]}).to_string();
            let quick = valued(fields(&object));
            prop_assert!(quick.is_some());
            prop_assert_eq!(Ok(quick.unwrap_or_default()), parse_strictly(&object));
        }
    }
}

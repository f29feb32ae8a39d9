//! Common Media Client Data in request queries (`CMCD=bl%3D0%2Cbs`), as video players send it.
//!
//! <https://cta-wave.github.io/Resources/common-media-client-data--cta-5004-b.html>
//!
//! In: the query of a logged request. Out: its keys and values. Session ids are left out, since
//! they follow one viewer. All other query parameters are ignored: they may hold tokens.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// The keys of the `CMCD` parameter as an object; `None` when the query has none. Percent-encoding
/// is removed as often as it was applied, three times at most.
pub(super) fn in_query(query: &str) -> Option<Value> {
    let start = query.find("CMCD=")?;
    if start > 0 && !matches!(query.as_bytes()[start - 1], b'&' | b'?' | b';') {
        return None;
    }
    let written = &query[start + 5..];
    let written = &written[..written.find('&').unwrap_or(written.len())];
    let mut text = Cow::Borrowed(written);
    for _ in 0..3 {
        match percent_decoded(&text) {
            Cow::Borrowed(_) => break,
            Cow::Owned(decoded) => text = Cow::Owned(decoded),
        }
    }
    let keys = pairs(&text);
    (!keys.is_empty()).then_some(Value::Object(keys))
}

/// A text with its `%hh` replaced; bytes that are then no UTF-8 become U+FFFD.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'%', bytes).is_none() {
        return Cow::Borrowed(text);
    }
    let digit = |at: usize| bytes.get(at).and_then(|byte| u8::try_from(char::from(*byte).to_digit(16)?).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    if out.len() == bytes.len() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// `key=value` pairs cut at commas outside quotes and parentheses; a key alone is true.
fn pairs(text: &str) -> Map<String, Value> {
    let mut keys = Map::new();
    let (mut start, mut depth, mut is_quoted) = (0, 0_u32, false);
    for (at, byte) in text.bytes().enumerate().chain([(text.len(), b',')]) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'(' if !is_quoted => depth += 1,
            b')' if !is_quoted => depth = depth.saturating_sub(1),
            b',' if at == text.len() || !is_quoted && depth == 0 => {
                add(&mut keys, &text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    keys
}

fn add(keys: &mut Map<String, Value>, pair: &str) {
    let (name, value) = pair.trim().split_once('=').unwrap_or((pair.trim(), ""));
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if !is_name || name == "sid" {
        return;
    }
    let value = match value.trim_matches('"') {
        "" => Value::Bool(true),
        text => text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from),
    };
    keys.insert(name.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys_and_hides_the_session() {
        for query in [
            "CMCD=bl%3D0%2Cbs%2Csid%3D%22a1%22%2Cbr%3D(5%3Bv%2C1)",
            "?t=x&CMCD=bl%253D0%252Cbs%252Csid%253D%2522a1%2522%252Cbr%253D(5%253Bv%252C1)&u=1",
        ] {
            let keys = in_query(query).map(|value| value.to_string());
            assert_eq!(keys.as_deref(), Some(r#"{"bl":0,"bs":true,"br":"(5;v,1)"}"#));
        }
    }

    #[test]
    fn hostile_queries_give_nothing() {
        for query in ["", "CMCD=", "XCMCD=bl", "CMCD=%", "CMCD=%C3", "CMCD=((((", "CMCD=\"", "CMCD==1", "CMCD=sid%3D1"]
        {
            assert_eq!(in_query(query), None, "{query}");
        }
    }
}

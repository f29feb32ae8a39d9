//! Common Media Client Data, as video players send it with their requests: in the query
//! (`CMCD=bl%3D0%2Cbs`), in headers that a log has as columns, or as a report of its own.
//!
//! <https://cta-wave.github.io/Resources/common-media-client-data--cta-5004-b.html>
//!
//! In: the query of a logged request, or the keys as text. Out: keys and values. Session ids are
//! left out, since they follow one viewer. All other query parameters are ignored: they may hold
//! tokens, also those of the next object (`nor`). Of a list by kind of track (`br=(5000;v 128;a)`)
//! the number of the video counts, else the first.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::json_fields::{Field, Named};

/// Name of the attribute that holds the keys.
const ATTRIBUTE: &str = "cmcd";

/// The keys of the `CMCD` parameter as an object; `None` when the query has none. Percent-encoding
/// is removed as often as it was applied, three times at most.
pub(super) fn in_query(query: &str) -> Option<Value> {
    let bytes = query.as_bytes();
    let is_own = |at: &usize| *at == 0 || matches!(bytes[at - 1], b'&' | b'?' | b';');
    let is_name = |at: &usize| bytes[*at..].starts_with(b"CMCD=");
    let start = memchr::memchr_iter(b'C', bytes).find(|at| is_own(at) && is_name(at))?;
    let written = &query[start + 5..];
    in_text(&written[..written.find('&').unwrap_or(written.len())])
}

/// The keys of a text as an object; `None` when it holds none.
pub(super) fn in_text(written: &str) -> Option<Value> {
    let mut text = Cow::Borrowed(written.trim());
    for _ in 0..3 {
        match percent_decoded(&text) {
            Cow::Borrowed(_) => break,
            Cow::Owned(decoded) => text = Cow::Owned(decoded),
        }
    }
    let keys = pairs(&text);
    (!keys.is_empty()).then_some(Value::Object(keys))
}

/// Puts columns that hold keys (`CMCD-Session`, `cmcd_object`, `cmcd`) into one attribute, so
/// that no session id stays in them.
pub(super) fn gather(fields: &mut Vec<Named<'_>>) {
    let is_ours = |name: &str| {
        let name = name.as_bytes();
        memchr::memchr2(b'c', b'C', name)
            .is_some_and(|first| name[first..].windows(4).any(|found| found.eq_ignore_ascii_case(ATTRIBUTE.as_bytes())))
    };
    let is_held = |value: &Field<'_>| match value {
        Field::Text(_) => true,
        Field::Nested(nested) => nested.is_object(),
        _ => false,
    };
    if !fields.iter().any(|(name, value)| is_ours(name) && is_held(value)) {
        return;
    }
    let mut keys = Map::new();
    fields.retain(|(name, value)| {
        let found = match value {
            _ if !is_ours(name) => return true,
            Field::Text(text) => in_text(text),
            Field::Nested(nested) if nested.is_object() => Some(Value::clone(nested)),
            _ => return true,
        };
        if let Some(Value::Object(found)) = found {
            keys.extend(found.into_iter().filter(|(name, _)| name != "sid"));
        }
        false
    });
    if !keys.is_empty() {
        fields.push((Cow::Borrowed(ATTRIBUTE), Field::nested(Value::Object(keys))));
    }
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
    for pair in parts(text, |byte| byte == b',') {
        add(&mut keys, pair);
    }
    keys
}

/// The parts of a text between separators outside quotes and parentheses.
fn parts(text: &str, is_separator: impl Fn(u8) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut is_quoted, mut is_escaped) = (0, 0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match byte {
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'(' if !is_quoted => depth += 1,
            b')' if !is_quoted => depth = depth.saturating_sub(1),
            _ if !is_quoted && depth == 0 && is_separator(byte) => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found
}

fn add(keys: &mut Map<String, Value>, pair: &str) {
    let (name, value) = match pair.trim().split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (pair.trim(), None),
    };
    let is_name = name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    if !is_name || name == "sid" {
        return;
    }
    let value = match value {
        None => Some(Value::Bool(true)),
        Some(text) => value_of(text),
    };
    if let Some(value) = value {
        let value = match value.as_str().filter(|_| name == "nor" || name == "url") {
            Some(path) => Value::from(path.split('?').next().unwrap_or_default()),
            None => value,
        };
        keys.insert(name.to_owned(), value);
    }
}

/// A value as written; `None` when there is nothing in it.
fn value_of(text: &str) -> Option<Value> {
    if let Some(list) = text.strip_prefix('(') {
        let list = list.rsplit_once(')').map_or(list, |(inside, _)| inside);
        let items = parts(list, |byte| byte == b' ' || byte == b',' || byte == b'+');
        let items = || items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
        let is_video = |item: &&str| item.split(';').skip(1).any(|tag| tag.trim() == "v");
        let item = items().find(is_video).or_else(|| items().next())?;
        return scalar(parts(item, |byte| byte == b';').first().copied().unwrap_or_default());
    }
    scalar(parts(text, |byte| byte == b';').first().copied().unwrap_or_default())
}

/// A quoted text stays one even when it is all digits.
fn scalar(text: &str) -> Option<Value> {
    if let Some(inside) = text.strip_prefix('"') {
        let inside = inside.strip_suffix('"').unwrap_or(inside).replace("\\\"", "\"").replace("\\\\", "\\");
        return (!inside.is_empty()).then(|| Value::from(inside));
    }
    match text {
        "" => None,
        "?1" => Some(Value::Bool(true)),
        "?0" => Some(Value::Bool(false)),
        _ => Some(match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => Value::from(whole),
            (_, Ok(number)) if number.is_finite() => Value::from(number),
            _ => Value::from(text),
        }),
    }
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
            assert_eq!(keys.as_deref(), Some(r#"{"bl":0,"bs":true,"br":5}"#));
        }
    }

    #[test]
    fn values_keep_their_type() {
        let keys = in_text(
            r#"cid="0042",pr=1.5,br=(128;a 5000;v),bl=(8200;a 1;av),nor="%2Fa.m4s?token=x",ot=v,com.example-x="a\",b""#,
        );
        assert_eq!(
            keys.map(|value| value.to_string()).as_deref(),
            Some(r#"{"cid":"0042","pr":1.5,"br":5000,"bl":8200,"nor":"/a.m4s","ot":"v","com.example-x":"a\",b"}"#)
        );
    }

    #[test]
    fn a_parameter_that_only_ends_in_cmcd_is_passed_over() {
        let keys = in_query("XCMCD=bl%3D1&CMCD=bl%3D2").map(|value| value.to_string());
        assert_eq!(keys.as_deref(), Some(r#"{"bl":2}"#));
        assert_eq!(in_query("a=1&cmcd=bl%3D2"), None);
    }

    #[test]
    fn columns_become_one_attribute_without_the_session() {
        let text = |name: &'static str, value: &'static str| (Cow::Borrowed(name), Field::Text(Cow::Borrowed(value)));
        let mut fields =
            vec![text("cs(CMCD-Session)", "sid=\"a1\",st=l"), text("host", "x"), text("cmcd_status", "bs")];
        gather(&mut fields);
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[1].1, Field::nested(serde_json::json!({"st": "l", "bs": true})));
        let mut none = vec![text("cmcd-session", "sid=\"a1\"")];
        gather(&mut none);
        assert!(none.is_empty());
    }

    #[test]
    fn hostile_queries_give_nothing() {
        for query in ["", "CMCD=", "XCMCD=bl", "CMCD=%", "CMCD=%C3", "CMCD=((((", "CMCD=\"", "CMCD==1", "CMCD=sid%3D1"]
        {
            assert_eq!(in_query(query), None, "{query}");
        }
    }
}

//! Fields of one JSON object, borrowed from its text where that is possible, in the order in
//! which they were written.
//!
//! For log adapters, which read millions of small objects: a text without escapes costs no
//! allocation. Nested values are kept whole. Knows nothing about what a field means.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use serde_json::Value;

mod object;
mod plain;

/// Name and value of one field.
pub type Named<'a> = (Cow<'a, str>, Field<'a>);

/// Value of one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Field<'a> {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A number in JSON, as written.
    Written(Cow<'a, str>),
    /// A text.
    Text(Cow<'a, str>),
    /// An object or an array; boxed, since it is seldom there and fields are moved about.
    Nested(Box<Value>),
}

impl<'a> Field<'a> {
    /// An object or an array.
    pub fn nested(value: Value) -> Self {
        Self::Nested(Box::new(value))
    }

    /// The value as text; null, objects and arrays have none.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(number) => Some(Cow::Owned(number.to_string())),
            Self::Float(number) => Some(Cow::Owned(number.to_string())),
            Self::Written(number) => Some(number),
            Self::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
            Self::Null | Self::Nested(_) => None,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Nested(nested) => match &**nested {
                Value::Object(map) => map.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            },
            _ => false,
        }
    }
}

impl From<Value> for Field<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(truth),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Int(whole),
                None => number.as_f64().map_or(Self::Null, Self::Float),
            },
            Value::String(text) => Self::Text(Cow::Owned(text)),
            nested => Self::nested(nested),
        }
    }
}

/// The fields of a JSON object. An error says what was found instead.
pub fn parse(text: &str) -> Result<Vec<Named<'_>>, String> {
    match object::fields(text) {
        Some(fields) => Ok(fields),
        None => parse_strictly(text),
    }
}

/// Reads any object, and says what is wrong with anything else.
fn parse_strictly(text: &str) -> Result<Vec<Named<'_>>, String> {
    serde_json::from_str::<Object<'_>>(text).map(|object| object.0).map_err(|error| {
        // The position is that in the line and would make every reason another.
        let reason = error.to_string();
        format!("expected a JSON object, found {}", reason.split(" at line ").next().unwrap_or_default())
    })
}

/// The fields of a parsed object; empty for any other value.
pub fn from_value(value: Value) -> Vec<Named<'static>> {
    match value {
        Value::Object(map) => map.into_iter().map(|(name, value)| (Cow::Owned(name), Field::from(value))).collect(),
        _ => Vec::new(),
    }
}

/// A field that borrows nothing.
pub fn into_owned((name, value): Named<'_>) -> Named<'static> {
    let value = match value {
        Field::Text(text) => Field::Text(Cow::Owned(text.into_owned())),
        Field::Null => Field::Null,
        Field::Bool(truth) => Field::Bool(truth),
        Field::Int(number) => Field::Int(number),
        Field::Float(number) => Field::Float(number),
        Field::Written(number) => Field::Written(Cow::Owned(number.into_owned())),
        Field::Nested(nested) => Field::Nested(nested),
    };
    (Cow::Owned(name.into_owned()), value)
}

/// Compact JSON text of an object with sorted keys, also inside nested objects. Fields without
/// content are left out; of repeated names the first stays. Empty when nothing is left.
pub fn to_sorted_json(mut fields: Vec<Named<'_>>) -> String {
    fields.retain(|(_, value)| !value.is_nothing());
    if fields.is_empty() {
        return String::new();
    }
    // Most programs write the same fields in the same order, some of them sorted.
    if !fields.is_sorted_by(|left, right| left.0 < right.0) {
        fields.sort_by(|left, right| left.0.cmp(&right.0));
        fields.dedup_by(|later, first| later.0 == first.0);
    }
    for (_, value) in &mut fields {
        if let Field::Nested(nested) = value {
            nested.sort_all_objects();
        }
    }
    let room = |value: &Field<'_>| if let Field::Text(text) = value { text.len() } else { 20 };
    let mut out =
        String::with_capacity(1 + fields.iter().map(|(name, value)| name.len() + room(value) + 6).sum::<usize>());
    for (at, (name, value)) in fields.iter().enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        write_text(name, &mut out);
        out.push(':');
        match value {
            Field::Text(text) => write_text(text, &mut out),
            Field::Written(number) => out.push_str(number),
            Field::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Field::Null => out.push_str("null"),
            Field::Int(number) => write_int(*number, &mut out),
            Field::Float(number) => write_json(number, &mut out),
            Field::Nested(nested) => write_json(nested, &mut out),
        }
    }
    out.push('}');
    out
}

/// A text in quotes; nearly all need no escapes.
fn write_text(text: &str, out: &mut String) {
    if plain::length(text.as_bytes()) < text.len() {
        return write_json(text, out);
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}

fn write_int(number: i64, out: &mut String) {
    use std::fmt::Write as _;
    write!(out, "{number}").expect("a text takes all that is written");
}

fn write_json<T: Serialize + ?Sized>(value: &T, out: &mut String) {
    out.push_str(&serde_json::to_string(value).expect("texts, numbers and parsed values are JSON"));
}

struct Object<'a>(Vec<Named<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(Self)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Vec<Named<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some(Key(name)) = map.next_key()? {
            fields.push((name, map.next_value()?));
        }
        Ok(fields)
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(FieldVisitor)? {
            Field::Text(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("expected a name")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Field::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Field::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Field::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Field::Int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Field::Float(number as f64), Field::Int))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Field::Float(number))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Field::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Field::nested)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Field::nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borrows_texts_without_escapes() {
        let fields = parse(r#"{"a":"plain","b":"two\nlines","c":1.5}"#).expect("an object");
        assert!(matches!(&fields[0].1, Field::Text(Cow::Borrowed("plain"))));
        assert_eq!(fields[1].1, Field::Text("two\nlines".into()));
        assert_eq!(fields[2].1, Field::Written("1.5".into()));
    }

    #[test]
    fn writes_sorted_keys_and_leaves_out_nothing() {
        let fields = parse(r#"{"b":{"z":1,"a":2},"a":null,"0":[true]}"#).expect("an object");
        assert_eq!(to_sorted_json(fields), r#"{"0":[true],"b":{"a":2,"z":1}}"#);
        assert_eq!(to_sorted_json(Vec::new()), "");
    }

    #[test]
    fn refuses_what_is_no_object() {
        for text in ["", "[1]", "{\"a\":", "\u{fffd}\u{1}", "7"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

//! What the logs of content delivery networks have in common once their fields are found: one
//! request, with a method, a path, a status and attributes, any of which may be left out.
//!
//! In: texts of fields. Out: the body and severity of a log record, typed attributes. Query
//! strings, which may hold tokens, are only searched for CMCD keys. Reads no format.

use std::borrow::Cow;

use super::cmcd;
use super::json_fields::{Field, Named};
use super::log_event::severity_of_status;

/// Texts that stand for no value in some of these logs, besides the usual ones.
const NOTHING: &[&str] = &["(null)", "n/a", "(none)"];

/// A text, empty when it stands for no value.
pub(super) fn present(text: &str) -> &str {
    let text = text.trim();
    if crate::ingest::values::is_null(text) || NOTHING.contains(&text) { "" } else { text }
}

/// The status of an answer; none when it is missing.
pub(super) fn status(name: &str, text: &str) -> Result<Option<u16>, String> {
    let text = present(text);
    if text.is_empty() {
        return Ok(None);
    }
    let code = text.parse::<u16>().ok().filter(|code| *code < 1000);
    code.map(Some).ok_or_else(|| format!("expected a status in `{name}`, found `{text}`"))
}

/// Severity of a status; empty when there is none, or it is 0: the viewer left before any answer.
pub(super) fn severity(status: Option<u16>) -> &'static str {
    status.filter(|code| *code != 0).map_or("", severity_of_status)
}

/// `GET /live/index.m3u8 503`, without what is missing.
pub(super) fn body(method: &str, target: &str, status: Option<u16>) -> String {
    let path = path_of(target);
    let mut body = String::with_capacity(method.len() + path.len() + 6);
    for part in [method, path] {
        if !part.is_empty() {
            body.push_str(part);
            body.push(' ');
        }
    }
    if let Some(status) = status.filter(|_| !body.is_empty()) {
        body.push_str(&format!("{status:03}"));
    }
    body.truncate(body.trim_end().len());
    body
}

/// The path of a target: without scheme and host, query and fragment.
pub(super) fn path_of(target: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len());
    let target = &target[..end];
    match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            rest.find('/').map_or("/", |at| &rest[at..])
        }
        _ => target,
    }
}

/// The address of a page without its query and fragment.
pub(super) fn without_query(address: &str) -> &str {
    let end = memchr::memchr2(b'?', b'#', address.as_bytes()).unwrap_or(address.len());
    &address[..end]
}

/// A user agent as the client sent it: encoded once, twice, or with `+` for spaces.
pub(super) fn user_agent(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let is_form = !text.contains("%20");
    let text = if is_form { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    let once = cmcd::percent_decoded(&text).into_owned();
    Cow::Owned(cmcd::percent_decoded(&once).into_owned())
}

/// Adds the CMCD keys of a query, if it has any.
pub(super) fn push_cmcd(fields: &mut Vec<Named<'_>>, query: &str) {
    if let Some(keys) = cmcd::in_query(query) {
        fields.push((Cow::Borrowed("cmcd"), Field::nested(keys)));
    }
}

/// Adds a text, unless it stands for no value.
pub(super) fn push_text<'a>(fields: &mut Vec<Named<'a>>, name: impl Into<Cow<'a, str>>, text: Cow<'a, str>) {
    if !present(&text).is_empty() {
        fields.push((name.into(), Field::Text(text)));
    }
}

/// Adds a number that the export writes as text or number; what is none stays text.
pub(super) fn push_number<'a>(fields: &mut Vec<Named<'a>>, name: impl Into<Cow<'a, str>>, text: Cow<'a, str>) {
    let number = present(&text);
    if number.is_empty() {
        return;
    }
    let value = match (number.parse::<i64>(), number.parse::<f64>()) {
        (Ok(whole), _) => Field::Int(whole),
        (_, Ok(decimal)) if decimal.is_finite() => Field::Float(decimal),
        _ => Field::Text(text),
    };
    fields.push((name.into(), value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_leaves_out_what_is_missing() {
        assert_eq!(body("GET", "https://tv.example/live/a.m4s?token=x#t", Some(503)), "GET /live/a.m4s 503");
        assert_eq!(body("", "live/a.m4s", Some(0)), "live/a.m4s 000");
        assert_eq!(body("GET", "http://tv.example", None), "GET /");
        assert_eq!(body("", "", Some(200)), "");
    }

    #[test]
    fn tells_a_status_from_none() {
        assert_eq!(status("s", "503"), Ok(Some(503)));
        assert_eq!(status("s", "(null)"), Ok(None));
        assert_eq!(status("s", "5xx"), Err("expected a status in `s`, found `5xx`".into()));
    }

    #[test]
    fn decodes_agents_however_often_they_were_encoded() {
        for text in ["Tv%20App/1.0", "Tv%2520App/1.0", "Tv+App%2F1.0", "Tv App/1.0"] {
            assert_eq!(user_agent(text), "Tv App/1.0", "{text}");
        }
    }

    #[test]
    fn numbers_may_be_texts() {
        let mut fields = Vec::new();
        for text in ["12", "0.5", "-", "1,2"] {
            push_number(&mut fields, "n", Cow::Borrowed(text));
        }
        let values: Vec<_> = fields.into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [Field::Int(12), Field::Float(0.5), Field::Text("1,2".into())]);
    }
}

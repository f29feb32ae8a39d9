//! Fields of structured logs that say who a request was for: their values are replaced by
//! pseudonyms, whatever they look like.
//!
//! In: the fields of one event. Out: the same fields; equal values have equal pseudonyms, so that
//! events of one account can still be joined and counted. Names decide, compared without case and
//! separators (`userId`, `user_id` and `user.id` are one); of an object such as `user` its
//! identifiers and names are replaced and not, say, its plan. Values that name nobody stay.
//!
//! Not taken for accounts: `client`, which is a machine or an application, and `uid`, which in
//! logs of containers and of systems is that of a thing.

use serde_json::Value;

use crate::ingest::rows::Rows;

use super::json_fields::{Field, Named};

/// Words for somebody with an account, without separators.
const ACCOUNTS: &[&str] = &["account", "customer", "enduser", "login", "member", "subscriber", "user", "usr", "viewer"];

/// What behind such a word identifies, or names, who it is.
const IDENTIFIERS: &[&str] = &[
    "",
    "email",
    "fullname",
    "guid",
    "handle",
    "id",
    "key",
    "login",
    "mail",
    "name",
    "no",
    "number",
    "phone",
    "ref",
    "reference",
    "uid",
    "username",
    "uuid",
];

/// Names that are enough by themselves.
const ALONE: &[&str] = &[
    "displayname",
    "email",
    "emailaddress",
    "firstname",
    "fullname",
    "lastname",
    "loginname",
    "mail",
    "mobile",
    "mobilenumber",
    "msisdn",
    "nickname",
    "phone",
    "phonenumber",
    "remoteuser",
    "screenname",
    "surname",
    "username",
];

/// How the names of both lists begin.
const STARTS: &[[u8; 3]] = &[
    *b"acc", *b"cus", *b"dis", *b"ema", *b"end", *b"fir", *b"ful", *b"las", *b"log", *b"mai", *b"mem", *b"mob",
    *b"msi", *b"nic", *b"pho", *b"rem", *b"scr", *b"sub", *b"sur", *b"use", *b"usr", *b"vie",
];

/// Values that stand for nobody, or for a part of the system.
const NOBODY: &[&str] = &[
    "",
    "-",
    "--",
    "0",
    "-1",
    "anonymous",
    "guest",
    "nobody",
    "none",
    "null",
    "root",
    "system",
    "undefined",
    "unknown",
];

/// Longest name that is looked at.
const LONGEST: usize = 48;

/// Replaces the values of fields that say whose account it was.
pub(super) fn hide(fields: &mut [Named<'_>], out: &Rows) {
    for (name, value) in fields {
        if let Field::Nested(nested) = value {
            hide_nested(name, nested, out);
        } else if is_account(name)
            && let Some(text) = text_of(value)
            && !NOBODY.contains(&text.as_str())
        {
            *value = Field::Text(out.pseudonym(&text).into());
        }
    }
}

fn text_of(value: &Field<'_>) -> Option<String> {
    match value {
        Field::Text(text) | Field::Written(text) => Some(text.trim().to_owned()),
        Field::Int(number) => Some(number.to_string()),
        Field::Float(number) => Some(number.to_string()),
        Field::Null | Field::Bool(_) | Field::Nested(_) => None,
    }
}

/// The same inside an object or a list that has a name.
fn hide_nested(name: &str, value: &mut Value, out: &Rows) {
    match value {
        Value::Object(map) => {
            let is_of_account = is_word(name);
            for (inner, value) in map.iter_mut() {
                if value.is_object() || value.is_array() {
                    hide_nested(inner, value, out);
                } else if is_account(inner) || is_of_account && is_one_of(inner, IDENTIFIERS) {
                    hide_scalar(value, out);
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                if value.is_object() || value.is_array() {
                    hide_nested(name, value, out);
                } else if is_account(name) {
                    hide_scalar(value, out);
                }
            }
        }
        _ => {}
    }
}

fn hide_scalar(value: &mut Value, out: &Rows) {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    if !NOBODY.contains(&text.as_str()) {
        *value = Value::String(out.pseudonym(&text));
    }
}

/// Whether the last part of a name says whose account it was: `user_id`, `http.user.email`.
fn is_account(name: &str) -> bool {
    // Nearly all names are told by their first letters, without a look at the lists.
    if begins_like_one(name) && is_listed(name) {
        return true;
    }
    // What stands before a point is where the field is, not what it is.
    let point = memchr::memchr(b'.', name.as_bytes());
    point.is_some_and(|at| is_account(&name[at + 1..]))
}

/// Whether a name may be of one of the lists.
fn begins_like_one(name: &str) -> bool {
    let [first, second, third, ..] = name.trim_start_matches(['@', '_']).as_bytes() else { return false };
    let start = [first, second, third].map(u8::to_ascii_lowercase);
    STARTS.contains(&start)
}

fn is_listed(name: &str) -> bool {
    let mut buffer = [0; LONGEST];
    let Some(plain) = plain(name, &mut buffer) else { return false };
    let is_of = |word: &str| plain.strip_prefix(word).is_some_and(|rest| IDENTIFIERS.contains(&rest));
    ALONE.contains(&plain) || ACCOUNTS.iter().any(|word| is_of(word))
}

/// Whether a name is a word for somebody with an account.
fn is_word(name: &str) -> bool {
    is_one_of(name.rsplit('.').next().unwrap_or(name), ACCOUNTS)
}

fn is_one_of(name: &str, words: &[&str]) -> bool {
    let mut buffer = [0; LONGEST];
    plain(name, &mut buffer).is_some_and(|plain| words.contains(&plain))
}

/// A name in lower case without separators; `None` for a long one, or one with other letters.
fn plain<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let mut length = 0;
    for byte in name.bytes() {
        match byte {
            b'_' | b'-' | b'.' | b' ' | b'@' => {}
            _ if byte.is_ascii_alphanumeric() => {
                *buffer.get_mut(length)? = byte.to_ascii_lowercase();
                length += 1;
            }
            _ => return None,
        }
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ingest::redact::Redactor;
    use crate::ingest::sources::json_fields::{parse, to_sorted_json};

    fn hidden(text: &str, keep: &[String]) -> String {
        let rows = Rows::new("a", "s", "log_records", Arc::new(Redactor::new([7; 32], &[], keep)));
        let mut fields = parse(text).unwrap();
        hide(&mut fields, &rows);
        to_sorted_json(fields)
    }

    #[test]
    fn knows_names_in_every_spelling() {
        for name in [
            "user",
            "user_id",
            "userId",
            "User-ID",
            "user.name",
            "username",
            "login",
            "account",
            "accountNumber",
            "customer_id",
            "email",
            "user.email",
            "http.request.user_id",
            "usr.id",
            "enduser.id",
            "member_no",
        ] {
            assert!(is_account(name), "{name}");
        }
        for name in [
            "",
            "users",
            "user_agent",
            "user_agent.original",
            "user_count",
            "users.count",
            "accounting",
            "account_type",
            "customer_segment",
            "loglevel",
            "uid",
            "client",
            "client_id",
            "mailbox_size",
            "viewers",
            "nom_d\u{2019}utilisateur",
        ] {
            assert!(!is_account(name), "{name}");
        }
        assert!(!is_account(&"user".repeat(100)));
    }

    #[test]
    fn the_first_letters_are_those_of_the_lists() {
        let starts = |name: &str| STARTS.iter().any(|start| name.as_bytes().starts_with(start));
        assert!(ACCOUNTS.iter().chain(ALONE).all(|name| starts(name)));
        assert!(STARTS.iter().all(|start| ACCOUNTS.iter().chain(ALONE).any(|name| name.as_bytes().starts_with(start))));
    }

    #[test]
    fn equal_accounts_have_equal_pseudonyms() {
        let text = hidden(r#"{"user_id":501,"owner":{"user":{"id":"501","plan":"gold"}},"code":501}"#, &[]);
        let pseudonym = text.split("\"user_id\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(pseudonym.starts_with("person-"), "{text}");
        assert_eq!(
            text,
            format!(
                r#"{{"code":501,"owner":{{"user":{{"id":"{pseudonym}","plan":"gold"}}}},"user_id":"{pseudonym}"}}"#
            )
        );
    }

    #[test]
    fn lists_and_deep_objects_are_searched() {
        let text =
            hidden(r#"{"emails":["a"],"email":["jo@mail.example",7],"a":[{"login":"jo"},[{"login":"jo"}]]}"#, &[]);
        assert!(!text.contains("jo") && text.contains("\"emails\":[\"a\"]") && !text.contains(",7]"), "{text}");
    }

    #[test]
    fn nobody_and_what_the_user_keeps_stay() {
        let text = r#"{"user":"root","user_id":null,"user_name":true,"username":"-"}"#;
        assert_eq!(hidden(text, &[]), r#"{"user":"root","user_name":true,"username":"-"}"#);
        assert_eq!(hidden(r#"{"user":"jo"}"#, &["person".into()]), r#"{"user":"jo"}"#);
    }
}

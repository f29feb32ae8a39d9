//! Secrets: values of keys such as `password=` and `token:`, bearer tokens, JWT, and the fixed
//! shapes of well-known keys.
//!
//! Comes in: a text and the position of a sign or word that gives a secret away. Goes out: the
//! span of the secret alone, the key before it stays. What a log says *about* a secret (`token:
//! expired`) stays too.

use super::kind::{Kind, Span};
use super::words::{Folded, is_blank};

/// Ends of key names whose values are secret; `-` and `_` are left out before comparing.
const KEYS: [&str; 22] = [
    "password",
    "passwd",
    "passwort",
    "pwd",
    "passphrase",
    "motdepasse",
    "mdp",
    "secret",
    "token",
    "jeton",
    "apikey",
    "accesskey",
    "accesskeyid",
    "secretkey",
    "privatekey",
    "signature",
    "sig",
    "credential",
    "credentials",
    "authkey",
    "sessionkey",
    "pincode",
];
/// What logs say about secrets.
const STATES: [&str; 40] = [
    "absent",
    "bad",
    "changed",
    "changee",
    "empty",
    "error",
    "expire",
    "expired",
    "failed",
    "failure",
    "false",
    "found",
    "generated",
    "incorrect",
    "invalid",
    "invalide",
    "is",
    "malformed",
    "mismatch",
    "missing",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "ok",
    "oublie",
    "perdu",
    "present",
    "redacted",
    "refresh",
    "rejected",
    "required",
    "reset",
    "rotated",
    "true",
    "undefined",
    "unknown",
    "valid",
    "wrong",
];

/// The value behind the `=` or `:` at `sign`, when its key is that of a secret.
pub(super) fn value(text: &str, sign: usize) -> Option<Span> {
    if !is_secret_key(text, sign) {
        return None;
    }
    let is_prose = text.as_bytes()[sign] == b':';
    let blanks = &text[sign + 1..];
    let inner = blanks.trim_start_matches(is_blank);
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\'' | '\\'));
    let unquoted = inner.trim_start_matches(['\\', '"', '\'']);
    let start = text.len() - unquoted.len();
    let is_end = |c: char| match quote {
        Some(_) => matches!(c, '"' | '\'' | '\\' | '\n'),
        None => c.is_whitespace() || matches!(c, '&' | '"' | '\'' | ',' | ';' | ')' | '}' | ']' | '<' | '#'),
    };
    let length = unquoted.find(is_end).unwrap_or(unquoted.len());
    let secret = unquoted[..length].trim_end_matches(['.', '!', '?']);
    if let Some(rest) = bearer_word(secret).and_then(|word| unquoted.get(word.len()..)) {
        return scheme(text, text.len() - rest.len());
    }
    let has_sign = secret.chars().any(|c| !c.is_alphabetic());
    // Crashes have short signatures too.
    let least = if is_signature(text, sign) { 16 } else { 3 };
    let is_plausible = secret.chars().count() >= least && (has_sign || !is_prose || quote.is_some());
    let is_state =
        Folded::new(secret).is_in(&STATES) || secret.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X' | '-'));
    let is_pseudonym = secret.starts_with("secret-") || secret.contains("<*>") || secret.starts_with("${");
    (is_plausible && !is_state && !is_pseudonym).then(|| Span::new(start, start + secret.len(), Kind::Secret))
}

fn is_signature(text: &str, sign: usize) -> bool {
    let key = text[..sign].trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).as_bytes();
    [b"sig".as_slice(), b"signature"]
        .iter()
        .any(|end| key.len() >= end.len() && key[key.len() - end.len()..].eq_ignore_ascii_case(end))
}

fn bearer_word(secret: &str) -> Option<&str> {
    ["bearer", "basic"].iter().any(|word| word.eq_ignore_ascii_case(secret)).then_some(secret)
}

/// Whether the identifier that ends before `sign` (blanks and quotes between) names a secret.
fn is_secret_key(text: &str, sign: usize) -> bool {
    let bytes = &text.as_bytes()[..sign];
    let gap = bytes.iter().rev().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ')).count();
    // A no-break space stands before the colon in French.
    let gap = if bytes.ends_with("\u{a0}".as_bytes()) || bytes.ends_with("\u{202f}".as_bytes()) {
        sign - text[..sign].trim_end_matches(is_blank).len()
    } else {
        gap
    };
    let bytes = &bytes[..sign - gap];
    let [.., a, b] = *bytes else { return false };
    // Most keys end otherwise.
    let may_be = matches!(
        &[a | 0x20, b | 0x20],
        b"rd"
            | b"wd"
            | b"rt"
            | b"se"
            | b"dp"
            | b"et"
            | b"en"
            | b"on"
            | b"ey"
            | b"re"
            | b"ig"
            | b"al"
            | b"ls"
            | b"de"
            | b"id"
    );
    if !may_be {
        return false;
    }
    let mut key = [0; 40];
    let mut first = key.len();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    for byte in bytes.iter().rev().take(40).take_while(is_part).filter(|byte| byte.is_ascii_alphanumeric()) {
        first -= 1;
        key[first] = byte.to_ascii_lowercase();
    }
    let key = &key[first..];
    let is_phrase = bytes.len() >= 12 && bytes[bytes.len() - 12..].eq_ignore_ascii_case(b"mot de passe");
    is_phrase || KEYS.iter().any(|name| key.ends_with(name.as_bytes()) && (*name != "sig" || key == b"sig"))
}

/// The credential behind the word `Bearer` or `Basic` that ends at `end`.
pub(super) fn scheme(text: &str, end: usize) -> Option<Span> {
    let rest = &text[end..];
    let trimmed = rest.trim_start_matches(|c| is_blank(c) || c == ':');
    let start = text.len() - trimmed.len();
    let length = trimmed.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(byte)).count();
    let token = trimmed[..length].trim_end_matches(['.', '-']);
    let has_digit = token.bytes().any(|byte| byte.is_ascii_digit());
    let is_mixed = token.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && token.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_token = (token.len() >= 8 && (has_digit || is_mixed || token.ends_with('='))) || token.len() >= 24;
    (trimmed.len() < rest.len() && is_token && !token.starts_with("secret-"))
        .then(|| Span::new(start, start + token.len(), Kind::Secret))
}

/// A JWT or a key of a well-known shape that begins with the word from `start` to `end`.
pub(super) fn shaped(text: &str, start: usize, end: usize) -> Option<Span> {
    let rest = &text[start..];
    let is_joined = matches!(text.as_bytes().get(end), Some(b'_' | b'-' | b'.'));
    if !(is_joined || end - start >= 20) {
        return None;
    }
    let run =
        |extra: &[u8]| rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || extra.contains(byte)).count();
    let (length, least) = if rest.starts_with("eyJ") {
        let length = run(b"_-.");
        let dots = rest[..length].bytes().filter(|byte| *byte == b'.').count();
        (if dots >= 2 { length } else { 0 }, 20)
    } else if ["AKIA", "ASIA"].iter().any(|prefix| rest.starts_with(prefix)) {
        let length = run(b"");
        let is_upper = rest[..length].bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        (if is_upper { length } else { 0 }, 20)
    } else if has_prefix(rest) {
        (run(b"_-"), 20)
    } else {
        return None;
    };
    (length >= least).then(|| Span::new(start, start + rest[..length].trim_end_matches(['.', '-']).len(), Kind::Secret))
}

fn has_prefix(rest: &str) -> bool {
    matches!(rest.as_bytes()[0], b'g' | b'x' | b's' | b'r' | b'A' | b'h')
        && PREFIXES.iter().any(|prefix| rest.starts_with(prefix))
}

const PREFIXES: [&str; 12] = [
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "AIza",
    "hvs",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Option<&str> {
        let sign = text.find(['=', ':'])?;
        value(text, sign).map(|span| &text[span.start..span.end])
    }

    #[test]
    fn values_of_secret_keys_are_found() {
        for (text, expected) in [
            ("password=hunter", "hunter"),
            ("?api_key=abc123&x=1", "abc123"),
            ("\"access_token\":\"a-b-c\"", "a-b-c"),
            ("mot de passe : Azerty12", "Azerty12"),
            ("DB_PASSWORD='two words'", "two words"),
            ("X-Api-Key: 99aa", "99aa"),
        ] {
            assert_eq!(secret(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_said_about_secrets_stays() {
        for text in [
            "token: expired",
            "password=***",
            "tokens=512",
            "cache_key=ch1",
            "secret:",
            "token=null",
            "a=b",
            "password: required",
            "design=new",
            "=",
            "signature=0x714",
        ] {
            assert_eq!(secret(text), None, "{text}");
        }
    }

    #[test]
    fn shapes_are_found() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        assert_eq!(shaped(jwt, 0, 20).map(|span| span.end), Some(jwt.len()));
        assert!(shaped("AKIAIOSFODNN7EXAMPLE", 0, 20).is_some());
        assert!(shaped("eyJ", 0, 3).is_none() && shaped("AKIAtest", 0, 8).is_none());
        assert!(scheme("Bearer abcdef123456", 6).is_some());
        assert!(scheme("Basic authentication", 5).is_none());
    }
}

//! Addresses: e-mail, social handles, user and password in URLs, IPv4 and IPv6.
//!
//! Comes in: a text and the position of the sign that gives an address away. Goes out: the span.
//! Addresses that name no person stay (unspecified, loopback, broadcast), so do times, hashes,
//! version numbers behind a `v` and decorators such as `@timestamp`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::kind::{Kind, Span};
use super::pseudonym::end_of_pseudonym;
use super::words::{Folded, is_blank, is_free_after, is_free_before, is_word, word_before, word_end};

/// What stands around an `@` (or `%40`) of `width` bytes.
pub(super) fn around_at(text: &str, at: usize, width: usize) -> Option<Span> {
    credentials(text, at).or_else(|| email(text, at, at + width)).or_else(|| handle(text, at).filter(|_| width == 1))
}

/// An e-mail address whose sign covers `at..after`.
fn email(text: &str, at: usize, after: usize) -> Option<Span> {
    let local = text[..at].char_indices().rev().take_while(|(_, c)| is_local(*c)).take(64).last()?.0;
    let start = local + text[local..at].len() - text[local..at].trim_start_matches(['.', '\'', '-', '=']).len();
    let end = domain_end(text, after)?;
    (start < at).then(|| Span::new(start, end, Kind::Email))
}

fn is_local(c: char) -> bool {
    is_word(c) || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'')
}

/// End of a host name with a top-level domain of letters.
fn domain_end(text: &str, start: usize) -> Option<usize> {
    let length: usize =
        text[start..].chars().take_while(|c| is_word(*c) || matches!(c, '.' | '-')).take(253).map(char::len_utf8).sum();
    let domain = text[start..start + length].trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let is_top = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    (is_top && !name.is_empty() && !name.starts_with('.')).then_some(start + domain.len())
}

/// Longest user and password of an address, in bytes.
const LONGEST_CREDENTIALS: usize = 200;

/// `user:password` of `scheme://user:password@host`.
fn credentials(text: &str, at: usize) -> Option<Span> {
    // Not the whole text before: one with many signs would take the square of its length.
    let near = text.floor_char_boundary(at.saturating_sub(LONGEST_CREDENTIALS + 3));
    let start = near + text[near..at].rfind("://")? + 3;
    let inside = &text[start..at];
    let is_one = !inside.is_empty()
        && inside.len() <= LONGEST_CREDENTIALS
        && inside.contains(':')
        && !inside.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@' | '"' | '?' | '#'));
    is_one.then(|| Span::new(start, at, Kind::Secret))
}

/// Words behind `@` that name fields, annotations and groups, not people.
const NO_HANDLES: [&str; 21] = [
    "all",
    "author",
    "babel",
    "channel",
    "everyone",
    "here",
    "import",
    "media",
    "message",
    "next",
    "override",
    "param",
    "return",
    "returns",
    "see",
    "since",
    "throws",
    "timestamp",
    "type",
    "types",
    "version",
];

/// A handle such as `@name` that begins with the sign at `at`; the span leaves the sign out.
fn handle(text: &str, at: usize) -> Option<Span> {
    let start = at + 1;
    let before = text[..at].chars().next_back();
    let first = word_end(text, start);
    if first < text.len() && end_of_pseudonym(text, start, first).is_some() {
        return None;
    }
    let is_open = !before.is_some_and(|c| is_word(c) || matches!(c, '@' | '/' | '_' | '-'));
    let is_dotted = text[..at].strip_suffix('.').is_some_and(|word| word.ends_with(is_word));
    if !is_open || is_dotted {
        return None;
    }
    let length: usize =
        text[start..].chars().take_while(|c| is_word(*c) || matches!(c, '_' | '.' | '-')).map(char::len_utf8).sum();
    let name = text[start..start + length].trim_end_matches(['.', '-']);
    let has_letter = name.chars().any(char::is_alphabetic);
    let count = name.chars().count();
    let is_time = name.starts_with(|c: char| c.is_ascii_digit()) && count <= 6 && name.contains(['h', 'H']);
    let is_code = matches!(text[start + length..].chars().next(), Some('/' | '(' | '{' | '='));
    if !has_letter || !(2..=40).contains(&count) || is_time || is_code || Folded::new(name).is_in(&NO_HANDLES) {
        return None;
    }
    Some(Span::new(start, start + name.len(), Kind::Handle))
}

/// `name (at) domain.example`, `name [arobase] domaine point example`; the word in brackets is
/// `start..end`.
pub(super) fn spelled_email(text: &str, start: usize, end: usize) -> Option<Span> {
    if !Folded::new(&text[start..end]).is_in(&["at", "arobase", "arobas", "chez"]) {
        return None;
    }
    let open = text[..start].strip_suffix(['(', '['])?;
    let local_end = open.trim_end_matches(is_blank).len();
    let local = text[..local_end].char_indices().rev().take_while(|(_, c)| is_local(*c)).last()?.0;
    let rest = text[end..].strip_prefix([')', ']'])?.trim_start_matches(is_blank);
    let domain = text.len() - rest.len();
    let stop = domain_end(text, domain).or_else(|| spelled_domain(text, domain))?;
    Some(Span::new(local, stop, Kind::Email))
}

/// `domaine point example`, `mail dot domain dot example`.
fn spelled_domain(text: &str, start: usize) -> Option<usize> {
    let mut end = word_end(text, start);
    let mut dots = 0;
    for _ in 0..4 {
        let Some(next) = text[end..].strip_prefix(' ').map(|_| end + 1) else { break };
        let dot = word_end(text, next);
        if !Folded::new(&text[next..dot]).is_in(&["point", "dot"]) || !text[dot..].starts_with(' ') {
            break;
        }
        dots += 1;
        end = word_end(text, dot + 1);
    }
    (dots > 0 && end > start).then_some(end)
}

/// A dotted quad that begins at `start`.
pub(super) fn ipv4(text: &str, start: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let length = bytes[start..].iter().take(16).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let quad = text[start..start + length].trim_end_matches('.');
    if quad.len() < 7 || quad.bytes().filter(|byte| *byte == b'.').count() != 3 {
        return None;
    }
    let end = start + quad.len();
    let address: Ipv4Addr = quad.parse().ok()?;
    let is_free = is_free_after(text, end) && !matches!(&bytes[..start], [.., b'0'..=b'9', b'.'] | [.., b'.' | b'_']);
    let is_nobody = address.is_unspecified() || address.is_loopback() || address.is_broadcast();
    (is_free && !is_nobody && !is_version(text, start, address)).then(|| Span::new(start, end, Kind::Ip))
}

/// Whether a dotted quad is the version of a product: `Browser/120.0.0.0`, `version 6.2.0.1`.
fn is_version(text: &str, start: usize, address: Ipv4Addr) -> bool {
    let [_, second, third, fourth] = address.octets();
    let before = &text[..start];
    let is_product = before.strip_suffix('/').is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphabetic()));
    let is_round = (second, third, fourth) == (0, 0, 0);
    let words = ["version", "versions", "firmware", "release", "build", "ver", "rev", "v"];
    is_round
        || (is_product && (third, fourth) == (0, 0))
        || (before.ends_with(is_blank) && word_before(text, start).is_some_and(|word| word.is_in(&words)))
}

/// An IPv6 address that begins at `start`; the word there ends at `end` and a colon follows.
pub(super) fn ipv6(text: &str, start: usize, end: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let word = &bytes[start..end];
    if !(3..=4).contains(&word.len()) || !word.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    if !is_free_before(text, start) || matches!(bytes[..start], [.., b':']) {
        return None;
    }
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let length = bytes[start..].iter().take(46).take_while(is_part).count();
    let address = text[start..start + length].trim_end_matches(['.', ':']);
    let parsed: Ipv6Addr = address.parse().ok()?;
    let has_digit = address.bytes().any(|byte| byte.is_ascii_digit());
    let stop = start + address.len();
    (has_digit && !parsed.is_loopback() && is_free_after(text, stop)).then(|| Span::new(start, stop, Kind::Ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(Kind, &str)> {
        let span = around_at(text, text.find('@')?, 1)?;
        Some((span.kind, &text[span.start..span.end]))
    }

    #[test]
    fn the_at_sign_gives_away_three_kinds() {
        assert_eq!(at("écrire à zoe.t+tv@mail.example."), Some((Kind::Email, "zoe.t+tv@mail.example")));
        assert_eq!(at("merci @zoe_t!"), Some((Kind::Handle, "zoe_t")));
        assert_eq!(at("ftp://zoe:pw@files.example/a"), Some((Kind::Secret, "zoe:pw")));
        for text in ["@", "a@b", "x @ 20:44", "@20h44", "lib@1.2.3", "\"@timestamp\"", "@scope/package", "@@"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn spelled_addresses_are_found() {
        for text in ["zoe (at) mail.example", "zoe [arobase] mail point example"] {
            let start = text.find(['(', '[']).unwrap() + 1;
            let span = spelled_email(text, start, word_end(text, start));
            assert_eq!(span, Some(Span::new(0, text.len(), Kind::Email)), "{text}");
        }
    }

    #[test]
    fn quads_are_addresses_unless_versions() {
        let quad = |text: &str| ipv4(text, text.find(|c: char| c.is_ascii_digit()).unwrap()).is_some();
        assert!(quad("from 192.0.2.7:443") && quad("192.0.2.7.") && quad("http://192.0.2.7/"));
        assert!(!quad("127.0.0.1") && !quad("Browser/120.0.0.0") && !quad("version 6.2.0.1"));
        assert!(!quad("1.2.3.4.5") && !quad("300.1.1.1") && !quad("192.0.2.7x"));
    }

    #[test]
    fn six_groups_of_time_are_no_address() {
        let six = |text: &str| ipv6(text, 0, word_end(text, 0)).is_some();
        assert!(six("2001:db8::7") && six("fe80::1") && six("2001:db8:0:0:0:0:0:7 down"));
        assert!(!six("204:44:01") && !six("add::new") && !six("2001") && !six("2001:db8::7z"));
    }
}

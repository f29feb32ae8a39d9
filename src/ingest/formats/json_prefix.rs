//! Reads the beginning of a JSON document: what is whole is kept, open brackets are closed. Used
//! for samples only; records are read whole by `json`.

use serde_json::Value;

/// A document that is wrong after this many bytes is damaged JSON; before, it is no JSON at all
/// (log lines often begin with a bracket).
const TRUSTED: usize = 4096;

/// Open brackets up to which the text is looked into; the parser refuses more than 128.
const MAX_DEPTH: usize = 100;

/// The document as far as it goes; `None` when the text is not JSON.
pub fn parse(text: &str, is_whole: bool) -> Option<Value> {
    let text = text.trim_start();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if is_whole && let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut scan = Scan { stack: Vec::new(), safe: (0, 0), needs_key: false, is_done: false, is_deep: false };
    let stopped = scan.run(text.as_bytes());
    if let Some(at) = stopped.filter(|_| scan.is_done)
        && is_stream(&text[..at], &text[at..])
    {
        return serde_json::from_str(&text[..at]).ok();
    }
    let is_believed = match stopped {
        None => !scan.is_done || is_whole,
        Some(at) => at >= TRUSTED && !scan.is_done,
    };
    if !is_believed {
        return None;
    }
    let (end, depth) = scan.safe;
    let mut whole = text[..end].to_owned();
    whole.extend(scan.stack[..depth].iter().rev().map(|open| if *open == b'{' { '}' } else { ']' }));
    serde_json::from_str(&whole).ok()
}

/// Whether a document is followed by another one, as `kubectl --watch` and `jq` write them: over
/// several lines, or arrays of objects. Objects one a line are NDJSON.
fn is_stream(document: &str, rest: &str) -> bool {
    let is_list = document.strip_prefix('[').is_some_and(|inside| inside.trim_start().starts_with('{'));
    (is_list || document.trim_end().contains('\n')) && rest.starts_with(['{', '['])
}

struct Scan {
    stack: Vec<u8>,
    /// Where the text can be cut, and how many brackets are open there.
    safe: (usize, usize),
    /// Whether the next string is a key, or a key was read and its value is not whole.
    needs_key: bool,
    is_done: bool,
    /// Whether brackets were nested too deep: nothing behind them is looked at.
    is_deep: bool,
}

impl Scan {
    /// Goes through the text; answers where it stops being JSON.
    fn run(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            if self.is_done {
                return Some(at);
            }
            at = match self.step(bytes, at) {
                Step::To(next) => next,
                Step::Cut => return None,
                Step::Wrong => return Some(at),
            };
        }
        None
    }

    fn step(&mut self, bytes: &[u8], at: usize) -> Step {
        match bytes[at] {
            open @ (b'{' | b'[') => {
                self.stack.push(open);
                self.needs_key = open == b'{';
                self.is_deep |= self.stack.len() > MAX_DEPTH;
                self.may_cut(at + 1);
            }
            close @ (b'}' | b']') => {
                // What is open stays so when the bracket is wrong: it is closed at the last safe place.
                if self.stack.last() != Some(if close == b'}' { &b'{' } else { &b'[' }) {
                    return Step::Wrong;
                }
                self.stack.pop();
                self.is_done = self.stack.is_empty();
                self.needs_key = false;
                self.may_cut(at + 1);
            }
            b',' => self.needs_key = self.stack.last() == Some(&b'{'),
            b':' => self.needs_key = false,
            b'"' => return self.string(bytes, at),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => return self.scalar(bytes, at),
            _ => return Step::Wrong,
        }
        Step::To(at + 1)
    }

    /// The text can be cut here.
    fn may_cut(&mut self, at: usize) {
        if !self.is_deep {
            self.safe = (at, self.stack.len());
        }
    }

    fn string(&mut self, bytes: &[u8], at: usize) -> Step {
        let mut end = at + 1;
        loop {
            match bytes.get(end) {
                None => return Step::Cut,
                Some(b'\\') => end += 2,
                Some(b'"') => break,
                Some(_) => end += 1,
            }
        }
        if !self.needs_key {
            self.may_cut(end + 1);
        }
        Step::To(end + 1)
    }

    fn scalar(&mut self, bytes: &[u8], at: usize) -> Step {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
        let Some(length) = bytes[at..].iter().position(ends) else { return Step::Cut };
        let word = &bytes[at..at + length];
        if serde_json::from_slice::<Value>(word).is_err() {
            return Step::Wrong;
        }
        self.may_cut(at + length);
        Step::To(at + length)
    }
}

enum Step {
    To(usize),
    Cut,
    Wrong,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn closes_what_is_open() {
        let text = r#"{"series": [{"p": [[1, 2.5], [2, 3"#;
        assert_eq!(parse(text, false), Some(json!({"series": [{"p": [[1, 2.5], [2]]}]})));
        assert_eq!(parse(r#"{"a": 1, "b"#, false), Some(json!({"a": 1})));
        assert_eq!(parse(r#"{"a": 1, "b":"#, false), Some(json!({"a": 1})));
        assert_eq!(parse(r#"[{"a": "x\"y"}, {"a": "cut \"#, false), Some(json!([{"a": "x\"y"}, {}])));
    }

    #[test]
    fn takes_a_whole_document_and_a_truncated_one() {
        assert_eq!(parse("[1]", true), Some(json!([1])));
        assert_eq!(parse("[1, {\"a\": 2", true), Some(json!([1, {}])));
    }

    #[test]
    fn takes_the_first_of_several_documents() {
        assert_eq!(parse("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", true), Some(json!({"a": 1})));
        assert_eq!(parse("[{\"a\": 1}][{\"a\": 2", false), Some(json!([{"a": 1}])));
    }

    #[test]
    fn keeps_what_stands_before_brackets_without_end() {
        let text = format!("[1, 2, {}", "[".repeat(100_000));
        let parsed = parse(&text, false).unwrap();
        assert_eq!((&parsed[0], &parsed[1]), (&json!(1), &json!(2)));
    }

    #[test]
    fn keeps_what_stands_before_a_wrong_bracket() {
        let text = format!("[{{\"a\": \"{}\"}}, [1 }}", "x".repeat(TRUSTED));
        let parsed = parse(&text, true).unwrap();
        assert_eq!((parsed.as_array().unwrap().len(), &parsed[1]), (2, &json!([1])));
        assert_eq!(parse(&format!("[{}}}", " ".repeat(TRUSTED)), true), Some(json!([])));
    }

    #[test]
    fn refuses_what_only_begins_like_json() {
        assert_eq!(parse("[Sun Dec 04 04:47:44 2005] [notice] started", true), None);
        assert_eq!(parse("[10.30 16:49:06] open", true), None);
        assert_eq!(parse("{\"a\":1}\n{\"a\":2}\n", true), None);
        assert_eq!(parse("", true), None);
        assert_eq!(parse("{\"a\" 1}]", true), None);
    }
}

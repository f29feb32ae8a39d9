//! One JSON value a line: what stands around the value, and whether a text is of this kind.

use serde_json::Value;

/// Lines looked at.
const SAMPLED: usize = 200;

/// The value of a line, without the record separator of RFC 7464, the `data:` of an event stream
/// or the mark of a file that was appended; empty when the line holds nothing, as the other lines
/// of an event stream do.
pub fn value(line: &str) -> &str {
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1e}' | '\u{feff}'));
    if let Some(data) = line.strip_prefix("data:") {
        return data.trim_start();
    }
    let is_framing = ["event:", "id:", "retry:", ":"].iter().any(|field| line.starts_with(field));
    if is_framing { "" } else { line }
}

/// The first lines as JSON objects; empty unless most lines are objects of their own.
pub fn sample(text: &str, is_whole: bool) -> Vec<Value> {
    let mut lines: Vec<&str> = text.lines().map(value).filter(|line| !line.is_empty()).take(SAMPLED).collect();
    if !is_whole && !text.ends_with('\n') && lines.len() < SAMPLED {
        lines.pop();
    }
    if !lines.first().is_some_and(|line| line.starts_with('{')) {
        return Vec::new();
    }
    let objects: Vec<Value> =
        lines.iter().filter(|line| line.starts_with('{')).filter_map(|line| serde_json::from_str(line).ok()).collect();
    if objects.len() * 2 > lines.len() { objects } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_objects_and_passes_over_a_broken_line() {
        assert_eq!(sample("{\"a\":1}\n{\"a\":\n{\"a\":3}\n", true).len(), 2);
        assert_eq!(sample("data: {\"a\":1}\n\n\u{1e}{\"a\":2}\n", true).len(), 2);
        assert_eq!(sample("id: 7\nevent: log\ndata: {\"a\":1}\n\n: ping\n\u{feff}{\"a\":2}\n", true).len(), 2);
    }

    #[test]
    fn refuses_a_document_over_several_lines() {
        assert!(sample("{\n \"a\": 1\n}\n", true).is_empty());
        assert!(sample("[\n{\"a\":1}\n]\n", true).is_empty());
        assert!(sample("", true).is_empty());
    }
}

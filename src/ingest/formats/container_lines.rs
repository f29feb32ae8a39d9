//! Lines of container logs: a line of a program that was too long for its runtime stands there in
//! parts, which are joined again.
//!
//! In: lines, of Docker's json-file (a `log` without a line end goes on) or of CRI (tag `P` goes
//! on, `F` ends). Out: lines of the same form, whole ones as they are. Parts of standard output and
//! standard error may alternate. A part that is not continued is given as it is.

use serde_json::Value;

/// Text between two parts of one line, in bytes, after which nothing more is expected: runtimes
/// write parts of 16 KiB, and both streams at once.
const MOST_BETWEEN: usize = 1024 * 1024;

/// Joins parts while lines go past.
#[derive(Debug, Default)]
pub struct Joiner {
    open: [Option<Open>; 2],
    /// Text that went past.
    position: usize,
}

/// A line of which parts are missing.
#[derive(Debug)]
struct Open {
    /// Number of the line with its first part.
    first: u64,
    /// Where its last part ended.
    seen: usize,
    text: String,
}

/// What one line of a log says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    /// 0 is standard output, 1 standard error.
    stream: usize,
    /// Whether the line goes on in the next part.
    goes_on: bool,
}

impl Joiner {
    /// Takes the next line with its number, and gives what is whole.
    pub fn take(&mut self, number: u64, line: &str, give: &mut impl FnMut(u64, &str)) {
        self.position += line.len() + 1;
        for open in &mut self.open {
            if let Some(stale) = open.take_if(|open| self.position - open.seen > MOST_BETWEEN) {
                give(stale.first, &stale.text);
            }
        }
        let Some(part) = part(line, self.is_between()) else {
            give(number, line);
            return;
        };
        let open = match self.open[part.stream].take() {
            None if !part.goes_on => {
                give(number, line);
                return;
            }
            None => Open { first: number, seen: self.position, text: line.to_owned() },
            Some(open) => Open { seen: self.position, text: joined(&open.text, line), ..open },
        };
        if part.goes_on {
            self.open[part.stream] = Some(open);
        } else {
            give(open.first, &open.text);
        }
    }

    /// Gives what was not continued.
    pub fn finish(self, give: &mut impl FnMut(u64, &str)) {
        for open in self.open.into_iter().flatten() {
            give(open.first, &open.text);
        }
    }

    /// Whether no line is open.
    fn is_between(&self) -> bool {
        self.open.iter().all(Option::is_none)
    }
}

/// Position after the last line at which no other is open, in a text of whole lines.
pub fn boundary(text: &str) -> usize {
    let mut joiner = Joiner::default();
    let (mut at, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        joiner.take(0, line.trim_end_matches(['\n', '\r']), &mut |_, _| {});
        if joiner.is_between() {
            end = at;
        }
    }
    end
}

/// What a line is a part of; none when it is no line of a container log, or surely a whole one.
/// `is_between` says that no line is open, so that a whole one need not be looked at closely.
fn part(line: &str, is_between: bool) -> Option<Part> {
    if line.starts_with('{') {
        if is_between && line.contains("\\n\"") {
            return None;
        }
        let record: Value = serde_json::from_str(line).ok()?;
        let goes_on = !record["log"].as_str()?.ends_with('\n');
        return Some(Part { stream: stream(record["stream"].as_str()?)?, goes_on });
    }
    let mut words = line.splitn(4, ' ');
    let (_, stream_name, tags) = (words.next()?, words.next()?, words.next()?);
    let goes_on = match tags.split(':').next()? {
        "P" => true,
        "F" => false,
        _ => return None,
    };
    Some(Part { stream: stream(stream_name)?, goes_on })
}

fn stream(name: &str) -> Option<usize> {
    ["stdout", "stderr"].iter().position(|known| *known == name)
}

/// Two parts as one line, with the time of the first and the tag of the last.
fn joined(first: &str, next: &str) -> String {
    if first.starts_with('{') {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let (mut record, next) = (parsed(first), parsed(next));
        let log = [&record["log"], &next["log"]].map(|log| log.as_str().unwrap_or_default()).concat();
        if let Value::Object(fields) = &mut record {
            fields.insert("log".to_owned(), Value::String(log));
        }
        return record.to_string();
    }
    let words = |text: &str, at: usize| text.splitn(4, ' ').nth(at).unwrap_or_default().to_owned();
    format!("{} {} {} {}{}", words(first, 0), words(first, 1), words(next, 2), words(first, 3), words(next, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joins(text: &str) -> Vec<(u64, String)> {
        let (mut joiner, mut found) = (Joiner::default(), Vec::new());
        let mut give = |number: u64, line: &str| found.push((number, line.to_owned()));
        for (number, line) in (1..).zip(text.lines()) {
            joiner.take(number, line, &mut give);
        }
        joiner.finish(&mut give);
        found
    }

    #[test]
    fn joins_parts_of_both_streams() {
        let text =
            "t1 stdout P one\nt2 stderr P a\nt3 stdout P  two\nt4 stderr F b\nt5 stdout F:x  three\nt6 stdout F four";
        assert_eq!(
            joins(text),
            [(2, "t2 stderr F ab".into()), (1, "t1 stdout F:x one two three".into()), (6, "t6 stdout F four".into()),]
        );
    }

    #[test]
    fn joins_parts_of_docker() {
        let text = r#"{"log":"half ","stream":"stdout","time":"t1"}
{"log":"no\n","stream":"stderr","time":"t2"}
{"log":"line\n","stream":"stdout","time":"t3"}
{"log":"end","stream":"stdout","time":"t4"}"#;
        assert_eq!(
            joins(text),
            [
                (2, r#"{"log":"no\n","stream":"stderr","time":"t2"}"#.into()),
                (1, r#"{"log":"half line\n","stream":"stdout","time":"t1"}"#.into()),
                (4, r#"{"log":"end","stream":"stdout","time":"t4"}"#.into()),
            ]
        );
    }

    #[test]
    fn a_part_that_is_not_continued_does_not_hold_up_the_others() {
        let text = format!("t stderr P lost\n{}", "t stdout F go\n".repeat(MOST_BETWEEN / 14 + 2));
        assert!(boundary(&text) > text.len() - 30);
        assert_eq!(joins(&text).iter().position(|(number, _)| *number == 1), Some(MOST_BETWEEN / 14));
    }

    #[test]
    fn cuts_where_no_line_is_open() {
        let whole = "t stdout P a\nt stdout F b\n";
        assert_eq!(boundary(&format!("{whole}t stdout P c\nt stderr F d\n")), whole.len());
        assert_eq!(boundary("t stdout P a\n"), 0);
        assert_eq!(boundary("no such line\n"), 13);
    }

    #[test]
    fn hostile_lines_are_given_as_they_are() {
        for line in ["", "{", "{\"log\":7}", "a b P", "a stdout X b", "é", "[1]"] {
            assert_eq!(joins(line), if line.is_empty() { vec![] } else { vec![(1, line.to_owned())] });
        }
    }
}

//! Finds where the message begins in raw lines of an unknown format.
//!
//! In: a sample of lines of one file. Out: a [`Header`] that cuts every further line. Time, level, process, thread and
//! component are told from the message by what repeats over the file: a column whose shape (number, date, level,
//! bracket, dash) is the same in nearly all lines, counted both by lines and by distinct messages, belongs to the
//! header, and so does all that stands before it. It does not read the time: that is the work of ingestion.
//!
//! In the spirit of the position-frequency step of Brain (Yu et al., "Brain: Log Parsing With Bidirectional Parallel
//! Tree", IEEE TSC 2023, doi:10.1109/TSC.2023.3270566), applied to the shape of columns instead of their words.
//! O(sample × columns). The thresholds say "nearly all": nine lines of ten for shapes, less for the component, which
//! some lines of every system lack. An empty sample gives the empty header, which cuts nothing.

use std::collections::BTreeMap;

use super::mask::mask;

/// How to cut the header off the lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    columns: usize,
    dash_within: Option<usize>,
    component_at: Option<usize>,
    pipes: usize,
    first: Option<Shape>,
}

impl Header {
    /// Learns the header from sample lines.
    pub fn detect(lines: &[String]) -> Self {
        let sample = Sample::new(lines);
        if sample.lines.is_empty() {
            return Self::default();
        }
        let pipes = sample.pipes();
        if pipes > 0 {
            return Self { pipes, ..Self::default() };
        }
        let columns = sample.fixed_columns();
        let mut header = Self { columns, ..Self::default() };
        header.first = (columns > 0).then(|| sample.main_shape(0)).flatten();
        header.dash_within = sample.dash(columns);
        if header.dash_within.is_none() {
            header.component_at = sample.component(columns);
        }
        header
    }

    /// Learns what is left of a header in messages whose time and level are known: leading brackets, as in
    /// `[MY-011939] [Server] ready for connections`.
    pub(super) fn of_messages(lines: &[String]) -> Self {
        let sample = Sample::new(lines);
        let is_bracket = |column: &usize| sample.column_share(*column, |shape| shape == Shape::Bracket) >= AGREE;
        // One message alone would be all header.
        let is_varied = sample.distinct >= 5.0;
        Self {
            columns: (0..MOST_COLUMNS).take_while(|column| is_varied && is_bracket(column)).count(),
            ..Self::default()
        }
    }

    /// Number of leading columns that are cut.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether fields between `|` are cut.
    pub(super) fn has_pipes(&self) -> bool {
        self.pipes > 0
    }

    /// Whether nothing is cut.
    pub(super) fn is_empty(&self) -> bool {
        self.pipes == 0 && self.columns == 0 && self.dash_within.is_none() && self.component_at.is_none()
    }

    /// The byte at which the message of `line` begins; 0 when the line does not have the header.
    pub fn message_start(&self, line: &str) -> usize {
        if self.pipes > 0 {
            return after_pipes(line, self.pipes).unwrap_or(0);
        }
        if self.is_empty() {
            return 0;
        }
        let mut fields = Fields::of(line);
        let mut start = 0;
        for index in 0..self.columns {
            let Some(field) = fields.next() else { return 0 };
            if index == 0 && self.first.is_some_and(|first| first.is_number() && !shape(field).is_number()) {
                return 0;
            }
            start = fields.at;
        }
        self.tail(line, fields, start)
    }

    fn tail(&self, line: &str, mut fields: Fields<'_>, mut start: usize) -> usize {
        let mut probe = fields.clone();
        if let Some(within) = self.dash_within {
            for _ in 0..=within {
                match probe.next() {
                    Some("-") => return skip_spaces(line, probe.at),
                    Some(_) => {}
                    None => break,
                }
            }
        }
        if let Some(position) = self.component_at {
            for index in 0..=position {
                let Some(field) = fields.next() else { break };
                if ends_component(field, index) {
                    return skip_spaces(line, fields.at);
                }
                if index < position {
                    start = fields.at;
                }
            }
        }
        skip_spaces(line, start)
    }
}

/// Share of lines that must agree on the shape of a column.
const AGREE: f64 = 0.9;
/// Share of lines that must name a component.
const COMPONENT: f64 = 0.8;
/// Most columns a header has.
const MOST_COLUMNS: usize = 14;
/// Columns of unknown shape allowed before a time or level.
const GAP: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Time,
    Number,
    Level,
    Bracket,
    Dash,
    Component,
    Word,
}

impl Shape {
    fn is_number(self) -> bool {
        matches!(self, Shape::Time | Shape::Number)
    }
}

struct Sample<'a> {
    lines: Vec<(&'a str, f64)>,
    distinct: f64,
}

impl<'a> Sample<'a> {
    fn new(lines: &'a [String]) -> Self {
        let kept: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.trim().is_empty()).collect();
        let patterns: Vec<String> = kept.iter().map(|line| mask(line)).collect();
        let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
        for pattern in &patterns {
            *counts.entry(pattern).or_default() += 1.0;
        }
        let weighted =
            kept.iter().zip(&patterns).map(|(line, pattern)| (*line, 1.0 / counts[pattern.as_str()])).collect();
        Self { lines: weighted, distinct: counts.len() as f64 }
    }

    /// The smaller of the share by lines and the share by distinct messages that satisfy `test`.
    fn share(&self, test: impl Fn(&str) -> bool) -> f64 {
        let (mut by_line, mut by_pattern) = (0.0, 0.0);
        for (line, weight) in &self.lines {
            if test(line) {
                by_line += 1.0;
                by_pattern += weight;
            }
        }
        f64::min(by_line / self.lines.len() as f64, by_pattern / self.distinct)
    }

    fn column_share(&self, column: usize, test: impl Fn(Shape) -> bool) -> f64 {
        self.share(|line| Fields::of(line).nth(column).is_some_and(|field| test(shape(field))))
    }

    fn main_shape(&self, column: usize) -> Option<Shape> {
        [Shape::Time, Shape::Number, Shape::Level, Shape::Bracket, Shape::Dash]
            .into_iter()
            .find(|wanted| self.column_share(column, |found| found == *wanted) >= AGREE)
    }

    /// Number of leading columns that are header: up to the last one with a header's shape, over small gaps.
    fn fixed_columns(&self) -> usize {
        let mut end = 0;
        for column in 0..MOST_COLUMNS {
            let gap = column - end;
            if gap > GAP {
                break;
            }
            let strong = self.column_share(column, |shape| shape == Shape::Time) >= AGREE
                || self.column_share(column, |shape| shape == Shape::Level) >= AGREE;
            let weak = self.column_share(column, Shape::is_number) >= AGREE && gap == 0
                || self.column_share(column, |shape| shape == Shape::Bracket) >= AGREE && gap <= 1
                || self.column_share(column, |shape| shape == Shape::Dash) >= AGREE && gap <= 1;
            let padded = gap == 0 && column > 0 && self.share(|line| padded_after(line, column)) >= AGREE;
            if strong && (gap == 0 || self.distinct >= 5.0) || weak || padded {
                end = column + 1;
            }
        }
        end
    }

    fn dash(&self, columns: usize) -> Option<usize> {
        let within = (1..=3).find(|within| {
            self.share(|line| Fields::of(line).skip(columns).take(within + 1).any(|field| field == "-")) >= 0.95
        })?;
        (columns > 0).then_some(within)
    }

    fn component(&self, columns: usize) -> Option<usize> {
        if columns == 0 {
            return None;
        }
        (0..=2).find(|position| {
            self.share(|line| {
                let mut fields = Fields::of(line).skip(columns).take(position + 1).enumerate();
                fields.any(|(index, field)| ends_component(field, index))
            }) >= COMPONENT
        })
    }

    /// Number of leading `|` that nearly all lines have, when the first field is a time.
    fn pipes(&self) -> usize {
        let starts_with_time =
            self.share(|line| line.split('|').next().is_some_and(|field| line.contains('|') && starts_as_time(field)));
        if starts_with_time < 0.95 {
            return 0;
        }
        (1..=6).take_while(|count| self.share(|line| after_pipes(line, *count).is_some()) >= 0.98).last().unwrap_or(0)
    }
}

#[derive(Clone)]
pub(super) struct Fields<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        Self { line, at: 0 }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    /// The next field: what stands between white space, or a bracket with all it encloses.
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.line.as_bytes();
        let start = skip_spaces(self.line, self.at);
        if start >= bytes.len() {
            return None;
        }
        let mut end = start;
        if bytes[start] == b'[' {
            end = closing_bracket(bytes, start).unwrap_or(start);
        }
        while end < bytes.len() && !bytes[end].is_ascii_whitespace() {
            end += 1;
        }
        self.at = end;
        self.line.get(start..end)
    }
}

fn closing_bracket(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (index, byte) in bytes.iter().enumerate().skip(start).take(300) {
        depth += i32::from(*byte == b'[') - i32::from(*byte == b']');
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

fn skip_spaces(line: &str, at: usize) -> usize {
    at + line.as_bytes().iter().skip(at).take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Whether a field of the header is its last: `Player:`, `:` after a padded name, or `player.go:12]`.
fn ends_component(field: &str, index: usize) -> bool {
    field.ends_with(':') && (index > 0 || field.len() > 1) || field.ends_with(']') && !field.contains('[')
}

fn padded_after(line: &str, column: usize) -> bool {
    let mut fields = Fields::of(line);
    fields.nth(column).is_some() && skip_spaces(line, fields.at) >= fields.at + 2
}

fn after_pipes(line: &str, count: usize) -> Option<usize> {
    line.bytes().enumerate().filter(|(_, byte)| *byte == b'|').nth(count - 1).map(|(index, _)| index + 1)
}

fn starts_as_time(field: &str) -> bool {
    shape(field.trim()) == Shape::Time || Fields::of(field).next().is_some_and(|first| shape(first).is_number())
}

pub(super) fn shape(field: &str) -> Shape {
    let bytes = field.as_bytes();
    if bytes.first() == Some(&b'[') {
        return if field.trim_end_matches(':').ends_with(']') { Shape::Bracket } else { Shape::Word };
    }
    if bytes.iter().all(u8::is_ascii_punctuation) {
        return Shape::Dash;
    }
    let bare = field.trim_matches(|letter: char| letter.is_ascii_punctuation());
    if is_level(bare) {
        return Shape::Level;
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let letters = bare.bytes().filter(u8::is_ascii_alphabetic).count();
    if is_month_or_day(bare) {
        return Shape::Time;
    }
    if bare.as_bytes()[0].is_ascii_digit() && digits >= 2 * letters {
        let separated =
            digits >= 4 && bare.bytes().filter(|byte| matches!(byte, b':' | b'-' | b'/' | b'.')).count() >= 2;
        return if separated || digits >= 10 { Shape::Time } else { Shape::Number };
    }
    if field.ends_with(':') { Shape::Component } else { Shape::Word }
}

fn is_level(word: &str) -> bool {
    const LEVELS: [&str; 26] = [
        "trace",
        "debug",
        "verbose",
        "info",
        "information",
        "notice",
        "warn",
        "warning",
        "error",
        "err",
        "severe",
        "critical",
        "crit",
        "fatal",
        "alert",
        "emerg",
        "emergency",
        "failure",
        "panic",
        "fine",
        "finer",
        "finest",
        "erreur",
        "avertissement",
        "fehler",
        "warnung",
    ];
    if word.len() == 1 {
        return matches!(word, "V" | "D" | "I" | "W" | "E" | "F");
    }
    word.len() <= 13
        && word.as_bytes()[0].is_ascii_alphabetic()
        && LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level))
}

fn is_month_or_day(word: &str) -> bool {
    const WORDS: [&str; 19] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed", "Thu",
        "Fri", "Sat", "Sun",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(lines: &[&str]) -> Vec<String> {
        let owned: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let header = Header::detect(&owned);
        lines.iter().map(|line| line[header.message_start(line)..].to_string()).collect()
    }

    #[test]
    fn cuts_time_host_and_process_of_syslog_lines() {
        let found = messages(&[
            "Jun  4 15:16:01 edge7 sshd[19939]: check pass; user unknown",
            "Jun 14 15:16:02 edge7 su(pam)[1]: session opened for user ada",
            "Jun 14 15:17:02 edge7 kernel: klogd started",
            "Jun 14 15:18:02 edge7 crond[3]: job done",
        ]);
        assert_eq!(found, ["check pass; user unknown", "session opened for user ada", "klogd started", "job done"]);
    }

    #[test]
    fn cuts_level_thread_and_class() {
        let found = messages(&[
            "2031-10-18 18:01:47,978 INFO [main] tv.example.Player: Created player",
            "2031-10-18 18:01:48,001 WARN [Loader #3] tv.example.Loader: Retry 4",
            "2031-10-18 18:01:49,001 ERROR [main] tv.example.Player: No route",
        ]);
        assert_eq!(found, ["Created player", "Retry 4", "No route"]);
    }

    #[test]
    fn cuts_components_that_end_in_a_bracket_or_before_a_colon_of_its_own() {
        let line = |file: &str, message: &str| format!("I0301 08:00:29.418642    2315 {file}] {message}");
        let rest = ["pod died", "lost lease", "3 ready", "no route to host", "cache is full", "sync done"];
        let lines = rest.map(|message| line(&format!("sync.go:{}", message.len()), message));
        assert_eq!(messages(&lines.each_ref().map(String::as_str)), rest);
        let lines =
            ["Http    : timeout", "Decoder : no frame", "AudioTrack: underrun", "Cache   : full", "Net     : up"];
        let lines = lines.map(|message| format!("03-01 08:00:40.941  6283  9524 E {message}"));
        assert_eq!(messages(&lines.each_ref().map(String::as_str)), ["timeout", "no frame", "underrun", "full", "up"]);
    }

    #[test]
    fn cuts_fields_between_pipes() {
        let found = messages(&["20311223-22:15:29:606|Step|300|onStep 3579", "20311223-22:15:29:615|Map|300|flush"]);
        assert_eq!(found, ["onStep 3579", "flush"]);
    }

    #[test]
    fn cuts_brackets_before_messages() {
        let rest = ["ready", "stopped", "too many connections", "table is full", "log is full", "lock lost"];
        let lines = rest.map(|message| format!("[MY-{}] [Server] {message}", message.len()));
        let header = Header::of_messages(&lines);
        assert_eq!(lines.each_ref().map(|line| &line[header.message_start(line)..]), rest);
        assert!(Header::of_messages(&lines[..1]).is_empty() && Header::of_messages(&[]).is_empty());
        assert!(Header::of_messages(&rest.map(String::from)).is_empty());
    }

    #[test]
    fn leaves_lines_without_a_header_alone() {
        assert_eq!(
            messages(&["player started", "cache full", "no route to host"]),
            ["player started", "cache full", "no route to host"]
        );
        assert_eq!(Header::detect(&[]).message_start("x"), 0);
        assert_eq!(messages(&["", " ", "é"]), ["", " ", "é"]);
    }
}

//! Delimited text: where records end, what their fields are, and which delimiter is used.
//!
//! A quote opens only at the beginning of a field, so inch marks and apostrophes inside a field
//! are plain text. A quote that never closes, or that swallows lines into a record with a wrong
//! number of fields, costs its own line only: the line is reported as stray and reading goes on
//! with the next one. Line ends are LF or CR LF.

use memchr::{memchr, memchr2};

use crate::ingest::source::{CsvRecord, CsvSample};

/// Longest quoted record, in bytes: what is longer comes from a quote that does not close.
pub const MAX_RECORD: usize = 16 * 1024 * 1024;

/// Records looked at to find the delimiter.
const SNIFFED: usize = 50;

/// Records kept in a sample; more than what is sniffed, since formats of times are learned here.
const SAMPLED: usize = 200;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Separator of fields.
    pub delimiter: u8,
    /// Fields of a record, where known; used to tell a stray quote.
    pub fields: Option<usize>,
}

/// What stands at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next<'a> {
    /// A record without its line end, and where the next one begins.
    Record {
        /// The record as written; empty for a blank line.
        text: &'a str,
        /// Whether a field of it is quoted.
        is_quoted: bool,
        /// Position after its line end.
        end: usize,
    },
    /// One line that begins with or holds a quote which is not closed.
    Stray {
        /// The line.
        text: &'a str,
        /// Position after its line end.
        end: usize,
    },
    /// The text ends before the record does.
    Incomplete,
}

/// The record that begins at `start`; `at_end` says that no more text follows.
pub fn next_record(text: &str, start: usize, dialect: Dialect, at_end: bool) -> Next<'_> {
    let bytes = text.as_bytes();
    let mut at = start;
    let (mut is_quoted, mut is_odd) = (false, false);
    loop {
        let Some(found) = memchr2(b'"', b'\n', &bytes[at..]).map(|offset| at + offset) else {
            return last_record(text, start, is_quoted, at_end);
        };
        if bytes[found] == b'\n' {
            return checked(text, start..found, (is_quoted, is_odd), dialect);
        }
        let opens = found == start || bytes[found - 1] == dialect.delimiter;
        if !opens {
            at = found + 1;
            continue;
        }
        is_quoted = true;
        match closing_quote(bytes, found + 1, start + MAX_RECORD, at_end) {
            Quote::Closed(close) => {
                at = close + 1;
                is_odd |=
                    bytes.get(at).is_some_and(|next| *next != dialect.delimiter && !matches!(next, b'\r' | b'\n'));
            }
            Quote::Open => return stray(text, start),
            Quote::Unknown => return Next::Incomplete,
        }
    }
}

/// Splits a record into fields, quotes removed; `record` is overwritten.
#[inline]
pub fn split_fields<'t>(text: &'t str, is_quoted: bool, delimiter: u8, record: &mut CsvRecord<'t>) {
    if !is_quoted {
        record.cut(text, delimiter);
        return;
    }
    // A delimiter at the very end leaves an empty field behind it.
    let mut at = Some(0);
    record.unquote(|out| {
        let end = at.map_or(text.len(), |at| unquote_field(text, at, delimiter, out));
        at = (end < text.len()).then_some(end + 1);
        at.is_some()
    });
}

/// Length of a `sep=;` line at the beginning, with its line end, and the delimiter it names.
pub fn separator_line(text: &str) -> Option<(usize, u8)> {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text[..end].trim().trim_matches('"');
    match line.strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => Some((end, *delimiter)),
        Some([]) if text[..end].contains('\t') => Some((end, b'\t')),
        _ => None,
    }
}

/// The first records of delimited text; `None` when no delimiter cuts most of them alike.
pub fn sniff(text: &str, is_whole: bool, forced: Option<u8>) -> Option<CsvSample> {
    let (skipped, named) = separator_line(text).map_or((0, None), |(end, byte)| (end, Some(byte)));
    let text = &text[skipped..];
    let delimiter = match forced.or(named) {
        Some(delimiter) => delimiter,
        None => best_delimiter(text, is_whole)?,
    };
    let records = first_records(text, delimiter, is_whole, SAMPLED);
    (!records.is_empty()).then_some(CsvSample { delimiter, records })
}

enum Quote {
    Closed(usize),
    Open,
    Unknown,
}

/// Position of the quote that closes a field opened before `at`.
fn closing_quote(bytes: &[u8], mut at: usize, limit: usize, at_end: bool) -> Quote {
    let stop = bytes.len().min(limit);
    while at < stop {
        let Some(quote) = memchr(b'"', &bytes[at..stop]).map(|offset| at + offset) else { break };
        match bytes.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            None if !at_end => return Quote::Unknown,
            _ => return Quote::Closed(quote),
        }
    }
    if at_end || bytes.len() >= limit { Quote::Open } else { Quote::Unknown }
}

fn last_record(text: &str, start: usize, is_quoted: bool, at_end: bool) -> Next<'_> {
    if !at_end || start >= text.len() {
        return Next::Incomplete;
    }
    Next::Record { text: without_return(&text[start..]), is_quoted, end: text.len() }
}

/// A complete record, unless a quote swallowed lines that are records of their own.
///
/// Over several lines, text right behind a closing quote (`is_odd`) or a wrong number of fields
/// shows that it did.
fn checked(text: &str, range: std::ops::Range<usize>, (is_quoted, is_odd): (bool, bool), dialect: Dialect) -> Next<'_> {
    let record = without_return(&text[range.clone()]);
    if let (true, Some(fields)) = (is_quoted && record.contains('\n'), dialect.fields) {
        let mut split = CsvRecord::default();
        split_fields(record, true, dialect.delimiter, &mut split);
        if is_odd || split.len() != fields {
            return stray(text, range.start);
        }
    }
    Next::Record { text: record, is_quoted, end: range.end + 1 }
}

fn stray(text: &str, start: usize) -> Next<'_> {
    let line = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |offset| start + offset);
    Next::Stray { text: without_return(&text[start..line]), end: text.len().min(line + 1) }
}

fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// Appends the field at `at` and answers the position of the delimiter behind it, or the end.
fn unquote_field(text: &str, at: usize, delimiter: u8, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    if bytes.get(at) == Some(&b'"') {
        at += 1;
        loop {
            let Some(quote) = memchr(b'"', &bytes[at..]).map(|offset| at + offset) else {
                out.push_str(&text[at..]);
                return text.len();
            };
            out.push_str(&text[at..quote]);
            at = quote + 1;
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            out.push('"');
            at += 1;
        }
    }
    let end = memchr(delimiter, &bytes[at..]).map_or(text.len(), |offset| at + offset);
    out.push_str(&text[at..end]);
    end
}

fn first_records(text: &str, delimiter: u8, is_whole: bool, wanted: usize) -> Vec<Vec<String>> {
    let dialect = Dialect { delimiter, fields: None };
    let mut records = Vec::new();
    let mut record = CsvRecord::default();
    let mut at = 0;
    while records.len() < wanted && at < text.len() {
        match next_record(text, at, dialect, is_whole) {
            Next::Record { text: line, is_quoted, end } => {
                at = end;
                if line.is_empty() {
                    continue;
                }
                split_fields(line, is_quoted, delimiter, &mut record);
                records.push((0..record.len()).map(|index| record.raw(index).to_owned()).collect());
            }
            Next::Stray { end, .. } => at = end,
            Next::Incomplete => break,
        }
    }
    records
}

/// How many records at the beginning are the labels of a report and not its table: at most 20 of
/// one or two fields, and behind them wide records only, all alike.
fn labels_before_a_table(counts: &[usize]) -> usize {
    let labels = counts.iter().take(20).take_while(|count| **count <= 2).count();
    match &counts[labels..] {
        [first, rest @ ..] if *first >= 5 && !rest.is_empty() && rest.iter().all(|count| count == first) => labels,
        _ => 0,
    }
}

/// The delimiter that gives most records the same number of fields, more than one.
fn best_delimiter(text: &str, is_whole: bool) -> Option<u8> {
    let mut best: Option<(usize, usize, usize, u8)> = None;
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut counts: Vec<usize> = first_records(text, delimiter, is_whole, SNIFFED).iter().map(Vec::len).collect();
        counts.drain(..labels_before_a_table(&counts));
        let alike = |fields: usize| counts.iter().filter(|count| **count == fields).count();
        let common = counts.iter().filter(|count| **count > 1).map(|count| (alike(*count), *count)).max();
        let Some((records, fields)) = common.filter(|(records, _)| records * 2 >= counts.len()) else {
            continue;
        };
        // Compared as a share, since delimiters may see different numbers of records.
        let share = records * 1000 / counts.len();
        // Between two quotes stands a delimiter, whatever else the fields hold.
        let line = text.lines().next().unwrap_or_default().as_bytes();
        let between = line.windows(3).filter(|found| *found == [b'"', delimiter, b'"']).count();
        if best.is_none_or(|(known, quoted, width, _)| (share, between, fields) > (known, quoted, width)) {
            best = Some((share, between, fields, delimiter));
        }
    }
    best.map(|(.., delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', fields: None };

    fn records(text: &str, dialect: Dialect) -> Vec<Result<Vec<String>, String>> {
        let (mut at, mut out, mut record) = (0, Vec::new(), CsvRecord::default());
        loop {
            match next_record(text, at, dialect, true) {
                Next::Record { text, is_quoted, end } => {
                    split_fields(text, is_quoted, dialect.delimiter, &mut record);
                    out.push(Ok((0..record.len()).map(|index| record.raw(index).to_owned()).collect()));
                    at = end;
                }
                Next::Stray { text, end } => {
                    out.push(Err(text.to_owned()));
                    at = end;
                }
                Next::Incomplete => return out,
            }
        }
    }

    #[test]
    fn labels_of_a_report_do_not_hide_its_table() {
        let labels = "Report:;Mentions\nFrom:\nMonday\nTo:\nTuesday\n";
        let sample = sniff(&format!("{labels}a;b;c;d;e\n1;2;3;4;5\n"), true, None).unwrap();
        assert_eq!((sample.delimiter, sample.records.len()), (b';', 7));
        assert!(sniff(&format!("{labels}a;b;c;d;e\n1;2;3\n"), true, None).is_none());
        assert!(sniff("some\nwords\nof a note, with, commas, in, one line\n", true, None).is_none());
    }

    #[test]
    fn reads_quotes_and_line_ends_inside_fields() {
        let text = "a,\"b\"\"c\",\"d\r\ne\"\r\n\"\",,x\"y\"\r\n";
        let expected = vec![vec!["a", "b\"c", "d\r\ne"], vec!["", "", "x\"y\""]];
        let found: Vec<_> = records(text, COMMA).into_iter().map(Result::unwrap).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_a_last_record_without_line_end() {
        assert_eq!(records("a,b\n1,", COMMA)[1], Ok(vec!["1".into(), String::new()]));
        assert_eq!(records("\"a\",\"b\"", COMMA)[0], Ok(vec!["a".into(), "b".into()]));
        assert!(records("", COMMA).is_empty());
    }

    #[test]
    fn loses_one_line_to_a_quote_that_never_closes() {
        let found = records("a,b\n1,\"x\n2,y\n3,z\n", COMMA);
        assert_eq!(found[1], Err("1,\"x".into()));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn loses_one_line_to_a_quote_that_swallows_records() {
        let dialect = Dialect { delimiter: b',', fields: Some(2) };
        let found = records("1,\"x\n2,y\n3,\"z\"\n4,v\n", dialect);
        assert_eq!(found[0], Err("1,\"x".into()));
        assert_eq!(found[2], Ok(vec!["3".into(), "z".into()]));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn agrees_with_a_reference_parser() {
        let text = "a,\"b \"\"q\"\" c\",d\n\"x\"y,\"\",\"1\n2\"\n,,\n";
        let mut reader = csv_core::Reader::new();
        let (mut output, mut ends) = ([0; 100], [0; 10]);
        let mut input = text.as_bytes();
        for found in records(text, COMMA) {
            let (_, read, _, count) = reader.read_record(input, &mut output, &mut ends);
            input = &input[read..];
            let mut start = 0;
            let expected: Vec<&str> = ends[..count]
                .iter()
                .map(|end| std::str::from_utf8(&output[std::mem::replace(&mut start, *end)..*end]).unwrap())
                .collect();
            assert_eq!(found.unwrap(), expected);
        }
    }

    #[test]
    fn finds_the_delimiter_in_spite_of_decimal_commas() {
        let text = "\"Time\";\"{a=\"\"x\"\", b=\"\"y\"\"}\"\n2026-01-01 09:00:00;33,88\n2026-01-01 09:01:00;34,64\n";
        assert_eq!(sniff(text, true, None).unwrap().delimiter, b';');
        assert_eq!(sniff("sep=|\na|b\n", true, None).unwrap().records, vec![vec!["a", "b"]]);
        assert!(sniff("just a line\nand another\n", true, None).is_none());
    }

    #[test]
    fn leaves_out_a_record_that_the_sample_cuts() {
        let sample = sniff("a,b\n1,\"two\nthr", false, None).unwrap();
        assert_eq!(sample.records.len(), 1);
    }

    #[test]
    fn knows_the_line_that_names_the_separator() {
        assert_eq!(separator_line("sep=;\r\na;b"), Some((7, b';')));
        assert_eq!(separator_line("\"sep=\t\"\na"), Some((8, b'\t')));
        assert_eq!(separator_line("separate"), None);
    }
}

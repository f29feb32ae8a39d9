//! Cuts the text of one file into units of whole records, about 1 MiB each, that can be read at
//! the same time; and walks through the records of a unit.
//!
//! Where the cuts fall does not change the records. Damage (an archive that breaks off, a line
//! without end, a document that ends early) comes out in its place, after the units before it.

use std::io::Read;

use crate::ingest::formats::csv::{self, Dialect, Next};
use crate::ingest::formats::encoding::{BLOCK, TextReader};
use crate::ingest::formats::json::{self, Element, Elements, Scanner};
use crate::ingest::formats::{container_lines, lines, ndjson};
use crate::ingest::source::{CsvRecord, Layout, Record};

/// Text of a unit, in bytes, at which it is cut: large enough that starting a task costs
/// nothing, small enough that what is made of it stays in the caches of a core.
pub const UNIT: usize = 1024 * 1024;

/// Longest line, in bytes; a longer one is passed over.
pub const MAX_LINE: usize = 16 * 1024 * 1024;

/// How a file is cut into records, with all that recognition found out.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The kind of records.
    pub layout: Layout,
    /// Separator of delimited text.
    pub delimiter: u8,
    /// Records at the beginning that are not data (`sep=` line, preamble, header).
    pub skip: u64,
    /// Number of fields of a data record, fewest and most; `None` when anything goes.
    pub fields: Option<(usize, usize)>,
    /// Bytes after which a unit is cut, [`UNIT`] except in tests.
    pub unit: usize,
    /// Whether delimited records are numbered and not their lines: a record is a row of a sheet.
    pub counts_records: bool,
}

/// Whole records of one file.
#[derive(Debug)]
pub struct Unit {
    text: String,
    first: u64,
    skip: u64,
    /// Line ends in the text.
    ends: u64,
    elements: Vec<Element>,
}

/// Something that could not be read, where a record or the rest of the file should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Line or record, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
    /// Beginning of the text, if there is one.
    pub excerpt: String,
}

/// The units of one file, in order.
#[derive(Debug)]
pub struct Units {
    reader: TextReader,
    cut: Cut,
    pending: String,
    line: u64,
    skip: u64,
    scanner: Option<Scanner>,
    elements: Elements,
    is_over: bool,
    is_inside_long_line: bool,
    damage: Vec<Damage>,
}

impl Unit {
    /// Length of its text, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// How many records it holds at most, as far as that can be told without reading them.
    pub fn records(&self) -> usize {
        // The last line of a file may have no end.
        self.elements.len().max(usize::try_from(self.ends).unwrap_or(usize::MAX).saturating_add(1))
    }

    /// Whether it holds no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl Units {
    /// Cuts what `reader` gives.
    pub fn new(reader: Box<dyn Read + Send>, cut: Cut) -> Self {
        let scanner = match &cut.layout {
            Layout::Json { paths } => Some(Scanner::new(paths)),
            _ => None,
        };
        Self {
            reader: TextReader::new(reader),
            skip: cut.skip,
            cut,
            pending: String::new(),
            line: 1,
            scanner,
            elements: Elements::default(),
            is_over: false,
            is_inside_long_line: false,
            damage: Vec::new(),
        }
    }

    /// The next unit or damage; `None` at the end of the file.
    pub fn next_unit(&mut self) -> Option<Result<Unit, Damage>> {
        loop {
            if !self.damage.is_empty() {
                return Some(Err(self.damage.remove(0)));
            }
            if self.is_over {
                return None;
            }
            let wanted = self.cut.unit;
            let filled = self.reader.fill(&mut self.pending, wanted);
            let is_last = !matches!(filled, Ok(true));
            let unit =
                if self.scanner.is_some() { self.cut_json() } else { self.cut_lines(matches!(filled, Ok(false))) };
            self.is_over = is_last;
            if is_last {
                self.end(filled.err());
            }
            if let Some(unit) = unit {
                return Some(Ok(unit));
            }
        }
    }

    /// Characters that could not be decoded so far.
    pub fn replaced(&self) -> u64 {
        self.reader.replaced()
    }

    /// Encoding that the file does not say.
    pub fn assumed_encoding(&self) -> Option<&'static str> {
        self.reader.assumed()
    }

    fn cut_json(&mut self) -> Option<Unit> {
        let scanner = self.scanner.as_mut()?;
        scanner.feed(&self.pending, &mut self.elements);
        self.pending.clear();
        let done = scanner.take(&mut self.elements);
        if done.elements.is_empty() {
            return None;
        }
        let first = self.line;
        self.line += done.elements.len() as u64;
        Some(Unit { text: done.text, first, skip: 0, ends: 0, elements: done.elements })
    }

    fn cut_lines(&mut self, at_end: bool) -> Option<Unit> {
        if self.is_inside_long_line && !self.leave_long_line() {
            return None;
        }
        let (end, filled, all) = match self.cut.layout {
            Layout::Csv { .. } => csv_boundary(&self.pending, &self.cut, self.skip, at_end),
            _ => (lines::boundary(&self.pending, at_end), 0, 0),
        };
        let is_open = self.cut.layout == Layout::Joined && !at_end;
        let end = if is_open { container_lines::boundary(&self.pending[..end]) } else { end };
        if end == 0 {
            if self.pending.len() > MAX_LINE {
                self.enter_long_line();
            }
            return None;
        }
        // With room for the next unit, so that it does not grow block by block.
        let mut rest = String::with_capacity(self.cut.unit + self.pending.len() - end + BLOCK);
        rest.push_str(&self.pending[end..]);
        let mut text = std::mem::replace(&mut self.pending, rest);
        text.truncate(end);
        let ends = lines::count(&text);
        let unit = Unit { first: self.line, skip: self.skip, text, ends, elements: Vec::new() };
        self.line += if self.cut.counts_records { all } else { ends };
        self.skip = self.skip.saturating_sub(filled);
        // A stray quote in a line whose end is not in sight: the line is refused, its rest is no record.
        self.is_inside_long_line = !at_end && !unit.text.ends_with('\n');
        Some(unit)
    }

    fn enter_long_line(&mut self) {
        let excerpt = self.pending[..self.pending.floor_char_boundary(200)].to_owned();
        let reason = format!("expected a line of at most {} MiB, found a longer one", MAX_LINE >> 20);
        self.damage.push(Damage { line: self.line, reason, excerpt });
        self.pending.clear();
        self.is_inside_long_line = true;
    }

    /// Drops text up to the end of a line that is too long; `false` when it goes on.
    fn leave_long_line(&mut self) -> bool {
        let Some(end) = self.pending.find('\n') else {
            self.pending.clear();
            return false;
        };
        self.pending.drain(..=end);
        self.line += 1;
        self.is_inside_long_line = false;
        true
    }

    fn end(&mut self, failure: Option<std::io::Error>) {
        let reason = match (failure, &self.scanner) {
            (Some(error), _) => format!("expected the rest of the file, found damage: {error}"),
            (None, Some(scanner)) => match scanner.problem() {
                Some(problem) => problem,
                None => return,
            },
            (None, None) => return,
        };
        let excerpt = self.pending[..self.pending.floor_char_boundary(200)].to_owned();
        self.damage.push(Damage { line: self.line, reason, excerpt });
    }
}

/// Hands each record of a unit to `read` with its line or number; what cannot be a record goes to
/// `refuse` with line, reason and text.
pub fn walk(
    unit: &Unit,
    cut: &Cut,
    mut read: impl FnMut(u64, Record<'_>, &str),
    mut refuse: impl FnMut(u64, String, &str),
) {
    match &cut.layout {
        Layout::Csv { .. } => walk_csv(unit, cut, &mut read, &mut refuse),
        Layout::Ndjson => {
            for (line, text) in numbered(unit) {
                let value = ndjson::value(text);
                if !value.is_empty() {
                    read(line, Record::Json { text: value, path: "" }, value);
                }
            }
        }
        Layout::Lines => {
            for (line, text) in numbered(unit).filter(|(_, text)| !text.trim().is_empty()) {
                read(line, Record::Line(text), text);
            }
        }
        Layout::Joined => {
            let mut joiner = container_lines::Joiner::default();
            let mut give = |line: u64, text: &str| read(line, Record::Line(text), text);
            for (line, text) in numbered(unit).filter(|(_, text)| !text.trim().is_empty()) {
                joiner.take(line, text, &mut give);
            }
            joiner.finish(&mut give);
        }
        Layout::Json { paths } => {
            for (number, element) in (unit.first..).zip(&unit.elements) {
                let text = &unit.text[element.start..element.end];
                if !element.is_whole {
                    let most = json::MAX_ELEMENT >> 20;
                    refuse(number, format!("expected a record of at most {most} MiB, found a longer one"), text);
                    continue;
                }
                read(number, Record::Json { text, path: paths[element.path] }, text);
            }
        }
    }
}

fn numbered(unit: &Unit) -> impl Iterator<Item = (u64, &str)> {
    (unit.first..).zip(lines::all(&unit.text))
}

fn walk_csv(
    unit: &Unit,
    cut: &Cut,
    read: &mut impl FnMut(u64, Record<'_>, &str),
    refuse: &mut impl FnMut(u64, String, &str),
) {
    let mut record = CsvRecord::default();
    let (mut at, mut line, mut skip) = (0, unit.first, unit.skip);
    while at < unit.text.len() {
        let mut is_one_line = false;
        let (text, end) = match csv::next_record(&unit.text, at, dialect(cut, skip), true) {
            Next::Record { text, is_quoted, end } => {
                is_one_line = !is_quoted;
                if skip == 0 && !text.is_empty() {
                    csv::split_fields(text, is_quoted, cut.delimiter, &mut record);
                    check(&record, cut, line, text, read, refuse);
                }
                (text, end)
            }
            Next::Stray { text, end } => {
                if skip == 0 {
                    refuse(line, "expected a closing quote, found none in this record".into(), text);
                }
                (text, end)
            }
            Next::Incomplete => return,
        };
        skip = skip.saturating_sub(u64::from(!text.is_empty()));
        line += if is_one_line || cut.counts_records { 1 } else { lines::count(&unit.text[at..end]) };
        at = end;
    }
}

fn check(
    record: &CsvRecord<'_>,
    cut: &Cut,
    line: u64,
    text: &str,
    read: &mut impl FnMut(u64, Record<'_>, &str),
    refuse: &mut impl FnMut(u64, String, &str),
) {
    match cut.fields {
        _ if record.is_blank() => {}
        Some((fewest, _)) if record.len() < fewest => {
            refuse(line, format!("expected {fewest} fields, found {}", record.len()), text);
        }
        Some((_, most)) if (most..record.len()).any(|index| !record.field(index).is_empty()) => {
            refuse(line, format!("expected {most} fields, found {}", record.len()), text);
        }
        _ => read(line, Record::Csv(record), text),
    }
}

/// Preamble and header may have any number of fields.
fn dialect(cut: &Cut, skip: u64) -> Dialect {
    let fields = cut.fields.filter(|(fewest, most)| skip == 0 && fewest == most).map(|(fewest, _)| fewest);
    Dialect { delimiter: cut.delimiter, fields }
}

/// Where the last whole record ends, and how many records stand before: those that are not blank,
/// and all.
fn csv_boundary(text: &str, cut: &Cut, skip: u64, at_end: bool) -> (usize, u64, u64) {
    if skip == 0 && !cut.counts_records && memchr::memchr(b'"', text.as_bytes()).is_none() {
        return (lines::boundary(text, at_end), 0, 0);
    }
    let (mut at, mut filled, mut all) = (0, 0_u64, 0);
    while at < text.len() {
        let dialect = dialect(cut, skip.saturating_sub(filled));
        match csv::next_record(text, at, dialect, at_end) {
            Next::Record { text, end, .. } | Next::Stray { text, end } => {
                filled += u64::from(!text.is_empty());
                all += 1;
                at = end;
            }
            Next::Incomplete => break,
        }
    }
    (at, filled, all)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn cut(layout: Layout, unit: usize) -> Cut {
        Cut { layout, delimiter: b',', skip: 1, fields: Some((2, 2)), unit, counts_records: false }
    }

    type Numbered = Vec<(u64, String)>;

    fn read(text: &str, cut: &Cut) -> (Numbered, Numbered) {
        // A reader that gives few bytes at a time, so that cuts fall everywhere.
        let mut units = Units::new(Box::new(Cursor::new(text.as_bytes().to_vec())), cut.clone());
        let (mut found, mut refused) = (Vec::new(), Vec::new());
        while let Some(next) = units.next_unit() {
            match next {
                Ok(unit) => walk(
                    &unit,
                    cut,
                    |line, record, _| {
                        let text = match record {
                            Record::Csv(record) => {
                                (0..record.len()).map(|i| record.raw(i)).collect::<Vec<_>>().join("¦")
                            }
                            Record::Json { text, .. } | Record::Line(text) => text.to_owned(),
                        };
                        found.push((line, text));
                    },
                    |line, reason, _| refused.push((line, reason)),
                ),
                Err(damage) => refused.push((damage.line, damage.reason)),
            }
        }
        (found, refused)
    }

    const CSV: Layout = Layout::Csv { header: Some(0), extra: 0 };

    #[test]
    fn gives_physical_lines_and_refuses_ragged_records() {
        let (found, refused) = read("a,b\r\n1,\"x\r\ny\"\r\n\r\n2\r\n3,4,5\r\n6,7,\r\n,\r\n8,9", &cut(CSV, UNIT));
        assert_eq!(found, [(2, "1¦x\r\ny".into()), (7, "6¦7¦".into()), (9, "8¦9".into())]);
        assert_eq!(refused, [(5, "expected 2 fields, found 1".into()), (6, "expected 2 fields, found 3".into())]);
    }

    #[test]
    fn rows_of_a_sheet_are_numbered_by_record() {
        let sheet = Cut { counts_records: true, ..cut(CSV, 8) };
        let (found, _) = read("a,b\n1,\"x\ny\"\n\n,\n3,4\n", &sheet);
        assert_eq!(found, [(2, "1¦x\ny".into()), (5, "3¦4".into())]);
    }

    #[test]
    fn cuts_do_not_fall_between_parts_of_a_line() {
        let text = "t stdout P one\nt stdout F two\n".repeat(40);
        for unit in [1, 7, 16, 100, UNIT] {
            let mut joined = cut(Layout::Joined, unit);
            joined.skip = 0;
            let (found, _) = read(&text, &joined);
            assert_eq!(found.len(), 40);
            assert_eq!(found[39], (79, "t stdout F onetwo".into()));
        }
    }

    #[test]
    fn numbers_lines_and_elements() {
        let mut plain = cut(Layout::Lines, UNIT);
        plain.skip = 0;
        assert_eq!(read("a\r\n\nb", &plain).0, [(1, "a".into()), (3, "b".into())]);
        plain.layout = Layout::Ndjson;
        assert_eq!(read("{}\n\n[1]\n", &plain).0, [(1, "{}".into()), (3, "[1]".into())]);
        plain.layout = Layout::Json { paths: &["[]"] };
        let (found, refused) = read("[{}, 2, {", &plain);
        assert_eq!(found, [(1, "{}".into()), (2, "2".into())]);
        assert_eq!(refused.len(), 1);
    }

    #[test]
    fn passes_over_a_line_that_is_too_long() {
        let mut plain = cut(Layout::Lines, UNIT);
        plain.skip = 0;
        let text = format!("one\n{}\nthree\n", "x".repeat(MAX_LINE + 2 * UNIT));
        let (found, refused) = read(&text, &plain);
        assert_eq!(found, [(1, "one".into()), (3, "three".into())]);
        assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_quoted_field_without_end_is_one_reject() {
        let long = "x".repeat(csv::MAX_RECORD + 3 * UNIT);
        for text in [format!("a,b\n1,\"{long}\"\n3,4\n"), format!("a,b\n1,{long}\n3,4\n")] {
            let (found, refused) = read(&text, &cut(CSV, UNIT));
            assert_eq!(found, [(3, "3¦4".into())]);
            assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
        }
    }

    #[test]
    fn a_record_of_delimiters_only_is_one_reject() {
        let commas = ",".repeat(3_000_000);
        let (found, refused) = read(&format!("a,b\n{commas}7\n3,4\n"), &cut(CSV, UNIT));
        assert_eq!(found, [(3, "3¦4".into())]);
        assert_eq!(refused, [(2, "expected 2 fields, found 3000001".into())]);
    }

    #[test]
    fn a_json_record_that_is_too_long_is_one_reject() {
        let mut plain = cut(Layout::Json { paths: &["[]"] }, UNIT);
        plain.skip = 0;
        let long = "x".repeat(json::MAX_ELEMENT + UNIT);
        let (found, refused) = read(&format!("[1, {{\"a\": \"{long}\"}}, 3]"), &plain);
        assert_eq!(found, [(1, "1".into()), (3, "3".into())]);
        assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
        let deep = "[".repeat(1_000_000);
        let (found, refused) = read(&format!("[1, {deep}"), &plain);
        assert_eq!((found.len(), refused.len()), (1, 1));
    }

    #[test]
    fn stops_a_stray_quote_after_the_longest_record() {
        let rest = "1,2\n".repeat(csv::MAX_RECORD / 4 + 10);
        let (found, refused) = read(&format!("a,b\n5,\"stray\n{rest}"), &cut(CSV, UNIT));
        assert_eq!(found.len(), csv::MAX_RECORD / 4 + 10);
        assert_eq!(refused.len(), 1);
    }

    proptest! {
        #[test]
        fn chunking_anywhere_gives_the_same_rows(text in "[a,\"\n\r1 é]{0,120}", unit in 1_usize..30) {
            let text = format!("a,b\n{text}");
            let boundary_cut = cut(CSV, UNIT);
            prop_assert_eq!(by_pieces(&text, &boundary_cut, unit), by_pieces(&text, &boundary_cut, 1 << 20));
        }
    }

    /// Like [`Units`], with pieces of a few bytes.
    fn by_pieces(text: &str, cut: &Cut, piece: usize) -> (Numbered, Numbered) {
        let (mut found, mut refused) = (Vec::new(), Vec::new());
        let (mut given, mut pending, mut line, mut skip) = (0, String::new(), 1, cut.skip);
        loop {
            let upto = text.ceil_char_boundary((given + piece).min(text.len()));
            pending.push_str(&text[given..upto]);
            given = upto;
            let at_end = given == text.len();
            let (end, records, _) = csv_boundary(&pending, cut, skip, at_end);
            let unit = Unit { text: pending[..end].to_owned(), first: line, skip, ends: 0, elements: Vec::new() };
            line += lines::count(&unit.text);
            skip = skip.saturating_sub(records);
            pending.drain(..end);
            walk(
                &unit,
                cut,
                |line, _, text| found.push((line, text.to_owned())),
                |line, reason, _| refused.push((line, reason)),
            );
            if at_end {
                return (found, refused);
            }
        }
    }
}

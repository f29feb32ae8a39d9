//! What an adapter for one export has to say: how to recognise the file, how it is cut into
//! records, and what a record means.
//!
//! An adapter is a unit struct in `sources/<vendor>_<export>.rs` that implements [`Source`]. It
//! sees records only, never bytes or files, and each alone, so that a file can be read on all
//! cores and in constant memory. What several records tell together comes at the end of the file
//! ([`RecordReader::finish`]).

use jiff::tz::TimeZone;
use serde_json::Value;

use super::formats::xlsx::Workbook;
use super::rows::Rows;

/// One export of one tool.
pub trait Source: Sync {
    /// Name in `inputs.source` and in `[[source]] kind`: `<vendor>_<export>`.
    fn name(&self) -> &'static str;

    /// What the export is and how a user gets it, in one sentence.
    fn about(&self) -> &'static str;

    /// Tables that it feeds, the main one first (a rejected record is counted there).
    fn tables(&self) -> &'static [&'static str];

    /// How the file is cut into records, when the sample is of this export; `None` when not.
    /// Only the beginning of the file is at hand, so a missing field proves nothing.
    fn recognise(&self, sample: &Sample) -> Option<Layout>;

    /// Whether the export says in which zone its times are, although each carries no offset.
    fn names_zone(&self, _sample: &Sample) -> bool {
        false
    }

    /// Whether records name people whose names must be hidden wherever else they occur.
    fn names_people(&self) -> bool {
        false
    }

    /// Whether one thing may stand in several records (a notification sent again, an export made
    /// twice) of which the newest counts, as [`Row::version`](super::rows::Row::version) says.
    fn keeps_newest(&self) -> bool {
        false
    }

    /// Zone of times without offset that the export itself gives away; `case` is that of the case.
    /// A zone that the user fixed for the file wins.
    fn zone(&self, _sample: &Sample, _case: &TimeZone) -> Option<TimeZone> {
        None
    }

    /// Prepares reading of a file that [`Source::recognise`] took.
    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String>;
}

/// Reads the records of one file, from several threads at once and in any order.
pub trait RecordReader: Send + Sync {
    /// Turns one record into rows of `out`. An error is the reason for a reject, lower case and
    /// without the position: expected a number in `value`, found `abc`.
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String>;

    /// Adds the rows that only the whole file tells, once all its records were read. A reader
    /// that waits for this keeps what it needs of each record, and must answer the same rows in
    /// whatever order the records came. It keeps nothing while [`Rows::is_rehearsal`] says that
    /// the records will be read again.
    fn finish(&self, _out: &mut Rows) {}
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub enum Record<'a> {
    /// Fields of a delimited record, quotes removed.
    Csv(&'a CsvRecord<'a>),
    /// Text of one JSON value; `path` is that of the [`Layout`] it was found under.
    Json {
        /// The value, as written.
        text: &'a str,
        /// One of the paths of [`Layout::Json`]; empty for NDJSON.
        path: &'static str,
    },
    /// One line without its line end.
    Line(&'a str),
}

impl<'a> Record<'a> {
    /// The fields of a delimited record.
    pub fn csv(self) -> Result<&'a CsvRecord<'a>, String> {
        match self {
            Self::Csv(record) => Ok(record),
            _ => Err("expected a delimited record".into()),
        }
    }

    /// The parsed value of a JSON record.
    pub fn json(self) -> Result<Value, String> {
        match self {
            Self::Json { text, .. } if has_too_many_values(text) => {
                Err(format!("expected a record of at most {MAX_VALUES} values, found more"))
            }
            Self::Json { text, .. } => {
                serde_json::from_str(text).map_err(|error| format!("expected JSON, found {error}"))
            }
            _ => Err("expected a JSON record".into()),
        }
    }

    /// The line.
    pub fn line(self) -> Result<&'a str, String> {
        match self {
            Self::Line(line) => Ok(line),
            _ => Err("expected a line of text".into()),
        }
    }
}

/// Values of a JSON record that are parsed: each takes up to a hundred bytes of memory, whatever
/// its text.
const MAX_VALUES: usize = 2_000_000;

fn has_too_many_values(text: &str) -> bool {
    text.len() > MAX_VALUES && memchr::memchr_iter(b',', text.as_bytes()).count() > MAX_VALUES
}

/// Fields of one delimited record: cut out of the text where no field is quoted, else unquoted
/// into a buffer.
#[derive(Debug, Default, Clone)]
pub struct CsvRecord<'t> {
    text: &'t str,
    /// Fields one after the other, when one of them is quoted.
    unquoted: String,
    is_quoted: bool,
    /// End of each field.
    ends: Vec<usize>,
}

impl<'t> CsvRecord<'t> {
    /// A record of these fields.
    pub fn of<'f>(fields: impl IntoIterator<Item = &'f str>) -> Self {
        let mut record = Self { is_quoted: true, ..Self::default() };
        for field in fields {
            record.unquoted.push_str(field);
            record.ends.push(record.unquoted.len());
        }
        record
    }

    /// Takes the fields of a record without quotes.
    #[inline]
    pub(super) fn cut(&mut self, text: &'t str, delimiter: u8) {
        self.text = text;
        self.is_quoted = false;
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(delimiter, text.as_bytes()));
        self.ends.push(text.len());
    }

    /// Takes the fields that `next` appends to the buffer, until it answers `false`.
    pub(super) fn unquote(&mut self, mut next: impl FnMut(&mut String) -> bool) {
        self.text = "";
        self.is_quoted = true;
        self.unquoted.clear();
        self.ends.clear();
        loop {
            let more = next(&mut self.unquoted);
            self.ends.push(self.unquoted.len());
            if !more {
                return;
            }
        }
    }

    /// The field at a position, trimmed; empty when the record is shorter.
    #[inline]
    pub fn field(&self, index: usize) -> &str {
        let field = self.raw(index);
        match field.as_bytes() {
            [] => field,
            [first, .., last] if is_visible(*first) && is_visible(*last) => field,
            [only] if is_visible(*only) => field,
            _ => field.trim(),
        }
    }

    /// The field at a position as it is; empty when the record is shorter.
    #[inline]
    pub fn raw(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        // Between two fields of the text as written stands a delimiter.
        let gap = usize::from(!self.is_quoted);
        let start = if index == 0 { 0 } else { self.ends[index - 1] + gap };
        if self.is_quoted { &self.unquoted[start..end] } else { &self.text[start..end] }
    }

    /// The record as text without some fields, for the excerpt of a reject whose record holds
    /// identifiers of a person.
    pub fn without(&self, hidden: &[usize]) -> String {
        let shown = (0..self.len()).filter(|index| !hidden.contains(index)).map(|index| self.raw(index));
        shown.collect::<Vec<_>>().join(",")
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether all fields are empty, as spreadsheets write below their last row.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.field(index).is_empty())
    }
}

/// Whether a byte is a character of its own that is not trimmed.
fn is_visible(byte: u8) -> bool {
    (0x21..0x7f).contains(&byte)
}

/// How a file is cut into records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// Delimited text; records up to and including `header` and the `units` records after it are
    /// not data.
    Csv {
        /// Position of the record that names the columns, counted from 0; `None` when no record
        /// does and data begin at once.
        header: Option<usize>,
        /// Further header records after it (second line of SurveyMonkey, two of Qualtrics).
        extra: usize,
    },
    /// One JSON value a line.
    Ndjson,
    /// One JSON document. Each path leads to values that are records: `""` the document itself,
    /// `"[]"` the elements of a top-level array, `"data.result[]"` those of an array inside.
    Json {
        /// Where the records are.
        paths: &'static [&'static str],
    },
    /// One record a line of text.
    Lines,
    /// One record a line of a container log, parts of a line joined.
    Joined,
}

/// The beginning of a file, decoded to UTF-8, seen in every way it can be seen.
#[derive(Debug, Default)]
pub struct Sample {
    /// Path relative to the case, with `/`.
    pub path: String,
    /// At most the first 256 KiB of text, cut at a line end unless the file is whole.
    pub text: String,
    /// Whether `text` is the whole file.
    pub is_whole: bool,
    /// The text as JSON, open brackets closed where the sample ends; `None` when it is not JSON.
    pub json: Option<Value>,
    /// The first lines as JSON objects; empty when the text is not NDJSON.
    pub ndjson: Vec<Value>,
    /// The first 50 delimited records, when the text looks delimited.
    pub csv: Option<CsvSample>,
    /// The sheet that the text comes from, when the file is a workbook.
    pub workbook: Option<Workbook>,
}

/// The first records of delimited text.
#[derive(Debug, Clone)]
pub struct CsvSample {
    /// Separator: `,` `;` tab or `|`.
    pub delimiter: u8,
    /// Records as written, a `sep=` line left out.
    pub records: Vec<Vec<String>>,
}

impl Sample {
    /// The first non-empty lines.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| !line.trim().is_empty()).take(200)
    }

    /// The first delimited record that holds all these columns (compared as [`fold`] does).
    pub fn csv_header(&self, names: &[&str]) -> Option<usize> {
        let csv = self.csv.as_ref()?;
        let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
        csv.records
            .iter()
            .take(20)
            .position(|record| names.iter().all(|name| record.iter().any(|cell| folds_to(cell, name))))
    }

    /// The first JSON object: the document, the first element of a top-level array, or the first
    /// line of NDJSON.
    pub fn first_object(&self) -> Option<&Value> {
        let value = self.ndjson.first().or(self.json.as_ref())?;
        match value {
            Value::Array(elements) => elements.first(),
            other => Some(other),
        }
    }
}

/// A name for comparing: trimmed, lower case, without accents, spaces (also U+00A0 and U+202F)
/// collapsed to one.
pub fn fold(name: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let plain: String = name.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase();
    plain.trim_matches('\u{feff}').split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether [`fold`] makes this of a name; plain names are compared as they are, since a header may
/// have ten thousand columns.
fn folds_to(name: &str, folded: &str) -> bool {
    if !name.is_ascii() {
        return fold(name) == folded;
    }
    let mut rest = folded;
    for (at, word) in name.split_ascii_whitespace().enumerate() {
        if at > 0 {
            let Some(behind) = rest.strip_prefix(' ') else { return false };
            rest = behind;
        }
        match rest.get(..word.len()) {
            Some(same) if same.eq_ignore_ascii_case(word) => rest = &rest[word.len()..],
            _ => return false,
        }
    }
    rest.is_empty()
}

/// What a reader may know of its file.
#[derive(Debug)]
pub struct FileContext<'a> {
    /// The beginning of the file.
    pub sample: &'a Sample,
    /// What [`Source::recognise`] answered.
    pub layout: &'a Layout,
    /// Names of the columns as written, for delimited text with a header.
    pub header: &'a [String],
    /// Zone of times that carry none.
    pub zone: &'a TimeZone,
    /// Decimal separator fixed by the user, `.` or `,`.
    pub decimal: Option<char>,
    /// Canonical column to column of the file, fixed by the user.
    pub columns: &'a [(String, String)],
}

impl FileContext<'_> {
    /// Position of the first of these columns (compared as [`fold`] does); a mapping by the user
    /// for `canonical` wins.
    pub fn column(&self, canonical: &str, names: &[&str]) -> Option<usize> {
        let at = |wanted: &str| {
            let wanted = fold(wanted);
            self.header.iter().position(|cell| folds_to(cell, &wanted))
        };
        if let Some((_, mapped)) = self.columns.iter().find(|(name, _)| name == canonical) {
            return at(mapped);
        }
        names.iter().find_map(|name| at(name))
    }

    /// The values of a column in the sample, to learn its format from.
    pub fn sampled(&self, index: usize) -> Vec<&str> {
        let Layout::Csv { header, extra } = self.layout else { return Vec::new() };
        let skip = header.map_or(0, |at| at + 1) + extra;
        let records = self.sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
        records
            .iter()
            .skip(skip)
            .filter_map(|record| record.get(index))
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_too_many_values_is_refused() {
        let text = format!("[{}1]", "1,".repeat(MAX_VALUES + 1));
        let record = Record::Json { text: &text, path: "" };
        assert!(record.json().unwrap_err().contains("at most 2000000 values"));
    }

    #[test]
    fn names_are_compared_as_folded() {
        for (name, folded) in [("  Created \t AT ", "created at"), ("Créé le", "cree le"), ("", ""), ("a b", "a b")] {
            assert!(folds_to(name, folded) && fold(name) == folded, "{name}");
        }
        for (name, folded) in
            [("created", "created at"), ("created at", "created"), ("ab", "a b"), ("a b", "ab"), ("é", "f")]
        {
            assert!(!folds_to(name, folded), "{name}");
        }
    }

    #[test]
    fn a_deep_record_is_refused() {
        let text = "[".repeat(1_000_000);
        assert!(Record::Json { text: &text, path: "" }.json().is_err());
    }
}

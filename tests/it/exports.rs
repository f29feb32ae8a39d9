//! Rewrites the exports of a case without changing what they say: other names, another order of
//! rows and columns, files cut in two.
//!
//! Text is handled byte by byte as Latin-1, so that UTF-8 and Windows-1252 come back as they were;
//! UTF-16 and gzip are unpacked and packed again.

use std::io::{Read, Write};

use serde_json::Value;

/// Mark of little-endian UTF-16 at the beginning of a file.
const UTF_16: [u8; 2] = [0xFF, 0xFE];

/// What is around the text of a file.
enum Wrapping {
    Plain,
    Utf16,
    Gzip,
}

/// Applies a change to the text of a file; `None` when the file is not text.
pub(crate) fn rewrite(bytes: &[u8], change: impl FnOnce(&str) -> String) -> Option<Vec<u8>> {
    let (wrapping, text) = open(bytes)?;
    Some(close(&wrapping, &change(&text)))
}

/// Cuts the text of a file in pieces, each of them a whole file.
pub(crate) fn split(bytes: &[u8], cut: impl FnOnce(&str) -> Vec<String>) -> Option<Vec<Vec<u8>>> {
    let (wrapping, text) = open(bytes)?;
    Some(cut(&text).iter().map(|piece| close(&wrapping, piece)).collect())
}

fn open(bytes: &[u8]) -> Option<(Wrapping, String)> {
    if bytes.starts_with(&UTF_16) {
        let units = bytes[2..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        return Some((Wrapping::Utf16, char::decode_utf16(units).map(|unit| unit.expect("UTF-16")).collect()));
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let mut unpacked = Vec::new();
        // An export that breaks off is taken as far as it goes.
        let _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut unpacked);
        return Some((Wrapping::Gzip, latin(&unpacked)));
    }
    (!bytes.contains(&0)).then(|| (Wrapping::Plain, latin(bytes)))
}

fn close(wrapping: &Wrapping, text: &str) -> Vec<u8> {
    let bytes = || text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect::<Vec<u8>>();
    match wrapping {
        Wrapping::Plain => bytes(),
        Wrapping::Utf16 => UTF_16.into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        Wrapping::Gzip => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(&bytes()).expect("memory");
            packed.finish().expect("memory")
        }
    }
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// A delimited file in parts: what comes before the rows, and the rows.
pub(crate) struct Delimited {
    head: Vec<String>,
    rows: Vec<String>,
    delimiter: char,
}

impl Delimited {
    /// Takes a text apart. The last record of the head names the columns, unless a second row of names
    /// follows, as in exports that leave names of columns empty.
    pub(crate) fn new(text: &str) -> Self {
        let records = records(text);
        let count = |mark: char| text.lines().take(20).map(|line| line.matches(mark).count()).sum::<usize>();
        let delimiter = if count(';') > count(',') { ';' } else { ',' };
        let widths: Vec<usize> = records.iter().map(|record| fields(record, delimiter).len()).collect();
        let widest = widths.iter().take(20).copied().max().unwrap_or_default();
        let header = widths.iter().position(|width| *width == widest).expect("a header");
        let has_names = fields(&records[header], delimiter).iter().all(|name| !name.trim().is_empty());
        let mut records = records.into_iter();
        let head = records.by_ref().take(header + if has_names { 1 } else { 2 }).collect();
        Self { head, rows: records.collect(), delimiter }
    }

    pub(crate) fn shuffle_rows(&mut self, shuffle: &mut Shuffle) {
        shuffle.order(&mut self.rows);
    }

    /// Gives the columns another order, where every column has a name of its own. A row with another
    /// number of fields is broken and stays as it is. The `Time` that monitoring tools put first, before
    /// series by name, stays first: its place says what the others are.
    pub(crate) fn shuffle_columns(&mut self, shuffle: &mut Shuffle) {
        let (mark, names) =
            match self.head.last().map(|line| line.strip_prefix(BOM).map_or(("", line.as_str()), |rest| (BOM, rest))) {
                Some((mark, line)) => {
                    (mark, fields(line, self.delimiter).into_iter().map(str::to_owned).collect::<Vec<_>>())
                }
                None => return,
            };
        let is_distinct =
            (1..names.len()).all(|place| !names[..place].contains(&names[place]) && !names[place].is_empty());
        if !is_distinct {
            return;
        }
        let mut order: Vec<usize> = (0..names.len()).collect();
        shuffle.order(&mut order[usize::from(names[0].trim_matches('"') == "Time")..]);
        let delimiter = self.delimiter.to_string();
        let reorder = |line: &str| -> String {
            let parts = fields(line, self.delimiter);
            if parts.len() != order.len() {
                return line.to_owned();
            }
            order.iter().map(|place| parts[*place]).collect::<Vec<_>>().join(&delimiter)
        };
        let header = format!("{mark}{}", reorder(&names.join(&delimiter)));
        let rows = self.rows.iter().map(|row| reorder(row)).collect();
        *self.head.last_mut().expect("a header") = header;
        self.rows = rows;
    }

    pub(crate) fn text(&self) -> String {
        lines(self.head.iter().chain(&self.rows))
    }

    /// Every other row in each file, both with the head.
    pub(crate) fn halves(&self) -> Vec<String> {
        let half = |odd: usize| {
            let rows = self.rows.iter().enumerate().filter(move |(place, _)| place % 2 == odd).map(|(_, row)| row);
            lines(self.head.iter().chain(rows))
        };
        vec![half(0), half(1)]
    }
}

/// The mark of UTF-8 at the beginning of a file, byte by byte.
const BOM: &str = "\u{EF}\u{BB}\u{BF}";

/// Lines, but for line ends within quotes.
fn records(text: &str) -> Vec<String> {
    let mut records = Vec::new();
    let (mut record, mut is_quoted) = (String::new(), false);
    for letter in text.chars() {
        is_quoted ^= letter == '"';
        if letter == '\n' && !is_quoted {
            records.push(std::mem::take(&mut record).trim_end_matches('\r').to_owned());
        } else {
            record.push(letter);
        }
    }
    if !record.is_empty() {
        records.push(record);
    }
    records
}

/// Fields of a record as they are written, with their quotes.
fn fields(record: &str, delimiter: char) -> Vec<&str> {
    let (mut found, mut from, mut is_quoted) = (Vec::new(), 0, false);
    for (at, letter) in record.char_indices() {
        is_quoted ^= letter == '"';
        if letter == delimiter && !is_quoted {
            found.push(&record[from..at]);
            from = at + letter.len_utf8();
        }
    }
    found.push(&record[from..]);
    found
}

/// Records as a text.
pub(crate) fn lines<'a>(records: impl Iterator<Item = &'a String>) -> String {
    records.fold(String::new(), |text, record| text + record + "\n")
}

/// Another order for the members of every object and for every list of objects or lists. Pairs such
/// as an instant and its value are lists of plain values and stay.
pub(crate) fn shuffle_json(value: &mut Value, shuffle: &mut Shuffle) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| shuffle_json(item, shuffle));
            if items.iter().all(|item| item.is_array() || item.is_object()) {
                shuffle.order(items);
            }
        }
        Value::Object(members) => {
            let mut pairs: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            pairs.iter_mut().for_each(|(_, member)| shuffle_json(member, shuffle));
            shuffle.order(&mut pairs);
            members.extend(pairs);
        }
        _ => {}
    }
}

/// The same sequence of orders in every run: Lehmer's generator, Park and Miller, "Random number
/// generators: good ones are hard to find", CACM 1988.
pub(crate) struct Shuffle(u64);

impl Shuffle {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Fisher and Yates.
    pub(crate) fn order<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            self.0 = self.0 * 48271 % 2_147_483_647;
            let other = usize::try_from(self.0).expect("below 2^31") % (place + 1);
            items.swap(place, other);
        }
    }
}

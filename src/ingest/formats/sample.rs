//! The beginning of a file, seen in every way it can be seen, for recognition.

use std::io;

use crate::ingest::formats::encoding::TextReader;
use crate::ingest::formats::place::Place;
use crate::ingest::formats::xlsx::{Sheet, Workbook};
use crate::ingest::formats::{compression, csv, json_prefix, magic, ndjson};
use crate::ingest::source::Sample;

/// Text that is looked at, in bytes.
pub const LENGTH: usize = 256 * 1024;

/// What the beginning of a file is.
#[derive(Debug)]
pub enum Beginning {
    /// Text that sources may recognise.
    Text(Box<Sample>),
    /// Something else, described in a few words that complete "the file is ...".
    Other(&'static str),
}

/// Looks at the beginning of an input; `delimiter` fixes the separator of delimited text, `sheet`
/// the sheet of a workbook.
///
/// # Errors
/// Not even the first block can be read.
pub fn look(place: &Place, path: &str, delimiter: Option<u8>, sheet: &Sheet<'_>) -> io::Result<Beginning> {
    let mut opened = compression::open(place, sheet)?;
    if let Some(workbook) = opened.workbook {
        return look_at_sheet(opened.reader, path, workbook);
    }
    let mut head = [0; 1024];
    // Damage within the first bytes is met again below, after the text before it.
    let length = compression::read_up_to(&mut opened.reader, &mut head).unwrap_or(0);
    if let Some(what) = magic::not_text(&head[..length]) {
        return Ok(Beginning::Other(what));
    }
    let mut reader = TextReader::new(compression::open(place, sheet)?.reader);
    let mut text = String::new();
    let is_whole = match reader.fill(&mut text, LENGTH) {
        Ok(has_more) => !has_more && text.len() <= LENGTH,
        Err(error) if text.is_empty() => return Err(error),
        Err(_) => false,
    };
    if text.trim().is_empty() && is_whole {
        return Ok(Beginning::Other(if length == 0 { "empty" } else { "blank" }));
    }
    if !is_whole {
        cut(&mut text);
    }
    Ok(Beginning::Text(Box::new(build(path, text, is_whole, delimiter))))
}

/// Rows of a sheet are delimited text, whatever their cells hold.
fn look_at_sheet(reader: Box<dyn io::Read + Send>, path: &str, workbook: Workbook) -> io::Result<Beginning> {
    let mut reader = TextReader::new(reader);
    let mut text = String::new();
    let is_whole = match reader.fill(&mut text, LENGTH) {
        Ok(has_more) => !has_more && text.len() <= LENGTH,
        Err(error) if text.is_empty() => return Err(error),
        Err(_) => false,
    };
    if !is_whole {
        cut(&mut text);
    }
    let csv = csv::sniff(&text, is_whole, Some(b','));
    let workbook = Some(workbook);
    Ok(Beginning::Text(Box::new(Sample { path: path.to_owned(), text, is_whole, csv, workbook, ..Sample::default() })))
}

/// Cuts a text that goes on at the last line end of a sample.
fn cut(text: &mut String) {
    let end = text.floor_char_boundary(LENGTH);
    text.truncate(text[..end].rfind('\n').map_or(end, |at| at + 1));
}

/// Sees a text in every way it can be seen.
pub fn build(path: &str, text: String, is_whole: bool, delimiter: Option<u8>) -> Sample {
    let ndjson = ndjson::sample(&text, is_whole);
    let json = json_prefix::parse(&text, is_whole);
    let is_json = json.is_some() || !ndjson.is_empty();
    let csv = if is_json { None } else { csv::sniff(&text, is_whole, delimiter) };
    Sample { path: path.to_owned(), text, is_whole, json, ndjson, csv, workbook: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_one_line_of_json_both_ways() {
        let sample = build("a.json", "{\"a\": 1}\n".into(), true, None);
        assert!(sample.json.is_some() && sample.ndjson.len() == 1 && sample.csv.is_none());
    }

    #[test]
    fn sees_delimited_text() {
        let sample = build("a.csv", "time;total\n1;2\n".into(), true, None);
        assert_eq!(sample.csv_header(&["Total"]), Some(0));
        assert!(sample.json.is_none() && sample.ndjson.is_empty());
    }

    #[test]
    fn says_what_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        for (bytes, what) in [(&b""[..], "empty"), (b" \n\n", "blank"), (b"\x89PNG\r\n", "a PNG image")] {
            std::fs::write(&file, bytes).unwrap();
            assert!(
                matches!(look(&Place::file(&file), "x", None, &Sheet::FIRST).unwrap(), Beginning::Other(found) if found == what)
            );
        }
    }

    #[test]
    fn cuts_a_long_file_at_a_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.csv");
        std::fs::write(&file, "alpha,beta\n".repeat(60_000)).unwrap();
        let Beginning::Text(sample) = look(&Place::file(&file), "x.csv", None, &Sheet::FIRST).unwrap() else {
            panic!("text")
        };
        assert!(!sample.is_whole && sample.text.len() <= LENGTH && sample.text.ends_with('\n'));
    }
}

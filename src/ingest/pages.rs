//! Whether an answer of an API is one page of several: what vendors write beside the records when
//! more of them follow, and which files of a case lack the pages behind them.
//!
//! In: the beginning of a JSON document and the text at its end, since the mark may stand on either
//! side of the records. Out: the name of the mark that says that more follow. Records are not
//! looked into; a tool whose answers look alike on the last page and before (a cursor that is
//! always there) cannot be told.

use std::io::Read;

use serde_json::{Map, Value};

use super::formats::compression;
use super::formats::place::Place;
use super::formats::xlsx::Sheet;
use super::source::{Layout, Sample};

/// Bytes at the end of a document in which marks are looked for; a token takes a few hundred.
const TAIL: usize = 8 * 1024;

/// Marks that name or point to the next page, by their path, when they are not empty.
const NEXT: &[&str] = &[
    "next_page",
    "nextPage",
    "next_page_token",
    "nextPageToken",
    "next_page_url",
    "next_cursor",
    "nextCursor",
    "next_token",
    "nextToken",
    "NextToken",
    "nextLogId",
    "next",
    "links.next",
    "_links.next",
    "_links.more",
    "meta.next_token",
    "meta.next_cursor",
    "meta.next_page",
    "meta.page.after",
    "page_info.end_cursor",
    "paging.next",
    "pages.next",
    "pagination.next",
    "pagination.next_cursor",
    "pagination_meta.after",
    "response_metadata.next_cursor",
];

/// Marks that are true when more follows and false when not, whatever else there is.
const MORE: &[&str] = &["has_more", "hasMore", "more", "meta.has_more", "pagination.has_more"];

/// Marks that are true on the last page.
const LAST: &[&str] = &["end_of_stream", "isLast", "is_last", "last_page"];

/// The mark that says that more pages follow what is in a file; none when the file ends, or is no
/// answer of an API.
pub(super) fn next(place: &Place, sample: &Sample, layout: &Layout) -> Option<String> {
    let Layout::Json { paths } = layout else { return None };
    let is_list = sample.json.as_ref().is_some_and(Value::is_array);
    // Records in a bare list have no page around them.
    if is_list && paths.contains(&"[]") {
        return None;
    }
    let end = if sample.is_whole { tail_of(sample.text.as_bytes()).to_owned() } else { last_bytes(place)? };
    let mut page = match &sample.json {
        Some(Value::Object(first)) => marks(first),
        _ => Map::new(),
    };
    page.extend(marks(&members(&String::from_utf8_lossy(&end)).unwrap_or_default()));
    mark(&page)
}

/// What a document has on its own level and might be a mark.
fn marks(document: &Map<String, Value>) -> Map<String, Value> {
    let is_mark = |name: &str| {
        let known = NEXT.iter().chain(MORE).chain(LAST);
        known.into_iter().any(|path| path.split('.').next() == Some(name))
    };
    document.iter().filter(|(name, _)| is_mark(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The mark of a page that says that more follow.
fn mark(page: &Map<String, Value>) -> Option<String> {
    let at = |path: &str| {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let value = page.get(first)?;
        rest.split('.').filter(|name| !name.is_empty()).try_fold(value, |value, name| value.get(name))
    };
    let is = |path: &&str, wanted: bool| at(path).and_then(Value::as_bool) == Some(wanted);
    if MORE.iter().any(|path| is(path, false)) || LAST.iter().any(|path| is(path, true)) {
        return None;
    }
    if let Some(more) = MORE.iter().find(|path| is(path, true)) {
        return Some((*more).to_owned());
    }
    if let Some(last) = LAST.iter().find(|path| is(path, false)) {
        return Some((*last).to_owned());
    }
    let points = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) => true,
        Value::Object(link) => !link.is_empty() && !link.values().all(Value::is_null),
        _ => false,
    };
    NEXT.iter().find(|path| at(path).is_some_and(points)).map(|path| (*path).to_owned())
}

/// The members of the last document of a text that stand behind its last list: the first place
/// from which the rest of the text is a whole object.
fn members(end: &str) -> Option<Map<String, Value>> {
    let end = end.trim_end().trim_end_matches(|c: char| c == ']' || c.is_whitespace());
    if let Ok(Value::Object(whole)) = serde_json::from_str(end) {
        return Some(whole);
    }
    let starts = memchr::memchr_iter(b',', end.as_bytes());
    let starts = starts.filter(|at| end[..*at].trim_end().ends_with([']', '}']));
    starts.into_iter().find_map(|at| match serde_json::from_str(&format!("{{{}", &end[at + 1..])) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    })
}

fn tail_of(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(TAIL)..]
}

/// The last bytes of a file, unpacked; none when it cannot be read to its end.
fn last_bytes(place: &Place) -> Option<Vec<u8>> {
    let mut reader = compression::open(place, &Sheet::FIRST).ok()?.reader;
    let mut kept: Vec<u8> = Vec::new();
    let mut block = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Some(tail_of(&kept).to_owned()),
            Ok(length) => {
                kept.extend_from_slice(tail_of(&block[..length]));
                let spare = kept.len().saturating_sub(TAIL);
                kept.drain(..spare);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// Which files lack the pages behind them. In: for each file the source that reads it and its mark;
/// none for a file that is no JSON document. A file that ends is the last page of those before it,
/// so that only a source none of whose files ends is not whole.
pub(super) fn unfinished<'a>(files: &[Option<(&'static str, Option<&'a str>)>]) -> Vec<Option<&'a str>> {
    let ends = |source: &str| files.iter().flatten().any(|(other, mark)| *other == source && mark.is_none());
    files.iter().map(|file| file.and_then(|(source, mark)| mark.filter(|_| !ends(source)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::formats::sample::build;

    const PATHS: Layout = Layout::Json { paths: &["data[]"] };

    fn of(text: &str) -> Option<String> {
        next(&Place::file(std::path::Path::new("none")), &build("x.json", text.to_owned(), true, None), &PATHS)
    }

    #[test]
    fn knows_the_marks_of_vendors() {
        for (text, mark) in [
            (r#"{"data":[{"a":[1]}],"meta":{"page":{"after":"x"}},"links":{"next":"https://a"}}"#, "links.next"),
            (r#"{"limit":25,"more":true,"data":[]}"#, "more"),
            (r#"{"data":[],"nextToken":"x"}"#, "nextToken"),
            (r#"{"data":[],"pages":{"type":"pages","next":{"page":2}}}"#, "pages.next"),
            (r#"{"data":[],"response_metadata":{"next_cursor":"x"},"ok":true}"#, "response_metadata.next_cursor"),
            (r#"{"isLast":false,"nextPageToken":"x","data":[]}"#, "isLast"),
            (r#"[{"data":[],"next_page":2},{"data":[],"next_page":3}]"#, "next_page"),
            ("{\"data\":[{\"a\":1}],\"next_page\":null}\n{\"data\":[],\"next_page\":\"x\"}\n", "next_page"),
        ] {
            assert_eq!(of(text).as_deref(), Some(mark), "{text}");
        }
    }

    #[test]
    fn the_last_page_has_no_mark() {
        for text in [
            r#"{"data":[],"next_page":"https://a","end_of_stream":true}"#,
            r#"{"data":[{"next_page":"x","more":true}],"next_page":null,"links":{"next":""}}"#,
            r#"{"data":[],"pages":{"next":null},"has_more":false,"next_cursor":"x"}"#,
            "{\"data\":[],\"next_page\":\"x\"}\n{\"data\":[{\"a\":1}],\"next_page\":null}\n",
            r#"{"data":[{"note":"],\"more\":true}"}]}"#,
            r#"{"data":[]}"#,
            "{",
            "[]",
            "7",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        let list = build("x.json", r#"[{"id":1,"more":true}]"#.to_owned(), true, None);
        let place = Place::file(std::path::Path::new("none"));
        assert_eq!(next(&place, &list, &Layout::Json { paths: &["[]"] }), None);
        assert_eq!(next(&place, &list, &Layout::Ndjson), None);
    }

    #[test]
    fn a_mark_behind_a_long_list_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.json");
        let records = vec![r#"{"text":"a, b], c","more":true}"#; 20_000].join(",");
        for (end, mark) in [(r#""more":true"#, Some("more")), (r#""more":false"#, None)] {
            std::fs::write(&file, format!("{{\"data\":[{records}],{end}}}\n")).unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let sample = build("x.json", text[..200_000].to_owned(), false, None);
            assert_eq!(next(&Place::file(&file), &sample, &PATHS).as_deref(), mark);
        }
    }

    #[test]
    fn a_file_that_ends_closes_those_of_its_source() {
        let files = [Some(("a", Some("more"))), Some(("b", Some("next"))), None, Some(("a", None))];
        assert_eq!(unfinished(&files), [None, Some("next"), None, None]);
    }
}

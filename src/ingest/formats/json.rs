//! Finds the records of one JSON document while it streams past, so that a document of any size
//! is read in constant memory.
//!
//! Only the structure on the way to the records is understood; the records themselves are handed
//! on as text and parsed later, on all cores. A document that ends early gives the records that
//! are whole. Several documents in a row are read like one after the other. A path that leads
//! through a record (`"a[]"` beside `"a[].b[]"`) gives the outer record only.

/// Longest record, in bytes; of a longer one only the beginning is kept. Parsing takes a multiple
/// of the text in memory, on every core.
pub const MAX_ELEMENT: usize = 16 * 1024 * 1024;

/// Bytes kept of a record that is too long.
const EXCERPT: usize = 200;

/// Longest key that is remembered, in bytes; a longer one leads nowhere.
const MAX_KEY: usize = 1024;

/// Longest text before the document that is passed over in silence (`window.YTD.tweet.part0 =`).
const MAX_PREAMBLE: u64 = 200;

/// One record found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Where its text begins in [`Elements::text`].
    pub start: usize,
    /// Where its text ends.
    pub end: usize,
    /// Which of the paths led to it.
    pub path: usize,
    /// Whether the text is whole; not when it is longer than [`MAX_ELEMENT`].
    pub is_whole: bool,
}

/// Records found so far.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Elements {
    /// The texts of the records, one after the other.
    pub text: String,
    /// Where they are.
    pub elements: Vec<Element>,
}

/// Scans one document, piece by piece.
#[derive(Debug)]
pub struct Scanner {
    paths: Vec<Vec<Step>>,
    stack: Vec<Frame>,
    expect: Expect,
    mode: Mode,
    key: String,
    /// Paths that may lead on from the value that comes next, one bit each.
    mask: u64,
    outside: u64,
    problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
}

#[derive(Debug)]
struct Frame {
    is_object: bool,
    mask: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Key,
    Colon,
    Value,
    Comma,
    /// The document is over or not begun.
    Root,
    /// What follows cannot be understood.
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Structure,
    /// Inside a key.
    Key {
        escaped: bool,
    },
    /// Inside a value that is kept (`path`) or passed over.
    Inside {
        path: Option<usize>,
        is_whole: bool,
        start: usize,
        depth: u32,
        string: bool,
        escaped: bool,
        scalar: bool,
    },
}

impl Scanner {
    /// Looks for records under these paths, see [`crate::ingest::source::Layout::Json`].
    pub fn new(paths: &[&str]) -> Self {
        let paths: Vec<Vec<Step>> = paths.iter().take(64).map(|path| steps(path)).collect();
        Self {
            paths,
            stack: Vec::new(),
            expect: Expect::Root,
            mode: Mode::Structure,
            key: String::new(),
            mask: 0,
            outside: 0,
            problem: None,
        }
    }

    /// Takes the next piece of the document and appends the records that end in it to `out`. A
    /// record that does not end yet stays at the end of `out.text`, without an element: the same
    /// `out`, or one that begins with that text, must be given next time.
    pub fn feed(&mut self, text: &str, out: &mut Elements) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at = match self.mode {
                Mode::Structure => self.structure(bytes, at, out),
                Mode::Key { escaped } => self.in_key(text, at, escaped),
                Mode::Inside { .. } => self.inside(text, at, out),
            };
        }
    }

    /// Moves the text of a record that is not whole to the beginning of a new collection.
    pub fn take(&mut self, out: &mut Elements) -> Elements {
        let mut next = Elements::default();
        if let Mode::Inside { path: Some(_), start, .. } = &mut self.mode {
            next.text = out.text.split_off(*start);
            *start = 0;
        }
        std::mem::replace(out, next)
    }

    /// What is wrong with the document, once all of it was given.
    pub fn problem(&self) -> Option<String> {
        match &self.problem {
            Some(problem) => Some(problem.clone()),
            None if self.expect == Expect::Root && self.mode == Mode::Structure => None,
            None => Some("expected the end of the document, found the end of the file".into()),
        }
    }

    fn structure(&mut self, bytes: &[u8], at: usize, out: &mut Elements) -> usize {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            return at + 1;
        }
        match (self.expect, byte) {
            (Expect::Nothing, _) => return bytes.len(),
            (Expect::Root, b'{' | b'[') => {
                self.mask = (0..self.paths.len()).fold(0, |mask, path| mask | 1 << path);
                return self.value(bytes, at, out);
            }
            (Expect::Root, _) => self.beside(byte),
            (Expect::Value, b']') if self.stack.last().is_some_and(|frame| !frame.is_object) => self.close(),
            (Expect::Value, _) => return self.value(bytes, at, out),
            (Expect::Key, b'"') => {
                self.key.clear();
                self.mode = Mode::Key { escaped: false };
            }
            (Expect::Colon, b':') => self.expect = Expect::Value,
            (Expect::Comma, b',') => {
                let is_object = self.stack.last().is_some_and(|frame| frame.is_object);
                self.expect = if is_object { Expect::Key } else { Expect::Value };
                self.mask = self.stack.last().map_or(0, |frame| self.advance(frame.mask, &Step::Each));
            }
            (Expect::Key, b'}') | (Expect::Comma, b'}' | b']') => self.close(),
            (expect, byte) => {
                let wanted = match expect {
                    Expect::Key => "a key",
                    Expect::Colon => "`:`",
                    _ => "`,`",
                };
                self.problem = Some(format!("expected {wanted} in the document, found `{}`", byte.escape_ascii()));
                self.expect = Expect::Nothing;
            }
        }
        at + 1
    }

    /// Text outside the document: a short one before it is usual, anything else is reported.
    fn beside(&mut self, byte: u8) {
        self.outside += 1;
        if self.outside > MAX_PREAMBLE && self.problem.is_none() {
            self.problem = Some(format!("expected a JSON document, found `{}`", byte.escape_ascii()));
        }
    }

    /// A value begins at `at`: it is a record, or leads to records, or is passed over.
    fn value(&mut self, bytes: &[u8], at: usize, out: &mut Elements) -> usize {
        let depth = self.stack.len();
        let ends = (0..self.paths.len()).find(|path| self.mask >> path & 1 == 1 && self.paths[*path].len() == depth);
        let is_container = matches!(bytes[at], b'{' | b'[');
        if ends.is_none() && self.mask != 0 && is_container {
            let is_object = bytes[at] == b'{';
            self.stack.push(Frame { is_object, mask: self.mask });
            self.expect = if is_object { Expect::Key } else { Expect::Value };
            if !is_object {
                self.mask = self.advance(self.mask, &Step::Each);
            }
            return at + 1;
        }
        self.mode = Mode::Inside {
            path: ends,
            is_whole: true,
            start: out.text.len(),
            depth: 0,
            string: false,
            escaped: false,
            scalar: !is_container && bytes[at] != b'"',
        };
        at
    }

    /// Paths of `mask` whose step at the present depth is this one.
    fn advance(&self, mask: u64, step: &Step) -> u64 {
        let at = self.stack.len() - 1;
        (0..self.paths.len())
            .filter(|path| mask >> path & 1 == 1 && self.paths[*path].get(at) == Some(step))
            .fold(0, |mask, path| mask | 1 << path)
    }

    fn close(&mut self) {
        self.stack.pop();
        self.after_value();
    }

    fn after_value(&mut self) {
        self.expect = if self.stack.is_empty() { Expect::Root } else { Expect::Comma };
    }

    fn in_key(&mut self, text: &str, at: usize, escaped: bool) -> usize {
        let bytes = text.as_bytes();
        let mut end = at;
        let mut escaped = escaped;
        while end < bytes.len() && (escaped || bytes[end] != b'"') {
            escaped = !escaped && bytes[end] == b'\\';
            end += 1;
        }
        if self.key.len() <= MAX_KEY {
            self.key.push_str(&text[at..text.floor_char_boundary(end.min(at + MAX_KEY + 1))]);
        }
        if end == bytes.len() {
            self.mode = Mode::Key { escaped };
            return end;
        }
        let frame = self.stack.last().map_or(0, |frame| frame.mask);
        let key = Step::Key(std::mem::take(&mut self.key));
        self.mask = self.advance(frame, &key);
        self.mode = Mode::Structure;
        self.expect = Expect::Colon;
        end + 1
    }

    /// Goes on inside a value until it ends or the piece does.
    fn inside(&mut self, text: &str, at: usize, out: &mut Elements) -> usize {
        let Mode::Inside { path, mut is_whole, start, mut depth, mut string, mut escaped, scalar } = self.mode else {
            return at;
        };
        let bytes = text.as_bytes();
        let mut end = at;
        let mut is_over = false;
        while end < bytes.len() && !is_over {
            let byte = bytes[end];
            if string {
                if escaped {
                    escaped = false;
                } else if byte == b'\\' {
                    escaped = true;
                } else if byte == b'"' {
                    string = false;
                    is_over = depth == 0;
                }
            } else if scalar && (byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}')) {
                break;
            } else {
                match byte {
                    b'"' => string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        is_over = depth == 0;
                    }
                    _ => {}
                }
            }
            end += 1;
        }
        is_over |= end < bytes.len();
        if path.is_some() && is_whole {
            out.text.push_str(&text[at..end]);
            if out.text.len() - start > MAX_ELEMENT {
                out.text.truncate(out.text.floor_char_boundary(start + EXCERPT));
                is_whole = false;
            }
        }
        if !is_over {
            self.mode = Mode::Inside { path, is_whole, start, depth, string, escaped, scalar };
            return end;
        }
        if let Some(path) = path {
            out.elements.push(Element { start, end: out.text.len(), path, is_whole });
        }
        self.mode = Mode::Structure;
        self.after_value();
        end
    }
}

/// `"data.result[]"` is the key `data`, the key `result`, each element.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let key = part.trim_end_matches("[]");
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        steps.extend(std::iter::repeat_n(Step::Each, (part.len() - key.len()) / 2));
    }
    steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scan(document: &str, paths: &[&str], piece: usize) -> (Vec<(String, usize)>, Option<String>) {
        let mut scanner = Scanner::new(paths);
        let (mut out, mut found) = (Elements::default(), Vec::new());
        let mut rest = document;
        while !rest.is_empty() {
            let cut = rest.floor_char_boundary(piece).max(rest.chars().next().map_or(0, char::len_utf8));
            scanner.feed(&rest[..cut], &mut out);
            rest = &rest[cut..];
            let done = scanner.take(&mut out);
            found.extend(done.elements.iter().map(|e| (done.text[e.start..e.end].to_owned(), e.path)));
        }
        (found, scanner.problem())
    }

    const DOCUMENT: &str = r#"{"status": "ok", "data": {"note": ["]", {"x": "\"}"}], "result": [ {"a": [1, 2]}, "é,]", 3.5 ,null]},
        "other": {"result": [9]}, "page": {"id": 1}}"#;

    #[test]
    fn finds_the_elements_of_an_inner_array() {
        let (found, problem) = scan(DOCUMENT, &["data.result[]"], 1000);
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, [r#"{"a": [1, 2]}"#, r#""é,]""#, "3.5", "null"]);
        assert_eq!(problem, None);
    }

    #[test]
    fn finds_the_document_itself_and_the_elements_of_a_top_level_array() {
        assert_eq!(scan(" {\"a\":1} ", &[""], 3).0, [("{\"a\":1}".to_owned(), 0)]);
        assert_eq!(scan("[{\"a\":1}, 2]", &["[]"], 3).0.len(), 2);
        assert_eq!(scan("[[1,2],[3]]", &["[][]"], 3).0.len(), 3);
        assert_eq!(scan("[]", &["[]"], 3), (Vec::new(), None));
    }

    #[test]
    fn tells_which_path_led_to_a_record() {
        let (found, _) = scan(DOCUMENT, &["page", "data.result[]", "other.result[]"], 7);
        assert_eq!(found.iter().map(|(_, path)| *path).collect::<Vec<_>>(), [1, 1, 1, 1, 2, 0]);
    }

    #[test]
    fn keeps_whole_elements_of_a_document_that_ends_early() {
        let (found, problem) = scan(r#"{"data": {"result": [{"a": 1}, {"b": 2"#, &["data.result[]"], 4);
        assert_eq!(found.len(), 1);
        assert_eq!(problem.as_deref(), Some("expected the end of the document, found the end of the file"));
    }

    #[test]
    fn reports_what_breaks_the_structure() {
        let (found, problem) = scan(r#"{"data": {"result": [{"a": 1} {"b": 2}]}}"#, &["data.result[]"], 100);
        assert_eq!(found.len(), 1);
        assert_eq!(problem.as_deref(), Some("expected `,` in the document, found `{`"));
        assert_eq!(scan("[1, 2]]]]", &["[]"], 100).0.len(), 2);
    }

    #[test]
    fn passes_over_a_preamble() {
        assert_eq!(scan("window.YTD.tweet.part0 = [ {\"tweet\": 1} ]", &["[]"], 5).0.len(), 1);
    }

    #[test]
    fn keeps_the_beginning_of_a_record_that_is_too_long() {
        let mut scanner = Scanner::new(&["[]"]);
        let mut out = Elements::default();
        scanner.feed("[{\"a\":1},\"", &mut out);
        let piece = "é\\\"]".repeat(100_000);
        for _ in 0..=MAX_ELEMENT / piece.len() {
            scanner.feed(&piece, &mut out);
            assert!(out.text.len() <= MAX_ELEMENT);
        }
        scanner.feed("\", 7]", &mut out);
        assert_eq!(out.elements.iter().map(|element| element.is_whole).collect::<Vec<_>>(), [true, false, true]);
        assert!(out.text.len() < 1000 && scanner.problem().is_none());
    }

    #[test]
    fn does_not_remember_an_endless_key() {
        let mut scanner = Scanner::new(&["a"]);
        let mut out = Elements::default();
        scanner.feed("{\"", &mut out);
        for _ in 0..100 {
            scanner.feed(&"é".repeat(1000), &mut out);
        }
        assert!(scanner.key.len() < 10 * MAX_KEY);
        scanner.feed("\": 1, \"a\": 2}", &mut out);
        assert_eq!(out.text, "2");
    }

    proptest! {
        #[test]
        fn finds_the_same_wherever_the_pieces_end(piece in 1_usize..40) {
            let paths = ["data.result[]", "page", "data.note[]"];
            prop_assert_eq!(scan(DOCUMENT, &paths, piece), scan(DOCUMENT, &paths, 10_000));
        }

        #[test]
        fn survives_any_text(text in "[\\[\\]{}\":,a1\\\\ ]{0,60}", piece in 1_usize..9) {
            let _ = scan(&text, &["", "a[]", "[]"], piece);
        }
    }
}

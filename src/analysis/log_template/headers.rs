//! Where the message begins in a file in which lines of several formats stand side by side.
//!
//! In: a sample of lines. Out: [`Headers`]: one [`Header`] for all lines where the file has one format; otherwise one
//! for each kind of line. The kind of a line is told by the shapes of its first fields, up to the first word or level:
//! the same signature for all lines of a format, as the first levels of Drain's tree tell messages by length and first
//! words (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017,
//! doi:10.1109/ICWS.2017.13).
//!
//! O(sample × columns) to learn, O(header) a line. A kind needs `FEWEST` lines and one in `ONE_IN` of the sample, so
//! there are at most `ONE_IN`; lines of no kind have the header that all lines share, if any; an empty
//! sample has none.

use std::collections::BTreeMap;

use super::header::{Fields, Header, Shape, shape};

/// Lines from which the header of a kind is told.
const FEWEST: usize = 10;
/// A kind has at least one line in so many.
const ONE_IN: usize = 64;
/// Fields that tell the kind of a line.
const FIELDS: usize = 3;

/// The headers of the lines of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    all: Header,
    kinds: Vec<(Signature, Header)>,
}

type Signature = [Option<Shape>; FIELDS];

impl Headers {
    /// Learns the headers from sample lines.
    pub fn detect(lines: &[String]) -> Self {
        let all = Header::detect(lines);
        if all.has_pipes() {
            return Self { all, kinds: Vec::new() };
        }
        let mut by_kind: BTreeMap<Signature, Vec<String>> = BTreeMap::new();
        for line in lines {
            if let Some(signature) = signature(line) {
                by_kind.entry(signature).or_default().push(line.clone());
            }
        }
        let fewest = FEWEST.max(lines.len() / ONE_IN);
        by_kind.retain(|_, lines| lines.len() >= fewest);
        let mut longer = 0;
        let mut kinds = Vec::with_capacity(by_kind.len());
        for (signature, lines) in by_kind {
            let header = Header::detect(&lines);
            if header.columns() > all.columns() {
                longer += lines.len();
            }
            kinds.push((signature, header));
        }
        // One format that varies a little has the same header in all its kinds; then the whole file tells it best.
        let is_mixed = all.is_empty()
            || 2 * longer > lines.len() && kinds.iter().all(|(_, header)| header.columns() >= all.columns());
        if is_mixed {
            kinds.retain(|(_, header)| !header.is_empty());
            Self { all, kinds }
        } else {
            Self { all, kinds: Vec::new() }
        }
    }

    /// Learns what is left of a header in lines whose time and level were cut already.
    pub(super) fn of_messages(lines: &[String]) -> Self {
        Self { all: Header::of_messages(lines), kinds: Vec::new() }
    }

    /// The byte at which the message of `line` begins; 0 when the line has no known header.
    pub fn message_start(&self, line: &str) -> usize {
        if self.kinds.is_empty() {
            return self.all.message_start(line);
        }
        let signature = signature(line);
        let header =
            self.kinds.iter().find(|(kind, _)| Some(*kind) == signature).map_or(&self.all, |(_, header)| header);
        header.message_start(line)
    }
}

/// The shapes of the first fields, up to a word or level; `None` for a line that begins with a word.
fn signature(line: &str) -> Option<Signature> {
    let mut signature = [None; FIELDS];
    for (place, field) in signature.iter_mut().zip(Fields::of(line)) {
        let shape = match shape(field) {
            Shape::Component => Shape::Word,
            shape => shape,
        };
        *place = Some(shape);
        if matches!(shape, Shape::Word | Shape::Level) {
            break;
        }
    }
    signature[0].filter(|first| *first != Shape::Word).map(|_| signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<String> {
        let phone = |second: usize| format!("06-04 15:16:{second:02}.120  1702  2395 D Player: level {second}");
        let server = |second: usize| format!("[Sun Dec 04 04:47:{second:02} 2033] [notice] child {second} found");
        (10..40).flat_map(|second| [phone(second), server(second), format!("no header {second}")]).collect()
    }

    #[test]
    fn cuts_the_header_of_each_kind_of_line() {
        let lines = lines();
        let headers = Headers::detect(&lines);
        let message = |index: usize| &lines[index][headers.message_start(&lines[index])..];
        assert_eq!([message(0), message(1), message(2)], ["level 10", "child 10 found", "no header 10"]);
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let mut turned = lines();
        turned.reverse();
        assert_eq!(Headers::detect(&turned), Headers::detect(&lines()));
    }

    #[test]
    fn empty_blank_and_few_lines_have_no_header() {
        assert_eq!(Headers::detect(&[]), Headers::default());
        let headers = Headers::detect(&["", " ", "a 1"].map(String::from));
        assert_eq!(["", " ", "a 1", "7"].map(|line| headers.message_start(line)), [0; 4]);
    }
}

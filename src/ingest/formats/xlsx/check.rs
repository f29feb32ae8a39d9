//! Measures the parts of a workbook before it is opened: each is unpacked once, to nowhere.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use memchr::memmem;
use zip::ZipArchive;

use super::damaged;

/// Longest expansion that is believed. Sheets of repeated cells reach about 1:80.
const MAX_RATIO: u64 = 150;

/// Expanded size below which the ratio is not looked at.
const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// Largest expanded size of all parts; a full sheet of 20 columns has about 1.2 GB.
const MAX_EXPANDED: u64 = 2 << 30;

/// Largest table of repeated texts, which is held in memory.
const MAX_TEXTS: u64 = 512 << 20;

/// Longest stretch without markup; a cell holds 32 767 characters at most.
const MAX_STRETCH: usize = 16 << 20;

/// Fewest bytes that one text of the table takes.
const LEAST_TEXT: u64 = 5;

const COUNT: &[u8] = b"uniqueCount";

/// Checks all parts of a workbook.
///
/// # Errors
/// A part is damaged, or made to fill the memory.
pub(super) fn parts(file: &File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let mut reader = BufReader::new(file);
    reader.rewind()?;
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(&error.to_string()))?;
    let limit = length.saturating_mul(MAX_RATIO).clamp(RATIO_FREE_BYTES, MAX_EXPANDED);
    let mut expanded = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| damaged(&error.to_string()))?;
        let name = part.name().unwrap_or_default().to_lowercase();
        let is_markup = [".xml", ".rels"].iter().any(|end| name.ends_with(end));
        let mut measured = Measured::default();
        match measure(&mut part, limit - expanded, &mut measured) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => return Err(error),
            // A picture that cannot be read harms nobody.
            Err(_) if !is_markup => {}
            Err(error) => return Err(damaged(&error.to_string())),
        }
        expanded += measured.bytes;
        if is_markup {
            measured.judge(name.ends_with("sharedstrings.xml"))?;
        }
    }
    Ok(())
}

/// What one part is like.
#[derive(Default)]
struct Measured {
    bytes: u64,
    stretch: usize,
    longest_stretch: usize,
    /// Largest number of texts that the part says it has.
    texts: u64,
    is_wide: bool,
    tail: Vec<u8>,
}

impl Measured {
    fn take(&mut self, block: &[u8]) {
        if self.bytes == 0 {
            self.is_wide = block.starts_with(b"\xff\xfe") || block.starts_with(b"\xfe\xff") || block.contains(&0);
        }
        self.bytes += block.len() as u64;
        let mut from = 0;
        for at in memchr::memchr_iter(b'<', block) {
            self.longest_stretch = self.longest_stretch.max(self.stretch + at - from);
            self.stretch = 0;
            from = at;
        }
        self.stretch += block.len() - from;
        self.longest_stretch = self.longest_stretch.max(self.stretch);
        // The number may be cut by the end of the block.
        self.tail.extend_from_slice(block);
        for at in memmem::find_iter(&self.tail, COUNT) {
            self.texts = self.texts.max(number_behind(&self.tail[at + COUNT.len()..]));
        }
        let kept = self.tail.len().min(64);
        self.tail.drain(..self.tail.len() - kept);
    }

    fn judge(&self, is_texts: bool) -> io::Result<()> {
        if self.longest_stretch > MAX_STRETCH {
            return Err(io::Error::other("the workbook holds a cell of more than 16 MiB"));
        }
        if !is_texts {
            return Ok(());
        }
        if self.is_wide {
            return Err(damaged("expected its texts in UTF-8"));
        }
        if self.bytes > MAX_TEXTS {
            return Err(io::Error::other("the workbook holds more than 512 MiB of texts: save the sheet as CSV"));
        }
        if self.texts > self.bytes / LEAST_TEXT {
            return Err(damaged("it says that it holds more texts than it does"));
        }
        Ok(())
    }
}

fn measure(part: &mut impl Read, left: u64, measured: &mut Measured) -> io::Result<()> {
    let mut block = vec![0; 256 * 1024];
    loop {
        let count = match part.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        measured.take(&block[..count]);
        if measured.bytes > left {
            let why = format!("the workbook expands more than {MAX_RATIO} times, or to more than 2 GiB");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
    }
}

/// The number of an attribute value: `="123"`.
fn number_behind(text: &[u8]) -> u64 {
    let quoted = text.iter().skip_while(|byte| matches!(byte, b' ' | b'=' | b'"' | b'\'' | b'\t' | b'\n' | b'\r'));
    let digits = quoted.take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(blocks: &[&[u8]]) -> Measured {
        let mut measured = Measured::default();
        for block in blocks {
            measured.take(block);
        }
        measured
    }

    #[test]
    fn sees_a_count_that_is_cut_in_two() {
        assert_eq!(measured(&[b"<sst count=\"3\" uniqueC", b"ount = '120", b"0'>"]).texts, 1200);
        assert!(measured(&[b"<sst uniqueCount=\"99999999999999999999999\"/>"]).judge(true).is_err());
        assert!(measured(&[b"<sst uniqueCount=\"1\"><si><t>a</t></si></sst>"]).judge(true).is_ok());
        assert!(measured(&[b"<\0s\0s\0t\0"]).judge(true).is_err());
    }

    #[test]
    fn sees_a_long_stretch_over_blocks() {
        let block = vec![b'x'; MAX_STRETCH / 2];
        assert!(measured(&[b"<v>", &block, &block, b"</v>"]).judge(false).is_err());
        assert!(measured(&[b"<v>", &block, b"</v>", &block]).judge(false).is_ok());
    }
}

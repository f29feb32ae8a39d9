//! Opens an input whatever it is packed in: gzip, zstd, bzip2 and xz are told by their first bytes,
//! never by the name. Bytes go out as they were before packing; Parquet comes out as JSON lines, a
//! workbook as delimited text.
//!
//! A small archive that expands without end is stopped, see [`MAX_RATIO`]. Zip archives of several
//! files are inputs of their own (see `archive`); tar archives are not opened.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};

use crate::ingest::formats::archive::{self, Archive};
use crate::ingest::formats::parquet::ParquetLines;
use crate::ingest::formats::place::Place;
use crate::ingest::formats::xlsx::{self, Sheet, SheetText, Workbook};

/// Longest expansion that is believed. Logs of one repeated line reach about 1:300 with gzip;
/// what is above 1:1000 was made to fill the memory.
pub const MAX_RATIO: u64 = 1000;

/// Expanded size below which the ratio is not looked at, since tiny files reach any ratio.
pub const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip, one or several members.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2, one or several streams.
    Bzip2,
    /// xz, one or several streams.
    Xz,
}

impl Compression {
    /// Tells the packing by the first bytes of a file; six are enough.
    pub fn detect(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }
}

/// Largest file that is laid down unpacked because it must be read from several places at once
/// (a workbook or Parquet inside another packing).
const MAX_LAID_DOWN: u64 = 1 << 30;

/// An input that is being read.
pub struct Opened {
    /// Its text or bytes, unpacked.
    pub reader: Box<dyn Read + Send>,
    /// The sheet that the text comes from, when it is a workbook.
    pub workbook: Option<Workbook>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Opened").field("workbook", &self.workbook).finish_non_exhaustive()
    }
}

/// Opens an input and unpacks it while it is read; of a workbook one sheet.
///
/// # Errors
/// The file cannot be opened, or is a workbook or Parquet file that cannot be read. Damage further
/// on shows as an error of a later read, after the bytes before it.
pub fn open(place: &Place, sheet: &Sheet<'_>) -> io::Result<Opened> {
    let (input, packed) = place.bytes()?;
    let (head, input) = peek(input)?;
    let compression = Compression::detect(&head);
    let (head, input) =
        if compression == Compression::None { (head, input) } else { peek(unpack(compression, input, packed)?)? };
    let seekable = |input| {
        let is_plain = compression == Compression::None && place.member.is_none();
        if is_plain { File::open(&place.file) } else { lay_down(input) }
    };
    if head.starts_with(b"PAR1") {
        return Ok(Opened { reader: Box::new(ParquetLines::open(seekable(input)?)?), workbook: None });
    }
    if !archive::is_zip(&head) {
        return Ok(Opened { reader: input, workbook: None });
    }
    let mut file = seekable(input)?;
    if let Archive::Files(_) = archive::look_inside(&file)? {
        file.rewind()?;
        return Ok(Opened { reader: Box::new(file), workbook: None });
    }
    let workbook = match sheet {
        Sheet::Surveyed(workbook) => (*workbook).clone(),
        Sheet::Wanted { name, has_decimal_comma } => xlsx::survey(&file, *name, *has_decimal_comma)?,
    };
    Ok(Opened { reader: Box::new(SheetText::open(file, &workbook)?), workbook: Some(workbook) })
}

/// The first bytes, and the input with them.
fn peek(mut input: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = vec![0; 6];
    let length = read_up_to(&mut input, &mut head)?;
    head.truncate(length);
    Ok((head.clone(), Box::new(Cursor::new(head).chain(input))))
}

/// Writes an input to a file without a name, which goes when it is closed.
fn lay_down(input: Box<dyn Read + Send>) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let length = io::copy(&mut input.take(MAX_LAID_DOWN + 1), &mut file)?;
    if length > MAX_LAID_DOWN {
        return Err(io::Error::other(
            "expected a packed workbook or Parquet file of at most 1 GiB, found a larger one",
        ));
    }
    file.rewind()?;
    Ok(file)
}

/// Reads until the buffer is full or the input ends; answers how much was read.
///
/// # Errors
/// The first error of the reader; bytes read before it are lost.
pub fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn unpack<R: Read + Send + 'static>(
    compression: Compression,
    input: R,
    packed: u64,
) -> io::Result<Box<dyn Read + Send>> {
    let input = BufReader::with_capacity(128 * 1024, input);
    if compression == Compression::None {
        return Ok(Box::new(input));
    }
    Ok(Box::new(Limited::new(decoder(compression, input)?, packed)))
}

/// What undoes a packing.
pub(super) fn decoder<R: BufRead + Send + 'static>(
    compression: Compression,
    input: R,
) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Compression::Xz => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(input)),
    })
}

/// Stops an expansion that is out of proportion.
pub(super) struct Limited {
    inner: Box<dyn Read + Send>,
    packed: u64,
    expanded: u64,
}

impl Limited {
    /// Reads what comes from so many packed bytes.
    pub(super) fn new(inner: Box<dyn Read + Send>, packed: u64) -> Self {
        Self { inner, packed, expanded: 0 }
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.expanded += count as u64;
        if self.expanded > RATIO_FREE_BYTES && self.expanded > self.packed.saturating_mul(MAX_RATIO) {
            return Err(io::Error::other(format!("the archive expands more than {MAX_RATIO} times")));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(packed: Vec<u8>) -> (Vec<u8>, io::Result<usize>) {
        let length = packed.len() as u64;
        let mut out = Vec::new();
        let compression = Compression::detect(&packed);
        let result = unpack(compression, Cursor::new(packed), length).unwrap().read_to_end(&mut out);
        (out, result)
    }

    #[test]
    fn reads_every_packing() {
        let text = b"one\ntwo\n".repeat(1000);
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
        bzip2.write_all(&text).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
        xz.write_all(&text).unwrap();
        let zstd = zstd::encode_all(&text[..], 3).unwrap();
        for packed in [text.clone(), gzip(&text), bzip2.finish().unwrap(), xz.finish().unwrap(), zstd] {
            assert_eq!(read(packed).0, text);
        }
    }

    #[test]
    fn reads_all_members_of_a_gzip_file() {
        let mut packed = gzip(b"one\n");
        packed.extend(gzip(b"two\n"));
        assert_eq!(read(packed).0, b"one\ntwo\n");
    }

    #[test]
    fn keeps_what_stands_before_the_cut_of_a_truncated_gzip_file() {
        let text: Vec<u8> = (0..20_000u32).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
        let mut packed = gzip(&text);
        packed.truncate(packed.len() / 2);
        let (out, result) = read(packed);
        assert!(result.is_err());
        assert!(!out.is_empty() && text.starts_with(&out));
    }

    #[test]
    fn stops_an_archive_that_expands_without_end() {
        let mut limited = Limited { inner: Box::new(io::repeat(0)), packed: 100, expanded: 0 };
        let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("expands more than 1000 times"));
    }

    #[test]
    fn takes_short_files_as_they_are() {
        assert_eq!(read(vec![0x1f]).0, vec![0x1f]);
        assert_eq!(read(Vec::new()).0, Vec::<u8>::new());
    }
}

//! Opens an input whatever it is packed in: gzip, zstd, bzip2 and xz are told by their first bytes,
//! never by the name. Bytes go out as they were before packing; Parquet comes out as JSON lines, a
//! workbook as delimited text.
//!
//! A file that was packed twice is unpacked twice. A small archive that expands without end is
//! stopped, see [`MAX_RATIO`]. Zip archives of several files are inputs of their own (see
//! `archive`); tar archives are not opened.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};

use liblzma::stream::{CONCATENATED, Stream};

use crate::ingest::formats::archive::{self, Archive};
use crate::ingest::formats::parquet::ParquetLines;
use crate::ingest::formats::place::Place;
use crate::ingest::formats::xlsx::{self, Sheet, SheetText, Workbook};

/// Longest expansion that is believed. Logs of one repeated line reach about 1:300 with gzip;
/// what is above 1:1000 was made to fill the memory.
pub const MAX_RATIO: u64 = 1000;

/// Expanded size below which the ratio is not looked at, since tiny files reach any ratio.
pub const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// Bytes read from a file at once.
const BUFFER: usize = 128 * 1024;

/// Packings around each other that are taken off: a transfer may pack what was packed before.
const MAX_DEPTH: usize = 2;

/// Memory for unpacking xz, in bytes: the strongest usual setting needs 65 MiB, an archive made
/// to fill the memory may ask for 4 GiB.
const XZ_MEMORY: u64 = 192 * 1024 * 1024;

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
/// The file cannot be opened, is packed too often, or is a workbook or Parquet file that cannot be read. Damage further
/// on shows as an error of a later read, after the bytes before it.
pub fn open(place: &Place, sheet: &Sheet<'_>) -> io::Result<Opened> {
    let (input, packed) = place.bytes()?;
    let (head, input) = peek(input);
    let compression = Compression::detect(&head);
    let (head, input) =
        if compression == Compression::None { (head, input) } else { unpack_all(compression, input, packed)? };
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

/// Takes all packings off, `outer` being the outermost; answers the first bytes with what was in them.
fn unpack_all(
    outer: Compression,
    input: Box<dyn Read + Send>,
    packed: u64,
) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut reader = unpack(outer, input, packed)?;
    for depth in 1.. {
        let (head, whole) = peek(reader);
        let inner = Compression::detect(&head);
        if inner == Compression::None {
            return Ok((head, whole));
        }
        if depth == MAX_DEPTH {
            break;
        }
        reader = unpack(inner, whole, packed)?;
    }
    Err(io::Error::other(format!("the file is packed more than {MAX_DEPTH} times, unpack it")))
}

/// The first bytes, and the input with them; an error comes after the bytes before it.
fn peek(mut input: Box<dyn Read + Send>) -> (Vec<u8>, Box<dyn Read + Send>) {
    let mut head = vec![0; 6];
    let mut filled = 0;
    while filled < head.len() {
        match input.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                head.truncate(filled);
                return (head.clone(), Box::new(Cursor::new(head).chain(Failed(Some(error)))));
            }
        }
    }
    head.truncate(filled);
    (head.clone(), Box::new(Cursor::new(head).chain(input)))
}

/// Gives one error and then ends.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
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
    let input = BufReader::with_capacity(BUFFER, input);
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
        Compression::Xz => {
            let stream = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED).map_err(io::Error::other)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
        }
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
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(packed: Vec<u8>) -> (Vec<u8>, io::Result<usize>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), packed).unwrap();
        let mut out = Vec::new();
        let opened = open(&Place::file(file.path()), &Sheet::FIRST);
        let result = opened.and_then(|mut opened| opened.reader.read_to_end(&mut out));
        (out, result)
    }

    /// The bytes in every packing.
    fn packings(text: &[u8]) -> Vec<Vec<u8>> {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(text).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(text).unwrap();
        let mut zstd = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        // As the command does; without it damage may show as wrong text only.
        zstd.include_checksum(true).unwrap();
        zstd.write_all(text).unwrap();
        vec![gzip(text), zstd.finish().unwrap(), bzip2.finish().unwrap(), xz.finish().unwrap()]
    }

    #[test]
    fn reads_every_packing_of_one_or_several_parts() {
        let text = b"one\ntwo\n".repeat(1000);
        assert_eq!(read(text.clone()).0, text);
        for (packed, more) in packings(&text).into_iter().zip(packings(b"three\n")) {
            assert_eq!(read(packed.clone()).0, text);
            assert_eq!(read([packed, more].concat()).0, [&text[..], b"three\n"].concat());
        }
    }

    #[test]
    fn keeps_what_stands_before_damage() {
        // Lines that do not repeat, so that every packing writes more than one block.
        let line = |n: u64| blake3::hash(&n.to_le_bytes()).to_hex().to_string();
        let text: Vec<u8> = (0..60_000_u64).flat_map(|n| format!("{}\n", line(n)).into_bytes()).collect();
        for packed in packings(&text) {
            let mut cut = packed.clone();
            cut.truncate(packed.len() * 3 / 4);
            let mut flipped = packed;
            let middle = flipped.len() * 3 / 4;
            flipped[middle..middle + 8].iter_mut().for_each(|byte| *byte ^= 0xa5);
            for damaged in [cut, flipped] {
                let kind = Compression::detect(&damaged);
                let (out, result) = read(damaged);
                assert!(result.is_err(), "{kind:?}");
                assert!(!out.is_empty(), "{kind:?} {result:?}");
                // A checksum comes at the end of a block only: the text is right up to there.
                assert!(text.starts_with(&out[..out.len() / 2]), "{kind:?}");
            }
        }
    }

    #[test]
    fn bytes_behind_an_archive_are_damage() {
        let (out, result) = read([gzip(b"one\n"), b"junk".to_vec()].concat());
        assert_eq!(out, b"one\n");
        assert!(result.is_err());
    }

    #[test]
    fn takes_off_two_packings_and_no_more() {
        let text = b"one\ntwo\n";
        for packed in packings(text) {
            assert_eq!(read(gzip(&packed)).0, text);
        }
        let (out, result) = read(gzip(&gzip(&gzip(text))));
        assert!(out.is_empty() && result.unwrap_err().to_string().contains("packed more than 2 times"));
    }

    #[test]
    fn stops_an_archive_inside_an_archive_that_expands_without_end() {
        let zeros = vec![0; 8 * 1024 * 1024];
        let bomb = (0..32).map(|_| zstd::encode_all(&zeros[..], 1).unwrap()).collect::<Vec<_>>().concat();
        for packed in [bomb.clone(), gzip(&bomb)] {
            let (out, result) = read(packed);
            assert!(result.unwrap_err().to_string().contains("expands more than 1000 times"));
            assert!(out.len() as u64 <= RATIO_FREE_BYTES + 1024 * 1024);
        }
    }

    #[test]
    fn refuses_an_xz_file_that_asks_for_too_much_memory() {
        let mut options = liblzma::stream::LzmaOptions::new_preset(1).unwrap();
        options.dict_size(1 << 30);
        let mut filters = liblzma::stream::Filters::new();
        filters.lzma2(&options);
        let stream = Stream::new_stream_encoder(&filters, liblzma::stream::Check::Crc32).unwrap();
        let mut xz = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
        xz.write_all(b"one\n").unwrap();
        assert!(read(xz.finish().unwrap()).1.is_err());
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

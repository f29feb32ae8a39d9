//! Zip archives: what they are (a workbook, or files of their own), and the bytes of a member.
//!
//! Nothing is unpacked to a place that the archive names: members are read from where they stand,
//! one block at a time, and their names are labels only. An archive that says it expands out of
//! proportion, holds too many members or lets them share bytes is refused as a whole; what a
//! member really expands to is counted while it is read. Archives inside archives are not opened.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::ingest::formats::compression::{Compression, Limited, MAX_RATIO, RATIO_FREE_BYTES, decoder};

/// Most members of an archive. A chat of 100 channels over a year has 36 500.
pub const MAX_MEMBERS: usize = 100_000;

/// What a zip archive is.
#[derive(Debug)]
pub enum Archive {
    /// A workbook (XLSX): one input.
    Workbook,
    /// Files of their own, in the order of their names.
    Files(Vec<Listed>),
}

/// A file in an archive.
#[derive(Debug)]
pub struct Listed {
    /// Its path inside the archive, with `/`.
    pub path: String,
    /// How to read it, or why it is not read.
    pub member: Result<Member, String>,
}

/// Where a member of an archive stands in the file, and how it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    start: u64,
    packed: u64,
    expanded: u64,
    crc: u32,
    method: u16,
}

/// Whether a file may be a zip archive, by its first bytes.
pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Looks into a zip archive.
///
/// # Errors
/// It is damaged or refused. The kind is `Unsupported` when it is a document of another kind; the
/// text then completes "the file is ...".
pub fn look_inside(file: &File) -> io::Result<Archive> {
    let length = file.metadata()?.len();
    let mut reader = BufReader::new(file);
    reader.rewind()?;
    let mut archive = ZipArchive::new(reader).map_err(|error| damaged(&error))?;
    if archive.len() > MAX_MEMBERS {
        return Err(io::Error::other(format!("the archive holds more than {MAX_MEMBERS} files")));
    }
    let names: Vec<String> = archive.file_names_raw().map(|name| slashed(&String::from_utf8_lossy(name))).collect();
    if let Some(what) = office_document(&names) {
        return what.map(|()| Archive::Workbook);
    }
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    let mut ranges = Vec::new();
    let mut expanded: u64 = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|error| damaged(&error))?;
        let name = slashed(&entry.name().unwrap_or_else(|_| String::from_utf8_lossy(entry.name_raw())));
        if entry.is_dir() || is_hidden(&name) {
            continue;
        }
        expanded = expanded.saturating_add(entry.size());
        let (path, is_inside) = inner_path(&name);
        let refused = if !is_inside {
            Some("a name that leads out of the archive is not followed")
        } else if !seen.insert(path.clone()) {
            Some("the archive holds this name twice")
        } else if entry.is_symlink() {
            Some("a link inside an archive is not followed")
        } else if entry.encrypted() {
            Some("it is encrypted: unpack it with its password")
        } else {
            None
        };
        let member = match refused {
            Some(why) => Err(why.to_owned()),
            None => locate(&mut archive, index),
        };
        ranges.extend(member.as_ref().ok().map(|member| (member.start, member.start.saturating_add(member.packed))));
        files.push(Listed { path, member });
    }
    if expanded > RATIO_FREE_BYTES && expanded > length.saturating_mul(MAX_RATIO) {
        return Err(io::Error::other(format!("the archive expands more than {MAX_RATIO} times")));
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Err(io::Error::other("files of the archive share their bytes, as in one made to fill the disk"));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Archive::Files(files))
}

impl Member {
    /// Bytes that it takes in the archive.
    pub fn packed(&self) -> u64 {
        self.packed
    }

    /// Its bytes as they were before packing.
    ///
    /// # Errors
    /// The archive cannot be read there, or the packing is of no known kind.
    pub fn open(&self, mut archive: File) -> io::Result<Box<dyn Read + Send>> {
        archive.seek(SeekFrom::Start(self.start))?;
        let input = BufReader::with_capacity(128 * 1024, archive.take(self.packed));
        let inner: Box<dyn Read + Send> = match self.method {
            0 => Box::new(input),
            8 => Box::new(flate2::bufread::DeflateDecoder::new(input)),
            12 => decoder(Compression::Bzip2, input)?,
            93 => decoder(Compression::Zstd, input)?,
            95 => decoder(Compression::Xz, input)?,
            other => return Err(io::Error::other(format!("expected a known way of packing, found number {other}"))),
        };
        let limited = Limited::new(inner, self.packed);
        Ok(Box::new(Checked { inner: limited, left: self.expanded, crc: flate2::Crc::new(), expected: self.crc }))
    }
}

/// Compares what comes out of an archive with what the archive says of it.
struct Checked {
    inner: Limited,
    left: u64,
    crc: flate2::Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the member is longer than its archive says"))?;
        self.crc.update(&buffer[..count]);
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        if self.left > 0 || self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the member is not what its archive says"));
        }
        Ok(0)
    }
}

/// Where a member stands; its header is read for that.
fn locate<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> Result<Member, String> {
    let entry = archive.by_index_raw(index).map_err(|error| format!("failed to find it in the archive: {error}"))?;
    let start = entry.data_start().ok_or("failed to find it in the archive")?;
    #[expect(deprecated, reason = "the number of the method is wanted, also of those that the crate does not unpack")]
    let method = match entry.compression() {
        zip::CompressionMethod::Stored => 0,
        zip::CompressionMethod::Deflated => 8,
        zip::CompressionMethod::Unsupported(number) => number,
        // Not built in: the crate has no other decoders here.
        _ => u16::MAX,
    };
    Ok(Member { start, packed: entry.compressed_size(), expanded: entry.size(), crc: entry.crc32(), method })
}

/// Whether the archive is an Office document: `Ok` for a workbook, else what it is.
fn office_document(names: &[String]) -> Option<io::Result<()>> {
    let names: Vec<String> = names.iter().map(|name| name.trim_start_matches('/').to_lowercase()).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let below = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if has("mimetype") && has("content.xml") && has("meta-inf/manifest.xml") {
        return Some(Err(other("an OpenDocument file: save the sheet as XLSX or CSV")));
    }
    if !has("[content_types].xml") {
        return None;
    }
    if names.iter().any(|name| name.ends_with("workbook.xml")) {
        return Some(Ok(()));
    }
    let what = if names.iter().any(|name| name.ends_with("workbook.bin")) {
        "a binary workbook: save the sheet as XLSX or CSV"
    } else if below("word/") {
        "a Word document"
    } else if below("ppt/") {
        "a PowerPoint presentation"
    } else {
        "an Office document without a sheet"
    };
    Some(Err(other(what)))
}

fn other(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}

fn damaged(error: &zip::result::ZipError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive is damaged: {error}"))
}

/// Some archivers write `\` between folders.
fn slashed(name: &str) -> String {
    name.replace('\\', "/")
}

/// Files that systems add by themselves, as in a folder.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part == "__MACOSX" || (part.starts_with('.') && part != "." && part != ".."))
}

/// A name without steps that lead elsewhere, and whether it had none.
fn inner_path(name: &str) -> (String, bool) {
    let is_plain = |part: &&str| !matches!(*part, "" | "." | "..") && !part.contains([':', '\0']);
    let is_inside = !name.starts_with('/') && !name.contains(['\0', ':']) && name.split('/').all(|part| part != "..");
    let parts: Vec<&str> = name.split('/').filter(is_plain).collect();
    let path = if parts.is_empty() { "unnamed".to_owned() } else { parts.join("/") };
    (path, is_inside)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(members: &[(&str, &[u8])]) -> File {
        let mut writer = ZipWriter::new(tempfile::tempfile().unwrap());
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    fn files(file: &File) -> Vec<Listed> {
        match look_inside(file).unwrap() {
            Archive::Files(files) => files,
            Archive::Workbook => panic!("files"),
        }
    }

    fn text(member: &Member, file: &File) -> io::Result<String> {
        let mut text = String::new();
        member.open(file.try_clone()?)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn lists_files_and_reads_them_where_they_stand() {
        let file = archive(&[
            ("ops\\2027-02-03.json", b"[]"),
            ("users.json", b"[1]"),
            ("__MACOSX/._users.json", b"x"),
            (".DS_Store", b"x"),
        ]);
        let files = files(&file);
        let paths: Vec<&str> = files.iter().map(|listed| listed.path.as_str()).collect();
        assert_eq!(paths, ["ops/2027-02-03.json", "users.json"]);
        assert_eq!(text(files[1].member.as_ref().unwrap(), &file).unwrap(), "[1]");
    }

    #[test]
    fn names_that_lead_elsewhere_are_not_followed() {
        for (name, path) in [
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:/x.csv", "x.csv"),
            ("..", "unnamed"),
        ] {
            let file = archive(&[(name, b"x")]);
            let files = files(&file);
            assert_eq!(files[0].path, path);
            assert!(files[0].member.as_ref().unwrap_err().contains("leads out"), "{name}");
        }
    }

    #[test]
    fn says_what_other_documents_are() {
        for (members, what) in [
            (&[("[Content_Types].xml", &b"x"[..]), ("word/document.xml", b"x")][..], "a Word document"),
            (&[("mimetype", b"x"), ("content.xml", b"x"), ("META-INF/manifest.xml", b"x")], "an OpenDocument file"),
            (&[("[Content_Types].xml", b"x"), ("xl/workbook.bin", b"x")], "a binary workbook"),
        ] {
            let error = look_inside(&archive(members)).unwrap_err();
            assert!(error.kind() == io::ErrorKind::Unsupported && error.to_string().starts_with(what), "{error}");
        }
        let workbook = archive(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]);
        assert!(matches!(look_inside(&workbook).unwrap(), Archive::Workbook));
    }

    #[test]
    fn damage_is_an_error_of_reading() {
        let mut file = archive(&[("a.txt", &b"some text ".repeat(50)[..])]);
        let member = files(&file).remove(0).member.unwrap();
        let short = Member { expanded: 7, ..member.clone() };
        assert!(text(&short, &file).unwrap_err().to_string().contains("longer than its archive says"));
        let wrong = Member { crc: 1, ..member };
        assert!(text(&wrong, &file).unwrap_err().to_string().contains("not what its archive says"));
        file.set_len(40).unwrap();
        file.rewind().unwrap();
        assert!(look_inside(&file).unwrap_err().to_string().contains("damaged"));
    }

    #[test]
    fn an_archive_that_expands_out_of_proportion_is_refused() {
        let zeros = vec![0; 100 << 20];
        let packed = zstd::encode_all(&zeros[..], 3).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&packed).unwrap();
        let bomb = Member { start: 0, packed: packed.len() as u64, expanded: zeros.len() as u64, crc: 0, method: 93 };
        let error = io::copy(&mut bomb.open(file).unwrap(), &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("expands more than 1000 times"), "{error}");
    }

    #[test]
    fn members_that_share_bytes_are_refused() {
        let mut file = archive(&[("a.txt", b"some text"), ("b.txt", b"some text")]);
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        // The second entry of the directory is led to the bytes of the first.
        let directory = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        bytes[directory + 42..directory + 46].fill(0);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        assert!(look_inside(&file).unwrap_err().to_string().contains("share their bytes"));
    }
}

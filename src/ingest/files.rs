//! The input files of a case: which they are, and the hashes of their bytes.
//!
//! Links are followed inside the case only. Files that constat or its user wrote (`out`,
//! `incident.toml`, narratives, queries, templates) and hidden files are no inputs. The files in a
//! zip archive are inputs of their own, with the path `archive.zip/folder/file`; a workbook, which
//! is a zip archive too, is one input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::ingest::error::IngestError;
use crate::ingest::formats::archive::{self, Archive, Listed};
use crate::ingest::formats::compression::read_up_to;
use crate::ingest::formats::place::Place;

/// Names at the top of a case folder that are no inputs.
const OWN_NAMES: &[&str] = &["out", "incident.toml", "queries", "report-templates"];

/// Purpose of the default pseudonym key, as BLAKE3 wants it: unique and never changed.
const KEY_CONTEXT: &str = "constat 2026-01-01 default pseudonym key";

/// One input file.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where its bytes are.
    pub place: Place,
    /// Path relative to the case, with `/`.
    pub path: String,
    /// Hash of its bytes, or why it cannot be read.
    pub hash: Result<blake3::Hash, String>,
}

/// The input files of a case, sorted by path, hashed.
///
/// # Errors
/// The folder itself cannot be listed. A file that cannot be read is no error: its `hash` says why.
pub fn list(root: &Path) -> Result<Vec<InputFile>, IngestError> {
    let failed = |source: io::Error| IngestError::List { path: root.to_owned(), source };
    let real_root = root.canonicalize().map_err(failed)?;
    let exports = root.join("exports");
    let (top, is_bare) = if exports.is_dir() { (exports, false) } else { (root.to_owned(), true) };
    std::fs::read_dir(&top).map_err(|source| IngestError::List { path: top.clone(), source })?;
    let walk = WalkDir::new(&top).sort_by_file_name().into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || is_bare && entry.depth() == 1 && is_own(&name))
    });
    let mut found = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => found.push((entry.path().to_owned(), leads_out(&entry, &real_root))),
            Err(error) => {
                let file = error.path().unwrap_or(&top).to_owned();
                found.push((file, Some(format!("failed to read it: {error}"))));
            }
        }
    }
    let mut files: Vec<InputFile> = found.into_par_iter().flat_map(|(file, why)| inputs(root, &file, why)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Hash over the paths and contents of all inputs: equal when, and only when, they are equal.
pub fn fingerprint(files: &[InputFile]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(&(file.path.len() as u64).to_le_bytes()).update(file.path.as_bytes());
        match &file.hash {
            Ok(hash) => hasher.update(&[1]).update(hash.as_bytes()),
            Err(_) => hasher.update(&[0]),
        };
    }
    hasher.finalize()
}

/// The pseudonym key when the user sets none: derived from the contents, so that equal inputs
/// give equal pseudonyms and nobody without the inputs can compute them.
pub fn default_key(files: &[InputFile]) -> [u8; 32] {
    let mut hashes: Vec<[u8; 32]> =
        files.iter().filter_map(|file| file.hash.as_ref().ok()).map(|h| *h.as_bytes()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let mut hasher = blake3::Hasher::new_derive_key(KEY_CONTEXT);
    for hash in &hashes {
        hasher.update(hash);
    }
    *hasher.finalize().as_bytes()
}

fn is_own(name: &str) -> bool {
    OWN_NAMES.contains(&name)
        || (name.starts_with("narrative.") && Path::new(name).extension().is_some_and(|e| e == "md"))
}

/// Why a link is not followed; `None` for plain files and for links to files of the case.
fn leads_out(entry: &walkdir::DirEntry, real_root: &Path) -> Option<String> {
    if !entry.path_is_symlink() {
        return None;
    }
    match entry.path().canonicalize() {
        Ok(target) if !target.starts_with(real_root) => {
            Some("a link that leads out of the case is not followed".into())
        }
        Ok(target) if target.is_dir() => Some("a link to a folder is not followed".into()),
        Ok(_) => None,
        Err(error) => Some(format!("failed to follow the link: {error}")),
    }
}

/// The inputs that a file holds: itself, or the files in it when it is an archive of several.
fn inputs(root: &Path, file: &Path, why: Option<String>) -> Vec<InputFile> {
    let parts = file.strip_prefix(root).unwrap_or(file).components();
    let path = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    let place = Place::file(file);
    if let Some(why) = why {
        return vec![InputFile { place, path, hash: Err(why) }];
    }
    match members(file) {
        Some(members) => members.into_par_iter().map(|listed| member(file, &path, listed)).collect(),
        None => {
            let hash = hash_file(file).map_err(|error| format!("failed to read it: {error}"));
            vec![InputFile { place, path, hash }]
        }
    }
}

/// The files in an archive of several; `None` for any other file, also for an archive that cannot
/// be used, which is reported when it is opened.
fn members(path: &Path) -> Option<Vec<Listed>> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut head = [0; 4];
    let length = read_up_to(&mut file, &mut head).ok()?;
    if !archive::is_zip(&head[..length]) {
        return None;
    }
    match archive::look_inside(&file) {
        Ok(Archive::Files(files)) if !files.is_empty() => Some(files),
        _ => None,
    }
}

/// A file in an archive. Where it is damaged the hash is that of what stands before the damage,
/// which is read and reported like that of any packed file.
fn member(archive: &Path, path: &str, listed: Listed) -> InputFile {
    let path = format!("{path}/{}", listed.path);
    let file = archive.to_owned();
    let (member, why) = match listed.member {
        Ok(member) => (Some(member), None),
        Err(why) => (None, Some(why)),
    };
    let place = Place { file, member };
    let hash = match why {
        Some(why) => Err(why),
        None => match place.bytes() {
            Ok((reader, _)) => Ok(hash(reader).unwrap_or_else(|(before, _)| before)),
            Err(error) => Err(format!("failed to read it: {error}")),
        },
    };
    InputFile { place, path, hash }
}

fn hash_file(file: &Path) -> io::Result<blake3::Hash> {
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    hash(File::open(file)?).map_err(|(_, error)| error)
}

/// Hash of all bytes; with an error, that of the bytes before it.
fn hash(mut file: impl Read) -> Result<blake3::Hash, (blake3::Hash, io::Error)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err((hasher.finalize(), error)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    fn paths(folder: &tempfile::TempDir) -> Vec<String> {
        list(folder.path()).unwrap().into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn takes_the_exports_folder_when_there_is_one() {
        let folder = case(&[("exports/b/x.csv", "1"), ("exports/a.csv", "2"), ("exports/.hidden", ""), ("z.csv", "")]);
        assert_eq!(paths(&folder), ["exports/a.csv", "exports/b/x.csv"]);
    }

    #[test]
    fn leaves_out_what_is_no_input_of_a_bare_folder() {
        let folder = case(&[
            ("x.csv", ""),
            ("incident.toml", ""),
            ("out/x.html", ""),
            (".constat/a", ""),
            ("narrative.en.md", ""),
            ("queries/q.sql", ""),
            ("logs/out/a.log", ""),
        ]);
        assert_eq!(paths(&folder), ["logs/out/a.log", "x.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn does_not_follow_links_out_of_the_case() {
        let folder = case(&[("exports/a.csv", "1")]);
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("exports/b.csv")).unwrap();
        std::os::unix::fs::symlink("a.csv", folder.path().join("exports/c.csv")).unwrap();
        let files = list(folder.path()).unwrap();
        assert!(files[0].hash.is_ok() && files[1].hash.is_err() && files[2].hash == files[0].hash);
    }

    #[test]
    fn fingerprint_depends_on_names_and_the_key_on_contents_only() {
        let one = list(case(&[("a.csv", "1"), ("b.csv", "2")]).path()).unwrap();
        let two = list(case(&[("a.csv", "2"), ("b.csv", "1")]).path()).unwrap();
        assert_ne!(fingerprint(&one), fingerprint(&two));
        assert_eq!(default_key(&one), default_key(&two));
    }

    #[test]
    fn files_of_an_archive_are_inputs_of_their_own() {
        let folder = case(&[("exports/a.csv", "1"), ("exports/broken.zip", "PK\x03\x04 and no more")]);
        let zip = File::create(folder.path().join("exports/chat.zip")).unwrap();
        let mut writer = zip::ZipWriter::new(zip);
        for (name, text) in [("ops/1.json", "[]"), ("../../evil.csv", "x"), ("a.csv", "1")] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let files = list(folder.path()).unwrap();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let expected = ["a.csv", "broken.zip", "chat.zip/a.csv", "chat.zip/evil.csv", "chat.zip/ops/1.json"];
        assert_eq!(paths, expected.map(|name| format!("exports/{name}")));
        assert_eq!(files[0].hash, files[2].hash);
        assert!(files[3].hash.as_ref().unwrap_err().contains("leads out"));
        assert!(files[1].hash.is_ok());
    }

    #[test]
    fn reports_a_folder_that_is_not_there() {
        assert!(matches!(list(Path::new("/nowhere/at/all")), Err(IngestError::List { .. })));
    }
}

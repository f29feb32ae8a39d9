//! Writing `out/`: everything goes into a folder beside it, which takes its place when complete.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::PipelineError;

/// A folder that is being filled. Dropped before [`Publication::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Publication {
    target: PathBuf,
    folder: tempfile::TempDir,
    hashes: BTreeMap<String, String>,
}

impl Publication {
    /// Starts a folder that will take the place of `target`.
    pub fn start(target: &Path) -> Result<Self, PipelineError> {
        let target = std::path::absolute(target).map_err(PipelineError::write("find", target))?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(PipelineError::write("create", parent))?;
        let folder = tempfile::Builder::new()
            .prefix(".out-incomplete-")
            .tempdir_in(parent)
            .map_err(PipelineError::write("create a folder in", parent))?;
        Ok(Self { target, folder, hashes: BTreeMap::new() })
    }

    /// Writes one file; `path` is relative, with `/`.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), PipelineError> {
        let file = self.folder.path().join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(PipelineError::write("create", parent))?;
        }
        fs::write(&file, bytes).map_err(PipelineError::write("write", &self.target.join(path)))?;
        self.hashes.insert(path.to_owned(), blake3::hash(bytes).to_hex().to_string());
        Ok(())
    }

    /// BLAKE3 hashes of what was written, by path.
    pub fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    /// Puts the folder in its place; what was there before is removed after that.
    pub fn finish(self) -> Result<PathBuf, PipelineError> {
        let Self { target, folder, .. } = self;
        readable(folder.path())?;
        let old = folder.path().with_extension("old");
        let had_old = target.exists();
        if had_old {
            fs::rename(&target, &old).map_err(PipelineError::write("move away", &target))?;
        }
        let new = folder.keep();
        if let Err(error) = fs::rename(&new, &target) {
            if had_old {
                fs::rename(&old, &target).map_err(PipelineError::write("restore", &target))?;
            }
            fs::remove_dir_all(&new).map_err(PipelineError::write("remove", &new))?;
            return Err(PipelineError::write("put in place", &target)(error));
        }
        if had_old {
            fs::remove_dir_all(&old).map_err(PipelineError::write("remove", &old))?;
        }
        Ok(target)
    }
}

/// A temporary folder is private; a published one is as readable as any other.
#[cfg(unix)]
fn readable(folder: &Path) -> Result<(), PipelineError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(PipelineError::write("open", folder))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> Result<(), PipelineError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_previous_result_stays_until_the_new_one_is_complete() {
        let root = tempfile::tempdir().expect("a folder");
        let target = root.path().join("out");
        let mut first = Publication::start(&target).expect("started");
        first.write("a/b.txt", b"one").expect("written");
        first.finish().expect("in place");
        let mut second = Publication::start(&target).expect("started");
        second.write("c.txt", b"two").expect("written");
        drop(second);
        assert_eq!(fs::read(target.join("a/b.txt")).expect("still there"), b"one");
        let mut third = Publication::start(&target).expect("started");
        third.write("c.txt", b"three").expect("written");
        third.finish().expect("in place");
        assert!(!target.join("a").exists());
        assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 1);
    }
}

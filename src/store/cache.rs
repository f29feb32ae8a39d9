//! What can be computed again from a store, kept beside it: results of queries, pictures.
//!
//! A value is found under a key that stands for everything it was made from, so a value is never
//! out of date; a store of other inputs has a cache of its own. What cannot be read is made anew,
//! and what cannot be written costs time at the next run, nothing else.

use std::path::PathBuf;

/// Values by key, one file each.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// A cache in a folder, made when the first value is kept.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    /// The value of a key, if it was kept.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.as_ref()?.join(key)).ok()
    }

    /// Keeps a value: written beside its place and moved there, so that a reader never sees half.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| tempfile::NamedTempFile::new_in(folder))
            .and_then(|file| std::fs::write(file.path(), bytes).map(|()| file));
        if let Ok(file) = written {
            // A value that cannot be moved to its place is not found next time.
            drop(file.persist(folder.join(key)));
        }
    }

    /// The value of a key; made and kept when it is not there.
    pub fn get_or<E>(&self, key: &str, make: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
        if let Some(bytes) = self.get(key) {
            return Ok(bytes);
        }
        let bytes = make()?;
        self.put(key, &bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("cache"));
        let make = |bytes: &'static [u8]| move || Ok::<_, std::io::Error>(bytes.to_vec());
        assert_eq!(cache.get_or("k", make(b"one")).expect("made"), b"one");
        assert_eq!(cache.get_or("k", make(b"two")).expect("kept"), b"one");
        assert_eq!(cache.get("other"), None);
    }

    #[test]
    fn a_store_that_lies_nowhere_keeps_nothing() {
        let cache = Cache::default();
        cache.put("k", b"one");
        assert_eq!(cache.get("k"), None);
    }
}

//! Where the bytes of an input are: a file, or a member of a zip archive.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::ingest::formats::archive::Member;

/// Where the bytes of an input are.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The member, when the file is a zip archive of several inputs.
    pub member: Option<Member>,
}

impl Place {
    /// A whole file.
    pub fn file(file: &Path) -> Self {
        Self { file: file.to_owned(), member: None }
    }

    /// The bytes, and how many of the disk they come from.
    ///
    /// # Errors
    /// The file cannot be opened, or the member is packed in a way that cannot be read.
    pub fn bytes(&self) -> io::Result<(Box<dyn Read + Send>, u64)> {
        let file = File::open(&self.file)?;
        match &self.member {
            Some(member) => Ok((member.open(file)?, member.packed())),
            None => {
                let length = file.metadata()?.len();
                Ok((Box::new(file), length))
            }
        }
    }
}

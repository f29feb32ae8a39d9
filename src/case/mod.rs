//! The case: what `incident.toml` says, which windows it declares, where things lie.
//!
//! A case folder works without `incident.toml`: everything in it has a default or is found in
//! the data. What it says wins over what is found, and both are shown.

pub mod config;
pub mod error;
pub mod period;

use std::path::{Path, PathBuf};

pub use config::Config;
pub use error::CaseError;
pub use period::Period;

use jiff::tz::TimeZone;

/// A case folder, opened.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder.
    pub root: PathBuf,
    /// What `incident.toml` says; all defaults when there is none.
    pub config: Config,
    /// Zone of the service, and of times that carry none.
    pub zone: TimeZone,
}

impl Case {
    /// Opens a folder and reads its `incident.toml`, if it has one.
    pub fn open(root: &Path) -> Result<Self, CaseError> {
        let metadata = std::fs::metadata(root).map_err(|source| CaseError::folder(root, source))?;
        if !metadata.is_dir() {
            return Err(CaseError::NotAFolder { path: root.to_owned() });
        }
        let config = Config::read(&root.join("incident.toml"))?;
        let zone = config.time_zone()?;
        Ok(Self { root: root.to_owned(), config, zone })
    }

    /// Identifier of the incident: the configured one, else the name of the folder.
    pub fn id(&self) -> String {
        self.config.incident.id.clone().unwrap_or_else(|| self.folder_name())
    }

    /// Title of the incident: the configured one, else its identifier.
    pub fn title(&self) -> String {
        self.config.incident.title.clone().unwrap_or_else(|| self.id())
    }

    /// Name of the zone, for example `Europe/Paris`.
    pub fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    /// A folder or file of the case that users may add (`queries`, `report-templates`, ...).
    pub fn part(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn folder_name(&self) -> String {
        let absolute = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        absolute.file_name().map_or_else(|| "case".into(), |name| name.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_configuration_has_defaults() {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::open(folder.path()).expect("a case");
        assert_eq!(case.zone_name(), "UTC");
        assert_eq!(case.config.policy.min_n, 15);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = Case::open(Path::new("/nowhere/at/all")).expect_err("an error");
        assert!(error.to_string().contains("/nowhere/at/all"));
    }
}

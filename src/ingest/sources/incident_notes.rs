//! What the exports of incident platforms share: instants of an incident become notes, and each
//! platform has its own names for the same milestones.
//!
//! In: an instant with what the platform calls it. Out: one row of `timeline_events`. Reads no
//! format. Stages of an incident can be renamed by each account, so a status counts by its
//! category; an instant has none and counts only when its name is one of the plain ones below.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{Layout, Sample, fold};
use crate::schema::timeline_events as table;

/// Names of instants, folded and without a final `at`, by the milestone they mean.
const NAMES: &[(&str, &[&str])] = &[
    (
        "started",
        &[
            "started",
            "start",
            "impact started",
            "impact start",
            "incident started",
            "began",
            "debut",
            "debut de l'impact",
        ],
    ),
    ("detected", &["detected", "reported", "declared", "opened", "detecte", "detection", "signale", "declare"]),
    ("acknowledged", &["acknowledged", "accepted", "acquitte", "pris en charge"]),
    ("identified", &["identified", "cause identified", "root cause identified", "identifie", "cause identifiee"]),
    (
        "mitigated",
        &["mitigated", "fixed", "stabilized", "stabilised", "impact ended", "impact end", "attenue", "fin de l'impact"],
    ),
    ("resolved", &["resolved", "resolu", "retabli"]),
];

/// One instant in the life of an incident.
#[derive(Debug, Default)]
pub struct Note<'a> {
    /// Identifier within the platform; the same instant read twice has the same one. Empty when
    /// only its contents tell it from others.
    pub id: String,
    /// How new the record is that tells it.
    pub version: Option<i64>,
    /// When it was.
    pub time: Option<i64>,
    /// What it marks; empty for a plain note.
    pub milestone: &'a str,
    /// What is said of it.
    pub body: &'a str,
    /// The platform.
    pub origin: &'static str,
}

impl Note<'_> {
    /// Adds the note.
    pub fn add(&self, out: &mut Rows) {
        let identity = if self.id.is_empty() { String::new() } else { format!("{}:{}", self.origin, self.id) };
        out.row(&table::TABLE)
            .time(table::TIME, self.time)
            .text(table::MILESTONE, self.milestone)
            .text(table::BODY, self.body)
            .text(table::ORIGIN, self.origin)
            .identity(&identity)
            .version(self.version)
            .finish();
    }
}

/// The milestone that the name of an instant means (`Detected at`, `mitigated_at`); empty when
/// the name says something else.
pub fn milestone_named(name: &str) -> &'static str {
    let name = fold(&name.replace('_', " ").replace('\u{2019}', "'"));
    let name = [" at", " a", " le"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    NAMES.iter().find(|(_, names)| names.contains(&name)).map_or("", |(milestone, _)| milestone)
}

/// One line for an incident: its reference, name and severity, then the texts that are not empty.
pub fn headline(reference: &str, name: &str, severity: &str, texts: &[&str]) -> String {
    let mut line = format!("{reference} {name}").trim().to_owned();
    if !severity.is_empty() {
        line.push_str(&format!(" ({severity})"));
    }
    for text in texts.iter().filter(|text| !text.is_empty()) {
        line.push_str(if line.is_empty() { "" } else { ". " });
        line.push_str(text.trim_end_matches('.'));
    }
    line
}

/// The layout of a JSON:API document: one resource or a list, included resources beside it.
pub fn json_api_layout(sample: &Sample, is_record: impl Fn(&Value) -> bool) -> Option<Layout> {
    layout_of(sample, &["data[]", "included[]"], &is_record).or_else(|| {
        let one = sample.json.as_ref()?.get("data")?;
        is_record(one).then_some(Layout::Json { paths: &["data", "included[]"] })
    })
}

/// Remembers the name of a user, given as an object or as a JSON:API resource.
pub fn name_user(user: &Value, out: &mut Rows) {
    let attributes = &user["data"]["attributes"];
    for one in [user, &user["user"], &user["attributes"], attributes] {
        for name in ["name", "full_name", "handle"] {
            out.person(text(&one[name]));
        }
    }
}

/// Drops the words that mean "not set" for a severity or a priority.
pub fn severity(written: &str) -> &str {
    let is_unset = ["unknown", "unset", "none", "not set"].iter().any(|word| written.eq_ignore_ascii_case(word));
    if is_unset { "" } else { written }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_milestones_and_others_are_not() {
        for (name, milestone) in [
            ("Impact started", "started"),
            ("Detected at", "detected"),
            ("mitigated_at", "mitigated"),
            ("Fixed at", "mitigated"),
            ("Résolu à", "resolved"),
            ("Fix started", ""),
            ("Postmortem completed", ""),
            ("Closed at", ""),
            ("", ""),
        ] {
            assert_eq!(milestone_named(name), milestone, "{name}");
        }
    }

    #[test]
    fn a_headline_has_no_empty_parts() {
        assert_eq!(headline("INC-1", "Live down", "Major", &["", "Disk full."]), "INC-1 Live down (Major). Disk full");
        assert_eq!(headline("", "", "", &["x"]), "x");
        assert_eq!(severity("UNKNOWN"), "");
    }
}

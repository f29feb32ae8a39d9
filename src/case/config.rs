//! `incident.toml` as types. Unknown keys are errors that name the nearest known key.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use miette::NamedSource;
use serde::{Deserialize, Serialize};

use super::error::CaseError;
use super::period::{self, Period};

/// What `incident.toml` says. All keys are optional.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Names.
    pub incident: Incident,
    /// Declared window of the incident.
    pub window: Option<Window>,
    /// Reference period.
    pub baseline: Option<Baseline>,
    /// What users felt, for data without `sli_counts`.
    pub symptom: Option<Symptom>,
    /// Service level objective.
    pub slo: Option<Slo>,
    /// Limits by which things are judged.
    pub policy: Policy,
    /// Prices for the cost figures.
    pub cost: Cost,
    /// What must be hidden.
    pub privacy: Privacy,
    /// Where the store lies.
    pub store: Store,
    /// What is rendered.
    pub report: Report,
    /// Files whose recognition is fixed.
    pub source: Vec<SourceRule>,
    /// The text the values came from, for messages.
    #[serde(skip)]
    origin: Origin,
}

/// Where a configuration was read.
#[derive(Debug, Clone, Default)]
struct Origin {
    path: PathBuf,
    text: String,
}

/// Names of the incident.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Incident {
    /// Identifier.
    pub id: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Name of the service, as customers know it.
    pub service: Option<String>,
    /// IANA name of the zone.
    pub time_zone: Option<String>,
    /// A summary in the author's words.
    pub summary: Option<String>,
}

/// A declared window.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First instant.
    pub start: String,
    /// Last instant.
    pub end: String,
}

/// The reference period.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// First instant.
    pub start: Option<String>,
    /// Last instant.
    pub end: Option<String>,
    /// Stretches of it that are not normal.
    #[serde(default)]
    pub exclude: Vec<Window>,
}

/// What users felt.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// Entity of `metric_samples`.
    pub entity: String,
    /// Its metric.
    pub metric: String,
    /// Statistic of the metric, when there are several.
    pub statistic: Option<String>,
}

/// Service level objective.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// Share of good events promised, for example 0.999.
    pub objective: f64,
    /// Length of the window, for example `30d`.
    pub window: String,
}

/// Limits by which things are judged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// An outage is prolonged from this duration on.
    pub prolonged_after: String,
    /// An outage is general when at least this share of the service is hit.
    pub general_share: f64,
    /// The first public message is expected within this time.
    pub first_message_within: String,
    /// Below this number of answers, nothing is said about them.
    pub min_n: i64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { prolonged_after: "60min".into(), general_share: 0.8, first_message_within: "60min".into(), min_n: 15 }
    }
}

/// Prices for the cost figures.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cost {
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// Revenue of one viewer-hour.
    pub per_viewer_hour: Option<f64>,
    /// Cost of one contact with the care desk.
    pub per_contact: Option<f64>,
    /// Cost of one hour of a responder.
    pub per_responder_hour: Option<f64>,
}

/// What must be hidden.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// Smaller groups are not shown in public documents.
    pub min_group: i64,
    /// File with the key for pseudonyms, to link cases.
    pub key_file: Option<PathBuf>,
    /// Kinds of personal data left alone.
    pub keep: Vec<String>,
}

impl Default for Privacy {
    fn default() -> Self {
        Self { min_group: 10, key_file: None, keep: Vec::new() }
    }
}

/// Where the store lies.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Address of the store.
    pub url: Option<String>,
}

/// What is rendered, when the command line does not say.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// Languages, `en` and `fr`.
    pub languages: Option<Vec<String>>,
    /// Documents.
    pub documents: Option<Vec<String>>,
    /// Formats.
    pub formats: Option<Vec<String>>,
    /// Theme.
    pub theme: Option<String>,
    /// Static site the blog post is for.
    pub site: Option<String>,
}

/// Fixes what recognition would decide for some files.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRule {
    /// Glob, relative to the case.
    pub path: String,
    /// Name of the source.
    pub kind: Option<String>,
    /// Table of a tidy file.
    pub table: Option<String>,
    /// Zone of times without one.
    pub time_zone: Option<String>,
    /// `.` or `,`.
    pub decimal: Option<char>,
    /// Separator of delimited text.
    pub delimiter: Option<char>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether dates such as `03/04/2026` have the day first.
    pub day_first: Option<bool>,
    /// By how much the clock that wrote the times is ahead, for example `90s`; negative when it is
    /// behind.
    pub clock_ahead: Option<String>,
    /// Canonical column to column of the file.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

impl SourceRule {
    /// By how much the clock is ahead, microseconds; 0 when nothing is said.
    pub fn clock_ahead_micros(&self) -> i64 {
        self.clock_ahead.as_deref().and_then(period::micros).unwrap_or(0)
    }
}

impl Config {
    /// Reads a file; a missing one gives the defaults.
    pub fn read(path: &Path) -> Result<Self, CaseError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(CaseError::Read { path: path.to_owned(), source }),
        }
    }

    /// Reads a text; `path` is for messages only.
    pub fn parse(text: &str, path: &Path) -> Result<Self, CaseError> {
        let origin = Origin { path: path.to_owned(), text: text.to_owned() };
        let mut config: Self = toml_edit::de::from_str(text).map_err(|error| {
            let (message, remedy) = explain(error.message());
            origin.error(error.span().unwrap_or(0..0), message, remedy)
        })?;
        config.origin = origin;
        config.validate()?;
        Ok(config)
    }

    /// Line of `incident.toml` on which a value first stands, counted from 1.
    pub fn line_of(&self, value: &str) -> Option<usize> {
        let at = self.origin.text.find(value).filter(|_| !value.is_empty())?;
        Some(self.origin.text[..at].matches('\n').count() + 1)
    }

    /// Zone of the service; UTC when none is given.
    pub fn time_zone(&self) -> Result<TimeZone, CaseError> {
        match &self.incident.time_zone {
            None => Ok(TimeZone::UTC),
            Some(name) => self.zone(name),
        }
    }

    /// The declared window.
    pub fn declared_window(&self) -> Result<Option<Period>, CaseError> {
        let Some(window) = &self.window else { return Ok(None) };
        self.period(window).map(Some)
    }

    /// The declared reference period; an open end is that of the data.
    pub fn declared_baseline(&self) -> Result<Option<Period>, CaseError> {
        let Some(baseline) = &self.baseline else { return Ok(None) };
        if baseline.start.is_none() && baseline.end.is_none() {
            return Ok(None);
        }
        let start = baseline.start.as_deref().map_or(Ok(i64::MIN), |text| self.instant(text))?;
        let end = baseline.end.as_deref().map_or(Ok(i64::MAX), |text| self.instant(text))?;
        Ok(Some(Period { start, end }))
    }

    /// Stretches that are no reference.
    pub fn excluded(&self) -> Result<Vec<Period>, CaseError> {
        let windows = self.baseline.as_ref().map_or(&[][..], |baseline| &baseline.exclude);
        windows.iter().map(|window| self.period(window)).collect()
    }

    /// From which duration on an outage is prolonged, in seconds.
    pub fn prolonged_after_seconds(&self) -> Result<i64, CaseError> {
        self.seconds(&self.policy.prolonged_after)
    }

    /// Within which time the first public message is expected, in seconds.
    pub fn first_message_within_seconds(&self) -> Result<i64, CaseError> {
        self.seconds(&self.policy.first_message_within)
    }

    fn validate(&self) -> Result<(), CaseError> {
        self.time_zone()?;
        self.declared_window()?;
        self.declared_baseline()?;
        self.excluded()?;
        self.prolonged_after_seconds()?;
        self.first_message_within_seconds()?;
        for rule in &self.source {
            if let Some(zone) = &rule.time_zone {
                self.zone(zone)?;
            }
            if let Some(text) = rule.clock_ahead.as_ref().filter(|text| period::micros(text).is_none()) {
                let message = format!("expected a duration, found `{text}`");
                let remedy = "write a number and a unit, for example `90s`, or `-2min` for a clock that is behind";
                return Err(self.wrong(text, message, remedy));
            }
            if let Err(error) = glob::Pattern::new(&rule.path) {
                return Err(self.wrong(&rule.path, error.to_string(), "write a glob such as `exports/**/*.csv`"));
            }
        }
        if !(0.0..=1.0).contains(&self.policy.general_share) {
            let text = "general_share";
            return Err(self.wrong(
                text,
                "expected a share between 0 and 1".into(),
                "write for example `general_share = 0.8`",
            ));
        }
        Ok(())
    }

    fn period(&self, window: &Window) -> Result<Period, CaseError> {
        let (start, end) = (self.instant(&window.start)?, self.instant(&window.end)?);
        if end <= start {
            let message = format!("expected an end after the start, found `{}`", window.end);
            return Err(self.wrong(&window.end, message, "swap the two, or correct the date"));
        }
        Ok(Period { start, end })
    }

    fn instant(&self, text: &str) -> Result<i64, CaseError> {
        let zone = self.time_zone()?;
        period::instant(text, &zone).ok_or_else(|| {
            let message = format!("expected an instant, found `{text}`");
            self.wrong(text, message, "write `2026-03-14T19:44:00Z`, or a local time such as `2026-03-14 20:44`")
        })
    }

    fn seconds(&self, text: &str) -> Result<i64, CaseError> {
        period::seconds(text).ok_or_else(|| {
            let message = format!("expected a duration, found `{text}`");
            self.wrong(text, message, "write a number and a unit, for example `60min`, `1h 30min` or `30d`")
        })
    }

    fn zone(&self, name: &str) -> Result<TimeZone, CaseError> {
        TimeZone::get(name).map_err(|_| {
            let message = format!("expected a time zone, found `{name}`");
            let known = jiff::tz::db().available().map(|zone| zone.to_string()).collect::<Vec<_>>();
            let remedy = match nearest(name, known.iter().map(String::as_str)) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "write an IANA name such as `Europe/Paris`".into(),
            };
            self.wrong(name, message, remedy)
        })
    }

    fn wrong(&self, value: &str, message: String, remedy: impl Into<String>) -> CaseError {
        let at = self.origin.text.find(value).unwrap_or(0);
        self.origin.error(at..at + value.len().min(self.origin.text.len()), message, remedy.into())
    }
}

impl Origin {
    fn error(&self, span: Range<usize>, message: String, remedy: String) -> CaseError {
        CaseError::Configuration {
            path: self.path.clone(),
            message,
            text: NamedSource::new(self.path.to_string_lossy(), self.text.clone()),
            span: span.into(),
            remedy,
        }
    }
}

/// Turns the message of the TOML reader into ours, with a remedy.
fn explain(message: &str) -> (String, String) {
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return (message.to_owned(), "`constat init --help` shows every key with its form".into());
    };
    let (unknown, rest) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let remedy = match nearest(unknown, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`? known here: {}", known.join(", ")),
        None => format!("known here: {}", known.join(", ")),
    };
    (format!("unknown key `{unknown}`"), remedy)
}

/// The known name that is most like a wrong one, if any is like it.
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, CaseError> {
        Config::parse(text, Path::new("incident.toml"))
    }

    fn remedy(error: &CaseError) -> String {
        use miette::Diagnostic as _;
        error.help().expect("a remedy").to_string()
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one() {
        let error = parse("[incident]\ntimezone = 'UTC'\n").expect_err("an error");
        assert!(error.to_string().contains("unknown key `timezone`"), "{error}");
        assert!(remedy(&error).contains("time_zone"));
    }

    #[test]
    fn an_unknown_zone_names_the_nearest_one() {
        let error = parse("[incident]\ntime_zone = 'Europe/Pariss'\n").expect_err("an error");
        assert!(remedy(&error).contains("Europe/Paris"), "{}", remedy(&error));
    }

    #[test]
    fn a_window_must_end_after_its_start() {
        let error = parse("[window]\nstart = '2026-03-14T20:00:00Z'\nend = '2026-03-14T19:00:00Z'\n");
        assert!(error.expect_err("an error").to_string().contains("end after the start"));
    }

    #[test]
    fn a_clock_is_ahead_by_a_duration() {
        let rule = |value: &str| parse(&format!("[[source]]\npath = 'a.log'\nclock_ahead = '{value}'\n"));
        assert_eq!(rule("90s").expect("a rule").source[0].clock_ahead_micros(), 90_000_000);
        assert_eq!(rule("-2min").expect("a rule").source[0].clock_ahead_micros(), -120_000_000);
        let error = rule("much").expect_err("an error");
        assert!(error.to_string().contains("expected a duration, found `much`") && remedy(&error).contains("90s"));
        let error = parse("[[source]]\npath = 'a.log'\nclock_skew = '90s'\n").expect_err("an error");
        assert!(remedy(&error).contains("clock_ahead"), "{}", remedy(&error));
    }

    #[test]
    fn every_section_of_the_contract_is_understood() {
        let text = "[incident]\nid='a'\n[baseline]\nstart='2026-03-01T00:00:00Z'\n[[baseline.exclude]]\nstart='2026-03-02T00:00:00Z'\nend='2026-03-03T00:00:00Z'\n[symptom]\nentity='web'\nmetric='latency'\n[slo]\nobjective=0.999\nwindow='30d'\n[policy]\nmin_n=20\n[cost]\ncurrency='EUR'\n[privacy]\nmin_group=5\n[report]\nlanguages=['en']\n[[source]]\npath='*.csv'\nkind='tidy'\n";
        let config = parse(text).expect("a configuration");
        assert_eq!(config.policy.min_n, 20);
        assert_eq!(config.excluded().expect("periods").len(), 1);
    }
}

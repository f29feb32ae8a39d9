//! What every log adapter does with an event once it has found its parts: severity words, the
//! service named by the file, and the row itself.
//!
//! In: the parts of one event, borrowed. Out: one row of `log_records`. Reads no format.

use std::borrow::Cow;

use crate::ingest::rows::Rows;
use crate::ingest::source::FileContext;
use crate::schema::log_records as log;

use super::account_fields;
use super::cmcd;
use super::json_fields::{self, Named};

/// One event; empty texts are null.
#[derive(Debug, Default)]
pub struct Event<'a> {
    /// When it happened, in microseconds since 1970 UTC.
    pub time: Option<i64>,
    /// Service that wrote it; the file's when empty.
    pub service: &'a str,
    /// Machine or container that wrote it.
    pub host: &'a str,
    /// Severity as written, or its number.
    pub severity: &'a str,
    /// The message.
    pub body: &'a str,
    /// Trace it belongs to.
    pub trace_id: &'a str,
    /// What is left.
    pub rest: Vec<Named<'a>>,
    /// Whether the personal data in `rest` were replaced already.
    pub is_rest_redacted: bool,
    /// Identifier that the export gives the event, see [`LogFile::naming_events`].
    pub id: &'a str,
}

/// What a reader of logs remembers of its file.
#[derive(Debug, Clone)]
pub struct LogFile {
    path: String,
    /// Service that the file name tells; empty when it tells none.
    pub service: String,
    /// Whose identifiers the events have; none when they have none.
    ids_of: Option<&'static str>,
}

impl LogFile {
    /// What the path of a file tells.
    pub fn new(context: &FileContext<'_>) -> Self {
        let path = context.sample.path.clone();
        Self { service: service_in_path(&path), path, ids_of: None }
    }

    /// The same for an export that gives each event an identifier, when it does: an event that
    /// overlapping pages or files repeat is one row. An event without one is never a repeated one.
    #[must_use]
    pub fn naming_events(mut self, vendor: &'static str, has_ids: bool) -> Self {
        self.ids_of = has_ids.then_some(vendor);
        self
    }

    /// Adds the row of an event.
    pub fn write(&self, mut event: Event<'_>, out: &mut Rows) {
        cmcd::gather(&mut event.rest);
        if !event.is_rest_redacted {
            account_fields::hide(&mut event.rest, out);
        }
        let identity = self.ids_of.map(|vendor| match event.id {
            // Of several events of one line each is one more row.
            "" => format!("{}\n{}\n{}", self.path, out.line(), out.count(&log::TABLE)),
            id => format!("{vendor}\n{id}"),
        });
        let line = i64::try_from(out.line()).ok();
        let service = if event.service.is_empty() { &self.service } else { event.service };
        let attributes = json_fields::to_sorted_json(event.rest);
        let mut row = out.row(&log::TABLE);
        row.time(log::TIME, event.time)
            .text(log::SERVICE_NAME, service)
            .text(log::HOST, event.host)
            .text(log::SEVERITY_TEXT, &severity_text(event.severity))
            .text(log::BODY, event.body)
            .text(log::TRACE_ID, event.trace_id)
            .text(log::FILE, &self.path)
            .int(log::LINE_NUMBER, line);
        if event.is_rest_redacted {
            row.redacted_text(log::ATTRIBUTES, &attributes);
        } else {
            row.text(log::ATTRIBUTES, &attributes);
        }
        if let Some(identity) = &identity {
            row.identity(identity);
        }
        row.finish();
    }
}

/// A severity in upper case; numbers from 0 to 7 are those of syslog, from 10 to 60 those of
/// Bunyan and Pino, single letters those of klog.
pub fn severity_text(written: &str) -> Cow<'_, str> {
    let written = written.trim();
    match written {
        "I" | "info" => return Cow::Borrowed("INFO"),
        "W" | "warn" => return Cow::Borrowed("WARN"),
        "E" | "error" => return Cow::Borrowed("ERROR"),
        "F" | "fatal" => return Cow::Borrowed("FATAL"),
        "D" | "debug" => return Cow::Borrowed("DEBUG"),
        _ => {}
    }
    if let Ok(number) = written.parse::<u8>() {
        return Cow::Borrowed(severity_of_number(number));
    }
    if written.bytes().any(|byte| byte.is_ascii_lowercase()) || !written.is_ascii() {
        return Cow::Owned(written.to_uppercase());
    }
    Cow::Borrowed(written)
}

/// Severity of a syslog priority (`facility * 8 + severity`).
pub fn severity_of_priority(priority: u16) -> &'static str {
    severity_of_number(u8::try_from(priority % 8).unwrap_or_default())
}

/// Severity of an HTTP answer: 5xx is an error, 4xx a warning.
pub fn severity_of_status(status: u16) -> &'static str {
    match status {
        500.. => "ERROR",
        400..=499 => "WARN",
        _ => "INFO",
    }
}

fn severity_of_number(number: u8) -> &'static str {
    match number {
        0 => "EMERGENCY",
        1 => "ALERT",
        2 => "CRITICAL",
        3 | 50 => "ERROR",
        4 | 40 => "WARN",
        5 => "NOTICE",
        6 | 30 => "INFO",
        7 | 20 => "DEBUG",
        10 => "TRACE",
        60 => "FATAL",
        _ => "",
    }
}

/// The service that a file name tells: `origin-access.log.gz` is of `origin`,
/// `extract-billing-2026-11-22.csv` of `billing`; empty when the name is only a kind of file.
pub fn service_in_path(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let mut words: Vec<&str> = stem.split(['-', '_', ' ']).filter(|word| !word.is_empty()).collect();
    while words.last().is_some_and(|word| is_date_part(&words, word) || is_kind(word)) {
        words.pop();
    }
    while words.first().is_some_and(|word| is_kind(word)) {
        words.remove(0);
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return String::new() };
    let start = first.as_ptr() as usize - stem.as_ptr() as usize;
    let end = last.as_ptr() as usize - stem.as_ptr() as usize + last.len();
    let service = &stem[start..end];
    if service.bytes().all(|byte| !byte.is_ascii_alphabetic()) { String::new() } else { service.to_owned() }
}

/// Whether the last word belongs to a date: `20261122`, or the tail of `2026-11-22`.
fn is_date_part(words: &[&str], word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_year = |text: &str| text.len() == 4 && is_number(text) && text.starts_with("20");
    let before = |distance: usize| words.len().checked_sub(distance).map(|at| words[at]);
    is_number(word)
        && (word.len() >= 8
            || is_year(word)
            || (word.len() == 2 && (before(2).is_some_and(is_year) || before(3).is_some_and(is_year))))
}

fn is_kind(word: &str) -> bool {
    const KINDS: &[&str] = &[
        "access",
        "error",
        "log",
        "logs",
        "syslog",
        "messages",
        "extract",
        "export",
        "app",
        "application",
        "archive",
        "journal",
        "journald",
        "docker",
        "container",
        "datadog",
        "kibana",
        "cloudwatch",
        "otlp",
        "ecs",
        "input",
        "output",
        "stdout",
        "stderr",
        "json",
        "ndjson",
        "logfmt",
    ];
    KINDS.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_service_of_a_file_name() {
        for (path, service) in [
            ("logs/origin-access.log.gz", "origin"),
            ("logs/edge-par-01-access.log", "edge-par-01"),
            ("logs/extract-billing-db-2026-11-22.csv.bz2", "billing-db"),
            ("logs/syslog-router.log", "router"),
            ("logs/player_20261122.logfmt", "player"),
            ("logs/access.log", ""),
            ("logs/0.log", ""),
            ("", ""),
            ("é-access.log", ""),
        ] {
            assert_eq!(service_in_path(path), service, "{path}");
        }
    }

    #[test]
    fn severities_are_upper_case_words() {
        for (written, word) in
            [("warning", "WARNING"), ("3", "ERROR"), ("40", "WARN"), ("99", ""), ("E", "ERROR"), ("", "")]
        {
            assert_eq!(severity_text(written), word);
        }
        assert_eq!(severity_of_priority(165), "NOTICE");
        assert_eq!(severity_of_status(503), "ERROR");
    }
}

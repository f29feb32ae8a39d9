//! Logs of a Grafana panel or of Explore, downloaded as text: a few lines about the query, blank
//! lines, then one line an entry behind its time.
//!
//! <https://grafana.com/docs/grafana/latest/explore/logs-integration/>
//!
//! ```text
//! Common labels: {"app":"playback-api","namespace":"prod"}
//! 1795377848002 <tab> 2026-11-22T20:04:08.002Z <tab> level=error msg="upstream timeout"
//! 2026-11-22 21:04:08.002 <tab> upstream timeout
//! ```
//!
//! Out: `log_records`. The older form has only a time without an offset, that of the browser: the
//! zone of the case. An entry that is JSON or logfmt gives its own message, level and trace. The
//! service is that of the common labels, else of the file. A line that goes on from the one
//! before has no time.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{self, TimeFormat};

use super::application_logs::Parts;
use super::log_event::LogFile;

/// Logs downloaded from Grafana.
#[derive(Debug)]
pub struct GrafanaLogs;

/// Labels that name a service, the best first.
const SERVICES: &[&str] = &["service", "service_name", "app", "application", "job", "container", "component"];

impl Source for GrafanaLogs {
    fn name(&self) -> &'static str {
        "grafana_logs"
    }

    fn about(&self) -> &'static str {
        "Logs of a Grafana panel or of Explore, downloaded as text."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let name = sample.path.rsplit('/').next().unwrap_or_default();
        let is_named =
            name.contains("-logs-") && std::path::Path::new(name).extension().is_some_and(|end| end == "txt");
        let mut lines = sample.lines().skip_while(|line| about(line).is_some());
        let first = lines.find_map(entry)?;
        // The older form is a time and a tab, which other logs may have too.
        (first.is_epoch || is_named).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let labels =
            file.sample.lines().map_while(about).find(|(label, _)| label.eq_ignore_ascii_case("common labels"));
        let service =
            labels.and_then(|(_, labels)| SERVICES.iter().find_map(|name| labels[*name].as_str().map(str::to_owned)));
        let times: Vec<&str> = file.sample.lines().filter_map(entry).map(|entry| entry.time).collect();
        Ok(Box::new(Reader {
            file: LogFile::new(file),
            service: service.unwrap_or_default(),
            times: TimeFormat::learn(&times, file.zone),
        }))
    }
}

/// One entry behind its time.
struct Entry<'a> {
    /// Text of the time: epoch milliseconds, or a local time.
    time: &'a str,
    text: &'a str,
    is_epoch: bool,
}

/// The entry of a line; `None` when it begins otherwise.
fn entry(line: &str) -> Option<Entry<'_>> {
    let (time, rest) = line.split_once('\t')?;
    let bytes = time.as_bytes();
    if bytes.len() == 13 && bytes.iter().all(u8::is_ascii_digit) {
        let (written, text) = rest.split_once('\t')?;
        time::rfc3339(written)?;
        return Some(Entry { time, text, is_epoch: true });
    }
    let is_local = bytes.len() >= 19 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[10] == b' ' && bytes[13] == b':';
    is_local.then_some(Entry { time, text: rest, is_epoch: false })
}

/// A line about the query, `label: json`.
fn about(line: &str) -> Option<(&str, Value)> {
    let (label, value) = line.split_once(": ")?;
    let is_label = label.len() <= 40 && label.starts_with(|c: char| c.is_alphabetic());
    let value = is_label.then(|| serde_json::from_str(value.trim()).ok()).flatten()?;
    Some((label, value))
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    service: String,
    times: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = record.line()?;
        let mut parts = match entry(line) {
            Some(entry) => Parts {
                time: Some(Cow::Borrowed(entry.time)),
                body: Cow::Borrowed(entry.text),
                service: Cow::Borrowed(&self.service),
                ..Parts::default()
            },
            None if about(line).is_some() => return Ok(()),
            None => Parts { body: Cow::Borrowed(line), service: Cow::Borrowed(&self.service), ..Parts::default() },
        };
        let time = match parts.time.as_deref() {
            Some(written) => self.times.parse(written)?,
            None => None,
        };
        parts.open_body();
        self.file.write(parts.event(time), out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, rows_of, sample};

    fn rows(path: &str, text: &str) -> Vec<String> {
        let rows = rows_of(&read(&GrafanaLogs, path, text), "log_records");
        rows.iter().map(|row| row.split(" file=").next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn reads_entries_with_the_service_of_the_common_labels() {
        let text = "Common labels: {\"app\":\"origin\",\"env\":\"prod\"}\nTotal bytes processed: \"1.2 kB\"\n\n\n\
                    1795377848002\t2026-11-22T20:04:08.002Z\tlevel=error msg=\"upstream timeout\"\n\
                    1795377848003\t2026-11-22T20:04:08.003Z\tpanic: no memory\n  at main.rs:7\n";
        assert_eq!(
            rows("Explore-logs-2026-11-22.txt", text),
            [
                "time=2026-11-22T20:04:08.002Z service_name=origin severity_text=ERROR body=upstream timeout",
                "time=2026-11-22T20:04:08.003Z service_name=origin body=panic: no memory",
                "service_name=origin body=  at main.rs:7",
            ]
        );
    }

    #[test]
    fn reads_the_older_form_by_the_name_of_the_file() {
        let text = "\n\n2026-11-22 20:04:08.002\tupstream timeout\n";
        assert!(rows("Logs-logs-2026-11-23 10_00_00.txt", text)[0].starts_with("time=2026-11-22T20:04:08.002Z"));
        assert_eq!(GrafanaLogs.recognise(&sample("app.log", text)), None);
        assert_eq!(GrafanaLogs.recognise(&sample("x", "1795377848002\tno time\tx\n")), None);
    }
}

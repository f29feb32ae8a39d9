//! Access and error logs of `AVPlayer` (Apple, HLS) in the W3C extended format.
//!
//! <https://developer.apple.com/documentation/avfoundation/avplayeritemaccesslog>
//!
//! ```text
//! #Version: 1.0
//! #Fields: date time uri cs-guid s-ip c-duration-watched c-observed-bitrate sc-indicated-bitrate c-stalls c-startup-time
//! 2026-11-22 20:04:31 https://video.example.com/live/ch1/v5.m3u8 A1-INVENTED 192.0.2.10 82.6 9120000.0 5000000.0 2 -1
//! ```
//!
//! Out: `log_records`, one row a line: what was played and how it went, all measures among the
//! attributes in their own unit (bit/s, seconds, bytes). A line with stalls is a warning, one of
//! the error log an error. A negative number and `-` are unknown. The clock is that of the device,
//! taken as UTC. Playback sessions are left out, since they follow one viewer, and query strings
//! but for their CMCD keys; addresses go to the attributes only, where they are replaced.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;

use super::cmcd;
use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile};

/// Logs of `AVPlayer`.
#[derive(Debug)]
pub struct AvplayerLog;

impl Source for AvplayerLog {
    fn name(&self) -> &'static str {
        "avplayer_log"
    }

    fn about(&self) -> &'static str {
        "Access or error log of AVPlayer (Apple), as text in the W3C extended format."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let mut headers = sample.lines().filter_map(|line| line.trim().strip_prefix("#Fields:"));
        headers.any(|header| header.split_whitespace().any(|name| name == "cs-guid")).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let headers = file.sample.text.lines().filter_map(|line| line.trim().strip_prefix("#Fields:"));
        let mut forms: Vec<Vec<String>> = Vec::new();
        for header in headers {
            let names: Vec<String> = header.split_whitespace().map(str::to_owned).collect();
            if !forms.contains(&names) {
                forms.push(names);
            }
        }
        if forms.is_empty() {
            return Err("expected a line `#Fields:`, found none".into());
        }
        Ok(Box::new(Reader { file: LogFile::new(file), forms, time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    /// Fields of the access log and of the error log, which may stand in one file.
    forms: Vec<Vec<String>>,
    time: TimeFormat,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = record.line()?.trim();
        if line.starts_with('#') {
            return Ok(());
        }
        let (names, cells) = self.cells(line)?;
        let cell = |name: &str| {
            let at = names.iter().position(|known| known == name)?;
            cells.get(at).map(AsRef::as_ref).filter(|cell| !is_unknown(name, cell))
        };
        let written = format!("{} {}", cell("date").unwrap_or_default(), cell("time").unwrap_or_default());
        let parsed =
            self.time.parse(&written).and_then(|time| time.ok_or("expected a date and a time, found none".into()));
        let time = match parsed {
            Ok(time) => time,
            Err(reason) => {
                // The line itself holds the playback session, and tokens in its address.
                out.reject(reason, &written);
                return Ok(());
            }
        };
        let uri = cell("uri").unwrap_or_default();
        let (uri, query) = uri.split_once('?').unwrap_or((uri, ""));
        let is_error = names.iter().any(|name| name == "domain" || name == "comment" || name == "status");
        let stalls = cell("c-stalls").and_then(|cell| cell.parse::<f64>().ok()).unwrap_or(0.0);
        let body = if is_error {
            let parts = [cell("comment"), cell("domain"), cell("status"), Some(uri)];
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        } else {
            let kind = cell("s-playback-type").unwrap_or("playback");
            if stalls > 0.0 { format!("{kind} {uri} with {stalls} stalls") } else { format!("{kind} {uri}") }
        };
        let event = Event {
            time: Some(time),
            severity: if is_error {
                "ERROR"
            } else if stalls > 0.0 {
                "WARN"
            } else {
                "INFO"
            },
            body: body.trim(),
            rest: attributes(names, &cells, query),
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

impl Reader {
    /// The fields of a line and their names: of several forms the one with as many fields.
    fn cells<'l>(&self, line: &'l str) -> Result<(&[String], Vec<Cow<'l, str>>), String> {
        let tabbed = line.contains('\t');
        let words: Vec<&str> = if tabbed { line.split('\t').collect() } else { line.split_whitespace().collect() };
        if let Some(names) = self.forms.iter().find(|names| names.len() == words.len()) {
            return Ok((names, words.into_iter().map(|word| Cow::Borrowed(word.trim())).collect()));
        }
        // Between spaces, a comment at the end is cut into its words.
        let spoken = self.forms.iter().find(|names| names.last().is_some_and(|name| name == "comment"));
        if let Some(names) = spoken.filter(|names| names.len() < words.len()) {
            let last = names.len() - 1;
            let mut cells: Vec<Cow<'_, str>> = words[..last].iter().map(|word| Cow::Borrowed(*word)).collect();
            cells.push(Cow::Owned(words[last..].join(" ")));
            return Ok((names, cells));
        }
        let counts: Vec<String> = self.forms.iter().map(|names| names.len().to_string()).collect();
        Err(format!("expected {} fields, found {}", counts.join(" or "), words.len()))
    }
}

/// All fields but those of the body, without what follows a viewer.
fn attributes<'c>(names: &[String], cells: &[Cow<'c, str>], query: &str) -> Vec<Named<'c>> {
    const ELSEWHERE: &[&str] = &["date", "time", "uri", "cs-guid", "comment"];
    let mut fields: Vec<Named<'c>> = Vec::with_capacity(names.len());
    for (name, cell) in names.iter().zip(cells) {
        if ELSEWHERE.contains(&name.as_str()) || is_unknown(name, cell) {
            continue;
        }
        let value = match (cell.parse::<i64>(), cell.parse::<f64>()) {
            (Ok(whole), _) => Field::Int(whole),
            (_, Ok(number)) if number.is_finite() => Field::Float(number),
            _ => Field::Text(cell.clone()),
        };
        fields.push((Cow::Owned(name.clone()), value));
    }
    if let Some(keys) = cmcd::in_query(query) {
        fields.push((Cow::Borrowed("cmcd"), Field::nested(keys)));
    }
    fields
}

/// Empty, `-`, or a negative measure; the codes of the error log are negative by nature.
fn is_unknown(name: &str, cell: &str) -> bool {
    let is_negative = || cell.starts_with('-') && cell.parse::<f64>().is_ok_and(|number| number < 0.0);
    cell.is_empty() || cell == "-" || name != "status" && is_negative()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    const ACCESS: &str = "#Version: 1.0\n#Fields: date time uri cs-guid s-ip c-observed-bitrate c-stalls c-startup-time s-playback-type\n";

    #[test]
    fn reads_both_logs_of_one_file() {
        let text = format!(
            "{ACCESS}2026-11-22\t20:04:31\thttps://v.example/ch1.m3u8?token=x\tA1-GUID\t192.0.2.10\t9120000.5\t2\t-1\tLIVE\n\
             2026-11-22\t20:05:31\thttps://v.example/ch1.m3u8\tA1-GUID\t-\t-1\t0\t1.5\tLIVE\n\
             2026-11-22\tsoon\tu\tA1\t-\t-1\t0\t1.5\tLIVE\n2026-11-22\t20:06\n\
             #Fields: date time uri cs-guid s-ip status domain comment\n\
             2026-11-22 20:05:40 https://v.example/ch1.m3u8 A1-GUID 192.0.2.10 -12660 CoreMediaErrorDomain HTTP 403: Forbidden\n"
        );
        let piece = read(&AvplayerLog, "player.log", &text);
        let rows: Vec<String> = rows_of(&piece, "log_records")
            .iter()
            .map(|row| masked(row).split(" file=").next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(
            rows,
            [
                "time=2026-11-22T20:04:31Z service_name=player severity_text=WARN body=LIVE https://v.example/ch1.m3u8 with 2 stalls \
                 attributes={\"c-observed-bitrate\":9120000.5,\"c-stalls\":2,\"s-ip\":\"ip\",\"s-playback-type\":\"LIVE\"}",
                "time=2026-11-22T20:05:31Z service_name=player severity_text=INFO body=LIVE https://v.example/ch1.m3u8 \
                 attributes={\"c-stalls\":0,\"c-startup-time\":1.5,\"s-playback-type\":\"LIVE\"}",
                "time=2026-11-22T20:05:40Z service_name=player severity_text=ERROR \
                 body=HTTP 403: Forbidden CoreMediaErrorDomain -12660 https://v.example/ch1.m3u8 \
                 attributes={\"domain\":\"CoreMediaErrorDomain\",\"s-ip\":\"ip\",\"status\":-12660}",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `2026-11-22 soon`", "expected 9 or 8 fields, found 2"]);
    }

    #[test]
    fn leaves_other_w3c_logs_alone() {
        let cloudfront =
            "#Version: 1.0\n#Fields: date time x-edge-location sc-status\n2026-11-22\t20:04:31\tCDG\t200\n";
        assert_eq!(AvplayerLog.recognise(&sample("x", cloudfront)), None);
    }
}

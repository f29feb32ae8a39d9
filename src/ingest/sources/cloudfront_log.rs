//! Standard logs of Amazon CloudFront: W3C extended format with tabs.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>
//!
//! ```text
//! #Version: 1.0
//! #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status
//! 2026-11-22 20:04:08 CDG52-P2 912 203.0.113.7 GET d111.cloudfront.example /live/ch1/seg_881.m4s 503
//! ```
//!
//! Out: `log_records` with body `METHOD path status`. Times are UTC. Fields are found by the
//! first `#Fields` line. Cookies and query strings are dropped but for CMCD keys; addresses go
//! to the attributes only, where they are replaced.

use std::borrow::Cow;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::access_log::body;
use super::cmcd;
use super::json_fields::{Field, Named};
use super::log_event::{Event, LogFile, severity_of_status};

/// Standard logs of CloudFront.
#[derive(Debug)]
pub struct CloudfrontLog;

impl Source for CloudfrontLog {
    fn name(&self) -> &'static str {
        "cloudfront_log"
    }

    fn about(&self) -> &'static str {
        "Standard log of Amazon CloudFront, as it is delivered to S3."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let fields = fields_line(&sample.text)?;
        fields.split_whitespace().any(|name| name == "x-edge-location").then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let names: Vec<&str> = fields_line(&file.sample.text).unwrap_or_default().split_whitespace().collect();
        let at = |name: &str| names.iter().position(|known| *known == name);
        Ok(Box::new(Reader {
            file: LogFile::new(file),
            date: at("date").ok_or("expected a field `date`, found none")?,
            clock: at("time").ok_or("expected a field `time`, found none")?,
            status: at("sc-status"),
            method: at("cs-method"),
            path: at("cs-uri-stem"),
            query: at("cs-uri-query"),
            host: at("x-edge-location"),
            kept: KEPT.iter().filter_map(|(name, key, kind)| Some((at(name)?, *key, *kind))).collect(),
            cmcd: (0..names.len()).filter(|at| names[*at].to_ascii_lowercase().contains("cmcd")).collect(),
            count: names.len(),
        }))
    }
}

/// The names in the first `#Fields` line.
fn fields_line(text: &str) -> Option<&str> {
    text.lines().take(20).find_map(|line| line.strip_prefix("#Fields:"))
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Whole,
    Decimal,
}

/// Fields that are kept, their attribute and type.
const KEPT: &[(&str, &str, Kind)] = &[
    ("sc-bytes", "bytes", Kind::Whole),
    ("cs-bytes", "request_bytes", Kind::Whole),
    ("time-taken", "request_time_seconds", Kind::Decimal),
    ("time-to-first-byte", "first_byte_seconds", Kind::Decimal),
    ("c-ip", "client_ip", Kind::Text),
    ("x-forwarded-for", "forwarded_for", Kind::Text),
    ("cs(User-Agent)", "user_agent", Kind::Text),
    ("cs(Referer)", "referer", Kind::Text),
    ("x-host-header", "virtual_host", Kind::Text),
    ("x-edge-result-type", "result_type", Kind::Text),
    ("x-edge-detailed-result-type", "detailed_result_type", Kind::Text),
    ("x-edge-request-id", "request_id", Kind::Text),
    ("cs-protocol-version", "protocol", Kind::Text),
    ("sc-content-type", "content_type", Kind::Text),
];

#[derive(Debug)]
struct Reader {
    file: LogFile,
    date: usize,
    clock: usize,
    status: Option<usize>,
    method: Option<usize>,
    path: Option<usize>,
    query: Option<usize>,
    host: Option<usize>,
    kept: Vec<(usize, &'static str, Kind)>,
    /// Fields that hold CMCD headers.
    cmcd: Vec<usize>,
    count: usize,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let line = record.line()?;
        if line.starts_with('#') {
            return Ok(());
        }
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() < self.count {
            return Err(format!("expected {} fields, found {}", self.count, cells.len()));
        }
        let cell =
            |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |cell| if *cell == "-" { "" } else { cell });
        let written = format!("{}T{}Z", cells[self.date], cells[self.clock]);
        let time = time::rfc3339(&written).ok_or_else(|| format!("expected a date and a time, found `{written}`"))?;
        let status = cell(self.status);
        let status: u16 = status.parse().map_err(|_| format!("expected a number in `sc-status`, found `{status}`"))?;
        let path = cmcd::percent_decoded(cell(self.path));
        let event = Event {
            time: Some(time),
            service: "cloudfront",
            host: cell(self.host),
            severity: severity_of_status(status),
            body: &body(cell(self.method), &path, status),
            rest: self.attributes(&cells, cell(self.query)),
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

impl Reader {
    fn attributes<'a>(&self, cells: &[&'a str], query: &str) -> Vec<Named<'a>> {
        let mut fields: Vec<Named<'a>> = Vec::with_capacity(self.kept.len() + 1);
        for (at, name, kind) in &self.kept {
            let cell = cells.get(*at).copied().unwrap_or_default();
            if cell.is_empty() || cell == "-" {
                continue;
            }
            let value = match kind {
                Kind::Whole => cell.parse().map_or(Field::Text(Cow::Borrowed(cell)), Field::Int),
                Kind::Decimal => cell.parse().map_or(Field::Text(Cow::Borrowed(cell)), Field::Float),
                Kind::Text if *name == "referer" => Field::Text(Cow::Borrowed(cell.split('?').next().unwrap_or(cell))),
                Kind::Text => Field::Text(cmcd::percent_decoded(cell)),
            };
            fields.push((Cow::Borrowed(name), value));
        }
        if let Some(keys) = cmcd::in_query(query) {
            fields.push((Cow::Borrowed("cmcd"), Field::Nested(keys)));
        }
        // Gathered into one attribute with the keys of the others when the event is written.
        for at in &self.cmcd {
            fields.extend(cells.get(*at).map(|cell| (Cow::Borrowed("cmcd"), Field::Text(Cow::Borrowed(*cell)))));
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    const HEADER: &str = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs-uri-stem sc-status cs(User-Agent) cs-uri-query\n";

    #[test]
    fn reads_lines_and_rejects_short_ones() {
        let text = format!(
            "{HEADER}2026-11-22\t20:04:08\tCDG52\t912\t203.0.113.7\tGET\t/live/a%20b.m4s\t503\tTv%20App\tt=1&CMCD=bl%253D0\n\
             2026-11-22\t20:04:07\tCDG52\t1\t-\tGET\t/x\t000\t-\t-\n\
             2026-11-22\t20:04\n{HEADER}2026-11-22\tsoon\tCDG52\t1\t-\tGET\t/x\t200\t-\t-\n"
        );
        let piece = read(&CloudfrontLog, "cdn/E1.2026-11-22-20.a1.gz", &text);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            masked(&rows[0]).split(" file=").next(),
            Some(
                "time=2026-11-22T20:04:08Z service_name=cloudfront host=CDG52 severity_text=ERROR body=GET /live/a b.m4s 503 \
                 attributes={\"bytes\":912,\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0},\"user_agent\":\"Tv App\"}"
            )
        );
        assert!(rows[1].contains("severity_text=INFO body=GET /x 000"));
        assert_eq!(rows.len(), 2);
        assert_eq!(
            reasons(&piece),
            ["expected 10 fields, found 2", "expected a date and a time, found `2026-11-22TsoonZ`"]
        );
    }

    #[test]
    fn leaves_other_w3c_logs_alone() {
        assert_eq!(CloudfrontLog.recognise(&sample("x", "#Version: 1.0\n#Fields: date time cs-guid c-stalls\n")), None);
        assert_eq!(CloudfrontLog.recognise(&sample("x", "")), None);
    }
}

//! Standard logs of Amazon CloudFront: W3C extended format with tabs, and the JSON and Parquet that
//! the second version of standard logging can write.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>
//!
//! ```text
//! #Version: 1.0
//! #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status
//! 2026-11-22 20:04:08 CDG52-P2 912 203.0.113.7 GET d111.cloudfront.example /live/ch1/seg_881.m4s 503
//! ```
//!
//! Out: `log_records` with body `METHOD path status`. Times are UTC. Fields are found by the first
//! `#Fields` line, any may be left out but the time; status 000 (the viewer left first) has no
//! severity. Cookies and query strings are dropped but for CMCD keys; addresses go to the attributes
//! only, where they are replaced.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::cdn_request as request;
use super::cmcd;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

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
        if let Some(layout) = layout_of(sample, &[], is_record) {
            return Some(layout);
        }
        let fields = fields_line(&sample.text)?;
        fields.split_whitespace().any(|name| name.starts_with("x-edge-")).then_some(Layout::Lines)
    }

    fn names_zone(&self, _sample: &Sample) -> bool {
        true
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let text = &file.sample.text;
        let names = fields_line(text).unwrap_or_default().split_whitespace();
        let delimiter = delimiter(text, names.clone().count());
        let columns = Columns::of(names);
        if *file.layout == Layout::Lines && columns.clock.is_none() && columns.epoch.is_none() {
            return Err("expected the fields `date` and `time`, found none".into());
        }
        Ok(Box::new(Reader { file: LogFile::new(file), columns, delimiter }))
    }
}

/// Whether an object is a record of the JSON form: the same fields, all of them texts.
fn is_record(object: &Value) -> bool {
    let Some(map) = object.as_object() else { return false };
    let has = |wanted: &str| map.keys().any(|name| plain(name) == wanted);
    has("x-edge-location") && (has("sc-status") || has("x-edge-result-type") || has("cs-uri-stem"))
}

/// A name in lower case with `-` only, since Parquet and JSON write `cs(User-Agent)` in other ways.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// The names in the first `#Fields` line.
fn fields_line(text: &str) -> Option<&str> {
    text.lines().take(20).find_map(|line| line.strip_prefix("#Fields:"))
}

/// What stands between the values: a tab, unless the owner chose another sign.
fn delimiter(text: &str, count: usize) -> char {
    let line = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).unwrap_or_default();
    let fits = |sign: &char| line.split(*sign).count() >= count;
    ['\t', ' ', ',', ';', '|'].into_iter().find(fits).unwrap_or('\t')
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
    /// A user agent, which may be encoded twice.
    Agent,
    /// The address of a page.
    Address,
}

/// Fields that are kept, their attribute and type.
const KEPT: &[(&str, &str, Kind)] = &[
    ("sc-bytes", "bytes", Kind::Number),
    ("cs-bytes", "request_bytes", Kind::Number),
    ("time-taken", "request_time_seconds", Kind::Number),
    ("time-to-first-byte", "first_byte_seconds", Kind::Number),
    ("c-ip", "client_ip", Kind::Text),
    ("x-forwarded-for", "forwarded_for", Kind::Text),
    ("cs(User-Agent)", "user_agent", Kind::Agent),
    ("cs(Referer)", "referer", Kind::Address),
    ("x-host-header", "virtual_host", Kind::Text),
    ("x-edge-result-type", "result_type", Kind::Text),
    ("x-edge-detailed-result-type", "detailed_result_type", Kind::Text),
    ("x-edge-request-id", "request_id", Kind::Text),
    ("cs-protocol-version", "protocol", Kind::Text),
    ("x-edge-response-result-type", "response_result_type", Kind::Text),
    ("sc-content-type", "content_type", Kind::Text),
    ("sc-content-len", "content_bytes", Kind::Number),
    ("c-country", "country", Kind::Text),
    ("asn", "asn", Kind::Number),
    ("origin-fbl", "origin_first_byte_seconds", Kind::Number),
    ("origin-lbl", "origin_last_byte_seconds", Kind::Number),
];

/// Where the fields of a record are.
#[derive(Debug, Default)]
struct Columns {
    date: Option<usize>,
    clock: Option<usize>,
    /// Seconds or milliseconds since 1970, in logs whose fields were chosen.
    epoch: Option<usize>,
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

impl Columns {
    fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<String> = names.map(plain).collect();
        let at = |name: &str| names.iter().position(|known| *known == plain(name));
        Self {
            date: at("date"),
            clock: at("time"),
            epoch: at("timestamp(ms)").or_else(|| at("timestamp")),
            status: at("sc-status"),
            method: at("cs-method"),
            path: at("cs-uri-stem"),
            query: at("cs-uri-query"),
            host: at("x-edge-location"),
            kept: KEPT.iter().filter_map(|(name, key, kind)| Some((at(name)?, *key, *kind))).collect(),
            cmcd: (0..names.len()).filter(|at| names[*at].contains("cmcd")).collect(),
            count: names.len(),
        }
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    columns: Columns,
    delimiter: char,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let text = match record {
            Record::Line(line) => line,
            Record::Json { text, .. } => {
                let (names, values): (Vec<Cow<'_, str>>, Vec<_>) = json_fields::parse(text)?.into_iter().unzip();
                let columns = Columns::of(names.iter().map(AsRef::as_ref));
                let values: Vec<Cow<'_, str>> =
                    values.into_iter().map(|value| value.into_text().unwrap_or_default()).collect();
                let cells: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
                return self.write(&columns, &cells, out);
            }
            Record::Csv(_) => return Err("expected a line or a JSON record".into()),
        };
        if text.starts_with('#') {
            return Ok(());
        }
        let cells: Vec<&str> = text.split(self.delimiter).collect();
        if cells.len() < self.columns.count {
            return Err(format!("expected {} fields, found {}", self.columns.count, cells.len()));
        }
        self.write(&self.columns, &cells, out)
    }
}

impl Reader {
    fn write(&self, columns: &Columns, cells: &[&str], out: &mut Rows) -> Result<(), String> {
        let cell =
            |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |cell| if *cell == "-" { "" } else { cell });
        let written = match (cell(columns.date), cell(columns.clock), cell(columns.epoch)) {
            (date, clock, epoch) if date.is_empty() || clock.is_empty() => epoch.to_owned(),
            (date, clock, _) => format!("{date}T{clock}Z"),
        };
        let instant = time::rfc3339(&written).or_else(|| time::epoch(&written));
        let instant = instant.ok_or_else(|| format!("expected a date and a time, found `{written}`"))?;
        let status = request::status("sc-status", cell(columns.status))?;
        let path = cmcd::percent_decoded(cell(columns.path));
        let mut body = request::body(cell(columns.method), &path, status);
        if body.is_empty() {
            body = status.map_or_else(|| "request".to_owned(), |status| format!("request {status:03}"));
        }
        let event = Event {
            time: Some(instant),
            service: "cloudfront",
            host: cell(columns.host),
            severity: request::severity(status),
            body: &body,
            rest: attributes(columns, cells, cell(columns.query)),
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

fn attributes<'a>(columns: &Columns, cells: &[&'a str], query: &str) -> Vec<Named<'a>> {
    let mut fields: Vec<Named<'a>> = Vec::with_capacity(columns.kept.len() + 1);
    for (at, name, kind) in &columns.kept {
        let cell = cells.get(*at).copied().unwrap_or_default();
        match kind {
            Kind::Number => request::push_number(&mut fields, *name, Cow::Borrowed(cell)),
            Kind::Text => request::push_text(&mut fields, *name, cmcd::percent_decoded(cell)),
            Kind::Agent => request::push_text(&mut fields, *name, request::user_agent(cell)),
            Kind::Address => request::push_text(&mut fields, *name, Cow::Borrowed(request::without_query(cell))),
        }
    }
    // Gathered into one attribute with the keys of the others when the event is written.
    for at in &columns.cmcd {
        fields.extend(cells.get(*at).map(|cell| (Cow::Borrowed("cmcd"), Field::Text(Cow::Borrowed(*cell)))));
    }
    request::push_cmcd(&mut fields, query);
    fields
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
        assert!(rows[1].contains("host=CDG52 body=GET /x 000"));
        assert_eq!(rows.len(), 2);
        assert_eq!(
            reasons(&piece),
            ["expected 10 fields, found 2", "expected a date and a time, found `2026-11-22TsoonZ`"]
        );
    }

    #[test]
    fn reads_chosen_fields_with_another_delimiter() {
        let text = "#Version: 1.0\n#Fields: timestamp(ms) x-edge-result-type cs(User-Agent)\n\
                    1795377848002,Error,Tv%2520App\n1795377848002,Hit,-,\nsoon,Hit,-\n";
        let piece = read(&CloudfrontLog, "cdn.log", text);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            rows[0].split(" file=").next(),
            Some(
                "time=2026-11-22T20:04:08.002Z service_name=cloudfront body=request \
                 attributes={\"result_type\":\"Error\",\"user_agent\":\"Tv App\"}"
            )
        );
        assert_eq!((rows.len(), piece.rejects.len()), (2, 1));
    }

    #[test]
    fn reads_the_json_form() {
        let text = r#"{"date":"2026-11-22","time":"20:04:08","x-edge-location":"CDG52","c-ip":"203.0.113.7","cs-method":"GET","cs(Host)":"d1.example","cs-uri-stem":"/a","sc-status":"503","cs(User-Agent)":"Tv%20App","cs-uri-query":"-"}
{"date":"2026-11-22","time":"20:04:08","x_edge_location":"CDG52","cs_uri_stem":"/b","cs_user_agent":"Tv","sc_status":200,"time_taken":0.25}
{"date":"2026-11-22","x-edge-location":"CDG52","sc-status":"503"}
"#;
        let piece = read(&CloudfrontLog, "cdn.json", text);
        let rows: Vec<String> = rows_of(&piece, "log_records").iter().map(|row| masked(row)).collect();
        assert!(
            rows[0].starts_with(
                "time=2026-11-22T20:04:08Z service_name=cloudfront host=CDG52 severity_text=ERROR body=GET /a 503 \
                 attributes={\"client_ip\":\"ip\",\"user_agent\":\"Tv App\"}"
            ),
            "{rows:?}"
        );
        assert!(
            rows[1].contains("body=/b 200 attributes={\"request_time_seconds\":0.25,\"user_agent\":\"Tv\"}"),
            "{rows:?}"
        );
        assert_eq!(reasons(&piece), ["expected a date and a time, found ``"]);
    }

    #[test]
    fn leaves_other_w3c_logs_alone() {
        assert_eq!(CloudfrontLog.recognise(&sample("x", "#Version: 1.0\n#Fields: date time cs-guid c-stalls\n")), None);
        assert_eq!(CloudfrontLog.recognise(&sample("x", "")), None);
    }
}

//! Logs of Akamai DataStream 2: JSON lines, or the structured form, fields between spaces or tabs
//! without a header.
//!
//! <https://techdocs.akamai.com/datastream2/docs/log-format-1>, <https://techdocs.akamai.com/datastream2/docs/data-set-parameters>
//!
//! ```text
//! {"version":"1","streamId":"4711","cp":"123456","reqId":"1a2b3c","reqTimeSec":"1795377848.002","statusCode":"503","reqPath":"live/a.m4s"}
//! {"version":"1","streamId":"4711","cp":"123456","reqId":"1a2b3d","reqTimeSec":"1795377848","statusCode":"200","cacheStatus":"1"}
//! 1 4711 123456 1a2b3c 1795377848.002 912 203.0.113.7 503 HTTPS video.example GET /live/a.m4s 443 912 - Player%2F1.0 0
//! ```
//!
//! Out: `log_records` with body `METHOD path status`; any field may be left out. The structured
//! form has its fields in an order that the owner of the stream chose and that the file does not
//! tell: time, status, method, path, host, client, agent, error and CMCD are found by their shape
//! in the sampled lines, and other fields, which have no name, are left out. Cookies and queries are
//! dropped but for CMCD keys; addresses go to the attributes only, where they are replaced.

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::{time, values};

use super::cdn_request::{self as request, present};
use super::cmcd;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// Lines from which the order of fields is learned.
const LEARNED_FROM: usize = 100;

/// Logs of Akamai DataStream 2.
#[derive(Debug)]
pub struct AkamaiDatastream;

impl Source for AkamaiDatastream {
    fn name(&self) -> &'static str {
        "akamai_datastream"
    }

    fn about(&self) -> &'static str {
        "Delivery log of Akamai DataStream 2, as JSON lines or structured."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if !sample.ndjson.is_empty() || sample.json.is_some() {
            return layout_of(sample, &[], is_record);
        }
        Columns::learn(sample).map(|_| Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let columns = match file.layout {
            Layout::Lines => Columns::learn(file.sample).ok_or("expected a time and a status in each line")?,
            _ => Columns::default(),
        };
        Ok(Box::new(Reader { file: LogFile::new(file), columns }))
    }
}

fn is_record(object: &Value) -> bool {
    object.get("reqTimeSec").is_some()
        && ["cp", "reqId", "streamId", "cliIP", "statusCode"].iter().any(|name| object.get(*name).is_some())
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    columns: Columns,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Json { text, .. } => self.write(Hit::of(json_fields::parse(text)?), out),
            Record::Line(line) => self.write(self.columns.hit(line)?, out),
            Record::Csv(_) => Err("expected a line or a JSON record".into()),
        }
    }
}

impl Reader {
    fn write(&self, hit: Hit<'_>, out: &mut Rows) -> Result<(), String> {
        let written = present(&hit.time);
        if written.is_empty() {
            return Err("expected a time in `reqTimeSec`, found none".into());
        }
        let instant = time::epoch(written).or_else(|| time::rfc3339(written));
        let instant = instant.ok_or_else(|| format!("expected a time in `reqTimeSec`, found `{written}`"))?;
        let status = request::status("statusCode", &hit.status)?;
        let path = cmcd::percent_decoded(present(&hit.path));
        // Some streams leave out the slash before the path.
        let path = if path.is_empty() || path.starts_with('/') { path } else { Cow::Owned(format!("/{path}")) };
        let mut body = request::body(present(&hit.method), &path, status);
        if body.is_empty() {
            body = status.map_or_else(|| "request".to_owned(), |status| format!("request {status:03}"));
        }
        let event = Event {
            time: Some(instant),
            service: "akamai",
            severity: request::severity(status),
            body: &body,
            rest: hit.rest,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

/// One request with the fields that have a place of their own.
#[derive(Debug, Default)]
struct Hit<'a> {
    time: Cow<'a, str>,
    status: Cow<'a, str>,
    method: Cow<'a, str>,
    path: Cow<'a, str>,
    rest: Vec<Named<'a>>,
}

impl<'a> Hit<'a> {
    fn of(fields: Vec<Named<'a>>) -> Self {
        let mut hit = Self { rest: Vec::with_capacity(fields.len()), ..Self::default() };
        for (name, value) in fields {
            let Some(text) = value.into_text() else { continue };
            match name.as_ref() {
                "reqTimeSec" => hit.time = text,
                "statusCode" => hit.status = text,
                "reqMethod" => hit.method = text,
                "reqPath" => hit.path = text,
                _ => attribute(&name, text, &mut hit.rest),
            }
        }
        hit
    }
}

/// Adds an attribute under a plain name. Units in names are written out.
fn attribute<'a>(name: &str, text: Cow<'a, str>, rest: &mut Vec<Named<'a>>) {
    const NUMBERS: &[&str] = &[
        "bytes",
        "totalBytes",
        "objSize",
        "overheadBytes",
        "uncompressedSize",
        "rspContentLen",
        "reqPort",
        "cacheStatus",
        "cacheable",
    ];
    let decoded = |text: Cow<'a, str>| Cow::Owned(cmcd::percent_decoded(&text).into_owned());
    match name {
        "version" | "cookie" => {}
        "queryStr" => request::push_cmcd(rest, present(&text)),
        "cmcd" | "CMCD" => request::push_cmcd(rest, &format!("CMCD={}", present(&text))),
        "UA" => request::push_text(rest, "user_agent", Cow::Owned(request::user_agent(&text).into_owned())),
        "referer" => {
            let address = cmcd::percent_decoded(&text);
            request::push_text(rest, "referer", Cow::Owned(request::without_query(&address).to_owned()));
        }
        "cliIP" => request::push_text(rest, "client_ip", text),
        "edgeIP" => request::push_text(rest, "edge_ip", text),
        "cp" => request::push_text(rest, "cp_code", text),
        "reqId" => request::push_text(rest, "request_id", text),
        "reqHost" => request::push_text(rest, "virtual_host", text),
        "xForwardedFor" => request::push_text(rest, "forwarded_for", decoded(text)),
        _ if NUMBERS.contains(&name) => request::push_number(rest, values::snake_case(name), text),
        _ => {
            let milliseconds = name.strip_suffix("MSec").map(|name| (name, "_milliseconds"));
            match milliseconds.or_else(|| name.strip_suffix("Sec").map(|name| (name, "_seconds"))) {
                Some((name, unit)) => request::push_number(rest, values::snake_case(name) + unit, text),
                None => request::push_text(rest, values::snake_case(name), decoded(text)),
            }
        }
    }
}

/// Where the fields of the structured form are; without a place, a field is not there.
#[derive(Debug, Default)]
struct Columns {
    is_tabbed: bool,
    count: usize,
    time: usize,
    status: usize,
    method: Option<usize>,
    path: Option<usize>,
    /// Other fields, by the name that JSON gives them.
    named: Vec<(usize, &'static str)>,
}

impl Columns {
    /// Finds the fields; none when the lines are of another kind. Each line begins with the version
    /// of the format and the number of the stream.
    fn learn(sample: &Sample) -> Option<Self> {
        let lines: Vec<&str> = sample.lines().take(LEARNED_FROM).collect();
        let is_tabbed = lines.iter().filter(|line| line.contains('\t')).count() * 2 > lines.len();
        let is_stream = |fields: &[&str]| fields.len() >= 6 && is_number(fields[0], 3) && is_number(fields[1], 12);
        let rows: Vec<Vec<&str>> =
            lines.iter().map(|line| split(line, is_tabbed)).filter(|fields| is_stream(fields)).collect();
        let alike = |count: usize| rows.iter().filter(|row| row.len() == count).count();
        let count = rows.iter().map(Vec::len).max_by_key(|count| alike(*count))?;
        if alike(count) * 5 < lines.len() * 4 {
            return None;
        }
        let rows: Vec<Vec<&str>> = rows.into_iter().filter(|row| row.len() == count).collect();
        // A field is found by a shape that its values have, but for those of broken lines.
        let find = |from: usize, is: fn(&str) -> bool| {
            let fits = |at: &usize| {
                let values = rows.iter().map(|row| present(row[*at])).filter(|text| !text.is_empty());
                let (all, fitting) = values.fold((0, 0), |(all, fit), text| (all + 1, fit + usize::from(is(text))));
                fitting > 0 && fitting * 5 >= all * 4
            };
            (from..count).find(fits)
        };
        let time = find(2, is_epoch)?;
        let status = find(time + 1, is_status).or_else(|| find(2, is_status))?;
        let method = find(2, is_method);
        let client = find(2, |text| text.parse::<IpAddr>().is_ok());
        if method.is_none() && client.is_none() {
            return None;
        }
        let path = find(2, is_path).or_else(|| method.map(|at| at + 1).filter(|at| *at < count));
        let any = |is: fn(&str) -> bool| (2..count).find(|at| rows.iter().any(|row| is(row[*at])));
        let named = [
            (client, "cliIP"),
            (find(2, is_host), "reqHost"),
            (find(2, is_agent), "UA"),
            (any(|text| text.starts_with("ERR_")), "errorCode"),
            (any(|text| text.contains("CMCD=")), "queryStr"),
        ];
        let named = named.into_iter().filter_map(|(at, name)| Some((at?, name))).collect();
        Some(Self { is_tabbed, count, time, status, method, path, named })
    }

    fn hit<'a>(&self, line: &'a str) -> Result<Hit<'a>, String> {
        let fields = split(line, self.is_tabbed);
        if fields.len() != self.count {
            return Err(format!("expected {} fields, found {}", self.count, fields.len()));
        }
        let field = |at: Option<usize>| Cow::Borrowed(at.map_or("", |at| fields[at]));
        let mut rest: Vec<Named<'a>> = Vec::with_capacity(self.named.len());
        for (at, name) in &self.named {
            attribute(name, Cow::Borrowed(fields[*at]), &mut rest);
        }
        rest.push((Cow::Borrowed("stream_id"), Field::Text(Cow::Borrowed(fields[1]))));
        Ok(Hit {
            time: field(Some(self.time)),
            status: field(Some(self.status)),
            method: field(self.method),
            path: field(self.path),
            rest,
        })
    }
}

fn split(line: &str, is_tabbed: bool) -> Vec<&str> {
    line.trim_end_matches(['\r', ' ', '\t']).split(if is_tabbed { '\t' } else { ' ' }).collect()
}

fn is_number(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 of this century, also with decimals.
fn is_epoch(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    whole.len() == 10 && whole.starts_with(['1', '2']) && is_number(whole, 10) && is_number(decimals, 9)
}

/// A status that exists: ports and sizes of three digits mostly do not.
fn is_status(text: &str) -> bool {
    let Ok(code) = text.parse::<u16>() else { return false };
    matches!(text.len(), 1 | 3)
        && matches!(code, 0 | 100..=103 | 200..=208 | 226 | 300..=308 | 400..=431 | 451 | 499 | 500..=511 | 599)
}

fn is_method(text: &str) -> bool {
    matches!(text, "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH" | "CONNECT" | "TRACE" | "PURGE")
}

/// A path; breadcrumbs begin with two slashes.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//")
}

fn is_host(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default();
    name.contains('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && name.rsplit('.').next().is_some_and(|end| end.len() >= 2 && end.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// A product and its version, as all agents begin: `Mozilla%2F5.0`.
fn is_agent(text: &str) -> bool {
    let Some((product, version)) = text.split_once("%2F").or_else(|| text.split_once('/')) else { return false };
    !product.is_empty()
        && !matches!(product, "HTTP" | "TLS" | "QUIC")
        && product.starts_with(|c: char| c.is_ascii_alphabetic())
        && version.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{masked, read, reasons, rows_of, sample};

    fn shown(row: &str) -> String {
        masked(row).split(" file=").next().unwrap_or_default().to_owned()
    }

    #[test]
    fn reads_json_lines_whose_fields_vary() {
        let text = r#"{"version":"1","streamId":"4711","cp":"123456","reqId":"1a2b","reqTimeSec":"1795377848.002","statusCode":"503","cliIP":"203.0.113.7","reqHost":"video.example","reqMethod":"GET","reqPath":"live/seg%20881.m4s","queryStr":"token=x&CMCD=bl%253D0%252Cbs","totalBytes":"912","turnAroundTimeMSec":"10003","UA":"Mozilla%2F5.0+%28TV%29","cookie":"a=b","errorCode":"ERR_CONNECT_TIMEOUT","maxAgeSec":"3600","referer":"https%3A%2F%2Ftv.example%2Fa%3Fu%3D7","country":"FR","cacheStatus":"0"}
{"cp":"123456","reqTimeSec":1795377848,"statusCode":200,"reqPath":"/live/index.m3u8","totalBytes":"-","reqMethod":"-"}
{"reqId":"1","reqTimeSec":"soon","statusCode":"200"}
{"reqId":"1","statusCode":"200"}
{"reqId":"1","reqTimeSec":"1795377848","statusCode":"two"}
{"reqId":"1","reqTimeSec":"17953
"#;
        let piece = read(&AkamaiDatastream, "ds.json", text);
        let rows = rows_of(&piece, "log_records");
        assert_eq!(
            rows.iter().map(|row| shown(row)).collect::<Vec<_>>(),
            [
                "time=2026-11-22T20:04:08.002Z service_name=akamai severity_text=ERROR body=GET /live/seg 881.m4s 503 \
                 attributes={\"cache_status\":0,\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0,\"bs\":true},\"country\":\"FR\",\
                 \"cp_code\":\"123456\",\"error_code\":\"ERR_CONNECT_TIMEOUT\",\"max_age_seconds\":3600,\
                 \"referer\":\"https://tv.example/a\",\"request_id\":\"1a2b\",\"stream_id\":\"4711\",\"total_bytes\":912,\
                 \"turn_around_time_milliseconds\":10003,\"user_agent\":\"Mozilla/5.0 (TV)\",\
                 \"virtual_host\":\"video.example\"}",
                "time=2026-11-22T20:04:08Z service_name=akamai severity_text=INFO body=/live/index.m3u8 200 \
                 attributes={\"cp_code\":\"123456\"}",
            ]
        );
        assert_eq!(
            reasons(&piece)[..3],
            [
                "expected a time in `reqTimeSec`, found `soon`",
                "expected a time in `reqTimeSec`, found none",
                "expected a status in `statusCode`, found `two`",
            ]
        );
        assert_eq!(piece.rejects.len(), 4);
    }

    #[test]
    fn finds_the_fields_of_the_structured_form() {
        let line = |time: &str, status: &str, path: &str| {
            format!(
                "1 4711 123456 1a2b {time} 443 203.0.113.7 {status} HTTPS video.example GET {path} 443 512 text/html \
                 Mozilla%2F5.0+%28TV%29 0 TLSv1.3 484 CMCD=bl%3D0 //BC/%5Ba=192.0.2.1,c=g%5D en-US - ERR_ZERO|x 11 FR"
            )
        };
        let mut lines = vec![line("1795377848.002", "503", "/live/a.m4s"), line("1795377849", "200", "/live/b.m4s")];
        lines.extend(vec![line("1795377850", "-", "/"); 6]);
        lines.extend([line("soon", "200", "/live/c.m4s"), "1 4711 123456".to_owned()]);
        for text in [lines.join("\n"), lines.join("\n").replace(' ', "\t")] {
            let piece = read(&AkamaiDatastream, "ds.log", &text);
            let rows = rows_of(&piece, "log_records");
            assert_eq!(
                shown(&rows[0]),
                "time=2026-11-22T20:04:08.002Z service_name=akamai severity_text=ERROR body=GET /live/a.m4s 503 \
                 attributes={\"client_ip\":\"ip\",\"cmcd\":{\"bl\":0},\"error_code\":\"ERR_ZERO|x\",\"stream_id\":\"4711\",\
                 \"user_agent\":\"Mozilla/5.0 (TV)\",\"virtual_host\":\"video.example\"}"
            );
            assert!(rows[2].contains("service_name=akamai body=GET / attributes"), "{}", rows[2]);
            assert_eq!(
                reasons(&piece),
                ["expected a time in `reqTimeSec`, found `soon`", "expected 26 fields, found 3"]
            );
        }
    }

    #[test]
    fn leaves_other_lines_alone() {
        for text in [
            "1795377848.002    182 203.0.113.7 TCP_MISS/200 512 GET http://tv.example/ - HIER_DIRECT/192.0.2.1 text/html\n",
            "1 2 3 4 5 6\n7 8 9 10 11 12\n",
            "{\"timestamp\":1795377848,\"statusCode\":\"200\"}\n",
            "time,entity,metric,value\n",
            "",
        ] {
            assert_eq!(AkamaiDatastream.recognise(&sample("x.log", text)), None, "{text}");
        }
    }
}

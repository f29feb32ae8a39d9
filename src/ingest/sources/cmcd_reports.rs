//! Event reports of CMCD version 2 (`application/cmcd`), one report a line, as a collector wrote
//! them down.
//!
//! <https://cta-wave.github.io/Resources/common-media-client-data--cta-5004-b.html>
//!
//! ```text
//! bl=(0;v),cid="ch1",e=ps,ltc=21400,sid="s-0001",sta=r,ts=1795377848002,v=2
//! cid="ch1",e=e,ec=("MEDIA_ERR"),sid="s-0002",sta=f,ts=1795377849120,v=2
//! cid="ch1",e=rr,rc=503,sid="s-0003",ts=1795377850003,ttfb=812,url="https://cdn.example/seg_881.m4s",v=2
//! ```
//!
//! Out: `log_records`: what happened in words, all keys among the attributes in their own units
//! (milliseconds, kbit/s). An error and a fatal state are errors, as are responses of 5xx and
//! none at all; rebuffering and 4xx are warnings. Session ids are left out, since they follow
//! one viewer.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::cmcd;
use super::json_fields;
use super::log_event::{Event, LogFile, severity_of_status};

/// Event reports of CMCD.
#[derive(Debug)]
pub struct CmcdReports;

impl Source for CmcdReports {
    fn name(&self) -> &'static str {
        "cmcd_reports"
    }

    fn about(&self) -> &'static str {
        "Event reports of CMCD version 2 (`application/cmcd`), one a line."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let (mut all, mut ours) = (0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(is_report(line));
        }
        (all > 0 && ours * 5 >= all * 4).then_some(Layout::Lines)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Reader { file: LogFile::new(file) }))
    }
}

/// Whether a line has what every report has: an event and a time, between commas.
fn is_report(line: &str) -> bool {
    let line = line.trim();
    let has = |key: &str| line.starts_with(key) || line.contains(&format!(",{key}"));
    has("ts=") && has("e=") && has("v=")
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let keys = cmcd::in_text(record.line()?).ok_or("expected keys between commas, found none")?;
        let Some(at) = time::epoch_value(&keys["ts"]) else {
            let reason = match &keys["ts"] {
                Value::Null => "expected a time in `ts`, found none".to_owned(),
                other => format!("expected epoch milliseconds in `ts`, found `{other}`"),
            };
            out.reject(reason, &keys.to_string());
            return Ok(());
        };
        let text = |name: &str| keys[name].as_str().unwrap_or_default();
        let (event, state) = (text("e"), text("sta"));
        let code = keys["rc"].as_u64().and_then(|code| u16::try_from(code).ok());
        let severity = match (event, state, code) {
            ("e", ..) | (_, "f", _) | (_, _, Some(0)) => "ERROR",
            (_, _, Some(code)) => severity_of_status(code),
            (_, "r", _) => "WARN",
            _ => "INFO",
        };
        let failure = match &keys["ec"] {
            Value::Null => String::new(),
            code => code.as_str().map_or_else(|| code.to_string(), str::to_owned),
        };
        let status = code.map(|code| code.to_string()).unwrap_or_default();
        let parts = [event_in_words(event), state_in_words(state), &failure, &status, text("url"), text("cid")];
        let body = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let host = text("h").to_owned();
        let rest = json_fields::from_value(keys.clone());
        self.file.write(Event { time: Some(at), host: &host, severity, body: &body, rest, ..Event::default() }, out);
        Ok(())
    }
}

/// What happened, as the standard names it; a code that it does not have stays itself.
fn event_in_words(code: &str) -> &str {
    match code {
        "ps" => "play state",
        "pr" => "playback rate",
        "bc" => "bitrate change",
        "e" => "error",
        "t" => "interval",
        "rr" => "response",
        "as" => "ad start",
        "ae" => "ad end",
        "sk" => "skip",
        "m" => "mute",
        "um" => "unmute",
        "pe" => "player expand",
        "pc" => "player collapse",
        "h" => "host change",
        "ce" => "custom",
        other => other,
    }
}

fn state_in_words(code: &str) -> &str {
    match code {
        "s" => "starting",
        "p" => "playing",
        "k" => "seeking",
        "r" => "rebuffering",
        "a" => "paused",
        "w" => "waiting",
        "e" => "ended",
        "f" => "fatal error",
        "q" => "quit",
        "d" => "preloading",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reports_are_told_in_words_without_the_session() {
        let text = "bl=(0;v),cid=\"ch1\",e=ps,ltc=21400,sid=\"s-0001\",sta=r,ts=1795377848002,v=2\n\
                    cid=\"ch1\",e=rr,rc=503,sid=\"s-3\",ts=1795377850003,url=\"https://cdn.example/a.m4s?t=1\",v=2\n\
                    cid=\"ch1\",e=ps,sta=p,sid=\"s-3\",ts=1795377850004,v=2\n\
                    cid=\"ch1\",e=ps,sta=p,sid=\"s-3\",ts=1795377850005,v=2\n\
                    cid=\"ch1\",e=ps,sid=\"s-3\",ts=soon,v=2\n";
        let piece = read(&CmcdReports, "beacons.txt", text);
        let rows: Vec<String> = rows_of(&piece, "log_records")
            .iter()
            .map(|row| row.split(" file=").next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(
            rows[..2],
            [
                "time=2026-11-22T20:04:08.002Z service_name=beacons severity_text=WARN body=play state rebuffering ch1 \
                 attributes={\"bl\":0,\"cid\":\"ch1\",\"e\":\"ps\",\"ltc\":21400,\"sta\":\"r\",\"ts\":1795377848002,\"v\":2}",
                "time=2026-11-22T20:04:10.003Z service_name=beacons severity_text=ERROR \
                 body=response 503 https://cdn.example/a.m4s ch1 \
                 attributes={\"cid\":\"ch1\",\"e\":\"rr\",\"rc\":503,\"ts\":1795377850003,\"url\":\"https://cdn.example/a.m4s\",\"v\":2}",
            ]
        );
        assert_eq!(reasons(&piece), ["expected epoch milliseconds in `ts`, found `\"soon\"`"]);
    }

    #[test]
    fn leaves_other_lines_alone() {
        for text in ["ts=1 level=info msg=\"e=1,v=2\"\n", "a,b\n1,2\n", ""] {
            assert_eq!(CmcdReports.recognise(&sample("x", text)), None, "{text}");
        }
    }
}

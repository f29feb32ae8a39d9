//! The systemd journal, as `journalctl -o json` writes it: one JSON object a line.
//!
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS/>
//!
//! ```json
//! {"__CURSOR":"s=1;i=1","__REALTIME_TIMESTAMP":"1795377848002345","PRIORITY":"3","_HOSTNAME":"muxer-1","SYSLOG_IDENTIFIER":"ffmpeg","MESSAGE":"input timeout"}
//! {"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1795377848102345","PRIORITY":"6","_HOSTNAME":"muxer-1","MESSAGE":[104,105]}
//! ```
//!
//! Also `json-pretty`, `json-seq` and `json-sse`. Out: `log_records`. A message that is a list of
//! bytes is decoded, without the colours of a terminal; one that was too large is null in the export
//! and a reject here. An entry that overlapping exports repeat is one row, by its cursor; the other
//! fields of the journal itself (`__*`, ids) are dropped.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::container_logs::without_colours;
use super::json_fields::{self, Field, Named};
use super::log_event::{Event, LogFile};

/// The systemd journal.
#[derive(Debug)]
pub struct Journald;

impl Source for Journald {
    fn name(&self) -> &'static str {
        "journald"
    }

    fn about(&self) -> &'static str {
        "Journal of systemd, from `journalctl -o json`."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &[], |entry| {
            entry.get("__REALTIME_TIMESTAMP").is_some()
                && (entry.get("__CURSOR").is_some() || entry.get("MESSAGE").is_some())
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let has_ids = file.sample.text.contains("\"__CURSOR\"");
        Ok(Box::new(Reader { file: LogFile::new(file).naming_events("journald", has_ids) }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let Record::Json { text, .. } = record else { return Err("expected a JSON record".into()) };
        let entry = Entry::of(json_fields::parse(text)?);
        let written = entry.time.ok_or("expected a time in `__REALTIME_TIMESTAMP`, found none")?;
        let time = time::epoch(&written).ok_or_else(|| format!("expected a time, found `{written}`"))?;
        let body = entry.message.filter(|body| !body.is_empty()).ok_or("expected a text in `MESSAGE`, found none")?;
        let names = [&entry.identifier, entry.unit.trim_end_matches(".service"), &entry.command];
        let service = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let event = Event {
            time: Some(time),
            service,
            host: &entry.host,
            severity: &entry.priority,
            body: &without_colours(&body),
            rest: entry.rest,
            id: &entry.cursor,
            ..Event::default()
        };
        self.file.write(event, out);
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Entry<'a> {
    time: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
    priority: Cow<'a, str>,
    identifier: Cow<'a, str>,
    unit: Cow<'a, str>,
    command: Cow<'a, str>,
    host: Cow<'a, str>,
    cursor: Cow<'a, str>,
    rest: Vec<Named<'a>>,
}

impl<'a> Entry<'a> {
    fn of(fields: Vec<Named<'a>>) -> Self {
        let mut entry = Self::default();
        for (name, value) in fields {
            match name.as_ref() {
                "__REALTIME_TIMESTAMP" => entry.time = value.into_text(),
                "__CURSOR" => entry.cursor = value.into_text().unwrap_or_default(),
                "MESSAGE" => entry.message = message(value),
                "PRIORITY" => entry.priority = message(value).unwrap_or_default(),
                "SYSLOG_IDENTIFIER" => entry.identifier = message(value).unwrap_or_default(),
                "_SYSTEMD_UNIT" => entry.unit = message(value).unwrap_or_default(),
                "_COMM" => entry.command = message(value).unwrap_or_default(),
                "_HOSTNAME" => entry.host = message(value).unwrap_or_default(),
                // Account names.
                "USER_ID" | "USER_NAME" | "USERNAME" | "USER" => {}
                "_PID" | "ERRNO" | "CODE_FILE" | "CODE_FUNC" | "CODE_LINE" | "UNIT" | "MESSAGE_ID" => {
                    let plain = name.trim_start_matches('_').to_ascii_lowercase();
                    entry.rest.push((Cow::Owned(plain), value));
                }
                _ if name.starts_with('_') || name.starts_with("SYSLOG_") => {}
                _ => entry.rest.push((Cow::Owned(name.to_ascii_lowercase()), value)),
            }
        }
        entry
    }
}

/// A value as text, as bytes, or set several times, of which the first counts.
fn message(value: Field<'_>) -> Option<Cow<'_, str>> {
    match &value {
        Field::Nested(nested) if let Value::Array(parts) = &**nested => {
            if let Some(first) = parts.first().and_then(Value::as_str) {
                return Some(Cow::Owned(first.to_owned()));
            }
            let bytes: Option<Vec<u8>> =
                parts.iter().map(|part| part.as_u64().and_then(|number| u8::try_from(number).ok())).collect();
            Some(Cow::Owned(String::from_utf8_lossy(&bytes?).into_owned()))
        }
        _ => value.into_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    #[test]
    fn reads_texts_and_bytes_and_rejects_what_is_missing() {
        let text = r#"{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1795377848002345","_BOOT_ID":"b","PRIORITY":"3","_HOSTNAME":"p-1","SYSLOG_IDENTIFIER":"ffmpeg","_PID":"991","MESSAGE":"input timeout"}
{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1795377848102345","PRIORITY":"6","_SYSTEMD_UNIT":"muxer.service","MESSAGE":[104,105]}
{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1795377848102345","MESSAGE":null}
{"__CURSOR":"c","MESSAGE":"x"}
{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1795377848102345","MESSAGE":[104,999]}
"#;
        let piece = read(&Journald, "journal.json", text);
        assert_eq!(
            rows_of(&piece, "log_records"),
            [
                "time=2026-11-22T20:04:08.002345Z service_name=ffmpeg host=p-1 severity_text=ERROR body=input timeout \
                 attributes={\"pid\":\"991\"} file=journal.json line_number=1",
                "time=2026-11-22T20:04:08.102345Z service_name=muxer severity_text=INFO body=hi \
                 file=journal.json line_number=2",
            ]
        );
        assert_eq!(reasons(&piece)[0], "expected a text in `MESSAGE`, found none");
        assert_eq!(piece.rejects.len(), 3);
    }

    #[test]
    fn reads_the_other_forms_of_output() {
        let entry = r#"{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1795377848102345","_COMM":"muxer","PRIORITY":["4","6"],"USER_ID":"jo","MESSAGE":[27,91,51,109,111,107]}"#;
        let pretty = entry.replace(',', ",\n\t");
        for text in
            [format!("\u{1e}{entry}\n\u{1e}{entry}\n"), format!("{pretty}\n{pretty}\n"), pretty, format!("[{entry}]")]
        {
            let rows = rows_of(&read(&Journald, "journal.json", &text), "log_records");
            assert!(
                rows[0]
                    .starts_with("time=2026-11-22T20:04:08.102345Z service_name=muxer severity_text=WARN body=ok file"),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn leaves_other_logs_alone() {
        assert_eq!(Journald.recognise(&sample("x", r#"{"time":1,"level":"info","msg":"a"}"#)), None);
    }
}

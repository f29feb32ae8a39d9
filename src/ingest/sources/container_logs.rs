//! Logs of containers: Docker's json-file driver, the files that Kubernetes writes (CRI), and what
//! `kubectl logs --timestamps` or `docker logs -t` print.
//!
//! <https://docs.docker.com/engine/logging/drivers/json-file/>,
//! <https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md>
//!
//! ```text
//! {"log":"{\"level\":\"error\",\"msg\":\"timeout\"}\n","stream":"stderr","time":"2026-11-22T20:04:08.002345678Z"}
//! 2026-11-22T20:04:08.002345678Z stderr P first half of a long
//! 2026-11-22T20:04:08.002345999Z stderr F  line
//! ```
//!
//! Out: `log_records`. The text inside is read again when it is JSON or logfmt. Its own time wins
//! over that of the container. Parts of a line that was too long are joined; a part whose rest is
//! missing has the attribute `is_partial`. The path of a pod names the service.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time;

use super::application_logs::Parts;
use super::json_fields::{self, Field, Named};
use super::log_event::LogFile;

/// Logs of containers.
#[derive(Debug)]
pub struct ContainerLogs;

impl Source for ContainerLogs {
    fn name(&self) -> &'static str {
        "container_logs"
    }

    fn about(&self) -> &'static str {
        "Container log of Docker (json-file) or of Kubernetes (CRI)."
    }

    fn tables(&self) -> &'static [&'static str] {
        &["log_records"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if !sample.ndjson.is_empty() {
            let is_docker = |line: &Value| ["log", "stream", "time"].iter().all(|name| line[*name].is_string());
            return sample.ndjson.iter().take(5).any(is_docker).then_some(Layout::Joined);
        }
        let (mut all, mut ours, mut printed) = (0, 0, 0);
        for line in sample.lines() {
            all += 1;
            ours += usize::from(Line::of(line).is_some());
            printed += usize::from(Line::printed(line).is_some_and(|line| has_nanoseconds(line.time)));
        }
        // Nanoseconds lose their zeros at the end, so that some times are shorter.
        (all > 0 && (ours * 5 >= all * 4 || printed * 5 >= all * 4)).then_some(Layout::Joined)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let mut log = LogFile::new(file);
        let (service, pod) = pod_in_path(&file.sample.path);
        if let Some(service) = service {
            service.clone_into(&mut log.service);
        }
        Ok(Box::new(Reader { file: log, pod: pod.unwrap_or_default().to_owned() }))
    }
}

#[derive(Debug)]
struct Reader {
    file: LogFile,
    pod: String,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Line(text) if text.starts_with('{') => self.docker(text, out)?,
            Record::Line(line) => {
                let line = Line::of(line)
                    .or_else(|| Line::printed(line))
                    .ok_or("expected a time, a stream and a tag, found none")?;
                let time = time::rfc3339(line.time).ok_or_else(|| format!("expected a time, found `{}`", line.time))?;
                self.write(Parts::default(), line.text, time, line.stream, line.is_partial, out);
            }
            Record::Json { text, .. } => self.docker(text, out)?,
            Record::Csv(_) => return Err("expected a line or a JSON record".into()),
        }
        Ok(())
    }
}

impl Reader {
    fn docker(&self, text: &str, out: &mut Rows) -> Result<(), String> {
        let (mut log, mut stream, mut written) = (None, Cow::Borrowed(""), None);
        let mut rest: Vec<Named<'_>> = Vec::new();
        for (name, value) in json_fields::parse(text)? {
            match name.as_ref() {
                "log" => log = value.into_text(),
                "stream" => stream = value.into_text().unwrap_or_default(),
                "time" => written = value.into_text(),
                _ => rest.push((name, value)),
            }
        }
        let written = written.ok_or("expected a time in `time`, found none")?;
        let time = time::rfc3339(&written).ok_or_else(|| format!("expected a time, found `{written}`"))?;
        let log = log.ok_or("expected a text in `log`, found none")?;
        let service = rest.iter().find_map(|(name, value)| match value {
            Field::Nested(labels) if name == "attrs" => {
                ["com.docker.compose.service", "com.docker.swarm.service.name", "tag"]
                    .iter()
                    .find_map(|key| labels[*key].as_str())
            }
            _ => None,
        });
        let service = Cow::Owned(service.unwrap_or_default().to_owned());
        let parts = Parts { service, rest, ..Parts::default() };
        self.write(parts, &log, time, &stream, !log.ends_with('\n'), out);
        Ok(())
    }

    /// Adds an event with the text; `parts` has what is known beside it.
    fn write<'a>(
        &'a self,
        mut parts: Parts<'a>,
        text: &'a str,
        time: i64,
        stream: &str,
        is_partial: bool,
        out: &mut Rows,
    ) {
        let text = without_colours(text.trim_end_matches(['\n', '\r']));
        parts.body.clone_from(&text);
        if !is_partial {
            parts.open_body();
        }
        if parts.severity.is_empty()
            && let Some((severity, caller, rest)) = klog(&text)
        {
            parts.severity = Cow::Owned(severity.to_owned());
            parts.body = Cow::Owned(rest.to_owned());
            parts.rest.push((Cow::Borrowed("caller"), Field::Text(Cow::Owned(caller.to_owned()))));
        }
        let own = parts.time.as_deref().and_then(|written| time::rfc3339(written).or_else(|| time::epoch(written)));
        if parts.host.is_empty() {
            parts.host = Cow::Borrowed(&self.pod);
        }
        if stream == "stderr" {
            parts.rest.push((Cow::Borrowed("stream"), Field::Text(Cow::Borrowed("stderr"))));
        }
        if is_partial {
            parts.rest.push((Cow::Borrowed("is_partial"), Field::Bool(true)));
        }
        self.file.write(parts.event(Some(own.unwrap_or(time))), out);
    }
}

/// One line of a CRI file.
#[derive(Debug)]
struct Line<'a> {
    time: &'a str,
    stream: &'a str,
    is_partial: bool,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut words = line.splitn(4, ' ');
        let (time, stream, tags) = (words.next()?, words.next()?, words.next()?);
        let is_time = time.len() >= 20 && time.as_bytes().get(10) == Some(&b'T');
        let tag = tags.split(':').next().unwrap_or_default();
        if !is_time || !matches!(stream, "stdout" | "stderr") || !matches!(tag, "F" | "P") {
            return None;
        }
        Some(Self { time, stream, is_partial: tag == "P", text: words.next().unwrap_or_default() })
    }

    /// A line that was printed with its time, without stream and tag.
    fn printed(line: &'a str) -> Option<Self> {
        let (time, text) = line.split_once(' ')?;
        time::rfc3339(time).map(|_| Self { time, stream: "", is_partial: false, text })
    }
}

/// Whether a time has more digits than the microseconds of most logs.
fn has_nanoseconds(time: &str) -> bool {
    let decimals = time.split_once('.').map_or("", |(_, decimals)| decimals);
    decimals.bytes().take_while(u8::is_ascii_digit).count() > 7
}

/// Container and pod in `<namespace>_<pod>_<uid>/<container>/<n>.log`, or in
/// `<pod>_<namespace>_<container>-<id>.log`.
fn pod_in_path(path: &str) -> (Option<&str>, Option<&str>) {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut words = name.split('.').next().unwrap_or_default().split('_');
    if let (Some(pod), Some(_), Some(last), None) = (words.next(), words.next(), words.next(), words.next())
        && let Some((container, id)) = last.rsplit_once('-')
        && id.len() == 64
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return (Some(container), Some(pod));
    }
    let mut parts = path.rsplit('/');
    let (Some(file), Some(container), Some(folder)) = (parts.next(), parts.next(), parts.next()) else {
        return (None, None);
    };
    let number = file.split('.').next().unwrap_or_default();
    let is_pod_log = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let mut names = folder.split('_');
    match (names.next(), names.next(), names.next()) {
        (Some(_), Some(pod), Some(_)) if is_pod_log => (Some(container), Some(pod)),
        _ => (None, None),
    }
}

/// Severity, caller and message of a klog line: `E1122 20:04:08.002345       1 file.go:88] message`.
fn klog(text: &str) -> Option<(&str, &str, &str)> {
    let bytes = text.as_bytes();
    let is_klog = bytes.len() > 20
        && matches!(bytes[0], b'I' | b'W' | b'E' | b'F')
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5] == b' '
        && bytes[8] == b':';
    let (header, message) = text.split_once("] ").filter(|_| is_klog)?;
    Some((&text[..1], header.rsplit(' ').next().unwrap_or_default(), message))
}

/// A text without the escapes that colour it in a terminal.
pub(super) fn without_colours(text: &str) -> Cow<'_, str> {
    if memchr::memchr(0x1b, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
            while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, rows_of, sample};

    #[test]
    fn reads_cri_lines() {
        let text = "2026-11-22T20:04:08.002345678Z stdout F {\"level\":\"info\",\"service\":\"cart\",\"msg\":\"ok\",\"n\":1}\n\
                    2026-11-22T20:04:08.1Z stderr P first half\n\
                    2026-11-22T21:04:09.1+01:00 stdout F E1122 20:04:08.002345       1 a.go:8] \u{1b}[31mdown\u{1b}[0m\n\
                    2026-11-22T20:04:09.2Z stdout P {\"level\":\"info\",\n\
                    2026-11-22T20:04:09.3Z stdout F \"msg\":\"long\"}\n\
                    2026-11-22T20:04:10Z stdout F ts=1795377850 level=warn msg=slow\n\
                    2026-99-22T20:04:10Z stdout F x\n";
        let piece = read(&ContainerLogs, "logs/live_cart-0_96f3/cart-main/0.log", text);
        let expected = [
            "time=2026-11-22T20:04:08.002345Z service_name=cart host=cart-0 severity_text=INFO body=ok attributes={\"n\":1}",
            "time=2026-11-22T20:04:09.100Z service_name=cart-main host=cart-0 severity_text=ERROR body=down attributes={\"caller\":\"a.go:8\"}",
            "time=2026-11-22T20:04:09.200Z service_name=cart-main host=cart-0 severity_text=INFO body=long",
            "time=2026-11-22T20:04:10Z service_name=cart-main host=cart-0 severity_text=WARN body=slow",
            "time=2026-11-22T20:04:08.100Z service_name=cart-main host=cart-0 body=first half \
             attributes={\"is_partial\":true,\"stream\":\"stderr\"}",
        ];
        let rows = rows_of(&piece, "log_records");
        assert_eq!(rows.len(), expected.len());
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(row.split(" file=").next(), Some(expected));
        }
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn reads_docker_lines() {
        let text = r#"{"log":"plain\n","stream":"stdout","time":"2026-11-22T20:04:08.1Z"}
{"log":"half of a","stream":"stderr","time":"2026-11-22T20:04:08.2Z"}
{"stream":"stdout","time":"2026-11-22T20:04:08.2Z"}
"#;
        let piece = read(&ContainerLogs, "cart-json.log", text);
        let rows = rows_of(&piece, "log_records");
        assert!(rows[0].starts_with("time=2026-11-22T20:04:08.100Z service_name=cart body=plain file="));
        assert!(rows[1].contains("is_partial"));
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn reads_labels_of_docker() {
        let text = r#"{"log":"a\n","stream":"stderr","attrs":{"tag":"cart"},"time":"2026-11-22T20:04:08.2Z"}"#;
        let rows = rows_of(&read(&ContainerLogs, "0f-json.log", text), "log_records");
        assert!(rows[0].starts_with("time=2026-11-22T20:04:08.200Z service_name=cart body=a attributes={\"attrs\":{\"tag\":\"cart\"},\"stream\":\"stderr\"}"), "{rows:?}");
    }

    #[test]
    fn reads_lines_that_were_printed_with_their_times() {
        let text = "2026-11-22T20:04:08.002345678Z {\"level\":\"info\",\"msg\":\"ok\"}\n2026-11-22T20:04:08.002345679Z plain\n";
        let rows = rows_of(&read(&ContainerLogs, "cart.log", text), "log_records");
        assert!(
            rows[0].starts_with("time=2026-11-22T20:04:08.002345Z service_name=cart severity_text=INFO body=ok file"),
            "{rows:?}"
        );
        assert!(rows[1].contains("body=plain file"));
        let millis = text.replace("345678", "").replace("345679", "");
        assert_eq!(ContainerLogs.recognise(&sample("cart.log", &millis)), None);
    }

    #[test]
    fn the_path_names_container_and_pod() {
        let id = "0f".repeat(32);
        assert_eq!(pod_in_path(&format!("containers/cart-0_live_main-{id}.log")), (Some("main"), Some("cart-0")));
        assert_eq!(pod_in_path("pods/live_cart-0_96f3/main/0.log.20261122.gz"), (Some("main"), Some("cart-0")));
        assert_eq!(pod_in_path("a_b_c-d.log"), (None, None));
    }

    #[test]
    fn hostile_text_does_not_panic() {
        for text in ["", " ", "\u{1b}[", "E1122 20:04:08é", "2026-11-22T20:04:08Z stdout F", "é stdout F x"] {
            let _ = (Line::of(text), klog(text), without_colours(text), pod_in_path(text));
        }
        assert_eq!(ContainerLogs.recognise(&sample("x", "time,entity,metric,value\n")), None);
    }
}

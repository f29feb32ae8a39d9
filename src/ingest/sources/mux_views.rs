//! Raw video views of Mux Data (CSV, JSON lines, pages of the API), into table `sli_counts`: one
//! row a view.
//!
//! Vendor: <https://www.mux.com/docs/guides/export-raw-video-view-data>. Three lines:
//! ```text
//! cdn,country,error_type,player_error_code,region,video_startup_time,view_end,view_id,view_start,watch_time
//! cdn-a,FR,,,North,912,2026-11-22 20:31:10.000,w-1,2026-11-22 19:58:02.120,1988000
//! cdn-b,FR,player_error,2004,South,,2026-11-22 20:05:20.000,w-2,2026-11-22 20:05:02.500,0
//! ```
//! A view counts in the minute in which it started, as bad when the player reported an error or
//! the viewer left before the picture came. The view's own identifier tells repeated ones. Views
//! are a sample of what viewers did, so no row says how many viewers were present. Times are UTC.
//! A custom field whose values hardly repeat may name a customer and is left out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::shape::layout_of;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{TimeFormat, epoch_value};
use crate::ingest::values::{boolean, dimension_name, is_null};
use crate::schema::sli_counts as table;

const MINUTE: i64 = 60_000_000;

/// Fields that say where and on what a view was played.
const DIMENSIONS: &[&str] = &[
    "asn",
    "browser",
    "cdn",
    "city",
    "continent_code",
    "country",
    "country_code",
    "experiment_name",
    "operating_system",
    "player_name",
    "player_software",
    "player_version",
    "region",
    "stream_type",
    "video_title",
    "viewer_device_category",
    "viewer_device_name",
    "viewer_os_family",
    "viewer_application_name",
];

/// Names of an error, the best first.
const ERRORS: &[&str] = &["error_type", "player_error_code", "error_type_id"];

/// Fields that say outright that a view failed.
const FAILURES: &[&str] = &["exit_before_video_start", "video_startup_failure", "playback_failure"];

/// Text of an error, which may quote addresses and is not kept.
const MESSAGE: &str = "player_error_message";

/// Times until the picture came, in either form of the export.
const STARTUPS: &[&str] = &["video_startup_time", "time_to_first_frame"];

/// Raw video views of Mux Data.
#[derive(Debug)]
pub struct MuxViews;

impl Source for MuxViews {
    fn name(&self) -> &'static str {
        "mux_views"
    }

    fn about(&self) -> &'static str {
        "Raw video views of Mux Data, from its daily export (CSV) or stream (JSON lines)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sli_counts"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(header) = sample.csv_header(&["view_id", "view_start"]) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        if sample.json.as_ref().is_some_and(|document| is_view(&document["data"])) {
            return Some(Layout::Json { paths: &["data"] });
        }
        layout_of(sample, &["data[]"], is_view)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let samples = |name: &str| -> Vec<String> {
            match file.column(name, &[name]) {
                Some(at) => file.sampled(at).into_iter().map(str::to_owned).collect(),
                None => {
                    file.sample.ndjson.iter().filter_map(|view| Some(cell(view.get(name)?)?.into_owned())).collect()
                }
            }
        };
        let custom = (1..=10).map(|number| format!("custom_{number}")).filter(|name| is_shared(&samples(name)));
        let names = DIMENSIONS.iter().map(|name| (*name).to_owned()).chain(custom);
        let dimensions =
            names.map(|name| Named { column: dimension_of(&name), at: file.column(&name, &[&name]), name });
        let starts = samples("view_start");
        let starts: Vec<&str> = starts.iter().map(String::as_str).collect();
        let column = |name: &&'static str| (*name, file.column(name, &[name]));
        Ok(Box::new(Views {
            time: TimeFormat::learn(&starts, &TimeZone::UTC),
            id: file.column("view_id", &["view_id"]),
            start: file.column("view_start", &["view_start"]),
            startups: STARTUPS.iter().map(column).collect(),
            errors: ERRORS.iter().map(column).collect(),
            failures: FAILURES.iter().map(column).collect(),
            hidden: (0..file.header.len()).filter(|at| is_personal(file.header[*at].trim())).collect(),
            message: file.column(MESSAGE, &[MESSAGE]),
            dimensions: dimensions.collect(),
        }))
    }
}

/// A view of the stream, or of the API, which calls its identifier `id`.
fn is_view(value: &Value) -> bool {
    value.get("view_start").is_some()
        && (value.get("view_id").is_some()
            || value.get("id").is_some()
                && ["watch_time", "viewer_os_family", "viewer_application_name", "playback_score", "video_title"]
                    .iter()
                    .any(|name| value.get(*name).is_some()))
}

/// Whether a field follows a person, so that no reject shows it.
fn is_personal(name: &str) -> bool {
    ["viewer_id", "user_id", "session_id", "latitude", "longitude", "user_agent", "page_url"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || name.starts_with("custom_")
}

/// Both names of the country are one dimension.
fn dimension_of(name: &str) -> String {
    if name == "country_code" { "country".to_owned() } else { dimension_name(name) }
}

/// Whether the values of a field are shared by many views.
fn is_shared(values: &[String]) -> bool {
    let distinct: BTreeSet<&String> = values.iter().collect();
    !values.is_empty() && distinct.len() * 2 <= values.len().max(2)
}

/// A dimension, the field that holds it, and the column of that field.
struct Named {
    column: String,
    name: String,
    at: Option<usize>,
}

struct Views {
    time: TimeFormat,
    id: Option<usize>,
    start: Option<usize>,
    startups: Vec<(&'static str, Option<usize>)>,
    errors: Vec<(&'static str, Option<usize>)>,
    failures: Vec<(&'static str, Option<usize>)>,
    /// Columns that no reject shows.
    hidden: Vec<usize>,
    message: Option<usize>,
    dimensions: Vec<Named>,
}

impl RecordReader for Views {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        match record {
            Record::Csv(record) => {
                if let Err(reason) = self.put(&Row { record }, self.id.map(|at| record.field(at)), out) {
                    out.reject(reason, &record.without(&self.hidden));
                }
            }
            _ => {
                let mut view = record.json()?;
                let id = ["view_id", "id"].iter().find_map(|name| Some(cell(view.get(*name)?)?.into_owned()));
                if let Err(reason) = self.put(&view, id.as_deref(), out) {
                    if let Some(fields) = view.as_object_mut() {
                        fields.retain(|name, _| !is_personal(name));
                    }
                    out.reject(reason, &view.to_string());
                }
            }
        }
        Ok(())
    }
}

impl Views {
    fn put(&self, view: &impl Fields, id: Option<&str>, out: &mut Rows) -> Result<(), String> {
        let id = id.filter(|id| !is_null(id)).ok_or("expected a value in `view_id`, found none")?;
        let start = view.instant("view_start", self.start, &self.time)?;
        let value = |(name, at): &(&'static str, Option<usize>)| view.value(name, *at);
        let failed = |name: &str| {
            let field = self.failures.iter().find(|(known, _)| *known == name)?;
            boolean(&value(field)?)
        };
        let error = self.errors.iter().find_map(value);
        let is_failure = failed("video_startup_failure") == Some(true)
            || failed("playback_failure") == Some(true)
            || view.value(MESSAGE, self.message).is_some();
        // An export that neither says who left nor how long starts took cannot tell.
        let has_left = failed("exit_before_video_start").unwrap_or_else(|| {
            let has_startup = self.startups.iter().any(|(name, at)| view.has(name, *at));
            has_startup && self.startups.iter().find_map(value).is_none()
        });
        let is_bad = error.is_some() || is_failure || has_left;
        let mut row = out.row(&table::TABLE);
        row.identity(&format!("mux {id}"))
            .time(table::TIME, start.map(|start| start - start.rem_euclid(MINUTE)))
            .int(table::TOTAL, Some(1))
            .int(table::BAD, Some(i64::from(is_bad)));
        if is_bad {
            let without = if is_failure { "playback failure" } else { "exit before start" };
            row.text(table::ERROR_KIND, error.as_deref().unwrap_or(without));
        }
        for named in &self.dimensions {
            if let Some(value) = view.value(&named.name, named.at) {
                row.dimension(&named.column, &value);
            }
        }
        row.finish();
        Ok(())
    }
}

/// What both forms of a view answer.
trait Fields {
    /// Whether the export has the field at all.
    fn has(&self, name: &str, at: Option<usize>) -> bool;
    /// Its text; `None` for null.
    fn value(&self, name: &str, at: Option<usize>) -> Option<Cow<'_, str>>;
    /// Its instant.
    fn instant(&self, name: &str, at: Option<usize>, time: &TimeFormat) -> Result<Option<i64>, String>;
}

struct Row<'a> {
    record: &'a CsvRecord<'a>,
}

impl Fields for Row<'_> {
    fn has(&self, _name: &str, at: Option<usize>) -> bool {
        at.is_some()
    }

    fn value(&self, _name: &str, at: Option<usize>) -> Option<Cow<'_, str>> {
        Some(self.record.field(at?)).filter(|cell| !is_null(cell)).map(Cow::Borrowed)
    }

    fn instant(&self, _name: &str, at: Option<usize>, time: &TimeFormat) -> Result<Option<i64>, String> {
        time.parse(at.map_or("", |at| self.record.field(at)))
    }
}

impl Fields for Value {
    fn has(&self, name: &str, _at: Option<usize>) -> bool {
        self.get(name).is_some()
    }

    fn value(&self, name: &str, _at: Option<usize>) -> Option<Cow<'_, str>> {
        cell(self.get(name)?)
    }

    /// Also as `{seconds, nanos}`.
    fn instant(&self, name: &str, _at: Option<usize>, time: &TimeFormat) -> Result<Option<i64>, String> {
        let value = &self[name];
        if let Some(seconds) = value.get("seconds") {
            let nanos = value["nanos"].as_i64().unwrap_or(0);
            return Ok(epoch_value(seconds).map(|seconds| seconds + nanos / 1000));
        }
        cell(value).map_or(Ok(None), |text| time.parse(&text))
    }
}

/// A text or a number as text; `None` for null.
fn cell(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text.trim())).filter(|text| !is_null(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const HEADER: &str = "cdn,error_type,video_startup_time,view_id,view_start\n";

    #[test]
    fn a_view_counts_in_the_minute_in_which_it_started() {
        let text = format!(
            "{HEADER}a,,900,w-1,2026-11-22 19:58:02.120\na,,,w-2,2026-11-22 19:58:59.000 UTC\nb,net,1,w-3,1795377600000\n"
        );
        let piece = read(&MuxViews, "2026_11_22.csv", &text);
        assert_eq!(
            rows_of(&piece, "sli_counts"),
            [
                "time=2026-11-22T19:58:00Z total=1 bad=0 cdn=a",
                "time=2026-11-22T19:58:00Z total=1 bad=1 error_kind=exit before start cdn=a",
                "time=2026-11-22T20:00:00Z total=1 bad=1 error_kind=net cdn=b",
            ]
        );
    }

    #[test]
    fn who_left_is_taken_from_the_field_that_says_so() {
        let text = "exit_before_video_start,playback_failure,video_startup_time,view_id,view_start\n\
                    false,false,,w-1,2026-11-22T20:00:00Z\ntrue,false,,w-2,2026-11-22T20:00:00Z\nfalse,true,9,w-3,2026-11-22T20:00:00Z\n";
        let rows = rows_of(&read(&MuxViews, "v.csv", text), "sli_counts");
        assert!(rows[0].ends_with("bad=0"), "{rows:?}");
        assert!(rows[1].ends_with("error_kind=exit before start"));
        assert!(rows[2].ends_with("error_kind=playback failure"));
    }

    #[test]
    fn equal_views_count_each_and_a_repeated_one_once() {
        let line = |id: &str| format!("a,,900,{id},2026-11-22 19:58:02\n");
        let piece = read(&MuxViews, "v.csv", &format!("{HEADER}{}{}{}", line("w-1"), line("w-2"), line("w-1")));
        let keys = &piece.tables[0].keys;
        assert_ne!(keys[0], keys[1]);
        assert_eq!(keys[0], keys[2]);
    }

    #[test]
    fn a_broken_time_is_rejected() {
        let piece = read(&MuxViews, "v.csv", &format!("{HEADER}a,,900,w-1,2026-11-22 19:58:02\na,,900,w-2,soon\n"));
        assert_eq!(reasons(&piece).len(), 1);
    }

    #[test]
    fn reads_views_as_json_lines() {
        let text = "{\"view_id\":\"w-1\",\"view_start\":{\"seconds\":1795377482,\"nanos\":0},\"cdn\":\"a\",\"video_startup_time\":5}\n\
                    {\"view_id\":\"w-2\",\"view_start\":\"2026-11-22 20:00:00.5\",\"asn\":64500,\"player_error_code\":2004,\"video_startup_time\":\"5\"}\n";
        assert_eq!(
            rows_of(&read(&MuxViews, "v.ndjson", text), "sli_counts"),
            [
                "time=2026-11-22T19:58:00Z total=1 bad=0 cdn=a",
                "time=2026-11-22T20:00:00Z total=1 bad=1 error_kind=2004 asn=64500",
            ]
        );
    }

    #[test]
    fn reads_pages_and_single_views_of_the_api() {
        let view = r#"{"id":"w-1","view_start":"2026-11-22T20:00:02Z","watch_time":"0","time_to_first_frame":null,
            "country_code":"FR","error_type_id":null,"viewer_os_family":"tvOS"}"#;
        for text in [format!(r#"{{"data":[{view}],"total_row_count":1}}"#), format!(r#"{{"data":{view}}}"#)] {
            assert_eq!(
                rows_of(&read(&MuxViews, "v.json", &text), "sli_counts"),
                [
                    "time=2026-11-22T20:00:00Z total=1 bad=1 error_kind=exit before start country=FR viewer_os_family=tvOS"
                ]
            );
        }
    }

    #[test]
    fn a_custom_field_that_tells_viewers_apart_is_left_out() {
        let mut text = "custom_1,custom_2,view_id,view_start\n".to_owned();
        for n in 0..9 {
            text.push_str(&format!("club-{n},beta,w-{n},2026-11-22T20:00:00Z\n"));
        }
        let rows = rows_of(&read(&MuxViews, "v.csv", &text), "sli_counts");
        assert_eq!(rows[0], "time=2026-11-22T20:00:00Z total=1 bad=0 custom_2=beta");
    }
}

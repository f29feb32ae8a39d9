//! Raw video views of Mux Data (CSV, JSON lines), into table `sli_counts`: one row a view.
//!
//! Vendor: <https://www.mux.com/docs/guides/export-raw-video-view-data>. Three lines:
//! ```text
//! cdn,country,error_type,player_error_code,region,video_startup_time,view_end,view_id,view_start,watch_time
//! cdn-a,FR,,,North,912,2026-11-22 20:31:10.000,w-1,2026-11-22 19:58:02.120,1988000
//! cdn-b,FR,player_error,2004,South,,2026-11-22 20:05:20.000,w-2,2026-11-22 20:05:02.500,0
//! ```
//! A view counts in the minute in which it started, as bad when the player reported an error or
//! the viewer left before the picture came. The view's own identifier tells repeated ones. Views
//! are a sample of what viewers did, so no row says how many viewers were present.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{TimeFormat, epoch_value, rfc3339};
use crate::ingest::values::{dimension_name, is_null};
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
    "custom_1",
    "custom_2",
    "custom_3",
    "operating_system",
    "player_name",
    "player_version",
    "region",
    "stream_type",
    "video_title",
    "viewer_device_category",
    "viewer_device_name",
    "viewer_os_family",
    "viewer_application_name",
];

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
        let first = sample.ndjson.first()?;
        (first.get("view_id").is_some() && first.get("view_start").is_some()).then_some(Layout::Ndjson)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if *file.layout == Layout::Ndjson {
            return Ok(Box::new(JsonViews));
        }
        let column = |name: &str| file.column(name, &[name]);
        let start = column("view_start").ok_or("expected a column `view_start`, found none")?;
        let dimensions = DIMENSIONS.iter().filter_map(|name| Some((dimension_name(name), column(name)?))).collect();
        Ok(Box::new(CsvViews {
            id: column("view_id"),
            start,
            time: TimeFormat::learn(&file.sampled(start), &TimeZone::UTC),
            startup: column("video_startup_time").or_else(|| column("time_to_first_frame")),
            errors: ["error_type", "error_type_id", "player_error_code"]
                .iter()
                .filter_map(|name| column(name))
                .collect(),
            dimensions,
        }))
    }
}

/// What both forms say about one view.
struct View<'a> {
    id: &'a str,
    start: Option<i64>,
    error: Option<&'a str>,
    has_picture: bool,
}

impl View<'_> {
    fn put<'d>(&self, out: &mut Rows, dimensions: impl Iterator<Item = (&'d str, &'d str)>) {
        let is_bad = self.error.is_some() || !self.has_picture;
        let mut row = out.row(&table::TABLE);
        row.identity(self.id)
            .time(table::TIME, self.start.map(|start| start - start.rem_euclid(MINUTE)))
            .int(table::TOTAL, Some(1))
            .int(table::BAD, Some(i64::from(is_bad)));
        if is_bad {
            row.text(table::ERROR_KIND, self.error.unwrap_or("exit before start"));
        }
        for (name, value) in dimensions {
            row.dimension(name, value);
        }
        row.finish();
    }
}

struct CsvViews {
    id: Option<usize>,
    start: usize,
    time: TimeFormat,
    startup: Option<usize>,
    errors: Vec<usize>,
    dimensions: Vec<(String, usize)>,
}

impl RecordReader for CsvViews {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: usize| Some(record.field(index)).filter(|cell| !is_null(cell));
        let id = self.id.and_then(cell).ok_or("expected a value in `view_id`, found none")?;
        let view = View {
            id,
            start: self.time.parse(record.field(self.start))?,
            error: self.errors.iter().find_map(|index| cell(*index)),
            // An export without start-up times cannot tell who left before the picture came.
            has_picture: self.startup.is_none_or(|index| cell(index).is_some()),
        };
        let dimensions = self.dimensions.iter().filter_map(|(name, index)| Some((name.as_str(), cell(*index)?)));
        view.put(out, dimensions);
        Ok(())
    }
}

struct JsonViews;

impl RecordReader for JsonViews {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !is_null(text));
        let view = View {
            id: text("view_id").ok_or("expected a value in `view_id`, found none")?,
            start: instant(value.get("view_start")),
            error: text("error_type").or_else(|| text("player_error_code")),
            has_picture: value.get("video_startup_time").is_none_or(|startup| !startup.is_null() && startup != ""),
        };
        let names: Vec<(String, &str)> =
            DIMENSIONS.iter().filter_map(|name| Some((dimension_name(name), text(name)?))).collect();
        view.put(out, names.iter().map(|(name, value)| (name.as_str(), *value)));
        Ok(())
    }
}

/// An instant as text, as a number, or as `{seconds, nanos}`.
fn instant(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    if let Some(seconds) = value.get("seconds") {
        let nanos = value.get("nanos").and_then(Value::as_i64).unwrap_or(0);
        return Some(epoch_value(seconds)? + nanos / 1000);
    }
    value.as_str().and_then(rfc3339).or_else(|| epoch_value(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const HEADER: &str = "cdn,error_type,video_startup_time,view_id,view_start\n";

    #[test]
    fn a_view_counts_in_the_minute_in_which_it_started() {
        let text = format!(
            "{HEADER}a,,900,w-1,2026-11-22 19:58:02.120\na,,,w-2,2026-11-22 19:58:59.000\nb,net,1,w-3,2026-11-22 20:00:00\n"
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
        let text = "{\"view_id\":\"w-1\",\"view_start\":{\"seconds\":1795377482,\"nanos\":0},\"cdn\":\"a\",\"video_startup_time\":5}\n";
        assert_eq!(rows_of(&read(&MuxViews, "v.ndjson", text), "sli_counts").len(), 1);
    }
}

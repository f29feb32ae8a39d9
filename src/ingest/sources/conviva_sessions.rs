//! Session logs of Conviva (CSV), into table `sli_counts`: one row a session.
//!
//! Vendor: <https://docs.conviva.com>. The names of the columns are not published and differ from
//! feed to feed, so they are compared without spaces and punctuation, under all their known
//! names; `[[source]] columns` fixes what is left. Three lines, of which only the shape is sure:
//! ```text
//! Viewer ID,Session ID,Asset Name,isLive,Session Start Time,Startup Time,Interrupts,Country,ISP,CDN,SessionTags
//! v-001,s-0001,Ch1 live,T,1795377482000,812,3,France,ISP A,CDN-A,"appVersion=7.1&league=one"
//! v-002,s-0002,Ch1 live,T,1795377902000,-1,0,France,ISP B,CDN-B,"appVersion=7.2"
//! ```
//! A session counts in the minute in which it started, as bad when it has an error or ended
//! before the picture came. Negative durations are unknown. Its own identifier tells a repeated
//! session. Viewers, addresses and postal codes leave no trace; of the tags only what is a known
//! dimension (the version of the application, the channel, ...) is kept.

use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{NumberFormat, boolean, dimension_name, is_null};
use crate::schema::sli_counts as table;

const MINUTE: i64 = 60_000_000;

/// Columns that say where and on what a session was played, and their dimension.
const DIMENSIONS: &[(&str, &[&str])] = &[
    ("app_version", &["appversion", "applicationversion", "playerversion"]),
    ("asn", &["asn"]),
    ("asset_name", &["assetname", "asset", "contentname"]),
    ("browser", &["browser", "browsername"]),
    ("cdn", &["cdn", "cdnname", "resource"]),
    ("channel", &["channel", "channelname"]),
    ("core_cdn", &["corecdn"]),
    ("country", &["country", "countryname"]),
    ("device", &["device", "devicename", "devicetype", "devicecategory", "devicehardwaretype"]),
    ("isp", &["isp", "ispname"]),
    ("operating_system", &["os", "deviceos", "operatingsystem", "deviceoperatingsystem"]),
    ("player_framework", &["playerframework", "playerframeworkname", "playername"]),
    ("region", &["state", "region", "stateprovince"]),
];

/// Names of dimensions that may come from a tag.
const TAGS: &[&str] = &["app_version", "channel", "region", "isp", "cdn", "device"];

/// What a column is called that follows a person.
const PERSONAL: &[&str] = &["viewer", "session", "user", "ipv", "ipaddress", "postal", "deviceid", "tags", "url"];

/// Session logs of Conviva.
#[derive(Debug)]
pub struct ConvivaSessions;

impl Source for ConvivaSessions {
    fn name(&self) -> &'static str {
        "conviva_sessions"
    }

    fn about(&self) -> &'static str {
        "Session logs of Conviva (CSV), one row a playback session"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sli_counts"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = &sample.csv.as_ref()?.records;
        let name = sample.path.rsplit('/').next().unwrap_or_default();
        let is_named = name.to_ascii_lowercase().starts_with("contentsessionlog.");
        let header = records.iter().take(20).position(|record| {
            let cells: Vec<String> = record.iter().map(|cell| plain(cell)).collect();
            let has = |names: &[&str]| cells.iter().any(|cell| names.contains(&cell.as_str()));
            let is_session = has(&["sessionid", "clientsessionid"]);
            let is_asset = has(&["assetname", "asset"]);
            let is_conviva = cells.iter().any(|cell| {
                ["interrupts", "rebuffering", "cirr", "connectioninduced"].iter().any(|w| cell.contains(w))
            });
            is_session && (is_asset && is_conviva || is_named)
        })?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let header: Vec<String> = file.header.iter().map(|cell| plain(cell)).collect();
        let at = |canonical: &str, names: &[&str]| {
            if file.columns.iter().any(|(name, _)| name == canonical) {
                return file.column(canonical, &[]);
            }
            names.iter().find_map(|name| header.iter().position(|cell| cell == name))
        };
        let time = at(
            "time",
            &["sessionstarttime", "starttime", "sessionstart", "sessionstarttimestamp", "starttimeunixtime"],
        )
        .or_else(|| {
            header.iter().position(|cell| cell.contains("start") && cell.contains("time") && !cell.contains("up"))
        })
        .ok_or("expected a column with the start of the session, found none")?;
        let startup = at("startup", &["startuptime", "startuptimems", "videostartuptime", "jointime"]);
        let playing = at("playing", &["playingtime", "playingtimems", "playtime", "playduration"]);
        let all = |wanted: &[&str]| -> Vec<usize> {
            (0..header.len()).filter(|at| wanted.contains(&header[*at].as_str())).collect()
        };
        let numbers = [startup, playing].into_iter().flatten().flat_map(|at| file.sampled(at));
        let dimensions = DIMENSIONS.iter().filter_map(|(name, names)| Some((*name, at(name, names)?)));
        Ok(Box::new(Reader {
            times: TimeFormat::learn(&file.sampled(time), file.zone),
            numbers: NumberFormat::learn(&numbers.collect::<Vec<_>>(), file.decimal),
            time,
            hidden: (0..header.len())
                .filter(|at| !header[*at].contains("time") && PERSONAL.iter().any(|word| header[*at].contains(word)))
                .collect(),
            id: at("session_id", &["sessionid", "clientsessionid"]),
            startup,
            playing,
            errors: all(&[
                "errorlist",
                "errors",
                "error",
                "errorcode",
                "fatalerror",
                "startuperror",
                "startuperrorlist",
            ]),
            failures: all(&["videostartfailure", "vsf", "videoplaybackfailure", "vpf", "startfailure"]),
            exits: all(&["exitbeforevideostart", "exitsbeforevideostart", "ebvs", "exitbeforestart"]),
            live: at("stream_type", &["islive", "live", "liveorvod"]),
            tags: at("tags", &["sessiontags", "tags"]),
            dimensions: dimensions.collect(),
        }))
    }
}

/// A name without case, spaces and punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[derive(Debug)]
struct Reader {
    times: TimeFormat,
    numbers: NumberFormat,
    time: usize,
    /// Columns that no reject shows.
    hidden: Vec<usize>,
    id: Option<usize>,
    startup: Option<usize>,
    playing: Option<usize>,
    errors: Vec<usize>,
    failures: Vec<usize>,
    exits: Vec<usize>,
    live: Option<usize>,
    tags: Option<usize>,
    dimensions: Vec<(&'static str, usize)>,
}

impl RecordReader for Reader {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        if let Err(reason) = self.session(record, out) {
            out.reject(reason, &record.without(&self.hidden));
        }
        Ok(())
    }
}

impl Reader {
    fn session(&self, record: &CsvRecord, out: &mut Rows) -> Result<(), String> {
        let cell = |at: usize| Some(record.field(at)).filter(|cell| !is_null(cell) && *cell != "-1");
        let time = self.times.parse(record.field(self.time))?;
        let error =
            self.errors.iter().find_map(|at| cell(*at).filter(|cell| *cell != "0" && boolean(cell) != Some(false)));
        let failed = |columns: &[usize]| columns.iter().any(|at| cell(*at).is_some_and(is_set));
        let is_failure = error.is_some() || failed(&self.failures);
        let has_left = failed(&self.exits) || self.never_played(record)?;
        let mut row = out.row(&table::TABLE);
        row.identity(&self.id.and_then(cell).map_or_else(String::new, |id| format!("conviva {id}")))
            .time(table::TIME, time.map(|time| time - time.rem_euclid(MINUTE)))
            .int(table::TOTAL, Some(1))
            .int(table::BAD, Some(i64::from(is_failure || has_left)));
        if is_failure || has_left {
            // Of a list of errors the first names the kind; more than a code is not kept.
            let code = error.and_then(|error| error.split([',', '&', ';', '|']).next()).map(str::trim);
            let otherwise = if is_failure { "playback failure" } else { "exit before start" };
            row.text(
                table::ERROR_KIND,
                code.filter(|code| code.len() <= 60 && !code.contains("://")).unwrap_or(otherwise),
            );
        }
        if let Some(live) = self.live.and_then(cell) {
            row.dimension("stream_type", stream_type(live));
        }
        for (name, value) in self.tags.and_then(cell).map(tags).unwrap_or_default() {
            row.dimension(&name, value);
        }
        for (name, at) in &self.dimensions {
            row.dimension(name, cell(*at).unwrap_or_default());
        }
        row.finish();
        Ok(())
    }

    /// Whether the times of a session show that no picture came; an export without them cannot.
    fn never_played(&self, record: &CsvRecord) -> Result<bool, String> {
        let number = |at: Option<usize>| -> Result<Option<f64>, String> {
            let Some(at) = at else { return Ok(None) };
            let written = record.field(at);
            if written == "-1" {
                return Ok(None);
            }
            Ok(self.numbers.parse(written)?.filter(|number| *number >= 0.0))
        };
        let (startup, playing) = (number(self.startup)?, number(self.playing)?);
        let has_played = startup.is_some() || playing.is_some_and(|playing| playing > 0.0);
        Ok(!has_played && (self.startup.is_some() || playing == Some(0.0)))
    }
}

/// Whether a column that counts or marks failures holds one.
fn is_set(cell: &str) -> bool {
    boolean(cell).unwrap_or_else(|| {
        ["t", "true"].contains(&cell.to_ascii_lowercase().as_str()) || cell.parse::<f64>().is_ok_and(|n| n > 0.0)
    })
}

fn stream_type(cell: &str) -> &str {
    match cell.to_ascii_lowercase().as_str() {
        "t" | "true" | "1" | "live" | "y" | "yes" => "live",
        "f" | "false" | "0" | "vod" | "n" | "no" => "on-demand",
        _ => cell,
    }
}

/// Known dimensions among tags such as `appVersion=7.1&league=one`.
fn tags(cell: &str) -> Vec<(String, &str)> {
    let pairs = cell.split(['&', ',', ';']).filter_map(|pair| pair.split_once('='));
    let named = pairs.map(|(name, value)| (dimension_name(name.trim()), value.trim()));
    named.filter(|(name, value)| TAGS.contains(&name.as_str()) && !is_null(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const HEADER: &str = "Viewer ID,Session ID,Asset Name,isLive,Session Start Time,Startup Time,Interrupts,Country,ISP,CDN,Error list,SessionTags\n";

    #[test]
    fn a_session_counts_in_the_minute_in_which_it_started() {
        let text = format!(
            "{HEADER}v-1,s-1,Ch1,T,1795377482000,812,3,France,ISP A,CDN-A,,\"appVersion=7.1&viewer=me\"\n\
             v-2,s-2,Ch1,T,1795377902000,-1,0,France,ISP B,CDN-B,,\n\
             v-3,s-3,Ch1,F,2026-11-22 20:05:03,,0,France,,CDN-B,MANIFEST_503&DRM,\n\
             v-4,s-4,Ch1,T,soon,812,0,France,ISP A,CDN-A,,\n"
        );
        let piece = read(&ConvivaSessions, "x.csv", &text);
        assert_eq!(
            rows_of(&piece, "sli_counts"),
            [
                "time=2026-11-22T19:58:00Z total=1 bad=0 app_version=7.1 asset_name=Ch1 cdn=CDN-A country=France isp=ISP A stream_type=live",
                "time=2026-11-22T20:05:00Z total=1 bad=1 error_kind=exit before start asset_name=Ch1 cdn=CDN-B country=France isp=ISP B stream_type=live",
                "time=2026-11-22T20:05:00Z total=1 bad=1 error_kind=MANIFEST_503 asset_name=Ch1 cdn=CDN-B country=France stream_type=on-demand",
            ]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `soon`"]);
    }

    #[test]
    fn an_export_without_startup_times_cannot_tell_who_left() {
        let text = "SESSION_ID;Asset_Name;start time;Rebuffering Ratio\ns-1;Ch1;2026-11-22 20:05:03;0,5\n";
        let rows = rows_of(&read(&ConvivaSessions, "x.csv", text), "sli_counts");
        assert_eq!(rows, ["time=2026-11-22T20:05:00Z total=1 bad=0 asset_name=Ch1"]);
    }

    #[test]
    fn is_told_by_the_file_name_too() {
        let text = "Session ID,Start Time,Playing Time\ns-1,1795377902000,0\n";
        assert!(ConvivaSessions.recognise(&sample("exports/ContentSessionLog.2026-11-22.csv", text)).is_some());
        assert_eq!(ConvivaSessions.recognise(&sample("exports/sessions.csv", text)), None);
        let rows = rows_of(&read(&ConvivaSessions, "ContentSessionLog.1.csv", text), "sli_counts");
        assert!(rows[0].contains("error_kind=exit before start"));
    }
}

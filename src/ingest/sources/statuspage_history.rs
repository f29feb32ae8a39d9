//! The history of an Atlassian Statuspage, `/history.json` of a page that anyone can read, into
//! table `public_messages`.
//!
//! Vendor: <https://support.atlassian.com/statuspage/docs/>. Three lines of it:
//! ```text
//! {"page":{"time_zone":"UTC"},"months":[{"name":"November","year":2026,"incidents":[{"code":"i1",
//!   "name":"Live unavailable","message":"This incident has been resolved.","impact":"major",
//!   "timestamp":"Nov <var data-var='date'>22</var>, <var data-var='time'>20:16</var> - <var data-var='time'>21:02</var> UTC"}]}]}
//! ```
//! An incident is shown with its last message and when the first and the last one came. One row is
//! the first message, of which only the name of the incident is known, and one the last. Years are
//! those of the month; times are in UTC when they say so, else in the zone of the page, else in
//! that of the case. The messages in between are in `/api/v2/incidents.json` only.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::promise;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::public_messages as table;

use super::statuspage_incidents::{CHANNEL, plain};

/// The history of a Statuspage.
#[derive(Debug)]
pub struct StatuspageHistory;

impl Source for StatuspageHistory {
    fn name(&self) -> &'static str {
        "statuspage_history"
    }

    fn about(&self) -> &'static str {
        "History of an Atlassian Statuspage, from /history.json"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["public_messages"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let months = sample.json.as_ref()?["months"].as_array()?;
        let is_month = |month: &Value| month["year"].is_i64() && month["incidents"].is_array();
        months.iter().any(is_month).then_some(Layout::Json { paths: &["months[]"] })
    }

    fn names_zone(&self, sample: &Sample) -> bool {
        let named = sample.json.as_ref().is_some_and(|json| json["page"]["time_zone"].is_string());
        named || sample.text.contains(" UTC\"")
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let named = file.sample.json.as_ref().map_or("", |json| text(&json["page"]["time_zone"]));
        let zone = TimeZone::get(named).unwrap_or_else(|_| file.zone.clone());
        Ok(Box::new(History { time: TimeFormat::iso(&zone), utc: TimeFormat::iso(&TimeZone::UTC), zone }))
    }
}

struct History {
    time: TimeFormat,
    utc: TimeFormat,
    zone: TimeZone,
}

impl RecordReader for History {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let month = record.json()?;
        let year = month["year"].as_i64().and_then(|year| i16::try_from(year).ok());
        let year = year.ok_or("expected a number in `year`, found none")?;
        let incidents = month["incidents"].as_array().ok_or("expected a list in `incidents`, found none")?;
        for incident in incidents {
            if let Err(reason) = self.incident(incident, year, out) {
                out.reject(reason, text(&incident["name"]));
            }
        }
        Ok(())
    }
}

impl History {
    fn incident(&self, incident: &Value, year: i16, out: &mut Rows) -> Result<(), String> {
        let (first, last) = self.span(&plain(text(&incident["timestamp"])), year)?;
        let code = identifier(&incident["code"]);
        let is_maintenance = text(&incident["impact"]) == "maintenance";
        let name = plain(text(&incident["name"]));
        let message = plain(text(&incident["message"]));
        let said = if message.is_empty() { &name } else { &message };
        let (status, id) = match last {
            Some(_) if is_maintenance => ("completed", "last"),
            Some(_) => ("resolved", "last"),
            None => ("", "first"),
        };
        if last.is_some() {
            self.message(first, "", &name, &format!("{code}:first"), out);
        }
        self.message(last.unwrap_or(first), status, said, &format!("{code}:{id}"), out);
        Ok(())
    }

    fn message(&self, time: i64, status: &str, body: &str, id: &str, out: &mut Rows) {
        let identity = if id.starts_with(':') { String::new() } else { format!("statuspage history:{id}") };
        out.row(&table::TABLE)
            .time(table::TIME, Some(time))
            .text(table::CHANNEL, CHANNEL)
            .text(table::STATUS, status)
            .text(table::BODY, body)
            .time(table::PROMISED_NEXT_UPDATE_AT, promise::next_update(body, time, &self.zone))
            .time(table::PROMISED_RESOLUTION_AT, promise::resolution(body, time, &self.zone))
            .identity(&identity)
            .finish();
    }

    /// First and last instant of `Nov 22, 20:16 - 21:02 UTC` or `Dec 31, 23:50 - Jan 1, 00:20 CET`.
    fn span(&self, written: &str, year: i16) -> Result<(i64, Option<i64>), String> {
        let wrong =
            || format!("expected times in `timestamp`, found `{}`", written.chars().take(40).collect::<String>());
        let (times, zone) = match written.rsplit_once(' ') {
            Some((times, zone)) if zone.bytes().all(|byte| byte.is_ascii_alphabetic()) => (times, zone),
            _ => (written, ""),
        };
        let format = if matches!(zone, "UTC" | "GMT") { &self.utc } else { &self.time };
        let at = |date: &str, time: &str, year: i16| {
            let hinted = format.clone().with_year_hint(year);
            hinted.parse(&format!("{} {}", date.trim(), time.trim())).ok().flatten()
        };
        let (first, last) = times.split_once(" - ").map_or((times, None), |(first, last)| (first, Some(last)));
        let (date, time) = first.rsplit_once(',').ok_or_else(wrong)?;
        let begun = at(date, time, year).ok_or_else(wrong)?;
        let Some(last) = last else { return Ok((begun, None)) };
        let (date, time) = last.rsplit_once(',').unwrap_or((date, last));
        let ended = at(date, time, year).filter(|ended| *ended >= begun).or_else(|| at(date, time, year + 1));
        Ok((begun, Some(ended.ok_or_else(wrong)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    fn page(zone: &str, incidents: &str) -> String {
        format!(
            r#"{{"page":{{"id":"p","time_zone":"{zone}"}},"show_calendar":true,"months":[{{"name":"December","year":2026,"starts_on":2,"days":31,"incidents":[{incidents}]}}]}}"#
        )
    }

    fn incident(timestamp: &str) -> String {
        format!(
            r#"{{"code":"i1","name":"Live &amp; replay down","message":"All is back.","impact":"major","timestamp":"{timestamp}"}}"#
        )
    }

    #[test]
    fn an_incident_is_its_first_and_its_last_message() {
        let at = "Dec <var data-var='date'>22</var>, <var data-var='time'>20:16</var> - <var data-var='time'>21:02</var> UTC";
        let piece = read(&StatuspageHistory, "history.json", &page("Europe/Paris", &incident(at)));
        assert_eq!(
            rows_of(&piece, "public_messages"),
            [
                "time=2026-12-22T20:16:00Z channel=status page body=Live & replay down",
                "time=2026-12-22T21:02:00Z channel=status page status=resolved body=All is back."
            ]
        );
    }

    #[test]
    fn years_change_and_zones_are_those_of_the_page() {
        for (at, expected) in [
            ("Dec 31, 23:50 - Jan  1, 00:20 CET", "2026-12-31T22:50:00Z 2026-12-31T23:20:00Z"),
            ("Dec 31, 23:50 - 23:55 PST", "2026-12-31T22:50:00Z 2026-12-31T22:55:00Z"),
            ("Dec  5, 08:05 UTC", "2026-12-05T08:05:00Z"),
        ] {
            let piece = read(&StatuspageHistory, "history.json", &page("Europe/Paris", &incident(at)));
            let rows = rows_of(&piece, "public_messages");
            let times: Vec<&str> = rows.iter().filter_map(|row| row.split(['=', ' ']).nth(1)).collect();
            assert_eq!(times.join(" "), expected, "{at}");
        }
    }

    #[test]
    fn broken_incidents_cost_only_themselves() {
        let text = page("UTC", &format!("{},7,{}", incident("last week"), incident("Dec 5, 08:05 UTC")));
        let piece = read(&StatuspageHistory, "history.json", &text);
        assert_eq!(
            reasons(&piece),
            ["expected times in `timestamp`, found `last week`", "expected times in `timestamp`, found ``"]
        );
        assert_eq!(rows_of(&piece, "public_messages").len(), 1);
        assert_eq!(StatuspageHistory.recognise(&sample("x.json", r#"{"months":[7]}"#)), None);
    }
}

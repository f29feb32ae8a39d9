//! Incidents of an Atlassian Statuspage (public or manage API), into table `public_messages`.
//!
//! Vendor: <https://support.atlassian.com/statuspage/docs/>. Three lines of it:
//! ```text
//! {"page":{"time_zone":"Europe/Paris"},"incidents":[{"id":"i1","name":"Live unavailable",
//!   "shortlink":"https://stspg.example/1","incident_updates":[{"status":"investigating",
//!   "body":"We are investigating.","display_at":"2026-11-22T21:14:00.000+01:00"}]}]}
//! ```
//! One row is one update, an edited one as it was edited last, at the time it displays; scheduled maintenances keep their own status
//! (scheduled, `in_progress`, verifying, completed). Promised times are read from the text, in the
//! zone of the page. A webhook holds one incident with all its updates. Pages that Google writes
//! (`begin`, `external_desc`, `updates` with `when` and `text`) are read as well. Components are
//! not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::promise;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::public_messages as table;

/// Where the messages appear.
pub(super) const CHANNEL: &str = "status page";

/// Lists of incidents beside the page that they are of.
const LISTS: &[&str] = &["incidents[]", "scheduled_maintenances[]"];

/// Incidents of a Statuspage.
#[derive(Debug)]
pub struct StatuspageIncidents;

impl Source for StatuspageIncidents {
    fn name(&self) -> &'static str {
        "statuspage_incidents"
    }

    fn about(&self) -> &'static str {
        "Incidents and their updates of an Atlassian Statuspage, from /api/v2/incidents.json or the manage API"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["public_messages"]
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_one = |value: &Value| is_incident(value) || is_incident(&value["incident"]) || is_of_google(value);
        layout_of(sample, LISTS, is_one).or_else(|| {
            let json = sample.json.as_ref()?;
            let is_quiet = json["page"].get("id").is_some() && json["incidents"].is_array();
            is_quiet.then_some(Layout::Json { paths: LISTS })
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let named = file.sample.json.as_ref().map_or("", |json| text(&json["page"]["time_zone"]));
        let zone = TimeZone::get(named).unwrap_or_else(|_| file.zone.clone());
        Ok(Box::new(Incidents { time: TimeFormat::iso(&zone), zone }))
    }
}

struct Incidents {
    time: TimeFormat,
    zone: TimeZone,
}

impl RecordReader for Incidents {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let incident = if value["incident"].is_object() { &value["incident"] } else { &value };
        if is_of_google(incident) {
            return self.of_google(incident, out);
        }
        let updates = incident["incident_updates"].as_array();
        let updates = updates.ok_or("expected a list in `incident_updates`, found none")?;
        for update in updates {
            if let Err(reason) = self.update(incident, update, out) {
                out.reject(reason, text(&update["body"]));
            }
        }
        self.postmortem(incident, out)
    }
}

impl Incidents {
    fn update(&self, incident: &Value, update: &Value, out: &mut Rows) -> Result<(), String> {
        let stated = [&update["display_at"], &update["created_at"]].map(text);
        let stated = stated.into_iter().find(|time| !time.is_empty()).unwrap_or_default();
        let time = self.time.parse(stated).map_err(|reason| format!("{reason} in `display_at`"))?;
        let body = plain(text(&update["body"]));
        let body = if body.is_empty() { text(&incident["name"]).to_owned() } else { body };
        let edited = self.time.parse(text(&update["updated_at"])).unwrap_or(None);
        let id = identifier(&update["id"]);
        let id = if id.is_empty() { id } else { format!("{}:{id}", identifier(&incident["id"])) };
        self.message(time, text(&update["status"]), &body, (&id, edited), out);
        Ok(())
    }

    /// An incident as Google lists it; without updates, its description is the one message.
    fn of_google(&self, incident: &Value, out: &mut Rows) -> Result<(), String> {
        let at = |value: &Value, names: [&str; 2]| {
            let [first, second] = names.map(|name| text(&value[name]));
            let written = if first.is_empty() { second } else { first };
            self.time.parse(written).map_err(|reason| format!("{reason} in `{}`", names[0]))
        };
        let id = identifier(&incident["id"]);
        let updates = incident["updates"].as_array().map_or(&[][..], Vec::as_slice);
        for update in updates {
            let body = plain(text(&update["text"]));
            match at(update, ["when", "created"]) {
                Ok(time) => {
                    let version = at(update, ["modified", "created"]).unwrap_or(None);
                    let id = format!("{id}:{}", text(&update["when"]));
                    self.message(time, &status_of_google(update), &body, (&id, version), out);
                }
                Err(reason) => out.reject(reason, &body),
            }
        }
        if updates.is_empty() {
            let body = plain(text(&incident["external_desc"]));
            self.message(at(incident, ["created", "begin"])?, "investigating", &body, (&id, None), out);
        }
        Ok(())
    }

    fn postmortem(&self, incident: &Value, out: &mut Rows) -> Result<(), String> {
        let body = plain(text(&incident["postmortem_body"]));
        let published = text(&incident["postmortem_published_at"]);
        if !body.is_empty() && !published.is_empty() {
            let time = self.time.parse(published).map_err(|reason| format!("{reason} in `postmortem_published_at`"))?;
            let id = format!("{}:postmortem", identifier(&incident["id"]));
            self.message(time, "postmortem", &body, (&id, time), out);
        }
        Ok(())
    }

    /// Adds a message; `edition` is its identifier and when it was edited last.
    fn message(&self, time: Option<i64>, status: &str, body: &str, edition: (&str, Option<i64>), out: &mut Rows) {
        let (id, edited) = edition;
        let identity = if id.is_empty() { String::new() } else { format!("statuspage:{id}") };
        let next = time.and_then(|sent| promise::next_update(body, sent, &self.zone));
        let back = time.and_then(|sent| promise::resolution(body, sent, &self.zone));
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::CHANNEL, CHANNEL)
            .text(table::STATUS, status)
            .text(table::BODY, body)
            .time(table::PROMISED_NEXT_UPDATE_AT, next)
            .time(table::PROMISED_RESOLUTION_AT, back)
            .identity(&identity)
            .version(edited)
            .finish();
    }
}

fn is_incident(value: &Value) -> bool {
    let is_placed = ["shortlink", "page_id", "impact"].iter().any(|name| value.get(*name).is_some());
    value.get("incident_updates").is_some() && is_placed
}

fn is_of_google(value: &Value) -> bool {
    value.get("external_desc").is_some() && value.get("begin").is_some()
}

/// The end of an incident is told as being available again.
fn status_of_google(update: &Value) -> String {
    let status = text(&update["status"]).to_lowercase();
    if status == "available" { "resolved".to_owned() } else { status }
}

/// A body without HTML elements and escapes, with plain line ends.
pub(super) fn plain(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let is_element = from[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if let Some(end) = from.find('>').filter(|end| is_element && *end < 300) {
            if from.starts_with("<br") || from.starts_with("</p") || from.starts_with("</li") {
                text.push('\n');
            }
            rest = &from[end + 1..];
        } else {
            text.push('<');
            rest = &from[1..];
        }
    }
    text.push_str(rest);
    for (escape, sign) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        text = text.replace(escape, sign);
    }
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TEXT: &str = r#"{"page":{"time_zone":"Europe/Paris"},"incidents":[{"name":"Live down","shortlink":"x","page_id":"p","incident_updates":[
        {"status":"resolved","body":"Back.\r\nSorry.<br/>1 < 2","display_at":"2027-02-03T22:10:00.000+01:00"},
        {"status":"identified","body":"x","display_at":"last Tuesday"},
        {"status":"investigating","body":"Looking. Next update by 21:45.","display_at":"2027-02-03T21:14:00.000+01:00"}]}],
        "scheduled_maintenances":[{"name":"Upgrade","shortlink":"y","incident_updates":[{"status":"scheduled","body":"","created_at":"2027-02-01T10:00:00Z"}]},{"name":"broken"}]}"#;

    #[test]
    fn updates_are_messages_with_their_promises() {
        let piece = read(&StatuspageIncidents, "status.json", TEXT);
        let rows = rows_of(&piece, "public_messages");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0], "time=2027-02-03T21:10:00Z channel=status page status=resolved body=Back.\nSorry.\n1 < 2");
        assert!(
            rows[1].contains("status=investigating") && rows[1].contains("promised_next_update_at=2027-02-03T20:"),
            "{}",
            rows[1]
        );
        assert_eq!(rows[2], "time=2027-02-01T10:00:00Z channel=status page status=scheduled body=Upgrade");
    }

    #[test]
    fn broken_updates_cost_only_themselves() {
        let piece = read(&StatuspageIncidents, "status.json", TEXT);
        assert_eq!(
            reasons(&piece),
            [
                "expected a time, found `last Tuesday` in `display_at`",
                "expected a list in `incident_updates`, found none"
            ]
        );
    }

    #[test]
    fn an_edited_update_and_a_webhook_are_known_again() {
        let update = |edited: &str| {
            format!(
                r#"{{"id":"u1","status":"identified","body":"It&#39;s R&amp;D","display_at":"2027-02-03T20:14:00Z","updated_at":"{edited}"}}"#
            )
        };
        let list = format!(r#"[{{"page_id":"p","incident_updates":[{}]}}]"#, update("2027-02-03T20:14:00Z"));
        let hook = format!(
            r#"{{"page":{{"id":"p"}},"incident":{{"impact":"major","incident_updates":[{}]}}}}"#,
            update("2027-02-03T20:30:00Z")
        );
        let [list, hook] = [list, hook].map(|text| read(&StatuspageIncidents, "x.json", &text));
        assert_eq!(
            rows_of(&hook, "public_messages"),
            ["time=2027-02-03T20:14:00Z channel=status page status=identified body=It's R&D"]
        );
        assert_eq!(list.tables[0].keys, hook.tables[0].keys);
        assert!(list.tables[0].versions < hook.tables[0].versions);
    }

    #[test]
    fn pages_of_google_are_messages_and_a_quiet_page_is_known() {
        let text = r#"[{"id":"g1","begin":"2027-02-03T20:04:00+00:00","external_desc":"Errors","severity":"high","updates":[
            {"when":"2027-02-03T21:02:00+00:00","text":"All good.","status":"AVAILABLE"},
            {"when":"2027-02-03T20:14:00+00:00","text":"We see errors.","status":"SERVICE_OUTAGE"}]}]"#;
        let rows = rows_of(&read(&StatuspageIncidents, "incidents.json", text), "public_messages");
        assert_eq!(rows[0], "time=2027-02-03T21:02:00Z channel=status page status=resolved body=All good.");
        assert!(rows[1].contains("status=service_outage"));
        let quiet = crate::ingest::sources::testing::sample("x.json", r#"{"page":{"id":"p"},"incidents":[]}"#);
        assert_eq!(StatuspageIncidents.recognise(&quiet), Some(Layout::Json { paths: LISTS }));
    }

    #[test]
    fn unclosed_markup_is_text() {
        assert_eq!(plain("a <b"), "a <b");
        assert_eq!(plain(&"<".repeat(10_000)).len(), 10_000);
    }
}

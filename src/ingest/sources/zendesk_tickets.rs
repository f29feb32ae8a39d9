//! Zendesk tickets: API pages, the account export (NDJSON) and the CSV export, into table
//! `complaints`.
//!
//! Vendor: <https://support.zendesk.com/hc/en-us/articles/4408886165402>. Three lines of it:
//! ```text
//! {"ticket":{"id":88001,"subject":"No picture","description":"Since nine","requester_id":501,
//!  "created_at":"2026-11-22T20:07:31Z","via":{"channel":"web"},"tags":["live"],
//!  "metric_set":{"reply_time_in_minutes":{"calendar":18},"solved_at":null}}}
//! ```
//! Times of JSON are UTC, those of CSV are in the zone of the account and carry no offset. A
//! repeated ticket is one row, by its id. Custom fields of JSON have numbers for names: they are
//! `field_<number>` unless a mapping names them. Comments are not read.

use serde_json::Value;

use crate::ingest::mention::{body, channel, dimension, is_category};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::{TimeFormat, rfc3339};
use crate::ingest::values::{NumberFormat, is_null};
use crate::schema::complaints as table;

/// Microseconds of a minute.
const MINUTE: f64 = 60e6;

/// Tickets of Zendesk.
#[derive(Debug)]
pub struct ZendeskTickets;

impl Source for ZendeskTickets {
    fn name(&self) -> &'static str {
        "zendesk_tickets"
    }

    fn about(&self) -> &'static str {
        "Zendesk tickets, from the account export (JSON or CSV) or the tickets API"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let header = sample
            .csv_header(&["Summation column", "Id"])
            .or_else(|| sample.csv_header(&["Requester", "First reply time in minutes"]))
            .or_else(|| sample.csv_header(&["Requester", "Requester id", "Subject", "Created at"]));
        if header.is_some() {
            return Some(Layout::Csv { header, extra: 0 });
        }
        layout_of(sample, &["tickets[]"], |value| {
            let ticket = unwrapped(value);
            ticket.get("requester_id").is_some() && ticket.get("raw_subject").is_some() && ticket.get("via").is_some()
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(CsvTickets::new(file)?));
        }
        Ok(Box::new(JsonTickets { fields: file.columns.to_vec() }))
    }
}

struct JsonTickets {
    /// Canonical name, number of a custom field.
    fields: Vec<(String, String)>,
}

impl RecordReader for JsonTickets {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let ticket = unwrapped(&value);
        let id = identifier(&ticket["id"]);
        if id.is_empty() {
            return Err("expected a ticket with `id`, found none".into());
        }
        let created = text(&ticket["created_at"]);
        let time = rfc3339(created).ok_or_else(|| format!("expected a time in `created_at`, found `{created}`"))?;
        for name in
            [&ticket["requester"]["name"], &ticket["assignee"]["name"], &ticket["via"]["source"]["from"]["name"]]
        {
            out.person(text(name));
        }
        let metrics = &ticket["metric_set"];
        let reply = metrics["reply_time_in_minutes"]["calendar"].as_f64();
        let subject = [text(&ticket["subject"]), text(&ticket["raw_subject"])];
        let subject = subject.into_iter().find(|subject| !subject.is_empty()).unwrap_or_default();
        let free = self.dimensions(ticket);
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, Some(time))
            .text(table::COMPLAINT_ID, &id)
            .text(table::CHANNEL, &channel(text(&ticket["via"]["channel"])))
            .text(table::AUTHOR_KEY, &identifier(&ticket["requester_id"]))
            .text(table::BODY, &body(subject, text(&ticket["description"])))
            .time(table::FIRST_REPLY_AT, reply.and_then(|minutes| later(time, minutes)))
            .time(table::SOLVED_AT, rfc3339(text(&metrics["solved_at"])));
        for (name, value) in &free {
            row.dimension(name, value);
        }
        row.finish();
        Ok(())
    }
}

impl JsonTickets {
    fn dimensions(&self, ticket: &Value) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for field in ["priority", "status"] {
            found.push((field.to_owned(), text(&ticket[field]).to_owned()));
        }
        let tags: Vec<&str> = ticket["tags"].as_array().into_iter().flatten().map(text).collect();
        found.push(("tags".to_owned(), tags.join(" ")));
        for field in ticket["custom_fields"].as_array().into_iter().flatten() {
            let (number, value) = (identifier(&field["id"]), identifier(&field["value"]));
            if number.is_empty() || value.is_empty() || !is_category(&value) {
                continue;
            }
            let mapped = self.fields.iter().find(|(_, column)| *column == number).map(|(name, _)| name.as_str());
            let name = mapped.and_then(dimension).unwrap_or_else(|| format!("field_{number}"));
            found.push((name, value));
        }
        found
    }
}

struct CsvTickets {
    time: (usize, TimeFormat),
    solved: Option<(usize, TimeFormat)>,
    id: Option<usize>,
    requester: Option<usize>,
    requester_id: Option<usize>,
    people: Vec<usize>,
    subject: Option<usize>,
    description: Option<usize>,
    via: Option<usize>,
    theme: Option<usize>,
    reply_minutes: Option<(usize, NumberFormat)>,
    free: Vec<(usize, String)>,
}

impl CsvTickets {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let dated = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        let time = file.column("time", &["Created at"]).ok_or("expected a column `Created at`, found none")?;
        let reply = file.column("first_reply_at", &["First reply time in minutes"]);
        let people = ["Requester", "Submitter", "Assignee"];
        Ok(Self {
            time: dated(time),
            solved: file.column("solved_at", &["Solved at"]).map(dated),
            id: file.column("complaint_id", &["Id", "Ticket Id"]),
            requester: file.column("author_key", &["Requester email", "Requester"]),
            requester_id: file.column("author_key", &["Requester id"]),
            people: people.iter().filter_map(|name| file.column("", &[name])).collect(),
            subject: file.column("subject", &["Subject"]),
            description: file.column("body", &["Description", "Body"]),
            via: file.column("channel", &["Via"]),
            theme: custom(file).find(|(_, name)| is_theme(name)).map(|(index, _)| index),
            reply_minutes: reply.map(|index| (index, NumberFormat::learn(&file.sampled(index), file.decimal))),
            free: free_columns(file),
        })
    }

    fn reply(&self, record: &CsvRecord, time: Option<i64>) -> Result<Option<i64>, String> {
        let Some((index, format)) = &self.reply_minutes else { return Ok(None) };
        let minutes = format.parse(record.field(*index))?;
        Ok(time.zip(minutes).and_then(|(time, minutes)| later(time, minutes)))
    }
}

impl RecordReader for CsvTickets {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map(|at| record.field(at)).filter(|cell| !is_null(cell)).unwrap_or("");
        let time = self.time.1.parse(record.field(self.time.0))?;
        let solved = self.solved.as_ref().map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))?;
        let reply = self.reply(record, time)?;
        for index in &self.people {
            out.person(cell(Some(*index)));
        }
        let author = [cell(self.requester_id), cell(self.requester)];
        let author = author.into_iter().find(|key| !key.is_empty()).unwrap_or_default();
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, time)
            .text(table::COMPLAINT_ID, cell(self.id))
            .text(table::CHANNEL, &channel(cell(self.via)))
            .text(table::AUTHOR_KEY, author)
            .text(table::BODY, &body(cell(self.subject), cell(self.description)))
            .text(table::THEME, cell(self.theme))
            .time(table::FIRST_REPLY_AT, reply)
            .time(table::SOLVED_AT, solved);
        for (index, name) in &self.free {
            row.dimension(name, Some(cell(Some(*index))).filter(|value| is_category(value)).unwrap_or_default());
        }
        row.finish();
        Ok(())
    }
}

/// A ticket in or out of its wrapper.
fn unwrapped(value: &Value) -> &Value {
    value.get("ticket").unwrap_or(value)
}

#[expect(clippy::cast_possible_truncation, reason = "a time of this century in microseconds fits")]
fn later(time: i64, minutes: f64) -> Option<i64> {
    (minutes.is_finite() && (0.0..1e8).contains(&minutes)).then(|| time.saturating_add((minutes * MINUTE) as i64))
}

/// Custom fields of the CSV export: position and label, told by the type behind the label.
fn custom<'a>(file: &'a FileContext<'_>) -> impl Iterator<Item = (usize, &'a str)> {
    file.header.iter().enumerate().filter_map(|(index, name)| {
        let (label, kind) = name.trim().rsplit_once(" [")?;
        kind.ends_with(']').then_some((index, label))
    })
}

fn is_theme(label: &str) -> bool {
    matches!(
        fold(label).as_str(),
        "category" | "categorie" | "issue" | "motif" | "theme" | "problem" | "probleme" | "reason"
    )
}

fn free_columns(file: &FileContext<'_>) -> Vec<(usize, String)> {
    let mut columns: Vec<(usize, String)> = Vec::new();
    let standard = ["Priority", "Status", "Tags"];
    let named = standard.iter().filter_map(|name| Some((file.column("", &[name])?, *name)));
    for (index, label) in named.chain(custom(file)) {
        let Some(name) = dimension(label) else { continue };
        if !is_theme(label) && columns.iter().all(|(_, known)| *known != name) {
            columns.push((index, name));
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TICKET: &str = r#"{"ticket":{"id":7,"subject":"No sound","raw_subject":"No sound","description":"Since nine","requester_id":9,"created_at":"2027-02-03T19:00:00Z","via":{"channel":"web"},"tags":["tv"],"custom_fields":[{"id":41,"value":"north"},{"id":42,"value":"a@mail.example"}],"metric_set":{"reply_time_in_minutes":{"calendar":10},"solved_at":"2027-02-03T20:00:00Z"}}}"#;

    #[test]
    fn a_ticket_of_the_export_is_one_complaint() {
        let piece = read(&ZendeskTickets, "tickets.json", TICKET);
        let rows = rows_of(&piece, "complaints");
        assert_eq!(rows.len(), 1);
        for part in [
            "channel=web form",
            "body=No sound\nSince nine",
            "first_reply_at=2027-02-03T19:10:00Z",
            "solved_at=2027-02-03T20:00:00Z",
            "field_41=north",
            "tags=tv",
        ] {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert!(!rows[0].contains("mail.example"));
    }

    #[test]
    fn the_csv_export_has_the_same_meaning() {
        let text = "Summation column,Id,Requester,Requester id,Subject,Tags,Status,Priority,Via,Created at,Solved at,First reply time in minutes,Device [list],Category [list]\n\
            1,7,Ada Morvane,9,No sound,tv,Open,High,Web form,2027-02-03 19:00,-,18,TV,Sound\n";
        let piece = read(&ZendeskTickets, "tickets.csv", text);
        let rows = rows_of(&piece, "complaints");
        for part in
            ["complaint_id=7", "first_reply_at=2027-02-03T19:18:00Z", "theme=Sound", "device=TV", "priority=High"]
        {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn broken_and_hostile_tickets_are_rejects() {
        let bad = TICKET.replace("2027-02-03T19:00:00Z", "=NOW()");
        let piece = read(
            &ZendeskTickets,
            "tickets.json",
            &format!("{TICKET}\n{bad}\n{{\"ticket\":[]}}\n{{\"ticket\":{{\"id\":\n"),
        );
        assert_eq!(rows_of(&piece, "complaints").len(), 1);
        assert_eq!(reasons(&piece)[0], "expected a time in `created_at`, found `=NOW()`");
        assert_eq!(piece.rejects.len(), 3);
    }
}

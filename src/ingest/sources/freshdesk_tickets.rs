//! Tickets of Freshdesk and Freshservice, from the CSV export or the tickets API, into table
//! `complaints`.
//!
//! Vendor: <https://developers.freshdesk.com/api/#tickets>. Three lines of it:
//! ```text
//! Ticket ID,Subject,Status,Priority,Source,Created time,Initial response time,Resolution status,Full name,Email
//! 9001,No picture,Closed,High,Email,2026-11-22 21:07:31,2026-11-22 21:25:40,Within SLA,viewer-501,v501@mail.example
//! 9002,App freezes,Open,Low,Portal,2026-11-22 21:09:02,,,viewer-502,v502@mail.example
//! ```
//! Times of the CSV are in the zone of the help desk and carry no offset; those of the API are
//! UTC. Durations "in hrs" are `HH:MM:SS`. Columns of the contact (`Title` is a job title) stand
//! behind those of the ticket and are not stored, except for the key of the author. Codes of the
//! API that an account made itself stay numbers.

use serde_json::Value;

use crate::ingest::markup::plain;
use crate::ingest::mention::{body, channel, column, dimension, is_category, is_personal, is_theme, named, usable};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{TimeFormat, rfc3339};
use crate::ingest::values::is_null;
use crate::schema::complaints as table;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// Columns of the CSV that only this export has, beside `Ticket ID`.
const SIGNATURES: &[&str] = &[
    "Resolution status",
    "First response time (in hrs)",
    "First response status",
    "Initial response time",
    "Last update time",
    "Last updated time",
    "Due by Time",
    "Resolved time",
    "Created time",
];

/// Columns of the CSV about the person or the company, which are not stored.
const CONTACT: &[&str] = &[
    "full name",
    "title",
    "email",
    "work phone",
    "mobile phone",
    "twitter id",
    "x id",
    "facebook id",
    "contact id",
    "unique external id",
    "company name",
    "company",
    "company domains",
    "requester name",
    "requester email",
    "requester phone",
    "requester id",
    "requester location",
    "agent",
    "time zone",
    "language",
    "address",
    "about",
];

/// Columns of the CSV that are read under another name, or say nothing of their own.
const STANDARD: &[&str] = &[
    "ticket id",
    "subject",
    "description",
    "source",
    "created time",
    "created date",
    "due by time",
    "resolved time",
    "closed time",
    "last update time",
    "last updated time",
    "initial response time",
    "time tracked",
    "first response time (in hrs)",
    "resolution time (in hrs)",
    "agent interactions",
    "customer interactions",
    "survey results",
    "every response status",
    "resolution status",
    "first response status",
];

/// Tickets of Freshdesk.
#[derive(Debug)]
pub struct FreshdeskTickets;

impl Source for FreshdeskTickets {
    fn name(&self) -> &'static str {
        "freshdesk_tickets"
    }

    fn about(&self) -> &'static str {
        "Freshdesk or Freshservice tickets, from the CSV export or the tickets API"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(header) = SIGNATURES.iter().find_map(|name| sample.csv_header(&["Ticket ID", name])) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        layout_of(sample, &["tickets[]", "results[]"], |ticket| {
            let has = |key: &str| ticket.get(key).is_some();
            has("fr_due_by") && (has("responder_id") || has("requester_id"))
        })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(CsvTickets::new(file)?));
        }
        Ok(Box::new(JsonTickets))
    }
}

type Dated = (usize, TimeFormat);

struct CsvTickets {
    time: Dated,
    updated: Option<Dated>,
    replied: Option<Dated>,
    /// Resolved, then closed.
    solved: Vec<Dated>,
    /// Durations until the first answer and the end.
    waited: [Option<usize>; 2],
    id: Option<usize>,
    /// Keys of the person, the best first.
    author: Vec<usize>,
    people: Vec<usize>,
    subject: Option<usize>,
    description: Option<usize>,
    source: Option<usize>,
    theme: Option<usize>,
    free: Vec<(usize, String)>,
}

impl CsvTickets {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let at = |canonical: &str, names: &[&str]| column(file, canonical, names);
        let dated = |canonical: &str, names: &[&str]| {
            let index = at(canonical, names)?;
            Some((index, TimeFormat::learn(&file.sampled(index), file.zone)))
        };
        let keys = ["contact id", "requester id", "email", "requester email", "full name", "requester name"];
        let people = ["full name", "requester name", "agent"];
        let resolved = ["resolved time", "resolved date", "closed time", "closed date"];
        Ok(Self {
            time: dated("time", &["created time", "created date"])
                .ok_or("expected a column `Created time`, found none")?,
            updated: dated("", &["last update time", "last updated time"]),
            replied: dated("first_reply_at", &["initial response time"]),
            solved: resolved.iter().filter_map(|name| dated("solved_at", &[name])).collect(),
            waited: [at("", &["first response time (in hrs)"]), at("", &["resolution time (in hrs)"])],
            id: at("complaint_id", &["ticket id"]),
            author: keys.iter().filter_map(|name| at("author_key", &[name])).collect(),
            people: people.iter().filter_map(|name| at("", &[name])).collect(),
            subject: at("", &["subject"]),
            description: at("body", &["description"]),
            source: at("channel", &["source"]),
            theme: file.header.iter().position(|label| is_theme(label)),
            free: free_columns(file),
        })
    }
}

impl RecordReader for CsvTickets {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell =
            |index: Option<usize>| index.map(|at| record.field(at)).filter(|cell| !is_missing(cell)).unwrap_or("");
        let time = parsed(Some(&self.time), record)?;
        let updated = parsed(self.updated.as_ref(), record)?;
        let after =
            |index: Option<usize>| time.zip(duration(cell(index))).map(|(time, micros)| time.saturating_add(micros));
        let replied = parsed(self.replied.as_ref(), record)?.or_else(|| after(self.waited[0]));
        let mut solved = None;
        for column in &self.solved {
            solved = solved.or(parsed(Some(column), record)?);
        }
        for index in &self.people {
            out.person(cell(Some(*index)));
        }
        let author = usable(self.author.iter().map(|index| cell(Some(*index))));
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, time)
            .text(table::COMPLAINT_ID, usable([cell(self.id)]))
            .version(updated)
            .text(table::CHANNEL, &channel(cell(self.source)))
            .text(table::AUTHOR_KEY, author)
            .text(table::BODY, &body(cell(self.subject), &plain(cell(self.description))))
            .text(table::THEME, cell(self.theme))
            .time(table::FIRST_REPLY_AT, replied)
            .time(table::SOLVED_AT, solved.or_else(|| after(self.waited[1])));
        for (index, name) in &self.free {
            let value = Some(cell(Some(*index))).filter(|value| is_category(value)).unwrap_or_default();
            match name.as_str() {
                "priority" | "status" => row.dimension(name, &value.to_lowercase()),
                _ => row.typed_dimension(name, value),
            };
        }
        row.finish();
        Ok(())
    }
}

fn parsed(column: Option<&Dated>, record: &CsvRecord) -> Result<Option<i64>, String> {
    column.map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))
}

/// Null tokens, and the labels for "nobody".
fn is_missing(cell: &str) -> bool {
    is_null(cell) || matches!(named(cell).as_str(), "no agent" | "no group" | "aucun agent" | "aucun groupe")
}

/// Microseconds of `HH:MM:SS`, hours beyond a day included; a plain number says nothing, since
/// its unit differs.
fn duration(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [hours @ 0..=99_999, minutes @ 0..=59] => Some((hours * 3600 + minutes * 60) * SECOND),
        [hours @ 0..=99_999, minutes @ 0..=59, seconds @ 0..=59] => {
            Some((hours * 3600 + minutes * 60 + seconds) * SECOND)
        }
        _ => None,
    }
}

/// Columns that become dimensions: those of the ticket and the fields that an account added,
/// which stand before the columns of the contact.
fn free_columns(file: &FileContext<'_>) -> Vec<(usize, String)> {
    let names: Vec<String> = file.header.iter().map(|label| named(label)).collect();
    let is_ticket =
        |name: &str| STANDARD.contains(&name) || matches!(name, "status" | "priority" | "type" | "tags" | "group");
    let last = names.iter().rposition(|name| is_ticket(name)).unwrap_or(0);
    let contact = names.iter().position(|name| matches!(name.as_str(), "full name" | "contact id" | "work phone"));
    let end = contact.filter(|at| *at > last).unwrap_or(names.len());
    let mut columns: Vec<(usize, String)> = Vec::new();
    for (index, name) in names[..end].iter().enumerate() {
        // Tools that rename repeated headers put `_1` or `.1` behind the name.
        let first = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches([' ', '.']);
        let is_read = [name.as_str(), first].iter().any(|name| STANDARD.contains(name) || CONTACT.contains(name));
        if is_read || is_theme(name) || is_personal(name) {
            continue;
        }
        let own = if name == "type" { Some("ticket_type".to_owned()) } else { dimension(name) };
        let fresh = own.filter(|own| columns.iter().all(|(_, known)| known != own));
        columns.extend(fresh.map(|own| (index, own)));
    }
    columns
}

struct JsonTickets;

impl RecordReader for JsonTickets {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let ticket = record.json()?;
        let id = identifier(&ticket["id"]);
        if id.is_empty() {
            return Err("expected a ticket with `id`, found none".into());
        }
        let created = text(&ticket["created_at"]);
        let time = rfc3339(created).ok_or_else(|| format!("expected a time in `created_at`, found `{created}`"))?;
        out.person(text(&ticket["requester"]["name"]));
        let stats = &ticket["stats"];
        let solved = [&stats["resolved_at"], &stats["closed_at"]].into_iter().find_map(|at| rfc3339(text(at)));
        let written = [text(&ticket["description_text"]).to_owned(), plain(text(&ticket["description"]))];
        let written = written.iter().find(|text| !text.is_empty()).map_or("", String::as_str);
        let tags: Vec<&str> = ticket["tags"].as_array().into_iter().flatten().map(text).collect();
        let custom = custom_fields(&ticket["custom_fields"]);
        let theme = custom.iter().find(|(name, _)| is_theme(name)).map_or("", |(_, value)| value);
        let is_gone = [&ticket["deleted"], &ticket["spam"]].contains(&&Value::Bool(true));
        let source = label(&ticket["source"], SOURCES);
        // A number says less than that it is a ticket.
        let source = if source.bytes().all(|byte| byte.is_ascii_digit()) { "" } else { &source };
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, Some(time))
            .text(table::COMPLAINT_ID, &id)
            .version(rfc3339(text(&ticket["updated_at"])))
            .text(table::CHANNEL, &channel(source))
            .text(table::AUTHOR_KEY, &identifier(&ticket["requester_id"]))
            .text(table::BODY, &body(text(&ticket["subject"]), written))
            .text(table::THEME, theme)
            .time(table::FIRST_REPLY_AT, rfc3339(text(&stats["first_responded_at"])))
            .time(table::SOLVED_AT, solved)
            .dimension("status", &label(&ticket["status"], STATUSES))
            .dimension("priority", &label(&ticket["priority"], PRIORITIES))
            .dimension("ticket_type", text(&ticket["type"]))
            .dimension("is_deleted", if is_gone { "true" } else { "" })
            .typed_dimension("tags", &tags.join(", "));
        for (name, value) in custom.iter().filter(|(name, _)| !is_theme(name)) {
            row.typed_dimension(name, value);
        }
        row.finish();
        Ok(())
    }
}

type Codes = &'static [(i64, &'static str)];

const STATUSES: Codes = &[(2, "open"), (3, "pending"), (4, "resolved"), (5, "closed")];
const PRIORITIES: Codes = &[(1, "low"), (2, "medium"), (3, "high"), (4, "urgent")];
const SOURCES: Codes =
    &[(1, "email"), (2, "portal"), (3, "phone"), (7, "chat"), (9, "feedback widget"), (10, "outbound email")];

/// The word for a code; a code without one stays a number, a label is in lower case.
fn label(value: &Value, codes: Codes) -> String {
    let known = value.as_i64().and_then(|code| codes.iter().find(|(known, _)| *known == code));
    known.map_or_else(|| identifier(value).to_lowercase(), |(_, word)| (*word).to_owned())
}

/// Fields that the account added: `cf_device` is `device`.
fn custom_fields(fields: &Value) -> Vec<(String, String)> {
    let entries = fields.as_object().into_iter().flatten();
    let usable = entries.filter_map(|(key, value)| {
        let label = key.strip_prefix("cf_").unwrap_or(key);
        let value = value.as_bool().map_or_else(|| identifier(value), |truth| truth.to_string());
        let is_kept = !is_personal(label) && !is_missing(&value) && is_category(&value);
        is_kept.then_some((dimension(label)?, value))
    });
    usable.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, read_in, reasons, rows_of};

    const CSV: &str = "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,Last update time,Initial response time,Time tracked,First response time (in hrs),Resolution time (in hrs),Resolution status,Tags,Device,Motif,Resolution time (in hrs)_1,Serial number,Full name,Title,Email,Company Name,Hobby\n\
        9001,\"No picture, \"\"error 503\"\"\",Closed,High,Email,Incident,agent-12,Live TV,2026-11-22 21:07:31,2026-11-23 21:07:31,2026-11-23 10:02:00,2026-11-25 10:02:00,2026-11-25 10:02:00,2026-11-22 21:25:40,00:10:00,00:18:09,12:54:29,Within SLA,\"outage,tv\",tv,Picture,x,SN1,Ada Morvane,Director,v501@mail.example,Exemplia,chess\n\
        9002,App freezes,Open,Low,Portal,,No Agent,,2026-11-22 21:09:02,,,,2026-11-22 21:09:02,,00:00:00,112:04:09,,,,,,,,,,v502@mail.example,,\n\
        9003,x,Open,Low,Portal,,,,soon,,,,,,,,,,,,,,,,,,,\n";

    #[test]
    fn tickets_of_the_export_are_complaints_in_the_zone_of_the_help_desk() {
        let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let piece = read_in(&FreshdeskTickets, "tickets.csv", CSV, &paris);
        let rows = rows_of(&piece, "complaints");
        assert!(
            rows[0].starts_with("time=2026-11-22T20:07:31Z complaint_id=9001 channel=e-mail author_key=email-"),
            "{}",
            rows[0]
        );
        assert!(
            rows[0].ends_with(
                "body=No picture, \"error 503\" theme=Picture first_reply_at=2026-11-22T20:25:40Z \
                 solved_at=2026-11-23T09:02:00Z device=tv group=Live TV priority=high status=closed tags=outage,tv \
                 ticket_type=Incident"
            ),
            "{}",
            rows[0]
        );
        assert!(
            rows[1].contains("first_reply_at=2026-11-27T12:13:11Z") && !rows[1].contains("solved_at"),
            "{}",
            rows[1]
        );
        assert_eq!(reasons(&piece), ["expected a time, found `soon`"]);
        assert_eq!(
            piece.people.iter().filter(|name| !name.is_empty()).collect::<Vec<_>>(),
            ["Ada Morvane", "agent-12"]
        );
    }

    #[test]
    fn a_few_columns_in_title_case_are_enough() {
        let text = "Created Time;Ticket Id;Requester Name;Impact\n22-11-2026 21:07;INC-7;Ada Morvane;High\n";
        let rows = rows_of(&read(&FreshdeskTickets, "tickets.csv", text), "complaints");
        assert!(rows[0].starts_with("time=2026-11-22T21:07:00Z complaint_id=INC-7 channel=ticket"), "{}", rows[0]);
        assert!(rows[0].ends_with("impact=High"), "{}", rows[0]);
    }

    #[test]
    fn tickets_of_the_api_have_the_same_meaning() {
        let text = r#"[{"id":9001,"subject":"No picture","type":null,"status":5,"priority":3,"source":1,"created_at":"2026-11-22T20:07:31Z","updated_at":"2026-11-25T09:02:00Z","due_by":"2026-11-23T20:07:31Z","fr_due_by":"2026-11-22T21:07:31Z","tags":["outage"],"custom_fields":{"cf_device":"tv","cf_customer_name":"Ada Morvane","cf_motif":"Picture"},"requester_id":501,"responder_id":12,"description":"<p>Since nine</p>","stats":{"first_responded_at":"2026-11-22T20:25:40Z"}},
          {"id":9002,"fr_due_by":null,"responder_id":null,"created_at":"2026-11-22T20:09:02Z","status":17,"source":100,"spam":true},
          {"id":9003,"fr_due_by":null,"responder_id":null,"created_at":null}]"#;
        let piece = read(&FreshdeskTickets, "tickets.json", text);
        let rows = rows_of(&piece, "complaints");
        assert!(
            rows[0].contains("channel=e-mail") && rows[0].contains("body=No picture\nSince nine theme=Picture"),
            "{}",
            rows[0]
        );
        assert!(rows[0].ends_with("device=tv priority=high status=closed tags=outage"), "{}", rows[0]);
        assert_eq!(rows[1], "time=2026-11-22T20:09:02Z complaint_id=9002 channel=ticket is_deleted=true status=17");
        assert_eq!(reasons(&piece), ["expected a time in `created_at`, found ``"]);
        let page = format!("{{\"tickets\":{text}}}");
        assert_eq!(rows_of(&read(&FreshdeskTickets, "tickets.json", &page), "complaints"), rows);
    }
}

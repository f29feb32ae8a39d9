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
//! repeated ticket is one row, by its id: the one that was updated last. Lists of a view (columns
//! as the agent sees them, English or French) are read too. Custom fields of JSON have numbers for
//! names: they are `field_<number>` unless a mapping names them. Of comments and audits only the
//! first answer and the solution are read. Deleted tickets carry `is_deleted`.

use serde_json::Value;

use crate::ingest::mention::{body, channel, column, dimension, is_category, is_personal, is_theme, usable};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{TimeFormat, rfc3339};
use crate::ingest::values::{NumberFormat, is_null};
use crate::schema::complaints as table;

/// Microseconds of a minute.
const MINUTE: f64 = 60e6;

/// Users beside the tickets of an API page.
const USERS: &str = "users[]";

/// Columns by which the CSV export and the lists of a view are known.
const HEADERS: &[&[&str]] = &[
    &["Summation column", "Id"],
    &["Requester", "First reply time in minutes"],
    &["Requester", "Requester id", "Subject", "Created at"],
    &["Requester", "Subject", "Requested"],
    &["Requester", "Subject", "Assignee", "Created"],
    &["Demandeur", "Sujet", "Date de création"],
    &["Demandeur", "Sujet", "Créé le"],
    &["Demandeur", "Sujet", "Créé"],
    &["Demandeur", "Sujet", "Demandé"],
    &["Demandeur", "Objet", "Date de création"],
    &["Demandeur", "Objet", "Créé le"],
    &["Demandeur", "Sujet", "Date de la demande"],
];

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

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(header) = HEADERS.iter().find_map(|names| sample.csv_header(names)) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        let is_ticket = |value: &Value| {
            let has = |key: &str| unwrapped(value).get(key).is_some();
            has("requester_id") && has("via") && (has("raw_subject") || (has("subject") && has("submitter_id")))
        };
        layout_of(sample, &["tickets[]", USERS], is_ticket).or_else(|| layout_of(sample, &["results[]"], is_ticket))
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
        if matches!(record, Record::Json { path: USERS, .. }) {
            out.person(text(&value["name"]));
            return Ok(());
        }
        let ticket = unwrapped(&value);
        let id = identifier(&ticket["id"]);
        if id.is_empty() {
            return Err("expected a ticket with `id`, found none".into());
        }
        let created = text(&ticket["created_at"]);
        let time = rfc3339(created).ok_or_else(|| format!("expected a time in `created_at`, found `{created}`"))?;
        people(ticket, out);
        let metrics = &ticket["metric_set"];
        let minutes = metrics["reply_time_in_minutes"]["calendar"].as_f64();
        let reply = minutes.and_then(|minutes| later(time, minutes)).or_else(|| first_reply(ticket));
        let subject = [text(&ticket["subject"]), text(&ticket["raw_subject"])];
        let subject = subject.into_iter().find(|subject| !subject.is_empty()).unwrap_or_default();
        let free = self.dimensions(ticket);
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, Some(time))
            .text(table::COMPLAINT_ID, &id)
            .version(rfc3339(text(&ticket["updated_at"])))
            .text(table::CHANNEL, &channel(text(&ticket["via"]["channel"])))
            .text(table::AUTHOR_KEY, &identifier(&ticket["requester_id"]))
            .text(table::BODY, &body(subject, text(&ticket["description"])))
            .time(table::FIRST_REPLY_AT, reply)
            .time(table::SOLVED_AT, rfc3339(text(&metrics["solved_at"])).or_else(|| solved(ticket)));
        for (name, value) in &free {
            row.typed_dimension(name, value);
        }
        if text(&ticket["status"]) == "deleted" {
            row.dimension("is_deleted", "true");
        }
        row.finish();
        Ok(())
    }
}

impl JsonTickets {
    fn dimensions(&self, ticket: &Value) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, field) in [("priority", "priority"), ("status", "status"), ("ticket_type", "type")] {
            found.push((name.to_owned(), text(&ticket[field]).to_owned()));
        }
        found.push(("problem_id".to_owned(), identifier(&ticket["problem_id"])));
        let tags: Vec<&str> = ticket["tags"].as_array().into_iter().flatten().map(text).collect();
        found.push(("tags".to_owned(), tags.join(" ")));
        for field in ticket["custom_fields"].as_array().into_iter().flatten() {
            let (number, value) = (identifier(&field["id"]), chosen(&field["value"]));
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
    updated: Option<(usize, TimeFormat)>,
    solved: Option<(usize, TimeFormat)>,
    id: Option<usize>,
    requester: Option<usize>,
    requester_id: Option<usize>,
    people: Vec<usize>,
    subject: Option<usize>,
    description: Option<usize>,
    via: Option<usize>,
    theme: Option<usize>,
    status: Option<usize>,
    reply_minutes: Option<(usize, NumberFormat)>,
    solution_minutes: Option<(usize, NumberFormat)>,
    free: Vec<(usize, String)>,
}

impl CsvTickets {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let dated = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        let at = |canonical: &str, names: &[&str]| column(file, canonical, names);
        let time = at("time", CREATED).ok_or("expected a column `Created at`, found none")?;
        let number = |index: usize| (index, NumberFormat::learn(&file.sampled(index), file.decimal));
        let people: &[&[&str]] = &[&["requester", "demandeur"], &["submitter"], &["assignee", "assigne", "assigne a"]];
        Ok(Self {
            time: dated(time),
            updated: at("", &["updated at", "updated", "mis a jour", "mis a jour le", "date de mise a jour"])
                .map(dated),
            solved: at("solved_at", &["solved at", "solved", "resolu le", "resolu"]).map(dated),
            id: at("complaint_id", &["id", "ticket id", "id du ticket"]),
            requester: at("author_key", &["requester email", "requester", "demandeur"]),
            requester_id: at("author_key", &["requester id"]),
            people: people.iter().filter_map(|names| at("", names)).collect(),
            subject: at("subject", &["subject", "sujet", "objet"]),
            description: at("body", &["description", "body"]),
            via: at("channel", &["via", "channel", "canal"]),
            theme: custom(file).find(|(_, name)| is_theme(name)).map(|(index, _)| index),
            status: at("", &["status", "ticket status", "statut"]),
            reply_minutes: at("first_reply_at", &["first reply time in minutes"]).map(number),
            solution_minutes: at("", &["full resolution time in minutes"]).map(number),
            free: free_columns(file),
        })
    }

    /// The instant some minutes after the creation.
    fn after(
        column: Option<&(usize, NumberFormat)>,
        record: &CsvRecord,
        time: Option<i64>,
    ) -> Result<Option<i64>, String> {
        let Some((index, format)) = column else { return Ok(None) };
        let minutes = format.parse(record.field(*index))?;
        Ok(time.zip(minutes).and_then(|(time, minutes)| later(time, minutes)))
    }
}

impl RecordReader for CsvTickets {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map(|at| record.field(at)).filter(|cell| !is_null(cell)).unwrap_or("");
        let time = self.time.1.parse(record.field(self.time.0))?;
        let dated = |column: &Option<(usize, TimeFormat)>| {
            column.as_ref().map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))
        };
        let updated = dated(&self.updated)?;
        let status = cell(self.status).to_lowercase();
        // A ticket that was opened again keeps the time of its first solution in this column.
        let is_over = matches!(status.as_str(), "solved" | "closed" | "resolu" | "résolu" | "clos" | "fermé" | "ferme");
        let by_minutes = if is_over { Self::after(self.solution_minutes.as_ref(), record, time)? } else { None };
        let solved = dated(&self.solved)?.or(by_minutes);
        let reply = Self::after(self.reply_minutes.as_ref(), record, time)?;
        for index in &self.people {
            out.person(cell(Some(*index)));
        }
        let author = [cell(self.requester_id), cell(self.requester)];
        let author = author.into_iter().find(|key| !key.is_empty()).unwrap_or_default();
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, time)
            .text(table::COMPLAINT_ID, usable([cell(self.id).trim_start_matches('#')]))
            .version(updated)
            .text(table::CHANNEL, &channel(cell(self.via)))
            .text(table::AUTHOR_KEY, author)
            .text(table::BODY, &body(cell(self.subject), cell(self.description)))
            .text(table::THEME, cell(self.theme))
            .time(table::FIRST_REPLY_AT, reply)
            .time(table::SOLVED_AT, solved);
        for (index, name) in &self.free {
            let value = Some(cell(Some(*index))).filter(|value| is_category(value)).unwrap_or_default();
            match name.as_str() {
                // As the JSON exports write them.
                "priority" | "status" | "ticket_type" => row.dimension(name, &value.to_lowercase()),
                "tags" => row.typed_dimension(name, &spaced(value)),
                _ => row.typed_dimension(name, value),
            };
        }
        if status == "deleted" {
            row.dimension("is_deleted", "true");
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

fn free_columns(file: &FileContext<'_>) -> Vec<(usize, String)> {
    let standard: &[(&str, &[&str])] = &[
        ("priority", &["priority", "priorite"]),
        ("status", &["status", "ticket status", "statut"]),
        ("ticket_type", &["ticket type", "type", "type de ticket"]),
        ("tags", &["tags", "marqueurs"]),
    ];
    let named = standard.iter().filter_map(|(name, names)| Some((column(file, "", names)?, (*name).to_owned())));
    let mut columns: Vec<(usize, String)> = named.collect();
    for (index, label) in custom(file).filter(|(_, label)| !is_theme(label) && !is_personal(label)) {
        let Some(name) = dimension(label) else { continue };
        if columns.iter().all(|(_, known)| *known != name) {
            columns.push((index, name));
        }
    }
    columns
}

/// Names of a column with the time of creation, folded.
const CREATED: &[&str] =
    &["created at", "created", "requested", "date de creation", "cree le", "cree", "demande", "date de la demande"];

/// Tags apart by spaces, whatever the export put between them.
fn spaced(tags: &str) -> String {
    tags.split([',', ' ']).filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What was entered or chosen in a custom field.
fn chosen(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Array(options) => options.iter().map(text).collect::<Vec<_>>().join(" "),
        other => identifier(other),
    }
}

fn people(ticket: &Value, out: &mut Rows) {
    let named = [&ticket["requester"], &ticket["submitter"], &ticket["assignee"], &ticket["via"]["source"]["from"]];
    let comments = ticket["comments"].as_array().into_iter().flatten().map(|comment| &comment["author"]);
    for person in named.into_iter().chain(comments) {
        out.person(text(&person["name"]));
    }
}

/// Comments of a ticket and the events of its audits that are comments, with their time.
fn comments(ticket: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let list = |key: &str| ticket[key].as_array().into_iter().flatten();
    let own = list("comments").map(|comment| (comment, comment));
    own.chain(events(ticket).filter(|(_, event)| text(&event["type"]) == "Comment"))
}

/// Events of the audits, each with its audit, which has the time.
fn events(ticket: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let audits = ticket["audits"].as_array().into_iter().flatten();
    audits.flat_map(|audit| audit["events"].as_array().into_iter().flatten().map(move |event| (audit, event)))
}

/// The first public comment of someone other than the requester.
fn first_reply(ticket: &Value) -> Option<i64> {
    let requester = identifier(&ticket["requester_id"]);
    let answers = comments(ticket).filter(|(_, comment)| {
        let author = identifier(&comment["author_id"]);
        comment["public"] != Value::Bool(false) && !author.is_empty() && author != requester
    });
    answers.filter_map(|(at, _)| rfc3339(text(&at["created_at"]))).min()
}

/// The last time that an audit set the status to solved, unless it was opened again.
fn solved(ticket: &Value) -> Option<i64> {
    let changes = events(ticket).filter(|(_, event)| text(&event["field_name"]) == "status");
    let timed =
        changes.filter_map(|(audit, event)| Some((rfc3339(text(&audit["created_at"]))?, text(&event["value"]))));
    let mut timed: Vec<(i64, &str)> = timed.collect();
    timed.sort_unstable();
    let is_over = timed.last().is_some_and(|(_, status)| matches!(*status, "solved" | "closed"));
    timed.iter().rfind(|(_, status)| *status == "solved").filter(|_| is_over).map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, read_in, reasons, rows_of};

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
            ["complaint_id=7", "first_reply_at=2027-02-03T19:18:00Z", "theme=Sound", "device=TV", "priority=high"]
        {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn comments_and_audits_tell_the_first_answer_and_the_solution() {
        let more = r#""status":"solved","updated_at":"2027-02-03T21:00:00Z",
          "comments":[{"author_id":9,"public":true,"created_at":"2027-02-03T19:01:00Z"},{"author_id":3,"public":false,"created_at":"2027-02-03T19:02:00Z"},
            {"author_id":3,"public":true,"created_at":"2027-02-03T19:30:00Z"}],
          "audits":[{"created_at":"2027-02-03T19:20:00Z","events":[{"type":"Comment","public":true,"author_id":4}]},
            {"created_at":"2027-02-03T20:30:00Z","events":[{"type":"Change","field_name":"status","value":"solved"}]}]"#;
        let ticket = TICKET.split(r#","metric_set""#).next().unwrap();
        let text = format!("{ticket},{more}}}}}").replace('\n', "");
        let rows = rows_of(&read(&ZendeskTickets, "tickets.json", &text), "complaints");
        assert!(rows[0].contains("first_reply_at=2027-02-03T19:20:00Z solved_at=2027-02-03T20:30:00Z"), "{}", rows[0]);
    }

    #[test]
    fn every_envelope_is_read_and_users_beside_tickets_are_hidden() {
        let ticket = TICKET.strip_prefix(r#"{"ticket":"#).and_then(|rest| rest.strip_suffix('}')).unwrap();
        let row = rows_of(&read(&ZendeskTickets, "t.json", TICKET), "complaints");
        let page = format!(r#"{{"tickets":[{ticket}],"users":[{{"id":9,"name":"Ada Morvane"}}],"after_cursor":"x"}}"#);
        let piece = read(&ZendeskTickets, "t.json", &page);
        assert_eq!(rows_of(&piece, "complaints"), row);
        assert_eq!(piece.people, ["Ada Morvane"]);
        for text in [format!("[{TICKET}]"), format!("{ticket}\n{ticket}\n"), format!(r#"{{"results":[{ticket}]}}"#)] {
            assert_eq!(rows_of(&read(&ZendeskTickets, "t.json", &text), "complaints")[0], row[0]);
        }
    }

    #[test]
    fn a_later_state_of_a_ticket_has_a_higher_version() {
        let later = TICKET.replace(r#""id":7,"#, r#""id":7,"updated_at":"2027-02-03T21:00:00Z","status":"deleted","#);
        let piece = read(&ZendeskTickets, "t.json", &format!("{TICKET}\n{later}\n"));
        let versions = &piece.tables[0].versions;
        assert!(versions[0] < versions[1]);
        assert!(rows_of(&piece, "complaints")[1].contains("is_deleted=true"));
    }

    #[test]
    fn a_french_list_of_a_view_is_read_in_the_zone_of_the_account() {
        let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let text = "ID;Sujet;Demandeur;Date de création;Statut;Priorité;Nom du client [txt];Appareil [list]\n\
            #88001;Plus d'image;Ada Morvane;22/11/2026 21:07;Ouvert;Haute;Ada Morvane;TV\n";
        let piece = read_in(&ZendeskTickets, "vue.csv", text, &paris);
        let rows = rows_of(&piece, "complaints");
        assert!(
            rows[0].starts_with("time=2026-11-22T20:07:00Z complaint_id=88001 channel=ticket author_key="),
            "{}",
            rows[0]
        );
        assert!(rows[0].ends_with("body=Plus d'image device=TV priority=haute status=ouvert"), "{}", rows[0]);
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn the_solution_comes_from_whole_minutes_where_the_time_is_missing() {
        let text = "Summation column,Id,Requester,Subject,Tags,Status,Created at,Resolution time,Full resolution time in minutes\n\
            1,7,v,s,\"live, tv\",Closed,2027-02-03 19:00,2,95\n1,8,v,s,,Open,2027-02-03 19:00,2,95\n";
        let rows = rows_of(&read(&ZendeskTickets, "tickets.csv", text), "complaints");
        assert!(rows[0].contains("solved_at=2027-02-03T20:35:00Z") && rows[0].contains("tags=live tv"), "{}", rows[0]);
        assert!(!rows[1].contains("solved_at"));
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

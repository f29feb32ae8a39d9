//! Conversations of Intercom, from its API or as a list of messages, into table `complaints`.
//!
//! Vendor: <https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>.
//! Three lines of it:
//! ```text
//! {"type":"conversation.list","conversations":[{"type":"conversation","id":"215001",
//!   "created_at":1795378051,"state":"closed","source":{"type":"email","body":"<p>No picture</p>",
//!   "author":{"type":"user","id":"u-501"}},"statistics":{"time_to_admin_reply":640}}]}
//! ```
//! Epochs are seconds, and times of messages are UTC; bodies are HTML. One row is one conversation, however many messages it has:
//! of a list of messages the first one of the customer is kept, the others count as repeated. A
//! conversation that a bot began carries `is_bot`, one that staff began `started_by`. Answers to
//! the rating and the text of later messages are not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::markup::plain;
use crate::ingest::mention::{body, channel, dimension, is_category, is_personal, is_theme};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::{TimeFormat, epoch_value};
use crate::ingest::values::is_null;
use crate::schema::complaints as table;

/// Above every time in microseconds: puts messages of customers before all others.
const CUSTOMER_FIRST: i64 = 1 << 62;

/// Conversations of Intercom.
#[derive(Debug)]
pub struct IntercomConversations;

impl Source for IntercomConversations {
    fn name(&self) -> &'static str {
        "intercom_conversations"
    }

    fn about(&self) -> &'static str {
        "Intercom conversations, from its API (JSON) or as a list of messages (CSV)"
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
        if let Some(header) = sample.csv_header(&["message_body", "message_author_type", "conversation_id"]) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        layout_of(sample, &["conversations[]", "data[]"], |value| {
            let is_named = text(&value["type"]) == "conversation";
            let has = |key: &str| value.get(key).is_some();
            let is_shaped = has("waiting_since") && has("source") && has("state");
            (is_named && (has("created_at") || has("source") || has("state"))) || is_shaped
        })
    }

    fn zone(&self, _sample: &Sample, _case: &TimeZone) -> Option<TimeZone> {
        Some(TimeZone::UTC)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(Messages::new(file)?));
        }
        Ok(Box::new(Conversations))
    }
}

struct Conversations;

impl RecordReader for Conversations {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let id = identifier(&value["id"]);
        if id.is_empty() {
            return Err("expected a conversation with `id`, found none".into());
        }
        let created = &value["created_at"];
        let time = epoch_value(created).ok_or_else(|| format!("expected a time in `created_at`, found `{created}`"))?;
        let (source, author) = (&value["source"], &value["source"]["author"]);
        people(&value, out);
        let kind = text(&source["type"]);
        let subjects = [&value["title"], &source["subject"]].map(|subject| plain(text(subject)));
        let subject = subjects.into_iter().find(|subject| !subject.is_empty()).unwrap_or_default();
        let tags = tags(&value);
        let free = attributes(&value["custom_attributes"]);
        let theme = free.iter().find(|(name, _)| is_theme(name)).map(|(_, value)| value.as_str());
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, Some(time))
            .text(table::COMPLAINT_ID, &id)
            .version(epoch_value(&value["updated_at"]))
            .text(table::CHANNEL, &if matches!(kind, "" | "conversation") { "chat".into() } else { channel(kind) })
            .text(table::AUTHOR_KEY, &customer(&value))
            .text(table::BODY, &body(&subject, &plain(text(&source["body"]))))
            .text(table::THEME, theme.or(tags.first().copied()).unwrap_or_default())
            .time(table::FIRST_REPLY_AT, first_reply(&value, time))
            .time(table::SOLVED_AT, solved(&value))
            .dimension("status", text(&value["state"]))
            .dimension("priority", text(&value["priority"]))
            .typed_dimension("tags", &tags.join(", "));
        for (name, value) in free.iter().filter(|(name, _)| !is_theme(name)) {
            row.typed_dimension(name, value);
        }
        let is_sent =
            matches!(text(&source["delivered_as"]), "automated" | "campaigns_initiated" | "operator_initiated");
        mark(text(&author["type"]), is_sent, &mut row);
        row.finish();
        Ok(())
    }
}

/// Marks what no customer began.
fn mark(author_type: &str, is_sent_by_rule: bool, row: &mut crate::ingest::rows::Row<'_>) {
    if author_type == "bot" || is_sent_by_rule {
        row.dimension("is_bot", "true");
    } else if matches!(author_type, "admin" | "team") {
        row.dimension("started_by", "staff");
    }
}

fn people(value: &Value, out: &mut Rows) {
    out.person(text(&value["source"]["author"]["name"]));
    for contact in list(&value["contacts"], "contacts") {
        out.person(text(&contact["name"]));
    }
    for part in list(&value["conversation_parts"], "conversation_parts") {
        if text(&part["author"]["type"]) != "bot" {
            out.person(text(&part["author"]["name"]));
        }
    }
}

/// Who complains: the number that the company itself gave, else that of Intercom.
fn customer(value: &Value) -> String {
    let contact = list(&value["contacts"], "contacts").next().unwrap_or(&Value::Null);
    let author = &value["source"]["author"];
    let is_customer = !matches!(text(&author["type"]), "admin" | "bot" | "team");
    let own = if is_customer { author } else { &Value::Null };
    let keys = [&contact["external_id"], &own["id"], &contact["id"], &own["email"]];
    keys.into_iter().map(identifier).find(|key| !key.is_empty()).unwrap_or_default()
}

/// Elements of a list of Intercom: `{"type": ..., "tags": [...]}`, or the array alone.
fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().or(value.as_array()).into_iter().flatten()
}

fn tags(value: &Value) -> Vec<&str> {
    list(&value["tags"], "tags")
        .map(|tag| tag.as_str().unwrap_or(text(&tag["name"])))
        .filter(|tag| !tag.is_empty())
        .collect()
}

fn attributes(attributes: &Value) -> Vec<(String, String)> {
    let entries = attributes.as_object().into_iter().flatten();
    let usable = entries.filter(|(label, _)| !is_personal(label)).filter_map(|(label, value)| {
        let value = value.as_bool().map_or_else(|| identifier(value), |truth| truth.to_string());
        (!is_null(&value) && is_category(&value)).then_some((dimension(label)?, value))
    });
    usable.collect()
}

/// When staff first answered: as stated, else the first answer among the messages, else after
/// the stated time.
fn first_reply(value: &Value, time: i64) -> Option<i64> {
    let statistics = &value["statistics"];
    let parts = list(&value["conversation_parts"], "conversation_parts");
    let is_answer = |part: &&Value| text(&part["author"]["type"]) == "admin" && text(&part["part_type"]) == "comment";
    epoch_value(&statistics["first_admin_reply_at"])
        .or_else(|| parts.filter(is_answer).filter_map(|part| epoch_value(&part["created_at"])).min())
        .or_else(|| {
            statistics["time_to_admin_reply"]
                .as_i64()
                .map(|seconds| time.saturating_add(seconds.saturating_mul(1_000_000)))
        })
}

/// When it was closed, unless it is open again.
fn solved(value: &Value) -> Option<i64> {
    let statistics = &value["statistics"];
    let is_open = matches!(text(&value["state"]), "open" | "snoozed") || value["open"] == Value::Bool(true);
    let closed = epoch_value(&statistics["last_close_at"]).or_else(|| epoch_value(&statistics["first_close_at"]));
    closed.filter(|_| !is_open)
}

/// Columns of the list of messages.
struct Messages {
    conversation: (usize, Option<(usize, TimeFormat)>),
    message: Option<(usize, TimeFormat)>,
    reply: Option<(usize, TimeFormat)>,
    closed: Option<(usize, TimeFormat)>,
    body: Option<usize>,
    author_type: Option<usize>,
    author: Vec<usize>,
    name: Option<usize>,
    tags: Option<usize>,
    state: Option<usize>,
}

impl Messages {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let at = |canonical: &str, name: &str| file.column(canonical, &[name]);
        let dated = |canonical: &str, name: &str| {
            let index = at(canonical, name)?;
            Some((index, TimeFormat::learn(&file.sampled(index), file.zone)))
        };
        let message = dated("", "message_created_at");
        let began = dated("time", "conversation_created_at");
        if message.is_none() && began.is_none() {
            return Err("expected a column `conversation_created_at`, found none".into());
        }
        let id = at("complaint_id", "conversation_id").ok_or("expected a column `conversation_id`, found none")?;
        let keys = ["message_author_user_id", "message_author_id", "message_author_email"];
        Ok(Self {
            conversation: (id, began),
            message,
            reply: dated("first_reply_at", "conversation_first_response_at"),
            closed: dated("solved_at", "conversation_closed_at"),
            body: at("body", "message_body"),
            author_type: at("", "message_author_type"),
            author: keys.iter().filter_map(|name| at("author_key", name)).collect(),
            name: at("", "message_author_name"),
            tags: at("theme", "conversation_tags"),
            state: at("", "conversation_state"),
        })
    }
}

impl RecordReader for Messages {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let cell = |index: Option<usize>| index.map(|at| record.field(at)).filter(|cell| !is_null(cell)).unwrap_or("");
        let time = |column: &Option<(usize, TimeFormat)>| {
            column.as_ref().map_or(Ok(None), |(index, format)| format.parse(record.field(*index)))
        };
        let sent = time(&self.message)?;
        let began = time(&self.conversation.1)?.or(sent);
        let (reply, closed) = (time(&self.reply)?, time(&self.closed)?);
        let author_type = cell(self.author_type);
        let is_customer = matches!(author_type, "user" | "lead" | "contact" | "visitor");
        if author_type != "bot" {
            out.person(cell(self.name));
        }
        let author = self.author.iter().map(|index| cell(Some(*index))).find(|key| !key.is_empty() && is_customer);
        let earliest = sent.map(|sent| if is_customer { CUSTOMER_FIRST - sent } else { -sent });
        let tags = cell(self.tags);
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, began)
            .text(table::COMPLAINT_ID, cell(Some(self.conversation.0)))
            .version(earliest)
            .text(table::CHANNEL, "chat")
            .text(table::AUTHOR_KEY, author.unwrap_or_default())
            .text(table::BODY, &plain(cell(self.body)))
            .text(table::THEME, tags.split([',', ';']).next().unwrap_or_default().trim())
            .time(table::FIRST_REPLY_AT, reply)
            .time(table::SOLVED_AT, closed)
            .dimension("status", cell(self.state))
            .typed_dimension("tags", tags);
        mark(author_type, false, &mut row);
        row.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const CONVERSATION: &str = r#"{"type":"conversation","id":"215001","title":null,"created_at":1795378051,"updated_at":1795380000,"waiting_since":null,"open":false,"state":"closed","priority":"not_priority","tags":{"type":"tag.list","tags":[{"type":"tag","id":"9","name":"outage"}]},
      "source":{"type":"conversation","body":"<p>Écran noir<br>sur la chaîne 1</p>","author":{"type":"user","id":"u-501","name":"Ada Morvane"}},"custom_attributes":{"Device":"tv","Full name":"Ada Morvane","Plan":null},"statistics":{"time_to_admin_reply":640,"last_close_at":1795379000,"count_reopens":0}}"#;

    #[test]
    fn a_conversation_is_one_complaint_in_every_envelope() {
        let list = format!(
            r#"{{"type":"conversation.list","conversations":[{CONVERSATION},{{"type":"conversation","id":"2","created_at":"x"}}],"pages":{{}}}}"#
        );
        let piece = read(&IntercomConversations, "i.json", &list);
        let row = rows_of(&piece, "complaints").remove(0);
        for part in [
            "time=2026-11-22T20:07:31Z complaint_id=215001 channel=chat author_key=",
            "body=Écran noir\nsur la chaîne 1 theme=outage",
            "first_reply_at=2026-11-22T20:18:11Z solved_at=2026-11-22T20:23:20Z device=tv priority=not_priority status=closed tags=outage",
        ] {
            assert!(row.contains(part), "{part} in {row}");
        }
        assert!(!row.contains("full_name"));
        assert_eq!(reasons(&piece), [r#"expected a time in `created_at`, found `"x"`"#]);
        let line = CONVERSATION.replace('\n', "");
        for text in [CONVERSATION.to_owned(), format!("[{CONVERSATION}]"), format!("{line}\n{line}\n")] {
            assert_eq!(rows_of(&read(&IntercomConversations, "i.json", &text), "complaints")[0], row);
        }
    }

    #[test]
    fn what_no_customer_began_says_so_and_an_open_one_is_not_solved() {
        let bot = CONVERSATION.replace(r#""type":"user""#, r#""type":"bot""#).replace("closed", "open");
        let row = rows_of(&read(&IntercomConversations, "i.json", &bot), "complaints").remove(0);
        assert!(row.contains("is_bot=true") && !row.contains("solved_at") && !row.contains("author_key"), "{row}");
        let staff = CONVERSATION.replace(r#""type":"user""#, r#""type":"admin""#);
        assert!(rows_of(&read(&IntercomConversations, "i.json", &staff), "complaints")[0].contains("started_by=staff"));
    }

    #[test]
    fn of_a_list_of_messages_the_first_of_the_customer_counts() {
        let text = "message_id,message_body,message_created_at,message_author_type,message_author_id,message_author_name,conversation_id,conversation_created_at,conversation_first_response_at,conversation_closed_at\n\
            1,Hello,2026-11-22 20:07:31,bot,b,Robo,7,2026-11-22 20:07:31,2026-11-22 20:20:00,\n\
            2,<p>Black screen</p>,2026-11-22 20:08:00,user,u,Ada Morvane,7,2026-11-22 20:07:31,2026-11-22 20:20:00,\n\
            3,Still,2026-11-22 20:30:00,user,u,Ada Morvane,7,2026-11-22 20:07:31,2026-11-22 20:20:00,\n";
        let piece = read(&IntercomConversations, "messages.csv", text);
        let rows = rows_of(&piece, "complaints");
        assert!(rows[0].contains("is_bot=true") && rows[1].contains("body=Black screen"), "{rows:?}");
        let versions = &piece.tables[0].versions;
        assert!(versions[1] > versions[2] && versions[2] > versions[0], "{versions:?}");
        assert_eq!(piece.people, ["Ada Morvane", "Ada Morvane"]);
    }
}

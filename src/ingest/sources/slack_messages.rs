//! Messages of a Slack export, one day of one channel a file, into table `timeline_events`.
//! `users.json` beside them gives the names of people to hide, as does the log of integrations;
//! `channels.json` is known and has nothing to keep.
//!
//! Vendor: <https://slack.com/help/articles/220556107>. Three lines of it:
//! ```text
//! [{"type":"message","user":"U01","text":"Black screen on ch1?","ts":"1795377912.000200"},
//!  {"type":"message","user":"U02","text":"&gt; confirmed, origin 5xx","ts":"1795377950.000300"},
//!  {"type":"message","subtype":"channel_join","user":"U03","text":"...","ts":"1795377999.000400"}]
//! ```
//! A message has a milestone only when its words state one plainly; what a bot says of one alert
//! is the end of that alert, not of the incident. A message is known again by its channel (the
//! folder) and `ts`, and counts as it was edited last. Joins, leaves and topic changes are no
//! notes and are left out. Reactions and files are not read. File names are no times.

use serde_json::Value;

use crate::ingest::milestone;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::epoch;
use crate::schema::timeline_events as table;

/// Kinds of messages that Slack writes by itself.
const SYSTEM: &[&str] = &[
    "_join",
    "_leave",
    "_topic",
    "_purpose",
    "_name",
    "_archive",
    "_unarchive",
    "bot_add",
    "bot_remove",
    "pinned_item",
    "bot_enable",
    "bot_disable",
    "reminder_add",
    "tombstone",
    "huddle_thread",
    "sh_room_created",
    "_posting_permissions",
    "_convert_to_private",
    "_convert_to_public",
];

/// Messages of Slack.
#[derive(Debug)]
pub struct SlackMessages;

impl Source for SlackMessages {
    fn name(&self) -> &'static str {
        "slack_messages"
    }

    fn about(&self) -> &'static str {
        "Messages of a Slack channel export: a folder a channel, a JSON file a day, with users.json beside them"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["timeline_events"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn keeps_newest(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_companion = |value: &Value| is_user(value) || is_channel(value) || is_integration(value);
        layout_of(sample, &["messages[]"], is_message).or_else(|| {
            layout_of(sample, &[], is_companion).filter(|layout| *layout == Layout::Json { paths: &["[]"] })
        })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Messages))
    }
}

struct Messages;

impl RecordReader for Messages {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if is_user(&value) {
            name_person(&value, out);
            return Ok(());
        }
        if is_channel(&value) {
            return Ok(());
        }
        if is_integration(&value) {
            out.person(text(&value["user_name"]));
            return Ok(());
        }
        let time = epoch(text(&value["ts"])).ok_or("expected a message with `ts`, found none")?;
        name_author(&value, out);
        let subtype = text(&value["subtype"]);
        let body = written(&value);
        if body.is_empty() || SYSTEM.iter().any(|kind| subtype.ends_with(kind)) {
            return Ok(());
        }
        let is_bot = subtype == "bot_message" || value.get("bot_id").is_some_and(Value::is_string);
        let is_plain = |milestone: &&str| !is_bot || matches!(*milestone, "detected" | "acknowledged");
        let channel = out.file().rsplit('/').nth(1).unwrap_or_default();
        let id = format!("slack:{channel}:{}", text(&value["ts"]));
        out.row(&table::TABLE)
            .time(table::TIME, Some(time))
            .text(table::MILESTONE, milestone::stated(&body).filter(is_plain).unwrap_or_default())
            .text(table::BODY, &body)
            .text(table::ORIGIN, "slack")
            .identity(&id)
            .version(epoch(text(&value["edited"]["ts"])))
            .finish();
        Ok(())
    }
}

fn is_message(value: &Value) -> bool {
    let is_number = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let time = text(&value["ts"]).split_once('.');
    text(&value["type"]) == "message"
        && time.is_some_and(|(seconds, rest)| is_number(seconds, 10) && is_number(rest, 6))
}

/// A person of `users.json`.
fn is_user(value: &Value) -> bool {
    text(&value["id"]).starts_with(['U', 'W']) && value.get("profile").is_some() && value.get("name").is_some()
}

/// A channel of `channels.json`, `groups.json`, `dms.json` or `mpims.json`.
fn is_channel(value: &Value) -> bool {
    text(&value["id"]).starts_with(['C', 'G', 'D']) && value.get("members").is_some() && value.get("created").is_some()
}

/// A line of `integration_logs.json`.
fn is_integration(value: &Value) -> bool {
    value.get("change_type").is_some() && value.get("user_id").is_some() && value.get("user_name").is_some()
}

fn name_person(user: &Value, out: &mut Rows) {
    let profile = &user["profile"];
    let is_bot = user["is_bot"].as_bool() == Some(true);
    let names = [
        &user["name"],
        &user["real_name"],
        &profile["real_name"],
        &profile["display_name"],
        &profile["email"],
        &profile["phone"],
    ];
    for name in names.into_iter().filter(|_| !is_bot) {
        out.person(text(name));
    }
}

fn name_author(message: &Value, out: &mut Rows) {
    let profile = &message["user_profile"];
    for name in [&profile["name"], &profile["real_name"], &profile["display_name"]] {
        out.person(text(name));
    }
}

/// The text of a message, that of its attachments when it has none of its own.
fn written(message: &Value) -> String {
    let own = text(&message["text"]);
    if !own.is_empty() {
        return unescape(own);
    }
    let attached = message["attachments"].as_array().into_iter().flatten().map(attachment);
    let lines: Vec<String> = attached.filter(|text| !text.is_empty()).collect();
    if lines.is_empty() { unescape(&blocks(&message["blocks"], "\n")) } else { unescape(&lines.join("\n")) }
}

/// What an attachment says in short, else all of its parts.
fn attachment(one: &Value) -> String {
    let short = text(&one["fallback"]);
    if !short.is_empty() && !short.eq_ignore_ascii_case("[no preview available]") {
        return short.to_owned();
    }
    let parts = [text(&one["pretext"]), text(&one["title"]), text(&one["text"])].map(str::to_owned);
    let fields = one["fields"].as_array().into_iter().flatten();
    let fields = fields.map(|field| format!("{}: {}", text(&field["title"]), text(&field["value"])));
    let parts = parts.into_iter().chain(fields).chain([blocks(&one["blocks"], "\n")]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The texts of blocks, joined; pieces of one line of rich text follow each other.
fn blocks(list: &Value, separator: &str) -> String {
    let texts = list.as_array().into_iter().flatten().map(block).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(separator)
}

fn block(one: &Value) -> String {
    let own = one["text"].as_str().unwrap_or_default();
    match text(&one["type"]) {
        "link" if own.is_empty() => text(&one["url"]).to_owned(),
        "user" => format!("@{}", text(&one["user_id"])),
        "emoji" => format!(":{}:", text(&one["name"])),
        "rich_text_section" => blocks(&one["elements"], ""),
        _ if !own.is_empty() => own.to_owned(),
        _ => {
            let parts = [block_of(&one["text"]), blocks(&one["fields"], "\n"), blocks(&one["elements"], "\n")];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
        }
    }
}

fn block_of(one: &Value) -> String {
    if one.is_object() { block(one) } else { String::new() }
}

/// Text without Slack's escapes: `<@U01|name>` is `@U01`, `<https://..|label>` is `label`.
fn unescape(escaped: &str) -> String {
    let mut plain = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((before, from)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((inside, after)) = from.split_once('>') else {
            plain.push('<');
            rest = from;
            break;
        };
        plain.push_str(&link(inside));
        rest = after;
    }
    plain.push_str(rest);
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").trim().to_owned()
}

fn link(inside: &str) -> String {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    match target.chars().next() {
        Some('#') if !label.is_empty() => format!("#{label}"),
        Some('@') => target.to_owned(),
        Some('!') if label.is_empty() => format!("@{}", target.trim_start_matches('!')),
        _ if label.is_empty() => target.to_owned(),
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const DAY: &str = r#"[
        {"type":"message","subtype":"channel_join","user":"U03","text":"<@U03> has joined the channel","ts":"1801770000.000001"},
        {"type":"message","user":"U01","text":"All clear &amp; done, see <https://graphs.example|graph>","ts":"1801770060.000200"},
        {"type":"message","user":"U01","text":"not resolved","ts":"1801770120.000200"},
        {"type":"message","text":"","attachments":[{"fallback":"[FIRING] errors"}],"ts":"1801770180.000200"},
        {"type":"message","subtype":"bot_message","bot_id":"B1","username":"alerts","text":"","attachments":[{"fallback":"[no preview available]","title":"Errors are back to normal","fields":[{"title":"Service","value":"origin"}]}],"ts":"1801770240.000200"},
        {"type":"message","bot_id":"B1","text":"","blocks":[{"type":"header","text":{"type":"plain_text","text":"Alert fired"}},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"on "},{"type":"link","url":"https://x.example"}]}]}],"ts":"1801770300.000200"},
        {"type":"message","user":"U02","text":"<@U012AB3CD|ada> looks","thread_ts":"1801770060.000200","edited":{"user":"U02","ts":"1801770399.000000"},"ts":"1801770360.000200"},
        {"type":"message","user":"U01","text":"no time"},
        17]"#;

    #[test]
    fn notes_carry_a_milestone_only_when_plain() {
        let piece = read(&SlackMessages, "slack/ops/2027-02-03.json", DAY);
        assert_eq!(
            rows_of(&piece, "timeline_events"),
            [
                "time=2027-02-04T19:41:00.000200Z milestone=resolved body=All clear & done, see graph origin=slack",
                "time=2027-02-04T19:42:00.000200Z body=not resolved origin=slack",
                "time=2027-02-04T19:43:00.000200Z body=[FIRING] errors origin=slack",
                "time=2027-02-04T19:44:00.000200Z body=Errors are back to normal\nService: origin origin=slack",
                "time=2027-02-04T19:45:00.000200Z milestone=detected body=Alert fired\non https://x.example origin=slack",
                rows_of(&piece, "timeline_events")[5].as_str(),
            ]
        );
        let mention = &rows_of(&piece, "timeline_events")[5];
        assert!(!mention.contains("U012AB3CD") && !mention.contains("ada") && mention.contains("handle-"), "{mention}");
        assert_eq!(reasons(&piece), ["expected a message with `ts`, found none"; 2]);
    }

    #[test]
    fn a_message_is_known_by_channel_and_time_and_counts_as_edited_last() {
        let day = |text: &str, edited: &str| {
            format!(r#"[{{"type":"message","text":"{text}","ts":"1801770360.000200"{edited}}}]"#)
        };
        let old = read(&SlackMessages, "a/ops/2027-02-03.json", &day("ack", ""));
        let edit = r#","edited":{"ts":"1801770399.000000"}"#;
        let new = read(&SlackMessages, "b/ops/2027-02-04.json", &day("ack, looking", edit));
        let other = read(&SlackMessages, "b/dev/2027-02-04.json", &day("ack", ""));
        assert!(old.tables[0].keys == new.tables[0].keys && old.tables[0].keys != other.tables[0].keys);
        assert!(old.tables[0].versions < new.tables[0].versions);
        let page = format!(r#"{{"ok":true,"messages":{}}}"#, day("ack", ""));
        assert_eq!(rows_of(&read(&SlackMessages, "ops/history.json", &page), "timeline_events").len(), 1);
    }

    #[test]
    fn companions_name_people_and_add_no_row() {
        let users = r#"[{"id":"U01","name":"amorvane","real_name":"Ada Morvane","profile":{"real_name":"Ada Morvane"}},{"id":"U02","name":"bot","is_bot":true,"profile":{}}]"#;
        let piece = read(&SlackMessages, "slack/users.json", users);
        assert_eq!(piece.people, ["amorvane", "Ada Morvane", "Ada Morvane"]);
        assert!(piece.rejects.is_empty() && rows_of(&piece, "timeline_events").is_empty());
        let channels = r#"[{"id":"C01","name":"ops","created":1,"members":["U01"]}]"#;
        assert!(read(&SlackMessages, "slack/channels.json", channels).rejects.is_empty());
        let log = r#"[{"user_id":"U01","user_name":"Ada Morvane","date":"1801770000","change_type":"added","service_type":"x"}]"#;
        assert_eq!(read(&SlackMessages, "slack/integration_logs.json", log).people, ["Ada Morvane"]);
    }

    #[test]
    fn hostile_markup_is_text() {
        assert_eq!(unescape("<<<a"), "<<<a");
        assert_eq!(unescape("<@U01> <!here> <#C1|ops> <>"), "@U01 @here #ops");
        assert_eq!(unescape("<!subteam^S1|@oncall> <!date^1801770000^{time}|20:40>"), "@oncall 20:40");
    }
}

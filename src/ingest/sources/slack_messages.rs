//! Messages of a Slack export, one day of one channel a file, into table `timeline_events`.
//! `users.json` beside them gives the names of people to hide; `channels.json` is known and
//! has nothing to keep.
//!
//! Vendor: <https://slack.com/help/articles/220556107>. Three lines of it:
//! ```text
//! [{"type":"message","user":"U01","text":"Black screen on ch1?","ts":"1795377912.000200"},
//!  {"type":"message","user":"U02","text":"&gt; confirmed, origin 5xx","ts":"1795377950.000300"},
//!  {"type":"message","subtype":"channel_join","user":"U03","text":"...","ts":"1795377999.000400"}]
//! ```
//! A message has a milestone only when its words state one plainly. Joins, leaves and topic
//! changes are no notes and are left out. Edits, reactions and files are not read.

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

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &[], |value| is_message(value) || is_user(value) || is_channel(value))
            .filter(|layout| *layout == Layout::Json { paths: &["[]"] })
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
        let time = epoch(text(&value["ts"])).ok_or("expected a message with `ts`, found none")?;
        name_author(&value, out);
        let subtype = text(&value["subtype"]);
        let body = written(&value);
        if body.is_empty() || SYSTEM.iter().any(|kind| subtype.ends_with(kind)) {
            return Ok(());
        }
        out.row(&table::TABLE)
            .time(table::TIME, Some(time))
            .text(table::MILESTONE, milestone::stated(&body).unwrap_or_default())
            .text(table::BODY, &body)
            .text(table::ORIGIN, "slack")
            .finish();
        Ok(())
    }
}

fn is_message(value: &Value) -> bool {
    text(&value["type"]) == "message"
        && text(&value["ts"]).split_once('.').is_some_and(|(seconds, _)| seconds.len() == 10)
}

/// A person of `users.json`.
fn is_user(value: &Value) -> bool {
    text(&value["id"]).starts_with(['U', 'W']) && value.get("profile").is_some() && value.get("name").is_some()
}

/// A channel of `channels.json`, `groups.json`, `dms.json` or `mpims.json`.
fn is_channel(value: &Value) -> bool {
    text(&value["id"]).starts_with(['C', 'G', 'D']) && value.get("members").is_some() && value.get("created").is_some()
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
    let attached = message["attachments"].as_array().into_iter().flatten();
    let lines = attached.map(|one| [&one["fallback"], &one["text"], &one["title"]].map(text));
    let lines: Vec<&str> = lines.filter_map(|texts| texts.into_iter().find(|text| !text.is_empty())).collect();
    if !lines.is_empty() {
        return unescape(&lines.join("\n"));
    }
    let blocks = message["blocks"].as_array().into_iter().flatten();
    let lines: Vec<&str> = blocks.map(|block| text(&block["text"]["text"])).filter(|text| !text.is_empty()).collect();
    unescape(&lines.join("\n"))
}

/// Text without Slack's escapes: `<@U01>` is `@U01`, `<https://..|label>` is `label`.
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
        Some('!') => format!("@{}", target.trim_start_matches('!')),
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
            ]
        );
        assert_eq!(reasons(&piece), ["expected a message with `ts`, found none"; 2]);
    }

    #[test]
    fn companions_name_people_and_add_no_row() {
        let users = r#"[{"id":"U01","name":"amorvane","real_name":"Ada Morvane","profile":{"real_name":"Ada Morvane"}},{"id":"U02","name":"bot","is_bot":true,"profile":{}}]"#;
        let piece = read(&SlackMessages, "slack/users.json", users);
        assert_eq!(piece.people, ["amorvane", "Ada Morvane", "Ada Morvane"]);
        assert!(piece.rejects.is_empty() && rows_of(&piece, "timeline_events").is_empty());
        let channels = r#"[{"id":"C01","name":"ops","created":1,"members":["U01"]}]"#;
        assert!(read(&SlackMessages, "slack/channels.json", channels).rejects.is_empty());
    }

    #[test]
    fn hostile_markup_is_text() {
        assert_eq!(unescape("<<<a"), "<<<a");
        assert_eq!(unescape("<@U01> <!here> <#C1|ops> <>"), "@U01 @here #ops");
    }
}

//! Mentions of mention.com, from its API, into table `complaints`.
//!
//! Vendor: <https://dev.mention.com/current/src/account/alert/mention/GetMentions.html>. Three
//! lines of it:
//! ```text
//! {"mentions":[{"id":"990001","alert_id":4242,"unique_id":"web-1","title":"Outage","tone":-1,
//!   "description":"No picture","published_at":"2026-11-22T20:05:12.10090700+00:00",
//!   "source_type":"forums","language_code":"fr","children":{"mentions":[],"total":0}}]}
//! ```
//! Times carry an offset and up to eight decimals. Similar mentions nested in `children` are
//! rows of their own with `similar_to`; one that also stands alone is counted once, by its id.
//! What was put into the spam or trash folder carries `is_deleted`.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::markup::unescaped;
use crate::ingest::mention::row::Mention;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;

/// How deep `children` are followed.
const DEPTH: usize = 3;

/// Mentions of mention.com.
#[derive(Debug)]
pub struct MentionMentions;

impl Source for MentionMentions {
    fn name(&self) -> &'static str {
        "mention_mentions"
    }

    fn about(&self) -> &'static str {
        "Mentions found by mention.com, from its mentions API (JSON)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        layout_of(sample, &["mentions[]"], |value| {
            value.get("alert_id").is_some() && value.get("unique_id").is_some() && value.get("published_at").is_some()
        })
    }

    fn reader(&self, _file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Mentions { time: TimeFormat::iso(&TimeZone::UTC) }))
    }
}

struct Mentions {
    time: TimeFormat,
}

impl RecordReader for Mentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        self.add(&record.json()?, "", DEPTH, out)
    }
}

impl Mentions {
    fn add(&self, mention: &Value, similar_to: &str, depth: usize, out: &mut Rows) -> Result<(), String> {
        let id = [identifier(&mention["id"]), identifier(&mention["unique_id"])];
        let id = id.into_iter().find(|id| !id.is_empty()).ok_or("expected a mention with `id`, found none")?;
        let time =
            self.time.parse(text(&mention["published_at"])).map_err(|reason| format!("{reason} in `published_at`"))?;
        let source = text(&mention["source_type"]);
        let author = author(mention, source);
        let tag = text(&mention["tags"][0]["name"]);
        let title = unescaped(text(&mention["title"]));
        let written = unescaped(text(&mention["description"]));
        let folder = text(&mention["folder"]);
        let is_sorted_out = matches!(folder, "spam" | "trash");
        Mention {
            time,
            id: &id,
            platform: if source.is_empty() { "web" } else { source },
            author: &author,
            title: &title,
            // A repost shows in whichever of the two holds the text.
            text: if written.is_empty() { &title } else { &written },
            language: text(&mention["language_code"]),
            sentiment: &identifier(&mention["tone"]),
            theme: tag,
            is_deleted: is_sorted_out,
            ..Mention::default()
        }
        .add(
            [
                ("country", text(&mention["country"])),
                ("similar_to", similar_to),
                ("folder", if is_sorted_out { folder } else { "" }),
            ],
            out,
        );
        if depth > 0 {
            for child in mention["children"]["mentions"].as_array().into_iter().flatten() {
                self.add(child, &id, depth - 1, out)?;
            }
        }
        Ok(())
    }
}

/// Who wrote it: the author when the export has one; for a social network the source is the account.
fn author(mention: &Value, source: &str) -> String {
    let named = [&mention["author"]["name"], &mention["author_name"], &mention["author"]];
    if let Some(name) = named.into_iter().map(text).find(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let name = text(&mention["source_name"]);
    let is_account = matches!(source, "twitter" | "facebook" | "instagram") && !name.contains('.');
    if is_account { name.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TEXT: &str = r#"{"mentions":[
      {"id":"1","alert_id":4,"unique_id":"w","title":"No picture","description":"No picture since nine","published_at":"2027-02-03T19:10:12.10090700+00:00","tone":-1,"source_type":"twitter","source_name":"viewer_1","language_code":"fr",
       "children":{"mentions":[{"id":"2","alert_id":4,"unique_id":"v","title":"Same","published_at":"2027-02-03T19:11:00.0+00:00","tone":"neutral"}]}},
      {"id":"3","alert_id":4,"unique_id":"u","published_at":"soon"},
      {"alert_id":4,"title":"<script>=1+1"}]}"#;

    #[test]
    fn mentions_and_their_children_become_complaints() {
        let piece = read(&MentionMentions, "mention.json", TEXT);
        let rows = rows_of(&piece, "complaints");
        assert_eq!(rows.len(), 2);
        assert!(
            rows[0].starts_with("time=2027-02-03T19:10:12.100907Z complaint_id=1 channel=x author_key="),
            "{}",
            rows[0]
        );
        assert!(rows[0].contains("sentiment=negative") && rows[0].contains("body=No picture since nine"));
        assert!(rows[1].contains("similar_to=1") && rows[1].contains("sentiment=neutral"));
    }

    #[test]
    fn a_mention_on_a_page_is_no_web_form() {
        let text = r#"[{"id":"1","alert_id":4,"unique_id":"w","title":"R&amp;D","published_at":"2027-02-03T19:10:12.1+00:00","tone":null,"source_type":"web","folder":"trash"}]"#;
        let rows = rows_of(&read(&MentionMentions, "mention.json", text), "complaints");
        let expected = "time=2027-02-03T19:10:12.100Z complaint_id=1 channel=web body=R&D folder=trash is_deleted=true";
        assert_eq!(rows, [expected]);
    }

    #[test]
    fn broken_mentions_are_rejects() {
        let piece = read(&MentionMentions, "mention.json", TEXT);
        assert_eq!(
            reasons(&piece),
            ["expected a time, found `soon` in `published_at`", "expected a mention with `id`, found none"]
        );
    }
}

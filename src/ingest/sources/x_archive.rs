//! Posts of the archive that X gives the owner of an account (`data/tweets.js`), into table
//! `public_messages`: the account is the one that speaks to the public.
//!
//! Vendor: <https://help.x.com/en/managing-your-account/how-to-download-your-x-archive>. Three
//! lines of it:
//! ```text
//! window.YTD.tweets.part0 = [
//!   {"tweet":{"id_str":"1990000000000000009","created_at":"Sun Nov 22 20:12:00 +0000 2026",
//!     "full_text":"We are on it.","favorite_count":"8","retweet_count":"30","lang":"en"}} ]
//! ```
//! Also older archives (`tweet.js`, posts without the wrapper) and deleted posts. A repost, an
//! answer to one account and a deleted post say so in `status`. Posts have no identifier in the
//! table: equal ones at one second are one.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::markup::unescaped;
use crate::ingest::promise;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::public_messages as table;

/// How the script begins that holds the posts.
const BEGINNINGS: &[&str] = &["window.YTD.tweet", "window.YTD.deleted_tweet"];

/// Posts of an account archive of X.
#[derive(Debug)]
pub struct XArchive;

impl Source for XArchive {
    fn name(&self) -> &'static str {
        "x_archive"
    }

    fn about(&self) -> &'static str {
        "Posts of an account of X (Twitter), from the archive that its owner downloads (tweets.js)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["public_messages"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let text = sample.text.trim_start();
        let is_script = BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
        is_script.then_some(Layout::Json { paths: &["[]"] })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Posts { time: TimeFormat::iso(&TimeZone::UTC), zone: file.zone.clone() }))
    }
}

struct Posts {
    time: TimeFormat,
    /// Zone of the clock times that a text promises.
    zone: TimeZone,
}

impl RecordReader for Posts {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let post = value.get("tweet").unwrap_or(&value);
        let created = text(&post["created_at"]);
        let time = self.time.parse(created).map_err(|reason| format!("{reason} in `created_at`"))?;
        let written = [&post["full_text"], &post["text"]].map(text);
        let body = unescaped(written.into_iter().find(|text| !text.is_empty()).unwrap_or_default());
        out.person(text(&post["in_reply_to_screen_name"]));
        let next = time.and_then(|sent| promise::next_update(&body, sent, &self.zone));
        let back = time.and_then(|sent| promise::resolution(&body, sent, &self.zone));
        out.row(&table::TABLE)
            .time(table::TIME, time)
            .text(table::CHANNEL, "x")
            .text(table::STATUS, status(post, &body))
            .text(table::BODY, &body)
            .time(table::PROMISED_NEXT_UPDATE_AT, next)
            .time(table::PROMISED_RESOLUTION_AT, back)
            .finish();
        Ok(())
    }
}

/// What makes a post another thing than a message to all; empty when nothing does.
fn status(post: &Value, body: &str) -> &'static str {
    if post.get("deleted_at").is_some() {
        "deleted"
    } else if body.starts_with("RT @") {
        "repost"
    } else if !identifier(&post["in_reply_to_status_id_str"]).is_empty() && body.starts_with('@') {
        "reply"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read_in, reasons, rows_of};

    const TEXT: &str = r#"window.YTD.tweets.part0 = [
      {"tweet":{"id_str":"1990000000000000009","created_at":"Sun Nov 22 20:12:00 +0000 2026","full_text":"Incident en cours. Prochain point à 21h45 &amp; plus.","favorite_count":"8","lang":"fr"}},
      {"tweet":{"id_str":"1990000000000000010","created_at":"Sun Nov 22 20:13:00 +0000 2026","full_text":"@viewer_a1 we know","in_reply_to_status_id_str":"199","in_reply_to_screen_name":"viewer_a1"}},
      {"id_str":"1990000000000000011","created_at":"Sun Nov 22 20:14:00 +0000 2026","text":"RT @other: hello"},
      {"tweet":{"id_str":"1990000000000000012","created_at":"yesterday","full_text":"x"}}
    ]"#;

    #[test]
    fn posts_of_the_account_are_public_messages() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let piece = read_in(&XArchive, "tweets.js", TEXT, &paris);
        let rows = rows_of(&piece, "public_messages");
        assert_eq!(
            rows[0],
            "time=2026-11-22T20:12:00Z channel=x body=Incident en cours. Prochain point à 21h45 & plus. \
             promised_next_update_at=2026-11-22T20:45:00Z"
        );
        assert!(rows[1].contains("status=reply") && rows[2].contains("status=repost"), "{rows:?}");
        assert_eq!(reasons(&piece), ["expected a time, found `yesterday` in `created_at`"]);
        assert_eq!(piece.people, ["viewer_a1"]);
    }

    #[test]
    fn older_names_and_deleted_posts_are_taken_and_others_are_not() {
        let recognise = |text: &str| XArchive.recognise(&crate::ingest::sources::testing::sample("x.js", text));
        assert!(recognise(&TEXT.replace("tweets.part0", "tweet.part0")).is_some());
        assert!(recognise(&TEXT.replace("tweets.part0", "deleted_tweets.part0")).is_some());
        assert!(recognise("window.YTD.follower.part0 = [ {\"follower\":{}} ]").is_none());
    }
}

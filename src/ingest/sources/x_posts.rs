//! Posts found by a search of X (API v2), into table `complaints`.
//!
//! Vendor: <https://docs.x.com/x-api/posts/search/introduction>. Three lines of it:
//! ```text
//! {"data":[{"id":"1990000000000000001","text":"Black screen","author_id":"42","lang":"en",
//!   "created_at":"2026-11-22T20:05:12.000Z","referenced_tweets":[{"type":"retweeted","id":"19"}]}],
//!  "includes":{"users":[{"id":"42","username":"viewer_a"}]},"meta":{"result_count":1}}
//! ```
//! Read from pages (one, several in an array, one a line) and from posts alone. An author goes by
//! the account name where the export has one, so that other tools' mentions of the same account
//! meet his. Names stand behind the posts: a file is read twice, and the first reading learns
//! them. Posts that others refer to (`includes.tweets`) were not found by the search and are not
//! read, nor are counts of likes. Posts that were withheld or are gone have no row. Without
//! `created_at`, which the API leaves out unless asked, a file is refused.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use serde_json::Value;

use crate::ingest::markup::unescaped;
use crate::ingest::mention::row::Mention;
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::rfc3339;

const USERS: &str = "includes.users[]";
const USERS_OF_PAGES: &str = "[].includes.users[]";

/// Posts of a search of X.
#[derive(Debug)]
pub struct XPosts;

impl Source for XPosts {
    fn name(&self) -> &'static str {
        "x_posts"
    }

    fn about(&self) -> &'static str {
        "Posts of X (Twitter) found by a search of its API v2 (JSON pages or posts)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let is_pages =
            |list: &[Value]| list.iter().take(5).any(|page| posts_of(page).any(|post| is_result(page, post)));
        if is_pages(&sample.ndjson) && sample.ndjson.len() > 1 {
            return Some(Layout::Ndjson);
        }
        let page = sample.json.as_ref();
        if page.and_then(Value::as_array).is_some_and(|pages| is_pages(pages)) {
            return Some(Layout::Json { paths: &["[].data[]", USERS_OF_PAGES] });
        }
        if let Some(page) = page.filter(|page| posts_of(page).any(|post| is_result(page, post))) {
            let is_list = page["data"].is_array();
            return Some(Layout::Json { paths: if is_list { &["data[]", USERS] } else { &["data", USERS] } });
        }
        layout_of(sample, &["tweets[]"], is_post)
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let documents = file.sample.json.iter().chain(&file.sample.ndjson);
        let posts: Vec<&Value> = documents.flat_map(all_posts).collect();
        if !posts.is_empty() && posts.iter().all(|post| post.get("created_at").is_none()) {
            return Err(
                "expected `created_at` in its posts, found none: ask the API for tweet.fields=created_at".into()
            );
        }
        Ok(Box::new(Posts { names: RwLock::default() }))
    }
}

struct Posts {
    /// Account names by identifier, as far as they are known.
    names: RwLock<BTreeMap<String, String>>,
}

impl RecordReader for Posts {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        if let Record::Json { path: USERS | USERS_OF_PAGES, .. } = record {
            self.learn(&value, out);
            return Ok(());
        }
        if value.get("data").is_none() {
            return self.post(&value, out);
        }
        for user in value["includes"]["users"].as_array().into_iter().flatten() {
            self.learn(user, out);
        }
        for post in posts_of(&value) {
            if let Err(reason) = self.post(post, out) {
                out.reject(reason, &post.to_string());
            }
        }
        Ok(())
    }
}

impl Posts {
    fn learn(&self, user: &Value, out: &mut Rows) {
        let (id, name) = (identifier(&user["id"]), text(&user["username"]));
        out.person(name);
        out.person(text(&user["name"]));
        if !id.is_empty() && !name.is_empty() {
            self.names.write().unwrap_or_else(PoisonError::into_inner).insert(id, name.to_owned());
        }
    }

    fn post(&self, post: &Value, out: &mut Rows) -> Result<(), String> {
        let id = identifier(&post["id"]);
        if id.is_empty() {
            return Err("expected a post with `id`, found none".into());
        }
        let created = text(&post["created_at"]);
        let time = rfc3339(created).ok_or_else(|| format!("expected a time in `created_at`, found `{created}`"))?;
        let author_id = identifier(&post["author_id"]);
        let author = self.author(post, &author_id);
        let is_repost =
            post["referenced_tweets"].as_array().into_iter().flatten().any(|other| text(&other["type"]) == "retweeted");
        let full = [&post["note_tweet"]["text"], &post["text"]].map(text);
        let full = full.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        Mention {
            time: Some(time),
            id: &id,
            platform: "x",
            author: &author,
            full_name: text(&post["author"]["name"]),
            text: &unescaped(full),
            language: language(text(&post["lang"])),
            entry: [if is_repost { "retweeted" } else { "" }, ""],
            is_deleted: post.get("withheld").is_some(),
            ..Mention::default()
        }
        .add([("country", text(&post["geo"]["country_code"]))], out);
        Ok(())
    }

    /// The account name, or the identifier where no name is known.
    fn author(&self, post: &Value, id: &str) -> String {
        let own = [&post["author"]["username"], &post["username"]].map(text);
        if let Some(name) = own.into_iter().find(|name| !name.is_empty()) {
            return name.to_owned();
        }
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).map_or(id, String::as_str).to_owned()
    }
}

/// The language; codes that X has for "none" and "only links" are none.
fn language(code: &str) -> &str {
    let is_none = matches!(code, "und" | "zxx" | "art") || (code.len() == 3 && code.starts_with('q'));
    if is_none { "" } else { code }
}

/// The posts of a page; a page of one post has no list.
fn posts_of(page: &Value) -> impl Iterator<Item = &Value> {
    let data = &page["data"];
    data.as_array().into_iter().flatten().chain(data.is_object().then_some(data))
}

/// The posts of a sampled document of any kind.
fn all_posts(document: &Value) -> Vec<&Value> {
    let parts = document.as_array().map_or(std::slice::from_ref(document), Vec::as_slice);
    let of_part = |part| {
        let listed = ["data", "tweets"].into_iter().filter_map(move |key| Value::get(part, key));
        let posts: Vec<&Value> =
            listed.flat_map(|list| list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice)).collect();
        if posts.is_empty() { vec![part] } else { posts }
    };
    parts.iter().flat_map(of_part).filter(|post| post["text"].is_string()).collect()
}

/// Whether an object is a post by itself.
fn is_post(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    has("id")
        && has("text")
        && ((has("author_id") && (has("public_metrics") || has("conversation_id") || has("edit_history_tweet_ids")))
            || (has("edit_history_tweet_ids") && has("created_at")))
}

/// Whether an object of a page is a post; a page that counts its results may give little of each.
fn is_result(page: &Value, value: &Value) -> bool {
    let is_little = value["id"].is_string() && value["text"].is_string() && value.get("type").is_none();
    is_post(value)
        || (is_little && (page["meta"]["result_count"].is_number() || value.get("edit_history_tweet_ids").is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of, sample};

    const PAGE: &str = r#"{"includes":{"users":[{"id":"42","username":"viewer_a1","name":"Ada Morvane"}]},
      "data":[{"id":"1990000000000000001","text":"Black &amp; silent","author_id":"42","created_at":"2027-02-03T19:05:12.000Z","lang":"en","public_metrics":{"like_count":2}},
      {"id":"1990000000000000002","text":"Black &amp; si…","author_id":"43","created_at":"2027-02-03T19:06:12.000Z","lang":"qme","referenced_tweets":[{"type":"retweeted","id":"1990000000000000001"}]},
      {"id":"1990000000000000003","text":"x","author_id":"43","created_at":null}],
      "meta":{"result_count":3,"next_token":"b26v"}}"#;

    #[test]
    fn a_page_of_a_search_becomes_complaints() {
        let piece = read(&XPosts, "x.json", PAGE);
        let rows = rows_of(&piece, "complaints");
        assert_eq!(rows.len(), 2);
        for part in
            ["time=2027-02-03T19:05:12Z", "complaint_id=1990000000000000001", "channel=x", "body=Black & silent"]
        {
            assert!(rows[0].contains(part), "{part} in {}", rows[0]);
        }
        assert!(rows[1].contains("is_repost=true") && !rows[1].contains("language"), "{}", rows[1]);
        assert_eq!(reasons(&piece), ["expected a time in `created_at`, found ``"]);
        assert!(piece.people.contains(&"viewer_a1".to_owned()) && piece.people.contains(&"Ada Morvane".to_owned()));
    }

    #[test]
    fn an_author_goes_by_the_account_name_in_every_form_of_the_export() {
        let page: Value = serde_json::from_str(PAGE).unwrap();
        let post = r#"{"id":"1990000000000000001","text":"a","author_id":"42","author":{"username":"viewer_a1"},"created_at":"2027-02-03T19:05:12.000Z","public_metrics":{}}"#;
        let key = |text: &str| {
            let row = rows_of(&read(&XPosts, "x.json", text), "complaints").remove(0);
            row.split("author_key=").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned()
        };
        let named = key(&format!("[{post}]"));
        assert_eq!(key(&format!("{page}\n{page}\n")), named);
        assert_eq!(key(&format!("{post}\n{post}\n")), named);
    }

    #[test]
    fn names_that_stand_behind_the_posts_are_known_at_the_second_reading() {
        let posts = Posts { names: RwLock::default() };
        let redactor = std::sync::Arc::new(crate::ingest::redact::Redactor::new([7; 32], &[], &[]));
        let mut rows = Rows::new("x.json", "x_posts", "complaints", redactor);
        assert_eq!(posts.author(&Value::Null, "42"), "42");
        posts.learn(&serde_json::json!({"id": "42", "username": "viewer_a1"}), &mut rows);
        assert_eq!(posts.author(&Value::Null, "42"), "viewer_a1");
    }

    #[test]
    fn several_pages_in_one_array_are_read() {
        let piece = read(&XPosts, "x.json", &format!("[{PAGE},{PAGE}]"));
        assert_eq!(rows_of(&piece, "complaints").len(), 4);
        let single = PAGE.replace("\"data\":[", "\"data\":").split(",\n      {").next().unwrap().to_owned() + "}";
        assert_eq!(rows_of(&read(&XPosts, "x.json", &single), "complaints").len(), 1);
    }

    #[test]
    fn posts_without_times_are_refused() {
        let text = r#"{"data":[{"id":"1","text":"a"},{"id":"2","text":"b"}],"meta":{"result_count":2}}"#;
        let sample = sample("x.json", text);
        let layout = XPosts.recognise(&sample).unwrap();
        let zone = jiff::tz::TimeZone::UTC;
        let file =
            FileContext { sample: &sample, layout: &layout, header: &[], zone: &zone, decimal: None, columns: &[] };
        assert!(XPosts.reader(&file).err().unwrap().contains("tweet.fields=created_at"));
    }
}

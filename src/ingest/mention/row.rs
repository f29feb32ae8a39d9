//! One mention of a listening tool on its way into table `complaints`.
//!
//! In: what the tool said, in its own words. Out: one row, its author to be hidden wherever the
//! name occurs. A repost is kept and marked, since it tells how far a complaint went.

use super::{body, is_repost, language, platform, sentiment};
use crate::ingest::rows::Rows;
use crate::schema::complaints as table;

/// What a listening tool says of one mention; what it does not say is empty.
#[derive(Debug, Default)]
pub struct Mention<'a> {
    /// When it was written, microseconds since 1970 UTC.
    pub time: Option<i64>,
    /// Identifier in the tool.
    pub id: &'a str,
    /// What tells a repeated row where there is no identifier: its link. It is not stored, since
    /// it names the account.
    pub link: &'a str,
    /// Platform or kind of page.
    pub platform: &'a str,
    /// Account that wrote it.
    pub author: &'a str,
    /// Name of the person behind the account.
    pub full_name: &'a str,
    /// Headline.
    pub title: &'a str,
    /// Text without markup.
    pub text: &'a str,
    /// Language, as code or word.
    pub language: &'a str,
    /// Sentiment, as word or number.
    pub sentiment: &'a str,
    /// Theme or tag.
    pub theme: &'a str,
    /// Kinds of the entry (post, share, reply).
    pub entry: [&'a str; 2],
    /// Whether the tool calls the account automatic.
    pub is_bot: bool,
    /// Whether it was withdrawn, or sorted out by those who use the tool.
    pub is_deleted: bool,
}

impl Mention<'_> {
    /// Adds the row with these free dimensions.
    pub fn add<'d>(&self, dimensions: impl IntoIterator<Item = (&'d str, &'d str)>, out: &mut Rows) {
        out.person(self.author);
        out.person(self.full_name);
        let author = if self.author.is_empty() { self.full_name } else { self.author };
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, self.time)
            .text(table::COMPLAINT_ID, self.id)
            .text(table::CHANNEL, &platform(self.platform))
            .text(table::AUTHOR_KEY, author)
            .text(table::BODY, &body(self.title, self.text))
            .text(table::LANGUAGE, &language(self.language))
            .text(table::SENTIMENT, &sentiment(self.sentiment))
            .text(table::THEME, self.theme);
        if self.id.is_empty() {
            row.identity(self.link);
        }
        for (name, value) in dimensions {
            row.typed_dimension(name, value);
        }
        let is_repost = self.entry.iter().any(|entry| is_repost(entry, self.text));
        for (name, is_so) in [("is_repost", is_repost), ("is_bot", self.is_bot), ("is_deleted", self.is_deleted)] {
            if is_so {
                row.dimension(name, "true");
            }
        }
        row.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::redact::Redactor;

    fn rows(mentions: &[Mention<'_>]) -> (usize, Vec<u128>, Vec<String>) {
        let redactor = std::sync::Arc::new(Redactor::new([7; 32], &[], &[]));
        let mut rows = Rows::new("x", "x", "complaints", redactor);
        mentions.iter().for_each(|mention| mention.add([("region", "viewer@mail.example")], &mut rows));
        let mut piece = rows.finish();
        let table = piece.tables.remove(0);
        let region = table.batch.column_by_name("region").expect("a dimension");
        let region = arrow::util::display::array_value_to_string(region, 0).expect("a text");
        assert!(region.starts_with("email-"), "{region}");
        (table.batch.num_rows(), table.keys, piece.people)
    }

    #[test]
    fn the_link_tells_repeated_rows_that_have_no_identifier() {
        let mention =
            || Mention { time: Some(1), link: "https://a.example/1", author: "viewer_1", ..Mention::default() };
        let (count, keys, people) = rows(&[
            mention(),
            Mention { text: "cut", ..mention() },
            Mention { link: "https://a.example/2", ..mention() },
            Mention { id: "7", ..mention() },
        ]);
        assert_eq!(count, 4);
        assert!(keys[0] == keys[1] && keys[0] != keys[2] && keys[0] != keys[3]);
        assert!(people.contains(&"viewer_1".to_owned()));
    }
}

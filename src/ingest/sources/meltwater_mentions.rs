//! Mentions exported from Meltwater, into table `complaints`.
//!
//! Vendor: <https://help.meltwater.com/en/articles/4064497>. Three lines of it (often UTF-16
//! with tabs in spite of the name `.csv`):
//! ```text
//! Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Sentiment,Tweet Id,Alternate Date Format,Time
//! 22-Nov-2026 09:05PM,,https://x.example/1,,Black screen,Twitter,@viewer_a,Negative,"1990000000000000001",22-Nov-26,9:05 PM
//! 22-Nov-2026 09:31PM,Match cut off,https://news.example/1,The service,Error 503,Example News,,Neutral,,22-Nov-26,9:31 PM
//! ```
//! Times carry no offset. The plain date and time behind the others are preferred, since the first
//! column follows the settings of the account. A mention without an identifier is told by link,
//! time and text: one article may be found by several searches.

use crate::ingest::markup::unescaped;
use crate::ingest::mention::row::Mention;
use crate::ingest::mention::{column, usable};
use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::is_null;

/// Mentions of Meltwater.
#[derive(Debug)]
pub struct MeltwaterMentions;

impl Source for MeltwaterMentions {
    fn name(&self) -> &'static str {
        "meltwater_mentions"
    }

    fn about(&self) -> &'static str {
        "Mentions exported from Meltwater (CSV, often UTF-16 with tabs)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let header = sample.csv_header(&["Hit Sentence", "Opening Text"])?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let named = |canonical: &str, names: &[&str]| column(file, canonical, names);
        let learned = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        let date = named("time", &["date"]);
        let day = named("", &["alternate date format"]);
        let clock = named("", &["time"]);
        if date.is_none() && (day.is_none() || clock.is_none()) {
            return Err("expected a column `Date`, found none".into());
        }
        Ok(Box::new(Mentions {
            date: date.map(learned),
            split: day.zip(clock).map(|(day, clock)| {
                let format = TimeFormat::learn(&file.sampled(day), file.zone);
                (day, clock, format)
            }),
            ids: ["tweet id", "document id"].iter().filter_map(|name| named("complaint_id", &[name])).collect(),
            columns: COLUMNS.map(|(canonical, names)| named(canonical, names)),
        }))
    }
}

/// Canonical name and the names that the export has had for it.
const COLUMNS: [(&str, &[&str]); 16] = [
    ("", &["url"]),
    ("channel", &["source type", "information type", "media type"]),
    ("", &["source"]),
    ("author_key", &["twitter screen name", "x screen name", "author handle"]),
    ("", &["influencer", "author name", "author"]),
    ("", &["headline", "title"]),
    ("body", &["hit sentence"]),
    ("", &["opening text"]),
    ("language", &["language"]),
    ("sentiment", &["sentiment"]),
    ("theme", &["document tags"]),
    ("", &["subregion"]),
    ("region", &["state"]),
    ("city", &["city"]),
    ("country", &["country"]),
    ("", &["twitter id", "x id"]),
];

struct Mentions {
    date: Option<(usize, TimeFormat)>,
    /// Day, time of day, and how the two together are read.
    split: Option<(usize, usize, TimeFormat)>,
    ids: Vec<usize>,
    columns: [Option<usize>; COLUMNS.len()],
}

impl RecordReader for Mentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let time = self.time(record)?;
        let cells = self.columns.map(|index| index.map_or("", |at| record.field(at)));
        let [link, kind, source, handle, influencer, headline, hit, opening, language, sentiment, tags, ..] = cells;
        let [.., subregion, state, city, country, account] = cells;
        let region = if state.is_empty() { subregion } else { state };
        let id = usable(self.ids.iter().map(|index| record.field(*index)));
        let written = if hit.is_empty() { opening } else { hit };
        let author = usable([handle, influencer, account]);
        Mention {
            time,
            id,
            link: &format!("{link} {} {written}", time.unwrap_or_default()),
            platform: platform(kind, source),
            author,
            full_name: usable([influencer]),
            title: &unescaped(headline),
            text: &unescaped(written),
            language,
            sentiment,
            theme: tags.split([',', ';']).next().unwrap_or_default().trim(),
            ..Mention::default()
        }
        .add([("region", region), ("city", city), ("country", country)], out);
        Ok(())
    }
}

impl Mentions {
    fn time(&self, record: &CsvRecord) -> Result<Option<i64>, String> {
        if let Some((day, clock, format)) = &self.split {
            let (day, clock) = (record.field(*day), record.field(*clock));
            if !is_null(day) && !is_null(clock) {
                return format.parse(&format!("{day} {clock}"));
            }
        }
        self.date.as_ref().map_or(Ok(None), |(date, format)| format.parse(record.field(*date)))
    }
}

/// The platform: the kind of source where the export has it, else the source when it is a network
/// of its own, and not the name of a newspaper.
fn platform<'t>(kind: &'t str, source: &'t str) -> &'t str {
    const NETWORKS: &[&str] = &[
        "twitter",
        "x",
        "facebook",
        "instagram",
        "reddit",
        "youtube",
        "tiktok",
        "linkedin",
        "pinterest",
        "threads",
        "bluesky",
        "mastodon",
        "twitch",
        "forums",
        "blogs",
    ];
    let is_network = |word: &str| NETWORKS.iter().any(|network| network.eq_ignore_ascii_case(word));
    if is_network(source) || is_network(source.trim_end_matches(".com")) {
        source
    } else if kind.is_empty() {
        "web"
    } else {
        kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const HEADER: &str = "Date\tHeadline\tURL\tOpening Text\tHit Sentence\tSource\tInfluencer\tCountry\tSubregion\tLanguage\tReach\tSentiment\tTweet Id\tTwitter Bio\tAlternate Date Format\tTime\tState\n";

    fn export(rows: &[&str]) -> String {
        format!("{HEADER}{}\n", rows.join("\n"))
    }

    #[test]
    fn a_post_and_an_article_become_complaints() {
        let text = export(&[
            "22-Nov-2026 09:05PM\t\thttps://x.example/viewer_a1/status/1\t\tÉcran noir\tTwitter\t@viewer_a1\tFrance\tBretagne\tFrench\t1,200\tNegative\t\"\"\"1990000000000000001\"\"\"\tAda Morvane, fan\t22-Nov-26\t9:05 PM",
            "22-Nov-2026 09:31PM\tMatch cut off\thttps://news.example/1\tThe service\tError 503\tExample News\t\tFrance\t\tEnglish\t\tNot Rated\t\t\t22-Nov-26\t9:31 PM",
            "soon\t\t\t\tx\tTwitter\t\t\t\t\t\t\t\t\t\t",
        ]);
        let piece = read(&MeltwaterMentions, "m.csv", &text);
        let rows = rows_of(&piece, "complaints");
        assert!(
            rows[0].starts_with("time=2026-11-22T21:05:00Z complaint_id=1990000000000000001 channel=x author_key="),
            "{}",
            rows[0]
        );
        assert!(rows[0].ends_with("language=fr sentiment=negative country=France region=Bretagne"), "{}", rows[0]);
        assert_eq!(
            rows[1],
            "time=2026-11-22T21:31:00Z channel=web body=Match cut off\nError 503 language=en country=France"
        );
        assert_eq!(reasons(&piece), ["expected a time, found `soon`"]);
        assert_eq!(piece.people, ["@viewer_a1", "@viewer_a1"]);
    }

    #[test]
    fn one_article_found_by_two_searches_is_one() {
        let article = "22-Nov-2026 09:31PM\tCut\thttps://news.example/1\t\tError\tNews\t\t\t\t\t\t\t\t\t\t";
        let comment = "22-Nov-2026 09:32PM\tCut\thttps://news.example/1\t\tMe too\tNews\t\t\t\t\t\t\t\t\t\t";
        let piece = read(&MeltwaterMentions, "m.csv", &export(&[article, article, comment]));
        let keys = &piece.tables[0].keys;
        assert!(keys[0] == keys[1] && keys[0] != keys[2]);
    }

    #[test]
    fn columns_in_another_order_and_a_date_alone_are_enough() {
        let text = "hit sentence,OPENING TEXT,date\nRT @viewer_a: noir,,2026-11-22 21:05\n";
        let rows = rows_of(&read(&MeltwaterMentions, "m.csv", text), "complaints");
        assert!(rows[0].starts_with("time=2026-11-22T21:05:00Z channel=web body=RT @handle-"), "{}", rows[0]);
        assert!(rows[0].ends_with(": noir is_repost=true"), "{}", rows[0]);
    }
}

//! Brandwatch mentions: the "Bulk Mentions Download" (CSV behind a preamble) and the mentions
//! API, into table `complaints`.
//!
//! Vendor: <https://developers.brandwatch.com/docs/mention-metadata-field-definitions>. Three
//! lines of it (the preamble is longer):
//! ```text
//! Report:,"Bulk Mentions Download"
//! Query Id,Query Name,Date,Title,Full Text,Url,Sentiment,Page Type,Thread Entry Type,Author,Resource Id
//! 19990001,Outage,2026-11-22 20:05:12.0,,Black screen,https://x.example/1,negative,x,post,viewer_a,1149
//! ```
//! Times without offset are UTC, as the preamble says. Reposts are kept and carry `is_repost`.
//! Counts of likes and followers are not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::mention::{body, channel, is_repost, language, sentiment};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source};
use crate::ingest::time::TimeFormat;
use crate::schema::complaints as table;

/// Mentions of Brandwatch.
#[derive(Debug)]
pub struct BrandwatchMentions;

impl Source for BrandwatchMentions {
    fn name(&self) -> &'static str {
        "brandwatch_mentions"
    }

    fn about(&self) -> &'static str {
        "Brandwatch mentions, from the bulk mentions download (CSV) or the mentions API"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        if let Some(header) = sample.csv_header(&["Query Id", "Query Name", "Date"]) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        layout_of(sample, &["results[]"], |value| value.get("resourceId").is_some() && value.get("pageType").is_some())
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if !matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(JsonMentions { time: TimeFormat::iso(&TimeZone::UTC) }));
        }
        let time = file.column("time", &["Date"]).ok_or("expected a column `Date`, found none")?;
        let format = TimeFormat::learn(&file.sampled(time), &TimeZone::UTC);
        let columns = std::array::from_fn(|at| file.column(FIELDS[at].0, FIELDS[at].1));
        Ok(Box::new(CsvMentions { time, format, columns }))
    }
}

/// Canonical name and the names that the export has had for it.
const FIELDS: [(&str, &[&str]); FIELD_COUNT] = [
    ("complaint_id", &["Resource Id", "Mention Id", "Url"]),
    ("channel", &["Page Type", "Page Type Name", "Content Source Name", "Domain"]),
    ("author_key", &["Author", "X Author ID", "Twitter Author ID"]),
    ("", &["Title"]),
    ("body", &["Full Text"]),
    ("", &["Snippet"]),
    ("language", &["Language"]),
    ("sentiment", &["Sentiment"]),
    ("", &["Thread Entry Type", "Engagement Type"]),
    ("", &["Full Name"]),
    ("region", &["Region"]),
    ("", &["Country"]),
    ("", &["Account Type"]),
];
const FIELD_COUNT: usize = 13;

struct CsvMentions {
    time: usize,
    format: TimeFormat,
    columns: [Option<usize>; FIELD_COUNT],
}

impl RecordReader for CsvMentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let values = self.columns.map(|column| column.map_or("", |index| record.field(index)));
        let time = self.format.parse(record.field(self.time))?;
        add(time, values, out);
        Ok(())
    }
}

struct JsonMentions {
    time: TimeFormat,
}

impl RecordReader for JsonMentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let value = record.json()?;
        let time = self.time.parse(text(&value["date"])).map_err(|reason| format!("{reason} in `date`"))?;
        let id = identifier(&value["resourceId"]);
        let field = |name: &str| text(value.get(name).unwrap_or(&Value::Null));
        add(
            time,
            [
                &id,
                field("pageType"),
                field("author"),
                field("title"),
                field("fullText"),
                field("snippet"),
                field("language"),
                field("sentiment"),
                field("threadEntryType"),
                field("fullName"),
                field("region"),
                field("country"),
                field("accountType"),
            ],
            out,
        );
        Ok(())
    }
}

/// Adds one mention; values are in the order of [`FIELDS`].
fn add(time: Option<i64>, values: [&str; FIELD_COUNT], out: &mut Rows) {
    let [id, page, author, title, full, snippet, lang, tone, entry, name, region, country, account] = values;
    let written = if full.is_empty() { snippet } else { full };
    out.person(author);
    out.person(name);
    let mut row = out.row(&table::TABLE);
    row.time(table::TIME, time)
        .text(table::COMPLAINT_ID, id)
        .text(table::CHANNEL, &if page.is_empty() { "social network".to_owned() } else { channel(page) })
        .text(table::AUTHOR_KEY, author)
        .text(table::BODY, &body(title, written))
        .text(table::LANGUAGE, &language(lang))
        .text(table::SENTIMENT, &sentiment(tone))
        .dimension("region", region)
        .dimension("country", country);
    if is_repost(entry, written) {
        row.dimension("is_repost", "true");
    }
    if account.eq_ignore_ascii_case("bot") {
        row.dimension("is_bot", "true");
    }
    row.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TEXT: &str = "Report:,Bulk Mentions Download\nLabel:,Outage\n\
        Query Id,Query Name,Date,Title,Snippet,Full Text,Sentiment,Page Type,Thread Entry Type,Language,Region,Author,Full Name,Resource Id\n\
        3,Outage,2027-02-03 19:10:30.0,,Black,Black screen,negative,twitter,post,en,Bretagne,viewer_1,Ada Morvane,55\n\
        3,Outage,2027-02-03 19:11:30.0,,RT,RT @viewer_1: Black screen,negative,x,share,en,,viewer_2,,56\n\
        3,Outage,no date,,x,x,negative,x,post,en,,viewer_3,,57\n";

    #[test]
    fn mentions_behind_a_preamble_become_complaints() {
        let piece = read(&BrandwatchMentions, "mentions.csv", TEXT);
        let rows = rows_of(&piece, "complaints");
        assert_eq!(rows.len(), 2);
        assert!(rows[0].starts_with("time=2027-02-03T19:10:30Z complaint_id=55 channel=x"), "{}", rows[0]);
        assert!(rows[0].contains("region=Bretagne") && !rows[0].contains("is_repost"));
        assert!(rows[1].contains("is_repost=true"));
        assert_eq!(reasons(&piece), ["expected a time, found `no date`"]);
        assert!(piece.people.contains(&"Ada Morvane".to_owned()));
    }

    #[test]
    fn mentions_of_the_api_have_the_same_meaning() {
        let text = r#"{"results":[{"resourceId":"55","pageType":"forum","date":"2027-02-03T19:10:30.000+0000","fullText":"Black screen","author":"viewer_1"},{"resourceId":"56","pageType":{},"date":7}]}"#;
        let piece = read(&BrandwatchMentions, "mentions.json", text);
        assert!(
            rows_of(&piece, "complaints")[0].starts_with("time=2027-02-03T19:10:30Z complaint_id=55 channel=forum")
        );
        assert_eq!(piece.rejects.len(), 1);
    }

    #[test]
    fn hostile_cells_are_text() {
        let text = TEXT.replace("Black screen,negative", &format!("=cmd() <script> {},negative", "y".repeat(100_000)));
        assert_eq!(rows_of(&read(&BrandwatchMentions, "mentions.csv", &text), "complaints").len(), 2);
    }
}

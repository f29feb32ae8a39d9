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
//! `Date` carries no offset: it is UTC unless the preamble names another zone, or mentions would
//! be dated after they were found (`Added` has an offset); then it is in the zone of the case.
//! Overlapping exports are told by `Resource Id`, or by `Url` where a spreadsheet has rounded the
//! identifiers. Reposts are kept and carry `is_repost`. Counts of likes and followers are not read.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::markup::unescaped;
use crate::ingest::mention::row::Mention;
use crate::ingest::mention::{is_bot, usable};
use crate::ingest::rows::Rows;
use crate::ingest::shape::{identifier, layout_of, text};
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::{TimeFormat, zone_offset};

/// Mentions dated this much after they were found, in microseconds, are in another zone.
const TOO_LATE: i64 = 60_000_000;

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
        if let Some(header) = sample.csv_header(&["Query Id", "Date"]) {
            return Some(Layout::Csv { header: Some(header), extra: 0 });
        }
        layout_of(sample, &["results[]", "mentions[]"], |value| {
            value.get("resourceId").is_some() && value.get("pageType").is_some()
        })
    }

    fn zone(&self, sample: &Sample, case: &TimeZone) -> Option<TimeZone> {
        let named = preamble_zone(sample);
        let offset = named.and_then(zone_offset);
        match (named, offset) {
            (None, _) | (Some(_), Some(0)) => Some(TimeZone::UTC),
            (Some(_), Some(seconds)) if *case == TimeZone::UTC => {
                jiff::tz::Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
            }
            (Some(_), _) => None,
        }
        .filter(|zone| !is_dated_late(sample, zone))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        if !matches!(file.layout, Layout::Csv { .. }) {
            return Ok(Box::new(JsonMentions { time: TimeFormat::iso(file.zone) }));
        }
        let time = file.column("time", &["Date"]).ok_or("expected a column `Date`, found none")?;
        let format = TimeFormat::learn(&file.sampled(time), file.zone);
        let columns = FIELDS
            .map(|field| names(field).iter().filter_map(|name| file.column(field.0, &[name])).collect::<Vec<_>>());
        Ok(Box::new(CsvMentions { time, format, columns }))
    }
}

/// A field: canonical name, columns of the download in the order of preference, keys of the API.
type Field = (&'static str, &'static [&'static str], &'static [&'static str]);

const ID: Field = ("complaint_id", &["Resource Id", "Mention Id"], &["resourceId", "id", "guid"]);
const LINK: Field = ("", &["Url", "Original Url"], &["url", "originalUrl"]);
const PLATFORM: Field = (
    "channel",
    &["Page Type", "Page Type Name", "Content Source Name", "Content Source", "Domain"],
    &["pageType", "contentSourceName", "contentSource", "domain"],
);
const AUTHOR: Field = (
    "author_key",
    &["Author", "X Author ID", "Twitter Author ID"],
    &["author", "xAuthorId", "twitterAuthorId", "authorId"],
);
const FULL_NAME: Field = ("", &["Full Name"], &["fullname", "fullName"]);
const TITLE: Field = ("", &["Title"], &["title"]);
const TEXT: Field = ("body", &["Full Text", "Snippet"], &["fullText", "snippet"]);
const LANGUAGE: Field = ("language", &["Language"], &["language"]);
const SENTIMENT: Field = ("sentiment", &["Sentiment"], &["sentiment"]);
const ENTRY: Field = ("", &["Thread Entry Type"], &["threadEntryType"]);
const ENGAGEMENT: Field = ("", &["Engagement Type"], &["engagementType"]);
const ACCOUNT: Field = ("", &["Account Type"], &["accountType"]);
const REGION: Field = ("region", &["Region"], &["region"]);
const CITY: Field = ("city", &["City"], &["city"]);
const COUNTRY: Field = ("country", &["Country", "Country Code"], &["country", "countryCode"]);

const FIELDS: [Field; 15] = [
    ID, LINK, PLATFORM, AUTHOR, FULL_NAME, TITLE, TEXT, LANGUAGE, SENTIMENT, ENTRY, ENGAGEMENT, ACCOUNT, REGION, CITY,
    COUNTRY,
];

fn names(field: Field) -> &'static [&'static str] {
    field.1
}

struct CsvMentions {
    time: usize,
    format: TimeFormat,
    /// For each of [`FIELDS`], the columns that may hold it.
    columns: [Vec<usize>; FIELDS.len()],
}

impl RecordReader for CsvMentions {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let time = self.format.parse(record.field(self.time))?;
        let cells = |at: usize| self.columns[at].iter().map(|index| record.field(*index));
        let mut values = std::array::from_fn(|at| cells(at).find(|cell| !cell.is_empty()).unwrap_or_default());
        values[0] = usable(cells(0));
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
        let found = FIELDS.map(|(_, _, keys)| {
            let values = keys.iter().map(|key| identifier(value.get(*key).unwrap_or(&Value::Null)));
            values.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
        });
        add(time, std::array::from_fn(|at| found[at].as_str()), out);
        Ok(())
    }
}

/// Adds one mention; values are in the order of [`FIELDS`].
fn add(time: Option<i64>, values: [&str; FIELDS.len()], out: &mut Rows) {
    let [id, link, platform, author, full_name, title, written, language, sentiment, entry, engagement, account, ..] =
        values;
    let [.., region, city, country] = values;
    Mention {
        time,
        id,
        link,
        platform,
        author,
        full_name,
        title: &unescaped(title),
        text: &unescaped(written),
        language,
        sentiment,
        entry: [entry, engagement],
        is_bot: is_bot(account),
        ..Mention::default()
    }
    .add([("region", region), ("city", city), ("country", country)], out);
}

/// The zone in which the preamble writes the time behind `From:` (`... 00:00:00 UTC 2026`).
fn preamble_zone(sample: &Sample) -> Option<&str> {
    let records = &sample.csv.as_ref()?.records;
    let cells = records.iter().take(20).flatten().map(|cell| cell.trim());
    let from = cells.skip_while(|cell| !matches!(fold(cell).as_str(), "from:" | "from")).nth(1)?;
    if from.ends_with('Z') && from.contains('T') {
        return Some("UTC");
    }
    let mut words = from.rsplit(' ').skip(1);
    words.next().filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase()))
}

/// Whether most mentions of the sample, read in this zone, would be dated after they were found.
fn is_dated_late(sample: &Sample, zone: &TimeZone) -> bool {
    let (Some(csv), Some(header)) = (&sample.csv, sample.csv_header(&["Query Id", "Date", "Added"])) else {
        return false;
    };
    let at = |name: &str| csv.records[header].iter().position(|cell| fold(cell) == name);
    let (Some(date), Some(added)) = (at("date"), at("added")) else { return false };
    let format = TimeFormat::iso(zone);
    let parsed = |record: &[String], at: usize| format.parse(record.get(at)?).ok().flatten();
    let pairs =
        csv.records[header + 1..].iter().filter_map(|record| Some((parsed(record, date)?, parsed(record, added)?)));
    let (late, all) =
        pairs.fold((0, 0), |(late, all), (date, added)| (late + i32::from(date > added + TOO_LATE), all + 1));
    late * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, read_in, reasons, rows_of};

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
    fn identifiers_that_excel_rounded_give_way_to_the_link() {
        let text = "Query Id,Date,Url,Snippet,Page Type,Author,Resource Id\n\
            1,2027-02-03 19:10:30.0,https://a.example/1,one,forum,v,1.1499E+26\n\
            1,2027-02-03 19:11:30.0,https://a.example/2,two,forum,w,1.1499E+26\n\
            1,2027-02-03 19:10:30.0,https://a.example/1,on,forum,v,1.1499E+26\n";
        let piece = read(&BrandwatchMentions, "mentions.csv", text);
        let rows = rows_of(&piece, "complaints");
        assert!(!rows[0].contains("complaint_id") && !rows.join(" ").contains("a.example"), "{rows:?}");
        let keys = &piece.tables[0].keys;
        assert!(keys[0] == keys[2] && keys[0] != keys[1]);
    }

    #[test]
    fn each_sign_of_a_repost_counts() {
        let text = "Query Id,Query Name,Date,Snippet,Page Type,Thread Entry Type,Engagement Type,Account Type,Resource Id\n\
            1,q,2027-02-03 19:10:30.0,&eacute;cran R&amp;D,x,post,RETWEET,,1\n1,q,2027-02-03 19:10:31.0,b,x,reply,,Bot,2\n";
        let rows = rows_of(&read(&BrandwatchMentions, "mentions.csv", text), "complaints");
        assert!(rows[0].contains("is_repost=true") && rows[0].contains("body=écran R&D"), "{}", rows[0]);
        assert!(!rows[1].contains("is_repost") && rows[1].contains("is_bot=true"), "{}", rows[1]);
    }

    #[test]
    fn the_date_is_utc_unless_the_file_shows_otherwise() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let first = |text: &str| rows_of(&read_in(&BrandwatchMentions, "m.csv", text, &paris), "complaints").remove(0);
        let row = "Query Id,Date,Snippet,Page Type,Added,Resource Id\n1,2027-02-03 20:10:30.0,x,x,ADDED,1\n";
        assert!(first(&row.replace("ADDED", "2027-02-03T20:12:00.000+0000")).contains("T20:10:30Z"));
        assert!(first(&row.replace("ADDED", "2027-02-03T19:12:00.000+0000")).contains("T19:10:30Z"));
        let preamble =
            "Report:,Bulk Mentions Download\nFrom:\nWed Feb 03 00:00:00 CET 2027\nTo:\nWed Feb 03 23:59:59 CET 2027\n";
        assert!(first(&format!("{preamble}{}", row.replace("ADDED", ""))).contains("T19:10:30Z"));
        assert!(
            first(&format!("{}{}", preamble.replace("CET", "UTC"), row.replace("ADDED", ""))).contains("T20:10:30Z")
        );
    }

    #[test]
    fn hostile_cells_are_text() {
        let text = TEXT.replace("Black screen,negative", &format!("=cmd() <script> {},negative", "y".repeat(100_000)));
        assert_eq!(rows_of(&read(&BrandwatchMentions, "mentions.csv", &text), "complaints").len(), 2);
    }
}

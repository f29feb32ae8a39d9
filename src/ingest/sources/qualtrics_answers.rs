//! Responses to a Qualtrics survey (CSV, TSV or XLSX), into table `survey_answers`.
//!
//! Vendor: <https://www.qualtrics.com/support/survey-platform/data-and-analysis-module/data/download-data/understanding-your-dataset/>.
//! The export has three header records: names, labels in the language of the account, and what
//! each column was imported from. Three lines of it, the labels left out:
//! ```text
//! RecordedDate,Status,Finished,ResponseId,Q1,Q2_1
//! "{""ImportId"":""recordedDate"",""timeZone"":""Z""}","{""ImportId"":""status""}",...
//! 2026-11-24 09:14:03,0,1,R_1abc,4,1
//! ```
//! The time of an answer is `RecordedDate`, when it arrived; in the zone of the third header when
//! it names one. Previews, tests, imports and spam are rejects that say so; a response that was
//! not finished has `is_partial`. The respondent is the customer of `ExternalReference` when it is
//! filled, else `ResponseId`. `-99` stands for a question that was seen and not answered. Exports
//! of before 2018 have two header records, `V1` to `V10` among them. Places, names and addresses
//! are not stored, nor are clicks and browsers.

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::ingest::mention::is_category;
use crate::ingest::question::{Personal, Question, Respondent, answer, name_apart, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::{boolean, dimension_name};
use crate::schema::survey_answers as table;

/// Written for a question that was seen and not answered.
const UNANSWERED: &str = "-99";

/// Columns about the response, folded; none of them is a question.
const OWN: &[&str] = &[
    "startdate",
    "enddate",
    "status",
    "ipaddress",
    "progress",
    "duration (in seconds)",
    "finished",
    "recordeddate",
    "responseid",
    "responseset",
    "recipientlastname",
    "recipientfirstname",
    "recipientemail",
    "name",
    "emailaddress",
    "externalreference",
    "externaldatareference",
    "locationlatitude",
    "locationlongitude",
    "locationaccuracy",
    "distributionchannel",
    "userlanguage",
];

/// Ends of the origin of a column that holds how a question was shown or clicked.
const BESIDES: &[&str] = &[
    "FIRST_CLICK",
    "LAST_CLICK",
    "PAGE_SUBMIT",
    "CLICK_COUNT",
    "BROWSER",
    "VERSION",
    "OS",
    "RESOLUTION",
    "NPS_GROUP",
    "DO",
];

/// What `Status` says of a response that is none of the public, as number and in words.
const NOT_PUBLIC: &[(&str, &str, &str)] = &[
    ("1", "survey preview", "a preview"),
    ("2", "survey test", "a test"),
    ("4", "imported", "an import"),
    ("8", "spam", "spam"),
    ("9", "survey preview spam", "a preview"),
    ("12", "imported spam", "spam"),
    ("17", "offline survey preview", "a preview"),
];

/// Responses of Qualtrics.
#[derive(Debug)]
pub struct QualtricsAnswers;

impl Source for QualtricsAnswers {
    fn name(&self) -> &'static str {
        "qualtrics_answers"
    }

    fn about(&self) -> &'static str {
        "Responses to a Qualtrics survey, from \"Export data\" (CSV, TSV or XLSX, three header lines)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["survey_answers"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = &sample.csv.as_ref()?.records;
        let origin = records.iter().take(4).position(|record| record.iter().any(|cell| is_origin(cell)));
        if let Some(at) = origin.filter(|at| *at > 0) {
            return Some(Layout::Csv { header: Some(0), extra: at });
        }
        let (first, second) = (records.first()?, records.get(1)?);
        let is_old = (is_labelled(first) && is_numbered(second)) || (is_numbered(first) && is_labelled(second));
        is_old.then_some(Layout::Csv { header: Some(0), extra: 1 })
    }

    fn names_zone(&self, sample: &Sample) -> bool {
        sample.csv.as_ref().is_some_and(|csv| csv.records.iter().take(4).flatten().any(|cell| zone(cell).is_some()))
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Answers::new(file)?))
    }
}

/// The header records of a file.
struct Header<'a> {
    names: &'a [String],
    labels: &'a [String],
    origins: &'a [String],
}

impl<'a> Header<'a> {
    fn of(file: &'a FileContext<'_>) -> Self {
        let Layout::Csv { header: Some(first), extra } = *file.layout else {
            return Self { names: file.header, labels: file.header, origins: &[] };
        };
        let records = file.sample.csv.as_ref().map_or(&[][..], |csv| &csv.records);
        let record = |at: usize| records.get(first + at).map_or(&[][..], Vec::as_slice);
        let last = record(extra);
        if last.iter().any(|cell| is_origin(cell)) {
            let labels = if extra > 1 { record(1) } else { record(0) };
            return Self { names: record(0), labels, origins: last };
        }
        // The old form: one of two records has the names of the vendor and the questions.
        let labels = if is_labelled(record(0)) { record(0) } else { record(1) };
        Self { names: labels, labels, origins: &[] }
    }

    /// What a column is called, folded.
    fn name(&self, index: usize) -> String {
        self.names.get(index).map_or_else(String::new, |name| fold(name))
    }

    fn column(&self, wanted: &str) -> Option<usize> {
        self.names.iter().position(|name| fold(name) == wanted)
    }

    /// What a column was imported from; empty when it does not say.
    fn origin(&self, index: usize) -> String {
        let value = self.origins.get(index).and_then(|cell| serde_json::from_str::<Value>(cell.trim()).ok());
        value.as_ref().and_then(|value| value["ImportId"].as_str()).unwrap_or_default().to_owned()
    }

    fn label(&self, index: usize) -> &'a str {
        let labels = [self.labels, self.names].map(|record| record.get(index).map_or("", |cell| cell.trim()));
        labels.into_iter().find(|label| !label.is_empty()).unwrap_or_default()
    }
}

struct Answers {
    times: Vec<(usize, TimeFormat)>,
    status: Option<usize>,
    channel: Option<usize>,
    finished: Option<usize>,
    progress: Option<usize>,
    keys: Vec<usize>,
    names: Vec<usize>,
    dimensions: Vec<(usize, String)>,
    questions: Vec<Question>,
}

impl Answers {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let header = Header::of(file);
        let mapped = file.columns.iter().any(|(name, _)| name == "time").then(|| file.column("time", &[])).flatten();
        let dated = |index: usize| {
            let named = header.origins.get(index).and_then(|cell| zone(cell));
            (index, TimeFormat::learn(&file.sampled(index), named.as_ref().unwrap_or(file.zone)))
        };
        let times = ["recordeddate", "enddate", "startdate"].into_iter().filter_map(|name| header.column(name));
        let times: Vec<_> = mapped.into_iter().chain(times).map(dated).collect();
        if times.is_empty() {
            return Err("expected a column `RecordedDate`, `EndDate` or `StartDate`, found none".into());
        }
        let at = |names: &[&str]| names.iter().find_map(|name| header.column(name));
        let mut answers = Self {
            times,
            status: at(&["status"]),
            channel: at(&["distributionchannel"]),
            finished: at(&["finished"]),
            progress: at(&["progress"]),
            keys: at(&["externalreference", "externaldatareference"]).into_iter().collect(),
            names: ["recipientfirstname", "recipientlastname", "name"].into_iter().filter_map(|n| at(&[n])).collect(),
            dimensions: Vec::new(),
            questions: Vec::new(),
        };
        for index in 0..header.names.len() {
            answers.place(file, &header, index);
        }
        answers.keys.extend(at(&["responseid"]));
        name_apart(&mut answers.questions);
        Ok(answers)
    }

    fn place(&mut self, file: &FileContext<'_>, header: &Header<'_>, index: usize) {
        let (name, origin) = (header.name(index), header.origin(index));
        if name.is_empty() {
            return;
        }
        if matches!(name.as_str(), "distributionchannel" | "userlanguage") {
            self.dimensions.push((index, dimension_name(header.names[index].trim())));
        }
        let is_besides = BESIDES.iter().any(|end| origin.ends_with(&format!("_{end}")));
        if OWN.contains(&name.as_str()) || is_besides {
            return;
        }
        let is_question = origin.starts_with("QID") || (origin.is_empty() && header.origins.is_empty());
        match personal(header.label(index)).or_else(|| personal(header.names[index].trim())) {
            Some(Personal::CustomerKey) => self.keys.push(index),
            Some(Personal::Name) => self.names.push(index),
            Some(Personal::Contact) => {}
            None if is_question => self.questions.push(question(file, header, index, &origin)),
            None => {
                let name = self.embedded(header.names[index].trim());
                self.dimensions.extend(name.map(|name| (index, name)));
            }
        }
    }

    /// Name of the dimension of a field that the survey was given from outside; `None` when it
    /// would tell one person or visit from all others.
    fn embedded(&self, name: &str) -> Option<String> {
        let dimension = dimension_name(name);
        let last = dimension.rsplit('_').next().unwrap_or_default();
        let is_one = matches!(last, "id" | "token" | "uuid" | "guid" | "hash" | "ip" | "ssid");
        let is_free = table::TABLE.column(&dimension).is_none()
            && self.dimensions.iter().all(|(_, known)| *known != dimension)
            && !dimension.is_empty();
        (is_free && !is_one).then_some(dimension)
    }

    fn check_public(&self, record: &CsvRecord) -> Result<(), String> {
        let status = self.status.map_or("", |index| record.field(index));
        let folded = fold(status);
        let known = NOT_PUBLIC.iter().find(|(number, words, _)| *number == folded || *words == folded);
        if let Some((.., what)) = known {
            return Err(format!("expected a response of the public, found {what} (`Status` = `{status}`)"));
        }
        let channel = self.channel.map_or_else(String::new, |index| fold(record.field(index)));
        if channel == "preview" || channel == "test" {
            return Err(format!("expected a response of the public, found a {channel}"));
        }
        Ok(())
    }

    fn is_partial(&self, record: &CsvRecord) -> bool {
        let finished = self.finished.and_then(|index| boolean(record.field(index)));
        let progress = || self.progress.and_then(|index| record.field(index).parse::<f64>().ok());
        finished.map_or_else(|| progress().is_some_and(|percent| percent < 100.0), |is_finished| !is_finished)
    }
}

impl RecordReader for Answers {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let result = self.read_answers(record, out);
        if result.is_err() {
            // The excerpt of a reject shows the record, not its columns.
            for index in &self.keys {
                out.person(record.field(*index));
            }
        }
        result
    }
}

impl Answers {
    fn read_answers(&self, record: &CsvRecord, out: &mut Rows) -> Result<(), String> {
        let names: Vec<&str> = self.names.iter().map(|index| record.field(*index)).collect();
        out.person(&names.join(" "));
        self.check_public(record)?;
        let mut time = None;
        for (index, format) in &self.times {
            time = format.parse(record.field(*index))?;
            if time.is_some() {
                break;
            }
        }
        if time.is_none() {
            return Err("expected a time in `RecordedDate`, found none".into());
        }
        let is_given = |key: &&str| !key.is_empty() && *key != UNANSWERED;
        let Some(key) = self.keys.iter().map(|index| record.field(*index)).find(is_given) else {
            return Err("expected a value in `ResponseId`, found none".into());
        };
        let cell = |(index, name): &(usize, String)| (name.clone(), record.field(*index).to_owned());
        let mut dimensions: Vec<(String, String)> =
            self.dimensions.iter().map(cell).filter(|(_, value)| value != UNANSWERED && is_category(value)).collect();
        if self.is_partial(record) {
            dimensions.push(("is_partial".into(), "true".into()));
        }
        let respondent = Respondent { time, key, dimensions: &dimensions, skipped: UNANSWERED };
        answer(&self.questions, &respondent, record, out);
        Ok(())
    }
}

/// The question of a column. A question of several choices has a column an option, which holds
/// the option or 1; words of one's own have a column ending in `_TEXT`.
fn question(file: &FileContext<'_>, header: &Header<'_>, index: usize, origin: &str) -> Question {
    let label = header.label(index);
    let ends = [" - Selected Choice", " - Text", " - Texte"];
    let label = ends.iter().find_map(|end| label.strip_suffix(end)).unwrap_or(label);
    let is_text = origin.ends_with("_TEXT") || header.name(index).ends_with("_text");
    let samples: Vec<&str> = file.sampled(index).into_iter().filter(|sample| *sample != UNANSWERED).collect();
    let Some((asked, part)) = label.rsplit_once(" - ").filter(|_| is_text || origin.contains('_')) else {
        return if is_text { Question::text(index, label) } else { Question::learn(index, label, &samples) };
    };
    let text = format!("{} | {}", asked.trim(), part.trim());
    if is_text {
        return Question::text(index, &text);
    }
    let group = origin.split('_').next().unwrap_or_default();
    let siblings = (0..header.names.len()).filter(|at| {
        let other = header.origin(*at);
        other.split('_').next() == Some(group) && !other.ends_with("_TEXT")
    });
    let is_tick = |at: usize| {
        let option = header.label(at).rsplit_once(" - ").map_or("", |(_, option)| option.trim());
        let is = |sample: &&str| matches!(*sample, "1" | "0" | UNANSWERED) || fold(sample) == fold(option);
        file.sampled(at).iter().all(is)
    };
    if siblings.into_iter().all(is_tick) {
        return Question::option(index, &text, part.trim());
    }
    Question::learn(index, &text, &samples)
}

fn is_origin(cell: &str) -> bool {
    cell.trim_start_matches('\u{feff}').trim_start().starts_with("{\"ImportId\":")
}

/// The zone that the third header gives for a column of times.
fn zone(cell: &str) -> Option<TimeZone> {
    if !is_origin(cell) {
        return None;
    }
    let value: Value = serde_json::from_str(cell.trim()).ok()?;
    match value["timeZone"].as_str()? {
        "Z" | "UTC" | "GMT" => Some(TimeZone::UTC),
        name => TimeZone::get(name).ok(),
    }
}

/// Whether a record has the names of the old form.
fn is_labelled(record: &[String]) -> bool {
    ["responseid", "responseset"].iter().all(|name| record.iter().take(20).any(|cell| fold(cell) == *name))
}

/// Whether a record begins `V1`, `V2`, `V3`.
fn is_numbered(record: &[String]) -> bool {
    record.len() > 2 && (1..).zip(&record[..3]).all(|(number, cell)| fold(cell) == format!("v{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    /// A header record of origins, quoted as the export quotes them.
    fn origins(ids: &[&str]) -> String {
        let cell = |id: &&str| {
            let zone = if id.ends_with("Date") { ",\"\"timeZone\"\":\"\"Europe/Paris\"\"" } else { "" };
            format!("\"{{\"\"ImportId\"\":\"\"{id}\"\"{zone}}}\"")
        };
        ids.iter().map(cell).collect::<Vec<_>>().join(",")
    }

    fn text() -> String {
        let names = "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,ExternalReference,DistributionChannel,UserLanguage,Q1,Q2_1,Q2_2,Q2_4_TEXT,Q3_1,Q5,Q5_NPS_GROUP,region,visit_id";
        let labels = "Anfangsdatum,Enddatum,Typ,IP,Fortschritt,Fertig,Datum,ID,Nachname,Vorname,Referenz,Kanal,Sprache,Satisfaction (1 to 5),What went wrong? - Black screen,What went wrong? - Sound lost,What went wrong? - Other - Text,Rate it (1 to 5) - Picture,How likely are you to recommend us? (0 to 10),Group,region,visit_id";
        let ids = origins(&[
            "startDate",
            "endDate",
            "status",
            "ipAddress",
            "progress",
            "finished",
            "recordedDate",
            "_recordId",
            "recipientLastName",
            "recipientFirstName",
            "externalDataReference",
            "distributionChannel",
            "userLanguage",
            "QID1",
            "QID2_1",
            "QID2_2",
            "QID2_4_TEXT",
            "QID3_1",
            "QID5",
            "QID5_NPS_GROUP",
            "region",
            "visit_id",
        ]);
        format!(
            "{names}\n{labels}\n{ids}\n\
            2026-11-24 09:12:44,2026-11-24 09:14:02,0,192.0.2.7,100,1,2026-11-24 09:14:03,R_1,Morvane,Ada,CU-1,anonymous,EN,4,1,,frozen,3,9,3,north,v-9\n\
            2026-11-24 09:12:44,,IP Address,192.0.2.8,40,False,2026-11-24 09:15:03,R_2,,,,email,FR,-99,,1,-99,-99,,,,\n\
            2026-11-24 09:12:44,2026-11-24 09:14:02,1,,100,1,2026-11-24 09:16:03,R_3,,,,preview,EN,5,,,,,,,,\n\
            2026-11-24 09:12:44,2026-11-24 09:14:02,Spam,,100,1,2026-11-24 09:16:03,R_4,,,,anonymous,EN,5,,,,,,,,\n\
            2026-11-24 09:12:44,,0,,100,1,soon,R_5,,,,anonymous,EN,5,,,,,,,,\n"
        )
    }

    #[test]
    fn three_header_records_become_questions_and_options() {
        let piece = read(&QualtricsAnswers, "survey.csv", &text());
        let rows = rows_of(&piece, "survey_answers");
        let shown: Vec<&str> = rows.iter().map(|row| row.split_once("question=").unwrap().1).collect();
        let who = "distribution_channel=anonymous region=north user_language=EN";
        assert_eq!(
            shown,
            [
                format!("Satisfaction (1 to 5) kind=csat score=4.0 scale_max=5.0 {who}"),
                format!("What went wrong? | Black screen kind=choice body=Black screen {who}"),
                format!("What went wrong? | Other kind=text body=frozen {who}"),
                format!("Rate it (1 to 5) | Picture kind=scale score=3.0 scale_max=5.0 {who}"),
                format!("How likely are you to recommend us? (0 to 10) kind=nps score=9.0 scale_max=10.0 {who}"),
                "What went wrong? | Sound lost kind=choice body=Sound lost distribution_channel=email is_partial=true user_language=FR".into(),
            ]
        );
        assert!(rows[0].starts_with("time=2026-11-24T08:14:03Z"), "{}", rows[0]);
        assert!(rows.iter().all(|row| !row.contains("192.0.2") && !row.contains("v-9") && !row.contains("CU-1")));
        assert_eq!(piece.people, ["Ada Morvane", "R_3", "R_4", "R_5"]);
    }

    #[test]
    fn what_is_not_of_the_public_says_so() {
        let piece = read(&QualtricsAnswers, "survey.csv", &text());
        assert_eq!(
            reasons(&piece),
            [
                "expected a response of the public, found a preview (`Status` = `1`)",
                "expected a response of the public, found spam (`Status` = `Spam`)",
                "expected a time, found `soon`",
            ]
        );
    }

    #[test]
    fn the_old_form_has_two_header_records_in_either_order() {
        let numbers = "V1,V2,V3,V4,V5,V6,V7,V8,V9,V10,Q1,";
        let names = "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,IPAddress,Status,StartDate,EndDate,Finished,Are you satisfied? (1 to 5),";
        let data = "R_1,Default,Ada Morvane,,a@mail.example,192.0.2.7,0,2017-03-01 10:00:00,2017-03-01 10:02:00,1,4,\n";
        for text in [format!("{numbers}\n{names}\n{data}"), format!("{names}\n{numbers}\n{data}")] {
            let piece = read(&QualtricsAnswers, "survey.csv", &text);
            let rows = rows_of(&piece, "survey_answers");
            assert_eq!(rows.len(), 1, "{rows:?}");
            assert!(rows[0].starts_with("time=2017-03-01T10:02:00Z") && rows[0].ends_with("score=4.0 scale_max=5.0"));
            assert!(!rows[0].contains("Ada") && !rows[0].contains("mail.example"));
        }
    }

    #[test]
    fn an_export_with_labels_and_tabs_is_read() {
        let text = "RecordedDate\tResponseId\tQ1\tQ2\nRecorded Date\tResponse ID\tWere you affected?\tWhich device?\n{\"ImportId\":\"recordedDate\"}\t{\"ImportId\":\"_recordId\"}\t{\"ImportId\":\"QID1\"}\t{\"ImportId\":\"QID2\"}\n2026-11-24 09:14:03\tR_1\t2\t3\n2026-11-24 09:15:03\tR_2\t1\t1\n";
        let piece = read(&QualtricsAnswers, "survey.tsv", text);
        let rows = rows_of(&piece, "survey_answers");
        assert!(rows[1].ends_with("question=Which device? kind=choice body=3 is_impacted=false"), "{}", rows[1]);
        assert!(rows[2].ends_with("is_impacted=true"), "{}", rows[2]);
    }

    #[test]
    fn other_tables_are_not_taken() {
        let sample = |text: &str| crate::ingest::sources::testing::sample("a.csv", text);
        for text in ["V1,V2,V3\n1,2,3\n4,5,6\n", "ResponseId,Status,Q1\nR_1,0,4\n", "{\"ImportId\":1}\n", ""] {
            assert_eq!(QualtricsAnswers.recognise(&sample(text)), None, "{text}");
        }
    }
}

//! Answers of a Typeform (CSV or XLSX), into table `survey_answers`.
//!
//! Vendor: <https://www.typeform.com/help/a/export-your-responses-360029257252/>. Three lines:
//! ```text
//! #,How satisfied are you? (1 to 5),Anything else?,region,Response Type,Start Date (UTC),Submit Date (UTC),Network ID
//! k3v1,4,"It froze",north,completed,2026-11-24 08:12:44,2026-11-24 08:14:02,a1b2
//! f6a7,2,,south,completed,2026-11-24 08:15:10,2026-11-24 08:16:40,c3d4
//! ```
//! Times are UTC by header; a partial response has the time of its last stage, and `is_partial`.
//! Headers that are identifiers are hidden fields and become dimensions, unless they hold an
//! identifier of a person or a visit; a hidden customer number is the key of the respondent, else
//! the response token. A choice of several is a column an option, named by the option alone.

use jiff::tz::TimeZone;

use crate::ingest::mention::is_category;
use crate::ingest::question::{Personal, Question, Respondent, answer, name_apart, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;
use crate::ingest::values::dimension_name;
use crate::schema::survey_answers as table;

const TIMES: &[&str] = &["Submit Date (UTC)", "Stage Date (UTC)", "Start Date (UTC)"];
const TAIL: &[&str] = &[
    "#",
    "response type",
    "start date (utc)",
    "stage date (utc)",
    "submit date (utc)",
    "network id",
    "tags",
    "ending",
];

/// Answers of a Typeform.
#[derive(Debug)]
pub struct TypeformAnswers;

impl Source for TypeformAnswers {
    fn name(&self) -> &'static str {
        "typeform_answers"
    }

    fn about(&self) -> &'static str {
        "Answers to a Typeform, from its results export (CSV or XLSX)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["survey_answers"]
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let header = sample.csv_header(&["Submit Date (UTC)", "Network ID"])?;
        Some(Layout::Csv { header: Some(header), extra: 0 })
    }

    fn names_people(&self) -> bool {
        true
    }

    fn names_zone(&self, _sample: &Sample) -> bool {
        true
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let times = TIMES.iter().filter_map(|name| file.column("", &[name])).collect();
        let mut answers = Answers {
            times,
            format: TimeFormat::iso(&TimeZone::UTC),
            token: file.column("respondent_key", &["#"]).unwrap_or(0),
            kind: file.column("", &["Response Type"]),
            customer: None,
            names: Vec::new(),
            hidden: Vec::new(),
            questions: Vec::new(),
        };
        for (index, header) in file.header.iter().enumerate() {
            if !TAIL.contains(&fold(header).as_str()) && !header.trim().is_empty() {
                answers.place(file, index, header);
            }
        }
        name_apart(&mut answers.questions);
        Ok(Box::new(answers))
    }
}

struct Answers {
    times: Vec<usize>,
    format: TimeFormat,
    token: usize,
    kind: Option<usize>,
    customer: Option<usize>,
    names: Vec<usize>,
    hidden: Vec<(usize, String)>,
    questions: Vec<Question>,
}

impl Answers {
    fn place(&mut self, file: &FileContext<'_>, index: usize, header: &str) {
        match personal(header) {
            Some(Personal::CustomerKey) => self.customer = self.customer.or(Some(index)),
            Some(Personal::Name) => self.names.push(index),
            Some(Personal::Contact) => {}
            None if is_identifier(header) => {
                let mut name = dimension_name(header);
                if table::TABLE.column(&name).is_some() {
                    // The variable `score` of a quiz is not the score of an answer.
                    name = format!("hidden_{name}");
                }
                let is_free = self.hidden.iter().all(|(_, known)| *known != name);
                if is_free && !name.is_empty() && !names_one(header) {
                    self.hidden.push((index, name));
                }
            }
            None => self.questions.push(question(file, index, header)),
        }
    }
}

impl RecordReader for Answers {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let names: Vec<&str> = self.names.iter().map(|index| record.field(*index)).collect();
        out.person(&names.join(" "));
        let mut time = None;
        for index in &self.times {
            time = self.format.parse(record.field(*index))?;
            if time.is_some() {
                break;
            }
        }
        if time.is_none() {
            return Err("expected a time in `Submit Date (UTC)`, found none".into());
        }
        let keys = [self.customer.map_or("", |index| record.field(index)), record.field(self.token)];
        let key = keys.into_iter().find(|key| !key.is_empty()).ok_or("expected a value in `#`, found none")?;
        let cell = |(index, name): &(usize, String)| (name.clone(), record.field(*index).to_owned());
        let mut dimensions: Vec<(String, String)> =
            self.hidden.iter().map(cell).filter(|(_, value)| is_category(value)).collect();
        if self.kind.is_some_and(|index| fold(record.field(index)) == "partial") {
            dimensions.push(("is_partial".into(), "true".into()));
        }
        answer(&self.questions, &Respondent { time, key, dimensions: &dimensions, skipped: "" }, record, out);
        Ok(())
    }
}

fn question(file: &FileContext<'_>, index: usize, header: &str) -> Question {
    let samples = file.sampled(index);
    let is_option = !samples.is_empty() && samples.iter().all(|sample| fold(sample) == fold(header));
    if is_option { Question::option(index, header, header) } else { Question::learn(index, header, &samples) }
}

/// Whether a hidden field tells one person, device or visit from all others.
fn names_one(header: &str) -> bool {
    let last = header.rsplit(['_', '-']).next().unwrap_or(header);
    let is_id = matches!(last, "id" | "token" | "uuid" | "guid" | "hash" | "ip" | "gclid" | "fbclid" | "msisdn");
    is_id && !matches!(header, "channel_id" | "asset_id" | "campaign_id" | "utm_id")
}

/// Whether a header is the name of a hidden field or variable and not a question.
fn is_identifier(header: &str) -> bool {
    let header = header.trim();
    header.starts_with(|c: char| c.is_ascii_lowercase())
        && header.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TEXT: &str = "#,How satisfied are you? (1 to 5),Were you affected by the outage?,Black screen,Anything else?,customer_id,region,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n\
        tok1,4,Yes,Black screen,=1+1,CU-1,north,completed,2027-02-04 08:10:44,,2027-02-04 08:12:02,a1,,\n\
        tok2,2,No,,,,a@mail.example,partial,2027-02-04 08:10:44,2027-02-04 08:11:40,,a2,,\n\
        tok3,2,No,,,,south,completed,2027-02-04 08:10:44,,08:99,a3,,\n";

    #[test]
    fn hidden_fields_that_name_one_visit_are_not_stored() {
        let text = TEXT.replace(",region,", ",visitor_id,score,").replace(",north,", ",v-77,12,");
        let rows = rows_of(&read(&TypeformAnswers, "typeform.csv", &text), "survey_answers");
        assert!(rows[0].ends_with("hidden_score=12") && !rows[0].contains("v-77"), "{}", rows[0]);
    }

    #[test]
    fn options_of_the_same_text_in_two_questions_are_two_answers() {
        let text = "#,Black screen,*Other*,Yes,Other,Submit Date (UTC),Network ID\n\
            tok1,Black screen,Other,Yes,Other,2027-02-04 08:12:02,a1\n";
        let rows = rows_of(&read(&TypeformAnswers, "typeform.csv", text), "survey_answers");
        assert_eq!(rows.len(), 4);
        assert!(rows[1].contains("question=Other kind") && rows[3].contains("question=Other (2) kind"), "{rows:?}");
    }

    #[test]
    fn answers_carry_hidden_fields_and_the_time_of_the_last_stage() {
        let piece = read(&TypeformAnswers, "typeform.csv", TEXT);
        let rows = rows_of(&piece, "survey_answers");
        assert_eq!(rows.len(), 6);
        assert!(
            rows[0].starts_with("time=2027-02-04T08:12:02Z") && rows[0].ends_with("is_impacted=true region=north"),
            "{}",
            rows[0]
        );
        assert!(rows[2].contains("question=Black screen kind=choice"));
        assert!(rows[4].starts_with("time=2027-02-04T08:11:40Z") && !rows[4].contains("mail.example"));
        assert!(rows[4].ends_with("is_partial=true"), "{}", rows[4]);
        assert_eq!(reasons(&piece), ["expected a time, found `08:99`"]);
    }
}

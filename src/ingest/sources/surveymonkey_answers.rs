//! SurveyMonkey "All responses" (CSV), into table `survey_answers`.
//!
//! The export has two header records: questions, then what each column holds. Three lines of it:
//! ```text
//! Respondent ID,Collector ID,Start Date,End Date,Custom Data 1,How did you watch?,What went wrong?,,
//! ,,,,,Response,Black screen,Sound lost,Other (please specify)
//! 1149,450,11/24/2026 09:12:44 AM,11/24/2026 09:14:02 AM,CL-1,Smart TV,Black screen,,
//! ```
//! See <https://help.surveymonkey.com/en/surveymonkey/analyze/export-options/>. Times carry no
//! offset; the time of an answer is `End Date`, else `Start Date`. The respondent is the customer
//! of `Custom Data 1` when it is filled, so that other tables can be joined, else `Respondent ID`.
//! E-mail and network addresses are not stored.

use crate::ingest::question::{Personal, Question, Respondent, answer, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;

const RESPONDENT: &[&str] = &["Respondent ID", "RespondentID", "ID du répondant"];
const END: &[&str] = &["End Date", "EndDate", "Date de fin"];
const START: &[&str] = &["Start Date", "StartDate", "Date de début"];
const COLLECTOR: &[&str] = &["Collector ID", "CollectorID", "ID du collecteur"];

/// What the second header says of a column that is a whole question.
const WHOLE: &[&str] = &["response", "open-ended response", "reponse", "reponse ouverte", ""];

/// Answers of SurveyMonkey.
#[derive(Debug)]
pub struct SurveymonkeyAnswers;

impl Source for SurveymonkeyAnswers {
    fn name(&self) -> &'static str {
        "surveymonkey_answers"
    }

    fn about(&self) -> &'static str {
        "Answers to a SurveyMonkey survey, from the \"All responses\" export (CSV, two header lines)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["survey_answers"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = &sample.csv.as_ref()?.records;
        let is_first = |record: &Vec<String>| {
            record.first().is_some_and(|cell| RESPONDENT.iter().any(|name| fold(name) == fold(cell)))
        };
        let header = records.iter().take(5).position(is_first)?;
        let extra = records.get(header + 1).is_some_and(|record| is_second_header(record));
        Some(Layout::Csv { header: Some(header), extra: usize::from(extra) })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        Ok(Box::new(Answers::new(file)?))
    }
}

struct Answers {
    end: Option<(usize, TimeFormat)>,
    start: Option<(usize, TimeFormat)>,
    respondent: Option<usize>,
    customer: Option<usize>,
    names: Vec<usize>,
    questions: Vec<Question>,
}

impl Answers {
    fn new(file: &FileContext<'_>) -> Result<Self, String> {
        let dated = |index: usize| (index, TimeFormat::learn(&file.sampled(index), file.zone));
        let end = file.column("time", END).map(dated);
        let start = file.column("", START).map(dated);
        if end.is_none() && start.is_none() {
            return Err("expected a column `End Date` or `Start Date`, found none".into());
        }
        let mut answers = Self {
            end,
            start,
            respondent: file.column("respondent_key", RESPONDENT),
            customer: None,
            names: Vec::new(),
            questions: Vec::new(),
        };
        answers.sort_columns(file);
        Ok(answers)
    }

    fn sort_columns(&mut self, file: &FileContext<'_>) {
        let second = second_header(file);
        let own = [END, START, RESPONDENT, COLLECTOR].concat();
        let mut asked = String::new();
        let mut is_personal = true;
        for index in 0..file.header.len().max(second.len()) {
            let first = file.header.get(index).map_or("", |cell| cell.trim());
            let detail = second.get(index).map_or("", |cell| cell.trim());
            if !first.is_empty() {
                first.clone_into(&mut asked);
                is_personal = detail.is_empty() && own.iter().any(|name| fold(name) == fold(first));
                is_personal |= self.take_personal(index, first);
            }
            if is_personal || asked.is_empty() {
                continue;
            }
            let continues = file.header.get(index + 1).is_some_and(|cell| cell.trim().is_empty())
                && second.get(index + 1).is_some_and(|cell| !cell.trim().is_empty());
            let question = question(file, index, &asked, detail, first.is_empty() || continues);
            self.questions.push(question);
        }
    }

    fn take_personal(&mut self, index: usize, header: &str) -> bool {
        match personal(header) {
            Some(Personal::CustomerKey) => self.customer = self.customer.or(Some(index)),
            Some(Personal::Name) => self.names.push(index),
            Some(Personal::Contact) => {}
            None => return false,
        }
        true
    }
}

impl RecordReader for Answers {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let mut time = None;
        for (index, format) in [&self.end, &self.start].into_iter().flatten() {
            time = format.parse(record.field(*index))?;
            if time.is_some() {
                break;
            }
        }
        if time.is_none() {
            return Err("expected a time in `End Date`, found none".into());
        }
        let names: Vec<&str> = self.names.iter().map(|index| record.field(*index)).collect();
        out.person(&names.join(" "));
        let keys = [self.customer, self.respondent].map(|column| column.map_or("", |index| record.field(index)));
        let Some(key) = keys.into_iter().find(|key| !key.is_empty()) else {
            return Err("expected a value in `Respondent ID`, found none".into());
        };
        answer(&self.questions, &Respondent { time, key, dimensions: &[] }, record, out);
        Ok(())
    }
}

fn question(file: &FileContext<'_>, index: usize, asked: &str, detail: &str, is_part: bool) -> Question {
    let samples = file.sampled(index);
    if !is_part || WHOLE.contains(&fold(detail).as_str()) {
        return Question::learn(index, asked, &samples);
    }
    let text = format!("{asked} | {detail}");
    // A column of one option repeats the text of the option where it is ticked.
    if samples.iter().all(|sample| fold(sample) == fold(detail)) {
        return Question::option(index, &text);
    }
    Question::learn(index, &text, &samples)
}

/// Whether a record tells what the columns hold: nothing under the respondent.
fn is_second_header(record: &[String]) -> bool {
    record.first().is_some_and(|cell| cell.trim().is_empty()) && record.iter().any(|cell| !cell.trim().is_empty())
}

fn second_header<'a>(file: &'a FileContext<'_>) -> &'a [String] {
    let Layout::Csv { header: Some(header), extra: 1 } = file.layout else { return &[] };
    let records = file.sample.csv.as_ref().map(|csv| &csv.records);
    records.and_then(|records| records.get(header + 1)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    const TEXT: &str = "Respondent ID,Collector ID,Start Date,End Date,IP Address,First Name,Last Name,Custom Data 1,How satisfied are you? (1 to 5),Were you affected by the outage?,What went wrong?,,Anything else?\n\
        ,,,,,,,,Response,Response,Black screen,Sound lost,Open-Ended Response\n\
        1149000001,4,11/24/2026 09:12:44 AM,11/24/2026 12:14:02 AM,192.0.2.7,Ada,Morvane,CU-1,4,Yes,Black screen,,=1+1\n\
        1149000002,4,11/24/2026 09:12:44 AM,11/24/2026 12:15:02 PM,192.0.2.8,,,,9,No,,Sound lost,\n\
        1149000003,4,,never,192.0.2.9,,,,3,No,,,\n";

    #[test]
    fn two_header_lines_become_questions_and_options() {
        let piece = read(&SurveymonkeyAnswers, "survey.csv", TEXT);
        let rows = rows_of(&piece, "survey_answers");
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[0], "time=2026-11-24T00:14:02Z respondent_key=CU-1 question=How satisfied are you? (1 to 5) kind=csat score=4.0 scale_max=5.0 is_impacted=true".replace("CU-1", &key(&rows[0])));
        assert!(rows[2].contains("question=What went wrong? | Black screen kind=choice body=Black screen"));
        assert!(rows[3].contains("kind=text") && rows[3].contains("body==1+1"));
        assert!(rows[4].contains("is_impacted=false"));
        assert!(rows.iter().all(|row| !row.contains("192.0.2") && !row.contains("Morvane")));
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    #[test]
    fn scores_off_the_scale_and_broken_times_are_rejects() {
        let piece = read(&SurveymonkeyAnswers, "survey.csv", TEXT);
        assert_eq!(reasons(&piece), ["expected a score from 0 to 5, found `9`", "expected a time, found `never`"]);
    }

    /// The key as stored, which is a pseudonym.
    fn key(row: &str) -> String {
        let from = row.split_once("respondent_key=").expect("a key").1;
        from.split_once(" question=").expect("a question").0.to_owned()
    }
}

//! SurveyMonkey "All responses" (CSV or XLSX), into table `survey_answers`.
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
//! E-mail and network addresses are not stored. An option of several holds its own text or, when
//! the export was made with numbers, its place in the list.

use crate::ingest::question::{Personal, Question, Respondent, answer, name_apart, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{CsvRecord, FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::time::TimeFormat;

const RESPONDENT: &[&str] = &["Respondent ID", "RespondentID", "ID du répondant", "Identifiant du répondant"];
const END: &[&str] = &["End Date", "EndDate", "Date de fin"];
const START: &[&str] = &["Start Date", "StartDate", "Date de début"];
const COLLECTOR: &[&str] = &["Collector ID", "CollectorID", "ID du collecteur"];

/// What the second header says of a column that is a whole question.
const WHOLE: &[&str] = &["response", "open-ended response", "reponse", "reponse ouverte", ""];

/// What it says of a whole question that is answered in words.
const OPEN: &[&str] = &["open-ended response", "reponse ouverte"];

/// What the second header says of a column for words of one's own.
const OTHER: &[&str] = &["other (please", "autre (veuillez", "comment", "commentaire"];

/// Answers of SurveyMonkey.
#[derive(Debug)]
pub struct SurveymonkeyAnswers;

impl Source for SurveymonkeyAnswers {
    fn name(&self) -> &'static str {
        "surveymonkey_answers"
    }

    fn about(&self) -> &'static str {
        "Answers to a SurveyMonkey survey, from the \"All responses\" export (CSV or XLSX, two header lines)"
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
        name_apart(&mut answers.questions);
        Ok(answers)
    }

    fn sort_columns(&mut self, file: &FileContext<'_>) {
        let second = second_header(file);
        let own = [END, START, RESPONDENT, COLLECTOR].concat();
        let mut asked = String::new();
        let mut is_personal = true;
        let mut place = 0;
        for index in 0..file.header.len().max(second.len()) {
            let first = file.header.get(index).map_or("", |cell| cell.trim());
            let detail = second.get(index).map_or("", |cell| cell.trim());
            if !first.is_empty() {
                first.clone_into(&mut asked);
                place = 0;
                is_personal = detail.is_empty() && own.iter().any(|name| fold(name) == fold(first));
                is_personal |= self.take_personal(index, first);
            }
            if is_personal || asked.is_empty() {
                continue;
            }
            let continues = file.header.get(index + 1).is_some_and(|cell| cell.trim().is_empty())
                && second.get(index + 1).is_some_and(|cell| !cell.trim().is_empty());
            place += 1;
            let part = (first.is_empty() || continues).then_some(place);
            let question = question(file, index, &asked, detail, part);
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
        let result = self.read_answers(record, out);
        if let (Err(_), Some(customer)) = (&result, self.customer) {
            // The excerpt of a reject shows the record, not its columns.
            out.person(record.field(customer));
        }
        result
    }
}

impl Answers {
    fn read_answers(&self, record: &CsvRecord, out: &mut Rows) -> Result<(), String> {
        let names: Vec<&str> = self.names.iter().map(|index| record.field(*index)).collect();
        out.person(&names.join(" "));
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
        let keys = [self.customer, self.respondent].map(|column| column.map_or("", |index| record.field(index)));
        let Some(key) = keys.into_iter().find(|key| !key.is_empty()) else {
            return Err("expected a value in `Respondent ID`, found none".into());
        };
        answer(&self.questions, &Respondent { time, key, dimensions: &[], skipped: "" }, record, out);
        Ok(())
    }
}

/// The question of a column; `part` is its place when it is one of several of a question.
fn question(file: &FileContext<'_>, index: usize, asked: &str, detail: &str, part: Option<usize>) -> Question {
    let samples = file.sampled(index);
    let Some(place) = part.filter(|_| !WHOLE.contains(&fold(detail).as_str())) else {
        let is_open = OPEN.contains(&fold(detail).as_str());
        let learn = if is_open { Question::open } else { Question::learn };
        return learn(index, asked, &samples);
    };
    let text = format!("{asked} | {detail}");
    if OTHER.iter().any(|other| fold(detail).starts_with(other)) {
        return Question::text(index, &text);
    }
    // A column of one option holds the text of the option where it is ticked, or its place.
    let place = place.to_string();
    if samples.iter().all(|sample| fold(sample) == fold(detail)) || samples.iter().all(|sample| *sample == place) {
        return Question::option(index, &text, detail);
    }
    Question::learn(index, &text, &samples)
}

/// Whether a record tells what the columns hold: nothing under the respondent, or how the answer
/// was given.
fn is_second_header(record: &[String]) -> bool {
    let is_told = |cell: &String| !cell.trim().is_empty() && WHOLE.contains(&fold(cell).as_str());
    let is_first_empty = record.first().is_some_and(|cell| cell.trim().is_empty());
    (is_first_empty && record.iter().any(|cell| !cell.trim().is_empty())) || record.iter().any(is_told)
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

    #[test]
    fn an_export_with_numbers_has_the_same_options() {
        let text = "RespondentID,StartDate,EndDate,What went wrong?,,,Quality [b],,Why?,Why?\n\
            ,,,Black screen,Sound lost,Other (please specify),Picture,Sound,Open-Ended Response,Open-Ended Response\n\
            1149000001,2026-11-24 09:12:44,2026-11-24 09:14:02,1,2,frozen,3,3,same,same\n\
            1149000002,2026-11-24 09:12:44,2026-11-24 09:15:02,,2,,1,4,,\n";
        let rows = rows_of(&read(&SurveymonkeyAnswers, "survey.csv", text), "survey_answers");
        let shown: Vec<&str> = rows.iter().map(|row| row.split_once("question=").unwrap().1).collect();
        assert_eq!(
            shown,
            [
                "What went wrong? | Black screen kind=choice body=Black screen",
                "What went wrong? | Sound lost kind=choice body=Sound lost",
                "What went wrong? | Other (please specify) kind=text body=frozen",
                "Quality [b] | Picture kind=scale score=3.0 scale_max=5.0",
                "Quality [b] | Sound kind=scale score=3.0 scale_max=5.0",
                "Why? kind=text body=same",
                "Why? (2) kind=text body=same",
                "What went wrong? | Sound lost kind=choice body=Sound lost",
                "Quality [b] | Picture kind=scale score=1.0 scale_max=5.0",
                "Quality [b] | Sound kind=scale score=4.0 scale_max=5.0",
            ]
        );
    }

    #[test]
    fn french_headers_and_a_condensed_export_are_read() {
        let text = "ID du répondant;ID du collecteur;Date de début;Date de fin;Prénom;Nom de famille;Données personnalisées 1;Qu'avez-vous vu ?;Un commentaire ?\n\
            ;;;;;;;Réponse;Réponse ouverte\n\
            1149000001;4;24/11/2026 09:12:44;24/11/2026 09:14:02;Ada;Morvane;CU-1;Écran noir, Son coupé;RAS\n\
            1149000002;4;24/11/2026 09:12:44;24/11/2026 09:15:02;;;;Écran noir;\n";
        let piece = read(&SurveymonkeyAnswers, "survey.csv", text);
        let rows = rows_of(&piece, "survey_answers");
        assert_eq!(rows.len(), 4, "{rows:?}");
        assert!(rows[0].starts_with("time=2026-11-24T09:14:02Z") && rows[0].ends_with("kind=choice body=Écran noir"));
        assert!(rows[1].ends_with("kind=choice body=Son coupé") && rows[2].ends_with("kind=text body=RAS"));
        assert_eq!(piece.people, ["Ada Morvane"]);
    }

    /// The key as stored, which is a pseudonym.
    fn key(row: &str) -> String {
        let from = row.split_once("respondent_key=").expect("a key").1;
        from.split_once(" question=").expect("a question").0.to_owned()
    }
}

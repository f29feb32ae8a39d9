//! Answers of a Google form: its own download, or its linked sheet saved as CSV or XLSX, with English or
//! French headers, into table `survey_answers`.
//!
//! Vendor: <https://support.google.com/docs/answer/2917686>. Three lines of it:
//! ```text
//! "Horodateur","Adresse e-mail","Sur quel appareil regardiez-vous ?","Gêne ressentie [Image]"
//! "2026/11/24 9:12:44 AM UTC+1","","Smart TV","4"
//! "2026/11/24 12:03:10 PM UTC+1","","Mobile","5"
//! ```
//! Times of the download name their zone, those of a sheet do not. There is no respondent id:
//! a customer number that the form asks for is the key, else time and line together. Several
//! choices in one cell are an answer each.

use crate::ingest::question::{Personal, Question, Respondent, answer, name_apart, personal};
use crate::ingest::rows::Rows;
use crate::ingest::source::{FileContext, Layout, Record, RecordReader, Sample, Source, fold};
use crate::ingest::sources::outage_button::OutageButton;
use crate::ingest::time::TimeFormat;

/// The first header, in the languages that are known.
const TIMESTAMP: &[&str] = &[
    "timestamp",
    "horodateur",
    "zeitstempel",
    "marca temporal",
    "informazioni cronologiche",
    "carimbo de data/hora",
    "tijdstempel",
];

/// Headers of logs and metrics, whose first column may be `timestamp` as well.
const FOREIGN: &[&str] = &[
    "value",
    "metric",
    "level",
    "severity",
    "host",
    "service",
    "message",
    "logger",
    "status",
    "trace_id",
    "entity",
    "total",
    "bad",
    "count",
    "id",
    "name",
    "type",
    "event",
    "log",
    "query id",
    "network id",
];

/// Answers of a Google form.
#[derive(Debug)]
pub struct GoogleFormsAnswers;

impl Source for GoogleFormsAnswers {
    fn name(&self) -> &'static str {
        "google_forms_answers"
    }

    fn about(&self) -> &'static str {
        "Answers to a Google form, from \"Download responses\" or its linked sheet (CSV or XLSX)"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["survey_answers"]
    }

    fn names_people(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &Sample) -> Option<Layout> {
        let records = &sample.csv.as_ref()?.records;
        let header = records.first()?;
        let first = fold(header.first()?);
        let is_first = TIMESTAMP.contains(&first.as_str());
        let is_asked = header.iter().skip(1).any(|cell| cell.trim().ends_with('?'));
        let is_foreign = !is_asked && header.iter().any(|cell| FOREIGN.contains(&fold(cell).as_str()));
        // Names of machine fields are single words; at least one header of a form is a sentence.
        // The other languages of the first header are of forms alone.
        let has_question = first != "timestamp"
            || header.iter().skip(1).any(|cell| {
                let cell = cell.trim();
                cell.ends_with(['?', ']']) || cell.split_whitespace().count() >= 2
            });
        // One broken time does not make it another file.
        let mut dated = records.iter().skip(1).take(20).filter_map(|record| record.first());
        let is_dated = records.len() < 2 || dated.any(|cell| is_date(cell));
        let is_form = is_first && !is_foreign && has_question && is_dated && OutageButton.recognise(sample).is_none();
        is_form.then_some(Layout::Csv { header: Some(0), extra: 0 })
    }

    fn reader(&self, file: &FileContext<'_>) -> Result<Box<dyn RecordReader>, String> {
        let format = TimeFormat::learn(&file.sampled(0), file.zone);
        let mut answers = Answers { format, customer: None, names: Vec::new(), questions: Vec::new() };
        for (index, header) in file.header.iter().enumerate().skip(1) {
            match personal(header) {
                Some(Personal::CustomerKey) => answers.customer = answers.customer.or(Some(index)),
                Some(Personal::Name) => answers.names.push(index),
                Some(Personal::Contact) => {}
                None if header.trim().is_empty() => {}
                None => answers.questions.push(Question::learn(index, header, &file.sampled(index))),
            }
        }
        name_apart(&mut answers.questions);
        Ok(Box::new(answers))
    }
}

struct Answers {
    format: TimeFormat,
    customer: Option<usize>,
    names: Vec<usize>,
    questions: Vec<Question>,
}

impl RecordReader for Answers {
    fn read(&self, record: Record<'_>, out: &mut Rows) -> Result<(), String> {
        let record = record.csv()?;
        let names: Vec<&str> = self.names.iter().map(|index| record.field(*index)).collect();
        out.person(&names.join(" "));
        let written = record.field(0);
        let Some(time) = self.format.parse(written)? else {
            return Err("expected a time in the first column, found none".into());
        };
        let customer = self.customer.map_or("", |index| record.field(index));
        let key = if customer.is_empty() { format!("{written}#{}", out.line()) } else { customer.to_owned() };
        let respondent = Respondent { time: Some(time), key: &key, dimensions: &[], skipped: "" };
        answer(&self.questions, &respondent, record, out);
        Ok(())
    }
}

/// Whether a cell begins like a date of a form: digits, `/` `-` or `.`, digits, and a clock unless
/// it is midnight in a sheet.
fn is_date(cell: &str) -> bool {
    let cell = cell.trim();
    let date: String = cell.chars().take_while(|c| c.is_ascii_digit() || "/-.".contains(*c)).collect();
    let has_parts = date.matches(['/', '-', '.']).count() == 2;
    let rest = &cell[date.len()..];
    let has_clock = rest.starts_with([' ', '\u{a0}', '\u{202f}']) && rest.contains(':');
    (8..=10).contains(&date.len()) && has_parts && (rest.is_empty() || has_clock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::sources::testing::{read, reasons, rows_of};

    #[test]
    fn a_french_download_becomes_answers() {
        let text = "Horodateur,Adresse e-mail,Votre satisfaction ?,Avez-vous été touché par la coupure ?,Geste commercial reçu,Un commentaire ?\n\
            2027/02/04 12:12:44 AM UTC+1,a@mail.example,Très satisfait,Oui,Code promo,<script>\n\
            2027/02/04 3:10:00 PM GMT+1,,Pas du tout satisfait,Non,,\n\
            hier soir,,Neutre,Non,,\n";
        let piece = read(&GoogleFormsAnswers, "form.csv", text);
        let rows = rows_of(&piece, "survey_answers");
        assert_eq!(rows.len(), 6);
        assert!(rows[0].starts_with("time=2027-02-03T23:12:44Z"), "{}", rows[0]);
        assert!(
            rows[0].contains("kind=csat score=5.0 scale_max=5.0") && rows[0].ends_with("is_impacted=true offer=promo")
        );
        assert!(rows[4].contains("score=1.0") && rows[4].ends_with("is_impacted=false"), "{}", rows[4]);
        assert_eq!(reasons(&piece), ["expected a time, found `hier soir`"]);
        assert!(rows.iter().all(|row| !row.contains("mail.example")));
    }

    #[test]
    fn several_choices_of_a_cell_are_an_answer_each() {
        let text = "Horodateur;Appareil;Qu'avez-vous constaté ?;Score;Nom\n\
            x;TV;Écran noir;1 / 5;Ada\n\
            24/11/2026 09:12:44;TV;Écran noir, Son coupé;3 / 5;Ada\n\
            05/12/2026 18:40:01;TV;Écran noir, gel puis 503;5 / 5;\n";
        let piece = read(&GoogleFormsAnswers, "form.csv", text);
        let rows = rows_of(&piece, "survey_answers");
        let shown: Vec<&str> = rows.iter().map(|row| row.split_once("question=").unwrap().1).collect();
        assert_eq!(
            shown,
            [
                "Appareil kind=choice body=TV",
                "Qu'avez-vous constaté ? kind=choice body=Écran noir",
                "Qu'avez-vous constaté ? kind=choice body=Son coupé",
                "Score kind=scale score=3.0 scale_max=5.0",
                "Appareil kind=choice body=TV",
                "Qu'avez-vous constaté ? kind=choice body=Écran noir, gel puis 503",
                "Score kind=scale score=5.0 scale_max=5.0",
            ]
        );
        assert!(rows[4].starts_with("time=2026-12-05T18:40:01Z"));
        assert_eq!(reasons(&piece), ["expected a time, found `x`"]);
        assert_eq!(piece.people, ["Ada", "Ada"]);
    }

    #[test]
    fn an_english_sheet_is_a_form_and_a_log_is_not() {
        let sample = |text: &str| crate::ingest::sources::testing::sample("a.csv", text);
        let sheet = sample("Timestamp,How did you watch?\n11/24/2026 9:12:44,TV\n");
        assert_eq!(GoogleFormsAnswers.recognise(&sheet), Some(Layout::Csv { header: Some(0), extra: 0 }));
        for text in [
            "timestamp,level,message text\n2027-02-04T08:00:00Z,INFO,up\n",
            "Timestamp,CPU load\n1795377912,0.4\n",
            "",
            "a",
        ] {
            assert_eq!(GoogleFormsAnswers.recognise(&sample(text)), None, "{text}");
        }
    }
}

//! What the question of a survey asks, told from its wording and its answers, and the rows that
//! one respondent gives. All survey exports come through here.
//!
//! In: headers as questions, in English or French, and sampled answers. Out: rows of table
//! `survey_answers`, one for each answer and for each choice of several. It does not read times,
//! and does not store who answered: names, e-mail and network addresses are never answers.
//!
//! A number is a score when the wording asks how much, and a code when it asks which. Codes of a
//! yes-or-no question that are 1 and 2 mean yes and no, as survey tools number the choices.

mod choices;
mod personal;
mod scale;
mod words;

use std::sync::LazyLock;

use regex::Regex;

use self::choices::Choices;
pub use self::personal::{Personal, personal};
use self::scale::{number, satisfaction, scale_max, stated_max};
use self::words::{COMMENT, HOW_MUCH, IMPACT, OFFER, RECEIVED, WHICH};
use super::rows::Rows;
use super::source::{CsvRecord, fold};
use super::values::is_null;
use crate::schema::survey_answers as table;

/// One question.
#[derive(Debug, Clone)]
pub struct Question {
    index: usize,
    text: String,
    kind: &'static str,
    /// Whether numbers in the answers are scores.
    is_scored: bool,
    scale_max: Option<f64>,
    asks: Asks,
    /// Text of the option, when the column is one option of several.
    option: Option<String>,
    choices: Option<Choices>,
}

/// What holds for all answers of a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// Whether the respondent was affected; with codes 1 and 2 when `is_coded`.
    Impact {
        is_coded: bool,
    },
    /// What the respondent was given.
    Offer,
}

/// Who answers, when, and what holds for all of the answers.
#[derive(Debug)]
pub struct Respondent<'a> {
    /// When the answers were given, microseconds.
    pub time: Option<i64>,
    /// Identifier of the respondent or the customer, pseudonymised by the row layer.
    pub key: &'a str,
    /// Columns that are no questions: name of the dimension, value.
    pub dimensions: &'a [(String, String)],
    /// What the export writes for a question that was seen and not answered, besides nothing.
    pub skipped: &'static str,
}

/// Values of `kind`.
const NPS: &str = "nps";
const CSAT: &str = "csat";
const CES: &str = "ces";
const SCALE: &str = "scale";
const CHOICE: &str = "choice";
const TEXT: &str = "text";

impl Question {
    /// Learns what a column asks from its header and some of its answers.
    pub fn learn(index: usize, text: &str, answers: &[&str]) -> Self {
        let folded = fold(&plain(text).replace('\u{2019}', "'"));
        let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
        let answers: Vec<&str> = answers.iter().copied().filter(|answer| !is_null(answer)).collect();
        let numbers: Vec<f64> = answers.iter().filter_map(|answer| number(answer)).collect();
        let is_numeric = !answers.is_empty() && numbers.len() * 10 >= answers.len() * 9;
        let is_either = |codes: [f64; 2]| is_numeric && numbers.iter().all(|value| codes.contains(value));
        let stated = stated_max(&folded);
        let (is_binary, is_coded) = (is_either([0.0, 1.0]), is_either([1.0, 2.0]));
        let asks = if (is_numeric && stated.is_some()) || is_likert(&answers) {
            Asks::Nothing
        } else if says(IMPACT) && (!is_numeric || is_binary || is_coded) {
            Asks::Impact { is_coded: is_coded && numbers.contains(&2.0) }
        } else if !is_numeric && asks_offer(&folded, &answers) {
            Asks::Offer
        } else {
            Asks::Nothing
        };
        let is_code = is_numeric && stated.is_none() && (is_binary || asks_which(&folded));
        let kind = if asks != Asks::Nothing {
            CHOICE
        } else if is_numeric || (answers.is_empty() && stated.is_some()) {
            numeric_kind(&folded, stated, &numbers, is_code)
        } else if is_likert(&answers) {
            CSAT
        } else if says(COMMENT) {
            TEXT
        } else {
            CHOICE
        };
        let choices = (kind == CHOICE && asks == Asks::Nothing).then(|| Choices::learn(&answers)).flatten();
        let is_text = kind == CHOICE && asks == Asks::Nothing && !is_code && choices.is_none() && !is_choice(&answers);
        let is_scored = !matches!(kind, CHOICE | TEXT);
        let scale_max = match kind {
            _ if !is_scored => None,
            CSAT if !is_numeric && !answers.is_empty() => Some(5.0),
            NPS => Some(10.0),
            _ => scale_max(stated, &answers, kind != SCALE),
        };
        let kind = if is_text { TEXT } else { kind };
        Self { index, text: plain(text), kind, is_scored, scale_max, asks, option: None, choices }
    }

    /// One option of a question that allows several, in a column of its own.
    pub fn option(index: usize, text: &str, option: &str) -> Self {
        Self { option: Some(plain(option)), ..Self::words(index, text, CHOICE) }
    }

    /// A question with room for words of one's own: what looks chosen is a text all the same.
    pub fn open(index: usize, text: &str, answers: &[&str]) -> Self {
        let learned = Self::learn(index, text, answers);
        if learned.kind == CHOICE && learned.asks == Asks::Nothing { Self::text(index, text) } else { learned }
    }

    /// A question that is answered in words, whatever they look like.
    pub fn text(index: usize, text: &str) -> Self {
        Self::words(index, text, TEXT)
    }

    fn words(index: usize, text: &str, kind: &'static str) -> Self {
        let text = plain(text);
        Self { index, text, kind, is_scored: false, scale_max: None, asks: Asks::Nothing, option: None, choices: None }
    }

    /// csat, nps, ces, scale, choice or text.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Highest possible score; `None` when the question has none.
    pub fn scale_max(&self) -> Option<f64> {
        self.scale_max
    }

    fn score(&self, answer: &str) -> Option<f64> {
        if !self.is_scored {
            return None;
        }
        number(answer).or_else(|| (self.kind == CSAT).then(|| satisfaction(answer)).flatten())
    }

    /// The texts of an answer: one, or one for each choice; none when an option was not ticked.
    fn texts<'a>(&'a self, answer: &'a str) -> Vec<&'a str> {
        if let Some(option) = &self.option {
            return match number(answer) {
                Some(0.0) => Vec::new(),
                Some(_) => vec![option],
                None if is_tick(answer) => vec![option],
                None => vec![answer],
            };
        }
        self.choices.as_ref().map_or_else(|| vec![answer], |choices| choices.split(answer))
    }
}

/// Gives questions of the same wording different names, by position.
pub fn name_apart(questions: &mut [Question]) {
    for at in 1..questions.len() {
        let (before, rest) = questions.split_at_mut(at);
        let own = rest[0].text.clone();
        let names = || std::iter::once(own.clone()).chain((2..).map(|number| format!("{own} ({number})")));
        let free = names().find(|name| before.iter().all(|question| question.text != *name));
        rest[0].text = free.unwrap_or(own);
    }
}

/// Adds the answers of one respondent: empty ones are left out, a score that the scale does not
/// allow is a reject of its own.
pub fn answer(questions: &[Question], respondent: &Respondent<'_>, record: &CsvRecord, out: &mut Rows) {
    let given = |question: &Question| {
        Some(record.field(question.index)).filter(|text| !text.is_empty() && *text != respondent.skipped)
    };
    let impact = questions.iter().find_map(|question| match question.asks {
        Asks::Impact { is_coded: true } => given(question).and_then(number).map(|code| code == 1.0),
        Asks::Impact { is_coded: false } => given(question).and_then(impacted),
        _ => None,
    });
    let offer = questions.iter().filter(|q| q.asks == Asks::Offer).find_map(given).map(offer_kind).unwrap_or_default();
    for question in questions {
        let Some(text) = given(question) else { continue };
        if question.kind != TEXT && is_null(text) {
            continue;
        }
        let score = question.score(text);
        if let (Some(score), Some(max)) = (score, question.scale_max)
            && !(0.0..=max).contains(&score)
        {
            out.reject(format!("expected a score from 0 to {max}, found `{score}`"), text);
            continue;
        }
        for body in question.texts(text) {
            let mut row = out.row(&table::TABLE);
            row.time(table::TIME, respondent.time)
                .text(table::RESPONDENT_KEY, respondent.key)
                .text(table::QUESTION, &question.text)
                .text(table::KIND, question.kind)
                .float(table::SCORE, score)
                .float(table::SCALE_MAX, score.and(question.scale_max))
                .bool(table::IS_IMPACTED, impact)
                .text(table::OFFER, &offer);
            if score.is_none() || !is_bare_number(text) {
                row.text(table::BODY, body);
            }
            for (name, value) in respondent.dimensions {
                row.dimension(name, value);
            }
            row.finish();
        }
    }
}

/// Whether an answer says yes or no; `None` for anything else.
pub fn affirmation(answer: &str) -> Option<bool> {
    let folded = fold(answer);
    let first = folded.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    match first {
        "oui" | "yes" | "true" | "vrai" | "1" | "y" => Some(true),
        "non" | "no" | "false" | "faux" | "0" | "n" => Some(false),
        _ => None,
    }
}

/// Whether an answer says that the respondent was affected, also in degrees.
fn impacted(answer: &str) -> Option<bool> {
    let folded = fold(answer);
    let begins = |words: &[&str]| words.iter().any(|word| folded.starts_with(word));
    if begins(&["pas du tout", "not at all", "never", "jamais", "aucun"]) {
        return Some(false);
    }
    let degrees = ["a little", "a lot", "slightly", "somewhat", "partially", "severely", "completely", "totally"];
    let french = ["un peu", "beaucoup", "partiellement", "fortement", "totalement", "completement"];
    affirmation(answer).or_else(|| (begins(&degrees) || begins(&french)).then_some(true))
}

/// What stands in the column of an option that was ticked, when it is not the option itself.
fn is_tick(answer: &str) -> bool {
    matches!(
        fold(answer).as_str(),
        "x" | "true" | "vrai" | "yes" | "oui" | "checked" | "selected" | "\u{2713}" | "\u{2714}"
    )
}

fn is_bare_number(answer: &str) -> bool {
    answer.trim().starts_with(|c: char| c.is_ascii_digit()) && !answer.contains(char::is_alphabetic)
}

/// Whether the question is what the respondent was given, and not whether a message came.
fn asks_offer(folded: &str, answers: &[&str]) -> bool {
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    says(OFFER) || (says(RECEIVED) && !answers.is_empty() && answers.iter().all(|answer| affirmation(answer).is_none()))
}

/// Whether a question asks which one, so that a number in its answer is the code of a choice.
fn asks_which(folded: &str) -> bool {
    WHICH.iter().any(|word| folded.starts_with(word)) && !HOW_MUCH.iter().any(|word| folded.contains(word))
}

/// What was received, as table `offers` calls it; other words stay as they are, in lower case.
fn offer_kind(answer: &str) -> String {
    let folded = fold(answer);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if matches!(folded.as_str(), "aucun" | "aucune" | "none" | "nothing" | "rien" | "no" | "non") {
        "none".into()
    } else if affirmation(answer).is_some() {
        // Something was given, but not said what.
        String::new()
    } else if has(&["promo", "discount", "remise", "reduction", "voucher"]) {
        "promo".into()
    } else if has(&["film", "vod", "movie"]) {
        "vod".into()
    } else if has(&["replay"]) {
        "replay".into()
    } else if has(&["avoir", "credit", "refund", "rembours"]) {
        "credit".into()
    } else {
        folded
    }
}

/// A header without markup and runs of spaces.
fn plain(text: &str) -> String {
    static MARKUP: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"<[^<>]{1,200}>|\{\{[^{}]{1,200}\}\}").expect("a valid pattern"));
    static BOLD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\*([^*\s][^*]{0,200})\*").expect("a valid pattern"));
    let text = MARKUP.replace_all(text, " ");
    let text = BOLD.replace_all(&text, "$1");
    let entities = [
        ("&nbsp;", " "),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&rsquo;", "\u{2019}"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let text = entities.iter().fold(text.into_owned(), |text, (entity, plain)| text.replace(entity, plain));
    let words: Vec<&str> = text.trim_matches('\u{feff}').split_whitespace().collect();
    words.join(" ")
}

/// The kind of a question with numbers for answers; only 0 to 10 makes a recommendation score.
fn numeric_kind(folded: &str, stated: Option<f64>, numbers: &[f64], is_code: bool) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let wild = numbers.iter().filter(|value| !(0.0..=10.0).contains(*value)).count();
    let is_ten = stated.is_none_or(|max| max == 10.0) && wild * 10 <= numbers.len();
    if says(&["recommend", "recommand", "conseill"]) {
        if is_ten { NPS } else { SCALE }
    } else if says(&["satisf"]) {
        CSAT
    } else if says(&["effort", "easy", "easily", "facile", "facilement", "facilite"]) {
        CES
    } else if is_code {
        CHOICE
    } else {
        SCALE
    }
}

fn is_likert(answers: &[&str]) -> bool {
    let known = answers.iter().filter(|answer| satisfaction(answer).is_some()).count();
    known > 0 && known * 10 >= answers.len() * 6
}

/// Whether answers look chosen from a list: short, and repeated when there are several.
fn is_choice(answers: &[&str]) -> bool {
    let distinct: std::collections::BTreeSet<&&str> = answers.iter().collect();
    let is_short = answers.iter().all(|answer| answer.chars().count() <= 60 && !answer.contains('\n'));
    is_short
        && !answers.is_empty()
        && (distinct.len() <= 3 || (distinct.len() <= 15 && distinct.len() * 2 <= answers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_wording_and_answers() {
        for (text, answers, kind, max) in [
            ("How likely are you to recommend us? (0 to 10)", vec!["9", "10"], NPS, Some(10.0)),
            ("Recommanderiez-vous notre service ?", vec!["3", "7"], NPS, Some(10.0)),
            ("Votre satisfaction ? (1 = pas du tout, 5 = tr\u{e8}s satisfait)", vec!["3"], CSAT, Some(5.0)),
            ("Overall, how satisfied are you?", vec!["Very satisfied", "Neutral"], CSAT, Some(5.0)),
            ("\u{ca}tes-vous satisfait ?", vec!["Tr\u{e8}s satisfaite", "Pas du tout satisfait"], CSAT, Some(5.0)),
            ("Was it easy to reach us?", vec!["7", "2"], CES, Some(7.0)),
            ("G\u{ea}ne ressentie [Image]", vec!["4", "5"], SCALE, Some(5.0)),
            ("Were you affected by the outage?", vec!["Yes", "No"], CHOICE, None),
            ("Quel appareil ?", vec!["TV", "Mobile", "TV"], CHOICE, None),
            ("Un commentaire ?", vec!["RAS"], TEXT, None),
            ("Un commentaire ?", vec![], TEXT, None),
            ("Comment regardiez-vous ?", vec!["TV", "Mobile", "TV"], CHOICE, None),
            ("Would you recommend us? (1 to 5)", vec!["4", "5"], SCALE, Some(5.0)),
            ("How likely is it that you recommend us?", vec!["Extremely likely - 10", "7"], NPS, Some(10.0)),
            ("Le conseilleriez-vous ?", vec!["10", "0"], NPS, Some(10.0)),
            ("How much were you affected by it? (1 to 5)", vec!["4", "1"], SCALE, Some(5.0)),
            ("\u{ca}tes-vous satisfait du geste commercial ? (1 \u{e0} 5)", vec!["4", "1"], CSAT, Some(5.0)),
            ("Did you watch the match?", vec!["1", "0"], CHOICE, None),
            ("Sur quel appareil regardiez-vous ?", vec!["1", "2", "3"], CHOICE, None),
            ("How long did it last, in minutes?", vec!["45", "20"], SCALE, None),
            ("Score", vec!["3 / 20", "11 / 20"], SCALE, Some(20.0)),
            ("How often?", vec!["18-24", "25-34"], CHOICE, None),
        ] {
            let question = Question::learn(0, text, &answers);
            assert_eq!((question.kind(), question.scale_max()), (kind, max), "{text}");
        }
    }

    #[test]
    fn affirmations_and_offers_are_read_in_both_languages() {
        assert_eq!(affirmation("Oui, longtemps"), Some(true));
        assert_eq!(affirmation("No"), Some(false));
        assert_eq!(affirmation("maybe"), None);
        assert_eq!(offer_kind("Code promo"), "promo");
        assert_eq!(offer_kind("Aucun"), "none");
        assert_eq!(offer_kind("A mug"), "a mug");
        assert_eq!(offer_kind("Oui"), "");
        assert_eq!(impacted("Un peu"), Some(true));
        assert_eq!(impacted("Pas du tout"), Some(false));
    }

    #[test]
    fn a_message_received_is_no_offer() {
        let asks = |text: &str, answers: &[&str]| Question::learn(0, text, answers).asks;
        assert_eq!(asks("Did you receive our message?", &["Yes", "No"]), Asks::Nothing);
        assert_eq!(asks("Avez-vous re\u{e7}u un geste commercial ?", &["Oui", "Non"]), Asks::Offer);
        assert_eq!(asks("What did you receive?", &["A film", "Nothing"]), Asks::Offer);
        assert_eq!(asks("Were you affected?", &["1", "2"]), Asks::Impact { is_coded: true });
        assert_eq!(asks("Were you affected?", &["1", "0"]), Asks::Impact { is_coded: false });
    }

    #[test]
    fn questions_of_the_same_wording_are_named_apart() {
        let mut questions = ["Other", "Why?", "Other", "Other"].map(|text| Question::learn(0, text, &[]));
        name_apart(&mut questions);
        assert_eq!(questions.map(|question| question.text), ["Other", "Why?", "Other (2)", "Other (3)"]);
    }

    #[test]
    fn markup_of_headers_is_removed() {
        assert_eq!(plain("<b>How</b>&nbsp;*satisfied*\u{a0}are&#39;you {{field:1a}}?"), "How satisfied are'you ?");
    }

    #[test]
    fn hostile_headers_and_answers_do_not_panic() {
        let long = "<".repeat(100_000);
        let question = Question::learn(0, &long, &["=cmd()", "<script>", "\u{feff}"]);
        assert_eq!(question.kind(), CHOICE);
    }
}

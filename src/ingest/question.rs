//! What the question of a survey asks, told from its wording and its answers, and the rows that
//! one respondent gives. All survey exports come through here.
//!
//! In: headers as questions, in English or French, and sampled answers. Out: rows of table
//! `survey_answers`. It does not read times, and does not store who answered: names, e-mail and
//! network addresses are never answers.

use std::sync::LazyLock;

use regex::Regex;

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
    scale_max: Option<f64>,
    asks_impact: bool,
    asks_offer: bool,
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
}

/// What a column of a survey is when it is not a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Identifier of the customer, by which other tables are joined.
    CustomerKey,
    /// Name of the respondent.
    Name,
    /// E-mail, telephone or network address.
    Contact,
}

/// Values of `kind`.
const NPS: &str = "nps";
const CSAT: &str = "csat";
const CES: &str = "ces";
const SCALE: &str = "scale";
const CHOICE: &str = "choice";
const TEXT: &str = "text";

const SATISFACTION: &[(&str, f64)] = &[
    ("very satisfied", 5.0),
    ("extremely satisfied", 5.0),
    ("completely satisfied", 5.0),
    ("tres satisfait", 5.0),
    ("tout a fait satisfait", 5.0),
    ("extremement satisfait", 5.0),
    ("satisfied", 4.0),
    ("somewhat satisfied", 4.0),
    ("satisfait", 4.0),
    ("plutot satisfait", 4.0),
    ("assez satisfait", 4.0),
    ("neutral", 3.0),
    ("neither satisfied nor dissatisfied", 3.0),
    ("neutre", 3.0),
    ("ni satisfait ni insatisfait", 3.0),
    ("ni satisfait, ni insatisfait", 3.0),
    ("moyennement satisfait", 3.0),
    ("dissatisfied", 2.0),
    ("somewhat dissatisfied", 2.0),
    ("unsatisfied", 2.0),
    ("insatisfait", 2.0),
    ("plutot insatisfait", 2.0),
    ("plutot pas satisfait", 2.0),
    ("peu satisfait", 2.0),
    ("pas satisfait", 2.0),
    ("mecontent", 2.0),
    ("very dissatisfied", 1.0),
    ("very unsatisfied", 1.0),
    ("extremely dissatisfied", 1.0),
    ("not satisfied at all", 1.0),
    ("not at all satisfied", 1.0),
    ("tres insatisfait", 1.0),
    ("tres mecontent", 1.0),
    ("pas du tout satisfait", 1.0),
];

const IMPACT: &[&str] = &[
    "were you affected",
    "were you impacted",
    "have you been affected",
    "affected by",
    "impacted by",
    "did the outage affect",
    "avez-vous ete touche",
    "avez vous ete touche",
    "avez-vous ete impacte",
    "avez vous ete impacte",
    "avez-vous ete affecte",
    "avez-vous ete concerne",
    "touche par",
    "touche(e) par",
    "touchee par",
    "impacte par",
    "impacte(e) par",
    "affecte par",
    "concerne par",
    "avez-vous subi",
    "avez vous subi",
    "did you experience the outage",
];

const OFFER: &[&str] = &[
    "geste commercial",
    "geste recu",
    "dedommagement",
    "compensation",
    "goodwill",
    "offer received",
    "offered to you",
    "were you offered",
    "did you receive",
    "what did you receive",
    "offre recue",
    "avez-vous recu",
    "avez vous recu",
    "gesture",
];

const COMMENT: &[&str] = &[
    "comment",
    "remark",
    "remarque",
    "anything else",
    "autre chose",
    "tell us",
    "precisez",
    "suggestion",
    "explain",
    "expliquez",
    "dites-nous",
    "dites nous",
    "in your own words",
    "feedback",
];

impl Question {
    /// Learns what a column asks from its header and some of its answers.
    pub fn learn(index: usize, text: &str, answers: &[&str]) -> Self {
        let folded = fold(&plain(text).replace('\u{2019}', "'"));
        let asks = |words: &[&str]| words.iter().any(|word| folded.contains(word));
        let answers: Vec<&str> = answers.iter().copied().filter(|answer| !is_null(answer)).collect();
        let numbers: Vec<f64> = answers.iter().filter_map(|answer| number(answer)).collect();
        let is_numeric = !answers.is_empty() && numbers.len() * 10 >= answers.len() * 9;
        let asks_impact = asks(IMPACT);
        let asks_offer = !asks_impact && asks(OFFER);
        let kind = if asks_impact || asks_offer {
            CHOICE
        } else if is_numeric || (answers.is_empty() && states_scale(&folded)) {
            numeric_kind(&folded)
        } else if is_likert(&answers) {
            CSAT
        } else if asks(COMMENT) || !is_choice(&answers) {
            TEXT
        } else {
            CHOICE
        };
        let scale_max = match kind {
            CHOICE | TEXT => None,
            CSAT if !is_numeric && !answers.is_empty() => Some(5.0),
            _ => Some(scale_max(&folded, kind, &numbers)),
        };
        Self { index, text: plain(text), kind, scale_max, asks_impact, asks_offer }
    }

    /// One option of a question that allows several, in a column of its own.
    pub fn option(index: usize, text: &str) -> Self {
        Self { index, text: plain(text), kind: CHOICE, scale_max: None, asks_impact: false, asks_offer: false }
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
        self.scale_max?;
        number(answer).or_else(|| (self.kind == CSAT).then(|| satisfaction(answer)).flatten())
    }
}

/// What a column is when its header asks for the person and not for an opinion.
pub fn personal(header: &str) -> Option<Personal> {
    let folded = fold(&header.replace(['_', '\u{2019}'], " "));
    let is = |names: &[&str]| names.contains(&folded.as_str());
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if has(&[
        "numero client",
        "numero de client",
        "customer id",
        "customer number",
        "customer key",
        "client id",
        "identifiant client",
        "account number",
        "numero de compte",
        "n° client",
    ]) || is(&["custom data 1", "custom data", "customdata", "donnees personnalisees 1", "customer", "client"])
    {
        return Some(Personal::CustomerKey);
    }
    if has(&["e-mail", "email", "courriel", "adresse ip", "ip address", "telephone", "phone number"])
        || is(&["username", "phone", "mail", "ip", "tel", "address", "adresse", "nom d utilisateur", "ipaddress"])
    {
        return Some(Personal::Contact);
    }
    let names = [
        "first name",
        "last name",
        "firstname",
        "lastname",
        "full name",
        "your name",
        "name",
        "prenom",
        "nom",
        "nom de famille",
        "votre nom",
        "votre prenom",
        "nom et prenom",
    ];
    is(&names).then_some(Personal::Name)
}

/// Adds the answers of one respondent: empty ones are left out, a score that the scale does not
/// allow is a reject of its own.
pub fn answer(questions: &[Question], respondent: &Respondent<'_>, record: &CsvRecord, out: &mut Rows) {
    let given = |question: &Question| Some(record.field(question.index)).filter(|text| !text.is_empty());
    let impact = questions.iter().filter(|q| q.asks_impact).find_map(|q| affirmation(given(q)?));
    let offer = questions.iter().filter(|q| q.asks_offer).find_map(given).map(offer_kind).unwrap_or_default();
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
        let mut row = out.row(&table::TABLE);
        row.time(table::TIME, respondent.time)
            .text(table::RESPONDENT_KEY, respondent.key)
            .text(table::QUESTION, &question.text)
            .text(table::KIND, question.kind)
            .float(table::SCORE, score)
            .float(table::SCALE_MAX, score.and(question.scale_max))
            .bool(table::IS_IMPACTED, impact)
            .text(table::OFFER, &offer);
        if score.is_none() || number(text).is_none() {
            row.text(table::BODY, text);
        }
        for (name, value) in respondent.dimensions {
            row.dimension(name, value);
        }
        row.finish();
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

/// What was received, as table `offers` calls it; other words stay as they are, in lower case.
fn offer_kind(answer: &str) -> String {
    let folded = fold(answer);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if matches!(folded.as_str(), "aucun" | "aucune" | "none" | "nothing" | "rien" | "no" | "non") {
        "none".into()
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
    let text = MARKUP.replace_all(text, " ");
    let text = text.replace("&nbsp;", " ").replace("&apos;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    let words: Vec<&str> = text.trim_matches('\u{feff}').split_whitespace().collect();
    words.join(" ")
}

fn numeric_kind(folded: &str) -> &'static str {
    if folded.contains("recommend") || folded.contains("recommand") {
        NPS
    } else if folded.contains("satisf") {
        CSAT
    } else if ["effort", "easy", "easily", "facile", "facilement", "facilite"].iter().any(|w| folded.contains(w)) {
        CES
    } else {
        SCALE
    }
}

/// Whether the wording itself says that the answer is a number.
fn states_scale(folded: &str) -> bool {
    stated_max(folded).is_some()
}

/// The highest number of a scale that the wording names: `0 to 10`, `de 1 a 5`, `5 = tres`, `/ 10`.
fn stated_max(folded: &str) -> Option<f64> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        let range = r"\b[01]\s*(?:to|a|and|et|-|–|\.\.+)\s*(5|6|7|10|100)\b";
        let named = r"\b(3|4|5|6|7|10)\s*(?:=|:)";
        let share = r"(?:/|out of|sur)\s*(5|10|20|100)\b";
        Regex::new(&format!("{range}|{named}|{share}")).expect("a valid pattern")
    });
    let numbers = RANGE
        .captures_iter(folded)
        .filter_map(|found| found.iter().skip(1).flatten().next().and_then(|number| number.as_str().parse().ok()));
    numbers.reduce(f64::max)
}

/// The highest possible score: as stated, else the smallest usual scale that holds the answers.
fn scale_max(folded: &str, kind: &str, numbers: &[f64]) -> f64 {
    let highest = numbers.iter().copied().fold(0.0, f64::max);
    if let Some(stated) = stated_max(folded) {
        return stated;
    }
    if kind == NPS && highest <= 10.0 {
        return 10.0;
    }
    [5.0, 7.0, 10.0, 20.0, 100.0].into_iter().find(|max| highest <= *max).unwrap_or(highest)
}

/// A score: `4`, `4,5`, `7/10`, `3 / 5`, `4 - good`.
fn number(answer: &str) -> Option<f64> {
    let text = answer.trim();
    let text = text.split_once('/').map_or(text, |(score, _)| score).trim();
    if text.is_empty() || text.len() > 12 || !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    text.replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())
}

fn satisfaction(answer: &str) -> Option<f64> {
    let folded = fold(answer);
    let folded = folded.trim_end_matches('.').replace("(e)", "");
    let masculine = folded.replace("satisfaite", "satisfait").replace("mecontente", "mecontent");
    SATISFACTION.iter().find(|(words, _)| *words == masculine).map(|(_, score)| *score)
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
        ] {
            let question = Question::learn(0, text, &answers);
            assert_eq!((question.kind(), question.scale_max()), (kind, max), "{text}");
        }
    }

    #[test]
    fn likert_answers_become_scores() {
        assert_eq!(satisfaction("Tr\u{e8}s satisfait(e)"), Some(5.0));
        assert_eq!(satisfaction("Very dissatisfied"), Some(1.0));
        assert_eq!(satisfaction("whatever"), None);
    }

    #[test]
    fn personal_columns_are_no_questions() {
        assert_eq!(personal("Adresse e-mail"), Some(Personal::Contact));
        assert_eq!(personal("customer_id"), Some(Personal::CustomerKey));
        assert_eq!(personal("Votre num\u{e9}ro client"), Some(Personal::CustomerKey));
        assert_eq!(personal("First Name"), Some(Personal::Name));
        assert_eq!(personal("What would you name the channel?"), None);
    }

    #[test]
    fn affirmations_and_offers_are_read_in_both_languages() {
        assert_eq!(affirmation("Oui, longtemps"), Some(true));
        assert_eq!(affirmation("No"), Some(false));
        assert_eq!(affirmation("maybe"), None);
        assert_eq!(offer_kind("Code promo"), "promo");
        assert_eq!(offer_kind("Aucun"), "none");
        assert_eq!(offer_kind("A mug"), "a mug");
    }

    #[test]
    fn hostile_headers_and_answers_do_not_panic() {
        let long = "<".repeat(100_000);
        let question = Question::learn(0, &long, &["=cmd()", "<script>", "\u{feff}"]);
        assert_eq!(question.kind(), CHOICE);
        assert_eq!(number("-"), None);
        assert_eq!(number("1e999"), None);
    }
}

//! Numbers of a survey: the score that an answer gives and the end of the scale.

use std::sync::LazyLock;

use regex::Regex;

use super::words::SATISFACTION;
use crate::ingest::source::fold;
use crate::ingest::values::formula_guard_stripped;

/// Usual ends of scales.
const USUAL: [f64; 5] = [5.0, 7.0, 10.0, 20.0, 100.0];

/// A score: `4`, `4,5`, `7/10`, `3 / 5`, `4 - good`, `Extremely likely - 10`, `4 stars`.
pub(super) fn number(answer: &str) -> Option<f64> {
    written(answer).map(|(value, _)| value)
}

/// The end of the scale that an answer names itself, as in `7/10`.
pub(super) fn denominator(answer: &str) -> Option<f64> {
    written(answer).and_then(|(_, end)| end)
}

fn written(answer: &str) -> Option<(f64, Option<f64>)> {
    static SHARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d{1,3}(?:[.,]\d+)?)\s*/\s*(\d{1,3})$"));
    static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
        let before = r"^(\d{1,3}(?:[.,]\d+)?)\s*(?:(?:[-\u{2013}\u{2014}:=.)]|\()\s*\p{L}.*|(?:stars?|\u{e9}toiles?))$";
        let behind = r"^\p{L}.*?\s*[-\u{2013}\u{2014}:=(]\s*(\d{1,3})\)?$";
        pattern(&format!("{before}|{behind}"))
    });
    let text = formula_guard_stripped(answer.trim());
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    let is_plain = text.len() <= 12 && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if is_plain && let Some(value) = parsed(text) {
        return Some((value, None));
    }
    if let Some(found) = SHARE.captures(text) {
        let (value, end) = (parsed(&found[1])?, parsed(&found[2])?);
        return (value <= end && [3.0, 4.0, 6.0].iter().chain(&USUAL).any(|usual| *usual == end))
            .then_some((value, Some(end)));
    }
    let found = LABELLED.captures(text)?;
    let value = found.iter().skip(1).flatten().next().and_then(|value| parsed(value.as_str()))?;
    Some((value, None))
}

fn parsed(text: &str) -> Option<f64> {
    text.replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Points of a satisfaction scale in words.
pub(super) fn satisfaction(answer: &str) -> Option<f64> {
    let folded = fold(answer).replace("(e)", "").replace("\u{b7}e", "").replace("-e ", " ");
    let folded = folded.trim_end_matches(['.', '!']);
    let masculine = folded.replace("satisfaite", "satisfait").replace("mecontente", "mecontent");
    SATISFACTION.iter().find(|(words, _)| *words == masculine).map(|(_, score)| *score)
}

/// The highest number of a scale that the wording names: `0 to 10`, `de 1 (mal) a 5 (bien)`,
/// `5 = tres`, `/ 10`.
pub(super) fn stated_max(folded: &str) -> Option<f64> {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        let range = r"\b[01]\s*(?:\([^()]{1,60}\)|=[^,;0-9]{1,60}|stars?|etoiles?)?\s*[,;]?\s*(?:to|a|and|et|-|\u{2013}|\.\.+)\s*(3|4|5|6|7|10|100)\b";
        let named = r"\b(3|4|5|6|7|10)\s*(?:=|:)";
        let share = r"(?:/|out of|sur)\s*(5|10|20|100)\b";
        pattern(&format!("{range}|{named}|{share}"))
    });
    let numbers = RANGE
        .captures_iter(folded)
        .filter_map(|found| found.iter().skip(1).flatten().next().and_then(|number| number.as_str().parse().ok()));
    numbers.reduce(f64::max)
}

/// The highest possible score: as stated by wording or answers, else the smallest usual scale that
/// holds the answers. Plain numbers above 10 are no scale unless `is_scale` says that they must be.
pub(super) fn scale_max(stated: Option<f64>, answers: &[&str], is_scale: bool) -> Option<f64> {
    let numbers = || answers.iter().filter_map(|answer| number(answer));
    let highest = numbers().fold(0.0, f64::max);
    // A number of the wording that most answers exceed is not the end of their scale.
    let fits = |max: &f64| numbers().filter(|value| value > max).count() * 2 <= numbers().count();
    let told = answers.iter().filter_map(|answer| denominator(answer)).reduce(f64::max);
    if let Some(max) = stated.filter(fits).or(told) {
        return Some(max);
    }
    if !is_scale && highest > 10.0 {
        return None;
    }
    USUAL.into_iter().find(|max| highest <= *max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_read_as_tools_write_them() {
        for (answer, score) in [
            ("4", Some(4.0)),
            ("4,5", Some(4.5)),
            ("7/10", Some(7.0)),
            ("3 / 5", Some(3.0)),
            ("4 - good", Some(4.0)),
            ("5 (tr\u{e8}s satisfait)", Some(5.0)),
            ("Extremely likely - 10", Some(10.0)),
            ("Not at all likely \u{2013} 0", Some(0.0)),
            ("4 stars", Some(4.0)),
            ("'-3", Some(-3.0)),
            ("18-24", None),
            ("24/11/2026", None),
            ("10 minutes", None),
            ("21:30", None),
            ("-", None),
            ("1e999", None),
        ] {
            assert_eq!(number(answer), score, "{answer}");
        }
        assert_eq!(denominator("3 / 5"), Some(5.0));
    }

    #[test]
    fn likert_answers_become_scores() {
        assert_eq!(satisfaction("Tr\u{e8}s satisfait(e)"), Some(5.0));
        assert_eq!(satisfaction("Tr\u{e8}s satisfait\u{b7}e"), Some(5.0));
        assert_eq!(satisfaction("Very dissatisfied"), Some(1.0));
        assert_eq!(satisfaction("whatever"), None);
    }

    #[test]
    fn the_end_of_a_scale_is_stated_or_told_by_the_answers() {
        assert_eq!(stated_max("de 1 (pas du tout) a 5 (tres)"), Some(5.0));
        assert_eq!(stated_max("on a scale of 0 to 10, how annoyed were you?"), Some(10.0));
        assert_eq!(stated_max("how many evenings?"), None);
        assert_eq!(scale_max(None, &["3 / 20", "7 / 20"], false), Some(20.0));
        assert_eq!(scale_max(None, &["45", "31"], false), None);
        assert_eq!(scale_max(Some(5.0), &["8", "9", "5"], false), Some(10.0));
    }
}

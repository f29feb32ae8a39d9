//! Several choices in one cell, as forms join them: `Black screen;Sound lost`, or with `, `.
//!
//! An option may hold a comma itself. What follows a comma in lower case, while answers begin
//! with a capital, belongs to the option before; an option that is known is found as a whole.

use super::affirmation;

/// Separators, the one that options hardly ever hold first.
const SEPARATORS: [&str; 2] = [";", ", "];

/// How the choices of a cell are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choices {
    separator: &'static str,
    options: Vec<String>,
    has_capitals: bool,
}

impl Choices {
    /// Learns from the answers whether cells hold several choices; `None` when each is one.
    pub(super) fn learn(answers: &[&str]) -> Option<Self> {
        SEPARATORS.into_iter().find_map(|separator| Self::by(separator, answers))
    }

    fn by(separator: &'static str, answers: &[&str]) -> Option<Self> {
        let capitals = answers.iter().filter(|answer| answer.starts_with(char::is_uppercase)).count();
        let has_capitals = capitals * 2 > answers.len();
        let mut choices = Self { separator, options: Vec::new(), has_capitals };
        let split: Vec<Vec<&str>> = answers.iter().map(|answer| choices.split(answer)).collect();
        let pieces: Vec<&str> = split.iter().flatten().copied().collect();
        let has_several = split.iter().any(|pieces| pieces.len() > 1);
        // An option that also stands alone shows that the separator is none of the wording.
        let alone = |piece: &&str| split.iter().any(|pieces| pieces[..] == [*piece]);
        let is_proven =
            separator == ";" || split.iter().filter(|p| p.len() > 1).any(|several| several.iter().any(alone));
        let is_yes_no = pieces.iter().any(|piece| !piece.contains(' ') && affirmation(piece).is_some());
        if !has_several || !is_proven || is_yes_no || !super::is_choice(&pieces) {
            return None;
        }
        let mut options: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
        options.sort_unstable();
        options.dedup();
        choices.options = options;
        Some(choices)
    }

    /// The choices of an answer.
    pub(super) fn split<'a>(&self, answer: &'a str) -> Vec<&'a str> {
        let answer = answer.trim().trim_end_matches(self.separator.trim());
        let mut starts = vec![0];
        starts.extend(answer.match_indices(self.separator).map(|(at, _)| at + self.separator.len()));
        let ends: Vec<usize> =
            starts.iter().skip(1).map(|start| start - self.separator.len()).chain([answer.len()]).collect();
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < starts.len() {
            let piece = |last: usize| answer[starts[at]..ends[last]].trim();
            let known = (at..starts.len()).rev().find(|last| self.options.iter().any(|option| option == piece(*last)));
            let continued = (at + 1..starts.len())
                .take_while(|next| {
                    self.has_capitals && answer[starts[*next]..].trim_start().starts_with(char::is_lowercase)
                })
                .last();
            let last = known.or(continued).unwrap_or(at);
            if !piece(last).is_empty() {
                pieces.push(piece(last));
            }
            at = last + 1;
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_of_a_cell_are_told_apart() {
        let choices = Choices::learn(&["\u{c9}cran noir;Son coup\u{e9}", "\u{c9}cran noir"]).unwrap();
        assert_eq!(choices.split("Son coup\u{e9};gel, puis 503"), ["Son coup\u{e9}", "gel, puis 503"]);
        let choices = Choices::learn(&["Black screen, Sound lost", "Black screen", "Sound lost"]).unwrap();
        assert_eq!(choices.split("Sound lost, Black screen"), ["Sound lost", "Black screen"]);
    }

    #[test]
    fn an_option_with_a_comma_stays_whole() {
        let answers = ["No picture, only sound, Error code", "Error code", "No picture, only sound"];
        let choices = Choices::learn(&answers).unwrap();
        assert_eq!(choices.split(answers[0]), ["No picture, only sound", "Error code"]);
    }

    #[test]
    fn one_choice_with_a_comma_is_one() {
        assert_eq!(Choices::learn(&["Yes, always", "Yes, sometimes", "No"]), None);
        assert_eq!(Choices::learn(&["Smart TV", "Mobile", "Smart TV"]), None);
        assert_eq!(Choices::learn(&["I was at home, the match went dark; then nothing", "It was fine"]), None);
    }
}

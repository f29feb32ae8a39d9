//! Answers on a five-step scale as parted bars, centred on the middle of the neutral
//! answer, so that the eye compares left with right.
//!
//! In: rows with five shares. Out: SVG. Shares need not sum to one exactly; a row
//! without shares says why.

use super::canvas::Canvas;
use super::label::{Anchor, Area, shorten, width};
use super::theme::Token;
use super::value_axis::ValueFormat;
use super::{Alt, Text, Variant};

/// Parted bars.
#[derive(Debug, Clone)]
pub struct SurveyLikertChart {
    /// What a voice reads.
    pub alt: Alt,
    /// "dissatisfied", above the left side.
    pub low_head: String,
    /// "satisfied", above the right side.
    pub high_head: String,
    /// "answers", above the counts; on a narrow chart "n" stands in each row's `count`.
    pub count_head: String,
    /// The questions, impacted first.
    pub rows: Vec<LikertRow>,
    /// Words of a share; "with unit" is false where the sign has no room.
    pub format: ValueFormat,
}

/// One question of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LikertRow {
    /// Group and question.
    pub name: String,
    /// Shares from 0 to 1, worst answer first; none when there are too few answers.
    pub shares: Option<[f64; 5]>,
    /// Number of answers ("486", narrow "n 486").
    pub count: Text,
    /// "11 answers, 15 needed", when there are no shares.
    pub too_few: String,
}

const STEPS: [(Token, Token); 5] = [
    (Token::Impact, Token::Paper),
    (Token::Step2, Token::Ink),
    (Token::Step3, Token::Ink),
    (Token::Step4, Token::Ink),
    (Token::Comms, Token::Paper),
];
const BAR: f64 = 24.0;

/// Where the bars of all rows stand.
struct Scale {
    center: f64,
    unit: f64,
}

impl SurveyLikertChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let (row_height, first) = if variant.is_narrow() { (58.0, 50.0) } else { (40.0, 30.0) };
        let height =
            first + row_height * self.rows.len().max(1) as f64 + 6.0 - if variant.is_narrow() { 20.0 } else { 0.0 };
        let mut canvas = Canvas::new(variant.width(), height);
        let left = if variant.is_narrow() { 0.0 } else { 239.0 };
        let right = if variant.is_narrow() { variant.width() - 8.0 } else { 658.0 };
        let scale = self.scale(left, right);
        self.draw_heads(&mut canvas, scale.center, variant);
        if !variant.is_narrow() {
            canvas.line((scale.center, 20.0), (scale.center, height - 6.0), Token::Ink, 1.0);
        }
        for (index, row) in self.rows.iter().enumerate() {
            let top = first + row_height * index as f64;
            if variant.is_narrow() {
                canvas.line((scale.center, top - 3.0), (scale.center, top + BAR + 4.0), Token::Ink, 1.0);
            }
            self.draw_row(&mut canvas, row, top, &scale, variant);
        }
        canvas
    }

    /// The common scale that holds the longest left and the longest right side.
    fn scale(&self, left: f64, right: f64) -> Scale {
        let sides = self.rows.iter().filter_map(|row| usable(row.shares)).map(|shares| {
            let middle = shares[2] / 2.0;
            (shares[0] + shares[1] + middle, middle + shares[3] + shares[4])
        });
        let (low, high) = sides.fold((0.0_f64, 0.0_f64), |most, side| (most.0.max(side.0), most.1.max(side.1)));
        let (low, high) = if low + high > 0.0 { (low.max(0.15), high.max(0.15)) } else { (0.5, 0.5) };
        let unit = (right - left) / (low + high);
        Scale { center: left + low * unit, unit }
    }

    fn draw_heads(&self, canvas: &mut Canvas, center: f64, variant: Variant) {
        let edge = variant.width();
        let low_x = (center - 24.0).max(width(&self.low_head, true));
        let high_x = (center + 24.0).min(edge - width(&self.high_head, true)).max(low_x + 12.0);
        canvas.bold(low_x, 12.0, Anchor::End, Token::Impact, &self.low_head);
        canvas.bold(high_x, 12.0, Anchor::Start, Token::Comms, &self.high_head);
        let count_left = edge - width(&self.count_head, false);
        if !variant.is_narrow() && count_left > high_x + width(&self.high_head, true) + 8.0 {
            canvas.text(edge, 12.0, Anchor::End, Token::Ink2, &self.count_head);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &LikertRow, top: f64, scale: &Scale, variant: Variant) {
        let edge = variant.width();
        let count = row.count.of(variant);
        if variant.is_narrow() {
            let room = edge - width(count, false) - 12.0;
            canvas.text(0.0, top - 7.0, Anchor::Start, Token::Ink, &shorten(&row.name, false, room));
            canvas.text(edge, top - 7.0, Anchor::End, Token::Ink2, count);
        } else {
            canvas.text(222.0, top + 16.0, Anchor::End, Token::Ink, &shorten(&row.name, false, 222.0));
            canvas.text(edge, top + 16.0, Anchor::End, Token::Ink2, count);
        }
        match usable(row.shares) {
            Some(shares) => self.draw_bar(canvas, shares, top, scale),
            None => canvas.text_on_paper(scale.center, top + 16.0, Anchor::Middle, Token::Ink2, &row.too_few),
        }
    }

    fn draw_bar(&self, canvas: &mut Canvas, shares: [f64; 5], top: f64, scale: &Scale) {
        let mut left = scale.center - (shares[0] + shares[1] + shares[2] / 2.0) * scale.unit;
        for (share, (fill, ink)) in shares.into_iter().zip(STEPS) {
            let right = left + share * scale.unit;
            canvas.rect(Area::new(left, top, (right - 1.0).max(left), top + BAR), fill);
            let words = [self.format.words(share, true), self.format.words(share, false)];
            let fitting = words.iter().find(|words| width(words, false) + 3.0 <= right - left);
            if let Some(words) = fitting.filter(|_| right - left > 26.0) {
                canvas.text(f64::midpoint(left, right - 1.0), top + 16.0, Anchor::Middle, ink, words);
            }
            left = right;
        }
    }
}

/// Shares that can be drawn: finite, not negative, not all zero.
fn usable(shares: Option<[f64; 5]>) -> Option<[f64; 5]> {
    shares.filter(|shares| {
        shares.iter().all(|share| share.is_finite() && *share >= 0.0) && shares.iter().sum::<f64>() > 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, VARIANTS, labels_apart, percent, sound};

    fn chart(rows: &[Option<[f64; 5]>], words: &str) -> SurveyLikertChart {
        let row = |shares: &Option<[f64; 5]>| LikertRow {
            name: words.into(),
            shares: *shares,
            count: Text::new("486", "n 486"),
            too_few: "11 answers, 15 needed".into(),
        };
        SurveyLikertChart {
            alt: Alt::default(),
            low_head: "dissatisfied".into(),
            high_head: "satisfied".into(),
            count_head: "answers".into(),
            rows: rows.iter().map(row).collect(),
            format: percent(),
        }
    }

    #[test]
    fn words_do_not_overlap() {
        let rows = [Some([0.24, 0.25, 0.16, 0.22, 0.13]), Some([0.0, 0.0, 0.02, 0.08, 0.9]), None];
        for variant in VARIANTS {
            labels_apart(&chart(&rows, "Impacted: the whole evening").canvas(variant), variant);
            labels_apart(&chart(&[Some([1.0, 0.0, 0.0, 0.0, 0.0])], "all of them").canvas(variant), variant);
        }
    }

    #[test]
    fn few_impossible_and_hostile_rows_are_sound() {
        let rows = [None, Some([f64::NAN; 5]), Some([0.0; 5]), Some([-1.0, 2.0, 0.0, 0.0, 0.0]), Some([9.0; 5])];
        for variant in VARIANTS {
            let svg = chart(&rows, HOSTILE).draw("f6", variant);
            sound(&svg);
            assert_eq!(svg.matches("11 answers, 15 needed").count(), 4);
            sound(&chart(&[], "").draw("f6", variant));
        }
    }
}

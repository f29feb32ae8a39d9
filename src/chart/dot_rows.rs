//! Rows of estimates with intervals on one axis, as shares, ratios and scores need it.
//!
//! In: rows with a name, one or more estimates and their words. Out: a canvas. On a
//! narrow chart the name stands above its row. It computes no interval.

use super::Variant;
use super::canvas::Canvas;
use super::label::{Anchor, Area, shorten, width};
use super::marks::dot;
use super::theme::{EXPECTED, Token};
use super::value_axis::{ValueFormat, ValueScale};

/// An estimate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimate {
    /// The value; none when it is not known.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Number and interval in words ("49 (38–76)"), or "11 answers, 15 needed".
    pub words: String,
    /// True for those who were hurt and for the slice in question.
    pub is_impacted: bool,
}

/// A row of the chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DotRow {
    /// What is estimated, or of whom.
    pub name: String,
    /// One estimate, or one per group, drawn below each other.
    pub estimates: Vec<Estimate>,
}

/// The parts of a chart of dots.
pub(super) struct DotChart<'a> {
    pub(super) rows: &'a [DotRow],
    pub(super) scale: &'a ValueScale,
    pub(super) reference: Option<f64>,
    pub(super) format: &'a ValueFormat,
    /// Words above the axis at the left and right of the reference; may be empty.
    pub(super) heads: (&'a str, &'a str),
}

const LINE: f64 = 20.0;
const PAD: f64 = 12.0;
/// Space above the first row, with and without words above the axis.
const TOP: (f64, f64) = (24.0, 8.0);

impl DotChart<'_> {
    pub(super) fn canvas(&self, variant: Variant) -> Canvas {
        let heights: Vec<f64> = self.rows.iter().map(|row| row_height(row, variant)).collect();
        let first = self.top();
        let bottom = first + heights.iter().sum::<f64>().max(LINE);
        let mut canvas = Canvas::new(variant.width(), bottom + 26.0);
        let plot = self.plot(bottom, variant);
        self.draw_axis(&mut canvas, plot, variant);
        if !variant.is_narrow() {
            self.draw_grid(&mut canvas, plot, (plot.top - 4.0, plot.bottom + 4.0));
        }
        let mut top = first;
        for (row, height) in self.rows.iter().zip(heights) {
            self.draw_row(&mut canvas, row, top, plot, variant);
            top += height;
        }
        canvas
    }

    fn top(&self) -> f64 {
        if self.heads.0.is_empty() && self.heads.1.is_empty() { TOP.1 } else { TOP.0 }
    }

    fn plot(&self, bottom: f64, variant: Variant) -> Area {
        let widest = |widths: &mut dyn Iterator<Item = f64>, low: f64, high: f64| widths.fold(low, f64::max).min(high);
        let drawn = self.rows.iter().flat_map(|row| &row.estimates).filter(|estimate| estimate.value.is_some());
        let words = &mut drawn.map(|estimate| width(&estimate.words, false));
        let (top, edge) = (self.top(), variant.width());
        if variant.is_narrow() {
            return Area::new(8.0, top, edge - widest(words, 60.0, 140.0) - 14.0, bottom);
        }
        let names = &mut self.rows.iter().map(|row| width(&row.name, is_hurt(row)));
        let left = widest(names, 120.0, 240.0);
        Area::new(left + 24.0, top, edge - widest(words, 60.0, 170.0) - 18.0, bottom)
    }

    /// Words below the axis, and above it at the reference.
    fn draw_axis(&self, canvas: &mut Canvas, plot: Area, variant: Variant) {
        let last = self.scale.ticks.last().copied();
        let mut reached = f64::NEG_INFINITY;
        for tick in &self.scale.ticks {
            let words = self.format.words(*tick, Some(*tick) == last);
            let half = width(&words, false) / 2.0;
            let x = self.scale.x(*tick, plot.left, plot.right).clamp(half, (variant.width() - half).max(half));
            if x - half > reached + 4.0 {
                canvas.text(x, plot.bottom + 19.0, Anchor::Middle, Token::Ink2, &words);
                reached = x + half;
            }
        }
        let Some(reference) = self.reference else {
            return;
        };
        let x = self.scale.x(reference, plot.left, plot.right);
        if x - width(self.heads.0, false) - 8.0 >= 0.0 {
            canvas.text(x - 8.0, 12.0, Anchor::End, Token::Ink2, self.heads.0);
        }
        if x + 8.0 + width(self.heads.1, false) <= variant.width() {
            canvas.text(x + 8.0, 12.0, Anchor::Start, Token::Ink2, self.heads.1);
        }
    }

    /// Grid lines and the reference between two heights.
    fn draw_grid(&self, canvas: &mut Canvas, plot: Area, (top, bottom): (f64, f64)) {
        let place = |value: f64| self.scale.x(value, plot.left, plot.right);
        for tick in self.scale.ticks.iter().filter(|tick| Some(**tick) != self.reference) {
            let token = if *tick == 0.0 { Token::Rule } else { Token::Grid };
            canvas.line((place(*tick), top), (place(*tick), bottom), token, 1.0);
        }
        if let Some(reference) = self.reference {
            canvas.line((place(reference), top), (place(reference), bottom), Token::Ink, EXPECTED);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &DotRow, top: f64, plot: Area, variant: Variant) {
        let edge = variant.width();
        let is_bold = is_hurt(row);
        let mut y = top + PAD / 2.0 + LINE / 2.0;
        if variant.is_narrow() {
            write(canvas, (0.0, y + 4.0), Anchor::Start, &shorten(&row.name, is_bold, edge), is_bold);
            y += LINE - 2.0;
            let height = LINE * row.estimates.len().max(1) as f64;
            self.draw_grid(canvas, plot, (y - LINE / 2.0, y - LINE / 2.0 + height));
        } else {
            let middle = y + row.estimates.len().saturating_sub(1) as f64 * LINE / 2.0;
            let name = shorten(&row.name, is_bold, plot.left - 20.0);
            write(canvas, (plot.left - 20.0, middle + 4.0), Anchor::End, &name, is_bold);
        }
        for estimate in &row.estimates {
            self.draw_estimate(canvas, estimate, y, plot, edge);
            y += LINE;
        }
    }

    fn draw_estimate(&self, canvas: &mut Canvas, estimate: &Estimate, y: f64, plot: Area, edge: f64) {
        let token = if estimate.is_impacted { Token::Impact } else { Token::Ink2 };
        let can_show = |value: &f64| value.is_finite() && (!self.scale.is_log || *value > 0.0);
        let Some(value) = estimate.value.filter(can_show) else {
            let words = shorten(&estimate.words, false, edge - plot.left);
            canvas.text_on_paper(edge, y + 4.0, Anchor::End, Token::Ink2, &words);
            return;
        };
        let place = |value: f64| self.scale.x(value, plot.left, plot.right);
        let ends = estimate.interval.filter(|(low, high)| low.is_finite() && !high.is_nan());
        dot(canvas, place(value), ends.map(|(low, high)| (place(low), place(high))), y, token);
        let words = shorten(&estimate.words, false, edge - plot.right - 12.0);
        canvas.text(edge, y + 4.0, Anchor::End, token, &words);
    }
}

/// True when the row speaks of those who were hurt.
fn is_hurt(row: &DotRow) -> bool {
    row.estimates.iter().any(|estimate| estimate.is_impacted)
}

fn row_height(row: &DotRow, variant: Variant) -> f64 {
    let name = if variant.is_narrow() { LINE - 2.0 } else { 0.0 };
    PAD + name + LINE * row.estimates.len().max(1) as f64
}

fn write(canvas: &mut Canvas, (x, y): (f64, f64), anchor: Anchor, text: &str, is_bold: bool) {
    if is_bold {
        canvas.bold(x, y, anchor, Token::Ink, text);
    } else {
        canvas.text(x, y, anchor, Token::Ink, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, VARIANTS, labels_apart, percent, sound};

    fn canvas(rows: &[DotRow], scale: &ValueScale, variant: Variant) -> Canvas {
        DotChart { rows, scale, reference: Some(1.0), format: &percent(), heads: ("less", "more") }.canvas(variant)
    }

    fn row(name: &str, value: Option<f64>) -> DotRow {
        let estimate = Estimate { value, interval: Some((0.5, f64::INFINITY)), words: name.into(), is_impacted: true };
        DotRow { name: name.into(), estimates: vec![estimate.clone(), estimate] }
    }

    #[test]
    fn words_do_not_overlap_even_when_long() {
        let rows = [row("North", Some(2.0)), row(&"a very long name ".repeat(9), Some(0.1)), row("few", None)];
        for variant in VARIANTS {
            labels_apart(&canvas(&rows, &ValueScale::log([2.0, 60.0], 1.0), variant), variant);
        }
    }

    #[test]
    fn impossible_values_are_not_drawn() {
        let scale = ValueScale::log([2.0], 1.0);
        for value in [None, Some(f64::NAN), Some(0.0), Some(-2.0)] {
            for variant in VARIANTS {
                let svg = canvas(&[row(HOSTILE, value)], &scale, variant).finish_cell();
                sound(&svg);
                assert!(!svg.contains("<circle"));
            }
        }
        sound(&canvas(&[], &scale, Variant::Wide).finish_cell());
    }
}

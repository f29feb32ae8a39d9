//! Small graphics inside table cells: bar, dot with interval, columns, and the heads
//! with their scale. Hidden from voices, because their numbers stand in the row.
//!
//! In: values and a scale common to a column. Out: SVG. Missing values draw the scale
//! and nothing on it.

use super::canvas::Canvas;
use super::label::{Anchor, Area, text_area};
use super::marks::{dot, hatch};
use super::theme::Token;
use super::value_axis::{ValueFormat, ValueScale};

/// Space at both sides of a dot's axis, in pixels.
const SIDE: f64 = 8.0;

/// A bar from zero, 20 pixels high. `most` is the largest value of the column.
pub fn bar(width: f64, value: Option<f64>, most: f64, is_first: bool) -> String {
    let mut canvas = Canvas::new(width, 20.0);
    canvas.line((0.5, 0.0), (0.5, 20.0), Token::Rule, 1.0);
    let share =
        value.filter(|value| value.is_finite() && most > 0.0).map_or(0.0, |value| (value / most).clamp(0.0, 1.0));
    let token = if is_first { Token::Impact } else { Token::Ink2 };
    if share > 0.0 {
        canvas.rect(Area::new(1.0, 5.0, (1.0 + share * (width - 2.0)).max(1.5), 15.0), token);
    }
    canvas.finish_cell()
}

/// A dot with its interval on the scale of the column, 22 pixels high. `reference` is
/// the value that is drawn darker (1 for a ratio, 0 for a difference).
pub fn dot_interval(
    width: f64,
    scale: &ValueScale,
    reference: Option<f64>,
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    token: Token,
) -> String {
    let mut canvas = Canvas::new(width, 22.0);
    for tick in &scale.ticks {
        canvas.line((x(scale, width, *tick), 0.0), (x(scale, width, *tick), 22.0), Token::Grid, 1.0);
    }
    if let Some(at) = reference {
        canvas.line((x(scale, width, at), 0.0), (x(scale, width, at), 22.0), Token::Ink2, 1.0);
    }
    let can_show = |value: &f64| value.is_finite() && (!scale.is_log || *value > 0.0);
    if let Some(value) = value.filter(can_show) {
        let ends = interval.filter(|(low, high)| low.is_finite() && !high.is_nan());
        let ends = ends.map(|(low, high)| (x(scale, width, low), x(scale, width, high)));
        dot(&mut canvas, x(scale, width, value), ends, 11.0, token);
    }
    canvas.finish_cell()
}

/// The head of a column of dots: its scale in words, 18 pixels high.
pub fn axis_head(width: f64, scale: &ValueScale, format: &ValueFormat) -> String {
    let mut canvas = Canvas::new(width, 18.0);
    let last = scale.ticks.last().copied();
    let mut reached = f64::NEG_INFINITY;
    for tick in &scale.ticks {
        let words = format.words(*tick, Some(*tick) == last);
        let area = text_area(&words, false, x(scale, width, *tick), 13.0, Anchor::Middle);
        let shift = (-area.left).max(0.0) - (area.right - width).max(0.0);
        if area.left + shift > reached + 4.0 {
            canvas.text(x(scale, width, *tick) + shift, 13.0, Anchor::Middle, Token::Ink2, &words);
            reached = area.right + shift;
        }
    }
    canvas.finish_cell()
}

/// Columns over time with a maximum of their own, 22 pixels high. `start_share` is the
/// place of the start of failures from 0 to 1. Missing columns are hatched.
pub fn columns(width: f64, values: &[Option<f64>], start_share: Option<f64>, is_new: bool) -> String {
    let mut canvas = Canvas::new(width, 22.0);
    draw_columns(&mut canvas, Area::new(0.0, 2.0, width, 21.0), values, start_share, is_new);
    canvas.finish_cell()
}

/// Draws columns into an area, on a `rule` line.
pub(super) fn draw_columns(
    canvas: &mut Canvas,
    area: Area,
    values: &[Option<f64>],
    start_share: Option<f64>,
    is_new: bool,
) {
    canvas.level(area.left, area.right, area.bottom + 0.5, Token::Rule);
    if let Some(share) = start_share.filter(|share| (0.0..=1.0).contains(share)) {
        let x = area.left + share * area.width();
        canvas.line((x, area.top - 2.0), (x, area.bottom), Token::Impact, 1.0);
    }
    let values = merged(values, area.width());
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let token = if is_new { Token::Impact } else { Token::Ink2 };
    let slot = area.width() / values.len().max(1) as f64;
    let gap = if slot > 2.5 { (slot * 0.18).min(1.5) } else { 0.0 };
    let left = |index: usize| area.left + slot * index as f64;
    for (index, value) in values.iter().enumerate() {
        if let Some(value) = value.filter(|value| *value > 0.0) {
            let height = (value / most * area.height()).max(0.5);
            canvas.rect(Area::new(left(index), area.bottom - height, left(index + 1) - gap, area.bottom), token);
        }
    }
    let mut index = 0;
    for run in values.chunk_by(|a, b| a.is_none() == b.is_none()) {
        let end = index + run.len();
        if run[0].is_none() {
            hatch(canvas, Area::new(left(index), area.top, left(end), area.bottom));
        }
        index = end;
    }
}

/// At most one column per pixel: the largest of those that share it. Not-finite values
/// are missing.
fn merged(values: &[Option<f64>], width: f64) -> Vec<Option<f64>> {
    let finite: Vec<Option<f64>> = values.iter().map(|value| value.filter(|value| value.is_finite())).collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a width in pixels is small and positive"
    )]
    let per_pixel = finite.len().div_ceil((width.max(1.0)) as usize).max(1);
    finite.chunks(per_pixel).map(|chunk| chunk.iter().flatten().copied().reduce(f64::max)).collect()
}

fn x(scale: &ValueScale, width: f64, value: f64) -> f64 {
    scale.x(value, SIDE, width - SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert!(bar(84.0, Some(1.0), 1.0, true).contains("width=\"328\" height=\"40\" fill=\"#A8321F\""));
        for value in [None, Some(0.0), Some(f64::NAN), Some(-1.0)] {
            assert!(!bar(84.0, value, 1.0, false).contains("<rect"));
        }
        assert!(!bar(84.0, Some(1.0), 0.0, false).contains("NaN"));
    }

    #[test]
    fn a_ratio_of_zero_has_no_place_on_a_log_scale() {
        let scale = ValueScale::log([2.0, 60.0], 1.0);
        let cell = |value| dot_interval(140.0, &scale, Some(1.0), value, Some((1.0, 3.0)), Token::Impact);
        assert!(!cell(Some(0.0)).contains("<circle"));
        assert!(cell(Some(2.0)).contains("<circle") && cell(Some(2.0)).contains("aria-hidden=\"true\""));
    }

    #[test]
    fn columns_tell_zero_from_missing() {
        let zero = columns(110.0, &[Some(0.0), Some(5.0)], Some(0.2), true);
        let missing = columns(110.0, &[None, Some(5.0)], Some(0.2), true);
        assert!(missing.matches("<line").count() > zero.matches("<line").count());
        assert!(columns(110.0, &[], None, false).contains("<svg"));
        assert!(columns(110.0, &vec![Some(1.0); 10_000], None, false).matches("<rect").count() <= 110);
    }
}

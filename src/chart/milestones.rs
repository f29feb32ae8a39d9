//! The labelled moments above a curve, in three rows, without one label on another.
//!
//! In: moments with words and how much each matters. Out: a place for each label that
//! fits; what does not fit is dropped, least important first, and stands in the table.

use super::Text;
use super::Variant;
use super::canvas::Canvas;
use super::label::{Anchor, Area, text_area, width};
use super::theme::Token;
use super::time_axis::TimeFrame;

/// A moment of the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// When, microseconds since 1970 UTC.
    pub at: i64,
    /// Time and word ("20:53 detected").
    pub label: Text,
    /// Which goes last when there is no room; the lowest is dropped first. Usual:
    /// acknowledged 1, identified 2, detected 3, first message 4, mitigated 5,
    /// started and resolved 6.
    pub keep: u8,
}

/// A milestone whose label has a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Place of the line, in pixels.
    pub x: f64,
    /// Upper end of the line.
    pub top: f64,
    /// Words, place of the text, and side.
    pub text: String,
    /// Where the text starts or ends.
    pub text_x: f64,
    /// Which of both.
    pub anchor: Anchor,
    /// The rectangle of the text.
    pub area: Area,
}

/// Base line of the first row and distance of rows, in pixels.
const FIRST_ROW: f64 = 34.0;
const ROW: f64 = 17.0;
/// Most milestones on a narrow chart.
const NARROW_MOST: usize = 4;

/// Finds places for the labels of the milestones that the frame shows.
pub fn place(milestones: &[Milestone], frame: &TimeFrame<'_>, variant: Variant) -> Vec<Placed> {
    let mut shown: Vec<&Milestone> = milestones.iter().filter(|milestone| frame.shows(milestone.at)).collect();
    shown.sort_by_key(|milestone| milestone.at);
    let most = if variant.is_narrow() { NARROW_MOST } else { 12 };
    loop {
        if shown.len() <= most
            && let Some(placed) = try_place(&shown, frame, variant)
        {
            return placed;
        }
        let least = (0..shown.len()).min_by_key(|index| shown[*index].keep);
        match least {
            Some(index) => shown.remove(index),
            None => return Vec::new(),
        };
    }
}

/// Draws the lines above the plot and the labels; `below` is where the line enters the plot.
pub fn draw_labels(canvas: &mut Canvas, placed: &[Placed], below: f64) {
    for milestone in placed {
        canvas.line((milestone.x, milestone.top), (milestone.x, below), Token::Ink2, 1.0);
    }
    for milestone in placed {
        let crossed = placed.iter().any(|other| !std::ptr::eq(other, milestone) && crosses(other, &milestone.area));
        if crossed {
            canvas.rect(
                Area::new(
                    milestone.area.left - 2.0,
                    milestone.area.top - 1.0,
                    milestone.area.right + 2.0,
                    milestone.area.bottom,
                ),
                Token::Paper,
            );
        }
        let y = milestone.area.bottom - 3.0;
        canvas.text(milestone.text_x, y, milestone.anchor, Token::Ink, &milestone.text);
    }
}

fn try_place(shown: &[&Milestone], frame: &TimeFrame<'_>, variant: Variant) -> Option<Vec<Placed>> {
    let mut placed: Vec<Placed> = Vec::new();
    for (index, milestone) in shown.iter().enumerate() {
        let prefers_left = index == 0 || index + 1 == shown.len();
        let free = candidates(milestone, frame, variant, prefers_left)
            .into_iter()
            .find(|candidate| placed.iter().all(|other| !collide(other, candidate)))?;
        placed.push(free);
    }
    Some(placed)
}

fn candidates(milestone: &Milestone, frame: &TimeFrame<'_>, variant: Variant, prefers_left: bool) -> Vec<Placed> {
    let x = frame.x(milestone.at);
    let text = super::label::shorten(milestone.label.of(variant), false, 240.0);
    let wide = width(&text, false);
    let mut sides = [(x - 4.0, Anchor::End), (x + 4.0, Anchor::Start)];
    if !prefers_left {
        sides.reverse();
    }
    let edge = variant.width();
    (0..3_u8)
        .flat_map(|row| sides.map(|side| (f64::from(row), side)))
        .map(|(row, (text_x, anchor))| {
            let y = FIRST_ROW + row * ROW;
            let area = text_area(&text, false, text_x, y, anchor);
            Placed { x, top: y - 10.0, text: text.clone(), text_x, anchor, area }
        })
        .chain((0..3_u8).map(|row| {
            let y = FIRST_ROW + f64::from(row) * ROW;
            let area = Area::new(edge - wide, y - 10.0, edge, y + 3.0);
            Placed { x, top: y + 5.0, text: text.clone(), text_x: edge, anchor: Anchor::End, area }
        }))
        .filter(|candidate| candidate.area.left >= 0.0 && candidate.area.right <= edge)
        .filter(|candidate| candidate.text_x < edge || x > candidate.area.left)
        .collect()
}

/// Labels may not touch each other, and no line may pass through a label of its own row
/// or leave no room to read the label beside it.
fn collide(one: &Placed, other: &Placed) -> bool {
    let grown = Area::new(one.area.left - 6.0, one.area.top, one.area.right + 6.0, one.area.bottom);
    let starts_in = |line: &Placed, label: &Placed| {
        (line.top - label.area.top).abs() < 6.0 && label.area.left - 3.0 < line.x && line.x < label.area.right + 3.0
    };
    grown.overlaps(&other.area) || starts_in(one, other) || starts_in(other, one)
}

fn crosses(line: &Placed, label: &Area) -> bool {
    label.left - 2.0 < line.x && line.x < label.right + 2.0 && line.top < label.bottom
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::TimeScale;

    fn night(count: i64) -> Vec<Milestone> {
        (0..count)
            .map(|index| Milestone {
                at: index * 60,
                label: Text::from(format!("21:{index:02} something happened")),
                keep: u8::try_from(index).unwrap(),
            })
            .collect()
    }

    #[test]
    fn labels_never_overlap_however_many_there_are() {
        for variant in [Variant::Wide, Variant::Narrow] {
            for count in 0..40 {
                let scale = TimeScale { start: 0, end: 2400, ..TimeScale::default() };
                let placed = place(&night(count), &scale.frame(variant), variant);
                for (index, one) in placed.iter().enumerate() {
                    assert!(one.area.left >= 0.0 && one.area.right <= variant.width());
                    assert!(placed[..index].iter().all(|other| !other.area.overlaps(&one.area)));
                }
            }
        }
    }

    #[test]
    fn the_least_important_goes_first() {
        let scale = TimeScale { start: 0, end: 400, ..TimeScale::default() };
        let placed = place(&night(6), &scale.frame(Variant::Narrow), Variant::Narrow);
        assert!(placed.len() <= 4);
        assert!(placed.iter().any(|milestone| milestone.text.starts_with("21:05")));
        assert!(!placed.iter().any(|milestone| milestone.text.starts_with("21:00")));
    }

    #[test]
    fn moments_outside_the_chart_are_not_placed() {
        let scale = TimeScale { start: 100_000, end: 200_000, ..TimeScale::default() };
        assert!(place(&night(3), &scale.frame(Variant::Wide), Variant::Wide).is_empty());
    }
}

//! What happened in the system, among people, in public and among customers, one lane
//! each, on one axis of time. On a telephone: one row per event, in order.
//!
//! In: events with words per lane. Out: SVG, as high as the labels need. It does not
//! choose events.

use super::canvas::Canvas;
use super::label::{Anchor, Area, shorten, text_area, width};
use super::marks::{Mark, level_interval};
use super::theme::Token;
use super::time_axis::{TimeFrame, TimeScale};
use super::{Alt, Text, Variant, Wave};

/// Lanes of events.
#[derive(Debug, Clone, Default)]
pub struct TimelineLanesChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time.
    pub time: TimeScale,
    /// Spans in which customers were hurt, with a word for each.
    pub waves: Vec<Wave>,
    /// The lanes, from top to bottom.
    pub lanes: Vec<Lane>,
}

/// Events of one kind.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Name; the narrow form stands in one line with the names of the others.
    pub title: Text,
    /// Sign of its events.
    pub mark: Mark,
    /// Its events, in any order.
    pub events: Vec<LaneEvent>,
}

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneEvent {
    /// When, microseconds since 1970 UTC.
    pub at: i64,
    /// Earliest and latest moment, when the time is uncertain.
    pub interval: Option<(i64, i64)>,
    /// The time in words ("20:31").
    pub time: String,
    /// What happened.
    pub label: Text,
}

/// Most rows of a lane; events beyond them keep their mark and lose their words.
const MOST_ROWS: usize = 10;
/// Most rows of a narrow chart.
const MOST_NARROW_ROWS: usize = 60;
/// Longest label of an event, in pixels.
const LONGEST_LABEL: f64 = 260.0;
const TOP: f64 = 20.0;
const ROW: f64 = 18.0;
const HEAD: f64 = 30.0;
const NARROW_ROW: f64 = 21.0;

/// A mark with its words in a row of its lane.
struct Item<'a> {
    event: &'a LaneEvent,
    row: usize,
    label: Option<(f64, Anchor, String)>,
}

impl TimelineLanesChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        let canvas = match variant {
            Variant::Wide => self.wide(),
            Variant::Narrow => self.narrow(),
        };
        canvas.finish(id, variant, &self.alt)
    }

    fn wide(&self) -> Canvas {
        let frame = self.time.frame(Variant::Wide);
        let lanes: Vec<(&Lane, Vec<Item<'_>>, usize)> = self.lanes.iter().map(|lane| arrange(lane, &frame)).collect();
        let bottom = lanes.iter().map(|(_, _, rows)| lane_height(*rows)).sum::<f64>() + TOP;
        let mut canvas = Canvas::new(Variant::Wide.width(), bottom + 24.0);
        frame.draw_waves(&mut canvas, &self.waves, TOP, bottom);
        self.name_waves(&mut canvas, &frame);
        for (at, _) in frame.ticks() {
            canvas.line((frame.x(*at), TOP), (frame.x(*at), bottom), Token::Grid, 1.0);
        }
        let mut top = TOP;
        for (index, (lane, items, rows)) in lanes.iter().enumerate() {
            if index > 0 {
                canvas.level(0.0, Variant::Wide.width(), top, Token::Rule);
            }
            canvas.bold(0.0, top + 17.0, Anchor::Start, Token::Ink, &lane.title.wide);
            for item in items {
                draw_item(&mut canvas, &frame, lane.mark, item, top + 33.0);
            }
            top += lane_height(*rows);
        }
        canvas.level(frame.left, frame.right, bottom, Token::Rule);
        frame.draw_ticks(&mut canvas, bottom);
        canvas
    }

    fn name_waves(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>) {
        let mut reached = f64::NEG_INFINITY;
        for wave in &self.waves {
            let words = shorten(wave.label.as_deref().unwrap_or(""), false, 160.0);
            let x = frame.x_inside(wave.start).min(Variant::Wide.width() - width(&words, false));
            if x > reached + 8.0 {
                canvas.text(x, 12.0, Anchor::Start, Token::Ink2, &words);
                reached = x + width(&words, false);
            }
        }
    }

    fn narrow(&self) -> Canvas {
        let mut rows: Vec<(usize, &LaneEvent)> = self
            .lanes
            .iter()
            .enumerate()
            .flat_map(|(index, lane)| lane.events.iter().map(move |event| (index, event)))
            .collect();
        rows.sort_by(|a, b| (a.1.at, a.0, &a.1.label.narrow).cmp(&(b.1.at, b.0, &b.1.label.narrow)));
        rows.truncate(MOST_NARROW_ROWS);
        let time_width = rows.iter().map(|(_, event)| width(&event.time, false)).fold(34.0, f64::max);
        let lane_x = |index: usize| time_width + 18.0 + index as f64 * 14.0;
        let text_x = lane_x(self.lanes.len().saturating_sub(1)) + 14.0;
        let bottom = 30.0 + rows.len() as f64 * NARROW_ROW;
        let mut canvas = Canvas::new(Variant::Narrow.width(), bottom + 6.0);
        for (index, lane) in self.lanes.iter().enumerate() {
            canvas.line((lane_x(index), 22.0), (lane_x(index), bottom), Token::Grid, 1.0);
            lane.mark.draw(&mut canvas, (lane_x(index), 12.0), 4.0, lane.mark.token());
        }
        let names: Vec<&str> = self.lanes.iter().map(|lane| lane.title.narrow.as_str()).collect();
        let room = Variant::Narrow.width() - text_x;
        canvas.text(text_x, 16.0, Anchor::Start, Token::Ink2, &shorten(&names.join(", "), false, room));
        for (row, (index, event)) in rows.iter().enumerate() {
            let y = 40.5 + row as f64 * NARROW_ROW;
            let mark = self.lanes[*index].mark;
            canvas.text(0.0, y + 4.0, Anchor::Start, Token::Ink2, &event.time);
            mark.draw(&mut canvas, (lane_x(*index), y), 4.5, mark.token());
            canvas.text(text_x, y + 4.0, Anchor::Start, Token::Ink, &shorten(&event.label.narrow, false, room));
        }
        canvas
    }
}

fn lane_height(rows: usize) -> f64 {
    HEAD + ROW * rows.max(1) as f64
}

/// Gives each event the first row in which its mark and words fit, from the left.
fn arrange<'a>(lane: &'a Lane, frame: &TimeFrame<'_>) -> (&'a Lane, Vec<Item<'a>>, usize) {
    let mut events: Vec<&LaneEvent> = lane.events.iter().filter(|event| frame.shows(event.at)).collect();
    events.sort_by(|a, b| (a.at, &a.label.wide).cmp(&(b.at, &b.label.wide)));
    let mut rows: Vec<Vec<Area>> = Vec::new();
    let mut items = Vec::new();
    for event in events {
        let (left, right) = reach(event, frame);
        let words = shorten(&format!("{} {}", event.time, event.label.wide), false, LONGEST_LABEL);
        let wide = width(&words, false);
        let fits_right = right + 4.0 + wide <= Variant::Wide.width();
        let (x, anchor) = if fits_right { (right + 4.0, Anchor::Start) } else { (left - 4.0, Anchor::End) };
        let text = text_area(&words, false, x, 4.0, anchor);
        let taken = Area::new(text.left.min(left) - 5.0, 0.0, text.right.max(right) + 5.0, 1.0);
        let row = rows.iter().position(|row| row.iter().all(|other| !other.overlaps(&taken))).unwrap_or(rows.len());
        if row >= MOST_ROWS {
            items.push(Item { event, row: MOST_ROWS - 1, label: None });
            continue;
        }
        if row == rows.len() {
            rows.push(Vec::new());
        }
        rows[row].push(taken);
        items.push(Item { event, row, label: Some((x, anchor, words)) });
    }
    (lane, items, rows.len())
}

/// Left and right end of a mark with its interval.
fn reach(event: &LaneEvent, frame: &TimeFrame<'_>) -> (f64, f64) {
    let x = frame.x(event.at);
    match event.interval {
        Some((low, high)) => ((frame.x_inside(low) - 2.0).min(x - 5.0), (frame.x_inside(high) + 2.0).max(x + 5.0)),
        None => (x - 5.0, x + 5.0),
    }
}

fn draw_item(canvas: &mut Canvas, frame: &TimeFrame<'_>, mark: Mark, item: &Item<'_>, first_row: f64) {
    let y = first_row + item.row as f64 * ROW;
    let place = (frame.x(item.event.at), y);
    if let Some((low, high)) = item.event.interval {
        level_interval(canvas, frame.x_inside(low) - 2.0, frame.x_inside(high) + 2.0, y, mark.token());
        mark.draw(canvas, place, 3.25, mark.token());
    } else {
        mark.draw(canvas, place, 4.5, mark.token());
    }
    if let Some((x, anchor, words)) = &item.label {
        canvas.text(*x, y + 4.0, *anchor, Token::Ink, words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, MINUTE, VARIANTS, labels_apart, sound, time};

    fn chart(events: i64, label: &str) -> TimelineLanesChart {
        let event = |index: i64| LaneEvent {
            at: index * MINUTE * 150 / events.max(1),
            interval: (index % 3 == 0).then_some((index * MINUTE, (index + 4) * MINUTE)),
            time: "20:31".into(),
            label: label.into(),
        };
        let lane = |title: &str, mark| Lane { title: title.into(), mark, events: (0..events).map(event).collect() };
        let waves = vec![Wave { start: 30 * MINUTE, end: 90 * MINUTE, label: Some("failing".into()) }];
        let lanes = vec![lane("System", Mark::System), lane("People", Mark::People)];
        TimelineLanesChart { alt: Alt::default(), time: time(150), waves, lanes }
    }

    #[test]
    fn labels_take_as_many_rows_as_they_need() {
        for count in [0, 1, 5, 19, 200] {
            labels_apart(&chart(count, "something happened here").wide(), Variant::Wide);
            labels_apart(&chart(count, "something happened here").narrow(), Variant::Narrow);
        }
    }

    #[test]
    fn hostile_labels_and_empty_lanes_are_sound() {
        for variant in VARIANTS {
            sound(&chart(19, HOSTILE).draw("f2", variant));
            sound(&TimelineLanesChart::default().draw("f2", variant));
        }
    }

    #[test]
    fn a_narrow_chart_has_a_row_per_event_in_order() {
        let svg = chart(3, "x").draw("f2", Variant::Narrow);
        assert_eq!(svg.matches(">20:31</text>").count(), 6);
    }
}

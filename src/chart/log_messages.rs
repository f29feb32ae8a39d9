//! Log messages over time: one row per message template, columns per bucket, those that
//! were new in the incident in its colour.
//!
//! In: templates in the order of what they claim, with counts per bucket. Out: SVG. It
//! finds no templates; each row has a maximum of its own, which the caption must say.

use super::canvas::Canvas;
use super::cell::draw_columns;
use super::label::{Anchor, Area, shorten, width};
use super::theme::{CONTEXT, Token};
use super::time_axis::{TimeFrame, TimeScale};
use super::{Alt, Text, Variant, Wave};

/// Rows of message templates.
#[derive(Debug, Clone, Default)]
pub struct LogMessagesChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time.
    pub time: TimeScale,
    /// Spans in which customers were hurt.
    pub waves: Vec<Wave>,
    /// Start of the failures and its words.
    pub failures_start: Option<(i64, Text)>,
    /// The templates.
    pub rows: Vec<LogRow>,
}

/// One template.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogRow {
    /// The template with its placeholders; shortened here, complete in the table.
    pub template: String,
    /// What stands at the right ("new, 4 210", "×38").
    pub note: String,
    /// True when it was never seen before the incident.
    pub is_new: bool,
    /// Counts of equal buckets from the left to the right end of the time scale; none
    /// when the log is missing for that bucket.
    pub counts: Vec<Option<f64>>,
}

const MOST: usize = 12;
const ROW: f64 = 48.0;
const TOP: f64 = 18.0;

impl LogMessagesChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let frame = self.time.frame(variant);
        let rows = &self.rows[..self.rows.len().min(MOST)];
        let bottom = TOP + ROW * rows.len().max(1) as f64 + 4.0;
        let mut canvas = Canvas::new(variant.width(), bottom + 24.0);
        self.name_start(&mut canvas, &frame, variant);
        for (index, row) in rows.iter().enumerate() {
            self.draw_row(&mut canvas, &frame, row, TOP + ROW * index as f64, variant);
        }
        canvas.level(frame.left, frame.right, bottom - 0.5, Token::Rule);
        frame.draw_ticks(&mut canvas, bottom);
        canvas
    }

    fn name_start(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, variant: Variant) {
        if let Some((at, words)) = self.failures_start.as_ref().filter(|(at, _)| frame.shows(*at)) {
            let words = shorten(words.of(variant), false, variant.width());
            let x = frame.x(*at).min(variant.width() - width(&words, false)).max(0.0);
            canvas.text(x, 11.0, Anchor::Start, Token::Impact, &words);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, row: &LogRow, top: f64, variant: Variant) {
        let note = shorten(&row.note, row.is_new, 140.0);
        let token = if row.is_new { Token::Impact } else { Token::Ink2 };
        let room = variant.width() - width(&note, row.is_new) - 16.0;
        canvas.text(0.0, top + 14.0, Anchor::Start, Token::Ink, &shorten(&row.template, false, room));
        if row.is_new {
            canvas.bold(variant.width(), top + 14.0, Anchor::End, token, &note);
        } else {
            canvas.text(variant.width(), top + 14.0, Anchor::End, token, &note);
        }
        let area = Area::new(frame.left, top + 22.0, frame.right, top + 44.0);
        frame.draw_waves(canvas, &self.waves, area.top - 2.0, area.bottom);
        if let Some((at, _)) = self.failures_start.as_ref().filter(|(at, _)| frame.shows(*at)) {
            canvas.line((frame.x(*at), area.top - 2.0), (frame.x(*at), area.bottom), Token::Impact, CONTEXT);
        }
        draw_columns(canvas, area, &row.counts, None, row.is_new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, MINUTE, VARIANTS, labels_apart, sound, time};

    fn chart(counts: &[Option<f64>], template: &str) -> LogMessagesChart {
        let row =
            |is_new| LogRow { template: template.into(), note: "new, 4 210".into(), is_new, counts: counts.to_vec() };
        LogMessagesChart {
            time: time(150),
            failures_start: Some((30 * MINUTE, "failures start, 20:44 (20:43–20:45)".into())),
            waves: vec![Wave { start: 30 * MINUTE, end: 90 * MINUTE, label: None }],
            rows: vec![row(true), row(false)],
            ..LogMessagesChart::default()
        }
    }

    #[test]
    fn long_templates_leave_room_for_their_note() {
        for variant in VARIANTS {
            labels_apart(&chart(&[Some(1.0), None], &"waited <num> ms ".repeat(20)).canvas(variant), variant);
        }
    }

    #[test]
    fn any_counts_are_sound() {
        for counts in
            [vec![], vec![None; 30], vec![Some(0.0); 30], vec![Some(f64::NAN), Some(1e300)], vec![Some(2.0); 9999]]
        {
            for variant in VARIANTS {
                sound(&chart(&counts, HOSTILE).draw("f7", variant));
            }
        }
        sound(&LogMessagesChart::default().draw("f7", Variant::Wide));
    }
}

//! What was measured and what the public page said, as two bands on one axis of time,
//! and below them the promises of the next message.
//!
//! In: failing spans, states of the page, spans in which both disagree, promises. Out:
//! SVG. It judges nothing: lateness and disagreement arrive as data.

use super::canvas::Canvas;
use super::label::{Anchor, Area, Places, shorten, text_area, width};
use super::marks::Mark;
use super::theme::{CONTEXT, Token};
use super::time_axis::{TimeFrame, TimeScale};
use super::{Alt, Text, Variant};

/// Two bands and the promises.
#[derive(Debug, Clone, Default)]
pub struct SaidAndMeasuredChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time.
    pub time: TimeScale,
    /// Title of the first band ("Measured").
    pub measured_title: Text,
    /// Spans that failed, with a word for those that have room ("failing").
    pub measured: Vec<Span>,
    /// Title of the second band ("Status page").
    pub said_title: Text,
    /// What the page said, span after span ("no message", "investigating").
    pub said: Vec<Said>,
    /// Spans in which the page said that all was well and it was not ("24 min unsaid").
    pub unsaid: Vec<Span>,
    /// Title of the promises ("Next update promised").
    pub promises_title: Text,
    /// Messages, with the time each promised for the next.
    pub promises: Vec<Promise>,
}

/// A span with words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// First moment, microseconds since 1970 UTC.
    pub start: i64,
    /// First moment after.
    pub end: i64,
    /// Words; may be empty.
    pub label: String,
}

/// A state of the public page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// When, and the state in the page's words.
    pub span: Span,
    /// True when the page admitted that something was wrong.
    pub is_admitted: bool,
}

/// A public message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// When it was published, microseconds since 1970 UTC.
    pub at: i64,
    /// The time it promised for the next one, if it did.
    pub promised: Option<i64>,
    /// When the next one came, if it came late.
    pub late_at: Option<i64>,
    /// "kept", "next message 3 min late"; may be empty.
    pub verdict: String,
}

const ROW: f64 = 14.0;
const FIRST_ROW: f64 = 148.0;
const MOST_ROWS: usize = 5;

impl SaidAndMeasuredChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let frame = self.time.frame(variant);
        let rows = self.rows(&frame);
        let last = rows.iter().map(|(_, row)| *row).max().unwrap_or(0).max(1);
        let bottom = FIRST_ROW + last as f64 * ROW + 16.0;
        let mut canvas = Canvas::new(variant.width(), bottom + 24.0);
        canvas.bold(0.0, 12.0, Anchor::Start, Token::Ink, self.measured_title.of(variant));
        canvas.level(frame.left, frame.right, 38.0, Token::Rule);
        for span in &self.measured {
            draw_band(&mut canvas, &frame, span, 20.0, (Token::Impact, Token::Paper, true));
        }
        canvas.bold(0.0, 60.0, Anchor::Start, Token::Ink, self.said_title.of(variant));
        for said in &self.said {
            let look =
                if said.is_admitted { (Token::Comms, Token::Paper, true) } else { (Token::Grid, Token::Ink, false) };
            draw_band(&mut canvas, &frame, &said.span, 68.0, look);
        }
        self.draw_unsaid(&mut canvas, &frame, variant);
        canvas.bold(0.0, 128.0, Anchor::Start, Token::Ink, self.promises_title.of(variant));
        draw_promises(&mut canvas, &frame, &rows, variant);
        canvas.level(frame.left, frame.right, bottom, Token::Rule);
        frame.draw_ticks(&mut canvas, bottom);
        canvas
    }

    fn draw_unsaid(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, variant: Variant) {
        let mut reached = f64::NEG_INFINITY;
        for span in &self.unsaid {
            let (left, right) = (frame.x_inside(span.start), frame.x_inside(span.end));
            canvas.rect(Area::new(left, 90.0, right, 94.0), Token::Impact);
            let words = shorten(&span.label, false, 160.0);
            let x = left.min(variant.width() - width(&words, false));
            if x > reached + 6.0 {
                canvas.text(x, 108.0, Anchor::Start, Token::Impact, &words);
                reached = x + width(&words, false);
            }
        }
    }

    /// Gives each promise the first row in which its line is free.
    fn rows(&self, frame: &TimeFrame<'_>) -> Vec<(&Promise, usize)> {
        let mut promises: Vec<&Promise> = self.promises.iter().filter(|promise| frame.shows(promise.at)).collect();
        promises.sort_by(|a, b| (a.at, a.promised, &a.verdict).cmp(&(b.at, b.promised, &b.verdict)));
        let mut ends: Vec<f64> = Vec::new();
        let mut rows = Vec::new();
        for promise in promises {
            let left = frame.x(promise.at) - 6.0;
            let right = [promise.promised, promise.late_at].into_iter().flatten().max();
            let right = right.map_or(left + 12.0, |at| frame.x_inside(at) + 6.0);
            let row = ends.iter().position(|end| *end <= left).unwrap_or(ends.len()).min(MOST_ROWS - 1);
            if row == ends.len() {
                ends.push(right);
            } else {
                ends[row] = ends[row].max(right);
            }
            rows.push((promise, row));
        }
        rows
    }
}

fn draw_band(canvas: &mut Canvas, frame: &TimeFrame<'_>, span: &Span, top: f64, look: (Token, Token, bool)) {
    let (left, right) = (frame.x_inside(span.start), frame.x_inside(span.end));
    let (fill, ink, is_bold) = look;
    canvas.rect(Area::new(left, top, (right - 1.0).max(left + 0.5), top + 18.0), fill);
    if width(&span.label, is_bold) + 6.0 > right - left {
        return;
    }
    let x = f64::midpoint(left, right - 1.0);
    if is_bold {
        canvas.bold(x, top + 13.0, Anchor::Middle, ink, &span.label);
    } else {
        canvas.text(x, top + 13.0, Anchor::Middle, ink, &span.label);
    }
}

fn draw_promises(canvas: &mut Canvas, frame: &TimeFrame<'_>, rows: &[(&Promise, usize)], variant: Variant) {
    let mut places = Places::default();
    for (promise, row) in rows {
        let y = FIRST_ROW + *row as f64 * ROW;
        let x = frame.x(promise.at);
        if let Some(promised) = promise.promised {
            let end = frame.x_inside(promised);
            canvas.line((x, y), (end, y), Token::Comms, CONTEXT);
            canvas.line((end, y - 5.0), (end, y + 5.0), Token::Comms, CONTEXT);
            places.take(Area::new(x - 5.0, y - 6.0, end + 2.0, y + 6.0));
        }
        if let Some(late) = promise.late_at.filter(|late| frame.shows(*late)) {
            Mark::Public.draw(canvas, (frame.x(late), y), 4.5, Token::Impact);
            places.take(Area::new(frame.x(late) - 6.0, y - 6.0, frame.x(late) + 6.0, y + 6.0));
        }
        Mark::Public.draw(canvas, (x, y), 4.5, Token::Comms);
        places.take(Area::new(x - 6.0, y - 6.0, x + 6.0, y + 6.0));
    }
    for (promise, row) in rows {
        write_verdict(canvas, frame, &mut places, promise, FIRST_ROW + *row as f64 * ROW, variant);
    }
}

/// Writes the verdict right of the promise, or left, where it hides nothing. A late one
/// is tried even on a narrow chart; others only when there is room.
fn write_verdict(
    canvas: &mut Canvas,
    frame: &TimeFrame<'_>,
    places: &mut Places,
    promise: &Promise,
    y: f64,
    variant: Variant,
) {
    let is_late = promise.late_at.is_some();
    if promise.verdict.is_empty() || (variant.is_narrow() && !is_late) {
        return;
    }
    let token = if is_late { Token::Impact } else { Token::Ink2 };
    let end = [promise.promised, promise.late_at].into_iter().flatten().max().unwrap_or(promise.at);
    let words = shorten(&promise.verdict, false, 240.0);
    let sides = [(frame.x_inside(end) + 8.0, Anchor::Start), (frame.x(promise.at) - 9.0, Anchor::End)];
    for (x, anchor) in sides {
        let area = text_area(&words, false, x, y + 4.0, anchor);
        let thin = Area::new(area.left - 2.0, y - 5.0, area.right + 2.0, y + 5.0);
        if area.left >= 0.0 && area.right <= variant.width() && places.is_free(&thin) {
            canvas.text(x, y + 4.0, anchor, token, &words);
            places.take(thin);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, MINUTE, VARIANTS, labels_apart, sound, time};

    fn chart(words: &str, promises: i64) -> SaidAndMeasuredChart {
        let span = |start: i64, end: i64| Span { start: start * MINUTE, end: end * MINUTE, label: words.into() };
        let promise = |index: i64| Promise {
            at: index * 20 * MINUTE,
            promised: (index % 3 != 2).then_some((index * 20 + 30) * MINUTE),
            late_at: (index % 2 == 0).then_some((index * 20 + 34) * MINUTE),
            verdict: words.into(),
        };
        SaidAndMeasuredChart {
            alt: Alt::default(),
            time: time(150),
            measured_title: "Measured".into(),
            measured: vec![span(30, 90), span(110, 112)],
            said_title: "Status page".into(),
            said: vec![
                Said { span: span(0, 50), is_admitted: false },
                Said { span: span(50, 110), is_admitted: true },
                Said { span: span(110, 111), is_admitted: true },
            ],
            unsaid: vec![span(30, 50), span(110, 111)],
            promises_title: "Next update promised".into(),
            promises: (0..promises).map(promise).collect(),
        }
    }

    #[test]
    fn words_stand_only_where_they_have_room() {
        for variant in VARIANTS {
            for promises in [0, 1, 4, 7] {
                labels_apart(&chart("24 min late", promises).canvas(variant), variant);
            }
        }
    }

    #[test]
    fn hostile_words_many_promises_and_nothing_are_sound() {
        for variant in VARIANTS {
            sound(&chart(HOSTILE, 300).draw("f5", variant));
            sound(&SaidAndMeasuredChart::default().draw("f5", variant));
        }
    }
}

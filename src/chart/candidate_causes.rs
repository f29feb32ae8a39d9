//! Candidate causes below each other on one axis of time: what moved before the
//! failures, and what only followed them.
//!
//! In: candidates in rank order, each with a metric and signals. Out: SVG. It ranks
//! nothing. Five candidates at most are drawn; the table has them all.

use super::canvas::Canvas;
use super::complaints_panel::draw_gaps;
use super::curve_labels::{Plot, Wish};
use super::label::{Anchor, Area, Places, shorten, text_area, width};
use super::marks::Mark;
use super::series::{Series, curve, touches};
use super::theme::{CONTEXT, Token};
use super::time_axis::{TimeFrame, TimeScale};
use super::value_axis::{ValueFormat, ValueScale, extent};
use super::{Alt, Text, Variant, Wave};

/// Rows of candidates.
#[derive(Debug, Clone, Default)]
pub struct CandidateCausesChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time.
    pub time: TimeScale,
    /// Spans in which customers were hurt.
    pub waves: Vec<Wave>,
    /// Start of the failures and its words ("failures start, 20:44 (20:43–20:45)").
    pub failures_start: Option<(i64, Text)>,
    /// The candidates, first rank first.
    pub candidates: Vec<Candidate>,
    /// "no data", for a candidate without metric.
    pub no_data: String,
}

/// One candidate.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Rank and name ("1  licence-gateway, North").
    pub name: String,
    /// "score 0.87".
    pub score: String,
    /// The metric that speaks for it; no buckets when there is none.
    pub metric: Series,
    /// What the metric measures, with its unit.
    pub metric_label: String,
    /// Words of the metric's values.
    pub format: ValueFormat,
    /// Signs at the head of the row.
    pub signals: Vec<Signal>,
}

/// A sign that speaks for or against a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// When, microseconds since 1970 UTC.
    pub at: i64,
    /// Its shape.
    pub mark: Mark,
    /// Words, on wide charts only ("shift at 20:49"); may be empty.
    pub label: String,
}

const MOST: usize = 5;
const METRIC: f64 = 44.0;

impl CandidateCausesChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let frame = self.time.frame(variant);
        let shown = &self.candidates[..self.candidates.len().min(MOST)];
        let row_height = if variant.is_narrow() { 106.0 } else { 98.0 };
        let bottom = 16.0 + row_height * shown.len().max(1) as f64;
        let mut canvas = Canvas::new(variant.width(), bottom + 30.0);
        frame.draw_waves(&mut canvas, &self.waves, 16.0, bottom);
        self.name_start(&mut canvas, &frame, variant);
        for (index, candidate) in shown.iter().enumerate() {
            let top = 16.0 + row_height * index as f64;
            if index > 0 {
                canvas.level(0.0, variant.width(), top + 3.0, Token::Rule);
            }
            let start = self.failures_start.as_ref().map(|(at, _)| *at);
            candidate.draw(&mut canvas, &frame, (index, top, row_height), start, variant, &self.no_data);
        }
        canvas.level(frame.left, frame.right, bottom, Token::Rule);
        frame.draw_ticks(&mut canvas, bottom);
        canvas
    }

    fn name_start(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, variant: Variant) {
        let Some((at, words)) = self.failures_start.as_ref().filter(|(at, _)| frame.shows(*at)) else {
            return;
        };
        let x = frame.x(*at);
        let words = shorten(words.of(variant), false, variant.width());
        let wide = width(&words, false);
        let left = if x + 5.0 + wide <= variant.width() { x + 5.0 } else { (x - 5.0 - wide).max(0.0) };
        canvas.text(left, 11.0, Anchor::Start, Token::Impact, &words);
    }
}

impl Candidate {
    fn draw(
        &self,
        canvas: &mut Canvas,
        frame: &TimeFrame<'_>,
        (index, top, height): (usize, f64, f64),
        start: Option<i64>,
        variant: Variant,
        no_data: &str,
    ) {
        let edge = variant.width();
        let score = shorten(&self.score, true, 110.0);
        let room = edge - width(&score, true) - 16.0;
        canvas.bold(0.0, top + 20.0, Anchor::Start, Token::Ink, &shorten(&self.name, true, room));
        canvas.bold(edge, top + 20.0, Anchor::End, Token::Ink, &score);
        let base = top + height - 8.0;
        let plot = Area::new(frame.left, base - METRIC, frame.right, base);
        let head = plot.top - 8.0;
        draw_gaps(canvas, frame, &self.metric, plot);
        if let Some(at) = start.filter(|at| frame.shows(*at)) {
            let from = if index == 0 && !variant.is_narrow() { 16.0 } else { head - 6.0 };
            canvas.line((frame.x(at), from), (frame.x(at), base), Token::Impact, CONTEXT);
        }
        let curves = self.draw_metric(canvas, frame, plot, index == 0, no_data);
        let places = self.draw_signals(canvas, frame, (head, base), index == 0, variant);
        self.draw_metric_label(canvas, plot, &curves, places, variant);
    }

    fn draw_metric(
        &self,
        canvas: &mut Canvas,
        frame: &TimeFrame<'_>,
        plot: Area,
        is_first: bool,
        no_data: &str,
    ) -> Vec<Vec<(f64, f64)>> {
        canvas.level(plot.left, plot.right, plot.bottom, Token::Rule);
        let Some((low, high)) = extent(self.metric.values(frame)) else {
            let middle = (f64::midpoint(plot.left, plot.right), f64::midpoint(plot.top, plot.bottom) + 4.0);
            canvas.text_on_paper(middle.0, middle.1, Anchor::Middle, Token::Ink2, no_data);
            return Vec::new();
        };
        let high = if high > 0.0 || low < 0.0 { two_digits_up(high.max(0.0)) } else { 1.0 };
        let scale = ValueScale::fixed(low.min(0.0), high, Vec::new());
        let heights = (plot.top + 3.0, plot.bottom);
        for (value, y) in [(scale.low, plot.bottom), (scale.high, plot.top + 3.0)] {
            let words = shorten(&self.format.words(value, false), false, plot.left - 4.0);
            canvas.text(plot.left - 6.0, y + 3.0, Anchor::End, Token::Ink2, &words);
        }
        let (token, stroke) = if is_first { (Token::Impact, 1.75) } else { (Token::Ink2, CONTEXT) };
        let mut curves = Vec::new();
        for run in self.metric.runs(frame) {
            let points = curve(&run, frame, &scale, heights);
            if let [only] = points[..] {
                canvas.disc(only, 2.0, token);
            }
            canvas.curve(points.clone(), token, stroke);
            curves.push(points);
        }
        curves
    }

    /// Draws marks with leaders, then words right of them, or left, where they are free.
    fn draw_signals(
        &self,
        canvas: &mut Canvas,
        frame: &TimeFrame<'_>,
        (head, base): (f64, f64),
        is_first: bool,
        variant: Variant,
    ) -> Places {
        let mut places = Places::default();
        places.take(Area::new(0.0, head, frame.left - 4.0, base + 4.0));
        let mut shown: Vec<&Signal> = self.signals.iter().filter(|signal| frame.shows(signal.at)).collect();
        shown.sort_by_key(|signal| signal.at);
        for signal in &shown {
            let x = frame.x(signal.at);
            let leader = if is_first { Token::Impact } else { Token::Ink2 };
            canvas.line((x, head + 6.0), (x, base), leader, 1.0);
            places.take(Area::new(x - 5.0, head - 6.0, x + 5.0, head + 6.0));
        }
        for signal in &shown {
            let token = if is_first { Token::Impact } else { Token::Ink };
            signal.mark.draw(canvas, (frame.x(signal.at), head), 4.0, token);
        }
        for signal in shown.iter().filter(|signal| !signal.label.is_empty() && !variant.is_narrow()) {
            write_signal(canvas, &mut places, signal, frame.x(signal.at), head + 4.0, variant);
        }
        places
    }

    /// What the metric measures: right, at its top or bottom on a wide chart, above it on
    /// a narrow one.
    fn draw_metric_label(
        &self,
        canvas: &mut Canvas,
        plot: Area,
        curves: &[Vec<(f64, f64)>],
        places: Places,
        variant: Variant,
    ) {
        if variant.is_narrow() {
            let words = shorten(&self.metric_label, false, variant.width());
            canvas.text(variant.width(), plot.top - 20.0, Anchor::End, Token::Ink2, &words);
            return;
        }
        let words = shorten(&self.metric_label, false, 260.0);
        let over = plot.top - 6.0;
        let inside = [plot.top + 6.0, plot.top + 14.0, plot.bottom - 10.0, over];
        let tops = if curves.is_empty() { [over; 4] } else { inside };
        let free = tops.into_iter().find(|y| {
            let area = text_area(&words, false, plot.right, *y, Anchor::End);
            !touches(curves, &area.grown(2.0)) && places.is_free(&area)
        });
        let mut search = Plot { area: plot, curves: curves.to_vec(), uprights: Vec::new(), places };
        let wish = Wish { x: plot.right - width(&words, false), y: plot.top + 6.0, anchor: Anchor::Start };
        match free {
            Some(y) => canvas.text(plot.right, y, Anchor::End, Token::Ink2, &words),
            None => {
                if let Some(found) = search.settle(std::slice::from_ref(&words), false, &[wish], 600.0) {
                    canvas.text(found.x, found.y, found.anchor, Token::Ink2, &words);
                }
            }
        }
    }
}

/// The next number with two digits that count, so that the top of a metric is round.
fn two_digits_up(value: f64) -> f64 {
    let step = 10_f64.powf(value.log10().floor() - 1.0);
    if value > 0.0 && step.is_normal() { (value / step).ceil() * step } else { value }
}

fn write_signal(canvas: &mut Canvas, places: &mut Places, signal: &Signal, x: f64, y: f64, variant: Variant) {
    for (text_x, anchor) in [(x + 8.0, Anchor::Start), (x - 8.0, Anchor::End)] {
        let words = shorten(&signal.label, false, 280.0);
        let area = text_area(&words, false, text_x, y, anchor);
        if area.left >= 0.0 && area.right <= variant.width() && places.is_free(&area) {
            canvas.text(text_x, y, anchor, Token::Ink, &words);
            places.take(area.grown(3.0));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, MINUTE, VARIANTS, difficult_series, labels_apart, per_minute, sound, time};

    fn chart(metric: &Series, words: &str) -> CandidateCausesChart {
        let signal = |minute: i64, mark| Signal { at: minute * MINUTE, mark, label: words.into() };
        let candidate = |rank: usize| Candidate {
            name: format!("{rank}  {words}"),
            score: "score 0.31".into(),
            metric: metric.clone(),
            metric_label: words.into(),
            format: ValueFormat::new(|value, _| format!("{value}")),
            signals: vec![signal(20, Mark::Shift), signal(40, Mark::People), signal(41, Mark::Attempt)],
        };
        CandidateCausesChart {
            alt: Alt::default(),
            time: time(150),
            waves: vec![Wave { start: 30 * MINUTE, end: 90 * MINUTE, label: None }],
            failures_start: Some((30 * MINUTE, Text::new("failures start, 20:44", "failures start"))),
            candidates: (1..8).map(candidate).collect(),
            no_data: "no metric".into(),
        }
    }

    #[test]
    fn words_do_not_overlap_and_five_rows_are_drawn() {
        let metric = per_minute((0..150).map(|minute| Some(f64::from(minute % 40))));
        for variant in VARIANTS {
            labels_apart(&chart(&metric, "licence gateway").canvas(variant), variant);
            assert_eq!(chart(&metric, "x").draw("f4", variant).matches(">score 0.31<").count(), 5);
        }
    }

    #[test]
    fn difficult_metrics_and_hostile_words_are_sound() {
        for metric in difficult_series() {
            for variant in VARIANTS {
                let svg = chart(&metric, HOSTILE).draw("f4", variant);
                sound(&svg);
                assert_eq!(svg, chart(&metric, HOSTILE).draw("f4", variant));
            }
        }
        sound(&CandidateCausesChart::default().draw("f4", Variant::Wide));
    }

    #[test]
    fn the_top_of_a_metric_is_round() {
        assert!((two_digits_up(427.0) - 430.0).abs() < 1e-9);
        assert!(two_digits_up(0.0).abs() < 1e-12);
        assert!(two_digits_up(f64::MIN_POSITIVE).is_finite());
    }
}

//! The lower panel of the impact curve: complaints per bucket, with what was expected.
//!
//! In: counts and expected counts per bucket. Out: bars, a line and a label on a canvas.
//! A missing bucket is hatched. The share of failures is drawn elsewhere; both never
//! share an axis.

use super::canvas::Canvas;
use super::empty::missing_panel;
use super::label::{Anchor, Area, text_area};
use super::marks::hatch;
use super::series::{Series, curve};
use super::theme::{EXPECTED, Token};
use super::time_axis::TimeFrame;
use super::value_axis::{ValueFormat, ValueScale};
use super::{Text, Variant, Wave};

/// Complaints over time, or why there are none.
#[derive(Debug, Clone)]
pub enum Complaints {
    /// Counts per bucket.
    Counted {
        /// What is counted and per how much time ("Complaints per 5 minutes").
        title: Text,
        /// Counts; a bucket without complaints is zero, one without data is none.
        counts: Series,
        /// What an ordinary day has at that time; may be empty.
        expected: Series,
        /// "expected: 3".
        expected_label: String,
        /// Words of the value ticks.
        format: ValueFormat,
    },
    /// No data: the title, and the sentence that says what is missing.
    Missing {
        /// What would be counted.
        title: Text,
        /// What is missing and which file would give it.
        sentence: String,
    },
}

/// Space between two bars, in pixels.
const BAR_GAP: f64 = 1.5;

impl Complaints {
    /// Draws the panel into `plot`, its title 12 pixels above.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        frame: &TimeFrame<'_>,
        plot: Area,
        variant: Variant,
        waves: &[Wave],
    ) {
        let title = match self {
            Self::Counted { title, .. } | Self::Missing { title, .. } => title,
        };
        canvas.bold(0.0, plot.top - 12.0, Anchor::Start, Token::Ink, title.of(variant));
        match self {
            Self::Missing { sentence, .. } => missing_panel(canvas, plot, sentence),
            Self::Counted { counts, expected, expected_label, format, .. } => {
                frame.draw_waves(canvas, waves, plot.top, plot.bottom);
                let scale = ValueScale::from_zero(counts.values(frame).into_iter().chain(expected.values(frame)), 4.0);
                let heights = (plot.top, plot.bottom);
                scale.draw_left(canvas, (plot.left, plot.right), heights, format);
                draw_gaps(canvas, frame, counts, plot);
                let bars = bars(counts, frame, &scale, plot);
                for bar in &bars {
                    canvas.rect(*bar, Token::Ochre);
                }
                let line = draw_expected(canvas, expected, frame, &scale, heights);
                label_expected(canvas, expected_label, &bars, &line, plot);
            }
        }
    }
}

/// Hatches the spans without data.
pub(super) fn draw_gaps(canvas: &mut Canvas, frame: &TimeFrame<'_>, series: &Series, plot: Area) {
    for (start, end) in series.gaps(frame) {
        hatch(canvas, Area::new(frame.x_inside(start), plot.top, frame.x_inside(end), plot.bottom));
    }
}

fn bars(counts: &Series, frame: &TimeFrame<'_>, scale: &ValueScale, plot: Area) -> Vec<Area> {
    let half = counts.bucket.max(0) / 2;
    let mut bars: Vec<Area> = Vec::new();
    for sample in counts.runs(frame).iter().flatten().filter(|sample| sample.value > 0.0) {
        let (left, right) = (frame.x_inside(sample.at - half), frame.x_inside(sample.at.saturating_add(half)));
        let gap = if right - left > 4.0 { BAR_GAP / 2.0 } else { 0.0 };
        let top = scale.y(sample.value, plot.top, plot.bottom).min(plot.bottom - 0.5);
        let bar = Area::new(left + gap, top, (right - gap).max(left + gap + 0.25), plot.bottom);
        match bars.last_mut() {
            Some(last) if bar.right - bar.left < 1.0 && (bar.left.floor() - last.left.floor()).abs() < 0.5 => {
                last.top = last.top.min(bar.top);
                last.right = bar.right;
            }
            _ => bars.push(bar),
        }
    }
    bars
}

fn draw_expected(
    canvas: &mut Canvas,
    expected: &Series,
    frame: &TimeFrame<'_>,
    scale: &ValueScale,
    heights: (f64, f64),
) -> Vec<(f64, f64)> {
    let mut all = Vec::new();
    for run in expected.runs(frame) {
        let mut line = curve(&run, frame, scale, heights);
        if let [(x, y)] = line[..] {
            line = vec![(x - 2.0, y), (x + 2.0, y)];
        }
        all.extend_from_slice(&line);
        canvas.curve(line, Token::Ink, EXPECTED);
    }
    all
}

/// Writes the label of the expected line where the bars are low, with a leader to it.
fn label_expected(canvas: &mut Canvas, label: &str, bars: &[Area], line: &[(f64, f64)], plot: Area) {
    if line.is_empty() || label.is_empty() {
        return;
    }
    let y = plot.bottom - plot.height() * 0.52;
    let wished = plot.left + plot.width() * 0.69;
    let nearest = (0..200_u32)
        .map(|index| plot.left + f64::from(index) * 5.0)
        .map(|x| (x, text_area(label, false, x, y, Anchor::Middle)))
        .filter(|(_, area)| area.left > plot.left + 2.0 && area.right < plot.right)
        .filter(|(_, area)| bars.iter().all(|bar| !bar.grown(2.0).overlaps(area)))
        .filter(|(_, area)| line.iter().all(|(x, y)| !area.grown(3.0).holds(*x, *y)))
        .min_by(|a, b| (a.0 - wished).abs().total_cmp(&(b.0 - wished).abs()));
    let Some((x, _)) = nearest else {
        return;
    };
    let target = line.iter().min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs()));
    if let Some((_, line_y)) = target.filter(|(_, line_y)| *line_y > y + 8.0) {
        canvas.line((x, y + 4.0), (x, line_y - 2.5), Token::Ink2, 1.0);
    }
    canvas.text(x, y, Anchor::Middle, Token::Ink2, label);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{per_minute, percent, time};

    fn drawn(counts: Series) -> String {
        let time = time(150);
        let mut canvas = Canvas::new(720.0, 100.0);
        let complaints = Complaints::Counted {
            title: "Complaints".into(),
            counts,
            expected: per_minute([Some(1.0)]),
            expected_label: "expected: 1".into(),
            format: percent(),
        };
        let plot = Area::new(40.0, 20.0, 708.0, 86.0);
        complaints.draw(&mut canvas, &time.frame(Variant::Wide), plot, Variant::Wide, &[]);
        canvas.finish_cell()
    }

    #[test]
    fn zero_has_no_bar_and_missing_is_hatched() {
        let zero = drawn(per_minute(vec![Some(0.0); 150]));
        let missing = drawn(per_minute(vec![None; 150]));
        assert!(!zero.contains("#B07E1C") && !missing.contains("#B07E1C"));
        assert!(missing.matches("<line").count() > zero.matches("<line").count() + 20);
    }

    #[test]
    fn one_expected_value_is_still_a_line() {
        assert!(drawn(per_minute(vec![Some(5.0); 150])).contains("<polyline"));
    }
}

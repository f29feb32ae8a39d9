//! Words inside the upper panel of the impact curve: which there are and where they stand.
//!
//! In: the chart, its curves and what is taken. Out: lines of text with a place each. What
//! finds no free place is left out; the text of the page has it.

use super::canvas::Canvas;
use super::curve_labels::{Plot, Wish};
use super::impact_curve::ImpactCurveChart;
use super::label::{Anchor, Area, block_area, wrap_evenly};
use super::theme::{LINE_HEIGHT, Token};
use super::time_axis::TimeFrame;
use super::{Variant, Wave};

/// Words that have a place, with the line to what they mean.
pub(super) struct Written {
    lines: Vec<String>,
    bold: bool,
    token: Token,
    wish: Wish,
    pub(super) area: Area,
    leader: Option<((f64, f64), (f64, f64))>,
}

/// Draws the words with their leaders.
pub(super) fn draw_written(canvas: &mut Canvas, labels: &[Written]) {
    for label in labels {
        if let Some((from, to)) = label.leader {
            canvas.line(from, to, label.token, 1.0);
        }
        canvas.block(label.wish.x, label.wish.y, label.wish.anchor, label.token, label.bold, &label.lines);
    }
}

impl ImpactCurveChart {
    /// Finds places for the words in the plot: series first, then peak, others, waves.
    pub(super) fn labels(
        &self,
        plot: &mut Plot,
        frame: &TimeFrame<'_>,
        curves: &[Vec<(f64, f64)>],
        quiet: &[Vec<(f64, f64)>],
        variant: Variant,
    ) -> Vec<Written> {
        let mut labels = Vec::new();
        for (start, end) in self.slice.gaps(frame) {
            plot.places.take(Area::new(frame.x_inside(start), plot.area.top, frame.x_inside(end), plot.area.bottom));
        }
        for wave in &self.waves {
            labels.extend(wave_label(plot, frame, wave));
        }
        labels.extend(self.peak_label(plot, frame, curves));
        if let Some(peak) = highest(curves) {
            let room = if variant.is_narrow() { 66.0 } else { 110.0 };
            let lines = wrap_evenly(self.slice_label.of(variant), true, room, 3);
            let wishes = series_wishes(curves, peak, plot, lines.len());
            labels.extend(write(plot, lines, true, Token::Impact, &wishes, 400.0));
        }
        labels.extend(self.others_label(plot, quiet, variant));
        labels
    }

    fn others_label(&self, plot: &mut Plot, quiet: &[Vec<(f64, f64)>], variant: Variant) -> Option<Written> {
        let first = *quiet.first()?.first()?;
        let last = *quiet.last()?.last()?;
        let left = first.0.max(plot.area.left) + 2.0;
        let wishes = [
            Wish { x: left, y: first.1 - 10.0, anchor: Anchor::Start },
            Wish { x: last.0 - 2.0, y: last.1 - 10.0, anchor: Anchor::End },
            Wish { x: left, y: first.1 - 24.0, anchor: Anchor::Start },
        ];
        write(plot, vec![self.others_label.of(variant).to_owned()], false, Token::Ink2, &wishes, 90.0)
    }

    fn peak_label(&self, plot: &mut Plot, frame: &TimeFrame<'_>, curves: &[Vec<(f64, f64)>]) -> Option<Written> {
        let peak = self.peak.as_ref().filter(|peak| frame.shows(peak.at) && !peak.lines.is_empty())?;
        let x = frame.x(peak.at);
        let distance = |point: &(f64, f64)| (point.0 - x).abs();
        let (_, y) = curves.iter().flatten().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let lines: Vec<String> = peak.lines.iter().take(2).cloned().collect();
        for anchor in [Anchor::Start, Anchor::End] {
            for drop in [63.0, 45.0, 80.0, 100.0, 120.0] {
                let wish = Wish { x, y: y + drop, anchor };
                let area = block_area(&lines, false, wish.x, wish.y, anchor);
                if !plot.is_free(&area) {
                    continue;
                }
                plot.places.take(area.grown(3.0));
                let leader = Some(((x, y + 5.0), (x, wish.y - 14.0)));
                return Some(Written { lines, bold: false, token: Token::Impact, wish, area, leader });
            }
        }
        None
    }
}

fn write(
    plot: &mut Plot,
    lines: Vec<String>,
    bold: bool,
    token: Token,
    wishes: &[Wish],
    reach: f64,
) -> Option<Written> {
    let wish = plot.settle(&lines, bold, wishes, reach)?;
    let area = block_area(&lines, bold, wish.x, wish.y, wish.anchor);
    Some(Written { lines, bold, token, wish, area, leader: None })
}

/// Left of the rise, under the curve, right of the fall, above the peak.
fn series_wishes(curves: &[Vec<(f64, f64)>], peak: (f64, f64), plot: &Plot, lines: usize) -> Vec<Wish> {
    let area = plot.area;
    let half = f64::midpoint(peak.1, area.bottom);
    let above = |point: &&(f64, f64)| point.1 <= half;
    let points: Vec<(f64, f64)> = curves.iter().flatten().copied().collect();
    let rise = points.iter().find(above).map_or(peak.0, |point| point.0);
    let fall = points.iter().skip_while(|point| point.1 > half).find(|point| point.1 > half);
    let fall = fall.map_or(area.right, |point| point.0);
    let lift = lines.saturating_sub(1) as f64 * LINE_HEIGHT;
    let low = peak.1 + (area.bottom - peak.1) * 0.55;
    let line = plot.uprights.iter().copied().filter(|x| (rise - 60.0..rise).contains(x)).fold(rise, f64::min);
    vec![
        Wish { x: line - 8.0, y: half - lift / 2.0 - 6.0, anchor: Anchor::End },
        Wish { x: rise - 10.0, y: half - lift / 2.0 - 6.0, anchor: Anchor::End },
        Wish { x: rise + 44.0, y: low - lift / 2.0, anchor: Anchor::Start },
        Wish { x: f64::midpoint(rise, fall), y: low - lift / 2.0, anchor: Anchor::Middle },
        Wish { x: fall + 10.0, y: half - lift / 2.0, anchor: Anchor::Start },
        Wish { x: peak.0, y: peak.1 - 10.0 - lift, anchor: Anchor::Middle },
    ]
}

/// Above the highest point of the wave.
fn wave_label(plot: &mut Plot, frame: &TimeFrame<'_>, wave: &Wave) -> Option<Written> {
    let words = wave.label.as_deref().filter(|words| !words.is_empty())?;
    let (left, right) = (frame.x_inside(wave.start), frame.x_inside(wave.end));
    let inside = plot.curves.iter().flatten().filter(|point| (left..=right).contains(&point.0));
    let top = inside.map(|point| point.1).min_by(f64::total_cmp)?;
    let wish = Wish { x: f64::midpoint(left, right), y: top - 9.0, anchor: Anchor::Middle };
    write(plot, vec![words.to_owned()], false, Token::Impact, &[wish], 60.0)
}

fn highest(curves: &[Vec<(f64, f64)>]) -> Option<(f64, f64)> {
    curves.iter().flatten().copied().min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::label::Places;

    fn plot() -> Plot {
        let curve = vec![(0.0, 200.0), (100.0, 200.0), (140.0, 20.0), (260.0, 20.0), (300.0, 200.0), (600.0, 200.0)];
        let area = Area::new(0.0, 0.0, 600.0, 208.0);
        Plot { area, curves: vec![curve], uprights: vec![110.0], places: Places::default() }
    }

    #[test]
    fn the_series_is_named_left_of_its_rise_and_of_the_milestone_there() {
        let mut plot = plot();
        let wishes = series_wishes(&plot.curves.clone(), (140.0, 20.0), &plot, 1);
        let lines = vec!["set-top".to_owned()];
        let written = write(&mut plot, lines, true, Token::Impact, &wishes, 400.0).unwrap();
        assert!(written.area.right < 110.0);
    }

    #[test]
    fn a_series_that_is_high_from_the_start_is_named_elsewhere() {
        let mut plot = plot();
        plot.curves = vec![vec![(0.0, 20.0), (600.0, 20.0)]];
        let wishes = series_wishes(&plot.curves.clone(), (0.0, 20.0), &plot, 1);
        let lines = vec!["set-top".to_owned()];
        let written = write(&mut plot, lines, true, Token::Impact, &wishes, 400.0).unwrap();
        assert!(written.area.top > 24.0);
    }
}

//! Who was hurt, and when: the failing share of the slice that explains most and of all
//! others above, complaints below, on one axis of time.
//!
//! In: two series of shares with intervals, milestones, waves, complaints. Out: SVG.
//! It computes no share and no interval.

use super::canvas::Canvas;
use super::complaints_panel::{Complaints, draw_gaps};
use super::curve_labels::Plot;
use super::empty::missing_panel;
use super::impact_labels::{Written, draw_written};
use super::label::{Anchor, Area, Places, width};
use super::milestones::{Milestone, Placed, draw_labels, place};
use super::series::{Sample, Series, band, curve};
use super::theme::{CONTEXT, MAIN, Token};
use super::time_axis::{TimeFrame, TimeScale};
use super::value_axis::{ValueFormat, ValueScale};
use super::{Alt, Text, Variant, Wave};

/// Two panels: failing share, complaints.
#[derive(Debug, Clone)]
pub struct ImpactCurveChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time, shared by the charts of a document.
    pub time: TimeScale,
    /// Spans in which the slice was failing.
    pub waves: Vec<Wave>,
    /// Labelled moments above the curve.
    pub milestones: Vec<Milestone>,
    /// What the upper panel measures, with its unit.
    pub title: Text,
    /// Failing share of the slice per bucket, with its Wilson interval.
    pub slice: Series,
    /// Name of the slice.
    pub slice_label: Text,
    /// Failing share of all others; may be empty.
    pub others: Series,
    /// Name of the others, with their usual value ("all others: 0.6%").
    pub others_label: Text,
    /// Words of the value ticks of shares.
    pub format: ValueFormat,
    /// The highest point, in words.
    pub peak: Option<Peak>,
    /// The measured window: start, end, words ("measured window, 89 min").
    pub window: Option<(i64, i64, Text)>,
    /// The lower panel.
    pub complaints: Complaints,
    /// "no data", for gaps.
    pub no_data: String,
    /// What is missing and which file would give it, for an upper panel without data.
    pub missing: String,
}

/// The highest point of the first series.
#[derive(Debug, Clone, PartialEq)]
pub struct Peak {
    /// Middle of its bucket, microseconds since 1970 UTC.
    pub at: i64,
    /// Its share.
    pub value: f64,
    /// One or two lines ("64% at 21:09,", "39,300 viewers").
    pub lines: Vec<String>,
}

/// Heights of a variant, in pixels.
struct Layout {
    plot: (f64, f64),
    lower: (f64, f64),
    height: f64,
}

impl ImpactCurveChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let layout = layout(variant);
        let frame = self.time.frame(variant);
        let mut canvas = Canvas::new(variant.width(), layout.height);
        canvas.bold(0.0, 12.0, Anchor::Start, Token::Ink, self.title.of(variant));
        let upper = Area::new(frame.left, layout.plot.0, frame.right, layout.plot.1);
        self.draw_upper(&mut canvas, &frame, upper, variant);
        self.draw_window(&mut canvas, &frame, upper.bottom + 16.0, variant);
        let lower = Area::new(frame.left, layout.lower.0, frame.right, layout.lower.1);
        self.complaints.draw(&mut canvas, &frame, lower, variant, &self.waves);
        frame.draw_ticks(&mut canvas, lower.bottom);
        canvas
    }

    fn draw_upper(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, area: Area, variant: Variant) {
        let runs = self.slice.runs(frame);
        let others = self.others.runs(frame);
        if runs.is_empty() && others.is_empty() {
            missing_panel(canvas, area, &self.missing);
            return;
        }
        frame.draw_waves(canvas, &self.waves, area.top, area.bottom);
        let values = self.slice.values(frame).into_iter().chain(self.others.values(frame));
        let scale = ValueScale::from_zero(values, 0.02);
        let heights = (area.top, area.bottom);
        scale.draw_left(canvas, (area.left, area.right), heights, &self.format);
        draw_gaps(canvas, frame, &self.slice, area);

        let placed = place(&self.milestones, frame, variant);
        let to_curves = |runs: &[Vec<Sample>]| -> Vec<Vec<(f64, f64)>> {
            runs.iter().map(|run| curve(run, frame, &scale, heights)).collect()
        };
        let (curves, quiet) = (to_curves(&runs), to_curves(&others));
        let bands: Vec<Vec<(f64, f64)>> = runs.iter().map(|run| band(run, frame, &scale, heights)).collect();
        let mut plot = Plot {
            area: Area::new(area.left + 2.0, area.top, area.right, area.bottom - 2.0),
            curves: curves.iter().chain(&quiet).chain(&bands).cloned().collect(),
            uprights: placed.iter().map(|milestone| milestone.x).collect(),
            places: Places::default(),
        };
        let labels = self.labels(&mut plot, frame, &curves, &quiet, variant);
        draw_labels(canvas, &placed, area.top - 4.0);
        draw_milestones_inside(canvas, &placed, area, &labels);
        draw_context(canvas, &quiet);
        for band in bands {
            canvas.polygon(band, Token::Impact, 0.3);
        }
        draw_main(canvas, &curves);
        draw_written(canvas, &labels);
        self.label_gaps(canvas, frame, area);
    }

    fn draw_window(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, y: f64, variant: Variant) {
        let Some((start, end, words)) = &self.window else {
            return;
        };
        let (left, right) = (frame.x_inside(*start), frame.x_inside(*end));
        canvas.line((left, y), (right, y), Token::Ink, CONTEXT);
        for x in [left, right] {
            canvas.line((x, y - 4.0), (x, y + 4.0), Token::Ink, CONTEXT);
        }
        let words = words.of(variant);
        let wide = width(words, false);
        if right - left > wide + 12.0 {
            canvas.text_on_paper(f64::midpoint(left, right), y + 4.0, Anchor::Middle, Token::Ink, words);
        } else if right + 8.0 + wide <= variant.width() {
            canvas.text(right + 8.0, y + 4.0, Anchor::Start, Token::Ink, words);
        } else {
            canvas.text_on_paper((left - 8.0).max(wide), y + 4.0, Anchor::End, Token::Ink, words);
        }
    }

    fn label_gaps(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, area: Area) {
        for (start, end) in self.slice.gaps(frame) {
            let (left, right) = (frame.x_inside(start), frame.x_inside(end));
            if right - left > width(&self.no_data, false) + 12.0 {
                let middle = f64::midpoint(area.top, area.bottom);
                canvas.text_on_paper(f64::midpoint(left, right), middle, Anchor::Middle, Token::Ink2, &self.no_data);
            }
        }
    }
}

fn layout(variant: Variant) -> Layout {
    match variant {
        Variant::Wide => Layout { plot: (92.0, 300.0), lower: (364.0, 430.0), height: 454.0 },
        Variant::Narrow => Layout { plot: (86.0, 256.0), lower: (320.0, 376.0), height: 400.0 },
    }
}

fn draw_milestones_inside(canvas: &mut Canvas, placed: &[Placed], area: Area, labels: &[Written]) {
    let avoid: Vec<Area> = labels.iter().map(|label| label.area).collect();
    for milestone in placed {
        canvas.upright_between(milestone.x, area.top - 4.0, area.bottom, Token::Rule, &avoid);
    }
}

fn draw_context(canvas: &mut Canvas, curves: &[Vec<(f64, f64)>]) {
    for points in curves {
        canvas.curve(points.clone(), Token::Quiet, CONTEXT);
    }
}

/// Draws the first series; a lone point becomes a dot.
fn draw_main(canvas: &mut Canvas, curves: &[Vec<(f64, f64)>]) {
    for points in curves {
        if let [only] = points[..] {
            canvas.disc(only, 2.0, Token::Impact);
        }
        canvas.curve(points.clone(), Token::Impact, MAIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{
        HOSTILE, MINUTE, VARIANTS, difficult_series, labels_apart, per_minute, percent, sound, time,
    };

    fn night() -> ImpactCurveChart {
        let share = |minute: i32| match minute {
            30..=90 => 0.6,
            110..=118 => 0.25,
            _ => 0.006,
        };
        let milestone = |minute: i64, label: &str, keep| Milestone { at: minute * MINUTE, label: label.into(), keep };
        ImpactCurveChart {
            alt: Alt { title: HOSTILE.into(), description: HOSTILE.into() },
            time: time(150),
            waves: vec![
                Wave { start: 30 * MINUTE, end: 91 * MINUTE, label: None },
                Wave { start: 110 * MINUTE, end: 119 * MINUTE, label: Some("second wave".into()) },
            ],
            milestones: vec![
                milestone(30, "20:44 started", 6),
                milestone(38, "20:53 detected", 3),
                milestone(41, "20:56 acknowledged", 1),
                milestone(91, "21:46 mitigated", 5),
                milestone(135, "22:30 resolved", 6),
            ],
            title: "Start attempts that failed".into(),
            slice: per_minute((0..150).map(|minute| Some(share(minute)))),
            slice_label: "set-top boxes in the North".into(),
            others: per_minute(vec![Some(0.006); 150]),
            others_label: "all others".into(),
            format: percent(),
            peak: Some(Peak {
                at: 60 * MINUTE,
                value: 0.6,
                lines: vec!["60% at 21:14,".into(), "39,300 viewers".into()],
            }),
            window: Some((30 * MINUTE, 119 * MINUTE, "measured window, 89 min".into())),
            complaints: Complaints::Counted {
                title: "Complaints per minute".into(),
                counts: per_minute((0..150).map(|minute| Some(f64::from(minute % 50)))),
                expected: per_minute(vec![Some(3.0); 150]),
                expected_label: "expected: 3".into(),
                format: ValueFormat::new(|value, _| format!("{value}")),
            },
            no_data: "no data".into(),
            missing: "No start attempts: no input feeds them.".into(),
        }
    }

    #[test]
    fn labels_of_a_night_do_not_overlap() {
        for variant in VARIANTS {
            labels_apart(&night().canvas(variant), variant);
        }
        let svg = night().draw("f1", Variant::Wide);
        for words in ["20:53 detected", "second wave", "60% at 21:14,", "set-top boxes", "all others", "expected: 3"] {
            assert!(svg.contains(&format!(">{words}")), "{words} is missing");
        }
    }

    #[test]
    fn every_difficult_series_gives_a_sound_drawing_twice_the_same() {
        for series in difficult_series() {
            for variant in VARIANTS {
                let mut chart = night();
                chart.slice = series.clone();
                chart.others = series.clone();
                chart.slice_label = HOSTILE.into();
                chart.complaints = Complaints::Counted {
                    title: HOSTILE.into(),
                    counts: series.clone(),
                    expected: series.clone(),
                    expected_label: HOSTILE.into(),
                    format: ValueFormat::new(|_, _| HOSTILE.to_owned()),
                };
                let svg = chart.draw(HOSTILE, variant);
                sound(&svg);
                assert_eq!(svg, chart.draw(HOSTILE, variant));
            }
        }
    }

    #[test]
    fn missing_data_is_said_in_both_panels() {
        let mut chart = night();
        chart.slice = Series::default();
        chart.others = Series::default();
        chart.complaints = Complaints::Missing { title: "Complaints".into(), sentence: "No complaints.".into() };
        let svg = chart.draw("f1", Variant::Wide);
        assert!(svg.contains("No start attempts") && svg.contains("No complaints."));
    }

    #[test]
    fn a_gap_is_hatched_and_not_bridged() {
        let mut chart = night();
        chart.slice = per_minute((0..150).map(|minute| (!(60..90).contains(&minute)).then_some(0.5)));
        let svg = chart.draw("f1", Variant::Wide);
        assert!(svg.contains(">no data</text>"));
        assert_eq!(svg.matches("stroke=\"#A8321F\" stroke-width=\"8\"").count(), 2);
    }
}

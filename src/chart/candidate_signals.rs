//! What speaks for each candidate cause, one lane each, on one axis of time.
//!
//! In: candidates in rank order, each with marked signals and their weights. Out: SVG, as high as marks and words need.
//! Marks that would cover each other are stacked; of words, the heaviest signal's come first, and what finds no place is
//! left to the table. Signals outside the axis are counted at its ends. It ranks nothing. Five candidates at most are drawn.

use super::canvas::Canvas;
use super::label::{Anchor, Area, Places, shorten, text_area, width};
use super::marks::Mark;
use super::theme::Token;
use super::time_axis::{TimeFrame, TimeScale};
use super::{Alt, Text, Variant, Wave};

/// Lanes of candidates.
#[derive(Debug, Clone, Default)]
pub struct CandidateSignalsChart {
    /// What a voice reads.
    pub alt: Alt,
    /// The axis of time.
    pub time: TimeScale,
    /// Spans in which customers were hurt.
    pub waves: Vec<Wave>,
    /// What the shade of the waves means ("failing").
    pub waves_label: String,
    /// Start of the failures and its words ("failures start, 20:44").
    pub failures_start: Option<(i64, Text)>,
    /// What each sign means, in the order of the legend.
    pub legend: Vec<(Sign, String)>,
    /// The candidates, first rank first.
    pub lanes: Vec<SignalLane>,
}

/// One candidate.
#[derive(Debug, Clone)]
pub struct SignalLane {
    /// Rank and name ("1. licence-gateway").
    pub name: String,
    /// "score 0.87".
    pub score: String,
    /// Its signals that have a time, in any order.
    pub signals: Vec<LaneSignal>,
}

/// One signal of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSignal {
    /// When, microseconds since 1970 UTC.
    pub at: i64,
    /// Its shape and colour.
    pub sign: Sign,
    /// Its weight, 0 to 1: heavier ones are larger, and named first.
    pub weight: f64,
    /// Words; may be empty.
    pub label: Text,
}

/// Shape and colour of a kind of signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sign {
    /// The shape, which alone tells the kinds apart.
    pub mark: Mark,
    /// The colour: what machines show, what people did, what people said.
    pub token: Token,
}

const MOST: usize = 5;
/// Marks above each other in one lane; further ones at the same moment are left to the table.
const LEVELS: usize = 4;
const LEVEL: f64 = 14.0;
/// Rows of words under a lane.
const WORD_ROWS: usize = 2;
const WORD_ROW: f64 = 16.0;
/// From the top of a lane to its line when nothing is stacked.
const HEAD: f64 = 38.0;
const LEGEND_ROW: f64 = 20.0;
const LONGEST_LABEL: (f64, f64) = (230.0, 150.0);

/// A mark in its place.
struct Placed<'a> {
    signal: &'a LaneSignal,
    x: f64,
    level: usize,
}

/// Words in their place, relative to the line of the lane.
struct Words {
    x: f64,
    row: usize,
    anchor: Anchor,
    text: String,
    mark_x: f64,
}

/// A lane with everything in its place.
struct Arranged<'a> {
    lane: &'a SignalLane,
    marks: Vec<Placed<'a>>,
    words: Vec<Words>,
    earlier: usize,
    later: usize,
}

impl CandidateSignalsChart {
    /// Draws the chart; `id` is unique in the page.
    pub fn draw(&self, id: &str, variant: Variant) -> String {
        self.canvas(variant).finish(id, variant, &self.alt)
    }

    fn canvas(&self, variant: Variant) -> Canvas {
        let frame = self.time.frame(variant);
        let lanes: Vec<Arranged<'_>> =
            self.lanes.iter().take(MOST).map(|lane| Arranged::new(lane, &frame, variant)).collect();
        let legend = self.legend_rows(variant);
        let start_row = legend.len() as f64 * LEGEND_ROW;
        let top = start_row + if self.failures_start.is_some() { 18.0 } else { 4.0 };
        let bottom = top + lanes.iter().map(Arranged::height).sum::<f64>().max(HEAD);
        let mut canvas = Canvas::new(variant.width(), bottom + 26.0);
        frame.draw_waves(&mut canvas, &self.waves, top, bottom);
        draw_legend(&mut canvas, &legend);
        let tops = lanes.iter().scan(top, |next, lane| {
            let own = *next;
            *next += lane.height();
            Some(own)
        });
        let tops: Vec<f64> = tops.collect();
        let taken: Vec<Area> = lanes.iter().zip(&tops).flat_map(|(lane, top)| lane.taken(*top)).collect();
        self.draw_start(&mut canvas, &frame, (start_row, top, bottom), (&taken, variant));
        for (index, (lane, lane_top)) in lanes.iter().zip(tops).enumerate() {
            if index > 0 {
                canvas.level(0.0, variant.width(), lane_top, Token::Rule);
            }
            lane.draw(&mut canvas, &frame, lane_top, variant);
        }
        canvas.level(frame.left, frame.right, bottom, Token::Rule);
        frame.draw_ticks(&mut canvas, bottom);
        canvas
    }

    /// The entries of the legend with their left ends, row by row; `None` is the shade.
    fn legend_rows(&self, variant: Variant) -> Vec<Vec<(f64, Option<Sign>, String)>> {
        let signs = self.legend.iter().map(|(sign, words)| (Some(*sign), words.as_str()));
        let shade =
            (!self.waves.is_empty() && !self.waves_label.is_empty()).then_some((None, self.waves_label.as_str()));
        let mut rows: Vec<Vec<(f64, Option<Sign>, String)>> = Vec::new();
        let mut reached = f64::INFINITY;
        for (sign, words) in signs.chain(shade) {
            let words = shorten(words, false, variant.width() - 18.0);
            let wide = 18.0 + width(&words, false);
            if reached + wide > variant.width() {
                rows.push(Vec::new());
                reached = 0.0;
            }
            if let Some(row) = rows.last_mut() {
                row.push((reached, sign, words));
            }
            reached += wide + 16.0;
        }
        rows
    }

    /// The line at the start of the failures, in the pieces that names, words and marks leave free.
    fn draw_start(
        &self,
        canvas: &mut Canvas,
        frame: &TimeFrame<'_>,
        (row, top, bottom): (f64, f64, f64),
        (taken, variant): (&[Area], Variant),
    ) {
        let Some((at, words)) = self.failures_start.as_ref().filter(|(at, _)| frame.shows(*at)) else {
            return;
        };
        let x = frame.x(*at);
        canvas.upright_between(x, top - 4.0, bottom, Token::Impact, taken);
        let edge = variant.width();
        let words = shorten(words.of(variant), false, edge);
        let wide = width(&words, false);
        let left = if x + wide <= edge { x } else { (x - wide).max(0.0) };
        canvas.text(left, row + 11.0, Anchor::Start, Token::Impact, &words);
    }
}

impl<'a> Arranged<'a> {
    fn new(lane: &'a SignalLane, frame: &TimeFrame<'_>, variant: Variant) -> Self {
        let mut shown: Vec<&LaneSignal> = lane.signals.iter().filter(|signal| frame.shows(signal.at)).collect();
        shown.sort_by(|a, b| {
            b.weight.total_cmp(&a.weight).then((a.at, a.sign, &a.label.wide).cmp(&(b.at, b.sign, &b.label.wide)))
        });
        let mut marks: Vec<Placed<'_>> = Vec::new();
        for signal in shown {
            let x = frame.x(signal.at);
            let near = |other: &&Placed<'_>| (other.x - x).abs() < 12.0;
            let is_drawn = marks.iter().any(|other| other.signal.sign == signal.sign && (other.x - x).abs() < 4.0);
            let taken: Vec<usize> = marks.iter().filter(near).map(|other| other.level).collect();
            if let Some(level) = (0..LEVELS).find(|level| !taken.contains(level)).filter(|_| !is_drawn) {
                marks.push(Placed { signal, x, level });
            }
        }
        let words = arrange_words(&marks, variant);
        let earlier = lane.signals.iter().filter(|signal| signal.at < frame.start()).count();
        let later = lane.signals.iter().filter(|signal| signal.at > frame.end()).count();
        Self { lane, marks, words, earlier, later }
    }

    /// From the top of the lane to its line.
    fn head(&self) -> f64 {
        HEAD + self.marks.iter().map(|mark| mark.level).max().unwrap_or(0) as f64 * LEVEL
    }

    fn height(&self) -> f64 {
        let rows = self.words.iter().map(|words| words.row + 1).max().unwrap_or(0);
        self.head() + 12.0 + rows as f64 * WORD_ROW
    }

    /// What a line through the lane has to leave free.
    fn taken(&self, top: f64) -> Vec<Area> {
        let line = top + self.head();
        let name = text_area(&self.lane.name, true, 0.0, top + 18.0, Anchor::Start);
        let marks = self.marks.iter().map(|mark| {
            let y = line - mark.level as f64 * LEVEL;
            Area::new(mark.x - 6.0, y - 8.0, mark.x + 6.0, y + 8.0)
        });
        let words = self.words.iter().map(|words| {
            let y = line + 19.0 + words.row as f64 * WORD_ROW;
            text_area(&words.text, false, words.x, y, words.anchor)
        });
        std::iter::once(name).chain(marks).chain(words).collect()
    }

    fn draw(&self, canvas: &mut Canvas, frame: &TimeFrame<'_>, top: f64, variant: Variant) {
        let edge = variant.width();
        let score = shorten(&self.lane.score, true, 110.0);
        let room = edge - width(&score, true) - 16.0;
        canvas.bold(0.0, top + 18.0, Anchor::Start, Token::Ink, &shorten(&self.lane.name, true, room));
        canvas.bold(edge, top + 18.0, Anchor::End, Token::Ink, &score);
        let line = top + self.head();
        canvas.level(frame.left, frame.right, line, Token::Rule);
        if self.earlier > 0 {
            canvas.text(0.0, line + 4.0, Anchor::Start, Token::Ink2, &format!("← {}", self.earlier));
        }
        if self.later > 0 {
            canvas.text(edge, line - 7.0, Anchor::End, Token::Ink2, &format!("{} →", self.later));
        }
        for words in &self.words {
            let under = line + 7.0 + words.row as f64 * WORD_ROW;
            canvas.line((words.mark_x, line), (words.mark_x, under), Token::Ink2, 1.0);
        }
        for mark in &self.marks {
            let place = (mark.x, line - mark.level as f64 * LEVEL);
            let radius = 3.5 + 2.0 * mark.signal.weight.clamp(0.0, 1.0);
            mark.signal.sign.mark.draw(canvas, place, radius, mark.signal.sign.token);
        }
        for words in &self.words {
            let y = line + 19.0 + words.row as f64 * WORD_ROW;
            canvas.text(words.x, y, words.anchor, Token::Ink, &words.text);
        }
    }
}

fn draw_legend(canvas: &mut Canvas, rows: &[Vec<(f64, Option<Sign>, String)>]) {
    for (row, entries) in rows.iter().enumerate() {
        let y = 8.0 + row as f64 * LEGEND_ROW;
        for (x, sign, words) in entries {
            match sign {
                Some(sign) => sign.mark.draw(canvas, (x + 6.0, y), 4.5, sign.token),
                None => canvas.rect(Area::new(*x, y - 6.0, x + 12.0, y + 6.0), Token::Sunk),
            }
            canvas.text(x + 18.0, y + 4.0, Anchor::Start, Token::Ink2, words);
        }
    }
}

/// Gives the heaviest marks their words, in the first row where words and leader are free.
fn arrange_words(marks: &[Placed<'_>], variant: Variant) -> Vec<Words> {
    let longest = if variant.is_narrow() { LONGEST_LABEL.1 } else { LONGEST_LABEL.0 };
    let mut places = Places::default();
    let mut arranged = Vec::new();
    for mark in marks {
        let text = shorten(mark.signal.label.of(variant), false, longest);
        let ways = (0..WORD_ROWS).flat_map(|row| [(row, Anchor::Start), (row, Anchor::End)]);
        let found = ways.filter(|_| !text.is_empty()).find_map(|(row, anchor)| {
            let x = if anchor == Anchor::Start { mark.x - 4.0 } else { mark.x + 4.0 };
            let y = 19.0 + row as f64 * WORD_ROW;
            let area = text_area(&text, false, x, y, anchor);
            let leader = Area::new(mark.x - 2.0, 0.0, mark.x + 2.0, area.top);
            let is_inside = area.left >= 0.0 && area.right <= variant.width();
            let is_free = places.is_free(&area) && (row == 0 || places.is_free(&leader));
            (is_inside && is_free).then_some((row, x, anchor, area, leader))
        });
        let Some((row, x, anchor, area, leader)) = found else { continue };
        places.take(Area::new(area.left - 4.0, area.top, area.right + 4.0, area.bottom));
        places.take(leader);
        arranged.push(Words { x, row, anchor, text, mark_x: mark.x });
    }
    arranged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::check::{HOSTILE, MINUTE, VARIANTS, labels_apart, sound, time};

    const SIGNS: [Sign; 4] = [
        Sign { mark: Mark::Shift, token: Token::Ink },
        Sign { mark: Mark::System, token: Token::Ink },
        Sign { mark: Mark::People, token: Token::People },
        Sign { mark: Mark::Public, token: Token::Comms },
    ];

    fn chart(minutes: &[i64], words: &str) -> CandidateSignalsChart {
        let signal = |(index, minute): (usize, &i64)| LaneSignal {
            at: minute * MINUTE,
            sign: SIGNS[index % 4],
            weight: 1.0 / (index + 1) as f64,
            label: Text::new(format!("20:44 {words}"), "log 20:44"),
        };
        let lane = |rank: usize| SignalLane {
            name: format!("{rank}. {words}"),
            score: "score 0.31".into(),
            signals: minutes.iter().enumerate().map(signal).collect(),
        };
        CandidateSignalsChart {
            alt: Alt::default(),
            time: time(150),
            waves: vec![Wave { start: 30 * MINUTE, end: 90 * MINUTE, label: None }],
            waves_label: "failing".into(),
            failures_start: Some((30 * MINUTE, Text::new("failures start, 20:44", "failures start"))),
            legend: SIGNS.iter().map(|sign| (*sign, words.to_owned())).collect(),
            lanes: (1..8).map(lane).collect(),
        }
    }

    #[test]
    fn words_do_not_overlap_and_five_lanes_are_drawn() {
        let together = [30, 30, 30, 30, 31, 31, 32, 33];
        let apart = [0, 20, 40, 60, 80, 100, 120, 150];
        for minutes in [&together[..], &apart[..], &[], &[-500, 400]] {
            for variant in VARIANTS {
                let chart = chart(minutes, "licence gateway");
                labels_apart(&chart.canvas(variant), variant);
                assert_eq!(chart.draw("f5", variant).matches(">score 0.31<").count(), 5);
            }
        }
    }

    #[test]
    fn marks_at_one_moment_are_stacked_and_equal_ones_drawn_once() {
        let chart = chart(&[30, 30, 30, 30, 30], "x");
        let lane = Arranged::new(&chart.lanes[0], &chart.time.frame(Variant::Wide), Variant::Wide).marks;
        let levels: Vec<usize> = lane.iter().map(|mark| mark.level).collect();
        assert_eq!(levels, [0, 1, 2, 3]);
    }

    #[test]
    fn signals_outside_the_axis_are_counted_at_its_ends() {
        let svg = chart(&[-500, -3, 400], "x").draw("f5", Variant::Narrow);
        assert_eq!((svg.matches(">← 2<").count(), svg.matches(">1 →<").count()), (5, 5));
    }

    #[test]
    fn hostile_words_and_nothing_at_all_are_sound() {
        for variant in VARIANTS {
            let svg = chart(&[0, 20, 40, 150], HOSTILE).draw("f5", variant);
            sound(&svg);
            assert_eq!(svg, chart(&[0, 20, 40, 150], HOSTILE).draw("f5", variant));
            labels_apart(&chart(&[0, 20, 40, 150], HOSTILE).canvas(variant), variant);
            sound(&CandidateSignalsChart::default().draw("f5", variant));
        }
    }
}

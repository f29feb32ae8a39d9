//! The horizontal axis of time, the same in every chart of a document.
//!
//! In: two moments, a time zone, a function that words a moment. Out: round local
//! ticks and places in pixels. Times are microseconds since 1970 UTC. What a tick
//! says is the caller's business.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::canvas::Canvas;
use super::label::{Anchor, Area, text_area};
use super::theme::Token;
use super::{Variant, Wave};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// Steps that people count in, in seconds of local time.
const STEPS: [i64; 17] = [
    1,
    5,
    15,
    30,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    60 * MINUTE,
    120 * MINUTE,
    180 * MINUTE,
    360 * MINUTE,
    720 * MINUTE,
    DAY,
    2 * DAY,
    7 * DAY,
];

/// Most labels that fit: wide, narrow.
const MOST_LABELS: (usize, usize) = (7, 4);

/// The span of time that a chart shows, with the words at its ticks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeScale {
    /// Left end, microseconds since 1970 UTC.
    pub start: i64,
    /// Right end, microseconds since 1970 UTC.
    pub end: i64,
    /// Ticks of the wide variant: moment and words.
    pub ticks: Vec<(i64, String)>,
    /// Ticks of the narrow variant.
    pub narrow_ticks: Vec<(i64, String)>,
}

/// A time scale laid between two edges of a canvas.
#[derive(Debug, Clone, Copy)]
pub struct TimeFrame<'a> {
    scale: &'a TimeScale,
    variant: Variant,
    /// Left edge of the plot, in pixels.
    pub left: f64,
    /// Right edge of the plot, in pixels.
    pub right: f64,
}

impl TimeScale {
    /// A scale with ticks for both variants, at round local times of `zone`.
    pub fn new(start: i64, end: i64, zone: &TimeZone, format: &dyn Fn(i64) -> String) -> Self {
        Self {
            start,
            end,
            ticks: ticks(start, end, zone, true, format),
            narrow_ticks: ticks(start, end, zone, false, format),
        }
    }

    /// Lays the scale between the edges that all time charts share.
    pub fn frame(&self, variant: Variant) -> TimeFrame<'_> {
        let (left, right) = variant.time_edges();
        TimeFrame { scale: self, variant, left, right }
    }
}

impl TimeFrame<'_> {
    /// Place of a moment in pixels; outside the plot when the moment is.
    pub fn x(&self, at: i64) -> f64 {
        let span = (self.scale.end as f64 - self.scale.start as f64).max(1.0);
        self.left + (at as f64 - self.scale.start as f64) / span * (self.right - self.left)
    }

    /// Place of a moment, moved to the nearest edge when it is outside.
    pub fn x_inside(&self, at: i64) -> f64 {
        self.x(at).clamp(self.left, self.right)
    }

    /// True when the moment is shown.
    pub fn shows(&self, at: i64) -> bool {
        (self.scale.start..=self.scale.end).contains(&at)
    }

    /// First moment shown.
    pub fn start(&self) -> i64 {
        self.scale.start
    }

    /// Last moment shown.
    pub fn end(&self) -> i64 {
        self.scale.end
    }

    /// Ticks of the variant that are inside the plot.
    pub fn ticks(&self) -> impl Iterator<Item = &(i64, String)> {
        let ticks = if self.variant.is_narrow() { &self.scale.narrow_ticks } else { &self.scale.ticks };
        ticks.iter().filter(|(at, _)| self.shows(*at))
    }

    /// Draws the tick marks below `bottom` and their words; words that would touch the
    /// ones before are left out.
    pub fn draw_ticks(&self, canvas: &mut Canvas, bottom: f64) {
        let mut reached = f64::NEG_INFINITY;
        for (at, words) in self.ticks() {
            let x = self.x(*at);
            canvas.line((x, bottom), (x, bottom + 4.0), Token::Rule, 1.0);
            let area = text_area(words, false, x, bottom + 17.0, Anchor::Middle);
            if area.left > reached + 4.0 && area.left >= 0.0 && area.right <= self.variant.width() {
                canvas.text(x, bottom + 17.0, Anchor::Middle, Token::Ink2, words);
                reached = area.right;
            }
        }
    }

    /// Draws the waves of the incident as rectangles between two heights.
    pub fn draw_waves(&self, canvas: &mut Canvas, waves: &[Wave], top: f64, bottom: f64) {
        for wave in waves {
            let (left, right) = (self.x_inside(wave.start), self.x_inside(wave.end));
            canvas.rect(Area::new(left, top, right, bottom), Token::Sunk);
        }
    }
}

/// Round local times between two moments, with their words: at most seven on a wide
/// chart, four on a narrow one. Empty when the span is empty or beyond the calendar.
pub fn ticks(start: i64, end: i64, zone: &TimeZone, wide: bool, format: &dyn Fn(i64) -> String) -> Vec<(i64, String)> {
    let most = if wide { MOST_LABELS.0 } else { MOST_LABELS.1 };
    let seconds = end.saturating_sub(start) / 1_000_000;
    if end <= start {
        return Vec::new();
    }
    let longer = (1..).map(|weeks: i64| 28 * DAY * weeks);
    for step in STEPS.into_iter().chain(longer.take(1000)) {
        if usize::try_from(seconds / step).map_or(true, |count| count > most) {
            continue;
        }
        let found = local_multiples(start, end, zone, step);
        if found.len() <= most {
            return found.into_iter().map(|at| (at, format(at))).collect();
        }
    }
    Vec::new()
}

/// Moments in the span whose local wall clock is a multiple of `step` seconds.
fn local_multiples(start: i64, end: i64, zone: &TimeZone, step: i64) -> Vec<i64> {
    let mut found = Vec::new();
    let Some(mut local) = first_multiple(start, zone, step) else {
        return found;
    };
    let mut last = i64::MIN;
    while let Ok(timestamp) = zone.to_timestamp(local) {
        let at = timestamp.as_microsecond();
        if at > end {
            break;
        }
        if at >= start && at > last {
            found.push(at);
            last = at;
        }
        let Ok(next) = local.checked_add(Span::new().seconds(step)) else {
            break;
        };
        local = next;
    }
    found
}

/// The last multiple of `step` on the wall clock that is not after `start`. Days are
/// counted from a Monday.
fn first_multiple(start: i64, zone: &TimeZone, step: i64) -> Option<DateTime> {
    let local = zone.to_datetime(Timestamp::from_microsecond(start).ok()?);
    let midnight = local.date().to_datetime(Time::midnight());
    if step < DAY {
        let time = local.time();
        let second = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        return midnight.checked_add(Span::new().seconds(second / step * step)).ok();
    }
    let monday = Date::constant(1970, 1, 5);
    let days = i64::from((local.date() - monday).get_days());
    let step_days = step / DAY;
    midnight.checked_sub(Span::new().days(days.rem_euclid(step_days))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    fn words(start: &str, end: &str, zone: &str, wide: bool) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let format =
            |at: i64| zone.to_datetime(Timestamp::from_microsecond(at).unwrap()).strftime("%d %H:%M").to_string();
        ticks(at(start), at(end), &zone, wide, &format).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn an_evening_has_half_hours_when_wide_and_hours_when_narrow() {
        let wide = words("2026-03-14T19:15:00Z", "2026-03-14T21:45:00Z", "Europe/Paris", true);
        assert_eq!(wide, ["14 20:30", "14 21:00", "14 21:30", "14 22:00", "14 22:30"]);
        let narrow = words("2026-03-14T19:15:00Z", "2026-03-14T21:45:00Z", "Europe/Paris", false);
        assert_eq!(narrow, ["14 21:00", "14 22:00"]);
    }

    #[test]
    fn half_hour_zones_get_round_local_times() {
        let ticks = words("2026-03-14T19:15:00Z", "2026-03-15T01:15:00Z", "Asia/Kolkata", true);
        assert_eq!(ticks[0], "15 01:00");
    }

    #[test]
    fn months_have_round_days() {
        let ticks = words("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "UTC", true);
        assert_eq!(ticks, ["02 00:00", "09 00:00", "16 00:00", "23 00:00", "30 00:00"]);
    }

    #[test]
    fn a_change_of_clock_never_gives_a_time_twice() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        for (start, end) in
            [("2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z"), ("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z")]
        {
            let found = ticks(at(start), at(end), &zone, true, &|_| String::new());
            assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0) && found.len() >= 3);
        }
    }

    #[test]
    fn empty_and_impossible_spans_have_no_ticks() {
        assert!(ticks(5, 5, &TimeZone::UTC, true, &|_| String::new()).is_empty());
        assert!(ticks(9, 5, &TimeZone::UTC, true, &|_| String::new()).is_empty());
        assert!(ticks(i64::MIN, i64::MAX, &TimeZone::UTC, true, &|_| String::new()).is_empty());
    }

    #[test]
    fn a_frame_without_extent_puts_everything_at_its_left() {
        let scale = TimeScale { start: 7, end: 7, ..TimeScale::default() };
        assert!((scale.frame(Variant::Wide).x(7) - 40.0).abs() < 1e-9);
    }
}

//! What all figures of a document share: the axis of time, the waves, the words.
//!
//! In: the case, results of the catalogue, a language. Out: a [`Scene`], from which each figure takes its axis and its
//! formatted words. It draws nothing and chooses no rows.

use std::sync::Arc;

use super::super::ReportError;
use super::super::locale::{Argument, Locale};
use super::Figure;
use crate::case::Case;
use crate::catalog::{Parameters, Results};
use crate::chart::{self, Kind, Text, TimeScale, ValueFormat, Variant, Wave};
use crate::schema::Table;

/// A minute in microseconds.
pub(super) const MINUTE: i64 = 60_000_000;

/// Rows of the table under a figure, at most.
pub(super) const MOST_ROWS: usize = 30;

/// Everything the figures of one document share.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) locale: &'a Locale,
    pub(super) case: &'a Case,
    pub(super) results: &'a Results,
    /// Start of the window the figures are for, or of the data when there is none.
    pub(super) start: i64,
    /// Its end.
    pub(super) end: i64,
    /// First instant after the data.
    pub(super) data_end: i64,
    /// The axis of time.
    pub(super) time: TimeScale,
    /// Spans in which customers were hurt; empty without an incident.
    pub(super) waves: Vec<Wave>,
    /// The built-in formats of the language, for words at ticks.
    formats: Arc<Locale>,
}

/// Text for a message.
pub(super) fn word(text: impl Into<String>) -> Argument {
    Argument::Text(text.into())
}

/// A whole number for a message, which may choose a plural.
pub(super) fn count(number: f64) -> Argument {
    Argument::Number(number, 0)
}

impl<'a> Scene<'a> {
    /// The scene of an incident, or of the whole data when no incident was found. None without any instant to show.
    pub(super) fn new(
        locale: &'a Locale,
        case: &'a Case,
        results: &'a Results,
        parameters: &Parameters,
    ) -> Result<Option<Self>, ReportError> {
        let data = parameters.data();
        let window = parameters.incident_start().zip(parameters.incident_end());
        let Some((start, end)) = window.or(data.map(|data| (data.start, data.end))) else { return Ok(None) };
        let data_end = data.map_or(end, |data| data.end);
        let (left, right) =
            if window.is_some() { extent(results, start, end, data_end) } else { (start, end.max(start + MINUTE)) };
        let is_long = right.saturating_sub(left) > 30 * 60 * MINUTE;
        let tick = |at: i64| if is_long { day_or_time(locale, case, at) } else { locale.time(at, &case.zone) };
        let time = TimeScale::new(left, right, &case.zone, &tick);
        let waves = if window.is_some() { waves(results, start, end) } else { Vec::new() };
        let formats = Arc::new(Locale::new(locale.language().tag(), None)?);
        Ok(Some(Self { locale, case, results, start, end, data_end, time, waves, formats }))
    }

    /// A message of the language.
    pub(super) fn say(&self, id: &str, arguments: &[(&str, Argument)]) -> Result<String, ReportError> {
        self.locale.message(id, arguments)
    }

    /// A message and its short form, whose id ends in `-short`.
    pub(super) fn both(&self, id: &str, arguments: &[(&str, Argument)]) -> Result<Text, ReportError> {
        Ok(Text::new(self.say(id, arguments)?, self.say(&format!("{id}-short"), arguments)?))
    }

    /// The heads of a table.
    pub(super) fn heads(&self, ids: &[&str]) -> Result<Vec<String>, ReportError> {
        ids.iter().map(|id| self.say(id, &[])).collect()
    }

    /// A time of day in the zone of the case.
    pub(super) fn time(&self, at: i64) -> String {
        self.locale.time(at, &self.case.zone)
    }

    /// A duration between two instants in running text.
    pub(super) fn span(&self, from: i64, to: i64) -> Result<String, ReportError> {
        self.locale.duration_in_words(seconds(from, to))
    }

    /// A duration between two instants in short.
    pub(super) fn short_span(&self, from: i64, to: i64) -> String {
        self.locale.duration(seconds(from, to))
    }

    /// A share, with as many decimals as its size needs.
    pub(super) fn share(&self, ratio: f64) -> String {
        self.locale.percent(ratio, decimals_of_share(ratio))
    }

    /// The interval of a share; empty when it is not known.
    pub(super) fn share_interval(&self, low: Option<f64>, high: Option<f64>) -> String {
        let ends = low.zip(high);
        ends.map_or_else(String::new, |(low, high)| self.locale.percent_interval(low, high, decimals_of_share(high)))
    }

    /// A share as a voice reads it.
    pub(super) fn spoken_share(&self, ratio: f64) -> Result<String, ReportError> {
        let decimals = decimals_of_share(ratio);
        self.say("chart-spoken-share", &[("n", word(self.locale.number(ratio * 100.0, decimals)))])
    }

    /// Service, day, first and last time of the axis: what a title for a voice ends with.
    pub(super) fn place(&self) -> Result<String, ReportError> {
        let arguments = [
            ("day", word(self.locale.day(self.start, &self.case.zone))),
            ("from", word(self.time(self.time.start))),
            ("to", word(self.time(self.time.end))),
            ("zone", word(self.locale.zone(self.start, &self.case.zone))),
        ];
        match &self.case.config.incident.service {
            Some(service) => {
                let [day, from, to, zone] = arguments;
                self.say("chart-place-service", &[("service", word(service.as_str())), day, from, to, zone])
            }
            None => self.say("chart-place", &arguments),
        }
    }

    /// Words of ticks that are shares.
    pub(super) fn share_ticks(&self) -> ValueFormat {
        let locale = Arc::clone(&self.formats);
        ValueFormat::new(move |value, with_unit| {
            let decimals = u8::from(((value * 100.0).round() - value * 100.0).abs() > 1e-6);
            if with_unit { locale.percent(value, decimals) } else { locale.number(value * 100.0, decimals) }
        })
    }

    /// Words of ticks that are plain numbers.
    pub(super) fn number_ticks(&self) -> ValueFormat {
        let locale = Arc::clone(&self.formats);
        ValueFormat::new(move |value, _| plain(&locale, value))
    }

    /// Start of the failures with its words, as charts mark it.
    pub(super) fn failures_start(&self) -> Result<Option<(i64, Text)>, ReportError> {
        let words = self.say("chart-failures-start", &[("time", word(self.time(self.start)))])?;
        Ok((!self.waves.is_empty()).then(|| (self.start, words.into())))
    }

    /// Which table is missing for a query and which export would give it; none when nothing is missing.
    pub(super) fn missing(&self, query: &str) -> Result<Option<String>, ReportError> {
        let missing = self.results.missing(query);
        let key = |table: &&&str| self.locale.has_message(&format!("need-{}", table.replace('_', "-")));
        if let Some(table) = missing.iter().find(key) {
            let key = table.replace('_', "-");
            let needed = self.say(&format!("need-{key}"), &[])?;
            let source = self.say(&format!("export-{key}"), &[])?;
            let arguments = [("needed", word(needed)), ("table", word(*table)), ("source", word(source))];
            return self.say("chart-missing", &arguments).map(Some);
        }
        let Some(table) = missing.iter().find_map(|name| Table::named(name)) else { return Ok(None) };
        self.say("chart-missing-table", &[("table", word(table.name)), ("source", word(table.fed_by))]).map(Some)
    }

    /// The figure of missing data: the sentence stands in its middle. `id` is the message that says what would be drawn.
    pub(super) fn empty(&self, name: &str, kind: Kind, id: &str, query: &str) -> Result<Figure, ReportError> {
        let sentence = match self.missing(query)? {
            Some(sentence) => sentence,
            None => self.say("chart-nothing", &[])?,
        };
        self.empty_with(name, kind, id, query, &sentence)
    }

    /// [`Scene::empty`] with a sentence of its own.
    pub(super) fn empty_with(
        &self,
        name: &str,
        kind: Kind,
        id: &str,
        query: &str,
        sentence: &str,
    ) -> Result<Figure, ReportError> {
        let title = self.say(id, &[("place", word(self.place()?))])?;
        let is_timed = !matches!(kind, Kind::AffectedShare | Kind::SurveyLikert | Kind::SurveyDots);
        let time = is_timed.then_some(&self.time);
        let draw = |id: &str, variant| chart::empty(id, kind, variant, time, &title, sentence);
        Ok(Figure {
            caption: sentence.to_owned(),
            note: self.say("chart-empty-note", &[])?,
            wide: draw(name, Variant::Wide),
            narrow: draw(name, Variant::Narrow),
            title: title.clone(),
            description: sentence.to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
            query: query.to_owned(),
        })
    }
}

/// At most thirty of the rows, evenly taken; the row at `keep` stays.
pub(super) fn thin<T>(rows: Vec<T>, keep: Option<usize>) -> Vec<T> {
    if rows.len() <= MOST_ROWS {
        return rows;
    }
    let step = rows.len().div_ceil(MOST_ROWS - 1);
    let chosen = |index: &usize| index.is_multiple_of(step) || Some(*index) == keep;
    rows.into_iter().enumerate().filter(|(index, _)| chosen(index)).map(|(_, row)| row).collect()
}

/// Seconds from one instant to another.
pub(super) fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 / 1e6
}

/// A plain number with as many decimals as its size needs, large ones in thousands and millions.
pub(super) fn plain(locale: &Locale, value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 {
        return locale.compact(value);
    }
    let most = if size >= 100.0 {
        0
    } else if size >= 1.0 {
        1
    } else if size >= 0.01 {
        2
    } else {
        4
    };
    let is_exact = |decimals: &u8| {
        let scaled = size * 10_f64.powi(i32::from(*decimals));
        (scaled - scaled.round()).abs() < 1e-6
    };
    locale.number(value, (0..most).find(is_exact).unwrap_or(most))
}

fn decimals_of_share(ratio: f64) -> u8 {
    if ratio >= 0.1 || ratio <= 0.0 {
        0
    } else if ratio >= 0.001 {
        1
    } else {
        2
    }
}

/// Both ends of the axis: around the window, with the milestones that come soon after it, and not further than the rows
/// of the queries go while there are data.
fn extent(results: &Results, start: i64, end: i64, data_end: i64) -> (i64, i64) {
    let margin = (end.saturating_sub(start) / 4).clamp(30 * MINUTE, 120 * MINUTE);
    let soon = end + 90 * MINUTE;
    let milestones = results.rows("milestones");
    let last = milestones.iter().filter_map(|row| row.int("at")).filter(|at| (end..=soon).contains(at)).max();
    let wanted = (end + margin).max(last.map_or(end, |last| last + 5 * MINUTE));
    let shown = results.rows("impact_over_time").iter().filter_map(|row| row.int("time")).max();
    let right = match shown.map(|shown| shown + MINUTE) {
        Some(shown) if shown + 5 * MINUTE < data_end => wanted.min(shown.max(end)),
        _ => wanted,
    };
    (start - margin, right)
}

fn waves(results: &Results, start: i64, end: i64) -> Vec<Wave> {
    let measured = results.rows("incident_waves").into_iter().filter_map(|row| {
        let start = row.int("start_at")?;
        Some(Wave { start, end: row.int("end_at").unwrap_or(end).max(start), label: None })
    });
    let waves: Vec<Wave> = measured.collect();
    if waves.is_empty() { vec![Wave { start, end, label: None }] } else { waves }
}

/// The day at midnight, else the time.
fn day_or_time(locale: &Locale, case: &Case, at: i64) -> String {
    let instant = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
    let local = case.zone.to_datetime(instant);
    if (local.hour(), local.minute()) != (0, 0) {
        return locale.time(at, &case.zone);
    }
    let date = locale.date(at, &case.zone);
    date.rsplit_once(' ').map_or(date.clone(), |(day, _)| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_are_thinned_and_keep_their_peak() {
        let rows = thin((0..1000).collect(), Some(501));
        assert!(rows.len() <= MOST_ROWS);
        assert!(rows.contains(&501) && rows.contains(&0));
    }

    #[test]
    fn short_and_empty_tables_stay() {
        assert_eq!(thin(vec![1, 2], Some(9)), [1, 2]);
        assert!(thin(Vec::<i64>::new(), None).is_empty());
    }

    #[test]
    fn shares_have_the_decimals_their_size_needs() {
        assert_eq!([0.64, 0.006, 0.0004, 0.0].map(decimals_of_share), [0, 1, 2, 0]);
    }

    #[test]
    fn numbers_are_short() {
        let locale = Locale::new("en", None).expect("built in");
        assert_eq!(plain(&locale, 1500.0), "1,500");
        assert_eq!(plain(&locale, 0.25), "0.25");
        assert_eq!(plain(&locale, 0.1), "0.1");
        assert_eq!(plain(&locale, 0.0), "0");
    }
}

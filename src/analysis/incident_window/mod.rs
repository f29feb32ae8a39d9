//! When the incident was: first to last failing attempt that it caused.
//!
//! In: a [`SliceTable`]; out: a [`Detection`], with start, end, their ranges and the waves between, or why
//! there is none. It says neither where the incident was (see [`super::fault_localization`]) nor why.
//!
//! Method. Failure rates per slice without incident ([`baseline`]) give expected failures per bucket, so that
//! traffic surges change nothing by themselves. A scan statistic (`scan`) looks for the stretch of time with the largest
//! excess in everything, in each value and in each pair of values; its limit counts every interval and
//! group looked at (Bonferroni), over counts corrected for overdispersion. Stretches found are masked, rates are learned
//! again from the rest, until nothing changes. The group with the strongest evidence is the incident; other stretches of the
//! same group belong to it when they are as strong (`ALIKE`) and close. Edges are then set bucket by bucket (`edges`).
//!
//! When no failures stand out, attempts that stop altogether where they are usually many are a finding (`silence`).
//! Where nothing counts attempts, metrics of what users felt ([`symptom`]), else complaints and log lines ([`reports`])
//! are put on the scale of counts and searched the same way.
//!
//! Cost O(passes x (rows + groups x buckets)). No rows, a constant rate, or too few failures: no window,
//! with the reason. Buckets without any row are unknown: they lie inside a window that surrounds them and
//! never make one.

pub mod baseline;
mod delay;
mod edges;
pub mod reports;
mod scan;
mod search;
mod series;
mod silence;
pub mod symptom;
pub mod wording;

use super::slices::SliceTable;
use edges::{Counts, Edge};
use scan::Peak;
use search::{counts_of, is_incident, search, strongest};
use series::Series;

const MINUTE: i64 = 60_000_000;
/// A further stretch belongs to the incident when its excess rate reaches this share of the strongest one's.
const ALIKE: f64 = 0.2;

/// What to look for; times and durations in microseconds.
#[derive(Debug, Clone)]
pub struct WindowOptions {
    /// Half-open spans that are neither searched nor learned from.
    pub exclude: Vec<(i64, i64)>,
    /// Only period to learn rates from, if given.
    pub baseline: Option<(i64, i64)>,
    /// Chance of a window when nothing happened, over the whole search.
    pub false_alarm: f64,
    /// Failures over expected failures that an incident must reach.
    pub least_rise: f64,
    /// Shortest incident; shorter excesses are blips.
    pub shortest: i64,
    /// Longest quiet spell between two waves of one incident; a longer wave allows as much.
    pub longest_quiet: i64,
    /// Whether attempts that stop are looked for when no failures stand out.
    pub looks_for_silence: bool,
    /// Whether rates are first learned from the buckets that fail less than the mean, as where what fails also makes events, and most of
    /// them come from it. Days that differ by themselves may then look like an incident: something else must confirm it.
    pub starts_calm: bool,
}

impl Default for WindowOptions {
    /// One false alarm in a hundred searches, half as many failures again, three minutes, one hour.
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            baseline: None,
            false_alarm: 0.01,
            least_rise: 1.5,
            shortest: 3 * MINUTE,
            longest_quiet: 60 * MINUTE,
            looks_for_silence: true,
            starts_calm: false,
        }
    }
}

/// An instant with the range it may lie in, microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant3 {
    /// Best estimate.
    pub at: i64,
    /// Not before.
    pub earliest: i64,
    /// Not after.
    pub latest: i64,
}

/// A found incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// First failing attempt.
    pub start: Instant3,
    /// Last failing attempt; `None` while it goes on at the end of the data.
    pub end: Option<Instant3>,
    /// Start and end of each wave, in order; the last end is that of the data while it goes on.
    pub waves: Vec<(i64, i64)>,
    /// Log-likelihood ratio of the strongest stretch over the limit of detection; above 1.
    pub strength: f64,
}

/// The answer, also when it is no.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// The incident, if one was found.
    pub window: Option<Window>,
    /// Why there is none.
    pub why: Option<&'static str>,
    /// How it was looked for, in words.
    pub method: &'static str,
    /// Learned distance between buckets, microseconds; 0 without rows.
    pub bucket: i64,
    /// `dimension=value` terms of the group with the strongest evidence; empty for everything.
    pub where_strongest: Vec<(String, String)>,
    /// Stretches without any row where there usually is one: nothing was tried, or nothing was recorded.
    pub gaps: Vec<(i64, i64)>,
}

impl Detection {
    /// No window, and why.
    fn none(why: &'static str, method: &'static str, bucket: i64) -> Self {
        Self { window: None, why: Some(why), method, bucket, where_strongest: Vec::new(), gaps: Vec::new() }
    }
}

const SILENCE: &str = "attempts stopped where they are usually many";
const METHOD: &str = "scan statistic over slices, Poisson counts against a learned failure rate";

/// Looks for the incident in `table`.
pub fn detect(table: &SliceTable, options: &WindowOptions) -> Detection {
    let mut none = Detection::none("no counts of good and bad events", METHOD, 0);
    let Some(mut series) = Series::new(table) else { return none };
    let bucket = series.bucket;
    let gaps = silence::gaps(&series, options);
    let found = search(table, &mut series, options);
    let name = |&(dimension, code): &(usize, u32)| {
        (table.dimensions[dimension].clone(), table.values[dimension][code as usize].clone())
    };
    let terms = |group: usize| series.groups[group].terms.iter().map(name).collect();
    let Some((group, peak)) = strongest(&found) else {
        let silent = options.looks_for_silence.then(|| silence::longest(&series, &found.usable, options)).flatten();
        return match silent {
            Some(run) => Detection {
                window: Some(silent_window(&series, run, found.limit)),
                why: None,
                method: SILENCE,
                bucket,
                where_strongest: terms(run.group),
                gaps,
            },
            None => {
                none.why = Some("failures never exceed what is expected by more than chance");
                Detection { bucket, gaps, ..none }
            }
        };
    };
    let counts = counts_of(&series, group, &found.usable, found.dispersions[group]);
    let episodes = episodes_of(&counts, peak, &series, options);
    let window = window_of(&series, &counts, &episodes, peak.score / found.limit);
    let where_strongest = terms(group);
    Detection { window: Some(window), why: None, method: METHOD, bucket, where_strongest, gaps }
}

/// Stretches of the group that belong to the incident, in order.
fn episodes_of(counts: &Counts, peak: Peak, series: &Series, options: &WindowOptions) -> Vec<(usize, usize)> {
    let count = counts.bad.len();
    let limit = libm::log(count as f64 * (count as f64 + 1.0) / 2.0 / options.false_alarm);
    let least = ALIKE * counts.excess_rate(peak.first, peak.last);
    let (mut first, mut last) = counts.reach(peak.first, peak.last, 0, count - 1);
    let mut episodes = vec![(first, last)];
    loop {
        let span = i64::try_from(last + 1 - first).unwrap_or(i64::MAX).saturating_mul(series.bucket);
        let quiet = usize::try_from(options.longest_quiet.max(span) / series.bucket).unwrap_or(count);
        let belongs = |range: std::ops::Range<usize>| {
            scan::best(&counts.bad, &counts.expected, range, counts.dispersion).filter(|other| {
                is_incident(counts, *other, series.bucket, limit, options)
                    && counts.excess_rate(other.first, other.last) >= least
            })
        };
        let before = belongs(first.saturating_sub(quiet)..first);
        let after = belongs(last + 1..(last + 1 + quiet).min(count));
        if let Some(other) = before {
            let reached = counts.reach(other.first, other.last, 0, first - 1);
            episodes.insert(0, reached);
            first = reached.0;
        }
        if let Some(other) = after {
            let reached = counts.reach(other.first, other.last, last + 1, count - 1);
            episodes.push(reached);
            last = reached.1;
        }
        if before.is_none() && after.is_none() {
            return episodes.into_iter().flat_map(|(first, last)| counts.waves(first, last)).collect();
        }
    }
}

fn window_of(series: &Series, counts: &Counts, episodes: &[(usize, usize)], strength: f64) -> Window {
    let instant = |edge: Edge| Instant3 {
        at: place(series, edge.at),
        earliest: place(series, edge.earliest),
        latest: place(series, edge.latest),
    };
    let edges: Vec<(Edge, Edge)> =
        episodes.iter().map(|&(first, last)| (counts.start(first, last), counts.end(first, last))).collect();
    let mut waves: Vec<(i64, i64)> =
        edges.iter().map(|(start, end)| (place(series, start.at), place(series, end.at))).collect();
    let (first, last) = (edges[0].0, edges[edges.len() - 1].1);
    let (from, to) = episodes[episodes.len() - 1];
    let end = counts.has_ended(from, to).then(|| instant(last));
    if let Some(wave) = waves.last_mut().filter(|_| end.is_none()) {
        wave.1 = series.time_of(counts.bad.len());
    }
    Window { start: instant(first), end, waves, strength }
}

fn silent_window(series: &Series, run: silence::Run, limit: f64) -> Window {
    let (from, to) = (series.time_of(run.first), series.time_of(run.last + 1));
    let around = |at: i64| Instant3 { at, earliest: at - series.bucket, latest: at + series.bucket };
    let is_over = run.last + 1 < series.is_present.len();
    Window {
        start: around(from),
        end: is_over.then(|| around(to)),
        waves: vec![(from, to)],
        strength: run.lost / limit,
    }
}

/// Time at a position counted in buckets.
fn place(series: &Series, position: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a position within the grid")]
    let offset = (position * series.bucket as f64).round() as i64;
    series.start + offset
}

#[cfg(test)]
mod invariance;

#[cfg(test)]
mod tests {
    use super::*;

    /// Two devices over ten hours; `bad` gives the failures of the second one per minute.
    fn table(bad: impl Fn(i64) -> f64) -> SliceTable {
        let mut table = SliceTable::default();
        for minute in 0..600 {
            let time = minute * MINUTE;
            let surge = if (200..320).contains(&minute) { 4.0 } else { 1.0 };
            let noise = f64::from(u8::try_from(minute * 7 % 5).expect("small")) - 2.0;
            table.push(time, &[("device", "tv")], 500.0 * surge, (5.0 + noise) * surge, None, None);
            table.push(time, &[("device", "phone")], 300.0, bad(minute) - noise, None, None);
        }
        table
    }

    #[test]
    fn finds_a_slice_that_fails_for_a_while() {
        let table = table(|minute| if (400..430).contains(&minute) { 40.0 } else { 4.0 });
        let window = detect(&table, &WindowOptions::default()).window.expect("an incident");
        assert!((window.start.at - 400 * MINUTE).abs() <= MINUTE, "{window:?}");
        assert!((window.end.expect("it ended").at - 430 * MINUTE).abs() <= MINUTE, "{window:?}");
        assert_eq!(window.waves.len(), 1);
    }

    #[test]
    fn takes_a_surge_of_traffic_for_no_incident() {
        let found = detect(&table(|_| 4.0), &WindowOptions::default());
        assert_eq!(found.window, None);
        assert!(found.why.is_some());
    }

    #[test]
    fn joins_two_waves_of_the_same_slice() {
        let is_bad = |minute: i64| (400..420).contains(&minute) || (445..470).contains(&minute);
        let window = detect(&table(|minute| if is_bad(minute) { 40.0 } else { 4.0 }), &WindowOptions::default())
            .window
            .expect("an incident");
        assert_eq!(window.waves.len(), 2);
        assert!((window.end.expect("it ended").at - 470 * MINUTE).abs() <= MINUTE);
    }

    #[test]
    fn leaves_the_end_open_while_it_goes_on() {
        let table = table(|minute| if minute >= 580 { 40.0 } else { 4.0 });
        let window = detect(&table, &WindowOptions::default()).window.expect("an incident");
        assert_eq!(window.end, None);
        assert_eq!(window.waves, [(window.start.at, 600 * MINUTE)]);
    }

    #[test]
    fn takes_attempts_that_stop_for_an_incident() {
        let mut table = SliceTable::default();
        for minute in 0..200 {
            let total = if (90..100).contains(&minute) { 0.0 } else { 300.0 };
            table.push(minute * MINUTE, &[("device", "tv")], total, total / 100.0, None, None);
            table.push(minute * MINUTE, &[("device", "phone")], 300.0, 3.0, None, None);
        }
        let found = detect(&table, &WindowOptions::default());
        let window = found.window.expect("a silence");
        assert_eq!((window.start.at, window.end.expect("it ended").at), (90 * MINUTE, 100 * MINUTE));
        assert_eq!(found.where_strongest, [("device".to_owned(), "tv".to_owned())]);
    }

    #[test]
    fn does_not_look_into_excluded_spans() {
        let table = table(|minute| if (400..430).contains(&minute) { 40.0 } else { 4.0 });
        let options = WindowOptions { exclude: vec![(390 * MINUTE, 440 * MINUTE)], ..WindowOptions::default() };
        assert_eq!(detect(&table, &options).window, None);
    }

    #[test]
    fn finds_nothing_in_empty_or_constant_data() {
        assert_eq!(detect(&SliceTable::default(), &WindowOptions::default()).window, None);
        let mut all_bad = SliceTable::default();
        for minute in 0..50 {
            all_bad.push(minute * MINUTE, &[], 10.0, 10.0, None, None);
        }
        assert_eq!(detect(&all_bad, &WindowOptions::default()).window, None);
    }
}

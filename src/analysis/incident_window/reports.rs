//! When the incident was, from complaints and log lines, where nothing was measured.
//!
//! In: per minute, complaints (all, and those that say the service fails) and log lines (all, and errors) per service.
//! Out: a [`Reported`], a window with the tables it rests on. It reads no texts: `wording` does.
//!
//! Complaints have no number of attempts to be compared with. Their expected number is the running median of six hours,
//! at least the trimmed mean of all, at most three times the median of all, so that an evening is followed and a long outage is
//! not; excesses are found by the scan statistic of [`super`] from a rise of `CLEARLY` on. Errors in logs are compared
//! with the lines of the same service, so that traffic changes nothing; where nearly all lines are errors, as in a log of
//! errors, with their usual number, as complaints are.
//!
//! Complaints say that users felt something, logs when: where both have a window that meets, the logs' edges are taken,
//! for the start the complaints' where they come first, and the ranges hold those of both. Complaints lag: people notice,
//! wait and write, so the earliest start lies `LAG` before the first excess, and what trickles in at the end is late. Errors in logs alone count only when no complaints were exported: where people
//! could complain and did not, nothing was felt. Cost O(minutes x services). Empty and constant input: no window.

use std::collections::BTreeMap;

use super::super::slices::SliceTable;
use super::super::statistics::median::median;
use super::symptom::{Grid, running};
use super::{Detection, Instant3, Window, WindowOptions, detect};

const MINUTE: i64 = 60_000_000;
/// Complaints and plain counts of errors over their usual number from which something happened.
const CLEARLY: f64 = 3.0;
/// How long people may wait before they complain.
const LAG: i64 = 10 * MINUTE;
/// Length of the spells by which complaints are seen to subside.
const SPELL: i64 = 5 * MINUTE;
/// How far apart windows of complaints and logs may lie and be of one incident.
const APART: i64 = 30 * MINUTE;
/// Share of errors in the usual minute of a log from which it is a log of errors.
const MOSTLY_ERRORS: f64 = 0.5;
/// Events that a count without a number of attempts is out of: any number far above it.
const EVENTS: f64 = 1e7;
/// Longest period looked at, in minutes; of a longer one, the last.
const MOST_MINUTES: i64 = 100_000;

/// One minute of one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Start of the minute, microseconds.
    pub time: i64,
    /// Service that wrote the log lines; `None` for complaints.
    pub service: Option<String>,
    /// Complaints that may be about the service, or log lines.
    pub total: f64,
    /// Complaints that say that it fails, or errors.
    pub bad: f64,
}

/// A window and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The answer.
    pub detection: Detection,
    /// Whether complaints carry it.
    pub by_complaints: bool,
    /// Whether log lines carry it.
    pub by_logs: bool,
}

const BY_BOTH: &str = "complaints above their usual number, and the errors in logs that go with them";
const BY_COMPLAINTS: &str = "complaints above their usual number, which lag what users felt";
const BY_LOGS: &str = "errors in logs above their usual share of lines";

/// Looks for the incident in complaints and logs.
pub fn detect_reports(rows: &[ReportRow], options: &WindowOptions) -> Reported {
    let complaints: Vec<&ReportRow> = rows.iter().filter(|row| row.service.is_none()).collect();
    let logs: Vec<&ReportRow> = rows.iter().filter(|row| row.service.is_some()).collect();
    let options = WindowOptions { looks_for_silence: false, ..options.clone() };
    let clearly = WindowOptions { least_rise: CLEARLY, ..options.clone() };
    let said = detect(&complaint_table(&complaints, |row| row.bad), &clearly);
    let logged = detect(&log_table(&logs), &options);
    let with = |window, method, by_complaints, by_logs| Reported {
        detection: Detection { window: Some(window), why: None, method, ..logged.clone() },
        by_complaints,
        by_logs,
    };
    let met =
        |felt: &Window| logged.window.as_ref().filter(|window| meet(felt, window)).map(|window| joined(felt, window));
    if let Some(felt) = &said.window {
        return match met(felt) {
            Some(window) => with(window, BY_BOTH, true, true),
            None => with(lagging(felt, subsided(&complaints, felt)), BY_COMPLAINTS, true, false),
        };
    }
    // What complaints say may be in no language that is understood: any surplus that the logs confirm.
    let any = detect(&complaint_table(&complaints, |row| row.total), &clearly);
    if let Some(window) = any.window.as_ref().and_then(met) {
        return with(window, BY_BOTH, true, true);
    }
    match &logged.window {
        Some(window) if complaints.is_empty() => with(window.clone(), BY_LOGS, false, true),
        Some(_) => none("errors in logs rise, but complaints do not", BY_LOGS),
        None if rows.is_empty() => none("no metric tells what users felt, no complaint and no log line", BY_BOTH),
        None => none(
            "neither complaints that the service fails nor errors in logs exceed what is usual by more than chance",
            BY_BOTH,
        ),
    }
}

/// Complaints per minute against their usual number; no row where none is there.
fn complaint_table(rows: &[&ReportRow], count: impl Fn(&ReportRow) -> f64) -> SliceTable {
    let counts: Vec<(i64, f64)> = rows.iter().map(|row| (row.time, count(row))).collect();
    let mut table = SliceTable::default();
    push_counts(&mut table, &counts, &[]);
    table
}

/// Lines and errors per minute and service.
fn log_table(rows: &[&ReportRow]) -> SliceTable {
    let mut services: BTreeMap<&str, Vec<&ReportRow>> = BTreeMap::new();
    for row in rows {
        services.entry(row.service.as_deref().unwrap_or_default()).or_default().push(row);
    }
    let mut table = SliceTable::default();
    for (service, rows) in services {
        let terms = [("service", service)];
        let mut shares: Vec<f64> = rows.iter().filter(|row| row.total > 0.0).map(|row| row.bad / row.total).collect();
        if median(&mut shares).is_some_and(|share| share > MOSTLY_ERRORS) {
            push_counts(&mut table, &rows.iter().map(|row| (row.time, row.bad)).collect::<Vec<_>>(), &terms);
        } else {
            for row in rows {
                table.push(row.time, &terms, row.total, row.bad, None, None);
            }
        }
    }
    table.sort();
    table
}

/// Adds counts of every minute of their period, zeros included, with their usual number.
fn push_counts(table: &mut SliceTable, counts: &[(i64, f64)], terms: &[(&str, &str)]) {
    let Some(last) = counts.iter().map(|count| count.0).max() else { return };
    let earliest = last - MOST_MINUTES * MINUTE;
    let start = counts.iter().map(|count| count.0).filter(|time| *time > earliest).min().unwrap_or(last);
    let count = usize::try_from((last - start) / MINUTE + 1).unwrap_or(1);
    let grid = Grid { start: start.div_euclid(MINUTE) * MINUTE, bucket: MINUTE, count };
    let mut values = vec![0.0; count];
    for (time, count) in counts {
        if let Some(index) = grid.index_of(*time) {
            values[index] += count;
        }
    }
    for (index, expected) in usual(&values).into_iter().enumerate() {
        table.push(grid.time_of(index), terms, EVENTS, values[index], Some(expected), None);
    }
}

/// Usual number per minute; see the module.
fn usual(values: &[f64]) -> Vec<f64> {
    let tens: Vec<f64> = values.chunks(10).map(|ten| ten.iter().sum::<f64>()).collect();
    let grid = Grid { start: 0, bucket: 10 * MINUTE, count: tens.len() };
    let middle = median(&mut tens.clone()).unwrap_or(0.0);
    let most = CLEARLY * (middle + 1.0);
    let mean = tens.iter().map(|ten| ten.min(most)).sum::<f64>() / tens.len().max(1) as f64;
    let floor = 0.5 / values.len().max(1) as f64;
    let near: Vec<f64> = running(&tens, &grid);
    (0..values.len()).map(|index| (near[index / 10].min(most).max(mean) / 10.0).max(floor)).collect()
}

/// Whether two windows are near enough to be of one incident.
fn meet(felt: &Window, logged: &Window) -> bool {
    let end = |window: &Window| window.end.map_or(i64::MAX, |end| end.at);
    felt.start.at <= end(logged).saturating_add(APART) && logged.start.at - APART <= end(felt)
}

/// Edges of the logs, with ranges that hold those of the complaints; the start is theirs when they come first, for nobody
/// complains before something is felt. Logs that begin or end far from the complaints tell of the cause: then the
/// complaints' edge is taken and the range reaches to the logs.
fn joined(felt: &Window, logged: &Window) -> Window {
    let is_near = (felt.start.at - logged.start.at).abs() <= APART;
    let at = if is_near { felt.start.at.min(logged.start.at) } else { felt.start.at };
    let start = Instant3 {
        at,
        earliest: logged.start.earliest.min(felt.start.earliest).min(felt.start.at - LAG),
        latest: if is_near { logged.start.latest.max(felt.start.at) } else { felt.start.latest },
    };
    let end = match (felt.end, logged.end) {
        (Some(felt), Some(logged)) => {
            let end = if (felt.at - logged.at).abs() <= APART { logged } else { felt };
            Some(Instant3 {
                at: end.at,
                earliest: end.earliest.min(felt.earliest).min(logged.earliest),
                latest: end.latest.max(felt.at).max(logged.latest),
            })
        }
        // One of them goes on, or its data ended before.
        (felt, logged) => felt.or(logged).filter(|end| end.at > start.at),
    };
    Window { start, end, waves: waves(&logged.waves, start.at, end.map(|end| end.at)), strength: logged.strength }
}

/// Waves cut and stretched to begin and end with the window.
fn waves(waves: &[(i64, i64)], start: i64, end: Option<i64>) -> Vec<(i64, i64)> {
    let to = end.or(waves.last().map(|wave| wave.1)).unwrap_or(start);
    let mut inside: Vec<(i64, i64)> = waves.iter().copied().filter(|wave| wave.1 > start && wave.0 < to).collect();
    match inside.first_mut() {
        Some(first) => first.0 = start,
        None => inside.push((start, to)),
    }
    if let Some(last) = inside.last_mut() {
        last.1 = to;
    }
    inside
}

/// The window of complaints as one of what they complain about: it may have begun before the first, and is over where
/// they subside.
fn lagging(felt: &Window, subsided: i64) -> Window {
    let start = Instant3 { earliest: felt.start.earliest.min(felt.start.at - LAG), ..felt.start };
    let end = felt.end.map(|end| {
        let at = subsided.clamp(start.at, end.at);
        Instant3 { at, earliest: (at - LAG).max(start.at), latest: end.latest }
    });
    Window { start, end, waves: waves(&felt.waves, start.at, end.map(|end| end.at)), strength: felt.strength }
}

/// End of the last [`SPELL`] of the last wave with at least half as many complaints as on average in it: what comes after
/// is from people who write late.
fn subsided(complaints: &[&ReportRow], felt: &Window) -> i64 {
    let start = felt.waves.last().map_or(felt.start.at, |wave| wave.0);
    let end = felt.end.map_or(start, |end| end.at);
    let spells = usize::try_from((end - start) / SPELL + 1).unwrap_or(1);
    let mut counts = vec![0.0; spells];
    for row in complaints.iter().filter(|row| row.time >= start && row.time < end) {
        counts[usize::try_from((row.time - start) / SPELL).unwrap_or(0).min(spells - 1)] += row.bad;
    }
    let half = counts.iter().sum::<f64>() / spells as f64 / 2.0;
    let last = counts.iter().rposition(|count| *count >= half).unwrap_or(spells - 1);
    start + (i64::try_from(last).unwrap_or(0) + 1) * SPELL
}

fn none(why: &'static str, method: &'static str) -> Reported {
    let detection = Detection { window: None, why: Some(why), method, bucket: MINUTE, where_strongest: Vec::new() };
    Reported { detection, by_complaints: false, by_logs: false }
}

#[cfg(test)]
mod tests {
    use super::super::symptom::testing::noise;
    use super::*;

    const DAY: i64 = 1440;

    /// Complaints as rows of a minute; `rate` and `about` give how many there are and how many say that it fails.
    fn complaints(rate: impl Fn(i64) -> f64, failing: impl Fn(i64) -> f64) -> Vec<ReportRow> {
        let count = |mean: f64, minute: i64, salt: usize| {
            let draw = f64::midpoint(noise(usize::try_from(minute).expect("small") + salt), 1.0);
            (mean + draw - 0.5).round().max(0.0)
        };
        let row = |minute: i64| {
            let bad = count(failing(minute), minute, 0);
            let total = bad + count(rate(minute), minute, 7000);
            ReportRow { time: minute * MINUTE, service: None, total, bad }
        };
        (0..DAY).map(row).filter(|row| row.total > 0.0).collect()
    }

    fn logs(errors: impl Fn(i64) -> f64) -> Vec<ReportRow> {
        let row = |minute: i64| {
            let lines = (20.0 + 5.0 * noise(usize::try_from(minute).expect("small") + 40_000)).round();
            let bad = (errors(minute) + 0.3 * noise(usize::try_from(minute).expect("small"))).round().max(0.0);
            ReportRow { time: minute * MINUTE, service: Some("gateway".into()), total: lines + bad, bad }
        };
        (0..DAY).map(row).collect()
    }

    fn found(rows: &[ReportRow]) -> Reported {
        detect_reports(rows, &WindowOptions::default())
    }

    fn within(minute: i64, from: i64, to: i64, value: f64) -> f64 {
        if (from..to).contains(&minute) { value } else { 0.0 }
    }

    #[test]
    fn complaints_say_that_and_logs_say_when() {
        let mut rows = complaints(|_| 0.3, |minute| 0.2 + within(minute, 605, 650, 6.0));
        rows.extend(logs(|minute| 0.4 + within(minute, 600, 640, 15.0)));
        let reported = found(&rows);
        let window = reported.detection.window.expect("an incident");
        assert!(reported.by_complaints && reported.by_logs);
        assert!((window.start.at / MINUTE - 600).abs() <= 1, "{window:?}");
        assert!((window.end.expect("it ended").at / MINUTE - 640).abs() <= 1, "{window:?}");
        assert!(window.end.expect("it ended").latest / MINUTE >= 649, "{window:?}");
    }

    #[test]
    fn complaints_alone_widen_the_earliest_start() {
        let reported = found(&complaints(|_| 0.3, |minute| 0.2 + within(minute, 605, 650, 6.0)));
        let window = reported.detection.window.expect("an incident");
        assert!(reported.by_complaints && !reported.by_logs);
        assert!((window.start.at / MINUTE - 605).abs() <= 2, "{window:?}");
        assert!(window.start.at - window.start.earliest >= LAG);
        assert!((window.end.expect("it ended").at / MINUTE - 650).abs() <= 5, "{window:?}");
    }

    #[test]
    fn a_storm_about_prices_is_no_incident() {
        let rows = complaints(|minute| 0.3 + within(minute, 600, 700, 6.0), |_| 0.2);
        assert_eq!(found(&rows).detection.window, None);
        let mut with_logs = rows;
        with_logs.extend(logs(|_| 0.4));
        assert_eq!(found(&with_logs).detection.window, None);
    }

    #[test]
    fn a_busy_evening_is_no_incident() {
        let evening = |minute: i64| 0.3 + 0.6 * (1.0 - (minute as f64 - 1100.0).abs() / 240.0).max(0.0);
        assert_eq!(found(&complaints(evening, evening)).detection.window, None);
    }

    #[test]
    fn complaints_in_an_unknown_language_need_the_logs() {
        let rows = complaints(|minute| 0.3 + within(minute, 605, 650, 6.0), |_| 0.0);
        assert_eq!(found(&rows).detection.window, None);
        let mut with_logs = rows;
        with_logs.extend(logs(|minute| 0.4 + within(minute, 600, 640, 15.0)));
        assert!(found(&with_logs).detection.window.is_some());
    }

    #[test]
    fn logs_alone_count_when_no_complaint_was_exported() {
        let errors = logs(|minute| 0.4 + within(minute, 600, 640, 15.0));
        let reported = found(&errors);
        assert!(reported.by_logs && !reported.by_complaints && reported.detection.window.is_some());
        let mut calm = complaints(|_| 0.3, |_| 0.2);
        calm.extend(errors);
        assert_eq!(found(&calm).detection.window, None);
    }

    #[test]
    fn a_log_of_errors_is_held_against_its_usual_number() {
        let mut errors = logs(|minute| 1.5 + within(minute, 600, 640, 15.0));
        for row in &mut errors {
            row.total = row.bad;
        }
        errors.retain(|row| row.total > 0.0);
        let window = found(&errors).detection.window.expect("an incident");
        assert!((window.start.at / MINUTE - 600).abs() <= 1, "{window:?}");
    }

    #[test]
    fn leaves_the_end_open_while_it_goes_on() {
        let mut rows = complaints(|_| 0.3, |minute| 0.2 + within(minute, 1405, 1440, 6.0));
        rows.extend(logs(|minute| 0.4 + within(minute, 1400, 1440, 15.0)));
        assert_eq!(found(&rows).detection.window.expect("an incident").end, None);
    }

    #[test]
    fn finds_nothing_in_empty_or_constant_data() {
        assert_eq!(found(&[]).detection.window, None);
        assert_eq!(found(&complaints(|_| 2.0, |_| 2.0)).detection.window, None);
        assert_eq!(found(&logs(|_| 2.0)).detection.window, None);
    }
}

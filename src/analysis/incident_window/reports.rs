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
//! wait and write, so their window is seen through that delay (`delay`), and ranges begin `LAG` earlier still, as
//! long as all of them may have waited. Too few complaints to be found by themselves still confirm a window of the logs when
//! they are clearly more frequent in it. Errors in logs alone count only when no complaints were exported: where people
//! could complain and did not, nothing was felt. Cost O(minutes x services). Empty and constant input: no window.

use std::collections::BTreeMap;

use super::super::slices::SliceTable;
use super::super::statistics::median::median;
use super::delay::{self, Reports};
use super::edges::Edge;
use super::symptom::{Grid, running};
use super::{Detection, Instant3, MINUTE, Window, WindowOptions, detect, scan};

/// Complaints and plain counts of errors over their usual number from which something happened.
const CLEARLY: f64 = 3.0;
/// How long people may wait before they complain.
const LAG: i64 = 10 * MINUTE;
/// Passes of learning the usual number of complaints, finding a window and leaving it out.
const PASSES: usize = 3;
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
    let said = detect_complaints(&complaints, |row| row.bad, &clearly);
    let lines = log_table(&logs);
    let mut logged = detect(&lines, &options);
    if logged.window.is_none() && !complaints.is_empty() {
        // Errors are lines too: a long outage may have written most of them. Complaints must confirm it.
        logged = detect(&lines, &WindowOptions { starts_calm: true, ..options.clone() });
    }
    let with = |window, method, by_complaints, by_logs| Reported {
        detection: Detection { window: Some(window), why: None, method, ..logged.clone() },
        by_complaints,
        by_logs,
    };
    let met =
        |felt: &Window| logged.window.as_ref().filter(|window| meet(felt, window)).map(|window| joined(felt, window));
    if let Some(felt) = said {
        return match met(&felt) {
            Some(window) => with(window, BY_BOTH, true, true),
            None => with(felt, BY_COMPLAINTS, true, false),
        };
    }
    // What complaints say may be in no language that is understood: any surplus that the logs confirm.
    let any = detect_complaints(&complaints, |row| row.total, &clearly);
    if let Some(window) = any.as_ref().and_then(met) {
        return with(window, BY_BOTH, true, true);
    }
    if let Some(window) = logged.window.as_ref().filter(|window| is_felt(&complaints, window, options.false_alarm)) {
        let start = Instant3 { earliest: window.start.earliest - LAG, ..window.start };
        return with(Window { start, ..window.clone() }, BY_BOTH, true, true);
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

/// The window of complaints, as one of what they complain about. What was found is left out and the usual number
/// learned again, so that a long outage does not hide itself.
fn detect_complaints(
    rows: &[&ReportRow],
    count: impl Fn(&ReportRow) -> f64,
    options: &WindowOptions,
) -> Option<Window> {
    let counts: Vec<(i64, f64)> = rows.iter().map(|row| (row.time, count(row))).collect();
    let (grid, values) = per_minute(&counts)?;
    let excluded = |time: i64| options.exclude.iter().any(|span| (span.0..span.1).contains(&time));
    let unmasked: Vec<bool> = (0..grid.count).map(|index| excluded(grid.time_of(index))).collect();
    let (mut masked, mut found) = (unmasked.clone(), None);
    for _ in 0..PASSES {
        let expected = usual(&values, &masked);
        let mut table = SliceTable::default();
        for index in 0..grid.count {
            table.push(grid.time_of(index), &[], EVENTS, values[index], Some(expected[index]), None);
        }
        let window = detect(&table, options).window;
        let mut next = unmasked.clone();
        for wave in window.iter().flat_map(|window| &window.waves) {
            let end = wave.1 + LAG;
            let inside = (0..grid.count).filter(|index| (wave.0 - LAG..end).contains(&grid.time_of(*index)));
            inside.for_each(|index| next[index] = true);
        }
        found = window.map(|window| (window, expected)).or(found);
        let left = next.iter().filter(|is_masked| !**is_masked).count();
        if next == masked || left * 3 < grid.count {
            break;
        }
        masked = next;
    }
    found.map(|(felt, expected)| lagging(&felt, &grid, &values, &expected))
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

/// Counts of every minute of their period, zeros included.
fn per_minute(counts: &[(i64, f64)]) -> Option<(Grid, Vec<f64>)> {
    let last = counts.iter().map(|count| count.0).max()?;
    let earliest = last - MOST_MINUTES * MINUTE;
    let start = counts.iter().map(|count| count.0).filter(|time| *time > earliest).min()?;
    let count = usize::try_from((last - start) / MINUTE + 1).unwrap_or(1);
    let grid = Grid { start: start.div_euclid(MINUTE) * MINUTE, bucket: MINUTE, count };
    let mut values = vec![0.0; count];
    for (time, count) in counts {
        if let Some(index) = grid.index_of(*time) {
            values[index] += count;
        }
    }
    Some((grid, values))
}

/// Adds the errors of every minute with their usual number.
fn push_counts(table: &mut SliceTable, counts: &[(i64, f64)], terms: &[(&str, &str)]) {
    let Some((grid, values)) = per_minute(counts) else { return };
    for (index, expected) in usual(&values, &vec![false; grid.count]).into_iter().enumerate() {
        table.push(grid.time_of(index), terms, EVENTS, values[index], Some(expected), None);
    }
}

/// Usual number per minute, learned from what is not masked; see the module.
fn usual(values: &[f64], masked: &[bool]) -> Vec<f64> {
    let of_ten = |(values, masked): (&[f64], &[bool])| {
        let known: Vec<f64> = values.iter().zip(masked).filter(|pair| !pair.1).map(|pair| *pair.0).collect();
        if known.is_empty() { f64::NAN } else { 10.0 * known.iter().sum::<f64>() / known.len() as f64 }
    };
    let tens: Vec<f64> = values.chunks(10).zip(masked.chunks(10)).map(of_ten).collect();
    let grid = Grid { start: 0, bucket: 10 * MINUTE, count: tens.len() };
    let middle = median(&mut tens.clone()).unwrap_or(0.0);
    let most = CLEARLY * (middle + 1.0);
    let known: Vec<f64> = tens.iter().filter(|ten| !ten.is_nan()).map(|ten| ten.min(most)).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let floor = 0.5 / values.len().max(1) as f64;
    let near: Vec<f64> = running(&tens, &grid);
    (0..values.len()).map(|index| (near[index / 10].min(most).max(mean) / 10.0).max(floor)).collect()
}

/// Whether complaints that the service fails are clearly more frequent in a window of the logs, and while the last of them come
/// in, than in the rest: a place and time that is given takes less to be told than one that is searched for.
fn is_felt(complaints: &[&ReportRow], window: &Window, false_alarm: f64) -> bool {
    let (Some(first), Some(last)) =
        (complaints.iter().map(|row| row.time).min(), complaints.iter().map(|row| row.time + MINUTE).max())
    else {
        return false;
    };
    let (from, to) = (window.start.at, window.end.map_or(last, |end| (end.at + LAG).min(last)));
    let (mut inside, mut outside) = (0.0, 0.0);
    for row in complaints {
        *if (from..to).contains(&row.time) { &mut inside } else { &mut outside } += row.bad;
    }
    let length = (to - from).max(0) as f64;
    let rest = ((last - first) as f64 - length).max(MINUTE as f64);
    // Half a complaint more, as none in the rest does not mean that none can come.
    let usual = (outside + 0.5) / rest * length;
    let evidence = inside * libm::log(inside / usual) - (inside - usual);
    inside >= CLEARLY * usual && evidence > -libm::log(false_alarm)
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
        earliest: logged.start.earliest.min(felt.start.earliest),
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

/// The window of complaints as one of what they complain about: seen through the delay of complaints, and as much earlier
/// as all of them may have waited.
fn lagging(felt: &Window, grid: &Grid, counts: &[f64], usual: &[f64]) -> Window {
    let index = |time: i64| grid.index_of(time.max(grid.start)).unwrap_or(grid.count - 1);
    let quiet =
        |minute: usize| !felt.waves.iter().any(|wave| (wave.0 - LAG..wave.1 + LAG).contains(&grid.time_of(minute)));
    let reports = Reports { counts, usual, dispersion: scan::dispersion(counts, usual, quiet) };
    let stretches: Vec<(usize, usize)> = felt.waves.iter().map(|wave| (index(wave.0), index(wave.1 - 1))).collect();
    let mut edges = Vec::new();
    for (place, &(first, last)) in stretches.iter().enumerate() {
        let low = place.checked_sub(1).map_or(0, |before| stretches[before].1 + 1);
        let high = stretches.get(place + 1).map_or(grid.count, |after| after.0);
        edges.push(delay::cause(&reports, first, last, low, high));
    }
    let (Some(&(first, _)), Some(&(_, last))) = (edges.first(), edges.last()) else { return felt.clone() };
    #[expect(clippy::cast_possible_truncation, reason = "a minute on the grid")]
    let time = |minute: f64| grid.start + (minute * MINUTE as f64) as i64;
    let instant =
        |edge: Edge| Instant3 { at: time(edge.at), earliest: time(edge.earliest) - LAG, latest: time(edge.latest) };
    let start = instant(first);
    let start = Instant3 { latest: start.latest + MINUTE, ..start };
    let end = felt.end.map(|_| instant(last)).map(|end| Instant3 { earliest: end.earliest.max(start.at), ..end });
    let mut waves: Vec<(i64, i64)> = edges.iter().map(|(start, end)| (time(start.at), time(end.at))).collect();
    if let (None, Some(wave), Some(known)) = (end, waves.last_mut(), felt.waves.last()) {
        wave.1 = known.1;
    }
    Window { start, end, waves, strength: felt.strength }
}

fn none(why: &'static str, method: &'static str) -> Reported {
    Reported { detection: Detection::none(why, method, MINUTE), by_complaints: false, by_logs: false }
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

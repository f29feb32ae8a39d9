//! What happened on the night of the derby: the audience, the failing share, the words and names
//! that all exports have in common. Everything is invented.
//!
//! Minutes count from 14:00 in Paris on 14 November 2026, times are those of the clock in Paris.

use crate::clock;

/// The component whose connection limit was set to the value of the test environment.
pub(crate) const CAUSE: &str = "licence-gateway-north";
/// The louder symptom.
pub(crate) const SYMPTOM: &str = "edge-cache-north";
/// Minutes of the exports of the match day.
pub(crate) const MINUTES: i64 = 600;

pub(crate) const REGIONS: [(&str, f64); 4] = [("North", 0.30), ("South", 0.26), ("East", 0.20), ("West", 0.24)];
pub(crate) const DEVICES: [(&str, f64); 4] = [("stb", 0.38), ("smart_tv", 0.27), ("mobile", 0.22), ("web", 0.13)];
pub(crate) const PROVIDERS: [(&str, f64); 2] = [("Lumifibre", 0.58), ("Kerlan Telecom", 0.42)];

/// Minute of a clock time on the match day.
pub(crate) fn minute(hour: i64, minute: i64) -> i64 {
    clock::minute_of(clock::at(hour, minute, 0))
}

/// Value of a broken line at a minute; points are (hour, minute, value) in order.
pub(crate) fn line(points: &[(i64, i64, f64)], at: i64) -> f64 {
    let mut last = (minute(points[0].0, points[0].1), points[0].2);
    for (hour, clock, value) in points {
        let next = (minute(*hour, *clock), *value);
        if at < next.0 {
            let part = (at - last.0) as f64 / (next.0 - last.0).max(1) as f64;
            return last.1 + (next.1 - last.1) * part.max(0.0);
        }
        last = next;
    }
    last.1
}

/// Viewers present in the whole service, had nothing happened.
pub(crate) fn audience(at: i64) -> f64 {
    const POINTS: &[(i64, i64, f64)] = &[
        (14, 0, 62e3),
        (17, 0, 78e3),
        (19, 0, 112e3),
        (20, 15, 150e3),
        (20, 40, 205e3),
        (21, 0, 296e3),
        (21, 10, 318e3),
        (21, 46, 312e3),
        (21, 52, 284e3),
        (22, 2, 302e3),
        (22, 50, 306e3),
        (23, 0, 236e3),
        (23, 20, 142e3),
        (23, 59, 92e3),
    ];
    line(POINTS, at)
}

/// Start attempts per viewer present and minute.
pub(crate) fn start_rate(at: i64) -> f64 {
    const POINTS: &[(i64, i64, f64)] = &[
        (14, 0, 0.034),
        (20, 0, 0.036),
        (20, 30, 0.046),
        (20, 55, 0.068),
        (21, 2, 0.058),
        (21, 10, 0.024),
        (21, 45, 0.022),
        (21, 49, 0.036),
        (22, 2, 0.040),
        (22, 8, 0.024),
        (22, 50, 0.020),
        (23, 10, 0.026),
        (23, 59, 0.032),
    ];
    line(POINTS, at)
}

/// Share of the start attempts of the set-top boxes of the North that fail for the incident.
pub(crate) fn failing_share(at: i64) -> f64 {
    const FIRST: &[(i64, i64, f64)] = &[(20, 44, 0.05), (21, 0, 0.60), (21, 41, 0.60), (21, 46, 0.10)];
    const SECOND: &[(i64, i64, f64)] = &[(22, 4, 0.14), (22, 6, 0.30), (22, 9, 0.28), (22, 13, 0.07)];
    if (minute(20, 44)..minute(21, 46)).contains(&at) {
        line(FIRST, at)
    } else if (minute(22, 4)..minute(22, 13)).contains(&at) {
        line(SECOND, at)
    } else {
        0.0
    }
}

/// How much of the incident is felt, from 0 to 1.
pub(crate) fn strength(at: i64) -> f64 {
    failing_share(at) / 0.6
}

/// Connections that the gateway of the North would use without a limit.
pub(crate) fn wanted_connections(at: i64) -> f64 {
    const POINTS: &[(i64, i64, f64)] = &[
        (14, 0, 11.0),
        (19, 0, 17.0),
        (20, 15, 24.0),
        (20, 31, 31.0),
        (20, 44, 41.0),
        (21, 0, 88.0),
        (21, 10, 74.0),
        (21, 45, 66.0),
        (22, 2, 71.0),
        (22, 50, 58.0),
        (23, 20, 24.0),
        (23, 59, 15.0),
    ];
    line(POINTS, at)
}

/// Whether the wrong limit of 40 connections is in force.
pub(crate) fn is_limited(at: i64) -> bool {
    (minute(20, 31)..minute(21, 44)).contains(&at)
}

/// Failed starts of the incident per minute in the affected slice.
pub(crate) fn failed_starts(at: i64) -> f64 {
    let attempts = audience(at) * 0.30 * 0.38 * start_rate(at);
    attempts * retry_factor(at) * failing_share(at)
}

/// How often a start is tried again because it failed, as a factor of the attempts.
pub(crate) fn retry_factor(at: i64) -> f64 {
    1.0 + 1.1 * failing_share(at)
}

/// Complaints per minute that follow failed starts five minutes later, and those of any day. Before
/// kick-off more people report a failure than later, when many know that it is known.
pub(crate) fn complaint_rate(at: i64) -> (f64, f64) {
    const READINESS: &[(i64, i64, f64)] = &[(20, 49, 0.045), (20, 58, 0.018), (21, 10, 0.012)];
    let felt = if at < minute(20, 49) { 0.0 } else { failed_starts(at - 5).max(failed_starts(at - 9) * 0.4) };
    (felt * line(READINESS, at), 0.42 + audience(at) * 0.2e-6)
}

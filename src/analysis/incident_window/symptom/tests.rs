//! Made-up services: what must be found, and what must not.

use super::super::Window;
use super::testing::{noise, series};
use super::*;

const MINUTE: i64 = 60_000_000;
const DAY: usize = 1440;

/// An evening of a service: traffic doubles slowly from minute 600 to 900 and falls again.
fn surge(minute: usize) -> f64 {
    1.0 + 2.0 * (1.0 - (minute as f64 - 750.0).abs() / 150.0).max(0.0)
}

/// Errors and waiting times at two players and a gateway; `bad` multiplies the errors.
fn service(bad: impl Fn(usize) -> f64 + Copy) -> Vec<MetricSeries> {
    let mut all = Vec::new();
    for (salt, player) in ["tv-player", "phone-player"].into_iter().enumerate() {
        let shift = 5000 * salt;
        all.push(series(player, "errors_per_min", DAY, move |minute| {
            Some((40.0 + 6.0 * noise(minute + shift)) * surge(minute) * bad(minute))
        }));
        all.push(series(player, "startup_ms", DAY, move |minute| {
            Some((1800.0 + 120.0 * noise(minute + shift + 9000)) * bad(minute).sqrt())
        }));
    }
    all.push(series("gateway", "requests_per_min", DAY, |minute| {
        Some((9000.0 + 400.0 * noise(minute + 20_000)) * surge(minute))
    }));
    all
}

fn found(series: &[MetricSeries]) -> Option<Window> {
    detect_symptom(series, &WindowOptions::default()).window
}

fn minutes(window: &Window) -> (i64, Option<i64>) {
    (window.start.at / MINUTE, window.end.map(|end| end.at / MINUTE))
}

fn is_near(window: &Window, start: i64, end: i64) {
    let (from, to) = minutes(window);
    assert!((from - start).abs() <= 1 && (to.expect("it ended") - end).abs() <= 1, "{window:?}");
}

#[test]
fn finds_a_degradation_in_the_middle_of_a_surge() {
    let window = found(&service(|minute| if (700..740).contains(&minute) { 5.0 } else { 1.0 })).expect("an incident");
    is_near(&window, 700, 740);
    assert!(window.start.earliest <= window.start.at && window.start.at <= window.start.latest);
}

#[test]
fn takes_a_surge_of_traffic_for_no_incident() {
    assert_eq!(found(&service(|_| 1.0)), None);
}

#[test]
fn takes_a_surge_without_any_count_of_traffic_for_no_incident() {
    let mut calm = service(|_| 1.0);
    calm.retain(|series| series.entity != "gateway");
    assert_eq!(found(&calm), None);
}

#[test]
fn takes_the_hours_of_a_day_for_no_incident() {
    let evening = |minute: usize| if minute % DAY / 60 == 20 { 4.0 } else { 1.0 };
    let days = |salt: usize, bad: fn(usize) -> f64| {
        move |minute: usize| Some((0.01 + 0.001 * noise(minute + salt)) * evening(minute) * bad(minute))
    };
    let calm = [
        series("web", "error_ratio", 5 * DAY, days(0, |_| 1.0)),
        series("app", "error_ratio", 5 * DAY, days(70_000, |_| 1.0)),
    ];
    assert_eq!(found(&calm), None);
    let bad = |minute: usize| if (4 * DAY + 1205..4 * DAY + 1235).contains(&minute) { 6.0 } else { 1.0 };
    let hit =
        [series("web", "error_ratio", 5 * DAY, days(0, bad)), series("app", "error_ratio", 5 * DAY, days(70_000, bad))];
    let start = i64::try_from(4 * DAY + 1205).expect("small");
    is_near(&found(&hit).expect("an incident"), start, start + 30);
}

#[test]
fn follows_a_gradual_onset_and_widens_its_range() {
    let ramp = |minute: usize| match minute {
        300..340 => 1.0 + 0.25 * (minute as f64 - 299.0),
        340..400 => 11.0,
        _ => 1.0,
    };
    let window = found(&service(ramp)).expect("an incident");
    let (from, to) = minutes(&window);
    assert!((300..=304).contains(&from) && (399..=401).contains(&to.expect("it ended")), "{window:?}");
    assert!(window.start.latest - window.start.earliest >= 3 * MINUTE, "{window:?}");
}

#[test]
fn joins_two_waves() {
    let is_bad = |minute: usize| (300..320).contains(&minute) || (345..370).contains(&minute);
    let window = found(&service(|minute| if is_bad(minute) { 5.0 } else { 1.0 })).expect("an incident");
    assert_eq!(window.waves.len(), 2, "{window:?}");
    is_near(&window, 300, 370);
}

#[test]
fn leaves_the_end_open_while_it_goes_on() {
    let window = found(&service(|minute| if minute >= DAY - 30 { 5.0 } else { 1.0 })).expect("an incident");
    assert_eq!(window.end, None);
}

#[test]
fn takes_a_gap_beside_the_failures_for_a_part_of_them() {
    let mut all = service(|minute| if (300..330).contains(&minute) { 5.0 } else { 1.0 });
    for series in &mut all {
        series.samples.retain(|(time, _)| !(300..310).contains(&(time / MINUTE)));
    }
    is_near(&found(&all).expect("an incident"), 300, 330);
}

#[test]
fn takes_traffic_that_collapses_for_an_incident() {
    let drop = |minute: usize| if (500..530).contains(&minute) { 0.0 } else { 1.0 };
    let all = [
        series("gateway", "requests_per_min", DAY, |minute| Some((9000.0 + 400.0 * noise(minute)) * drop(minute))),
        series("web", "sessions", DAY, |minute| Some((700.0 + 30.0 * noise(minute + 3000)) * drop(minute))),
    ];
    is_near(&found(&all).expect("an incident"), 500, 530);
}

#[test]
fn takes_an_availability_that_falls_for_an_incident() {
    let fall = |minute: usize| if (500..530).contains(&minute) { 12.0 } else { 0.0 };
    let all = [series("web", "availability_percent", DAY, |minute| Some(99.5 + 0.2 * noise(minute) - fall(minute)))];
    is_near(&found(&all).expect("an incident"), 500, 530);
}

#[test]
fn doubts_one_metric_that_moves_alone() {
    let mut all = service(|_| 1.0);
    for sample in &mut all[1].samples[200..215] {
        sample.1 *= 3.0;
    }
    let detection = detect_symptom(&all, &WindowOptions::default());
    assert_eq!((detection.window, detection.why), (None, Some("one metric left what is usual, and no other with it")));
    all[1].is_named = true;
    is_near(&found(&all).expect("named, so believed"), 200, 215);
}

#[test]
fn takes_services_behind_for_what_users_felt_only_when_they_fail() {
    let slow = |minute: usize| if (400..430).contains(&minute) { 3.0 } else { 1.0 };
    let behind = |metric: &'static str, salt: usize| {
        series("ledger", metric, DAY, move |minute| Some((50.0 + 4.0 * noise(minute + salt)) * slow(minute)))
    };
    assert_eq!(found(&[behind("read_latency", 0), behind("write_latency", 3000)]), None);
    is_near(&found(&[behind("failures", 0), behind("write_latency", 3000)]).expect("an incident"), 400, 430);
}

#[test]
fn takes_a_named_metric_to_either_side() {
    for factor in [0.3, 3.0] {
        let moved = |minute: usize| if (400..430).contains(&minute) { factor } else { 1.0 };
        let mut all = vec![series("shop", "blips", DAY, |minute| Some((50.0 + 4.0 * noise(minute)) * moved(minute)))];
        assert_eq!(found(&all), None);
        all[0].is_named = true;
        is_near(&found(&all).expect("an incident"), 400, 430);
    }
}

#[test]
fn gives_the_same_answer_in_other_units_and_orders() {
    let all = service(|minute| if (700..740).contains(&minute) { 5.0 } else { 1.0 });
    let mut other: Vec<MetricSeries> = all.iter().rev().cloned().collect();
    for series in &mut other {
        series.samples.reverse();
        for sample in &mut series.samples {
            sample.1 *= 1024.0;
        }
    }
    assert_eq!(found(&all), found(&other));
}

#[test]
fn reads_counters_as_growth() {
    let mut grown = 0.0;
    let growth: Vec<f64> = (0..DAY)
        .map(|minute| {
            grown += (40.0 + 5.0 * noise(minute)) * if (600..630).contains(&minute) { 6.0 } else { 1.0 };
            grown
        })
        .collect();
    let all = [series("web", "errors_total", DAY, |minute| Some(growth[minute]))];
    is_near(&found(&all).expect("an incident"), 600, 630);
}

#[test]
fn finds_nothing_in_empty_or_constant_or_missing_data() {
    assert_eq!(found(&[]), None);
    assert_eq!(found(&[series("web", "errors", DAY, |_| Some(3.0))]), None);
    assert_eq!(found(&[series("web", "errors", DAY, |_| Some(f64::NAN))]), None);
    assert_eq!(found(&[series("web", "errors", DAY, |_| None)]), None);
    assert_eq!(found(&[series("queue", "cpu_percent", DAY, |minute| Some(minute as f64))]), None);
}

#[test]
fn does_not_reach_across_a_pause_of_weeks_to_another_export() {
    let minute_of = |minute: usize| if minute < DAY { minute } else { minute + 30 * DAY };
    let mut all = service(|minute| if minute >= DAY - 30 { 5.0 } else { 1.0 });
    for series in &mut all {
        let calm: Vec<(i64, f64)> = series.samples.iter().filter(|sample| sample.0 < 600 * MINUTE).copied().collect();
        let later = i64::try_from(minute_of(DAY)).expect("small") * MINUTE;
        series.samples.extend(calm.iter().map(|sample| (sample.0 + later, sample.1)));
    }
    let window = found(&all).expect("an incident");
    let last = window.end.map_or(window.waves[0].1, |end| end.latest);
    assert!(last / MINUTE <= i64::try_from(DAY).expect("small") + 1, "{window:?}");
}

#[test]
fn leaves_out_excluded_spans() {
    let all = service(|minute| if (700..740).contains(&minute) { 5.0 } else { 1.0 });
    let options = WindowOptions { exclude: vec![(690 * MINUTE, 750 * MINUTE)], ..WindowOptions::default() };
    assert_eq!(detect_symptom(&all, &options).window, None);
}

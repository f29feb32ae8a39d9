//! What must not change a window: the order of rows, their unit, the clock, and how rows are cut.

use super::reports::{ReportRow, detect_reports};
use super::*;

/// Row as time, device, total and failures.
type Row = (i64, &'static str, f64, f64);

/// A draw in 0..1 that is the same every time.
fn draw(index: i64) -> f64 {
    let mixed = index.unsigned_abs().wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed >> 33) % 1000) as f64 / 1000.0
}

fn rows() -> Vec<Row> {
    let of_minute = |minute: i64| {
        let is_hit = (300..341).contains(&minute);
        let bad = |base: f64, salt: i64| (base + 6.0 * draw(minute + salt)).floor();
        let hit = if is_hit { 60.0 } else { 0.0 };
        [
            (minute * MINUTE, "tv", 500.0, bad(2.0, 0)),
            (minute * MINUTE, "phone", 300.0, bad(1.0, 5000) + hit),
            (minute * MINUTE, "web", 200.0, bad(0.0, 9000)),
        ]
    };
    (0..600).flat_map(of_minute).collect()
}

fn window(rows: &[Row]) -> Window {
    let mut table = SliceTable::default();
    for &(time, device, total, bad) in rows {
        table.push(time, &[("device", device)], total, bad, None, None);
    }
    table.sort();
    detect(&table, &WindowOptions::default()).window.expect("an incident")
}

#[test]
fn rows_may_come_in_any_order() {
    let mut shuffled = rows();
    shuffled.sort_by(|left, right| draw(left.0 / MINUTE * 3).total_cmp(&draw(right.0 / MINUTE * 3)));
    assert_eq!(window(&shuffled), window(&rows()));
}

#[test]
fn rows_may_be_cut_in_two() {
    let halves = |&(time, device, total, bad): &Row| {
        let part = (bad / 2.0).floor();
        [(time, device, total / 2.0, part), (time, device, total / 2.0, bad - part)]
    };
    let cut: Vec<Row> = rows().iter().flat_map(halves).collect();
    assert_eq!(window(&cut), window(&rows()));
}

#[test]
fn another_clock_moves_the_window_with_it() {
    let shift = 977 * 24 * 60 * MINUTE;
    let later: Vec<Row> = rows().iter().map(|row| (row.0 + shift, row.1, row.2, row.3)).collect();
    let (before, after) = (window(&rows()), window(&later));
    assert_eq!(after.start.at, before.start.at + shift);
    assert_eq!(after.start.latest, before.start.latest + shift);
    assert_eq!(after.end.expect("over").at, before.end.expect("over").at + shift);
    assert_eq!(after.waves, [(before.waves[0].0 + shift, before.waves[0].1 + shift)]);
}

#[test]
fn a_thousand_times_the_events_have_the_same_window() {
    let many: Vec<Row> = rows().iter().map(|row| (row.0, row.1, 1e3 * row.2, 1e3 * row.3)).collect();
    let (few, many) = (window(&rows()), window(&many));
    assert!((few.start.at - many.start.at).abs() <= MINUTE, "{few:?} {many:?}");
    assert!((few.end.expect("over").at - many.end.expect("over").at).abs() <= MINUTE);
}

#[test]
fn a_chance_run_before_a_sharp_edge_is_no_ramp() {
    let mut noisy = rows();
    // Ten minutes at half as much again, just before.
    for row in noisy.iter_mut().filter(|row| (290..300).contains(&(row.0 / MINUTE)) && row.1 == "phone") {
        row.3 = 6.0;
    }
    let found = window(&noisy);
    assert!((found.start.at - 300 * MINUTE).abs() <= MINUTE, "{found:?}");
}

#[test]
fn a_declared_reference_is_the_only_one() {
    let mut table = SliceTable::default();
    // Twice as many failures as in the reference from the middle on.
    for minute in 0..600 {
        let bad = if minute < 300 { 10.0 } else { 20.0 } + (4.0 * draw(minute)).floor();
        table.push(minute * MINUTE, &[], 1000.0, bad, None, None);
    }
    let options = WindowOptions { baseline: Some((0, 300 * MINUTE)), ..WindowOptions::default() };
    let found = detect(&table, &options).window.expect("an incident");
    assert!((found.start.at - 300 * MINUTE).abs() <= 2 * MINUTE, "{found:?}");
    assert_eq!(found.end, None);
}

#[test]
fn a_long_outage_that_fills_the_log_is_told_by_few_complaints() {
    let mut rows = Vec::new();
    for minute in 0..600 {
        let is_hit = (200..430).contains(&minute);
        let errors = if is_hit { 8.0 } else { 0.0 };
        let row = |service: Option<&str>, total, bad| ReportRow {
            time: minute * MINUTE,
            service: service.map(Into::into),
            total,
            bad,
        };
        rows.push(row(Some("gateway"), 3.0 + errors, errors + f64::from(u8::from(minute % 90 == 0))));
        let says = is_hit && minute % 5 == 0;
        if says || minute % 60 == 0 {
            rows.push(row(None, 1.0, f64::from(u8::from(says))));
        }
    }
    let found = detect_reports(&rows, &WindowOptions::default());
    let window = found.detection.window.unwrap_or_else(|| panic!("{:?}", found.detection.why));
    assert!((window.start.at - 200 * MINUTE).abs() <= 2 * MINUTE, "{window:?}");
    assert!((window.end.expect("over").at - 430 * MINUTE).abs() <= 2 * MINUTE, "{window:?}");
}

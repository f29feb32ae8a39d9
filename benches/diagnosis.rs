//! How long it takes to find the cause in metrics: 100 entities with five metrics each, one sample a minute for 1,500 minutes.
//!
//! `shift` measures every series, `rank` weighs what came out; there is no input and no SQL in it.
//!
//! ```text
//! cargo bench --bench diagnosis -- --save-baseline before
//! cargo bench --bench diagnosis -- --baseline before
//! ```

use std::hint::black_box;

use constat::analysis::root_cause::{RankInput, ShiftContext, Signal, SignalKind, features, rank};
use criterion::Criterion;

const MINUTE: i64 = 60_000_000;
const MINUTES: usize = 1500;
/// First minute of the window.
const START: usize = 1440;
const ENTITIES: usize = 100;
const METRICS: [&str; 5] = ["cpu_usage", "memory_usage", "request_latency", "client_latency", "requests"];
/// The entity that fails.
const CAUSE: usize = 37;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    find_causes(&mut criterion);
    criterion.final_summary();
}

fn find_causes(criterion: &mut Criterion) {
    let times: Vec<i64> = (0..).step_by(60_000_000).take(MINUTES).collect();
    let series = series();
    let felt = &series[2];
    let at = |minute: usize| times[0] + MINUTE * i64::try_from(minute).expect("a minute of a day");
    let context = ShiftContext {
        window: (at(START), at(MINUTES)),
        baseline: vec![(at(0), at(START))],
        symptom: Some((&times, felt)),
        ..ShiftContext::default()
    };
    let signals = || measured(&series, &times, &context);
    let input = RankInput { signals: signals(), edges: calls(), onset: Some(at(START)), ..RankInput::default() };
    assert_eq!(rank(&input)[0].entity, name(CAUSE), "the cause is found");

    let mut group = criterion.benchmark_group("root_cause");
    group.bench_function("shift", |bencher| bencher.iter(|| black_box(signals())));
    group.bench_function("rank", |bencher| bencher.iter(|| black_box(rank(&input))));
    group.finish();
}

fn measured(series: &[Vec<f64>], times: &[i64], context: &ShiftContext<'_>) -> Vec<Signal> {
    let shifts = series.iter().enumerate().filter_map(|(index, values)| {
        let shift = features(times, values, context)?;
        Some(Signal {
            entity: name(index / METRICS.len()),
            kind: SignalKind::Metric,
            name: METRICS[index % METRICS.len()].to_owned(),
            strength: shift.score,
            at: shift.onset,
            direction: shift.direction,
            correlation: shift.correlation,
            movement: shift.movement,
            level: Some(shift.level),
        })
    });
    shifts.collect()
}

/// Noise about a level, and a rise at the cause from ten minutes after the start.
fn series() -> Vec<Vec<f64>> {
    let mut state = 1_u64;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).expect("32 bits")) / f64::from(u32::MAX)
    };
    let of = |entity: usize, minute: usize, noise: f64| {
        let rise = if entity == CAUSE && minute >= START + 10 { 25.0 } else { 0.0 };
        50.0 + 10.0 * noise + rise
    };
    (0..ENTITIES * METRICS.len())
        .map(|index| (0..MINUTES).map(|minute| of(index / METRICS.len(), minute, noise())).collect())
        .collect()
}

/// A tree in which every entity calls three others.
fn calls() -> Vec<(String, String)> {
    (1..ENTITIES).map(|callee| (name((callee - 1) / 3), name(callee))).collect()
}

fn name(entity: usize) -> String {
    format!("service-{entity}")
}

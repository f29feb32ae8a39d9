//! What must not change a ranking: the names of the entities, the order of the rows, the unit of a metric.

use proptest::prelude::*;

use super::{Candidate, RankInput, ShiftContext, Signal, SignalKind, features, rank};

const MINUTE: i64 = 60_000_000;
const METRICS: [&str; 4] = ["cpu_usage", "request_latency", "client_latency", "requests"];

/// The samples of one metric of one entity.
#[derive(Debug, Clone)]
struct Series {
    entity: usize,
    metric: usize,
    samples: Vec<(i64, f64)>,
}

/// A small system: its series, and who calls whom.
#[derive(Debug, Clone)]
struct System {
    series: Vec<Series>,
    edges: Vec<(usize, usize)>,
}

fn system() -> impl Strategy<Value = System> {
    (2..8_usize, any::<u64>(), prop::collection::vec((0..8_usize, 0..8_usize), 0..12), 0..8_usize).prop_map(
        |(entities, seed, edges, broken)| {
            let mut state = seed;
            let mut noise = move || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / (1_u64 << 53) as f64
            };
            let mut series = Vec::new();
            for entity in 0..entities {
                for metric in 0..METRICS.len() {
                    let lift = if entity == broken % entities { 3.0 * noise() } else { 0.0 };
                    let values = (0..90).map(|minute| {
                        let fault = if minute >= 80 { lift } else { 0.0 };
                        (minute * MINUTE, 5.0 + noise() + fault)
                    });
                    series.push(Series { entity, metric, samples: values.collect() });
                }
            }
            let edges = edges.into_iter().filter(|(caller, callee)| *caller < entities && *callee < entities).collect();
            System { series, edges }
        },
    )
}

/// Ranks a system whose entity `n` is called `name(n)` and whose values are multiplied by `unit`.
fn ranked(system: &System, name: impl Fn(usize) -> String, unit: f64) -> Vec<Candidate> {
    let context = ShiftContext {
        window: (80 * MINUTE, 90 * MINUTE),
        baseline: vec![(0, 80 * MINUTE)],
        ..ShiftContext::default()
    };
    let signals = system.series.iter().filter_map(|Series { entity, metric, samples }| {
        let (times, values): (Vec<i64>, Vec<f64>) = samples.iter().map(|(time, value)| (*time, value * unit)).unzip();
        let shift = features(&times, &values, &context)?;
        Some(Signal {
            entity: name(*entity),
            kind: SignalKind::Metric,
            name: METRICS[*metric].to_string(),
            strength: shift.score,
            at: shift.onset,
            direction: shift.direction,
            correlation: shift.correlation,
            movement: shift.movement,
            level: Some(shift.level),
        })
    });
    let signals = signals.collect();
    let edges = system.edges.iter().map(|(caller, callee)| (name(*caller), name(*callee))).collect();
    rank(&RankInput { signals, edges, onset: Some(80 * MINUTE), ..RankInput::default() })
}

/// Whether two rankings agree when `rename` leads from the names of the first to those of the second. Candidates that
/// evidence does not tell apart may change places: their scores differ by the step that shows the order alone.
fn agree(left: &[Candidate], right: &[Candidate], rename: impl Fn(&str) -> String) -> Result<(), TestCaseError> {
    prop_assert_eq!(left.len(), right.len());
    for (place, (one, other)) in left.iter().zip(right).enumerate() {
        prop_assert!((one.score - other.score).abs() < 1e-5, "{} and {}", one.score, other.score);
        let tied = |near: Option<&Candidate>| near.is_some_and(|near| (near.score - one.score).abs() < 1e-5);
        if !tied(left.get(place + 1)) && !tied(place.checked_sub(1).and_then(|before| left.get(before))) {
            prop_assert_eq!(rename(&one.entity), other.entity.clone());
        }
    }
    Ok(())
}

fn plain(entity: usize) -> String {
    format!("entity {entity}")
}

proptest! {
    #[test]
    fn names_do_not_matter(system in system(), salt in 0..1000_usize) {
        let renamed = |entity: usize| format!("x{}", (entity * 7919 + salt * 31) % 10_007);
        let rename = |name: &str| (0..8).find(|entity| plain(*entity) == name).map(renamed).unwrap_or_default();
        agree(&ranked(&system, plain, 1.0), &ranked(&system, renamed, 1.0), rename)?;
    }

    #[test]
    fn the_order_of_rows_does_not_matter(system in system(), turn in 0..90_usize) {
        let mut turned = system.clone();
        turned.series.reverse();
        turned.edges.reverse();
        for series in &mut turned.series {
            series.samples.rotate_left(turn);
        }
        agree(&ranked(&system, plain, 1.0), &ranked(&turned, plain, 1.0), str::to_string)?;
    }

    #[test]
    fn the_unit_does_not_matter(system in system()) {
        agree(&ranked(&system, plain, 1.0), &ranked(&system, plain, 1000.0), str::to_string)?;
    }
}

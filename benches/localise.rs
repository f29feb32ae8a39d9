//! How long it takes to say where an incident was, by number of slices and by what was hit.
//!
//! The counts are invented and the same in every run. What is asked for: 10 ms for 300 slices, 100 ms for 48 000.
//!
//! ```text
//! cargo bench --bench localise -- --save-baseline before
//! cargo bench --bench localise -- --baseline before
//! ```

use std::hint::black_box;

use constat::analysis::fault_localization::localise;
use constat::analysis::slices::SliceTable;
use criterion::{BenchmarkId, Criterion};

/// Values of each dimension, buckets of time.
const SIZES: &[(&[u64], i64)] = &[(&[5, 6, 10], 60), (&[8, 10, 10, 12, 5], 6)];

/// Whether a combination of values is hit.
type Hit = fn(&[u64]) -> bool;

const HITS: &[(&str, Hit)] = &[
    ("a combination", |codes| codes[0] == 1 && codes[1] == 2),
    ("two values", |codes| codes[1] < 2),
    ("everything", |_| true),
    ("nothing", |_| false),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for &(sizes, buckets) in SIZES {
        let slices: u64 = sizes.iter().product();
        let mut group = criterion.benchmark_group(format!("localise/{slices}"));
        group.sample_size(20);
        for &(name, is_hit) in HITS {
            let table = table(sizes, buckets, is_hit);
            let window = (buckets - 1, buckets);
            group.bench_with_input(BenchmarkId::from_parameter(name), &table, |bencher, table| {
                bencher.iter(|| localise(black_box(table), window, None, &[], 0.8));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

/// Every combination in every bucket; in the last one those hit fail twenty times as often.
fn table(sizes: &[u64], buckets: i64, is_hit: Hit) -> SliceTable {
    let slices: u64 = sizes.iter().product();
    let names: Vec<String> = (0..sizes.len()).map(|dimension| format!("dimension {dimension}")).collect();
    let mut table = SliceTable::default();
    let mut state = 1;
    for time in 0..buckets {
        for slice in 0..slices {
            let mut rest = slice;
            let codes: Vec<u64> = sizes
                .iter()
                .map(|size| {
                    let code = rest % size;
                    rest /= size;
                    code
                })
                .collect();
            let values = codes.iter().map(|code| format!("value {code}"));
            let terms: Vec<(&String, String)> = names.iter().zip(values).collect();
            let terms: Vec<(&str, &str)> = terms.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let rate = if time == buckets - 1 && is_hit(&codes) { 0.4 } else { 0.02 };
            let total = 5.0 + 15.0 * draw(&mut state);
            let bad = (total * rate + draw(&mut state)).floor();
            table.push(time, &terms, total.round(), bad, None, None);
        }
    }
    table.sort();
    table
}

/// A number in 0..1 (D. E. Knuth's linear congruential generator, MMIX).
fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    f64::from((*state >> 32) as u32) / f64::from(u32::MAX)
}

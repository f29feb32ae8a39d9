//! What must hold for any table.

use proptest::prelude::*;

use super::*;

/// A row: time, code in each of three dimensions, events, failures.
type Row = (i64, [usize; 3], f64, f64);

const SIZES: [usize; 3] = [4, 3, 5];
const WINDOW: (i64, i64) = (6, 8);

/// Counts of every slice over eight buckets: `loads` are the events of the slices, `noise` shifts failures.
/// Slices of the planted combination fail ten times as often in the window.
fn rows(loads: &[u16], noise: &[u8], planted: [Option<usize>; 3]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (bucket, time) in (0..8).enumerate() {
        for slice in 0..60 {
            let codes = [slice % 4, slice / 4 % 3, slice / 12];
            let is_hit = planted.iter().zip(codes).all(|(term, code)| term.is_none_or(|term| term == code));
            let rate = if is_hit && time >= WINDOW.0 { 0.4 } else { 0.04 };
            let total = f64::from(loads[slice % loads.len()]);
            let shift = 1.0 + 0.1 * (f64::from(noise[(7 * slice + bucket) % noise.len()]) / 255.0 - 0.5);
            rows.push((time, codes, total, (total * rate * shift).round()));
        }
    }
    rows
}

fn table(rows: &[Row], name: impl Fn(usize) -> String, value: impl Fn(usize, usize) -> String) -> SliceTable {
    let mut table = SliceTable::default();
    for (time, codes, total, bad) in rows {
        let terms: Vec<(String, String)> =
            codes.iter().enumerate().map(|(dimension, &code)| (name(dimension), value(dimension, code))).collect();
        let terms: Vec<(&str, &str)> = terms.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        table.push(*time, &terms, *total, *bad, None, None);
    }
    table.sort();
    table
}

fn plain(rows: &[Row]) -> SliceTable {
    table(rows, |dimension| format!("d{dimension}"), |_, code| format!("v{code}"))
}

fn found(table: &SliceTable) -> Localisation {
    localise(table, WINDOW, None, &[], 0.8)
}

/// The terms of the claims, in order.
fn claims(found: &Localisation) -> Vec<Vec<(String, String)>> {
    let mut claims: Vec<_> = found.claims.iter().map(|slice| slice.terms.clone()).collect();
    claims.sort();
    claims
}

fn planted() -> impl Strategy<Value = [Option<usize>; 3]> {
    let term = |size: usize| prop_oneof![Just(None), (0..size).prop_map(Some)];
    (term(SIZES[0]), term(SIZES[1]), term(SIZES[2])).prop_map(|(a, b, c)| [a, b, c])
}

fn loads() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(50_u16..400, 7)
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 31)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn finds_what_was_planted(loads in loads(), noise in noise(), planted in planted()) {
        let found = found(&plain(&rows(&loads, &noise, planted)));
        let terms: Vec<(String, String)> = planted
            .iter()
            .enumerate()
            .filter_map(|(dimension, term)| Some((format!("d{dimension}"), format!("v{}", (*term)?))))
            .collect();
        if terms.is_empty() {
            prop_assert_eq!((found.scope, found.claims.len()), (Scope::General, 0));
        } else {
            prop_assert_eq!(claims(&found), vec![terms]);
        }
    }

    #[test]
    fn neither_names_nor_the_order_of_rows_matter(
        loads in loads(), noise in noise(), planted in planted(), turn in 0_usize..400,
    ) {
        let rows = rows(&loads, &noise, planted);
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        prop_assert_eq!(found(&plain(&rows)), found(&plain(&turned)));
        // Names that sort the other way round.
        let renamed =
            found(&table(&turned, |dimension| format!("x{}", 9 - dimension), |_, code| format!("w{}", 9 - code)));
        let back = |(name, value): &(String, String)| {
            let number = |text: &str| 9 - text[1..].parse::<usize>().expect("a number");
            (format!("d{}", number(name)), format!("v{}", number(value)))
        };
        let mut named: Vec<Vec<(String, String)>> = renamed
            .claims
            .iter()
            .map(|slice| {
                let mut terms: Vec<_> = slice.terms.iter().map(back).collect();
                terms.sort();
                terms
            })
            .collect();
        named.sort();
        prop_assert_eq!(claims(&found(&plain(&rows))), named);
    }

    #[test]
    fn a_row_may_come_in_two(loads in loads(), noise in noise(), planted in planted(), part in 0.0_f64..1.0) {
        let rows = rows(&loads, &noise, planted);
        let split: Vec<Row> = rows
            .iter()
            .flat_map(|&(time, codes, total, bad)| {
                let (some, failed) = ((total * part).floor(), (bad * part).floor());
                [(time, codes, some, failed), (time, codes, total - some, bad - failed)]
            })
            .collect();
        prop_assert_eq!(found(&plain(&rows)), found(&plain(&split)));
    }

    #[test]
    fn more_of_the_same_names_the_same(loads in loads(), noise in noise(), planted in planted()) {
        let rows = rows(&loads, &noise, planted);
        let larger: Vec<Row> =
            rows.iter().map(|&(time, codes, total, bad)| (time, codes, 1000.0 * total, 1000.0 * bad)).collect();
        let (small, large) = (found(&plain(&rows)), found(&plain(&larger)));
        prop_assert_eq!(claims(&small), claims(&large));
        prop_assert_eq!(small.scope, large.scope);
        if let (Some(small), Some(large)) = (small.claims.first(), large.claims.first()) {
            prop_assert!(large.confidence.unwrap_or(0.0) >= small.confidence.unwrap_or(1.0) - 0.05);
        }
    }

    #[test]
    fn whatever_the_counts_the_figures_are_in_range(
        counts in proptest::collection::vec((0_i64..8, 0_usize..4, 0_usize..3, 0_usize..5, 0_u32..50, 0_u32..50), 0..120),
    ) {
        let rows: Vec<Row> = counts
            .into_iter()
            .map(|(time, a, b, c, total, bad)| (time, [a, b, c], f64::from(total), f64::from(bad)))
            .collect();
        let found = found(&plain(&rows));
        prop_assert!((0.0..=1.0).contains(&found.scope_confidence));
        prop_assert!(found.scope == Scope::Localised || found.claims.is_empty());
        for slice in found.claims.iter().chain(&found.candidates) {
            prop_assert!((0.0..=1.0).contains(&slice.share_of_excess) && slice.confidence.is_none_or(|confidence| (0.0..=1.0).contains(&confidence)));
            prop_assert!(slice.excess_bad.is_finite() && slice.bad <= slice.total && !slice.terms.is_empty());
        }
    }
}

//! The shapes that incidents take.

use super::*;

/// A dimension value, as `dimension=value`.
type Terms<'a> = &'a [(&'a str, &'a str)];

/// Three edges, two devices, two providers; ten quiet minutes, then one in which slices fail as `rate` says.
fn edges(rate: impl Fn(&str, &str, &str) -> f64) -> SliceTable {
    let mut table = SliceTable::default();
    for minute in 0..11 {
        for edge in ["north", "south", "west"] {
            for device in ["tv", "phone"] {
                for isp in ["alba", "boreal"] {
                    let share = if minute == 10 { rate(edge, device, isp) } else { 0.02 };
                    let terms = [("edge", edge), ("device", device), ("isp", isp)];
                    table.push(minute, &terms, 100.0, (100.0 * share).round(), None, None);
                }
            }
        }
    }
    table.sort();
    table
}

fn hit(is_hit: bool) -> f64 {
    if is_hit { 0.45 } else { 0.02 }
}

/// Ten quiet minutes and one of incident over slices of `(terms, events a minute, share that fails)`.
fn incident(slices: &[(Terms<'_>, f64, f64)]) -> SliceTable {
    let mut table = SliceTable::default();
    for minute in 0..11 {
        for (terms, total, share) in slices {
            let share = if minute == 10 { *share } else { 0.02 };
            table.push(minute, terms, *total, (total * share).round(), None, None);
        }
    }
    table.sort();
    table
}

fn found(table: &SliceTable) -> Localisation {
    localise(table, (10, 11), None, &[], 0.8)
}

/// Claims as text, in the order of their names.
fn claims(table: &SliceTable) -> Vec<String> {
    let text = |slice: Slice| {
        let terms: Vec<String> = slice.terms.iter().map(|(name, value)| format!("{name}={value}")).collect();
        terms.join(" ")
    };
    let mut claims: Vec<String> = found(table).claims.into_iter().map(text).collect();
    claims.sort();
    claims
}

#[test]
fn names_one_value() {
    assert_eq!(claims(&edges(|edge, _, _| hit(edge == "west"))), ["edge=west"]);
}

#[test]
fn names_a_combination_of_two_dimensions() {
    let table = edges(|edge, device, _| hit(edge == "west" && device == "tv"));
    assert_eq!(claims(&table), ["device=tv edge=west"]);
}

#[test]
fn names_two_values_of_one_dimension() {
    assert_eq!(claims(&edges(|edge, _, _| hit(edge != "west"))), ["edge=north", "edge=south"]);
}

#[test]
fn names_two_values_beside_a_fixed_term() {
    let table = cities(|_, city, device| device == "tv" && matches!(city, "annecy" | "brest"));
    assert_eq!(claims(&table), ["city=annecy device=tv", "city=brest device=tv"]);
}

/// Two of three values hit: the whole costs one statement less, and the spared third is small beside what the two gain.
#[test]
fn names_the_whole_when_most_of_its_values_are_hit() {
    let table = edges(|edge, device, _| hit(edge != "west" && device == "tv"));
    assert_eq!(claims(&table), ["device=tv"]);
}

#[test]
fn names_two_slices_of_different_dimensions() {
    let table = cities(|_, city, device| matches!((city, device), ("annecy", "phone") | ("brest", "tv")));
    assert_eq!(claims(&table), ["city=annecy device=phone", "city=brest device=tv"]);
}

#[test]
fn names_the_whole_slice_when_its_parts_fail_unevenly() {
    let table = edges(|edge, device, _| match (edge, device) {
        ("west", "tv") => 0.45,
        ("west", _) => 0.3,
        _ => 0.02,
    });
    assert_eq!(claims(&table), ["edge=west"]);
}

#[test]
fn names_the_nested_slice_when_the_rest_is_well() {
    let table = edges(|edge, device, isp| hit(edge == "west" && device == "tv" && isp == "alba"));
    assert_eq!(claims(&table), ["device=tv edge=west isp=alba"]);
}

#[test]
fn is_general_when_every_value_is_hit() {
    let found = found(&edges(|_, _, _| 0.45));
    assert_eq!((found.scope, found.claims.len()), (Scope::General, 0));
    assert!(found.scope_confidence > 0.8);
}

#[test]
fn is_general_when_every_value_is_hit_unevenly() {
    let table = edges(|edge, _, _| match edge {
        "west" => 0.6,
        "south" => 0.4,
        _ => 0.25,
    });
    assert_eq!(found(&table).scope, Scope::General);
}

#[test]
fn is_general_when_only_a_small_part_is_spared() {
    let table = incident(&[
        (&[("edge", "north")], 1000.0, 0.4),
        (&[("edge", "south")], 900.0, 0.4),
        (&[("edge", "west")], 100.0, 0.02),
    ]);
    let found = found(&table);
    assert_eq!((found.scope, found.claims.len()), (Scope::General, 0));
}

#[test]
fn says_nothing_without_excess_or_rows() {
    assert_eq!(found(&edges(|_, _, _| 0.02)).scope, Scope::Unknown);
    assert_eq!(found(&SliceTable::default()).scope, Scope::Unknown);
    assert_eq!(localise(&edges(|_, _, _| 0.45), (50, 60), None, &[], 0.8).scope, Scope::Unknown);
}

#[test]
fn without_a_reference_the_other_slices_are_it() {
    let table = edges(|edge, _, _| hit(edge == "west"));
    let found = localise(&table, (10, 11), Some((20, 30)), &[], 0.8);
    assert_eq!(found.claims.len(), 1);
    assert_eq!(found.claims[0].terms, [("edge".to_owned(), "west".to_owned())]);
}

#[test]
fn names_a_slice_that_has_no_history() {
    let mut table = edges(|_, _, _| 0.02);
    for isp in ["alba", "boreal"] {
        table.push(10, &[("edge", "east"), ("device", "tv"), ("isp", isp)], 100.0, 45.0, None, None);
    }
    table.sort();
    assert_eq!(claims(&table), ["edge=east"]);
}

#[test]
fn a_few_failures_of_a_slice_without_history_do_not_win() {
    let mut table = edges(|edge, _, _| hit(edge == "west"));
    table.push(10, &[("edge", "east"), ("device", "radio"), ("isp", "alba")], 3.0, 3.0, None, None);
    table.sort();
    assert_eq!(claims(&table), ["edge=west"]);
}

#[test]
fn values_that_are_missing_hide_no_slice() {
    let mut table = SliceTable::default();
    for minute in 0..11 {
        for edge in ["north", "south", "west", "east"] {
            for device in [Some("tv"), Some("phone"), None] {
                let share = hit(minute == 10 && edge == "west");
                let terms: Vec<(&str, &str)> =
                    [Some(("edge", edge)), device.map(|device| ("device", device))].into_iter().flatten().collect();
                table.push(minute, &terms, 100.0, (100.0 * share).round(), None, None);
            }
        }
    }
    table.sort();
    assert_eq!(claims(&table), ["edge=west"]);
}

/// Cities within regions: `alpes` has two, `bretagne` two, `corse` one.
fn cities(is_hit: impl Fn(&str, &str, &str) -> bool) -> SliceTable {
    let places = [
        ("alpes", "annecy"),
        ("alpes", "grenoble"),
        ("bretagne", "brest"),
        ("bretagne", "rennes"),
        ("corse", "bastia"),
    ];
    let mut table = SliceTable::default();
    for minute in 0..11 {
        for (region, city) in places {
            for device in ["tv", "phone"] {
                let share = hit(minute == 10 && is_hit(region, city, device));
                let terms = [("city", city), ("device", device), ("region", region)];
                table.push(minute, &terms, 200.0, (200.0 * share).round(), None, None);
            }
        }
    }
    table.sort();
    table
}

#[test]
fn prefers_the_region_when_all_its_cities_are_hit() {
    assert_eq!(claims(&cities(|region, _, _| region == "alpes")), ["region=alpes"]);
}

#[test]
fn prefers_the_city_when_its_region_is_well_elsewhere() {
    assert_eq!(claims(&cities(|_, city, _| city == "brest")), ["city=brest"]);
}

#[test]
fn prefers_the_region_to_its_only_city() {
    assert_eq!(claims(&cities(|_, city, _| city == "bastia")), ["region=corse"]);
}

#[test]
fn names_the_version_alone_when_only_one_device_has_it() {
    let slices: Vec<(Terms<'_>, f64, f64)> = vec![
        (&[("device", "ios"), ("version", "7.2")], 300.0, 0.4),
        (&[("device", "ios"), ("version", "7.1")], 300.0, 0.02),
        (&[("device", "android"), ("version", "9.0")], 400.0, 0.02),
        (&[("device", "android"), ("version", "9.1")], 300.0, 0.02),
    ];
    assert_eq!(claims(&incident(&slices)), ["version=7.2"]);
}

#[test]
fn an_earlier_incident_in_the_reference_does_not_hide_it() {
    let mut table = edges(|edge, _, _| hit(edge == "west"));
    for minute in [3, 4] {
        for isp in ["alba", "boreal"] {
            let terms = [("edge", "west"), ("device", "tv"), ("isp", isp)];
            table.push(minute, &terms, 100.0, 80.0, None, None);
        }
    }
    table.sort();
    let found = found(&table);
    assert_eq!(claims(&table), ["edge=west"]);
    assert!((found.claims[0].excess_bad - 4.0 * 43.0).abs() < 6.0, "{:?}", found.claims);
}

#[test]
fn the_next_best_are_other_rows_and_less_than_everything() {
    let found = found(&edges(|edge, _, _| hit(edge == "west")));
    assert!(!found.candidates.is_empty() && found.candidates.len() <= MOST_CANDIDATES);
    assert!(found.candidates.iter().all(|slice| slice.total < 1200.0 && slice.terms != found.claims[0].terms));
}

#[test]
fn reports_what_the_slice_lost_and_how_sure_that_is() {
    let claim = found(&edges(|edge, _, _| hit(edge == "west"))).claims.remove(0);
    assert_eq!((claim.total, claim.bad), (400.0, 180.0));
    assert!((claim.excess_bad - 172.0).abs() < 2.0 && claim.share_of_excess > 0.95);
    let ratio = claim.risk_ratio.expect("failures on both sides");
    assert!((ratio.value - 22.5).abs() < 1e-9 && ratio.low > 10.0 && ratio.high < 50.0);
    assert!(claim.confidence.is_some_and(|confidence| confidence > 0.8));
}

use super::*;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// Requests at irregular moments, as one file records them whose clock is `ahead`; each takes as long as `takes` says.
fn requests(file: &'static str, ahead: i64, takes: impl Fn(i64) -> (i64, i64)) -> Vec<Sighting<'static>> {
    let keys: &'static [String] = Box::leak((0..40).map(|n| format!("request {n:02}")).collect());
    let of = |(number, key): (i64, &'static String)| {
        let at = 1000 * HOUR + number * number * 7 * SECOND;
        let (begins, ends) = takes(number);
        Sighting { kind: "trace", key, file, first: at + begins + ahead, last: at + ends + ahead, delay: 2 * SECOND }
    };
    (0..).zip(keys).map(of).collect()
}

fn all(parts: Vec<Vec<Sighting<'static>>>) -> Vec<Sighting<'static>> {
    parts.into_iter().flatten().collect()
}

#[test]
fn a_clock_that_is_ahead_is_found_from_either_side() {
    let gateway = requests("gateway.log", 0, |n| (0, 300_000 + n % 5 * 100_000));
    for (ahead, verdict) in [(90 * SECOND, Verdict::Behind), (-90 * SECOND, Verdict::Ahead)] {
        let player = requests("player.log", ahead, |_| (40_000, 200_000));
        let found = compare(&all(vec![gateway.clone(), player]), 15);
        let [found] = &found[..] else { panic!("{found:?}") };
        assert_eq!((found.file, found.other, found.shared, found.agreeing), ("gateway.log", "player.log", 40, 40));
        assert_eq!((found.verdict, found.is_off, found.is_zone_like), (verdict, false, false));
        assert!((found.offset + ahead).abs() < SECOND / 5, "{found:?}");
        assert!(found.low <= found.offset && found.offset <= found.high);
    }
}

#[test]
fn delays_are_no_skew() {
    let gateway = requests("gateway.log", 0, |_| (0, 0));
    let origin = requests("origin.log", 0, |n| (n % 7 * 150_000, n % 7 * 150_000));
    let found = compare(&all(vec![gateway, origin]), 15);
    assert_eq!((found[0].verdict, found[0].agreeing), (Verdict::Agrees, 40));
}

#[test]
fn the_majority_tells_which_file_is_off() {
    let parts = vec![
        requests("a.log", 0, |_| (0, 400_000)),
        requests("b.log", -40 * SECOND, |_| (0, 300_000)),
        requests("c.log", 0, |_| (100_000, 200_000)),
    ];
    let found = compare(&all(parts), 15);
    let told: Vec<(&str, &str, Verdict, bool)> =
        found.iter().map(|found| (found.file, found.other, found.verdict, found.is_off)).collect();
    assert_eq!(
        told,
        [
            ("a.log", "c.log", Verdict::Agrees, false),
            ("b.log", "a.log", Verdict::Behind, true),
            ("b.log", "c.log", Verdict::Behind, true),
        ]
    );
}

#[test]
fn whole_hours_look_like_a_time_zone() {
    for (ahead, is_zone) in [(HOUR, true), (-2 * HOUR, true), (11 * HOUR / 2, true), (3700 * SECOND, false)] {
        let parts = vec![requests("a.log", 0, |_| (0, 0)), requests("b.log", ahead, |_| (10_000, 10_000))];
        let found = compare(&all(parts), 15);
        assert_eq!(found[0].is_zone_like, is_zone, "{ahead}");
        assert!(matches!(found[0].verdict, Verdict::Ahead | Verdict::Behind));
    }
}

#[test]
fn few_events_are_too_few_and_none_are_no_comparison() {
    let few: Vec<Sighting<'_>> = all(vec![requests("a.log", 0, |_| (0, 0)), requests("b.log", 9 * SECOND, |_| (0, 0))]);
    let few: Vec<Sighting<'_>> = few.into_iter().filter(|sighting| sighting.key < "request 03").collect();
    let found = compare(&few, 15);
    assert_eq!((found[0].verdict, found[0].shared, found[0].offset), (Verdict::TooFew, 3, -9 * SECOND));
    assert_eq!(compare(&few, 3)[0].verdict, Verdict::Behind);
    assert!(compare(&requests("a.log", 0, |_| (0, 0)), 15).is_empty());
    assert!(compare(&[], 15).is_empty());
}

#[test]
fn differences_that_scatter_are_unclear() {
    let parts = vec![requests("a.log", 0, |_| (0, 0)), requests("b.log", 0, |n| (n * 61 * SECOND, n * 61 * SECOND))];
    assert_eq!(compare(&all(parts), 15)[0].verdict, Verdict::Unclear);
}

#[test]
fn an_alert_that_recurs_votes_once_a_recurrence() {
    // 20 alerts of three names at irregular moments; the other tool is 5 minutes behind and misses some.
    let names = ["errors", "latency", "disk"];
    let alert = |file, number: i64, ahead: i64| Sighting {
        kind: "alert",
        key: names[usize::try_from(number % 3).unwrap()],
        file,
        first: number * number * 97 * SECOND + ahead,
        last: number * number * 97 * SECOND + ahead,
        delay: 60 * SECOND,
    };
    let mut sightings: Vec<Sighting<'_>> = (0..20).map(|number| alert("pager.json", number, 0)).collect();
    sightings.extend((0..20).filter(|number| number % 6 != 5).map(|number| alert("tool.json", number, -300 * SECOND)));
    let found = compare(&sightings, 15);
    assert_eq!((found[0].verdict, found[0].shared, found[0].agreeing), (Verdict::Ahead, 17, 17), "{found:?}");
    assert_eq!(found[0].offset, 300 * SECOND);
}

#[test]
fn what_recurs_every_hour_does_not_show_an_hour_of_skew() {
    let hourly = |file| (0..20).map(move |n: i64| (file, n * HOUR));
    let of =
        |(file, at): (&'static str, i64)| Sighting { kind: "alert", key: "x", file, first: at, last: at, delay: 0 };
    let shifted = hourly("b.json").map(|(file, at)| (file, at + HOUR));
    let sightings: Vec<Sighting<'_>> = hourly("a.json").chain(shifted).map(of).collect();
    assert_eq!(compare(&sightings, 15)[0].verdict, Verdict::Agrees);
}

#[test]
fn the_order_of_the_sightings_does_not_matter() {
    let mut sightings =
        all(vec![requests("a.log", 0, |_| (0, 400_000)), requests("b.log", 70 * SECOND, |_| (100_000, 300_000))]);
    let forwards = compare(&sightings, 15);
    sightings.reverse();
    assert_eq!(compare(&sightings, 15), forwards);
}

#[test]
fn wild_times_do_no_harm() {
    let wild = |file, at| Sighting { kind: "trace", key: "x", file, first: at, last: at, delay: SECOND };
    assert!(compare(&[wild("a", i64::MIN), wild("b", i64::MAX), wild("c", 0)], 1).is_empty());
}

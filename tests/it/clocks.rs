//! Clocks of the inputs: a log whose clock is wrong is found, told, and gone once it is set right.

use std::path::Path;

use crate::support;

/// Requests that are logged by two services.
const REQUESTS: i64 = 40;

/// A log of JSON lines with one line a request, `ahead` milliseconds late.
fn log(service: &str, field: &str, ahead: i64, takes: impl Fn(i64) -> i64) -> String {
    let line = |n: i64| {
        let at =
            jiff::Timestamp::from_millisecond(1_767_639_600_000 + n * n * 1300 + ahead + takes(n)).expect("a time");
        format!(
            "{{\"timestamp\":\"{at}\",\"level\":\"info\",\"service\":\"{service}\",\"{field}\":\"req-7f3a9c{n:04}\",\
             \"message\":\"GET /live/{n} 200\"}}\n"
        )
    };
    (0..REQUESTS).map(line).collect()
}

/// A case with logs of a gateway, an origin and a cache; the clock of the origin is `ahead`.
fn case(ahead: i64, rule: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: String| support::write(&folder.path().join(name), text);
    put("exports/gateway.ndjson", log("gateway", "request_id", 0, |_| 0));
    put("exports/cache.ndjson", log("cache", "x_request_id", 0, |n| 30 + n % 5 * 20));
    put("exports/origin.ndjson", log("origin", "trace_id", ahead, |n| 100 + n % 7 * 50));
    put("incident.toml", format!("[incident]\ntime_zone = 'UTC'\n{rule}"));
    folder
}

fn skews(folder: &Path) -> Vec<String> {
    let sql =
        "SELECT file, other_file, round(offset_seconds) AS seconds, verdict, is_off, is_zone_like FROM clock_skew";
    let case = folder.to_string_lossy().into_owned();
    let output = support::constat(["query", &case, sql, "--format", "csv", "--quiet"]);
    support::expect_code(&output, 0);
    String::from_utf8_lossy(&output.stdout).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_log_that_is_ahead_is_found_and_gone_after_the_correction() {
    let folder = case(90_000, "");
    assert_eq!(
        skews(folder.path()),
        [
            "exports/cache.ndjson,exports/gateway.ndjson,0.0,agrees,false,false",
            "exports/origin.ndjson,exports/cache.ndjson,90.0,ahead,true,false",
            "exports/origin.ndjson,exports/gateway.ndjson,90.0,ahead,true,false",
        ]
    );
    let rule = "[[source]]\npath = 'exports/origin.*'\nclock_ahead = '90s'\n";
    let corrected = skews(case(90_000, rule).path());
    assert!(corrected.len() == 3 && corrected.iter().all(|row| row.contains(",agrees,")), "{corrected:?}");
}

#[test]
fn a_log_that_is_behind_or_in_another_zone_is_told() {
    let found = skews(case(-45_000, "").path());
    assert!(found[1].ends_with("-45.0,behind,true,false"), "{found:?}");
    let rule = "[[source]]\npath = 'origin.ndjson'\nclock_ahead = '-45s'\n";
    assert!(skews(case(-45_000, rule).path()).iter().all(|row| row.contains(",agrees,")));
    let found = skews(case(7_200_000, "").path());
    assert!(found[1].ends_with("7200.0,ahead,true,true"), "{found:?}");
}

#[test]
fn the_report_and_the_check_tell_it_in_both_languages() {
    let folder = case(90_000, "");
    let output = support::report(folder.path(), folder.path(), &[]);
    support::expect_code(&output, 0);
    for (language, words) in [("en", "1 min 30 s ahead"), ("fr", "avance de 1 min 30 s")] {
        let text = support::text(&folder.path().join(format!("out/postmortem.{language}.md")));
        assert!(text.replace(['\u{a0}', '\u{202f}'], " ").contains(words), "{language}: {text}");
    }
    let path = folder.path().to_string_lossy().into_owned();
    let remarks = support::constat(["check", &path, "--quiet"]);
    let told = String::from_utf8_lossy(&remarks.stdout).into_owned();
    let remark = "warning: exports/origin.ndjson: its clock is 90 s ahead of that of exports/";
    assert_eq!(told.matches(remark).count(), 1, "{told}");
}

#[test]
fn other_events_than_requests_tell_clocks_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = vec![String::from("time,name,entity\n"); 2];
    let mut changes = vec![String::from("time,entity,kind,summary\n"); 2];
    for n in 0..18_i64 {
        for (at, ahead) in [0, 600].into_iter().enumerate() {
            let time = jiff::Timestamp::from_second(1_767_639_600 + n * n * 97 + ahead).expect("a time");
            let name =
                ["Errors above 3 percent", "Latency", "Disk nearly full"][usize::try_from(n % 3).expect("small")];
            let name = if at == 0 { name.to_owned() } else { format!("[FIRING:{n}] {name}") };
            files[at].push_str(&format!("{time},{name},web\n"));
            let commit = format!("{:x}", 0xabc_1234_u32 + u32::try_from(n).expect("small") * 7919);
            changes[at].push_str(&format!("{time},web,deployment,{} {commit}\n", ["deploy", "sync to revision"][at]));
        }
    }
    for (at, name) in ["a", "b"].into_iter().enumerate() {
        support::write(&folder.path().join(format!("exports/{name}/alerts.csv")), &files[at]);
        support::write(&folder.path().join(format!("exports/{name}/changes.csv")), &changes[at]);
    }
    assert_eq!(
        skews(folder.path()),
        [
            "exports/a/alerts.csv,exports/b/alerts.csv,-600.0,behind,false,false",
            "exports/a/changes.csv,exports/b/changes.csv,-600.0,behind,false,false",
        ]
    );
}

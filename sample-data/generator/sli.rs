//! Start attempts and failures per minute and slice: the match day, and the evening of the
//! Saturday before for comparison.

use std::io;

use crate::clock;
use crate::output::Output;
use crate::random::Random;
use crate::story::{self, DEVICES, PROVIDERS, REGIONS, minute};

const HEADER: &str = "time,region,device,isp,viewers,total,bad,error_kind\n";
const DAY: &str = "sli/sli_counts_2026-11-14.csv";
const BEFORE: &str = "sli/sli_counts_2026-11-07.csv";

/// One slice of the service.
#[derive(Debug, Clone, Copy)]
struct Slice {
    region: &'static str,
    device: &'static str,
    provider: &'static str,
    share: f64,
}

/// What one slice did in one minute.
#[derive(Debug)]
struct Counts {
    viewers: i64,
    total: i64,
    bad: i64,
    error_kind: &'static str,
}

/// Writes both files.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("sli of the match day");
    let mut rows = day(&mut random, out);
    plant(&mut rows, out);
    out.export(DAY, format!("{HEADER}{}", rows.concat()).as_bytes())?;
    let mut random = Random::new("sli of the week before");
    out.export(BEFORE, format!("{HEADER}{}", week_before(&mut random)).as_bytes())
}

fn slices() -> Vec<Slice> {
    let mut found = Vec::new();
    for (region, region_share) in REGIONS {
        for (device, device_share) in DEVICES {
            for (provider, provider_share) in PROVIDERS {
                found.push(Slice { region, device, provider, share: region_share * device_share * provider_share });
            }
        }
    }
    found
}

fn day(random: &mut Random, out: &mut Output) -> Vec<String> {
    let mut rows = Vec::new();
    for at in 0..story::MINUTES {
        for slice in slices() {
            let counts = counts(slice, at, random);
            if slice.region == "North" && slice.device == "stb" && story::failing_share(at) > 0.0 {
                out.count("attempts_of_the_slice_in_both_waves", counts.total);
                out.count("failed_attempts_of_the_slice_in_both_waves", counts.bad);
            }
            rows.push(row(clock::START + at * 60, slice, &counts));
        }
    }
    rows
}

fn counts(slice: Slice, at: i64, random: &mut Random) -> Counts {
    let is_hit = slice.region == "North" && slice.device == "stb";
    let failing = if is_hit { story::failing_share(at) } else { 0.0 };
    let retries = if is_hit { story::retry_factor(at) } else { 1.0 };
    let is_blip = slice.region == "South" && slice.device == "web" && (minute(18, 20)..minute(18, 24)).contains(&at);
    let share = if is_hit { random.around(failing, 0.02) } else { f64::from(u8::from(is_blip)) * 0.09 };
    let normal = if slice.device == "mobile" { 0.008 } else { 0.005 };
    let missing = if is_hit { 1.0 - 0.22 * lost(at) } else { 1.0 };
    let viewers = random.around(story::audience(at) * slice.share * missing, 0.006).round() as i64;
    let attempts = story::audience(at) * slice.share * story::start_rate(at) * retries;
    let total = random.events(attempts).max(1);
    let bad = random.events(total as f64 * (normal + share)).min(total);
    let error_kind = match bad {
        0 => "",
        _ if share > 0.02 && is_hit => "licence_timeout",
        _ if is_blip => "manifest_404",
        _ => random.pick(&["network_timeout", "network_timeout", "decoder_error", "licence_denied"]),
    };
    Counts { viewers, total, bad, error_kind }
}

/// Share of the people of the slice who gave up, which follows the failures by a few minutes.
fn lost(at: i64) -> f64 {
    (0..6).map(|back| story::strength(at - back)).sum::<f64>() / 6.0
}

fn row(instant: i64, slice: Slice, counts: &Counts) -> String {
    format!(
        "{},{},{},{},{},{},{},{}\n",
        clock::offset(instant),
        slice.region,
        slice.device,
        slice.provider,
        counts.viewers,
        counts.total,
        counts.bad,
        counts.error_kind,
    )
}

/// Repeats, disorder and rows that cannot be right.
fn plant(rows: &mut Vec<String>, out: &mut Output) {
    let repeated: Vec<String> = rows[9_600..9_612].to_vec();
    out.note_repeated(DAY, repeated.len());
    rows.extend(repeated);
    let moved: Vec<String> = rows.drain(4_000..4_096).collect();
    rows.splice(6_000..6_000, moved);
    for (at, broken) in [
        (2_500, "2026-11-14T15:17:00+01:00,East,web,Lumifibre,1011,34,91,network_timeout\n"),
        (11_000, "2026-11-14T19:43:00+01:00,West,mobile,Lumifibre,3904,#REF!,1,\n"),
        (15_000, ",South,stb,Kerlan Telecom,12144,311,2,network_timeout\n"),
    ] {
        rows.insert(at, broken.to_owned());
        out.note_broken(DAY, 1);
    }
}

/// The Saturday before had a smaller match at the same hour: three quarters of the audience.
fn week_before(random: &mut Random) -> String {
    let mut text = String::new();
    for at in minute(20, 0)..minute(22, 30) {
        for slice in slices() {
            let viewers = random.around(story::audience(at) * slice.share * 0.74, 0.006);
            let total = random.events(viewers * story::start_rate(at)).max(1);
            let bad = random.events(total as f64 * if slice.device == "mobile" { 0.008 } else { 0.005 }).min(total);
            let counts = Counts {
                viewers: viewers.round() as i64,
                total,
                bad,
                error_kind: if bad == 0 { "" } else { "network_timeout" },
            };
            text.push_str(&row(clock::START - 7 * 86_400 + at * 60, slice, &counts));
        }
    }
    text
}

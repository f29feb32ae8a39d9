//! Logs: the gateway and the player API (one JSON object a line), the edge cache (nginx), and the
//! key store (logfmt, in a gzip file that breaks off).

use std::io;

use crate::clock;
use crate::encode::{self, json};
use crate::output::Output;
use crate::random::Random;
use crate::story::{self, CAUSE, minute, strength};

const GATEWAY: &str = "logs/licence-gateway-north.ndjson";
const PLAYER_API: &str = "logs/player-api.ndjson";
const EDGE: &str = "logs/edge-cache-north-access.log";
const KEY_STORE: &str = "logs/key-store.log.gz";

/// Writes all logs.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    gateway(out)?;
    player_api(out)?;
    edge(out)?;
    key_store(out)
}

/// A line with the second and thousandth at which it was written, to put lines in order.
type Stamped = (i64, i64, String);

fn event(stamp: (i64, i64), level: &str, service: &str, host: &str, message: &str, trace: &str) -> Stamped {
    let text = format!(
        "{{\"timestamp\":\"{}\",\"level\":\"{level}\",\"service\":\"{service}\",\"host\":\"{host}\",\"message\":{},\"trace_id\":\"{trace}\"}}\n",
        clock::utc_millis(stamp.0, stamp.1),
        json(message),
    );
    (stamp.0, stamp.1, text)
}

fn stamp(at: i64, random: &mut Random) -> (i64, i64) {
    (clock::START + at * 60 + random.between(0, 59), random.between(0, 999))
}

fn trace(random: &mut Random) -> String {
    format!("{:016x}", random.bits())
}

fn sorted(mut lines: Vec<Stamped>) -> Vec<String> {
    lines.sort();
    lines.into_iter().map(|(_, _, text)| text).collect()
}

fn gateway(out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("log of the gateway");
    let mut lines = Vec::new();
    for at in 0..story::MINUTES {
        for _ in 0..random.events(3.0 + story::audience(at) / 45e3) {
            lines.push(gateway_routine(at, &mut random));
        }
        for _ in 0..random.events(11.0 * strength(at)) {
            lines.push(gateway_failure(at, &mut random));
        }
    }
    for (node, second) in (1..=4).zip([8, 11, 15, 19]) {
        let host = format!("lgw-north-{node}");
        let reload = |limit: i64| format!("configuration pool.toml reloaded, connection limit is now {limit}");
        lines.push(event((clock::at(20, 31, second), 204), "INFO", CAUSE, &host, &reload(40), ""));
        lines.push(event((clock::at(21, 40 + node, second), 377), "INFO", CAUSE, &host, &reload(400), ""));
        lines.push(event(
            (clock::at(22, 4, second), 12),
            "WARN",
            CAUSE,
            &host,
            "node restarting: checksum of pool.toml changed",
            "",
        ));
        lines.push(event(
            (clock::at(22, 5, 30 + second), 660),
            "INFO",
            CAUSE,
            &host,
            "node started, warming licence cache",
            "",
        ));
    }
    let mut lines = sorted(lines);
    lines.insert(700, "2026-11-14 16:02:11 OOM killer visited, no json today\n".into());
    lines.insert(
        2_100,
        "{\"timestamp\":\"2026-11-14T19:20:41.118Z\",\"level\":\"INFO\",\"service\":\"licence-gatew\n".into(),
    );
    out.note_broken(GATEWAY, 2);
    let moved: Vec<String> = lines.drain(1_500..1_540).collect();
    lines.splice(1_800..1_800, moved);
    out.export(GATEWAY, lines.concat().as_bytes())
}

fn gateway_routine(at: i64, random: &mut Random) -> Stamped {
    let host = format!("lgw-north-{}", random.between(1, 4));
    let trace = trace(random);
    let (level, message) = match random.between(0, 99) {
        0..=62 => (
            "INFO",
            format!("licence issued for asset {} in {} ms", 4_000 + random.between(0, 60), random.between(21, 74)),
        ),
        63..=84 => ("INFO", format!("content key fetched from key-store in {} ms", random.between(2, 11))),
        85..=94 => ("INFO", "health check passed".to_owned()),
        95..=97 => {
            ("WARN", format!("licence refused: entitlement missing for asset {}", 4_000 + random.between(0, 60)))
        }
        _ => ("ERROR", "client closed connection before response".to_owned()),
    };
    event(stamp(at, random), level, CAUSE, &host, &message, &trace)
}

fn gateway_failure(at: i64, random: &mut Random) -> Stamped {
    let host = format!("lgw-north-{}", random.between(1, 4));
    let trace = trace(random);
    let waited = random.between(2_900, 3_100);
    let message = if at >= minute(22, 0) {
        format!("licence cache cold, request shed after {waited} ms")
    } else {
        format!("connection pool exhausted (limit 40), request waited {waited} ms")
    };
    event(stamp(at, random), "ERROR", CAUSE, &host, &message, &trace)
}

fn player_api(out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("log of the player API");
    let mut lines = Vec::new();
    for at in 0..story::MINUTES {
        for _ in 0..random.events(2.4 + story::audience(at) / 70e3) {
            lines.push(player_routine(at, &mut random));
        }
        for _ in 0..random.events(6.0 * strength(at)) {
            let host = format!("papi-{}", random.between(1, 6));
            let trace = trace(&mut random);
            let message =
                format!("licence request to {CAUSE} timed out after 3000 ms, attempt {}", random.between(1, 5));
            lines.push(event(stamp(at, &mut random), "ERROR", "player-api", &host, &message, &trace));
        }
    }
    out.export(PLAYER_API, sorted(lines).concat().as_bytes())
}

fn player_routine(at: i64, random: &mut Random) -> Stamped {
    let host = format!("papi-{}", random.between(1, 6));
    let trace = trace(random);
    let device = random.pick(&["stb", "smart_tv", "mobile", "web"]);
    let (level, message) = match random.between(0, 99) {
        0..=69 => ("INFO", format!("play session {} opened on {device}", random.between(100_000, 999_999))),
        70..=89 => (
            "INFO",
            format!("play session {} closed after {} s", random.between(100_000, 999_999), random.between(30, 6_000)),
        ),
        90..=96 => ("INFO", format!("programme page {} rendered", random.between(1, 400))),
        97..=98 => ("WARN", "slow answer from entitlement".to_owned()),
        _ => ("ERROR", format!("play session {} rejected: device clock is wrong", random.between(100_000, 999_999))),
    };
    event(stamp(at, random), level, "player-api", &host, &message, &trace)
}

fn edge(out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("log of the edge cache");
    let mut lines = Vec::new();
    for at in 0..story::MINUTES {
        for _ in 0..random.events(3.0 + story::audience(at) / 60e3 + 9.0 * strength(at - 3)) {
            lines.push(edge_line(at, &mut random));
        }
    }
    let mut lines = sorted(lines);
    lines.insert(900, "\u{fffd}\u{fffd}\u{fffd} --- rotated by logrotate ---\n".into());
    lines.insert(3_000, "198.51.100.77 - - [14/Nov/2026:20:58:\n".into());
    out.note_broken(EDGE, 2);
    out.export(EDGE, lines.concat().as_bytes())
}

fn edge_line(at: i64, random: &mut Random) -> Stamped {
    let (second, millis) = stamp(at, random);
    let crowd = strength(at - 3);
    let is_retry = random.happens(0.7 * crowd);
    let target = match (is_retry, random.between(0, 9)) {
        (true, _) => "/live/derby/manifest.mpd?retry=1".to_owned(),
        (_, 0..=1) => format!("/live/ch{}/manifest.mpd", random.between(1, 9)),
        (_, 2) => format!("/img/guide/{}.jpg", random.between(1, 40)),
        _ => format!("/live/ch{}/seg_{}.m4s", random.between(1, 9), 40_000 + at * 15 + random.between(0, 14)),
    };
    let status = match random.unit() {
        part if part < 0.004 => 404,
        part if part < 0.004 + 0.09 * crowd => 503,
        part if part < 0.006 + 0.09 * crowd => 499,
        _ => 200,
    };
    let bytes = if status == 200 { random.between(1_800, 940_000) } else { 197 };
    let agent = if is_retry {
        "TribuneBox/5.3"
    } else {
        random.pick(&["TribuneBox/5.3", "TribuneTV/9.1 (Android)", "Mozilla/5.0 (SmartTV)"])
    };
    let client = format!("{}.{}", random.pick(&["192.0.2", "198.51.100", "203.0.113"]), random.between(1, 254));
    let taken = random.around(0.028 + 0.9 * crowd, 0.15).max(0.003);
    let text = format!(
        "{client} - - [{}] \"GET {target} HTTP/2.0\" {status} {bytes} \"-\" \"{agent}\" {taken:.3}\n",
        clock::access(second)
    );
    (second, millis, text)
}

fn key_store(out: &mut Output) -> io::Result<()> {
    let mut random = Random::new("log of the key store");
    let mut text = String::new();
    for at in 0..story::MINUTES {
        for _ in 0..random.events(1.1) {
            let time = clock::utc_millis(clock::START + at * 60 + 30, random.between(0, 999));
            let taken = random.between(1, 7);
            text.push_str(&format!(
                "ts={time} level=info service=key-store msg=\"key read\" shard={} dur={taken}ms\n",
                random.between(1, 8)
            ));
        }
    }
    let whole = encode::gzip(text.as_bytes());
    out.export(KEY_STORE, &whole[..whole.len() * 3 / 4])
}

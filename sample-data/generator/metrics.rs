//! Metrics: Datadog query results, a Prometheus range query, and a panel of Grafana in UTF-16.

use std::io;

use crate::clock;
use crate::encode::{self, json, number};
use crate::output::Output;
use crate::random::Random;
use crate::story::{self, CAUSE, MINUTES, line, minute, strength};

/// What a component shows at a minute, without noise.
type Shape = fn(i64) -> f64;

/// One series: component, value, relative noise.
type Series = (&'static str, Shape, f64);

/// One saved query: name of the metric, aggregation, unit, series.
type Query = (&'static str, &'static str, &'static str, &'static [Series]);

const QUERIES: &[Query] = &[
    (
        "connections_in_use",
        "max",
        "connection",
        &[
            (CAUSE, connections_north, 0.012),
            ("licence-gateway-south", connections_south, 0.04),
            ("key-store", key_connections, 0.04),
        ],
    ),
    (
        "cpu_percent",
        "avg",
        "percent",
        &[
            (CAUSE, cpu_north, 0.03),
            ("licence-gateway-south", |at| 11.0 + load(at) * 21.0, 0.03),
            ("player-api", |at| 14.0 + load(at) * 24.0 + 5.0 * strength(at), 0.03),
            ("key-store", |at| 8.0 + load(at) * 6.0, 0.04),
            ("guide", |at| 9.0 + load(at) * 7.0, 0.04),
            ("entitlement", |at| 10.0 + load(at) * 9.0, 0.04),
            ("ad-insertion", cpu_ads, 0.04),
            ("edge-cache-north", |at| 16.0 + load(at) * 20.0 + 34.0 * lagged(at), 0.03),
            ("edge-cache-south", |at| 16.0 + load(at) * 19.0, 0.03),
            ("origin", |at| 13.0 + load(at) * 8.0, 0.03),
        ],
    ),
    (
        "latency_p95_ms",
        "p95",
        "millisecond",
        &[
            (CAUSE, |at| 38.0 + load(at) * 8.0 + 92.0 * gateway(at), 0.05),
            ("licence-gateway-south", |at| 37.0 + load(at) * 8.0, 0.05),
            ("player-api", |at| 84.0 + load(at) * 18.0 + 410.0 * strength(at), 0.05),
            ("key-store", |at| 6.0 + load(at), 0.06),
            ("guide", |at| 61.0 + load(at) * 9.0, 0.06),
            ("entitlement", |at| 44.0 + load(at) * 7.0, 0.06),
            ("edge-cache-north", |at| 24.0 + load(at) * 9.0 + 940.0 * lagged(at), 0.06),
            ("edge-cache-south", |at| 24.0 + load(at) * 9.0, 0.06),
            ("ad-insertion", |at| 73.0 + load(at) * 12.0, 0.06),
        ],
    ),
    (
        "retries_per_min",
        "sum",
        "attempt",
        &[
            ("player-stb", |at| 46.0 + load(at) * 60.0 + story::failed_starts(at) * 2.6, 0.06),
            ("player-smart-tv", |at| 38.0 + load(at) * 44.0, 0.07),
            ("player-mobile", |at| 52.0 + load(at) * 58.0, 0.07),
            ("player-web", |at| 19.0 + load(at) * 21.0, 0.09),
        ],
    ),
    (
        "errors_per_min",
        "sum",
        "error",
        &[
            ("player-stb", |at| 22.0 + load(at) * 30.0 + story::failed_starts(at), 0.07),
            ("player-smart-tv", |at| 17.0 + load(at) * 20.0, 0.09),
            ("player-mobile", |at| 24.0 + load(at) * 28.0, 0.09),
            ("player-web", |at| 9.0 + load(at) * 10.0, 0.12),
            ("guide", |at| 3.0 + load(at) * 2.0, 0.2),
            ("player-api", |at| 12.0 + load(at) * 10.0 + story::failed_starts(at) * 0.5, 0.08),
            (CAUSE, |at| 5.0 + load(at) * 4.0 + 13.0 * gateway(at), 0.15),
        ],
    ),
    (
        "start_time_ms",
        "avg",
        "millisecond",
        &[
            ("player-stb", |at| 1_340.0 + load(at) * 90.0 + 2_150.0 * strength(at), 0.03),
            ("player-smart-tv", |at| 1_510.0 + load(at) * 90.0, 0.03),
            ("player-mobile", |at| 980.0 + load(at) * 80.0, 0.03),
            ("player-web", |at| 890.0 + load(at) * 70.0, 0.03),
        ],
    ),
];

const PROMETHEUS: &[(&str, &[Series])] = &[
    (
        "edge_request_rate",
        &[
            ("edge-cache-north", |at| 3_400.0 + load(at) * 4_900.0 + 11_800.0 * lagged(at), 0.02),
            ("edge-cache-south", |at| 3_100.0 + load(at) * 4_500.0, 0.02),
        ],
    ),
    (
        "edge_cache_hit_ratio",
        &[
            ("edge-cache-north", |at| 0.963 - 0.21 * lagged(at), 0.004),
            ("edge-cache-south", |at| 0.965 - load(at) * 0.004, 0.003),
        ],
    ),
    ("key_lookup_rate", &[("key-store", |at| 140.0 + load(at) * 420.0 - 88.0 * strength(at), 0.03)]),
    ("origin_egress_mbit", &[("origin", |at| 410.0 + load(at) * 260.0 + 120.0 * lagged(at), 0.02)]),
];

/// Writes all metric files.
pub(crate) fn write(out: &mut Output) -> io::Result<()> {
    for query in QUERIES {
        let path = format!("monitoring/datadog/{}.json", query.0);
        out.export(&path, datadog(query, 0, MINUTES).as_bytes())?;
    }
    // Someone saved the last hours again the next morning: the points overlap.
    let again = datadog(&QUERIES[3], minute(20, 0), minute(22, 30));
    let path = "monitoring/datadog/retries_per_min_second_export.json";
    out.note_repeated(path, QUERIES[3].3.len() * 150);
    out.export(path, again.as_bytes())?;
    out.export("monitoring/prometheus_edge.json", prometheus().as_bytes())?;
    let panel = "monitoring/queue_wait_ms-data-as-joinbyfield-2026-11-15 09_12_33.csv";
    out.export(panel, &encode::utf16(&grafana()))
}

/// Load of the platform from 0 to about 1.
fn load(at: i64) -> f64 {
    (story::audience(at) - 62e3) / 256e3
}

/// Strength of the incident three minutes before: what follows from it.
fn lagged(at: i64) -> f64 {
    strength(at - 3).midpoint(strength(at - 4))
}

/// How much work waits in the gateway, which begins before any start fails.
fn gateway(at: i64) -> f64 {
    let waiting = (story::wanted_connections(at) - 38.0) / 30.0;
    let is_restart = (minute(22, 4)..minute(22, 13)).contains(&at);
    match (story::is_limited(at), is_restart) {
        (true, _) => waiting.clamp(0.0, 1.0),
        (_, true) => strength(at) * 0.8,
        _ => 0.0,
    }
}

fn connections_north(at: i64) -> f64 {
    if story::is_limited(at) {
        return story::wanted_connections(at).min(40.0);
    }
    story::wanted_connections(at) * (1.0 - strength(at) * 0.6)
}

fn connections_south(at: i64) -> f64 {
    story::wanted_connections(at) * 0.87
}

fn key_connections(at: i64) -> f64 {
    18.0 + load(at) * 14.0
}

/// The gateway works less while its requests wait.
fn cpu_north(at: i64) -> f64 {
    let usual = 11.0 + load(at) * 24.0;
    usual * (1.0 - 0.38 * gateway(at))
}

/// A batch of the advertising department, which has nothing to do with the incident.
fn cpu_ads(at: i64) -> f64 {
    let batch = line(&[(19, 49, 0.0), (19, 52, 47.0), (19, 58, 44.0), (20, 1, 0.0)], at);
    12.0 + load(at) * 10.0 + batch
}

fn datadog(query: &Query, from: i64, until: i64) -> String {
    let (metric, aggregation, unit, series) = query;
    let parts: Vec<String> =
        series.iter().map(|one| datadog_series(metric, aggregation, unit, one, from, until)).collect();
    let expression = format!("{aggregation}:tribune.{metric}{{env:prod}} by {{service}}");
    format!(
        "{{\"status\":\"ok\",\"resp_version\":1,\"series\":[{}],\"to_date\":{},\"query\":{},\"message\":\"\",\
         \"res_type\":\"time_series\",\"times\":[],\"from_date\":{},\"group_by\":[\"service\"],\"values\":[]}}\n",
        parts.join(","),
        instant(until) * 1_000,
        json(&expression),
        instant(from) * 1_000,
    )
}

fn datadog_series(metric: &str, aggregation: &str, unit: &str, one: &Series, from: i64, until: i64) -> String {
    let points: Vec<String> = values(metric, one)
        .into_iter()
        .enumerate()
        .map(|(at, value)| (at as i64, value))
        .filter(|(at, _)| (from..until).contains(at))
        .map(|(at, value)| {
            // The collector of one host was silent for three minutes.
            let is_gap = one.0 == "guide" && (minute(16, 40)..minute(16, 43)).contains(&at);
            format!("[{},{}]", instant(at) * 1_000, if is_gap { "null".to_owned() } else { number(value) })
        })
        .collect();
    format!(
        "{{\"end\":{},\"attributes\":{{}},\"metric\":{name},\"interval\":60,\"tag_set\":[\"service:{service}\"],\
         \"start\":{},\"length\":{},\"query_index\":0,\"aggr\":{aggr},\"scope\":\"env:prod,service:{service}\",\
         \"pointlist\":[{}],\"expression\":\"{aggregation}:tribune.{metric}{{env:prod,service:{service}}}\",\
         \"unit\":[{{\"family\":\"general\",\"scale_factor\":1,\"name\":{unit},\"short_name\":{unit},\"plural\":{unit},\"id\":9}},null],\
         \"display_name\":{name}}}",
        instant(until) * 1_000 - 1,
        instant(from) * 1_000,
        points.len(),
        points.join(","),
        name = json(&format!("tribune.{metric}")),
        service = one.0,
        aggr = json(aggregation),
        unit = json(unit),
    )
}

/// All values of one series, with noise of its own.
fn values(metric: &str, (component, shape, noise): &Series) -> Vec<f64> {
    let mut random = Random::new(&format!("{metric} of {component}"));
    let mut value = |at| {
        let value = random.around(shape(at), *noise).max(0.0);
        // Connections are whole, and those at the limit stay exactly there.
        let is_capped = *component == CAUSE && story::is_limited(at);
        match metric {
            "connections_in_use" if is_capped && shape(at) >= 40.0 => 40.0,
            "connections_in_use" if is_capped => value.round().min(40.0),
            "connections_in_use" => value.round(),
            _ => round(value),
        }
    };
    (0..MINUTES).map(&mut value).collect()
}

/// Four meaningful digits are enough for a metric.
fn round(value: f64) -> f64 {
    let scale = if value < 10.0 {
        1_000.0
    } else if value < 1_000.0 {
        10.0
    } else {
        1.0
    };
    (value * scale).round() / scale
}

fn instant(at: i64) -> i64 {
    clock::START + at * 60
}

fn prometheus() -> String {
    let mut parts = Vec::new();
    for (metric, series) in PROMETHEUS {
        for one in *series {
            let points: Vec<String> = values(metric, one)
                .iter()
                .enumerate()
                .map(|(at, value)| format!("[{},{}]", instant(at as i64), json(&number(*value))))
                .collect();
            parts.push(format!(
                "{{\"metric\":{{\"__name__\":{},\"job\":{},\"env\":\"prod\"}},\"values\":[{}]}}",
                json(metric),
                json(one.0),
                points.join(","),
            ));
        }
    }
    format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}\n", parts.join(","))
}

fn grafana() -> String {
    let north = values("queue_wait_ms", &(CAUSE, |at| 2.1 + load(at) * 1.2 + 61.0 * gateway(at), 0.08));
    let south = values("queue_wait_ms", &("licence-gateway-south", |at| 2.0 + load(at) * 1.1, 0.08));
    let mut text = format!("\"Time\",\"{CAUSE}\",\"licence-gateway-south\"\r\n");
    for (at, (north, south)) in north.iter().zip(&south).enumerate() {
        let time = clock::plain(instant(at as i64));
        text.push_str(&format!("{time},{},{}\r\n", number(*north), number(*south)));
    }
    text
}

//! Which metrics tell what users felt, and how near to users they were measured.
//!
//! In: names of metrics and entities in any style. Out: a [`Role`] or `None` for what is felt by no user (processors,
//! queues, versions, certificates), and a [`Reach`]. It reads no values: whether a success is a share or a number is
//! seen from them, in `super::usual`.
//!
//! The split into errors, duration and rate of what is asked of a service is the RED method (T. Wilkie, 2018), against
//! resources that only their own machine feels; the words are general ones of the trade, never names of products,
//! companies or services. O(length of the name). An empty or unknown name has no role and the farthest reach.

use crate::analysis::root_cause::metric_kind::words;

/// What a metric says about users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Failures, as a share or a number: more is worse.
    Errors,
    /// Successes or availability: less is worse.
    Success,
    /// How long users wait: more is worse.
    Latency,
    /// How much is asked for: only its collapse is felt.
    Traffic,
    /// Named by the configuration and not understood: a shift to either side counts.
    Either,
}

/// How near to users something was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The configuration names it as what users felt.
    Named,
    /// At users themselves: players, applications, pages, probes, and what nothing else calls.
    Client,
    /// Where their requests arrive.
    Edge,
    /// Elsewhere.
    Inner,
}

/// Things that no user feels by themselves, whatever else the name says.
const INNER: &[&str] = &[
    "replica",
    "cert",
    "config",
    "version",
    "gc",
    "cpu",
    "memory",
    "mem",
    "heap",
    "disk",
    "queue",
    "pool",
    "thread",
    "temperature",
    "cache",
    "database",
    "db",
    "sql",
    "query",
    "kafka",
    "consumer",
    "backup",
    "budget",
    "quota",
    "bucket",
    "process",
    "scrape",
    "build",
    "info",
    "expected",
    "limit",
    "threshold",
];
const ERRORS: &[&str] = &[
    "error",
    "fail",
    "5xx",
    "500",
    "502",
    "503",
    "504",
    "exception",
    "crash",
    "timeout",
    "reject",
    "drop",
    "loss",
    "lost",
    "abort",
    "abandon",
    "ebvs",
    "vsf",
    "vpf",
    "rebuffer",
    "buffering",
    "stall",
    "freeze",
    "frozen",
    "denial",
    "denied",
    "unavailab",
    "downtime",
    "outage",
    "unreachable",
    "bad",
    "fault",
    "erreur",
    "echec",
    "plant",
];
const SUCCESS: &[&str] =
    &["success", "avail", "uptime", "healthy", "good", "completion", "2xx", "apdex", "reussi", "dispo"];
const LATENCY: &[&str] =
    &["latency", "duration", "startup", "ttfb", "ttff", "delay", "rtt", "elapsed", "latence", "duree"];
/// Words that make a duration of `time` or `response`.
const DURATION_UNITS: &[&str] = &["ms", "seconds", "sec", "millis", "milliseconds", "time", "p50", "p90", "p95", "p99"];
const TRAFFIC: &[&str] = &[
    "request",
    "session",
    "viewer",
    "user",
    "play",
    "view",
    "attempt",
    "login",
    "visit",
    "order",
    "checkout",
    "throughput",
    "traffic",
    "rps",
    "qps",
    "tps",
    "call",
    "concurrent",
    "hits",
    "count",
    "audience",
    "requete",
    "spectateur",
    "transaction",
];
const CLIENT: &[&str] = &[
    "player",
    "app",
    "apps",
    "web",
    "website",
    "site",
    "tv",
    "mobile",
    "ios",
    "android",
    "client",
    "browser",
    "handheld",
    "storefront",
    "ui",
    "frontend",
    "front",
    "portal",
    "viewer",
    "viewers",
    "user",
    "users",
    "page",
    "pages",
    "stb",
    "playback",
    "synthetic",
    "synthetics",
    "probe",
    "journey",
    "rum",
    "video",
    "stream",
    "streaming",
];
const EDGE: &[&str] = &[
    "gateway",
    "gw",
    "edge",
    "ingress",
    "cdn",
    "lb",
    "alb",
    "elb",
    "nlb",
    "loadbalancer",
    "balancer",
    "proxy",
    "api",
    "nginx",
    "haproxy",
    "envoy",
    "apigateway",
    "passerelle",
    "frontal",
    "router",
    "waf",
    "http",
];

impl Role {
    /// From a metric's name; `None` when no user feels it.
    pub fn of(metric: &str) -> Option<Self> {
        let words = words(metric);
        let starts = |list: &[&str]| words.iter().any(|word| list.iter().any(|stem| word.starts_with(stem)));
        let is = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_inner = words
            .iter()
            .any(|word| INNER.iter().any(|stem| if stem.len() < 4 { word == stem } else { word.starts_with(stem) }));
        let is_server_error = metric.to_lowercase().contains("5xx");
        if is_inner {
            None
        } else if starts(ERRORS) || is_server_error {
            Some(Self::Errors)
        } else if starts(SUCCESS) || words == ["up"] {
            Some(Self::Success)
        } else if starts(LATENCY) || (is(&["response", "load", "join", "time"]) && is(DURATION_UNITS)) {
            Some(Self::Latency)
        } else if starts(TRAFFIC) {
            Some(Self::Traffic)
        } else {
            None
        }
    }
}

impl Reach {
    /// From the names of an entity and of its metric; `is_entry` says that it calls others and nothing calls it.
    pub fn of(entity: &str, metric: &str, is_entry: bool) -> Self {
        let has = |name: &str, list: &[&str]| words(name).iter().any(|word| list.contains(&word.as_str()));
        if is_entry
            || has(entity, CLIENT)
            || has(metric, &["player", "rum", "playback", "page", "startup", "rebuffer", "ebvs"])
        {
            Self::Client
        } else if has(entity, EDGE) {
            Self::Edge
        } else {
            Self::Inner
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_users_feel_in_any_style() {
        for (name, role) in [
            ("http_5xx_rate", Some(Role::Errors)),
            ("HTTPCode_Target_5XX_Count", Some(Role::Errors)),
            ("PlaybackFailurePercentage", Some(Role::Errors)),
            ("availability", Some(Role::Success)),
            ("video-startup-time", Some(Role::Latency)),
            ("http.server.request.duration", Some(Role::Latency)),
            ("response_time_ms", Some(Role::Latency)),
            ("concurrent_viewers", Some(Role::Traffic)),
            ("CPUUtilization", None),
            ("cpu_percent", None),
            ("process_start_time_seconds", None),
            ("replication_lag_s", None),
            ("cert_days_left", None),
            ("", None),
        ] {
            assert_eq!(Role::of(name), role, "{name}");
        }
    }

    #[test]
    fn tells_how_near_to_users_an_entity_is() {
        assert_eq!(Reach::of("tv-app", "errors", false), Reach::Client);
        assert_eq!(Reach::of("api-gateway", "latency", false), Reach::Edge);
        assert_eq!(Reach::of("ledger", "latency", false), Reach::Inner);
        assert_eq!(Reach::of("ledger", "latency", true), Reach::Client);
        assert_eq!(Reach::of("", "", false), Reach::Inner);
    }
}

//! What a metric's name says about where its cause lies.
//!
//! In: a metric name in any style (`CpuUsageRate`, `http_request_duration_seconds`, `upstream latency`). Out: a
//! [`MetricKind`]. Resources saturate where the fault is; outcomes (latency, errors) are also felt by every caller;
//! what a client measures tells of the called side; traffic follows the load; a node is shared by many. The distinction
//! is that of resource (USE) and request (RED) metrics: Gregg, "Thinking Methodically about Performance", CACM 2013,
//! doi:10.1145/2408776.2408791. An unknown or empty name is traffic, the weakest kind. O(length).

/// What kind of thing a metric measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MetricKind {
    /// Processor, memory, disk, queue, pool, connections of the entity itself.
    Resource,
    /// Latency, errors, success, availability as served by the entity.
    Outcome,
    /// Latency or errors the entity sees when it calls others.
    Remote,
    /// What its callers see of the entity; no name means it.
    Seen,
    /// A resource of the machine, shared with other entities.
    Shared,
    /// Requests, bytes, calls: how much was asked of the entity.
    Traffic,
}

impl MetricKind {
    /// From a metric's name.
    pub fn of(name: &str) -> Self {
        let words = words(name);
        let has = |list: &[&str]| words.iter().any(|word| list.iter().any(|stem| word.starts_with(stem)));
        let is_outcome = has(OUTCOME);
        if is_outcome && has(CLIENT) {
            MetricKind::Remote
        } else if has(SHARED) {
            MetricKind::Shared
        } else if is_outcome {
            MetricKind::Outcome
        } else if has(RESOURCE) {
            MetricKind::Resource
        } else if is_time(name, &words) {
            MetricKind::Outcome
        } else {
            MetricKind::Traffic
        }
    }

    /// How much a shift of this kind says about the entity it was measured at, 0 to 1.
    pub fn weight(self) -> f64 {
        match self {
            MetricKind::Resource => 1.0,
            MetricKind::Outcome | MetricKind::Seen => 0.7,
            MetricKind::Traffic => 0.4,
            MetricKind::Remote | MetricKind::Shared => 0.3,
        }
    }
}

/// Whether the name ends in a unit of time: what is counted in time is a wait or an age, unless it is a date or a rate.
fn is_time(name: &str, words: &[String]) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let ends = words.last().is_some_and(|unit| TIME.contains(&unit.as_str()));
    ends && words.len() > 1 && !has(NO_WAIT) && !name.contains('/')
}

const TIME: &[&str] = &[
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "ms",
    "millis",
    "milliseconds",
    "us",
    "micros",
    "microseconds",
    "ns",
    "nanoseconds",
];
const NO_WAIT: &[&str] = &["per", "uptime", "timestamp", "start", "started", "created"];
const OUTCOME: &[&str] = &[
    "latency",
    "duration",
    "response",
    "error",
    "fail",
    "success",
    "avail",
    "drop",
    "timeout",
    "timed",
    "reject",
    "lag",
    "delay",
    "rtt",
    "loss",
    "5xx",
    "4xx",
    "exception",
    "abort",
    "retr",
    "deni",
    "refus",
    "stall",
    "stale",
    "jitter",
    "unavail",
];
const CLIENT: &[&str] = &["client", "upstream", "outbound", "egress", "remote", "dependency"];
const SHARED: &[&str] = &["node", "host", "machine", "instance"];
const RESOURCE: &[&str] = &[
    "cpu",
    "mem",
    "disk",
    "heap",
    "gc",
    "thread",
    "pool",
    "queue",
    "conn",
    "file",
    "load",
    "util",
    "satur",
    "throttl",
    "swap",
    "iops",
    "backlog",
    "pending",
    "cache",
    "evict",
    "buffer",
    "capacity",
    "expir",
    "cert",
    "temperature",
    "power",
    "restart",
];

/// The lower-case words of a name in snake, kebab, dotted or camel case.
pub(in crate::analysis) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        let starts = letter.is_uppercase() && was_lower;
        if (starts || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_kinds_apart_in_any_style() {
        assert_eq!(MetricKind::of("CpuUsageRate"), MetricKind::Resource);
        assert_eq!(MetricKind::of("NodeCpuUsageRate"), MetricKind::Shared);
        assert_eq!(MetricKind::of("http_request_duration_seconds"), MetricKind::Outcome);
        assert_eq!(MetricKind::of("PodClientLatency"), MetricKind::Remote);
        assert_eq!(MetricKind::of("requests"), MetricKind::Traffic);
        assert_eq!(MetricKind::of("query_ms"), MetricKind::Outcome);
        assert_eq!(MetricKind::of("process_cpu_seconds"), MetricKind::Resource);
        for no_wait in ["process_uptime_seconds", "process_start_time_seconds", "messages_per_s", "bytes/s", "s"] {
            assert_eq!(MetricKind::of(no_wait), MetricKind::Traffic, "{no_wait}");
        }
    }

    #[test]
    fn an_empty_or_unknown_name_is_the_weakest() {
        assert_eq!(MetricKind::of(""), MetricKind::Traffic);
        assert_eq!(MetricKind::of("é*?"), MetricKind::Traffic);
    }
}

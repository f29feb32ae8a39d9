//! What every metrics adapter does with one series: which label names the component, what the
//! other labels become, and the row of one sample.
//!
//! In: labels and points. Out: rows of `metric_samples`. Reads no format.
//!
//! The component is the first of these that is present: a label that names a service
//! (`service`, `service_name`, `app`, ...), then one that names what runs it (`job`,
//! `deployment`, `container`, `pod`), then one that names a machine (`host`, `node`,
//! `instance`, without its port). All other labels become dimensions.

use serde_json::Value;

use crate::ingest::rows::Rows;
use crate::ingest::values;
use crate::schema::metric_samples as metric;

/// Labels that name a component, the best first; compared in lower case with `.` and `-` as `_`.
const COMPONENT: &[&str] = &[
    "service",
    "service_name",
    "servicename",
    "app",
    "app_name",
    "appname",
    "app_kubernetes_io/name",
    "application",
    "component",
    "job",
    "deployment",
    "kube_deployment",
    "statefulset",
    "daemonset",
    "container",
    "container_name",
    "kube_container_name",
    "pod",
    "pod_name",
    "host",
    "hostname",
    "host_name",
    "node",
    "node_name",
    "instance",
    "dbinstanceidentifier",
    "loadbalancer",
    "functionname",
    "instanceid",
];

/// What all samples of one series share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricSeries {
    /// Component that was measured.
    pub entity: String,
    /// Name of the metric.
    pub metric: String,
    /// Aggregation; empty when the export names none.
    pub statistic: String,
    /// Unit; empty when the export names none.
    pub unit: String,
    /// Other labels, names ready to be columns.
    pub dimensions: Vec<(String, String)>,
    /// Labels as written, where a tool keeps one sample an instant for them: of two the first
    /// counts, whatever their values. Empty where only whole rows can be compared.
    pub identity: String,
    /// Dimensions that follow a person, by position; their values are replaced.
    pub personal: Vec<usize>,
}

impl MetricSeries {
    /// A series with these labels, and `otherwise` as its component when no label names one.
    pub fn new(labels: Vec<(String, String)>, otherwise: &str) -> Self {
        let best = labels
            .iter()
            .enumerate()
            .filter(|(_, (_, value))| !value.trim().is_empty())
            .filter_map(|(at, (name, _))| rank(name).map(|rank| (rank, at)))
            .min()
            .map(|(_, at)| at);
        let entity = best.map_or(otherwise, |at| without_port(&labels[at].1)).trim().to_owned();
        let mut series = Self { entity, ..Self::default() };
        for (at, (name, value)) in labels.into_iter().enumerate() {
            if best != Some(at) && !value.is_empty() {
                series.add_dimension(&name, value);
            }
        }
        series
    }

    /// Adds a label as a dimension; a name that is taken stays with its first value.
    pub fn add_dimension(&mut self, name: &str, value: String) {
        let mut name = values::dimension_name(name);
        if name.is_empty() {
            return;
        }
        if metric::TABLE.column(&name).is_some() {
            name.push_str("_label");
        }
        if self.dimensions.iter().all(|(known, _)| *known != name) {
            if is_personal(&name) || value.contains('@') || is_machine_or_person(&name, &value) {
                self.personal.push(self.dimensions.len());
            }
            self.dimensions.push((name, value));
        }
    }

    /// Adds the row of one sample. A value that is not finite is no value and leaves no row.
    pub fn sample(&self, time: i64, value: f64, out: &mut Rows) {
        self.sample_of(&self.statistic, time, value, out);
    }

    /// Adds the row of one sample with a statistic of its own.
    pub fn sample_of(&self, statistic: &str, time: i64, value: f64, out: &mut Rows) {
        if !value.is_finite() {
            return;
        }
        let replaced: Vec<String> = self.personal.iter().map(|at| self.replaced(*at, out)).collect();
        let mut row = out.row(&metric::TABLE);
        row.time(metric::TIME, Some(time))
            .text(metric::ENTITY, &self.entity)
            .text(metric::METRIC, &self.metric)
            .text(metric::STATISTIC, statistic)
            .float(metric::VALUE, Some(value))
            .text(metric::UNIT, &self.unit);
        if !self.identity.is_empty() {
            row.identity(&format!("{}\n{statistic}\n{time}", self.identity));
        }
        for (at, (name, value)) in self.dimensions.iter().enumerate() {
            let personal = self.personal.iter().position(|personal| *personal == at);
            row.dimension(name, personal.map_or(value, |personal| &replaced[personal]));
        }
        row.finish();
    }

    /// What is stored of a dimension that follows a person.
    fn replaced(&self, at: usize, out: &Rows) -> String {
        let (name, value) = &self.dimensions[at];
        if is_personal(name) {
            return out.pseudonym(value);
        }
        // An address as in the name of an entity, so that the two can be compared.
        out.redacted(value).into_owned()
    }
}

/// The name of a file without folders and the endings of data and compression: it names what an
/// export leaves without a name, and a metric may have points in its name.
pub fn stem_of(path: &str) -> &str {
    const ENDINGS: &[&str] =
        &[".gz", ".zst", ".bz2", ".xz", ".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".txt", ".log"];
    let mut stem = path.rsplit('/').next().unwrap_or(path);
    while let Some(rest) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)).filter(|rest| !rest.is_empty()) {
        stem = rest;
    }
    stem
}

/// A number in JSON, also written as text.
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The common word for an aggregation: `Average` is `avg`, `percentile` of 95 is `p95`; the word
/// as given, in lower case, when it is not known; empty for no aggregation.
pub fn statistic(written: &str) -> String {
    match written.trim().to_lowercase().as_str() {
        "average" | "mean" => "avg".to_owned(),
        "minimum" => "min".to_owned(),
        "maximum" => "max".to_owned(),
        "samplecount" => "count".to_owned(),
        "none" | "raw" => String::new(),
        other => other.to_owned(),
    }
}

/// Whether a word names an aggregation.
pub fn is_statistic(word: &str) -> bool {
    const WORDS: &[&str] =
        &["avg", "min", "max", "sum", "count", "rate", "median", "stddev", "latest", "uniquecount", "cardinality"];
    let word = statistic(word);
    let digits = word.strip_prefix('p').unwrap_or_default();
    WORDS.contains(&word.as_str())
        || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Whether a label tells one person, session or device from another.
fn is_personal(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "user",
        "username",
        "login",
        "email",
        "mail",
        "customer",
        "subscriber",
        "client_ip",
        "client_address",
        "remote_addr",
        "remote_ip",
        "ip",
        "ip_address",
        "session",
        "phone",
        "msisdn",
        "enduser_id",
    ];
    const OWNERS: &[&str] =
        &["user", "customer", "account", "session", "viewer", "subscriber", "device", "visitor", "member", "household"];
    NAMES.contains(&name)
        || ["_id", "_uuid", "_name", "_email", "_ip", "_key"].iter().any(|ending| {
            let owner = name.strip_suffix(ending).unwrap_or_default();
            OWNERS
                .iter()
                .any(|known| owner == *known || owner.strip_suffix(known).is_some_and(|rest| rest.ends_with('_')))
                && !(*ending == "_name" && (owner.ends_with("device") || owner.ends_with("account")))
        })
}

/// Whether a label holds an address; a version of four numbers is none.
fn is_machine_or_person(name: &str, value: &str) -> bool {
    is_address(value) && !name.ends_with("version")
}

/// Whether a text is an IP address, with or without a port.
fn is_address(text: &str) -> bool {
    let may_be = text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':' || c == '[') && text.len() > 6;
    may_be
        && (text.parse::<std::net::IpAddr>().is_ok()
            || text.parse::<std::net::SocketAddr>().is_ok()
            || text.starts_with('[') && text.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok())
}

fn rank(name: &str) -> Option<usize> {
    let plain: String = name.chars().map(|c| if c == '.' || c == '-' { '_' } else { c.to_ascii_lowercase() }).collect();
    COMPONENT.iter().position(|known| *known == plain)
}

/// A host without its port; an IPv6 address without brackets is left alone.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !name.is_empty()
                && (!name.contains(':') || name.ends_with(']'))
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_service_is_preferred_to_a_machine() {
        let series = MetricSeries::new(labels(&[("instance", "origin-0:9090"), ("service", "origin")]), "*");
        assert_eq!(series.entity, "origin");
        assert_eq!(series.dimensions, labels(&[("instance", "origin-0:9090")]));
    }

    #[test]
    fn an_instance_loses_its_port() {
        assert_eq!(MetricSeries::new(labels(&[("instance", "origin-0:9090")]), "*").entity, "origin-0");
        assert_eq!(MetricSeries::new(labels(&[("instance", "2001:db8::1")]), "*").entity, "2001:db8::1");
        assert_eq!(MetricSeries::new(labels(&[("zone", "west"), ("service", " ")]), "*").entity, "*");
    }

    #[test]
    fn a_file_names_what_has_no_name() {
        for (path, stem) in [
            ("exports/playback.errors.json.gz", "playback.errors"),
            ("latency_seconds.json", "latency_seconds"),
            (".json", ".json"),
            ("", ""),
        ] {
            assert_eq!(stem_of(path), stem, "{path}");
        }
    }

    #[test]
    fn labels_that_follow_a_person_are_replaced() {
        let redactor = std::sync::Arc::new(crate::ingest::redact::Redactor::new([7; 32], &[], &[]));
        let mut out = Rows::new("p.json", "prometheus_range", "metric_samples", redactor);
        let mut series = MetricSeries::new(
            labels(&[
                ("user_id", "u-77"),
                ("owner", "zoe@tv.example"),
                ("instance", "192.0.2.10:9100"),
                ("device", "tv"),
            ]),
            "*",
        );
        series.metric = "errors".into();
        series.sample(1_795_377_600_000_000, 1.0, &mut out);
        let rows = crate::ingest::sources::testing::rows_of(&out.finish(), "metric_samples");
        assert!(["u-77", "zoe", "192.0.2.10"].iter().all(|secret| !rows[0].contains(secret)), "{rows:?}");
        assert!(rows[0].contains("device=tv"), "{rows:?}");
        for (name, is) in [("viewer_device_id", true), ("session_id", true), ("device_name", false), ("code", false)] {
            assert_eq!(is_personal(name), is, "{name}");
        }
    }

    #[test]
    fn of_two_samples_of_one_instant_the_first_counts() {
        let redactor = std::sync::Arc::new(crate::ingest::redact::Redactor::new([7; 32], &[], &[]));
        let mut out = Rows::new("p.json", "prometheus_range", "metric_samples", redactor);
        let series =
            MetricSeries { entity: "a".into(), metric: "m".into(), identity: "m{}".into(), ..MetricSeries::default() };
        series.sample(1, 1.0, &mut out);
        series.sample(1, 2.0, &mut out);
        series.sample(2, 1.0, &mut out);
        let keys = out.finish().tables.remove(0).keys;
        assert!(keys[0] == keys[1] && keys[0] != keys[2]);
    }

    #[test]
    fn aggregations_have_one_word() {
        for (written, word) in [("Average", "avg"), ("p95", "p95"), ("SUM", "sum"), ("", "")] {
            assert_eq!(statistic(written), word);
        }
        assert!(is_statistic("p99.9") && is_statistic("Maximum") && !is_statistic("packets"));
    }
}

//! What every metrics adapter does with one series: which label names the component, what the
//! other labels become, and the row of one sample.
//!
//! In: labels and points. Out: rows of `metric_samples`. Reads no format.
//!
//! The component is the first of these that is present: a label that names a service
//! (`service`, `service_name`, `app`, ...), then one that names what runs it (`job`,
//! `deployment`, `container`, `pod`), then one that names a machine (`host`, `node`,
//! `instance`, without its port). All other labels become dimensions.

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
        let mut row = out.row(&metric::TABLE);
        row.time(metric::TIME, Some(time))
            .text(metric::ENTITY, &self.entity)
            .text(metric::METRIC, &self.metric)
            .text(metric::STATISTIC, statistic)
            .float(metric::VALUE, Some(value))
            .text(metric::UNIT, &self.unit);
        for (name, value) in &self.dimensions {
            row.dimension(name, value);
        }
        row.finish();
    }
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

fn rank(name: &str) -> Option<usize> {
    let plain: String = name.chars().map(|c| if c == '.' || c == '-' { '_' } else { c.to_ascii_lowercase() }).collect();
    COMPONENT.iter().position(|known| *known == plain)
}

/// A host without its port; an IPv6 address without brackets is left alone.
fn without_port(host: &str) -> &str {
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
    fn aggregations_have_one_word() {
        for (written, word) in [("Average", "avg"), ("p95", "p95"), ("SUM", "sum"), ("", "")] {
            assert_eq!(statistic(written), word);
        }
        assert!(is_statistic("p99.9") && is_statistic("Maximum") && !is_statistic("packets"));
    }
}

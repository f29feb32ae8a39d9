//! Metrics as tidy CSV: each quarter of a minute one sample of every series.

use std::io::Write;

use crate::random::Random;
use crate::{Rows, clock};

const METRICS: &[(&str, &str, &str)] = &[
    ("cpu_usage", "avg", "ratio"),
    ("memory_used", "max", "bytes"),
    ("requests", "sum", "count"),
    ("errors", "sum", "count"),
    ("latency", "p50", "ms"),
    ("latency", "p95", "ms"),
    ("latency", "p99", "ms"),
    ("queue_depth", "max", "count"),
    ("bitrate", "avg", "bit/s"),
    ("cache_hit", "avg", "ratio"),
];

const ENTITIES: &[&str] = &["api", "auth", "catalog", "drm", "edge", "encoder", "muxer", "origin", "player", "epg"];

pub(crate) struct MetricSamples {
    random: Random,
    number: usize,
    time: String,
}

impl MetricSamples {
    pub(crate) fn new() -> Self {
        Self { random: Random::new(2), number: 0, time: String::new() }
    }
}

impl Rows for MetricSamples {
    fn header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"time,entity,metric,statistic,value,unit\n");
    }

    fn row(&mut self, out: &mut Vec<u8>) {
        let entities = ENTITIES.len() * 8;
        let series = self.number % (METRICS.len() * entities);
        if series == 0 {
            let bucket = (self.number / (METRICS.len() * entities)) as u64;
            self.time = clock::seconds(clock::START + bucket * 15_000);
        }
        self.number += 1;
        let (metric, statistic, unit) = METRICS[series % METRICS.len()];
        let entity = series / METRICS.len();
        let (name, instance) = (ENTITIES[entity % ENTITIES.len()], entity / ENTITIES.len());
        let delay = self.random.delay();
        let value = match unit {
            "ratio" => format!("0.{:03}", self.random.below(1000)),
            "bytes" => format!("{}", 1_000_000_000 + delay * 4096),
            "bit/s" => format!("{}", 2_000_000 + delay * 100),
            "ms" => format!("{delay}.{}", self.random.below(100)),
            _ => format!("{}", self.random.below(1 + delay)),
        };
        let _ = writeln!(out, "{},{name}-{instance},{metric},{statistic},{value},{unit}", self.time);
    }
}

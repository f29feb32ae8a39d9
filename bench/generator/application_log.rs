//! Logs of applications as JSON lines, some with the personal data that such logs hold in life.

use std::io::Write;

use crate::random::Random;
use crate::{Rows, clock};

const SERVICES: &[&str] = &["playback", "catalog", "auth", "drm", "billing", "recommendation", "epg", "cart", "search"];
const FIRST: &[&str] = &["zoe", "liam", "ines", "noe", "maya", "hugo", "lea", "sami", "anna", "paul"];
const LAST: &[&str] = &["tavernelle", "moreau", "okafor", "lindqvist", "garnier", "pietri", "vasseur", "haddad"];
const HOSTS: &[&str] = &["mail.example", "post.example", "famille.example"];
const CHANNELS: &[&str] = &["sport-1", "sport-2", "news-24", "cine-gold", "kids-tv", "music-live"];

pub(crate) struct ApplicationLog {
    random: Random,
    time: u64,
}

impl ApplicationLog {
    pub(crate) fn new() -> Self {
        Self { random: Random::new(1), time: clock::START }
    }

    fn email(&mut self) -> String {
        let (first, last) = (self.random.of(FIRST), self.random.of(LAST));
        format!("{first}.{last}{}@{}", self.random.below(100), self.random.of(HOSTS))
    }

    /// A level and a message; one in four holds an address or a number of a person.
    fn event(&mut self) -> (&'static str, String) {
        let delay = self.random.delay();
        let channel = self.random.of(CHANNELS);
        match self.random.below(20) {
            0..=4 => ("INFO", format!("manifest of {channel} sent in {delay} ms, {} segments", self.random.below(12))),
            5..=7 => ("INFO", format!("cache lookup for key catalog:{}:v3 took {delay} ms", self.random.below(90_000))),
            8..=9 => ("DEBUG", format!("token refreshed, expires in {} s", 300 + self.random.below(3300))),
            10 => ("INFO", format!("license issued for asset {channel}-{}", self.random.below(10_000))),
            11 => ("INFO", format!("user {} signed in", self.email())),
            12 => ("INFO", format!("session opened from {} on port {}", self.random.ipv4(), self.random.below(65536))),
            13 => ("WARN", format!("slow query on shard {}: {delay} ms, limit 250 ms", self.random.below(16))),
            14 => (
                "WARN",
                format!("retry {} of 3 for GET /v2/offers/{}", 1 + self.random.below(3), self.random.below(500)),
            ),
            15 => ("WARN", format!("rate limit reached by {}", self.random.ipv6())),
            16 => ("ERROR", format!("upstream timeout after {}.{:03} s on {channel}", delay / 1000, delay % 1000)),
            17 => ("ERROR", format!("payment refused for customer CL-{}", 10_000_000 + self.random.below(89_999_999))),
            18 => ("INFO", format!("mail queued to <{}>, template welcome-{}", self.email(), self.random.below(9))),
            _ => (
                "DEBUG",
                format!("heartbeat ok, {} streams, load 0.{:02}", self.random.below(900), self.random.below(100)),
            ),
        }
    }
}

impl Rows for ApplicationLog {
    fn row(&mut self, out: &mut Vec<u8>) {
        self.time += 1 + self.random.below(30);
        let at = clock::parts(self.time);
        let service = self.random.of(SERVICES);
        let host = self.random.below(24);
        let (level, message) = self.event();
        let _ = write!(
            out,
            "{{\"timestamp\":\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\",\"level\":\"{level}\",\
             \"service\":\"{service}\",\"host\":\"{service}-{host}\",\"message\":\"{message}\"",
            at.year, at.month, at.day, at.hour, at.minute, at.second, at.millisecond,
        );
        if self.random.percent(60) {
            let _ = write!(out, ",\"trace_id\":\"{}\"", self.random.hex32());
        }
        if self.random.percent(50) {
            let status = self.random.of(&["200", "204", "304", "404", "503"]);
            let _ = write!(out, ",\"status\":{status},\"duration_ms\":{}", self.random.delay());
        }
        if self.random.percent(30) {
            let _ = write!(out, ",\"region\":\"eu-west-{}\"", 1 + self.random.below(3));
        }
        out.extend_from_slice(b"}\n");
    }
}

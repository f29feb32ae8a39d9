//! An access log of nginx in its default format, `combined`.

use std::io::Write;

use crate::random::Random;
use crate::{Rows, clock};

const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36",
    "TvPlayer/7.2.1 (set-top-box; firmware 4.18)",
    "AppleCoreMedia/1.0.0.22B83 (Apple TV; U; CPU OS 18_1 like Mac OS X; fr_fr)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "okhttp/4.12.0",
    "-",
];
const CHANNELS: &[&str] = &["sport-1", "sport-2", "news-24", "cine-gold", "kids-tv", "music-live"];

pub(crate) struct AccessLog {
    random: Random,
    time: u64,
}

impl AccessLog {
    pub(crate) fn new() -> Self {
        Self { random: Random::new(4), time: clock::START }
    }

    fn target(&mut self) -> (&'static str, String) {
        let channel = self.random.of(CHANNELS);
        match self.random.below(12) {
            0..=5 => {
                let rendition = self.random.of(&["1080p", "720p", "480p"]);
                ("GET", format!("/live/{channel}/{rendition}/segment_{}.m4s", self.random.below(900_000)))
            }
            6..=8 => {
                let token = self.random.below(1 << 40);
                (
                    "GET",
                    format!("/live/{channel}/master.m3u8?token={token:010x}&start={}", self.random.below(9_000_000)),
                )
            }
            9 => ("GET", format!("/vod/{}/caf%C3%A9-r%C3%A9sum%C3%A9.mp4", self.random.below(40_000))),
            10 => ("POST", "/api/v2/license".to_owned()),
            _ => ("GET", format!("/api/v2/catalog?page={}&q=derby+de+la+nuit", self.random.below(400))),
        }
    }
}

impl Rows for AccessLog {
    fn row(&mut self, out: &mut Vec<u8>) {
        self.time += self.random.below(25);
        let at = clock::parts(self.time);
        let client = if self.random.percent(25) { self.random.ipv6() } else { self.random.ipv4() };
        let (method, target) = self.target();
        let status =
            if self.random.percent(94) { "200" } else { self.random.of(&["304", "404", "503", "499", "403", "502"]) };
        let bytes = if status == "200" { 400 + self.random.delay() * 900 } else { 150 + self.random.below(500) };
        let referer = if self.random.percent(25) { "https://tv.example/watch/derby" } else { "-" };
        let agent = self.random.of(AGENTS);
        let month = MONTHS[at.month as usize - 1];
        let _ = writeln!(
            out,
            "{client} - - [{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000] \"{method} {target} HTTP/1.1\" {status} {bytes} \
             \"{referer}\" \"{agent}\"",
            at.day, at.year, at.hour, at.minute, at.second,
        );
    }
}

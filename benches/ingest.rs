//! How fast exports are read and texts are searched for personal data, in bytes a second.
//!
//! Each file fits in one unit, so that one thread reads it; the time is that of a whole run over
//! a case of one file, from hashing to the rows. `bench/ingest.sh` compares with other programs.
//!
//! ```text
//! cargo bench --bench ingest -- --save-baseline before
//! cargo bench --bench ingest -- --baseline before
//! ```

use std::fmt::Write as _;
use std::hint::black_box;

use constat::ingest::redact::Redactor;
use constat::ingest::{self, IngestError, Settings};
use criterion::{BenchmarkId, Criterion, Throughput};
use jiff::tz::TimeZone;

/// Size of the files, in bytes: a little less than a unit, so that finding out what a file is, which
/// takes the same for every size, weighs as little as possible.
const SIZE: usize = (4 << 20) - (64 << 10);

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    recognise_files(&mut criterion);
    read_formats(&mut criterion);
    search_texts(&mut criterion);
    criterion.final_summary();
}

/// A case of one file.
fn case_of(name: &str, text: &str) -> tempfile::TempDir {
    let case = tempfile::tempdir().expect("a folder for a case");
    let exports = case.path().join("exports");
    std::fs::create_dir(&exports).expect("a folder for the exports");
    std::fs::write(exports.join(name), text).expect("a file that can be written");
    case
}

fn settings() -> Settings {
    Settings { zone: TimeZone::UTC, overrides: Vec::new(), key: None, keep: Vec::new() }
}

fn recognise_files(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recognise");
    for (source, name, text) in exports() {
        let case = case_of(name, &text);
        let inputs = ingest::inputs(case.path()).expect("a folder that can be listed");
        group.bench_function(source, |bencher| bencher.iter(|| ingest::look(&inputs, &settings())));
    }
    group.finish();
}

fn read_formats(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for (source, name, text) in exports() {
        let case = case_of(name, &text);
        let rows = || read(case.path(), source);
        assert!(rows() > 1000, "{source} keeps the rows");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(source, |bencher| bencher.iter(rows));
    }
    group.finish();
}

/// Rows kept of a case, all of which `source` must have read.
fn read(case: &std::path::Path, source: &str) -> u64 {
    let inputs = ingest::inputs(case).expect("a folder that can be listed");
    let sink = |_: &str, rows| {
        black_box(rows);
        Ok(())
    };
    let summary = ingest::run::<IngestError>(&inputs, &settings(), &|_| {}, sink).expect("a case that can be read");
    assert!(summary.rejects.is_empty(), "{:?}", summary.rejects.first());
    assert!(summary.inputs.iter().all(|row| row.source == Some(source)), "{:?}", summary.inputs);
    summary.inputs.iter().map(|row| row.rows_kept).sum()
}

fn search_texts(criterion: &mut Criterion) {
    const TEXTS: &[(&str, &[&str])] = &[
        (
            "log lines without people",
            &[
                "manifest of sport-1 sent in 14 ms, 6 segments, cache hit ratio 0.93",
                "upstream timeout dur=10.003s status=503 trace=4bf92f3577b34da6a3ce929d0e0e4736 attempt=2",
                "GET /live/ch1/1080p/segment_714643.m4s 200",
            ],
        ),
        (
            "log lines with addresses",
            &[
                "session opened from 203.0.113.7 on port 52234",
                "user zoe.tavernelle@mail.example signed in from 2001:db8:5d:2ca::9d1c",
                "payment refused for customer CL-26354666, card 4111 1111 1111 1111",
            ],
        ),
        (
            "complaints",
            &[
                "Bonjour, plus d'image depuis 21h04, pouvez-vous me rappeler au 06 12 34 56 78 ? Zoé Tavernelle",
                "@TvSupport the match froze three times tonight, the app says error 5003. I pay 39.99 a month!",
                "Toujours en panne à 22 h 30, merci de répondre à zoe.tavernelle@mail.example ou @zoetav42",
            ],
        ),
    ];
    let people: Vec<String> = ["Zoé Tavernelle", "zoetav42", "Liam Okafor", "Inès Moreau"].map(String::from).into();
    let redactor = Redactor::new([7; 32], &people, &[]);
    let mut group = criterion.benchmark_group("search for personal data");
    for (name, texts) in TEXTS {
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        group.bench_with_input(BenchmarkId::from_parameter(name), texts, |bencher, texts| {
            bencher.iter(|| {
                for text in *texts {
                    black_box(redactor.free_text(black_box(text)));
                }
            });
        });
    }
    group.finish();
}

/// For each format the source that must take it, a file name and the text.
fn exports() -> Vec<(&'static str, &'static str, String)> {
    let minute = |number: u32| format!("{:02}:{:02}:{:02}", 18 + number / 3600 % 6, number / 60 % 60, number % 60);
    let lines = |header: &str, line: &dyn Fn(&mut String, u32)| {
        let mut text = header.to_owned();
        for number in 0.. {
            if text.len() > SIZE {
                break;
            }
            line(&mut text, number);
            text.push('\n');
        }
        text
    };
    let write = |text: &mut String, line: std::fmt::Arguments<'_>| text.write_fmt(line).expect("a text takes all");
    vec![
        (
            "tidy_metric_samples",
            "samples.csv",
            lines("time,entity,metric,statistic,value,unit\n", &|text, n| {
                write(text, format_args!("2026-11-22T{}Z,origin-{},latency,p95,{n}.25,ms", minute(n), n % 90));
            }),
        ),
        (
            "application_logs",
            "application.ndjson",
            lines("", &|text, n| {
                let time = minute(n);
                write(
                    text,
                    format_args!(r#"{{"timestamp":"2026-11-22T{time}.002Z","level":"ERROR","service":"cart","#),
                );
                write(
                    text,
                    format_args!(r#""message":"timeout of client 203.0.113.{} after {n} ms","code":503}}"#, n % 250),
                );
            }),
        ),
        (
            "access_log",
            "access.log",
            lines("", &|text, n| {
                write(text, format_args!("203.0.113.{} - - [22/Nov/2026:{} +0000] ", n % 250, minute(n)));
                write(
                    text,
                    format_args!(r#""GET /live/ch1/{n}.m4s?token={n:x} HTTP/1.1" 200 {n} "-" "Player/1.0 (tv)""#),
                );
            }),
        ),
        (
            "syslog",
            "syslog.log",
            lines("", &|text, n| {
                write(text, format_args!("<165>1 2026-11-22T{}.002345+01:00 edge-01 nginx {n} - - ", minute(n)));
                write(text, format_args!("upstream timeout after {n} ms, client 203.0.113.{}", n % 250));
            }),
        ),
        (
            "logfmt",
            "player.log",
            lines("", &|text, n| {
                write(text, format_args!("ts=2026-11-22T{}.002Z level=error caller=proxy.go:88 ", minute(n)));
                write(text, format_args!("msg=\"upstream timeout\" dur={n}ms status=503 client=203.0.113.{}", n % 250));
            }),
        ),
        ("prometheus_range", "errors.json", prometheus()),
    ]
}

/// Answer with as many series of 240 samples as fit.
fn prometheus() -> String {
    let mut text = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    for series in 0.. {
        if text.len() > SIZE {
            break;
        }
        let comma = if series == 0 { "" } else { "," };
        let labels = format!(r#"{{"__name__":"errors_total","job":"origin","instance":"origin-{series}:9090"}}"#);
        let samples: Vec<String> = (0..240).map(|n| format!("[{},\"{n}\"]", 1_795_377_780 + n * 15)).collect();
        write!(text, r#"{comma}{{"metric":{labels},"values":[{}]}}"#, samples.join(",")).expect("a text takes all");
    }
    text.push_str("]}}");
    text
}

use std::io::Write;

use super::*;

fn settings() -> Settings {
    Settings { zone: TimeZone::UTC, overrides: Vec::new(), key: None, keep: Vec::new() }
}

fn case(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    folder
}

fn ingest(folder: &tempfile::TempDir, settings: &Settings) -> (Summary, Vec<(String, &'static str, usize)>) {
    let inputs = inputs(folder.path()).unwrap();
    let mut batches = Vec::new();
    let summary = run::<IngestError>(&inputs, settings, &|_| {}, |file, rows| {
        batches.push((file.to_owned(), rows.table.name, rows.batch.num_rows()));
        Ok(())
    });
    (summary.unwrap(), batches)
}

fn counts(rows: std::ops::Range<u32>) -> Vec<u8> {
    let mut text = "time,isp,total,bad\n".to_owned();
    for n in rows {
        text.push_str(&format!(
            "2026-01-05T{:02}:{:02}:{:02}Z,Orvea,{},0\n",
            n / 3600 % 24,
            n / 60 % 60,
            n % 60,
            n + 1
        ));
    }
    text.into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bad_files_cost_only_themselves() {
    let mut corrupt = gzip(&counts(0..60_000));
    corrupt.truncate(corrupt.len() / 2);
    let mut broken = counts(70_000..70_010);
    broken.extend(b"not a time,Orvea,1,0\n2026-01-06T00:00:00Z,Orvea,5,9\n2026-01-06T00:00:00Z,\n");
    let folder = case(&[
        ("exports/a_corrupt.csv.gz", corrupt),
        ("exports/b_broken.csv", broken),
        ("exports/c_empty.csv", Vec::new()),
        ("exports/d_image.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
        ("exports/e_notes.txt", b"Call the supplier again.\n".to_vec()),
        ("exports/f_empty.log", Vec::new()),
    ]);
    let (summary, _) = ingest(&folder, &settings());
    let [corrupt, broken, empty, image, notes, other] = &summary.inputs[..] else { panic!("{:?}", summary.inputs) };
    assert!(corrupt.rows_kept > 1000 && corrupt.rows_rejected == 1);
    assert_eq!((broken.rows_read, broken.rows_kept, broken.rows_rejected), (13, 10, 3));
    assert_eq!(empty.why.as_deref(), Some("the file is empty"));
    assert_eq!(other.why.as_deref(), Some("the file is empty"));
    assert_eq!(image.why.as_deref(), Some("the file is a PNG image"));
    assert!(notes.source.is_none() && notes.why.as_deref().unwrap().contains("plain text"));
    let lines: Vec<u64> = summary.rejects.iter().skip(1).map(|reject| reject.line).collect();
    assert_eq!(lines, [12, 13, 14]);
    assert!(summary.rejects[0].reason.contains("damage"), "{:?}", summary.rejects[0]);
}

#[test]
fn counts_what_is_given_twice() {
    let mut twice = counts(5..15);
    twice.extend(b"\n");
    let folder = case(&[("a.csv", counts(0..10)), ("b.csv", counts(0..10)), ("c.csv", twice)]);
    let (summary, batches) = ingest(&folder, &settings());
    assert_eq!(summary.inputs[1].why.as_deref(), Some("same bytes as a.csv"));
    assert_eq!((summary.inputs[2].rows_kept, summary.inputs[2].rows_duplicate), (5, 5));
    assert_eq!(batches, [("a.csv".into(), "sli_counts", 10), ("c.csv".into(), "sli_counts", 5)]);
    assert_eq!(summary.spans[0].last - summary.spans[0].first, 9_000_000);
}

#[test]
fn large_files_give_all_rows_in_order() {
    let folder = case(&[("a.csv", counts(0..86_400)), ("b.csv.gz", gzip(&counts(0..86_400)))]);
    let mut large = b"time,isp,total,bad\n".to_vec();
    for _ in 0..8 {
        large.extend_from_slice(&counts(0..86_400)[19..]);
    }
    std::fs::write(folder.path().join("c.csv"), large).unwrap();
    let (summary, _) = ingest(&folder, &settings());
    assert_eq!(summary.inputs[0].rows_kept, 86_400);
    assert_eq!(summary.inputs[1].rows_duplicate, 86_400);
    assert_eq!(summary.inputs[2].rows_duplicate, 8 * 86_400);
}

#[test]
fn the_user_decides() {
    let text = b"moment|network|n|ko\n05/01/2026 19:00|Orvea|1200|3\n".to_vec();
    let folder = case(&[("exports/odd.csv", text)]);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let entry = SourceOverride {
        path: "odd.csv".into(),
        table: Some("sli_counts".into()),
        time_zone: Some(TimeZone::get("Europe/Paris").unwrap()),
        columns: vec![pair("time", "moment"), pair("total", "n")],
        ..SourceOverride::default()
    };
    let unused = SourceOverride { path: "gone/*.csv".into(), ..SourceOverride::default() };
    let settings = Settings { overrides: vec![entry, unused], ..settings() };
    let (summary, batches) = ingest(&folder, &settings);
    assert_eq!(batches.len(), 1, "{summary:?}");
    assert_eq!(summary.spans[0].first, 1_767_636_000_000_000);
    assert_eq!(
        summary.warnings,
        [
            Warning::ZoneAssumed { file: "exports/odd.csv".into(), zone: "Europe/Paris".into() },
            Warning::OverrideUnused { pattern: "gone/*.csv".into() },
        ]
    );
}

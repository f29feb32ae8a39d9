use std::io::Write;

use super::*;
use crate::ingest::accounting::InputRow;

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
        day_first: Some(true),
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

#[test]
fn the_newest_of_what_is_told_twice_is_kept_whatever_the_file() {
    let event = |uid: &str, count: u32| {
        format!(
            "{{\n \"kind\": \"Event\", \"metadata\": {{\"name\": \"a\", \"uid\": \"{uid}\"}},\n \"involvedObject\": {{}},\n \
             \"message\": \"x\", \"count\": {count},\n \"lastTimestamp\": \"2026-01-05T10:00:{count:02}Z\"\n}}\n"
        )
    };
    let folder = case(&[
        ("a.json", [event("u1", 2), event("u2", 4), event("u1", 3)].concat().into_bytes()),
        ("b.json", [event("u2", 1), event("u1", 9)].concat().into_bytes()),
    ]);
    let (summary, _) = ingest(&folder, &settings());
    let counts: Vec<_> = summary.inputs.iter().map(|row| (row.rows_kept, row.rows_duplicate)).collect();
    assert_eq!(counts, [(1, 2), (1, 1)], "{summary:?}");
    assert_eq!(summary.spans[1].last - summary.spans[0].last, 5_000_000);
}

#[test]
fn a_document_whose_parts_belong_together_is_one_record() {
    let entry = |kind: &str, time: &str| {
        format!(
            r#"{{"type":"{kind}_log_entry","created_at":"2026-01-05T{time}Z","incident":{{"id":"Q1","summary":"[#8] Errors"}}}}"#
        )
    };
    let list = format!("[\n{},\n{}\n]", entry("acknowledge", "10:03:00"), entry("trigger", "10:00:00"));
    let page = format!("{{\"log_entries\":[{}]}}\n", entry("resolve", "11:00:00"));
    let folder = case(&[("a.json", list.into_bytes()), ("b.json", [page.clone(), page].concat().into_bytes())]);
    let (summary, _) = ingest(&folder, &settings());
    let counts: Vec<_> = summary.inputs.iter().map(|row| (row.source, row.rows_kept, row.rows_duplicate)).collect();
    assert_eq!(counts, [(Some("pagerduty_incidents"), 1, 0), (Some("pagerduty_incidents"), 0, 2)], "{summary:?}");
}

/// A zip archive of these files.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        let options = options.compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with one sheet of these rows; a cell that begins with a digit is a number.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut sheet = String::new();
    for (at, row) in (1..).zip(rows) {
        sheet.push_str(&format!("<row r=\"{at}\">"));
        for cell in *row {
            let is_number = cell.starts_with(|c: char| c.is_ascii_digit()) && cell.parse::<f64>().is_ok();
            sheet.push_str(&match (cell.strip_prefix('@'), is_number) {
                (Some(serial), _) => format!("<c s=\"1\"><v>{serial}</v></c>"),
                (None, true) => format!("<c><v>{cell}</v></c>"),
                (None, false) => format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            });
        }
        sheet.push_str("</row>");
    }
    let kind = "http://x/relationships";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "_rels/.rels",
            format!("<Relationships><Relationship Id=\"a\" Type=\"{kind}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").as_bytes(),
        ),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"Sheet1\" r:id=\"s\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships><Relationship Id=\"s\" Type=\"{kind}/worksheet\" Target=\"worksheets/a.xml\"/></Relationships>").as_bytes(),
        ),
        ("xl/styles.xml", b"<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"),
        ("xl/worksheets/a.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>").as_bytes()),
    ])
}

const SHEET: &[&[&str]] = &[
    &["time", "isp", "total", "bad"],
    &["@46350.5", "Orvea", "10", "1"],
    &[],
    &["24/11/2026 13:00", "two\nlines", "10", "0"],
    &["soon", "Orvea", "10", "0"],
    &["@46350.625", "Orvea", "10", "20"],
];

#[test]
fn a_workbook_is_read_like_delimited_text() {
    let book = workbook(SHEET);
    let folder = case(&[
        ("a.xlsx", book.clone()),
        ("b.xlsx.gz", gzip(&workbook(&[SHEET[0], &["@46351.5", "Filanova", "3", "1234567890123456"]]))),
        ("c.zip", zip(&[("answers/sli.xlsx", &workbook(&[SHEET[0], &["@46352.5", "Filanova", "3", "1"]]))])),
        ("d.xlsx", book[..book.len() / 2].to_vec()),
        ("e.xlsx", workbook(&[&["flavour", "colour"], &["sweet", "red"]])),
    ]);
    let paris = Settings { zone: TimeZone::get("Europe/Paris").unwrap(), ..settings() };
    let (summary, batches) = ingest(&folder, &paris);
    assert_eq!((summary.inputs[0].rows_kept, summary.inputs[0].rows_rejected), (2, 2), "{summary:?}");
    let lines: Vec<u64> = summary.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [5, 6, 2]);
    assert_eq!(summary.spans[0].first, 1_795_518_000_000_000);
    assert_eq!(batches.len(), 2);
    assert_eq!(summary.inputs[2].path, "c.zip/answers/sli.xlsx");
    assert!(summary.inputs[3].why.as_deref().unwrap().contains("damaged"), "{:?}", summary.inputs[3]);
    let why = summary.inputs[4].why.as_deref().unwrap();
    assert!(why.contains("`flavour`, `colour` matches no source"), "{why}");
    assert!(summary.warnings.contains(&Warning::DigitsLost { file: "b.xlsx.gz".into(), count: 1 }));
    assert!(summary.warnings.contains(&Warning::ZoneAssumed { file: "a.xlsx".into(), zone: "Europe/Paris".into() }));
}

#[test]
fn files_of_an_archive_are_inputs_of_their_own() {
    let users = br#"[{"id":"U01","name":"amorvane","real_name":"Ada Morvane","profile":{"real_name":"Ada Morvane"}}]"#;
    let day = br#"[{"type":"message","user":"U01","text":"Ada Morvane sees errors","ts":"1801770060.000200"}]"#;
    let slack = zip(&[
        ("users.json", users),
        ("ops/2027-02-03.json", day),
        ("ops/", b""),
        ("counts.csv.gz", &gzip(&counts(0..3))),
        ("inner.zip", &zip(&[("a.txt", b"x")])),
        ("../counts.csv", &counts(0..3)),
    ]);
    let mut damaged = zip(&[("counts.csv", &counts(100..60_000))]);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0x55);
    let folder = case(&[("slack.zip", slack), ("damaged.zip", damaged), ("empty.zip", zip(&[]))]);
    let (summary, _) = ingest(&folder, &settings());
    let found: Vec<(&str, Option<&str>, u64)> =
        summary.inputs.iter().map(|row| (row.path.as_str(), row.source, row.rows_kept)).collect();
    assert_eq!(found[0].0, "damaged.zip/counts.csv");
    assert!(found[0].2 > 1000 && summary.inputs[0].rows_rejected > 0, "{found:?}");
    assert_eq!(
        found[1..],
        [
            ("empty.zip", None, 0),
            ("slack.zip/counts.csv", None, 0),
            ("slack.zip/counts.csv.gz", Some("tidy_sli_counts"), 3),
            ("slack.zip/inner.zip", None, 0),
            ("slack.zip/ops/2027-02-03.json", Some("slack_messages"), 1),
            ("slack.zip/users.json", Some("slack_messages"), 0),
        ]
    );
    assert!(summary.inputs[2].why.as_deref().unwrap().contains("leads out of the archive"));
    assert!(summary.inputs[4].why.as_deref().unwrap().contains("a zip archive inside another"));
}

#[test]
fn the_user_names_the_sheet() {
    let folder = case(&[("a.xlsx", workbook(SHEET))]);
    let entry = SourceOverride { path: "a.xlsx".into(), sheet: Some("Other".into()), ..SourceOverride::default() };
    let (summary, _) = ingest(&folder, &Settings { overrides: vec![entry], ..settings() });
    assert_eq!(summary.inputs[0].why.as_deref(), Some("failed to read it: expected a sheet `Other`, found `Sheet1`"));
}

/// All rows and the counts of one input, with a fixed key for pseudonyms.
fn rows_of_input(name: &str, bytes: &[u8]) -> (Vec<(&'static str, arrow::array::RecordBatch)>, Vec<[u64; 4]>) {
    let folder = case(&[(name, bytes.to_vec())]);
    let inputs = inputs(folder.path()).unwrap();
    let settings = Settings { key: Some([7; 32]), ..settings() };
    let mut rows = Vec::new();
    let summary = run::<IngestError>(&inputs, &settings, &|_| {}, |_, batch| {
        rows.push((batch.table.name, batch.batch));
        Ok(())
    });
    let counts = |row: &InputRow| [row.rows_read, row.rows_kept, row.rows_rejected, row.rows_duplicate];
    (rows, summary.unwrap().inputs.iter().map(counts).collect())
}

/// Workbooks of `tests/workbooks` were saved by a spreadsheet library from the delimited text beside
/// them or of the source: dates are serial numbers, numbers are numbers, and a hidden sheet stands
/// before the data.
#[test]
fn a_workbook_gives_the_rows_of_its_delimited_twin() {
    macro_rules! twins {
        ($($name:literal $text:literal),* $(,)?) => {
            [$((
                $name,
                &include_bytes!(concat!("../../../tests/workbooks/", $name, ".xlsx"))[..],
                &include_bytes!(concat!("../../../tests/", $text))[..],
            )),*]
        };
    }
    let twins = twins![
        "sli_counts" "workbooks/sli_counts.csv",
        "surveymonkey_answers" "ingest/surveymonkey_answers/input.csv",
        "typeform_answers" "ingest/typeform_answers/input.csv",
        "qualtrics_answers" "ingest/qualtrics_answers/input.csv",
        "brandwatch_mentions" "ingest/brandwatch_mentions/input.csv",
    ];
    for (name, workbook, text) in twins {
        let book = rows_of_input("export.xlsx", workbook);
        assert!(!book.0.is_empty(), "{name}: {:?}", book.1);
        assert_eq!(book, rows_of_input("export.csv", text), "{name}");
    }
}

/// Times of all rows of a table, in their order.
fn times(folder: &tempfile::TempDir, settings: &Settings) -> (Summary, Vec<String>) {
    let inputs = inputs(folder.path()).unwrap();
    let mut found = Vec::new();
    let summary = run::<IngestError>(&inputs, settings, &|_| {}, |_, rows| {
        let column = rows.batch.column_by_name("time").unwrap();
        let column = column.as_any().downcast_ref::<arrow::array::TimestampMicrosecondArray>().unwrap();
        found.extend(column.iter().flatten().map(|at| jiff::Timestamp::from_microsecond(at).unwrap().to_string()));
        Ok(())
    });
    (summary.unwrap(), found)
}

fn paris() -> Settings {
    Settings { zone: TimeZone::get("Europe/Paris").unwrap(), ..settings() }
}

#[test]
fn a_date_far_behind_the_sample_decides_for_the_rows_before_it() {
    // The first 256 KiB hold days up to the 12th only.
    let mut text = "time,isp,total,bad\n".to_owned();
    for n in 0..12_000 {
        text.push_str(&format!("11/{:02}/2026 {:02}:{:02},Orvea,{n},0\n", n / 1200 + 1, n / 60 % 20, n % 60));
    }
    let proven = format!("{text}11/25/2026 10:00,Orvea,1,0\n");
    let (summary, found) = times(&case(&[("a.csv", proven.into_bytes())]), &settings());
    assert_eq!((found.len(), found[0].as_str()), (12_001, "2026-11-01T00:00:00Z"));
    assert_eq!(summary.inputs[0].rows_rejected, 0);
    assert!(!summary.warnings.iter().any(|warning| matches!(warning, Warning::DayMonthAssumed { .. })));
    let (summary, _) = times(&case(&[("a.csv", text.into_bytes())]), &settings());
    let count = summary.warnings.iter().find_map(|warning| match warning {
        Warning::DayMonthAssumed { count, .. } => Some(*count),
        _ => None,
    });
    // All but those of 11 November, which are the same either way.
    assert_eq!(count, Some(12_000));
}

#[test]
fn the_order_of_the_rows_tells_the_two_passes_of_the_repeated_hour_apart() {
    let mut text = "time,isp,total,bad\n".to_owned();
    for hour in [1, 2, 2, 3] {
        for minute in 0..60 {
            text.push_str(&format!("2026-10-25 0{hour}:{minute:02}:00,Orvea,7,0\n"));
        }
    }
    text.push_str("2026-03-29 02:30:00,Orvea,7,0\n");
    let (summary, found) = times(&case(&[("a.csv", text.into_bytes())]), &paris());
    // Equal rows of the two passes are two rows.
    assert_eq!((summary.inputs[0].rows_kept, summary.inputs[0].rows_duplicate), (241, 0));
    let in_order: Vec<String> = (0..240)
        .map(|minute| {
            let start = jiff::Timestamp::from_second(1_792_882_800).unwrap();
            (start + jiff::SignedDuration::from_mins(minute)).to_string()
        })
        .collect();
    assert_eq!(found[..240], in_order);
    let (file, zone) = (|| "a.csv".to_owned(), || "Europe/Paris".to_owned());
    assert_eq!(
        summary.warnings,
        [
            Warning::ClockRepeated { file: file(), zone: zone(), count: 120, placed: 60 },
            Warning::ClockSkipped { file: file(), zone: zone(), count: 1 },
            Warning::ZoneAssumed { file: file(), zone: zone() },
        ]
    );
}

#[test]
fn reads_what_a_french_spreadsheet_saves() {
    let text = "sep=;\r\nHorodatage;R\u{e9}gion;Tentatives;\u{c9}checs\r\n\
                03/04/2026 09:05;\u{ce}le-de-France;1\u{a0}250;3\r\n13/04/2026 09:06;Bretagne;1\u{a0}300;4\r\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut wide = b"\xff\xfe".to_vec();
    wide.extend(text.replace(';', "\t").replace("sep=\t\r\n", "").encode_utf16().flat_map(u16::to_le_bytes));
    let mut big = b"\xfe\xff".to_vec();
    big.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let marked = format!("\u{feff}{text}").into_bytes();
    for (name, bytes) in [("latin", latin), ("utf16le", wide), ("utf16be", big), ("utf8", marked)] {
        let (summary, found) = times(&case(&[("a.csv", bytes)]), &paris());
        assert_eq!(found, ["2026-04-03T07:05:00Z", "2026-04-13T07:06:00Z"], "{name}: {summary:?}");
        let is_told = summary.warnings.iter().any(|warning| matches!(warning, Warning::EncodingAssumed { .. }));
        assert_eq!(is_told, name == "latin", "{name}");
    }
}

#[test]
fn reads_epochs_in_every_unit() {
    let text = "time,isp,total,bad\n1795293841,A,1,0\n1795293841.5,B,1,0\n1795293841123,C,1,0\n\
                1795293841123456,D,1,0\n1795293841123456789,E,1,0\n";
    let (_, found) = times(&case(&[("a.csv", text.into())]), &paris());
    let expected = ["01Z", "01.5Z", "01.123Z", "01.123456Z", "01.123456Z"];
    assert_eq!(found, expected.map(|end| format!("2026-11-21T20:44:{end}")));
}

#[test]
fn zones_are_told_as_they_were_used() {
    let rows = |time: &str| format!("time,isp,total,bad\n{time},Orvea,1,0\n").into_bytes();
    let folder = case(&[
        ("a.csv", rows("2026-11-21 20:44:01")),
        ("b.csv", rows("2026-11-21 20:44:02+01:00")),
        ("c.csv", rows("1795293841")),
        ("d.log", b"2026-11-21 20:44:01 INFO started\n2026-11-21 20:44:02 INFO stopped\n".to_vec()),
    ]);
    let (summary, _) = ingest(&folder, &paris());
    let zone = || "Europe/Paris".to_owned();
    let assumed = ["a.csv", "d.log"].map(|file| Warning::ZoneAssumed { file: file.into(), zone: zone() });
    assert_eq!(summary.warnings, assumed);
}

#[test]
fn archives_that_are_damaged_or_packed_too_often_are_told() {
    let whole = counts(0..10);
    let folder = case(&[
        ("a.csv.gz.gz", gzip(&gzip(&whole))),
        ("b.csv.gz", gzip(&gzip(&gzip(&whole)))),
        ("c.csv.gz", [gzip(&counts(20..30)), b"junk".to_vec()].concat()),
    ]);
    let (summary, _) = ingest(&folder, &settings());
    let [twice, thrice, behind] = &summary.inputs[..] else { panic!("{summary:?}") };
    assert_eq!(twice.rows_kept, 10);
    assert!(thrice.why.as_ref().unwrap().contains("packed more than 2 times"), "{thrice:?}");
    assert_eq!((behind.rows_kept, behind.rows_rejected), (10, 1));
}

#[test]
fn a_clock_that_was_ahead_is_set_right() {
    let alerts = |seconds: u32| format!("time,name,entity\n2026-01-05T19:00:{seconds:02}Z,errors,web\n").into_bytes();
    let folder = case(&[("a.csv", alerts(10)), ("b.csv", alerts(40)), ("c.csv", alerts(20))]);
    let entry =
        |path: &str, clock_ahead| SourceOverride { path: path.into(), clock_ahead, ..SourceOverride::default() };
    let overrides = vec![entry("b.csv", 30_000_000), entry("c.csv", -5_000_000)];
    let (summary, found) = times(&folder, &Settings { overrides, ..settings() });
    // What was one row once the clocks are right is one row.
    assert_eq!(found, ["2026-01-05T19:00:10Z", "2026-01-05T19:00:25Z"]);
    assert_eq!(summary.inputs[1].rows_duplicate, 1);
    let moved = |file: &str, ahead| Warning::ClockMoved { file: file.into(), ahead };
    assert_eq!(summary.warnings, [moved("b.csv", 30_000_000), moved("c.csv", -5_000_000)]);
}

#[test]
fn the_repeated_hour_is_told_apart_by_what_the_clock_showed() {
    let mut text = "time,isp,total,bad\n".to_owned();
    for hour in [1, 2, 2, 3] {
        for minute in 0..60 {
            text.push_str(&format!("2026-10-25 0{hour}:{minute:02}:00,Orvea,7,0\n"));
        }
    }
    let folder = case(&[("a.csv", text.into_bytes())]);
    let entry = SourceOverride { path: "a.csv".into(), clock_ahead: 90_000_000, ..SourceOverride::default() };
    let (_, right) = times(&folder, &paris());
    let (_, moved) = times(&folder, &Settings { overrides: vec![entry], ..paris() });
    let micros = |text: &String| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(moved.len(), 240);
    assert!(right.iter().zip(&moved).all(|(right, moved)| micros(right) - micros(moved) == 90_000_000));
}

#[test]
fn rows_of_events_name_their_input() {
    let folder = case(&[
        ("exports/a.csv", b"time,name,entity,file\n2026-01-05T19:00:00Z,errors,web,x\n".to_vec()),
        ("exports/b.csv", b"time,entity,kind,summary\n2026-01-05T19:00:00Z,web,deployment,v2\n".to_vec()),
    ]);
    let inputs = inputs(folder.path()).unwrap();
    let mut found = Vec::new();
    let summary = run::<IngestError>(&inputs, &settings(), &|_| {}, |_, rows| {
        let column = rows.batch.column_by_name("file").unwrap();
        let column = column.as_any().downcast_ref::<arrow::array::StringArray>().unwrap();
        found.push((rows.table.name, column.value(0).to_owned()));
        Ok(())
    });
    summary.unwrap();
    assert_eq!(found, [("alerts", "exports/a.csv".to_owned()), ("changes", "exports/b.csv".to_owned())]);
}

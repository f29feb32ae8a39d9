//! Says what a file that is not text is, from its first bytes, so that the reader of the report
//! knows why it was left out.

/// Share of control characters above which a file is not text. Terminal colours and a few NUL
/// bytes of a preallocated log stay below.
const MAX_CONTROL_SHARE: f64 = 0.1;

/// Signatures of formats that hold no records this tool can read.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive inside another, or one without files: unpack it"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"Obj\x01", "an Avro file: convert it to NDJSON"),
    (b"ARROW1", "an Arrow file: convert it to Parquet"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it"),
    (b"PAR1", "a Parquet file inside an archive: unpack it"),
    (b"\x1f\x9d", "a file packed by compress: unpack it"),
    (b"\x04\x22\x4d\x18", "a file packed by lz4: unpack it"),
    (b"\xff\xfe\0\0", "text in UTF-32: save it as UTF-8"),
    (b"\0\0\xfe\xff", "text in UTF-32: save it as UTF-8"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old or a password-protected Office document: save the sheet as XLSX or CSV"),
];

/// What the bytes are when they are not text; `None` when they may be text.
pub fn not_text(head: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return Some(what);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("a tar archive: unpack it");
    }
    if is_length_prefixed(head) {
        return Some("OTLP in its binary form, or compressed by message: export it as plain JSON");
    }
    if super::encoding::is_utf16(head) {
        return None;
    }
    let control = head.iter().filter(|byte| is_control(**byte)).count();
    (control as f64 > head.len() as f64 * MAX_CONTROL_SHARE).then_some("binary data in no known format")
}

/// Whether the bytes are messages behind their length in four bytes, as the file exporter of the
/// OpenTelemetry Collector writes them in the protobuf format or with compression: a length of at
/// most 16 MiB, then the first field of a message or a zstd frame.
fn is_length_prefixed(head: &[u8]) -> bool {
    match head {
        [0, a, b, c, 0x0a, ..] => [*a, *b, *c] != [0; 3],
        [0, _, _, _, 0x28, 0xb5, 0x2f, 0xfd, ..] => true,
        _ => false,
    }
}

fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_an_image() {
        assert_eq!(not_text(b"\x89PNG\r\n\x1a\n"), Some("a PNG image"));
    }

    #[test]
    fn says_what_to_do_with_other_packings_and_encodings() {
        assert!(not_text(b"\xff\xfe\0\0T\0\0\0").is_some_and(|what| what.contains("UTF-32")));
        assert!(not_text(b"PAR1\x15\x04").is_some_and(|what| what.contains("Parquet")));
        assert_eq!(not_text(b"ORCHESTRA,1"), None);
    }

    #[test]
    fn takes_text_with_a_few_odd_bytes() {
        assert_eq!(not_text(b"2026-01-01 10:00:00 started \0\x1b[0m with some more text behind it"), None);
        assert_eq!(not_text(b""), None);
        assert_eq!(not_text("caf\u{e9}".as_bytes()), None);
    }

    #[test]
    fn names_otlp_that_is_no_json() {
        for head in [
            &b"\0\0\x01\x2c\x0a\xa9\x02\x0a\x20\x0a\x1e\x0a\x0cservice.name\x12\x0e"[..],
            b"\0\0\x01\x2c\x28\xb5\x2f\xfd\x04",
        ] {
            assert!(not_text(head).is_some_and(|what| what.starts_with("OTLP")), "{head:?}");
        }
    }

    #[test]
    fn refuses_noise() {
        assert_eq!(not_text(&[0, 1, 2, 3, 200, 4, 5]), Some("binary data in no known format"));
    }

    #[test]
    fn takes_utf16_with_and_without_a_mark() {
        assert_eq!(not_text(b"\xff\xfeT\0i\0m\0e\0"), None);
        assert_eq!(not_text(b"T\0i\0m\0e\0"), None);
    }
}

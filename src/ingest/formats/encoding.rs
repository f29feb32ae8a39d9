//! Turns bytes into text while they are read: byte order mark, else UTF-8, else Windows-1252.
//!
//! As long as only ASCII was seen nothing is decided; the first other byte decides, with what
//! follows it in the same block. Without a mark each later block with other bytes may decide
//! anew: logs of several programs in one file are not all of one encoding. Bytes that are wrong
//! in the encoding become U+FFFD and are counted. A text whose lines end with CR alone gets LF.
//! An error of the input is handed on after the text before it.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes read and decoded at once.
pub(super) const BLOCK: usize = 256 * 1024;

/// Reads text in whatever encoding the bytes are.
pub struct TextReader {
    inner: Box<dyn Read + Send>,
    block: Vec<u8>,
    decoder: Option<Decoder>,
    is_begun: bool,
    is_ended: bool,
    failure: Option<io::Error>,
    replaced: u64,
    is_marked: bool,
    assumed: Option<&'static str>,
    /// Whether lines end with CR alone; `None` before the first line end.
    ends_with_cr: Option<bool>,
}

impl std::fmt::Debug for TextReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TextReader").field("encoding", &self.encoding()).finish_non_exhaustive()
    }
}

impl TextReader {
    /// Reads from here.
    pub fn new(inner: Box<dyn Read + Send>) -> Self {
        Self {
            inner,
            block: Vec::new(),
            decoder: None,
            is_begun: false,
            is_ended: false,
            failure: None,
            replaced: 0,
            is_marked: false,
            assumed: None,
            ends_with_cr: None,
        }
    }

    /// Appends the next text to `out` until at least `wanted` bytes were added; `false` when the
    /// input has ended.
    ///
    /// # Errors
    /// The input failed; all text before the failure was given.
    pub fn fill(&mut self, out: &mut String, wanted: usize) -> io::Result<bool> {
        let goal = out.len() + wanted;
        while out.len() < goal && !self.is_ended {
            if let Some(error) = self.failure.take() {
                self.is_ended = true;
                return Err(error);
            }
            let block = self.next_block();
            self.is_ended = block.len() < BLOCK && self.failure.is_none();
            let start = out.len();
            self.decode(&block, out);
            self.block = block;
            self.mend_line_ends(start, out);
        }
        Ok(!self.is_ended)
    }

    /// Characters that could not be decoded so far.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Name of the encoding when the file neither says it nor is UTF-8.
    pub fn assumed(&self) -> Option<&'static str> {
        self.assumed
    }

    /// Name of the encoding; `US-ASCII` while nothing else was needed.
    pub fn encoding(&self) -> &'static str {
        self.decoder.as_ref().map_or("US-ASCII", |decoder| decoder.encoding().name())
    }

    /// The next full block; a shorter one before the end or a failure of the input.
    fn next_block(&mut self) -> Vec<u8> {
        let mut block = std::mem::take(&mut self.block);
        block.resize(BLOCK, 0);
        let mut filled = 0;
        while filled < BLOCK {
            match self.inner.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            }
        }
        block.truncate(filled);
        block
    }

    fn decode(&mut self, block: &[u8], out: &mut String) {
        let mut rest = block;
        if !self.is_begun {
            self.is_begun = true;
            rest = self.begin(block);
        }
        if !self.is_marked {
            rest = self.decide(rest, out);
        }
        if !rest.is_empty() || self.is_ended {
            self.decode_rest(rest, out);
        }
    }

    /// Decides how a block of a file without mark is decoded; answers what is left to decode.
    fn decide<'a>(&mut self, block: &'a [u8], out: &mut String) -> &'a [u8] {
        let known = self.decoder.as_ref().map(Decoder::encoding);
        let mut rest = block;
        if known != Some(UTF_8) {
            // Not inside a character: ASCII may go out as it is.
            let ascii = Encoding::ascii_valid_up_to(block);
            out.push_str(std::str::from_utf8(&block[..ascii]).expect("ASCII is UTF-8"));
            rest = &block[ascii..];
        }
        if rest.is_empty() || known == Some(UTF_8) && std::str::from_utf8(rest).is_ok() {
            return rest;
        }
        let found = guess(rest, self.is_ended, known);
        if known != Some(found) {
            if known.is_some() {
                self.flush(out);
            }
            self.decoder = Some(found.new_decoder_without_bom_handling());
        }
        if found != UTF_8 {
            self.assumed = Some(found.name());
        }
        rest
    }

    /// Gives up on a character that the last block began.
    fn flush(&mut self, out: &mut String) {
        let is_ended = std::mem::replace(&mut self.is_ended, true);
        self.decode_rest(&[], out);
        self.is_ended = is_ended;
    }

    /// Turns CR into LF in a text without any LF.
    fn mend_line_ends(&mut self, start: usize, out: &mut String) {
        let new = &out.as_bytes()[start..];
        if self.ends_with_cr.is_none() && memchr::memchr(b'\n', new).is_some() {
            self.ends_with_cr = Some(false);
        }
        // A CR that ends the block may have its LF in the next.
        let is_alone = |at: usize| at + 1 < new.len() || self.is_ended;
        if self.ends_with_cr.is_none() && memchr::memchr(b'\r', new).is_some_and(is_alone) {
            self.ends_with_cr = Some(true);
        }
        if self.ends_with_cr == Some(true) {
            let mended = out[start..].replace('\r', "\n");
            out.replace_range(start.., &mended);
        }
    }

    /// Looks for a byte order mark and answers what follows it.
    fn begin<'a>(&mut self, block: &'a [u8]) -> &'a [u8] {
        let marked = Encoding::for_bom(block);
        let (encoding, length) = match marked {
            Some(found) => found,
            None if is_utf16(block) && block[0] == 0 => (UTF_16BE, 0),
            None if is_utf16(block) => (UTF_16LE, 0),
            None => return block,
        };
        // A mark of UTF-8 says little: tools put it before whatever text they append to.
        self.is_marked = encoding != UTF_8;
        self.assumed = (length == 0).then(|| encoding.name());
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        &block[length..]
    }

    fn decode_rest(&mut self, mut rest: &[u8], out: &mut String) {
        let Some(decoder) = self.decoder.as_mut() else { return };
        loop {
            let needed = decoder.max_utf8_buffer_length_without_replacement(rest.len());
            out.reserve(needed.unwrap_or(rest.len()).max(16));
            let (result, read) = decoder.decode_to_string_without_replacement(rest, out, self.is_ended);
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    out.push(char::REPLACEMENT_CHARACTER);
                    self.replaced += 1;
                }
            }
        }
    }
}

/// Whether the bytes are UTF-16, by their mark or by a NUL in every other byte of the first ones.
pub fn is_utf16(head: &[u8]) -> bool {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    }
}

/// UTF-8 when most of the sequences beyond ASCII are right, Windows-1252 otherwise; what was
/// `known` so far when the block does not tell. A sequence that an end of the block cuts proves
/// nothing.
fn guess(block: &[u8], is_last: bool, known: Option<&'static Encoding>) -> &'static Encoding {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    let block = match known {
        // The end of a character whose beginning is in the block before.
        Some(_) => &block[block.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count()..],
        None => block,
    };
    let mut chunks = block.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        right += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        let is_cut = !is_last
            && chunks.peek().is_none()
            && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        wrong += usize::from(!chunk.invalid().is_empty() && !is_cut);
    }
    match known {
        Some(known) if right == wrong => known,
        // What began as Windows-1252 is believed to be UTF-8 only when all of a block is.
        Some(known) if known != UTF_8 && wrong > 0 => known,
        _ if wrong <= right => UTF_8,
        _ => WINDOWS_1252,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> (String, u64) {
        let mut reader = TextReader::new(Box::new(Cursor::new(bytes.to_vec())));
        let mut out = String::new();
        while reader.fill(&mut out, 1).unwrap() {}
        (out, reader.replaced())
    }

    #[test]
    fn reads_utf8_with_and_without_a_mark() {
        assert_eq!(read("\u{feff}région".as_bytes()), ("région".into(), 0));
        assert_eq!(read("région".as_bytes()), ("région".into(), 0));
        assert_eq!(read(b""), (String::new(), 0));
    }

    #[test]
    fn reads_utf16_of_both_orders() {
        assert_eq!(read(b"\xff\xfeT\0i\0\xe9\0"), ("Tié".into(), 0));
        assert_eq!(read(b"\xfe\xff\0T\0i\0\xe9"), ("Tié".into(), 0));
        assert_eq!(read(b"T\0i\0m\0"), ("Tim".into(), 0));
    }

    #[test]
    fn reads_windows_1252() {
        assert_eq!(read(b"Probl\xe8me;Cha\xeene").0, "Problème;Chaîne");
        assert_eq!(read(b"caf\xe9").0, "café");
    }

    #[test]
    fn counts_what_is_wrong_in_utf8() {
        let mut bytes = "é".repeat(20).into_bytes();
        bytes.extend(b"\xff\x00ok");
        let (text, replaced) = read(&bytes);
        assert_eq!(replaced, 1);
        assert!(text.ends_with("\u{fffd}\0ok"));
    }

    #[test]
    fn decides_late_in_a_file_that_begins_in_ascii() {
        let mut bytes = vec![b'a'; BLOCK + 10];
        bytes.extend(b"\xe9 rest");
        assert!(read(&bytes).0.ends_with("aé rest"));
        let mut bytes = vec![b'a'; BLOCK - 1];
        bytes.extend("éé".as_bytes());
        assert!(read(&bytes).0.ends_with("aéé"));
    }

    #[test]
    fn one_wrong_byte_does_not_decide_for_the_whole_file() {
        let mut bytes = b"\xe9 ".to_vec();
        bytes.resize(BLOCK, b'a');
        bytes.extend("été à Orvéa".as_bytes());
        let (text, _) = read(&bytes);
        assert!(text.starts_with('é') && text.ends_with("été à Orvéa"), "{}", &text[text.len() - 20..]);
        let mut bytes = "é".as_bytes().to_vec();
        bytes.resize(BLOCK, b'a');
        bytes.extend(b"\xe9t\xe9 \xe0 Orv\xe9a");
        assert!(read(&bytes).0.ends_with("été à Orvéa"));
    }

    #[test]
    fn a_long_file_in_windows_1252_keeps_its_accents() {
        let bytes = b"Probl\xe8me \xe0 l'antenne\n".repeat(BLOCK / 10);
        let (text, replaced) = read(&bytes);
        assert_eq!(replaced, 0);
        assert!(text.lines().all(|line| line == "Problème à l'antenne"));
    }

    #[test]
    fn a_character_between_two_blocks_is_whole() {
        for at in 0..4 {
            let mut bytes = "é".as_bytes().to_vec();
            bytes.resize(BLOCK - at, b'a');
            bytes.extend("👍 fin".as_bytes());
            assert_eq!(read(&bytes).1, 0, "{at}");
            assert!(read(&bytes).0.ends_with("a👍 fin"), "{at}");
        }
    }

    #[test]
    fn says_which_encoding_it_assumed() {
        let assumed = |bytes: &[u8]| {
            let mut reader = TextReader::new(Box::new(Cursor::new(bytes.to_vec())));
            let mut out = String::new();
            while reader.fill(&mut out, 1).unwrap() {}
            reader.assumed()
        };
        assert_eq!(assumed(b"caf\xe9"), Some("windows-1252"));
        assert_eq!(assumed(b"T\0i\0m\0"), Some("UTF-16LE"));
        for known in [&b"\xff\xfeT\0i\0"[..], "café".as_bytes(), b"cafe", b"\xef\xbb\xbfcafe"] {
            assert_eq!(assumed(known), None, "{known:?}");
        }
    }

    #[test]
    fn gives_lf_to_lines_that_end_with_cr_alone() {
        assert_eq!(read(b"a,b\r1,2\r").0, "a,b\n1,2\n");
        assert_eq!(read(b"a,b\r\n1,\"x\ry\"\r\n").0, "a,b\r\n1,\"x\ry\"\r\n");
    }

    #[test]
    fn gives_the_text_before_a_failure() {
        struct Failing(bool);
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("damaged"));
                }
                buffer[..3].copy_from_slice(b"one");
                Ok(3)
            }
        }
        let mut reader = TextReader::new(Box::new(Failing(false)));
        let mut out = String::new();
        assert!(reader.fill(&mut out, 100).is_err());
        assert_eq!(out, "one");
    }
}

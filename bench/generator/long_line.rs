//! Three lines of a log, of which the second is as long as asked for: what a broken shipper or a
//! dumped core leaves in a log.

use std::io::{self, Write};

use crate::random::Random;

/// Writes the lines.
pub(crate) fn write(bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let mut random = Random::new(5);
    let line =
        |second: u64| format!("{{\"timestamp\":\"2026-11-22T18:00:0{second}Z\",\"level\":\"INFO\",\"message\":\"");
    writeln!(out, "{}before\"}}", line(0))?;
    write!(out, "{}", line(1))?;
    let mut written = 0;
    while written < bytes {
        let piece = random.hex32();
        out.write_all(piece.as_bytes())?;
        written += piece.len() as u64;
    }
    writeln!(out, "\"}}\n{}after\"}}", line(2))?;
    out.flush()
}

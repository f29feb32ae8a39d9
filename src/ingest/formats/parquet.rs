//! Reads Parquet as JSON lines, so that a table given as Parquet takes the same way as one given
//! as text. Nulls are left out of the lines; times are RFC 3339 text.
//!
//! Values go through text, which costs speed and not precision. Encryption and the compressions
//! the build leaves out are errors of reading.

use std::fs::File;
use std::io::{self, Read};

use arrow::json::LineDelimitedWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

/// Rows of a Parquet file as JSON lines.
pub struct ParquetLines {
    rows: ParquetRecordBatchReader,
    lines: Vec<u8>,
    given: usize,
}

impl std::fmt::Debug for ParquetLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetLines").field("given", &self.given).finish_non_exhaustive()
    }
}

impl ParquetLines {
    /// Opens a Parquet file.
    ///
    /// # Errors
    /// The file is damaged or of a kind that cannot be read.
    pub fn open(file: File) -> io::Result<Self> {
        let rows = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.with_batch_size(4096).build())
            .map_err(io::Error::other)?;
        Ok(Self { rows, lines: Vec::new(), given: 0 })
    }

    fn next_lines(&mut self) -> io::Result<()> {
        self.lines.clear();
        self.given = 0;
        while self.lines.is_empty() {
            let Some(batch) = self.rows.next() else { return Ok(()) };
            let batch = batch.map_err(io::Error::other)?;
            let mut writer = LineDelimitedWriter::new(&mut self.lines);
            writer.write(&batch).and_then(|()| writer.finish()).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

impl Read for ParquetLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.lines.len() {
            self.next_lines()?;
        }
        let count = (&self.lines[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    #[test]
    fn gives_rows_as_json_lines() {
        let batch = RecordBatch::try_from_iter([
            ("total", Arc::new(Int64Array::from(vec![Some(3), None])) as _),
            ("isp", Arc::new(StringArray::from(vec!["Filanova", "Orvea"])) as _),
        ])
        .unwrap();
        let mut file = tempfile::tempfile().unwrap();
        let mut writer = ArrowWriter::try_new(file.try_clone().unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let mut text = String::new();
        io::Seek::rewind(&mut file).unwrap();
        ParquetLines::open(file).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "{\"total\":3,\"isp\":\"Filanova\"}\n{\"isp\":\"Orvea\"}\n");
    }

    #[test]
    fn refuses_a_damaged_file() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, b"PAR1 and nothing more").unwrap();
        assert!(ParquetLines::open(file).is_err());
    }
}

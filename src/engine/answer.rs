//! Rows that a query returned, and their form as a file.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

use crate::store::writer::properties;

/// Rows that a query returned.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Columns, also when there are no rows.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Answer {
    /// The rows as a Parquet file, zstd, the same bytes for the same rows.
    pub fn to_parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let mut writer = ArrowWriter::try_new(Vec::new(), self.schema.clone(), Some(properties(&self.schema)))?;
        for batch in &self.batches {
            writer.write(batch)?;
        }
        writer.into_inner()
    }

    /// The rows of a file that [`Answer::to_parquet`] made.
    pub fn from_parquet(bytes: Vec<u8>) -> Result<Self, ParquetError> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes))?.build()?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { schema, batches })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;

    #[test]
    fn rows_come_back_from_a_file() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
        let batch = RecordBatch::try_from_iter_with_nullable([("x", column, true)]).expect("a batch");
        let answer = Answer { schema: batch.schema(), batches: vec![batch] };
        let bytes = answer.to_parquet().expect("a file");
        let back = Answer::from_parquet(bytes.clone()).expect("rows");
        assert_eq!((&back.schema, &back.batches), (&answer.schema, &answer.batches));
        assert_eq!(back.to_parquet().expect("a file"), bytes);
    }
}

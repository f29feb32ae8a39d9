//! One growing column, whose last value can be taken back until the row is complete.
//!
//! The builders of Arrow cannot take a value back, so a row had to be gathered elsewhere and
//! copied once it was known to be whole. Here a value is written where it stays.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, NullBufferBuilder, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use crate::ingest::formats::units::UNIT;
use crate::ingest::redact::RowHash;
use crate::schema::Kind;

/// Values of one column, and the value of the row that is being filled.
#[derive(Debug)]
pub(super) enum Column {
    Text(Text),
    Time(Plain<i64>),
    Int(Plain<i64>),
    Float(Plain<f64>),
    Bool(Plain<bool>),
}

/// Texts, one after the other.
#[derive(Debug)]
pub(super) struct Text {
    values: String,
    /// Where each value of a complete row ends.
    ends: Vec<i32>,
    valid: Validity,
    is_set: bool,
}

/// Values of a fixed width.
#[derive(Debug)]
pub(super) struct Plain<T> {
    values: Vec<T>,
    valid: Validity,
    staged: Option<T>,
}

/// Which rows have a value. Most columns have one in all rows or in none, so rows are counted as long as they are
/// alike.
#[derive(Debug)]
struct Validity {
    bits: NullBufferBuilder,
    is_valid: bool,
    /// Rows that are not in the bits yet.
    run: usize,
}

/// Rows after which the room that all texts of a column will take is known well enough.
const MEASURED: usize = 256;

impl Validity {
    fn new(room: usize) -> Self {
        Self { bits: NullBufferBuilder::new(room), is_valid: false, run: 0 }
    }

    #[inline]
    fn push(&mut self, is_valid: bool) {
        if is_valid != self.is_valid {
            self.end_run();
            self.is_valid = is_valid;
        }
        self.run += 1;
    }

    fn end_run(&mut self) {
        if self.is_valid {
            self.bits.append_n_non_nulls(self.run);
        } else if self.run > 0 {
            // Not for nothing: from the first null on each row takes a bit.
            self.bits.append_n_nulls(self.run);
        }
        self.run = 0;
    }

    fn finish(mut self) -> Option<NullBuffer> {
        self.end_run();
        self.bits.finish()
    }
}

impl Text {
    /// A column that is null in the rows that are complete already, with room for as many as are expected.
    pub(super) fn with_nulls(rows: usize, room: usize) -> Self {
        let valid = Validity { run: rows, ..Validity::new(room) };
        let mut ends = Vec::with_capacity(room + 1);
        ends.resize(rows + 1, 0);
        Self { values: String::new(), ends, valid, is_set: false }
    }

    /// Sets the value of the row; one that was set before is replaced.
    #[inline]
    pub(super) fn set(&mut self, value: &str) {
        if self.is_set {
            self.values.truncate(self.start());
        }
        self.values.push_str(value);
        self.is_set = true;
    }

    /// The value of the row.
    #[inline]
    pub(super) fn staged(&self) -> Option<&str> {
        self.is_set.then(|| &self.values[self.start()..])
    }

    /// Completes the row.
    #[inline]
    pub(super) fn push(&mut self) {
        self.valid.push(self.is_set);
        self.is_set = false;
        self.ends.push(i32::try_from(self.values.len()).expect("a unit of text is far shorter than 2 GiB"));
        if self.ends.len() == MEASURED {
            self.make_room();
        }
    }

    /// Growing step by step would copy the texts several times.
    #[cold]
    fn make_room(&mut self) {
        let rows = self.ends.capacity().saturating_sub(MEASURED);
        let expected = self.values.len() / MEASURED * rows / 8 * 9;
        self.values.reserve(expected.min(UNIT));
    }

    /// Takes the value of the row back.
    #[inline]
    pub(super) fn clear(&mut self) {
        if self.is_set {
            self.values.truncate(self.start());
            self.is_set = false;
        }
    }

    /// All values.
    pub(super) fn finish(self) -> ArrayRef {
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        let text = Buffer::from_vec(self.values.into_bytes());
        let array = StringArray::try_new(ends, text, self.valid.finish());
        Arc::new(array.expect("ends rise and lie between characters"))
    }

    fn start(&self) -> usize {
        let end = *self.ends.last().expect("the first end is 0");
        usize::try_from(end).expect("ends are not negative")
    }
}

impl<T: Copy + Default> Plain<T> {
    fn new(room: usize) -> Self {
        Self { values: Vec::with_capacity(room), valid: Validity::new(room), staged: None }
    }

    fn push(&mut self) {
        let staged = self.staged.take();
        self.valid.push(staged.is_some());
        self.values.push(staged.unwrap_or_default());
    }
}

impl Column {
    /// An empty column, with room for as many rows as are expected.
    pub(super) fn new(kind: Kind, room: usize) -> Self {
        match kind {
            Kind::Time => Self::Time(Plain::new(room)),
            Kind::Text => Self::Text(Text::with_nulls(0, room)),
            Kind::Float => Self::Float(Plain::new(room)),
            Kind::Int => Self::Int(Plain::new(room)),
            Kind::Bool => Self::Bool(Plain::new(room)),
        }
    }

    /// Sets a text.
    #[inline]
    pub(super) fn set_text(&mut self, value: &str) {
        let Self::Text(column) = self else { unreachable!("text goes into text columns only") };
        column.set(value);
    }

    /// Sets a time or a whole number.
    #[inline]
    pub(super) fn set_int(&mut self, value: Option<i64>) {
        let (Self::Time(column) | Self::Int(column)) = self else { unreachable!("the column holds whole numbers") };
        column.staged = value;
    }

    /// Moves the time of the row back by so many microseconds, in a column of times.
    pub(super) fn move_back(&mut self, micros: i64) {
        if let Self::Time(column) = self {
            column.staged = column.staged.map(|time| time.saturating_sub(micros));
        }
    }

    /// Sets a number.
    #[inline]
    pub(super) fn set_float(&mut self, value: Option<f64>) {
        let Self::Float(column) = self else { unreachable!("the column holds numbers") };
        column.staged = value;
    }

    /// Sets a truth value.
    pub(super) fn set_bool(&mut self, value: Option<bool>) {
        let Self::Bool(column) = self else { unreachable!("the column holds truth values") };
        column.staged = value;
    }

    /// Whether the row has a value here.
    #[inline]
    pub(super) fn is_set(&self) -> bool {
        match self {
            Self::Text(column) => column.is_set,
            Self::Time(column) | Self::Int(column) => column.staged.is_some(),
            Self::Float(column) => column.staged.is_some(),
            Self::Bool(column) => column.staged.is_some(),
        }
    }

    /// The text of the row, in a column of texts.
    pub(super) fn staged_text(&self) -> Option<&str> {
        match self {
            Self::Text(column) => column.staged(),
            _ => None,
        }
    }

    /// Adds the value of the row to its hash; nothing when there is none, which the answer says.
    #[inline]
    pub(super) fn hash(&self, hash: &mut RowHash) -> bool {
        match self {
            Self::Time(Plain { staged: Some(value), .. }) | Self::Int(Plain { staged: Some(value), .. }) => {
                hash.word(value.cast_unsigned());
            }
            Self::Float(Plain { staged: Some(value), .. }) => hash.word(value.to_bits()),
            Self::Bool(Plain { staged: Some(value), .. }) => hash.word(u64::from(*value)),
            Self::Text(column) if let Some(text) = column.staged() => hash.text(text),
            _ => return false,
        }
        true
    }

    /// Completes the row.
    #[inline]
    pub(super) fn push(&mut self) {
        match self {
            Self::Text(column) => column.push(),
            Self::Time(column) | Self::Int(column) => column.push(),
            Self::Float(column) => column.push(),
            Self::Bool(column) => column.push(),
        }
    }

    /// Takes the value of the row back.
    pub(super) fn clear(&mut self) {
        match self {
            Self::Text(column) => column.clear(),
            Self::Time(column) | Self::Int(column) => column.staged = None,
            Self::Float(column) => column.staged = None,
            Self::Bool(column) => column.staged = None,
        }
    }

    /// All values.
    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(column) => column.finish(),
            Self::Time(column) => {
                let array = TimestampMicrosecondArray::new(column.values.into(), column.valid.finish());
                Arc::new(array.with_timezone("UTC"))
            }
            Self::Int(column) => Arc::new(Int64Array::new(column.values.into(), column.valid.finish())),
            Self::Float(column) => Arc::new(Float64Array::new(column.values.into(), column.valid.finish())),
            Self::Bool(column) => {
                Arc::new(BooleanArray::new(BooleanBuffer::from(column.values), column.valid.finish()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Array as _;

    use super::*;

    #[test]
    fn a_value_can_be_replaced_and_taken_back() {
        let mut column = Text::with_nulls(1, 8);
        column.set("first");
        column.set("né");
        assert_eq!(column.staged(), Some("né"));
        column.push();
        column.set("gone");
        column.clear();
        column.push();
        let array = column.finish();
        let texts = array.as_any().downcast_ref::<StringArray>().expect("texts");
        assert_eq!(texts.iter().collect::<Vec<_>>(), [None, Some("né"), None]);
    }

    #[test]
    fn what_is_not_set_is_null() {
        let mut column = Column::new(Kind::Float, 8);
        column.set_float(Some(1.5));
        column.push();
        column.push();
        column.set_float(Some(2.0));
        column.clear();
        assert!(!column.is_set());
        let array = column.finish();
        assert_eq!((array.len(), array.null_count()), (2, 1));
    }

    #[test]
    fn nulls_stand_where_they_were() {
        for rows in [vec![], vec![true; 3], vec![false; 3], vec![true, false, false, true, true], vec![false, true]] {
            let mut column = Column::new(Kind::Int, 2);
            for is_set in &rows {
                column.set_int(is_set.then_some(7));
                column.push();
            }
            let array = column.finish();
            assert_eq!((0..array.len()).map(|at| array.is_valid(at)).collect::<Vec<_>>(), rows);
            assert_eq!(array.nulls().is_some(), rows.contains(&false), "a bitmap only where it is needed");
        }
    }

    #[test]
    fn room_for_long_texts_is_bounded() {
        let mut column = Text::with_nulls(0, 100_000);
        let text = "x".repeat(10_000);
        for _ in 0..=MEASURED {
            column.set(&text);
            column.push();
        }
        assert!(column.values.capacity() < 4 * MEASURED * text.len(), "{}", column.values.capacity());
    }
}

//! One growing column, whose last value can be taken back until the row is complete.
//!
//! The builders of Arrow cannot take a value back, so a row had to be gathered elsewhere and
//! copied once it was known to be whole. Here a value is written where it stays.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, NullBufferBuilder, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, OffsetBuffer, ScalarBuffer};

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
    valid: NullBufferBuilder,
    is_set: bool,
}

/// Values of a fixed width.
#[derive(Debug)]
pub(super) struct Plain<T> {
    values: Vec<T>,
    valid: NullBufferBuilder,
    staged: Option<T>,
}

/// Rows for which room is made in the bitmap of nulls.
const ROWS: usize = 8 * 1024;

impl Text {
    /// A column that is null in the rows that are complete already.
    pub(super) fn with_nulls(rows: usize) -> Self {
        let mut valid = NullBufferBuilder::new(ROWS);
        valid.append_n_nulls(rows);
        let mut ends = Vec::with_capacity(ROWS);
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
        self.valid.append(self.is_set);
        self.is_set = false;
        self.ends.push(i32::try_from(self.values.len()).expect("a unit of text is far shorter than 2 GiB"));
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
    pub(super) fn finish(mut self) -> ArrayRef {
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
    fn new() -> Self {
        Self { values: Vec::with_capacity(ROWS), valid: NullBufferBuilder::new(ROWS), staged: None }
    }

    fn push(&mut self) {
        let staged = self.staged.take();
        self.valid.append(staged.is_some());
        self.values.push(staged.unwrap_or_default());
    }
}

impl Column {
    /// An empty column.
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Time => Self::Time(Plain::new()),
            Kind::Text => Self::Text(Text::with_nulls(0)),
            Kind::Float => Self::Float(Plain::new()),
            Kind::Int => Self::Int(Plain::new()),
            Kind::Bool => Self::Bool(Plain::new()),
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

    /// Appends what tells the value of the row from any other value.
    #[inline]
    pub(super) fn write_key(&self, key: &mut Vec<u8>) {
        match self {
            _ if !self.is_set() => key.push(0),
            Self::Time(column) | Self::Int(column) => {
                key.push(1);
                key.extend_from_slice(&column.staged.unwrap_or_default().to_le_bytes());
            }
            Self::Float(column) => {
                key.push(2);
                key.extend_from_slice(&column.staged.unwrap_or_default().to_le_bytes());
            }
            Self::Bool(column) => key.extend_from_slice(&[3, u8::from(column.staged.unwrap_or_default())]),
            Self::Text(column) => {
                let text = column.staged().unwrap_or_default();
                key.push(4);
                key.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
                key.extend_from_slice(text.as_bytes());
            }
        }
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
            Self::Time(mut column) => {
                let array = TimestampMicrosecondArray::new(column.values.into(), column.valid.finish());
                Arc::new(array.with_timezone("UTC"))
            }
            Self::Int(mut column) => Arc::new(Int64Array::new(column.values.into(), column.valid.finish())),
            Self::Float(mut column) => Arc::new(Float64Array::new(column.values.into(), column.valid.finish())),
            Self::Bool(mut column) => {
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
        let mut column = Text::with_nulls(1);
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
        let mut column = Column::new(Kind::Float);
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
    fn keys_differ_between_null_and_nothing() {
        let key = |set: &dyn Fn(&mut Column)| {
            let mut column = Column::new(Kind::Text);
            set(&mut column);
            let mut key = Vec::new();
            column.write_key(&mut key);
            key
        };
        assert_ne!(key(&|_| {}), key(&|column| column.set_text("")));
        assert_ne!(key(&|column| column.set_text("a")), key(&|column| column.set_text("b")));
    }
}

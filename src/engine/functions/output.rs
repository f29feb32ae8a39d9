//! Structured results of SQL functions: fields declared once, values put in as cells.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, StructArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::ScalarValue;

use crate::schema::Kind;

/// Names and types of a structured result.
pub(super) type Shape = [(&'static str, Kind)];

/// One value of a structured result.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// An instant, microseconds.
    Time(Option<i64>),
    /// A number; not a number is null.
    Float(Option<f64>),
    /// A whole number.
    Int(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// A truth value.
    Bool(Option<bool>),
}

/// Type of one structured value.
pub(super) fn struct_type(shape: &Shape) -> DataType {
    DataType::Struct(fields(shape))
}

/// Type of a list of structured values.
pub(super) fn list_type(shape: &Shape) -> DataType {
    DataType::List(Arc::new(Field::new("item", struct_type(shape), true)))
}

/// One structured value; `None` is null.
pub(super) fn struct_scalar(shape: &Shape, row: Option<Vec<Cell>>) -> ScalarValue {
    let array = match row {
        Some(row) => struct_array(shape, vec![row]),
        None => {
            new_null_array(&struct_type(shape), 1).as_any().downcast_ref::<StructArray>().expect("a struct").clone()
        }
    };
    ScalarValue::Struct(Arc::new(array))
}

/// A list of structured values.
pub(super) fn list_scalar(shape: &Shape, rows: Vec<Vec<Cell>>) -> ScalarValue {
    let field = Arc::new(Field::new("item", struct_type(shape), true));
    let offsets = OffsetBuffer::from_lengths([rows.len()]);
    ScalarValue::List(Arc::new(ListArray::new(field, offsets, Arc::new(struct_array(shape, rows)), None)))
}

/// Structured values, one a row; a row of `None` is null.
pub(super) fn struct_column(shape: &Shape, rows: Vec<Option<Vec<Cell>>>) -> ArrayRef {
    let valid: Vec<bool> = rows.iter().map(Option::is_some).collect();
    let filled =
        rows.into_iter().map(|row| row.unwrap_or_else(|| shape.iter().map(|(_, kind)| Cell::null(*kind)).collect()));
    let (fields, columns, _) = struct_array(shape, filled.collect()).into_parts();
    let length = valid.len();
    Arc::new(StructArray::try_new_with_length(fields, columns, Some(valid.into()), length).expect("equal lengths"))
}

fn fields(shape: &Shape) -> Fields {
    shape.iter().map(|(name, kind)| Field::new(*name, kind.arrow(), true)).collect()
}

fn struct_array(shape: &Shape, rows: Vec<Vec<Cell>>) -> StructArray {
    let length = rows.len();
    let mut columns: Vec<Vec<Cell>> = shape.iter().map(|_| Vec::with_capacity(length)).collect();
    for row in rows {
        debug_assert_eq!(row.len(), shape.len(), "a cell for each field");
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    let arrays = shape.iter().zip(columns).map(|((_, kind), cells)| column(*kind, cells)).collect();
    StructArray::try_new_with_length(fields(shape), arrays, None, length).expect("cells have the types of the shape")
}

fn column(kind: Kind, cells: Vec<Cell>) -> ArrayRef {
    let cells = cells.into_iter();
    match kind {
        Kind::Time => Arc::new(cells.map(Cell::time).collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Kind::Float => Arc::new(cells.map(Cell::float).collect::<Float64Array>()),
        Kind::Int => Arc::new(cells.map(Cell::int).collect::<Int64Array>()),
        Kind::Text => Arc::new(cells.map(Cell::text).collect::<StringArray>()),
        Kind::Bool => Arc::new(cells.map(Cell::bool).collect::<BooleanArray>()),
    }
}

impl Cell {
    fn null(kind: Kind) -> Self {
        match kind {
            Kind::Time => Self::Time(None),
            Kind::Float => Self::Float(None),
            Kind::Int => Self::Int(None),
            Kind::Text => Self::Text(None),
            Kind::Bool => Self::Bool(None),
        }
    }

    fn time(self) -> Option<i64> {
        let Self::Time(value) = self else { unreachable!("a time in a time field") };
        value
    }

    fn float(self) -> Option<f64> {
        let Self::Float(value) = self else { unreachable!("a number in a number field") };
        value.filter(|value| value.is_finite())
    }

    fn int(self) -> Option<i64> {
        let Self::Int(value) = self else { unreachable!("a whole number in its field") };
        value
    }

    fn text(self) -> Option<String> {
        let Self::Text(value) = self else { unreachable!("a text in a text field") };
        value
    }

    fn bool(self) -> Option<bool> {
        let Self::Bool(value) = self else { unreachable!("a truth value in its field") };
        value
    }
}

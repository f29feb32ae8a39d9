//! Aggregates that look at all rows of their group together: change points, rankings.
//!
//! The state is the rows themselves, so it grows with the group; partial states from several
//! partitions are put one after the other. Order does not matter to any of them. Arguments that
//! are the same in every row (a window, a threshold) are kept once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt64Array, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, AggregateUDF, Volatility, create_udaf};

/// What such an aggregate computes from its arguments, one array each: those that vary have equal
/// lengths, a constant one has one row, or none in an empty group.
pub(super) type Evaluate = fn(&[ArrayRef]) -> Result<ScalarValue>;

/// Makes an aggregate from a function over all rows of a group; the last `constants` arguments are
/// the same in every row.
pub(super) fn aggregate(
    name: &str,
    arguments: Vec<DataType>,
    constants: usize,
    result: DataType,
    evaluate: Evaluate,
) -> AggregateUDF {
    let state = arguments.iter().map(|kind| DataType::List(item(kind))).collect();
    let kinds = arguments.clone();
    create_udaf(
        name,
        arguments,
        Arc::new(result),
        Volatility::Immutable,
        Arc::new(move |_| Ok(Box::new(Gather::new(&kinds, constants, evaluate)))),
        Arc::new(state),
    )
}

#[derive(Debug)]
struct Gather {
    kinds: Vec<DataType>,
    columns: Vec<Vec<ArrayRef>>,
    varying: usize,
    evaluate: Evaluate,
}

impl Gather {
    fn new(kinds: &[DataType], constants: usize, evaluate: Evaluate) -> Self {
        Self {
            kinds: kinds.to_vec(),
            columns: vec![Vec::new(); kinds.len()],
            varying: kinds.len() - constants,
            evaluate,
        }
    }

    /// Keeps a piece of a column. What arrives may be a small slice of a large batch: its rows are
    /// copied, or every group would hold on to the whole batch.
    fn keep(&mut self, column: usize, piece: &ArrayRef) -> Result<()> {
        if piece.is_empty() || (column >= self.varying && !self.columns[column].is_empty()) {
            return Ok(());
        }
        let rows = if column < self.varying { piece.len() as u64 } else { 1 };
        let all = UInt64Array::from_iter_values(0..rows);
        self.columns[column].push(take(piece, &all, None)?);
        Ok(())
    }

    fn joined(&self) -> Result<Vec<ArrayRef>> {
        let join = |(pieces, kind): (&Vec<ArrayRef>, &DataType)| {
            if pieces.is_empty() {
                return Ok(new_empty_array(kind));
            }
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            Ok(concat(&pieces)?)
        };
        self.columns.iter().zip(&self.kinds).map(join).collect()
    }
}

impl Accumulator for Gather {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        values.iter().enumerate().try_for_each(|(column, piece)| self.keep(column, piece))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        (self.evaluate)(&self.joined()?)
    }

    fn size(&self) -> usize {
        let held: usize = self.columns.iter().flatten().map(arrow::array::Array::get_array_memory_size).sum();
        size_of_val(self) + held
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let lists = self.joined()?.into_iter().zip(&self.kinds).map(|(array, kind)| {
            let offsets = OffsetBuffer::from_lengths([array.len()]);
            ScalarValue::List(Arc::new(ListArray::new(item(kind), offsets, array, None)))
        });
        Ok(lists.collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (column, state) in states.iter().enumerate() {
            for piece in state.as_list::<i32>().iter().flatten() {
                self.keep(column, &piece)?;
            }
        }
        Ok(())
    }
}

fn item(kind: &DataType) -> Arc<Field> {
    Arc::new(Field::new("item", kind.clone(), true))
}

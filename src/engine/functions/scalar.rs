//! Functions of one row: columns in, a column of as many rows out.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// Makes a function from the value of each row; `None` is null.
pub(super) fn by_row<Column, Value>(
    name: &str,
    arguments: Vec<DataType>,
    result: DataType,
    evaluate: fn(&[ArrayRef], usize) -> Option<Value>,
) -> ScalarUDF
where
    Column: Array + FromIterator<Option<Value>> + 'static,
    Value: 'static,
{
    by_column(name, arguments, result, move |columns| {
        let column: Column = (0..columns[0].len()).map(|row| evaluate(columns, row)).collect();
        Ok(Arc::new(column))
    })
}

/// Makes a function from whole columns, of which there is at least one.
pub(super) fn by_column(
    name: &str,
    arguments: Vec<DataType>,
    result: DataType,
    evaluate: impl Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let evaluate = move |arguments: &[ColumnarValue]| {
        Ok(ColumnarValue::Array(evaluate(&ColumnarValue::values_to_arrays(arguments)?)?))
    };
    create_udf(name, arguments, result, Volatility::Immutable, Arc::new(evaluate))
}

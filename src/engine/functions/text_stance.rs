//! `text_stance(text)`: whether a text states a cause, supposes one or clears somebody.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, StringArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::{Function, Implementation, input};
use crate::analysis::classification::{Stance, stance};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "text_stance",
    signature: "text_stance(text)",
    about: "What a note does with a cause, by phrases in English and French: `states`, `supposes`, or `clears` (it says what was not the cause); null when it does not speak of one.",
    arguments: &[("text", "a note or a message")],
    example: "SELECT text_stance('ruled out: the deployment is not the cause') AS stance",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    create_udf(
        FUNCTION.name,
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(|arguments| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let column: StringArray = (0..arrays[0].len()).map(|row| evaluate(&arrays[0], row)).collect();
            Ok(ColumnarValue::Array(Arc::new(column)))
        }),
    )
}

fn evaluate(texts: &ArrayRef, row: usize) -> Option<&'static str> {
    stance(input::text_at(texts, row)?).map(|stance| match stance {
        Stance::States => "states",
        Stance::Supposes => "supposes",
        Stance::Clears => "clears",
    })
}

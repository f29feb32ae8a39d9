//! `slice_json(name, value, ...)`: dimensions of a row as one JSON object.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::{Function, Implementation, input};

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "slice_json",
    signature: "slice_json(name, value, ...)",
    about: "The names and values as one JSON object with the names sorted; a name whose value is null is left out. Without arguments `{}`.",
    arguments: &[("name", "name of a dimension"), ("value", "its value, cast to text")],
    example: "SELECT slice_json('region', 'North', 'device', 'tv') AS slice",
    implementation: Implementation::Scalar(function),
};

fn function() -> ScalarUDF {
    ScalarUDF::from(SliceJson {
        signature: Signature::one_of(vec![TypeSignature::Nullary, TypeSignature::VariadicAny], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct SliceJson {
    signature: Signature,
}

impl ScalarUDFImpl for SliceJson {
    fn name(&self) -> &str {
        FUNCTION.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if arguments.len() % 2 == 1 {
            return plan_err!("slice_json: expected pairs of a name and a value, found {} arguments", arguments.len());
        }
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let arrays = arguments
            .args
            .iter()
            .map(|argument| Ok(cast(&argument.clone().into_array(rows)?, &DataType::Utf8)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        Ok(ColumnarValue::Array(Arc::new(objects(&arrays, rows).finish())))
    }
}

fn objects(arrays: &[ArrayRef], rows: usize) -> StringBuilder {
    let mut builder = StringBuilder::with_capacity(rows, rows * 32);
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut text = String::new();
    for row in 0..rows {
        pairs.clear();
        for pair in arrays.chunks_exact(2) {
            if let (Some(name), Some(value)) = (input::text_at(&pair[0], row), input::text_at(&pair[1], row)) {
                pairs.push((name, value));
            }
        }
        pairs.sort_unstable();
        text.clear();
        text.push('{');
        for (index, (name, value)) in pairs.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // A string always has a JSON form, and writing to a string cannot fail.
            let _ = write!(text, "{comma}{}:{}", serde_json::Value::from(*name), serde_json::Value::from(*value));
        }
        text.push('}');
        builder.append_value(&text);
    }
    builder
}

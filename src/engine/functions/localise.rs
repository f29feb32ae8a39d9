//! `localise(...)`: the slices that explain an excess of failures.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, input, slice_table};
use crate::analysis::fault_localization::{self, Scope, Slice};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "localise",
    signature: "localise(time, total, bad, expected_bad, viewers, dimensions, start, end, baseline_start, baseline_end, excluded, general_share)",
    about: "The smallest set of slices (values of one or more dimensions) that explains the failures in excess between `start` and `end`, best first, as a list of structs: `rank`, `is_claim` (false for the next best), `scope` (general, localised or unknown) and `scope_confidence` (the same in every entry), `slice` (JSON), `confidence` that the claims are right, all of them and nothing else (null for the next best), `excess_bad` (events), `share_of_excess`, `risk_ratio` with `risk_ratio_low` and `risk_ratio_high` (95 %, null when the rest has no events), `total` and `bad`. One entry with a null slice when there is no slice to name. The method is that of `analysis::fault_localization`.",
    arguments: &[
        ("time ... dimensions", "as in `sli_counts_sliced`"),
        ("start, end", "window of the incident"),
        ("baseline_start, baseline_end", "reference period; null for what lies before the window"),
        ("excluded", "stretches that are no reference: `start/end` in microseconds, separated by spaces"),
        ("general_share", "from this share of the service on an outage is general"),
    ],
    example: "SELECT localise(time, 100.0, CASE WHEN d = 'tv' AND i >= 60 THEN 40.0 ELSE 1.0 END, NULL, NULL, slice_json('device', d), to_timestamp_micros(60 * 60000000), to_timestamp_micros(90 * 60000000), NULL, NULL, '', 0.8)[1]['slice'] AS slice FROM (SELECT i, to_timestamp_micros(i * 60000000) AS time, d FROM (SELECT unnest(range(0, 90)) AS i) CROSS JOIN (VALUES ('tv'), ('web'), ('phone')) AS devices(d))",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("rank", Kind::Int),
    ("is_claim", Kind::Bool),
    ("scope", Kind::Text),
    ("scope_confidence", Kind::Float),
    ("slice", Kind::Text),
    ("confidence", Kind::Float),
    ("excess_bad", Kind::Float),
    ("share_of_excess", Kind::Float),
    ("risk_ratio", Kind::Float),
    ("risk_ratio_low", Kind::Float),
    ("risk_ratio_high", Kind::Float),
    ("total", Kind::Float),
    ("bad", Kind::Float),
];

fn function() -> AggregateUDF {
    let mut arguments = slice_table::arguments();
    arguments.extend(vec![input::time(); 4]);
    arguments.extend([DataType::Utf8, DataType::Float64]);
    gather::aggregate(FUNCTION.name, arguments, 6, list_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let first_time = |index: usize| input::times(&arguments[index]).iter().flatten().next();
    let (Some(start), Some(end)) = (first_time(6), first_time(7)) else {
        return Ok(list_scalar(SHAPE, Vec::new()));
    };
    let baseline = first_time(8).zip(first_time(9));
    let excluded = input::texts(&arguments[10]).iter().flatten().next().unwrap_or_default();
    let general_share = input::floats(&arguments[11]).iter().flatten().next().unwrap_or(0.8);
    let table = slice_table::build(arguments);
    let window = (slice_table::bucket_of(&table, start), end);
    let found = fault_localization::localise(&table, window, baseline, &input::periods(excluded), general_share);
    let scope = match found.scope {
        Scope::General => "general",
        Scope::Localised => "localised",
        Scope::Unknown => "unknown",
    };
    let claims = found.claims.iter().map(|slice| (true, Some(slice)));
    let candidates = found.candidates.iter().map(|slice| (false, Some(slice)));
    let mut entries: Vec<(bool, Option<&Slice>)> = claims.chain(candidates).collect();
    if entries.is_empty() {
        entries.push((false, None));
    }
    let rows = entries
        .into_iter()
        .zip(1..)
        .map(|((is_claim, slice), rank)| {
            let mut row = vec![
                Cell::Int(Some(rank)),
                Cell::Bool(Some(is_claim)),
                Cell::Text(Some(scope.into())),
                Cell::Float(Some(found.scope_confidence)),
            ];
            row.extend(cells(slice));
            row
        })
        .collect();
    Ok(list_scalar(SHAPE, rows))
}

fn cells(slice: Option<&Slice>) -> Vec<Cell> {
    let ratio = slice.and_then(|slice| slice.risk_ratio);
    vec![
        Cell::Text(slice.map(json)),
        Cell::Float(slice.and_then(|slice| slice.confidence)),
        Cell::Float(slice.map(|slice| slice.excess_bad)),
        Cell::Float(slice.map(|slice| slice.share_of_excess)),
        Cell::Float(ratio.map(|ratio| ratio.value)),
        Cell::Float(ratio.map(|ratio| ratio.low)),
        Cell::Float(ratio.map(|ratio| ratio.high)),
        Cell::Float(slice.map(|slice| slice.total)),
        Cell::Float(slice.map(|slice| slice.bad)),
    ]
}

fn json(slice: &Slice) -> String {
    let object: std::collections::BTreeMap<&str, &str> =
        slice.terms.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    serde_json::json!(object).to_string()
}

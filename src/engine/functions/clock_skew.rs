//! `clock_skew(...)`: how far the clocks of sources lie apart.

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::AggregateUDF;

use super::output::{Cell, Shape, list_scalar, list_type};
use super::{Function, Implementation, gather, input};
use crate::analysis::clock_skew::{self, Comparison, Sighting, Verdict};
use crate::schema::Kind;

/// Reference text and implementation.
pub(super) const FUNCTION: Function = Function {
    name: "clock_skew",
    signature: "clock_skew(file, kind, key, first_at, last_at, delay_seconds, min_n)",
    about: "How far the clocks of files lie apart, from events that two of them recorded, as a list of structs, one for each pair of files that share events: `file` and `other_file`, `kinds` (of the events, separated by commas), `shared` (events both have), `agreeing` (those that agree on the offset), `offset_seconds` (clock of `file` minus clock of `other_file`) with `offset_low_seconds` and `offset_high_seconds` (95 %), `verdict` of `file` (agrees, ahead, behind, unclear, too few to tell), `is_off` (most files contradict `file`; when none is known to be off, false and the pair in the order of the paths) and `is_zone_like` (the offset is that of a mistaken time zone). Rows with a null are left out; the list is empty without shared events. An offset within `delay_seconds` agrees. The method is that of `analysis::clock_skew`.",
    arguments: &[
        ("file", "whose clock it is"),
        ("kind, key", "what makes it the same event"),
        ("first_at, last_at", "first and last moment at which the file speaks of the event"),
        ("delay_seconds", "how late a source may be with such an event"),
        ("min_n", "fewest events for a verdict"),
    ],
    example: "SELECT clock_skew(f, 'trace', 'id ' || i, t, t, 2.0, 15)[1]['offset_seconds'] AS seconds FROM (SELECT f, i, to_timestamp_micros(i * i * 60000000 + ahead * 1000000) AS t FROM (SELECT unnest(range(0, 20)) AS i) CROSS JOIN (VALUES ('a.log', 0), ('b.log', -90)) AS files(f, ahead))",
    implementation: Implementation::Aggregate(function),
};

const SHAPE: &Shape = &[
    ("file", Kind::Text),
    ("other_file", Kind::Text),
    ("kinds", Kind::Text),
    ("shared", Kind::Int),
    ("agreeing", Kind::Int),
    ("offset_seconds", Kind::Float),
    ("offset_low_seconds", Kind::Float),
    ("offset_high_seconds", Kind::Float),
    ("verdict", Kind::Text),
    ("is_off", Kind::Bool),
    ("is_zone_like", Kind::Bool),
];

fn function() -> AggregateUDF {
    let mut arguments = vec![DataType::Utf8; 3];
    arguments.extend([input::time(), input::time(), DataType::Float64, DataType::Int64]);
    gather::aggregate(FUNCTION.name, arguments, 1, list_type(SHAPE), evaluate)
}

fn evaluate(arguments: &[ArrayRef]) -> Result<ScalarValue> {
    let sighting = |row: usize| {
        Some(Sighting {
            file: input::text_at(&arguments[0], row)?,
            kind: input::text_at(&arguments[1], row)?,
            key: input::text_at(&arguments[2], row)?,
            first: input::time_at(&arguments[3], row)?,
            last: input::time_at(&arguments[4], row)?,
            delay: micros(input::float_at(&arguments[5], row)?),
        })
    };
    let sightings: Vec<Sighting<'_>> = (0..arguments[0].len()).filter_map(sighting).collect();
    let min_n = input::ints(&arguments[6]).iter().flatten().next().unwrap_or(1);
    let found = clock_skew::compare(&sightings, usize::try_from(min_n).unwrap_or(1));
    Ok(list_scalar(SHAPE, found.iter().map(cells).collect()))
}

fn cells(found: &Comparison<'_>) -> Vec<Cell> {
    let count = |number: usize| Cell::Int(i64::try_from(number).ok());
    let seconds = |micros: i64| Cell::Float(Some(micros as f64 / 1e6));
    let verdict = match found.verdict {
        Verdict::Agrees => "agrees",
        Verdict::Ahead => "ahead",
        Verdict::Behind => "behind",
        Verdict::Unclear => "unclear",
        Verdict::TooFew => "too few to tell",
    };
    vec![
        Cell::Text(Some(found.file.into())),
        Cell::Text(Some(found.other.into())),
        Cell::Text(Some(found.kinds.join(", "))),
        count(found.shared),
        count(found.agreeing),
        seconds(found.offset),
        seconds(found.low),
        seconds(found.high),
        Cell::Text(Some(verdict.into())),
        Cell::Bool(Some(found.is_off)),
        Cell::Bool(Some(found.is_zone_like)),
    ]
}

/// Seconds as microseconds; what is too large for them is the largest there is.
#[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 saturates, and no delay is as long")]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round().clamp(-9e15, 9e15) as i64
}

//! The window of an incident as a structured result, whatever it was found in.

use arrow::array::ArrayRef;

use super::input;
use super::output::{Cell, Shape};
use crate::analysis::incident_window::{Detection, WindowOptions};
use crate::schema::Kind;

/// Fields of a window.
pub(super) const SHAPE: &Shape = &[
    ("start_at", Kind::Time),
    ("start_earliest", Kind::Time),
    ("start_latest", Kind::Time),
    ("end_at", Kind::Time),
    ("end_earliest", Kind::Time),
    ("end_latest", Kind::Time),
    ("waves", Kind::Text),
    ("strength", Kind::Float),
    ("method", Kind::Text),
    ("signal", Kind::Text),
    ("strongest", Kind::Text),
    ("why", Kind::Text),
    ("gaps", Kind::Text),
];

/// What to look for, from the arguments `excluded` and `reference`.
pub(super) fn options(excluded: &ArrayRef, reference: &ArrayRef) -> WindowOptions {
    let periods = |array: &ArrayRef| input::periods(input::texts(array).iter().flatten().next().unwrap_or_default());
    let baseline = periods(reference).first().copied();
    WindowOptions { exclude: periods(excluded), baseline, ..WindowOptions::default() }
}

/// Cells of a window; `signal` is the table it was looked for in, if it holds anything to look at.
pub(super) fn cells(found: &Detection, signal: Option<&str>) -> Vec<Cell> {
    let start = found.window.as_ref().map(|window| window.start);
    let end = found.window.as_ref().and_then(|window| window.end);
    let stretches = |stretches: &[(i64, i64)]| {
        stretches.iter().map(|(from, to)| format!("{from}/{to}")).collect::<Vec<String>>().join(" ")
    };
    let waves = found.window.as_ref().map(|window| stretches(&window.waves));
    let strongest = found.window.as_ref().map(|_| {
        let terms = found.where_strongest.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        serde_json::Value::Object(terms.collect()).to_string()
    });
    vec![
        Cell::Time(start.map(|start| start.at)),
        Cell::Time(start.map(|start| start.earliest)),
        Cell::Time(start.map(|start| start.latest)),
        Cell::Time(end.map(|end| end.at)),
        Cell::Time(end.map(|end| end.earliest)),
        Cell::Time(end.map(|end| end.latest)),
        Cell::Text(waves),
        Cell::Float(found.window.as_ref().map(|window| window.strength)),
        Cell::Text(Some(found.method.into())),
        Cell::Text(signal.map(Into::into)),
        Cell::Text(strongest),
        Cell::Text(found.why.map(Into::into)),
        Cell::Text(Some(stretches(&found.gaps))),
    ]
}

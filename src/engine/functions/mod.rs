//! SQL functions of constat, one file each. Thin: the algorithm is in `analysis`, a file here
//! says its SQL name, types and reference text.
//!
//! The list below is the table of contents; the same list is registered on every engine.

use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionContext;

mod cause_sensitivity;
mod change_points;
mod classify_text;
mod clock_skew;
mod complaint_onset;
mod complaint_subject;
mod epoch_micros;
mod gather;
mod in_periods;
mod incident_window;
mod input;
mod interval;
mod localise;
mod log_template;
mod metric_role;
mod metric_shift;
mod newcombe_difference;
mod nps;
mod output;
mod poisson_interval;
mod quantile;
mod rank_causes;
mod related_complaints;
mod report_window;
mod risk_ratio;
mod scalar;
mod slice_json;
mod slice_matches;
mod slice_table;
mod slice_terms;
mod slice_text;
mod symptom_window;
mod text_mentions;
mod text_stance;
mod wilson_interval;
mod window;

/// Every function, in the order of the documentation.
pub const FUNCTIONS: &[&Function] = &[
    &wilson_interval::FUNCTION,
    &newcombe_difference::FUNCTION,
    &risk_ratio::FUNCTION,
    &poisson_interval::FUNCTION,
    &log_template::FUNCTION,
    &classify_text::FUNCTION,
    &text_stance::FUNCTION,
    &text_mentions::FUNCTION,
    &complaint_subject::FUNCTION,
    &metric_role::FUNCTION,
    &slice_json::FUNCTION,
    &slice_text::FUNCTION,
    &slice_terms::FUNCTION,
    &slice_matches::FUNCTION,
    &in_periods::FUNCTION,
    &epoch_micros::FUNCTION,
    &nps::FUNCTION,
    &quantile::FUNCTION,
    &change_points::FUNCTION,
    &complaint_onset::FUNCTION,
    &related_complaints::FUNCTION,
    &incident_window::FUNCTION,
    &symptom_window::FUNCTION,
    &report_window::FUNCTION,
    &localise::FUNCTION,
    &metric_shift::FUNCTION,
    &rank_causes::FUNCTION,
    &cause_sensitivity::FUNCTION,
    &clock_skew::FUNCTION,
];

/// One SQL function and its reference text, from which `docs/functions.md` is generated.
#[derive(Debug)]
pub struct Function {
    /// Name in SQL.
    pub name: &'static str,
    /// How it is called, with argument names.
    pub signature: &'static str,
    /// What it returns, with units, nulls and the source of the method.
    pub about: &'static str,
    /// Arguments and what they are.
    pub arguments: &'static [(&'static str, &'static str)],
    /// A query that shows it.
    pub example: &'static str,
    /// What the engine is given.
    implementation: Implementation,
}

/// A constructor of the engine's function.
#[derive(Debug)]
enum Implementation {
    /// One row in, one value out.
    Scalar(fn() -> ScalarUDF),
    /// A group of rows in, one value out.
    Aggregate(fn() -> AggregateUDF),
}

impl Function {
    /// `scalar` or `aggregate`.
    pub fn kind(&self) -> &'static str {
        match self.implementation {
            Implementation::Scalar(_) => "scalar",
            Implementation::Aggregate(_) => "aggregate",
        }
    }
}

/// Makes all functions known to an engine.
pub(super) fn register(context: &SessionContext) {
    for function in FUNCTIONS {
        match function.implementation {
            Implementation::Scalar(make) => context.register_udf(make()),
            Implementation::Aggregate(make) => context.register_udaf(make()),
        }
    }
}

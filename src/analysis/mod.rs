//! Pure algorithms on plain slices: statistics, change points, the incident's window, its slices,
//! log patterns, causes and clocks.
//!
//! In: numbers and small text tables held in memory. Out: plain structs. No input or output, no
//! clock, no Arrow, no SQL: the engine wraps these functions as SQL functions, queries use those.
//! Every file cites the method it follows, states its cost, and what it returns for empty, constant
//! and missing input. Equal inputs give equal outputs, whatever the order of their rows.

pub mod change_point;
pub mod classification;
pub mod clock_skew;
pub mod complaint_topic;
pub mod fault_localization;
pub mod incident_window;
pub mod log_template;
pub mod root_cause;
pub mod slices;
pub mod statistics;

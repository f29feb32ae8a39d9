//! Where the level of a series shifts.
//!
//! One method: [`robust`], change points of ranks, which neither units nor outliers nor a skewed
//! distribution disturb. Counts per slice have their own search, in [`super::incident_window`].

pub mod robust;

//! Which entity caused the incident.
//!
//! Stages: [`shift`] measures each metric series alone; [`rank`](rank::rank) weighs what is known of all entities
//! together (shifts, order of onset, calls, logs, changes, alerts, the localised slice) and orders the candidates;
//! [`sensitivity`](sensitivity::sensitivity) says what that order rests on. The trap: the entity that moved most is seldom
//! the cause, it is the one the cause was felt at.

mod calls;
pub mod entity;
mod evidence;
mod mention;
pub mod metric_kind;
pub mod rank;
pub mod sensitivity;
pub mod shift;

pub use mention::mentions;
pub use rank::{Candidate, RankInput, Signal, SignalKind, rank};
pub use sensitivity::{Basis, Difference, Sensitivity, Trial, sensitivity};
pub use shift::{Shift, ShiftContext, features};

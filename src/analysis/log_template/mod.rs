//! Message patterns of log lines, mined without settings.
//!
//! [`mask`](mask::mask) turns one message into its pattern; [`Miner`] learns the templates of a whole file in bounded
//! memory and assigns lines to them; [`Headers`] tells where the message begins in lines of unknown format. The trap:
//! a pattern is what one line says, a template is what many lines agree on. Only the second tells that `root` and
//! `guest` in `session opened for user root` are values.

pub mod hash;
pub mod header;
pub mod headers;
pub mod mask;
mod merge;
pub mod miner;
mod quotation;
mod shape;
pub mod token;

pub use header::Header;
pub use headers::Headers;
pub use mask::mask;
pub use miner::{Miner, Options, Template, Templates};

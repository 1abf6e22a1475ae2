//! Languages: how commands are spelt and replies are read.
//!
//! A protocol knows bytes and words. It does not know a model (that is the
//! catalogue) nor a line (that is the transport).

pub mod pattern;
pub mod scpi;
pub mod template;

//! Instruments: links, protocols, the catalogue of models and what each can do.
//!
//! This crate turns a word of a procedure ("set the current to 5 A", "read the
//! temperature") into the bytes a particular model understands, and the bytes of
//! its answer into an indication with a unit.
//!
//! | it knows                                    | it must never know               |
//! |---------------------------------------------|----------------------------------|
//! | bytes, deadlines, commands, replies, limits | procedures, results, verdicts    |
//! | what a maker's manual says about a model    | which standard is traceable      |
//!
//! Read in this order, which is the way of a command: `discovery` finds addresses before
//! anybody has written one down, `instrument` asks the
//! `catalogue` for the words, `protocol` writes and reads them, `link` owns the
//! line, `transport` moves the bytes, `clock` is the only one who knows the time.

pub mod discovery;

pub mod instrument;

pub mod catalogue;
pub mod protocol;

pub mod link;
pub mod resource;
pub mod transcript;

pub mod framing;
pub mod transport;

pub mod clock;
pub mod conformance;

//! Runs on the simulated bench in virtual time: what is found, and how every
//! way out ends.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

mod advised;
mod bench;
mod broken_off;
mod by_hand;
mod cable;
mod carried;
mod certified;
mod certified_benches;
mod drifting;
mod faults;
mod found;
mod grouped;
mod keyed;
mod one_line;
mod operator;
mod ordered;
mod reactive;
mod recalled;
mod replayed;
mod room;
mod rules;
mod scenes;
mod shaken;
mod side_by_side;
mod signed;
mod terminal;
mod three_phase;
mod three_wire;
mod traced;
mod unseen;
mod watched;
mod worlds;

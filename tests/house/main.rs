//! The rules of the house that no compiler knows.
//!
//! | room | holds |
//! |---|---|
//! | [`layering`] | who may import whom, and who may touch the outside world |
//! | [`licences`] | what every third-party package may be licensed under |
//! | [`rooms`] | size, names and tables of contents |
//! | [`sources`] | every number has an address |
//! | [`formats`] | every format on disk is listed with its version |
//! | [`verifier`] | the dependency list of whoever only verifies |
//! | [`front_door`] | the commands of the README are the ones that are run |
//!
//! Each failure is a sentence that says what was found, where, and which page
//! of `docs/` explains the rule.

mod codes;
mod formats;
mod front_door;
mod layering;
mod licences;
mod quality;
mod rooms;
mod sources;
mod spdx;
mod tree;
mod verifier;

//! The procedure language: read, checked and expanded before power is applied.
//!
//! A procedure is one TOML file (`etalon.procedure/1`). This crate turns its
//! bytes into a checked [`Procedure`](procedure::Procedure) with every finding
//! at once, expands its points for one unit under test, looks limits up,
//! resolves the measurement model to a self-contained evaluation and runs the
//! golden tests the file carries.
//!
//! | it knows                              | it must never know                   |
//! |---------------------------------------|--------------------------------------|
//! | the text, its places and its meaning  | files, clocks, ports                 |
//! | needs (roles, external names)         | which instrument will serve          |
//! | equations, limits, decision rules     | how an evaluation is computed        |
//!
//! Read in this order: `finding` → `source` → `module` → `formula` → `procedure` → `schema`
//! → `check` → `scope` → `item` → `lookup` → `expand` → `resolve` → `derive` →
//! `conformity` → `progress` → `golden` → `hash` → `difference` → `description` →
//! `instruction` → `library`.

pub mod finding;

pub mod source;

pub mod module;

pub mod formula;

pub mod procedure;

mod schema;

pub mod check;

pub mod scope;

pub mod item;

pub mod lookup;

pub mod expand;

pub mod resolve;

pub mod derive;

pub mod conformity;

pub mod progress;

pub mod golden;

pub mod hash;

pub mod difference;

pub mod description;

pub mod instruction;

pub mod library;

pub use check::{Checked, check};
pub use expand::{Point, expand};
pub use golden::{TestOutcome, run_tests};
pub use item::{ItemFields, item};
pub use library::LIBRARY;
pub use lookup::lookup;
pub use procedure::Procedure;

//! The engine: the only stage that moves anything.
//!
//! It carries out a plan at all positions at once, writes every fact before it
//! takes the next step, and leaves the bench in its safe state on every way out.
//! Nothing is decided here: settings, limits, equations and what happens when
//! something does not hold stand in the plan.
//!
//! | it knows                                   | it must never know                |
//! |--------------------------------------------|-----------------------------------|
//! | the plan, instruments by role, the clock   | procedures' text, certificates    |
//! | positions, repeats, what is done already   | verdicts                          |
//!
//! Read in this order: `session` (a run from the laboratory's side) →
//! `supervisor` (every way out is safe) → `course` (stages, points, repeats) →
//! `action` (one step) → `links` (instruments by role) → `safe_state`.

pub mod action;
pub mod control;
pub mod course;
pub mod environment;
pub mod failure;
pub mod ledger;
pub mod links;
pub mod live;
pub mod operator;
pub mod positions;
pub mod progress;
pub mod readings;
pub mod resume;
pub mod safe_state;
pub mod session;
pub mod signature;
pub mod supervisor;
pub mod work;

pub use control::{Control, Controller, Wish};
pub use failure::Failure;
pub use operator::Operator;
pub use progress::{Notice, Sink};
pub use session::{Session, SessionError, resume, run};
pub use supervisor::{Conclusion, Outcome};

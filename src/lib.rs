//! Etalon: the laboratory's day, in order.
//!
//! A procedure is bound to a bench and planned, the plan is run, every reading
//! is kept before anything is computed from it, results are evaluated and
//! decided, and certificates are issued. Each stage takes the value that the
//! stage before it made; only `engine` moves anything.
//!
//! The rooms below (`etalon_uncertainty`, `etalon_procedures`,
//! `etalon_instruments`, `etalon_certificates`, `etalon_fixtures`) do not know
//! one another: they meet here. `docs/ARCHITECTURE.md` has the picture.

pub mod form;
pub mod folder;
pub mod lab;
pub mod people;
pub mod scope;
pub mod register;
pub mod bench;
pub mod item;
pub mod plan;
pub mod journal;
pub mod store;
pub mod engine;
pub mod reading;
pub mod evaluate;
pub mod decide;
pub mod keyring;
pub mod issue;
pub mod demonstration;
pub mod cli;

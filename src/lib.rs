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

// Files of the laboratory's folder, every finding at once.
pub mod folder;
pub mod form;

// What the laboratory is: itself, its people, its equipment, what came in.
pub mod lab;
pub mod people;
pub mod scope;

pub mod bench;
pub mod item;
pub mod register;
pub mod specification;

// The day, in order: plan, run, keep.
pub mod plan;

pub mod journal;
pub mod store;

// What people do at the desk, in the same record.
pub mod act;
pub mod deviation;
pub mod order;

pub mod meter_keys;

pub mod engine;

// Read off, evaluate, decide, issue.
pub mod reading;

pub mod evaluate;

pub mod decide;
pub mod keyring;
pub mod results;

pub mod release;

pub mod issue;

// Looking back: planned again from the papers, and what a standard's error has touched.
pub mod replan;

pub mod recall;

// Carried from bench to bench without a network.
pub mod bundle;

// Long after: looked at again, put right.
pub mod correction;
pub mod replay;

// All of it on a simulated bench, and by hand.
pub mod demonstration;

// Any file: what it is, what is wrong with it, what a finding means.
pub mod kind;

pub mod explanation;

pub mod language_server;

pub mod cli;

//! Runs on the simulated bench in virtual time: what is found, and how every
//! way out ends.

mod bench;
mod faults;
mod found;
mod operator;
mod rules;

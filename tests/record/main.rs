//! The record: every store held to the same behaviour, across processes, faults and load.
//!
//! | room | what it holds |
//! |---|---|
//! | [`conformance`] | SQLite and PostgreSQL alike: chain, guards, documents, schema |
//! | [`sharing`] | many laboratories in one database, and a server that promises too little |
//! | [`carried`] | pushes, backups and restores, while servers fall over |
//! | [`desk`] | the commands of `etalon record`: verify, replay, correct, checkpoint, damaged records |
//! | [`faults`] | no room, a read-only disk, somebody else's lock, a clock set back, founding killed |
//! | [`processes`] | killed in the middle, shared by two, held by one |
//!
//! PostgreSQL is real: [`cluster`] starts a private server on a socket in a temporary folder and
//! stops it again. A server that cannot be had is a failure here, never a skipped test.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]
#![allow(clippy::disallowed_methods, reason = "servers and processes are waited for in real time")]

mod carried;
mod cluster;
mod conformance;
mod desk;
mod disk;
mod faults;
mod processes;
mod sharing;

//! Certificates: what leaves the laboratory, and how a stranger checks it.
//!
//! A finished [`Record`](record::Record) becomes a document, a digital
//! calibration certificate (DCC), a signed page, and bytes become a verdict.
//! It is the only crate a customer or an assessor has to build to verify.
//!
//! | it knows                          | it must never know                  |
//! |-----------------------------------|-------------------------------------|
//! | what a certificate must state     | how it was measured                 |
//! | canonical bytes, digests, chains  | the laboratory's folder, its store  |
//! | private keys (feature `sign`)     | clocks, networks, windows           |
//! | page layout (feature `render`)    |                                     |
//!
//! Without features it verifies: integrity, identity, and every printed number
//! computed again from the raw readings under the signature.

pub mod record;

pub mod document;

pub mod moment;

pub mod canonical;

pub mod dcc;

pub mod fonts;

pub mod pdf;

pub mod pem;

pub mod chain;

#[cfg(feature = "sign")]
pub mod key;

pub mod signature;

pub mod verify;

#[cfg(all(feature = "sign", feature = "render"))]
pub mod issue;

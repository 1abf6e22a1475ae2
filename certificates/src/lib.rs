//! Certificates: what leaves the laboratory, and how a stranger checks it.
pub mod fonts;
pub mod moment;

pub mod pdf;
pub mod canonical;
pub mod chain;
pub mod signature;
#[cfg(feature = "sign")]
pub mod key;

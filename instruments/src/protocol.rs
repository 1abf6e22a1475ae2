//! Languages: how commands are spelt and replies are read.
//!
//! A protocol knows bytes and words. It does not know a model (that is the
//! catalogue) nor a line (that is the transport).

pub mod pattern;
pub mod scpi;
pub mod template;

pub mod tongue;

pub mod mensor;
pub mod mt_sics;
pub mod ppc;
pub mod sbi;
pub mod vaisala;
pub mod zera;

pub mod dlms;
pub mod dlt645;
pub mod hdlc;
pub mod iec62056_21;
pub mod modbus;

pub mod onc_rpc;

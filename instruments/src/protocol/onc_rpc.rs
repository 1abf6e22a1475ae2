//! ONC remote procedure calls over TCP, as far as VXI-11 needs them: both ends.
//!
//! Definitions: RFC 5531 (calls, record marking), RFC 4506 (XDR), RFC 1833 (port mapper).

use crate::framing::{Framing, Progress, Shape};
use thiserror::Error;

/// Marks the last fragment of a record.
const LAST_FRAGMENT: u32 = 0x8000_0000;
/// Length of the mark in front of a fragment; datagrams have none.
pub const MARK: usize = 4;
/// Longest record accepted.
const MOST: usize = 16 * 1024 * 1024;

/// Values one behind the other, each a multiple of four bytes.
#[derive(Clone, Debug, Default)]
pub struct Xdr(Vec<u8>);

impl Xdr {
    /// Adds a whole number.
    #[must_use]
    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    /// Adds bytes with their length in front.
    #[must_use]
    pub fn opaque(mut self, bytes: &[u8]) -> Self {
        self.0.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Why a record is no message.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum RpcError {
    /// It ends too early, or holds something else.
    #[error("a remote procedure message is broken: {0}")]
    Broken(&'static str),
    /// The other side did not carry the call out.
    #[error("the call was refused, state {0}")]
    Refused(u32),
}

/// Takes values off the front.
#[derive(Clone, Copy, Debug)]
pub struct Values<'b>(pub &'b [u8]);

impl<'b> Values<'b> {
    /// A whole number.
    ///
    /// # Errors
    /// [`RpcError::Broken`] at the end.
    pub fn u32(&mut self) -> Result<u32, RpcError> {
        let (head, rest) =
            self.0.split_first_chunk::<4>().ok_or(RpcError::Broken("it ends too early"))?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*head))
    }

    /// Bytes with their length in front.
    ///
    /// # Errors
    /// [`RpcError::Broken`] at the end.
    pub fn opaque(&mut self) -> Result<&'b [u8], RpcError> {
        let cut = RpcError::Broken("its bytes end too early");
        let length = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(cut.clone())?;
        let padding = length.next_multiple_of(4) - length;
        self.0 = rest.get(padding..).ok_or(cut)?;
        Ok(bytes)
    }
}

/// A call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// Its number.
    pub id: u32,
    /// Program.
    pub program: u32,
    /// Version of the program.
    pub version: u32,
    /// Procedure.
    pub procedure: u32,
    /// Arguments.
    pub arguments: Vec<u8>,
}

impl Call {
    /// The record on the wire.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let head = Xdr::default().u32(self.id).u32(0).u32(2);
        let head = head.u32(self.program).u32(self.version).u32(self.procedure);
        // No credentials and no verifier.
        let mut body = head.u32(0).u32(0).u32(0).u32(0).bytes();
        body.extend_from_slice(&self.arguments);
        record(body)
    }

    /// Reads a record as a call.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn decode(record: &[u8]) -> Result<Self, RpcError> {
        Self::decode_datagram(&joined(record)?)
    }

    /// Reads a datagram as a call, without record marks.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn decode_datagram(body: &[u8]) -> Result<Self, RpcError> {
        let mut values = Values(body);
        let id = values.u32()?;
        if (values.u32()?, values.u32()?) != (0, 2) {
            return Err(RpcError::Broken("it is no call of version 2"));
        }
        let (program, version, procedure) = (values.u32()?, values.u32()?, values.u32()?);
        for _ in ["credentials", "verifier"] {
            values.u32()?;
            values.opaque()?;
        }
        Ok(Self { id, program, version, procedure, arguments: values.0.to_vec() })
    }
}

/// The record that answers call `id` with `results`.
#[must_use]
pub fn answer(id: u32, results: &[u8]) -> Vec<u8> {
    let mut body = Xdr::default().u32(id).u32(1).u32(0).u32(0).u32(0).u32(0).bytes();
    body.extend_from_slice(results);
    record(body)
}

/// The number of the call that a record answers, and its results.
///
/// # Errors
/// [`RpcError`].
pub fn answered(record: &[u8]) -> Result<(u32, Vec<u8>), RpcError> {
    answered_datagram(&joined(record)?)
}

/// The same where the message came in one datagram, without record marks.
///
/// # Errors
/// [`RpcError`].
pub fn answered_datagram(body: &[u8]) -> Result<(u32, Vec<u8>), RpcError> {
    let mut values = Values(body);
    let id = values.u32()?;
    if values.u32()? != 1 {
        return Err(RpcError::Broken("it is no reply"));
    }
    match values.u32()? {
        0 => {}
        state => return Err(RpcError::Refused(state)),
    }
    values.u32()?;
    values.opaque()?;
    match values.u32()? {
        0 => Ok((id, values.0.to_vec())),
        state => Err(RpcError::Refused(state)),
    }
}

fn record(body: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX) | LAST_FRAGMENT;
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}

fn joined(mut record: &[u8]) -> Result<Vec<u8>, RpcError> {
    let mut body = Vec::new();
    loop {
        let mark = Values(record).u32()?;
        let length = usize::try_from(mark & !LAST_FRAGMENT).unwrap_or(usize::MAX);
        let fragment = record.get(4..).and_then(|rest| rest.split_at_checked(length));
        let (fragment, rest) = fragment.ok_or(RpcError::Broken("a fragment is cut off"))?;
        body.extend_from_slice(fragment);
        record = rest;
        if mark & LAST_FRAGMENT != 0 {
            return Ok(body);
        }
    }
}

/// Where a record ends: behind its last fragment.
#[must_use]
pub fn framing() -> Framing {
    Framing::Shaped(Shape { name: "ONC RPC record", judge: progress })
}

fn progress(received: &[u8]) -> Progress {
    let mut at = 0_usize;
    loop {
        let Some(mark) = received.get(at..).and_then(|rest| Values(rest).u32().ok()) else {
            return Progress::Incomplete;
        };
        let length = usize::try_from(mark & !LAST_FRAGMENT).unwrap_or(usize::MAX);
        at = at.saturating_add(4).saturating_add(length);
        if at > MOST {
            return Progress::Broken(format!("a record of more than {MOST} bytes"));
        }
        if received.len() < at {
            return Progress::Incomplete;
        }
        if mark & LAST_FRAGMENT != 0 {
            return Progress::Complete(at);
        }
    }
}

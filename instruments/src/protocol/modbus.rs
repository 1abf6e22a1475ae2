//! Modbus: registers and coils over TCP and over serial lines (RTU).
//!
//! The frames are coded here, because the owner of the line is a `Link` and not a Modbus
//! client of its own; an independent implementation answers them in the tests.
//!
//! Definition: Modbus Application Protocol V1.1b3, chapter 6; Modbus over Serial Line V1.02, 2.5.1.

use crate::framing::{Framing, LengthPrefix, Progress, Shape};
use thiserror::Error;

pub mod register;

/// Marks an exception in the function code.
const EXCEPTION: u8 = 0x80;

/// How messages travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// Seven bytes in front: transaction, protocol 0, length, unit.
    Tcp,
    /// The unit in front, CRC-16 behind.
    Rtu,
}

/// A request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Request {
    /// Reads coils (1) or discrete inputs (2).
    ReadBits {
        /// Whether discrete inputs are meant.
        inputs: bool,
        /// First address, counted from 0.
        at: u16,
        /// How many.
        count: u16,
    },
    /// Reads holding registers (3) or input registers (4).
    ReadRegisters {
        /// Whether input registers are meant.
        inputs: bool,
        /// First address, counted from 0.
        at: u16,
        /// How many.
        count: u16,
    },
    /// Writes one coil (5).
    WriteCoil {
        /// Address, counted from 0.
        at: u16,
        /// On or off.
        on: bool,
    },
    /// Writes registers (16), one (6) where there is only one.
    WriteRegisters {
        /// First address, counted from 0.
        at: u16,
        /// What is written.
        values: Vec<u16>,
    },
}

/// What came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Response {
    /// Coils or discrete inputs; as many as whole bytes hold.
    Bits(Vec<bool>),
    /// Registers.
    Registers(Vec<u16>),
    /// The write was taken.
    Written,
}

/// Why a message is no answer.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ModbusError {
    /// The device says why not.
    #[error("the device refuses: {}", exception(*.0))]
    Exception(u8),
    /// The check does not fit.
    #[error("CRC {found:04X}, the bytes make {wanted:04X}")]
    Crc {
        /// As received.
        found: u16,
        /// As computed.
        wanted: u16,
    },
    /// Another device, transaction or function, or a wrong length.
    #[error("{what} is {found}, wanted {wanted}")]
    NotTheAnswer {
        /// What differs.
        what: &'static str,
        /// As received.
        found: usize,
        /// As asked for.
        wanted: usize,
    },
    /// Too short to be a message.
    #[error("the message is cut off")]
    CutOff,
}

/// Exception codes.
///
/// Definition: Modbus Application Protocol V1.1b3, chapter 7.
fn exception(code: u8) -> String {
    let words = match code {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "device failure",
        5 => "acknowledged, still working",
        6 => "device busy",
        8 => "memory parity error",
        10 => "gateway path unavailable",
        11 => "gateway target does not respond",
        _ => return format!("exception {code}"),
    };
    words.to_owned()
}

impl Request {
    /// The protocol data unit.
    #[must_use]
    pub fn pdu(&self) -> Vec<u8> {
        let read = |function: u8, at: u16, count: u16| {
            let [[a, b], [c, d]] = [at.to_be_bytes(), count.to_be_bytes()];
            vec![function, a, b, c, d]
        };
        match self {
            Self::ReadBits { inputs, at, count } => read(1 + u8::from(*inputs), *at, *count),
            Self::ReadRegisters { inputs, at, count } => read(3 + u8::from(*inputs), *at, *count),
            Self::WriteCoil { at, on } => read(5, *at, if *on { 0xFF00 } else { 0 }),
            Self::WriteRegisters { at, values } if values.len() == 1 => {
                read(6, *at, values.first().copied().unwrap_or(0))
            }
            Self::WriteRegisters { at, values } => {
                let count = u16::try_from(values.len()).unwrap_or(u16::MAX);
                let mut pdu = read(16, *at, count);
                pdu.push(u8::try_from(values.len() * 2).unwrap_or(u8::MAX));
                pdu.extend(values.iter().flat_map(|value| value.to_be_bytes()));
                pdu
            }
        }
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn encode(&self, carrier: Carrier, transaction: u16, unit: u8) -> Vec<u8> {
        let pdu = self.pdu();
        match carrier {
            Carrier::Tcp => {
                let length = u16::try_from(pdu.len() + 1).unwrap_or(u16::MAX);
                let mut bytes = transaction.to_be_bytes().to_vec();
                bytes.extend([0, 0]);
                bytes.extend(length.to_be_bytes());
                bytes.push(unit);
                bytes.extend(pdu);
                bytes
            }
            Carrier::Rtu => {
                let mut bytes = vec![unit];
                bytes.extend(pdu);
                bytes.extend(crc(&bytes).to_le_bytes());
                bytes
            }
        }
    }

    /// What `message` answers to this request.
    ///
    /// # Errors
    /// [`ModbusError`], in particular the device's own exception.
    pub fn answered_by(
        &self,
        carrier: Carrier,
        transaction: u16,
        unit: u8,
        message: &[u8],
    ) -> Result<Response, ModbusError> {
        let (answering, pdu) = match carrier {
            Carrier::Tcp => {
                let [t0, t1, 0, 0, _, _, answering, pdu @ ..] = message else {
                    return Err(ModbusError::CutOff);
                };
                same("the transaction", u16::from_be_bytes([*t0, *t1]), transaction)?;
                (*answering, pdu)
            }
            Carrier::Rtu => checked(message)?,
        };
        same("the unit", answering, unit)?;
        self.judged(pdu)
    }

    fn judged(&self, pdu: &[u8]) -> Result<Response, ModbusError> {
        let asked = self.pdu();
        let (Some(function), Some((said, data))) = (asked.first(), pdu.split_first()) else {
            return Err(ModbusError::CutOff);
        };
        if *said == function | EXCEPTION {
            return Err(ModbusError::Exception(data.first().copied().unwrap_or(0)));
        }
        same("the function", *said, *function)?;
        match self {
            Self::ReadBits { count, .. } => {
                let data = counted(data, usize::from(count.div_ceil(8)))?;
                let bits = data.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
                Ok(Response::Bits(bits.take(usize::from(*count)).collect()))
            }
            Self::ReadRegisters { count, .. } => {
                let data = counted(data, usize::from(*count) * 2)?;
                let pairs = data.chunks_exact(2);
                Ok(Response::Registers(
                    pairs
                        .map(|pair| pair.iter().fold(0, |sum, b| sum << 8 | u16::from(*b)))
                        .collect(),
                ))
            }
            Self::WriteCoil { .. } | Self::WriteRegisters { .. } => {
                // The answer repeats function, address and value or count.
                let echo = asked.get(1..5).unwrap_or_default();
                if data == echo { Ok(Response::Written) } else { Err(ModbusError::CutOff) }
            }
        }
    }
}

/// Where an answer ends.
#[must_use]
pub fn framing(carrier: Carrier) -> Framing {
    match carrier {
        Carrier::Tcp => Framing::LengthPrefixed(LengthPrefix {
            at: 4,
            width: 2,
            big_endian: true,
            uncounted: 6,
            max: 260,
        }),
        Carrier::Rtu => Framing::Shaped(Shape { name: "Modbus RTU answer", judge: rtu }),
    }
}

/// The function code tells how long an answer on a serial line is.
fn rtu(received: &[u8]) -> Progress {
    let length = match received {
        [_, function, ..] if function & EXCEPTION != 0 => 5,
        [_, 1..=4, count, ..] => usize::from(*count) + 5,
        [] | [_] | [_, 1..=4] => return Progress::Incomplete,
        [_, 5 | 6 | 15 | 16, ..] => 8,
        [_, function, ..] => return Progress::Broken(format!("function {function} was not asked")),
    };
    if received.len() < length { Progress::Incomplete } else { Progress::Complete(length) }
}

fn checked(message: &[u8]) -> Result<(u8, &[u8]), ModbusError> {
    let Some((inner, [low, high])) = message.split_last_chunk::<2>() else {
        return Err(ModbusError::CutOff);
    };
    let (found, wanted) = (u16::from_le_bytes([*low, *high]), crc(inner));
    if found != wanted {
        return Err(ModbusError::Crc { found, wanted });
    }
    inner.split_first().map(|(unit, pdu)| (*unit, pdu)).ok_or(ModbusError::CutOff)
}

/// The bytes behind their count, which must be `wanted`.
fn counted(data: &[u8], wanted: usize) -> Result<&[u8], ModbusError> {
    let (count, data) = data.split_first().ok_or(ModbusError::CutOff)?;
    same("the count of bytes", usize::from(*count), wanted)?;
    same("the length", data.len(), wanted)?;
    Ok(data)
}

fn same<T: Copy + Into<usize>>(what: &'static str, found: T, wanted: T) -> Result<(), ModbusError> {
    let (found, wanted) = (found.into(), wanted.into());
    if found == wanted { Ok(()) } else { Err(ModbusError::NotTheAnswer { what, found, wanted }) }
}

/// CRC-16 with the polynomial A001 (reflected), begun with FFFF.
///
/// Definition: Modbus over Serial Line V1.02, 6.2.2.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 }
        })
    })
}

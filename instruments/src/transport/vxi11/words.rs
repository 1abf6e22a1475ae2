//! Numbers of VXI-11, for both ends.

use std::fmt;

/// A program and its version.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its number.
    pub program: u32,
    /// Its version.
    pub version: u32,
}

/// The core channel.
pub const CORE: Program = Program { program: 0x0006_07AF, version: 1 };
/// The abort channel.
pub const ABORT: Program = Program { program: 0x0006_07B0, version: 1 };
/// The one procedure of the abort channel.
pub const DEVICE_ABORT: u32 = 1;

/// The port mapper and its one question.
#[derive(Clone, Copy, Debug)]
pub struct PortMapper {
    /// Its TCP port.
    pub port: u16,
    /// Its program.
    pub program: u32,
    /// Its version.
    pub version: u32,
    /// Asks for a port.
    pub get_port: u32,
}

/// The port mapper of a host.
pub const PORT_MAPPER: PortMapper =
    PortMapper { port: 111, program: 100_000, version: 2, get_port: 3 };

/// Waits for a lock.
pub const FLAG_WAIT_LOCK: u32 = 1;
/// END goes with the last byte.
pub const FLAG_END: u32 = 8;
/// END came with the last byte.
pub const REASON_END: u32 = 4;
/// A message is available.
pub const STATUS_MESSAGE: u8 = 0x10;
/// Service is requested.
pub const STATUS_REQUEST: u8 = 0x40;

/// Procedures of the core channel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Procedure {
    /// Makes a link.
    CreateLink = 10,
    /// Writes.
    Write = 11,
    /// Reads.
    Read = 12,
    /// Reads the status byte.
    ReadStatusByte = 13,
    /// Triggers.
    Trigger = 14,
    /// Clears the device.
    Clear = 15,
    /// Gives the front panel back.
    Local = 17,
    /// Locks.
    Lock = 18,
    /// Gives the lock up.
    Unlock = 19,
    /// Destroys a link.
    DestroyLink = 23,
}

impl Procedure {
    /// Its number on the wire.
    #[must_use]
    pub fn number(self) -> u32 {
        self as u32
    }

    /// Its name in the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateLink => "create_link",
            Self::Write => "device_write",
            Self::Read => "device_read",
            Self::ReadStatusByte => "device_readstb",
            Self::Trigger => "device_trigger",
            Self::Clear => "device_clear",
            Self::Local => "device_local",
            Self::Lock => "device_lock",
            Self::Unlock => "device_unlock",
            Self::DestroyLink => "destroy_link",
        }
    }
}

/// An error as a call gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// No error.
    pub const NONE: Self = Self(0);
    /// Another link holds the lock.
    pub const LOCKED: Self = Self(11);
    /// The instrument did not answer in time.
    pub const TIMEOUT: Self = Self(15);
    /// The call was aborted.
    pub const ABORTED: Self = Self(23);
}

impl fmt::Display for ErrorCode {
    /// Source of the words: VXI-11 rev. 1.0, table B.2.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            1 => "syntax error",
            3 => "device not accessible",
            4 => "no such link",
            5 => "parameter error",
            6 => "channel not established",
            8 => "operation not supported",
            9 => "out of resources",
            11 => "device locked by another link",
            12 => "no lock held by this link",
            15 => "input or output timed out",
            17 => "input or output error",
            21 => "invalid address",
            23 => "aborted",
            29 => "channel already established",
            code => return write!(f, "error {code}"),
        })
    }
}

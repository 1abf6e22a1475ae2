//! Messages of HiSLIP, for both ends.
//!
//! ```text
//! "HS" | kind | control | parameter (4) | length of the payload (8) | payload
//! ```

use crate::framing::{Framing, LengthPrefix};

/// Length of the head.
pub const HEAD: usize = 16;
/// Longest message accepted.
const MOST: usize = 16 * 1024 * 1024 + HEAD;
/// The number of the first message after connecting and after a device clear.
pub const FIRST_ID: u32 = 0xFFFF_FF00;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// What a message is.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Kind {
            $($(#[$doc])* $name = $number,)*
        }

        impl Kind {
            /// The kind with this number.
            #[must_use]
            pub fn of(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// The client opens the synchronous channel.
    Initialize = 0,
    /// The server names the session.
    InitializeResponse = 1,
    /// The connection is over.
    FatalError = 2,
    /// A message was not understood.
    Error = 3,
    /// The client asks for, or gives up, a lock.
    AsyncLock = 4,
    /// Whether it got it.
    AsyncLockResponse = 5,
    /// A part of a message.
    Data = 6,
    /// The last part of a message.
    DataEnd = 7,
    /// The client has thrown away what was under way.
    DeviceClearComplete = 8,
    /// The server has, too.
    DeviceClearAcknowledge = 9,
    /// The client locks or frees the front panel.
    AsyncRemoteLocalControl = 10,
    /// The server has done so.
    AsyncRemoteLocalResponse = 11,
    /// Group execute trigger.
    Trigger = 12,
    /// An answer was given up because another question came.
    Interrupted = 13,
    /// The same on the asynchronous channel.
    AsyncInterrupted = 14,
    /// The client says the largest message it takes.
    AsyncMaximumMessageSize = 15,
    /// The server says its own.
    AsyncMaximumMessageSizeResponse = 16,
    /// The client opens the asynchronous channel.
    AsyncInitialize = 17,
    /// The server has joined it to the session.
    AsyncInitializeResponse = 18,
    /// The client asks for a device clear.
    AsyncDeviceClear = 19,
    /// The instrument requests service.
    AsyncServiceRequest = 20,
    /// The client asks for the status byte.
    AsyncStatusQuery = 21,
    /// The status byte.
    AsyncStatusResponse = 22,
    /// The server has begun the device clear.
    AsyncDeviceClearAcknowledge = 23,
}

/// A message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// What it is.
    pub kind: Kind,
    /// Control code.
    pub control: u8,
    /// Parameter, often a number of a message.
    pub parameter: u32,
    /// Payload.
    pub payload: Vec<u8>,
}

impl Message {
    /// A message without payload.
    #[must_use]
    pub fn new(kind: Kind, control: u8, parameter: u32) -> Self {
        Self { kind, control, parameter, payload: Vec::new() }
    }

    /// The same with a payload.
    #[must_use]
    pub fn with(self, payload: &[u8]) -> Self {
        Self { payload: payload.to_vec(), ..self }
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = b"HS".to_vec();
        bytes.extend([self.kind as u8, self.control]);
        bytes.extend(self.parameter.to_be_bytes());
        bytes.extend(u64::try_from(self.payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// Reads one whole message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let [b'H', b'S', kind, control, a, b, c, d, _, _, _, _, _, _, _, _, payload @ ..] = bytes
        else {
            return Err("it does not begin with HS and a head".to_owned());
        };
        let kind = Kind::of(*kind).ok_or_else(|| format!("kind {kind} is not known"))?;
        let parameter = u32::from_be_bytes([*a, *b, *c, *d]);
        Ok(Self { kind, control: *control, parameter, payload: payload.to_vec() })
    }
}

/// Where a message ends.
#[must_use]
pub fn framing() -> Framing {
    Framing::LengthPrefixed(LengthPrefix {
        at: 8,
        width: 8,
        big_endian: true,
        uncounted: HEAD,
        max: MOST,
    })
}

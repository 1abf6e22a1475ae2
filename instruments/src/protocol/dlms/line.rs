//! Our end of the line under a talk: what is said is wrapped, what is heard is unwrapped.
//!
//! On HDLC, frames of information are numbered modulo 8 in each direction, one at a time; an
//! answer too long for one frame comes in segments, and each but the last is acknowledged so
//! that the next one comes. The wrapper has neither numbers nor segments.
//!
//! Source: electricity dossier 4.4 (IEC 62056-46:2002, 6.4; IEC 62056-47:2006, 5).

use super::DlmsError;
use crate::{
    framing::{Framing, LengthPrefix},
    protocol::hdlc,
};

/// The management logical device.
const SERVER: u8 = 1;
/// Poll and final bit of a frame.
const FINAL: u8 = 0x10;
/// A frame that only says what was received.
const RECEIVE_READY: u8 = 0x01;
/// Logical link control, from the client and from the server.
const LLC_REQUEST: [u8; 3] = [0xE6, 0xE6, 0x00];
const LLC_RESPONSE: [u8; 3] = [0xE6, 0xE7, 0x00];
/// Longest message that is accepted, over the wrapper and in segments.
/// Chosen: more than any attribute of a meter that a bench reads.
const MOST: usize = 64 * 1024;

/// What carries the messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// HDLC frames on a serial line.
    Hdlc,
    /// The wrapper of IEC 62056-47 over TCP: eight bytes in front of each message.
    Wrapper,
}

/// Something heard.
#[derive(Debug)]
pub(super) enum Heard {
    /// A whole message.
    Whole(Vec<u8>),
    /// One segment of a message: these bytes ask for the next.
    Segment(Vec<u8>),
}

/// Our end of the line, from the connection on.
#[derive(Debug)]
pub(super) struct Line {
    carrier: Carrier,
    client: u8,
    /// Frames of information so far in each direction, modulo 8.
    sent: u8,
    received: u8,
    segments: Vec<u8>,
}

impl Line {
    pub(super) fn new(carrier: Carrier, client: u8) -> Self {
        Self { carrier, client, sent: 0, received: 0, segments: Vec::new() }
    }

    /// A message with what carries it.
    pub(super) fn say(&mut self, request: &[u8]) -> Vec<u8> {
        match self.carrier {
            Carrier::Hdlc => {
                let control = self.received << 5 | FINAL | self.sent << 1;
                self.sent = (self.sent + 1) & 7;
                frame(self.client, control, [LLC_REQUEST.as_slice(), request].concat())
            }
            Carrier::Wrapper => {
                let length = u16::try_from(request.len()).unwrap_or(u16::MAX);
                let mut bytes = vec![0x00, 0x01, 0x00, self.client, 0x00, SERVER];
                bytes.extend(length.to_be_bytes());
                bytes.extend(request);
                bytes
            }
        }
    }

    /// What a message carries.
    ///
    /// # Errors
    /// [`DlmsError::Frame`] for a broken frame, one out of sequence, or too many segments.
    pub(super) fn hear(&mut self, message: &[u8]) -> Result<Heard, DlmsError> {
        if self.carrier == Carrier::Wrapper {
            let [0x00, 0x01, _, _, _, _, _, _, inner @ ..] = message else {
                return Err(DlmsError::Frame("no wrapper of version 1".to_owned()));
            };
            return Ok(Heard::Whole(inner.to_vec()));
        }
        let frame =
            hdlc::Frame::decode(message).map_err(|reason| DlmsError::Frame(reason.to_string()))?;
        let wanted = self.sent << 5 | FINAL | self.received << 1;
        if frame.control != wanted {
            let found = frame.control;
            return Err(DlmsError::Frame(format!("control {found:02X}, wanted {wanted:02X}")));
        }
        self.received = (self.received + 1) & 7;
        self.segments.extend(frame.information);
        if self.segments.len() > MOST {
            return Err(DlmsError::Frame(format!("segments of more than {MOST} bytes")));
        }
        if frame.is_segment {
            let control = self.received << 5 | FINAL | RECEIVE_READY;
            return Ok(Heard::Segment(self::frame(self.client, control, Vec::new())));
        }
        match std::mem::take(&mut self.segments).strip_prefix(&LLC_RESPONSE) {
            Some(inner) => Ok(Heard::Whole(inner.to_vec())),
            None => Err(DlmsError::Frame("no response of the link control".to_owned())),
        }
    }
}

/// A frame of this client.
pub(super) fn frame(client: u8, control: u8, information: Vec<u8>) -> Vec<u8> {
    hdlc::Frame { is_segment: false, destination: SERVER, source: client, control, information }
        .encode()
}

/// Where a message ends.
pub(super) fn framing(carrier: Carrier) -> Framing {
    match carrier {
        Carrier::Hdlc => hdlc::framing(),
        Carrier::Wrapper => Framing::LengthPrefixed(LengthPrefix {
            at: 6,
            width: 2,
            big_endian: true,
            uncounted: 8,
            max: MOST,
        }),
    }
}

//! A whole talk with a DLMS meter, as one exchange: connect, associate, get, part.
//!
//! Each talk begins anew. That costs a few frames and spares all memory of sequence
//! numbers: after any failure the next talk is as good as the first.

use super::{Attribute, DlmsError, associate, associate_by, associated, get, security::Security};
use crate::{
    framing::{Framing, LengthPrefix},
    link::{Continuation, Step},
    protocol::hdlc,
};

/// The public client's address.
const CLIENT: u8 = 16;
/// The management logical device.
const SERVER: u8 = 1;
/// Shown in the transcript in place of each byte of a password.
const HIDDEN: u8 = b'*';
/// Set normal response mode.
const SNRM: u8 = 0x93;
/// Disconnect.
const DISC: u8 = 0x53;
/// Unnumbered acknowledgement.
const UA: u8 = 0x73;
/// Logical link control, from the client and from the server.
const LLC_REQUEST: [u8; 3] = [0xE6, 0xE6, 0x00];
const LLC_RESPONSE: [u8; 3] = [0xE6, 0xE7, 0x00];
/// Longest message accepted over the wrapper.
const MOST: usize = 64 * 1024;

/// What carries the messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// HDLC frames on a serial line.
    Hdlc,
    /// The wrapper of IEC 62056-47 over TCP: eight bytes in front of each message.
    Wrapper,
}

/// The steps that get `attributes` as the public client, or by the password of `security`.
#[must_use]
pub fn steps(carrier: Carrier, security: Option<&Security>, attributes: &[Attribute]) -> Vec<Step> {
    let client = security.map_or(CLIENT, |security| security.client);
    let password = security.and_then(Security::password);
    let carried = |at, request: &[u8]| sent(carrier, client, at, request);
    let mut steps = Vec::new();
    if carrier == Carrier::Hdlc {
        steps.extend(connect(client));
    }
    let call = password.map_or_else(associate, |password| associate_by(password.expose()));
    let requests = std::iter::once(call).chain(attributes.iter().map(|a| get(*a)));
    for (at, request) in requests.enumerate() {
        let bytes = carried(at, &request);
        steps.push(match (at, password) {
            (0, Some(password)) => {
                let hidden = vec![HIDDEN; password.expose().len()];
                Step::WriteSecret { bytes, shown: carried(at, &associate_by(&hidden)) }
            }
            _ => Step::Write(bytes),
        });
        steps.push(Step::Read(framing(carrier)));
        if at == 0 {
            steps.push(then(move |messages| {
                let answer = messages.last().map(Vec::as_slice).unwrap_or_default();
                let inner = received(carrier, 0, answer).map_err(|reason| reason.to_string())?;
                associated(&inner).map_err(|reason| reason.to_string())
            }));
        }
    }
    if carrier == Carrier::Hdlc {
        steps.extend(disconnect(client));
    }
    steps
}

/// Calls for an HDLC connection of this client, and makes sure of it.
pub(super) fn connect(client: u8) -> [Step; 3] {
    let called = then(|messages| {
        let frame = last_frame(messages)?;
        if frame.control == UA { Ok(()) } else { Err(format!("control {:02X}", frame.control)) }
    });
    let call = hdlc_frame(client, SNRM, Vec::new());
    [Step::Write(call), Step::Read(hdlc::framing()), called]
}

/// Ends the HDLC connection of this client.
pub(super) fn disconnect(client: u8) -> [Step; 2] {
    [Step::Write(hdlc_frame(client, DISC, Vec::new())), Step::Read(hdlc::framing())]
}

/// The answers to the attributes asked for, without what carries them.
///
/// # Errors
/// [`DlmsError`] for a broken frame or one out of sequence.
pub fn answers(carrier: Carrier, messages: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, DlmsError> {
    let messages = match carrier {
        Carrier::Hdlc => messages.get(2..messages.len().saturating_sub(1)),
        Carrier::Wrapper => messages.get(1..),
    };
    let numbered = messages.unwrap_or_default().iter().enumerate();
    numbered.map(|(at, message)| received(carrier, at + 1, message)).collect()
}

fn then(judge: impl Fn(&[Vec<u8>]) -> Result<(), String> + Send + Sync + 'static) -> Step {
    Step::Then(Continuation::new(move |messages| judge(messages).map(|()| Vec::new())))
}

fn last_frame(messages: &[Vec<u8>]) -> Result<hdlc::Frame, String> {
    let last = messages.last().map(Vec::as_slice).unwrap_or_default();
    hdlc::Frame::decode(last).map_err(|reason| reason.to_string())
}

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

fn hdlc_frame(client: u8, control: u8, information: Vec<u8>) -> Vec<u8> {
    hdlc::Frame { destination: SERVER, source: client, control, information }.encode()
}

/// Number of a frame of information, modulo 8.
fn number(at: usize) -> u8 {
    u8::try_from(at % 8).unwrap_or(0)
}

/// A message with what carries it, as the one numbered `at` of its talk.
pub(super) fn sent(carrier: Carrier, client: u8, at: usize, request: &[u8]) -> Vec<u8> {
    match carrier {
        Carrier::Hdlc => {
            let control = number(at) << 5 | 0x10 | number(at) << 1;
            let mut information = LLC_REQUEST.to_vec();
            information.extend(request);
            hdlc_frame(client, control, information)
        }
        Carrier::Wrapper => {
            let length = u16::try_from(request.len()).unwrap_or(u16::MAX);
            let mut bytes = vec![0x00, 0x01, 0x00, client, 0x00, SERVER];
            bytes.extend(length.to_be_bytes());
            bytes.extend(request);
            bytes
        }
    }
}

/// What a message carries, where it is the answer to the one numbered `at`.
///
/// # Errors
/// [`DlmsError::Frame`].
pub(super) fn received(carrier: Carrier, at: usize, message: &[u8]) -> Result<Vec<u8>, DlmsError> {
    if carrier == Carrier::Wrapper {
        let [0x00, 0x01, _, _, _, _, _, _, inner @ ..] = message else {
            return Err(DlmsError::Frame("no wrapper of version 1".to_owned()));
        };
        return Ok(inner.to_vec());
    }
    let frame =
        hdlc::Frame::decode(message).map_err(|reason| DlmsError::Frame(reason.to_string()))?;
    let wanted = number(at + 1) << 5 | 0x10 | number(at) << 1;
    if frame.control != wanted {
        let (found, wanted) = (frame.control, wanted);
        return Err(DlmsError::Frame(format!("control {found:02X}, wanted {wanted:02X}")));
    }
    match frame.information.strip_prefix(&LLC_RESPONSE) {
        Some(inner) => Ok(inner.to_vec()),
        None => Err(DlmsError::Frame("no response of the link control".to_owned())),
    }
}

//! A whole talk with a DLMS meter, as one exchange: connect, associate, get, part.
//!
//! Each talk begins anew. That costs a few frames and spares all memory of sequence
//! numbers: after any failure the next talk is as good as the first. What is said next is a
//! function of what was heard so far, and of nothing else.

use super::{
    Attribute, DlmsError,
    answer::{Blocks, Brought},
    associate, associate_by, associated, get,
    line::{Carrier, Heard, Line, frame, framing},
    security::Security,
    value::Value,
};
use crate::{
    link::{Continuation, Step},
    protocol::hdlc,
};

/// The public client's address.
const CLIENT: u8 = 16;
/// Shown in the transcript in place of each byte of a password.
const HIDDEN: u8 = b'*';
/// Set normal response mode.
const SNRM: u8 = 0x93;
/// Disconnect.
const DISC: u8 = 0x53;
/// Unnumbered acknowledgement.
const UA: u8 = 0x73;

/// Who asks whom for what.
#[derive(Clone, Debug)]
pub struct Talk {
    carrier: Carrier,
    client: u8,
    attributes: Vec<Attribute>,
}

/// What a talk has brought so far.
struct Told {
    /// A value for each attribute, in order; the first failure is the last entry.
    found: Vec<Result<Value, DlmsError>>,
    /// What is to be said next; nothing where the talk is over.
    next: Option<Vec<u8>>,
}

impl Talk {
    /// A talk of the public client, or of the one that `security` names.
    #[must_use]
    pub fn new(carrier: Carrier, security: Option<&Security>, attributes: Vec<Attribute>) -> Self {
        Self { carrier, client: security.map_or(CLIENT, |security| security.client), attributes }
    }

    /// The steps that get the attributes, by the password of `security` where it has one.
    #[must_use]
    pub fn steps(self, security: Option<&Security>) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.carrier == Carrier::Hdlc {
            steps.extend(connect(self.client));
        }
        let carried = |request: &[u8]| Line::new(self.carrier, self.client).say(request);
        steps.push(match security.and_then(Security::password) {
            Some(password) => {
                let hidden = vec![HIDDEN; password.expose().len()];
                Step::WriteSecret {
                    bytes: carried(&associate_by(password.expose())),
                    shown: carried(&associate_by(&hidden)),
                }
            }
            None => Step::Write(carried(&associate())),
        });
        steps.extend(self.listen());
        steps
    }

    /// Reads an answer and goes on with it.
    fn listen(self) -> [Step; 2] {
        let framing = framing(self.carrier);
        let onward = Continuation::new(move |messages| {
            let told = self.told(messages).map_err(|reason| reason.to_string())?;
            Ok(match told.next {
                Some(bytes) => [vec![Step::Write(bytes)], self.clone().listen().into()].concat(),
                None if self.carrier == Carrier::Hdlc => disconnect(self.client).to_vec(),
                None => Vec::new(),
            })
        });
        [Step::Read(framing), Step::Then(onward)]
    }

    /// The values that were got, in order.
    ///
    /// # Errors
    /// [`DlmsError`], the first one.
    pub fn values(&self, messages: &[Vec<u8>]) -> Result<Vec<Value>, DlmsError> {
        let values: Vec<Value> =
            self.told(messages)?.found.into_iter().collect::<Result<_, _>>()?;
        if values.len() == self.attributes.len() {
            return Ok(values);
        }
        let (found, wanted) = (values.len(), self.attributes.len());
        Err(DlmsError::Frame(format!("the talk ended after {found} of {wanted} values")))
    }

    /// What the messages so far have brought. A meter that does not associate is a failure of
    /// the talk; one that refuses a value ends it in order.
    fn told(&self, messages: &[Vec<u8>]) -> Result<Told, DlmsError> {
        let connected = usize::from(self.carrier == Carrier::Hdlc);
        let mut line = Line::new(self.carrier, self.client);
        // Whatever it said of itself, it counts as the first message.
        line.say(&[]);
        let mut messages = messages.iter().skip(connected);
        let mut told = Told { found: Vec::new(), next: None };
        let mut is_associated = false;
        let mut blocks = Blocks::default();
        while told.found.len() < self.attributes.len() {
            let Some(message) = messages.next() else { return Ok(told) };
            let whole = match line.hear(message) {
                Ok(Heard::Whole(whole)) => whole,
                Ok(Heard::Segment(onward)) => {
                    told.next = Some(onward);
                    continue;
                }
                Err(reason) if is_associated => return Ok(told.ended(reason)),
                Err(reason) => return Err(reason),
            };
            if is_associated {
                match blocks.take(&whole) {
                    Ok(Brought::Value(value)) => told.found.push(Ok(value)),
                    Ok(Brought::Block(onward)) => {
                        told.next = Some(line.say(&onward));
                        continue;
                    }
                    Err(reason) => return Ok(told.ended(reason)),
                }
            } else {
                associated(&whole)?;
                is_associated = true;
            }
            blocks = Blocks::default();
            let wanted = self.attributes.get(told.found.len());
            told.next = wanted.map(|attribute| line.say(&get(*attribute)));
        }
        Ok(told)
    }
}

impl Told {
    /// Nothing more is asked for.
    fn ended(mut self, reason: DlmsError) -> Self {
        self.found.push(Err(reason));
        Self { next: None, ..self }
    }
}

/// Calls for an HDLC connection of this client, and makes sure of it.
pub(super) fn connect(client: u8) -> [Step; 3] {
    let called = Continuation::new(|messages| {
        let last = messages.last().map(Vec::as_slice).unwrap_or_default();
        let frame = hdlc::Frame::decode(last).map_err(|reason| reason.to_string())?;
        if frame.control == UA {
            Ok(Vec::new())
        } else {
            Err(format!("control {:02X}", frame.control))
        }
    });
    let call = frame(client, SNRM, Vec::new());
    [Step::Write(call), Step::Read(hdlc::framing()), Step::Then(called)]
}

/// Ends the HDLC connection of this client.
pub(super) fn disconnect(client: u8) -> [Step; 2] {
    [Step::Write(frame(client, DISC, Vec::new())), Step::Read(hdlc::framing())]
}

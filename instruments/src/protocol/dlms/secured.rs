//! A talk with a meter that wants keys: associate, prove, get, part.
//!
//! What is said in it is made and judged by the package `dlms-cosem-rs`; this file carries its
//! messages in frames or in the wrapper, one step of the exchange after the other. Every talk
//! has an association of its own, so that nothing of an earlier one can be played again to it.
//!
//! Source: DLMS UA Green Book (IEC 62056-5-3), AARQ/AARE, reply_to_HLS_authentication, glo-get.

use super::{
    Attribute, DlmsError,
    line::{Carrier, Heard, Line, framing},
    message,
    security::{Authentication, Security},
    talk::{connect, disconnect},
    value::Value,
};
use crate::link::{Continuation, Step};
use dlms_cosem_rs::{
    acse::AuthMechanism,
    client::{AssociationStep, ClientConfig, ClientSession, Response},
    codec::{Encode, Error as CodecError, ErrorKind},
    obis::Obis,
    security::{RandomSource, RustCryptoProvider, SecurityPolicy, SecuritySuite, SystemTitle},
    xdlms::AttributeDescriptor,
};
use rand_os::{OsRng, RngCore as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest message this client builds or takes; a register's answer has a few dozen bytes.
const LONGEST: usize = 2048;
/// Most bytes of a value that comes in blocks.
const LONGEST_VALUE: usize = 64 * 1024;

/// Chance from the operating system, for the challenge.
#[derive(Debug)]
struct Chance;

impl RandomSource for Chance {
    fn fill(&self, out: &mut [u8]) -> Result<(), CodecError> {
        OsRng.try_fill_bytes(out).map_err(|_| CodecError::new(ErrorKind::Unsupported, 0))
    }
}

/// What was found, one entry for each attribute, or why the talk ended before.
pub type Found = Arc<Mutex<Vec<Result<Value, DlmsError>>>>;

/// One talk; its steps share it.
struct Talk {
    carrier: Carrier,
    security: Arc<Security>,
    attributes: Vec<Attribute>,
    found: Found,
    state: Mutex<State>,
}

struct State {
    session: ClientSession<RustCryptoProvider<Chance>>,
    line: Line,
    /// What came so far of a value in blocks.
    collected: Vec<u8>,
    blocks: u32,
}

/// What follows an answer.
type Onward = fn(&Arc<Talk>, &[u8]) -> Result<Vec<Step>, DlmsError>;

/// The steps that get `attributes` under `security`; what they find is left in `found`.
#[must_use]
pub fn steps(
    carrier: Carrier,
    security: &Arc<Security>,
    attributes: Vec<Attribute>,
    found: &Found,
) -> Vec<Step> {
    let session =
        ClientSession::new(config(security), RustCryptoProvider::with_rng(security.keys(), Chance));
    let line = Line::new(carrier, security.client);
    let state = State { session, line, collected: Vec::new(), blocks: 0 };
    let talk = Arc::new(Talk {
        carrier,
        security: Arc::clone(security),
        attributes,
        found: Arc::clone(found),
        state: Mutex::new(state),
    });
    let mut steps = Vec::new();
    if carrier == Carrier::Hdlc {
        steps.extend(connect(security.client));
    }
    steps.push(Step::Then(Continuation::new(move |_| talk.judged(talk.associate()))));
    steps
}

fn config(security: &Security) -> ClientConfig {
    let policy = SecurityPolicy::authenticated_encrypted(SecuritySuite::Suite0);
    let proves = security.authentication == Authentication::Gmac;
    ClientConfig {
        client_sap: security.client,
        system_title: (security.is_ciphered || proves).then(|| SystemTitle::new(security.title)),
        mechanism: match security.authentication {
            Authentication::Lowest | Authentication::Low => AuthMechanism::None,
            Authentication::Gmac => AuthMechanism::HighGmac,
        },
        security: if security.is_ciphered { policy } else { SecurityPolicy::NONE },
        ..ClientConfig::default()
    }
}

fn insecure(reason: impl ToString) -> DlmsError {
    DlmsError::Security(reason.to_string())
}

impl Talk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a message under numbers of its own: one for each thing in it that is secured.
    fn made(
        &self,
        secured: u32,
        make: impl FnOnce(
            &mut ClientSession<RustCryptoProvider<Chance>>,
            &mut [u8],
        ) -> Result<usize, CodecError>,
    ) -> Result<Vec<u8>, DlmsError> {
        let mut state = self.state();
        let last = self.security.last_of(secured).map_err(insecure)?;
        // The session counts on before it uses a number.
        let before = last.checked_sub(secured).ok_or_else(|| insecure("number 0 is no number"))?;
        state.session.set_invocation_counter(before);
        let mut message = vec![0; LONGEST];
        let length = make(&mut state.session, &mut message).map_err(insecure)?;
        if state.session.invocation_counter() > last {
            return Err(insecure("a message wants more numbers than were taken for it"));
        }
        message.truncate(length);
        Ok(message)
    }

    /// Sends a message, reads its answer, and goes on with it.
    fn send(self: &Arc<Self>, message: &[u8], onward: Onward) -> Vec<Step> {
        let bytes = self.state().line.say(message);
        [vec![Step::Write(bytes)], self.listen(onward).into()].concat()
    }

    /// Reads an answer, segment by segment where it has several, and goes on with it.
    fn listen(self: &Arc<Self>, onward: Onward) -> [Step; 2] {
        let talk = Arc::clone(self);
        let judge = Continuation::new(move |messages| {
            let last = messages.last().map(Vec::as_slice).unwrap_or_default();
            let heard = talk.state().line.hear(last).map_err(|reason| reason.to_string())?;
            match heard {
                Heard::Whole(answer) => talk.judged(onward(&talk, &answer)),
                Heard::Segment(next) => {
                    Ok([vec![Step::Write(next)], talk.listen(onward).into()].concat())
                }
            }
        });
        [Step::Read(framing(self.carrier)), Step::Then(judge)]
    }

    /// A refusal of the meter ends the talk in order, and is told once it has ended.
    fn judged(self: &Arc<Self>, onward: Result<Vec<Step>, DlmsError>) -> Result<Vec<Step>, String> {
        match onward {
            Ok(steps) => Ok(steps),
            Err(reason) => {
                self.note(Err(reason));
                Ok(match self.carrier {
                    Carrier::Hdlc => disconnect(self.security.client).to_vec(),
                    Carrier::Wrapper => Vec::new(),
                })
            }
        }
    }

    fn note(&self, found: Result<Value, DlmsError>) -> usize {
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(found);
        all.len()
    }

    fn associate(self: &Arc<Self>) -> Result<Vec<Step>, DlmsError> {
        let request = self.made(1, |session, out| session.associate_request(out))?;
        Ok(self.send(&request, |talk, answer| {
            let step = talk.state().session.handle_associate_response(answer);
            talk.associated(step.map_err(insecure)?)
        }))
    }

    fn associated(self: &Arc<Self>, step: AssociationStep) -> Result<Vec<Step>, DlmsError> {
        match step {
            AssociationStep::Established => self.ask(0),
            AssociationStep::HlsReplyRequired => {
                // The proof has a number, and the message around it where messages are ciphered.
                let secured = 1 + u32::from(self.security.is_ciphered);
                let request = self.made(secured, |session, out| session.hls_reply_request(out))?;
                Ok(self.send(&request, |talk, answer| {
                    let step = talk.state().session.handle_hls_reply_response(answer);
                    talk.associated(step.map_err(insecure)?)
                }))
            }
            AssociationStep::Rejected { result, diagnostic } => Err(insecure(format!(
                "the meter refuses the association, {result:?}: {diagnostic:?}"
            ))),
            AssociationStep::Exception(exception) => Err(refusal(exception)),
        }
    }

    /// Asks for the attribute at this place, or parts behind the last.
    fn ask(self: &Arc<Self>, at: usize) -> Result<Vec<Step>, DlmsError> {
        let Some(wanted) = self.attributes.get(at) else { return self.part() };
        let number = i8::try_from(wanted.number).unwrap_or(i8::MAX);
        let object = Obis::from_bytes(wanted.object.bytes());
        let wanted = AttributeDescriptor::new(wanted.class, object, number);
        let request = self.made(1, |session, out| session.get_request(wanted, None, out))?;
        Ok(self.send(&request, Self::answered))
    }

    fn answered(self: &Arc<Self>, answer: &[u8]) -> Result<Vec<Step>, DlmsError> {
        let mut plain = vec![0; answer.len() + LONGEST];
        let mut state = self.state();
        let value = match state.session.handle_response(answer, &mut plain).map_err(insecure)? {
            Response::Data(data) => {
                let mut bytes = Vec::new();
                data.encode(&mut bytes).map_err(insecure)?;
                Value::read_all(&bytes)?
            }
            Response::Block { last, number, data } => {
                let State { collected, blocks, .. } = &mut *state;
                *blocks += 1;
                if number != *blocks || collected.len() + data.len() > LONGEST_VALUE {
                    return Err(DlmsError::Value(format!(
                        "block {number} out of order or too much"
                    )));
                }
                collected.extend_from_slice(data);
                if !last {
                    drop(state);
                    return self.next_block(number);
                }
                *blocks = 0;
                Value::read_all(&std::mem::take(collected))?
            }
            Response::DataError(result) => return Err(DlmsError::Access(result.as_u8())),
            Response::Exception(exception) => return Err(refusal(exception)),
            _ => return Err(message(answer, "a GET response")),
        };
        drop(state);
        let found = self.note(Ok(value));
        self.ask(found)
    }

    fn next_block(self: &Arc<Self>, number: u32) -> Result<Vec<Step>, DlmsError> {
        let request = self.made(1, |session, out| session.get_next_block_request(number, out))?;
        Ok(self.send(&request, Self::answered))
    }

    fn part(self: &Arc<Self>) -> Result<Vec<Step>, DlmsError> {
        if self.carrier == Carrier::Hdlc {
            return Ok(disconnect(self.security.client).to_vec());
        }
        let request = self.made(1, |session, out| session.release_request(out))?;
        // Whatever the meter says to that, the talk is over.
        Ok(self.send(&request, |_, _| Ok(Vec::new())))
    }
}

fn refusal(exception: dlms_cosem_rs::xdlms::ExceptionResponse) -> DlmsError {
    let number = match exception.expected_invocation_counter {
        Some(number) => format!(", it expects the invocation counter at {number}"),
        None => String::new(),
    };
    insecure(format!("the meter answers with an exception, {:?}{number}", exception.service_error))
}

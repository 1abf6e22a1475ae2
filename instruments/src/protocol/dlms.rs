//! DLMS/COSEM as a public client: associate without security, get one attribute, part.
//!
//! Own code for what a bench asks of a meter: single attributes of registers and data
//! objects, over HDLC or over the TCP wrapper. A meter that wants a password or keys is
//! spoken to by [`secured`]. A value too long for one message comes in blocks, a message too
//! long for one frame in segments; several attributes in one question are not asked for.
//!
//! Source: electricity dossier 4.4 (IEC 62056-53:2006 and IEC 62056-46:2002).

use std::fmt;
use thiserror::Error;

mod answer;
pub mod line;
pub mod secured;
pub mod security;
pub mod talk;
pub mod value;

use value::Value;

/// Associates: logical names, no security, conformance 00 7E 1F, PDUs up to FFFF.
const AARQ: [u8; 31] = [
    0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01, 0xBE, 0x10, 0x04,
    0x0E, 0x01, 0x00, 0x00, 0x00, 0x06, 0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0xFF, 0xFF,
];

/// The name of an object: `1-0:1.8.0.255`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Obis([u8; 6]);

impl Obis {
    /// Reads `A-B:C.D.E.F`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (a, rest) = text.split_once('-')?;
        let (b, rest) = rest.split_once(':')?;
        let mut groups = rest.split('.');
        let mut next = || groups.next()?.parse().ok();
        let name = Self([a.parse().ok()?, b.parse().ok()?, next()?, next()?, next()?, next()?]);
        groups.next().is_none().then_some(name)
    }

    /// The six groups.
    pub(crate) fn bytes(self) -> [u8; 6] {
        self.0
    }
}

impl fmt::Display for Obis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, last] = self.0;
        write!(f, "{a}-{b}:{c}.{d}.{e}.{last}")
    }
}

/// One attribute of one object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// Interface class: 1 data, 3 register.
    pub class: u16,
    /// The object.
    pub object: Obis,
    /// Number of the attribute: 2 value, 3 scaler and unit.
    pub number: u8,
}

/// Why the meter gave no value.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum DlmsError {
    /// The association was not accepted.
    #[error("the meter refuses the association, result {result}")]
    NotAssociated {
        /// 1 refused for good, 2 for the moment.
        result: u8,
    },
    /// The meter refuses access to the attribute.
    #[error("the meter refuses access: {}", access(*.0))]
    Access(u8),
    /// Another message than the one awaited.
    #[error("a message beginning {found}, wanted {wanted}")]
    Message {
        /// Its first bytes.
        found: String,
        /// What was awaited.
        wanted: &'static str,
    },
    /// A value that ends too early, or of a type that is not known here.
    #[error("the value is broken: {0}")]
    Value(String),
    /// The frame around the message.
    #[error("{0}")]
    Frame(String),
    /// Authentication or protection did not hold, or could not be begun.
    #[error("the talk is not secured: {0}")]
    Security(String),
}

/// Results of data access.
///
/// Definition: IEC 62056-53:2006, 8.3, Data-Access-Result.
fn access(code: u8) -> String {
    let words = match code {
        1 => "hardware fault",
        2 => "temporary failure",
        3 => "reading and writing denied",
        4 => "no such object",
        9 => "object of another class",
        11 => "no such object here",
        12 => "attribute of another type",
        13 => "access violated the scope",
        14 => "no such block",
        _ => return format!("code {code}"),
    };
    words.to_owned()
}

/// Asks for an association.
#[must_use]
pub fn associate() -> Vec<u8> {
    AARQ.to_vec()
}

/// Asks for an association by a password (low-level security): what the public client says, with
/// the mechanism and the password in front of the services.
///
/// Source: DLMS UA Green Book (IEC 62056-5-3), example of an AARQ with LLS.
#[must_use]
pub fn associate_by(password: &[u8]) -> Vec<u8> {
    let (context, services) = AARQ.split_at(13);
    let length = u8::try_from(password.len()).unwrap_or(u8::MAX);
    let mut body = context.get(2..).unwrap_or_default().to_vec();
    body.extend([0x8A, 0x02, 0x07, 0x80, 0x8B, 0x07]);
    body.extend([0x60, 0x85, 0x74, 0x05, 0x08, 0x02, 0x01]);
    body.extend([0xAC, length.saturating_add(2), 0x80, length]);
    body.extend(password);
    body.extend(services);
    let mut bytes = vec![0x60, u8::try_from(body.len()).unwrap_or(u8::MAX)];
    bytes.extend(body);
    bytes
}

/// Whether an association was accepted.
///
/// # Errors
/// [`DlmsError`].
pub fn associated(answer: &[u8]) -> Result<(), DlmsError> {
    let [0x61, length, body @ ..] = answer else { return Err(message(answer, "an AARE")) };
    let mut rest = body.get(..usize::from(*length)).unwrap_or(body);
    while let [tag, length, more @ ..] = rest {
        let Some((content, behind)) = more.split_at_checked(usize::from(*length)) else { break };
        if let (0xA2, [0x02, 0x01, result]) = (*tag, content) {
            return if *result == 0 {
                Ok(())
            } else {
                Err(DlmsError::NotAssociated { result: *result })
            };
        }
        rest = behind;
    }
    Err(message(answer, "an AARE with its result"))
}

/// Asks for one attribute.
#[must_use]
pub fn get(attribute: Attribute) -> Vec<u8> {
    let mut bytes = vec![0xC0, 0x01, 0xC1];
    bytes.extend(attribute.class.to_be_bytes());
    bytes.extend(attribute.object.0);
    bytes.extend([attribute.number, 0x00]);
    bytes
}

/// The value in an answer to [`get`] that is whole.
///
/// # Errors
/// [`DlmsError`].
pub fn got(answer: &[u8]) -> Result<Value, DlmsError> {
    match answer {
        [0xC4, 0x01, _, 0x00, data @ ..] => Value::read_all(data),
        [0xC4, 0x01, _, 0x01, code, ..] => Err(DlmsError::Access(*code)),
        _ => Err(message(answer, "a GET response")),
    }
}

fn message(found: &[u8], wanted: &'static str) -> DlmsError {
    let head = found.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
    DlmsError::Message { found: head, wanted }
}

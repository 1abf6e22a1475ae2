//! What an answer to a GET brings: a value, one block of a value, or a refusal.
//!
//! Definition: IEC 62056-53:2006, 8.3: GET-Response-Normal, GET-Response-With-Datablock and
//! GET-Request-Next.

use super::{
    DlmsError,
    value::{self, Value},
};

/// Most bytes of a value that comes in blocks.
/// Chosen: more than any attribute of a meter that a bench reads.
const LONGEST_VALUE: usize = 64 * 1024;

/// What an answer brings.
#[derive(Debug)]
pub(super) enum Brought {
    /// The value, whole.
    Value(Value),
    /// A block of it: these bytes ask for the next.
    Block(Vec<u8>),
}

/// What came so far of a value in blocks.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    count: u32,
    bytes: Vec<u8>,
}

impl Blocks {
    /// Takes an answer.
    ///
    /// # Errors
    /// A refusal, a value that is broken, blocks out of order, or another message.
    pub(super) fn take(&mut self, answer: &[u8]) -> Result<Brought, DlmsError> {
        let [0xC4, 0x02, invoked, last, a, b, c, d, is_refused, data @ ..] = answer else {
            return super::got(answer).map(Brought::Value);
        };
        if *is_refused != 0 {
            return Err(DlmsError::Access(data.first().copied().unwrap_or_default()));
        }
        let number = u32::from_be_bytes([*a, *b, *c, *d]);
        self.add(number, data)?;
        if *last != 0 {
            return Value::read_all(&self.bytes).map(Brought::Value);
        }
        let mut onward = vec![0xC0, 0x02, *invoked];
        onward.extend(number.to_be_bytes());
        Ok(Brought::Block(onward))
    }

    /// Adds the bytes of a block, which must be the next one.
    fn add(&mut self, number: u32, data: &[u8]) -> Result<(), DlmsError> {
        let wanted = self.count + 1;
        if number != wanted {
            return Err(DlmsError::Value(format!("block {number}, wanted {wanted}")));
        }
        let (length, raw) = value::length(data)?;
        if length != raw.len() {
            let found = raw.len();
            return Err(DlmsError::Value(format!("block {number} has {found} of {length} bytes")));
        }
        if self.bytes.len() + length > LONGEST_VALUE {
            return Err(DlmsError::Value(format!("blocks of more than {LONGEST_VALUE} bytes")));
        }
        self.count = number;
        self.bytes.extend(raw);
        Ok(())
    }
}

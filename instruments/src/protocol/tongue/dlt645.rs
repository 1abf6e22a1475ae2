//! DL/T 645-2007 in words: `address`, `read 00010000 XXXXXX.XX`, `output clock`.
//!
//! Only the one meter on a line may be asked for its address as whoever is there: of several all would
//! answer at once. A meter whose address is known is asked for its energy instead, and its answer has
//! its address.

use super::{SentenceError, Tongue, garbled, last, refused};
use crate::{
    link::Step,
    protocol::{
        dlt645::{
            Address, Frame, FrameError, framing,
            question::{self, ITEM_WIDTH, Item, OutputFunction},
            value::Form,
        },
        scpi::ReplyError,
    },
};

/// What can be said.
const SENTENCES: &str = "address, read <8 hex digits> <form>, output clock|demand|tariff";

/// DL/T 645-2007 with one meter.
#[derive(Clone, Copy, Debug)]
pub struct Dlt645 {
    /// The meter.
    pub address: Address,
}

enum Sentence {
    Address,
    Read(Item, Form),
    Output(OutputFunction),
}

impl Dlt645 {
    fn understood(sentence: &str) -> Result<Sentence, SentenceError> {
        let wrong = || SentenceError { found: sentence.to_owned(), wanted: SENTENCES };
        let (verb, rest) = sentence.split_once(' ').unwrap_or((sentence, ""));
        match (verb, rest) {
            ("address", "") => Ok(Sentence::Address),
            ("output", "clock") => Ok(Sentence::Output(OutputFunction::Clock)),
            ("output", "demand") => Ok(Sentence::Output(OutputFunction::Demand)),
            ("output", "tariff") => Ok(Sentence::Output(OutputFunction::Tariff)),
            ("read", rest) => {
                let (item, form) = rest.split_once(' ').ok_or_else(wrong)?;
                let item = Item::parse(item).ok_or_else(wrong)?;
                Ok(Sentence::Read(item, Form::parse(form).ok_or_else(wrong)?))
            }
            _ => Err(wrong()),
        }
    }

    fn frame(&self, sentence: &Sentence) -> Frame {
        match sentence {
            Sentence::Address if self.address == Address::ANY => question::address(),
            Sentence::Address => question::read(self.address, Item::ENERGY),
            Sentence::Read(item, _) => question::read(self.address, *item),
            Sentence::Output(function) => question::output(self.address, *function),
        }
    }
}

impl Tongue for Dlt645 {
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError> {
        let frame = self.frame(&Self::understood(sentence)?);
        Ok(vec![Step::Write(frame.encode()), Step::Read(framing())])
    }

    fn text(&self, sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError> {
        let understood = Self::understood(sentence).map_err(refused)?;
        let answer = Frame::decode(last(messages)).map_err(garbled)?;
        let asked = self.frame(&understood);
        let echoed = if asked.control == question::control::READ { ITEM_WIDTH } else { 0 };
        let data = asked.answered_by(&answer, echoed).map_err(|reason| {
            if matches!(reason, FrameError::Refused(_)) { refused(reason) } else { garbled(reason) }
        })?;
        match understood {
            Sentence::Address => Ok(answer.address.to_string()),
            Sentence::Output(_) => Ok(String::new()),
            Sentence::Read(_, form) => form.read(&data).map_err(garbled),
        }
    }
}

//! What a DL/T 645-2007 meter may be asked and told.

use super::{Address, Frame};
use jiff::civil::DateTime;

/// Control codes used here.
///
/// Source: electricity dossier 4.2 (DL/T 645-2007, 7.1 to 7.15).
pub(crate) mod control {
    /// Sets every clock on the line; nobody answers.
    pub(super) const BROADCAST_TIME: u8 = 0x08;
    /// Reads an item.
    pub(crate) const READ: u8 = 0x11;
    /// Reads the address of the only meter on the line.
    pub(super) const READ_ADDRESS: u8 = 0x13;
    /// Chooses what the multi-function output gives.
    pub(super) const OUTPUT: u8 = 0x1D;
}

/// The name of an item: four bytes, written with the highest first (`00010000`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item(u32);

impl Item {
    /// Active energy, forward, of all tariffs: every meter has it. Source: electricity dossier 4.2.
    pub const ENERGY: Self = Self(0x0001_0000);

    /// Reads eight hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| u32::from_str_radix(text, 16).ok()).flatten().map(Self)
    }
}

/// How many data bytes of an answer repeat the name of the item.
pub const ITEM_WIDTH: usize = 4;

/// What the multi-function output of a meter gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutputFunction {
    /// One pulse per second of the meter's clock.
    Clock,
    /// The demand period.
    Demand,
    /// The switching between tariffs.
    Tariff,
}

/// Asks for an item.
#[must_use]
pub fn read(address: Address, item: Item) -> Frame {
    Frame { address, control: control::READ, data: item.0.to_le_bytes().to_vec() }
}

/// Asks the only meter on the line for its address.
#[must_use]
pub fn address() -> Frame {
    Frame { address: Address::ANY, control: control::READ_ADDRESS, data: Vec::new() }
}

/// Chooses what the multi-function output gives.
#[must_use]
pub fn output(address: Address, function: OutputFunction) -> Frame {
    let code = match function {
        OutputFunction::Clock => 0,
        OutputFunction::Demand => 1,
        OutputFunction::Tariff => 2,
    };
    Frame { address, control: control::OUTPUT, data: vec![code] }
}

/// Tells every meter on the line the time; `None` before 2000 and behind 2099.
#[must_use]
pub fn broadcast_time(time: DateTime) -> Option<Frame> {
    let year = time.year().checked_sub(2000).filter(|year| (0..100).contains(year))?;
    let parts = [
        i64::from(time.second()),
        i64::from(time.minute()),
        i64::from(time.hour()),
        i64::from(time.day()),
        i64::from(time.month()),
        i64::from(year),
    ];
    let data = parts.iter().map(|part| u8::try_from(part / 10 * 16 + part % 10).unwrap_or(0));
    let data = data.collect();
    Some(Frame { address: Address::EVERYBODY, control: control::BROADCAST_TIME, data })
}

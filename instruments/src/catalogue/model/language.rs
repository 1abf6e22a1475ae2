//! How models are spoken to.

use crate::protocol::{
    dlms,
    dlms::security::MeterKeys,
    dlt645::Address,
    modbus,
    tongue::{Tongue, dlms::Dlms, dlt645::Dlt645, iec62056_21::ModeC, modbus::Modbus},
};
use std::sync::Arc;

/// How a model is spoken to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Language {
    /// Lines of text, commands and questions.
    Scpi,
    /// Balances of Mettler-Toledo: a status stands in front of each value.
    MtSics,
    /// Balances of Sartorius: values stand at fixed positions.
    Sbi,
    /// Pressure controllers of DHI: readiness comes in words.
    Ppc,
    /// Pressure controllers of Mensor: a blank or `E` stands in front of each reply.
    Mensor,
    /// Transmitters of Vaisala: each value is named.
    Vaisala,
    /// Sources and comparators of ZERA: answers of several lines.
    Zera,
    /// Frames of DL/T 645-2007.
    Dlt645,
    /// IEC 62056-21, mode C.
    Iec62056,
    /// DLMS over HDLC.
    DlmsHdlc,
    /// DLMS over the TCP wrapper.
    DlmsWrapper,
    /// Modbus over TCP.
    ModbusTcp,
    /// Modbus over a serial line.
    ModbusRtu,
    /// A person reads it and sets it.
    ByHand,
}

impl Language {
    /// Every language with its name in model files.
    pub const NAMES: [(&'static str, Self); 14] = [
        ("scpi", Self::Scpi),
        ("mt-sics", Self::MtSics),
        ("sbi", Self::Sbi),
        ("ppc", Self::Ppc),
        ("mensor", Self::Mensor),
        ("vaisala", Self::Vaisala),
        ("zera", Self::Zera),
        ("dl/t 645", Self::Dlt645),
        ("iec 62056-21", Self::Iec62056),
        ("dlms hdlc", Self::DlmsHdlc),
        ("dlms wrapper", Self::DlmsWrapper),
        ("modbus tcp", Self::ModbusTcp),
        ("modbus rtu", Self::ModbusRtu),
        ("by hand", Self::ByHand),
    ];

    /// Whether its sentences are frames and not lines of text.
    #[must_use]
    pub fn is_framed(self) -> bool {
        matches!(
            self,
            Self::Dlt645
                | Self::Iec62056
                | Self::DlmsHdlc
                | Self::DlmsWrapper
                | Self::ModbusTcp
                | Self::ModbusRtu
        )
    }

    /// Who makes frames of its sentences, for the meter or unit at `address` (empty: the
    /// usual one); `None` where lines of text are spoken, or where the address is none.
    ///
    /// The address of a DLMS meter that wants a password or keys is `keys NAME`; a name that
    /// `meter_keys` does not have is no address.
    #[must_use]
    pub fn tongue(self, address: &str, meter_keys: &MeterKeys) -> Option<Box<dyn Tongue>> {
        let unit = || if address.is_empty() { Some(1) } else { address.parse().ok() };
        let modbus = |carrier| Some(Box::new(Modbus { carrier, unit: unit()? }) as Box<dyn Tongue>);
        let dlms = |carrier| {
            Some(Box::new(match Self::key_name(address) {
                Some(name) => Dlms::secured(carrier, Arc::clone(meter_keys.named(name)?)),
                None => Dlms::public(carrier),
            }) as Box<dyn Tongue>)
        };
        match self {
            Self::Dlt645 => {
                let address = if address.is_empty() { "any" } else { address };
                Some(Box::new(Dlt645 { address: Address::parse(address)? }))
            }
            Self::Iec62056 => Some(Box::new(ModeC { address: address.to_owned() })),
            Self::DlmsHdlc => dlms(dlms::line::Carrier::Hdlc),
            Self::DlmsWrapper => dlms(dlms::line::Carrier::Wrapper),
            Self::ModbusTcp => modbus(modbus::Carrier::Tcp),
            Self::ModbusRtu => modbus(modbus::Carrier::Rtu),
            _ => None,
        }
    }

    /// The name of the keys in an address `keys NAME`.
    #[must_use]
    pub fn key_name(address: &str) -> Option<&str> {
        address.strip_prefix("keys ").map(str::trim).filter(|name| !name.is_empty())
    }
}

//! Which benches may be run by a hurried clock: simulated ones that another process on this machine
//! serves at the same time scale. On a real bench every ramp would be too steep.

use etalon_instruments::{clock::Clock, resource::Resource};

use super::SessionError;
use crate::{bench::instrument::BY_HAND, plan::Plan};

/// Where the system keeps its pseudo-terminals: no cable leads to one.
const TERMINALS: &str = "/dev/pts/";

/// Refuses a hurried clock where something could be real: the bench must call itself simulated, and
/// every address must lead to a program on this machine, or to a person.
///
/// # Errors
/// [`SessionError::NotHurried`] with what speaks against it.
pub fn permitted(clock: Clock, plan: &Plan) -> Result<(), SessionError> {
    if !clock.is_hurried() {
        return Ok(());
    }
    if !plan.bench.simulated {
        let what = format!("bench {} does not call itself simulated", plan.bench.id);
        return Err(SessionError::NotHurried { what });
    }
    let elsewhere = plan.instruments.iter().find(|instrument| !is_here(&instrument.resource));
    elsewhere.map_or(Ok(()), |instrument| {
        let what = format!("{} is at {}", instrument.id, instrument.resource);
        Err(SessionError::NotHurried { what })
    })
}

/// The clock for making another run's bench safe: hurried only where that is permitted, too.
#[must_use]
pub fn clock_for(clock: Clock, plan: &Plan) -> Clock {
    if permitted(clock, plan).is_ok() { clock } else { clock.unhurried() }
}

/// Nothing is moved through an instrument that a person reads.
fn is_here(resource: &str) -> bool {
    if resource == BY_HAND {
        return true;
    }
    let Ok(resource) = Resource::parse(resource) else { return false };
    match &resource {
        Resource::Serial { path, .. } => {
            // A stable name of a line is a link to it.
            std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(TERMINALS))
        }
        Resource::Tcp { host, .. }
        | Resource::Vxi11 { host, .. }
        | Resource::Hislip { host, .. } => {
            host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_pseudo_terminals_and_people_are_here() {
        let here = [
            "TCPIP::127.0.0.1::5025::SOCKET",
            "ASRL/dev/pts/ptmx::INSTR",
            "modbus://[::1]:502",
            BY_HAND,
        ];
        assert!(here.into_iter().all(is_here));
        let elsewhere = [
            "TCPIP::192.168.1.9::5025::SOCKET",
            "ASRL/dev/ttyUSB0::INSTR",
            "PRLGX-TCPIP::127.0.0.1::1234::9::INSTR",
            "SIM::source",
        ];
        assert!(!elsewhere.into_iter().any(is_here));
    }
}

//! What was set on an instrument, so that it can be set again on a link made again.

use std::collections::BTreeMap;

/// What an instrument was told.
#[derive(Debug, Default)]
pub(super) struct Memory {
    kept: Vec<(Kept, String)>,
    /// How the output was last switched.
    pub(super) output: Option<bool>,
    /// Number of the last result fetched, for each channel.
    pub(super) fetched: BTreeMap<u32, u64>,
    /// Channels with a count ordered and not yet fetched.
    pub(super) ordered: BTreeMap<u32, u32>,
}

/// What a remembered command is about. The order is that of restoring: first the
/// limits, then the watchdog, then what is set within them.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kept {
    /// A limit on a quantity.
    Limit(String),
    /// The watchdog.
    Watchdog,
    /// A setting or a choice of a quantity.
    Setting(String),
}

impl Memory {
    /// Keeps the last command about something, in the place of the first one about it.
    pub(super) fn keep(&mut self, about: Kept, command: String) {
        match self.kept.iter_mut().find(|(kept, _)| *kept == about) {
            Some((_, kept)) => *kept = command,
            None => self.kept.push((about, command)),
        }
    }

    /// Forgets what is not in force any more.
    pub(super) fn forget(&mut self, about: &Kept) {
        self.kept.retain(|(kept, _)| kept != about);
    }

    /// All commands to be given again, in order.
    pub(super) fn commands(&self) -> Vec<String> {
        let rank = |kept: &Kept| match kept {
            Kept::Limit(_) => 0,
            Kept::Watchdog => 1,
            Kept::Setting(_) => 2,
        };
        let mut kept: Vec<_> = self.kept.iter().collect();
        kept.sort_by_key(|(about, _)| rank(about));
        kept.into_iter().map(|(_, command)| command.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_come_before_settings_and_the_last_command_wins() {
        let mut memory = Memory::default();
        memory.keep(Kept::Setting("U".into()), "SOUR:VOLT 1".into());
        memory.keep(Kept::Setting("I".into()), "SOUR:CURR 2".into());
        memory.keep(Kept::Watchdog, "SYST:WATC 30".into());
        memory.keep(Kept::Limit("U".into()), "SOUR:VOLT:LIM 3".into());
        memory.keep(Kept::Setting("U".into()), "SOUR:VOLT 4".into());
        assert_eq!(
            memory.commands(),
            ["SOUR:VOLT:LIM 3", "SYST:WATC 30", "SOUR:VOLT 4", "SOUR:CURR 2"]
        );
        memory.forget(&Kept::Watchdog);
        assert_eq!(memory.commands().len(), 3);
    }
}

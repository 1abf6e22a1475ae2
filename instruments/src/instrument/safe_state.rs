//! Making an instrument safe, whatever state its line is in.

use super::{CONNECT_WITHIN, Instrument, InstrumentError};
use crate::{
    catalogue::model::Confirmation,
    protocol::scpi::ReplyError,
    transport::{Remedy, TransportError},
};

/// Whether an instrument is safe, and what went wrong on the way.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SafeStateReport {
    /// Everything that must hold was seen to hold.
    pub confirmed: bool,
    /// Commands that were sent.
    pub sent: Vec<String>,
    /// What failed, in words; may be there although the end was confirmed.
    pub failures: Vec<String>,
}

impl Instrument {
    /// Makes the instrument safe as its model says, and sees whether it is.
    ///
    /// Every wait on the line is broken off and a line out of step is cleared or made again
    /// first. A failing command does not keep the next one from being sent. It never fails:
    /// what could not be done stands in the report. A model without hazard is safe as it is;
    /// one that only a person can make safe is never confirmed here.
    pub async fn make_safe(&self) -> SafeStateReport {
        let mut report = SafeStateReport::default();
        let safe = &self.inner.model.safe_state;
        if !safe.hazard {
            report.confirmed = true;
            return report;
        }
        let Some(link) = self.link() else {
            report.failures.push(self.by_hand_only(&safe.by_hand.en).to_string());
            return report;
        };
        link.break_off();
        for command in &safe.commands {
            let command = command.to_string();
            match self.insisted(&command).await {
                Ok(()) => report.sent.push(command),
                Err(failure) => report.failures.push(failure.to_string()),
            }
        }
        report.confirmed = !safe.confirm.is_empty();
        for confirmation in &safe.confirm {
            if let Err(failure) = self.confirmed(confirmation).await {
                report.failures.push(failure.to_string());
                report.confirmed = false;
            }
        }
        // Whatever was remembered must not be restored behind the safe state.
        *self.memory() = super::memory::Memory::default();
        report
    }

    /// Gives a command of the safe state, on a link brought into step if need be.
    ///
    /// This is the one place where a command may go out a second time: what makes safe is
    /// safe however often it is done.
    async fn insisted(&self, command: &str) -> Result<(), InstrumentError> {
        let failure = match self.command(command, None).await {
            Err(InstrumentError::Line { source, .. }) => *source,
            other => return other,
        };
        let (_, link) = self.line(command)?;
        let brought_back = match (&failure, failure.remedy()) {
            (TransportError::BrokenOff { .. }, _) | (_, Remedy::Resynchronise) => {
                link.clear(CONNECT_WITHIN).await.map(drop)
            }
            (_, Remedy::Reestablish | Remedy::Stop) => link.make_again(CONNECT_WITHIN).await,
        };
        brought_back.map_err(|source| self.line_failed(command, source))?;
        self.command(command, None).await
    }

    async fn confirmed(&self, confirmation: &Confirmation) -> Result<(), InstrumentError> {
        match confirmation {
            Confirmation::Says { query, reply: wanted } => {
                let question = query.to_string();
                let reply = self.ask(&question).await?;
                if wanted.read(&reply).is_some() {
                    return Ok(());
                }
                let form = ReplyError::Form { wanted: wanted.to_string() };
                Err(self.unreadable(&question, &reply, form))
            }
            Confirmation::Below { quantity, at_most } => {
                let indication = self.read(quantity).await?;
                let unit = self.model().reading(quantity).map(|reading| &reading.unit);
                let limit = unit.and_then(|unit| at_most.in_unit(unit).ok());
                if limit.is_some_and(|limit| indication.value.abs() <= limit) {
                    return Ok(());
                }
                Err(InstrumentError::NotConfirmed {
                    instrument: self.id().to_owned(),
                    what: format!("{quantity} of at most {at_most}"),
                    found: indication.text,
                })
            }
        }
    }
}

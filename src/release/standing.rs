//! Where a procedure stands today: asked by plans, runs and the issuing office.

use etalon_procedures::Procedure;
use etalon_uncertainty::text::Text;

use super::ledger::{Entry, Ledger};
use super::{Act, ReleaseMark, State, Statement};
use crate::lab::Lab;
use crate::store::Journal;

/// Where the exact bytes of a procedure stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The record that put it there.
    pub record: Option<Entry>,
    /// Why the records cannot be relied on, when they cannot.
    pub unsound: Option<String>,
    /// Version and date of a release whose file was changed since.
    pub changed_since: Option<(String, String)>,
}

impl Standing {
    fn draft() -> Self {
        Self { state: State::Draft, record: None, unsound: None, changed_since: None }
    }

    /// The mark for plan and record, where the procedure is released.
    #[must_use]
    pub fn mark(&self) -> Option<ReleaseMark> {
        if self.state != State::Released {
            return None;
        }
        let record = self.record.as_ref()?;
        Some(ReleaseMark {
            record_sha256: record.sha256.clone(),
            by: record.statement.person.clone(),
            at: record.statement.at.clone(),
            accepts_unchecked: !record.statement.accepted_unchecked.is_empty(),
        })
    }

    /// When, by whom and why the procedure was withdrawn, where it was; the reason is in the words of
    /// whoever withdrew it.
    #[must_use]
    pub fn withdrawal(&self) -> Option<Text> {
        let statement = &self.record.as_ref().filter(|_| self.state == State::Withdrawn)?.statement;
        let Statement { person, at, reason, .. } = statement;
        Some(Text::new(
            format!("withdrawn at {at} by {person}: {reason}"),
            format!("已由 {person} 于 {at} 废止：{reason}"),
        ))
    }

    /// Whether a certificate may rest on it: a specimen may always, anything else on a release only.
    #[must_use]
    pub fn allows(&self, is_specimen: bool) -> bool {
        is_specimen || self.state == State::Released
    }

    /// One sentence for screen and record.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Some(reason) = &self.unsound {
            return format!("its release records cannot be relied on: {reason}");
        }
        let by = self.record.as_ref().map(|record| {
            let statement = &record.statement;
            format!(" since {} by {}", statement.at, statement.person)
        });
        let changed = self.changed_since.as_ref().map(|(version, at)| {
            format!("; the file was changed since {version} was released at {at}")
        });
        let (by, changed) = (by.unwrap_or_default(), changed.unwrap_or_default());
        format!("{}{by}{changed}", self.state.word())
    }
}

/// Where a procedure stands in this laboratory. Records that cannot be relied on
/// make it a draft, and the reason is told.
#[must_use]
pub fn standing(lab: &Lab, journal: &Journal, procedure: &Procedure) -> Standing {
    let ledger = match Ledger::read(lab, journal, &procedure.id) {
        Ok(ledger) => ledger,
        Err(refusal) => {
            return Standing { unsound: Some(refusal.to_string()), ..Standing::draft() };
        }
    };
    of(&ledger, &procedure.sha256)
}

/// Where these bytes stand by this ledger.
#[must_use]
pub fn of(ledger: &Ledger, file_sha256: &str) -> Standing {
    match ledger.last_about(file_sha256) {
        Some(entry) => Standing {
            state: entry.statement.act.state(),
            record: Some(entry.clone()),
            ..Standing::draft()
        },
        None => {
            let released = ledger.entries().iter().rev();
            let mut released = released.filter(|entry| entry.statement.act == Act::Release);
            let changed_since = released
                .next()
                .map(|entry| (entry.statement.version.clone(), entry.statement.at.clone()));
            Standing { changed_since, ..Standing::draft() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_release_carries_a_certificate_that_is_no_specimen() {
        for state in [State::Draft, State::InReview, State::Withdrawn] {
            let standing = Standing { state, ..Standing::draft() };
            assert!(!standing.allows(false), "{}", state.word());
            assert!(standing.allows(true), "{}", state.word());
        }
        assert!(Standing { state: State::Released, ..Standing::draft() }.allows(false));
    }
}

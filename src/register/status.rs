//! The life of a reference standard: which status may follow which (ISO/IEC 17025, 6.4.4, 6.4.8
//! and 6.4.9).

use jiff::civil::Date;

/// Where a standard stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Ordered, not here yet.
    Ordered,
    /// Here, not verified yet.
    Received,
    /// Found to conform to what was asked for (6.4.4), not released yet.
    Verified,
    /// In use.
    InService,
    /// In use within a restriction that the register writes.
    LimitedUse,
    /// Away for calibration.
    OutForCalibration,
    /// Set apart because something is doubtful (6.4.9).
    Quarantined,
    /// Failed a check.
    FailedCheck,
    /// Out of use for good.
    Retired,
}

/// Every status with the word that files use.
pub const WORDS: [(&str, Status); 9] = [
    ("ordered", Status::Ordered),
    ("received", Status::Received),
    ("verified", Status::Verified),
    ("in service", Status::InService),
    ("limited use", Status::LimitedUse),
    ("out for calibration", Status::OutForCalibration),
    ("quarantined", Status::Quarantined),
    ("failed check", Status::FailedCheck),
    ("retired", Status::Retired),
];

/// A change of status: when, to what, by whom and why.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusChange {
    /// When.
    pub on: Date,
    /// The status from then on.
    pub status: Status,
    /// Who decided it: identifier of the person.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Status {
    /// The word that files and messages use.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(_, status)| *status == self).map_or("", |(word, _)| word)
    }

    /// Whether results may be taken with a standard of this status.
    #[must_use]
    pub fn is_usable(self) -> bool {
        matches!(self, Self::InService | Self::LimitedUse)
    }

    /// Whether `next` may follow.
    ///
    /// The way into service leads through verification, also after calibration and quarantine
    /// (6.4.4: verified before being placed *or returned* into service). Out of service leads every
    /// way, and from retirement none.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Retired, _) | (_, Self::Ordered) => false,
            (Self::Ordered, _) => matches!(next, Self::Received | Self::Retired),
            (_, Self::InService | Self::LimitedUse) => {
                matches!(self, Self::Verified | Self::InService | Self::LimitedUse) && self != next
            }
            (_, Self::Verified) => {
                matches!(self, Self::Received | Self::Quarantined | Self::FailedCheck)
            }
            (_, Self::Received) => matches!(self, Self::OutForCalibration),
            _ => self != next,
        }
    }

    /// Whether a history may begin with this status.
    #[must_use]
    pub fn may_begin(self) -> bool {
        matches!(self, Self::Ordered | Self::Received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso17025_6_4_4_no_way_into_service_without_verification() {
        for (word, status) in WORDS {
            let direct = status.may_become(Status::InService);
            let expected = matches!(status, Status::Verified | Status::LimitedUse);
            assert_eq!(direct, expected, "from {word}");
        }
        assert!(Status::OutForCalibration.may_become(Status::Received));
        assert!(!Status::OutForCalibration.may_become(Status::Verified));
    }

    #[test]
    fn nothing_follows_retirement() {
        assert!(WORDS.iter().all(|(_, next)| !Status::Retired.may_become(*next)));
    }
}

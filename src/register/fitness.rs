//! May results be taken with this standard on this day? (ISO/IEC 17025, 6.4.4, 6.4.6, 6.4.9)

use jiff::civil::Date;
use thiserror::Error;

use super::{calibration::Calibration, standard::Standard, status::Status};

/// A rule of the laboratory that refuses a standard; exit code 5, with the rule named.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RuleRefusal {
    /// Its status forbids it.
    #[error("rule `standards in service only`: {standard} is `{status}` on {day}", status = status.word())]
    NotInService {
        /// The standard.
        standard: String,
        /// Its status.
        status: Status,
        /// The day.
        day: Date,
    },
    /// Its calibration is overdue.
    #[error(
        "rule `no standard past due`: {standard} was due for calibration on {due}, today is {day}"
    )]
    PastDue {
        /// The standard.
        standard: String,
        /// When it was due.
        due: Date,
        /// The day.
        day: Date,
    },
    /// It should carry traceability and has no calibration.
    #[error("rule `traceable standards are calibrated`: {standard} has no calibration on {day}")]
    NotCalibrated {
        /// The standard.
        standard: String,
        /// The day.
        day: Date,
    },
    /// Nobody checked its certificate.
    #[error(
        "rule `certificates are reviewed before use`: nobody has reviewed certificate {certificate} of {standard}"
    )]
    NotReviewed {
        /// The standard.
        standard: String,
        /// The certificate.
        certificate: String,
    },
}

impl Standard {
    /// Whether the standard may be used on a day, and the calibration in force where it is a
    /// traceable one.
    ///
    /// # Errors
    /// [`RuleRefusal`], naming the rule.
    pub fn fit_on(&self, day: Date) -> Result<Option<&Calibration>, RuleRefusal> {
        let standard = self.id.clone();
        let status = self.status_on(day).unwrap_or(Status::Ordered);
        if !status.is_usable() {
            return Err(RuleRefusal::NotInService { standard, status, day });
        }
        if let Some(due) = self.due.filter(|due| *due < day) {
            return Err(RuleRefusal::PastDue { standard, due, day });
        }
        if !self.traceable {
            return Ok(None);
        }
        let calibration = self.calibrations.last().filter(|calibration| calibration.issued <= day);
        let Some(calibration) = calibration else {
            return Err(RuleRefusal::NotCalibrated { standard, day });
        };
        if calibration.reviewed.as_ref().is_none_or(|(_, on)| *on > day) {
            let certificate = calibration.certificate.clone();
            return Err(RuleRefusal::NotReviewed { standard, certificate });
        }
        Ok(Some(calibration))
    }
}

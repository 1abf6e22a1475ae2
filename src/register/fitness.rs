//! May results be taken with this standard on this day? (ISO/IEC 17025, 6.4.4, 6.4.6, 6.4.9)

use jiff::civil::Date;
use thiserror::Error;

use super::{calibration::Calibration, standard::Standard, status::Status};

mod chinese;

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
    /// It is not what was calibrated any more.
    #[error(
        "rule `calibrated since its last repair or adjustment`: {standard} had an entry `{kind}` on {on}, certificate {certificate} is older"
    )]
    Broken {
        /// The standard.
        standard: String,
        /// What broke its history.
        kind: &'static str,
        /// When.
        on: Date,
        /// The certificate.
        certificate: String,
    },
    /// Its last intermediate check failed.
    #[error(
        "rule `intermediate checks are passed`: the check of {standard} on {on} found {found}, allowed is {limit}"
    )]
    CheckFailed {
        /// The standard.
        standard: String,
        /// When.
        on: Date,
        /// What was found.
        found: String,
        /// What is allowed.
        limit: String,
    },
}

/// A rule that a deviation may let through. The others never are: a standard that is quarantined, was
/// never calibrated, was repaired since or failed its check has no value to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `no standard past due`.
    PastDue,
    /// `certificates are reviewed before use`.
    NotReviewed,
}

/// Every rule that may be let through, with its name.
pub const RULES: [(&str, Rule); 2] = [
    ("no standard past due", Rule::PastDue),
    ("certificates are reviewed before use", Rule::NotReviewed),
];

impl Rule {
    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        RULES.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }
}

impl RuleRefusal {
    /// The rule, where it is one that may be let through.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::PastDue { .. } => Some(Rule::PastDue),
            Self::NotReviewed { .. } => Some(Rule::NotReviewed),
            _ => None,
        }
    }
}

/// A rule let through for a standard by an approved deviation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Name of the deviation.
    pub deviation: String,
    /// The rule.
    pub rule: Rule,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

impl Standard {
    fn has_leave(&self, rule: Rule, day: Date) -> bool {
        let holds = |leave: &Leave| leave.rule == rule && (leave.from..=leave.until).contains(&day);
        self.leaves.iter().any(holds)
    }

    /// Every rule that may be let through and that speaks against the standard on a day.
    #[must_use]
    pub fn objections(&self, day: Date) -> Vec<Rule> {
        let mut own = Self { leaves: Vec::new(), ..self.clone() };
        let mut found = Vec::new();
        while let Some(rule) = own.fit_on(day).err().and_then(|refusal| refusal.rule()) {
            let deviation = String::new();
            own.leaves.push(Leave { deviation, rule, from: day, until: day });
            found.push(rule);
        }
        found
    }

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
        if let Some(due) = self.due.filter(|due| *due < day && !self.has_leave(Rule::PastDue, day))
        {
            return Err(RuleRefusal::PastDue { standard, due, day });
        }
        self.checked(day)?;
        if !self.traceable {
            return Ok(None);
        }
        let calibration = self.calibrations.last().filter(|calibration| calibration.issued <= day);
        let Some(calibration) = calibration else {
            return Err(RuleRefusal::NotCalibrated { standard, day });
        };
        self.unbroken(calibration, day)?;
        let is_reviewed = calibration.reviewed.as_ref().is_some_and(|(_, on)| *on <= day);
        if !is_reviewed && !self.has_leave(Rule::NotReviewed, day) {
            let certificate = calibration.certificate.clone();
            return Err(RuleRefusal::NotReviewed { standard, certificate });
        }
        Ok(Some(calibration))
    }

    /// The last intermediate check up to a day was passed, where there was one.
    fn checked(&self, day: Date) -> Result<(), RuleRefusal> {
        let last = self.checks.iter().filter(|check| check.on <= day).max_by_key(|check| check.on);
        match last.filter(|check| !check.is_passed()) {
            None => Ok(()),
            Some(check) => Err(RuleRefusal::CheckFailed {
                standard: self.id.clone(),
                on: check.on,
                found: check.found.to_string(),
                limit: check.limit.to_string(),
            }),
        }
    }

    /// Nothing that ends certified values came after the calibration.
    fn unbroken(&self, calibration: &Calibration, day: Date) -> Result<(), RuleRefusal> {
        match self.last_break(day).filter(|own| own.on > calibration.performed) {
            None => Ok(()),
            Some(own) => Err(RuleRefusal::Broken {
                standard: self.id.clone(),
                kind: own.kind.word(),
                on: own.on,
                certificate: calibration.certificate.clone(),
            }),
        }
    }
}

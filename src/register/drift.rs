//! How far a standard may have drifted since its calibration: a half-width that is constant, or one
//! that grows with the time since.
//!
//! ```toml
//! [calibration.drift]
//! half   = "0.006 %"                  # constant until the next calibration
//! source = "largest change between four successive calibrations"
//!
//! [calibration.drift]
//! half     = "0.002 %"                # may be left out: then it begins at zero
//! per_year = "0.004 %"                # and grows by so much in each year
//! source   = "line through six calibrations, its 95 % band at a year"
//!
//! [calibration.drift]
//! unit       = "%"
//! polynomial = ["0.002", "0.003", "0.001"]   # of the years: 0.002 + 0.003 t + 0.001 t^2
//! source     = "second order through ten calibrations"
//! ```
//!
//! Time counts from the day of the measurement. A half-width never shrinks with time, and before the
//! measurement nothing is known.

use etalon_uncertainty::{
    decimal::Decimal, diagnostic::Diagnostic, quantity::Quantity, unit::Unit,
};
use jiff::civil::Date;

use crate::form::Form;

/// Days of a year.
/// Definition: the Julian year, 365.25 days.
const DAYS_PER_YEAR: f64 = 365.25;

/// The drift of a standard since its calibration.
#[derive(Clone, Debug)]
pub struct Drift {
    /// How its half-width follows from the time.
    pub law: Growth,
    /// How it is known.
    pub source: String,
}

/// How a half-width follows from the time since the calibration.
#[derive(Clone, Debug)]
pub enum Growth {
    /// The same until the next calibration.
    Constant(Quantity),
    /// By the same amount in each year.
    Linear {
        /// Half-width on the day of the calibration; zero where none is stated.
        start: Option<Quantity>,
        /// Growth in a year.
        per_year: Quantity,
    },
    /// Coefficients in rising powers of the years, none of them negative.
    Polynomial {
        /// Unit of the half-width.
        unit: Unit,
        /// The coefficients as written.
        coefficients: Vec<Decimal>,
    },
}

/// The half-width on a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct HalfWidth {
    /// With its unit; as written where it is constant.
    pub(super) value: Quantity,
    /// Law, age and how it is known, in one line.
    pub(super) source: String,
}

impl Drift {
    /// The unit of the half-width.
    #[must_use]
    pub fn unit(&self) -> &Unit {
        match &self.law {
            Growth::Constant(half) => half.unit(),
            Growth::Linear { per_year, .. } => per_year.unit(),
            Growth::Polynomial { unit, .. } => unit,
        }
    }

    /// The law in one line: `0.006 %`, `0.002 % + 0.004 % per year`.
    #[must_use]
    pub fn written(&self) -> String {
        match &self.law {
            Growth::Constant(half) => half.to_string(),
            Growth::Linear { start: None, per_year } => format!("{per_year} per year"),
            Growth::Linear { start: Some(start), per_year } => {
                format!("{start} + {per_year} per year")
            }
            Growth::Polynomial { unit, coefficients } => {
                let terms =
                    coefficients.iter().enumerate().map(|(power, coefficient)| match power {
                        0 => coefficient.to_string(),
                        1 => format!("{coefficient} t"),
                        power => format!("{coefficient} t^{power}"),
                    });
                format!("({}) {unit}, t in years", terms.collect::<Vec<_>>().join(" + "))
            }
        }
    }

    /// The half-width on a day, for a measurement on the day `performed`; `None` before it, and
    /// where a law that grows is asked without a day.
    pub(super) fn on(&self, performed: Date, day: Option<Date>) -> Option<HalfWidth> {
        if let Growth::Constant(half) = &self.law {
            let source = format!("drift: {}", self.source);
            return Some(HalfWidth { value: half.clone(), source });
        }
        let days = (day? - performed).get_days();
        if days < 0 {
            return None;
        }
        let years = f64::from(days) / DAYS_PER_YEAR;
        let number = match &self.law {
            Growth::Constant(half) => half.value(),
            Growth::Linear { start, per_year } => {
                let start = start.as_ref().map_or(Some(0.0), |start| {
                    let in_unit = start.in_unit(&per_year.unit().interval());
                    in_unit.ok()
                });
                start? + years * per_year.value()
            }
            Growth::Polynomial { coefficients, .. } => {
                coefficients.iter().rev().fold(0.0, |sum, own| sum * years + own.to_f64())
            }
        };
        let value = Quantity::new(Decimal::from_f64(number).ok()?, self.unit().clone());
        let source = format!("drift after {days} d ({}): {}", self.written(), self.source);
        Some(HalfWidth { value, source })
    }
}

/// Reads `[calibration.drift]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Drift> {
    let source = form.text("source");
    let law = law(form);
    form.close();
    Some(Drift { law: law?, source: source?.value })
}

fn law(form: &Form<'_>) -> Option<Growth> {
    let refused = |message: String, span| {
        form.finding(Diagnostic::error("R0132", message).at(span));
        None
    };
    if form.has("polynomial") {
        if form.has("half") || form.has("per_year") {
            let message = "a drift is a `polynomial`, or `half` and `per_year`, not both";
            return refused(message.to_owned(), form.span());
        }
        return polynomial(form);
    }
    let half = form.has("half").then(|| form.any_quantity("half"));
    let per_year = form.has("per_year").then(|| form.any_quantity("per_year"));
    for own in [&half, &per_year].into_iter().flatten().flatten() {
        if own.value.value() < 0.0 {
            let message = format!("a half-width is not negative, found `{}`", own.value);
            return refused(message, own.span.clone());
        }
    }
    match (half, per_year) {
        // A bare finding about `half` tells what is missing.
        (None, None) => form.any_quantity("half").map(|half| Growth::Constant(half.value)),
        (Some(half), None) => Some(Growth::Constant(half?.value)),
        (None, Some(per_year)) => Some(Growth::Linear { start: None, per_year: per_year?.value }),
        (Some(half), Some(per_year)) => {
            let (half, per_year) = (half?, per_year?);
            if !half.value.unit().is_compatible(per_year.value.unit()) {
                let message = format!(
                    "`half` is {} and `per_year` is {}: wanted units of one quantity",
                    half.value, per_year.value
                );
                return refused(message, per_year.span);
            }
            Some(Growth::Linear { start: Some(half.value), per_year: per_year.value })
        }
    }
}

fn polynomial(form: &Form<'_>) -> Option<Growth> {
    let (unit, written) = (form.text("unit"), form.texts("polynomial"));
    let mut coefficients = Vec::with_capacity(written.len());
    for own in written {
        match Decimal::parse(&own.value) {
            Ok(number) if !number.is_negative() => coefficients.push(number),
            _ => {
                let message = format!(
                    "a coefficient is `{}`, wanted a number from zero: a half-width does not shrink",
                    own.value
                );
                form.finding(Diagnostic::error("R0132", message).at(own.span));
                return None;
            }
        }
    }
    let unit = unit?;
    match Unit::parse(&unit.value) {
        Ok(unit) if !coefficients.is_empty() => Some(Growth::Polynomial { unit, coefficients }),
        Ok(_) => {
            let message = "the polynomial has no coefficients".to_owned();
            form.finding(Diagnostic::error("R0132", message).at(form.span()));
            None
        }
        Err(refused) => {
            form.finding(Diagnostic::error("R0132", refused.to_string()).at(unit.span));
            None
        }
    }
}

#[cfg(test)]
mod tests;

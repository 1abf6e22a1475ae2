//! The conditions under which a specification holds, against what a procedure keeps.

use etalon_procedures::procedure::Procedure;
use jiff::civil::Date;

use crate::register::Standard;
use crate::specification::Filed;
use crate::specification::conditions::{Demand, demand};

/// Holds every condition of a specification against the procedure and the day. What neither can
/// tell (the time under power) is returned, for whoever stands at the bench.
///
/// # Errors
/// The condition that is not kept, with the specification and its file.
pub(super) fn kept(
    procedure: &Procedure,
    standard: &Standard,
    sheet: &Filed,
    day: Date,
) -> Result<Vec<String>, String> {
    let mut left = Vec::new();
    for (name, text) in &sheet.specification.conditions {
        let of = || format!("{}, condition {name} = {text}", sheet.citation());
        match demand(name, text)? {
            Demand::DaysSinceCalibration(most) => {
                let calibration = standard.calibration().map_err(|refused| refused.to_string())?;
                let days = (day - calibration.performed).get_days();
                if f64::from(days) > most {
                    return Err(format!(
                        "{}: {} was calibrated on {}, {days} days before {day}",
                        of(),
                        standard.id,
                        calibration.performed
                    ));
                }
            }
            Demand::WarmUp(_) => left.push(of()),
            Demand::Between { low, high, unit } => {
                let limits = &procedure.environment.limits;
                let own = limits.iter().find(|limit| limit.quantity == *name);
                let own = own.ok_or_else(|| {
                    format!("{}: the procedure keeps no `{name}` within limits", of())
                })?;
                let alike = own.unit.is_compatible(&unit);
                if !alike || own.min.si() < low || own.max.si() > high {
                    return Err(format!(
                        "{}: the procedure allows {} to {}",
                        of(),
                        own.min,
                        own.max
                    ));
                }
            }
        }
    }
    Ok(left)
}

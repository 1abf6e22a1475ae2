//! The conditions under which a specification holds, against what a procedure keeps.

use etalon_procedures::procedure::Procedure;
use etalon_uncertainty::text::Text;
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
) -> Result<Vec<String>, Text> {
    let mut left = Vec::new();
    for (name, text) in &sheet.specification.conditions {
        let of = || format!("{}, condition {name} = {text}", sheet.citation());
        let broken = |en: String, zh: String| {
            let citation = sheet.citation();
            Text::new(format!("{}: {en}", of()), format!("{citation}，条件 {name} = {text}：{zh}"))
        };
        match demand(name, text).map_err(Text::english)? {
            Demand::DaysSinceCalibration(most) => {
                let calibration = standard.calibration().map_err(|refused| refused.text())?;
                let days = (day - calibration.performed).get_days();
                if f64::from(days) > most {
                    let (id, on) = (&standard.id, calibration.performed);
                    return Err(broken(
                        format!("{id} was calibrated on {on}, {days} days before {day}"),
                        format!("{id} 于 {on} 校准，距 {day} 已 {days} 天"),
                    ));
                }
            }
            Demand::WarmUp(_) => left.push(of()),
            Demand::Between { low, high, unit } => {
                let limits = &procedure.environment.limits;
                let own = limits.iter().find(|limit| limit.quantity == *name);
                let own = own.ok_or_else(|| {
                    broken(
                        format!("the procedure keeps no `{name}` within limits"),
                        format!("规程没有把 `{name}` 保持在限值之内"),
                    )
                })?;
                let alike = own.unit.is_compatible(&unit);
                if !alike || own.min.si() < low || own.max.si() > high {
                    return Err(broken(
                        format!("the procedure allows {} to {}", own.min, own.max),
                        format!("规程允许 {} 至 {}", own.min, own.max),
                    ));
                }
            }
        }
    }
    Ok(left)
}

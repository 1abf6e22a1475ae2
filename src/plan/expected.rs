//! What the readings of a run are expected to be, from the steps that lead to them: only the
//! prediction rests on this, never a result.

use etalon_procedures::procedure::Action;
use etalon_uncertainty::chi_squared;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::{Dimension, Unit};

use super::AnswerKind;
use super::names::Desk;
use super::prediction;
use super::step::Divert;
use super::table::Seat;
use super::{PlanEntry, PlannedPoint, PlannedStage, Step};

/// A temperature of which nothing is known is expected here, in kelvin.
/// Chosen: 20 degC, the standard reference temperature of ISO 1.
const REFERENCE_TEMPERATURE_K: f64 = 293.15;

/// An absolute pressure of which nothing is known is expected here, in pascal. Definition: 1 atm.
const NORMAL_PRESSURE_PA: f64 = 101_325.0;
/// A humidity of which nothing is known is expected here.
/// Chosen: the middle between dry and saturated.
const USUAL_HUMIDITY: f64 = 0.5;

/// The steps around a result.
pub(super) struct Course<'a> {
    /// All stages.
    pub(super) stages: &'a [PlannedStage],
    /// The stage of the result.
    pub(super) stage: &'a PlannedStage,
    /// Its point.
    pub(super) point: &'a PlannedPoint,
    /// Bench and register.
    pub(super) desk: &'a Desk<'a>,
}

impl Course<'_> {
    /// The number that the steps lead a reading to, in the unit of its input.
    pub(super) fn leads_to(&self, entry: &PlanEntry, input: &str, seat: &Seat<'_>) -> Option<f64> {
        let name = entry.readings.get(input)?;
        let unit = entry.evaluation.inputs.iter().find(|known| known.name == *input)?;
        let unit = Unit::parse(&unit.unit).ok()?;
        let own = || self.point.steps.iter().chain(&self.point.repeated);
        let others = self.stages.iter().filter(|stage| stage.id != self.stage.id);
        let others = others.flat_map(|stage| stage.points.iter().flat_map(|point| &point.steps));
        let mut steps = own().chain(others);
        let found = steps.find(|step| yields(step, name))?;
        match found {
            Step::Ask { wanted, .. } => {
                of_answer(wanted, &unit).or_else(|| self.of_typed(found, name, &unit))
            }
            Step::Read { role, quantity, .. } => match self.awaited(seat, &unit) {
                Some(awaited) => self.of_register(found, (role, quantity), awaited),
                None => self.of_reading(found, quantity, &unit),
            },
            Step::Divert(divert) => of_collection(divert, name, seat, &unit),
            _ => None,
        }
    }

    /// Where the steps before a reading that a person types leave the quantity that is read.
    fn of_typed(&self, asking: &Step, name: &str, unit: &Unit) -> Option<f64> {
        let stages = &self.desk.procedure.stages;
        let steps = stages.iter().flat_map(|stage| {
            stage.steps.iter().chain(stage.repeat.iter().flat_map(|repeat| &repeat.steps))
        });
        let mut read = steps.filter_map(|step| match &step.action {
            Action::Read { quantity, into, .. } if into == name => Some(quantity),
            _ => None,
        });
        self.of_reading(asking, read.next()?, unit)
    }

    /// The energy that the point says shall flow, where the steps wait for a register to show it.
    fn awaited(&self, seat: &Seat<'_>, unit: &Unit) -> Option<f64> {
        let waits = |step: &Step| matches!(step, Step::Until { .. });
        let mut steps = self.point.steps.iter().chain(&self.point.repeated);
        if unit.dimension() != energy()? || !steps.any(waits) {
            return None;
        }
        seat.point?.values.values().find_map(|value| match value {
            Value::Number { si, kind } if kind.dimension == unit.dimension() => {
                Some(unit.from_si(*si))
            }
            _ => None,
        })
    }

    /// A register stands at zero before the wait; behind it the one that was waited for shows
    /// what was awaited, and any other follows from the equation.
    fn of_register(
        &self,
        reading: &Step,
        (role, quantity): (&str, &str),
        awaited: f64,
    ) -> Option<f64> {
        let steps = || self.point.steps.iter().chain(&self.point.repeated);
        let wait = steps().position(|step| matches!(step, Step::Until { .. }))?;
        if steps().position(|step| step == reading)? < wait {
            return Some(0.0);
        }
        let name = format!("{role}.{quantity}");
        let is_waited_for = |step: &Step| match step {
            Step::Until { condition, .. } => condition.text.contains(&name),
            _ => false,
        };
        steps().any(is_waited_for).then_some(awaited)
    }

    /// Where the steps before a reading leave its quantity.
    fn of_reading(&self, reading: &Step, quantity: &str, unit: &Unit) -> Option<f64> {
        let steps = || self.point.steps.iter().chain(&self.point.repeated);
        if unit.dimension() == Dimension::MASS {
            let collection = steps().position(is_collection)?;
            let own = steps().position(|step| step == reading)?;
            // Before the collection the tank is empty; after it follows from the equation.
            return (own < collection).then_some(0.0);
        }
        let before = steps().take_while(|step| *step != reading);
        let set = before.filter_map(|step| set_to(step, quantity)).last();
        let set = set.and_then(|text| Quantity::parse(text).ok()?.in_unit(unit).ok());
        set.or_else(|| usual(unit))
    }
}

/// The dimension of energy.
fn energy() -> Option<Dimension> {
    Unit::parse("kW*h").ok().map(|unit| unit.dimension())
}

fn is_collection(step: &Step) -> bool {
    matches!(step, Step::Divert(divert) if divert.seconds.is_some())
}

fn yields(step: &Step, name: &str) -> bool {
    match step {
        Step::Ask { field, .. } => field == name,
        Step::Read { input, .. } => input == name,
        Step::Divert(divert) => {
            divert.gate.as_ref().is_some_and(|gate| gate.input == name)
                || divert.samples.iter().any(|sampled| sampled.input == name)
        }
        _ => false,
    }
}

/// What a step sets a quantity to, whatever the role.
fn set_to<'a>(step: &'a Step, quantity: &str) -> Option<&'a str> {
    match step {
        Step::Set { settings, .. } => {
            settings.iter().find(|(name, _)| name == quantity).map(|(_, value)| value.as_str())
        }
        Step::Ramp(ramp) if ramp.quantity == quantity => Some(&ramp.end),
        Step::Approach(approach) if approach.quantity == quantity => Some(&approach.target),
        _ => None,
    }
}

/// The middle of what is plausible; zero where a range reaches to both sides of it.
fn of_answer(wanted: &AnswerKind, unit: &Unit) -> Option<f64> {
    let AnswerKind::Number { unit: asked, range, expect, .. } = wanted else { return None };
    let (lower, upper) = match (expect, range) {
        (Some(ends), _) => (ends.0.to_f64(), ends.1.to_f64()),
        (None, Some((lower, upper))) if lower.to_f64() < 0.0 && upper.to_f64() > 0.0 => (0.0, 0.0),
        (None, Some((lower, upper))) => (lower.to_f64(), upper.to_f64()),
        (None, None) => return None,
    };
    let asked = Unit::parse(asked).ok()?;
    Some(unit.from_si(asked.to_si(f64::midpoint(lower, upper))))
}

/// The pulses of a collection, or what is sampled meanwhile.
fn of_collection(divert: &Divert, name: &str, seat: &Seat<'_>, unit: &Unit) -> Option<f64> {
    if divert.gate.as_ref().is_some_and(|gate| gate.input == name) {
        let one_s = prediction::pulse_time_s(1.0, seat.fields, seat.point)?;
        return Some((divert.seconds? / one_s).round());
    }
    usual(unit)
}

/// What a state of air or water is expected to be that nothing sets.
fn usual(unit: &Unit) -> Option<f64> {
    let pascal = Unit::parse("Pa").ok()?;
    if unit.is_affine() {
        Some(unit.from_si(REFERENCE_TEMPERATURE_K))
    } else if unit.symbol() == "%RH" {
        Some(unit.from_si(USUAL_HUMIDITY))
    } else if unit.dimension() == pascal.dimension() {
        Some(unit.from_si(NORMAL_PRESSURE_PA))
    } else {
        None
    }
}

/// The value of a right item: what its plate says of this very quantity, or zero for an error.
pub(super) fn nominal(seat: &Seat<'_>, unit: &Unit) -> f64 {
    if unit.dimension().is_one() {
        return 0.0;
    }
    let plate = seat.fields.values.iter().find_map(|(name, value)| match value {
        Value::Number { si, kind }
            if kind.dimension == unit.dimension() && name.ends_with("_nom") =>
        {
            Some(unit.from_si(*si))
        }
        _ => None,
    });
    plate.unwrap_or(0.0)
}

/// What earlier runs on this bench say about the standard deviation of one repeat: in the unit of
/// the result, or as a pure number where it is relative.
pub(super) fn spread(
    desk: &Desk<'_>,
    seat: &Seat<'_>,
    measurand: &str,
    relative: bool,
) -> Option<f64> {
    let point = seat.point?;
    if relative {
        let percent = Unit::parse("%").ok()?;
        let own = desk.pooled_in(point, measurand, &percent).map(|pooled| percent.to_si(pooled.s));
        return own.or_else(|| {
            let unit = &desk.procedure.model(measurand)?.unit;
            let nominal = nominal(seat, unit);
            let s = desk.pooled(point, measurand)?.s;
            (nominal != 0.0).then(|| s / nominal.abs())
        });
    }
    desk.pooled(point, measurand).map(|pooled| pooled.s)
}

/// Median of the experimental standard deviation over the true one, for so many degrees of
/// freedom: the root of the median of chi-squared over them.
pub(super) fn median_share(dof: u32) -> f64 {
    let dof = f64::from(dof.max(1));
    (chi_squared::upper_quantile(0.5, dof) / dof).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Median of chi-squared with 2 degrees of freedom is 2 ln 2.
    #[test]
    fn three_repeats_show_a_sixth_less_than_the_true_spread_in_the_median() {
        assert!((median_share(2) - 0.832_554_611).abs() < 1e-6, "{}", median_share(2));
    }
}

//! The value as a function of one reading: what a plan asks to find the reading that makes an item
//! right, without reading the document again for every trial.

use super::build::{self, Built};
use super::{Evaluation, EvaluationError};
use crate::derivative;
use crate::unit::Unit;

/// An evaluation of which one input is still open.
pub struct ByReading {
    built: Built,
    unit: Unit,
    estimates: Vec<f64>,
    /// Places of the open input among the estimates.
    open: Vec<usize>,
}

impl Evaluation {
    /// The evaluation with one input open; the estimates that it has so far only stand for it.
    ///
    /// # Errors
    /// As [`Evaluation::evaluate`], and when there is no such input.
    pub fn by_reading(&self, input: &str) -> Result<ByReading, EvaluationError> {
        let built = build::problem(self)?;
        let place = self.inputs.iter().position(|known| known.name == input);
        let unit = place.and_then(|place| built.input_units.get(place).cloned());
        let Some((place, unit)) = place.zip(unit) else {
            return Err(super::text_error("inputs", format!("no input `{input}`")));
        };
        let entries = built.problem.entries.iter();
        let estimates = entries.clone().map(|entry| entry.estimate).collect();
        let own = entries.enumerate().filter(|(_, entry)| entry.input == place);
        let open = own.map(|(index, _)| index).collect();
        Ok(ByReading { built, unit, estimates, open })
    }
}

impl ByReading {
    /// The value of the measurand, in its unit, with this reading in the unit of its input; `None`
    /// where the model has none.
    pub fn value(&mut self, reading: f64) -> Option<f64> {
        let si = self.unit.to_si(reading);
        for index in &self.open {
            if let Some(estimate) = self.estimates.get_mut(*index) {
                *estimate = si;
            }
        }
        let values = derivative::values(&self.built.problem.tape, &self.estimates).ok()?;
        values.first().map(|si| self.built.unit.from_si(*si))
    }
}

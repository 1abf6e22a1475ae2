//! The value as a function of one reading: what a plan asks to find the reading that makes an item
//! right, without reading the document again for every trial.

use std::num::NonZeroUsize;

use super::build::{self, Built};
use super::outcome::{self, Outcome};
use super::{Evaluation, EvaluationError};
use crate::derivative;
use crate::unit::Unit;

/// An evaluation of which one input is still open.
pub struct ByReading<'e> {
    evaluation: &'e Evaluation,
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
    pub fn by_reading(&self, input: &str) -> Result<ByReading<'_>, EvaluationError> {
        let built = build::problem(self)?;
        let place = self.inputs.iter().position(|known| known.name == input);
        let unit = place.and_then(|place| built.compiled.input_units.get(place).cloned());
        let Some((place, unit)) = place.zip(unit) else {
            return Err(super::text_error("inputs", format!("no input `{input}`")));
        };
        let entries = built.problem.entries.iter();
        let estimates = entries.clone().map(|entry| entry.estimate).collect();
        let own = entries.enumerate().filter(|(_, entry)| entry.input == place);
        let open = own.map(|(index, _)| index).collect();
        Ok(ByReading { evaluation: self, built, unit, estimates, open })
    }
}

impl ByReading<'_> {
    /// The value of the measurand, in its unit, with this reading in the unit of its input; `None`
    /// where the model has none.
    pub fn value(&mut self, reading: f64) -> Option<f64> {
        self.put(reading);
        let values = derivative::values(&self.built.problem.tape, &self.estimates).ok()?;
        values.first().map(|si| self.built.compiled.unit.from_si(*si))
    }

    /// The outcome with this reading, in the unit of its input, in every repeat that takes part.
    ///
    /// # Errors
    /// As [`Evaluation::evaluate`].
    pub fn outcome(mut self, reading: f64) -> Result<Outcome, EvaluationError> {
        self.put(reading);
        for (entry, estimate) in self.built.problem.entries.iter_mut().zip(&self.estimates) {
            entry.estimate = *estimate;
        }
        outcome::of_problem(self.evaluation, &self.built, NonZeroUsize::MIN)
    }

    fn put(&mut self, reading: f64) {
        let si = self.unit.to_si(reading);
        for index in &self.open {
            if let Some(estimate) = self.estimates.get_mut(*index) {
                *estimate = si;
            }
        }
    }
}

//! Actions of a collection, expanded: diverting with what is counted and sampled meanwhile, and
//! draining.

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{self, Action};
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Dimension;

use super::prediction::carried;
use super::refusal::PlanError;
use super::setpoints;
use super::step::{Divert, DivertedCount, Drain, Sampled, Step};
use super::table::{Table, shown};

/// The reading of a counter that is gated from outside.
const COUNT: &str = "N";

impl<'a> Table<'a> {
    /// The steps of a list of actions. What is sampled during a collection belongs to the
    /// diverting before or after it.
    ///
    /// # Errors
    /// As [`Table::step`].
    pub fn steps(
        &'a self,
        actions: &[procedure::Step],
        offset: usize,
    ) -> Result<Vec<Step>, PlanError> {
        let mut steps = Vec::new();
        let mut waiting = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            if let Action::Sample { .. } = &action.action {
                let sampled = self.sampled(&action.action)?;
                match collecting(&mut steps) {
                    Some(divert) => divert.samples.push(sampled),
                    None => waiting.push((sampled, self.line(&action.place))),
                }
                continue;
            }
            steps.push(self.step(action, offset + index + 1)?);
            if let Some(divert) = collecting(&mut steps) {
                divert.samples.extend(waiting.drain(..).map(|(sampled, _)| sampled));
            }
        }
        match waiting.first() {
            None => Ok(steps),
            Some((sampled, line)) => Err(PlanError::Unsupported {
                word: format!("sample of {} without a collection", sampled.input),
                line: *line,
            }),
        }
    }

    fn sampled(&self, action: &Action) -> Result<Sampled, PlanError> {
        let Action::Sample { role, quantity, into, statistic, .. } = action else {
            return Err(PlanError::Unsupported { word: action.word().to_owned(), line: 0 });
        };
        Ok(Sampled {
            role: role.clone(),
            quantity: quantity.clone(),
            input: into.clone(),
            unit: setpoints::unit_of(self, role, quantity),
            statistic: super::steps::statistic_word(*statistic).to_owned(),
        })
    }

    pub(super) fn divert(&'a self, action: &Action, line: usize) -> Result<Divert, PlanError> {
        let Action::Divert { role, to, gate, into, duration } = action else {
            return Err(PlanError::Unsupported { word: action.word().to_owned(), line });
        };
        let bound = self.bound(role, line)?;
        let choice = bound.model.choice("diverter");
        for word in [to.as_str(), "bypass"] {
            if choice.is_none_or(|choice| !choice.commands.contains_key(word)) {
                let word = format!("divert: model {} has no choice `{word}`", bound.model.id);
                return Err(PlanError::Unsupported { word, line });
            }
        }
        let gate = match (gate, into) {
            (Some(counter), Some(input)) => Some(self.gated(counter, input, line)?),
            _ => None,
        };
        let seconds = duration.as_ref().map(|duration| self.whole_time(duration)).transpose()?;
        let fills = if seconds.is_some() { self.fills(line)? } else { Vec::new() };
        Ok(Divert { role: role.clone(), to: to.clone(), seconds, gate, samples: Vec::new(), fills })
    }

    /// A time that all positions share, longer than nothing.
    fn whole_time(&'a self, formula: &Formula) -> Result<f64, PlanError> {
        match self.shared(formula, ("diverter", "for"))? {
            Value::Number { si, kind } if kind.dimension == Dimension::TIME && si > 0.0 => {
                Ok(carried(si))
            }
            other => {
                let found = shown(&other);
                let text = format!("`{}` is {found}, wanted a time", formula.text);
                Err(self.finding(Diagnostic::error("P0201", text).at(formula.place.clone())))
            }
        }
    }

    fn gated(&self, counter: &str, input: &str, line: usize) -> Result<DivertedCount, PlanError> {
        let bound = self.bound(counter, line)?;
        let can = bound.model.reading(COUNT).is_some()
            && bound.model.choice("counting").is_some_and(|own| own.commands.contains_key("start"));
        if !can {
            let word = format!("divert: model {} cannot be gated from outside", bound.model.id);
            return Err(PlanError::Unsupported { word, line });
        }
        Ok(DivertedCount {
            role: counter.to_owned(),
            quantity: COUNT.to_owned(),
            input: input.to_owned(),
        })
    }

    pub(super) fn drain(&'a self, action: &Action, line: usize) -> Result<Drain, PlanError> {
        let Action::Drain { role, watch, below, at_most } = action else {
            return Err(PlanError::Unsupported { word: action.word().to_owned(), line });
        };
        let bound = self.bound(role, line)?;
        let choice = bound.model.choice("drain");
        for word in ["open", "closed"] {
            if choice.is_none_or(|choice| !choice.commands.contains_key(word)) {
                let word = format!("drain: model {} has no choice `{word}`", bound.model.id);
                return Err(PlanError::Unsupported { word, line });
            }
        }
        if !self.is_live(&watch.text) {
            let word = format!("drain that watches `{}`, which no role reads", watch.text);
            return Err(PlanError::Unsupported { word, line });
        }
        Ok(Drain {
            valve: role.clone(),
            watch: watch.text.clone(),
            below: self.shared_condition(below, |_| false)?,
            expected_s: 0.0,
            at_most_s: carried(at_most.si()),
        })
    }
}

/// The last step, where it is a collection that ends by itself.
fn collecting(steps: &mut [Step]) -> Option<&mut Divert> {
    steps.iter_mut().rev().find_map(|step| match step {
        Step::Divert(divert) if divert.seconds.is_some() => Some(divert),
        _ => None,
    })
}

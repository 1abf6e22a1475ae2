//! Actions of the procedure expanded to steps with every value in them fixed.
//!
//! A value that all positions share must be the same for all items; what each
//! position has for itself may differ.

mod by_hand;

use std::collections::BTreeMap;

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{self, Action, Each};
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::AnswerKind;
use super::prediction::{self, carried};
use super::refusal::PlanError;
use super::setpoints;
use super::step::{Gate, Otherwise, Step};
use super::table::{Table, shown};
use by_hand::{off_by_hand, read_by_hand};

impl<'a> Table<'a> {
    /// One action as a step.
    ///
    /// # Errors
    /// When a value cannot be computed, is out of range, or the action is one
    /// this version does not carry out.
    pub fn step(&'a self, action: &procedure::Step, number: usize) -> Result<Step, PlanError> {
        let each_position = action.each == Each::Position;
        Ok(match &action.action {
            Action::Set { role, settings } if self.is_by_hand(role) => {
                self.set_by_hand(role, settings, number)?
            }
            Action::Set { role, settings } => self.set(role, settings)?,
            Action::Off { role } if self.is_by_hand(role) => off_by_hand(role, number),
            Action::Off { role } => Step::Off { role: role.clone() },
            Action::Wait(procedure::Wait::Until { condition, .. })
                if self.looks_by_hand(condition) =>
            {
                self.wait_by_hand(condition, number)
            }
            Action::Wait(wait) => self.wait(wait)?,
            Action::Ramp { role, settings, rate } => Step::Ramp(self.ramp(role, settings, rate)?),
            Action::Approach { role, quantity, target, direction, overshoot_forbidden } => {
                let side = direction.as_ref().map(|word| self.side(word, role)).transpose()?;
                let target = setting(quantity, target);
                Step::Approach(self.approach(role, &target, side, *overshoot_forbidden)?)
            }
            Action::Exercise { role, quantity, to, times } => {
                Step::Exercise(Box::new(self.exercise(role, &setting(quantity, to), *times)?))
            }
            Action::Vent { role, max_rate } => {
                Step::Vent(self.vent(role, max_rate.as_ref(), self.line(&action.place))?)
            }
            diverting @ Action::Divert { .. } => {
                Step::Divert(self.divert(diverting, self.line(&action.place))?)
            }
            draining @ Action::Drain { .. } => {
                Step::Drain(self.drain(draining, self.line(&action.place))?)
            }
            reading @ Action::Read { .. } => {
                self.read(reading, each_position, number, self.line(&action.place))?
            }
            Action::Count(count) => self.count(count)?,
            Action::Ask(ask) => self.ask(ask, number, each_position)?,
            Action::Confirm { text, photo: _, on_no } => Step::Confirm {
                action: number,
                text: text.clone(),
                on_no: on_no.clone(),
                each_position,
            },
            Action::Instruct { text, note_required } => {
                Step::Instruct { action: number, text: text.clone(), note_required: *note_required }
            }
            Action::Check { that, text, otherwise } => Step::Check {
                condition: self.shared_condition(that, |path| self.is_live(path))?,
                text: text.clone(),
                otherwise: word(*otherwise),
            },
            Action::Note { text } => Step::Note { text: text.clone() },
            Action::Sample { .. } => {
                return Err(PlanError::Unsupported {
                    word: "sample without a collection".to_owned(),
                    line: self.line(&action.place),
                });
            }
        })
    }

    /// A reading of an instrument; one that a person reads is asked for.
    fn read(
        &'a self,
        action: &Action,
        each_position: bool,
        number: usize,
        line: usize,
    ) -> Result<Step, PlanError> {
        let Action::Read { role, quantity, into, samples, statistic, stable } = action else {
            return Err(PlanError::Unsupported { word: action.word().to_owned(), line });
        };
        let unit = setpoints::unit_of(self, role, quantity);
        if self.bound(role, line)?.model.is_by_hand() {
            return Ok(read_by_hand((role, quantity), into, unit, (number, each_position)));
        }
        Ok(Step::Read {
            role: role.clone(),
            quantity: quantity.clone(),
            input: into.clone(),
            unit,
            samples: *samples,
            statistic: statistic_word(*statistic).to_owned(),
            each_position,
            stable: *stable,
        })
    }

    fn set(&'a self, role: &str, settings: &[procedure::Setting]) -> Result<Step, PlanError> {
        let one = |setting: &procedure::Setting| {
            let value = self.shared(&setting.value, (role, &setting.quantity))?;
            let text = setpoints::checked(self, role, setting, &value)?;
            Ok((setting.quantity.clone(), text))
        };
        let settings = settings.iter().map(one).collect::<Result<_, PlanError>>()?;
        Ok(Step::Set { role: role.to_owned(), settings })
    }

    fn wait(&'a self, wait: &procedure::Wait) -> Result<Step, PlanError> {
        Ok(match wait {
            procedure::Wait::For { duration, reason, skip_on_resume_if } => Step::Dwell {
                seconds: carried(duration.si()),
                reason: reason.clone().unwrap_or_default(),
                skip_on_resume_if: skip_on_resume_if
                    .as_ref()
                    .map(|formula| self.shared_condition(formula, |_| false))
                    .transpose()?,
            },
            procedure::Wait::Until { condition, at_least, at_most, otherwise } => Step::Until {
                condition: self.shared_condition(condition, |path| self.is_live(path))?,
                at_least_s: carried(at_least.as_ref().map_or(0.0, Quantity::si)),
                at_most_s: carried(at_most.si()),
                otherwise: word(*otherwise),
            },
        })
    }

    fn count(&'a self, count: &procedure::Count) -> Result<Step, PlanError> {
        let bound = self.desk.bound.iter().find(|bound| bound.role.name == count.role);
        let mut gates = BTreeMap::new();
        for seat in &self.seats {
            let pulses = self.at_seat(&count.gate_pulses, seat)?;
            let pulses = self.whole(&pulses, &count.gate_pulses)?;
            let timeout_s = self.seconds(&count.timeout, seat)?;
            let channel = bound.and_then(|bound| bound.channels.get(&seat.position).copied());
            let none = || PlanError::Unsupported {
                word: format!("count without a channel for position {}", seat.position),
                line: self.line(&count.gate_pulses.place),
            };
            let channel = channel.ok_or_else(none)?;
            let expected_s =
                prediction::pulse_time_s(f64::from(pulses), seat.fields, seat.point).unwrap_or(0.0);
            gates.insert(
                seat.position,
                Gate {
                    channel,
                    pulses,
                    timeout_s: carried(timeout_s),
                    expected_s: carried(expected_s),
                },
            );
        }
        Ok(Step::Count {
            role: count.role.clone(),
            of: count.of.clone(),
            input: count.into.clone(),
            gates,
        })
    }

    fn whole(&self, value: &Value, formula: &Formula) -> Result<u32, PlanError> {
        let found = match value {
            Value::Number { si, .. } => *si,
            _ => f64::NAN,
        };
        let is_whole = found >= 1.0 && found <= f64::from(u32::MAX) && found.fract() == 0.0;
        if is_whole {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked"
            )]
            return Ok(found as u32);
        }
        let text = format!("`{}` is {}, wanted a whole number from 1", formula.text, shown(value));
        Err(self.finding(Diagnostic::error("P0203", text).at(formula.place.clone())))
    }

    fn ask(
        &'a self,
        ask: &procedure::Ask,
        action: usize,
        each_position: bool,
    ) -> Result<Step, PlanError> {
        let number = |formula: &Formula, unit: &Unit| {
            let value = self.shared(formula, ("operator", &ask.field))?;
            Ok::<_, PlanError>(self.in_unit(&value, unit, formula)?.decimal().clone())
        };
        let wanted = match &ask.unit {
            None => AnswerKind::Text { twice: ask.twice },
            Some(unit) => AnswerKind::Number {
                unit: unit.symbol().to_owned(),
                range: match &ask.range {
                    Some((lower, upper)) => Some((number(lower, unit)?, number(upper, unit)?)),
                    None => None,
                },
                step: ask.resolution.as_ref().map(|step| number(step, unit)).transpose()?,
                twice: ask.twice,
                expect: self.expectation(ask, unit)?,
            },
        };
        let label = || {
            let field = ask.field.strip_prefix("dut.")?;
            let fields = &self.desk.procedure.item.fields;
            fields.iter().find(|known| known.name == field)?.label.clone()
        };
        let text = ask.text.clone().or_else(label).unwrap_or_else(|| ask.field.as_str().into());
        let text = match (&ask.tell, &ask.unit) {
            (Some(tell), Some(unit)) => told(text, &number(tell, unit)?, unit),
            _ => text,
        };
        Ok(Step::Ask { action, field: ask.field.clone(), text, wanted, each_position })
    }
}

/// The question with the value that it tells behind it.
fn told(text: Text, value: &Decimal, unit: &Unit) -> Text {
    let unit = unit.symbol();
    Text { en: format!("{}: {value} {unit}", text.en), zh: format!("{}：{value} {unit}", text.zh) }
}

fn setting(quantity: &str, value: &Formula) -> procedure::Setting {
    procedure::Setting { quantity: quantity.to_owned(), value: value.clone() }
}

fn word(otherwise: procedure::Otherwise) -> Otherwise {
    match otherwise {
        procedure::Otherwise::Abort => Otherwise::Abort,
        procedure::Otherwise::SkipPoint => Otherwise::SkipPoint,
        procedure::Otherwise::AskOperator => Otherwise::AskOperator,
        procedure::Otherwise::Warn => Otherwise::Warn,
    }
}

pub(super) fn statistic_word(statistic: procedure::Statistic) -> &'static str {
    match statistic {
        procedure::Statistic::Mean => "mean",
        procedure::Statistic::Last => "last",
        procedure::Statistic::Max => "max",
        procedure::Statistic::Min => "min",
    }
}

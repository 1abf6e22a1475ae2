//! Actions of the procedure expanded to steps with every value in them fixed.
//!
//! A value that all positions share must be the same for all items; what each
//! position has for itself may differ.

use std::collections::BTreeMap;

use etalon_procedures::expand::Point;
use etalon_procedures::formula::Formula;
use etalon_procedures::item::ItemFields;
use etalon_procedures::procedure::{self, Action, Each};
use etalon_procedures::scope::PointScope;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::names::{Desk, Names};
use super::refusal::{Disagreement, PlanError, line};
use super::step::{Gate, Otherwise, Step};
use super::{Condition, Fixed, prediction, setpoints};
use crate::engine::operator::Wanted;

/// One occupied position at one point.
pub struct Seat<'a> {
    /// Position, from 1.
    pub position: u32,
    /// Id of the item.
    pub item: &'a str,
    /// Its fields.
    pub fields: &'a ItemFields,
    /// The point; `None` outside of points.
    pub point: Option<&'a Point>,
    /// External names at the point.
    pub names: &'a Names,
}



/// The names of one point, among them `points.U`: of the column U over all
/// points, the value at this one.
struct SeatScope<'a>(PointScope<'a>);

impl Scope for SeatScope<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.0.value(path.strip_prefix("points.").unwrap_or(path))
    }

    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        self.0.call_kind(name, args)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.0.call(name, args)
    }

    fn known(&self) -> Vec<String> {
        self.0.known()
    }
}

/// All positions at one point, and who answers.
pub struct Table<'a> {
    /// Procedure, bench, register.
    pub desk: &'a Desk<'a>,
    /// The occupied positions; never empty.
    pub seats: Vec<Seat<'a>>,
    /// Where it is, for messages: `stage/point`.
    pub at: String,
}

impl<'a> Table<'a> {
    fn finding(&self, diagnostic: Diagnostic) -> PlanError {
        PlanError::Findings { about: self.at.clone(), diagnostics: vec![diagnostic] }
    }

    pub(super) fn line(&self, place: &procedure::Place) -> usize {
        line(self.desk.text, place)
    }

    fn scope(&self, seat: &'a Seat<'a>) -> SeatScope<'a> {
        SeatScope(PointScope {
            procedure: self.desk.procedure,
            item: seat.fields,
            point: seat.point,
            outer: &seat.names.bindings,
        })
    }

    /// The value of a formula at one position.
    ///
    /// # Errors
    /// When it cannot be computed.
    pub fn at_seat(&'a self, formula: &Formula, seat: &'a Seat<'a>) -> Result<Value, PlanError> {
        formula.evaluate(&self.scope(seat)).map_err(|finding| self.finding(finding))
    }

    /// The value of a formula that all positions share.
    ///
    /// # Errors
    /// When it cannot be computed, or differs between items.
    pub fn shared(&'a self, formula: &Formula, what: (&str, &str)) -> Result<Value, PlanError> {
        let mut found: Option<(Value, &str)> = None;
        for seat in &self.seats {
            let value = self.at_seat(formula, seat)?;
            match &found {
                Some((first, item)) if *first != value => {
                    return Err(PlanError::from(Box::new(Disagreement {
                        role: what.0.to_owned(),
                        quantity: what.1.to_owned(),
                        first: shown(first),
                        item: (*item).to_owned(),
                        second: shown(&value),
                        other: seat.item.to_owned(),
                        line: self.line(&formula.place),
                        at: self.at.clone(),
                    })));
                }
                Some(_) => {}
                None => found = Some((value, seat.item)),
            }
        }
        let none = || PlanError::ItemCount { found: 0, most: usize::MAX };
        found.map(|(value, _)| value).ok_or_else(none)
    }

    /// A number in a unit, with the unit, as it is sent and recorded.
    ///
    /// # Errors
    /// When the value is no number.
    pub fn in_unit(
        &self,
        value: &Value,
        unit: &Unit,
        formula: &Formula,
    ) -> Result<Quantity, PlanError> {
        let refuse = |text: String| {
            self.finding(Diagnostic::error("P0201", text).at(formula.place.clone()))
        };
        let Value::Number { si, .. } = value else {
            return Err(refuse(format!("`{}` is {}, wanted a number", formula.text, value.kind())));
        };
        let number = Decimal::from_f64(unit.from_si(*si))
            .map_err(|error| refuse(format!("`{}`: {error}", formula.text)))?;
        Ok(Quantity::new(number, unit.clone()))
    }

    fn seconds(&'a self, formula: &Formula, seat: &'a Seat<'a>) -> Result<f64, PlanError> {
        match self.at_seat(formula, seat)? {
            Value::Number { si, .. } => Ok(si),
            // A quoted quantity, as `'300 s'`.
            Value::Text(text) => {
                let refuse = |error: etalon_uncertainty::quantity::QuantityError| {
                    let text = format!("`{text}`: {error}");
                    self.finding(Diagnostic::error("P0201", text).at(formula.place.clone()))
                };
                Quantity::parse(&text).map(|quantity| quantity.si()).map_err(refuse)
            }
            other => {
                let text = format!("`{}` is {}, wanted a time", formula.text, other.kind());
                Err(self.finding(Diagnostic::error("P0201", text).at(formula.place.clone())))
            }
        }
    }

    /// A condition with the names in it that stand already. Names that `is_live`
    /// accepts are left to the run.
    ///
    /// # Errors
    /// When a name is neither known nor live.
    pub fn condition(
        &'a self,
        formula: &Formula,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Condition, PlanError> {
        let mut names: BTreeMap<u32, BTreeMap<String, Fixed>> = BTreeMap::new();
        for seat in &self.seats {
            let scope = self.scope(seat);
            for symbol in formula.expression.symbols() {
                if is_live(&symbol.path) {
                    continue;
                }
                let value = scope.value(&symbol.path).as_ref().and_then(Fixed::of);
                let unknown = || {
                    let text = format!("`{}` has no value at {}", symbol.path, self.at);
                    self.finding(
                        Diagnostic::error("P0202", text).at(formula.place_of(&symbol.span)),
                    )
                };
                let fixed = value.ok_or_else(unknown)?;
                names.entry(seat.position).or_default().insert(symbol.path, fixed);
            }
        }
        Ok(Condition { text: formula.text.clone(), names })
    }

    /// The same where it is judged once for all positions.
    ///
    /// # Errors
    /// As [`Table::condition`], and when a name differs between items.
    pub fn shared_condition(
        &'a self,
        formula: &Formula,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Condition, PlanError> {
        let condition = self.condition(formula, is_live)?;
        let mut all = condition.names.iter();
        let Some((first, names)) = all.next() else { return Ok(condition) };
        if let Some((other, _)) = all.find(|(_, others)| *others != names) {
            let item = |position: &u32| {
                let seat = self.seats.iter().find(|seat| seat.position == *position);
                seat.map(|seat| seat.item.to_owned()).unwrap_or_default()
            };
            return Err(PlanError::from(Box::new(Disagreement {
                role: "all positions".to_owned(),
                quantity: format!("condition `{}`", formula.text),
                first: "one value".to_owned(),
                item: item(first),
                second: "another".to_owned(),
                other: item(other),
                line: self.line(&formula.place),
                at: self.at.clone(),
            })));
        }
        let names = names.clone();
        Ok(Condition { text: condition.text, names: BTreeMap::from([(0, names)]) })
    }

    /// Whether a name is a quantity of a role, read while the run goes on.
    #[must_use]
    pub fn is_live(&self, path: &str) -> bool {
        let Some((role, quantity)) = path.split_once('.') else { return false };
        let role = self.desk.procedure.role(role);
        role.is_some_and(|role| role.quantities.iter().any(|known| known.name == quantity))
    }

    /// One action as a step.
    ///
    /// # Errors
    /// When a value cannot be computed, is out of range, or the action is one
    /// this version does not carry out.
    pub fn step(&'a self, action: &procedure::Step, number: usize) -> Result<Step, PlanError> {
        let each_position = action.each == Each::Position;
        Ok(match &action.action {
            Action::Set { role, settings } => self.set(role, settings)?,
            Action::Off { role } => Step::Off { role: role.clone() },
            Action::Wait(wait) => self.wait(wait)?,
            Action::Read { role, quantity, into, samples, statistic, stable: false } => Step::Read {
                role: role.clone(),
                quantity: quantity.clone(),
                input: into.clone(),
                unit: setpoints::unit_of(self, role, quantity),
                samples: *samples,
                statistic: statistic_word(*statistic).to_owned(),
                each_position,
            },
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
            other => {
                return Err(PlanError::Unsupported {
                    word: other.word().to_owned(),
                    line: self.line(&action.place),
                });
            }
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
                seconds: duration.si(),
                reason: reason.clone().unwrap_or_default(),
                skip_on_resume_if: skip_on_resume_if
                    .as_ref()
                    .map(|formula| self.shared_condition(formula, |_| false))
                    .transpose()?,
            },
            procedure::Wait::Until { condition, at_least, at_most, otherwise } => Step::Until {
                condition: self.shared_condition(condition, |path| self.is_live(path))?,
                at_least_s: at_least.as_ref().map_or(0.0, Quantity::si),
                at_most_s: at_most.si(),
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
            gates.insert(seat.position, Gate { channel, pulses, timeout_s, expected_s });
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
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
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
            None => Wanted::Text { twice: ask.twice },
            Some(unit) => Wanted::Number {
                unit: unit.symbol().to_owned(),
                range: match &ask.range {
                    Some((lower, upper)) => Some((number(lower, unit)?, number(upper, unit)?)),
                    None => None,
                },
                step: ask.resolution.as_ref().map(|step| number(step, unit)).transpose()?,
                twice: ask.twice,
            },
        };
        let label = || {
            let field = ask.field.strip_prefix("dut.")?;
            let fields = &self.desk.procedure.item.fields;
            fields.iter().find(|known| known.name == field)?.label.clone()
        };
        let text = ask.text.clone().or_else(label).unwrap_or_else(|| ask.field.as_str().into());
        Ok(Step::Ask { action, field: ask.field.clone(), text, wanted, each_position })
    }
}

fn word(otherwise: procedure::Otherwise) -> Otherwise {
    match otherwise {
        procedure::Otherwise::Abort => Otherwise::Abort,
        procedure::Otherwise::SkipPoint => Otherwise::SkipPoint,
        procedure::Otherwise::AskOperator => Otherwise::AskOperator,
        procedure::Otherwise::Warn => Otherwise::Warn,
    }
}

fn statistic_word(statistic: procedure::Statistic) -> &'static str {
    match statistic {
        procedure::Statistic::Mean => "mean",
        procedure::Statistic::Last => "last",
        procedure::Statistic::Max => "max",
        procedure::Statistic::Min => "min",
    }
}

/// A value for a message.
#[must_use]
pub fn shown(value: &Value) -> String {
    match value {
        Value::Number { si, kind } if kind.dimension.is_one() => si.to_string(),
        Value::Number { si, kind } => format!("{si} {}", kind.dimension),
        Value::Text(text) => text.clone(),
        Value::Truth(truth) => truth.to_string(),
        Value::List(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

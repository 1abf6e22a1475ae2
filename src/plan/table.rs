//! All positions at one point: formulas evaluated where positions share a value
//! and where each has its own.

use std::collections::BTreeMap;

use etalon_procedures::expand::Point;
use etalon_procedures::formula::Formula;
use etalon_procedures::item::ItemFields;
use etalon_procedures::procedure;
use etalon_procedures::scope::PointScope;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::names::{Desk, Names};
use super::refusal::{Disagreement, PlanError};
use super::{Condition, Fixed};

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
    pub(super) fn finding(&self, diagnostic: Diagnostic) -> PlanError {
        PlanError::Findings { about: self.at.clone(), diagnostics: vec![diagnostic] }
    }

    pub(super) fn line(&self, place: &procedure::Place) -> usize {
        self.desk.lines.at(place)
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
        let refuse =
            |text: String| self.finding(Diagnostic::error("P0201", text).at(formula.place.clone()));
        let Value::Number { si, .. } = value else {
            return Err(refuse(format!("`{}` is {}, wanted a number", formula.text, value.kind())));
        };
        let number = Decimal::from_f64(unit.from_si(*si))
            .map_err(|error| refuse(format!("`{}`: {error}", formula.text)))?;
        Ok(Quantity::new(number, unit.clone()))
    }

    pub(super) fn seconds(
        &'a self,
        formula: &Formula,
        seat: &'a Seat<'a>,
    ) -> Result<f64, PlanError> {
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

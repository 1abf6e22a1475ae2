//! Actions that move a quantity, expanded: how fast, from which side, judged on whose indication.

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::Setting;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::{Dimension, Unit};

use super::bind::Bound;
use super::prediction::carried;
use super::refusal::PlanError;
use super::setpoints;
use super::step::{Approach, Exercise, Pace, Ramp, Vent};
use super::table::{Table, shown};

/// How near to its target, as a share of the role's range, a quantity counts as there.
/// Chosen: five times the calibration difference that a controller and a reference of class 0.1
/// may show; what is measured is the reference's own indication, wherever that stands.
const WITHIN: f64 = 0.005;
/// How far beyond where it comes to rest, as a share of the range, a quantity has passed its
/// target. Chosen: above the noise of a controlled pressure (10 ppm, pressure dossier 10.1), below
/// the least overshoot that matters (0.05 %, the same place).
const BEYOND: f64 = 0.0003;
/// What is left after venting, as a share of the range. Source: pressure dossier 4.6,
/// |p| < 0.1 % of full scale.
const RELEASED: f64 = 0.001;

impl<'a> Table<'a> {
    /// The instrument bound to a role.
    pub(super) fn bound(&self, role: &str, line: usize) -> Result<&'a Bound<'a>, PlanError> {
        let found = self.desk.bound.iter().find(|bound| bound.role.name == role);
        found.ok_or_else(|| PlanError::Unsupported { word: format!("unbound role {role}"), line })
    }

    pub(super) fn ramp(
        &'a self,
        role: &str,
        settings: &[Setting],
        rate: &Formula,
    ) -> Result<Ramp, PlanError> {
        let [setting] = settings else {
            return Err(PlanError::Unsupported {
                word: "ramp of other than one quantity".to_owned(),
                line: self.line(&rate.place),
            });
        };
        let value = self.shared(&setting.value, (role, &setting.quantity))?;
        Ok(Ramp {
            role: role.to_owned(),
            quantity: setting.quantity.clone(),
            end: setpoints::checked(self, role, setting, &value)?,
            pace: self.pace(role, &setting.quantity, Some(rate))?,
            expected_s: 0.0,
            at_most_s: 0.0,
        })
    }

    pub(super) fn approach(
        &'a self,
        role: &str,
        setting: &Setting,
        rising: Option<bool>,
        overshoot_forbidden: bool,
    ) -> Result<Approach, PlanError> {
        let value = self.shared(&setting.value, (role, &setting.quantity))?;
        let target = setpoints::checked(self, role, setting, &value)?;
        let scale = self.scale(role, &setting.quantity, &value)?;
        Ok(Approach {
            role: role.to_owned(),
            quantity: setting.quantity.clone(),
            target,
            rising,
            overshoot_forbidden,
            watch: self.watcher(role, &setting.quantity, self.line(&setting.value.place))?,
            within: carried(WITHIN * scale),
            beyond: carried(BEYOND * scale),
            pace: self.pace(role, &setting.quantity, None)?,
            expected_s: 0.0,
            at_most_s: 0.0,
        })
    }

    /// `up` or `down` as a side.
    pub(super) fn side(&'a self, direction: &Formula, role: &str) -> Result<bool, PlanError> {
        match self.shared(direction, (role, "direction"))? {
            Value::Text(word) if word == "up" => Ok(true),
            Value::Text(word) if word == "down" => Ok(false),
            other => {
                let found = shown(&other);
                let text = format!("`{}` is {found}, wanted 'up' or 'down'", direction.text);
                Err(self.finding(Diagnostic::error("P0204", text).at(direction.place.clone())))
            }
        }
    }

    pub(super) fn exercise(
        &'a self,
        role: &str,
        setting: &Setting,
        times: u32,
    ) -> Result<Exercise, PlanError> {
        let out = self.approach(role, setting, Some(true), false)?;
        let unit = self.role_unit(role, &setting.quantity, self.line(&setting.value.place))?;
        let target = format!("0 {}", unit.symbol());
        let back = Approach { target, rising: Some(false), ..out.clone() };
        Ok(Exercise { out, back, times })
    }

    pub(super) fn vent(
        &'a self,
        role: &str,
        max_rate: Option<&Formula>,
        line: usize,
    ) -> Result<Vent, PlanError> {
        let bound = self.bound(role, line)?;
        let word = "vent of a role whose instrument has no choice `vent`";
        if bound.model.choice("vent").is_none_or(|choice| !choice.commands.contains_key("start")) {
            return Err(PlanError::Unsupported { word: word.to_owned(), line });
        }
        let set = bound.role.quantities.iter().find(|one| bound.model.setting(&one.name).is_some());
        let none =
            || PlanError::Unsupported { word: "vent of a role that sets nothing".to_owned(), line };
        let quantity = &set.ok_or_else(none)?.name;
        let unit = self.role_unit(role, quantity, line)?;
        let down = max_rate.map(|rate| {
            Ok::<_, PlanError>(Ramp {
                role: role.to_owned(),
                quantity: quantity.clone(),
                end: format!("0 {}", unit.symbol()),
                pace: self.pace(role, quantity, Some(rate))?,
                expected_s: 0.0,
                at_most_s: 0.0,
            })
        });
        Ok(Vent {
            role: role.to_owned(),
            down: down.transpose()?,
            watch: self.watcher(role, quantity, line)?,
            at_most: carried(RELEASED * self.scale(role, quantity, &Value::number(0.0))?),
            unit: unit.symbol().to_owned(),
            expected_s: 0.0,
            at_most_s: 0.0,
        })
    }

    /// The unit in which the procedure sets and reads a role's quantity.
    pub(super) fn role_unit(
        &self,
        role: &str,
        quantity: &str,
        line: usize,
    ) -> Result<Unit, PlanError> {
        let known = self.bound(role, line)?.role.quantities.iter();
        let found = known.into_iter().find(|known| known.name == quantity);
        let none = || PlanError::Unsupported {
            word: format!("{role} without a unit of {quantity}"),
            line,
        };
        found.map(|known| known.unit.clone()).ok_or_else(none)
    }

    /// Largest magnitude that a role's quantity takes in the procedure, in the role's unit: the
    /// ends of its envelope, or the value itself.
    fn scale(&'a self, role: &str, quantity: &str, value: &Value) -> Result<f64, PlanError> {
        let bound = self.bound(role, 0)?;
        let unit = self.role_unit(role, quantity, 0)?;
        let mut largest = magnitude(value, &unit);
        for envelope in bound.role.over.iter().filter(|over| over.quantity == quantity) {
            for formula in std::iter::once(&envelope.low).chain(envelope.high.as_ref()) {
                for seat in &self.seats {
                    let end = self.at_seat(formula, seat);
                    largest = largest.max(end.map_or(0.0, |end| magnitude(&end, &unit)));
                }
            }
        }
        Ok(largest)
    }

    /// Who tells where a quantity stands: a reference that reads it before the one who makes it.
    fn watcher(&self, role: &str, quantity: &str, line: usize) -> Result<String, PlanError> {
        let unit = self.role_unit(role, quantity, line)?;
        let mut readers: Vec<&Bound<'_>> = self
            .desk
            .bound
            .iter()
            .filter(|bound| {
                let declared = bound.role.quantities.iter().find(|known| known.name == quantity);
                declared.is_some_and(|known| known.unit.is_compatible(&unit))
                    && bound.model.reading(quantity).is_some()
            })
            .collect();
        readers.sort_by_key(|bound| (bound.role.name == role, !bound.role.traceable));
        let none = || PlanError::Unsupported {
            word: format!("movement of {role}.{quantity}, which no instrument reads"),
            line,
        };
        let first = readers.first().ok_or_else(none)?;
        Ok(format!("{}.{quantity}", first.role.name))
    }

    fn pace(
        &'a self,
        role: &str,
        quantity: &str,
        rate: Option<&Formula>,
    ) -> Result<Pace, PlanError> {
        let line = rate.map_or(0, |rate| self.line(&rate.place));
        let bound = self.bound(role, line)?;
        let unit = self.role_unit(role, quantity, line)?;
        let settling_s =
            bound.model.setting(quantity).map_or(0.0, |known| known.settling.as_secs_f64());
        let settling_s = carried(settling_s);
        let Some(rate) = rate else { return Ok(Pace { per_s: None, slew: None, settling_s }) };
        let value = self.shared(rate, (role, "rate"))?;
        let wanted = unit.dimension().per(Dimension::TIME);
        let rate_si = match &value {
            Value::Number { si, kind } if Some(kind.dimension) == wanted && *si > 0.0 => *si,
            _ => {
                let found = shown(&value);
                let text = format!("`{}` is {found}, wanted {quantity} per time", rate.text);
                return Err(self.finding(Diagnostic::error("P0205", text).at(rate.place.clone())));
            }
        };
        let own = bound.model.setting("slew").filter(|own| Some(own.unit.dimension()) == wanted);
        let slew = own.and_then(|own| {
            let number = Decimal::from_f64(own.unit.from_si(rate_si)).ok()?;
            Some(Quantity::new(number, own.unit.clone()).to_string())
        });
        Ok(Pace { per_s: Some(carried(unit.interval_from_si(rate_si))), slew, settling_s })
    }
}

fn magnitude(value: &Value, unit: &Unit) -> f64 {
    match value {
        Value::Number { si, kind } if kind.dimension == unit.dimension() => unit.from_si(*si).abs(),
        _ => 0.0,
    }
}

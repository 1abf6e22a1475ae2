//! Every setting of the procedure against the range of the instrument that will
//! get it: refused, never clipped.

use etalon_procedures::procedure::Setting;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::bind::Bound;
use super::refusal::{BeyondRange, PlanError};
use super::table::{Table, shown};

/// The setting as it will be sent, with unit.
///
/// # Errors
/// When the instrument cannot be set to it, or the bench forbids it.
pub fn checked(
    table: &Table<'_>,
    role: &str,
    setting: &Setting,
    value: &Value,
) -> Result<String, PlanError> {
    let line = table.line(&setting.value.place);
    let unbound = || PlanError::Unsupported { word: format!("set of role {role}"), line };
    let bound =
        table.desk.bound.iter().find(|bound| bound.role.name == role).ok_or_else(unbound)?;
    let refused = |value: String, range: String| {
        PlanError::from(Box::new(BeyondRange {
            blame: bound.blame(),
            instrument: format!("{} ({})", bound.instrument.id, bound.model.id),
            verb: "set",
            quantity: setting.quantity.clone(),
            value,
            range,
            line,
            at: table.at.clone(),
        }))
    };
    if let Value::Text(word) = value {
        let choice = bound.model.choice(&setting.quantity);
        let words = choice.map(|choice| choice.commands.keys().cloned().collect::<Vec<_>>());
        let words = words.unwrap_or_default();
        let is_known = words.contains(word);
        return if is_known {
            Ok(word.clone())
        } else {
            Err(refused(word.clone(), words.join(", ")))
        };
    }
    let unit = role_unit(bound, &setting.quantity).unwrap_or_else(Unit::one);
    let quantity = table.in_unit(value, &unit, &setting.value)?;
    let Some(known) = bound.model.setting(&setting.quantity) else {
        return Err(refused(shown(value), "none: the model does not set it".to_owned()));
    };
    let on_wire = quantity.in_unit(&known.unit).unwrap_or(f64::NAN);
    if !known.holds(on_wire) {
        return Err(refused(quantity.to_string(), range(known.min.as_ref(), known.max.as_ref())));
    }
    let limit = bound.instrument.limits.iter().find(|(name, _)| *name == setting.quantity);
    if let Some((_, limit)) = limit {
        let Ok(most) = limit.in_unit(&known.unit) else {
            let unit = known.unit.symbol();
            let wrong = format!("none: the bench file limits it to {limit}, which is no {unit}");
            return Err(refused(quantity.to_string(), wrong));
        };
        if on_wire.abs() > most {
            let most = format!("limited to {limit} by the bench file");
            return Err(refused(quantity.to_string(), most));
        }
    }
    Ok(quantity.to_string())
}

fn range(min: Option<&Quantity>, max: Option<&Quantity>) -> String {
    let end = |end: Option<&Quantity>| end.map_or_else(|| "…".to_owned(), ToString::to_string);
    format!("{} to {}", end(min), end(max))
}

fn role_unit(bound: &Bound<'_>, quantity: &str) -> Option<Unit> {
    let known = bound.role.quantities.iter().find(|known| known.name == quantity)?;
    Some(known.unit.clone())
}

/// The unit in which a role's quantity is read; empty where the role declares none.
#[must_use]
pub fn unit_of(table: &Table<'_>, role: &str, quantity: &str) -> String {
    let bound = table.desk.bound.iter().find(|bound| bound.role.name == role);
    let unit = bound.and_then(|bound| role_unit(bound, quantity));
    unit.map(|unit| unit.symbol().to_owned()).unwrap_or_default()
}

/// What a role must cover at a point lies within what the instrument measures.
///
/// # Errors
/// When a value of the role's envelope is outside the instrument's range.
pub fn envelope<'a>(table: &'a Table<'a>) -> Result<(), PlanError> {
    for bound in table.desk.bound {
        for envelope in &bound.role.over {
            let ends = std::iter::once(&envelope.low).chain(envelope.high.as_ref());
            for formula in ends {
                for seat in &table.seats {
                    let value = table.at_seat(formula, seat)?;
                    covers(table, bound, &envelope.quantity, &value, formula.place.clone())?;
                }
            }
        }
    }
    Ok(())
}

fn covers(
    table: &Table<'_>,
    bound: &Bound<'_>,
    quantity: &str,
    value: &Value,
    place: std::ops::Range<usize>,
) -> Result<(), PlanError> {
    let Value::Number { si, .. } = value else { return Ok(()) };
    let reading = bound.model.reading(quantity);
    let setting = bound.model.setting(quantity);
    let Some((unit, min, max)) = reading
        .map(|reading| (&reading.unit, reading.min.as_ref(), reading.max.as_ref()))
        .filter(|(_, min, max)| min.is_some() || max.is_some())
        .or_else(|| setting.map(|known| (&known.unit, known.min.as_ref(), known.max.as_ref())))
    else {
        return Ok(());
    };
    let number = unit.from_si(*si);
    let is_within = min.is_none_or(|min| min.in_unit(unit).is_ok_and(|min| number >= min))
        && max.is_none_or(|max| max.in_unit(unit).is_ok_and(|max| number <= max));
    if is_within {
        return Ok(());
    }
    Err(PlanError::from(Box::new(BeyondRange {
        blame: bound.blame(),
        instrument: format!("{} ({})", bound.instrument.id, bound.model.id),
        verb: if reading.is_some() { "read" } else { "set" },
        quantity: quantity.to_owned(),
        value: format!("{number} {unit}"),
        range: range(min, max),
        line: table.line(&place),
        at: table.at.clone(),
    })))
}

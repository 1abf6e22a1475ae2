//! Inputs and equations of a derived value.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::evaluation::{Component, Equation, Estimate, Input};
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::Obtained;
use super::factors::Factor;
use super::literal::{decimal, literal, with_unit};

/// A result that enters.
pub(super) struct Entered<'a> {
    /// Its name in the equations.
    pub(super) symbol: String,
    /// Its unit.
    pub(super) unit: Unit,
    /// The result.
    pub(super) obtained: Obtained<'a>,
    /// What it is, for people.
    pub(super) title: Text,
}

/// `value + a1 * shared_1 + …`: the result with what it shares.
pub(super) fn result_equation(
    number: usize,
    entered: &Entered<'_>,
    shared: &[&Factor],
) -> Equation {
    let mut expression = format!("result_{}", number + 1);
    for (place, factor) in shared.iter().enumerate() {
        let share = factor.share(number);
        if share != 0.0 {
            let sign = if share < 0.0 { '-' } else { '+' };
            let share = literal(share.abs(), &entered.unit.interval());
            expression.push_str(&format!(" {sign} {share} * shared_{}", place + 1));
        }
    }
    let unit = entered.unit.symbol().to_owned();
    Equation { name: entered.symbol.clone(), unit, expression }
}

pub(super) fn result_input(
    number: usize,
    entered: &Entered<'_>,
    own: &[&Factor],
) -> Result<Input, Text> {
    let interval = entered.unit.interval();
    let components = own.iter().map(|factor| {
        let standard = decimal(factor.share(number).abs())?;
        Ok(factor.component(with_unit(standard, &interval)))
    });
    let components = components.collect::<Result<Vec<_>, Text>>()?;
    let value = decimal(entered.obtained.outcome.value)?;
    let name = format!("result_{}", number + 1);
    Ok(exact(name, entered.title.clone(), &entered.unit, value, components))
}

pub(super) fn exact(
    name: String,
    label: Text,
    unit: &Unit,
    value: Decimal,
    components: Vec<Component>,
) -> Input {
    Input {
        name,
        label,
        unit: unit.symbol().to_owned(),
        estimate: Estimate::Value(with_unit(value, unit)),
        each_repeat: false,
        components,
    }
}

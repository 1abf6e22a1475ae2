//! Numbers as texts of an evaluation.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::expression::{Expression, Scope, Value};
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use crate::procedure::Procedure;
use crate::resolve::text;
use crate::scope::PointScope;

pub(super) fn unit(symbol: &str) -> Result<Unit, Text> {
    Unit::parse(symbol).map_err(|error| Text::english(error.to_string()))
}

pub(super) fn decimal(number: f64) -> Result<Decimal, Text> {
    Decimal::from_f64(number).map_err(|error| Text::english(error.to_string()))
}

pub(super) fn with_unit(number: Decimal, unit: &Unit) -> String {
    match unit.printed() {
        "" => number.to_string(),
        symbol => format!("{number} {symbol}"),
    }
}

/// A number as a literal of the expression language: in its unit where that can
/// stand behind a number, else in the coherent one.
pub(super) fn literal(number: f64, unit: &Unit) -> String {
    let text = match unit.printed() {
        "" => format!("{number:e}"),
        symbol => format!("{number:e} {symbol}"),
    };
    let fits = Expression::parse(&text).is_ok_and(|parsed| parsed.symbols().is_empty());
    let text = match fits {
        true => text,
        false => format!("{:e} {}", unit.interval_to_si(number), unit.dimension()),
    };
    if number < 0.0 { format!("({text})") } else { text }
}

/// A measured number as a literal, with the twelve digits that are carried.
pub(super) fn carried(number: f64, unit: &Unit) -> Result<String, Text> {
    let text = with_unit(decimal(number.abs())?, unit);
    let fits = Expression::parse(&text).is_ok_and(|parsed| parsed.symbols().is_empty());
    Ok(match (fits, number < 0.0) {
        (false, _) => literal(number, unit),
        (true, true) => format!("(-{text})"),
        (true, false) => text,
    })
}

/// A name's value as a literal that a customer can read: in the unit of its
/// column, else in the unit of a result of the same dimension.
pub(super) fn named_literal(
    procedure: &Procedure,
    path: &str,
    scope: &PointScope<'_>,
) -> Option<String> {
    let Value::Number { si, kind } = scope.value(path)? else {
        return text::literal_of(path, scope);
    };
    let of_table = path.split_once('.').and_then(|(table, column)| {
        let columns = &procedure.table(table)?.columns;
        columns.iter().find(|known| known.name == column)?.unit.clone()
    });
    let of_models = procedure.models.iter().map(|model| model.unit.interval());
    let of_derives = procedure.derives.iter().map(|derive| derive.unit.interval());
    let fitting = of_table
        .into_iter()
        .chain(of_models)
        .chain(of_derives)
        .find(|unit| !kind.affine && unit.dimension() == kind.dimension);
    match fitting {
        Some(unit) => carried(unit.from_si(si), &unit).ok(),
        None => text::literal_of(path, scope),
    }
}

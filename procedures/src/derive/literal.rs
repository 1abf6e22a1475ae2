//! Numbers as texts of an evaluation.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::expression::Expression;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

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

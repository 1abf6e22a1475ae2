//! What a plan predicts: readings and the time of pulses. The uncertainty follows from
//! the evaluation itself, see `templates`; the time of a run, see `duration`.

use etalon_procedures::expand::Point;
use etalon_procedures::item::ItemFields;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Dimension;

/// Decades that are searched for a reading, upwards from 1.
const DECADES: u32 = 24;
/// Most steps inside the bracket.
const STEPS: u32 = 200;

/// A number with the digits a plan carries: few enough to come back from the
/// record as the same binary number, whoever reads it.
#[must_use]
pub fn carried(number: f64) -> f64 {
    Decimal::from_f64(number).map_or(number, |decimal| decimal.to_f64())
}

/// The reading for which the measurand takes the value `wanted`, within
/// `near`; `None` when it is not to be found.
///
/// What the reference of an ordinary comparison will count is the only unknown;
/// it follows from the equation that will serve the value.
#[must_use]
pub fn reading_for(
    wanted: f64,
    near: f64,
    mut value_at: impl FnMut(f64) -> Option<f64>,
) -> Option<f64> {
    let mut off = |reading: f64| value_at(reading).map(|value| value - wanted);
    let mut lower = (1.0, off(1.0)?);
    for _ in 0..DECADES {
        let reading = lower.0 * 10.0;
        let upper = (reading, off(reading)?);
        if lower.1.signum() * upper.1.signum() <= 0.0 {
            return refined(lower, upper, near, off);
        }
        lower = upper;
    }
    None
}

/// Secants in the reading, in its reciprocal, and the geometric mean in turn:
/// the first is exact for an equation linear in the reading, the second for one
/// that divides by it, the third always narrows the bracket.
fn refined(
    mut lower: (f64, f64),
    mut upper: (f64, f64),
    near: f64,
    mut off: impl FnMut(f64) -> Option<f64>,
) -> Option<f64> {
    for step in 0..STEPS {
        let share = lower.1 / (lower.1 - upper.1);
        let between = match step % 3 {
            0 => 1.0 / (1.0 / lower.0 + share * (1.0 / upper.0 - 1.0 / lower.0)),
            1 => lower.0 + share * (upper.0 - lower.0),
            _ => (lower.0 * upper.0).sqrt(),
        };
        let found = off(between)?;
        if found.abs() <= near {
            return Some(between);
        }
        if lower.1.signum() * found.signum() > 0.0 {
            lower = (between, found);
        } else {
            upper = (between, found);
        }
    }
    None
}

/// Seconds that so many pulses of the unit under test take at a point, where
/// its pulse constant and a rate at the point say so: `imp/(kW*h)` and `W`,
/// `imp/m^3` and `m^3/h`.
#[must_use]
pub fn pulse_time_s(pulses: f64, fields: &ItemFields, point: Option<&Point>) -> Option<f64> {
    let constants = fields.values.iter().filter_map(|(_, value)| number(value));
    let constant = constants.into_iter().find_map(|(si, dimension)| {
        let per = Dimension::PULSE.per(dimension)?;
        is_per_something(dimension).then_some((si, per))
    })?;
    let rates = point?.values.values().filter_map(number);
    let wanted = constant.1.per(Dimension::TIME)?;
    let (rate, _) = rates.into_iter().find(|(_, dimension)| *dimension == wanted)?;
    let seconds = pulses / (constant.0 * rate.abs());
    seconds.is_finite().then_some(seconds)
}

fn number(value: &Value) -> Option<(f64, Dimension)> {
    match value {
        Value::Number { si, kind } => Some((*si, kind.dimension)),
        _ => None,
    }
}

/// Whether a dimension is pulses per something else.
fn is_per_something(dimension: Dimension) -> bool {
    let has_pulses = |dimension: Dimension| dimension.to_string().contains("imp");
    dimension
        .per(Dimension::PULSE)
        .is_some_and(|rest| has_pulses(dimension) && !has_pulses(rest) && !rest.is_one())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Electricity dossier 8, item 3: 120000 reference pulses for N = 4, C = 1200
    /// and C0 = 3.6e7.
    #[test]
    fn dossier_8_3_expected_count_follows_from_the_equation() {
        let error = |n: f64| Some((4.0 / 1200.0) / (n / 3.6e7) - 1.0);
        let found = reading_for(0.0, 1e-12, error).unwrap();
        assert!((found - 120_000.0).abs() < 1e-6, "{found}");
    }

    #[test]
    fn an_equation_without_a_solution_is_not_predicted() {
        assert_eq!(reading_for(0.0, 1e-12, |n| Some(1.0 + n)), None);
    }
}

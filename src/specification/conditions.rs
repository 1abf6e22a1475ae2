//! Under which conditions a specification holds.
//!
//! `since_cal` is the longest time since the last calibration, `warm_up` the time before the first
//! reading; every other key is a quantity of the environment, under the name that procedures give it,
//! with a nominal value and a half-width (`"23 degC +- 5 K"`).

use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::{Dimension, Unit};

/// Hours of a day. Definition: the civil day.
const HOURS_PER_DAY: f64 = 24.0;

/// What a condition demands.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// At most so many days since the last calibration.
    DaysSinceCalibration(f64),
    /// So many seconds under power before the first reading.
    WarmUp(f64),
    /// A quantity of the environment between these ends.
    Between {
        /// Lower end, in SI units.
        low: f64,
        /// Upper end, in SI units.
        high: f64,
        /// The unit in which it is written.
        unit: Unit,
    },
}

/// What a condition of this name and text demands.
///
/// # Errors
/// Why the text cannot be understood, in words.
pub fn demand(name: &str, text: &str) -> Result<Demand, String> {
    match name {
        "since_cal" => days(text).map(Demand::DaysSinceCalibration),
        "warm_up" => seconds(text).map(Demand::WarmUp),
        _ => between(text),
    }
}

fn days(text: &str) -> Result<f64, String> {
    let number = match text.trim().strip_suffix('d').map(str::trim) {
        Some(days) if Quantity::parse(text).is_err() => {
            let days = Quantity::parse(days).map_err(|refused| refused.to_string())?;
            days.value()
        }
        _ => seconds(text)? / (HOURS_PER_DAY * 3600.0),
    };
    if number > 0.0 { Ok(number) } else { Err(format!("`{text}` is no time above zero")) }
}

fn seconds(text: &str) -> Result<f64, String> {
    let time = Quantity::parse(text).map_err(|refused| refused.to_string())?;
    if time.unit().dimension() == Dimension::TIME && time.si() > 0.0 {
        Ok(time.si())
    } else {
        Err(format!("`{text}` is no time above zero"))
    }
}

fn between(text: &str) -> Result<Demand, String> {
    let wanted = || format!("`{text}` is no value with a half-width, such as `23 degC +- 5 K`");
    let (middle, half) =
        text.split_once("+-").or_else(|| text.split_once('±')).ok_or_else(wanted)?;
    let middle = Quantity::parse(middle.trim()).map_err(|refused| refused.to_string())?;
    let half = Quantity::parse(half.trim()).map_err(|refused| refused.to_string())?;
    let is_alike = half.unit().dimension() == middle.unit().dimension();
    let width = half.interval_si();
    if !is_alike || width <= 0.0 || half.unit().is_affine() {
        return Err(wanted());
    }
    Ok(Demand::Between {
        low: middle.si() - width,
        high: middle.si() + width,
        unit: middle.unit().clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_time_or_a_value_with_its_half_width() {
        assert_eq!(demand("since_cal", "365 d"), Ok(Demand::DaysSinceCalibration(365.0)));
        assert_eq!(demand("warm_up", "30 min"), Ok(Demand::WarmUp(1800.0)));
        let Ok(Demand::Between { low, high, .. }) = demand("t_amb", "23 degC +- 5 K") else {
            panic!("a temperature with its half-width");
        };
        assert!((low - 291.15).abs() < 1e-9 && (high - 301.15).abs() < 1e-9, "{low} to {high}");
    }

    #[test]
    fn a_condition_that_says_no_width_is_refused() {
        for (name, text) in [
            ("t_amb", "23 degC"),
            ("t_amb", "23 degC +- 5 degC"),
            ("t_amb", "23 degC +- 5 V"),
            ("since_cal", "5 V"),
            ("warm_up", "soon"),
        ] {
            assert!(demand(name, text).is_err(), "{name} = {text}");
        }
    }
}

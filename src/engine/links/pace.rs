//! The course of a setting that an instrument cannot limit itself: in steps, one every second.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::quantity::Quantity;

/// Time between two steps, in seconds.
pub const EVERY_S: f64 = 1.0;
/// How near to its end, as a share of the whole way, a ramp counts as done.
/// Chosen: half a percent, three time constants of what follows the setting.
pub const NEAR: f64 = 0.005;
/// Most steps of one ramp.
const MOST: f64 = 3600.0;

/// The settings on the way from `start` to the end, the end included, no further apart than the
/// rate allows: `per_s` in the unit of the end.
#[must_use]
pub fn course(start: f64, end: &Quantity, per_s: f64) -> Vec<String> {
    let way = end.value() - start;
    let steps = (way.abs() / (per_s * EVERY_S)).ceil().clamp(1.0, MOST);
    let mut settings = Vec::new();
    let mut step = 1.0;
    while step < steps {
        if let Ok(decimal) = Decimal::from_f64(start + way * step / steps) {
            settings.push(Quantity::new(decimal, end.unit().clone()).to_string());
        }
        step += 1.0;
    }
    settings.push(end.to_string());
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_step_of_a_ramp_is_larger_than_its_rate_allows() {
        let end = Quantity::parse("0 m^3/h").unwrap();
        let course = course(20.0, &end, 6.0);
        assert_eq!(course, ["15 m^3/h", "10 m^3/h", "5 m^3/h", "0 m^3/h"]);
    }

    #[test]
    fn a_ramp_that_is_already_there_sets_its_end_once() {
        let end = Quantity::parse("2 bar").unwrap();
        assert_eq!(course(2.0, &end, 0.1), ["2 bar"]);
    }
}

//! Signatures of faults: what a pattern of errors over all points looks like.
//!
//! A signature never changes a value or a verdict; it puts a sentence into the
//! record that spares somebody a search. Source of the pattern: electricity
//! dossier, section 7.4 (a constant of 1600 marked as 1200 reads +33.3 % at
//! every point).

use etalon_uncertainty::quantity::Quantity;

/// Largest numerator and denominator of a ratio that is still called small.
const SMALL: u32 = 10;
/// How far the indicated ratio may lie from the small one, relative: several
/// times the limit of a class 2 meter at low load.
const NEARNESS: f64 = 0.03;
/// Least distance of the ratio from 1 that is not an ordinary error: an order
/// above the limit of a class 2 meter.
const REMARKABLE: f64 = 0.05;
/// Fewest points that make a pattern.
const FEWEST: usize = 2;

/// A ratio of small whole numbers near which the indications lie at all points.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SmallRatio {
    /// Numerator.
    pub numerator: u32,
    /// Denominator.
    pub denominator: u32,
}

/// The small ratio near which indicated over true value lies at *all* points,
/// from the relative errors as ratios (0.333 for +33.3 %).
#[must_use]
pub fn ratio_at_all_points(errors: &[f64]) -> Option<SmallRatio> {
    if errors.len() < FEWEST {
        return None;
    }
    candidates().into_iter().find(|ratio| {
        let wanted = f64::from(ratio.numerator) / f64::from(ratio.denominator);
        errors.iter().all(|error| ((1.0 + error) / wanted - 1.0).abs() <= NEARNESS)
    })
}

/// Small ratios away from 1, the simplest first, so that 4/3 is never called 9/7.
fn candidates() -> Vec<SmallRatio> {
    let mut ratios: Vec<SmallRatio> = (1..=SMALL)
        .flat_map(|denominator| {
            (1..=SMALL).map(move |numerator| SmallRatio { numerator, denominator })
        })
        .filter(|ratio| {
            let value = f64::from(ratio.numerator) / f64::from(ratio.denominator);
            (value - 1.0).abs() > REMARKABLE && is_reduced(*ratio)
        })
        .collect();
    ratios.sort_by_key(|ratio| (ratio.numerator + ratio.denominator, ratio.numerator));
    ratios
}

fn is_reduced(ratio: SmallRatio) -> bool {
    let (mut larger, mut smaller) = (ratio.numerator, ratio.denominator);
    while smaller != 0 {
        (larger, smaller) = (smaller, larger % smaller);
    }
    larger == 1
}

/// The sentence for the record, when a pulse constant of the item explains the ratio.
///
/// `constant` is the field of the item as marked on its plate.
#[must_use]
pub fn wrong_constant(errors: &[f64], constant: &Quantity) -> Option<String> {
    let ratio = ratio_at_all_points(errors)?;
    let marked = constant.value();
    let looks_like = marked * f64::from(ratio.numerator) / f64::from(ratio.denominator);
    Some(format!(
        "ratio near {}/{} at all points: constant marked {marked} looks like {looks_like:.0} {}",
        ratio.numerator,
        ratio.denominator,
        constant.unit()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Electricity dossier 7.4: 1600 instead of 1200 is +33.3 % at every point.
    #[test]
    fn dossier_7_4_constant_1600_marked_1200_is_recognised_at_all_points() {
        let constant = Quantity::parse("1200 imp/(kW*h)").unwrap();
        let note = wrong_constant(&[0.331, 0.335, 0.3334], &constant).unwrap();
        assert!(note.contains("4/3") && note.contains("1600"), "{note}");
    }

    #[test]
    fn one_point_off_the_ratio_is_no_signature() {
        assert_eq!(ratio_at_all_points(&[0.333, 0.333, 0.01]), None);
        assert_eq!(ratio_at_all_points(&[0.333]), None);
    }

    #[test]
    fn ordinary_errors_of_a_bad_meter_are_no_signature() {
        assert_eq!(ratio_at_all_points(&[0.013, 0.016, 0.011]), None);
    }
}

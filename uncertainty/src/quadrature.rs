//! Adaptive Gauss–Kronrod quadrature.

use std::cell::Cell;

/// Abscissa, Kronrod weight and Gauss weight (zero for the added points) of the
/// pair with 7 and 15 points, positive half.
/// Source: R. Piessens et al., routine QK15
const PAIR: [[f64; 3]; 8] = [
    [0.991_455_371_120_812_6, 0.022_935_322_010_529_22, 0.0],
    [0.949_107_912_342_758_5, 0.063_092_092_629_978_54, 0.129_484_966_168_869_7],
    [0.864_864_423_359_769_1, 0.104_790_010_322_250_17, 0.0],
    [0.741_531_185_599_394_3, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64],
    [0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0],
    [0.405_845_151_377_397_2, 0.190_350_578_064_785_42, 0.381_830_050_505_118_9],
    [0.207_784_955_007_898_48, 0.204_432_940_075_298_9, 0.0],
    [0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4],
];

/// Most halvings of an interval. Chosen: 2^-40 of it is below any feature.
const DEEPEST: u32 = 40;

/// Most applications of the pair to one interval. Chosen: smooth functions take
/// about ten, and what takes more than these has no integral to this accuracy.
const MOST_RULES: u32 = 20_000;

/// Integral of a function over adjoining intervals.
///
/// - **Units:** those of the function times those of its argument.
/// - **Source:** R. Piessens et al., the pair of 7 and 15 points with bisection.
/// - **Valid for:** functions that are smooth between the given `places`, which
///   are in ascending order; infinite ends are allowed.
/// - **Not done here:** singularities.
///
/// NaN where the two rules do not come to agree.
#[must_use]
pub fn integral(function: &dyn Fn(f64) -> f64, places: &[f64]) -> f64 {
    let pieces = places.iter().zip(places.iter().skip(1));
    let parts: Vec<f64> = pieces
        .filter(|(from, to)| from < to)
        .map(|(from, to)| piece(function, *from, *to))
        .collect();
    crate::type_a::sum(parts)
}

/// An infinite end is mapped onto the unit interval, `x = end ± scale s ∕ (1 − s)`.
fn piece(function: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    if from.is_finite() && to.is_finite() {
        let left = Cell::new(MOST_RULES);
        return refined(function, [from, to], rule(function, from, to), (DEEPEST, &left));
    }
    if from.is_infinite() && to.is_infinite() {
        return piece(function, from, 0.0) + piece(function, 0.0, to);
    }
    let (end, sign) = if from.is_finite() { (from, 1.0) } else { (to, -1.0) };
    let mapped = |s: f64| {
        let rest = 1.0 - s;
        function(end + sign * s / rest) / (rest * rest)
    };
    let kept = |s: f64| Some(mapped(s)).filter(|value| value.is_finite()).unwrap_or(0.0);
    let left = Cell::new(MOST_RULES);
    refined(&kept, [0.0, 1.0], rule(&kept, 0.0, 1.0), (DEEPEST, &left))
}

/// Halves the interval until both rules agree to the last digits.
fn refined(
    function: &dyn Fn(f64) -> f64,
    [from, to]: [f64; 2],
    (value, doubt): (f64, f64),
    (depth, left): (u32, &Cell<u32>),
) -> f64 {
    if doubt <= 1e-13 * value.abs() || doubt <= 1e-18 || (depth == 0 && doubt.is_finite()) {
        return value;
    }
    if left.get() < 2 || depth == 0 {
        return f64::NAN;
    }
    left.set(left.get() - 2);
    let middle = 0.5 * (from + to);
    let (lower, upper) = (rule(function, from, middle), rule(function, middle, to));
    let halves = refined(function, [from, middle], lower, (depth - 1, left));
    halves + refined(function, [middle, to], upper, (depth - 1, left))
}

/// Value by 15 points, and how far the 7 points are from it.
fn rule(function: &dyn Fn(f64) -> f64, from: f64, to: f64) -> (f64, f64) {
    let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
    let (mut fine, mut coarse) = (0.0, 0.0);
    for [x, kronrod, gauss] in PAIR {
        let both = if x > 0.0 {
            function(centre - half * x) + function(centre + half * x)
        } else {
            function(centre)
        };
        fine += kronrod * both;
        coarse += gauss * both;
    }
    (half * fine, half * (fine - coarse).abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal;

    #[test]
    fn closed_forms_are_met() {
        let near = |found: f64, wanted: f64| {
            assert!((found - wanted).abs() < 1e-14 * wanted.abs(), "{found} {wanted}");
        };
        near(integral(&|x| libm::exp(-x), &[0.0, f64::INFINITY]), 1.0);
        near(
            integral(&|x| 1.0 / (1.0 + x * x), &[f64::NEG_INFINITY, f64::INFINITY]),
            std::f64::consts::PI,
        );
        near(integral(&|x| x * x, &[0.0, 1.0, 3.0]), 9.0);
        near(integral(&normal::density, &[f64::NEG_INFINITY, -1.0, 1.0, f64::INFINITY]), 1.0);
        // A narrow peak, found because its place is given.
        let peak = |x: f64| normal::density((x - 0.3) / 1e-4) / 1e-4;
        near(integral(&peak, &[-5.0, 0.299, 0.301, 5.0]), 1.0);
    }

    #[test]
    fn a_function_without_an_integral_ends_in_no_number() {
        assert!(integral(&|_| f64::NAN, &[0.0, 1.0]).is_nan());
        let noise = |x: f64| libm::sin(1e9 * x * x) / (1e-9 + x * (1.0 - x));
        assert!(integral(&noise, &[0.0, 1.0]).is_nan());
    }

    #[test]
    fn a_small_tail_keeps_its_relative_digits() {
        let found = integral(&normal::density, &[6.0, f64::INFINITY]);
        assert!((found / normal::upper_tail(6.0) - 1.0).abs() < 1e-12);
    }
}

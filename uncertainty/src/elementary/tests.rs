use super::*;
use crate::width::Width;

/// Values of independent origin; the head of the file says how they were made.
const VALUES: &str = include_str!("values.txt");

/// Distance to the true value in units of the last place of the nearest double.
fn ulps(found: f64, high: f64, low: f64) -> f64 {
    let last = f64::from_bits(high.abs().to_bits() + 1) - high.abs();
    ((found - high) - low).abs() / last
}

/// Largest deviation of one function over all its printed values.
fn largest(name: &str, function: fn(f64) -> f64) -> f64 {
    let mut largest = 0.0_f64;
    let mut count = 0;
    for line in VALUES.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] != name {
            continue;
        }
        let [x, high, low] = [1, 2, 3].map(|place| words[place].parse::<f64>().unwrap());
        let found = function(x);
        assert!(found.is_finite(), "{line}: {found}");
        largest =
            largest.max(if high == 0.0 { found.abs() * 1e300 } else { ulps(found, high, low) });
        count += 1;
    }
    assert!(count >= 50, "{count} values of {name}");
    largest
}

#[test]
fn functions_have_the_digits_of_mpmath() {
    for (name, function, most) in [
        ("exp", exponential as fn(f64) -> f64, 1.0),
        ("log", logarithm, 1.0),
        ("sin", sine, 1.0),
        ("cos", cosine, 1.0),
        ("exp-1", less_one, 2.0),
    ] {
        let found = largest(name, function);
        assert!(found < most, "{name}: {found} ulp, wanted less than {most}");
    }
}

/// libm is within one ulp itself.
#[test]
fn functions_follow_libm_over_their_whole_range() {
    for i in 0..400_000_u32 {
        let share = (f64::from(i) + 0.5) / 400_000.0;
        let x = 2e6 * share - 1e6;
        let near = |found: f64, wanted: f64| {
            assert!(ulps(found, wanted, 0.0) <= 2.0, "{x}: {found} {wanted}");
        };
        near(sine(x), libm::sin(x));
        near(cosine(x), libm::cos(x));
        near(exponential(7e-4 * x), libm::exp(7e-4 * x));
        near(logarithm(share), libm::log(share));
    }
}

#[test]
fn the_bits_are_the_same_in_registers_of_every_width() {
    let x: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.517_3 - 240.0).collect();
    let column = |width: Width| {
        let mut to = vec![0.0; x.len()];
        width.run(
            #[inline(always)]
            || {
                for (to, x) in to.iter_mut().zip(&x) {
                    *to = sine(*x) + exponential(*x) / logarithm(x.abs() + 1.5) + cosine(*x);
                }
            },
        );
        to
    };
    let plain: Vec<f64> = x
        .iter()
        .map(|x| sine(*x) + exponential(*x) / logarithm(x.abs() + 1.5) + cosine(*x))
        .collect();
    for width in Width::all() {
        let found = column(width);
        let same = found.iter().zip(&plain).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same, "{width:?}");
    }
}

#[test]
fn random_directions_lie_on_the_circle_and_go_everywhere() {
    let mut quarters = [0_u32; 4];
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..10_000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (x, y) = quarter_waves(bits.rotate_left(32));
        assert!((x * x + y * y - 1.0).abs() < 4e-16, "{x} {y}");
        quarters[usize::from(x > 0.0) + 2 * usize::from(y > 0.0)] += 1;
    }
    for count in quarters {
        assert!((2300..2700).contains(&count), "{quarters:?}");
    }
}

#[test]
fn units_stay_within_their_open_interval() {
    assert!(unit(0) > 0.0 && unit(u64::MAX) < 1.0);
    assert_eq!((1.0 - unit(u64::MAX)).to_bits(), unit(0).to_bits());
    assert_eq!((-signed(0)).to_bits(), signed(u64::MAX).to_bits());
}

//! Sine and cosine, of a number and of a random direction.

use super::{ROUNDING, unit};

/// Farthest argument: its quarter turns have at most 20 bits, so that their
/// products with the parts of π/2 are exact.
/// Chosen: below 2²⁰ quarter turns.
pub(super) const FARTHEST: f64 = 1e6;

/// π/2 in parts of 33 bits, and what is left after two of them.
/// Source: fdlibm, `e_rem_pio2.c`.
const QUARTER: [f64; 3] =
    [1.570_796_326_734_125_6, 6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21];

/// Coefficients of the sine on a half of a quarter turn. Source: fdlibm, `k_sin.c`.
const SINE: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_49e-3,
    -1.984_126_982_985_795e-4,
    2.755_731_370_707_006_8e-6,
    -2.505_076_025_340_686_3e-8,
    1.589_690_995_211_55e-10,
];

/// Coefficients of the cosine. Source: fdlibm, `k_cos.c`.
const COSINE: [f64; 6] = [
    4.166_666_666_666_66e-2,
    -1.388_888_888_887_411e-3,
    2.480_158_728_947_673e-5,
    -2.755_731_435_139_066_3e-7,
    2.087_572_321_298_175e-9,
    -1.135_964_755_778_819_5e-11,
];

/// `sin(x + y)` for |x| ≤ π/4 and a tail `y`. Source: fdlibm, `k_sin.c`.
#[inline(always)]
fn near_sine(x: f64, y: f64) -> f64 {
    let [a, b, c, d, e, f] = SINE;
    let z = x * x;
    let w = z * z;
    let r = b + z * (c + z * d) + z * w * (e + z * f);
    let v = z * x;
    x - ((z * (0.5 * y - v * r) - y) - v * a)
}

/// `cos(x + y)` for |x| ≤ π/4 and a tail `y`. Source: fdlibm, `k_cos.c`.
#[inline(always)]
fn near_cosine(x: f64, y: f64) -> f64 {
    let [a, b, c, d, e, f] = COSINE;
    let z = x * x;
    let w = z * z;
    let r = z * (a + z * (b + z * c)) + w * w * (d + z * (e + z * f));
    let half = 0.5 * z;
    let w = 1.0 - half;
    w + (((1.0 - w) - half) + (z * r - x * y))
}

/// Quarter turns in the low bits, and what is left as a number and its tail.
/// Source: fdlibm, `e_rem_pio2.c`, second round.
#[inline(always)]
fn turned(x: f64) -> (u64, f64, f64) {
    let [first, second, rest] = QUARTER;
    let sum = x * std::f64::consts::FRAC_2_PI + ROUNDING;
    let n = sum - ROUNDING;
    let t = x - n * first;
    let w = n * second;
    let r = t - w;
    let w = n * rest - ((t - r) - w);
    let high = r - w;
    (sum.to_bits(), high, (r - high) - w)
}

/// The second where the lowest bit is set, else the first.
#[inline(always)]
fn chosen(bits: u64, first: f64, second: f64) -> f64 {
    let mask = (bits & 1).wrapping_neg();
    f64::from_bits((first.to_bits() & !mask) | (second.to_bits() & mask))
}

/// The number with its sign turned where the lowest bit is set.
#[inline(always)]
fn turned_over(bits: u64, x: f64) -> f64 {
    f64::from_bits(x.to_bits() ^ (bits << 63))
}

/// `sin(x)`.
#[inline(always)]
pub(crate) fn sine(x: f64) -> f64 {
    let (quarters, x, y) = turned(x);
    turned_over(quarters >> 1, chosen(quarters, near_sine(x, y), near_cosine(x, y)))
}

/// `cos(x)`.
#[inline(always)]
pub(crate) fn cosine(x: f64) -> f64 {
    let (quarters, x, y) = turned(x);
    let value = chosen(quarters, near_cosine(x, y), near_sine(x, y));
    // Negative in the second and the third quarter.
    turned_over((quarters >> 1) ^ quarters, value)
}

/// Cosine and sine of a direction that 64 random bits choose: 52 of them a place
/// in an eighth of a turn to both sides, three which quarter.
#[inline(always)]
pub(crate) fn quarter_waves(bits: u64) -> (f64, f64) {
    let angle = std::f64::consts::FRAC_PI_4 * (2.0 * unit(bits) - 1.0);
    let (cosine, sine) = (near_cosine(angle, 0.0), near_sine(angle, 0.0));
    let (x, y) = (chosen(bits, cosine, sine), chosen(bits, sine, cosine));
    (turned_over(bits >> 1, x), turned_over(bits >> 2, y))
}

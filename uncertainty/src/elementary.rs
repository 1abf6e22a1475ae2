//! Elementary functions for columns: straight-line code without a branch, so that
//! a loop over them runs in vector registers of any width with the same bits.
//!
//! Nothing but additions, subtractions, multiplications, divisions, roots and
//! shifts of bits; no operation is contracted. Each function holds within a
//! stated range of arguments; [`Reach`] tells a column where it does not, and the
//! caller then asks libm.
//!
//! | function | range | deviates from the true value by less than |
//! |---|---|---|
//! | [`exponential`] | −700 … 700 | 1 ulp |
//! | [`logarithm`] | positive normal numbers | 1 ulp |
//! | [`sine`], [`cosine`] | −10⁶ … 10⁶ | 1 ulp |
//! | [`less_one`] (`exp(x) − 1`) | 0 … 700 | 2 ulp |

mod angle;

pub(crate) use angle::{cosine, quarter_waves, sine};

use crate::tape::Function;

/// Added and taken away, it rounds to an integer, whose low bits are then those
/// of the sum. Definition: 1.5 · 2^52.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// Bits of 1.0. Definition: IEEE 754.
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// High part of ln 2, whose products with exponents are exact.
/// Source: fdlibm, `e_log.c`.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;

/// Rest of ln 2. Source: fdlibm, `e_log.c`.
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Range in which a function of this room holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    least: f64,
    most: f64,
}

impl Reach {
    /// Range of a function; `None` where this room does not have it.
    pub(crate) fn of(function: Function) -> Option<Self> {
        let (least, most) = match function {
            Function::Exponential => (-700.0, 700.0),
            Function::Logarithm => (f64::MIN_POSITIVE, f64::MAX),
            Function::Sine | Function::Cosine => (-angle::FARTHEST, angle::FARTHEST),
            _ => return None,
        };
        Some(Self { least, most })
    }

    /// Whether the function holds there; never for what is no number.
    #[inline(always)]
    pub(crate) fn holds(self, x: f64) -> bool {
        x >= self.least && x <= self.most
    }
}

/// The power of two whose exponent stands in the low bits of a sum with
/// [`ROUNDING`].
#[inline(always)]
fn power_of_two(sum: f64) -> f64 {
    f64::from_bits(sum.to_bits().wrapping_add(1023) << 52)
}

/// An argument taken apart: `x = n ln 2 + r`, with the sum that holds `n`.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64) {
    let sum = x * std::f64::consts::LOG2_E + ROUNDING;
    let n = sum - ROUNDING;
    (sum, (x - n * LN2_HIGH) - n * LN2_LOW)
}

/// Taylor's series of `exp(r) − 1` for |r| ≤ ½ ln 2; what is left out is below
/// 2⁻⁵⁷. Definition: the coefficients are those of 1/n!.
#[inline(always)]
fn series(r: f64) -> f64 {
    let z = r * r;
    let first = 1.0 / 2.0 + (1.0 / 6.0) * r;
    let second = 1.0 / 24.0 + (1.0 / 120.0) * r;
    let third = 1.0 / 720.0 + (1.0 / 5_040.0) * r;
    let fourth = 1.0 / 40_320.0 + (1.0 / 362_880.0) * r;
    let fifth = 1.0 / 3_628_800.0 + (1.0 / 39_916_800.0) * r;
    let sixth = 1.0 / 479_001_600.0 + (1.0 / 6_227_020_800.0) * r;
    r + z * (first + z * (second + z * (third + z * (fourth + z * (fifth + z * sixth)))))
}

/// `exp(x)`.
#[inline(always)]
pub(crate) fn exponential(x: f64) -> f64 {
    let (sum, r) = reduced(x);
    let power = power_of_two(sum);
    power + power * series(r)
}

/// `exp(x) − 1` for `x ≥ 0`, with all its digits near zero.
#[inline(always)]
pub(crate) fn less_one(x: f64) -> f64 {
    let (sum, r) = reduced(x);
    let power = power_of_two(sum);
    power * series(r) + (power - 1.0)
}

/// Coefficients of the logarithm. Source: fdlibm, `e_log.c`.
const LOGARITHM: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// `ln(x)` of a positive normal number.
///
/// Source: fdlibm, `e_log.c`.
#[inline(always)]
pub(crate) fn logarithm(x: f64) -> f64 {
    /// Bits of √½, rounded down to what fdlibm compares with.
    const HALF_ROOT: u64 = 0x3fe6_a09e_0000_0000;
    /// Bits of 2⁵², beside which a small integer stands in its low bits.
    const HIGH: u64 = 0x4330_0000_0000_0000;
    let shifted = x.to_bits().wrapping_add(ONE - HALF_ROOT);
    // The biased exponent as a number, without a conversion of integers.
    let exponent = f64::from_bits((shifted >> 52) | HIGH) - (4_503_599_627_370_496.0 + 1023.0);
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(HALF_ROOT));
    let f = mantissa - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let [a, b, c, d, e, g, h] = LOGARITHM;
    let even = w * (b + w * (d + w * g));
    let odd = z * (a + w * (c + w * (e + w * h)));
    s * (half_square + (odd + even)) + exponent * LN2_LOW - half_square + f + exponent * LN2_HIGH
}

/// A number between 0 and 1 from the high 52 of 64 random bits: the middle of one
/// of 2⁵² equal parts, so that neither end is ever met.
#[inline(always)]
pub(crate) fn unit(bits: u64) -> f64 {
    /// Definition: 1 − 2⁻⁵³, exactly.
    const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
    f64::from_bits((bits >> 12) | ONE) - BELOW_ONE
}

/// A number between −1 and 1 from the high 52 of 64 random bits.
#[inline(always)]
pub(crate) fn signed(bits: u64) -> f64 {
    2.0 * unit(bits) - 1.0
}

#[cfg(test)]
mod tests;

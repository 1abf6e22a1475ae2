//! The standard normal distribution, to the last digits of a double.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Probability above `z`.
#[must_use]
pub fn upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// Probability below `z`.
#[must_use]
pub fn probability_below(z: f64) -> f64 {
    upper_tail(-z)
}

/// Density at `z`.
#[must_use]
pub fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * PI)
}

/// `z` with probability `p` below it; infinite for 0 and 1, NaN outside.
///
/// - **Source:** M. J. Wichura, algorithm AS 241 (PPND16), Applied Statistics 37
///   (1988), 477–484; relative deviation about 1e-16.
#[must_use]
pub fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let z = -tail_quantile(tail);
    if q < 0.0 { z } else { -z }
}

/// `z` with probability `tail` above it, for small probabilities that `1 - p`
/// cannot hold.
#[must_use]
pub fn upper_quantile(tail: f64) -> f64 {
    if tail > 0.075 { -quantile(tail) } else { tail_quantile(tail) }
}

fn tail_quantile(tail: f64) -> f64 {
    if tail <= 0.0 {
        return if tail < 0.0 { f64::NAN } else { f64::INFINITY };
    }
    let r = libm::sqrt(-libm::log(tail));
    if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) }
}

/// Coefficients of numerator and denominator, highest power first.
type Ratio = [[f64; 8]; 2];

fn ratio([above, below]: &Ratio, r: f64) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().fold(0.0, |sum, c| sum * r + c);
    polynomial(above) / polynomial(below)
}

/// AS 241, |p − 0.5| ≤ 0.425.
#[expect(clippy::excessive_precision, reason = "digits as published")]
const CENTRE: Ratio = [
    [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608,
    ],
    [
        5.226_495_278_852_854_561e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ],
];

/// AS 241, √(−ln p) ≤ 5.
#[expect(clippy::excessive_precision, reason = "digits as published")]
const TAIL: Ratio = [
    [
        7.745_450_142_783_414_076_4e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_7e-1,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_5,
        4.630_337_846_156_545_295_9,
        1.423_437_110_749_683_577_34,
    ],
    [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_9e-1,
        6.897_673_349_851_000_045_5e-1,
        1.676_384_830_183_803_849_4,
        2.053_191_626_637_758_821_87,
        1.0,
    ],
];

/// AS 241, beyond.
#[expect(clippy::excessive_precision, reason = "digits as published")]
const FAR_TAIL: Ratio = [
    [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_6e-3,
        2.653_218_952_657_612_309_3e-2,
        2.965_605_718_285_048_912_3e-1,
        1.784_826_539_917_291_335_8,
        5.463_784_911_164_114_369_9,
        6.657_904_643_501_103_777_2,
    ],
    [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_7e-7,
        1.846_318_317_510_054_681_8e-5,
        7.868_691_311_456_132_591e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_1e-1,
        5.998_322_065_558_879_376_9e-1,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_undoes_the_probability() {
        for p in [1e-300, 1e-20, 1e-12, 1e-6, 0.01, 0.0749, 0.0751, 0.3, 0.5] {
            let z = upper_quantile(p);
            let back = upper_tail(z);
            // A last-digit change of z moves a small probability by z² times as much.
            assert!((back / p - 1.0).abs() < 4e-16 * (2.0 + z * z), "{p:e}: {z} {back:e}");
        }
    }

    #[test]
    fn printed_quantiles_are_met() {
        // Python 3.11, statistics.NormalDist().inv_cdf and mpmath at 30 digits.
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 5e-16);
        assert!((quantile(0.995) - 2.575_829_303_548_900_4).abs() < 1e-15);
        assert!((upper_quantile(1e-12) - 7.034_483_825_301_13).abs() < 5e-14);
        assert!(quantile(0.5).abs() < 1e-300);
        assert!(quantile(0.0).is_infinite() && quantile(-0.1).is_nan());
    }
}

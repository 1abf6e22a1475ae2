//! Symbols of units and prefixes, with their sources.

use super::Dimension;

/// A named unit: its scale to the coherent SI unit is `numerator / denominator`.
pub(super) struct Named {
    pub(super) symbol: &'static str,
    /// Powers of m, kg, s, A, K, mol, cd, imp.
    pub(super) powers: [i8; 8],
    pub(super) numerator: f64,
    pub(super) denominator: f64,
    pub(super) takes_prefix: bool,
}

impl Named {
    pub(super) fn dimension(&self) -> Dimension {
        let bases = [
            Dimension::LENGTH,
            Dimension::MASS,
            Dimension::TIME,
            Dimension::CURRENT,
            Dimension::TEMPERATURE,
            Dimension::AMOUNT,
            Dimension::LUMINOUS_INTENSITY,
            Dimension::PULSE,
        ];
        let raised = bases.iter().zip(self.powers).filter_map(|(b, n)| b.power(f64::from(n)));
        raised.fold(Dimension::ONE, |product, base| product.times(base).unwrap_or(product))
    }
}

const fn si(symbol: &'static str, powers: [i8; 8]) -> Named {
    Named { symbol, powers, numerator: 1.0, denominator: 1.0, takes_prefix: true }
}

const fn scaled(symbol: &'static str, powers: [i8; 8], numerator: f64, denominator: f64) -> Named {
    Named { symbol, powers, numerator, denominator, takes_prefix: false }
}

const fn prefixed(symbol: &'static str, powers: [i8; 8], scale: f64, denominator: f64) -> Named {
    Named { symbol, powers, numerator: scale, denominator, takes_prefix: true }
}

const RATIO: [i8; 8] = [0; 8];
const LENGTH: [i8; 8] = [1, 0, 0, 0, 0, 0, 0, 0];
const VOLUME: [i8; 8] = [3, 0, 0, 0, 0, 0, 0, 0];
const MASS: [i8; 8] = [0, 1, 0, 0, 0, 0, 0, 0];
const TIME: [i8; 8] = [0, 0, 1, 0, 0, 0, 0, 0];
const RATE: [i8; 8] = [0, 0, -1, 0, 0, 0, 0, 0];
const FORCE: [i8; 8] = [1, 1, -2, 0, 0, 0, 0, 0];
const PRESSURE: [i8; 8] = [-1, 1, -2, 0, 0, 0, 0, 0];
const ENERGY: [i8; 8] = [2, 1, -2, 0, 0, 0, 0, 0];
const POWER: [i8; 8] = [2, 1, -3, 0, 0, 0, 0, 0];
const TEMPERATURE: [i8; 8] = [0, 0, 0, 0, 1, 0, 0, 0];
const PULSE: [i8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

use std::f64::consts::{LN_10, PI};

/// Every symbol that is read.
///
/// Source: SI Brochure, 9th edition, tables 2, 4 and 8. `psi` and `kgf` by their
/// definitions from the international pound, inch and standard gravity
/// (NIST SP 811, B.8); `mmHg` conventional (NIST SP 811, B.8).
pub(super) const UNITS: &[Named] = &[
    si("m", LENGTH),
    prefixed("g", MASS, 1.0, 1e3),
    si("s", TIME),
    si("A", [0, 0, 0, 1, 0, 0, 0, 0]),
    si("K", TEMPERATURE),
    si("mol", [0, 0, 0, 0, 0, 1, 0, 0]),
    si("cd", [0, 0, 0, 0, 0, 0, 1, 0]),
    si("rad", RATIO),
    si("sr", RATIO),
    si("Hz", RATE),
    si("N", FORCE),
    si("Pa", PRESSURE),
    si("J", ENERGY),
    si("W", POWER),
    si("C", [0, 0, 1, 1, 0, 0, 0, 0]),
    si("V", [2, 1, -3, -1, 0, 0, 0, 0]),
    si("F", [-2, -1, 4, 2, 0, 0, 0, 0]),
    si("ohm", [2, 1, -3, -2, 0, 0, 0, 0]),
    si("Ω", [2, 1, -3, -2, 0, 0, 0, 0]),
    si("S", [-2, -1, 3, 2, 0, 0, 0, 0]),
    si("Wb", [2, 1, -2, -1, 0, 0, 0, 0]),
    si("T", [0, 1, -2, -1, 0, 0, 0, 0]),
    si("H", [2, 1, -2, -2, 0, 0, 0, 0]),
    si("lm", [0, 0, 0, 0, 0, 0, 1, 0]),
    si("lx", [-2, 0, 0, 0, 0, 0, 1, 0]),
    si("Bq", RATE),
    si("Gy", [2, 0, -2, 0, 0, 0, 0, 0]),
    si("Sv", [2, 0, -2, 0, 0, 0, 0, 0]),
    si("kat", [0, 0, -1, 0, 0, 1, 0, 0]),
    scaled("min", TIME, 60.0, 1.0),
    scaled("h", TIME, 3600.0, 1.0),
    scaled("d", TIME, 86_400.0, 1.0),
    prefixed("L", VOLUME, 1.0, 1e3),
    prefixed("l", VOLUME, 1.0, 1e3),
    prefixed("t", MASS, 1e3, 1.0),
    prefixed("bar", PRESSURE, 1e5, 1.0),
    prefixed("eV", ENERGY, 1.602_176_634e-19, 1.0),
    si("var", POWER),
    si("VA", POWER),
    prefixed("Wh", ENERGY, 3600.0, 1.0),
    prefixed("varh", ENERGY, 3600.0, 1.0),
    prefixed("VAh", ENERGY, 3600.0, 1.0),
    prefixed("Ah", [0, 0, 1, 1, 0, 0, 0, 0], 3600.0, 1.0),
    scaled("atm", PRESSURE, 101_325.0, 1.0),
    scaled("psi", PRESSURE, 6_894.757_293_168_361, 1.0),
    scaled("mmHg", PRESSURE, 133.322_387_415, 1.0),
    prefixed("gf", FORCE, 9.806_65, 1e3),
    scaled("deg", RATIO, PI, 180.0),
    scaled("°", RATIO, PI, 180.0),
    scaled("'", RATIO, PI, 10_800.0),
    scaled("′", RATIO, PI, 10_800.0),
    scaled("arcmin", RATIO, PI, 10_800.0),
    scaled("\"", RATIO, PI, 648_000.0),
    scaled("″", RATIO, PI, 648_000.0),
    scaled("arcsec", RATIO, PI, 648_000.0),
    scaled("%", RATIO, 1.0, 100.0),
    scaled("%RH", RATIO, 1.0, 100.0),
    scaled("‰", RATIO, 1.0, 1e3),
    scaled("ppm", RATIO, 1.0, 1e6),
    scaled("ppb", RATIO, 1.0, 1e9),
    // Levels of field quantities, in nepers. Source: SI Brochure, table 8.
    scaled("Np", RATIO, 1.0, 1.0),
    scaled("dB", RATIO, LN_10, 20.0),
    scaled("-", RATIO, 1.0, 1.0),
    scaled("imp", PULSE, 1.0, 1.0),
    scaled("r", PULSE, 1.0, 1.0),
    scaled("degC", TEMPERATURE, 1.0, 1.0),
    scaled("°C", TEMPERATURE, 1.0, 1.0),
    scaled("℃", TEMPERATURE, 1.0, 1.0),
];

/// Symbols of the degree Celsius, which is affine when it stands alone.
pub(super) const CELSIUS: [&str; 3] = ["degC", "°C", "℃"];

/// Zero of the Celsius scale in kelvin. Source: SI Brochure, 2.3.1 (kelvin).
pub(super) const CELSIUS_ZERO: f64 = 273.15;

/// Prefixes as numerator and denominator. Source: SI Brochure, table 7.
pub(super) const PREFIXES: &[(&str, f64, f64)] = &[
    ("da", 1e1, 1.0),
    ("h", 1e2, 1.0),
    ("k", 1e3, 1.0),
    ("M", 1e6, 1.0),
    ("G", 1e9, 1.0),
    ("T", 1e12, 1.0),
    ("P", 1e15, 1.0),
    ("d", 1.0, 1e1),
    ("c", 1.0, 1e2),
    ("m", 1.0, 1e3),
    ("µ", 1.0, 1e6),
    ("μ", 1.0, 1e6),
    ("u", 1.0, 1e6),
    ("n", 1.0, 1e9),
    ("p", 1.0, 1e12),
    ("f", 1.0, 1e15),
];

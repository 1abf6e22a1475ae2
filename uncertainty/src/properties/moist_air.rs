//! Moist air near room conditions: density, vapour content, compressibility.

use super::Number;

/// Zero of the Celsius scale in kelvin. Source: SI Brochure, 2.3.1 (kelvin)
const CELSIUS_ZERO_K: f64 = 273.15;

/// Molar gas constant as the formula has it. Source: CIPM-2007, as in pressure dossier section 5.2
const CIPM_GAS_CONSTANT: f64 = 8.314_472;

/// Molar mass of dry air with 400 µmol/mol of carbon dioxide, in kg/mol.
/// Source: CIPM-2007, as in pressure dossier section 5.2
pub(super) const DRY_AIR_KG_PER_MOL: f64 = 28.965_46e-3;

/// Molar mass of water, in kg/mol. Source: CIPM-2007, as in pressure dossier section 5.2
const WATER_KG_PER_MOL: f64 = 18.015_28e-3;

/// Density of moist air with 400 µmol/mol of carbon dioxide.
///
/// - **Units:** temperature in °C, pressure in Pa, relative humidity as a ratio,
///   density in kg/m³.
/// - **Source:** CIPM-2007, as in pressure dossier section 5.2.
/// - **Valid for:** 15 °C to 27 °C, 60 kPa to 110 kPa.
/// - **Not done here:** another carbon dioxide content; the uncertainty of the
///   formula, 22 parts in 10⁶, which is an input of its own.
pub(crate) fn density<N: Number>(t_c: N, p_pa: N, humidity: N) -> N {
    let x_v = vapour_fraction(t_c, p_pa, humidity);
    let t_k = t_c + CELSIUS_ZERO_K;
    let dry =
        p_pa * DRY_AIR_KG_PER_MOL / (compressibility(t_c, p_pa, x_v) * CIPM_GAS_CONSTANT * t_k);
    dry * (x_v * (1.0 - WATER_KG_PER_MOL / DRY_AIR_KG_PER_MOL)).taken_from(1.0)
}

/// Density of moist air by the short formula.
///
/// - **Units:** as [`density`].
/// - **Source:** OIML R 111-1:2004, annex E, as in pressure dossier section 5.2.
/// - **Valid for:** 10 °C to 30 °C, 90 kPa to 110 kPa, humidity up to 80 %;
///   relative uncertainty of the formula 2 parts in 10⁴.
/// - **Not done here:** the compressibility.
pub(crate) fn simplified_density<N: Number>(t_c: N, p_pa: N, humidity: N) -> N {
    let (p_hpa, percent) = (p_pa / 100.0, humidity * 100.0);
    (p_hpa * 0.348_48 - percent * (t_c * 0.061).exponential() * 0.009) / (t_c + CELSIUS_ZERO_K)
}

/// Mole fraction of water vapour in moist air.
///
/// - **Units:** temperature in °C, pressure in Pa, humidity and answer as ratios.
/// - **Source:** CIPM-2007, as in pressure dossier section 5.2 (with the enhancement factor).
/// - **Valid for:** as [`density`].
/// - **Not done here:** the dew point as input.
pub(crate) fn vapour_fraction<N: Number>(t_c: N, p_pa: N, humidity: N) -> N {
    let enhancement = p_pa * 3.14e-8 + 1.000_62 + t_c.square() * 5.6e-7;
    humidity * enhancement * saturation_pressure(t_c) / p_pa
}

/// Vapour pressure of water at saturation.
///
/// - **Units:** temperature in °C, answer in Pa.
/// - **Source:** CIPM-2007, as in pressure dossier section 5.2.
/// - **Valid for:** 15 °C to 27 °C.
/// - **Not done here:** saturation over ice.
pub(crate) fn saturation_pressure<N: Number>(t_c: N) -> N {
    let t_k = t_c + CELSIUS_ZERO_K;
    let exponent = t_k.square() * 1.237_884_7e-5 - t_k * 1.912_131_6e-2 + 33.937_110_47
        - t_k.under(6_343.164_5);
    exponent.exponential()
}

/// Compressibility factor of moist air with a known vapour fraction.
///
/// - **Units:** temperature in °C, pressure in Pa, fraction and answer as ratios.
/// - **Source:** CIPM-2007, as in pressure dossier section 5.2.
/// - **Valid for:** as [`density`].
/// - **Not done here:** higher pressures, which need an equation of state.
pub(crate) fn compressibility<N: Number>(t_c: N, p_pa: N, x_v: N) -> N {
    let p_per_t = p_pa / (t_c + CELSIUS_ZERO_K);
    let first = t_c.square() * 1.1043e-10 - t_c * 2.9331e-8
        + 1.581_23e-6
        + (t_c * -2.051e-8 + 5.707e-6) * x_v
        + (t_c * -2.376e-6 + 1.9898e-4) * x_v.square();
    let second = x_v.square() * -0.765e-8 + 1.83e-11;
    (p_per_t * first).taken_from(1.0) + p_per_t.square() * second
}

/// Molar mass of moist air.
///
/// - **Units:** vapour fraction as a ratio, answer in kg/mol.
/// - **Source:** CIPM-2007, as in pressure dossier section 5.2.
/// - **Valid for:** as [`density`].
/// - **Not done here:** another carbon dioxide content.
pub(crate) fn molar_mass<N: Number>(x_v: N) -> N {
    x_v.taken_from(1.0) * DRY_AIR_KG_PER_MOL + x_v * WATER_KG_PER_MOL
}

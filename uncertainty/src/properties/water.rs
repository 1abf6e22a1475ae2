//! Density of water.

use super::Number;

/// Pressure at which the tabulated densities hold. Source: M. Tanaka et al., as in pressure dossier section 5.1
pub(super) const NORMAL_PRESSURE_PA: f64 = 101_325.0;

/// Density of air-free water of mean ocean composition.
///
/// - **Units:** temperature in °C, absolute pressure in Pa, density in kg/m³.
/// - **Source:** M. Tanaka et al., as in pressure dossier section 5.1.
/// - **Valid for:** 0 °C to 40 °C; the compressibility is linear in pressure and
///   departs by 4 parts in 10⁶ at 2.5 MPa, where the function ends.
/// - **Not done here:** the composition of tap water, which a laboratory measures
///   and states as a relative offset of its own.
pub(crate) fn density<N: Number>(t_c: N, p_pa: N) -> N {
    normal_density(t_c) * compression(t_c, p_pa)
}

/// Density of water saturated with air, otherwise as [`density`].
///
/// - **Units:** as [`density`].
/// - **Source:** M. Tanaka et al., as in pressure dossier section 5.1.
/// - **Valid for:** 0 °C to 25 °C.
/// - **Not done here:** partial saturation.
pub(crate) fn aerated_density<N: Number>(t_c: N, p_pa: N) -> N {
    (normal_density(t_c) - 0.004_612 + t_c * 0.000_106) * compression(t_c, p_pa)
}

fn normal_density<N: Number>(t_c: N) -> N {
    let from_maximum = t_c - 3.983_035;
    let fall = from_maximum.square() * (t_c + 301.797) / ((t_c + 69.348_81) * 522_528.9);
    fall.taken_from(1.0) * 999.974_950
}

fn compression<N: Number>(t_c: N, p_pa: N) -> N {
    let compressibility = t_c.square() * 0.004_16 - t_c * 0.326 + 50.74;
    compressibility * 1e-11 * (p_pa - NORMAL_PRESSURE_PA) + 1.0
}

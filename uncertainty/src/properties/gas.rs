//! Gases: density from molar mass, viscosity of air, stagnation state.

use super::Number;

/// Molar gas constant in J/(mol K). Source: SI Brochure, table 1 (k and N_A)
pub(super) const GAS_CONSTANT: f64 = 8.314_462_618_153_24;

/// Density of a gas of known molar mass and compressibility factor.
///
/// - **Units:** molar mass in kg/mol, temperature in K, absolute pressure in Pa,
///   compressibility as a ratio, density in kg/m³.
/// - **Source:** pressure dossier section 2 (head of gas).
/// - **Valid for:** any gas whose compressibility factor is given.
/// - **Not done here:** the compressibility factor itself.
pub(crate) fn density<N: Number>(molar_mass: N, t_k: N, p_pa: N, z: N) -> N {
    p_pa * molar_mass / (z * GAS_CONSTANT * t_k)
}

/// Viscosity of air.
///
/// - **Units:** temperature in K, answer in Pa s.
/// - **Source:** U.S. Standard Atmosphere 1976, as in pressure dossier section 5.4.
/// - **Valid for:** 263 K to 323 K, where it lies 0.4 % below recent values; the
///   discharge coefficient of a nozzle moves by 2 parts in 10⁵ for that.
/// - **Not done here:** the effect of humidity and pressure.
pub(crate) fn air_viscosity<N: Number>(t_k: N) -> N {
    t_k * t_k.root() * 1.458e-6 / (t_k + 110.4)
}

/// Stagnation temperature over static temperature.
///
/// - **Units:** ratios all.
/// - **Source:** pressure dossier section 5.8, after ISO 9300:2005.
/// - **Valid for:** an ideal gas in slow flow, Mach number up to 0.3.
/// - **Not done here:** the recovery factor of the thermometer.
pub(crate) fn stagnation_temperature_ratio<N: Number>(gamma: N, mach: N) -> N {
    (gamma - 1.0) / 2.0 * mach.square() + 1.0
}

/// Stagnation pressure over static pressure.
///
/// - **Units:** ratios all.
/// - **Source:** pressure dossier section 5.8, after ISO 9300:2005.
/// - **Valid for:** as [`stagnation_temperature_ratio`].
/// - **Not done here:** losses between tap and throat.
pub(crate) fn stagnation_pressure_ratio<N: Number>(gamma: N, mach: N) -> N {
    stagnation_temperature_ratio(gamma, mach).power(gamma / (gamma - 1.0))
}

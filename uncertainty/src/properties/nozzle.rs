//! Critical-flow (sonic) nozzles.

use std::f64::consts::PI;

use super::{Number, gas};

/// Molar heat capacities at constant pressure of dry air and vapour, in
/// J/(mol K). Source: pressure dossier section 5.6
const HEAT_CAPACITY: [f64; 2] = [29.13, 33.59];

/// Steps towards the discharge coefficient; each gains at least two digits.
const STEPS: usize = 10;

/// Critical flow function of an ideal gas.
///
/// - **Units:** ratios.
/// - **Source:** pressure dossier section 5.5, after ISO 9300:2005.
/// - **Valid for:** isentropic exponents above 1 and up to 5/3.
/// - **Not done here:** real-gas behaviour.
pub(crate) fn ideal_flow_function<N: Number>(gamma: N) -> N {
    let base = (gamma + 1.0).under(2.0);
    (gamma * base.power((gamma + 1.0) / (gamma - 1.0))).root()
}

/// Ratio of throat pressure to stagnation pressure at which the flow is choked.
///
/// - **Units:** ratios.
/// - **Source:** pressure dossier section 5.8, after ISO 9300:2005.
/// - **Valid for:** as [`ideal_flow_function`], without a diffuser.
/// - **Not done here:** the back-pressure ratio of a nozzle with diffuser, which
///   is found by test.
pub(crate) fn critical_pressure_ratio<N: Number>(gamma: N) -> N {
    (gamma + 1.0).under(2.0).power(gamma / (gamma - 1.0))
}

/// Critical flow function of moist air.
///
/// - **Units:** stagnation temperature in K, stagnation pressure in Pa, vapour
///   fraction and answer as ratios; to be used with the gas constant divided by
///   the molar mass of the moist air.
/// - **Source:** pressure dossier sections 5.5 (fit to the equation of state of
///   dry air, residual at most 2.1e-5) and 5.6 (vapour).
/// - **Valid for:** 60 kPa to 800 kPa, 278 K to 313 K.
/// - **Not done here:** other gases.
pub(crate) fn moist_air_flow_function<N: Number>(t0_k: N, p0_pa: N, x_v: N) -> N {
    let (p, d) = (p0_pa / 1e5, t0_k - 293.15);
    let dry = p * 2.891_625e-4 + 0.684_834_3 - p.square() * 4.689_113e-8 - d * 2.762_186e-6
        + d.square() * 3.649_492e-8
        - p * d * 3.313_414e-6;
    let [of_air, of_vapour] = HEAT_CAPACITY;
    let gamma = |c_p: N| c_p / (c_p - gas::GAS_CONSTANT);
    let mixed = ideal_flow_function(gamma(x_v.taken_from(1.0) * of_air + x_v * of_vapour));
    dry * mixed / ideal_flow_function(gamma(x_v.constant(of_air)))
}

/// Discharge coefficient at a Reynolds number.
///
/// - **Units:** ratios.
/// - **Source:** pressure dossier section 5.7, after ISO 9300:2005.
/// - **Valid for:** the Reynolds numbers of the nozzle's own coefficients, which
///   the caller states.
/// - **Not done here:** the transition near Re = 10⁶.
pub(crate) fn discharge_coefficient<N: Number>(a: N, b: N, n: N, reynolds: N) -> N {
    a - b / reynolds.power(n)
}

/// Discharge coefficient at the Reynolds number that follows from it.
///
/// `ideal_reynolds` is the Reynolds number `4 q / (π d μ)` of the flow that the
/// nozzle would have with a discharge coefficient of one.
///
/// - **Units:** ratios.
/// - **Source:** pressure dossier section 6.5, after ISO 9300:2005.
/// - **Valid for:** as [`discharge_coefficient`].
/// - **Not done here:** the range of Reynolds numbers.
pub(crate) fn settled_discharge<N: Number>(a: N, b: N, n: N, ideal_reynolds: N) -> N {
    (0..STEPS).fold(a, |c_d, _| discharge_coefficient(a, b, n, c_d * ideal_reynolds))
}

/// Mass flow of a choked nozzle.
///
/// - **Units:** throat diameter in m, discharge coefficient and critical flow
///   function as ratios, stagnation pressure in Pa and temperature in K, molar
///   mass in kg/mol, answer in kg/s.
/// - **Source:** pressure dossier section 6.5, after ISO 9300:2005.
/// - **Valid for:** choked flow, to be seen from the back-pressure ratio.
/// - **Not done here:** an individually calibrated throat area, which belongs in
///   the discharge coefficient or in the diameter and not in both.
pub(crate) fn mass_flow<N: Number>([d, c_d, c_star]: [N; 3], p0_pa: N, t0_k: N, m: N) -> N {
    let area = d.square() * (PI / 4.0);
    area * c_d * c_star * p0_pa / (t0_k * gas::GAS_CONSTANT / m).root()
}

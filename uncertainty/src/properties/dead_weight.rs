//! Dead-weight testers, columns of fluid, buoyancy.

use std::f64::consts::PI;

use super::Number;

/// Piston and masses of a dead-weight tester.
#[derive(Clone, Copy)]
pub(crate) struct Tester<N> {
    /// Mass of piston and weights, in kg.
    pub(crate) mass_kg: N,
    /// Density of air and of the masses, in kg/m³.
    pub(crate) densities: [N; 2],
    /// Acceleration of free fall, in m/s².
    pub(crate) gravity: N,
    /// Angle of the piston to the plumb line, in rad.
    pub(crate) tilt: N,
    /// Surface tension of the liquid, in N/m; zero for gas.
    pub(crate) surface_tension: N,
    /// Effective area at no pressure and 20 °C, in m².
    pub(crate) area_m2: N,
    /// Pressure coefficient of the area, in 1/Pa.
    pub(crate) lambda: N,
    /// Temperature coefficient of the area (piston and cylinder), in 1/K.
    pub(crate) alpha: N,
    /// Temperature of the assembly, in °C.
    pub(crate) t_c: N,
}

/// Gauge pressure at the reference level of the piston.
///
/// The area grows with the pressure; `p (1 + λ p) = p₀` is solved exactly.
///
/// - **Units:** as in [`Tester`], answer in Pa.
/// - **Source:** pressure dossier section 2 (dead-weight tester).
/// - **Valid for:** gauge mode, all masses of one density.
/// - **Not done here:** the head between piston and instrument, see [`head`];
///   absolute mode; the buoyancy of the submerged part of a piston.
pub(crate) fn pressure<N: Number>(tester: &Tester<N>) -> N {
    let [of_air, of_masses] = tester.densities;
    let weight = tester.mass_kg
        * (of_air / of_masses).taken_from(1.0)
        * tester.gravity
        * tester.tilt.cosine();
    let girth = (tester.area_m2 * PI).root() * 2.0;
    let area = tester.area_m2 * (tester.alpha * (tester.t_c - 20.0) + 1.0);
    let rigid = (weight + tester.surface_tension * girth) / area;
    rigid * 2.0 / ((tester.lambda * rigid * 4.0 + 1.0).root() + 1.0)
}

/// Pressure of a column of fluid in air.
///
/// - **Units:** densities in kg/m³, gravity in m/s², height in m, answer in Pa,
///   positive where the upper level is the reference.
/// - **Source:** pressure dossier section 2 (reference at the level of the instrument).
/// - **Valid for:** gauge mode; in absolute mode the density of air is zero.
/// - **Not done here:** the density of the fluid under its own pressure.
pub(crate) fn head<N: Number>(of_fluid: N, of_air: N, gravity: N, height_m: N) -> N {
    (of_fluid - of_air) * gravity * height_m
}

/// True mass over indication of a balance adjusted with weights of a density.
///
/// - **Units:** densities in kg/m³ (air, object, weights), answer as a ratio.
/// - **Source:** pressure dossier section 5.3, the exact form of ISO 4185.
/// - **Valid for:** densities well above that of air.
/// - **Not done here:** the density of air.
pub(crate) fn buoyancy<N: Number>(of_air: N, of_object: N, of_weights: N) -> N {
    (of_air / of_weights).taken_from(1.0) / (of_air / of_object).taken_from(1.0)
}

/// The same to the first order in the density of air, as it is printed.
///
/// - **Units:** as [`buoyancy`].
/// - **Source:** pressure dossier section 5.3, after ISO 4185.
/// - **Valid for:** water, where it differs by 1 part in 10⁶ from the exact form.
/// - **Not done here:** the second order.
pub(crate) fn buoyancy_first_order<N: Number>(of_air: N, of_object: N, of_weights: N) -> N {
    of_air * (of_object.under(1.0) - of_weights.under(1.0)) + 1.0
}

//! Acceleration of free fall from latitude and height, where nobody measured it.
//!
//! Both formulas miss the surveyed value by up to 1e-4 relative: good enough for
//! a gauge of class 0.25, not for a dead-weight tester of class 0.02.

use super::Number;

/// Acceleration of free fall on the ellipsoid of WGS 84, less the free-air term.
///
/// - **Units:** latitude in rad, height in m, answer in m/s².
/// - **Source:** WGS 84, as in pressure dossier section 2, free-air gradient 3.086e-6 1/s².
/// - **Valid for:** heights from -500 m to 9000 m.
/// - **Not done here:** the attraction of the ground between sea and site.
pub(crate) fn wgs84<N: Number>(latitude: N, height_m: N) -> N {
    let s2 = latitude.sine().square();
    let at_sea = (s2 * 0.001_931_852_652_41 + 1.0) * 9.780_325_335_9
        / (s2 * -0.006_694_379_990_14 + 1.0).root();
    at_sea - height_m * 3.086e-6
}

/// Acceleration of free fall as Chinese regulations compute it.
///
/// - **Units:** latitude in rad, height in m, answer in m/s².
/// - **Source:** pressure dossier section 2 (gravity).
/// - **Valid for:** heights from -500 m to 9000 m.
/// - **Not done here:** anything local.
pub(crate) fn regulation<N: Number>(latitude: N, height_m: N) -> N {
    let flattened = ((latitude * 2.0).cosine() * -0.002_65 + 1.0) * 9.806_65;
    flattened / (height_m * 2.0 / 6_371_000.0 + 1.0)
}

//! Every property with its arguments and ranges.
//!
//! Source: pressure dossier section 5, where an entry says nothing else. Limits of
//! plain quantities (a diameter, a mass) only keep slips of units out.
//! Chosen: a range twice as wide as any bench in use.

use super::{Argument, Number, Property, dead_weight, gas, gravity, moist_air, nozzle, water};

const fn argument(name: &'static str, unit: &'static str, range: [f64; 2]) -> Argument {
    let [lower, upper] = range;
    Argument { name, unit, lower, upper }
}

/// A ratio that a formula only needs finite and sensible.
const fn ratio(name: &'static str, range: [f64; 2]) -> Argument {
    argument(name, "1", range)
}

const WATER: [Argument; 2] =
    [argument("temperature", "degC", [0.0, 40.0]), argument("pressure", "kPa", [50.0, 2500.0])];
const AERATED: [Argument; 2] =
    [argument("temperature", "degC", [0.0, 25.0]), argument("pressure", "kPa", [50.0, 2500.0])];
const AIR_T: Argument = argument("temperature", "degC", [15.0, 27.0]);
const AIR_P: Argument = argument("pressure", "kPa", [60.0, 110.0]);
const HUMIDITY: Argument = ratio("relative humidity", [0.0, 1.0]);
const VAPOUR: Argument = ratio("vapour fraction", [0.0, 0.07]);
const GAMMA: Argument = ratio("isentropic exponent", [1.01, 1.67]);
const MACH: Argument = ratio("Mach number", [0.0, 0.3]);
const NOZZLE_T: Argument = argument("stagnation temperature", "K", [278.0, 313.0]);
const NOZZLE_P: Argument = argument("stagnation pressure", "kPa", [60.0, 800.0]);
const DISCHARGE: [Argument; 4] = [
    ratio("a", [0.5, 1.5]),
    ratio("b", [-10.0, 10.0]),
    ratio("n", [0.0, 1.0]),
    ratio("Reynolds number", [1e3, 1e8]),
];
const MOLAR_MASS: Argument = argument("molar mass", "g/mol", [1.0, 400.0]);
const GRAVITY: Argument = argument("gravity", "m/s^2", [9.7, 9.9]);
const AIR_DENSITY: Argument = argument("density of air", "kg/m^3", [0.0, 2.0]);
const PLACE: [Argument; 2] =
    [argument("latitude", "deg", [-90.0, 90.0]), argument("height", "m", [-500.0, 9000.0])];
const HEAD: [Argument; 4] = [
    argument("density of fluid", "kg/m^3", [0.0, 15_000.0]),
    AIR_DENSITY,
    GRAVITY,
    argument("height", "m", [-100.0, 100.0]),
];
const BUOYANCY: [Argument; 3] = [
    AIR_DENSITY,
    argument("density of the object", "kg/m^3", [100.0, 25_000.0]),
    argument("density of the weights", "kg/m^3", [1000.0, 25_000.0]),
];
const TESTER: [Argument; 10] = [
    argument("mass", "kg", [0.0, 2000.0]),
    AIR_DENSITY,
    argument("density of the masses", "kg/m^3", [1000.0, 25_000.0]),
    GRAVITY,
    argument("tilt", "deg", [-5.0, 5.0]),
    argument("surface tension", "N/m", [0.0, 0.1]),
    argument("effective area", "mm^2", [0.5, 5000.0]),
    argument("pressure coefficient", "1/MPa", [-1e-4, 1e-4]),
    argument("temperature coefficient", "1/K", [0.0, 1e-4]),
    argument("temperature", "degC", [10.0, 35.0]),
];

/// From kelvin to degrees Celsius.
fn celsius<N: Number>(kelvin: N) -> N {
    kelvin - 273.15
}

/// The two uses of one formula: numbers and places on a tape.
macro_rules! property {
    ($name:literal, $title:literal, $unit:literal, $arguments:expr,
     |$($argument:ident),+| $formula:expr) => {
        Property {
            name: concat!("lib.", $name),
            title: $title,
            arguments: $arguments,
            unit: $unit,
            value: |arguments| match *arguments {
                [$($argument),+] => Some($formula),
                _ => None,
            },
            record: |arguments| match *arguments {
                [$($argument),+] => Some($formula),
                _ => None,
            },
        }
    };
}

/// All functions of the room.
pub const FUNCTIONS: &[Property] = &[
    property!(
        "water_density",
        "density of air-free water at 101325 Pa",
        "kg/m^3",
        &[WATER[0]],
        |t| water::density(celsius(t), t.constant(water::NORMAL_PRESSURE_PA))
    ),
    property!("water_density", "density of air-free water", "kg/m^3", &WATER, |t, p| {
        water::density(celsius(t), p)
    }),
    property!(
        "aerated_water_density",
        "density of water saturated with air",
        "kg/m^3",
        &AERATED,
        |t, p| water::aerated_density(celsius(t), p)
    ),
    property!(
        "air_density",
        "density of moist air, CIPM-2007",
        "kg/m^3",
        &[AIR_T, AIR_P, HUMIDITY],
        |t, p, h| moist_air::density(celsius(t), p, h)
    ),
    property!(
        "air_density_simplified",
        "density of moist air, OIML R 111",
        "kg/m^3",
        &[
            argument("temperature", "degC", [10.0, 30.0]),
            argument("pressure", "kPa", [90.0, 110.0]),
            ratio("relative humidity", [0.0, 0.8])
        ],
        |t, p, h| moist_air::simplified_density(celsius(t), p, h)
    ),
    property!(
        "saturation_vapour_pressure",
        "vapour pressure of water at saturation",
        "Pa",
        &[AIR_T],
        |t| moist_air::saturation_pressure(celsius(t))
    ),
    property!(
        "vapour_fraction",
        "mole fraction of water vapour in air",
        "1",
        &[AIR_T, AIR_P, HUMIDITY],
        |t, p, h| moist_air::vapour_fraction(celsius(t), p, h)
    ),
    property!(
        "air_compressibility",
        "compressibility factor of moist air",
        "1",
        &[AIR_T, AIR_P, VAPOUR],
        |t, p, x| moist_air::compressibility(celsius(t), p, x)
    ),
    property!("air_molar_mass", "molar mass of moist air", "kg/mol", &[VAPOUR], |x| {
        moist_air::molar_mass(x)
    }),
    property!(
        "air_viscosity",
        "viscosity of air",
        "Pa s",
        &[argument("temperature", "K", [263.0, 323.0])],
        |t| gas::air_viscosity(t)
    ),
    property!(
        "gas_density",
        "density of a gas",
        "kg/m^3",
        &[
            MOLAR_MASS,
            argument("temperature", "K", [200.0, 500.0]),
            argument("pressure", "kPa", [0.0, 100_000.0]),
            ratio("compressibility", [0.2, 3.0])
        ],
        |m, t, p, z| gas::density(m, t, p, z)
    ),
    property!(
        "stagnation_temperature_ratio",
        "stagnation over static temperature",
        "1",
        &[GAMMA, MACH],
        |gamma, mach| gas::stagnation_temperature_ratio(gamma, mach)
    ),
    property!(
        "stagnation_pressure_ratio",
        "stagnation over static pressure",
        "1",
        &[GAMMA, MACH],
        |gamma, mach| gas::stagnation_pressure_ratio(gamma, mach)
    ),
    property!(
        "critical_flow_function",
        "critical flow function of an ideal gas",
        "1",
        &[GAMMA],
        |gamma| nozzle::ideal_flow_function(gamma)
    ),
    property!(
        "air_critical_flow_function",
        "critical flow function of moist air",
        "1",
        &[NOZZLE_T, NOZZLE_P, VAPOUR],
        |t, p, x| nozzle::moist_air_flow_function(t, p, x)
    ),
    property!(
        "critical_pressure_ratio",
        "throat pressure over stagnation pressure",
        "1",
        &[GAMMA],
        |gamma| nozzle::critical_pressure_ratio(gamma)
    ),
    property!(
        "discharge_coefficient",
        "discharge coefficient at a Reynolds number",
        "1",
        &DISCHARGE,
        |a, b, n, re| nozzle::discharge_coefficient(a, b, n, re)
    ),
    property!(
        "settled_discharge_coefficient",
        "discharge coefficient at its own Reynolds number, from that of the ideal flow",
        "1",
        &DISCHARGE,
        |a, b, n, re| nozzle::settled_discharge(a, b, n, re)
    ),
    property!(
        "nozzle_mass_flow",
        "mass flow of a choked nozzle",
        "kg/s",
        &[
            argument("throat diameter", "mm", [0.05, 500.0]),
            ratio("discharge coefficient", [0.5, 1.5]),
            ratio("critical flow function", [0.4, 1.0]),
            argument("stagnation pressure", "kPa", [10.0, 20_000.0]),
            argument("stagnation temperature", "K", [200.0, 500.0]),
            MOLAR_MASS
        ],
        |d, c, c_star, p, t, m| nozzle::mass_flow([d, c, c_star], p, t, m)
    ),
    property!(
        "gravity",
        "free fall from latitude and height, WGS 84",
        "m/s^2",
        &PLACE,
        |latitude, height| gravity::wgs84(latitude, height)
    ),
    property!(
        "gravity_jjg",
        "free fall from latitude and height, Chinese regulations",
        "m/s^2",
        &PLACE,
        |latitude, height| gravity::regulation(latitude, height)
    ),
    property!(
        "head_pressure",
        "pressure of a column of fluid in air",
        "Pa",
        &HEAD,
        |fluid, air, g, h| dead_weight::head(fluid, air, g, h)
    ),
    property!(
        "buoyancy_factor",
        "true mass over indication of a balance",
        "1",
        &BUOYANCY,
        |air, object, weights| dead_weight::buoyancy(air, object, weights)
    ),
    property!(
        "buoyancy_factor_first_order",
        "the same to the first order",
        "1",
        &BUOYANCY,
        |air, object, weights| dead_weight::buoyancy_first_order(air, object, weights)
    ),
    property!(
        "dead_weight_pressure",
        "gauge pressure of a dead-weight tester",
        "Pa",
        &TESTER,
        |m, air, masses, g, tilt, sigma, area, lambda, alpha, t| dead_weight::pressure(
            &dead_weight::Tester {
                mass_kg: m,
                densities: [air, masses],
                gravity: g,
                tilt,
                surface_tension: sigma,
                area_m2: area,
                lambda,
                alpha,
                t_c: celsius(t),
            }
        )
    ),
];

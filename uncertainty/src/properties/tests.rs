//! Expected values: the vectors of the pressure and flow dossier, section 5.9
//! and its file of vectors, computed there with 40 digits.

use super::*;
use crate::derivative;
use crate::expression::{Expression, Value};

fn near(found: f64, wanted: f64) {
    assert!((found / wanted - 1.0).abs() < 1e-9, "found {found}, dossier says {wanted}");
}

fn at(name: &str, arguments: &[f64]) -> f64 {
    value(&format!("lib.{name}"), arguments).unwrap_or_else(|error| panic!("{error}"))
}

fn kelvin(celsius: f64) -> f64 {
    celsius + 273.15
}

#[test]
fn tanaka_2001_density_of_water_from_4_to_40_degrees() {
    let printed = [
        (4.0, 999.974_947_703_710_3),
        (10.0, 999.702_701_628_786_9),
        (15.0, 999.102_571_718_035_6),
        (20.0, 998.206_745_559_616_7),
        (25.0, 997.047_021_671_824),
        (30.0, 995.648_797_184_088_6),
        (40.0, 992.215_209_132_441_3),
    ];
    for (t, wanted) in printed {
        near(at("water_density", &[kelvin(t)]), wanted);
    }
}

#[test]
fn tanaka_2001_water_under_pressure_and_with_dissolved_air() {
    near(at("water_density", &[kelvin(20.0), 351_325.0]), 998.321_249_855_399_9);
    near(at("water_density", &[kelvin(21.35), 351_325.0]), 998.032_419_238_223_7);
    near(at("water_density", &[kelvin(20.0), 1_101_325.0]), 998.664_762_742_749_3);
    // -0.004612 + 0.000106 * 20 below the air-free value, by hand.
    near(at("aerated_water_density", &[kelvin(20.0), 101_325.0]), 998.204_253_559_616_7);
}

/// Pressure, temperature, humidity; then density, vapour fraction, Z, saturation
/// pressure, density by the short formula.
type MoistAir = (f64, f64, f64, [f64; 5]);

const MOIST_AIR: [MoistAir; 5] = [
    (
        101_325.0,
        20.0,
        0.5,
        [
            1.199_313_895_474_493_3,
            0.011_589_340_130_234_807,
            0.999_614_767_525_125_8,
            2_339.163_230_196_787_5,
            1.199_294_305_031_111_8,
        ],
    ),
    (
        100_000.0,
        20.0,
        0.5,
        [
            1.183_556_608_697_428_7,
            0.011_742_412_282_529_457,
            0.999_619_314_194_066_5,
            2_339.163_230_196_787_5,
            1.183_543_460_753_438,
        ],
    ),
    (
        92_500.0,
        21.5,
        0.45,
        [
            1.088_847_966_306_354_2,
            0.012_528_362_108_465_03,
            0.999_659_233_234_875_7,
            2_565.567_966_186_150_4,
            1.088_887_651_303_426_7,
        ],
    ),
    (
        92_350.0,
        20.5,
        0.45,
        [
            1.091_093_023_715_048_5,
            0.011_800_213_597_426_218,
            0.999_652_727_665_933_3,
            2_412.606_406_465_580_7,
            1.091_118_624_658_781,
        ],
    ),
    (
        101_325.0,
        23.0,
        0.0,
        [
            1.192_320_792_670_294_8,
            0.0,
            0.999_671_964_531_701_3,
            2_810.904_558_211_424,
            1.192_292_284_315_380_7,
        ],
    ),
];

#[test]
fn cipm_2007_moist_air() {
    for (p, t, h, [density, x_v, z, saturation, simplified]) in MOIST_AIR {
        let t = kelvin(t);
        near(at("air_density", &[t, p, h]), density);
        near(at("air_density_simplified", &[t, p, h]), simplified);
        near(at("saturation_vapour_pressure", &[t]), saturation);
        near(at("air_compressibility", &[t, p, x_v]), z);
        let found = at("vapour_fraction", &[t, p, h]);
        assert!((found - x_v).abs() <= 1e-9 * x_v, "{found} {x_v}");
    }
}

#[test]
fn iso_9300_critical_flow_functions() {
    near(at("critical_flow_function", &[1.4]), 0.684_731_456_377_270_4);
    near(at("critical_flow_function", &[1.3992]), 0.684_596_308_099_642_2);
    near(at("critical_flow_function", &[1.31]), 0.669_063_421_666_078_1);
    near(at("critical_pressure_ratio", &[1.4]), 0.528_281_787_717_174_2);
    // The equation of state itself; the fit of section 5.5 stays within 2.1e-5.
    let of_state = [
        (92_000.0, 293.15, 0.685_104_891_224_196_5),
        (101_325.0, 288.15, 0.685_161_285_526_876_5),
        (500_000.0, 293.15, 0.686_273_098_180_841_6),
        (100_000.0, 303.15, 0.685_068_973_710_655_9),
    ];
    for (p, t, wanted) in of_state {
        let found = at("air_critical_flow_function", &[t, p, 0.0]);
        assert!((found - wanted).abs() < 2.1e-5, "{found} {wanted}");
    }
    // Vectors file, F4_aux.
    near(at("vapour_fraction", &[293.42, 91_950.0, 0.45]), 0.011_684_169_033_682_723);
    let wet = at("air_critical_flow_function", &[293.42, 91_950.0, 0.011_684_169_033_682_723]);
    near(wet, 0.684_929_881_674_125_8);
    near(at("air_molar_mass", &[0.011_684_169_033_682_723]), 0.028_837_516_245_930_75);
}

#[test]
fn iso_9300_discharge_coefficients_and_the_nozzle_of_example_f4() {
    let precise = |re| at("discharge_coefficient", &[0.9985, 3.412, 0.5, re]);
    for (re, printed) in [(21_000.0, 0.974_955_0), (1e5, 0.987_710_3), (1e6, 0.995_088_0)] {
        assert!((precise(re) - printed).abs() < 5e-8, "{re}: printed to seven digits");
    }
    let (d, p0, t0) = (0.005, 91_950.0, 293.42);
    let (c_star, m) = (0.684_929_881_674_125_8, 0.028_837_516_245_930_75);
    let ideal = at("nozzle_mass_flow", &[d, 1.0, c_star, p0, t0, m]);
    let re = 4.0 * ideal / (std::f64::consts::PI * d * at("air_viscosity", &[t0]));
    let c_d = at("settled_discharge_coefficient", &[0.9959, 2.720, 0.5, re]);
    near(c_d, 0.984_677_707_838_815_6);
    near(c_d * re, 58_745.508_336_645_99);
    near(at("nozzle_mass_flow", &[d, c_d, c_star, p0, t0, m]), 0.004_186_381_673_631_600_5);
}

#[test]
fn viscosity_stagnation_and_gas_density() {
    // Printed to seven digits.
    assert!((at("air_viscosity", &[293.15]) - 1.813_406e-5).abs() < 5e-12);
    let mach = 0.022_800_070_676_661_23;
    near(at("stagnation_pressure_ratio", &[1.4, mach]), 1.000_363_937_549_931_6);
    assert!((at("stagnation_temperature_ratio", &[1.4, mach]) - 1.000_103_969).abs() < 5e-10);
    // Section 2: nitrogen at 1 MPa gauge, 92.35 kPa ambient; head over 0.25 m.
    let nitrogen = at("gas_density", &[28.0134e-3, 294.65, 1_092_350.0, 1.0]);
    let head = at("head_pressure", &[nitrogen, 1.0962, 9.796_83, 0.25]);
    near(head, 27.907_510_879_200_84);
    assert!((at("head_pressure", &[914.0, 1.11, 9.796_83, 0.12]) - 1_073.21).abs() < 0.02);
}

#[test]
fn free_fall_at_taiyuan_and_at_45_degrees() {
    let taiyuan = [37.87_f64.to_radians(), 780.0];
    near(at("gravity", &taiyuan), 9.797_407_114_069_332);
    near(at("gravity", &[45.0_f64.to_radians(), 0.0]), 9.806_197_769_373_235);
    near(at("gravity", &[0.0, 0.0]), 9.780_325_335_9);
    near(at("gravity_jjg", &taiyuan), 9.797_849_568_365_153);
}

#[test]
fn iso_4185_buoyancy_factor_of_example_f1() {
    let water = at("water_density", &[kelvin(21.35)]);
    near(at("buoyancy_factor", &[1.0962, water, 8000.0]), 1.000_962_518_850_385_5);
    let first = at("buoyancy_factor_first_order", &[1.0962, water, 8000.0]);
    // Printed to twelve decimals.
    assert!((first - 1.000_961_461_536).abs() < 5e-13);
}

/// Example P3: oil-operated tester, 30 kg on 0.98 cm².
const P3: [f64; 10] =
    [30.000_12, 1.0962, 7850.0, 9.796_83, 0.0003, 0.0312, 9.805_12e-5, 3.2e-12, 2.3e-5, 294.55];

#[test]
fn dead_weight_tester_of_example_p3() {
    let piston = at("dead_weight_pressure", &P3);
    let head = at("head_pressure", &[912.0, 1.0962, 9.796_83, 0.085]);
    near(piston + head, 2_997_701.310_716_175_5);
}

#[test]
fn on_the_tape_value_and_sensitivity_coefficients_of_example_p3() {
    let mut builder = Builder::new();
    let inputs: Vec<Place> = P3.iter().map(|_| builder.input()).collect();
    let property = find("lib.dead_weight_pressure", 10).unwrap();
    let place = property.record(&mut builder, &inputs);
    builder.bind("p", crate::tape::Operand::Number(place));
    let tape = builder.finish(&["p"]).unwrap();
    let gradient = derivative::gradient(&tape, 0, &P3).unwrap();
    assert_eq!(gradient.value.to_bits(), property.value(&P3).unwrap().to_bits());
    // Vectors file, P3: c of the mass, density of the masses, gravity (less the
    // head's part), surface tension, area, pressure and temperature coefficient,
    // temperature.
    let head_by_g = (912.0 - 1.0962) * 0.085;
    let printed = [
        (0, 99_896.362_534_710_89),
        (2, 0.053_319_221_713_671_615),
        (3, 305_982.792_497_9 - head_by_g),
        (5, 357.977_855_064_161_93),
        (6, -30_564_729_937.617_996),
        (7, -8_981_493_717_452.746),
        (8, -4_195_544.548_984_995),
        (9, -68.926_803_304_753_49),
    ];
    for (place, wanted) in printed {
        near(gradient.by_input[place], wanted);
    }
}

#[test]
fn every_formula_gives_the_same_bits_as_a_number_and_on_the_tape() {
    for property in FUNCTIONS {
        let middle: Vec<f64> = property
            .arguments
            .iter()
            .map(|one| Unit::parse(one.unit).unwrap().to_si(0.4 * one.lower + 0.6 * one.upper))
            .collect();
        let mut builder = Builder::new();
        let inputs: Vec<Place> = middle.iter().map(|_| builder.input()).collect();
        let place = property.record(&mut builder, &inputs);
        builder.bind("y", crate::tape::Operand::Number(place));
        let tape = builder.finish(&["y"]).unwrap();
        let direct = property.value(&middle).unwrap();
        let taped = derivative::values(&tape, &middle).unwrap()[0];
        assert_eq!(direct.to_bits(), taped.to_bits(), "{property:?}");
    }
}

#[test]
fn outside_its_range_every_property_refuses_with_a_readable_sentence() {
    let error = value("lib.water_density", &[kelvin(45.0)]).unwrap_err().to_string();
    let wanted = "temperature of lib.water_density is 45 degC, the formula holds from 0 to 40 degC";
    assert_eq!(error, wanted);
    for property in FUNCTIONS {
        let units: Vec<Unit> =
            property.arguments.iter().map(|one| Unit::parse(one.unit).unwrap()).collect();
        let edge: Vec<f64> =
            property.arguments.iter().zip(&units).map(|(a, u)| u.to_si(a.upper)).collect();
        assert!(property.value(&edge).is_ok(), "{property:?} at its upper limits");
        for (place, one) in property.arguments.iter().enumerate() {
            let beyond = [one.upper + 0.01 * (one.upper - one.lower), f64::NAN, f64::INFINITY];
            for number in beyond {
                let mut arguments = edge.clone();
                arguments[place] = units[place].to_si(number);
                assert!(property.value(&arguments).is_err(), "{property:?} {} {number}", one.name);
            }
        }
    }
    assert!(value("lib.mercury_density", &[293.15]).is_err());
    let error = value("lib.air_density", &[293.15]).unwrap_err().to_string();
    let wanted = "lib.air_density takes lib.air_density(temperature, pressure, relative humidity), \
                  found 1 arguments";
    assert_eq!(error, wanted);
}

#[test]
fn arguments_of_another_dimension_are_named() {
    let kind = |unit: &str| Kind::of_unit(&Unit::parse(unit).unwrap());
    let property = find("lib.water_density", 2).unwrap();
    let found = property.kind(&[kind("degC"), kind("kPa")]).unwrap();
    assert_eq!(found, kind("kg/m^3"));
    assert!(property.kind(&[kind("K"), kind("bar")]).is_ok());
    let error = property.kind(&[kind("degC"), kind("m")]).unwrap_err().to_string();
    let wanted = "pressure of lib.water_density is a number in m, wanted a number in kPa";
    assert_eq!(error, wanted);
    assert!(property.kind(&[kind("Pa"), kind("degC")]).is_err());
}

/// Names with a unit and a number, for the expression language.
struct Names(Vec<(&'static str, &'static str, f64)>);

impl Names {
    fn named(&self, path: &str) -> Option<Value> {
        let found = self.0.iter().find(|(name, _, _)| *name == path);
        found.map(|(_, unit, number)| Value::in_unit(*number, &Unit::parse(unit).unwrap()))
    }
}

impl crate::expression::Scope for Names {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.named(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.named(path)
    }
}

#[test]
fn in_the_language_a_property_is_checked_by_dimension_and_by_range() {
    let names = Names(vec![("t", "degC", 20.0), ("p", "bar", 3.51325), ("hot", "degC", 41.0)]);
    let read = |text: &str| Expression::parse(text).unwrap();
    let density = read("lib.water_density(t, p)");
    assert_eq!(density.check(&names).unwrap(), Kind::of_unit(&Unit::parse("kg/m^3").unwrap()));
    let Value::Number { si, .. } = density.evaluate(&names).unwrap() else { panic!("a number") };
    near(si, 998.321_249_855_399_9);
    let findings = read("lib.water_density(p, t)").check(&names).unwrap_err();
    assert!(findings[0].message.contains("temperature of lib.water_density"), "{findings:?}");
    assert!(read("lib.water_density(t, p, p)").check(&names).is_err());
    assert!(read("lib.water_densty(t)").check(&names).is_err());
    let error = read("lib.water_density(hot)").evaluate(&names).unwrap_err();
    assert!(error.message.contains("is 41 degC, the formula holds from 0 to 40"), "{error:?}");
}

#[test]
fn a_model_whose_estimate_leaves_the_range_has_no_value_and_no_derivative() {
    let mut builder = Builder::new();
    builder.named_input("t");
    builder.define("y", &Expression::parse("2 * lib.water_density(t)").unwrap()).unwrap();
    let tape = builder.finish(&["y"]).unwrap();
    assert!(derivative::gradient(&tape, 0, &[kelvin(20.0)]).is_ok());
    let error = derivative::gradient(&tape, 0, &[kelvin(41.0)]).unwrap_err().to_string();
    assert!(error.starts_with("temperature of lib.water_density is 41 degC"), "{error}");
    assert!(derivative::values(&tape, &[kelvin(41.0)]).is_err());
}

/// Example F4: error of a gas meter against a sonic nozzle; name, estimate and
/// sensitivity coefficient of the vectors file.
const F4: [(&str, f64, f64); 11] = [
    ("dCs", 0.0, -99.472_000_399_191_61),
    ("dCd", 0.0, -99.472_000_399_191_61),
    ("p0", 91_950.0, -0.001_080_158_059_227_636_6),
    ("T0", 293.42, 0.160_058_910_916_799_58),
    ("RH", 0.45, -0.423_308_125_721_683_97),
    ("pm", 92_150.0, 0.001_073_676_540_145_812_2),
    ("Tm", 293.6, -0.337_774_779_204_378_5),
    ("V", 0.4, 247.262_908_073_245_26),
    ("tau", 105.2, -0.940_163_148_567_472_4),
    ("a", 0.9959, f64::NAN),
    ("b", 2.72, f64::NAN),
];

#[test]
fn nozzle_example_f4_written_in_the_language_gives_value_and_every_coefficient() {
    let mut builder = Builder::new();
    for (name, _, _) in F4 {
        builder.named_input(name);
    }
    let model = [
        ("x", "lib.vapour_fraction(T0, p0, RH)"),
        ("M", "lib.air_molar_mass(x)"),
        ("Cs", "lib.air_critical_flow_function(T0, p0, x) * (1 + dCs)"),
        ("q1", "lib.nozzle_mass_flow(0.005, 1, Cs, p0, T0, M) * (1 + dCd)"),
        ("Re1", "4 * q1 / (pi * 0.005 * lib.air_viscosity(T0))"),
        ("qm", "q1 * lib.settled_discharge_coefficient(a, b, 0.5, Re1)"),
        ("rho", "lib.gas_density(M, Tm, pm, lib.air_compressibility(Tm, pm, x))"),
        ("E", "(V / (qm / rho * tau) - 1) * 100"),
    ];
    for (name, text) in model {
        builder.define(name, &Expression::parse(text).unwrap()).unwrap();
    }
    let tape = builder.finish(&["E"]).unwrap();
    let estimates: Vec<f64> = F4.iter().map(|(_, estimate, _)| *estimate).collect();
    let gradient = derivative::gradient(&tape, 0, &estimates).unwrap();
    near(gradient.value, -1.094_836_770_701_902);
    for ((name, _, wanted), found) in F4.iter().zip(&gradient.by_input) {
        let agrees = wanted.is_nan() || (found / wanted - 1.0).abs() < 1e-9;
        assert!(agrees, "{name}: {found}, dossier says {wanted}");
    }
}

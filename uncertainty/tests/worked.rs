//! Worked examples of the pressure and flow dossier: value, combined standard
//! uncertainty, effective degrees of freedom and every sensitivity coefficient.
//!
//! The expected numbers are the dossier's printed digits, computed there from the
//! same models by other programs; tolerances are half a unit of the last of them.

use etalon_uncertainty::budget::{self, Method, Options, OutputAnswer};
use etalon_uncertainty::budget_file;

/// How the spread of an input is stated.
#[derive(Clone, Copy)]
enum Stated {
    /// Expanded, k = 2.
    Expanded,
    /// Half-width of a rectangle.
    Half,
    /// Standard uncertainty with its degrees of freedom.
    Standard(f64),
    /// Nothing: exact.
    Exact,
}
use Stated::{Exact, Expanded, Half, Standard};

/// Infinite degrees of freedom.
const MANY: f64 = f64::INFINITY;

/// Name, value, how and how much it is uncertain, sensitivity coefficient.
type Row = (&'static str, &'static str, Stated, &'static str, f64);

/// The output called `y` of a model with these inputs.
fn evaluated(models: &[(&str, &str, &str)], rows: &[Row]) -> OutputAnswer {
    let mut text = String::new();
    for (name, expression, unit) in models {
        let is_output = *name == "y";
        text += &format!(
            "[[model]]\nname = \"{name}\"\nexpr = \"{expression}\"\nunit = \"{unit}\"\n\
             output = {is_output}\n"
        );
    }
    for (name, value, stated, spread, _) in rows {
        text += &format!("[[input]]\nname = \"{name}\"\nvalue = \"{value}\"\n");
        text += &match stated {
            Expanded => format!("dist = \"normal\"\nU = \"{spread}\"\nk = 2\n"),
            Half => format!("dist = \"rectangular\"\na = \"{spread}\"\n"),
            Standard(dof) if dof.is_finite() => {
                format!("dist = \"normal\"\nu = \"{spread}\"\ndof = {dof}\n")
            }
            Standard(_) => format!("dist = \"normal\"\nu = \"{spread}\"\n"),
            Exact => "dist = \"exact\"\n".to_owned(),
        };
    }
    let (file, _) = budget_file::parse(&text).unwrap_or_else(|f| panic!("{f:#?}\n{text}"));
    let options = Options { method: Method::Gum, ..Options::default() };
    let answer = budget::evaluate("worked", &file, &options).expect("the model has a value");
    answer.outputs.into_iter().next().expect("one output")
}

#[track_caller]
fn near(what: &str, found: f64, wanted: f64, relative: f64) {
    let agrees = (found - wanted).abs() <= relative * wanted.abs();
    assert!(agrees, "{what}: found {found}, the dossier says {wanted}");
}

/// Compares value (12 digits), u (6), dof (5) and coefficients (8).
#[track_caller]
fn reproduces(models: &[(&str, &str, &str)], rows: &[Row], (value, u, dof): (f64, f64, f64)) {
    let output = evaluated(models, rows);
    // An error in per cent is what is left of a ratio near one.
    let size = if output.unit == "%" { value.abs().max(100.0) } else { value.abs() };
    near("value", output.value, value, 1e-11 * size / value.abs());
    near("u", output.u, u, 5e-6);
    match output.dof_eff {
        Some(found) if dof.is_finite() => near("dof", found, dof, 5e-5),
        found => assert!(found.is_none() && dof.is_infinite(), "dof {found:?}, {dof}"),
    }
    assert_eq!(output.budget.len(), rows.len());
    for (row, (name, _, stated, _, c)) in output.budget.iter().zip(rows) {
        if !matches!(stated, Exact) {
            near(name, row.c, *c, 2e-7);
        }
    }
}

#[test]
fn p1_bourdon_gauge_at_6_mpa() {
    let model = "p_ind - (6000 kPa + cal + drift + temp + ctl - (rho_f - 1.11 kg/m^3)*g*dh) \
                 + res + hys + tmp";
    let rows: [Row; 11] = [
        ("p_ind", "6100 kPa", Exact, "", 0.0),
        ("cal", "0 kPa", Expanded, "2 kPa", -1.0),
        ("drift", "0 kPa", Half, "2 kPa", -1.0),
        ("temp", "0 kPa", Half, "0.6 kPa", -1.0),
        ("ctl", "0 kPa", Half, "0.5 kPa", -1.0),
        ("rho_f", "914 kg/m^3", Half, "10 kg/m^3", -0.001_175_619_6),
        ("dh", "-0.12 m", Half, "0.005 m", 8.943_428_1),
        ("res", "0 kPa", Half, "20 kPa", 1.0),
        ("hys", "0 kPa", Half, "20 kPa", 1.0),
        ("tmp", "0 kPa", Half, "4 kPa", 1.0),
        ("g", "9.79683 m/s^2", Exact, "", 0.0),
    ];
    reproduces(&[("y", model, "kPa")], &rows, (98.926_788_623_4, 16.5692, MANY));
}

/// Deviation, b', b, h, standard uncertainty of the standard, and the result.
const P2: [[f64; 6]; 9] = [
    [0.008_333, 0.0, 0.0, 0.016_667, 0.005, 0.009_906_97],
    [0.043_333, 0.01, 0.01, 0.02, 0.011_25, 0.015_051_99],
    [0.07, 0.01, 0.01, 0.026_667, 0.0175, 0.020_788_84],
    [0.093_333, 0.01, 0.01, 0.04, 0.023_75, 0.027_641_68],
    [0.11, 0.01, 0.02, 0.04, 0.03, 0.033_541_02],
    [0.125, 0.01, 0.02, 0.036_667, 0.036_25, 0.038_958_52],
    [0.136_667, 0.01, 0.02, 0.033_333, 0.0425, 0.044_615_12],
    [0.146_667, 0.02, 0.02, 0.026_667, 0.048_75, 0.050_522_16],
    [0.156_667, 0.01, 0.02, 0.0, 0.055, 0.055_827_11],
];

#[test]
fn p2_digital_manometer_by_sequence_a() {
    for [deviation, b1, b, h, standard, wanted] in P2 {
        let half = |width: f64| format!("{} kPa", width / 2.0);
        let mut text = "[[model]]\nname = \"y\"\nunit = \"kPa\"\n\
                        expr = \"dev + std + r1 + r2 + f0 + b1 + b + h\"\n"
            .to_owned();
        text += &format!(
            "[[input]]\nname = \"dev\"\nvalue = \"{deviation} kPa\"\ndist = \"exact\"\n\
             [[input]]\nname = \"std\"\nvalue = \"0 kPa\"\ndist = \"normal\"\nu = \"{standard} kPa\"\n"
        );
        // Resolution 0.01 kPa twice, zero deviation 0.02 kPa.
        let widths = [("r1", 0.01), ("r2", 0.01), ("f0", 0.02), ("b1", b1), ("b", b), ("h", h)];
        for (name, width) in widths {
            text += &format!(
                "[[input]]\nname = \"{name}\"\nvalue = \"0 kPa\"\ndist = \"rectangular\"\na = \"{}\"\n",
                half(width)
            );
        }
        let (file, _) = budget_file::parse(&text).unwrap();
        let options = Options { method: Method::Gum, ..Options::default() };
        let answer = budget::evaluate("p2", &file, &options).unwrap();
        // The hysteresis is printed to five digits.
        near("u", answer.outputs[0].u, wanted, 2e-5);
    }
}

#[test]
fn p3_dead_weight_tester_of_3_mpa() {
    let model = "lib.dead_weight_pressure(m, rho_a, rho_m, g, theta, sigma, A0, lambda, alpha, t) \
                 + lib.head_pressure(rho_f, rho_a, g, h)";
    let rows: [Row; 12] = [
        ("m", "30.00012 kg", Expanded, "0.00012 kg", 99_896.363),
        ("rho_a", "1.0962 kg/m^3", Half, "0.01 kg/m^3", -382.657_12),
        ("rho_m", "7850 kg/m^3", Half, "40 kg/m^3", 0.053_319_222),
        ("g", "9.79683 m/s^2", Expanded, "0.00003 m/s^2", 305_982.79),
        ("sigma", "0.0312 N/m", Half, "0.003 N/m", 357.977_86),
        ("A0", "9.80512e-05 m^2", Expanded, "2.9e-09 m^2", -3.056_473e10),
        ("lambda", "3.2e-12 1/Pa", Half, "3e-13 1/Pa", -8.981_493_7e12),
        ("alpha", "2.3e-05 1/K", Half, "1e-06 1/K", -4_195_544.5),
        ("t", "21.4 degC", Half, "0.2 K", -68.926_803),
        ("rho_f", "912 kg/m^3", Half, "5 kg/m^3", 0.832_730_55),
        ("h", "0.085 m", Half, "0.001 m", 8923.9697),
        ("theta", "0.0003 rad", Exact, "", 0.0),
    ];
    reproduces(&[("y", model, "Pa")], &rows, (2_997_701.310_72, 46.1724, MANY));
}

#[test]
fn p4_transmitter_at_half_its_span() {
    let model = "I + dmm + res + supply + temp - ((16 mA)/(1.6 MPa)*(p + drift + head) + 4 mA)";
    let rows: [Row; 8] = [
        ("I", "12.0065 mA", Standard(5.0), "4.281744193e-4 mA", 1.0),
        ("dmm", "0 mA", Half, "0.0022006 mA", 1.0),
        ("res", "0 mA", Half, "5e-5 mA", 1.0),
        ("p", "0.8 MPa", Half, "0.0005 MPa", -10.0),
        ("drift", "0 MPa", Half, "0.0001 MPa", -10.0),
        ("head", "0 MPa", Half, "5e-6 MPa", -10.0),
        ("supply", "0 mA", Half, "0.0008 mA", 1.0),
        ("temp", "0 mA", Half, "0.00064 mA", 1.0),
    ];
    reproduces(&[("y", model, "mA")], &rows, (0.0065, 0.003_288_73, 17_402.0));
}

#[test]
fn f1_gravimetric_flow_with_diverter() {
    let models = [
        ("w", "W + cal + lin + r1 - r2 + splash", "kg"),
        ("C_b", "lib.buoyancy_factor(rho_a, lib.water_density(t_m), 8000 kg/m^3)", "1"),
        ("rho", "lib.water_density(t_m, p_m)*(1 + purity)", "kg/m^3"),
        ("y", "(w*C_b/rho + V_line*beta*dT)/(tau + dt)", "m^3/h"),
    ];
    let rows: [Row; 15] = [
        ("W", "125.312 kg", Exact, "", 0.0),
        ("cal", "0 kg", Expanded, "0.02 kg", 0.120_294_65),
        ("lin", "0 kg", Half, "0.01 kg", 0.120_294_65),
        ("r1", "0 kg", Half, "0.005 kg", 0.120_294_65),
        ("r2", "0 kg", Half, "0.005 kg", -0.120_294_65),
        ("splash", "0 kg", Half, "0.005 kg", 0.120_294_65),
        ("rho_a", "1.0962 kg/m^3", Half, "0.012 kg/m^3", 0.013_237_864),
        ("t_m", "21.35 degC", Half, "0.1 K", 0.003_340_146_6),
        ("p_m", "342500 Pa", Half, "5000 Pa", -6.884_625_9e-9),
        ("purity", "0 1", Half, "2e-5 1", -15.074_363),
        ("tau", "30.0124 s", Half, "0.0001 s", -0.502_236_02),
        ("dt", "0.0021 s", Standard(19.0), "0.006 s", -0.502_236_02),
        ("V_line", "0.15 m^3", Half, "0.01 m^3", 0.0),
        ("dT", "0 K", Half, "0.1 K", 0.003_958_086_9),
        ("beta", "2.2e-4 1/K", Exact, "", 0.0),
    ];
    reproduces(&models, &rows, (15.074_362_905_9, 0.003_391_35, 30.479));
}

#[test]
fn f2_master_meter() {
    let models = [
        ("V_s", "N_s/K_s/(1 + E_s + rep + drift)", "m^3"),
        ("V_ref", "V_s*lib.water_density(t_s, p_s)/lib.water_density(t_m, p_m)", "m^3"),
        ("y", "N/K/V_ref - 1", "%"),
    ];
    let rows: [Row; 11] = [
        ("N", "150432 1", Half, "1 1", 0.000_665_209_6),
        ("K", "30000 1/m^3", Exact, "", 0.0),
        ("E_s", "-0.04 %", Expanded, "0.1 %", 1.001_088_5),
        ("rep", "0 %", Standard(5.0), "0.012 %", 1.001_088_5),
        ("drift", "0 %", Half, "0.05 %", 1.001_088_5),
        ("N_s", "500871 1", Half, "1 1", -0.000_199_789_59),
        ("K_s", "100000 1/m^3", Exact, "", 0.0),
        ("t_s", "20.85 degC", Half, "0.1 K", 0.021_639_295),
        ("p_s", "395000 Pa", Half, "3000 Pa", -4.577_667_7e-8),
        ("t_m", "21.02 degC", Half, "0.1 K", -0.021_812_258),
        ("p_m", "372000 Pa", Half, "3000 Pa", 4.575_133_8e-8),
    ];
    reproduces(&models, &rows, (0.068_810_590_362_3, 0.059_061_2, 2921.2));
}

#[test]
fn f3_bell_prover() {
    let models = [
        ("V_b", "V_20*(1 + alpha*(t_b - 20 degC)) + pos + leak", "m^3"),
        ("V_ref", "V_b*(p_a + p_b)/(p_a + p_m)*kelvin(t_m)/kelvin(t_b)", "m^3"),
        ("y", "(V_i + res)/V_ref - 1", "%"),
    ];
    let rows: [Row; 11] = [
        ("V_i", "0.1008 m^3", Exact, "", 0.0),
        ("res", "0 m^3", Half, "2e-5 m^3", 998.056),
        ("V_20", "0.1 m^3", Expanded, "0.00015 m^3", -1006.0404),
        ("alpha", "3.45e-5 1/K", Half, "3e-6 1/K", -32.192_939),
        ("t_b", "20.32 degC", Half, "0.2 K", 0.339_337_82),
        ("t_m", "20.55 degC", Half, "0.2 K", -0.342_540_16),
        ("p_a", "92350 Pa", Half, "20 Pa", 1.235_010_7e-6),
        ("p_b", "1500 Pa", Half, "10 Pa", -0.001_071_966_4),
        ("p_m", "1392 Pa", Half, "10 Pa", 0.001_073_201_4),
        ("leak", "0 m^3", Half, "2e-5 m^3", -1006.0293),
        ("pos", "0 m^3", Half, "2e-5 m^3", -1006.0293),
    ];
    reproduces(&models, &rows, (0.604_044_610_211, 0.096_293_1, MANY));
}

/// F3_geom of the vectors: a bell that sinks raises the liquid, so that a stroke gives 0.6 % more than the
/// area inside it times its height (dossier 6.4).
#[test]
fn f3_geom_volume_of_a_bell_from_its_dimensions() {
    let models = [("y", "h*(A_i + A_in*A_w/(A_in + A_out - A_w))", "m^3")];
    let rows: [Row; 5] = [
        ("h", "0.5 m", Exact, "", 0.0),
        ("A_i", "0.19635 m^2", Exact, "", 0.0),
        ("A_in", "0.020 m^2", Exact, "", 0.0),
        ("A_out", "0.025 m^2", Exact, "", 0.0),
        ("A_w", "0.00251 m^2", Exact, "", 0.0),
    ];
    let volume = evaluated(&models, &rows).value;
    near("volume", volume, 0.098_765_727_229_936_46, 5e-12);
    near("naive", volume / (0.5 * 0.196_35), 1.006_017_08, 5e-8);
}

#[test]
fn f4_sonic_nozzle_in_moist_air() {
    let models = [
        ("x_v", "lib.vapour_fraction(T0, p0, RH)", "1"),
        ("M", "lib.air_molar_mass(x_v)", "kg/mol"),
        ("C", "lib.air_critical_flow_function(kelvin(T0), p0, x_v)*(1 + dC)", "1"),
        ("q_1", "lib.nozzle_mass_flow(d, 1, C, p0, kelvin(T0), M)*(1 + dCd)", "kg/s"),
        ("Re_1", "4*q_1/(pi*d*lib.air_viscosity(kelvin(T0)))", "1"),
        ("q_m", "q_1*lib.settled_discharge_coefficient(a, b, 0.5, Re_1)", "kg/s"),
        ("rho_m", "p_m*M/(lib.air_compressibility(T_m, p_m, x_v)*R*kelvin(T_m))", "kg/m^3"),
        ("y", "(V_i + res)/(q_m/rho_m*tau) - 1", "%"),
    ];
    let rows: [Row; 14] = [
        ("d", "0.005 m", Exact, "", 0.0),
        ("a", "0.9959 1", Exact, "", 0.0),
        ("b", "2.72 1", Exact, "", 0.0),
        ("dC", "0 1", Half, "0.0004 1", -99.472),
        ("dCd", "0 1", Expanded, "0.002 1", -99.472),
        ("p0", "91950 Pa", Half, "30 Pa", -0.001_080_158_1),
        ("T0", "20.27 degC", Half, "0.2 K", 0.160_058_91),
        ("RH", "0.45 1", Half, "0.05 1", -0.423_308_13),
        ("p_m", "92150 Pa", Half, "30 Pa", 0.001_073_676_5),
        ("T_m", "20.45 degC", Half, "0.2 K", -0.337_774_78),
        ("V_i", "0.4 m^3", Exact, "", 0.0),
        ("tau", "105.2 s", Half, "0.005 s", -0.940_163_15),
        ("res", "0 m^3", Half, "0.0001 m^3", 247.262_91),
        ("R", "8.314462618 J/(mol*K)", Exact, "", 0.0),
    ];
    reproduces(&models, &rows, (-1.094_836_770_7, 0.115_506, MANY));
}

#[test]
fn f5_volumetric_tank() {
    let model = "(V_20 + neck + film)*(1 + 3*alpha*(t_t - 20 degC))*lib.water_density(t_t)\
                 /lib.water_density(t_m, p_m)";
    let rows: [Row; 7] = [
        ("V_20", "0.5 m^3", Expanded, "0.0001 m^3", 999.967_83),
        ("neck", "0.00012 m^3", Half, "3e-5 m^3", 999.967_83),
        ("alpha", "1.65e-5 1/K", Half, "1e-6 1/K", 3150.3272),
        ("t_t", "22.1 degC", Half, "0.15 K", -0.089_597_407),
        ("t_m", "21.9 degC", Half, "0.15 K", 0.113_474_8),
        ("p_m", "300000 Pa", Half, "5000 Pa", -2.280_056_1e-7),
        ("film", "0 m^3", Half, "2e-5 m^3", 999.967_83),
    ];
    reproduces(&[("y", model, "L")], &rows, (500.103_913_516, 0.055_620_7, MANY));
}

#[test]
fn f6_clamp_on_ultrasonic_meter() {
    let models = [
        ("D", "C/pi - tape - 2*wall", "m"),
        ("q", "pi/4*D^2*v*(1 + inst + prof + rep)", "m^3/h"),
        ("y", "Q/q - 1", "%"),
    ];
    let rows: [Row; 8] = [
        ("C", "1.98135 m", Half, "0.001 m", -101.216_74),
        ("tape", "0.0002 m", Half, "5e-5 m", 317.981_77),
        ("wall", "0.00912 m", Standard(9.0), "0.00015 m", 635.963_54),
        ("v", "1.2034 m/s", Expanded, "0.0072204 m/s", -80.888_402),
        ("inst", "0 1", Half, "0.008 1", -97.341_103),
        ("prof", "0 1", Half, "0.006 1", -97.341_103),
        ("rep", "0 1", Standard(9.0), "0.0012 1", -97.341_103),
        ("Q", "1241.5 m^3/h", Half, "0.1 m^3/h", 0.078_406_043),
    ];
    reproduces(&models, &rows, (-2.658_897_194_29, 0.653_747, 6111.6));
}

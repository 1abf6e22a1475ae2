use super::*;
use crate::budget_file::parse;

const GAUGE: &str = r#"
title = "end gauge, two inputs"
[[model]]
name = "l"
expr = "ls + d"
unit = "nm"
[[input]]
name = "ls"
label = "标准量块"
value = "50.000623 mm"
dist = "normal"
u = "25 nm"
dof = 18
[[input]]
name = "d"
value = "215 nm"
dist = "uniform"
a = "10 nm"
[[expect]]
output = "l"
quantity = "value"
value = 50000838.0
tol = 1e-6
[[expect]]
output = "l"
quantity = "u"
value = 1.0
tol = 1e-6
"#;

fn answer(text: &str, options: &Options) -> Answer {
    let (file, _) = parse(text).unwrap_or_else(|findings| panic!("{findings:?}"));
    evaluate("gauge.toml", &file, options).unwrap()
}

fn options() -> Options {
    Options { trials: Trials::Fixed(20_000), check: true, ..Options::default() }
}

#[test]
fn the_json_document_has_the_keys_that_scripts_rely_on() {
    let json: serde_json::Value = serde_json::from_str(&answer(GAUGE, &options()).json()).unwrap();
    let output = &json["outputs"][0];
    for key in [
        "name",
        "unit",
        "value",
        "u",
        "dof_eff",
        "p",
        "k",
        "U",
        "u_second_order",
        "budget",
        "mcm",
        "coverage",
    ] {
        assert!(!output[key].is_null(), "{key}: {output}");
    }
    for key in ["input", "value", "unit", "u", "distribution", "c", "u_y", "share"] {
        assert!(!output["budget"][0][key].is_null(), "{key}");
    }
    assert!(output["budget"][1]["dof"].is_null(), "infinite is null");
    for key in [
        "trials",
        "converged",
        "seed",
        "generator",
        "mean",
        "u",
        "lo_sym",
        "hi_sym",
        "lo_short",
        "hi_short",
        "gum_validated",
        "delta",
        "d_low",
        "d_high",
        "reason",
    ] {
        assert!(!output["mcm"][key].is_null(), "{key}");
    }
    for key in ["p", "k", "U", "lo_sym"] {
        assert!(!output["coverage"][0][key].is_null(), "{key}");
    }
    for key in ["output", "quantity", "got", "wanted", "tol", "ok"] {
        assert!(!json["checks"][0][key].is_null(), "{key}");
    }
    assert_eq!(json["file"], "gauge.toml");
    assert!(json["covariance"][0][0].is_number() && json["region"].is_null());
}

#[test]
fn the_table_is_aligned_also_with_wide_characters() {
    let table = answer(GAUGE, &options()).table();
    let share = |line: &str| {
        let before = line.split('%').next().unwrap();
        before.chars().map(|c| if c > '\u{2e80}' { 2 } else { 1 }).sum::<usize>()
    };
    let rows: Vec<&str> = table.lines().filter(|line| line.contains(" %")).collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert_eq!(share(rows[0]), share(rows[1]), "{table}");
    assert!(table.starts_with("l = (50000838 ± 54) nm"), "{table}");
    assert!(rows[0].ends_with('█') || rows[0].contains('█'), "{table}");
}

#[test]
fn a_missed_expectation_is_said() {
    let answer = answer(GAUGE, &options());
    assert!(!answer.holds());
    let lines = answer.checks_as_lines();
    let verdicts: Vec<&str> = lines.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(verdicts, ["ok", "MISS"]);
}

#[test]
fn comma_separated_values_are_one_line_per_row() {
    let text = GAUGE.replace("标准量块", "=HYPERLINK(1), \\\"x\\\"");
    let csv = answer(&text, &options()).csv();
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.contains("\"'=HYPERLINK(1), \"\"x\"\"\""), "{csv}");
}

#[test]
fn the_method_decides_what_is_answered() {
    let gum = answer(GAUGE, &Options { method: Method::Gum, ..options() });
    assert!(gum.outputs[0].mcm.is_none() && gum.outputs[0].coverage[0].ends.is_none());
    let several = Options { probabilities: vec![0.99, 0.95], ..options() };
    let several = answer(GAUGE, &several);
    assert_eq!(several.outputs[0].coverage.len(), 2);
    assert!((several.outputs[0].p.unwrap() - 0.99).abs() < 1e-15);
    let adaptive = answer(GAUGE, &Options { trials: Trials::Adaptive, ..options() });
    assert!(adaptive.outputs[0].mcm.as_ref().unwrap().converged);
}

/// A reflection coefficient, written with complex numbers and by hand in parts.
#[test]
fn a_complex_model_has_the_budget_of_its_parts() {
    let inputs = r#"
[[input]]
name = "Z.re"
value = 46.8
dist = "normal"
u = 0.4
[[input]]
name = "Z.im"
value = 17.6
dist = "normal"
u = 0.7
[[correlation]]
a = "Z.re"
b = "Z.im"
r = 0.3
"#;
    let complex = "[[model]]\nname = \"G\"\ncomplex = true\nexpr = \"(Z - 50)/(Z + 50)\"\n";
    let parts = r#"
[[model]]
name = "d"
expr = "(Z.re + 50)^2 + Z.im^2"
[[model]]
name = "re"
expr = "((Z.re - 50)*(Z.re + 50) + Z.im^2)/d"
[[model]]
name = "im"
expr = "(Z.im*(Z.re + 50) - (Z.re - 50)*Z.im)/d"
"#;
    let gum = Options { method: Method::Gum, ..options() };
    let (by_pair, by_hand) =
        (answer(&(complex.to_owned() + inputs), &gum), answer(&(parts.to_owned() + inputs), &gum));
    let names: Vec<&str> = by_pair.outputs.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["G.re", "G.im"]);
    for (pair, hand) in by_pair.outputs.iter().zip(&by_hand.outputs) {
        assert!((pair.value - hand.value).abs() < 1e-15 && (pair.u - hand.u).abs() < 1e-15);
    }
    assert!((by_pair.correlation[0][1] - by_hand.correlation[0][1]).abs() < 1e-12);
    let refused = parse(&(complex.replace("Z + 50", "Y + 50") + inputs));
    assert!(refused.unwrap_err().iter().any(|finding| finding.code == "X021"));
}

/// The same reflection coefficient as above, with units: Z in kilohms against 50 Ω.
#[test]
fn a_complex_model_checks_its_units_and_converts_them() {
    let text = r#"
[[model]]
name = "G"
complex = true
unit = "%"
expr = "(Z - '50 ohm')/(Z + '50 ohm')"
[[input]]
name = "Z.re"
value = "0.0468 kohm"
dist = "normal"
u = "0.4 ohm"
[[input]]
name = "Z.im"
value = "17.6 ohm"
dist = "normal"
u = "0.7 ohm"
[[correlation]]
a = "Z.re"
b = "Z.im"
r = 0.3
"#;
    let gum = Options { method: Method::Gum, ..options() };
    let with_units = answer(text, &gum);
    let bare = text.replace(" kohm", "").replace("0.0468", "46.8").replace("unit = \"%\"\n", "");
    let plain = answer(&bare.replace(" ohm", ""), &gum);
    for (found, wanted) in with_units.outputs.iter().zip(&plain.outputs) {
        assert_eq!(found.unit, "%");
        assert!((found.value - 100.0 * wanted.value).abs() < 1e-13, "{}", found.value);
        assert!((found.u - 100.0 * wanted.u).abs() < 1e-13, "{}", found.u);
    }
    for (from, to, code) in [
        ("unit = \"%\"", "unit = \"ohm\"", "B013"),
        ("/(Z + '50 ohm')", "/(Z + 50)", "X020"),
        (
            "value = \"17.6 ohm\"\ndist = \"normal\"\nu = \"0.7 ohm\"",
            "value = \"17.6 V\"\ndist = \"exact\"",
            "B016",
        ),
        ("(Z - '50 ohm')", "polar(Z, Z)", "X020"),
    ] {
        let findings = parse(&text.replace(from, to)).unwrap_err();
        assert!(findings.iter().any(|finding| finding.code == code), "{to}: {findings:?}");
    }
}

/// GTC 1.5.1: v, i, p = type_a.multi_estimate_real((V, I, phi)),
/// e = ureal(0, 0.001, 12), z = (v + e)/i; u and df of z cos p, z sin p and z.
#[test]
fn gum_h_2_joint_observations_are_one_ensemble_as_gtc_has_it() {
    let text = r#"
correlated_dof = "ensemble"
[data]
V = [5.007, 4.994, 5.005, 4.99, 4.999]
I = [0.019663, 0.019639, 0.01964, 0.019685, 0.019678]
phi = [1.0456, 1.0438, 1.0468, 1.0428, 1.0433]
[[model]]
name = "R"
expr = "(V + e)/I*cos(phi)"
[[model]]
name = "X"
expr = "(V + e)/I*sin(phi)"
[[model]]
name = "Z"
expr = "(V + e)/I"
[[input]]
name = "e"
value = 0
dist = "normal"
u = 0.001
dof = 12
"#;
    let gum = Options { method: Method::Gum, ..options() };
    let found = answer(text, &gum);
    let wanted = [
        (0.075_525_004_900_512_48, 5.072_610_934_569_692),
        (0.298_835_408_032_639_8, 4.178_373_282_729_298),
        (0.241_747_225_220_956_82, 4.375_977_424_821_211),
    ];
    for (output, (u, dof)) in found.outputs.iter().zip(wanted) {
        assert!((output.u / u - 1.0).abs() < 1e-9, "{} {}", output.name, output.u);
        assert!((output.dof_eff.unwrap() / dof - 1.0).abs() < 1e-9, "{:?}", output.dof_eff);
    }
    // The policy refuses what was not observed together, and says what it covers.
    let other = text.to_owned() + "[[correlation]]\na = \"e\"\nb = \"V\"\nr = 0.1\n";
    let (file, _) = parse(&other).unwrap();
    let refused = crate::budget::evaluate("x", &file, &gum).unwrap_err().to_string();
    assert!(refused.contains("correlated_dof"), "{refused}");
    let unknown = parse(&text.replace("\"ensemble\"", "\"ensembel\"")).unwrap_err();
    assert!(unknown.iter().any(|finding| finding.code == "B042"));
}

/// JCGM 101, 6.5: what an earlier calculation found is an input of the next one.
#[test]
fn histograms_and_samples_are_inputs_with_their_own_mean_and_spread() {
    let text = r#"
[[model]]
name = "y"
expr = "a + b"
unit = "mm"
[[input]]
name = "a"
unit = "um"
dist = "histogram"
edges = [0, 1, 3]
counts = [1, 3]
[[input]]
name = "b"
value = "0 mm"
dist = "exact"
"#;
    let many = Options { trials: Trials::Fixed(400_000), ..options() };
    let found = answer(text, &many);
    let y = &found.outputs[0];
    // By hand: mean 1.625, variance 10/3 - 1.625².
    let u = (10.0 / 3.0 - 1.625 * 1.625_f64).sqrt();
    assert!((y.value - 1.625e-3).abs() < 1e-17 && (y.u - u * 1e-3).abs() < 1e-17, "{y:?}");
    let mcm = y.mcm.as_ref().unwrap();
    // Five sampling deviations of 400 000 trials.
    assert!((mcm.u / y.u - 1.0).abs() < 6e-3 && (mcm.mean - y.value).abs() < 8e-3 * y.u);
    // Quantiles by hand: 2.5 % lies at 0.1, 97.5 % at 1 + 2 (0.725/0.75).
    let ends = mcm.ends;
    assert!(
        (ends.lo_sym - 0.1e-3).abs() < 1e-5 && (ends.hi_sym - 2.9333e-3).abs() < 1e-5,
        "{ends:?}"
    );
    let values: Vec<String> = (0..200).map(|i| (i * i % 211).to_string()).collect();
    let sample = text
        .replace("\"histogram\"", "\"sample\"")
        .replace("edges = [0, 1, 3]\n", "")
        .replace("counts = [1, 3]", &format!("values = [{}]", values.join(", ")));
    let found = answer(&sample, &many);
    let y = &found.outputs[0];
    assert_eq!(y.budget[0].distribution, "sample");
    assert!((y.mcm.as_ref().unwrap().u / y.u - 1.0).abs() < 6e-3);
    for (from, to, code) in [
        ("counts = [1, 3]", "counts = [1]", "B038"),
        ("counts = [1, 3]", "", "B038"),
        ("counts = [1, 3]", "counts = [1, 3]\nvalues = [1]", "B038"),
        ("edges = [0, 1, 3]", "edges = [0, 3, 1]", "B038"),
        ("counts = [1, 3]", "counts = [1, 3]\nvalue = 2", "B034"),
        ("\"histogram\"", "\"sample\"", "B032"),
        ("\"histogram\"", "\"normal\"", "B032"),
        ("counts = [1, 3]", "counts = 3", "B020"),
    ] {
        let findings = parse(&text.replace(from, to)).unwrap_err();
        assert!(findings.iter().any(|finding| finding.code == code), "{to}: {findings:?}");
    }
    let part = "value = \"0 mm\"\n[[input.component]]\nname = \"p\"\n";
    let in_component = text.replace(
        "value = \"0 mm\"\ndist = \"exact\"",
        &format!("{part}dist = \"histogram\"\nedges = [0, 1]\ncounts = [1]"),
    );
    assert!(parse(&in_component).unwrap_err().iter().any(|finding| finding.code == "B039"));
}

/// SI Brochure, table 8: 20 dB is ten times a field quantity, hundred times a power.
#[test]
fn levels_in_decibels_are_ratios_of_field_quantities() {
    let text = r#"
[[model]]
name = "U"
expr = "U0*exp(-A)"
unit = "mV"
[[model]]
name = "L"
expr = "log(U/U0)"
unit = "dB"
[[input]]
name = "U0"
value = "1 V"
dist = "exact"
[[input]]
name = "A"
value = "20 dB"
dist = "normal"
u = "0.1 dB"
"#;
    let gum = Options { method: Method::Gum, ..options() };
    let text = text.replace("unit = \"mV\"", "unit = \"mV\"\noutput = true");
    let answer = answer(&text, &gum);
    let [voltage, level] = answer.outputs.as_slice() else { panic!("two outputs") };
    assert!((voltage.value - 100.0).abs() < 1e-10);
    // 0.1 dB is ln(10)/200 of the value.
    assert!((voltage.u - 100.0 * std::f64::consts::LN_10 / 200.0).abs() < 1e-10);
    assert!((level.value + 20.0).abs() < 1e-12 && (level.u - 0.1).abs() < 1e-12);
}

/// The sum of a bivariate t is a t: its interval is known exactly.
#[test]
fn correlated_t_inputs_of_one_series_reach_their_extremes_together() {
    let text = r#"
[[model]]
name = "y"
expr = "a + b"
[[input]]
name = "a"
value = 0
dist = "t"
u = 1
dof = 5
[[input]]
name = "b"
value = 0
dist = "t"
u = 1
dof = 5
[[correlation]]
a = "a"
b = "b"
r = 0.5
"#;
    let half = |text: &str| {
        let (trials, probabilities) = (Trials::Fixed(1_000_000), vec![0.99]);
        let options = Options { trials, probabilities, ..Options::default() };
        let ends = answer(text, &options).outputs[0].mcm.as_ref().unwrap().ends;
        0.5 * (ends.hi_sym - ends.lo_sym)
    };
    let joint = half(&format!("{text}[copula]\nkind = \"t\"\ndof = 5\n"));
    // t(0.995, 5) = 4.0321 (GUM, table G.2) times the root of 1 + 1 + 2 · 0.5.
    assert!((joint - 4.032_142_983_6 * 3f64.sqrt()).abs() < 0.08, "{joint}");
    // With the Gaussian copula 6.757 (numpy, 4·10^6 trials): lighter joint tails.
    let gaussian = half(text);
    assert!((gaussian - 6.757).abs() < 0.08, "{gaussian}");
    let wrong = format!("{text}[copula]\nkind = \"t\"\n");
    assert!(parse(&wrong).unwrap_err().iter().any(|finding| finding.code == "B041"));
}

#[test]
fn the_picture_is_well_formed_and_names_its_output() {
    let svg = answer(GAUGE, &options()).svg();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("class=\"bar\"") && svg.contains("class=\"curve\""));
    assert!(svg.contains("l = (50000838 ± 54) nm") && !svg.contains("NaN"), "{svg}");
    let file = Answer { file: "<a & \"b\">".to_owned(), ..answer(GAUGE, &options()) };
    assert!(file.svg().contains("<title>&lt;a &amp; &quot;b&quot;&gt;</title>"));
}

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

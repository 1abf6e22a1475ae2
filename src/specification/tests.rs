use std::collections::BTreeMap;

use super::capability::NoCapability;
use super::*;

/// The table of the design, a calibrator's data sheet in form.
const SHEET: &str = r#"
schema = "etalon.spec/1"
[spec]
id      = "acme.5xx.source"
source  = "data sheet 2024-05, p. 12"
kind    = "uncertainty"
level   = { k = "2" }
combine = "sum"
value   = "V"
conditions = { t = "23 degC +- 5 K", since_cal = "365 d" }
columns = ["fn", "range", "V_lo", "V_hi", "f_lo", "f_hi", "of_value", "of_range", "floor"]
units   = ["-",  "-",     "V",    "V",    "Hz",   "Hz",   "uV/V",     "uV/V",     "uV"]
rows = [
  ["Source.Voltage.DC",          "3 V",  "0",    "3.3", "",   "",    "11",  "0", "2"],
  ["Source.Voltage.DC",          "30 V", "3.3",  "33",  "",   "",    "12",  "0", "20"],
  ["Source.Voltage.AC.Sinewave", "3 V",  "0.33", "3.3", "45", "1e4", "150", "5", "60"],
]
on_gap = "error"
on_overlap = "first"
"#;

fn at(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
    pairs.iter().map(|(name, si)| ((*name).to_owned(), *si)).collect()
}

fn sheet(text: &str) -> Specification {
    let read = check(text);
    read.value.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-12 * wanted.max(1.0), "{found} instead of {wanted}");
}

/// By hand: 11e-6 x 1 V + 2 µV = 13 µV; 12e-6 x 10 V + 20 µV = 140 µV.
#[test]
fn limit_is_the_sum_of_share_and_floor_of_the_row_that_holds() {
    let spec = sheet(SHEET);
    let dc = |volts: f64| {
        spec.capability("Source.Voltage.DC", &at(&[("V", volts), ("f", 0.0)])).expect("a row")
    };
    close(dc(1.0).limit, 13e-6);
    close(dc(1.0).standard, 6.5e-6);
    assert_eq!((dc(10.0).range.as_deref(), dc(10.0).row), (Some("30 V"), 2));
    close(dc(10.0).limit, 140e-6);
}

/// By hand, parts 150e-6 x 2 V = 300 µV, 5e-6 x 3 V = 15 µV, 60 µV: sum 375 µV, root of
/// squares sqrt(300² + 15² + 60²) = 306.30867 µV, largest 300 µV.
#[test]
fn combination_is_the_one_the_file_names() {
    for (word, wanted) in [("sum", 375e-6), ("rss", 306.308_667_85e-6), ("max", 300e-6)] {
        let spec = sheet(&SHEET.replace("\"sum\"", &format!("\"{word}\"")));
        let point = at(&[("V", 2.0), ("f", 1000.0)]);
        let found = spec.capability("Source.Voltage.AC.Sinewave", &point).expect("a row");
        assert!((found.limit - wanted).abs() < 5e-14, "{word}: {}", found.limit);
    }
    let spec = sheet(&SHEET.replace("{ k = \"2\" }", "{ dist = \"rectangular\" }"));
    let found =
        spec.capability("Source.Voltage.DC", &at(&[("V", 1.0), ("f", 0.0)])).expect("a row");
    assert!((found.standard - 7.505_553_5e-6).abs() < 5e-14, "13 / sqrt 3: {}", found.standard);
}

#[test]
fn a_point_between_rows_is_refused_and_never_taken_to_the_nearest() {
    let spec = sheet(SHEET);
    let none = spec.capability("Source.Voltage.AC.Sinewave", &at(&[("V", 1.0), ("f", 20.0)]));
    assert!(matches!(none, Err(NoCapability::Gap { .. })), "{none:?}");
    let none = spec.capability("Source.Voltage.AC.Sinewave", &at(&[("V", 1.0)]));
    assert!(matches!(none, Err(NoCapability::Unstated { .. })), "{none:?}");
}

#[test]
fn each_rule_of_a_specification_has_its_finding() {
    let cases = [
        ("\"f_hi\"", "\"f_high\"", "S0101"),
        ("[\"Source.Voltage.DC\",          \"3 V\",", "[\"Source.Voltage.DC\",", "S0102"),
        ("\"11\"", "\"eleven\"", "S0103"),
        ("\"0.33\"", "\"3.4\"", "S0104"),
        ("on_overlap = \"first\"", "on_overlap = \"error\"", ""),
        ("\"uV\"]", "\"A\"]", "S0106"),
        ("{ k = \"2\" }", "{ k = \"0\" }", "S0107"),
        ("\"Source.Voltage.AC.Sinewave\"", "\"volts\"", "S0108"),
    ];
    for (from, to, code) in cases {
        assert!(SHEET.contains(from), "{from}");
        let codes: Vec<String> = check(&SHEET.replacen(from, to, 1))
            .diagnostics
            .into_iter()
            .map(|one| one.code)
            .collect();
        let wanted: Vec<&str> = if code.is_empty() { Vec::new() } else { vec![code] };
        assert_eq!(
            codes.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
            wanted.into_iter().collect(),
            "{to}"
        );
    }
    let twice = SHEET
        .replace("on_overlap = \"first\"", "on_overlap = \"error\"")
        .replace("\"3.3\",  \"33\"", "\"3\",  \"33\"");
    let codes: Vec<String> = check(&twice).diagnostics.into_iter().map(|one| one.code).collect();
    assert_eq!(codes, ["S0105"]);
}

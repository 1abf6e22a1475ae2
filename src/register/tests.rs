use super::*;

/// A register file of the demonstration with another calibration in it.
fn standard(calibration: &str) -> Standard {
    let read = check(&text(calibration));
    read.value.unwrap_or_else(|| panic!("{:?}", read.diagnostics))
}

fn text(calibration: &str) -> String {
    format!(
        r#"
schema = "etalon.register/1"
[standard]
id = "P1"
name = {{ en = "Pressure standard", zh = "压力标准器" }}
maker = "ETALON"
model = "X"
serial = "1"
location = "bench"
functions = ["Measure.Pressure.Pneumatic.Gage.Static"]
traceable = true
[[status]]
on = "2026-01-01"
status = "received"
by = "a"
reason = "new"
[[calibration]]
certificate = "C-1"
laboratory = {{ en = "Institute", zh = "计量院" }}
performed = "2026-01-02"
issued = "2026-01-03"
procedure = "in-house"
conditions = "23 degC"
traceability = {{ en = "to the SI", zh = "溯源至 SI" }}
k = "2"
p = "0.95"
{calibration}
"#
    )
}

const ROWS: &str = r#"
load = ["p"]
load_units = ["MPa"]
states = ["correction", "U"]
state_units = ["kPa", "kPa"]
rows = [["0", "0.00", "0.10"], ["5", "1.00", "0.30"], ["10", "4.00", "0.20"]]
"#;

fn at(mpa: f64) -> Load {
    Load::default().with_number("p", mpa * 1e6)
}

fn stated(standard: &Standard, name: &str, mpa: f64) -> String {
    match standard.certified(name, &at(mpa)) {
        Ok(found) => found.value.to_string(),
        Err(refused) => refused.to_string(),
    }
}

/// By hand: 2 MPa is two fifths of the way from 0.00 to 1.00, 7.5 MPa half of that from 1 to 4.
#[test]
fn between_rows_the_value_lies_on_a_line_and_the_larger_uncertainty_counts() {
    let rule = "interpolation = { rule = \"linear\", column = \"p\", larger = [\"U\"] }";
    let own = standard(&format!("{rule}{ROWS}"));
    assert_eq!(stated(&own, "correction", 2.0), "0.4 kPa");
    assert_eq!(stated(&own, "correction", 7.5), "2.5 kPa");
    assert_eq!(stated(&own, "U", 2.0), "0.30 kPa");
    assert_eq!(stated(&own, "U", 7.5), "0.30 kPa");
    assert_eq!(stated(&own, "correction", 5.0), "1.00 kPa", "a row that is met, as written");
    let source = own.certified("correction", &at(2.0)).unwrap().source;
    assert!(source.contains("rows 1 and 2, linear in p"), "{source}");
    assert!(stated(&own, "correction", 10.1).contains("no row"), "nothing beyond the rows");
}

#[test]
fn a_linear_rule_that_does_not_say_what_becomes_of_uncertainties_is_refused() {
    let rule = "interpolation = { rule = \"linear\", column = \"p\" }";
    let codes: Vec<String> = check(&text(&format!("{rule}{ROWS}")))
        .diagnostics
        .into_iter()
        .map(|one| one.code)
        .collect();
    assert_eq!(codes, ["R0127"]);
}

const FUNCTIONS: &str = r#"
[[calibration.function]]
name = "correction"
unit = "kPa"
polynomial = ["0.5", "-0.1", "0.02"]
over = [{ quantity = "p", from = "0 MPa", to = "10 MPa" }]
[[calibration.function]]
name = "U"
unit = "kPa"
equation = "0.1 kPa + 2e-5 * p"
over = [{ quantity = "p", from = "0 MPa", to = "10 MPa" }]
"#;

/// By hand at 5 MPa: 0.5 - 0.1 x 5 + 0.02 x 25 = 0.5 kPa; 0.1 kPa + 2e-5 x 5000 kPa = 0.2 kPa.
#[test]
fn certificate_that_states_an_equation_and_a_polynomial_answers_within_their_ranges() {
    let own = standard(FUNCTIONS);
    assert_eq!(stated(&own, "correction", 5.0), "0.5 kPa");
    assert_eq!(stated(&own, "U", 5.0), "0.2 kPa");
    assert!(stated(&own, "U", 10.5).contains("p from 0 MPa to 10 MPa"));
    let none = own.certified("U", &Load::default());
    assert!(matches!(none, Err(LookupRefusal::IncompleteLoad { .. })), "{none:?}");
    assert!(own.certified_names().contains_key("correction"));
}

#[test]
fn functions_that_cannot_be_evaluated_are_found_in_the_file() {
    for (from, to) in [
        ("2e-5 * p", "2e-5 * q"),
        ("0.1 kPa + 2e-5 * p", "0.1 K"),
        ("equation = ", "polynomial = [\"1\"]\nequation = "),
        ("\"-0.1\"", "\"minus\""),
    ] {
        assert!(FUNCTIONS.contains(from), "{from}");
        let found = check(&text(&FUNCTIONS.replacen(from, to, 1))).diagnostics;
        let codes: Vec<&str> = found.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["R0131"], "{to}");
    }
}

#[test]
fn a_group_of_certificates_is_read() {
    let own = standard(&format!("group = \"kilogram-2026\"\n{FUNCTIONS}"));
    assert_eq!(own.calibration().unwrap().group.as_deref(), Some("kilogram-2026"));
}

//! Half-widths that grow with the time since the calibration.

use jiff::civil::Date;

use crate::register::{Load, LookupRefusal, check};

/// A standard that was measured on 2026-01-02, with a law of drift.
fn text(law: &str) -> String {
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
load = ["p"]
load_units = ["MPa"]
states = ["U"]
state_units = ["kPa"]
interpolation = {{ rule = "exact" }}
rows = [["1", "0.10"]]
[calibration.drift]
source = "six calibrations"
{law}
"#
    )
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Value and origin of the drift on a day.
fn drift(law: &str, on: Option<&str>) -> Result<(String, String), LookupRefusal> {
    let read = check(&text(law));
    let standard = read.value.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
    let found = match on {
        Some(on) => standard.certified_on("drift", &Load::default(), day(on)),
        None => standard.certified("drift", &Load::default()),
    };
    found.map(|own| (own.value.to_string(), own.source))
}

/// By hand: 487 days are 487 / 365.25 = 1.333333… years; 0.2 kPa + 1.3333 x 0.3 kPa = 0.6 kPa.
#[test]
fn half_width_that_grows_is_that_of_the_day() {
    let law = "half = \"0.2 kPa\"\nper_year = \"0.3 kPa\"";
    let (value, source) = drift(law, Some("2027-05-04")).unwrap();
    assert_eq!(value, "0.6 kPa");
    assert!(source.contains("drift after 487 d (0.2 kPa + 0.3 kPa per year): six calibrations"));
    assert_eq!(drift(law, Some("2026-01-02")).unwrap().0, "0.2 kPa", "on the day itself");
    let rate = "per_year = \"0.3 kPa\"";
    assert_eq!(drift(rate, Some("2027-05-04")).unwrap().0, "0.4 kPa");
}

/// By hand at 1461 days, which are 4 years: 0.1 + 0.05 x 4 + 0.02 x 16 = 0.62 kPa.
#[test]
fn polynomial_of_the_years_is_that_of_the_day() {
    let law = "unit = \"kPa\"\npolynomial = [\"0.1\", \"0.05\", \"0.02\"]";
    let (value, source) = drift(law, Some("2030-01-02")).unwrap();
    assert_eq!(value, "0.62 kPa");
    assert!(source.contains("(0.1 + 0.05 t + 0.02 t^2) kPa, t in years"), "{source}");
}

#[test]
fn constant_half_width_is_as_written_whatever_the_day() {
    let law = "half = \"0.20 kPa\"";
    assert_eq!(drift(law, None).unwrap(), drift(law, Some("2031-01-01")).unwrap());
    assert_eq!(drift(law, None).unwrap().0, "0.20 kPa");
}

#[test]
fn nothing_is_known_of_a_drift_before_its_calibration_or_without_a_day() {
    let law = "per_year = \"0.3 kPa\"";
    for on in [Some("2026-01-01"), None] {
        let refused = drift(law, on).unwrap_err();
        assert!(matches!(refused, LookupRefusal::NoDrift { .. }), "{refused}");
    }
}

#[test]
fn drift_that_shrinks_or_mixes_quantities_is_a_finding_in_the_file() {
    for law in [
        "half = \"-0.2 kPa\"",
        "per_year = \"-0.3 kPa\"",
        "half = \"0.2 kPa\"\nper_year = \"0.3 K\"",
        "unit = \"kPa\"\npolynomial = [\"0.1\", \"-0.05\"]",
        "unit = \"kPa\"\npolynomial = []",
        "unit = \"furlong\"\npolynomial = [\"1\"]",
        "half = \"0.2 kPa\"\nunit = \"kPa\"\npolynomial = [\"1\"]",
    ] {
        let codes: Vec<String> =
            check(&text(law)).diagnostics.into_iter().map(|one| one.code).collect();
        assert!(codes.contains(&"R0132".to_owned()), "{law}: {codes:?}");
    }
}

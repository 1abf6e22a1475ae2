//! Equations of reports in MSL's form.

use super::{Said, read};
use crate::register::import::{Arrival, Import};
use crate::register::{Load, Standard, Status, check};

/// An invented hygrometer in MSL's form: one report with an equation of two variables.
const HYGROMETER: &str = r#"<register team="Mass" xmlns="https://measurement.govt.nz/equipment-register">
<equipment traceable="true"><id>MSLE.M.020</id><manufacturer>Maker</manufacturer><model>H</model><serial>9</serial>
<description>Hygrometer</description><location>Laboratory</location><status>Active</status>
<calibrations><measurand quantity="Humidity" calibrationInterval="2"><component name="Probe 1">
<report id="H/2026/1" enteredBy="A"><reportIssueDate>2026-03-02</reportIssueDate><measurementStartDate>2026-02-01</measurementStartDate>
<measurementStopDate>2026-02-03</measurementStopDate><issuingLaboratory>MSL</issuingLaboratory><technicalProcedure>MSLT.H.1</technicalProcedure>
<conditions/><acceptanceCriteria/>
<equation><value variables="R T">R - 0.5 + 2e-2*R + 1e-3*pow(R,2) - 4e-3*R*(T - 20)</value>
<uncertainty variables="R">0.45/2 + 1e-3*R</uncertainty><unit>%rh</unit>
<ranges><range variable="R"><minimum>30</minimum><maximum>80</maximum></range>
<range variable="T"><minimum>15</minimum><maximum>25</maximum></range></ranges><degreeFreedom>37</degreeFreedom></equation>
</report></component></measurand></calibrations></equipment></register>"#;

const NAMES: &str = "corrected=value,rh=R in %RH,t=T in °C";

fn import(text: &str, equation: Option<&str>, level: Option<&str>) -> Import {
    let arrival = Arrival { by: "zhao.lei", on: "2026-11-23".parse().unwrap(), source: "file" };
    read(text, Said { equation, level, ..Said::default() }, arrival)
}

fn standard(text: &str, names: &str) -> Standard {
    let found = import(text, Some(names), Some("k=1,p=0.68"));
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    check(found.files.values().next().unwrap()).value.unwrap()
}

/// The value that a name has at a load, in its unit.
fn stated(standard: &Standard, name: &str, load: &Load) -> (f64, String) {
    let found = standard.certified(name, load).unwrap();
    (found.value.value(), found.value.unit().symbol().to_owned())
}

/// Python 3.11, `eval` of the two expressions with R = 50, T = 22:
/// 50 - 0.5 + 1.0 + 2.5 - 0.4 = 52.6 and 0.225 + 0.05 = 0.275.
#[test]
fn msl_equation_becomes_functions_of_the_quantities_that_were_named() {
    let own = standard(HYGROMETER, NAMES);
    let load = Load::default().with_number("rh", 0.5).with_number("t", 295.15);
    let (value, unit) = stated(&own, "corrected", &load);
    assert!((value - 52.6).abs() < 1e-9 && unit == "%RH", "{value} {unit}");
    let (u, unit) = stated(&own, "U", &load);
    assert!((u - 0.275).abs() < 1e-12 && unit == "%RH", "{u} {unit}");
    assert_eq!(own.certified("dof", &load).unwrap().value.to_string(), "37");
    assert_eq!(own.certified("k", &load).unwrap().value.to_string(), "1");
    assert_eq!(own.status(), Status::Received);
    let outside = Load::default().with_number("rh", 0.81).with_number("t", 295.15);
    let refused = own.certified("corrected", &outside).unwrap_err().to_string();
    assert!(refused.contains("rh from 30 %RH to 80 %RH"), "{refused}");
}

/// By hand at 18 °C: 18 + 0.044 - 0.005 x 18 = 17.954 °C, with 0.055 K.
#[test]
fn msl_equation_of_a_temperature_has_its_uncertainty_in_kelvin() {
    let text = HYGROMETER
        .replace("R - 0.5 + 2e-2*R + 1e-3*pow(R,2) - 4e-3*R*(T - 20)", "T + 4.4e-2 - 5e-3*T")
        .replace("variables=\"R T\"", "variables=\"T\"")
        .replace(
            "<uncertainty variables=\"R\">0.45/2 + 1e-3*R",
            "<uncertainty variables=\"\">0.055",
        )
        .replace("%rh", "°C");
    let own = standard(&text, "corrected=value,t=T in degC");
    let load = Load::default().with_number("t", 291.15);
    let (value, unit) = stated(&own, "corrected", &load);
    assert!((value - 17.954).abs() < 1e-9 && unit == "degC", "{value} {unit}");
    assert_eq!(own.certified("U", &load).unwrap().value.to_string(), "0.055 K");
}

#[test]
fn msl_equations_that_leave_something_to_guess_are_named_and_left() {
    let level = Some("k=1,p=0.68");
    for (text, names, level, wanted) in [
        (HYGROMETER.to_owned(), None, level, "name its value and variables"),
        (HYGROMETER.to_owned(), Some("corrected=value,rh=R in %RH"), level, "`T` is"),
        (HYGROMETER.to_owned(), Some("rh=R in %RH"), level, "name the value"),
        (HYGROMETER.to_owned(), Some("corrected=value,rh=R"), level, "NAME=VARIABLE in UNIT"),
        (HYGROMETER.to_owned(), Some(NAMES), None, "k=1,p=0.68"),
        (HYGROMETER.to_owned(), Some(NAMES), Some("k=2,p=0.95"), "standard uncertainties"),
        (HYGROMETER.replace("pow(R,2)", "erf(R)"), Some(NAMES), level, "function `erf` is not"),
        (HYGROMETER.replace("<maximum>80", "<maximum>INF"), Some(NAMES), level, "maximum `INF`"),
        (
            HYGROMETER.replace("variable=\"T\"", "variable=\"S\""),
            Some(NAMES),
            level,
            "`T` has no range",
        ),
        (HYGROMETER.replace(">37<", ">0.5<"), Some(NAMES), level, "wanted a number from 1"),
        (HYGROMETER.replace("%rh", "C"), Some(NAMES), level, "coulomb or degree Celsius"),
        (
            HYGROMETER.replace("</equation>", "</equation><equation/>"),
            Some(NAMES),
            level,
            "another table or equation of this report",
        ),
    ] {
        let found = import(&text, names, level);
        let said: Vec<&str> = found.findings.iter().map(|own| own.message.as_str()).collect();
        assert!(said.iter().any(|own| own.contains(wanted)), "{wanted}: {said:?}");
    }
}

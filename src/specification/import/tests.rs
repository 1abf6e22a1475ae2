//! Stories of MACDR files: an invented meter in the form of the format's own description, and in the
//! form that its collection of meters has.

use std::collections::BTreeMap;

use super::{Import, Stated, read};
use crate::specification::{Combination, Level, check};

/// The form of the description: identifiers without a prefix, `specs`.
const DESCRIBED: &str = r#"{ "format": "org.macdr.v1", "uid": "com.acme.m1", "manufacturer": "Acme",
  "model_name": "M1", "product_identifier": "M1", "source": "data sheet 2024", "source_url": "",
  "transfer": { "voltage.dc.transfer": [] },
  "absolute": {
    "voltage.dc": [
      { "range": 10, "specs": [ { "hours_from_calibration": 8760, "seconds_between_measurements": 0,
                                  "absolute": 0.000001, "reading": 0.000008, "range": 0.0000005 } ] },
      { "range": 1.0, "specs": [ { "hours_from_calibration": 8760.0, "absolute": 0.0, "reading": 0.0000080, "range": 3e-7 },
                                 { "hours_from_calibration": 24, "absolute": 0.0, "reading": 0.0000015, "range": 3e-7 } ] }
    ],
    "voltage.ac": [
      { "range": 1, "frequency_from": 40, "frequency_to": 1000,
        "specs": [ { "hours_from_calibration": 8760, "absolute": 0, "reading": 0.00007, "range": 0.00002 } ] },
      { "range": 1, "frequency_from": 1000, "frequency_to": 20000,
        "specs": [ { "hours_from_calibration": 8760, "absolute": 0, "reading": 0.00014, "range": 0.00002 } ] }
    ],
    "impedance.phase": []
  } }"#;

const STATED: Stated<'static> = Stated { level: Some("k=2"), combine: Some("sum") };

fn said(import: &Import) -> Vec<String> {
    import.findings.iter().map(|own| format!("{} {}", own.code, own.message)).collect()
}

/// By hand: 8e-6 x 5 V + 5e-7 x 10 V + 1e-6 V = 46 µV in the range 10 V;
/// 8e-6 x 0.5 V + 3e-7 x 1 V = 4.3 µV in the range 1 V.
#[test]
fn each_quantity_and_time_becomes_a_specification_whose_limits_are_the_meters() {
    let import = read(DESCRIBED, STATED);
    let names: Vec<&str> = import.files.keys().map(String::as_str).collect();
    let wanted = [
        "com.acme.m1.voltage.ac.8760h",
        "com.acme.m1.voltage.dc.24h",
        "com.acme.m1.voltage.dc.8760h",
    ];
    assert_eq!(names, wanted);
    let wanted = [
        "S0205 `transfer` is not taken over",
        "S0205 absolute.impedance.phase: no function of the taxonomy is known",
    ];
    assert_eq!(said(&import), wanted);
    let spec = check(&import.files["com.acme.m1.voltage.dc.8760h"]).value.expect("sound");
    assert_eq!((&spec.level, spec.combine), (&Level::Factor(2.0), Combination::Sum));
    assert_eq!(spec.conditions, [("since_cal".to_owned(), "8760 h".to_owned())]);
    assert_eq!(spec.source, "MACDR v1: Acme, M1, data sheet 2024");
    let at = |volts: f64| {
        let point = BTreeMap::from([("U".to_owned(), volts)]);
        spec.capability("Measure.Voltage.DC", &point).expect("a row")
    };
    assert!((at(5.0).limit - 46e-6).abs() < 5e-13, "{}", at(5.0).limit);
    assert_eq!(at(0.5).range.as_deref(), Some("1.0 V"), "the smallest range that holds");
    assert!((at(0.5).limit - 4.3e-6).abs() < 5e-14, "{}", at(0.5).limit);
    let point = BTreeMap::from([("U".to_owned(), 12.0)]);
    assert!(spec.capability("Measure.Voltage.DC", &point).is_err(), "no overrange is made up");
}

#[test]
fn frequencies_are_spans_of_their_own() {
    let import = read(DESCRIBED, STATED);
    let spec = check(&import.files["com.acme.m1.voltage.ac.8760h"]).value.expect("sound");
    let at = |hertz: f64| {
        let point = BTreeMap::from([("U".to_owned(), 1.0), ("f".to_owned(), hertz)]);
        spec.capability("Measure.Voltage.AC.Sinewave", &point)
    };
    assert!((at(50.0).expect("a row").limit - 90e-6).abs() < 5e-12);
    assert!((at(5000.0).expect("a row").limit - 160e-6).abs() < 5e-12);
    assert!(at(30.0).is_err(), "below the lowest frequency nothing is promised");
}

#[test]
fn the_form_of_the_collection_is_read_too_and_every_condition_without_a_place_is_listed() {
    let collected = r#"{ "format": "org.macdr.v1", "uid": "com.acme.m2", "manufacturer": "Acme", "model_name": "M2",
      "source": "Datasheet", "absolute": { "absolute.current.dc": {
        "conditions": { "nplc": 100, "warmup_hours": 4 },
        "ranges": [ { "range": 0.0000001, "accuracy": [
          { "hours_from_calibration": 24.0, "maximum_temperature_change": 1.0, "absolute": 0.0, "reading": 0.00001, "range": 0.0004 } ] } ] } } }"#;
    let import = read(collected, STATED);
    let wanted = [
        "S0205 absolute.absolute.current.dc.conditions: `nplc` = 100 is not taken over",
        "S0205 absolute.absolute.current.dc[0].specs[0]: `maximum_temperature_change` = 1.0 is not taken over",
    ];
    assert_eq!(said(&import), wanted);
    let spec = check(&import.files["com.acme.m2.current.dc.24h"]).value.expect("sound");
    assert_eq!(spec.conditions[1], ("warm_up".to_owned(), "4 h".to_owned()));
    let point = BTreeMap::from([("I".to_owned(), 1e-7)]);
    let found = spec.capability("Measure.Current.DC", &point).expect("a row");
    assert!(
        (found.limit - 4.1e-11).abs() < 5e-20,
        "1e-5 x 0.1 µA + 4e-4 x 0.1 µA: {}",
        found.limit
    );
}

#[test]
fn what_macdr_leaves_open_is_asked_for_and_never_assumed() {
    for stated in [
        Stated::default(),
        Stated { combine: None, ..STATED },
        Stated { level: None, ..STATED },
        Stated { level: Some("typical"), ..STATED },
    ] {
        let import = read(DESCRIBED, stated);
        assert!(import.files.is_empty());
        assert!(import.findings.iter().all(|own| own.code == "S0202"), "{:?}", said(&import));
    }
    let import = read(DESCRIBED, Stated { level: Some("k=-2"), ..STATED });
    assert!(
        import.files.is_empty()
            && said(&import)[2].starts_with("S0204 absolute.voltage.ac, 8760 h: the level"),
        "{:?}",
        said(&import)
    );
}

#[test]
fn every_flaw_of_a_file_is_listed_with_its_place() {
    let flawed = DESCRIBED
        .replace("\"reading\": 0.00007,", "\"reading\": -0.00007,")
        .replace("\"hours_from_calibration\": 24,", "")
        .replace("\"range\": 10,", "\"range\": \"10\", \"current\": 0.001,")
        .replace("\"frequency_to\": 20000,", "");
    let said = said(&read(&flawed, STATED));
    for wanted in [
        "S0203 absolute.voltage.ac[0].specs[0]: wanted `reading`",
        "S0203 absolute.voltage.ac[1]: one end of the frequencies",
        "S0205 absolute.voltage.dc[0]: `current` is not taken over",
        "S0203 absolute.voltage.dc[0]: wanted `range`",
        "S0203 absolute.voltage.dc[1].specs[1]: wanted `hours_from_calibration`",
    ] {
        assert!(said.iter().any(|own| own.starts_with(wanted)), "{wanted}: {said:#?}");
    }
    let again = DESCRIBED.replace("\"range\": 10,", "\"range\": 1.0,");
    assert!(
        super::tests::said(&read(&again, STATED))
            .iter()
            .any(|own| own.contains("two accuracies of the range 1.0"))
    );
    assert_eq!(super::tests::said(&read("[]", STATED)).len(), 1);
    assert!(
        super::tests::said(&read("{\"format\": \"org.macdr.v2\"}", STATED))[0].starts_with("S0201")
    );
}

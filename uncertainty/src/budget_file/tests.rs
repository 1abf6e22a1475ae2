use super::*;

const RESISTOR: &str = r#"
title = "two resistors"
[[model]]
name = "R"
expr = "R1 + R2"
unit = "kohm"
[[input]]
name = "R1"
value = "1000.0 ohm"
dist = "normal"
u = "0.1 ohm"
[[input]]
name = "R2"
value = "2.0 kohm"
[[input.component]]
name = "certificate"
dist = "normal"
U = "0.4 ohm"
k = 2
[[input.component]]
name = "drift"
dist = "rectangular"
a = "0.3 ohm"
dof = 8
"#;

fn findings(text: &str) -> Vec<Diagnostic> {
    match parse(text) {
        Ok((_, findings)) => findings,
        Err(findings) => findings,
    }
}

#[test]
fn units_and_several_components_are_read() {
    let (file, findings) = parse(RESISTOR).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert!(file.has_units);
    let [_, second] = file.inputs.as_slice() else { panic!() };
    assert!((second.estimate - 2000.0).abs() < 1e-12);
    let parts: Vec<f64> =
        second.quantity.components.iter().map(|c| c.distribution.standard_uncertainty()).collect();
    assert!((parts[0] - 0.2).abs() < 1e-15 && (parts[1] - 0.3 / 3f64.sqrt()).abs() < 1e-15);
}

#[test]
fn an_unknown_key_has_its_place_and_a_hint() {
    let text = RESISTOR.replace("drift\"\ndist", "drift\"\ndits");
    let findings = findings(&text);
    let unknown = findings.iter().find(|f| f.code == "B026").unwrap();
    assert_eq!(text.get(unknown.span.clone().unwrap()), Some("dits"));
    assert_eq!(unknown.hint.as_deref(), Some("did you mean `dist`?"));
}

#[test]
fn every_mistake_is_found_at_once() {
    for (from, to, code) in [
        ("\"0.1 ohm\"", "\"0.1 V\"", "B035"),
        ("u = \"0.1 ohm\"", "u = \"-0.1 ohm\"", "B037"),
        ("unit = \"kohm\"", "unit = \"V\"", "B013"),
        ("unit = \"kohm\"", "", "B036"),
        ("R1 + R2", "R1 + R3", "X021"),
        ("R1 + R2", "R1 + ", "X010"),
        ("name = \"R2\"", "name = \"R1\"", "B012"),
        ("\"rectangular\"", "\"rectangluar\"", "B033"),
        ("k = 2", "", "B032"),
        ("value = \"2.0 kohm\"", "", "B021"),
        ("value = \"2.0 kohm\"", "value = nan", "B024"),
        ("k = 2", "k = [2]", "B020"),
        ("title", "kind = \"nonsense\"\ntitle", "B003"),
        ("title = ", "title = =", "B001"),
    ] {
        let text = RESISTOR.replacen(from, to, 1);
        let codes: Vec<String> = findings(&text).into_iter().map(|f| f.code).collect();
        assert!(codes.iter().any(|found| found == code), "{to}: {codes:?}");
    }
    let two = RESISTOR.replace("R1 + R2", "R1 + R3").replace("0.1 ohm", "0.1 V");
    assert!(findings(&two).len() >= 2);
}

#[test]
fn places_of_an_expression_are_places_of_the_file() {
    let text = RESISTOR.replace("R1 + R2", "R1 + Q2");
    let finding = findings(&text).into_iter().find(|f| f.code == "X021").unwrap();
    assert_eq!(text.get(finding.span.unwrap()), Some("Q2"));
}

/// The hostile campaign found a place inside a letter, seed 2718281828: behind an
/// escape, letters of the expression stand elsewhere in the file.
#[test]
fn an_expression_with_escapes_is_shown_whole() {
    for written in [r#""Q2 \u002b R1 + 'µ'""#, r#""""R1 + Q2 'µ'""""#] {
        let text = RESISTOR.replace("\"R1 + R2\"", written);
        let found = findings(&text);
        assert!(!found.is_empty());
        for finding in found.iter().filter(|finding| finding.code.starts_with('X')) {
            assert_eq!(text.get(finding.span.clone().unwrap()), Some(written), "{finding:?}");
        }
    }
}

use std::collections::BTreeMap;

use super::*;
use crate::quantity::Quantity;

#[derive(Default)]
struct Names(BTreeMap<String, Value>);

impl Names {
    fn with(mut self, name: &str, quantity: &str) -> Self {
        self.0.insert(name.to_owned(), Value::from(&Quantity::parse(quantity).unwrap()));
        self
    }

    fn list(mut self, name: &str, quantities: &[&str]) -> Self {
        let values = quantities.iter().map(|q| Value::from(&Quantity::parse(q).unwrap()));
        self.0.insert(name.to_owned(), Value::List(values.collect()));
        self
    }
}

impl Scope for Names {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.0.get(path).map(Value::kind)
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.0.get(path).cloned()
    }

    fn known(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

fn meter() -> Names {
    Names::default()
        .with("U_n", "220 V")
        .with("I_max", "60 A")
        .with("I_b", "5 A")
        .with("C", "1200 imp/(kW*h)")
        .with("N", "4 imp")
        .with("mpe.limit", "1.0 %")
        .with("t", "20 degC")
        .with("U(E)", "0.09 %")
        .with("E[dir='down']", "0.2 %")
        .with("E[dir='up']", "0.1 %")
        .list("E", &["0.33 %", "0.31 %"])
}

fn number(text: &str) -> f64 {
    let expression = Expression::parse(text).unwrap_or_else(|d| panic!("{text}: {d}"));
    expression.check(&meter()).unwrap_or_else(|d| panic!("{text}: {d:?}"));
    match expression.evaluate(&meter()).unwrap_or_else(|d| panic!("{text}: {d}")) {
        Value::Number { si, .. } => si,
        Value::Truth(truth) => f64::from(u8::from(truth)),
        other => panic!("{text}: {other:?}"),
    }
}

fn finding(text: &str) -> Diagnostic {
    match Expression::parse(text) {
        Err(finding) => finding,
        Ok(expression) => match expression.check(&meter()) {
            Err(findings) => findings.into_iter().next().unwrap(),
            Ok(kind) => panic!("{text} is {kind}"),
        },
    }
}

#[track_caller]
fn assert_near(text: &str, wanted: f64) {
    let got = number(text);
    assert!((got - wanted).abs() <= 1e-14 * wanted.abs(), "{text}: {got}, wanted {wanted}");
}

#[test]
fn precedence_is_that_of_mathematics() {
    assert_near("1 + 2 * 3 ^ 2 ^ 1", 19.0);
    assert_near("-2 ^ 2", -4.0);
    assert_near("2 ^ -1", 0.5);
    assert_near("(1 - 2) - 3", -4.0);
    assert_near("8 / 4 / 2", 1.0);
    assert_near("not 1 > 2 and 2 >= 2 or false", 1.0);
}

#[test]
fn units_are_read_behind_numbers() {
    assert_near("1000 kg/m^3 * 2 m^3 / 1 kg", 2000.0);
    assert_near("I_max / I_b", 12.0);
    assert_near("N / C / 1 kW*h * 1", 4.0 / 1200.0);
    assert_near("0.05 %", 0.0005);
    assert_near("(N/C) / (1 kW * 1 h)", 4.0 / 1200.0);
    assert_near("1 / 1200 imp/(kW*h) * 1 imp/kWh", 1.0 / 1200.0);
    assert_near("sin('30 deg')", 0.49999999999999994);
    assert_near("abs(I_b) < '1 mA' and U_n < 5 V", 0.0);
}

#[test]
fn temperatures_on_a_scale_are_not_differences() {
    assert_near("(t - 18 degC) / 1 K", 2.0);
    assert_near("kelvin(t + 1 K) / 1 K", 294.15);
    assert!(finding("t + t").message.contains("cannot be added"));
    assert!(finding("2 * t").message.contains("kelvin(t)"));
    assert!(finding("1 K - t").message.contains("difference"));
    assert!(finding("t > 3 K").message.contains("do not fit"));
}

#[test]
fn lists_are_indexed_from_one_and_selected_by_name() {
    assert_near("abs(E[1]-E[2]) > 0.3 * mpe.limit", 0.0);
    assert_near("mean(E)", 0.0032);
    assert_near("stdev(E)", 0.02 / 100.0 / 2.0_f64.sqrt());
    assert_near("abs(E[dir='down'] - E[dir='up'])", 0.001);
    assert_near("U(E) <= mpe.limit / 3", 1.0);
    assert_near("any(abs(E) > mpe.limit)", 0.0);
    assert_near("count(E)", 2.0);
    let expression = Expression::parse("E[3]").unwrap();
    assert!(expression.evaluate(&meter()).unwrap_err().message.contains("index 3"));
}

#[test]
fn rounding_and_comparison_are_decimal() {
    assert_near("round(0.35, 0.1, 'half-even')", 0.4);
    assert_near("round(1.05 %, 0.1 %)", 0.01);
    assert_near("round(1.05 %, 0.1 %, 'half-away-from-zero')", 0.011);
    assert_near("0.1 + 0.2 = 0.3", 1.0);
    assert_near("ceil(0.1 * 3 / 0.3)", 1.0);
}

#[test]
fn every_finding_of_a_check_is_reported_with_its_place() {
    let expression = Expression::parse("U_n + I_b * mpe.limt + sqrt(I_b, 2)").unwrap();
    let findings = expression.check(&meter()).unwrap_err();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert_eq!(findings[0].span, Some(12..20));
    assert_eq!(findings[0].hint.as_deref(), Some("did you mean `mpe.limit`?"));
    assert!(findings[1].message.contains("sqrt takes 1 arguments, found 2"));
}

#[test]
fn dimensions_are_checked() {
    assert!(finding("U_n + I_b").message.contains("do not fit"));
    assert!(finding("exp(U_n)").message.contains("pure number"));
    assert!(finding("U_n ^ I_max").message.contains("exponent"));
    assert!(finding("if(U_n > 1 V, U_n, 1)").message.contains("if gives"));
    assert!(finding("mean(U_n, I_b)").message.contains("do not fit"));
    assert!(finding("frobnicate(1)").message.contains("unknown function"));
    assert_near("sqrt(U_n^2) / U_n", 1.0);
}

#[test]
fn words_out_of_place_are_found() {
    for (text, place) in
        [("1 +", 3), ("(1", 2), ("1 2", 2), ("a b", 2), ("1 < 2 < 3", 6), ("'abc", 0), ("$", 0)]
    {
        let found = finding(text);
        assert_eq!(found.span.as_ref().unwrap().start, place, "{text}: {found}");
    }
    assert!(finding("5 V/R").hint.unwrap().contains("spaces around"));
}

#[test]
fn symbols_are_listed_with_their_places() {
    let expression = Expression::parse("U(E) <= mpe.limit / 3 + E[up]").unwrap();
    let paths: Vec<_> = expression.symbols().into_iter().map(|s| (s.path, s.span.start)).collect();
    let wanted = [("E", 2), ("U(E)", 0), ("mpe.limit", 8), ("E[up]", 24)];
    assert_eq!(paths, wanted.map(|(path, place)| (path.to_owned(), place)));
}

#[test]
fn hostile_input_ends_in_a_diagnostic() {
    let deep = |open: &str, close: &str, n| format!("{}1{}", open.repeat(n), close.repeat(n));
    for text in [
        deep("(", ")", 100_000),
        deep("(", ")", 3_000),
        deep("-", "", 100_000),
        deep("-", "", 7_000),
        deep("abs(", ")", 1_500),
        deep("not ", "", 1_900),
        deep("2^", "", 3_000),
        deep("1+", "", 3_000),
        deep("E[", "]", 3_000),
        "[".repeat(100_000),
        "1e999999999".to_owned(),
        "'".to_owned(),
        format!("max({}1)", "1,".repeat(MOST_ARGUMENTS)),
    ] {
        assert!(Expression::parse(&text).is_err(), "{}…", &text[..text.len().min(20)]);
    }
    let chain = format!("1{}", "+1".repeat(150));
    assert!(Expression::parse(&chain).is_ok());
}

#[test]
fn values_that_do_not_exist_are_errors() {
    for text in ["1/0", "sqrt(-1)", "log(0)", "exp(1000)", "0/0", "mean(E) / (1 - 1)"] {
        let expression = Expression::parse(text).unwrap();
        assert!(expression.evaluate(&meter()).is_err(), "{text}");
    }
}

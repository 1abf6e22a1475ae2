use super::*;
use crate::expression::Expression;
use crate::tape::Builder;

fn tape(text: &str, names: &[&str]) -> Tape {
    let mut builder = Builder::new();
    for name in names {
        builder.named_input(name);
    }
    let expression = Expression::parse(text).unwrap();
    builder.define("y", &expression).unwrap_or_else(|error| panic!("{text}: {error}"));
    builder.finish(&["y"]).unwrap()
}

/// Central difference with Richardson's step: good to about 1e-9.
fn numeric(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let difference = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let h = 1e-3;
    (4.0 * difference(h / 2.0) - difference(h)) / 3.0
}

const FUNCTIONS: [&str; 14] = [
    "a^b",
    "sqrt(a)*exp(b)",
    "log(a)/b",
    "log10(a*b)",
    "sin(a)*cos(b)",
    "tan(a*b)",
    "asin(a/4)+acos(b/4)",
    "atan(a*b)",
    "atan2(a, b)",
    "atan2(-a, -b)",
    "abs(-a)*b",
    "max(a, b)*min(a, b)",
    "if(a > b, a*b, a/b)",
    "stdev(a, b, a*b)",
];

#[test]
fn derivatives_of_every_step_agree_with_differences() {
    for text in FUNCTIONS {
        let tape = tape(text, &["a", "b"]);
        let (a, b) = (0.7, 1.3);
        let exact = gradient(&tape, 0, &[a, b]).unwrap().by_input;
        let by_a = numeric(|a| values(&tape, &[a, b]).unwrap()[0], a);
        let by_b = numeric(|b| values(&tape, &[a, b]).unwrap()[0], b);
        assert!((exact[0] - by_a).abs() < 1e-8, "{text}: {} {by_a}", exact[0]);
        assert!((exact[1] - by_b).abs() < 1e-8, "{text}: {} {by_b}", exact[1]);
    }
}

#[test]
fn second_and_third_derivatives_agree_with_differences_of_lower_ones() {
    for text in FUNCTIONS {
        let tape = tape(text, &["a", "b"]);
        let (a, b) = (0.7, 1.3);
        for (i, series) in along(&tape, 0, &[a, b], 1).into_iter().enumerate() {
            let first = |b| gradient(&tape, 0, &[a, b]).unwrap().by_input[i];
            let second = |b| along(&tape, 0, &[a, b], 1)[i][1];
            assert!((series[0] - first(b)).abs() < 1e-13, "{text}");
            assert!((series[1] - numeric(first, b)).abs() < 1e-7, "{text} {i} {series:?}");
            assert!((2.0 * series[2] - numeric(second, b)).abs() < 1e-6, "{text} {i} {series:?}");
        }
    }
}

#[test]
fn rounding_inside_a_model_is_refused() {
    let mut builder = Builder::new();
    builder.named_input("a");
    let error = builder.define("y", &Expression::parse("round(a, 0.1)").unwrap()).unwrap_err();
    assert!(error.to_string().contains("no derivative"), "{error}");
    assert!(builder.define("z", &Expression::parse("a * round(0.26, 0.1)").unwrap()).is_ok());
}

#[test]
fn shared_subexpressions_stand_once_on_the_tape() {
    let tape = tape("(a + b) * (b + a) + 2 ^ 3", &["a", "b"]);
    assert_eq!(tape.steps().iter().filter(|step| matches!(step, Step::Add(..))).count(), 2);
    let values = values(&tape, &[1.0, 2.0]).unwrap();
    assert!((values[0] - 17.0).abs() < 1e-15);
}

#[test]
fn declared_names_win_over_constants() {
    let tape = tape("pi * e", &["pi", "e"]);
    assert!((values(&tape, &[2.0, 3.0]).unwrap()[0] - 6.0).abs() < 1e-15);
}

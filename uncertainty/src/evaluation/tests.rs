use super::*;

fn half(name: &str, half: &str, distribution: Shape) -> Component {
    Component {
        name: Text::english(name),
        distribution,
        scale: Scale::Half(half.to_owned()),
        dof: None,
        beta: None,
        inexact: None,
        source: None,
    }
}

fn standard(name: &str, u: &str, dof: Option<&str>) -> Component {
    Component {
        scale: Scale::Standard(u.to_owned()),
        dof: dof.map(str::to_owned),
        ..half(name, "0", Shape::Normal)
    }
}

fn input(name: &str, unit: &str, value: &str, components: Vec<Component>) -> Input {
    Input {
        name: name.to_owned(),
        label: Text::english(name),
        unit: unit.to_owned(),
        estimate: Estimate::Value(value.to_owned()),
        each_repeat: false,
        components,
    }
}

fn reading(repeat: u32, text: &str) -> RawReading {
    let (input, unit) = ("m".to_owned(), "imp".to_owned());
    RawReading { input, repeat, text: text.to_owned(), unit, sequence: u64::from(repeat) + 10 }
}

/// Electricity dossier, 3.1 and 3.2: the additive model, first two counts, the
/// reference's correction, standard deviation of ten runs, further terms.
fn meter(
    m0: &str,
    counts: [&str; 2],
    correction: (&str, Vec<Component>),
    s: &str,
    further: Vec<(&str, &str, Vec<Component>)>,
) -> Evaluation {
    let mut inputs = vec![
        input("m0", "imp", m0, Vec::new()),
        Input {
            estimate: Estimate::Reading,
            each_repeat: true,
            ..input("m", "imp", "", Vec::new())
        },
        Input {
            each_repeat: true,
            ..input("d_rep", "%", "0", vec![standard("repeatability", s, Some("9"))])
        },
        input("g0", "%", correction.0, correction.1),
    ];
    let mut sum = "(m0 - m) / m + g0 + d_rep".to_owned();
    for (name, term, components) in further {
        sum = format!("{sum} + {term}");
        let unit = if name == "d_phi" { "arcmin" } else { "%" };
        inputs.push(input(name, unit, "0", components));
    }
    Evaluation {
        schema: SCHEMA.to_owned(),
        key: "basic_error/ib-1.0".to_owned(),
        quantity: "mean(E)".to_owned(),
        equations: vec![Equation { name: "E".to_owned(), unit: "%".to_owned(), expression: sum }],
        measurand: "E".to_owned(),
        repeats: vec![1, 2],
        inputs,
        readings: vec![reading(1, counts[0]), reading(2, counts[1])],
        correlations: Vec::new(),
        correlated_dof: CorrelatedDof::default(),
        coverage: Coverage::Fixed { k: "2".to_owned(), p: "0.95".to_owned() },
        limit: Some(Limit {
            lower: Some("-1.0 %".to_owned()),
            upper: Some("1.0 %".to_owned()),
            source: "JJG 596-2012".to_owned(),
        }),
        rounding: Some(Rounding {
            step: "0.1 %".to_owned(),
            rule: RoundingRule::HalfEven,
            source: "JJG 596-2012".to_owned(),
        }),
        decision: Some(DecisionRule {
            acceptance: Acceptance::Simple,
            judged_on: JudgedOn::Rounded,
            require: Some("U <= limit / 3".to_owned()),
            source: "JJF 1094-2002, 5.3.1.4".to_owned(),
        }),
        monte_carlo: Some(MonteCarloPlan {
            trials: 200_000,
            seed: 20_261_123,
            generator: crate::monte_carlo::GENERATOR.to_owned(),
        }),
    }
}

fn example_a() -> Evaluation {
    let rect = |name, a| (name, name, vec![half(name, a, Shape::Rectangular)]);
    meter(
        "120000",
        ["119605", "119632"],
        ("0", vec![half("reference", "0.05", Shape::Rectangular)]),
        "0.01531602995438483",
        vec![
            rect("d_temp", "0.004"),
            rect("d_pos", "0.02"),
            rect("d_src", "0.005"),
            ("d_count", "d_count", vec![half("count", "0.000836085447932779", Shape::Triangular)]),
            rect("d_conn", "0.005"),
            rect("d_round", "0.05"),
        ],
    )
}

fn example_b() -> Evaluation {
    let rect = |name, a| (name, name, vec![half(name, a, Shape::Rectangular)]);
    let calibration = Component {
        scale: Scale::Expanded { expanded: "0.012".to_owned(), k: "2".to_owned() },
        ..standard("reference calibration", "0", None)
    };
    let evaluation = meter(
        "240000",
        ["240199", "240211"],
        ("0.008", vec![calibration]),
        "0.0034481279083800236",
        vec![
            rect("d_drift", "0.008"),
            rect("d_temp", "0.004"),
            ("d_phi", "d_phi * tan('60 deg')", vec![half("phase", "0.10", Shape::Rectangular)]),
            rect("d_volt", "0.003"),
            rect("d_src", "0.002"),
            rect("d_thd", "0.002"),
            ("d_count", "d_count", vec![half("count", "0.000416321466783792", Shape::Triangular)]),
            rect("d_round", "0.01"),
        ],
    );
    let source = "JJG 596-2012".to_owned();
    Evaluation {
        rounding: Some(Rounding {
            step: "0.02 %".to_owned(),
            rule: RoundingRule::HalfEven,
            source: source.clone(),
        }),
        limit: Some(Limit {
            lower: Some("-0.3 %".to_owned()),
            upper: Some("0.3 %".to_owned()),
            source,
        }),
        ..evaluation
    }
}

#[track_caller]
fn near(got: f64, wanted: f64) {
    assert!((got - wanted).abs() <= 1e-12 * wanted.abs().max(1e-3), "{got}, wanted {wanted}");
}

/// `electricity-vectors.json`, exA: y, rows, u_c, nu_eff, U.
#[test]
fn dossier_3_1_class_1_meter_reproduces_every_contribution() {
    let outcome = example_a().evaluate().unwrap();
    near(outcome.value, 0.318931877972876);
    near(outcome.u, 0.04403869767898661);
    near(outcome.dof_eff.unwrap(), 2460.6822831713653);
    near(outcome.expanded, 0.08807739535797322);
    let rows: Vec<f64> = outcome.budget.iter().map(|row| row.u_y).collect();
    let wanted = [
        0.0,
        0.0,
        0.010830068641601801,
        0.02886751345948129,
        0.002309401076758503,
        0.011547005383792516,
        0.002886751345948129,
        0.0003413304548002701,
        0.002886751345948129,
        0.02886751345948129,
    ];
    rows.iter().zip(wanted).for_each(|(got, wanted)| near(*got, wanted));
    assert_eq!(
        (outcome.printed_value.as_str(), outcome.printed_expanded.as_str()),
        ("0.3", "0.088")
    );
    let share: f64 = outcome.budget.iter().map(|row| row.share).sum();
    near(share, 1.0);
    near(outcome.budget[2].u, 0.010830068641601801);
    assert_eq!(outcome.budget[2].dof, Some(9.0));
}

/// `electricity-vectors.json`, exB.
#[test]
fn dossier_3_2_class_02s_meter_reproduces_every_contribution() {
    let outcome = example_b().evaluate().unwrap();
    near(outcome.value, -0.07734370652397823);
    near(outcome.u, 0.010775061111549855);
    near(outcome.dof_eff.unwrap(), 3432.796021561091);
    near(outcome.expanded, 0.02155012222309971);
    let wanted = [
        0.0,
        0.0,
        0.002438194626414101,
        0.006,
        0.004618802153517006,
        0.002309401076758503,
        0.0029088820866572168,
        0.0017320508075688774,
        0.0011547005383792516,
        0.0011547005383792516,
        0.00016996252709789095,
        0.005773502691896258,
    ];
    outcome.budget.iter().zip(wanted).for_each(|(row, wanted)| near(row.u_y, wanted));
    // Sensitivity to the phase: 100 tan(60°) π / 10 800 percent per minute of arc.
    near(outcome.budget[6].c, 0.05038331567317273);
    assert_eq!(
        (outcome.printed_value.as_str(), outcome.printed_expanded.as_str()),
        ("-0.08", "0.022")
    );
}

/// exA, mc (numpy, 1e6): sd 0.04404055, half-width 0.08429759.
#[test]
fn dossier_3_1_monte_carlo_shows_that_k_2_is_conservative() {
    let outcome = example_a().evaluate().unwrap();
    let opinion = outcome.monte_carlo.unwrap();
    assert!((opinion.u - 0.04404).abs() < 0.0002, "{}", opinion.u);
    let half = 0.5 * (opinion.hi_sym - opinion.lo_sym);
    assert!((half - 0.0843).abs() < 0.0004, "{half}");
    assert!(!opinion.gum_validated && (opinion.delta - 0.0005).abs() < 1e-12);
    assert!(opinion.reason.en().contains("rectangular"), "{}", opinion.reason.en());
}

#[test]
fn the_stored_form_is_canonical_and_comes_back() {
    let evaluation = example_b();
    let json = evaluation.canonical_json();
    let back = Evaluation::from_json(&json).unwrap();
    assert_eq!(back, evaluation);
    assert_eq!(back.canonical_json(), json);
    assert_eq!(back.evaluate().unwrap(), evaluation.evaluate().unwrap());
    assert!(Evaluation::from_json(&json.replace("evaluation/1", "evaluation/9")).is_err());
    assert!(Evaluation::from_json(&json.replace("\"key\"", "\"kez\"")).is_err());
}

#[test]
fn gum_7_2_6_the_measured_value_has_the_places_of_its_uncertainty_beside_the_judged_one() {
    // Dossier 3.1: 0.318931877972876 with U 0.08807739535797322, rounded to 0.1 for judging.
    let mut evaluation = example_a();
    evaluation.monte_carlo = None;
    let outcome = evaluation.evaluate().unwrap();
    assert_eq!(
        (outcome.printed_value.as_str(), outcome.printed_measured.as_str()),
        ("0.3", "0.319")
    );
    evaluation.rounding = None;
    let outcome = evaluation.evaluate().unwrap();
    assert_eq!(outcome.printed_value, outcome.printed_measured);
}

#[test]
fn a_second_opinion_of_a_former_generator_is_left_out_and_that_is_said() {
    let mut evaluation = example_a();
    evaluation.monte_carlo.as_mut().unwrap().generator =
        "xoshiro256++/block-1024/ziggurat-256/1".to_owned();
    let former = evaluation.evaluate().unwrap();
    assert!(former.monte_carlo.is_none());
    assert!(former.warnings[0].en().contains("earlier version"), "{:?}", former.warnings);
    evaluation.monte_carlo = None;
    let plain = evaluation.evaluate().unwrap();
    assert_eq!(Outcome { warnings: Vec::new(), ..former }, plain);
}

#[test]
fn verdicts_are_taken_on_the_number_the_rule_names() {
    let mut evaluation = example_a();
    evaluation.monte_carlo = None;
    let mut outcome = evaluation.evaluate().unwrap();
    let judged = |evaluation: &Evaluation, outcome: &Outcome| evaluation.decide(outcome).unwrap();
    let judgement = judged(&evaluation, &outcome);
    assert_eq!((judgement.verdict, judgement.number.as_str()), (Verdict::Pass, "0.3 %"));
    assert_eq!(judgement.limit, "±1.0 %");
    // Dossier 2.3: a mean of +1.0499 is +1.0 and passes rounded, and fails raw.
    outcome.value = 1.0499;
    outcome.printed_value = "1.0".to_owned();
    assert_eq!(judged(&evaluation, &outcome).verdict, Verdict::Pass);
    let rule = evaluation.decision.as_mut().unwrap();
    rule.judged_on = JudgedOn::Raw;
    assert_eq!(judged(&evaluation, &outcome).verdict, Verdict::Fail);
    outcome.expanded = 0.4;
    let verdict = judged(&evaluation, &outcome).verdict;
    assert!(matches!(verdict, Verdict::NotEvaluated { .. }), "{verdict:?}");
}

#[test]
fn ilac_g8_guard_band_of_one_expanded_uncertainty() {
    let mut evaluation = example_a();
    evaluation.monte_carlo = None;
    let mut outcome = evaluation.evaluate().unwrap();
    let rule = evaluation.decision.as_mut().unwrap();
    rule.judged_on = JudgedOn::Raw;
    rule.acceptance = Acceptance::Guarded { factor: "1".to_owned(), conditional: true };
    outcome.expanded = 0.1;
    for (value, wanted) in [
        (0.9, Verdict::Pass),
        (0.9000001, Verdict::ConditionalPass),
        (-1.0, Verdict::ConditionalPass),
        (1.0000001, Verdict::ConditionalFail),
        (1.1, Verdict::ConditionalFail),
        (-1.1000001, Verdict::Fail),
    ] {
        outcome.value = value;
        assert_eq!(evaluation.decide(&outcome).unwrap().verdict, wanted, "{value}");
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let refused = |change: &dyn Fn(&mut Evaluation)| {
        let mut evaluation = example_a();
        change(&mut evaluation);
        evaluation.evaluate().unwrap_err().to_string()
    };
    let message = refused(&|e| e.equations[0].expression = "(m0 - m) / m + q".to_owned());
    assert!(message.contains("unknown name `q`"), "{message}");
    let message = refused(&|e| e.equations[0].expression = "m0 - m".to_owned());
    assert!(message.contains("equation `E`") && message.contains("imp"), "{message}");
    let message = refused(&|e| e.readings.truncate(1));
    assert!(message.contains("`m` has 0 readings in repeat 2"), "{message}");
    let message = refused(&|e| e.inputs[3].components[0].scale = Scale::Half("1 V".to_owned()));
    assert!(message.contains("cannot be converted"), "{message}");
    let message = refused(&|e| e.inputs[3].components[0].distribution = Shape::Normal);
    assert!(message.contains("wants standard or expanded"), "{message}");
    let message = refused(&|e| e.monte_carlo.as_mut().unwrap().generator = "x".to_owned());
    assert!(message.contains("generator `x`"), "{message}");
    let message = refused(&|e| e.inputs[1].name = "m0".to_owned());
    assert!(message.contains("given twice"), "{message}");
    assert!(refused(&|e| e.repeats.clear()).contains("no repeat"));
    assert!(refused(&|e| e.quantity = "E".to_owned()).contains("one number"));
}

/// By hand: (120000 - m) / m is 1/3 at m = 90000, whatever was read in the repeats.
#[test]
fn value_follows_one_open_reading_as_if_it_had_been_read() {
    let evaluation = meter("120000", ["119605", "119632"], ("0", Vec::new()), "0", Vec::new());
    let mut open = evaluation.by_reading("m").unwrap();
    assert!((open.value(90_000.0).unwrap() - 100.0 / 3.0).abs() < 1e-12);
    let read = meter("120000", ["119600", "119600"], ("0", Vec::new()), "0", Vec::new());
    let found = read.evaluate().unwrap().value;
    assert!((open.value(119_600.0).unwrap() - found).abs() < 1e-12);
    assert!(open.value(0.0).is_none(), "nothing is divided by zero");
    assert!(evaluation.by_reading("n").is_err());
}

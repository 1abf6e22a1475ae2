//! Results of a class 1 meter at the load points of JJG 596-2012, from pulse counts.
//!
//! Equation, inputs and the first load point are those of the worked example of
//! a class 1 meter with a class 0.05 reference (electricity dossier, 3.1).

use etalon_certificates::record::{Column, ResultRow, ResultTable, Text};
use etalon_uncertainty::dof::CorrelatedDof;
use etalon_uncertainty::evaluation::*;
use etalon_uncertainty::rounding::RoundingRule;

/// Load points: current in A, power factor, limit in %, two reference counts.
const POINTS: [(&str, &str, &str, [u32; 2]); 15] = [
    ("60", "1.0", "1.0", [119_690, 119_702]),
    ("30", "1.0", "1.0", [119_662, 119_655]),
    ("5", "1.0", "1.0", [119_605, 119_632]),
    ("0.5", "1.0", "1.0", [119_541, 119_568]),
    ("0.25", "1.0", "1.5", [119_402, 119_455]),
    ("60", "0.5L", "1.0", [119_850, 119_836]),
    ("30", "0.5L", "1.0", [119_801, 119_815]),
    ("5", "0.5L", "1.0", [119_722, 119_740]),
    ("1", "0.5L", "1.0", [119_655, 119_678]),
    ("0.5", "0.5L", "1.5", [119_493, 119_466]),
    ("60", "0.8C", "1.0", [119_588, 119_599]),
    ("30", "0.8C", "1.0", [119_611, 119_603]),
    ("5", "0.8C", "1.0", [119_577, 119_560]),
    ("1", "0.8C", "1.0", [119_490, 119_502]),
    ("0.5", "0.8C", "1.5", [119_390, 119_421]),
];

/// The table; `offset` is added to every count, so that a meter can be made to fail.
pub(crate) fn table(offset: i64) -> Result<ResultTable, EvaluationError> {
    let rows = POINTS.iter().map(|(current, factor, limit, counts)| {
        let key = format!("basic_error/{current}A-{factor}");
        let counts = counts.map(|count| i64::from(count) + offset);
        let evaluation = evaluation(key, counts, limit);
        let outcome = evaluation.evaluate()?;
        let judgement = evaluation.decide(&outcome)?;
        let conditions = vec![(*current).to_owned(), (*factor).to_owned()];
        ResultRow::of(&evaluation, &outcome, Some(&judgement), conditions)
    });
    Ok(ResultTable {
        id: "basic_error".into(),
        name: Text::new("Basic error, positive active energy", "基本误差，正向有功"),
        quantity: Text::new("Error", "误差"),
        unit: "%".into(),
        columns: vec![
            Column { name: Text::new("Current", "电流"), unit: Some("A".into()) },
            Column { name: Text::new("Power factor", "功率因数"), unit: None },
        ],
        rows: rows.collect::<Result<_, _>>()?,
    })
}

fn evaluation(key: String, counts: [i64; 2], limit: &str) -> Evaluation {
    let reading = |(repeat, count): (u32, i64)| RawReading {
        input: "m".into(),
        repeat,
        text: count.to_string(),
        unit: "imp".into(),
        sequence: 100 + u64::from(repeat),
    };
    Evaluation {
        schema: SCHEMA.into(),
        key,
        quantity: "mean(E)".into(),
        equations: vec![Equation {
            name: "E".into(),
            unit: "%".into(),
            expression: "(m0 - m) / m + d_rep + d_ref + d_temp + d_pos + d_src + d_conn + d_round"
                .into(),
        }],
        measurand: "E".into(),
        repeats: vec![1, 2],
        inputs: inputs(),
        readings: (1..).zip(counts).map(reading).collect(),
        correlations: vec![],
        correlated_dof: CorrelatedDof::default(),
        coverage: Coverage::Fixed { k: "2".into(), p: "0.95".into() },
        limit: Some(Limit {
            lower: Some(format!("-{limit} %")),
            upper: Some(format!("{limit} %")),
            source: "JJG 596-2012, table 1".into(),
        }),
        rounding: Some(Rounding {
            step: "0.1 %".into(),
            rule: RoundingRule::HalfEven,
            source: "JJG 596-2012, 6.5".into(),
        }),
        decision: Some(DecisionRule {
            acceptance: Acceptance::Simple,
            judged_on: JudgedOn::Rounded,
            require: None,
            source: "JJF 1094-2002, 5.3.1.4".into(),
        }),
        monte_carlo: None,
    }
}

fn inputs() -> Vec<Input> {
    let input = |name: &str, (en, zh): (&str, &str), estimate: Estimate, unit: &str| Input {
        name: name.into(),
        label: Text::new(en, zh),
        unit: unit.into(),
        estimate,
        each_repeat: false,
        components: vec![],
    };
    let zero = |name: &str, label: (&str, &str), distribution: Shape, scale: Scale| Input {
        components: vec![Component {
            name: Text::new(label.0, label.1),
            distribution,
            scale,
            dof: (name == "d_rep").then(|| "9".into()),
            beta: None,
            inexact: None,
            source: None,
        }],
        each_repeat: name == "d_rep",
        ..input(name, label, Estimate::Value("0 %".into()), "%")
    };
    let half = |text: &str| Scale::Half(text.to_owned());
    let rectangular = Shape::Rectangular;
    vec![
        input("m0", ("preset count", "预置脉冲数"), Estimate::Value("120000 imp".into()), "imp"),
        Input {
            each_repeat: true,
            ..input("m", ("reference pulses", "标准表脉冲数"), Estimate::Reading, "imp")
        },
        zero(
            "d_rep",
            ("repeatability", "重复性"),
            Shape::Normal,
            Scale::Standard("0.01531602995438483 %".into()),
        ),
        zero("d_ref", ("reference meter", "标准表"), rectangular, half("0.05 %")),
        zero("d_temp", ("temperature", "温度"), rectangular, half("0.004 %")),
        zero("d_pos", ("position", "表位"), rectangular, half("0.02 %")),
        zero("d_src", ("source stability", "电源稳定性"), rectangular, half("0.005 %")),
        zero("d_conn", ("connection", "接线"), rectangular, half("0.005 %")),
        zero("d_round", ("rounding", "化整"), rectangular, half("0.05 %")),
    ]
}

use std::sync::Arc;

use super::*;
use crate::correlation::Correlation;
use crate::distribution::{Distribution, Table};
use crate::dof::CorrelatedDof;
use crate::expression::Expression;
use crate::propagation::{Component, Entry, InputQuantity, propagate};
use crate::tape::Builder;

fn problem(model: &str, shapes: &[Distribution]) -> Problem {
    let mut builder = Builder::new();
    let names: Vec<String> = (1..=shapes.len()).map(|n| format!("X{n}")).collect();
    for name in &names {
        builder.named_input(name);
    }
    builder.define("Y", &Expression::parse(model).unwrap()).unwrap();
    let inputs = names.iter().zip(shapes).map(|(name, shape)| InputQuantity {
        name: name.clone(),
        components: vec![Component {
            name: name.clone(),
            distribution: shape.clone(),
            dof: f64::INFINITY,
        }],
    });
    Problem {
        tape: builder.finish(&["Y"]).unwrap(),
        inputs: inputs.collect(),
        entries: (0..shapes.len()).map(|input| Entry { input, estimate: 0.0 }).collect(),
        correlation: Correlation::default(),
        correlated_dof: CorrelatedDof::Refuse,
    }
}

fn plan(trials: u64, threads: usize) -> Plan {
    Plan { trials, seed: 20_261_123, threads: NonZeroUsize::new(threads).unwrap() }
}

#[test]
fn jcgm_101_9_2_2_sum_of_four_normals() {
    let problem = problem("X1+X2+X3+X4", &[const { Distribution::Normal { standard: 1.0 } }; 4]);
    let summary = run(&problem, &plan(1_000_000, 1), &[0.95]).unwrap();
    let output = &summary.outputs[0];
    // Printed: u 2.00, [-3.92, 3.92]; the exact end is 2 · 1.959964.
    assert!(output.mean.abs() < 0.009 && (output.u - 2.0).abs() < 0.006);
    let (low, high) = output.intervals[0].symmetric;
    assert!((low + 3.92).abs() < 0.02 && (high - 3.92).abs() < 0.02, "{low} {high}");
    let (low, high) = output.intervals[0].shortest;
    assert!((high - low - 7.84).abs() < 0.03);
    let sampling = output.intervals[0].sampling;
    // s(end) = √(p (1 - p) / M) / density = √(0.025 · 0.975 / 1e6) / 0.02922
    assert!((sampling.0 / 0.005_343 - 1.0).abs() < 0.3, "{sampling:?}");
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let shapes = [
        Distribution::Normal { standard: 1.0 },
        Distribution::StudentT { scale: 1.0, dof: 5.0 },
        Distribution::Arcsine { half: 1.0 },
        Distribution::CurvilinearTrapezoid { half: 1.0, inexact: 0.3 },
    ];
    let problem = problem("exp(X1) * X2 + sin(X3) / (2 + X4)", &shapes);
    let one = trials(&problem, &plan(100_003, 1), 0).unwrap();
    for threads in [2, 3, 8] {
        let several = trials(&problem, &plan(100_003, threads), 0).unwrap();
        let same = one[0].iter().zip(&several[0]).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same, "{threads} threads");
    }
    let other = trials(&problem, &Plan { seed: 2, ..plan(100_003, 1) }, 0).unwrap();
    assert_ne!(one, other);
}

/// A snapshot of Etalon's own numbers: a change here is a new generator version.
#[test]
fn the_generator_of_this_version_draws_these_numbers() {
    let problem = problem(
        "X1 + 2 * X2",
        &[Distribution::Normal { standard: 1.0 }, Distribution::Rectangular { half: 1.0 }],
    );
    let drawn = trials(&problem, &Plan { seed: 1, ..plan(2000, 1) }, 0).unwrap();
    let bits: Vec<u64> = [0, 1, 1024].iter().map(|i| drawn[0][*i].to_bits()).collect();
    assert_eq!(bits, SNAPSHOT, "{bits:?}");
}

const SNAPSHOT: [u64; 3] =
    [4_602_973_286_272_244_589, 4_611_991_313_205_913_062, 13_810_650_251_917_661_634];

#[test]
fn every_shape_is_drawn_with_its_standard_deviation() {
    for shape in [
        Distribution::Normal { standard: 2.0 },
        Distribution::StudentT { scale: 2.0, dof: 9.0 },
        Distribution::StudentT { scale: 2.0, dof: 1.5 },
        Distribution::Rectangular { half: 2.0 },
        Distribution::Triangular { half: 2.0 },
        Distribution::Arcsine { half: 2.0 },
        Distribution::Trapezoidal { half: 2.0, beta: 0.4 },
        Distribution::CurvilinearTrapezoid { half: 2.0, inexact: 0.8 },
        Distribution::Exponential { mean: 2.0 },
        Distribution::Gamma { counts: 7.0 },
        Distribution::Histogram(Arc::new(
            Table::histogram(&[-3.0, -1.0, 0.5, 0.75, 4.0], &[2.0, 7.0, 0.5, 3.0]).unwrap(),
        )),
        Distribution::Sample(Arc::new(
            Table::sample(&(0..5000).map(|i| libm::exp(f64::from(i) * 2e-4)).collect::<Vec<_>>())
                .unwrap(),
        )),
    ] {
        let problem = problem("X1", std::slice::from_ref(&shape));
        let output = run(&problem, &plan(400_000, 2), &[0.5, 0.95]).unwrap().outputs.remove(0);
        let u = shape.standard_uncertainty();
        let wanted = match shape {
            Distribution::StudentT { scale, dof } => scale * (dof / (dof - 2.0)).sqrt(),
            _ => u,
        };
        if wanted.is_finite() {
            assert!((output.u / wanted - 1.0).abs() < 0.01, "{shape:?}: {}", output.u);
            assert!(output.mean.abs() < 0.01 * wanted, "{shape:?}: {}", output.mean);
        }
        for interval in &output.intervals {
            if let Some(high) = shape.quantile(0.5 + 0.5 * interval.p) {
                let deviation = (interval.symmetric.1 - high).abs();
                assert!(
                    deviation < 5.0 * interval.sampling.1.max(1e-3 * u),
                    "{shape:?} {interval:?}"
                );
            }
        }
    }
}

#[test]
fn correlated_normals_keep_their_covariance() {
    let mut problem = problem("X1 - X2", &[const { Distribution::Normal { standard: 1.0 } }; 2]);
    let names = ["X1".to_owned(), "X2".to_owned()];
    problem.correlation =
        Correlation::new(&names, &[("X1".to_owned(), "X2".to_owned(), 0.9)]).unwrap();
    let gum = propagate(&problem, 0).unwrap();
    assert!((gum.u - 0.2_f64.sqrt()).abs() < 1e-15);
    let u = run(&problem, &plan(400_000, 2), &[0.95]).unwrap().outputs[0].u;
    assert!((u / gum.u - 1.0).abs() < 0.01, "{u}");
}

#[test]
fn a_model_without_a_value_in_some_trial_is_refused() {
    let problem = problem("log(X1 + 1)", &[Distribution::Rectangular { half: 2.0 }]);
    let error = run(&problem, &plan(10_000, 2), &[0.95]).unwrap_err();
    assert!(matches!(error, MonteCarloError::NotFinite { .. }), "{error}");
    assert!(run(&problem, &plan(10, 1), &[0.95]).is_err());
}

#[test]
fn jcgm_101_7_9_stops_when_the_numbers_stand_still() {
    let problem = problem("X1+X2+X3+X4", &[const { Distribution::Normal { standard: 1.0 } }; 4]);
    let tolerance = adaptive::Tolerance { p: 0.95, digits: 1, most: 5_000_000 };
    let adapted = adaptive::run(&problem, &plan(10_000, 1), tolerance, &[0.95]).unwrap();
    assert!(adapted.converged && adapted.summary.trials < 500_000, "{}", adapted.summary.trials);
    let tolerance = adaptive::Tolerance { digits: 4, most: 50_000, ..tolerance };
    let adapted = adaptive::run(&problem, &plan(10_000, 1), tolerance, &[0.95]).unwrap();
    assert!(!adapted.converged && adapted.summary.trials <= 50_000);
}

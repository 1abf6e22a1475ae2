use std::num::NonZeroUsize;

use super::*;
use crate::correlation::Correlation;
use crate::distribution::Distribution;
use crate::dof::CorrelatedDof;
use crate::expression::Expression;
use crate::propagation::{Component, Entry, InputQuantity};
use crate::tape::Builder;

fn problem(models: &[(&str, &str)], inputs: &[(&str, f64, Distribution)]) -> Problem {
    let mut builder = Builder::new();
    for (name, ..) in inputs {
        builder.named_input(name);
    }
    for (name, text) in models {
        builder.define(name, &Expression::parse(text).unwrap()).unwrap();
    }
    let outputs: Vec<&str> = models.iter().map(|(name, _)| *name).collect();
    let quantity = |(name, _, distribution): &(&str, f64, Distribution)| InputQuantity {
        name: (*name).to_owned(),
        components: vec![Component {
            name: String::new(),
            distribution: distribution.clone(),
            dof: f64::INFINITY,
        }],
    };
    Problem {
        tape: builder.finish(&outputs).unwrap(),
        inputs: inputs.iter().map(quantity).collect(),
        entries: inputs
            .iter()
            .enumerate()
            .map(|(input, (_, estimate, _))| Entry { input, estimate: *estimate })
            .collect(),
        correlation: Correlation::default(),
        correlated_dof: CorrelatedDof::Plain,
    }
}

fn skew() -> Problem {
    problem(
        &[("y", "a*exp(b)"), ("z", "a + b")],
        &[
            ("a", 10.0, Distribution::Normal { standard: 1.0 }),
            ("b", 0.0, Distribution::Rectangular { half: 0.4 }),
        ],
    )
}

fn plan(trials: u64, threads: usize) -> Plan {
    Plan { trials, seed: 11, threads: NonZeroUsize::new(threads).unwrap() }
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn a_sweep_has_the_intervals_of_kept_trials_to_the_last_bit() {
    let problem = skew();
    for trials in [1_000, 70_001, 500_000] {
        let kept = crate::monte_carlo::run(&problem, &plan(trials, 2), &[0.95, 0.99]).unwrap();
        let swept = sweep(&problem, &plan(trials, 2), &[0.95, 0.99]).unwrap();
        for (kept, swept) in kept.outputs.iter().zip(&swept.outputs) {
            assert_eq!(kept.intervals, swept.intervals, "{trials}");
            assert!(
                near(kept.mean, swept.mean, 1e-13) && near(kept.u, swept.u, 1e-12),
                "{kept:?} {swept:?}"
            );
            assert!(near(kept.skewness, swept.skewness, 1e-10));
            assert!(near(kept.excess_kurtosis, swept.excess_kurtosis, 1e-10));
        }
        for (kept, swept) in kept.covariance.iter().flatten().zip(swept.covariance.iter().flatten())
        {
            assert!(near(*kept, *swept, 1e-12), "{kept} {swept}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_with_one_two_and_eight_threads() {
    let problem = skew();
    let one = sweep(&problem, &plan(300_000, 1), &[0.95]).unwrap();
    for threads in [2, 3, 8] {
        assert_eq!(one, sweep(&problem, &plan(300_000, threads), &[0.95]).unwrap());
    }
}

#[test]
fn counted_ends_agree_with_kept_ones_far_below_their_sampling_uncertainty() {
    let problem = skew();
    let plan = plan(1_000_000, 2);
    let first = crate::monte_carlo::trials(&problem, &Plan { trials: 65_536, ..plan }, 0).unwrap();
    let outline = |values: Vec<f64>| {
        let mut outline = Outline::of(values.clone(), plan.trials, 0.95).unwrap();
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (outline.low.clone(), outline.high.clone());
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        outline.low = low.counted(least);
        outline.high = high.counted(most);
        outline
    };
    let outlines: Vec<Outline> = first.into_iter().map(outline).collect();
    let counted = run(&problem, &plan, &outlines).unwrap().summary(plan.trials, &[0.95]).unwrap();
    let kept = sweep(&problem, &plan, &[0.95]).unwrap();
    for (kept, counted) in kept.outputs.iter().zip(&counted.outputs) {
        let (a, b) = (&kept.intervals[0], &counted.intervals[0]);
        let limit = 0.05 * a.sampling.0.min(a.sampling.1);
        assert!((a.symmetric.0 - b.symmetric.0).abs() < limit, "{a:?} {b:?}");
        assert!((a.symmetric.1 - b.symmetric.1).abs() < limit, "{a:?} {b:?}");
        let width =
            |interval: &crate::monte_carlo::Interval| interval.shortest.1 - interval.shortest.0;
        assert!((width(a) - width(b)).abs() < limit, "{a:?} {b:?}");
    }
}

#[test]
fn a_trial_without_a_value_is_named_and_a_certain_output_has_no_width() {
    let root = problem(&[("y", "sqrt(a)")], &[("a", 3.9, Distribution::Normal { standard: 1.0 })]);
    let kept = crate::monte_carlo::run(&root, &plan(200_000, 1), &[0.95]).unwrap_err();
    assert_eq!(sweep(&root, &plan(200_000, 2), &[0.95]).unwrap_err(), kept);
    let certain =
        problem(&[("y", "2*3 + 0*a")], &[("a", 4.0, Distribution::Normal { standard: 1.0 })]);
    let swept = sweep(&certain, &plan(100_000, 2), &[0.95]).unwrap();
    assert!(swept.outputs[0].u.abs() < 1e-300, "{:?}", swept.outputs[0]);
    assert_eq!(swept.outputs[0].intervals[0].shortest, (6.0, 6.0));
}

//! Expected values: vectors of the pressure dossier, section 8; closed forms.

use super::key_comparison::{median_reference, pairwise, weighted_mean};
use super::robust::{algorithm_a, made, median, niqr};
use super::*;

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
}

/// Four laboratories with expanded uncertainties (k = 2).
const LABORATORIES: [(f64, f64); 4] = [(0.11, 0.08), (0.23, 0.18), (0.05, 0.12), (0.16, 0.10)];

fn participants() -> Vec<Participant> {
    LABORATORIES
        .iter()
        .map(|(value, expanded)| Participant { value: *value, u: expanded / 2.0 })
        .collect()
}

#[test]
fn iso_13528_e_n_of_two_results() {
    let (one, other) = ((0.23, 0.18), (0.11, 0.08));
    near(e_n(one, other, Relation::Independent).unwrap(), 0.609_207_699_080_171_5, 1e-14);
    let (one, other) = (Participant { value: 0.23, u: 0.09 }, Participant { value: 0.11, u: 0.04 });
    near(zeta(one, other, Relation::Independent).unwrap(), 2.0 * 0.609_207_699_080_171_5, 1e-14);
    near(z(0.23, Participant { value: 0.11, u: 0.0 }, 0.06).unwrap(), 2.0, 1e-14);
    near(z(0.23, Participant { value: 0.11, u: 0.08 }, 0.06).unwrap(), 1.2, 1e-14);
}

#[test]
fn cox_procedure_a_of_four_laboratories() {
    let found = weighted_mean(&participants()).unwrap();
    // Vectors file, `cox`; scores printed to nine digits.
    near(found.reference.value, 0.122_724_518_502_488_62, 1e-15);
    near(2.0 * found.reference.u, 0.052_958_358_656_296_41, 1e-15);
    near(found.chi_squared, 3.546_851_330_880_762, 1e-13);
    // mpmath: chi-squared 3.5468… with 3 degrees of freedom.
    near(found.p, 0.314_736_304_526_517_6, 1e-13);
    assert!(found.is_consistent(0.05));
    let scores = [-0.212_211, 0.623_574, -0.675_364, 0.439_436];
    for ((laboratory, degree), score) in LABORATORIES.iter().zip(&found.degrees).zip(scores) {
        near(degree.value / degree.expanded, score, 5e-7);
        let reference = (found.reference.value, 2.0 * found.reference.u);
        near(e_n(*laboratory, reference, Relation::PartOfReference).unwrap(), score, 5e-7);
    }
}

#[test]
fn cox_section_5_a_laboratory_that_departs_fails_the_test_and_pairs_stand_alone() {
    let mut all = participants();
    all.push(Participant { value: 1.0, u: 0.05 });
    let found = weighted_mean(&all).unwrap();
    assert!(!found.is_consistent(0.05) && found.p < 1e-12, "{}", found.p);
    let pair = pairwise(all[0], all[1]);
    near(pair.value, -0.12, 1e-16);
    near(pair.expanded, (0.08_f64 * 0.08 + 0.18 * 0.18).sqrt(), 1e-15);
}

#[test]
fn cox_procedure_b_of_two_is_their_mean() {
    let two = [Participant { value: 1.0, u: 0.3 }, Participant { value: 2.0, u: 0.4 }];
    let found = median_reference(&two, 200_000, 7).unwrap();
    // Closed form: mean 1.5 with 0.25; differences ∓0.5 with 0.25. Four sampling
    // deviations of 200000 trials.
    near(found.reference.mean, 1.5, 0.0023);
    near(found.reference.u, 0.25, 0.0016);
    near(found.degrees[0].mean, -0.5, 0.0023);
    near(found.degrees[0].u, 0.25, 0.0016);
    let (low, high) = found.reference.intervals[0].shortest;
    near(high - low, 2.0 * 1.96 * 0.25, 0.02);
    assert_eq!(found, median_reference(&two, 200_000, 7).unwrap());
}

#[test]
fn cox_procedure_b_stays_with_the_majority() {
    let mut all = participants();
    all.push(Participant { value: 1.0, u: 0.05 });
    let found = median_reference(&all, 50_000, 1).unwrap();
    near(found.reference.mean, 0.16, 0.03);
    let (low, _) = found.degrees[4].intervals[0].shortest;
    assert!(low > 0.5, "the departing laboratory is off by at least {low}");
}

#[test]
fn iso_13528_annex_c_robust_statistics_of_a_round_with_one_result_astray() {
    let round = [4.5, 4.9, 5.6, 4.2, 6.2, 5.2, 9.9];
    // Python 3.11, statistics.median and the formulas of the annex iterated.
    near(median(&round).unwrap(), 5.2, 0.0);
    near(made(&round).unwrap(), 1.0381, 1e-14);
    near(niqr(&round).unwrap(), 0.7413 * (5.9 - 4.7), 1e-14);
    let found = algorithm_a(&round).unwrap();
    near(found.mean, 5.386_489_230_095_653, 1e-13);
    near(found.deviation, 1.145_956_920_382_612_5, 1e-13);
    near(found.u, 1.25 * 1.145_956_920_382_612_5 / 7.0_f64.sqrt(), 1e-13);
}

#[test]
fn robust_statistics_do_not_care_how_far_astray_a_result_is() {
    let far = algorithm_a(&[4.5, 4.9, 5.6, 4.2, 6.2, 5.2, 1e9]).unwrap();
    let near_by = algorithm_a(&[4.5, 4.9, 5.6, 4.2, 6.2, 5.2, 9.9]).unwrap();
    near(far.mean, near_by.mean, 1e-12);
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[1.0, 3.0]), Some(2.0));
}

#[test]
fn comparisons_without_an_answer_are_refused() {
    let one = Participant { value: 1.0, u: 0.1 };
    assert!(weighted_mean(&[one]).is_err());
    let error = weighted_mean(&[one, Participant { value: 1.0, u: 0.0 }]).unwrap_err().to_string();
    let wanted = "participant 2 states 1 with 0, wanted numbers with a positive uncertainty";
    assert_eq!(error, wanted);
    let error = e_n((1.0, 0.1), (1.0, 0.2), Relation::PartOfReference).unwrap_err().to_string();
    assert_eq!(error, "the reference value has uncertainty 0.2, its own part has 0.1");
    assert!(z(1.0, one, 0.0).is_err());
    assert!(algorithm_a(&[1.0, 2.0]).is_err());
    assert!(algorithm_a(&[1.0, 1.0, 1.0, 5.0]).is_err());
    assert!(median_reference(&[one, one], 10, 1).is_err());
}

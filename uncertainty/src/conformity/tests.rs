//! Expected values: reference cases, recomputed by scipy quadrature (see each).

use super::global::{Population, risks};
use super::guard_band::{GuardBand, test_uncertainty_ratio};
use super::specific::{Knowledge, conformance};
use super::*;
use crate::normal;

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
}

fn between(lower: f64, upper: f64) -> Limits {
    Limits::new(Some(lower), Some(upper)).unwrap()
}

#[test]
fn jcgm_106_7_4_zener_diode_below_an_upper_limit() {
    let upper = Limits::new(None, Some(-5.4)).unwrap();
    let known = Knowledge::Normal { estimate: -5.47, u: 0.05 };
    let found = conformance(&upper, known).unwrap();
    // Reference case j106-zener-upper; published 0.92 and 0.08.
    near(found.conforming, 0.919_243_340_766_227_3, 1e-14);
    near(found.nonconforming, 0.080_756_659_233_771_07, 1e-14);
    assert_eq!(found.assumptions[1], "tolerance one-sided up to -5.4");
}

#[test]
fn jcgm_106_7_4_container_above_a_lower_limit() {
    let lower = Limits::new(Some(490.0), None).unwrap();
    let known = Knowledge::Normal { estimate: 509.7, u: 8.6 };
    let found = conformance(&lower, known).unwrap();
    // Reference case j106-burst-lower; published 0.99.
    near(found.conforming, 0.989_009_547_384_822_2, 1e-14);
    near(found.consumer_risk().value, 1.0 - 0.989_009_547_384_822_2, 1e-14);
}

#[test]
fn jcgm_106_7_2_few_degrees_of_freedom_and_rectangles() {
    let limits = between(-2.0, 2.0);
    let t = Knowledge::StudentT { estimate: 0.0, scale: 1.0, dof: 2.0 };
    // Closed form for two degrees of freedom: P(|t| > 2) = 1 - 2/√6.
    near(conformance(&limits, t).unwrap().nonconforming, 1.0 - 2.0 / 6.0_f64.sqrt(), 1e-14);
    let flat = Knowledge::Rectangular { estimate: 1.5, half: 1.0 };
    near(conformance(&limits, flat).unwrap().conforming, 0.75, 1e-15);
    let error = conformance(&limits, Knowledge::Normal { estimate: 0.0, u: 0.0 });
    let wanted = "uncertainty is 0, wanted a positive number";
    assert_eq!(error.unwrap_err().to_string(), wanted);
}

const RESISTORS: Population = Population::Normal { mean: 1500.0, deviation: 0.12 };

#[test]
fn jcgm_106_9_5_resistors_accepted_without_a_guard_band() {
    let tolerance = between(1499.8, 1500.2);
    let found = risks(&RESISTORS, 0.04, &tolerance, &tolerance).unwrap();
    // Reference case j106-resistors-simple, bivariate normal by scipy quad, 1e-9.
    near(found.pfa, 0.018_942_206_717_105_628, 1e-9);
    near(found.pfr, 0.037_207_800_178_135_53, 1e-9);
    near(found.pfa_conditional, 0.021_375_757_585_283_442, 1e-9);
    assert_eq!(found.assumptions[0], "items normal around 1500 with standard deviation 0.12");
    assert_eq!(found.assumptions.len(), 5);
}

#[test]
fn jcgm_106_9_5_resistors_with_a_guard_band_of_twice_the_uncertainty() {
    let tolerance = between(1499.8, 1500.2);
    let guarded = GuardBand::Expanded.applied(&tolerance, 0.04, 2.0).unwrap();
    near(guarded.w, 0.08, 1e-15);
    let found = risks(&RESISTORS, 0.04, &tolerance, &guarded.acceptance).unwrap();
    // Reference case j106-resistors-guard.
    near(found.pfa, 0.000_468_633_598_869_334_04, 1e-9);
    near(found.pfr, 0.247_669_640_200_720_35, 1e-9);
    near(found.pfa_conditional, 0.000_713_056_235_376_128_4, 1e-9);
    near(found.accepted + found.pfr, found.conforming + found.pfa, 1e-12);
}

#[test]
fn ncsli_rp_19_false_acceptance_against_the_share_in_tolerance() {
    let tolerance = between(-1.0, 1.0);
    // Reference case ncsli-rp19-pfa-table: share, PFA, conditional PFA.
    let printed = [
        (0.6, 0.048_386_032_084_936_345, 0.082_600_819_100_218_59),
        (0.7, 0.039_223_410_709_924_28, 0.057_232_203_983_806_455),
        (0.8, 0.028_558_306_210_056_696, 0.036_322_717_835_297_82),
        (0.9, 0.015_999_535_304_644_73, 0.017_988_047_706_861_417),
        (0.95, 0.008_710_101_881_389_497, 0.009_238_976_305_569_782),
        (0.99, 0.001_999_169_629_188_483, 0.002_024_387_814_631_892),
    ];
    for (share, pfa, conditional) in printed {
        let items = Population::of_conforming_share(&tolerance, 0.0, share).unwrap();
        let Population::Normal { deviation, .. } = items else { panic!("normal") };
        let found = risks(&items, 0.25 * deviation, &tolerance, &tolerance).unwrap();
        near(found.pfa, pfa, 1e-9);
        near(found.pfa_conditional, conditional, 1e-9);
        near(found.conforming, share, 1e-12);
    }
}

#[test]
fn one_sided_risk_agrees_with_two_sides_of_a_symmetric_population() {
    let items = Population::Normal { mean: 0.0, deviation: 1.0 };
    let (both, one) = (between(-1.5, 1.5), Limits::new(None, Some(1.5)).unwrap());
    let (double, single) = (risks(&items, 0.1, &both, &both), risks(&items, 0.1, &one, &one));
    near(double.unwrap().pfa, 2.0 * single.unwrap().pfa, 1e-13);
}

#[test]
fn other_populations_agree_with_what_they_become() {
    let limits = between(-1.0, 1.0);
    let normal = Population::Normal { mean: 0.2, deviation: 0.5 };
    let nearly = Population::StudentT { mean: 0.2, scale: 0.5, dof: 1e9 };
    let (a, b) = (risks(&normal, 0.1, &limits, &limits), risks(&nearly, 0.1, &limits, &limits));
    near(a.unwrap().pfa, b.unwrap().pfa, 1e-9);
    let flat = Population::Rectangular { least: -2.0, greatest: 2.0 };
    let edges = vec![-2.0, -0.3, 1.0, 2.0];
    let bins = Population::Histogram { edges, counts: vec![17.0, 13.0, 10.0] };
    let (a, b) = (risks(&flat, 0.1, &limits, &limits), risks(&bins, 0.1, &limits, &limits));
    let (a, b) = (a.unwrap(), b.unwrap());
    near(a.pfa, b.pfa, 1e-13);
    // By hand: each limit adds density times u/√(2π).
    near(a.pfa, 2.0 * 0.25 * 0.1 / (2.0 * std::f64::consts::PI).sqrt(), 1e-13);
    let heavy = Population::StudentT { mean: 0.0, scale: 0.5, dof: 1.0 };
    let found = risks(&heavy, 0.1, &limits, &limits).unwrap();
    near(found.accepted + found.pfr, found.conforming + found.pfa, 1e-12);
    // Cauchy: P(|x| < 2 scales) = 2 atan(2)/π.
    near(found.conforming, 2.0 * 2.0_f64.atan() / std::f64::consts::PI, 1e-11);
}

#[test]
fn a_guard_band_for_a_target_risk_reaches_it() {
    let population = Population::Normal { mean: 0.0, deviation: 4.0 };
    let tolerance = between(-8.0, 8.0);
    let rule = GuardBand::TargetPfa { pfa: 0.01, population: population.clone() };
    let found = rule.applied(&tolerance, 2.0, 2.0).unwrap();
    // Reference case guardband-target-pfa (scipy brentq and quad).
    near(found.w, 0.375_882_107_956_267_4, 1e-6);
    near(risks(&population, 2.0, &tolerance, &found.acceptance).unwrap().pfa, 0.01, 1e-12);
    assert!(found.assumptions.iter().any(|text| text.starts_with("items normal around 0")));
    let easy = GuardBand::TargetPfa { pfa: 0.5, population };
    near(easy.applied(&tolerance, 2.0, 2.0).unwrap().w, 0.0, 0.0);
}

#[test]
fn guard_bands_by_test_uncertainty_ratio() {
    // Reference case guardband-tur-methods: managed risk, root sum of squares,
    // T - U, RP-10.
    let printed = [
        (1.5, [0.759_881_796_004_709_7, 0.745_355_992_499_929_9, 1.0 / 3.0, 7.0 / 12.0]),
        (2.5, [0.914_185_634_543_506_8, 0.916_515_138_991_168, 0.6, 0.85]),
        (4.0, [0.986_719_675_492_565_3, 0.968_245_836_551_854_3, 0.75, 1.0]),
    ];
    let rules =
        [GuardBand::ManagedRisk, GuardBand::RootSumSquare, GuardBand::Expanded, GuardBand::Rp10];
    for (ratio, factors) in printed {
        let limits = between(-ratio, ratio);
        for (rule, factor) in rules.iter().zip(factors) {
            near(rule.factor(ratio).unwrap(), factor, 1e-12);
            let guarded = rule.applied(&limits, 0.5, 2.0).unwrap();
            near(guarded.acceptance.upper() / ratio, factor, 1e-12);
        }
    }
    near(GuardBand::Multiple { r: 0.5 }.factor(2.0).unwrap(), 0.75, 1e-15);
}

#[test]
fn guard_bands_without_an_answer_are_refused() {
    let one = Limits::new(None, Some(1.0)).unwrap();
    assert!(GuardBand::Expanded.applied(&one, 0.1, 2.0).is_ok());
    let error = GuardBand::RootSumSquare.applied(&one, 0.1, 2.0).unwrap_err().to_string();
    assert_eq!(error, "a test uncertainty ratio needs a lower and an upper limit, found up to 1");
    let error = GuardBand::Rp10.applied(&between(-1.0, 1.0), 1.0, 2.0).unwrap_err().to_string();
    assert_eq!(error, "test uncertainty ratio is 0.5, wanted at least 1");
    assert!(GuardBand::Expanded.applied(&between(-1.0, 1.0), 0.6, 2.0).is_err());
    near(test_uncertainty_ratio(&between(0.0, 8.0), 1.0).unwrap(), 4.0, 0.0);
}

#[test]
fn managed_risk_keeps_false_acceptance_below_two_per_cent() {
    let tolerance = between(-1.0, 1.0);
    for share in [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
        for ratio in [1.5, 2.0, 3.0, 4.0] {
            let u = 1.0 / ratio / normal::upper_quantile(0.025);
            let k = normal::upper_quantile(0.025);
            let items = Population::of_conforming_share(&tolerance, 0.0, share).unwrap();
            let guarded = GuardBand::ManagedRisk.applied(&tolerance, u, k).unwrap();
            let found = risks(&items, u, &tolerance, &guarded.acceptance).unwrap();
            assert!(found.pfa < 0.0202, "{share} {ratio}: {}", found.pfa);
        }
    }
}

#[test]
fn limits_that_enclose_nothing_are_refused() {
    assert!(Limits::new(None, None).is_err());
    assert!(Limits::new(Some(1.0), Some(1.0)).is_err());
    assert!(Limits::new(Some(f64::NAN), None).is_err());
    let error = Limits::new(Some(2.0), Some(1.0)).unwrap_err().to_string();
    let wanted = "limits 2 to 1 enclose nothing, wanted one finite limit or lower below upper";
    assert_eq!(error, wanted);
    assert!(between(0.0, 1.0).contains(1.0) && !between(0.0, 1.0).contains(1.1));
}

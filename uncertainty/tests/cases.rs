//! Reference cases as files: every `[[expect]]` within its stated tolerance.
//!
//! The files in `cases/` carry their source, the published digits and the
//! independent programs that agreed. Each is a test of its own, named by clause
//! and behaviour, so that a missed case shows by name.

use std::{fs, num::NonZeroUsize, path::Path};

use etalon_uncertainty::budget::{self, Options};
use etalon_uncertainty::budget_file;

#[track_caller]
fn holds(case: &str) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case).with_extension("toml");
    let text = fs::read_to_string(&path).expect("the case lies beside the tests");
    let (file, _) =
        budget_file::parse(&text).unwrap_or_else(|findings| panic!("{case}: {findings:#?}"));
    assert!(!file.expectations.is_empty(), "{case} expects nothing");
    let options =
        Options { threads: NonZeroUsize::MIN.saturating_add(1), check: true, ..Options::default() };
    let answer = budget::evaluate(case, &file, &options).unwrap_or_else(|e| panic!("{case}: {e}"));
    assert_eq!(answer.checks.len(), file.expectations.len());
    assert!(answer.holds(), "{case}\n{}", answer.checks_as_lines());
}

macro_rules! cases {
    ($($name:ident: $case:literal,)*) => {
        $(#[test] fn $name() { holds($case); })*

        #[test]
        fn every_file_is_a_test() {
            let named = [$($case),*];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let stem = path.file_stem().unwrap().to_str().unwrap();
                assert!(named.contains(&stem), "{stem} has no test");
            }
        }
    };
}

cases! {
    ea_4_02_s11_block_calibrator_is_nearly_trapezoidal: "ea402-s11-block-calibrator",
    ea_4_02_s2_weight_of_10_kg_has_29_mg: "ea402-s2-weight",
    ea_4_02_s3_standard_resistor_has_8_33_milliohm: "ea402-s3-resistor",
    ea_4_02_s4_gauge_block_with_a_product_of_two_zero_estimates: "ea402-s4-gauge-block",
    ea_4_02_s9_multimeter_is_dominated_by_a_rectangle: "ea402-s9-dmm",
    gum_5_2_2_ten_resistors_of_one_calibration_have_1_ohm: "gum-522-ten-resistors",
    gum_g_4_1_product_of_three_has_19_degrees_of_freedom: "gum-g4-welch-satterthwaite",
    gum_h_1_end_gauge_has_expanded_uncertainty_93_nm: "gum-h1-end-gauge",
    gum_h_1_7_second_order_gives_34_nm: "gum-h1-second-order",
    gum_h_2_resistance_and_reactance_from_joint_observations: "gum-h2-rxz-raw",
    gum_h_4_activity_by_both_approaches: "gum-h4-radon",
    gum_h_6_hardness_components: "gum-h6-hardness",
    nist_tn1900_e15_reflection_coefficient_in_two_parts: "nist-e15-reflection",
    nist_tn1900_e3_falling_ball_viscometer: "nist-e3-viscometer",
    nist_num_thermal_expansion_with_few_degrees_of_freedom: "num-thermal-expansion",
    quam_a1_cadmium_standard_has_0_9_mg_per_litre: "quam-a1-cadmium",
    quam_a2_sodium_hydroxide_standardisation: "quam-a2-naoh",
    jcgm_101_9_2_2_four_normals: "s1-922-additive-normal",
    jcgm_101_9_2_3_four_rectangles: "s1-923-additive-rect",
    jcgm_101_9_2_4_a_dominant_rectangle_fails_validation: "s1-924-additive-rect-dominant",
    jcgm_101_9_3_mass_calibration_needs_the_second_order: "s1-93-mass-calibration",
    jcgm_101_9_4_comparison_loss_at_zero: "s1-94-comparison-loss-a-r0",
    jcgm_101_9_4_comparison_loss_at_zero_correlated: "s1-94-comparison-loss-a-r9",
    jcgm_101_9_4_comparison_loss_at_0_01_correlated: "s1-94-comparison-loss-b-r9",
    jcgm_101_9_4_comparison_loss_at_0_05: "s1-94-comparison-loss-c-r0",
    jcgm_101_9_4_comparison_loss_at_0_05_correlated: "s1-94-comparison-loss-c-r9",
    jcgm_101_9_5_gauge_block_with_t_inputs: "s1-95-gauge-block",
    jcgm_102_9_2_additive_model_of_normals: "s2-92-additive-a",
    jcgm_102_9_2_additive_model_with_a_rectangle: "s2-92-additive-b",
    jcgm_102_9_3_polar_coordinates_near_the_origin: "s2-93-polar-a",
    jcgm_102_9_3_polar_coordinates_correlated: "s2-93-polar-c",
    jcgm_102_9_3_polar_coordinates_far_from_the_origin: "s2-93-polar-d",
    jcgm_102_9_4_resistance_and_reactance: "s2-94-rxz-mcm",
    sandia_x_ray_fluorescence_interpolates_27_5_degrees_of_freedom: "snl-xrf",
    suncal_scenario_guard_band_for_one_per_cent_false_acceptance: "guardband-target-pfa",
    dobbert_rss_and_rp10_guard_bands_by_test_uncertainty_ratio: "guardband-tur-methods",
    gum_4_3_limits_and_intervals_become_standard_uncertainties: "gum-437-type-b",
    gum_4_4_3_twenty_temperatures: "gum-443-temperatures",
    gum_table_g2_factors_for_whole_and_broken_degrees_of_freedom: "gum-g2-student-t",
    gum_h_3_thermometer_line_predicts_with_nine_degrees_of_freedom: "gum-h3-thermometer-fit",
    iso_ts_28037_6_3_weighted_line_read_backwards: "iso28037-wls1",
    jcgm_106_7_4_burst_pressure_above_a_lower_limit: "j106-burst-lower",
    jcgm_106_9_5_resistors_with_a_guard_band: "j106-resistors-guard",
    jcgm_106_9_5_resistors_with_simple_acceptance: "j106-resistors-simple",
    jcgm_106_7_4_zener_voltage_below_an_upper_limit: "j106-zener-upper",
    ncsli_rp_19_false_acceptance_by_share_in_tolerance: "ncsli-rp19-pfa-table",
    strd_noint1_line_through_the_origin: "strd-noint1",
    strd_norris_straight_line: "strd-norris",
    strd_michelson_describes_a_hundred_readings: "strd-uni-michelson",
    strd_numacc1_keeps_seven_leading_digits: "strd-uni-numacc1",
    strd_numacc3_keeps_seven_leading_digits_of_a_thousand: "strd-uni-numacc3",
    strd_numacc4_keeps_eight_leading_digits_of_a_thousand: "strd-uni-numacc4",
    york_line_with_uncertainty_in_both_coordinates: "york-pearson-wtls",
}

//! Expected values: certified values of NIST StRD, examples of the GUM.

use super::*;

fn near(found: f64, wanted: f64, relative: f64) {
    assert!((found / wanted - 1.0).abs() <= relative, "found {found}, wanted {wanted}");
}

/// NIST StRD, univariate, Michelson (speed of light less 299000 km/s, scaled).
const MICHELSON: [f64; 100] = [
    299.85, 299.74, 299.9, 300.07, 299.93, 299.85, 299.95, 299.98, 299.98, 299.88, 300.0, 299.98,
    299.93, 299.65, 299.76, 299.81, 300.0, 300.0, 299.96, 299.96, 299.96, 299.94, 299.96, 299.94,
    299.88, 299.8, 299.85, 299.88, 299.9, 299.84, 299.83, 299.79, 299.81, 299.88, 299.88, 299.83,
    299.8, 299.79, 299.76, 299.8, 299.88, 299.88, 299.88, 299.86, 299.72, 299.72, 299.62, 299.86,
    299.97, 299.95, 299.88, 299.91, 299.85, 299.87, 299.84, 299.84, 299.85, 299.84, 299.84, 299.84,
    299.89, 299.81, 299.81, 299.82, 299.8, 299.77, 299.76, 299.74, 299.75, 299.76, 299.91, 299.92,
    299.89, 299.86, 299.88, 299.72, 299.84, 299.85, 299.85, 299.78, 299.89, 299.84, 299.78, 299.81,
    299.76, 299.81, 299.79, 299.81, 299.82, 299.85, 299.87, 299.87, 299.81, 299.74, 299.81, 299.94,
    299.95, 299.8, 299.81, 299.87,
];

#[test]
fn strd_michelson_to_twelve_digits() {
    let series = Series::of(&MICHELSON).unwrap();
    near(series.mean, 299.8524, 1e-15);
    near(series.deviation.unwrap(), 0.079_010_547_819_051_8, 1e-12);
    near(series.autocorrelation.unwrap(), 0.535_199_668_621_283, 1e-12);
}

#[test]
fn strd_numacc1_whole_numbers_with_seven_leading_digits_in_common() {
    let series = Series::of(&[10_000_001.0, 10_000_003.0, 10_000_002.0]).unwrap();
    near(series.mean, 10_000_002.0, 0.0);
    near(series.deviation.unwrap(), 1.0, 1e-15);
    near(series.autocorrelation.unwrap(), -0.5, 1e-15);
}

/// NumAcc3 and 4: 1001 readings, the first `base` + 0.2, then + 0.1 and + 0.3 in turn.
fn alternating(base: &str) -> Vec<Decimal> {
    let tenths = (0..1001).map(|n| {
        if n == 0 {
            2
        } else if n % 2 == 1 {
            1
        } else {
            3
        }
    });
    tenths.map(|tenth| Decimal::parse(&format!("{base}.{tenth}")).unwrap()).collect()
}

#[test]
fn strd_numacc3_and_numacc4_to_twelve_digits_from_their_decimals() {
    for (base, mean) in [("1000000", 1_000_000.2), ("10000000", 10_000_000.2)] {
        let readings = alternating(base);
        let series = Series::of_decimals(&readings).unwrap();
        near(series.mean, mean, 1e-15);
        near(series.deviation.unwrap(), 0.1, 1e-12);
        near(series.autocorrelation.unwrap(), -0.999, 1e-12);
        // As doubles the readings themselves are rounded to 2e-9.
        let rounded: Vec<f64> = readings.iter().map(Decimal::to_f64).collect();
        near(Series::of(&rounded).unwrap().deviation.unwrap(), 0.1, 1e-8);
    }
}

/// GUM 4.4.3, table 1: twenty temperatures; 100.145, 1.489, 0.333 with 19.
#[test]
fn gum_4_4_3_twenty_temperatures() {
    let readings = [
        96.9, 98.18, 98.25, 98.61, 99.03, 99.49, 99.56, 99.74, 99.89, 100.07, 100.33, 100.42,
        100.68, 100.95, 101.11, 101.2, 101.57, 101.84, 102.36, 102.72,
    ];
    let series = Series::of(&readings).unwrap();
    let mean = series.of_mean().unwrap();
    // Reference case gum-443-temperatures (numpy).
    near(series.mean, 100.145, 1e-14);
    near(series.deviation.unwrap(), 1.488_844_483_059_543_5, 1e-14);
    near(mean.standard, 0.332_915_747_204_667_3, 1e-14);
    near(mean.dof, 19.0, 0.0);
    near(series.largest - series.smallest, 5.82, 1e-13);
}

/// GUM H.2, table H.2: r of voltage and current -0.36, of current and phase -0.65.
#[test]
fn gum_h_2_correlation_of_simultaneous_means() {
    let v = [5.007, 4.994, 5.005, 4.99, 4.999];
    let i = [0.019_663, 0.019_639, 0.019_64, 0.019_685, 0.019_678];
    let phi = [1.0456, 1.0438, 1.0468, 1.0428, 1.0433];
    let u = |readings: &[f64]| Series::of(readings).unwrap().of_mean().unwrap().standard;
    let r = |a: &[f64], b: &[f64]| covariance_of_means(a, b).unwrap() / (u(a) * u(b));
    assert!((r(&v, &i) + 0.36).abs() < 0.005);
    assert!((r(&v, &phi) - 0.86).abs() < 0.005);
    assert!((r(&i, &phi) + 0.65).abs() < 0.005);
    assert!(covariance_of_means(&v, &[1.0]).is_err());
}

#[test]
fn gum_4_2_4_pooled_deviation_weighs_by_degrees_of_freedom() {
    let group = |standard, dof| Evaluated { standard, dof };
    let both = pooled(&[group(3.0, 1.0), group(1.0, 3.0)]).unwrap();
    near(both.standard, 3.0_f64.sqrt(), 1e-15);
    near(both.dof, 4.0, 0.0);
    assert!(pooled(&[]).is_err());
    let error = pooled(&[group(1.0, 3.0), group(-1.0, 2.0)]).unwrap_err().to_string();
    assert_eq!(error, "group 2 has standard deviation -1 with 2 degrees of freedom");
}

/// F.95 of 2 over 9 degrees of freedom is 4.256 in the tables (NIST/SEMATECH e-Handbook 1.3.6.7.3).
#[test]
fn gum_h_5_2_2_repeats_are_pooled_with_earlier_ones_unless_they_spread_more() {
    let earlier = Evaluated { standard: 2.0, dof: 9.0 };
    let own = |variances: f64| Evaluated { standard: 2.0 * variances.sqrt(), dof: 2.0 };
    let both = joined(own(4.25), earlier).unwrap();
    near(both.spread.standard, 2.0 * ((9.0 + 2.0 * 4.25) / 11.0_f64).sqrt(), 1e-12);
    near(both.spread.dof, 11.0, 0.0);
    assert!(!both.is_alone && !joined(own(0.0), earlier).unwrap().is_alone);
    let alone = joined(own(4.26), earlier).unwrap();
    assert_eq!(alone, Joined { spread: own(4.26), is_alone: true });
    assert!(joined(own(1.0), Evaluated { standard: 0.0, dof: 9.0 }).unwrap().is_alone);
    assert!(joined(own(1.0), Evaluated { standard: 2.0, dof: 0.0 }).is_err());
}

#[test]
fn jjf_1059_4_3_2_3_range_method_divides_by_the_tabulated_factor() {
    let found = by_range(&[10.1, 10.6, 10.3]).unwrap();
    near(found.standard, 0.5 / 1.69, 1e-14);
    near(found.dof, 1.8, 0.0);
    assert_eq!(by_range(&[1.0]).unwrap_err(), TypeAError::TooFew { found: 1, wanted: 2 });
    let error = by_range(&[0.0; 11]).unwrap_err().to_string();
    assert_eq!(error, "11 readings, the range method is tabulated up to 10");
}

#[test]
fn readings_that_say_nothing_are_refused() {
    assert!(Series::of(&[]).is_err() && Series::of_decimals(&[]).is_err());
    let error = Series::of(&[1.0, f64::NAN]).unwrap_err().to_string();
    assert_eq!(error, "reading 2 is not a finite number");
    assert!(Series::of(&[1.0]).unwrap().of_mean().is_err());
    assert_eq!(Series::of(&[2.0, 2.0]).unwrap().autocorrelation, None);
}

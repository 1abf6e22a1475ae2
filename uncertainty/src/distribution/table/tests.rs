use super::*;

#[test]
fn one_bin_is_a_rectangle() {
    let table = Table::histogram(&[2.0, 8.0], &[17.0]).unwrap();
    assert!((table.mean() - 5.0).abs() < 1e-15);
    assert!((table.standard_deviation() - 3.0 / 3f64.sqrt()).abs() < 1e-15);
    for (p, wanted) in [(0.0, -3.0), (0.25, -1.5), (0.5, 0.0), (1.0, 3.0)] {
        assert!((table.quantile(p) - wanted).abs() < 1e-15, "{p}");
    }
}

/// Two bins by hand: 1/4 on (0, 1), 3/4 on (1, 3). Mean 0.125 + 1.5 = 1.625;
/// E(x²) = 1/4 · 1/3 + 3/4 · 13/3 = 10/3; variance 10/3 − 1.625².
#[test]
fn jcgm_101_6_5_two_bins_have_the_moments_worked_by_hand() {
    let table = Table::histogram(&[0.0, 1.0, 3.0], &[1.0, 3.0]).unwrap();
    assert!((table.mean() - 1.625).abs() < 1e-15);
    let variance = 10.0 / 3.0 - 1.625 * 1.625;
    assert!((table.standard_deviation() - f64::sqrt(variance)).abs() < 1e-15);
    assert!((table.quantile(0.25) - (1.0 - 1.625)).abs() < 1e-15);
    assert!((table.quantile(0.625) - (2.0 - 1.625)).abs() < 1e-15);
    // An empty bin has no probability, wherever it stands.
    let gap = Table::histogram(&[0.0, 1.0, 2.0, 3.0], &[1.0, 0.0, 1.0]).unwrap();
    assert!((gap.quantile(0.499_999) + 0.5).abs() < 1e-5);
    assert!((gap.quantile(0.500_001) - 0.5).abs() < 1e-5);
}

#[test]
fn a_sample_has_the_moments_of_its_values_beside_a_large_common_part() {
    let values: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i * 37 % 1000)).collect();
    let table = Table::sample(&values).unwrap();
    // Of the numbers 0 to 999: mean 499.5, variance (1000² − 1)/12.
    assert!((table.mean() - (1e9 + 499.5)).abs() < 1e-6);
    assert!((table.standard_deviation() - f64::sqrt(999_999.0 / 12.0)).abs() < 1e-9);
    assert!((table.quantile(0.0005) + 499.5).abs() < 1e-6);
    assert!((table.quantile(1.0) - 499.5).abs() < 1e-6);
}

#[test]
fn the_mean_and_spread_of_the_quantiles_are_those_of_the_table() {
    let table = Table::histogram(&[-3.0, -1.0, 0.5, 0.75, 4.0], &[2.0, 7.0, 0.5, 3.0]).unwrap();
    let n = 400_000;
    let drawn = (0..n).map(|i| table.quantile((f64::from(i) + 0.5) / f64::from(n)));
    let (sum, squares) = drawn.fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
    assert!((sum / f64::from(n)).abs() < 1e-9);
    let found = (squares / f64::from(n)).sqrt();
    assert!((found / table.standard_deviation() - 1.0).abs() < 1e-9);
}

#[test]
fn numbers_that_are_no_distribution_are_refused_with_their_place() {
    let refused = |edges: &[f64], counts: &[f64]| Table::histogram(edges, counts).unwrap_err();
    assert_eq!(refused(&[0.0, 1.0, 1.0], &[1.0, 2.0]), TableError::Edges { place: 3, edge: 1.0 });
    assert_eq!(refused(&[0.0, 1.0], &[]), TableError::Counts { counts: 0, edges: 2 });
    assert_eq!(refused(&[0.0, 1.0], &[-1.0]), TableError::Negative { place: 1, count: -1.0 });
    assert_eq!(refused(&[0.0, 1.0], &[0.0]), TableError::Empty);
    assert!(matches!(refused(&[0.0, f64::NAN], &[1.0]), TableError::NotFinite { place: 2, .. }));
    assert_eq!(Table::sample(&[1.0; 99]).unwrap_err(), TableError::Length { found: 99 });
}

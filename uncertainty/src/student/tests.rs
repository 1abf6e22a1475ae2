use super::*;

/// mpmath 1.3 at 40 digits: Newton on the regularised incomplete beta function
/// up to ν = 1000, on a quadrature of the density above; ν, tail, t.
const TABLE: &str = include_str!("quantiles.txt");

#[test]
fn quantiles_agree_with_forty_digits() {
    let mut worst = (0.0, String::new());
    for line in TABLE.lines() {
        let numbers: Vec<f64> = line.split_whitespace().map(|n| n.parse().unwrap()).collect();
        let &[dof, tail, wanted] = numbers.as_slice() else { panic!("{line}") };
        let got = upper_quantile(tail, dof);
        let deviation = (got / wanted - 1.0).abs();
        if deviation > worst.0 {
            worst = (deviation, format!("{line}: got {got:e}, deviation {deviation:e}"));
        }
        let back = quantile(tail, dof) + wanted;
        assert!(back.abs() <= 1e-12 * wanted, "lower side of {line}");
    }
    assert!(worst.0 < 1e-12, "{}", worst.1);
}

#[test]
fn gum_table_g_2_prints_these_factors() {
    // JCGM 100:2008, Table G.2, 95 % and 99 %.
    for (dof, t95, t99) in [(1.0, 12.71, 63.66), (5.0, 2.57, 4.03), (50.0, 2.01, 2.68)] {
        assert!((upper_quantile(0.025, dof) - t95).abs() < 0.005);
        assert!((upper_quantile(0.005, dof) - t99).abs() < 0.005);
    }
}

#[test]
fn infinite_degrees_of_freedom_are_the_normal_distribution() {
    let z = normal::upper_quantile(0.025);
    assert!((upper_quantile(0.025, f64::INFINITY) - z).abs() < 1e-300);
    assert!((upper_quantile(0.025, 1e15) - z).abs() < 1e-14);
    assert!(upper_quantile(0.025, -1.0).is_nan() && upper_quantile(1.5, 3.0).is_nan());
}

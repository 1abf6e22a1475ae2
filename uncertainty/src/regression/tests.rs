//! Expected values: certified values of NIST StRD, reference cases (see each).

use super::line::Line;
use super::linear::{Knowledge, fit, polynomial};
use super::total::{Point, generalised, york};
use super::*;

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
}

/// NIST StRD, linear regression, Norris (ozone monitors).
const NORRIS_X: [f64; 36] = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
    666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
    999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
];

/// Its other coordinate.
const NORRIS_Y: [f64; 36] = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
    668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
    998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
];

#[test]
fn strd_norris_straight_line_to_twelve_digits() {
    let line = Line::fit(&NORRIS_X, &NORRIS_Y, 0.0, Knowledge::Scatter).unwrap();
    near(line.intercept(), -0.262_323_073_774_029, 3e-13);
    near(line.slope(), 1.002_116_818_020_45, 1e-14);
    near(line.fit.u(0), 0.232_818_234_301_152, 2e-13);
    near(line.fit.u(1), 0.429_796_848_199_937e-3, 4e-16);
    near(line.fit.residual_deviation(), 0.884_796_396_144_373, 9e-13);
}

#[test]
fn strd_noint1_line_through_the_origin() {
    let x: Vec<f64> = (60..=70).map(f64::from).collect();
    let y: Vec<f64> = (130..=140).map(f64::from).collect();
    let line = Line::proportional(&x, &y, Knowledge::Scatter).unwrap();
    near(line.slope(), 2.074_380_165_289_26, 5e-15);
    near(line.fit.u(0), 0.165_289_256_198_347e-1, 2e-14);
    near(line.fit.residual_deviation(), 3.567_530_340_063_38, 4e-12);
    near(line.intercept(), 0.0, 0.0);
}

#[test]
fn strd_wampler1_and_wampler2_polynomials_of_degree_five() {
    let x: Vec<f64> = (0..=20).map(f64::from).collect();
    for (base, relative) in [(1.0, 1e-9), (0.1, 1e-9)] {
        // y = Σ (base x)^k, certified coefficients base^k. Wampler2's y have five
        // decimals, so that they are the decimals rounded to doubles.
        let y = |x: &f64| {
            let exact: f64 = (0..6).map(|k| libm::pow(x * base, f64::from(k))).sum();
            libm::round(exact * 1e5) / 1e5
        };
        let y: Vec<f64> = x.iter().map(y).collect();
        let found = polynomial(&x, &y, 5, 0.0, Knowledge::Scatter).unwrap();
        for (power, coefficient) in found.coefficients.iter().enumerate() {
            let wanted = libm::pow(base, count(power));
            near(*coefficient, wanted, relative * wanted);
        }
    }
}

fn count(power: usize) -> f64 {
    crate::type_a::count(power)
}

#[test]
fn gum_h_3_calibration_of_a_thermometer() {
    let t = [21.521, 22.012, 22.512, 23.003, 23.507, 23.999, 24.513, 25.002, 25.503, 26.01, 26.511];
    let b = [-0.171, -0.169, -0.166, -0.159, -0.164, -0.165, -0.156, -0.157, -0.159, -0.161, -0.16];
    let line = Line::fit(&t, &b, 20.0, Knowledge::Scatter).unwrap();
    // Reference case gum-h3-thermometer-fit (GTC 1.5.1, numpy).
    near(line.intercept(), -0.171_203_790_131_349_95, 1e-14);
    near(line.fit.u(0), 0.002_877_597_835_159_956_3, 1e-15);
    near(line.slope(), 0.002_182_697_739_887_277, 1e-15);
    near(line.fit.u(1), 0.000_667_938_773_227_832_3, 1e-16);
    near(line.fit.correlation(0, 1), -0.930_429_603_093_445_6, 1e-12);
    near(line.fit.residual_deviation(), 0.003_497_563_963_505_287, 1e-15);
    let at_30 = line.at(30.0);
    near(at_30.value, -0.149_376_812_732_477_13, 1e-14);
    near(at_30.u, 0.004_138_595_752_854_951, 1e-15);
    near(at_30.dof, 9.0, 0.0);
    assert_eq!(line.fit.chi_squared_probability(), None);
}

#[test]
fn iso_ts_28037_weighted_line_and_its_inverse() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let y = [3.3, 5.6, 7.1, 9.3, 10.7, 12.1];
    let line = Line::fit(&x, &y, 0.0, Knowledge::Standard(&[0.5; 6])).unwrap();
    // Reference case iso28037-wls1 (GTC, numpy).
    near(line.intercept(), 1.866_666_666_666_667_1, 1e-12);
    near(line.slope(), 1.757_142_857_142_857_1, 1e-12);
    near(line.fit.u(0), 0.465_474_668_125_631_4, 1e-12);
    near(line.fit.u(1), 0.119_522_860_933_439_36, 1e-12);
    near(line.fit.covariance_of(0, 1), -0.05, 1e-12);
    near(line.fit.sum_of_squares, 1.664_761_904_761_908, 1e-12);
    near(line.fit.chi_squared_probability().unwrap(), 0.797_108_268_553_597, 1e-12);
    let back = line.backwards(&[(10.5, 0.5), (7.0, 0.0)]).unwrap();
    near(back.points[0].value, 4.913_279_132_791_327, 1e-12);
    near(back.points[0].u, 0.322_035_560_128_91, 1e-12);
    assert!(back.points[0].dof.is_infinite());
    // The line alone is common to both answers.
    let shared = line.covariance_between(back.points[0].value, back.points[1].value);
    near(back.covariance[0][1], shared / line.slope() / line.slope(), 1e-15);
    near(back.covariance[1][0], back.covariance[0][1], 1e-15);
}

#[test]
fn iso_ts_28037_clause_9_a_diagonal_covariance_is_a_weighted_fit() {
    let (x, y) = ([1.0, 2.0, 3.5, 4.0], [1.1, 1.9, 3.6, 4.2]);
    let u = [0.1, 0.2, 0.1, 0.3];
    let diagonal: Vec<Vec<f64>> =
        (0..4).map(|i| (0..4).map(|j| if i == j { u[i] * u[i] } else { 0.0 }).collect()).collect();
    let weighted = Line::fit(&x, &y, 0.0, Knowledge::Standard(&u)).unwrap();
    let general = Line::fit(&x, &y, 0.0, Knowledge::Covariance(&diagonal)).unwrap();
    near(general.slope(), weighted.slope(), 1e-14);
    near(general.fit.u(0), weighted.fit.u(0), 1e-14);
    // A common shift of all y moves the intercept alone and adds its variance.
    let shifted: Vec<Vec<f64>> =
        diagonal.iter().map(|row| row.iter().map(|cell| cell + 0.25).collect()).collect();
    let common = Line::fit(&x, &y, 0.0, Knowledge::Covariance(&shifted)).unwrap();
    near(common.slope(), weighted.slope(), 1e-13);
    near(common.fit.covariance_of(0, 0), weighted.fit.covariance_of(0, 0) + 0.25, 1e-13);
}

/// Pearson's points with York's weights.
const PEARSON: [[f64; 4]; 10] = [
    [0.0, 1000.0, 5.9, 1.0],
    [0.9, 1000.0, 5.4, 1.8],
    [1.8, 500.0, 4.4, 4.0],
    [2.6, 800.0, 4.6, 8.0],
    [3.3, 200.0, 3.5, 20.0],
    [4.4, 80.0, 3.7, 20.0],
    [5.2, 60.0, 2.8, 70.0],
    [6.1, 20.0, 2.8, 70.0],
    [6.5, 1.8, 2.4, 100.0],
    [7.4, 1.0, 1.5, 500.0],
];

fn pearson(r: f64) -> Vec<Point> {
    PEARSON
        .iter()
        .map(|[x, w_x, y, w_y]| Point {
            at: [*x, *y],
            u: [w_x.sqrt().recip(), w_y.sqrt().recip()],
            r,
        })
        .collect()
}

/// Covariance matrix of independent points, the `x` first.
fn covariance(points: &[Point]) -> Vec<Vec<f64>> {
    let m = points.len();
    let mut covariance = vec![vec![0.0; 2 * m]; 2 * m];
    for (i, point) in points.iter().enumerate() {
        let [u_x, u_y] = point.u;
        covariance[i][i] = u_x * u_x;
        covariance[m + i][m + i] = u_y * u_y;
        covariance[i][m + i] = point.r * u_x * u_y;
        covariance[m + i][i] = point.r * u_x * u_y;
    }
    covariance
}

#[test]
fn york_line_through_pearson_s_points() {
    let line = york(&pearson(0.0)).unwrap();
    // Reference case york-pearson-wtls; published digits, GTC for the uncertainties.
    near(line.intercept(), 5.479_910_22, 1e-8);
    near(line.slope(), -0.480_533_407, 1e-9);
    // mpmath, 30 digits, through the implicit derivatives; GTC gives the same to 8.
    near(line.fit.u(0), 0.291_933_502_089_409_9, 1e-12);
    near(line.fit.u(1), 0.057_616_741_706_572_58, 1e-12);
    near(line.fit.covariance_of(0, 1), -0.016_186_196_519_284_81, 1e-12);
    near(line.fit.reduced(), 1.483_294_149_257_680_7, 1e-12);
}

#[test]
fn iso_ts_28037_clause_10_agrees_with_york_for_independent_points() {
    for r in [0.0, 0.4, -0.7] {
        let points = pearson(r);
        let x: Vec<f64> = points.iter().map(|point| point.at[0]).collect();
        let y: Vec<f64> = points.iter().map(|point| point.at[1]).collect();
        let (one, other) =
            (york(&points).unwrap(), generalised(&x, &y, &covariance(&points)).unwrap());
        near(one.intercept(), other.intercept(), 1e-10);
        near(one.slope(), other.slope(), 1e-11);
        near(one.fit.sum_of_squares, other.fit.sum_of_squares, 1e-9);
    }
}

#[test]
fn york_and_iso_ts_28037_state_one_covariance_for_points_on_a_line() {
    let points: Vec<Point> = pearson(0.3)
        .into_iter()
        .map(|point| Point { at: [point.at[0], 5.0 - 0.5 * point.at[0]], ..point })
        .collect();
    let (x, y): (Vec<f64>, Vec<f64>) =
        points.iter().map(|point| (point.at[0], point.at[1])).unzip();
    let (one, other) = (york(&points).unwrap(), generalised(&x, &y, &covariance(&points)).unwrap());
    near(one.fit.u(0) / other.fit.u(0), 1.0, 1e-10);
    near(one.fit.u(1) / other.fit.u(1), 1.0, 1e-10);
    near(one.fit.correlation(0, 1), other.fit.correlation(0, 1), 1e-10);
}

#[test]
fn without_uncertainty_of_x_the_total_fit_is_the_weighted_one() {
    let (x, y, u) = ([1.0, 2.0, 3.0, 4.0], [1.1, 1.9, 3.2, 3.9], [0.1, 0.2, 0.1, 0.3]);
    let weighted = Line::fit(&x, &y, 0.0, Knowledge::Standard(&u)).unwrap();
    let points: Vec<Point> =
        (0..4).map(|i| Point { at: [x[i], y[i]], u: [0.0, u[i]], r: 0.0 }).collect();
    let total = york(&points).unwrap();
    near(total.slope(), weighted.slope(), 1e-14);
    near(total.fit.u(1), weighted.fit.u(1), 1e-14);
    near(total.fit.covariance_of(0, 1), weighted.fit.covariance_of(0, 1), 1e-14);
}

#[test]
fn predictions_of_one_fit_hang_together() {
    let x = [0.0, 1.0, 2.0, 3.0];
    let found =
        fit(&[vec![1.0; 4], x.to_vec()], &[0.1, 0.9, 2.1, 2.9], Knowledge::Scatter).unwrap();
    let (row, u) = ([1.0, 1.5], found.predicted(&[1.0, 1.5]).u);
    near(found.covariance_between(&row, &row), u * u, 1e-16);
    // At the mean abscissa the value does not depend on the slope.
    near(found.covariance_between(&row, &[0.0, 1.0]), 0.0, 1e-16);
    near(found.residuals.iter().sum::<f64>(), 0.0, 1e-15);
}

#[test]
fn fits_without_an_answer_are_refused() {
    let flat = Line::fit(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], 0.0, Knowledge::Scatter);
    assert_eq!(flat.unwrap_err(), RegressionError::Undetermined { place: 2 });
    let short = Line::fit(&[1.0, 2.0], &[1.0, 2.0], 0.0, Knowledge::Scatter).unwrap_err();
    assert_eq!(short.to_string(), "2 points for 2 coefficients, wanted more");
    let lengths = Line::fit(&[1.0, 2.0], &[1.0], 0.0, Knowledge::Scatter).unwrap_err();
    assert_eq!(lengths.to_string(), "y has 1 values, wanted 2");
    let (x, y) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    let zero = Line::fit(&x, &y, 0.0, Knowledge::Standard(&[1.0, 0.0, 1.0])).unwrap_err();
    assert_eq!(zero.to_string(), "u(y) of point 2 is 0, wanted a positive number");
    let broken = vec![vec![1.0, 2.0, 0.0], vec![2.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
    let broken = Line::fit(&x, &y, 0.0, Knowledge::Covariance(&broken)).unwrap_err();
    assert_eq!(broken, RegressionError::Covariance);
    let level = Line::fit(&x, &[0.0; 3], 0.0, Knowledge::Standard(&[1.0; 3])).unwrap();
    assert!(level.backwards(&[(1.0, 0.1)]).is_err());
    let exact = Point { at: [0.0, 0.0], u: [0.0, 0.0], r: 0.0 };
    assert!(york(&[exact, exact]).is_err() && york(&[]).is_err());
}

use super::*;
use crate::{chi_squared, normal, student};

/// Columns of a run, one after the other.
fn drawn(columns: usize, mut column: impl FnMut(&mut Variates, &mut [f64])) -> Vec<f64> {
    let mut variates = Variates::new(Width::widest());
    let mut all = vec![0.0; columns * COLUMN];
    for (block, to) in (0..).zip(all.chunks_mut(COLUMN)) {
        variates.key(1, block);
        column(&mut variates, to);
    }
    all
}

/// Counts in a hundred classes of equal probability; the sum of their squared
/// deviations is chi-squared with 99 degrees of freedom.
#[track_caller]
fn fits(numbers: &[f64], probability_below: impl Fn(f64) -> f64) {
    let mut counts = [0.0_f64; 100];
    for x in numbers {
        let place = (100.0 * probability_below(*x)) as usize;
        counts[place.min(99)] += 1.0;
    }
    let wanted = numbers.len() as f64 / 100.0;
    let sum: f64 = counts.iter().map(|n| (n - wanted) * (n - wanted) / wanted).sum();
    let bound = chi_squared::upper_quantile(1e-4, 99.0);
    assert!(sum < bound, "chi-squared {sum}, wanted below {bound}");
}

#[test]
fn normal_numbers_have_the_classes_moments_and_tails_of_a_normal() {
    let numbers = drawn(4000, |variates, to| variates.normals(to));
    fits(&numbers, normal::probability_below);
    let n = numbers.len() as f64;
    let moment =
        |power: i32| numbers.iter().map(|x| (0..power).fold(1.0, |p, _| p * x)).sum::<f64>() / n;
    for (power, wanted, deviation) in [(1, 0.0, 1.0), (2, 1.0, 1.5), (3, 0.0, 4.0), (4, 3.0, 10.0)]
    {
        assert!((moment(power) - wanted).abs() < 4.5 * deviation / n.sqrt(), "moment {power}");
    }
    for z in [3.0, 3.8, 4.5] {
        let far = 2.0 * normal::upper_tail(z) * n;
        let count = numbers.iter().filter(|x| x.abs() > z).count() as f64;
        assert!((count - far).abs() < 4.5 * far.sqrt(), "{z}: {count} {far}");
    }
    // Both numbers of a pair, and neighbours, are independent.
    let (mut pairs, mut neighbours) = (0.0, 0.0);
    for column in numbers.chunks(COLUMN) {
        let (left, right) = column.split_at(COLUMN / 2);
        pairs +=
            left.iter().zip(right).map(|(x, y)| x * y + (x * x - 1.0) * (y * y - 1.0)).sum::<f64>();
        neighbours += column.iter().zip(&column[1..]).map(|(x, y)| x * y).sum::<f64>();
    }
    assert!(pairs.abs() < 4.5 * (2.5 * n).sqrt() && neighbours.abs() < 4.5 * n.sqrt());
}

#[test]
fn students_numbers_have_the_classes_of_their_distribution() {
    for dof in [0.05, 0.5, 1.0, 2.5, 5.0, 18.0, 300.0, 1e9] {
        let numbers = drawn(400, |variates, to| variates.students(dof, to));
        fits(&numbers, |t| student::upper_tail(-t, dof));
    }
}

#[test]
fn gamma_numbers_have_the_classes_of_half_a_chi_squared() {
    for shape in [0.3, 1.0, 2.5, 40.0] {
        let numbers = drawn(400, |variates, to| variates.gammas(shape, to));
        fits(&numbers, |x| 1.0 - chi_squared::upper_tail(2.0 * x, 2.0 * shape));
    }
}

#[test]
fn arc_sine_and_exponential_numbers_have_the_classes_of_theirs() {
    let numbers = drawn(400, |variates, to| variates.arcsines(to));
    fits(&numbers, |x| 0.5 + libm::asin(x) / std::f64::consts::PI);
    let numbers = drawn(400, |variates, to| variates.exponentials(to));
    fits(&numbers, |x| 1.0 - libm::exp(-x));
    let numbers = drawn(400, |variates, to| variates.signed(to));
    fits(&numbers, |x| 0.5 + 0.5 * x);
}

#[test]
fn every_shape_has_the_same_bits_in_registers_of_every_width() {
    let shapes: [fn(&mut Variates, &mut [f64]); 7] = [
        |variates, to| variates.normals(to),
        |variates, to| variates.students(4.5, to),
        |variates, to| variates.gammas(0.7, to),
        |variates, to| variates.arcsines(to),
        |variates, to| variates.exponentials(to),
        |variates, to| variates.uniforms(to),
        |variates, to| variates.pairs(to, |a, b| signed(a) * unit(b)),
    ];
    for shape in shapes {
        let drawn = |width: Width| {
            let mut variates = Variates::new(width);
            variates.key(7, 3);
            let mut to = vec![0.0; COLUMN];
            shape(&mut variates, &mut to);
            to.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        };
        let widest = drawn(Width::widest());
        for width in Width::all() {
            assert!(drawn(width) == widest, "{width:?}");
        }
    }
}

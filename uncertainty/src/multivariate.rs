//! Several outputs at once (JCGM 102): coverage regions from the trials.

use crate::chi_squared;

/// Factor `k_p` of the smallest scaled ellipse `(y − m)ᵀ V⁻¹ (y − m) ≤ k_p²` that
/// holds a share `p` of the trials; `None` where an output is certain or follows
/// from the others.
///
/// Source: JCGM 102:2011, 7.7.2.
#[must_use]
pub fn ellipse_factor(trials: &[Vec<f64>], covariance: &[Vec<f64>], p: f64) -> Option<f64> {
    let factor = cholesky(covariance)?;
    let means = means(trials);
    let count = trials.first().map_or(0, Vec::len);
    let mut distances: Vec<f64> = (0..count)
        .map(|trial| {
            // Forward substitution: z = L⁻¹ (y − m).
            let mut solved: Vec<f64> = Vec::with_capacity(factor.len());
            for ((output, mean), row) in trials.iter().zip(&means).zip(&factor) {
                let value = output.get(trial).copied().unwrap_or(f64::NAN) - mean;
                let known: f64 = row.iter().zip(&solved).map(|(l, z)| l * z).sum();
                let pivot = row.get(solved.len()).copied().unwrap_or(f64::NAN);
                solved.push((value - known) / pivot);
            }
            solved.iter().map(|z| z * z).sum()
        })
        .collect();
    ranked(&mut distances, p).map(libm::sqrt)
}

/// Factor `k_q` of the smallest rectangle `|y_j − m_j| ≤ k_q u(y_j)` that holds a
/// share `p` of the trials; `None` where an output is certain.
///
/// Source: JCGM 102:2011, 7.7.3.
#[must_use]
pub fn rectangle_factor(trials: &[Vec<f64>], covariance: &[Vec<f64>], p: f64) -> Option<f64> {
    let means = means(trials);
    let variance = |place: usize| covariance.get(place).and_then(|row| row.get(place)).copied();
    let u: Vec<f64> = (0..trials.len())
        .map(|place| variance(place).filter(|v| *v > 0.0).map(libm::sqrt))
        .collect::<Option<_>>()?;
    let count = trials.first().map_or(0, Vec::len);
    let mut distances: Vec<f64> = (0..count)
        .map(|trial| {
            let outputs = trials.iter().zip(means.iter().zip(&u));
            let scaled = outputs.map(|(output, (mean, u))| {
                (output.get(trial).copied().unwrap_or(f64::NAN) - mean).abs() / u
            });
            scaled.fold(0.0, f64::max)
        })
        .collect();
    ranked(&mut distances, p)
}

/// Factor of the elliptical region for jointly normal outputs: the root of the
/// chi-squared quantile. Source: JCGM 102:2011, 6.5.2.
#[must_use]
pub fn normal_ellipse_factor(outputs: usize, p: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of outputs")]
    let dof = outputs as f64;
    libm::sqrt(chi_squared::upper_quantile(1.0 - p, dof))
}

fn means(trials: &[Vec<f64>]) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "samples are far shorter than 2^52")]
    let mean = |y: &Vec<f64>| {
        let first = y.first().copied().unwrap_or_default();
        first + y.iter().map(|y| y - first).sum::<f64>() / y.len() as f64
    };
    trials.iter().map(mean).collect()
}

fn ranked(distances: &mut [f64], p: f64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of trials"
    )]
    let rank = (libm::ceil(p * distances.len() as f64) as usize).clamp(1, distances.len().max(1));
    if distances.is_empty() {
        return None;
    }
    let (_, value, _) = distances.select_nth_unstable_by(rank - 1, f64::total_cmp);
    Some(*value).filter(|value| value.is_finite())
}

fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (row, entries) in matrix.iter().enumerate() {
        let mut line: Vec<f64> = Vec::with_capacity(row + 1);
        for (column, entry) in entries.iter().enumerate().take(row) {
            let theirs = factor.get(column)?;
            let known: f64 = line.iter().zip(theirs).map(|(a, b)| a * b).sum();
            line.push((entry - known) / theirs.get(column)?);
        }
        let own = *entries.get(row)?;
        let pivot = own - line.iter().map(|a| a * a).sum::<f64>();
        if pivot <= 1e-12 * own {
            return None;
        }
        line.push(libm::sqrt(pivot));
        factor.push(line);
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jcgm_102_table_1_factor_of_two_normal_outputs_is_2_45() {
        assert!((normal_ellipse_factor(2, 0.95) - 2.447_746_830_680_816).abs() < 1e-9);
        assert!((normal_ellipse_factor(1, 0.95) - 1.959_963_984_540_054).abs() < 1e-9);
    }

    #[test]
    fn an_output_that_follows_from_another_has_no_ellipse() {
        let y: Vec<f64> = (0..100).map(f64::from).collect();
        let covariance = [vec![2.0, 4.0], vec![4.0, 8.0]];
        let trials = [y.clone(), y.iter().map(|y| 2.0 * y).collect()];
        assert_eq!(ellipse_factor(&trials, &covariance, 0.95), None);
        assert!(rectangle_factor(&trials, &covariance, 0.95).is_some());
    }
}

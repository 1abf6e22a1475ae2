//! Degrees of freedom of two results together: the parts of a complex quantity.

/// Variances of two results and their covariance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Joint {
    pub(crate) first: f64,
    pub(crate) both: f64,
    pub(crate) second: f64,
}

impl Joint {
    #[cfg(any(test, feature = "budget"))]
    fn square(self) -> f64 {
        2.0 * self.first * self.first
            + (self.first * self.second + self.both * self.both)
            + 2.0 * self.second * self.second
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            first: self.first + other.first,
            both: self.both + other.both,
            second: self.second + other.second,
        }
    }

    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self { first: self.first * factor, both: self.both * factor, second: self.second * factor }
    }
}

/// Effective degrees of freedom of the covariance matrix of two results.
///
/// ```text
/// ν = S(V) / Σ S(V_i)/ν_i,   S(V) = 2 V₁₁² + (V₁₁ V₂₂ + V₁₂²) + 2 V₂₂²
/// ```
///
/// - **Source:** R. Willink and B. D. Hall, total variance.
/// - **Valid for:** independent contributions; what was observed together is one
///   contribution.
///
/// Infinite when no contribution has both weight and finite degrees of freedom.
#[cfg(any(test, feature = "budget"))]
pub(crate) fn willink_hall(total: Joint, parts: impl IntoIterator<Item = (Joint, f64)>) -> f64 {
    // In units of the total, so that fourth powers stay in range.
    let scale = total.first + total.second;
    if scale.is_nan() || scale <= 0.0 {
        return f64::INFINITY;
    }
    let finite = parts.into_iter().filter(|(_, dof)| dof.is_finite());
    let sum: f64 = finite.map(|(part, dof)| part.scaled(1.0 / scale).square() / dof).sum();
    if sum > 0.0 { total.scaled(1.0 / scale).square() / sum } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn willink_and_hall_one_contribution_keeps_its_degrees_of_freedom() {
        let one = Joint { first: 0.16, both: 0.084, second: 0.49 };
        assert!((willink_hall(one, [(one, 7.0)]) - 7.0).abs() < 1e-14);
        assert!(willink_hall(one, [(one, f64::INFINITY)]).is_infinite());
        assert!(willink_hall(Joint::default(), []).is_infinite());
    }

    /// Two equal, independent contributions in different directions, by hand:
    /// V = 1, S(V) = 2 + 1 + 2 = 5, each part has S = 2, so ν = 5 / (4/ν_i).
    #[test]
    fn willink_and_hall_two_directions_worked_by_hand() {
        let across = Joint { first: 1.0, ..Joint::default() };
        let along = Joint { second: 1.0, ..Joint::default() };
        let total = Joint { first: 1.0, both: 0.0, second: 1.0 };
        let found = willink_hall(total, [(across, 8.0), (along, 8.0)]);
        assert!((found - 10.0).abs() < 1e-14, "{found}");
    }
}

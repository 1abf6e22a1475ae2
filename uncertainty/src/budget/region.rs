//! Coverage regions of several outputs.

use super::{BudgetError, Region};
use crate::budget_file::BudgetFile;
use crate::dof::CorrelatedDof;
use crate::propagation::{Problem, Propagation, joint_dof};
use crate::{chi_squared, monte_carlo, multivariate};

/// Most trials behind the factor of a region. Chosen: its sampling deviation is
/// then about a thousandth of it.
const REGION_TRIALS: u64 = 1_000_000;

/// The regions of all outputs together; `factors` are those of the trials.
pub(super) fn region(
    file: &BudgetFile,
    problem: &Problem,
    first: &[Propagation],
    p: f64,
    factors: [Option<f64>; 2],
) -> Region {
    let dof = match first {
        [re, im] if is_complex(file) && file.correlated_dof == CorrelatedDof::Ensemble => {
            joint_dof(problem, re, im).filter(|dof| dof.is_finite())
        }
        _ => None,
    };
    let k = match dof {
        Some(dof) => ellipse_factor(p, dof),
        None => multivariate::normal_ellipse_factor(first.len(), p),
    };
    let [k_ellipse_mcm, k_rectangle_mcm] = factors;
    Region { p, dof, k_ellipse_gum: k, k_ellipse_mcm, k_rectangle_mcm }
}

/// Whether the two outputs are the parts of one complex quantity.
fn is_complex(file: &BudgetFile) -> bool {
    file.models.iter().any(|model| model.complex && model.parts() == file.outputs)
}

/// Factor of the elliptical region of two results whose covariance matrix has
/// finite degrees of freedom; NaN for one or less.
///
/// - **Source:** R. Willink and B. D. Hall: `k² = 2ν/(ν − 1) · F(2, ν − 1)`.
fn ellipse_factor(p: f64, dof: f64) -> f64 {
    let below = dof - 1.0;
    libm::sqrt(2.0 * dof / below * chi_squared::f_upper_quantile(1.0 - p, 2.0, below))
}

/// Factors of the elliptical and the rectangular region of several outputs,
/// from no more trials than [`REGION_TRIALS`].
pub(super) fn factors(
    problem: &Problem,
    plan: &monte_carlo::Plan,
    p: f64,
) -> Result<[Option<f64>; 2], BudgetError> {
    if problem.tape.outputs() < 2 {
        return Ok([None; 2]);
    }
    let plan = monte_carlo::Plan { trials: plan.trials.min(REGION_TRIALS), ..*plan };
    let drawn = monte_carlo::trials(problem, &plan, 0)?;
    let covariance = monte_carlo::summarise(&mut drawn.clone(), &[p])?.covariance;
    Ok([
        multivariate::ellipse_factor(&drawn, &covariance, p),
        multivariate::rectangle_factor(&drawn, &covariance, p),
    ])
}

#[cfg(test)]
mod tests {
    use crate::budget::{self, Method, Options};
    use crate::budget_file::parse;

    /// GTC 1.5.1: Z = ucomplex(46.8+17.6j, (0.16, 0.084, 0.084, 0.49), 7),
    /// Y = ureal(50, 0.2, 12), G = (Z - Y)/(Z + Y); G.df, df of its parts, and
    /// reporting.k2_factor_sq(G.df, 95), which is k squared.
    const REFLECTION: &str = r#"
correlated_dof = "ensemble"
[[model]]
name = "G"
complex = true
expr = "(Z - Y)/(Z + Y)"
[[input]]
name = "Z.re"
value = 46.8
dist = "normal"
u = 0.4
dof = 7
[[input]]
name = "Z.im"
value = 17.6
dist = "normal"
u = 0.7
dof = 7
[[input]]
name = "Y"
value = 50
dist = "normal"
u = 0.2
dof = 12
[[correlation]]
a = "Z.re"
b = "Z.im"
r = 0.3
"#;

    #[test]
    fn willink_and_hall_a_complex_result_has_the_degrees_of_freedom_and_the_factor_of_gtc() {
        let (file, _) = parse(REFLECTION).unwrap();
        let options = Options { method: Method::Gum, ..Options::default() };
        let answer = budget::evaluate("reflection", &file, &options).unwrap();
        let region = answer.region.unwrap();
        assert!((region.dof.unwrap() / 7.708_653_145_624_669 - 1.0).abs() < 1e-9, "{region:?}");
        let square = region.k_ellipse_gum * region.k_ellipse_gum;
        assert!((square / 11.121_104_613_578_597 - 1.0).abs() < 1e-9, "{region:?}");
        let dof: Vec<f64> = answer.outputs.iter().map(|one| one.dof_eff.unwrap()).collect();
        assert!((dof[0] / 9.224_902_190_500_897 - 1.0).abs() < 1e-9, "{dof:?}");
        assert!(answer.table().contains("7.7 degrees of freedom"), "{}", answer.table());
    }

    #[test]
    fn jcgm_102_without_a_rule_for_ensembles_the_region_is_that_of_normal_results() {
        let plain = REFLECTION.replace("correlated_dof = \"ensemble\"\n", "");
        let (file, _) = parse(&plain).unwrap();
        let options = Options { method: Method::Gum, ..Options::default() };
        let region = budget::evaluate("x", &file, &options).unwrap().region.unwrap();
        assert!(
            region.dof.is_none() && (region.k_ellipse_gum - 2.447_746_830_680_816).abs() < 1e-9
        );
    }
}

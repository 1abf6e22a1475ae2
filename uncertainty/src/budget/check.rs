//! Comparison with the expected numbers of the file.

use serde::Serialize;

use super::statement::key;
use super::{Answer, OutputAnswer};
use crate::budget_file::{BudgetFile, Expectation};
use crate::coverage::{DofRule, coverage_factor};
use crate::monte_carlo::validation::numerical_tolerance;

/// One comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// Output, or two of them.
    pub output: String,
    /// Which number.
    pub quantity: String,
    /// Coverage probability, where one belongs to it.
    pub p: Option<f64>,
    /// What became of the degrees of freedom.
    pub dof_rule: Option<DofRule>,
    /// The number found; null where the answer has none.
    pub got: Option<f64>,
    /// The number expected.
    pub wanted: f64,
    /// Absolute tolerance.
    pub tol: f64,
    /// Whether they agree.
    pub ok: bool,
}

pub(super) fn checks(file: &BudgetFile, answer: &Answer) -> Vec<Check> {
    let compare = |expected: &Expectation| {
        let got = number(file, answer, expected).filter(|number| number.is_finite());
        Check {
            output: expected.output.clone(),
            quantity: expected.quantity.clone(),
            p: expected.p,
            dof_rule: expected.dof_rule,
            got,
            wanted: expected.value,
            tol: expected.tolerance,
            ok: got.is_some_and(|got| (got - expected.value).abs() <= expected.tolerance),
        }
    };
    file.expectations.iter().map(compare).collect()
}

fn number(file: &BudgetFile, answer: &Answer, expected: &Expectation) -> Option<f64> {
    let stated = [None, expected.p].map(|p| key(&expected.output, &expected.quantity, p));
    if let Some(value) = stated.iter().find_map(|key| answer.quantities.get(key)) {
        return Some(*value);
    }
    if let Some(region) = &answer.region {
        match expected.quantity.as_str() {
            "k_ellipse_gum" => return Some(region.k_ellipse_gum),
            "k_ellipse_mcm" => return region.k_ellipse_mcm,
            "k_rectangle_mcm" => return region.k_rectangle_mcm,
            _ => {}
        }
    }
    if let Some((a, b)) = expected.output.split_once(',') {
        return pair(file, answer, expected, (a.trim(), b.trim()));
    }
    match answer.outputs.iter().find(|output| output.name == expected.output) {
        Some(output) => of_output(file, output, expected),
        None => of_input(file, expected),
    }
}

fn pair(
    file: &BudgetFile,
    answer: &Answer,
    expected: &Expectation,
    (a, b): (&str, &str),
) -> Option<f64> {
    let output = |name: &str| answer.outputs.iter().position(|output| output.name == name);
    if let (Some(i), Some(j)) = (output(a), output(b)) {
        let matrix = match expected.quantity.as_str() {
            "covariance" => &answer.covariance,
            "correlation" => &answer.correlation,
            _ => return None,
        };
        return matrix.get(i)?.get(j).copied();
    }
    let input = |name: &str| file.inputs.iter().position(|input| input.name == name);
    let (i, j) = (input(a)?, input(b)?);
    let r = file.correlation.coefficient(i, j);
    (expected.quantity == "correlation").then_some(r)
}

/// An expectation about an input itself.
fn of_input(file: &BudgetFile, expected: &Expectation) -> Option<f64> {
    let input = file.inputs.iter().find(|input| input.name == expected.output)?;
    match expected.quantity.as_str() {
        "value" => Some(input.estimate),
        "u" => Some(input.quantity.standard_uncertainty()),
        "dof_eff" => Some(input.quantity.dof()),
        _ => None,
    }
}

fn of_output(file: &BudgetFile, output: &OutputAnswer, expected: &Expectation) -> Option<f64> {
    let dof = output.dof_eff.unwrap_or(f64::INFINITY);
    let factor = || match expected.p {
        Some(p) => Some(coverage_factor(p, dof, expected.dof_rule.unwrap_or_default())),
        None => Some(file.stated_k.unwrap_or(2.0)),
    };
    let ends = || {
        let p = expected.p.unwrap_or(0.95);
        output.coverage.iter().find(|c| (c.p - p).abs() < 1e-12).and_then(|c| c.ends)
    };
    match expected.quantity.as_str() {
        "value" => Some(output.value),
        "u" => Some(output.u),
        "dof_eff" => Some(dof),
        "k" => factor(),
        "U" | "U_gum" => Some(factor()? * output.u),
        "u_second_order" => Some(output.u_second_order),
        "u_if_independent" => Some(output.u_if_independent),
        "mcm_mean" => output.mcm.as_ref().map(|mcm| mcm.mean),
        "mcm_u" => output.mcm.as_ref().map(|mcm| mcm.u),
        "lo_sym" => ends().map(|ends| ends.lo_sym),
        "hi_sym" => ends().map(|ends| ends.hi_sym),
        "lo_short" => ends().map(|ends| ends.lo_short),
        "hi_short" => ends().map(|ends| ends.hi_short),
        "gum_validated" => {
            let (mcm, digits) = (output.mcm.as_ref()?, expected.digits.unwrap_or(2));
            let delta = numerical_tolerance(mcm.u, digits);
            Some(f64::from(u8::from(mcm.d_low <= delta && mcm.d_high <= delta)))
        }
        _ => None,
    }
}

pub(super) fn lines(checks: &[Check]) -> String {
    let wide = |column: &dyn Fn(&Check) -> usize| checks.iter().map(column).max().unwrap_or(0);
    let output = wide(&|check| check.output.chars().count());
    let quantity = wide(&|check| check.quantity.chars().count());
    let line = |check: &Check| {
        let verdict = if check.ok { "ok  " } else { "MISS" };
        let got = check.got.map_or_else(|| "none".to_owned(), |got| format!("{got:.15e}"));
        let wanted = format!("{:.15e}", check.wanted);
        let p = check.p.map_or_else(String::new, |p| format!("  p {p}"));
        format!(
            "{verdict}  {:output$}  {:quantity$}  got {got:>22}  wanted {wanted:>22}  tol {:.1e}{p}\n",
            check.output, check.quantity, check.tol,
        )
    };
    checks.iter().map(line).collect()
}

//! Whether the GUM's interval agrees with Monte Carlo's, and why not.

use super::{Interval, Output};
use crate::text::Text;

/// Answer of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// Whether both ends agree within `delta`.
    pub agrees: bool,
    /// Numerical tolerance of the standard uncertainty.
    pub delta: f64,
    /// Deviation of the lower ends.
    pub d_low: f64,
    /// Deviation of the upper ends.
    pub d_high: f64,
    /// Why they differ, or that they agree.
    pub reason: Text,
}

/// Half a unit in the last of `digits` significant digits of `u`.
///
/// Source: JCGM 101:2008, 7.9.2.
#[must_use]
pub fn numerical_tolerance(u: f64, digits: i32) -> f64 {
    if u <= 0.0 || !u.is_finite() {
        return 0.0;
    }
    let precision = usize::try_from(digits - 1).unwrap_or(0);
    // Rounded first: 0.0996 to two digits is 10 · 10^-2.
    let rounded = format!("{u:.precision$e}");
    let exponent = rounded.split('e').nth(1).and_then(|text| text.parse::<i32>().ok());
    let last = exponent.unwrap_or(0) - (digits - 1);
    format!("0.5e{last}").parse().unwrap_or(f64::NAN)
}

/// Compares `value ± expanded` with the symmetric interval of the trials.
///
/// - **Source:** JCGM 101:2008, 8.1, with the tolerance of the Monte Carlo
///   standard uncertainty to `digits` significant digits.
/// - **Valid for:** a number of trials whose own sampling deviation is small
///   against the tolerance; [`Interval::sampling`] tells it.
#[must_use]
pub fn validate(
    output: &Output,
    interval: &Interval,
    value: f64,
    u: f64,
    expanded: f64,
    digits: i32,
) -> Validation {
    let delta = numerical_tolerance(output.u, digits);
    let d_low = (value - expanded - interval.symmetric.0).abs();
    let d_high = (value + expanded - interval.symmetric.1).abs();
    let agrees = d_low <= delta && d_high <= delta;
    let reason = if agrees {
        Text::new("the intervals agree", "两种方法的包含区间一致")
    } else {
        reason(output, interval, value, u, expanded)
    };
    Validation { agrees, delta, d_low, d_high, reason }
}

/// The first of the usual causes that the sample shows.
fn reason(output: &Output, interval: &Interval, value: f64, u: f64, expanded: f64) -> Text {
    if u <= 0.0 {
        return Text::new(
            "the first order vanishes at the estimates: the model is not linear there",
            "在估计值处一阶项为零：模型在该处非线性",
        );
    }
    let excess = output.u / u - 1.0;
    let shift = (output.mean - value).abs() / output.u;
    if excess > 0.02 && output.excess_kurtosis > 0.1 && output.skewness.abs() < 0.1 && shift < 0.05
    {
        return Text::new(
            "t-distributed inputs spread wider than the scale that the GUM takes as their uncertainty",
            "服从 t 分布的输入量，其标准偏差大于 GUM 所取的尺度参数",
        );
    }
    if output.skewness.abs() > 0.1 {
        return Text::new(
            "the distribution of the result is skew: the model is not linear over the uncertainties",
            "输出量分布偏斜：模型在不确定度范围内非线性",
        );
    }
    if shift > 0.05 || excess.abs() > 0.02 {
        return Text::new(
            "the model is not linear over the uncertainties of its inputs",
            "模型在输入量不确定度范围内非线性",
        );
    }
    if output.excess_kurtosis < -0.1 {
        return Text::new(
            "inputs with limits (rectangular and the like) dominate: the result has shorter tails than a normal",
            "有界分布（如均匀分布）的输入量占优：输出量的尾部短于正态分布",
        );
    }
    let half = 0.5 * (interval.symmetric.1 - interval.symmetric.0);
    if (expanded - half).abs() > 0.01 * half {
        return Text::new(
            "the coverage factor (from finite degrees of freedom, or stated) is not the one that \
             the drawn distribution has for this probability",
            "包含因子（由有限自由度得出或直接给定）与抽样分布在该概率下的包含因子不同",
        );
    }
    Text::new("the ends differ by more than the numerical tolerance", "区间端点之差大于数值容差")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jcgm_101_7_9_2_examples_of_the_numerical_tolerance() {
        // 7.9.2 examples: 0.00035 g to two digits gives 0.000 005 g; 2 K to one digit 0.5 K.
        assert!((numerical_tolerance(0.000_35, 2) - 0.000_005).abs() < 1e-18);
        assert!((numerical_tolerance(2.0, 1) - 0.5).abs() < 1e-15);
        assert!((numerical_tolerance(0.0996, 2) - 0.005).abs() < 1e-15);
        assert!(numerical_tolerance(0.0, 2).abs() < 1e-300);
    }
}

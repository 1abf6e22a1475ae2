//! `[[expect]]`: numbers that a budget must reproduce.

use std::ops::Range;

use super::reader::Reader;
use super::statement::{self, Statement};
use crate::coverage::DofRule;
use crate::diagnostic::{Diagnostic, nearest};

/// One expected number.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Output, or two of them as `R,X`.
    pub output: String,
    /// Which number of it.
    pub quantity: String,
    /// The number.
    pub value: f64,
    /// Absolute tolerance.
    pub tolerance: f64,
    /// Coverage probability, where one belongs to the quantity.
    pub p: Option<f64>,
    /// What becomes of the degrees of freedom.
    pub dof_rule: Option<DofRule>,
    /// Significant digits for the validation.
    pub digits: Option<i32>,
    /// The digits as published.
    pub published: Option<String>,
    /// What a kind without a model is told here.
    pub statement: Option<Statement>,
    /// Place of its table in the file.
    pub span: Range<usize>,
}

/// Quantities whose value depends on a coverage factor that the author states.
pub const STATED: [&str; 2] = ["k", "U"];

const QUANTITIES: [&str; 35] = [
    "value",
    "u",
    "dof_eff",
    "k",
    "U",
    "U_gum",
    "u_second_order",
    "u_if_independent",
    "covariance",
    "correlation",
    "mcm_mean",
    "mcm_u",
    "lo_sym",
    "hi_sym",
    "lo_short",
    "hi_short",
    "k_ellipse_gum",
    "k_ellipse_mcm",
    "k_rectangle_gum",
    "k_rectangle_mcm",
    "gum_validated",
    "s",
    "autocorr1",
    "residual_sd",
    "ssr",
    "reduced",
    "probability",
    "PFA",
    "PFR",
    "PFA_conditional",
    "PFR_conditional",
    "guard_band",
    "guard_factor",
    "F",
    "p_value",
];

pub(super) fn read(reader: &mut Reader<'_, '_>, is_model: bool) -> Option<Expectation> {
    let output = reader.needed_text("output");
    let quantity = reader.needed_text("quantity");
    let (value, tolerance) = (reader.needed_number("value"), reader.needed_number("tol"));
    let p = reader.plain_number("p");
    let digits = reader.plain_number("ndig").map(|n| if n < 1.5 { 1 } else { 2 });
    let published = reader.text("published").map(|(text, _)| text);
    reader.known(&["exact"]);
    let named = output.as_ref().map(|(output, _)| output.clone()).unwrap_or_default();
    let statement = (!is_model).then(|| statement::given(reader, &named));
    let dof_rule = reader.text("dof_rule").and_then(|(rule, span)| match rule.as_str() {
        "truncate" => Some(DofRule::Truncate),
        "interpolate" => Some(DofRule::Interpolate),
        _ => {
            let message = format!("dof_rule `{rule}`, wanted truncate or interpolate");
            reader.report(Diagnostic::error("B050", message).at(span));
            None
        }
    });
    reader.finish();
    let span = reader.span();
    let (quantity, place) = quantity?;
    if !QUANTITIES.contains(&quantity.as_str()) {
        let finding = Diagnostic::error("B051", format!("unknown quantity `{quantity}`")).at(place);
        reader.report(match nearest(&quantity, QUANTITIES) {
            Some(known) => finding.hint(format!("did you mean `{known}`?")),
            None => finding.hint(format!("known: {}", QUANTITIES.join(", "))),
        });
        return None;
    }
    let (output, value, tolerance) = (output?.0, value?, tolerance?);
    Some(Expectation {
        output,
        quantity,
        value,
        tolerance,
        p,
        dof_rule,
        digits,
        published,
        statement,
        span,
    })
}

/// A factor `k` that is expected without a probability is one that the source
/// states: it is an input of the case, not a result.
pub(super) fn stated_k(expectations: &[Expectation]) -> Option<f64> {
    expectations.iter().find(|e| e.quantity == "k" && e.p.is_none()).map(|e| e.value)
}

//! Stating: from an outcome to the strings that are printed.

use super::{Conformity, Judged, JudgedOn, Stated};
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::evaluation::{
    Coverage, Evaluation, EvaluationError, JudgedOn as Compared, Judgement, Outcome,
};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::rounding::{result_and_uncertainty, to_significant};
use etalon_uncertainty::unit::Unit;

/// Significant digits of a coverage factor, as in the tables of the Guide (GUM, table G.2).
const FACTOR_DIGITS: u32 = 3;

/// Value and expanded uncertainty by GUM 7.2.6, whatever rounding the decision
/// was taken on; that number stands beside it.
pub(super) fn stated(
    evaluation: &Evaluation,
    outcome: &Outcome,
    judgement: Option<&Judgement>,
) -> Result<Stated, EvaluationError> {
    let (value, expanded) = result_and_uncertainty(outcome.value, outcome.expanded)?;
    let (k, p) = match &evaluation.coverage {
        Coverage::Fixed { k, p } => (k.clone(), p.clone()),
        Coverage::Probability { p, .. } => {
            let k = to_significant(&Decimal::from_f64(outcome.k)?, FACTOR_DIGITS)?;
            (k.to_string(), p.clone())
        }
    };
    let judged = judgement.map(|judgement| judged(evaluation, outcome, judgement)).transpose()?;
    Ok(Stated { value, expanded, k, p, judged: judged.flatten() })
}

fn judged(
    evaluation: &Evaluation,
    outcome: &Outcome,
    judgement: &Judgement,
) -> Result<Option<Judged>, EvaluationError> {
    let Some(verdict) = Conformity::of(&judgement.verdict) else { return Ok(None) };
    let unit = Unit::parse(&outcome.unit).map_err(|error| unprintable("unit", &error))?;
    let number = |place: &str, text: &String| {
        Quantity::parse(text)
            .and_then(|quantity| quantity.decimal_in(&unit))
            .map(|decimal| decimal.to_string())
            .map_err(|error| unprintable(place, &error))
    };
    let limit = evaluation.limit.as_ref();
    let lower = limit.and_then(|limit| limit.lower.as_ref());
    let upper = limit.and_then(|limit| limit.upper.as_ref());
    Ok(Some(Judged {
        on: match judgement.judged_on {
            Compared::Rounded => JudgedOn::Rounded,
            Compared::Raw => JudgedOn::Raw,
        },
        number: number("number judged", &judgement.number)?,
        lower: lower.map(|text| number("lower limit", text)).transpose()?,
        upper: upper.map(|text| number("upper limit", text)).transpose()?,
        verdict,
    }))
}

fn unprintable(place: &str, error: &dyn std::fmt::Display) -> EvaluationError {
    EvaluationError::Text { place: place.to_owned(), reason: error.to_string() }
}

//! Conformity, in decimal arithmetic.

use serde::{Deserialize, Serialize};

use super::{
    Acceptance, At, DecisionRule, Evaluation, EvaluationError, Limit, Outcome, text_error,
};
use crate::decimal::Decimal;
use crate::expression::{Expression, Kind, Scope, Value};
use crate::quantity::Quantity;
use crate::text::Text;
use crate::unit::Unit;

/// Which number is compared with the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgedOn {
    /// The result after the prescribed rounding.
    Rounded,
    /// The result with its carried digits.
    Raw,
}

/// Verdict on conformity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within the acceptance limits.
    Pass,
    /// Outside the tolerance (by more than the guard band where that is conditional).
    Fail,
    /// Within the tolerance, but inside the guard band. Source: ILAC-G8:09/2019, 4.2.3.
    ConditionalPass,
    /// Outside the tolerance by less than the guard band.
    ConditionalFail,
    /// Not judged.
    NotEvaluated {
        /// Why not.
        reason: Text,
    },
}

/// A verdict with what it was taken on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Which number was compared.
    pub judged_on: JudgedOn,
    /// That number, with its unit.
    pub number: String,
    /// The limits, as stated.
    pub limit: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The rule in words.
    pub rule: Text,
}

pub(super) fn decide(
    evaluation: &Evaluation,
    outcome: &Outcome,
) -> Result<Judgement, EvaluationError> {
    let missing = |what| EvaluationError::Undecidable { what };
    let rule = evaluation.decision.as_ref().ok_or(missing("a decision rule"))?;
    let limit = evaluation.limit.as_ref().ok_or(missing("tolerance limits"))?;
    let unit = Unit::parse(&outcome.unit).at("unit of the result")?;
    let (lower, upper) = limits(limit, &unit)?;
    if lower.is_none() && upper.is_none() {
        return Err(missing("at least one tolerance limit"));
    }
    let number = match rule.judged_on {
        JudgedOn::Raw => Decimal::from_f64(outcome.value)?,
        JudgedOn::Rounded if evaluation.rounding.is_none() => {
            return Err(missing("a rounding, because the rounded number is judged"));
        }
        JudgedOn::Rounded => {
            Decimal::parse(&outcome.printed_value).map_err(|e| text_error("printed value", e))?
        }
    };
    let bounds = Bounds { lower, upper };
    let verdict = match unmet(rule, outcome, &unit, &bounds)? {
        Some(reason) => Verdict::NotEvaluated { reason },
        None => verdict(&rule.acceptance, &number, &bounds, outcome)?,
    };
    Ok(Judgement {
        judged_on: rule.judged_on,
        number: Quantity::new(number, unit).to_string(),
        limit: stated(limit),
        verdict,
        rule: in_words(rule),
    })
}

/// Tolerance limits in the unit of the result.
struct Bounds {
    lower: Option<Decimal>,
    upper: Option<Decimal>,
}

impl Bounds {
    /// Whether a number lies within the limits drawn in by `guard`; the limits
    /// themselves belong to the interval (JCGM 106, 8.2.1).
    fn contain(&self, number: &Decimal, guard: &Decimal) -> bool {
        self.lower.as_ref().is_none_or(|lower| *number >= lower.add(guard))
            && self.upper.as_ref().is_none_or(|upper| *number <= upper.sub(guard))
    }
}

fn limits(
    limit: &Limit,
    unit: &Unit,
) -> Result<(Option<Decimal>, Option<Decimal>), EvaluationError> {
    let read = |text: &Option<String>, place: &str| {
        let Some(text) = text else { return Ok(None) };
        let quantity = Quantity::parse(text).at(place)?;
        quantity.decimal_in(unit).at(place).map(Some)
    };
    let (lower, upper) = (read(&limit.lower, "lower limit")?, read(&limit.upper, "upper limit")?);
    if let (Some(lower), Some(upper)) = (&lower, &upper)
        && lower > upper
    {
        return Err(text_error("tolerance limits", format!("{lower} is above {upper}")));
    }
    Ok((lower, upper))
}

fn verdict(
    acceptance: &Acceptance,
    number: &Decimal,
    bounds: &Bounds,
    outcome: &Outcome,
) -> Result<Verdict, EvaluationError> {
    let none = Decimal::zero();
    let is_within = bounds.contain(number, &none);
    let Acceptance::Guarded { factor, conditional } = acceptance else {
        return Ok(if is_within { Verdict::Pass } else { Verdict::Fail });
    };
    let factor = Decimal::parse(factor).map_err(|error| text_error("guard factor", error))?;
    if factor.is_negative() {
        return Err(text_error("guard factor", "it is negative"));
    }
    let guard = factor.mul(&Decimal::from_f64(outcome.expanded)?);
    let is_clear = bounds.contain(number, &guard);
    let is_near = bounds.contain(number, &guard.neg());
    Ok(match (is_clear, conditional) {
        (true, _) => Verdict::Pass,
        (false, false) => Verdict::Fail,
        (false, true) if is_within => Verdict::ConditionalPass,
        (false, true) if is_near => Verdict::ConditionalFail,
        (false, true) => Verdict::Fail,
    })
}

/// The names of a requirement.
struct Names {
    numbers: Vec<(&'static str, Value)>,
}

impl Scope for Names {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.numbers.iter().find(|(name, _)| *name == path).map(|(_, value)| value.clone())
    }

    fn known(&self) -> Vec<String> {
        self.numbers.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// Why nothing may be judged, if anything.
fn unmet(
    rule: &DecisionRule,
    outcome: &Outcome,
    unit: &Unit,
    bounds: &Bounds,
) -> Result<Option<Text>, EvaluationError> {
    let Some(text) = &rule.require else { return Ok(None) };
    let place = || "requirement of the decision rule".to_owned();
    let interval = unit.interval();
    let mut numbers = vec![
        ("U", Value::in_unit(outcome.expanded, &interval)),
        ("u", Value::in_unit(outcome.u, &interval)),
        ("value", Value::in_unit(outcome.value, unit)),
    ];
    if let Some(lower) = &bounds.lower {
        numbers.push(("lower", Value::in_unit(lower.to_f64(), unit)));
    }
    if let Some(upper) = &bounds.upper {
        numbers.push(("upper", Value::in_unit(upper.to_f64(), unit)));
    }
    if let (Some(lower), Some(upper)) = (&bounds.lower, &bounds.upper)
        && *upper == lower.neg()
    {
        numbers.push(("limit", Value::in_unit(upper.to_f64(), &interval)));
    }
    let failed = |finding| EvaluationError::Expression { place: place(), findings: vec![finding] };
    let expression = Expression::parse(text).map_err(failed)?;
    match expression.evaluate(&Names { numbers }).map_err(failed)? {
        Value::Truth(true) => Ok(None),
        Value::Truth(false) => Ok(Some(Text::new(
            format!("the rule requires {text}, which does not hold"),
            format!("判定规则要求 {text}，该条件不成立"),
        ))),
        other => Err(text_error(place(), format!("gives {}, wanted true or false", other.kind()))),
    }
}

fn stated(limit: &Limit) -> String {
    match (&limit.lower, &limit.upper) {
        (Some(lower), Some(upper)) if *lower == format!("-{upper}") => format!("±{upper}"),
        (Some(lower), Some(upper)) => format!("{lower} … {upper}"),
        (Some(lower), None) => format!("≥ {lower}"),
        (None, Some(upper)) => format!("≤ {upper}"),
        (None, None) => String::new(),
    }
}

fn in_words(rule: &DecisionRule) -> Text {
    let number = match rule.judged_on {
        JudgedOn::Rounded => ("rounded result", "化整后的结果"),
        JudgedOn::Raw => ("result", "未化整的结果"),
    };
    match &rule.acceptance {
        Acceptance::Simple => Text::new(
            format!("simple acceptance on the {}, no guard band", number.0),
            format!("以{}作简单接受判定，不设保护带", number.1),
        ),
        Acceptance::Guarded { factor, conditional } => {
            let width = if factor == "1" { "w = U".to_owned() } else { format!("w = {factor} U") };
            let (en, zh) = if *conditional {
                (" (conditional inside it)", "（带内为有条件判定）")
            } else {
                ("", "")
            };
            Text::new(
                format!("guarded acceptance on the {}, guard band {width}{en}", number.0),
                format!("以{}作带保护带判定，保护带 {width}{zh}", number.1),
            )
        }
    }
}

//! The verdict over an item, from the verdicts at its points.
//!
//! Each point is decided by its evaluation, in decimal, on the number that the
//! agreed rule names. This room only joins them: one point that fails, fails
//! the item; a point without a verdict leaves the item without one.

pub use etalon_uncertainty::evaluation::Verdict;

use etalon_procedures::derive::DerivedResult;
use etalon_uncertainty::{quantity::Quantity, text::Text, unit::Unit};
use serde::Serialize;

use crate::{
    evaluate::{ItemResults, ResultState},
    plan::PlanEntry,
};

/// The verdict over one item.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum ItemVerdict {
    /// Every point conforms.
    Pass,
    /// No point fails, and at least one conforms only with the risk the rule names.
    ConditionalPass,
    /// A point does not conform.
    Fail {
        /// Keys of the points that do not.
        points: Vec<String>,
    },
    /// Nothing can be said about the item as a whole.
    NotEvaluated {
        /// Why.
        reason: String,
    },
}

impl ItemVerdict {
    /// The word of `record show`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::ConditionalPass => "conditional_pass",
            Self::Fail { .. } => "fail",
            Self::NotEvaluated { .. } => "not_evaluated",
        }
    }
}

/// Decides over an item.
///
/// A point that fails decides even where others were not measured: a nonconforming
/// meter that was taken out halfway is still nonconforming.
#[must_use]
pub fn decide(item: &ItemResults) -> ItemVerdict {
    let mut failing = Vec::new();
    let mut missing = item.removed.clone();
    let mut is_conditional = false;
    let judged = judged(item);
    for (key, verdict) in &judged {
        let reason = match verdict {
            Verdict::Pass => continue,
            Verdict::ConditionalPass => {
                is_conditional = true;
                continue;
            }
            Verdict::Fail | Verdict::ConditionalFail => {
                failing.push(key.clone());
                continue;
            }
            Verdict::NotEvaluated { reason } => reason.en(),
        };
        missing.get_or_insert_with(|| format!("{key}: {reason}"));
    }
    match (failing.is_empty(), missing) {
        (false, _) => ItemVerdict::Fail { points: failing },
        (true, Some(reason)) => ItemVerdict::NotEvaluated { reason },
        (true, None) if item.results.is_empty() => {
            ItemVerdict::NotEvaluated { reason: "the procedure has no result".to_owned() }
        }
        (true, None) if judged.is_empty() => {
            ItemVerdict::NotEvaluated { reason: "no decision rule was agreed".to_owned() }
        }
        (true, None) if is_conditional => ItemVerdict::ConditionalPass,
        (true, None) => ItemVerdict::Pass,
    }
}

/// The word of one verdict, as in `record show`.
#[must_use]
pub fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::ConditionalPass => "conditional_pass",
        Verdict::ConditionalFail => "conditional_fail",
        Verdict::Fail => "fail",
        Verdict::NotEvaluated { .. } => "not_evaluated",
    }
}

/// Every verdict that counts, with its key: of points, and of the checks across them. A model that
/// the agreed rule does not name is a result without a verdict, and what was measured again after
/// an adjustment counts no more.
fn judged(item: &ItemResults) -> Vec<(String, Verdict)> {
    let counts = |stage: &str| !item.superseded.contains(stage);
    let points = item.results.iter().filter(|result| counts(&result.stage));
    let points = points.filter_map(|result| {
        let verdict = match &result.state {
            ResultState::NotMeasured { reason } => {
                Verdict::NotEvaluated { reason: Text::english(reason.clone()) }
            }
            ResultState::Measured(measured) => measured.judgement.as_ref()?.verdict.clone(),
        };
        Some((result.key.clone(), verdict))
    });
    let across = item.across.iter().filter(|across| counts(&across.stage));
    let checks = across.flat_map(|across| {
        let key = |check: &DerivedResult| format!("{}/{}", across.stage, check.key());
        across.checks.iter().map(move |check| (key(check), check.verdict()))
    });
    points.chain(checks).collect()
}

/// Lower and upper limit of a planned result as numbers in its unit: for a picture.
///
/// Nothing is decided on these; a verdict compares decimals. `None` where there is no limit.
#[must_use]
pub fn limits(entry: &PlanEntry) -> (Option<f64>, Option<f64>) {
    let Some((limit, unit)) =
        entry.evaluation.limit.as_ref().zip(Unit::parse(&entry.prediction.unit).ok())
    else {
        return (None, None);
    };
    let number = |text: &Option<String>| Quantity::parse(text.as_ref()?).ok()?.in_unit(&unit).ok();
    (number(&limit.lower), number(&limit.upper))
}

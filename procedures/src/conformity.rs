//! The checks of a decision, judged in decimal arithmetic.
//!
//! A check is a derived value with an upper limit: its evaluation carries limit,
//! the one named rounding and the rule of acceptance, so that the verdict is taken
//! by the same code as that of a point and can be taken again by anybody. Where
//! the decision's requirement does not hold at one of the points it looks at, the
//! verdict is *not evaluated*.

use etalon_uncertainty::evaluation::{
    self, Acceptance, DecisionRule, Judgement, Limit, Rounding, Verdict,
};
use etalon_uncertainty::rounding::RoundingRule;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use crate::derive::{
    Belongs, Columns, Composer, Context, DerivedResult, DerivedValue, Found, StageResults,
};
use crate::procedure::{Check, Decision, JudgedOn, NamedRounding, Rule};
use crate::resolve::text;
use crate::scope::PointScope;

/// Every check of the decision for this activity that rests on models the stage
/// yields, in the order of the file; within one, in the order of the points.
#[must_use]
pub fn judged(results: &StageResults<'_>) -> Vec<DerivedResult> {
    let Some(decision) = results.procedure.decision(results.activity) else { return Vec::new() };
    let concerned = decision.checks.iter().filter(|check| results.concerns(&check.value, None));
    let mut found = Vec::new();
    let columns = Columns::of(results.procedure, &results.visited);
    let ground = Ground { results, decision, columns: &columns };
    for check in concerned {
        for (of, context) in results.contexts(&check.each, &columns) {
            found.push(judge(ground, check, of, &context));
        }
    }
    found
}

/// The verdict over several checks: one that fails fails all, one that is not
/// evaluated leaves all without a verdict; the others count as the worst of them.
#[must_use]
pub fn overall(checks: &[DerivedResult]) -> Option<Verdict> {
    let severity = |verdict: &Verdict| match verdict {
        Verdict::Pass => 0,
        Verdict::ConditionalPass => 1,
        Verdict::NotEvaluated { .. } => 2,
        Verdict::ConditionalFail => 3,
        Verdict::Fail => 4,
    };
    checks.iter().map(DerivedResult::verdict).max_by_key(severity)
}

impl DerivedResult {
    /// The verdict of a check; *not evaluated* where nothing was found or judged.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.found {
            Found::NotEvaluated { reason } => Verdict::NotEvaluated { reason: reason.clone() },
            Found::Evaluated(value) => match &value.judgement {
                Some(judgement) => judgement.verdict.clone(),
                None => Verdict::NotEvaluated {
                    reason: Text::new("no limit was agreed", "未约定限值"),
                },
            },
        }
    }
}

/// What checks are judged on.
#[derive(Clone, Copy)]
struct Ground<'a> {
    results: &'a StageResults<'a>,
    decision: &'a Decision,
    columns: &'a Columns,
}

fn judge(ground: Ground<'_>, check: &Check, of: Belongs, context: &Context) -> DerivedResult {
    let title = check.title.clone().unwrap_or_else(|| Text::english(check.id.clone()));
    match verdict(ground, check, &of, context) {
        Ok((mut value, judgement)) => {
            value.judgement = Some(judgement);
            let found = Found::Evaluated(Box::new(value));
            DerivedResult { name: check.id.clone(), title, of, found }
        }
        Err(reason) => DerivedResult::not_evaluated(&check.id, title, of, reason),
    }
}

fn verdict(
    Ground { results, decision, columns }: Ground<'_>,
    check: &Check,
    of: &Belongs,
    context: &Context,
) -> Result<(DerivedValue, Judgement), Text> {
    let mut composer = Composer::new(results, columns);
    let (symbol, unit) = composer.value(&check.id, &check.value, context)?;
    if matches!(decision.rule, Rule::Guarded(_)) && !composer.is_uncertainty_known() {
        return Err(Text::new(
            format!(
                "a guard band needs the uncertainty of `{}`, which is not known",
                check.value.text
            ),
            format!("保护带需要 `{}` 的不确定度，而其未知", check.value.text),
        ));
    }
    let require = required(&composer, decision, context)?;
    let limit = written(results, &check.limit, context, &unit)?;
    let rounding = match &check.rounding {
        Some(rounding) => Some(named(results, rounding, context, &unit)?),
        None => None,
    };
    let mut value = composer.finish(results.key(&check.id, of), &symbol)?;
    let source = text::source_of(results.procedure, &check.limit, decision);
    value.evaluation.limit = Some(Limit { lower: None, upper: Some(limit), source });
    value.evaluation.rounding = rounding;
    value.evaluation.decision = Some(DecisionRule {
        acceptance: match &decision.rule {
            Rule::Simple => Acceptance::Simple,
            Rule::Guarded(guard) => {
                Acceptance::Guarded { factor: guard.factor.clone(), conditional: guard.conditional }
            }
        },
        judged_on: match check.judged_on {
            JudgedOn::Rounded => evaluation::JudgedOn::Rounded,
            JudgedOn::Raw => evaluation::JudgedOn::Raw,
        },
        require,
        source: decision.source.clone(),
    });
    let failed = |error: evaluation::EvaluationError| Text::english(error.to_string());
    value.outcome = value.evaluation.evaluate().map_err(failed)?;
    let judgement = value.evaluation.decide(&value.outcome).map_err(failed)?;
    Ok((value, judgement))
}

/// The decision's requirement at every point the check looks at, with numbers.
fn required(
    composer: &Composer<'_>,
    decision: &Decision,
    context: &Context,
) -> Result<Option<String>, Text> {
    let Some(require) = &decision.require else { return Ok(None) };
    let members = match context {
        Context::Point(index) => std::slice::from_ref(index),
        Context::Group(members) => members.as_slice(),
    };
    let mut conditions = Vec::with_capacity(members.len());
    for index in members {
        let condition = format!("({})", composer.closed(require, *index)?);
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    Ok(Some(conditions.join(" and ")))
}

fn named(
    results: &StageResults<'_>,
    rounding: &NamedRounding,
    context: &Context,
    unit: &Unit,
) -> Result<Rounding, Text> {
    let rule = RoundingRule::parse(&rounding.rule)
        .ok_or_else(|| Text::english(format!("no rounding rule `{}`", rounding.rule)))?;
    let step = written(results, &rounding.step, context, unit)?;
    Ok(Rounding { step, rule, source: rounding.source.clone() })
}

/// A limit or a step as text in `unit`, the same at all points of the context.
fn written(
    results: &StageResults<'_>,
    formula: &crate::formula::Formula,
    context: &Context,
    unit: &Unit,
) -> Result<String, Text> {
    let members = match context {
        Context::Point(index) => std::slice::from_ref(index),
        Context::Group(members) => members.as_slice(),
    };
    let mut found: Option<String> = None;
    for visited in members.iter().filter_map(|index| results.visited.get(*index)) {
        let scope = PointScope {
            procedure: results.procedure,
            item: results.item,
            point: Some(visited.point),
            outer: visited.external,
        };
        let text = text::written(formula, &scope, unit)
            .map_err(|finding| Text::english(finding.message))?;
        match &found {
            Some(earlier) if *earlier != text => {
                return Err(Text::new(
                    format!("`{}` differs from point to point", formula.text),
                    format!("`{}` 在各测量点不相同", formula.text),
                ));
            }
            _ => found = Some(text),
        }
    }
    found.ok_or_else(|| Text::new("there are no points", "没有测量点"))
}

//! Structure: hazards and the safe state, decisions, models, tests.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::finding;
use crate::procedure::table::Table;
use crate::procedure::{AppliesTo, Decision, Distribution, JudgedOn, Procedure, Role, Stage};
use crate::source::Source;

/// Checks how the parts of a procedure fit together.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure, has_safe_state: bool) {
    hazards(source, procedure, has_safe_state);
    decisions(source, procedure);
    models(source, procedure);
    // Where nothing is measured nothing can be tested: one finding says so.
    if !procedure.models.is_empty() {
        tests(source, procedure);
    }
    needs(source, procedure);
    for table in &procedure.tables {
        base(source, procedure, table);
    }
}

/// A role that can hurt, and that some action moves, is brought to safety and
/// is shown to be safe.
fn hazards(source: &Source<'_>, procedure: &Procedure, has_safe_state: bool) {
    let moved: BTreeSet<&str> = procedure.stages.iter().flat_map(moved_roles).collect();
    let covered: BTreeSet<&str> =
        procedure.safe_state.steps.iter().flat_map(|step| step.action.roles()).collect();
    let verified: BTreeSet<&str> =
        procedure.safe_state.verify.iter().map(|condition| condition.role.as_str()).collect();
    let hazardous = |role: &&Role| role.hazard.is_some() && moved.contains(role.name.as_str());
    for role in procedure.roles.iter().filter(hazardous) {
        let name = role.name.as_str();
        let (code, message) = match (has_safe_state, covered.contains(name)) {
            (false, _) => (
                finding::HAZARD_UNCOVERED,
                format!("role `{name}` can hurt, and the procedure has no [safe_state]"),
            ),
            (true, false) => (
                finding::HAZARD_UNCOVERED,
                format!("role `{name}` can hurt, and no action of [safe_state] concerns it"),
            ),
            (true, true) if !verified.contains(name) => (
                finding::HAZARD_UNVERIFIED,
                format!("nothing in `verify` of [safe_state] shows that role `{name}` is safe"),
            ),
            _ => continue,
        };
        let finding = Diagnostic::error(code, message).at(role.place.clone());
        source.report(if has_safe_state {
            finding.other(procedure.safe_state.place.clone(), "the safe state")
        } else {
            finding
        });
    }
}

fn moved_roles(stage: &Stage) -> impl Iterator<Item = &str> {
    let repeated = stage.repeat.iter().flat_map(|repeat| &repeat.steps);
    stage.steps.iter().chain(repeated).flat_map(|step| step.action.roles())
}

fn decisions(source: &Source<'_>, procedure: &Procedure) {
    for activity in &procedure.activities {
        if procedure.decision(*activity).is_none() {
            source.report(
                Diagnostic::error(
                    finding::NO_DECISION,
                    format!("activity `{0}` has no [decision.{0}]", activity.word()),
                )
                .at(procedure.models.first().map_or(0..0, |model| model.place.clone())),
            );
        }
    }
    for decision in procedure.decisions.iter().filter(|own| !own.is_shared) {
        rounding(source, decision);
        if decision.quantity.is_some() != decision.tolerance.is_some()
            || decision.quantity.is_none() && decision.checks.is_empty()
        {
            source.report(
                Diagnostic::error(
                    finding::NO_TOLERANCE,
                    "a decision needs both `quantity` and `tolerance`, or `checks`",
                )
                .at(decision.place.clone()),
            );
        }
    }
}

fn rounding(source: &Source<'_>, decision: &Decision) {
    for check in &decision.checks {
        if let Some(rounding) =
            check.rounding.as_ref().filter(|_| check.value.text.contains("round("))
        {
            source.report(
                Diagnostic::error(finding::DOUBLE_ROUNDING, "the judged number is rounded twice")
                    .at(check.value.place.clone())
                    .other(rounding.step.place.clone(), "the named rounding"),
            );
        }
    }
    let rounds_itself =
        decision.quantity.as_ref().filter(|quantity| quantity.text.contains("round("));
    match (&decision.rounding, decision.judged_on, rounds_itself) {
        (Some(rounding), _, Some(quantity)) => source.report(
            Diagnostic::error(finding::DOUBLE_ROUNDING, "the judged number is rounded twice")
                .at(quantity.place.clone())
                .other(rounding.step.place.clone(), "the named rounding"),
        ),
        (None, JudgedOn::Rounded, _) => source.report(
            Diagnostic::error(
                finding::ROUNDING_MISSING,
                "judged on the rounded number, and no `rounding` is named",
            )
            .at(decision.place.clone())
            .hint(
                "rounding = { step = \"…\", rule = \"half-even\", source = \"document, clause\" }",
            ),
        ),
        _ => {}
    }
}

fn models(source: &Source<'_>, procedure: &Procedure) {
    if procedure.models.is_empty() {
        source.report(
            Diagnostic::error(
                finding::NO_MODEL,
                "the procedure has no [model]: nothing is measured",
            )
            .at(0..0),
        );
    }
    for stage in &procedure.stages {
        let repeats = stage.repeat.as_ref().map_or(1, |repeat| repeat.n);
        let models = stage.results.iter().filter_map(|name| procedure.model(name));
        for input in models.flat_map(|model| &model.inputs) {
            for contribution in &input.contributions {
                let few = match contribution.distribution {
                    Distribution::Repeats { min_n, .. } => (repeats < min_n.max(2)).then(|| {
                        format!(
                            "stage `{}` repeats {repeats} times, this Type A needs {}",
                            stage.id,
                            min_n.max(2)
                        )
                    }),
                    Distribution::Pooled { min_n, .. } => (min_n < 3).then(|| {
                        format!("a pooled Type A over {min_n} earlier repeats, wanted at least 3")
                    }),
                    _ => None,
                };
                if let Some(message) = few {
                    source.report(
                        Diagnostic::error(finding::TYPE_A_FEW, message)
                            .at(contribution.place.clone())
                            .hint("pool the history, or repeat more often"),
                    );
                }
            }
        }
    }
}

fn tests(source: &Source<'_>, procedure: &Procedure) {
    let first = procedure.models.first().map(|model| model.name.as_str());
    for model in &procedure.models {
        let is_tested = procedure.tests.iter().any(|test| {
            test.model.as_deref().or(first) == Some(&model.name) && test.value.is_some()
        });
        if !is_tested {
            source.report(
                Diagnostic::error(
                    finding::MODEL_UNTESTED,
                    format!("no [[test]] expects a value of the model `{}`", model.name),
                )
                .at(model.place.clone()),
            );
        }
    }
    for decision in &procedure.decisions {
        let is_tested = procedure.tests.iter().any(|test| {
            let judges = match decision.quantity {
                Some(_) => test.verdict.is_some(),
                None => !test.checks.is_empty(),
            };
            judges && test.activity == Some(decision.activity)
        });
        if !is_tested {
            source.report(
                Diagnostic::error(
                    finding::DECISION_UNTESTED,
                    format!(
                        "no [[test]] expects a verdict in the activity `{}`",
                        decision.activity.word()
                    ),
                )
                .at(decision.place.clone()),
            );
        }
    }
    across_tests(source, procedure);
    for test in &procedure.tests {
        if let Some(model) = test.model.as_ref().filter(|model| procedure.model(model).is_none()) {
            source.report(
                Diagnostic::error(finding::TEST_GIVEN, format!("there is no model `{model}`"))
                    .at(test.place.clone()),
            );
        }
    }
}

/// Derived quantities and checks have cases too: `lin`, `rep/qmax`.
fn across_tests(source: &Source<'_>, procedure: &Procedure) {
    let is_of = |key: &String, name: &str| key.split('/').next() == Some(name);
    for derive in &procedure.derives {
        let mut keys = procedure.tests.iter().flat_map(|test| test.derived.keys());
        if !keys.any(|key| is_of(key, &derive.name)) {
            let message = format!("no [[test]] expects a value of `{}`", derive.name);
            source.report(
                Diagnostic::error(finding::DERIVE_UNTESTED, message).at(derive.place.clone()),
            );
        }
    }
    // The checks of both activities are often the same: one case per check will do.
    let mut reported = BTreeSet::new();
    for check in procedure.decisions.iter().flat_map(|decision| &decision.checks) {
        let mut keys = procedure.tests.iter().flat_map(|test| test.checks.keys());
        if !keys.any(|key| is_of(key, &check.id)) && reported.insert(check.id.as_str()) {
            let message = format!("no [[test]] expects a verdict of the check `{}`", check.id);
            source.report(
                Diagnostic::error(finding::CHECK_UNTESTED, message).at(check.place.clone()),
            );
        }
    }
}

const NAMESPACES: &[&str] = &["bench", "cert", "env", "history", "job", "res", "site", "spec"];

fn needs(source: &Source<'_>, procedure: &Procedure) {
    for need in &procedure.needs {
        let mut words = need.name.split('.');
        let namespace = words.next().unwrap_or_default();
        let role = words.next().unwrap_or_default();
        let of_role = ["cert", "spec", "res"].contains(&namespace);
        let message = if !NAMESPACES.contains(&namespace) || role.is_empty() {
            format!(
                "nobody answers for `{}`; the first word is one of {}",
                need.name,
                NAMESPACES.join(", ")
            )
        } else if of_role && procedure.role(role).is_none() {
            format!("`{}` is asked of the role `{role}`, which does not exist", need.name)
        } else {
            continue;
        };
        source.report(Diagnostic::error(finding::NEED_NAMESPACE, message).at(need.place.clone()));
    }
}

/// A relative limit says what it is relative to.
fn base(source: &Source<'_>, procedure: &Procedure, table: &Table) {
    let is_limit = procedure.decisions.iter().any(|decision| {
        decision.tolerance.iter().chain(decision.checks.iter().map(|check| &check.limit)).any(
            |formula| {
                let symbols = formula.expression.symbols();
                symbols.iter().any(|symbol| {
                    symbol.path.split_once('.').is_some_and(|(name, _)| name == table.name)
                })
            },
        )
    });
    let base: Option<AppliesTo> = table.applies_to;
    if is_limit && base.is_none() {
        source.report(
            Diagnostic::error(
                finding::TABLE_BASE,
                format!("table `{}` holds limits and does not say what they apply to", table.name),
            )
            .at(table.place.clone())
            .hint(
                "applies_to = \"true_value\", \"nominal\", \"indication\", \"span\" or \"range\"",
            ),
        );
    }
}

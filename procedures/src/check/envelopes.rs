//! Roles against what the points ask of them, the hold, and names given once.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::expression::Value;

use crate::finding;
use crate::procedure::{Action, Place, Procedure, Step};
use crate::scope::Bindings;
use crate::source::Source;

/// Checks roles, hold and names.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure) {
    for stage in procedure.stages.iter().filter(|stage| stage.over_points) {
        if stage.same_as.is_none() {
            let repeated = stage.repeat.iter().flat_map(|repeat| &repeat.steps);
            stage.steps.iter().chain(repeated).for_each(|step| covered(source, procedure, step));
        }
    }
    demands(source, procedure);
    hold(source, procedure);
    let stages = procedure.stages.iter().map(|stage| (stage.id.as_str(), &stage.place));
    once(source, finding::DUPLICATE, "stage", stages);
    let tests = procedure.tests.iter().map(|test| (test.name.as_str(), &test.place));
    once(source, finding::TEST_NAME, "test", tests);
    for decision in procedure.decisions.iter().filter(|own| !own.is_shared) {
        let checks = decision.checks.iter().map(|check| (check.id.as_str(), &check.place));
        once(source, finding::DUPLICATE, "check", checks);
    }
    summary(source, procedure);
}

/// What is set at the points stands in the envelope of its role.
fn covered(source: &Source<'_>, procedure: &Procedure, step: &Step) {
    let (role, quantities): (&str, Vec<&str>) = match &step.action {
        Action::Set { role, settings } | Action::Ramp { role, settings, .. } => {
            (role, settings.iter().map(|setting| setting.quantity.as_str()).collect())
        }
        Action::Approach { role, quantity, .. } => (role, vec![quantity]),
        _ => return,
    };
    let Some(role) = procedure.role(role) else { return };
    for quantity in quantities {
        // A word has no range.
        if role.choices.iter().any(|choice| choice.name == quantity) {
            continue;
        }
        if role.over.iter().any(|envelope| envelope.quantity == quantity) {
            continue;
        }
        source.report(
            Diagnostic::error(
                finding::ENVELOPE_MISSING,
                format!(
                    "`{quantity}` is set at the points, and `over` of `{}` lacks it",
                    role.name
                ),
            )
            .at(role.place.clone())
            .other(step.place.clone(), "set here")
            .hint(format!(
                "over = {{ {quantity} = \"…\" }}: a column of the points, or `low .. high`"
            )),
        );
    }
}

/// A demand that is written as a number is above zero.
fn demands(source: &Source<'_>, procedure: &Procedure) {
    for role in &procedure.roles {
        for (key, demand) in [("max_U", &role.max_u), ("max_mpe", &role.max_mpe)] {
            let Some(demand) = demand else { continue };
            if !demand.expression.symbols().is_empty() {
                continue;
            }
            if let Ok(Value::Number { si, .. }) = demand.evaluate(&Bindings::default())
                && si <= 0.0
            {
                let message = format!("`{key}` of `{}` is `{}`", role.name, demand.text);
                source.report(
                    Diagnostic::error(finding::ROLE_NEED, format!("{message}, wanted it positive"))
                        .at(demand.place.clone()),
                );
            }
        }
    }
}

fn hold(source: &Source<'_>, procedure: &Procedure) {
    let Some(points) = &procedure.points else { return };
    let Some(hold) = &points.hold else { return };
    let named = ["first", "last"].contains(&hold.at.as_str());
    let is_listed = points.rows.iter().any(|row| row.id == hold.at);
    if named || is_listed || points.generated.is_some() && is_numbered(&hold.at) {
        return;
    }
    let listed = points.rows.iter().map(|row| row.id.as_str()).chain(["first", "last"]);
    let finding = Diagnostic::error(
        finding::HOLD_POINT,
        format!("the hold stands at `{}`, and there is no such point", hold.at),
    )
    .at(points.place.clone());
    source.report(match nearest(&hold.at, listed) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint("`first`, `last` or the id of a point"),
    });
}

/// `p3`: the third of generated points.
fn is_numbered(name: &str) -> bool {
    name.strip_prefix('p').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn once<'p>(
    source: &Source<'_>,
    code: &'static str,
    what: &str,
    names: impl Iterator<Item = (&'p str, &'p Place)>,
) {
    let mut seen: Vec<(&str, &Place)> = Vec::new();
    for (name, place) in names {
        match seen.iter().find(|(known, _)| *known == name) {
            Some((_, first)) => source.report(
                Diagnostic::error(code, format!("{what} `{name}` is written twice"))
                    .at(place.clone())
                    .other((*first).clone(), "here first"),
            ),
            None => seen.push((name, place)),
        }
    }
}

/// The summary shows derived quantities; what nothing shows or judges is no use.
fn summary(source: &Source<'_>, procedure: &Procedure) {
    let derived: Vec<&str> = procedure.derives.iter().map(|derive| derive.name.as_str()).collect();
    for name in &procedure.report.summary {
        if !derived.contains(&name.as_str()) {
            let message = format!("the summary shows `{name}`, and nothing derives it");
            let finding =
                Diagnostic::error(finding::SYMBOL, message).at(procedure.report.place.clone());
            source.report(match nearest(name, derived.iter().copied()) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
    }
    let shown = procedure.report.columns.iter();
    let checks = procedure.decisions.iter().flat_map(|decision| &decision.checks);
    let equations = procedure.derives.iter().map(|derive| &derive.equation);
    let formulas = shown.chain(checks.map(|check| &check.value)).chain(equations);
    let used: BTreeSet<String> =
        formulas.flat_map(|f| f.expression.symbols()).map(|symbol| symbol.path).collect();
    for derive in &procedure.derives {
        if !used.contains(&derive.name) && !procedure.report.summary.contains(&derive.name) {
            source.report(
                Diagnostic::warning(
                    finding::DERIVE_UNUSED,
                    format!("`{}` enters no check, column or summary", derive.name),
                )
                .at(derive.place.clone()),
            );
        }
    }
}

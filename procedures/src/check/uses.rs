//! What is declared and never used.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::Diagnostic;

use super::names::readings;
use crate::finding;
use crate::formula::Formula;
use crate::procedure::table::Cell;
use crate::procedure::{
    Action, Distribution, Earlier, FieldKind, Generated, Grouping, InputSource, Procedure, Scale,
    Step, Wait,
};
use crate::source::Source;

/// Reports inputs, roles, readings, tables, fields and needs without a use.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure) {
    let used = used_names(procedure);
    inputs(source, procedure);
    roles(source, procedure, &used);
    unread(source, procedure, &used);
    let report = |code, message: String, place: &crate::procedure::Place| {
        source.report(Diagnostic::error(code, message).at(place.clone()));
    };
    for need in procedure.needs.iter().filter(|need| !used.contains(&need.name)) {
        report(finding::NEED_UNUSED, format!("`{}` is needed by nothing", need.name), &need.place);
    }
    for table in &procedure.tables {
        let prefix = format!("{}.", table.name);
        if !used.iter().any(|name| name.starts_with(&prefix)) {
            let message = format!("table `{}` is looked up by nothing", table.name);
            report(finding::TABLE_UNUSED, message, &table.place);
        }
    }
    let keys: BTreeSet<&str> =
        procedure.tables.iter().flat_map(|table| table.key.iter().map(String::as_str)).collect();
    for field in &procedure.item.fields {
        let is_text = matches!(field.kind, FieldKind::Text);
        let name = field.name.as_str();
        let is_used =
            used.contains(name) || used.contains(&format!("dut.{name}")) || keys.contains(name);
        if !is_text && !is_used {
            source.report(
                Diagnostic::warning(
                    finding::FIELD_UNUSED,
                    format!("field `{name}` is used by nothing"),
                )
                .at(field.place.clone()),
            );
        }
    }
}

fn inputs(source: &Source<'_>, procedure: &Procedure) {
    for model in &procedure.models {
        let symbols = model.equation.expression.symbols();
        for input in &model.inputs {
            if symbols.iter().all(|symbol| symbol.path != input.name) {
                source.report(
                    Diagnostic::error(
                        finding::INPUT_UNUSED,
                        format!("input `{}` does not occur in the equation", input.name),
                    )
                    .at(input.place.clone())
                    .other(model.equation.place.clone(), "the equation"),
                );
            }
        }
    }
}

fn roles(source: &Source<'_>, procedure: &Procedure, used: &BTreeSet<String>) {
    let steps = all_steps(procedure);
    let acting: BTreeSet<&str> = steps.iter().flat_map(|step| step.action.roles()).collect();
    let measuring: BTreeSet<&str> =
        procedure.environment.limits.iter().filter_map(|limit| limit.role.as_deref()).collect();
    for role in &procedure.roles {
        let name = role.name.as_str();
        // A standard that a person serves acts nowhere: its certificate enters the result.
        let prefixes = [format!("{name}."), format!("cert.{name}.")];
        let named =
            used.iter().any(|path| prefixes.iter().any(|prefix| path.starts_with(prefix.as_str())));
        if !acting.contains(name) && !measuring.contains(name) && !named {
            source.report(
                Diagnostic::error(
                    finding::ROLE_UNUSED,
                    format!("role `{name}` is used by nothing"),
                )
                .at(role.place.clone()),
            );
        }
    }
}

fn unread(source: &Source<'_>, procedure: &Procedure, used: &BTreeSet<String>) {
    let evaluated: BTreeSet<&str> = procedure
        .models
        .iter()
        .flat_map(|model| &model.inputs)
        .filter_map(|input| match &input.source {
            InputSource::Reading(name) | InputSource::Answer(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    for step in all_steps(procedure) {
        for reading in readings(std::slice::from_ref(step)) {
            let is_item_field = reading.starts_with("dut.");
            let is_named = used.contains(&reading)
                || used.contains(&format!("read.{reading}"))
                || used.contains(&format!("ask.{reading}"));
            if !is_item_field && !evaluated.contains(reading.as_str()) && !is_named {
                source.report(
                    Diagnostic::warning(
                        finding::READING_UNUSED,
                        format!("the reading `{reading}` enters no model"),
                    )
                    .at(step.place.clone()),
                );
            }
        }
    }
}

fn all_steps(procedure: &Procedure) -> Vec<&Step> {
    let of_stages =
        procedure.stages.iter().filter(|stage| stage.same_as.is_none()).flat_map(|stage| {
            stage.steps.iter().chain(stage.repeat.iter().flat_map(|repeat| &repeat.steps))
        });
    of_stages.chain(&procedure.safe_state.steps).collect()
}

/// Every name in every expression.
fn used_names(procedure: &Procedure) -> BTreeSet<String> {
    let mut formulas: Vec<&Formula> = Vec::new();
    of_item_and_points(procedure, &mut formulas);
    for role in &procedure.roles {
        formulas.extend(role.max_u.iter().chain(&role.max_mpe).chain(&role.media));
        for envelope in &role.over {
            formulas.extend(std::iter::once(&envelope.low).chain(&envelope.high));
        }
    }
    for input in procedure.models.iter().flat_map(|model| &model.inputs) {
        if let InputSource::Formula(formula) = &input.source {
            formulas.push(formula);
        }
        for contribution in &input.contributions {
            of_distribution(&contribution.distribution, &mut formulas);
        }
    }
    for derive in &procedure.derives {
        formulas.push(&derive.equation);
        if let Grouping::Points { each, .. } = &derive.grouping {
            formulas.push(each);
        }
    }
    for stage in &procedure.stages {
        formulas.extend(&stage.when);
        formulas.extend(stage.repeat.iter().flat_map(|repeat| &repeat.retry_if));
    }
    for step in all_steps(procedure) {
        of_action(&step.action, &mut formulas);
    }
    for decision in &procedure.decisions {
        formulas
            .extend(decision.quantity.iter().chain(&decision.tolerance).chain(&decision.require));
        formulas.extend(decision.rounding.iter().map(|rounding| &rounding.step));
        for check in &decision.checks {
            formulas.extend([&check.value, &check.limit]);
            formulas.extend(check.rounding.iter().map(|rounding| &rounding.step));
        }
    }
    formulas.extend(procedure.safe_state.verify.iter().map(|condition| &condition.that));
    formulas.extend(&procedure.report.columns);
    let symbols = formulas.iter().flat_map(|formula| formula.expression.symbols());
    symbols.map(|symbol| symbol.path).collect()
}

fn of_item_and_points<'p>(procedure: &'p Procedure, formulas: &mut Vec<&'p Formula>) {
    formulas.extend(procedure.item.fields.iter().filter_map(|field| field.check.as_ref()));
    formulas.extend(procedure.item.derive.iter().map(|entry| &entry.formula));
    let of_cell = |cell: &'p Cell| match cell {
        Cell::Formula(formula) => Some(formula),
        Cell::Text(..) => None,
    };
    for table in &procedure.tables {
        formulas.extend(table.rows.iter().flat_map(|row| &row.cells).filter_map(of_cell));
        formulas.extend(table.define.iter().map(|entry| &entry.formula));
    }
    let Some(points) = &procedure.points else { return };
    formulas.extend(points.rows.iter().flat_map(|row| &row.cells).filter_map(of_cell));
    formulas.extend(points.rows.iter().filter_map(|row| row.when.as_ref()));
    formulas.extend(points.define.iter().map(|entry| &entry.formula));
    formulas.extend(&points.check);
    if let Some(hold) = &points.hold {
        formulas.push(&hold.duration);
        formulas.extend(&hold.watch);
    }
    match &points.generated {
        Some(Generated::From { list, .. }) => formulas.push(list),
        Some(Generated::Product { axes }) => {
            formulas.extend(axes.iter().flat_map(|(_, cells)| cells).filter_map(of_cell));
        }
        None => {}
    }
}

fn of_distribution<'p>(distribution: &'p Distribution, formulas: &mut Vec<&'p Formula>) {
    match distribution {
        Distribution::Normal(Scale::Standard { u, dof }) => {
            formulas.push(u);
            formulas.extend(dof);
        }
        Distribution::Normal(Scale::Expanded { expanded, k }) => formulas.extend([expanded, k]),
        Distribution::Rectangular(half)
        | Distribution::Triangular(half)
        | Distribution::Arcsine(half) => formulas.push(half),
        Distribution::Pooled { s, dof, .. }
        | Distribution::Repeats { earlier: Some(Earlier { s, dof }), .. } => {
            formulas.extend([s, dof]);
        }
        Distribution::Repeats { earlier: None, .. } => {}
    }
}

fn of_action<'p>(action: &'p Action, formulas: &mut Vec<&'p Formula>) {
    match action {
        Action::Set { settings, .. } => formulas.extend(settings.iter().map(|entry| &entry.value)),
        Action::Ramp { settings, rate, .. } => {
            formulas.extend(settings.iter().map(|entry| &entry.value));
            formulas.push(rate);
        }
        Action::Approach { target, direction, .. } => {
            formulas.push(target);
            formulas.extend(direction);
        }
        Action::Vent { max_rate, .. } => formulas.extend(max_rate),
        Action::Divert { duration, .. } => formulas.extend(duration),
        Action::Drain { watch, below, .. } => formulas.extend([watch, below]),
        Action::Count(count) => formulas.extend([&count.gate_pulses, &count.timeout]),
        Action::Wait(Wait::Until { condition, .. }) => formulas.push(condition),
        Action::Wait(Wait::For { skip_on_resume_if, .. }) => formulas.extend(skip_on_resume_if),
        Action::Ask(ask) => {
            formulas.extend(ask.range.iter().flat_map(|(low, high)| [low, high]));
            formulas.extend(&ask.resolution);
            formulas.extend(&ask.tell);
            formulas.extend(ask.expected.iter().flat_map(|(value, half)| [value, half]));
        }
        Action::Exercise { to, .. } => formulas.push(to),
        Action::Check { that, .. } => formulas.push(that),
        _ => {}
    }
}

//! Actions: their roles, quantities and expressions.

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::expression::{Kind, NumberKind, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Dimension;

use super::kinds::{any, wanted};
use super::scopes::Scopes;
use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Action, Ask, Place, Procedure, Role, RoleChoice, Setting, Step, Wait};
use crate::scope::{Bindings, Kinds};
use crate::source::Source;

/// Checks every action of the stages and of the safe state.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure, scopes: &Scopes) {
    let checker = Checker { source, procedure, scopes };
    for stage in &procedure.stages {
        checker.stage(stage);
    }
    checker.steps(&procedure.safe_state.steps, false);
    for condition in &procedure.safe_state.verify {
        let Some(role) = checker.role(&condition.role, &condition.place) else { continue };
        let mut scope = scopes.item.clone();
        for quantity in &role.quantities {
            scope.declare(quantity.name.clone(), Kind::of_unit(&quantity.unit));
        }
        wanted(source, &condition.that, &scope, &Kind::Truth);
    }
    for limit in &procedure.environment.limits {
        checker.environment(limit);
    }
}

/// What the actions are checked against.
pub(super) struct Checker<'a, 's> {
    pub(super) source: &'a Source<'s>,
    pub(super) procedure: &'a Procedure,
    pub(super) scopes: &'a Scopes,
}

impl Checker<'_, '_> {
    fn environment(&self, limit: &crate::procedure::EnvironmentLimit) {
        for end in [&limit.min, &limit.max] {
            if !end.unit().is_compatible(&limit.unit) {
                self.source.report(
                    Diagnostic::error(
                        finding::DIMENSION,
                        format!(
                            "`{}` is limited by {end}, its unit is {}",
                            limit.quantity, limit.unit
                        ),
                    )
                    .at(limit.place.clone()),
                );
                return;
            }
        }
        if limit.min.si() > limit.max.si() {
            let message =
                format!("`{}` may be from {} to {}", limit.quantity, limit.min, limit.max);
            self.source.report(
                Diagnostic::error(finding::ENVIRONMENT_LIMITS, message).at(limit.place.clone()),
            );
        }
        if let Some(role) = &limit.role {
            self.quantity(role, &limit.quantity, &limit.place);
        }
    }

    pub(super) fn steps(&self, steps: &[Step], at_points: bool) {
        let scope = if at_points { &self.scopes.live } else { &self.between_points() };
        for step in steps {
            self.action(step, scope);
        }
    }

    /// Between points there is no point: only the item, the bench and the needs.
    fn between_points(&self) -> Kinds {
        let mut scope = self.scopes.item.clone().live();
        for role in &self.procedure.roles {
            for quantity in &role.quantities {
                let name = format!("{}.{}", role.name, quantity.name);
                scope.declare(name, Kind::of_unit(&quantity.unit));
            }
        }
        scope
    }

    fn action(&self, step: &Step, scope: &Kinds) {
        for role in step.action.roles() {
            if self.role(role, &step.place).is_none() {
                return;
            }
        }
        let number = |dimension| Kind::Number(NumberKind::of(dimension));
        match &step.action {
            Action::Set { role, settings } => self.settings(role, settings, step, scope),
            Action::Ramp { role, settings, rate } => {
                self.settings(role, settings, step, scope);
                self.rate(role, rate, scope);
            }
            Action::Vent { role, max_rate: Some(rate) } => self.rate(role, rate, scope),
            Action::Approach { role, quantity, target, direction, .. } => {
                if let Some(kind) = self.quantity(role, quantity, &step.place) {
                    wanted(self.source, target, scope, &kind);
                }
                if let Some(direction) = direction {
                    wanted(self.source, direction, scope, &Kind::Text);
                }
            }
            Action::Read { role, quantity, .. } | Action::Sample { role, quantity, .. } => {
                drop(self.quantity(role, quantity, &step.place));
            }
            Action::Exercise { role, quantity, to, .. } => {
                if let Some(kind) = self.quantity(role, quantity, &step.place) {
                    wanted(self.source, to, scope, &kind);
                }
            }
            Action::Count(count) => {
                wanted(self.source, &count.gate_pulses, scope, &number(Dimension::PULSE));
                wanted(self.source, &count.timeout, scope, &number(Dimension::TIME));
            }
            Action::Divert { duration: Some(duration), .. } => {
                wanted(self.source, duration, scope, &number(Dimension::TIME));
            }
            Action::Drain { watch, below, .. } => {
                if let Some(kind) = any(self.source, watch, scope) {
                    wanted(self.source, below, scope, &kind);
                }
            }
            Action::Wait(wait) => self.wait(wait, step, scope),
            Action::Ask(ask) => self.ask(ask, step, scope),
            Action::Check { that, .. } => wanted(self.source, that, scope, &Kind::Truth),
            _ => {}
        }
    }

    /// A rate is a change of one of the role's quantities per time.
    fn rate(&self, role: &str, rate: &Formula, scope: &Kinds) {
        let Some(kind) = any(self.source, rate, scope) else { return };
        let quantities = self.procedure.role(role).map_or(&[][..], |role| &role.quantities);
        let is_change = |dimension: Dimension| {
            let change = dimension.times(Dimension::TIME);
            quantities.iter().any(|quantity| Some(quantity.unit.dimension()) == change)
        };
        if !matches!(kind, Kind::Number(kind) if is_change(kind.dimension)) {
            let message =
                format!("`{}` is {kind}, wanted a quantity of `{role}` per time", rate.text);
            self.source
                .report(Diagnostic::error(finding::DIMENSION, message).at(rate.place.clone()));
        }
    }

    fn settings(&self, role: &str, settings: &[Setting], step: &Step, scope: &Kinds) {
        for setting in settings {
            if let Some(choice) = self.choice(role, &setting.quantity) {
                wanted(self.source, &setting.value, scope, &Kind::Text);
                self.word(setting, choice);
            } else if let Some(kind) = self.quantity(role, &setting.quantity, &step.place) {
                wanted(self.source, &setting.value, scope, &kind);
            }
        }
    }

    fn choice(&self, role: &str, name: &str) -> Option<&RoleChoice> {
        self.procedure.role(role)?.choices.iter().find(|choice| choice.name == name)
    }

    /// A word that is written out is one of those that the role declares.
    fn word(&self, setting: &Setting, choice: &RoleChoice) {
        let Ok(Value::Text(word)) = setting.value.evaluate(&Bindings::default()) else { return };
        if choice.words.contains(&word) {
            return;
        }
        let message = format!("`{}` is set to `{word}`", choice.name);
        let finding =
            Diagnostic::error(finding::ROLE_WORD, message).at(setting.value.place.clone());
        let known = choice.words.iter().map(String::as_str);
        self.source.report(match nearest(&word, known) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint(format!("the role chooses among {}", choice.words.join(", "))),
        });
    }

    fn wait(&self, wait: &Wait, step: &Step, scope: &Kinds) {
        let times: Vec<&Quantity> = match wait {
            Wait::For { duration, skip_on_resume_if, .. } => {
                if let Some(skip) = skip_on_resume_if {
                    wanted(self.source, skip, scope, &Kind::Truth);
                }
                vec![duration]
            }
            Wait::Until { condition, at_least, at_most, .. } => {
                wanted(self.source, condition, scope, &Kind::Truth);
                at_least.iter().chain([at_most]).collect()
            }
        };
        if let Some(odd) = times.iter().find(|time| time.unit().dimension() != Dimension::TIME) {
            self.source.report(
                Diagnostic::error(finding::DIMENSION, format!("a wait of {odd}, wanted a time"))
                    .at(step.place.clone()),
            );
        } else if let [least, most] = times.as_slice()
            && least.si() > most.si()
        {
            self.source.report(
                Diagnostic::error(
                    finding::WAIT_ORDER,
                    format!("a wait of at least {least} and at most {most}"),
                )
                .at(step.place.clone()),
            );
        }
    }

    fn ask(&self, ask: &Ask, step: &Step, scope: &Kinds) {
        if let Some(field) = ask.field.strip_prefix("dut.") {
            let fields = &self.procedure.item.fields;
            if fields.iter().all(|known| known.name != field) {
                let finding = Diagnostic::error(
                    finding::SYMBOL,
                    format!("the unit under test has no field `{field}`"),
                )
                .at(step.place.clone());
                let near = nearest(field, fields.iter().map(|known| known.name.as_str()));
                self.source.report(match near {
                    Some(near) => finding.hint(format!("did you mean `dut.{near}`?")),
                    None => finding,
                });
            }
        }
        let Some(unit) = &ask.unit else { return };
        let kind = Kind::of_unit(unit);
        for end in ask.range.iter().flat_map(|(low, high)| [low, high]) {
            wanted(self.source, end, scope, &kind);
        }
        if let Some((value, half)) = &ask.expected {
            wanted(self.source, value, scope, &kind);
            wanted(self.source, half, scope, &Kind::Number(NumberKind::of(unit.dimension())));
        }
        if let Some(tell) = &ask.tell {
            wanted(self.source, tell, scope, &kind);
        }
        if let Some(resolution) = &ask.resolution {
            wanted(self.source, resolution, scope, &Kind::Number(NumberKind::of(unit.dimension())));
        }
    }

    fn role(&self, name: &str, place: &Place) -> Option<&Role> {
        let role = self.procedure.role(name);
        if role.is_none() {
            let finding =
                Diagnostic::error(finding::ROLE_UNKNOWN, format!("there is no role `{name}`"))
                    .at(place.clone());
            let known = self.procedure.roles.iter().map(|role| role.name.as_str());
            self.source.report(match nearest(name, known) {
                Some(near) => finding.hint(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
        role
    }

    /// The kind of a role's quantity, or a finding.
    fn quantity(&self, role: &str, quantity: &str, place: &Place) -> Option<Kind> {
        let role = self.role(role, place)?;
        if let Some(found) = role.quantities.iter().find(|known| known.name == quantity) {
            return Some(Kind::of_unit(&found.unit));
        }
        let finding = Diagnostic::error(
            finding::ROLE_QUANTITY,
            format!("role `{}` declares no quantity `{quantity}`", role.name),
        )
        .at(place.clone())
        .other(role.place.clone(), "the role");
        let known = role.quantities.iter().map(|known| known.name.as_str());
        self.source.report(match nearest(quantity, known) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => {
                finding.hint(format!("add it to [roles.{}.quantities] with its unit", role.name))
            }
        });
        None
    }
}

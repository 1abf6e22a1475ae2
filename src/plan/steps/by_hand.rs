//! Actions on an instrument that a person reads and sets: the same action, put as a question.

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::super::refusal::PlanError;
use super::super::setpoints;
use super::super::step::Step;
use super::super::table::Table;
use crate::plan::AnswerKind;

impl<'a> Table<'a> {
    /// Whether a person reads and sets the instrument of a role.
    pub(super) fn is_by_hand(&self, role: &str) -> bool {
        let bound = self.desk.bound.iter().find(|bound| bound.role.name == role);
        bound.is_some_and(|bound| bound.model.is_by_hand())
    }

    /// Whether a condition looks at an instrument that no program can look at.
    pub(in crate::plan) fn looks_by_hand(&self, condition: &Formula) -> bool {
        let symbols = condition.expression.symbols();
        let roles = symbols.iter().filter_map(|symbol| {
            let inside = symbol.path.rsplit('(').next().unwrap_or(&symbol.path);
            inside.split_once('.').map(|(role, _)| role)
        });
        roles.into_iter().any(|role| self.is_by_hand(role))
    }

    /// Settings that a person makes, with their values.
    pub(super) fn set_by_hand(
        &'a self,
        role: &str,
        settings: &[procedure::Setting],
        action: usize,
    ) -> Result<Step, PlanError> {
        let mut values = Vec::new();
        for setting in settings {
            let value = self.shared(&setting.value, (role, &setting.quantity))?;
            let unit = setpoints::unit_of(self, role, &setting.quantity);
            let unit = Unit::parse(&unit).unwrap_or_else(|_| Unit::one());
            let value = match &value {
                etalon_uncertainty::expression::Value::Text(word) => word.clone(),
                number => self.in_unit(number, &unit, &setting.value)?.to_string(),
            };
            values.push(format!("{} = {value}", setting.quantity));
        }
        let values = values.join(", ");
        let text = Text::new(
            format!("Set the instrument of role `{role}`: {values}"),
            format!("设定 `{role}` 仪器：{values}"),
        );
        Ok(Step::Instruct { action, text, note_required: false })
    }

    /// A condition that a person watched while a load was held.
    pub(in crate::plan) fn watch_by_hand(&self, condition: &Formula, action: usize) -> Step {
        let text = Text::new(
            format!(
                "Did this hold on the instrument that you read, all the time: {}",
                condition.text
            ),
            format!("保持期间所读仪器是否始终满足：{}", condition.text),
        );
        Step::Confirm { action, text, on_no: String::new(), each_position: false }
    }

    /// A condition that a person waits for.
    pub(super) fn wait_by_hand(&self, condition: &Formula, action: usize) -> Step {
        let text = Text::new(
            format!("Wait until this holds on the instrument that you read: {}", condition.text),
            format!("请等待所读仪器满足：{}", condition.text),
        );
        Step::Confirm { action, text, on_no: String::new(), each_position: false }
    }
}

/// Switching off by hand.
pub(super) fn off_by_hand(role: &str, action: usize) -> Step {
    let text = Text::new(
        format!("Switch off the instrument of role `{role}`"),
        format!("关闭 `{role}` 仪器"),
    );
    Step::Instruct { action, text, note_required: false }
}

/// A reading that a person takes.
pub(super) fn read_by_hand(
    (role, quantity): (&str, &str),
    into: &str,
    unit: String,
    (action, each_position): (usize, bool),
) -> Step {
    let text = Text::new(
        format!("Read the instrument of role `{role}`: {quantity}"),
        format!("读取 `{role}` 仪器的示值：{quantity}"),
    );
    let wanted = AnswerKind::Number { unit, range: None, step: None, twice: false, expect: None };
    Step::Ask { action, field: into.to_owned(), text, wanted, each_position }
}

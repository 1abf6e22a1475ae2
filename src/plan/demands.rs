//! What the actions of a procedure demand of the instrument in a role.
//!
//! | action | demands |
//! |---|---|
//! | `set`, `ramp`, `approach`, `exercise` | source of the quantity |
//! | `off` | source |
//! | `vent` | vent |
//! | `divert`, and `gate` of it | divert, and count |
//! | `drain` | source of `drain`; measure of what is watched |
//! | `read`, `sample` | measure of the quantity |
//! | `count` | count |
//! | `wait` until, `check`, `[safe_state] verify` | measure of every quantity looked at |
//!
//! A role of which nothing is demanded by an action is bound by its taxon alone.

use etalon_instruments::catalogue::{Capability, Demand, Model};
use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{Action, Place, Procedure, Role, Step, Wait};
use etalon_uncertainty::text::Text;

use super::refusal::line;

/// Makes sure that a model can do whatever the actions demand of a role.
///
/// # Errors
/// The first demand that it cannot meet, with its line in the procedure.
pub(super) fn met(
    procedure: &Procedure,
    role: &Role,
    model: &Model,
    text: &str,
) -> Result<(), Text> {
    let unmet = demands(procedure, role).into_iter().find(|(demand, _)| !demand.is_met_by(model));
    unmet.map_or(Ok(()), |(demand, place)| {
        let line = line(text, &place);
        Err(Text::new(
            format!("model {} cannot {demand}, which line {line} demands", model.id),
            format!("型号 {} 不能{}，而第 {line} 行要求这样", model.id, chinese(&demand)),
        ))
    })
}

/// What is demanded, in Chinese.
fn chinese(demand: &Demand) -> String {
    let verb = match demand.capability {
        Capability::Identify => "报出型号与编号",
        Capability::Source => "输出",
        Capability::Measure => "测量",
        Capability::Settle => "在已知时间内稳定",
        Capability::Count => "计数",
        Capability::Weigh => "称量",
        Capability::Divert => "换向",
        Capability::Vent => "通大气",
        Capability::Ambient => "测量环境条件",
        Capability::ReadRegister => "读取计度器",
        Capability::SafeState => "转入安全状态",
    };
    match &demand.quantity {
        Some(quantity) => format!("{verb} `{quantity}`"),
        None => verb.to_owned(),
    }
}

/// Every demand on a role, in the order of the file.
fn demands(procedure: &Procedure, role: &Role) -> Vec<(Demand, Place)> {
    let stages = procedure.stages.iter().flat_map(|stage| {
        let repeated = stage.repeat.iter().flat_map(|repeat| &repeat.steps);
        stage.steps.iter().chain(repeated)
    });
    let mut found = Vec::new();
    for step in stages.chain(&procedure.safe_state.steps) {
        found.extend(of_step(step, role).into_iter().map(|demand| (demand, step.place.clone())));
    }
    for safe in procedure.safe_state.verify.iter().filter(|safe| safe.role == role.name) {
        let symbols = safe.that.expression.symbols();
        let seen = symbols.iter().filter(|symbol| is_quantity(role, &symbol.path));
        found.extend(seen.map(|symbol| (Demand::measure(&symbol.path), safe.place.clone())));
    }
    found
}

/// What one action demands of a role.
fn of_step(step: &Step, own: &Role) -> Vec<Demand> {
    let is_own = |name: &str| name == own.name;
    match &step.action {
        Action::Set { role, settings } | Action::Ramp { role, settings, .. } if is_own(role) => {
            settings.iter().map(|setting| Demand::source(&setting.quantity)).collect()
        }
        Action::Approach { role, quantity, .. } | Action::Exercise { role, quantity, .. }
            if is_own(role) =>
        {
            vec![Demand::source(quantity)]
        }
        Action::Off { role } if is_own(role) => vec![Demand::any(Capability::Source)],
        Action::Vent { role, .. } if is_own(role) => vec![Demand::any(Capability::Vent)],
        Action::Read { role, quantity, .. } | Action::Sample { role, quantity, .. }
            if is_own(role) =>
        {
            vec![Demand::measure(quantity)]
        }
        Action::Count(count) if is_own(&count.role) => vec![Demand::any(Capability::Count)],
        Action::Divert { role, gate, .. } => {
            let diverts = is_own(role).then(|| Demand::any(Capability::Divert));
            let is_gate = gate.as_deref().is_some_and(is_own);
            diverts.into_iter().chain(is_gate.then(|| Demand::any(Capability::Count))).collect()
        }
        Action::Drain { role, watch, .. } => {
            let opens = is_own(role).then(|| Demand::source("drain"));
            opens.into_iter().chain(looked_at(watch, own)).collect()
        }
        Action::Wait(Wait::Until { condition, .. }) => looked_at(condition, own),
        Action::Check { that, .. } => looked_at(that, own),
        _ => Vec::new(),
    }
}

/// The quantities of a role that a condition looks at while the run goes on.
fn looked_at(condition: &Formula, own: &Role) -> Vec<Demand> {
    let symbols = condition.expression.symbols();
    let live = symbols.iter().filter_map(|symbol| {
        let (role, quantity) = symbol.path.split_once('.')?;
        (role == own.name && is_quantity(own, quantity)).then(|| Demand::measure(quantity))
    });
    live.collect()
}

fn is_quantity(role: &Role, name: &str) -> bool {
    role.quantities.iter().any(|known| known.name == name)
}

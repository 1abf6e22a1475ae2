//! What surrounds the measurement: the instruments, the conditions, the way out.

use etalon_procedures::procedure::OnViolation;
use etalon_uncertainty::text::Text;

use super::bind::Bound;
use super::names::Desk;
use super::prediction::carried;
use super::refusal::PlanError;
use super::table::Table;
use super::{
    PlannedCondition, PlannedEnvironment, PlannedInstrument, PlannedSafeState, PlannedVerification,
    Step,
};
use crate::bench::instrument;

/// How every way out of the run ends.
///
/// # Errors
/// When a value is out of range, or an action is none that a safe state may have.
pub(super) fn safe_state<'a>(
    desk: &Desk<'_>,
    table: &'a Table<'a>,
) -> Result<PlannedSafeState, PlanError> {
    let declared = &desk.procedure.safe_state;
    let mut steps = Vec::new();
    for (index, step) in declared.steps.iter().enumerate() {
        let planned = table.step(step, index + 1)?;
        let is_allowed = match &planned {
            Step::Set { .. } | Step::Ramp(_) | Step::Vent(_) => true,
            Step::Off { .. } | Step::Dwell { .. } => true,
            Step::Divert(divert) => divert.seconds.is_none(),
            _ => false,
        };
        if !is_allowed {
            return Err(PlanError::Unsupported {
                word: format!("{} in a safe state", step.action.word()),
                line: desk.lines.at(&step.place),
            });
        }
        steps.push(planned);
    }
    let mut verify = Vec::new();
    let is_by_hand = |role: &str| {
        let bound = desk.bound.iter().find(|bound| bound.role.name == role);
        bound.is_some_and(|bound| bound.model.is_by_hand())
    };
    // What a person reads cannot be read back; where nothing else can, the way by hand remains.
    let can_be_read = declared.verify.iter().any(|condition| !is_by_hand(&condition.role));
    for condition in &declared.verify {
        if can_be_read && is_by_hand(&condition.role) {
            continue;
        }
        let bound = desk.bound.iter().find(|bound| bound.role.name == condition.role);
        let readable = |path: &str| {
            let bare = path.strip_prefix(&format!("{}.", condition.role)).unwrap_or(path);
            bound.is_some_and(|bound| bound.model.reading(bare).is_some()).then(|| bare.to_owned())
        };
        let symbols = condition.that.expression.symbols();
        let mut reads: Vec<String> =
            symbols.iter().filter_map(|symbol| readable(&symbol.path)).collect();
        reads.sort();
        reads.dedup();
        verify.push(PlannedVerification {
            role: condition.role.clone(),
            reads,
            that: table.shared_condition(&condition.that, |path| readable(path).is_some())?,
        });
    }
    Ok(PlannedSafeState {
        timeout_s: carried(declared.timeout.si()),
        steps,
        verify,
        manual: declared.manual.clone(),
    })
}

/// Conditions of the environment, each with the role whose instrument reads it.
///
/// # Errors
/// When nobody reads one.
pub(super) fn environment(desk: &Desk<'_>) -> Result<PlannedEnvironment, PlanError> {
    let declared = &desk.procedure.environment;
    let mut conditions = Vec::new();
    for limit in &declared.limits {
        let wanted = limit.role.as_deref();
        let reader = desk.bound.iter().find(|bound| {
            Some(bound.role.name.as_str()) == wanted
                && bound.model.reading(&limit.quantity).is_some()
        });
        let missing = || PlanError::Unresolved {
            name: format!("env.{}", limit.quantity),
            reason: Box::new(Text::new(
                "no role reads it by an instrument",
                "没有角色用仪器读取它",
            )),
            line: desk.lines.at(&limit.place),
        };
        let reader = reader.ok_or_else(missing)?;
        conditions.push(PlannedCondition {
            quantity: limit.quantity.clone(),
            role: reader.role.name.clone(),
            role_quantity: limit.quantity.clone(),
            unit: limit.unit.symbol().to_owned(),
            min: limit.min.to_string(),
            max: limit.max.to_string(),
            on_violation: match limit.on_violation {
                OnViolation::Hold => "hold",
                OnViolation::Warn => "warn",
                OnViolation::Abort => "abort",
            }
            .to_owned(),
        });
    }
    let log_every_s = declared.log_every.as_ref().map_or(0.0, |every| carried(every.si()));
    Ok(PlannedEnvironment { log_every_s, conditions })
}

/// The instruments in use, each with the roles it plays.
pub(super) fn instruments(desk: &Desk<'_>) -> Vec<PlannedInstrument> {
    let mut planned: Vec<PlannedInstrument> = Vec::new();
    for bound in desk.bound {
        let role = bound.role.name.clone();
        if let Some(known) = planned.iter_mut().find(|known| known.id == bound.instrument.id) {
            known.roles.push(role);
            continue;
        }
        let lines = of_positions(desk, bound);
        if !lines.is_empty() {
            planned.extend(lines);
            continue;
        }
        planned.push(one(desk, bound));
    }
    planned
}

/// The serial number that an instrument must have: the bench file's; for one that a person reads
/// also the register's, because nothing else tells whether it is the one.
fn serial_number(bound: &Bound<'_>) -> Option<String> {
    let of_register = || {
        let standard = bound.standard.filter(|_| bound.model.is_by_hand())?;
        Some(standard.serial.clone())
    };
    bound.instrument.serial.clone().or_else(of_register)
}

/// The instruments at the positions, where each has one on a line of its own.
fn of_positions(desk: &Desk<'_>, bound: &Bound<'_>) -> Vec<PlannedInstrument> {
    let Some(address) = &bound.instrument.per_channel else { return Vec::new() };
    let shared = bound.instrument.shared_address.as_deref();
    let at = |channel: &u32| PlannedInstrument {
        id: id_at_channel(&bound.instrument.id, *channel),
        resource: instrument::at_channel(address, *channel),
        address: shared.map(|address| instrument::at_channel(address, *channel)),
        ..one(desk, bound)
    };
    bound.channels.values().map(at).collect()
}

/// Name of the instrument on one channel of several alike.
#[must_use]
pub fn id_at_channel(id: &str, channel: u32) -> String {
    format!("{id}-{channel}")
}

fn one(desk: &Desk<'_>, bound: &Bound<'_>) -> PlannedInstrument {
    let file = desk.equipment.models.get(&bound.instrument.model);
    PlannedInstrument {
        id: bound.instrument.id.clone(),
        model: bound.instrument.model.clone(),
        model_file: file.map(|(_, text)| text.clone()).unwrap_or_default(),
        resource: bound.instrument.address(),
        address: bound.instrument.shared_address.clone(),
        serial_settings: bound.instrument.line.clone(),
        serial_number: serial_number(bound),
        roles: vec![bound.role.name.clone()],
        limits: bound
            .instrument
            .limits
            .iter()
            .map(|(quantity, value)| (quantity.clone(), value.to_string()))
            .collect(),
        watchdog_s: bound.instrument.watchdog_s,
    }
}

//! Roles bound to instruments of the bench: who serves, who does not, and why.

use std::collections::BTreeMap;

use etalon_instruments::catalogue::Model;
use etalon_procedures::procedure::{Procedure, Role};
use jiff::civil::Date;

use super::refusal::{PlanError, line};
use super::{Rejection, RoleBinding};
use crate::bench::{Bench, BenchInstrument};
use crate::register::{Register, RuleRefusal, Standard};

/// Models by id, each with the text of its file.
pub type Models = BTreeMap<String, (Model, String)>;

/// What roles are bound to.
#[derive(Clone, Copy)]
pub struct Equipment<'a> {
    /// The bench.
    pub bench: &'a Bench,
    /// The register.
    pub register: &'a Register,
    /// The catalogue's models that the bench names.
    pub models: &'a Models,
    /// The day for which due dates are judged.
    pub date: Date,
}

/// A role with its instrument.
#[derive(Clone)]
pub struct Bound<'a> {
    /// The role.
    pub role: &'a Role,
    /// The instrument of the bench.
    pub instrument: &'a BenchInstrument,
    /// Its model.
    pub model: &'a Model,
    /// Its entry in the register.
    pub standard: Option<&'a Standard>,
    /// Who else could have served, and why not.
    pub rejected: Vec<Rejection>,
    /// Position → channel.
    pub channels: BTreeMap<u32, u32>,
}

/// Binds every role.
///
/// # Errors
/// When a role has no instrument, or a rule forbids each that could serve.
pub fn roles<'a>(
    procedure: &'a Procedure,
    text: &str,
    equipment: Equipment<'a>,
    positions: &[u32],
) -> Result<Vec<Bound<'a>>, PlanError> {
    procedure.roles.iter().map(|role| bind(role, text, equipment, positions)).collect()
}

fn bind<'a>(
    role: &'a Role,
    text: &str,
    equipment: Equipment<'a>,
    positions: &[u32],
) -> Result<Bound<'a>, PlanError> {
    let mut rejected = Vec::new();
    let mut rules = Vec::new();
    let mut chosen: Option<Bound<'a>> = None;
    for instrument in &equipment.bench.instruments {
        let id = instrument.id.clone();
        if let Some(chosen) = &chosen {
            if examine(role, instrument, equipment, positions).is_ok() {
                let reason = format!("{} stands before it in the bench file", chosen.instrument.id);
                rejected.push(Rejection { id, reason });
            }
            continue;
        }
        match examine(role, instrument, equipment, positions) {
            Ok(bound) => chosen = Some(bound),
            Err(Objection::NotMeant) => {}
            Err(Objection::Unfit(reason)) => rejected.push(Rejection { id, reason }),
            Err(Objection::Rule(rule)) => {
                rejected.push(Rejection { id, reason: rule.to_string() });
                rules.push(rule);
            }
        }
    }
    match chosen {
        Some(bound) => Ok(Bound { rejected, ..bound }),
        None if !rules.is_empty() => {
            Err(PlanError::Rule { role: role.name.clone(), refusals: rules })
        }
        None => Err(PlanError::NoInstrument {
            bench: equipment.bench.id.clone(),
            role: role.name.clone(),
            line: line(text, &role.place),
            reasons: reasons(role, &rejected),
        }),
    }
}

fn reasons(role: &Role, rejected: &[Rejection]) -> String {
    if rejected.is_empty() {
        let wanted: Vec<&str> = role.can.iter().map(|taxon| taxon.as_str()).collect();
        return format!("none does {}", wanted.join(" or "));
    }
    let each = rejected.iter().map(|rejection| format!("{}: {}", rejection.id, rejection.reason));
    each.collect::<Vec<_>>().join("; ")
}

/// Why an instrument does not serve.
enum Objection {
    /// The bench does not give it this role, and it could not play it.
    NotMeant,
    /// It cannot.
    Unfit(String),
    /// It may not.
    Rule(RuleRefusal),
}

fn unfit(reason: impl Into<String>) -> Objection {
    Objection::Unfit(reason.into())
}

fn examine<'a>(
    role: &'a Role,
    instrument: &'a BenchInstrument,
    equipment: Equipment<'a>,
    positions: &[u32],
) -> Result<Bound<'a>, Objection> {
    let is_open = instrument.roles.is_empty();
    let is_meant = is_open || instrument.roles.contains(&role.name);
    let model = equipment.models.get(&instrument.model).map(|(model, _)| model);
    let can =
        model.is_some_and(|model| role.can.iter().any(|taxon| model.function(taxon).is_some()));
    if !is_meant {
        let objection = unfit(format!("the bench does not give it the role `{}`", role.name));
        return Err(if can { objection } else { Objection::NotMeant });
    }
    if is_open && !can {
        return Err(Objection::NotMeant);
    }
    let model = model.ok_or_else(|| unfit(format!("its model {} is unknown", instrument.model)))?;
    if !can {
        let wanted: Vec<&str> = role.can.iter().map(|taxon| taxon.as_str()).collect();
        return Err(unfit(format!("model {} does none of {}", model.id, wanted.join(", "))));
    }
    knows_quantities(role, model)?;
    let channels = channels(role, instrument, model, equipment.bench, positions)?;
    let standard = standard(role, instrument, equipment)?;
    Ok(Bound { role, instrument, model, standard, rejected: Vec::new(), channels })
}

/// Every quantity of the role is one that the model sets, chooses or reads, in
/// a unit of the same dimension.
fn knows_quantities(role: &Role, model: &Model) -> Result<(), Objection> {
    for quantity in &role.quantities {
        let name = &quantity.name;
        let units = [
            model.setting(name).map(|setting| &setting.unit),
            model.reading(name).map(|reading| &reading.unit),
        ];
        let mut known = units.into_iter().flatten().peekable();
        if known.peek().is_none() && model.choice(name).is_none() {
            return Err(unfit(format!("model {} neither sets nor reads `{name}`", model.id)));
        }
        if let Some(other) = known.find(|unit| !unit.is_compatible(&quantity.unit)) {
            let wanted = &quantity.unit;
            return Err(unfit(format!(
                "model {} has `{name}` in {other}, wanted {wanted}",
                model.id
            )));
        }
    }
    Ok(())
}

fn channels(
    role: &Role,
    instrument: &BenchInstrument,
    model: &Model,
    bench: &Bench,
    positions: &[u32],
) -> Result<BTreeMap<u32, u32>, Objection> {
    if !role.channel_per_position {
        return Ok(BTreeMap::new());
    }
    let most = model.counting.as_ref().map_or(u32::MAX, |counting| counting.channels);
    let one = |position: &u32| match bench.channel(&instrument.id, *position) {
        Some(channel) if (1..=most).contains(&channel) => Ok((*position, channel)),
        Some(channel) => {
            Err(unfit(format!("position {position} has channel {channel}, the model has {most}")))
        }
        None => Err(unfit(format!("position {position} has no channel of it"))),
    };
    positions.iter().map(one).collect()
}

/// ISO/IEC 17025, 6.4: whoever is in the register must be fit for use, and
/// whoever makes a result traceable must be in it, calibrated.
fn standard<'a>(
    role: &Role,
    instrument: &BenchInstrument,
    equipment: Equipment<'a>,
) -> Result<Option<&'a Standard>, Objection> {
    let Some(id) = &instrument.standard else {
        if role.traceable {
            return Err(unfit(
                "the role is traceable, and the bench names no entry of the register",
            ));
        }
        return Ok(None);
    };
    let standard = equipment.register.standard(id);
    let standard = standard.ok_or_else(|| unfit(format!("the register has no standard `{id}`")))?;
    let calibration = standard.fit_on(equipment.date).map_err(Objection::Rule)?;
    if role.traceable && calibration.is_none() {
        return Err(Objection::Rule(RuleRefusal::NotCalibrated {
            standard: id.clone(),
            day: equipment.date,
        }));
    }
    if let Some(own) = instrument.serial.as_ref().filter(|own| **own != standard.serial) {
        let found = &standard.serial;
        return Err(unfit(format!("the bench gives it serial number {own}, the register {found}")));
    }
    Ok(Some(standard))
}

impl Bound<'_> {
    /// The binding as it goes into the plan.
    #[must_use]
    pub fn binding(&self) -> RoleBinding {
        let calibration = self.standard.and_then(|standard| standard.calibration().ok());
        let quantities = self.role.quantities.iter();
        RoleBinding {
            role: self.role.name.clone(),
            instrument: self.instrument.id.clone(),
            standard: self.standard.map(|standard| standard.id.clone()),
            certificate: calibration.map(|calibration| calibration.certificate.clone()),
            due: self.standard.and_then(|standard| standard.due).map(|due| due.to_string()),
            rejected: self.rejected.clone(),
            quantities: quantities
                .map(|quantity| (quantity.name.clone(), quantity.unit.symbol().to_owned()))
                .collect(),
            channels: self.channels.clone(),
        }
    }
}

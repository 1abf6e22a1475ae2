//! Roles bound to instruments of the bench: who serves, who does not, and why.

use std::collections::BTreeMap;

use etalon_instruments::catalogue::Model;
use etalon_procedures::procedure::{Procedure, Role};
use etalon_uncertainty::text::Text;
use jiff::civil::Date;

use super::choices::Choices;
use super::refusal::{Blame, PlanError, line};
use super::{Rejection, RoleBinding, conditions, demands};
use crate::bench::{Bench, BenchInstrument};
use crate::register::{Register, RuleRefusal, Standard};
use crate::specification::{Filed, Specifications};

/// Models by id, each with the text of its file.
pub type Models = BTreeMap<String, (Model, String)>;

/// What roles are bound to.
#[derive(Clone, Copy)]
pub struct Equipment<'a> {
    /// The bench.
    pub bench: &'a Bench,
    /// The register.
    pub register: &'a Register,
    /// What makers promise.
    pub specifications: &'a Specifications,
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
    /// The specification of that standard, where it names one.
    pub sheet: Option<&'a Filed>,
    /// The range of it that is used, where one is named.
    pub range: Option<String>,
    /// Conditions of the specification that the bench must keep by itself.
    pub conditions: Vec<String>,
    /// Who else could have served, and why not.
    pub rejected: Vec<Rejected>,
    /// Position → channel.
    pub channels: BTreeMap<u32, u32>,
}

/// An instrument that was not chosen. The plan keeps the English words of it.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Id of the instrument on the bench.
    pub id: String,
    /// Why not.
    pub reason: Text,
}

/// Binds every role.
///
/// # Errors
/// When a role has no instrument, or a rule forbids each that could serve.
pub fn roles<'a>(
    procedure: &'a Procedure,
    text: &str,
    equipment: Equipment<'a>,
    (positions, choices): (&[u32], &Choices),
) -> Result<Vec<Bound<'a>>, PlanError> {
    let candidates = Candidates { procedure, text, equipment, positions, choices };
    procedure.roles.iter().map(|role| candidates.bind(role)).collect()
}

/// The instruments of the bench, looked at for one procedure.
#[derive(Clone, Copy)]
struct Candidates<'a, 'c> {
    procedure: &'a Procedure,
    text: &'c str,
    equipment: Equipment<'a>,
    positions: &'c [u32],
    choices: &'c Choices,
}

impl<'a> Candidates<'a, '_> {
    fn bind(&self, role: &'a Role) -> Result<Bound<'a>, PlanError> {
        let equipment = self.equipment;
        let mut rejected = Vec::new();
        let mut rules = Vec::new();
        let mut chosen: Option<Bound<'a>> = None;
        for instrument in &equipment.bench.instruments {
            let id = instrument.id.clone();
            if let Some(chosen) = &chosen {
                if self.examine(role, instrument).is_ok() {
                    let first = &chosen.instrument.id;
                    let reason = Text::new(
                        format!("{first} stands before it in the bench file"),
                        format!("在装置文件中，{first} 排在它之前"),
                    );
                    rejected.push(Rejected { id, reason });
                }
                continue;
            }
            match self.examine(role, instrument) {
                Ok(bound) => chosen = Some(bound),
                Err(Objection::NotMeant) => {}
                Err(Objection::Unfit(reason)) => rejected.push(Rejected { id, reason }),
                Err(Objection::Rule(rule)) => {
                    rejected.push(Rejected { id, reason: rule.text() });
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
                line: line(self.text, &role.place),
                reasons: Box::new(reasons(role, &rejected)),
            }),
        }
    }

    fn examine(
        &self,
        role: &'a Role,
        instrument: &'a BenchInstrument,
    ) -> Result<Bound<'a>, Objection> {
        let equipment = self.equipment;
        let is_open = instrument.roles.is_empty();
        let is_meant = is_open || instrument.roles.contains(&role.name);
        let model = equipment.models.get(&instrument.model).map(|(model, _)| model);
        let can = model.is_some_and(|model| can(role, instrument, model));
        if !is_meant {
            let objection = unfit(
                format!("the bench does not give it the role `{}`", role.name),
                format!("装置未给它角色 `{}`", role.name),
            );
            return Err(if can { objection } else { Objection::NotMeant });
        }
        if is_open && !can {
            return Err(Objection::NotMeant);
        }
        let model = model.ok_or_else(|| {
            unfit(
                format!("its model {} is unknown", instrument.model),
                format!("其型号 {} 未知", instrument.model),
            )
        })?;
        if !can {
            let wanted: Vec<&str> = role.can.iter().map(|taxon| taxon.as_str()).collect();
            return Err(unfit(
                format!("model {} does none of {}", model.id, wanted.join(", ")),
                format!("型号 {} 不具备以下任何功能：{}", model.id, wanted.join("、")),
            ));
        }
        if let Some(reason) = self.choices.objection(&role.name, &instrument.id) {
            return Err(Objection::Unfit(reason.clone()));
        }
        by_hand(role, instrument, model)?;
        knows_quantities(role, model)?;
        demands::met(self.procedure, role, model, self.text).map_err(Objection::Unfit)?;
        let channels = channels(role, instrument, model, equipment.bench, self.positions)?;
        let standard = self.standard(role, instrument)?;
        let sheet = self.sheet(standard)?;
        let conditions = match (standard, sheet) {
            (Some(standard), Some(sheet)) => {
                conditions::kept(self.procedure, standard, sheet, equipment.date)
                    .map_err(Objection::Unfit)?
            }
            _ => Vec::new(),
        };
        let range = self.choices.ranges.get(&instrument.id).or(instrument.range.as_ref()).cloned();
        Ok(Bound {
            role,
            instrument,
            model,
            standard,
            sheet,
            range,
            conditions,
            rejected: Vec::new(),
            channels,
        })
    }

    /// ISO/IEC 17025, 6.4: whoever is in the register must be fit for use, and
    /// whoever makes a result traceable must be in it, calibrated.
    fn standard(
        &self,
        role: &Role,
        instrument: &BenchInstrument,
    ) -> Result<Option<&'a Standard>, Objection> {
        let equipment = self.equipment;
        let instead = self.choices.standards.get(&instrument.id);
        let Some(id) = instead.or(instrument.standard.as_ref()) else {
            if role.traceable {
                return Err(unfit(
                    "the role is traceable, and the bench names no entry of the register",
                    "该角色须可溯源，而装置文件未指明设备台账中的条目",
                ));
            }
            return Ok(None);
        };
        let standard = equipment.register.standard(id);
        let standard = standard.ok_or_else(|| {
            unfit(
                format!("the register has no standard `{id}`"),
                format!("设备台账中没有标准器 `{id}`"),
            )
        })?;
        let calibration = standard.fit_on(equipment.date).map_err(Objection::Rule)?;
        if role.traceable && calibration.is_none() {
            return Err(Objection::Rule(RuleRefusal::NotCalibrated {
                standard: id.clone(),
                day: equipment.date,
            }));
        }
        let own = instrument.serial.as_ref().filter(|own| **own != standard.serial);
        if let (Some(own), None) = (own, instead) {
            let found = &standard.serial;
            return Err(unfit(
                format!("the bench gives it serial number {own}, the register {found}"),
                format!("装置文件中其编号为 {own}，设备台账中为 {found}"),
            ));
        }
        Ok(Some(standard))
    }

    /// The specification that a standard names.
    fn sheet(&self, standard: Option<&Standard>) -> Result<Option<&'a Filed>, Objection> {
        let Some(id) = standard.and_then(|standard| standard.sheet.as_ref()) else {
            return Ok(None);
        };
        let found = self.equipment.specifications.get(id);
        found.map(Some).ok_or_else(|| {
            unfit(
                format!("no file of specifications/ holds its specification `{id}`"),
                format!("specifications/ 中没有文件给出其技术指标 `{id}`"),
            )
        })
    }
}

fn reasons(role: &Role, rejected: &[Rejected]) -> Text {
    if rejected.is_empty() {
        let wanted: Vec<&str> = role.can.iter().map(|taxon| taxon.as_str()).collect();
        return Text::new(
            format!("none does {}", wanted.join(" or ")),
            format!("没有一台具备 {}", wanted.join(" 或 ")),
        );
    }
    let each = |said: fn(&Text) -> &str, colon: &str| {
        let each = rejected.iter().map(|one| format!("{}{colon}{}", one.id, said(&one.reason)));
        each.collect::<Vec<_>>()
    };
    Text::new(each(Text::en, ": ").join("; "), each(Text::zh, "：").join("；"))
}

/// Why an instrument does not serve.
enum Objection {
    /// The bench does not give it this role, and it could not play it.
    NotMeant,
    /// It cannot.
    Unfit(Text),
    /// It may not.
    Rule(RuleRefusal),
}

fn unfit(en: impl Into<String>, zh: impl Into<String>) -> Objection {
    Objection::Unfit(Text::new(en, zh))
}

/// Whether a model has a function of the role. One that a person reads has no functions of its own:
/// it plays the roles that the bench gives it.
fn can(role: &Role, instrument: &BenchInstrument, model: &Model) -> bool {
    let is_given = model.is_by_hand() && instrument.roles.contains(&role.name);
    is_given || role.can.iter().any(|taxon| model.function(taxon).is_some())
}

/// A person reads where the role allows it; everybody else needs a line.
fn by_hand(role: &Role, instrument: &BenchInstrument, model: &Model) -> Result<(), Objection> {
    let is_allowed = role.input.iter().any(|way| way == "manual");
    match (model.is_by_hand(), &instrument.resource) {
        (true, _) if !is_allowed => Err(unfit(
            "a person reads it, and the role does not allow `manual` among its `input`",
            "它由人读数，而该角色的 `input` 不允许 `manual`",
        )),
        (false, None) => Err(unfit(
            format!("model {} needs a line, and the bench gives it none", model.id),
            format!("型号 {} 须有通信线路，而装置未给出", model.id),
        )),
        _ => Ok(()),
    }
}

/// Every quantity of the role is one that the model sets, chooses or reads, in
/// a unit of the same dimension.
fn knows_quantities(role: &Role, model: &Model) -> Result<(), Objection> {
    if model.is_by_hand() {
        return Ok(());
    }
    for choice in &role.choices {
        let known = model.choice(&choice.name).map(|known| &known.commands);
        let knows = |word: &&String| known.is_some_and(|known| known.contains_key(*word));
        if let Some(word) = choice.words.iter().find(|word| !knows(word)) {
            let name = &choice.name;
            return Err(unfit(
                format!("model {} cannot choose `{name}` = {word}", model.id),
                format!("型号 {} 不能将 `{name}` 选为 {word}", model.id),
            ));
        }
    }
    for quantity in &role.quantities {
        let name = &quantity.name;
        let units = [
            model.setting(name).map(|setting| &setting.unit),
            model.reading(name).map(|reading| &reading.unit),
        ];
        let mut known = units.into_iter().flatten().peekable();
        if known.peek().is_none() && model.choice(name).is_none() {
            return Err(unfit(
                format!("model {} neither sets nor reads `{name}`", model.id),
                format!("型号 {} 既不能设定也不能读取 `{name}`", model.id),
            ));
        }
        if let Some(other) = known.find(|unit| !unit.is_compatible(&quantity.unit)) {
            let wanted = &quantity.unit;
            return Err(unfit(
                format!("model {} has `{name}` in {other}, wanted {wanted}", model.id),
                format!("型号 {} 的 `{name}` 以 {other} 为单位，应为 {wanted}", model.id),
            ));
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
        Some(channel) => Err(unfit(
            format!("position {position} has channel {channel}, the model has {most}"),
            format!("表位 {position} 用通道 {channel}，而该型号只有 {most} 个通道"),
        )),
        None => Err(unfit(
            format!("position {position} has no channel of it"),
            format!("表位 {position} 没有它的通道"),
        )),
    };
    positions.iter().map(one).collect()
}

impl Rejected {
    /// As it goes into the plan.
    fn kept(&self) -> Rejection {
        Rejection { id: self.id.clone(), reason: self.reason.en().to_owned() }
    }
}

impl Bound<'_> {
    /// Who is to blame where it does not serve.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame { role: self.role.name.clone(), instrument: self.instrument.id.clone() }
    }

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
            specification: self.sheet.map(Filed::citation),
            range: self.range.clone(),
            conditions: self.conditions.clone(),
            rejected: self.rejected.iter().map(Rejected::kept).collect(),
            quantities: quantities
                .map(|quantity| (quantity.name.clone(), quantity.unit.symbol().to_owned()))
                .collect(),
            channels: self.channels.clone(),
        }
    }
}

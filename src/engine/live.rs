//! Conditions judged while the run goes on, with the plan's equations and the
//! readings so far.
//!
//! `drift(role.q, 'w')` is the largest minus the smallest indication during the
//! last w, `instability` the same over their mean. Both look at a series, which
//! an expression cannot hold: they are computed first and stand in the
//! expression as names of their own.

pub mod series;

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::resolve::repeats;
use etalon_procedures::scope::Bindings;
use etalon_uncertainty::evaluation::RawReading;
use etalon_uncertainty::expression::{Expression, Kind, Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::{Dimension, Unit};

use super::failure::Failure;
use super::progress::{Live, Notice};
use super::resume::KeptReading;
use super::work::{Place, Work};
use crate::plan::{Condition, Fixed, PlanEntry, PlannedStage, filled_in, filling, filling::Taken};

/// Whether a condition holds for a position (0 where it is the same for all),
/// with these names besides the plan's.
///
/// # Errors
/// When it cannot be judged.
pub fn truth(
    condition: &Condition,
    position: u32,
    names: BTreeMap<String, Value>,
) -> Result<bool, Failure> {
    judge(condition, &condition.text, position, names, None)
}

pub(super) fn judge(
    condition: &Condition,
    text: &str,
    position: u32,
    names: BTreeMap<String, Value>,
    energised_s: Option<f64>,
) -> Result<bool, Failure> {
    judged(condition, text, position, names, (energised_s, None))
}

/// What else a condition may ask about: how long ago the bench was energised, and which stages
/// took place.
type Past<'a> = (Option<f64>, Option<&'a BTreeSet<String>>);

fn judged(
    condition: &Condition,
    text: &str,
    position: u32,
    names: BTreeMap<String, Value>,
    past: Past<'_>,
) -> Result<bool, Failure> {
    match value(condition, text, position, names, past)? {
        Value::Truth(truth) => Ok(truth),
        other => Err(Failure::Plan {
            what: format!("condition that is true or false: '{text}' is {}", other.kind()),
        }),
    }
}

/// The number that an expression of the plan has now, in coherent SI, with these names besides
/// the plan's.
///
/// # Errors
/// When it has none.
pub fn number(condition: &Condition, names: BTreeMap<String, Value>) -> Result<f64, Failure> {
    match value(condition, &condition.text, 0, names, (None, None))? {
        Value::Number { si, .. } => Ok(si),
        other => {
            let what = format!("number: '{}' is {}", condition.text, other.kind());
            Err(Failure::Plan { what })
        }
    }
}

fn value(
    condition: &Condition,
    text: &str,
    position: u32,
    names: BTreeMap<String, Value>,
    (energised_s, run): Past<'_>,
) -> Result<Value, Failure> {
    let mut bindings = Bindings::default();
    for key in [0, position] {
        for (name, fixed) in condition.names.get(&key).into_iter().flatten() {
            let missing = || Failure::Plan { what: format!("readable value of {name}") };
            bindings.bind(name.clone(), fixed.value().ok_or_else(missing)?);
        }
    }
    for (name, value) in names {
        bindings.bind(name, value);
    }
    let scope = LiveScope { bindings, energised_s, run };
    let refused =
        |finding| Failure::Expression { text: condition.text.clone(), finding: Box::new(finding) };
    let expression = Expression::parse(text).map_err(refused)?;
    expression.evaluate(&scope).map_err(refused)
}

/// Names, and how long ago the bench was energised.
struct LiveScope<'a> {
    bindings: Bindings,
    energised_s: Option<f64>,
    run: Option<&'a BTreeSet<String>>,
}

impl Scope for LiveScope<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.bindings.kind(path)
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.bindings.value(path)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        if let ("ran", [Value::Text(stage)], Some(run)) = (name, args, self.run) {
            return Some(Ok(Value::Truth(run.contains(stage))));
        }
        let ("energised_within", [Value::Text(window)]) = (name, args) else { return None };
        let window = match Quantity::parse(window) {
            Ok(window) => window.si(),
            Err(error) => return Some(Err(error.to_string())),
        };
        let within = self.energised_s.is_some_and(|ago| ago <= window);
        Some(Ok(Value::Truth(within)))
    }
}

/// Whether a wait may be left out after the interruption.
///
/// # Errors
/// When the condition cannot be judged.
pub fn holds_on_resume(work: &Work, condition: &Condition) -> Result<bool, Failure> {
    let energised_s =
        work.done.energised_until.map(|until| work.clock.utc().duration_since(until).as_secs_f64());
    judge(condition, &condition.text, 0, BTreeMap::new(), energised_s)
}

/// The positions for which the condition of a stage holds.
///
/// A result stands for the list of what the last stage before measured at every point, and what
/// stands at a point for the list of its values there; a point at which nothing was measured is
/// left out. Where nothing was measured at all the condition does not hold.
///
/// # Errors
/// When the condition cannot be judged.
pub fn positions_for(work: &Work, stage: &PlannedStage) -> Result<BTreeSet<u32>, Failure> {
    let run = work.stages_run();
    let before = work.plan.stages.iter().take_while(|one| one.id != stage.id);
    let before: Vec<&PlannedStage> = before.filter(|one| run.contains(&one.id)).collect();
    let mut positions = BTreeSet::new();
    for position in work.positions.active() {
        let Some((condition, names)) = over_points(work, stage, &before, position)? else {
            continue;
        };
        if judged(condition, &condition.text, position, names, (None, Some(&run)))? {
            positions.insert(position);
        }
    }
    Ok(positions)
}

/// A condition with the names in it.
type Named<'a> = (&'a Condition, BTreeMap<String, Value>);

/// The condition of a stage with the names in it, lists over the points; `None` where no point has
/// a result.
fn over_points<'a>(
    work: &Work,
    stage: &'a PlannedStage,
    before: &[&PlannedStage],
    position: u32,
) -> Result<Option<Named<'a>>, Failure> {
    let mut lists: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut found = None;
    for when in &stage.when {
        let Some(results) = results_at(work, before, &when.point, position)? else { continue };
        found.get_or_insert(&when.condition);
        for (name, value) in results {
            lists.entry(name).or_default().push(value);
        }
        for name in &when.lists {
            let fixed = when.condition.names.get(&position).and_then(|names| names.get(name));
            if let Some(value) = fixed.and_then(Fixed::value) {
                lists.entry(name.clone()).or_default().push(value);
            }
        }
    }
    let lists = lists.into_iter().map(|(name, values)| (name, Value::List(values))).collect();
    Ok(found.map(|condition| (condition, lists)))
}

/// The results of the last of these stages that measured at a point; `None` when none did.
fn results_at(
    work: &Work,
    stages: &[&PlannedStage],
    point: &str,
    position: u32,
) -> Result<Option<BTreeMap<String, Value>>, Failure> {
    if point.is_empty() {
        return Ok(Some(BTreeMap::new()));
    }
    for stage in stages.iter().rev() {
        let place = Place { stage: stage.id.clone(), point: point.to_owned(), repeat: 0 };
        let mut names = BTreeMap::new();
        for entry in work.plan.entries_at(&stage.id, point, position) {
            let unit = unit_of(entry)?;
            let values = values_by_repeat(work, &place, entry)?;
            if values.is_empty() {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a handful of repeats")]
            let mean = values.values().sum::<f64>() / values.len() as f64;
            names.insert(entry.evaluation.measurand.clone(), Value::in_unit(mean, &unit));
        }
        if !names.is_empty() {
            return Ok(Some(names));
        }
    }
    Ok(None)
}

/// Whether a position's values at a point ask for further repeats.
///
/// # Errors
/// When a value or the condition cannot be computed.
pub fn wants_more(
    work: &Work,
    stage: &PlannedStage,
    place: &Place,
    condition: &Condition,
    position: u32,
) -> Result<bool, Failure> {
    let mut names = BTreeMap::new();
    for entry in work.plan.entries_at(&stage.id, &place.point, position) {
        let unit = unit_of(entry)?;
        let values = values_by_repeat(work, place, entry)?;
        if values.is_empty() {
            return Ok(false);
        }
        let list = values.values().map(|value| Value::in_unit(*value, &unit)).collect();
        names.insert(entry.evaluation.measurand.clone(), Value::List(list));
    }
    truth(condition, position, names)
}

fn unit_of(entry: &PlanEntry) -> Result<Unit, Failure> {
    Unit::parse(&entry.prediction.unit)
        .map_err(|error| Failure::Plan { what: format!("readable unit of {}: {error}", entry.key) })
}

/// The value of an entry in every repeat so far, by the plan's own equation.
fn values_by_repeat(
    work: &Work,
    place: &Place,
    entry: &PlanEntry,
) -> Result<BTreeMap<u32, f64>, Failure> {
    values_of(work, place, entry, None)
}

/// The values of an entry, of one repeat alone where it is given.
fn values_of(
    work: &Work,
    place: &Place,
    entry: &PlanEntry,
    repeat: Option<u32>,
) -> Result<BTreeMap<u32, f64>, Failure> {
    let mut values = BTreeMap::new();
    let taken = taken(work, entry, repeat).filter(|_| place.stage == entry.stage);
    let Some((readings, room)) = taken else { return Ok(values) };
    let evaluation = filled_in(entry, readings, &room);
    let unit = unit_of(entry)?;
    let found = repeats::values(&evaluation)
        .map_err(|finding| Failure::Plan { what: format!("value of {}: {finding}", entry.key) })?;
    for (repeat, si) in evaluation.repeats.iter().zip(found) {
        values.insert(*repeat, unit.from_si(si));
    }
    Ok(values)
}

/// The readings that an entry takes so far, those of one repeat alone where it is given, and the
/// room in which they were taken. `None` where one of its readings was not taken.
fn taken(
    work: &Work,
    entry: &PlanEntry,
    repeat: Option<u32>,
) -> Option<(Vec<RawReading>, filling::Room)> {
    let held = work.readings();
    let mut kept = held.serving(&entry.stage, &entry.point, entry.position);
    kept.retain(|one| {
        let is_of = |repeat| one.point.is_empty() || [0, repeat].contains(&one.repeat);
        repeat.is_none_or(is_of)
    });
    let chosen = filling::chosen(entry, &kept, |reading| Taken {
        stage: &reading.stage,
        point: &reading.point,
        position: reading.position,
        input: &reading.input,
    })?;
    let readings = chosen.iter().map(|(reading, serves_all)| {
        let raw = raw(reading);
        let repeat = if *serves_all { 0 } else { raw.repeat };
        RawReading { repeat, ..raw }
    });
    let room = filling::room(chosen.iter().map(|(reading, _)| {
        let conditions = reading.conditions.iter();
        conditions.map(|(name, (value, unit))| (name.as_str(), value.as_str(), unit.as_str()))
    }));
    Some((readings.collect(), room))
}

/// A kept reading as the evaluation takes it.
#[must_use]
pub fn raw(reading: &KeptReading) -> RawReading {
    RawReading {
        input: reading.input.clone(),
        repeat: reading.repeat,
        text: reading.value.clone(),
        unit: reading.unit.clone(),
        sequence: reading.sequence,
    }
}

/// Tells the listeners the values of the repeat just taken.
///
/// # Errors
/// When a value cannot be computed.
pub fn tell_values(
    work: &Work,
    stage: &PlannedStage,
    place: &Place,
    participants: &BTreeSet<u32>,
) -> Result<(), Failure> {
    for position in participants {
        for entry in work.plan.entries_at(&stage.id, &place.point, *position) {
            // Of the repeats before this one the listeners were told already.
            let values = values_of(work, place, entry, Some(place.repeat))?;
            if let Some(value) = values.get(&place.repeat) {
                work.ledger.tell(Notice::Live(Live {
                    key: entry.key.clone(),
                    position: *position,
                    repeat: place.repeat,
                    quantity: entry.evaluation.measurand.clone(),
                    value: *value,
                    unit: entry.prediction.unit.clone(),
                }));
            }
        }
    }
    Ok(())
}

/// The mean relative error of a position at every point of a stage, as ratios;
/// empty where the stage measures no relative quantity.
///
/// # Errors
/// When a value cannot be computed.
pub fn relative_errors(
    work: &Work,
    stage: &PlannedStage,
    position: u32,
) -> Result<Vec<f64>, Failure> {
    let mut errors = Vec::new();
    for point in &stage.points {
        let place = Place { stage: stage.id.clone(), point: point.id.clone(), repeat: 0 };
        for entry in work.plan.entries_at(&stage.id, &point.id, position) {
            let unit = unit_of(entry)?;
            let values = values_by_repeat(work, &place, entry)?;
            if unit.dimension() == Dimension::ONE && !values.is_empty() {
                #[expect(clippy::cast_precision_loss, reason = "a handful of repeats")]
                let mean = values.values().sum::<f64>() / values.len() as f64;
                errors.push(unit.to_si(mean));
            }
        }
    }
    Ok(errors)
}

/// The field of the item that is a pulse constant, as marked on its plate.
#[must_use]
pub fn pulse_constant(work: &Work, position: u32) -> Option<Quantity> {
    let item = work.plan.item(position)?;
    item.fields.values().filter_map(|text| Quantity::parse(text).ok()).find(|quantity| {
        // Pulses per something: per energy, per volume, per revolution.
        quantity.unit().symbol().starts_with("imp/")
    })
}

//! From a plan to a number: readings, conditions and repeats of a run put into the evaluation that
//! the plan prepared.

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::scope::Bindings;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::evaluation::{Estimate, Evaluation, RawReading};
use etalon_uncertainty::expression::{Expression, NumberKind, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;
use serde::{Deserialize, Serialize};

use super::{Condition, PlanEntry};
use crate::reading::Reading;

/// Conditions of the run by quantity, as numbers: the mean of what was observed with the readings.
pub type Room = BTreeMap<String, Value>;

/// An input that is computed from the conditions of the run, such as the density of the air.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AtRun {
    /// The input.
    pub input: String,
    /// Its unit.
    pub unit: String,
    /// The expression; names beginning with `env.` are conditions.
    pub formula: Condition,
}

impl AtRun {
    /// The number with its unit in a room; `None` where a condition was not observed, or the
    /// formula has no number there.
    fn text(&self, room: &Room) -> Option<String> {
        let mut names = Bindings::default();
        for (name, fixed) in self.formula.names.get(&0).into_iter().flatten() {
            names.bind(name.clone(), fixed.value()?);
        }
        for (quantity, value) in room {
            names.bind(format!("env.{quantity}"), value.clone());
        }
        let value = Expression::parse(&self.formula.text).ok()?.evaluate(&names).ok()?;
        let Value::Number { si, .. } = value else { return None };
        let unit = Unit::parse(&self.unit).ok()?;
        let number = Decimal::from_f64(unit.from_si(si)).ok()?;
        Some(Quantity::new(number, unit).to_string())
    }
}

/// The same with the numbers that follow from the conditions of the run; see [`filled`].
#[must_use]
pub fn filled_in(entry: &PlanEntry, readings: Vec<RawReading>, room: &Room) -> Evaluation {
    let mut evaluation = filled(entry, readings);
    for at_run in &entry.at_run {
        let Some(text) = at_run.text(room) else { continue };
        if let Some(input) = evaluation.inputs.iter_mut().find(|one| one.name == at_run.input) {
            input.estimate = Estimate::Value(text);
        }
    }
    evaluation
}

/// The evaluation of a plan entry with the readings of a run in it: the one way
/// from a plan to a number, live, at the desk and on replay. What follows from the
/// conditions of the run stands as the plan expects it; [`filled_in`] replaces that,
/// and [`super::own_spread::complete`] adds what follows from the repeats.
///
/// `readings` are those of the entry's stage, point and position that count,
/// shared ones included, each under the name it has in the journal. A repeat
/// takes part when every input that differs between repeats was read in it.
#[must_use]
pub fn filled(entry: &PlanEntry, readings: Vec<RawReading>) -> Evaluation {
    let mut evaluation = entry.evaluation.clone();
    let mut named: Vec<RawReading> = Vec::new();
    for (input, name) in &entry.readings {
        let of_input = readings.iter().filter(|reading| reading.input == *name);
        named
            .extend(of_input.map(|reading| RawReading { input: input.clone(), ..reading.clone() }));
    }
    let differing = evaluation
        .inputs
        .iter()
        .filter(|input| input.estimate == Estimate::Reading && input.each_repeat);
    let mut repeats: Option<BTreeSet<u32>> = None;
    for input in differing {
        let own = named.iter().filter(|reading| reading.input == input.name);
        let own: BTreeSet<u32> =
            own.map(|reading| reading.repeat).filter(|repeat| *repeat > 0).collect();
        repeats = Some(match repeats {
            None => own,
            Some(others) => others.intersection(&own).copied().collect(),
        });
    }
    // Where nothing differs between repeats there is one, as soon as everything was read.
    let is_whole =
        || entry.readings.keys().all(|input| named.iter().any(|one| one.input == *input));
    let repeats = repeats.unwrap_or_else(|| is_whole().then_some(1).into_iter().collect());
    named.retain(|reading| reading.repeat == 0 || repeats.contains(&reading.repeat));
    named.sort_by_key(|reading| reading.sequence);
    evaluation.repeats = repeats.into_iter().collect();
    evaluation.readings = named;
    evaluation
}

/// Where a reading was taken, and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    /// Stage.
    pub stage: &'a str,
    /// Point; empty outside a point.
    pub point: &'a str,
    /// Position; 0 where all share it.
    pub position: u32,
    /// Name of the reading.
    pub input: &'a str,
}

/// The readings of an entry among all that count, in order, each with whether it serves every
/// repeat because it was taken once before the points (a height, say). `None` where one of the
/// entry's readings was not taken.
///
/// A reading that all positions share belongs to every position.
#[must_use]
pub fn chosen<'a, R>(
    entry: &PlanEntry,
    readings: &'a [R],
    taken: impl Fn(&R) -> Taken<'_>,
) -> Option<Vec<(&'a R, bool)>> {
    let names: BTreeSet<&String> = entry.readings.values().collect();
    let mut found = Vec::new();
    for name in names {
        let is_it = |reading: &&R| {
            let taken = taken(reading);
            taken.input == name && (taken.position == entry.position || taken.position == 0)
        };
        let is_here = |reading: &&R| {
            let taken = taken(reading);
            taken.stage == entry.stage && taken.point == entry.point
        };
        let here = found.len();
        found.extend(readings.iter().filter(is_it).filter(is_here).map(|reading| (reading, false)));
        if found.len() == here {
            let before = readings.iter().filter(is_it).filter(|one| taken(one).point.is_empty());
            found.push((before.last()?, true));
        }
    }
    Some(found)
}

/// The conditions that were observed with readings, each the mean of what it was: name, number and
/// unit for every reading.
#[must_use]
pub fn room<'a, C>(readings: impl Iterator<Item = C>) -> Room
where
    C: Iterator<Item = (&'a str, &'a str, &'a str)>,
{
    let mut sums: BTreeMap<&str, (f64, f64, NumberKind)> = BTreeMap::new();
    for (name, value, unit) in readings.flatten() {
        let Ok(quantity) = Quantity::parse(&format!("{value} {unit}")) else { continue };
        let Value::Number { si, kind } = Value::from(&quantity) else { continue };
        let sum = sums.entry(name).or_insert((0.0, 0.0, kind));
        sum.0 += si;
        sum.1 += 1.0;
    }
    let mean = |(name, (sum, n, kind)): (&str, (f64, f64, NumberKind))| {
        (name.to_owned(), Value::Number { si: sum / n, kind })
    };
    sums.into_iter().map(mean).collect()
}

/// A reading of the journal as [`filled`] takes it.
#[must_use]
pub fn raw_reading(reading: &Reading) -> RawReading {
    RawReading {
        input: reading.input.clone(),
        repeat: reading.repeat,
        text: reading.value.clone(),
        unit: reading.unit.clone(),
        sequence: reading.sequence,
    }
}

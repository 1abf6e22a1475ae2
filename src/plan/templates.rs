//! One evaluation per result, point and item: everything but the readings.
//!
//! The model's own equation, its inputs with every scale resolved to a number,
//! the limit, the rounding and the agreed rule: what the record stores and the
//! certificate embeds. The prediction of the plan is this very evaluation with
//! the readings that a perfect item would give.

use std::collections::BTreeMap;

use etalon_procedures::procedure::{InputSource, Model};
use etalon_procedures::resolve;
use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, RawReading, Verdict};
use etalon_uncertainty::quantity::Quantity;

use super::make::{Ready, Wanted};
use super::names::Desk;
use super::prediction::{self, carried};
use super::refusal::{PlanError, line};
use super::table::Seat;
use super::{PlanEntry, PlannedPoint, PlannedStage, Prediction, filled};
use crate::journal::chain::sha256_hex;

/// Share of the limit (or of 1 in the result's unit) by which an expected
/// reading may miss.
const NEAR: f64 = 1e-6;

/// One result at one point for one item.
struct Template<'a> {
    wanted: &'a Wanted<'a>,
    seat: &'a Seat<'a>,
    model: &'a Model,
    key: String,
}

/// The plan's entry for a result.
///
/// # Errors
/// When a number of it cannot be resolved, or the procedure's requirement on
/// the measurement cannot be met.
pub(super) fn entry(
    wanted: &Wanted<'_>,
    desk: &Desk<'_>,
    one: &Ready<'_>,
    (stage, point, name): (&PlannedStage, &PlannedPoint, &str),
) -> Result<PlanEntry, PlanError> {
    let key =
        if point.id.is_empty() { stage.id.clone() } else { format!("{}/{}", stage.id, point.id) };
    let missing = || PlanError::Unpredictable {
        key: key.clone(),
        item: one.item.id.clone(),
        reason: format!("there is no model {name}"),
    };
    let model = desk.procedure.model(name).ok_or_else(missing)?;
    let names = one.names.get(&(name.to_owned(), point.id.clone())).unwrap_or(&one.nothing);
    let seat = Seat { names, ..one.seat(desk.procedure, Some(&point.id)) };
    let template = Template { wanted, seat: &seat, model, key };
    let evaluation = template.evaluation()?;
    let mut entry = PlanEntry {
        key: template.key.clone(),
        stage: stage.id.clone(),
        point: point.id.clone(),
        position: one.position,
        item: one.item.id.clone(),
        evaluation,
        readings: readings(model),
        names: names.resolved.clone(),
        expected: BTreeMap::new(),
        prediction: Prediction {
            expanded: 0.0,
            unit: model.unit.symbol().to_owned(),
            mpe: None,
            tur: None,
            u_over_mpe: None,
        },
    };
    template.predict(&mut entry, point.repeat.n)?;
    Ok(entry)
}

/// The reading behind every input that is read.
fn readings(model: &Model) -> BTreeMap<String, String> {
    let inputs = model.inputs.iter().filter_map(|input| match &input.source {
        InputSource::Reading(name) | InputSource::Answer(name) => {
            Some((input.name.clone(), name.clone()))
        }
        InputSource::Value(_) | InputSource::Formula(_) => None,
    });
    inputs.collect()
}

impl Template<'_> {
    fn unpredictable(&self, reason: impl Into<String>) -> PlanError {
        PlanError::Unpredictable {
            key: self.key.clone(),
            item: self.seat.item.to_owned(),
            reason: reason.into(),
        }
    }

    fn evaluation(&self) -> Result<Evaluation, PlanError> {
        let Some(point) = self.seat.point else {
            return Err(self.unpredictable("a result needs a point"));
        };
        let request = resolve::Request {
            procedure: self.wanted.procedure,
            model: self.model,
            activity: self.wanted.activity,
            key: self.key.clone(),
            item: self.seat.fields,
            point,
            external: &self.seat.names.bindings,
            readings: &[],
            repeats: Vec::new(),
            estimates: BTreeMap::new(),
            uncertainties: BTreeMap::new(),
        };
        let refused = |diagnostics| PlanError::Findings {
            about: format!("item {} at {}", self.seat.item, self.key),
            diagnostics,
        };
        let mut evaluation = resolve::evaluation(&request).map_err(refused)?;
        if let Some(planned) = &mut evaluation.monte_carlo {
            planned.seed = seed(self.wanted.seed ^ planned.seed, &self.key, self.seat.item);
        }
        Ok(evaluation)
    }

    /// What the evaluation says with the readings of an item without error.
    fn predict(&self, entry: &mut PlanEntry, repeats: u32) -> Result<(), PlanError> {
        let limit = entry.evaluation.limit.as_ref().and_then(|limit| limit.upper.as_ref());
        let limit = limit.and_then(|text| Quantity::parse(text).ok()).map(|limit| limit.value());
        entry.expected = self.expected(entry, limit)?;
        let mut evaluation = filled(entry, readings_of(&entry.expected, entry, repeats));
        evaluation.monte_carlo = None;
        let refused = |error: EvaluationError| self.unpredictable(error.to_string());
        let outcome = evaluation.evaluate().map_err(refused)?;
        entry.prediction.expanded = carried(outcome.expanded);
        entry.prediction.mpe = limit.map(carried);
        entry.prediction.tur = limit.map(|limit| carried(limit / outcome.expanded));
        entry.prediction.u_over_mpe = limit.map(|limit| carried(outcome.expanded / limit));
        let Some(rule) = &evaluation.decision else { return Ok(()) };
        let Some(require) = &rule.require else { return Ok(()) };
        let judgement = evaluation.decide(&outcome).map_err(refused)?;
        if matches!(judgement.verdict, Verdict::NotEvaluated { .. }) {
            let decision = self.wanted.procedure.decision(self.wanted.activity);
            let place = decision.map(|decision| decision.place.clone());
            return Err(PlanError::RequirementMissed {
                key: self.key.clone(),
                item: self.seat.item.to_owned(),
                require: require.clone(),
                expanded: format!("{} {}", outcome.expanded, outcome.unit),
                line: place.map_or(1, |place| line(self.wanted.text, &place)),
            });
        }
        Ok(())
    }

    /// The readings for which the item would be right. What the instruments
    /// themselves report (a constant of the reference) is taken from its
    /// specification of the same name; one reading follows from the equation.
    fn expected(
        &self,
        entry: &PlanEntry,
        limit: Option<f64>,
    ) -> Result<BTreeMap<String, f64>, PlanError> {
        let mut expected = BTreeMap::new();
        let mut unknown = Vec::new();
        for input in entry.readings.keys() {
            match self.reported(input) {
                Some(value) => {
                    expected.insert(input.clone(), carried(value));
                }
                None => unknown.push(input.clone()),
            }
        }
        let [input] = unknown.as_slice() else {
            if unknown.is_empty() {
                return Ok(expected);
            }
            return Err(self.unpredictable(format!(
                "nothing says what to expect of the readings {}",
                unknown.join(", ")
            )));
        };
        let near = limit.unwrap_or(1.0) * NEAR;
        let value_at = |reading: f64| {
            let mut trial = expected.clone();
            trial.insert(input.clone(), reading);
            let mut evaluation = filled(entry, readings_of(&trial, entry, 1));
            evaluation.monte_carlo = None;
            evaluation.rounding = None;
            evaluation.evaluate().ok().map(|outcome| outcome.value)
        };
        let found = prediction::reading_for(0.0, near, value_at);
        let none = || self.unpredictable(format!("no reading of {input} makes the item right"));
        let found = found.ok_or_else(none)?;
        expected.insert(input.clone(), carried(found));
        Ok(expected)
    }

    /// What an instrument will report, from a resolved name of the same
    /// dimension as the input: its own specification.
    fn reported(&self, input: &str) -> Option<f64> {
        let input = self.model.inputs.iter().find(|known| known.name == input)?;
        if !input.exact {
            return None;
        }
        let specified =
            self.seat.names.resolved.iter().filter(|name| name.name.starts_with("spec."));
        specified.into_iter().find_map(|name| {
            let text = format!("{} {}", name.value, name.unit);
            Quantity::parse(&text).ok()?.in_unit(&input.unit).ok()
        })
    }
}

/// Expected readings as raw readings of so many repeats.
fn readings_of(
    expected: &BTreeMap<String, f64>,
    entry: &PlanEntry,
    repeats: u32,
) -> Vec<RawReading> {
    let mut readings = Vec::new();
    for input in &entry.evaluation.inputs {
        let Some(value) = expected.get(&input.name) else { continue };
        let name = entry.readings.get(&input.name).unwrap_or(&input.name);
        let of = if input.each_repeat { 1..=repeats } else { 0..=0 };
        readings.extend(of.map(|repeat| RawReading {
            input: name.clone(),
            repeat,
            text: value.to_string(),
            unit: input.unit.clone(),
            sequence: 0,
        }));
    }
    readings
}

/// The seed of one result: the same run, key and item give the same trials.
/// 52 bits, so that every reader of JSON keeps them.
fn seed(run: u64, key: &str, item: &str) -> u64 {
    let hash = sha256_hex(format!("{run}/{key}/{item}").as_bytes());
    hash.get(..13).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(run)
}
